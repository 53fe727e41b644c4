import { toOperatorError } from '../db/postgres-errors.js';
import { BusyError, ChatmartError, UnavailableError } from '../model/errors.js';
import type { Log, LogFields } from '../model/log.js';

/** What kept a job from being done: another one at work, a database out of reach, or something to be changed. */
export type ProblemKind = 'busy' | 'unavailable' | 'failed';

/** A problem as the operator is told of it. */
export interface Problem {
  readonly kind: ProblemKind;
  readonly code: string;
  readonly message: string;
  readonly hint: string | undefined;
}

/** What an error that a job has thrown means. */
export function toProblem(error: unknown): Problem {
  const known = error instanceof ChatmartError ? error : toOperatorError(error);
  if (known === undefined) {
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { kind: 'failed', code: 'bug', message, hint: 'This is a bug in chatmart; please report it with these lines.' };
  }
  const kind = known instanceof BusyError ? 'busy' : known instanceof UnavailableError ? 'unavailable' : 'failed';
  return { kind, code: known.code, message: known.message, hint: known.hint };
}

const LEVEL = { busy: 'info', unavailable: 'warning', failed: 'error' } as const;

/** Tells of a problem when it comes, when it becomes another one, and when it is over; in between only those who want to know everything. */
export class ToldProblem {
  private told: { readonly problem: Problem; readonly since: Date; times: number } | undefined;

  constructor(private readonly job: string) {}

  get problem(): Problem | undefined {
    return this.told?.problem;
  }

  /** The job could not be done at `at`. */
  occurred(problem: Problem, at: Date, log: Log): void {
    const fields: LogFields = { job: this.job, code: problem.code, hint: problem.hint, level: LEVEL[problem.kind] };
    if (this.told?.problem.code === problem.code) {
      this.told.times++;
      log(this.toSentence(problem), { ...fields, level: 'debug' });
      return;
    }
    // Out of reach in another way is the same outage still.
    const since = this.told?.problem.kind === problem.kind ? this.told.since : at;
    this.told = { problem, since, times: (this.told?.problem.kind === problem.kind ? this.told.times : 0) + 1 };
    log(this.toSentence(problem), fields);
  }

  /** The job was done. */
  isOver(at: Date, log: Log): void {
    if (this.told === undefined) return;
    const { problem, since, times } = this.told;
    this.told = undefined;
    const seconds = Math.round((at.getTime() - since.getTime()) / 1_000);
    const after = `after ${seconds} s and ${times} ${times === 1 ? 'attempt' : 'attempts'}`;
    log(problem.kind === 'unavailable' ? `${this.job}: the databases are back ${after}` : `${this.job}: works again ${after}`, {
      job: this.job,
      code: problem.kind === 'unavailable' ? 'databases-back' : 'job-works-again',
      level: 'info',
      data: { seconds, attempts: times },
    });
  }

  private toSentence({ kind, message }: Problem): string {
    switch (kind) {
      case 'busy':
        return `${this.job}: ${message}; this tick is skipped`;
      case 'unavailable':
        return `warning: ${this.job}: ${message}; it is tried again at each tick`;
      case 'failed':
        return `error: ${this.job}: ${message}`;
    }
  }
}
