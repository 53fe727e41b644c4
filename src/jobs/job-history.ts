import { execute, type Connection } from '../db/connection.js';
import type { Clock } from '../model/clock.js';
import { packageVersion } from '../spec/package-version.js';
import { lockJob, recordJobEnd, recordJobStart, type JobEnd, type JobExecution } from './job-history.sql.js';

export interface JobHistoryOptions {
  readonly jobId: string;
  readonly jobName: JobExecution['jobName'];
  readonly clock: Clock;
}

/**
 * Runs a job with a row in CTL_ETL_HISTORY: RUNNING before, COMPLETED or FAILED after.
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
    await end({ status: 'FAILED', rowCount: 0, message: error instanceof Error ? error.message : String(error) }).catch(() => undefined);
    throw error;
  }
  await end({ status: 'COMPLETED', ...describe(result) });
  return result;
}
