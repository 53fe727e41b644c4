import type { Statement } from '../db/connection.js';

/** One row: when the job history begins; null: it is empty. */
export const selectHistoryStart = (): Statement => ({ text: 'select min(start_time) as at from ctl_etl_history' });

/** An end in the future does not count: a clock was wrong. */
const COMPLETED = `status = 'COMPLETED'
  and end_time <= $1::timestamptz at time zone 'UTC'`;

/** The newest success of one of Info Mart's jobs. */
const lastSuccessOf = (job: string, jobName: string): string => `(
  select
    '${job}' as job,
    end_time as at,
    extract(epoch from end_time - start_time)::float8 as seconds
  from ctl_etl_history
  where job_name = '${jobName}'
    and ${COMPLETED}
  order by start_time desc
  limit 1
)`;

/** The newest run that loaded, all of whose jobs count; a backfill does not. */
const LAST_CYCLE = `(
  select
    'cycle' as job,
    max(end_time) as at,
    extract(epoch from max(end_time) - min(start_time))::float8 as seconds
  from ctl_etl_history
  where job_id in (
    select job_id
    from (
      select job_id
      from ctl_etl_history
      where job_name = 'Job_ExtractICON'
        and command is distinct from 'backfill'
        and ${COMPLETED}
        -- Of the few rows of the run, not as a join: for that, a plan may read all rows.
        and (
          select bool_and(other.status = 'COMPLETED')
          from ctl_etl_history as other
          where other.job_id = ctl_etl_history.job_id
        )
      order by start_time desc
      limit 1
    ) as run
  )
  having count(*) > 0
)`;

const LAST_SUCCESSES: Readonly<Record<string, string>> = {
  cycle: LAST_CYCLE,
  aggregate: lastSuccessOf('aggregate', 'Job_AggregateGIM'),
  maintain: lastSuccessOf('maintain', 'Job_MaintainGIM'),
};

/** The jobs of a schedule that the history knows. */
export const RECORDED_JOBS: readonly string[] = Object.keys(LAST_SUCCESSES);

/**
 * One row for each of some jobs that ever succeeded: when it last did, and how long it took. The history is read back to that: of a job that
 * nobody runs, all of it, so that only those should be named that are run.
 */
export const selectLastSuccesses = (now: Date, jobs: readonly string[]): Statement => ({
  text: jobs.flatMap((job) => LAST_SUCCESSES[job] ?? []).join('\nunion all\n'),
  values: [now.toISOString()],
});

/**
 * One row per source: when ICON stored the newest row of a loaded session, by its ADDED_TS, or when it was loaded, if that was earlier.
 * Normally found in the last two days; otherwise the whole history is searched.
 */
export const selectNewestRows = (nowTs: number): Statement => ({
  text: `with extractions as (
  select
    data_source_key,
    least(max_ts, created_ts) as newest_ts,
    created_ts
  from ctl_extract_history
  where row_count > 0
)
select
  source_name,
  coalesce(
    (
      select max(newest_ts)
      from extractions
      where extractions.data_source_key = chatmart_source.data_source_key
        and created_ts > $1::integer - 2 * 86400
    ),
    (
      select max(newest_ts)
      from extractions
      where extractions.data_source_key = chatmart_source.data_source_key
    )
  ) as newest_ts
from chatmart_source`,
  values: [nowTs],
});

/** One row per discard code with open discards first seen since then. */
export const selectRecentDiscards = (sinceTs: number): Statement => ({
  text: `select
  code,
  count(*) as discards
from stg_transform_discards
where resolved_ts is null
  and etl_ts > $1
group by code`,
  values: [sinceTs],
});

/** One row: epoch seconds of the earliest change that waits for aggregation; null: none waits. */
export const selectPendingSince = (): Statement => ({
  text: `select created_ts as since_ts
from (select min(audit_key) as audit_key from chatmart_pending_agg) as pending
left join ctl_audit_log using (audit_key)`,
});
