import { toOperatorError } from '../db/operator-error.js';
import { toDurationText } from '../model/text.js';
import { BusyError, ChatmartError, UnavailableError, type State } from '../model/errors.js';
import type { Log } from '../model/log.js';

/** Why a job failed: another job is running, a database is out of reach, or something must be changed. */
export type ProblemKind = 'busy' | 'unavailable' | 'failed';

/** A problem as reported to the operator. */
export interface Problem {
  readonly kind: ProblemKind;
  readonly code: string;
  readonly message: string;
  readonly state: State | undefined;
  readonly next: string | undefined;
}

/** The meaning of an error thrown by a job. */
export function toProblem(error: unknown): Problem {
  const known = error instanceof ChatmartError ? error : toOperatorError(error);
  if (known === undefined) {
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return {
      kind: 'failed',
      code: 'bug',
      message,
      state: undefined,
      next: 'This is a bug in chatmart. Please report it with these lines.',
    };
  }
  const kind = known instanceof BusyError ? 'busy' : known instanceof UnavailableError ? 'unavailable' : 'failed';
  const { code, message, state, next } = known;
  return { kind, code, message, state, next };
}

const LEVEL = { busy: 'info', unavailable: 'warning', failed: 'error' } as const;

/** The scheduler repeats jobs by itself: there is no command to run again. */
const GOES_ON = {
  busy: 'The scheduler tries again on its own.',
  unavailable: 'The scheduler tries again at each tick and continues where it stopped.',
  failed: 'The scheduler tries again within 15 minutes.',
} as const;

/** A lasting problem is reported again after this time, so that it appears near the end of the log. */
const TOLD_AGAIN_MS = 15 * 60_000;

/** Whether what was told is to be told again at `now`; a clock that was set back makes nothing silent. */
export const isToldAgain = (toldAt: Date, now: Date): boolean => now < toldAt || now.getTime() - toldAt.getTime() >= TOLD_AGAIN_MS;

/** Logs a problem when it starts, changes or ends, and every quarter of an hour while it lasts; repeats go to debug. */
export class ToldProblem {
  private told: { readonly problem: Problem; readonly since: Date; times: number; toldAt: Date } | undefined;

  constructor(private readonly job: string) {}

  get problem(): Problem | undefined {
    return this.told?.problem;
  }

  /** The job could not be done at `at`. */
  occurred(problem: Problem, at: Date, log: Log): void {
    const { told } = this;
    // A different error of unreachability is still the same outage.
    const isSame = told?.problem.kind === problem.kind;
    const since = isSame ? told.since : at;
    const times = (isSame ? told.times : 0) + 1;
    const isTold = told?.problem.code !== problem.code || isToldAgain(told.toldAt, at);
    this.told = { problem, since, times, toldAt: isTold ? at : told.toldAt };
    const seconds = Math.round((at.getTime() - since.getTime()) / 1_000);
    log(this.toSentence(problem, seconds), {
      job: this.job,
      code: problem.code,
      state: problem.state,
      next: [...(problem.next === undefined ? [] : [problem.next]), GOES_ON[problem.kind]].join(' '),
      level: isTold ? LEVEL[problem.kind] : 'debug',
      data: { seconds, attempts: times },
    });
  }

  /** The job was done. */
  isOver(at: Date, log: Log): void {
    if (this.told === undefined) return;
    const { problem, since, times } = this.told;
    this.told = undefined;
    const seconds = Math.round((at.getTime() - since.getTime()) / 1_000);
    const after = `after ${toDurationText(seconds)} and ${times} ${times === 1 ? 'attempt' : 'attempts'}`;
    log(problem.kind === 'unavailable' ? `${this.job}: the databases are back ${after}` : `${this.job}: works again ${after}`, {
      job: this.job,
      code: problem.kind === 'unavailable' ? 'databases-back' : 'job-works-again',
      level: 'info',
      data: { seconds, attempts: times },
    });
  }

  private toSentence({ kind, message }: Problem, seconds: number): string {
    const what = `${this.job}: ${message}${seconds > 0 ? ` (for ${toDurationText(seconds)})` : ''}`;
    switch (kind) {
      case 'busy':
        return `${what}; skipping this tick`;
      case 'unavailable':
        return `${what}; trying again at each tick`;
      case 'failed':
        return what;
    }
  }
}
