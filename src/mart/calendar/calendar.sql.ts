import type { Statement } from '../../db/connection.js';
import { INTERVAL_SECONDS, OPEN_END_KEY } from '../../model/date-time-key.js';
import { quoteLiteral } from '../../db/quote.js';
import { dateTimeRelation, INFO_MART_RULES, WEEKDAYS, type Calendar, type CalendarRules } from '../../model/calendar.js';
import { SCHEMA_AUDIT_KEY } from '../audit.sql.js';
import { CALENDAR_COLUMNS, CLOCK_PARTS, DATE_TIME_COLUMNS, firstInstant, type DateTimeColumn } from './date-time-columns.js';

/** One row: the oldest and the newest interval of DATE_TIME; null if it is empty. Two look-ups in its primary key. */
export const selectCalendarSpan = (): Statement => ({
  text: `select
  min(date_time_key) as first_key,
  max(date_time_key) as last_key
from date_time
where date_time_key < ${OPEN_END_KEY}`,
});

/** A span `[from, to)` in epoch seconds, on quarter hours. */
export interface IntervalSpan {
  readonly fromKey: number;
  readonly toKey: number;
}

const SPANS = 'unnest($1::bigint[], $2::bigint[])';

const toValues = (spans: readonly IntervalSpan[]): unknown[] => [spans.map(({ fromKey }) => fromKey), spans.map(({ toKey }) => toKey)];

/** How many intervals of several spans a calendar has; undefined: DATE_TIME. */
export const countIntervals = (spans: readonly IntervalSpan[], calendar?: Calendar): Statement => ({
  text: `select count(*) as present
from ${dateTimeRelation(calendar)}
join ${SPANS} as span (from_key, to_key) on date_time_key >= from_key and date_time_key < to_key`,
  values: toValues(spans),
});

/** Adds the 15-minute intervals of several spans to a calendar; undefined: to DATE_TIME. */
export function insertIntervals(spans: readonly IntervalSpan[], calendar?: Calendar): Statement {
  const columns = calendar === undefined ? DATE_TIME_COLUMNS : CALENDAR_COLUMNS;
  return {
    text: `insert into ${dateTimeRelation(calendar)} (
  ${[...columns.map((column) => column.definition.name), 'create_audit_key'].join(',\n  ')}
)
select
  date_time.*,
  ${SCHEMA_AUDIT_KEY}
from (
${selectIntervals({
  zone: quoteLiteral(calendar?.timezone ?? 'UTC'),
  spans: SPANS,
  columns: columns.map(({ definition }) => definition.name),
  rules: calendar,
})}
) as date_time
on conflict (date_time_key) do nothing`,
    values: toValues(spans),
  };
}

/** Which rows of a calendar to compute, and what of them. */
export interface IntervalsOptions {
  /** SQL for the zone's name. */
  readonly zone: string;
  /** SQL FROM item of the spans `[from, to)`: two columns of epoch seconds, on quarter hours. */
  readonly spans: string;
  /** Names of columns of a calendar. Default: those of DATE_TIME. */
  readonly columns?: readonly string[];
  /** How weeks and fiscal years are counted. Default: as in DATE_TIME. */
  readonly rules?: CalendarRules | undefined;
}

/**
 * Select of the rows of DATE_TIME for any zone: an interval belongs to the hour, day, … that the zone's clocks show at its start. An hour
 * that comes twice is two; a day of 23 or 25 hours is one. The columns come in the order of `CALENDAR_COLUMNS`.
 */
export function selectIntervals({ zone, spans, columns, rules = INFO_MART_RULES }: IntervalsOptions): string {
  const wanted = columns ?? DATE_TIME_COLUMNS.map(({ definition }) => definition.name);
  const selected = CALENDAR_COLUMNS.filter(({ definition }) => wanted.includes(definition.name));
  const uses = (text: string): boolean => selected.some(({ expression }) => expression.includes(text));
  const isNeeded = (column: DateTimeColumn): boolean => selected.includes(column) || uses(`${column.step}.${column.definition.name}`);
  const expressions = (step: DateTimeColumn['step']): string =>
    CALENDAR_COLUMNS.filter((column) => column.step === step && isNeeded(column))
      .map((column) => `${column.expression} as ${column.definition.name},\n    `)
      .join('');
  const withTurns = uses('turn.');
  const withClock = uses('clock.') || selected.some(({ step }) => step === 'clock');
  // The steps are materialized so that the values of a day or a time of day are computed once, not for each interval and each reference.
  return `with zone as (
  select ${zone}::text as name
), slot_key as (
  select generate_series(span.from_key, span.to_key - 1, ${INTERVAL_SECONDS}) as key
  from ${spans} as span (from_key, to_key)
), slot as materialized (
  select slot_key.key, to_timestamp(slot_key.key) at time zone zone.name as local
  from slot_key
  cross join zone
), calendar_day as materialized (
  select
    day,
    new_year,
    ${toDayParts(rules)}
  from (select distinct slot.local::date as day, date_trunc('year', slot.local)::date as new_year from slot) as slot_day
), day as materialized (
  select
    ${expressions('day')}calendar_day.day
  from calendar_day
  cross join zone
)${withTurns ? TURNS : ''}${withClock ? toClock(expressions('clock')) : ''}
select
  ${selected.map((column) => (column.step === 'slot' ? column.expression : column.step + '.' + column.definition.name) + ' as ' + column.definition.name).join(',\n  ')}
from slot
join day on day.day = slot.local::date${withClock ? '\njoin clock on clock.time = slot.local::time' : ''}${withTurns ? '\nleft join turn on turn.key = slot.key' : ''}
cross join zone`;
}

/** The parts of a day that follow from a calendar's rules. */
function toDayParts({ firstDayOfWeek, minDaysInFirstWeek, fiscalYearStart }: CalendarRules): string {
  const first = WEEKDAYS.indexOf(firstDayOfWeek);
  const daysInto = (date: string): string => `(extract(dow from ${date})::integer + ${(7 - first) % 7}) % 7`;
  // The week belongs to the year of this day of it.
  const deciding = `(day - ${daysInto('day')} + ${7 - (minDaysInFirstWeek ?? 7)})`;
  const weeks =
    minDaysInFirstWeek === null
      ? [
          `greatest(day - ${daysInto('day')}, new_year) as week_start`,
          `least(day - ${daysInto('day')} + 6, (new_year + interval '1 year')::date - 1) as week_end`,
          `(extract(doy from day) - 1 + ${daysInto('new_year')})::integer / 7 + 1 as week`,
          'extract(year from day)::integer as week_year',
        ]
      : [
          `day - ${daysInto('day')} as week_start`,
          `day - ${daysInto('day')} + 6 as week_end`,
          `(extract(doy from ${deciding})::integer - 1) / 7 + 1 as week`,
          `extract(year from ${deciding})::integer as week_year`,
        ];
  const fiscalMonth = `(extract(month from day)::integer + ${12 - fiscalYearStart}) % 12 + 1`;
  const fiscalYear =
    fiscalYearStart === 1
      ? 'extract(year from day)::integer'
      : `extract(year from day)::integer + (extract(month from day) >= ${fiscalYearStart})::integer`;
  return [...weeks, `${daysInto('day')} + 1 as day_in_week`, `${fiscalMonth} as fiscal_month`, `${fiscalYear} as fiscal_year`].join(
    ',\n    ',
  );
}

const toClock = (expressions: string): string => `, clock as materialized (
  select
    ${expressions}time,
    minute,
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
)`;

/**
 * The intervals next to a change of the clocks: where their hour and half hour begin and end, and, for a part of the day that comes twice,
 * the offset that tells it apart. All around such a day, whatever the spans hold of it.
 */
const TURNS = `, near_turn as (
  select distinct near.key
  from calendar_day
  cross join zone
  cross join lateral (
    select extract(epoch from ${firstInstant('calendar_day.day', 'zone.name')})::bigint as key
  ) as midnight
  cross join lateral generate_series(midnight.key - 4 * 3600, midnight.key + 32 * 3600 - 1, ${INTERVAL_SECONDS}) as near (key)
  where (day + 2)::timestamp at time zone zone.name <> (day - 1)::timestamp at time zone zone.name + interval '72 hours'
), turn_part as (
  select
    near_turn.key,
    extract(epoch from local)::bigint - near_turn.key as ahead,
    local,
    date_trunc('hour', local) as hour,
    date_trunc('hour', local) + extract(minute from local)::integer / 30 * interval '30 minutes' as half_hour
  from near_turn
  cross join zone
  cross join lateral (select to_timestamp(near_turn.key) at time zone zone.name as local) as clocks
), turn as materialized (
  select
    key,
    min(key) over (partition by hour, ahead) as hour_key,
    max(key) over (partition by hour, ahead) + ${INTERVAL_SECONDS} as next_hour_key,
    min(key) over (partition by half_hour, ahead) as half_hour_key,
    max(key) over (partition by half_hour, ahead) + ${INTERVAL_SECONDS} as next_half_hour_key,
    ${(['hour', 'half_hour', 'local'] as const).map(toOffset).join(',\n    ')}
  from turn_part
)`;

function toOffset(part: 'hour' | 'half_hour' | 'local'): string {
  const offset = `case when ahead < 0 then '-' else '+' end || to_char(abs(ahead) * interval '1 second', 'HH24:MI')`;
  const name = part === 'local' ? 'interval' : part;
  return `case when min(ahead) over (partition by ${part}) <> max(ahead) over (partition by ${part}) then ${offset} end as ${name}_offset`;
}

/** One row: the interval in which the oldest session began; null if the mart is empty. */
export const selectOldestStartKey = (): Statement => ({
  text: 'select min(start_date_time_key) as oldest_key from chat_session_fact',
});
