import {
  releaseSlices,
  countJobs,
  countWorkedJobs,
  lockJob,
  recordIdleJob,
  recordJobEnd,
  recordJobStart,
  recordStoppedJobs,
  type JobCounts,
  type JobEnd,
  type JobExecution,
  type JobOrigin,
  type JobWindow,
} from './job-history.sql.js';
import { execute, queryRow, type Connection } from '../db/connection.js';
import { explainErrorOf, withMartSession } from '../mart/mart-session.js';
import { executeAll, requireWritten } from '../mart/written-rows.js';
import type { SessionLimits } from '../db/session-limits.js';
import type { Clock } from '../model/clock.js';
import { StoppedError } from '../model/errors.js';
import { packageVersion } from '../spec/package-file.js';

import type { StopRequest } from './stop.js';

export type { JobCounts, JobOrigin, JobWindow } from './job-history.sql.js';

export interface JobHistoryOptions {
  readonly jobId: string;
  readonly jobName: JobExecution['jobName'];
  readonly clock: Clock;
  readonly origin?: JobOrigin | undefined;
  /** What is known beforehand of what the job looks at. */
  readonly window?: JobWindow | undefined;
  /** What the job has come to so far, however it ends. */
  readonly counts?: (() => JobCounts) | undefined;
}

/** What is told of a job that is done. */
export interface JobResult {
  readonly rowCount: number;
  readonly message: string;
  readonly window?: JobWindow | undefined;
}

/**
 * Runs a job with a row in CTL_ETL_HISTORY: RUNNING before; COMPLETED, FAILED or STOPPED after.
 * A process that is killed leaves RUNNING; nothing reads that as a lock, and the next job says that it died. Call it outside a transaction.
 */
export async function withJobHistory<T>(
  connection: Connection,
  options: JobHistoryOptions,
  work: () => Promise<T>,
  describe: (result: T) => JobResult,
): Promise<T> {
  const { jobId, jobName, clock, origin, window, counts } = options;
  const job: JobExecution = { jobId, jobName, jobVersion: packageVersion(), startedAt: clock(), origin };
  const end = (how: Omit<JobEnd, 'endedAt' | 'counts'>): Promise<number> =>
    execute(connection, recordJobEnd(job, { window, ...how, counts: counts?.(), endedAt: clock() }));
  await execute(connection, lockJob(jobId));
  await executeAll(connection, recordJobStart(job), { ...HISTORY, verb: 'inserted' });
  let result: T;
  try {
    result = await work();
  } catch (cause) {
    const error = await explainErrorOf(connection, cause);
    // The first error is the one to tell; where it took the session along, the row stays RUNNING.
    const status = error instanceof StoppedError ? 'STOPPED' : 'FAILED';
    await end({ status, rowCount: counts?.().in ?? 0, message: error instanceof Error ? error.message : String(error) }).catch(
      () => undefined,
    );
    throw error;
  }
  await requireWritten(connection, { ...HISTORY, verb: 'updated', written: await end({ status: 'COMPLETED', ...describe(result) }) });
  return result;
}

/** Jobs that are one piece of work, and may find nothing to do. */
export interface RowsHistoryOptions<T> extends Pick<JobHistoryOptions, 'jobId' | 'clock' | 'origin'> {
  /** The first one stands for them where nothing was done. */
  readonly jobs: readonly [CountingJob, ...CountingJob[]];
  /** Whether nothing was done, in this execution or before it was tried again. */
  readonly isIdle: (result: T) => boolean;
}

interface CountingJob extends Pick<JobHistoryOptions, 'jobName'> {
  readonly counts: () => JobCounts;
}

/**
 * The same as `withJobHistory` for jobs of which a schedule has hundreds a day that find nothing: a row each is begun when `work` calls `begin`.
 * Where it never does, and nothing goes wrong, the row of the last execution that found nothing becomes the one of this.
 */
export async function withHistoryOfRows<T>(
  connection: Connection,
  { jobId, clock, origin, jobs, isIdle }: RowsHistoryOptions<T>,
  work: (begin: () => Promise<void>) => Promise<T>,
  describe: (result: T) => JobResult,
): Promise<T> {
  const startedAt = clock();
  const toJob = ({ jobName }: CountingJob): JobExecution => ({ jobId, jobName, jobVersion: packageVersion(), startedAt, origin });
  const history = { isBegun: false };
  const begin = async (): Promise<void> => {
    if (history.isBegun) return;
    history.isBegun = true;
    for (const each of jobs) await executeAll(connection, recordJobStart(toJob(each)), { ...HISTORY, verb: 'inserted' });
  };
  const end = async (how: Omit<JobEnd, 'endedAt' | 'counts'>): Promise<void> => {
    await begin();
    for (const each of jobs) {
      const ended = recordJobEnd(toJob(each), { ...how, counts: each.counts(), endedAt: clock() });
      await executeAll(connection, ended, { ...HISTORY, verb: 'updated' });
    }
  };
  await execute(connection, lockJob(jobId));
  let result: T;
  try {
    result = await work(begin);
  } catch (cause) {
    const error = await explainErrorOf(connection, cause);
    const status = error instanceof StoppedError ? 'STOPPED' : 'FAILED';
    await end({
      ...{ status, rowCount: jobs[0].counts().in ?? 0 },
      message: error instanceof Error ? error.message : String(error),
    }).catch(() => undefined);
    throw error;
  }
  if (history.isBegun || !isIdle(result) || (await queryRow<{ jobs: number }>(connection, countWorkedJobs(jobId))).jobs > 0)
    await end({ status: 'COMPLETED', ...describe(result) });
  else {
    const { window } = describe(result);
    const idle = recordIdleJob(toJob(jobs[0]), { window, endedAt: clock(), counts: jobs[0].counts() });
    await requireWritten(connection, { ...HISTORY, verb: 'updated', ...(await queryRow<{ written: number }>(connection, idle)) });
  }
  return result;
}

const HISTORY = { table: 'ctl_etl_history', wanted: 1 } as const;

/** Does what leads up to the first job of an execution; if that fails, a row in CTL_ETL_HISTORY says why, as if the job had begun. */
export async function withFailureOnRecord<T>(connection: Connection, options: JobHistoryOptions, work: () => Promise<T>): Promise<T> {
  const startedAt = options.clock();
  try {
    return await work();
  } catch (error) {
    await recordFailure(connection, options, startedAt, error).catch(() => undefined);
    throw error;
  }
}

async function recordFailure(connection: Connection, options: JobHistoryOptions, startedAt: Date, error: unknown): Promise<void> {
  const { jobs } = await queryRow<{ jobs: number }>(connection, countJobs(options.jobId));
  if (jobs > 0) return;
  const work = (): Promise<never> => Promise.reject(error instanceof Error ? error : new Error(String(error)));
  await withJobHistory(connection, { ...options, clock: firstThen(startedAt, options.clock) }, work, () => ({ rowCount: 0, message: '' }));
}

/** A clock that says one time at first. */
function firstThen(first: Date, clock: Clock): Clock {
  let isFirst = true;
  return () => {
    const at = isFirst ? first : clock();
    isFirst = false;
    return at;
  };
}

export interface StoppableJob {
  readonly martUrl: string;
  readonly martSchema: string;
  readonly limits?: Partial<SessionLimits> | undefined;
  readonly stop?: StopRequest | undefined;
  readonly jobId: string;
  readonly clock: Clock;
}

/**
 * Does the work of a job; if it is stopped at once, which ends the sessions that would say so, another session puts on record that it was
 * stopped. Best effort: what cannot be written the next job finds out.
 */
export async function withStopOnRecord<T>(job: StoppableJob, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (job.stop?.atOnce.aborted === true && error instanceof StoppedError) await recordStop(job, error.message).catch(() => undefined);
    throw error;
  }
}

const STOP_TIMEOUT_MS = 2_000;

function recordStop({ martUrl, martSchema, limits, jobId, clock }: StoppableJob, message: string): Promise<unknown> {
  // Whoever has asked twice does not wait for what the job itself was waiting for: a lock, or a standby.
  const session = { url: martUrl, applicationName: 'chatmart stop', schema: martSchema, limits, statementTimeoutMs: STOP_TIMEOUT_MS };
  return withMartSession(session, async (mart) => {
    await mart.query('set synchronous_commit to local');
    await execute(mart, recordStoppedJobs(jobId, clock(), message));
    await execute(mart, releaseSlices(jobId));
  });
}
