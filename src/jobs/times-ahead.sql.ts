import { FACTS_KEPT_FROM } from '../db/facts-kept-from.sql.js';
import type { Statement } from '../db/connection.js';

/** Columns of CHATMART_SOURCE that say when something was done, or until when something is complete. */
const SOURCE_TIMES = ['complete_until', 'aggregated_until', 'last_run_at', 'whole_at', 'reconciled_at', 'ignored_keys_at'] as const;

/** Names of what is looked at, as `what`. */
export type RecordedTime = (typeof SOURCE_TIMES)[number] | 'job' | 'discard' | 'slice' | 'facts_kept_from';

/** One row a kind of time on record that lies after an instant: its latest, and how many there are. Nothing of it is large, or has no index. */
export const selectTimesAhead = (after: Date): Statement => ({
  text: `with latest as (
  select
    time.what,
    chatmart_source.source_name,
    time.at,
    1 as rows
  from chatmart_source
  cross join lateral (values
    ${SOURCE_TIMES.map((name) => `('${name}', ${name}::timestamp)`).join(',\n    ')}
  ) as time (what, at)
  union all
  select 'job', null, max(start_time), count(*)
  from ctl_etl_history
  where start_time > $1::timestamptz at time zone 'UTC'
  union all
  select 'discard', null, to_timestamp(max(etl_ts)) at time zone 'UTC', count(*)
  from stg_transform_discards
  where resolved_ts is null
    and etl_ts > extract(epoch from $1::timestamptz)
  union all
  select 'slice', source_name, max(finished_at), count(*)
  from chatmart_slice
  where finished_at > $1::timestamptz at time zone 'UTC'
  group by source_name
  union all
  -- Other properties are no times, and a plan may look at the time first.
  select 'facts_kept_from', null, case property when '${FACTS_KEPT_FROM}' then value::timestamptz at time zone 'UTC' end, 1
  from ctl_schema_info
  where property = '${FACTS_KEPT_FROM}'
)
select
  what,
  source_name,
  at,
  rows
from latest
where at > $1::timestamptz at time zone 'UTC'
order by what, source_name`,
  values: [after.toISOString()],
});
