import type { Statement } from '../../db/connection.js';

/**
 * One row per job that is not overdue: when it last started, whoever ran it. A load whose window is half-read, or that failed, is due at
 * once. Maintenance and aggregation count from the last completed one; if none completed, they are overdue since just before the first
 * attempt. Loads are found by the sources, because other jobs write history rows of the same names. A start after `now` came from a clock
 * that was ahead, and is ignored.
 */
export const selectLastStarts = (now: Date): Statement => ({
  text: `with load as (
  select
    max(last_run_at) filter (where last_run_at <= $1::timestamptz at time zone 'UTC') as at,
    bool_or(window_ceiling is not null) as is_open
  from chatmart_source
),
newest_load as (
  select job_id
  from ctl_etl_history
  where job_name = 'Job_ExtractICON'
    and command in ('run', 'schedule')
    and start_time <= $1::timestamptz at time zone 'UTC'
  order by start_time desc
  limit 1
)
select
  'cycle' as job,
  at
from load
where at is not null
  and not is_open
  and not exists (select from ctl_etl_history where job_id in (select job_id from newest_load) and status = 'FAILED')
union all
select
  case job_name when 'Job_AggregateGIM' then 'aggregate' else 'maintain' end as job,
  coalesce(max(start_time) filter (where status = 'COMPLETED'), min(start_time) - interval '1 minute') as at
from ctl_etl_history
where job_name in ('Job_AggregateGIM', 'Job_MaintainGIM')
  and start_time <= $1::timestamptz at time zone 'UTC'
group by job_name`,
  values: [now.toISOString()],
});
