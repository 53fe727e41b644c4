import type { Statement } from '../db/connection.js';

/**
 * One row a scheduled job that has ever begun, whoever ran it. A cycle whose window was left half-read has not: it is to be taken up at
 * once. Cycles by the sources, because other jobs write histories of the same names.
 */
export const selectLastStarts = (): Statement => ({
  text: `with cycles as (
  select
    max(last_run_at) as at,
    bool_or(window_ceiling is not null) as is_open
  from chatmart_source
)
select
  'cycle' as job,
  at
from cycles
where at is not null
  and not is_open
union all
select
  case job_name when 'Job_AggregateGIM' then 'aggregate' else 'maintain' end as job,
  max(start_time) as at
from ctl_etl_history
where job_name in ('Job_AggregateGIM', 'Job_MaintainGIM')
group by job_name`,
});
