import type { JobObserver } from '../../metrics/job-metrics.js';
import { randomUUID } from 'node:crypto';
import { StoppedError } from '../../model/errors.js';
import { monotonicMs, lastDone, type Clock } from '../../model/clock.js';
import { withFields, type Log, type LogFields } from '../../model/log.js';
import type { Trigger } from './triggers.js';
import { isToldAgain, ToldProblem, toProblem, type Problem } from '../../jobs/problem.js';

/** A scheduled job: when it is due, and what it does. */
export interface ScheduledJob {
  readonly name: string;
  readonly isDue: Trigger;
  /** Runs it once, and returns what to log. */
  readonly run: (execution: { readonly jobId: string; readonly log: Log }) => Promise<JobReport>;
}

export interface JobReport {
  readonly text: string;
  /** Default: info. */
  readonly level?: 'debug' | undefined;
  readonly data?: LogFields['data'];
}

/** Calls back at each tick, with the instant that the tick stands for, until stopped. */
export type Ticker = (onTick: (at: Date) => void) => { readonly stop: () => void };

export interface SchedulerOptions {
  readonly jobs: readonly ScheduledJob[];
  readonly clock: Clock;
  readonly log: Log;
  /** Once aborted, no job starts any more. */
  readonly stop: AbortSignal;
  /** When each job last started, whoever ran it; a job without an entry never did. Called until it succeeds once. */
  readonly readLastStarts: () => Promise<ReadonlyMap<string, Date>>;
  readonly observer?: JobObserver;
  /** Called when a job has ended, well or not, before it may start again; not a part of its time. Never fails. */
  readonly afterEach?: () => Promise<void>;
}

interface JobState {
  readonly job: ScheduledJob;
  readonly told: ToldProblem;
  last: Date | null;
  /** After a failure: from when it may restart before its next time, and its last start before that. */
  retry: { readonly from: Date; readonly last: Date | null } | undefined;
  /** Set while the job is running. */
  running: { readonly since: Date; toldSkipAt: Date | undefined } | undefined;
}

/**
 * A job that failed, or found another one running, restarts after this pause, or at its next time if that comes first. A daily job is thus
 * retried the same night, and an operator has a quarter of an hour to fix the cause.
 */
const RETRY_PAUSE_MS = 15 * 60_000;

const NO_OBSERVER: JobObserver = { ticked: () => undefined, skipped: () => undefined, succeeded: () => undefined, failed: () => undefined };

/**
 * Starts jobs at ticks: each when it is due, never while it is still running. A tick is only a prompt to look: what is due follows from the
 * last start, so the next tick catches up once on missed ones. A job without a database stays due until it finds one; a job that fails is
 * due again after a pause.
 */
export class Scheduler {
  private readonly states: readonly JobState[];
  private readonly observer: JobObserver;
  private readonly reading = new ToldProblem('schedule');
  private knowsLast = false;
  private isReading = false;

  constructor(private readonly options: SchedulerOptions) {
    this.observer = options.observer ?? NO_OBSERVER;
    this.states = options.jobs.map((job) => ({
      job,
      told: new ToldProblem(job.name),
      last: null,
      retry: undefined,
      running: undefined,
    }));
  }

  /** Starts what is due at `at`. Resolves when these jobs have ended, successfully or not: no failure ends the scheduler. */
  async tick(at: Date): Promise<void> {
    if (this.isStopping()) return;
    this.observer.ticked(at);
    if (!(await this.readLast(at)) || this.isStopping()) return;
    await Promise.all(this.states.map((state) => this.look(state, at)));
  }

  /** The problems that currently keep jobs from running. */
  get problems(): readonly { readonly job: string; readonly problem: Problem }[] {
    const told = [{ job: 'schedule', told: this.reading }, ...this.states.map(({ job, told }) => ({ job: job.name, told }))];
    return told.flatMap(({ job, told: { problem } }) => (problem === undefined || problem.kind === 'busy' ? [] : [{ job, problem }]));
  }

  /** Whether the mart has answered, so that each job's last start is known. */
  get hasBegun(): boolean {
    return this.knowsLast;
  }

  private isStopping(): boolean {
    return this.options.stop.aborted;
  }

  private async readLast(at: Date): Promise<boolean> {
    if (this.knowsLast || this.isReading) return this.knowsLast;
    this.isReading = true;
    try {
      const last = await this.options.readLastStarts();
      for (const state of this.states) state.last = last.get(state.job.name) ?? null;
      this.knowsLast = true;
      this.reading.isOver(this.options.clock(), this.options.log);
    } catch (error) {
      if (error instanceof StoppedError) return false;
      this.reading.occurred(toProblem(error), at, this.options.log);
    } finally {
      this.isReading = false;
    }
    return this.knowsLast;
  }

  private async look(state: JobState, at: Date): Promise<void> {
    const { job, running } = state;
    if (!isDue(state, at)) return;
    if (running === undefined) {
      await this.execute(state, at);
      return;
    }
    this.observer.skipped(job.name);
    const isToldNow = running.toldSkipAt === undefined || isToldAgain(running.toldSkipAt, at);
    const level = isToldNow ? 'info' : 'debug';
    if (isToldNow) running.toldSkipAt = at;
    this.options.log(`${job.name}: still running since ${running.since.toISOString()}; skipping this tick`, {
      ...{ job: job.name, code: 'tick-skipped', level },
    });
  }

  private async execute(state: JobState, at: Date): Promise<void> {
    const { job, told } = state;
    const { clock, log } = this.options;
    const owedSince = state.retry === undefined ? state.last : state.retry.last;
    const jobId = randomUUID();
    const jobLog = withFields(log, { job: job.name, run: jobId });
    const start = monotonicMs();
    state.running = { since: at, toldSkipAt: undefined };
    state.last = at;
    state.retry = undefined;
    try {
      const result = await job.run({ jobId, log: jobLog });
      const seconds = (monotonicMs() - start) / 1_000;
      told.isOver(clock(), jobLog);
      this.observer.succeeded(job.name, clock(), seconds);
      jobLog(`${job.name}: ${result.text}`, { code: 'job-done', level: result.level ?? 'info', data: { seconds, ...result.data } });
    } catch (error) {
      if (error instanceof StoppedError) {
        const { code, state, next, again } = error;
        jobLog(`${job.name}: ${error.message}`, { code, state, next, again, level: 'info' });
        return;
      }
      const problem = toProblem(error);
      // Due until it has found its databases; other jobs at work, or problems for an operator, take longer.
      if (problem.kind === 'unavailable') state.last = owedSince;
      else state.retry = { from: new Date(at.getTime() + RETRY_PAUSE_MS), last: owedSince };
      this.observer.failed(job.name, clock(), problem);
      told.occurred(problem, clock(), jobLog);
    } finally {
      await this.options.afterEach?.();
      state.running = undefined;
    }
  }
}

function isDue({ job, last, retry }: JobState, at: Date): boolean {
  const isDueSince = (since: Date | null): boolean => job.isDue(at, lastDone(since, at));
  return isDueSince(last) || (retry !== undefined && at >= retry.from && isDueSince(retry.last));
}
