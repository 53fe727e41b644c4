import { execute, type Connection } from '../db/connection.js';
import { isNodeAway } from '../db/cluster-node.js';
import { toOperatorError } from '../db/operator-error.js';
import { isTransient, isUnanswered } from '../db/postgres-errors.js';
import { takeJobLock, type JobLock, type RunSession } from '../mart/locks.js';
import type { MartProperties } from '../mart/mart-properties.js';
import { withMartSession } from '../mart/mart-session.js';
import { requireMart } from '../mart/schema/mart-access.js';
import { monotonicMs, systemClock, type Clock } from '../model/clock.js';
import { ChatmartError, StoppedError } from '../model/errors.js';
import type { Log } from '../model/log.js';
import { withJobHistory, type JobHistory } from './job-history.js';
import { recordDeadJobs, recordStoppedJobs, releaseSlices, type JobOrigin } from './job-history.sql.js';
import { pause, type StopRequest } from './stop.js';
import type { MartTarget } from './target.js';
import type { Tuning } from './tuning.js';
import { randomUUID } from 'node:crypto';

/** What every command passes to its jobs. */
export interface JobSettings {
  readonly clock?: Clock | undefined;
  readonly log?: Log | undefined;
  /** Asked between two chunks. */
  readonly stop?: StopRequest | undefined;
  /** For the job history. */
  readonly origin?: JobOrigin | undefined;
  /** JOB_ID of the audit and history rows; default: a new one. */
  readonly jobId?: string | undefined;
  /** The single instant that the job's decisions are based on; default: its start. */
  readonly now?: Date | undefined;
  readonly tuning?: Tuning | undefined;
  /** What the configuration says of the mart; undefined: nothing. */
  readonly properties?: MartProperties | undefined;
}

/** A job that has a name and an instant, and no session yet. */
export interface StartedJob {
  /** Its sessions are those of `chatmart <verb>`. */
  readonly verb: string;
  readonly target: MartTarget;
  /** JOB_ID of the audit and history rows. */
  readonly id: string;
  readonly origin: JobOrigin | undefined;
  readonly clock: Clock;
  readonly now: Date;
  readonly log: Log;
  readonly stop: StopRequest | undefined;
  readonly properties: MartProperties;
  readonly tuning: Tuning;
  /** Since it was started. */
  readonly seconds: () => number;
}

/** A running job, as its work receives it. */
export interface Job extends StartedJob {
  /** A session on the mart, which is of this version and may be written to. */
  readonly mart: Connection;
  /** Reports that all databases have answered: from now on lost ones are waited for. Work must call it. */
  readonly begin: () => void;
}

/** Options of running a job. */
export interface JobPlan<T> {
  /** The lock against other jobs; undefined: none. */
  readonly lock?: JobLock | undefined;
  /** A further check before anything is written. */
  readonly check?: ((mart: Connection) => Promise<void>) | undefined;
  /** `mart`: when the mart has answered; `work`: when work says so, which asks an IDB as well. */
  readonly begins: 'mart' | 'work';
  /** Goes up with everything that is done for good: after that the delays of the retries begin anew. */
  readonly progress?: (() => number) | undefined;
  /** All of the work, as the history has it; undefined: work puts its jobs on record itself. */
  readonly history?: JobHistory<T> | undefined;
  /** A part of another job, which has begun and has looked for dead jobs. */
  readonly isPart?: boolean | undefined;
}

/** Gives a job its id and its instant; the seconds that it takes count from here. */
export function startJob(verb: string, { martUrl, martSchema }: MartTarget, settings: JobSettings): StartedJob {
  const { clock = systemClock, log = () => undefined, stop, origin, jobId = randomUUID(), now = clock() } = settings;
  const { properties = {}, tuning = {} } = settings;
  const start = monotonicMs();
  const seconds = (): number => (monotonicMs() - start) / 1000;
  return { verb, target: { martUrl, martSchema }, id: jobId, origin, clock, now, log, stop, properties, tuning, seconds };
}

/**
 * Runs the work of a job in a session on its mart, under its lock and with its history, and again where it failed for a reason that passes:
 * work must find for itself what an earlier attempt committed. Errors: `BusyError` of the lock, `ConfigError` of the mart, `StoppedError`.
 */
export function runJob<T>(job: StartedJob, plan: JobPlan<T>, work: (job: Job) => Promise<T>): Promise<T> {
  const { log, stop, tuning } = job;
  const { progress = () => 0, isPart = false } = plan;
  const attempts: Attempts = { sessions: [], hasBegun: isPart };
  const retries = { log, stop, retryDelaysMs: tuning.retryDelaysMs, progress, hasBegun: () => attempts.hasBegun };
  return withStopOnRecord(job, () => withRetries(() => attempt(job, plan, attempts, work), retries));
}

/** State that one attempt passes to the next. */
interface Attempts {
  /** That held the lock. */
  readonly sessions: RunSession[];
  hasBegun: boolean;
}

function attempt<T>(started: StartedJob, plan: JobPlan<T>, attempts: Attempts, work: (job: Job) => Promise<T>): Promise<T> {
  const { verb, target, clock, stop, tuning } = started;
  const { lock, check, begins, history, isPart = false } = plan;
  const session = { url: target.martUrl, applicationName: `chatmart ${verb}`, schema: target.martSchema, limits: tuning.limits };
  return withMartSession({ ...session, endedBy: stop?.atOnce }, async (mart) => {
    if (lock !== undefined) attempts.sessions.push(await takeJobLock(mart, lock, attempts.sessions));
    await requireMart(mart, { writes: true });
    await check?.(mart);
    const begin = (): void => void (attempts.hasBegun = true);
    if (begins === 'mart') begin();
    if (!isPart) await execute(mart, recordDeadJobs(clock()));
    const job: Job = { ...started, mart, begin };
    const result = await (history === undefined ? work(job) : withJobHistory(job, history, () => work(job)));
    if (!attempts.hasBegun) throw new Error(`chatmart ${verb} did its work without saying that it had begun`);
    return result;
  });
}

export interface RetryOptions {
  readonly log: Log;
  readonly retryDelaysMs?: readonly number[] | undefined;
  /** Goes up with everything that is done for good: after that the delays begin anew. */
  readonly progress: () => number;
  /** Whether the databases have answered before: then one that no longer does is waited for, and the last error says what is left. */
  readonly hasBegun: () => boolean;
  /** A stop request ends the waiting for the next attempt. */
  readonly stop?: StopRequest | undefined;
}

/** About a quarter of a minute in all: a fail-over of the server or a restart; what takes longer is for the next run. */
export const RETRY_DELAYS_MS: readonly number[] = [500, 1_000, 2_000, 4_000, 8_000];

/**
 * Does work again that failed for a reason that passes: a lost connection, a restart, a deadlock. Any other error is thrown at once. Work
 * must find for itself what an earlier attempt committed. Errors: `StoppedError`.
 */
export async function withRetries<T>(work: () => Promise<T>, options: RetryOptions): Promise<T> {
  const { log, progress, hasBegun, stop, retryDelaysMs = RETRY_DELAYS_MS } = options;
  let failures = 0;
  for (;;) {
    stop?.afterChunk.throwIfAborted();
    const done = progress();
    try {
      return await work();
    } catch (error) {
      // Ended sessions fail in many ways; report the reason why they were ended.
      if (error instanceof StoppedError) throw error;
      stop?.atOnce.throwIfAborted();
      if (progress() > done) failures = 0;
      const delayMs = retryDelaysMs[failures++];
      const isWorthWaiting = isTransient(error) && (hasBegun() || !isUnanswered(error));
      if (!isWorthWaiting || delayMs === undefined) throw hasBegun() && error instanceof ChatmartError ? error.afterWork() : error;
      const told = isNodeAway(error) ? toOperatorError(error) : error;
      const reason = told instanceof Error ? told.message : String(told);
      log(`${reason}. Committed work is kept; trying again in ${delayMs / 1000} s (${failures} of ${retryDelaysMs.length})`, {
        level: 'warning',
        code: 'trying-again',
      });
      await pause(delayMs, stop);
    }
  }
}

/**
 * Does the work of a job; if it is stopped at once, which ends the sessions that would say so, another session puts on record that it was
 * stopped. Best effort: what cannot be written the next job finds out.
 */
async function withStopOnRecord<T>(job: StartedJob, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (job.stop?.atOnce.aborted === true && error instanceof StoppedError) await recordStop(job, error.message).catch(() => undefined);
    throw error;
  }
}

const STOP_TIMEOUT_MS = 2_000;

function recordStop({ target, id, clock, tuning }: StartedJob, message: string): Promise<unknown> {
  // After a second request, do not wait for what the job itself was waiting for: a lock, or a standby.
  const session = { applicationName: 'chatmart stop', limits: tuning.limits, statementTimeoutMs: STOP_TIMEOUT_MS };
  return withMartSession({ ...session, url: target.martUrl, schema: target.martSchema }, async (mart) => {
    await mart.query('set synchronous_commit to local');
    await execute(mart, recordStoppedJobs(id, clock(), message));
    await execute(mart, releaseSlices(id));
  });
}
