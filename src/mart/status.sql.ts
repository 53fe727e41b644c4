import type { Statement } from '../db/connection.js';

/** An active session without new rows for this long is reported as stale; it is never ended for that. */
export const STALE_SECONDS = 30 * 86_400;

/** A run has only a few transactions; this many consecutive ones may have a wrong time. */
const NEAR_KEYS = 50;

/**
 * SQL that tells whether nothing has touched an active session since an instant (epoch seconds), from the audit row of the transaction that
 * last touched it. If that row's time lies before the instant or in the future, a clock may have been wrong: audit keys are in commit
 * order, so the session was touched no earlier than the transactions shortly before.
 */
export const isUntouchedSince = (staleTs: string, nowTs: string): string => `(
      ctl_audit_log.created_ts not between ${staleTs} + 1 and ${nowTs}
      and (
        select max(near.created_ts)
        from ctl_audit_log as near
        where near.audit_key between greatest(ctl_audit_log.audit_key - ${NEAR_KEYS}, 1) and ctl_audit_log.audit_key
          and near.created_ts <= ${nowTs}
      ) <= ${staleTs}
    )`;

/**
 * One row per source: how far it is complete, whether a window was left half-read, and the snapshots of its IDB that the runs have kept, as
 * `[{ xmax, takenAt, … }, …]`.
 */
export const selectSources = (): Statement => ({
  text: `select
  source_name,
  table_name,
  complete_until,
  last_run_at,
  aggregated_until,
  ignored_keys,
  ignored_keys_at,
  window_ceiling is not null as window_open,
  marks as snapshots
from chatmart_source
order by source_name`,
});

/**
 * One row: the contents of the fact. The days come from the index on the start, the count from the primary key. The aggregates would be
 * faster, but they lag behind after a failed aggregation, which is when someone asks.
 */
export const selectSessions = (): Statement => ({
  text: `select
  (select count(*) from chat_session_fact) as sessions,
  (select min(start_date_time_key) from chat_session_fact) as first_key,
  (select max(start_date_time_key) from chat_session_fact) as last_key`,
});

/** A session that became stale within this time counts as newly stale. */
const NEWLY_SECONDS = 7 * 86_400;

/** One row: the sessions that have not ended, those that no transaction has touched for `STALE_SECONDS`, and the new ones among these. */
export const selectActiveSessions = (nowTs: number): Statement => ({
  text: `select
  count(*) as active,
  count(*) filter (where ${isUntouchedSince('$1::integer', '$2::integer')}) as stale,
  count(*) filter (
    where ${isUntouchedSince('$1::integer', '$2::integer')}
      and not ${isUntouchedSince('$3::integer', '$2::integer')}
  ) as newly_stale
from chat_session_fact
left join ctl_audit_log
  on ctl_audit_log.audit_key = coalesce(chat_session_fact.update_audit_key, chat_session_fact.create_audit_key)
where chat_session_fact.active_flag = 1`,
  values: [nowTs - STALE_SECONDS, nowTs, nowTs - STALE_SECONDS - NEWLY_SECONDS],
});

/** One row per discard code with open discards. */
export const selectOpenDiscards = (): Statement => ({
  text: `select
  code,
  min(reason) as reason,
  count(*) as discards,
  min(etl_ts) as oldest_ts
from stg_transform_discards
where resolved_ts is null
group by code
order by code`,
});

/** One row: how many 15-minute intervals wait for aggregation. */
export const selectPendingIntervals = (): Statement => ({
  text: `select count(distinct start_date_time_key) as intervals from chatmart_pending_agg`,
});

/** The newest jobs, without those that began after an instant: their clock was ahead. */
export const selectLastJobs = (limit: number, until: Date): Statement => ({
  text: `select
  job_name,
  status,
  start_time,
  duration,
  row_count,
  message
from ctl_etl_history
where start_time <= $2::timestamptz at time zone 'UTC'
order by start_time desc, job_name
limit $1`,
  values: [limit, until.toISOString()],
});

/**
 * The newest runs and, before them, those that failed within a day; without those that began after an instant. Only the jobs of that day
 * are read, or the newest few if the day has fewer, so that the cost does not grow with the history.
 */
export const selectLastRuns = (limit: number, until: Date): Statement => ({
  text: `with newest as (
  select *
  from ctl_etl_history
  where ctl_etl_history.start_time <= $2::timestamptz at time zone 'UTC'
  order by start_time desc
  limit greatest($3, (
    select count(*)
    from ctl_etl_history
    where start_time > $2::timestamptz at time zone 'UTC' - interval '1 day'
      and start_time <= $2::timestamptz at time zone 'UTC'
  ))
),
run as (
  select
    job_id,
    max(command) as command,
    array_agg(job_name::text order by start_time, job_name) as jobs,
    min(start_time) as started,
    max(end_time) as ended,
    case
      when bool_or(status = 'FAILED') then 'FAILED'
      when bool_or(status = 'STOPPED') then 'STOPPED'
      when bool_or(status = 'RUNNING') then 'RUNNING'
      else 'COMPLETED'
    end as status,
    (array_agg(message order by status <> 'FAILED', status <> 'STOPPED', start_time, job_name) filter (where message <> ''))[1] as message
  from newest
  group by job_id
),
ranked as (
  select
    *,
    row_number() over (
      order by status = 'FAILED' and started > $2::timestamptz at time zone 'UTC' - interval '1 day' desc, started desc, job_id
    ) as place
  from run
)
select
  command,
  jobs,
  status,
  started,
  case when status <> 'RUNNING' then extract(epoch from ended - started)::integer end as seconds,
  message
from ranked
where place <= $1
order by place`,
  values: [limit, until.toISOString(), limit * MOST_JOBS_A_RUN],
});

/** A run extracts, transforms and aggregates, and compares; an HA pair does some of it twice. */
const MOST_JOBS_A_RUN = 20;

/** The reports that are not delivered yet; times are epoch seconds. */
export const selectUndelivered = (): Statement => ({
  text: `select
  delivery_name,
  period_from,
  period_to,
  attempts,
  next_attempt_ts,
  problem
from chatmart_delivery
where delivered_ts is null
order by period_to, delivery_name`,
});

/** One row per property of the mart's schema. */
export const selectSchemaVersion = (): Statement => ({
  text: `select value as version from ctl_schema_info where property = 'schema-version'`,
});
