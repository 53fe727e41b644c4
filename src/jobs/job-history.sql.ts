import type { Statement } from '../db/connection.js';

/** One execution of a job. */
export interface JobExecution {
  readonly jobId: string;
  readonly jobName:
    | 'Job_InitializeGIM'
    | 'Job_ExtractICON'
    | 'Job_TransformGIM'
    | 'Job_AggregateGIM'
    | 'Job_MaintainGIM'
    | 'Job_ReconcileICON'
    | 'Job_EraseInteractions'
    | 'Job_NameMember';
  readonly jobVersion: string;
  readonly startedAt: Date;
  readonly origin?: JobOrigin | undefined;
}

/** What asked for a job. */
export interface JobOrigin {
  readonly command: string;
  /** Of the settings, without passwords. */
  readonly configHash: string;
}

/** The range that a job read; null: no such border. */
export interface JobWindow {
  readonly from: Date | null;
  readonly to: Date | null;
}

/** The counts of a job; those that it does not count are left out. */
export interface JobCounts {
  readonly in?: number;
  readonly out?: number;
  readonly discarded?: number;
  readonly late?: number;
  readonly reread?: number;
}

export interface JobEnd {
  /** STOPPED: somebody asked for it; what was committed is kept, and the next execution goes on. */
  readonly status: 'COMPLETED' | 'FAILED' | 'STOPPED';
  readonly endedAt: Date;
  readonly rowCount: number;
  readonly message: string;
  readonly window?: JobWindow | undefined;
  readonly counts?: JobCounts | undefined;
}

/** Longest text of CTL_ETL_HISTORY.MESSAGE. */
const MESSAGE_LENGTH = 1024;

/** Records that a job runs; a second execution with the same id restarts the row. */
export const recordJobStart = (job: JobExecution): Statement => ({
  text: `insert into ctl_etl_history (job_id, job_name, job_version, start_time, status, created_ts, command, config_hash)
values ($1, $2, $3, $4::timestamptz at time zone 'UTC', 'RUNNING', floor(extract(epoch from $4::timestamptz)), $5, $6)
on conflict (job_id, job_name) do update set
  job_version = excluded.job_version,
  start_time = excluded.start_time,
  end_time = null,
  duration = null,
  status = excluded.status,
  row_count = null,
  message = null`,
  values: [
    job.jobId,
    job.jobName,
    job.jobVersion,
    job.startedAt.toISOString(),
    job.origin?.command ?? null,
    job.origin?.configHash ?? null,
  ],
});

/** Takes the lock that shows that a job is alive, for as long as the session lives. */
export const lockJob = (jobId: string): Statement => ({
  text: `select pg_advisory_lock_shared(hashtextextended('chatmart job ' || $1::text, 0))`,
  values: [jobId],
});

/** Jobs whose process ended without a word: nobody holds their lock. Others may be at work beside this one: a backfill, a run. */
export const recordDeadJobs = (now: Date): Statement => ({
  text: `update ctl_etl_history set
  end_time = $1::timestamptz at time zone 'UTC',
  duration = extract(epoch from $1::timestamptz at time zone 'UTC' - start_time)::integer,
  status = 'FAILED',
  message = 'The process died; what it had committed is kept.'
where status = 'RUNNING'
  and pg_try_advisory_xact_lock(hashtextextended('chatmart job ' || job_id, 0))`,
  values: [now.toISOString()],
});

/** Executions that were stopped at once: their own session could not say so any more. */
export const recordStoppedJobs = (jobId: string, at: Date, message: string): Statement => ({
  text: `update ctl_etl_history set
  end_time = $2::timestamptz at time zone 'UTC',
  duration = extract(epoch from $2::timestamptz at time zone 'UTC' - start_time)::integer,
  status = 'STOPPED',
  message = $3
where status = 'RUNNING'
  and job_id = $1`,
  values: [jobId, at.toISOString(), message],
});

/** Records how a job ended. */
export const recordJobEnd = (job: JobExecution, end: JobEnd): Statement => ({
  text: `update ctl_etl_history set
  end_time = $3::timestamptz at time zone 'UTC',
  duration = $4,
  status = $5,
  row_count = $6,
  message = $7,
  window_from = $8::timestamptz at time zone 'UTC',
  window_to = $9::timestamptz at time zone 'UTC',
  in_count = $10,
  out_count = $11,
  discarded_count = $12,
  late_count = $13,
  reread_count = $14
where job_id = $1
  and job_name = $2`,
  values: [
    job.jobId,
    job.jobName,
    end.endedAt.toISOString(),
    Math.round((end.endedAt.getTime() - job.startedAt.getTime()) / 1000),
    end.status,
    end.rowCount,
    Array.from(end.message).slice(0, MESSAGE_LENGTH).join(''),
    end.window?.from?.toISOString() ?? null,
    end.window?.to?.toISOString() ?? null,
    end.counts?.in ?? null,
    end.counts?.out ?? null,
    end.counts?.discarded ?? null,
    end.counts?.late ?? null,
    end.counts?.reread ?? null,
  ],
});

/** What an execution says that found nothing to do. */
const NOTHING_NEW = 'Nothing new';

/**
 * Writes that a job found nothing to do: into the row of the last execution, if that found nothing either and was of the same command, settings
 * and release. So the newest of them stands for all since WINDOW_FROM, which stays. One row: how many rows were written.
 */
export const recordIdleJob = (job: JobExecution, end: Pick<JobEnd, 'endedAt' | 'window' | 'counts'>): Statement => ({
  text: `with newest as (
  select
    job_id,
    job_name
  from ctl_etl_history
  where job_name = $2
    and command is distinct from 'backfill'
    and start_time <= $4::timestamptz at time zone 'UTC'
  order by start_time desc
  limit 1
),
kept as (
  update ctl_etl_history set
    job_id = $1,
    start_time = $4::timestamptz at time zone 'UTC',
    end_time = $5::timestamptz at time zone 'UTC',
    duration = $6,
    window_to = $8::timestamptz at time zone 'UTC',
    created_ts = floor(extract(epoch from $4::timestamptz))
  from newest
  where ctl_etl_history.job_id = newest.job_id
    and ctl_etl_history.job_name = newest.job_name
    and status = 'COMPLETED'
    and message = '${NOTHING_NEW}'
    and job_version = $3
    and command is not distinct from $9
    and config_hash is not distinct from $10
    and not exists (
      select from ctl_etl_history as other
      where other.job_id = newest.job_id
        and other.job_name <> newest.job_name
    )
    and (newest.job_id = $1 or not exists (select from ctl_etl_history as own where own.job_id = $1 and own.job_name = $2))
  returning 1
),
added as (
  insert into ctl_etl_history (
    job_id, job_name, job_version, start_time, end_time, duration, status, row_count, message, window_from, window_to,
    in_count, out_count, created_ts, command, config_hash
  )
  select
    $1, $2, $3, $4::timestamptz at time zone 'UTC', $5::timestamptz at time zone 'UTC', $6, 'COMPLETED', 0, '${NOTHING_NEW}',
    $7::timestamptz at time zone 'UTC', $8::timestamptz at time zone 'UTC',
    $11, $12, floor(extract(epoch from $4::timestamptz)), $9, $10
  where not exists (select from kept)
  on conflict (job_id, job_name) do update set
    end_time = excluded.end_time,
    duration = excluded.duration,
    window_to = excluded.window_to
  returning 1
)
select (select count(*) from kept) + (select count(*) from added) as written`,
  values: [
    job.jobId,
    job.jobName,
    job.jobVersion,
    job.startedAt.toISOString(),
    end.endedAt.toISOString(),
    Math.round((end.endedAt.getTime() - job.startedAt.getTime()) / 1000),
    end.window?.from?.toISOString() ?? null,
    end.window?.to?.toISOString() ?? null,
    job.origin?.command ?? null,
    job.origin?.configHash ?? null,
    end.counts?.in ?? null,
    end.counts?.out ?? null,
  ],
});

/** How many jobs of an execution are on record that did something, or failed. */
export const countWorkedJobs = (jobId: string): Statement => ({
  text: `select count(*) as jobs
from ctl_etl_history
where job_id = $1
  and message is distinct from '${NOTHING_NEW}'`,
  values: [jobId],
});

/** How many jobs of an execution are on record. */
export const countJobs = (jobId: string): Statement => ({
  text: `select count(*) as jobs
from ctl_etl_history
where job_id = $1`,
  values: [jobId],
});

/** Slices that an execution left half-done because it was stopped: still to be done. */
export const releaseSlices = (jobId: string): Statement => ({
  text: `update chatmart_slice
set status = 'PENDING',
  started_at = null
where job_id = $1
  and status = 'RUNNING'`,
  values: [jobId],
});
