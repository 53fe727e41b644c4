import {
  countJobs,
  countWorkedJobs,
  lockJob,
  recordIdleJob,
  recordJobEnd,
  recordJobStart,
  type JobCounts,
  type JobEnd,
  type JobExecution,
  type JobOrigin,
  type JobWindow,
} from './job-history.sql.js';
import { execute, queryRow, type Connection } from '../db/connection.js';
import { explainErrorOf } from '../mart/mart-session.js';
import { executeAll, requireWritten } from '../mart/written-rows.js';
import type { Clock } from '../model/clock.js';
import { StoppedError } from '../model/errors.js';
import { packageVersion } from '../spec/package-file.js';

export type { JobCounts, JobOrigin, JobWindow } from './job-history.sql.js';

/** What the history records of a job; a `Job` satisfies it. */
export interface RecordedJob {
  readonly mart: Connection;
  readonly id: string;
  readonly clock: Clock;
  readonly origin: JobOrigin | undefined;
}

/** A row of the history. */
export interface HistoryRow {
  readonly jobName: JobExecution['jobName'];
  /** The window, as far as it is known at the start. */
  readonly window?: JobWindow | undefined;
  /** The job's counts so far, however it ends. */
  readonly counts?: (() => JobCounts) | undefined;
}

/** What is recorded of a completed job. */
export interface JobResult {
  readonly rowCount: number;
  readonly message: string;
  readonly window?: JobWindow | undefined;
}

/** A row of the history, and how to describe the completed job. */
export interface JobHistory<T> extends HistoryRow {
  readonly describe: (result: T) => JobResult;
}

/**
 * Runs `work` with a row in CTL_ETL_HISTORY: RUNNING before; COMPLETED, FAILED or STOPPED after. A killed process leaves RUNNING; nothing
 * treats that as a lock, and the next job records that it died. Call it outside a transaction.
 */
export async function withJobHistory<T>(job: RecordedJob, history: JobHistory<T>, work: () => Promise<T>): Promise<T> {
  const { mart, clock } = job;
  const { window, counts, describe } = history;
  const execution = toExecution(job, history, clock());
  const end = (how: Omit<JobEnd, 'endedAt' | 'counts'>): Promise<number> =>
    execute(mart, recordJobEnd(execution, { window, ...how, counts: counts?.(), endedAt: clock() }));
  await beginRow(job, execution);
  let result: T;
  try {
    result = await work();
  } catch (cause) {
    const error = await explainErrorOf(mart, cause);
    // Report the first error; if it also ended the session, the row stays RUNNING.
    await end({ rowCount: counts?.().in ?? 0, ...toFailure(error) }).catch(() => undefined);
    throw error;
  }
  await requireWritten(mart, { ...HISTORY, verb: 'updated', written: await end({ status: 'COMPLETED', ...describe(result) }) });
  return result;
}

const HISTORY = { table: 'ctl_etl_history', wanted: 1 } as const;

const toExecution = ({ id, origin }: RecordedJob, { jobName }: HistoryRow, startedAt: Date): JobExecution => ({
  ...{ jobId: id, jobName, jobVersion: packageVersion() },
  ...{ startedAt, origin },
});

async function beginRow({ mart, id }: RecordedJob, execution: JobExecution): Promise<void> {
  await execute(mart, lockJob(id));
  await executeAll(mart, recordJobStart(execution), { ...HISTORY, verb: 'inserted' });
}

const toFailure = (error: unknown): Pick<JobEnd, 'status' | 'message'> => ({
  status: error instanceof StoppedError ? 'STOPPED' : 'FAILED',
  message: error instanceof Error ? error.message : String(error),
});

/** The rows of one piece of work that may find nothing to do. */
export interface RowsHistory<T> {
  /** If nothing was done, the first row stands for all. */
  readonly rows: readonly [CountingRow, ...CountingRow[]];
  /** Whether nothing was done, in this attempt or an earlier one. */
  readonly isIdle: (result: T) => boolean;
  readonly describe: (result: T) => JobResult;
}

interface CountingRow extends HistoryRow {
  readonly counts: () => JobCounts;
}

/**
 * Like `withJobHistory`, for jobs that run hundreds of times a day and mostly find nothing: the rows are begun when `work` calls `begin`.
 * If it never does and nothing fails, the row of the last execution that found nothing is reused for this one.
 */
export async function withHistoryOfRows<T>(
  job: RecordedJob,
  { rows, isIdle, describe }: RowsHistory<T>,
  work: (begin: () => Promise<void>) => Promise<T>,
): Promise<T> {
  const { mart, id, clock } = job;
  const startedAt = clock();
  const history = { isBegun: false };
  const begin = async (): Promise<void> => {
    if (history.isBegun) return;
    history.isBegun = true;
    for (const row of rows) await executeAll(mart, recordJobStart(toExecution(job, row, startedAt)), { ...HISTORY, verb: 'inserted' });
  };
  const end = async (how: Omit<JobEnd, 'endedAt' | 'counts'>): Promise<void> => {
    await begin();
    for (const row of rows) {
      const ended = recordJobEnd(toExecution(job, row, startedAt), { ...how, counts: row.counts(), endedAt: clock() });
      await executeAll(mart, ended, { ...HISTORY, verb: 'updated' });
    }
  };
  await execute(mart, lockJob(id));
  let result: T;
  try {
    result = await work(begin);
  } catch (cause) {
    const error = await explainErrorOf(mart, cause);
    await end({ rowCount: rows[0].counts().in ?? 0, ...toFailure(error) }).catch(() => undefined);
    throw error;
  }
  if (history.isBegun || !isIdle(result) || (await queryRow<{ jobs: number }>(mart, countWorkedJobs(id))).jobs > 0)
    await end({ status: 'COMPLETED', ...describe(result) });
  else {
    const { window } = describe(result);
    const idle = recordIdleJob(toExecution(job, rows[0], startedAt), { window, endedAt: clock(), counts: rows[0].counts() });
    await requireWritten(mart, { ...HISTORY, verb: 'updated', ...(await queryRow<{ written: number }>(mart, idle)) });
  }
  return result;
}

/** Runs the steps before an execution's first row; if they fail, this row records why, as if the job had begun. */
export async function withFailureOnRecord<T>(job: RecordedJob, row: HistoryRow, work: () => Promise<T>): Promise<T> {
  const execution = toExecution(job, row, job.clock());
  try {
    return await work();
  } catch (error) {
    await recordFailure(job, row, execution, error).catch(() => undefined);
    throw error;
  }
}

async function recordFailure(job: RecordedJob, { window }: HistoryRow, execution: JobExecution, cause: unknown): Promise<void> {
  const { mart, id, clock } = job;
  if ((await queryRow<{ jobs: number }>(mart, countJobs(id))).jobs > 0) return;
  await beginRow(job, execution);
  const error = await explainErrorOf(mart, cause);
  await execute(mart, recordJobEnd(execution, { window, rowCount: 0, ...toFailure(error), endedAt: clock() }));
}
