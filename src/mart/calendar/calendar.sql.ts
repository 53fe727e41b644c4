import type { Statement } from '../../db/connection.js';
import { INTERVAL_SECONDS, OPEN_END_KEY } from '../../model/date-time-key.js';
import { SCHEMA_AUDIT_KEY } from '../audit.sql.js';
import { CLOCK_PARTS, DATE_TIME_COLUMNS, type DateTimeColumn } from './date-time-columns.js';

/** One row: the oldest and the newest interval of the calendar; null if it is empty. Two look-ups in its primary key. */
export const selectCalendarSpan = (): Statement => ({
  text: `select
  min(date_time_key) as first_key,
  max(date_time_key) as last_key
from date_time
where date_time_key < ${OPEN_END_KEY}`,
});

/** Adds the 15-minute intervals of several spans `[from, to)`, epoch seconds. */
export const insertIntervals = (spans: readonly { readonly fromKey: number; readonly toKey: number }[]): Statement => ({
  // The steps are materialized so that the values of a day or a time of day are computed once, not for each interval and each reference.
  text: `with zone as (
  select 'UTC'::text as name
), slot_key as (
  select generate_series(span.from_key, span.to_key - 1, ${INTERVAL_SECONDS}) as key
  from unnest($1::bigint[], $2::bigint[]) as span (from_key, to_key)
), slot as materialized (
  select slot_key.key, to_timestamp(slot_key.key) at time zone zone.name as local
  from slot_key
  cross join zone
), calendar_day as materialized (
  select
    day,
    new_year,
    greatest(day - extract(dow from day)::integer, new_year) as week_start,
    least(day - extract(dow from day)::integer + 6, (new_year + interval '1 year')::date - 1) as week_end,
    (extract(doy from day) - 1 + extract(dow from new_year))::integer / 7 + 1 as week
  from (select distinct slot.local::date as day, date_trunc('year', slot.local)::date as new_year from slot) as slot_day
), day as materialized (
  select
    calendar_day.day,
    ${expressions('day')}
  from calendar_day
  cross join zone
), clock as materialized (
  select
    time,
    minute,
    ${expressions('clock')},
    ${Object.entries(CLOCK_PARTS)
      .map(([name, expression]) => `${expression} as ${name}`)
      .join(',\n    ')}
  from (
    select
      slot_time.time,
      date '2000-01-01' + slot_time.time as moment,
      extract(hour from slot_time.time)::integer as hour,
      extract(minute from slot_time.time)::integer as minute
    from (select distinct slot.local::time as time from slot) as slot_time
  ) as time_of_day
)
insert into date_time (
  ${[...DATE_TIME_COLUMNS.map((column) => column.definition.name), 'create_audit_key'].join(',\n  ')}
)
select
  ${DATE_TIME_COLUMNS.map((column) => (column.step === 'slot' ? column.expression : `${column.step}.${column.definition.name}`)).join(',\n  ')},
  ${SCHEMA_AUDIT_KEY}
from slot
join day on day.day = slot.local::date
join clock on clock.time = slot.local::time
cross join zone
on conflict (date_time_key) do nothing`,
  values: [spans.map((span) => span.fromKey), spans.map((span) => span.toKey)],
});

function expressions(step: DateTimeColumn['step']): string {
  return DATE_TIME_COLUMNS.filter((column) => column.step === step)
    .map((column) => `${column.expression} as ${column.definition.name}`)
    .join(',\n    ');
}

/** One row: the interval in which the oldest session began; null if the mart is empty. */
export const selectOldestStartKey = (): Statement => ({
  text: 'select min(start_date_time_key) as oldest_key from chat_session_fact',
});
