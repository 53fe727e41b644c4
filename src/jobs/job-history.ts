import { execute, withConnection, type Connection } from '../db/connection.js';
import type { SessionLimits } from '../db/session-limits.js';
import type { Clock } from '../model/clock.js';
import { StoppedError } from '../model/errors.js';
import { packageVersion } from '../spec/package-version.js';
import { releaseSlices } from './backfill-ledger.sql.js';
import { lockJob, recordJobEnd, recordJobStart, recordStoppedJobs, type JobEnd, type JobExecution } from './job-history.sql.js';
import type { StopRequest } from './stop-request.js';

export interface JobHistoryOptions {
  readonly jobId: string;
  readonly jobName: JobExecution['jobName'];
  readonly clock: Clock;
}

/**
 * Runs a job with a row in CTL_ETL_HISTORY: RUNNING before; COMPLETED, FAILED or STOPPED after.
 * A process that is killed leaves RUNNING; nothing reads that as a lock, and the next job says that it died. Call it outside a transaction.
 */
export async function withJobHistory<T>(
  connection: Connection,
  options: JobHistoryOptions,
  work: () => Promise<T>,
  describe: (result: T) => { readonly rowCount: number; readonly message: string },
): Promise<T> {
  const { jobId, jobName, clock } = options;
  const job: JobExecution = { jobId, jobName, jobVersion: packageVersion(), startedAt: clock() };
  const end = (how: Omit<JobEnd, 'endedAt'>): Promise<number> => execute(connection, recordJobEnd(job, { ...how, endedAt: clock() }));
  await execute(connection, lockJob(jobId));
  await execute(connection, recordJobStart(job));
  let result: T;
  try {
    result = await work();
  } catch (error) {
    // The first error is the one to tell; where it took the session along, the row stays RUNNING.
    const status = error instanceof StoppedError ? 'STOPPED' : 'FAILED';
    await end({ status, rowCount: 0, message: error instanceof Error ? error.message : String(error) }).catch(() => undefined);
    throw error;
  }
  await end({ status: 'COMPLETED', ...describe(result) });
  return result;
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

function recordStop({ martUrl, martSchema, limits, jobId, clock }: StoppableJob, message: string): Promise<unknown> {
  return withConnection({ url: martUrl, applicationName: 'chatmart stop', schema: martSchema, limits }, async (mart) => {
    await execute(mart, recordStoppedJobs(jobId, clock(), message));
    await execute(mart, releaseSlices(jobId));
  });
}
