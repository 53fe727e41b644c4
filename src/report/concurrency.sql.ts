import type { Statement } from '../db/connection.js';
import { quoteIdentifier } from '../db/quote.js';
import { INTERVAL_SECONDS } from '../model/date-time-key.js';
import { selectIntervals } from '../mart/calendar/calendar.sql.js';
import { isUtc } from '../mart/calendar/time-zone.js';
import { isMember, toColumnName, toKeyColumn, type ReportAttribute } from './report-attribute.js';
import { columnsOf, PURGED, toCondition, toKey, toRows, toSelection, type SelectionOptions } from './report.sql.js';

export interface ConcurrencyQuery extends Omit<SelectionOptions, 'level' | 'window'> {
  readonly attributes: readonly ReportAttribute[];
  /** The time `[fromTs, untilTs)` in which sessions are counted, in epoch seconds; it begins on a quarter hour. */
  readonly fromTs: number;
  readonly untilTs: number;
}

/** What `selectConcurrency` returns, with the names and keys of the attributes: of a group in a period, or of all groups together, or both. */
export interface ConcurrencyRow {
  readonly is_group: boolean;
  readonly is_total: boolean;
  /** Start of the first and end of the last second of the period. */
  readonly first_ts: number;
  readonly last_ts: number;
  readonly seconds: number;
  readonly regular_most: number;
  readonly regular_seconds: number;
  readonly regular_at_end: number;
  readonly async_most: number;
  readonly async_seconds: number;
  readonly async_at_end: number;
}

/**
 * How many sessions are open at the same time: the most, the seconds of all together, and those in the last second, for each group and
 * period. A session is open from START_TS up to END_TS, that second excluded, so one that took no second never is; without an end, it is
 * open until `untilTs`. Attributes and filters of time say when sessions are open, all others which sessions.
 *
 * Starts and ends are events of +1 and -1; between two events, and two borders of periods, the running sum is constant. So each session is
 * read once, however many periods it was open in. A join of sessions with periods would read it once for each of them.
 */
export function selectConcurrency({ attributes, filters, fromTs, untilTs, timezone, map }: ConcurrencyQuery): Statement {
  const isOfTime = ({ dimension }: ReportAttribute): boolean => dimension === 'date_time';
  const ofSessions = attributes.filter((attribute) => !isOfTime(attribute));
  const rows = toRows('session');
  // A member is told by its key alone.
  const groups = ofSessions.map((attribute) =>
    isMember(attribute)
      ? { name: quoteIdentifier(toKeyColumn(attribute)), value: toKey(attribute, rows)! }
      : { name: quoteIdentifier(toColumnName(attribute)), value: attribute.label },
  );
  const names = groups.map(({ name, value }) => `${value} as ${name}`);
  const isAsync = '(chat_session_dim.async_mode <> 0) is true';
  const selection = {
    level: 'session',
    window: undefined,
    timezone,
    filters: filters.filter(({ attribute }) => !isOfTime(attribute)),
    map,
  } as const;
  const fact = 'chat_session_fact';
  const { values, from } = toSelection(selection, [...names, isAsync, `${fact}.start_ts, ${fact}.end_ts, ${fact}.active_flag`].join('\n'), [
    `${fact}.start_ts < ${untilTs}`,
    `(${fact}.end_ts >= ${fromTs} or ${fact}.active_flag = 1)`,
  ]);
  // Sessions whose facts are purged, if they ended later than that; nothing is kept of their own keys.
  const isOfOwnKeys = [...ofSessions, ...selection.filters.map(({ attribute }) => attribute)].some(({ own }) => own !== undefined);
  const purged = isOfOwnKeys
    ? undefined
    : toSelection(
        selection,
        [...names, isAsync].join('\n'),
        [`${fact}.start_date_time_key < ${untilTs}`, `${fact}.end_ts >= ${fromTs}`],
        PURGED,
        values,
      ).from;
  const parameter = (value: unknown, type: string): string => `$${values.push(value)}::${type}`;
  const labels = attributes.filter(isOfTime).map((attribute) => ({ name: toColumnName(attribute), label: attribute.label }));
  const periods = toPeriods({
    ...{ labels, fromTs, untilTs, timezone, parameter },
    conditions: filters.filter(({ attribute }) => isOfTime(attribute)).map((filter) => toCondition(filter, rows, parameter)),
  });
  const hasGroups = groups.length > 0;
  return {
    text: `with open_group as materialized (
  select
    row_number() over () as id,
    ${[...groups.map(({ name }) => name), ''].join(', ')}array_agg(start_ts) as starts,
    array_agg(end_ts) as ends,
    array_agg(is_async) as asyncs
  from (
    select
      ${[...names, ''].join(',\n      ')}greatest(${fact}.start_ts, ${fromTs}) as start_ts,
      case when ${fact}.active_flag = 1 then ${untilTs} else ${fact}.end_ts end as end_ts,
      (${isAsync})::integer as is_async
    ${from.replaceAll('\n', '\n    ')}${
      purged === undefined
        ? ''
        : `
    union all
    select
      ${[...names, ''].join(',\n      ')}${fromTs},
      ${fact}.end_ts,
      (${isAsync})::integer
    ${purged.replace('\nwhere', `\ncross join lateral generate_series(1, ${fact}.sessions)\nwhere`).replaceAll('\n', '\n    ')}`
    }
  ) as found_session${
    hasGroups
      ? `
  group by ${groups.map(({ name }) => name).join(', ')}`
      : ''
  }
), group_name as materialized (
  -- Without the arrays, which every piece would carry.
  select ${['id', ...groups.map(({ name }) => name)].join(', ')}
  from open_group
), session as (
  select open_group.id, open_session.*
  from open_group
  cross join lateral unnest(starts, ends, asyncs) as open_session (start_ts, end_ts, is_async)
), counted as materialized (
  select id, start_ts, end_ts, is_async from session${hasGroups ? '\n  union all\n  select 0, start_ts, end_ts, is_async from session' : ''}
), ${periods}, event as (
  select id, start_ts as ts, 1 - is_async as regular, is_async as async, null::bigint as number from counted
  union all
  select id, end_ts, is_async - 1, - is_async, null from counted where end_ts < ${untilTs}
  union all
  select counted_group.id, period.from_ts, 0, 0, period.number
  from period
  cross join (select id from group_name${hasGroups ? ' union all select 0' : ''}) as counted_group
), piece as (
  -- Of the rows of a second only the last has a length, and the sum after all of them. A border comes first, so that whatever precedes one
  -- ends a period.
  select
    id,
    ts as from_ts,
    lead(ts, 1, ${untilTs}) over by_time as to_ts,
    lead(number, 1, 0::bigint) over by_time is not null as is_last,
    sum(regular) over by_time as regular,
    sum(async) over by_time as async,
    max(number) over by_time as number
  from event
  window by_time as (partition by id order by ts, number rows unbounded preceding)
), counted_period as (
  select
    piece.id,
    piece.number,
    sum(piece.to_ts - piece.from_ts) as seconds,
    ${MODES.flatMap((mode) => [
      `max(piece.${mode}) as ${mode}_most`,
      `sum(piece.${mode} * (piece.to_ts - piece.from_ts))::bigint as ${mode}_seconds`,
      `max(piece.${mode}) filter (where piece.is_last) as ${mode}_at_end`,
    ]).join(',\n    ')}
  from piece
  where piece.to_ts > piece.from_ts
  group by piece.id, piece.number
)
select
  ${[...groups.map(({ name }) => `group_name.${name}`), ...labels.map(({ name }) => `period.${name}`), ''].join(',\n  ')}counted_period.id > 0 as is_group,
  counted_period.id = ${hasGroups ? 0 : 1} as is_total,
  min(period.from_ts) as first_ts,
  max(period.to_ts) as last_ts,
  sum(counted_period.seconds)::bigint as seconds,
  ${MODES.flatMap((mode) => [
    `max(counted_period.${mode}_most) as ${mode}_most`,
    `sum(counted_period.${mode}_seconds)::bigint as ${mode}_seconds`,
    `(max(array[period.number, counted_period.${mode}_at_end]))[2] as ${mode}_at_end`,
  ]).join(',\n  ')}
from counted_period
join period on period.number = counted_period.number
left join group_name on group_name.id = counted_period.id
where period.is_meant
group by ${[...groups.map(({ name }) => `group_name.${name}`), ...labels.map(({ name }) => `period.${name}`), 'counted_period.id'].join(', ')}`,
    values,
  };
}

const MODES = ['regular', 'async'] as const;

interface PeriodsOptions {
  readonly labels: readonly { readonly name: string; readonly label: string }[];
  readonly conditions: readonly string[];
  readonly fromTs: number;
  readonly untilTs: number;
  readonly timezone: string;
  readonly parameter: (value: unknown, type: string) => string;
}

/**
 * The step `period`: the time cut where a label changes, and where filters of time begin or cease to hold. Quarter hours that the calendar
 * lacks have no label.
 */
function toPeriods({ labels, conditions, fromTs, untilTs, timezone, parameter }: PeriodsOptions): string {
  if (labels.length === 0 && conditions.length === 0)
    return `period as (
  select 1::bigint as number, ${fromTs} as from_ts, ${untilTs} as to_ts, true as is_meant
)`;
  const isMeant = `(${[...conditions, 'true'].join(' and ')}) is true`;
  const named = labels.map(({ name, label }) => `${label} as ${name}`);
  const columns = ['date_time_key', ...columnsOf([...named, isMeant].join('\n'), 'date_time')];
  const calendar = isUtc(timezone)
    ? 'date_time'
    : `(\n${selectIntervals({ zone: parameter(timezone, 'text'), spans: `(values (${fromTs}::bigint, ${untilTs}::bigint))`, columns })}\n) as date_time`;
  const parts = [...labels.map(({ name }) => name), 'is_meant'];
  return `quarter_hour as (
  select
    ${[...named, `${isMeant} as is_meant`].join(',\n    ')},
    slot.key
  from generate_series(${fromTs}, ${untilTs} - 1, ${INTERVAL_SECONDS}) as slot (key)
  left join ${calendar} on date_time.date_time_key = slot.key
), cut as (
  select *, (lag((${parts.join(', ')}, 0)) over (order by key) is distinct from (${parts.join(', ')}, 0))::integer as begins
  from quarter_hour
), numbered as (
  select *, sum(begins) over (order by key) as number
  from cut
), period as materialized (
  select
    ${[...parts, 'number'].join(',\n    ')},
    min(key) as from_ts,
    least(max(key) + ${INTERVAL_SECONDS}, ${untilTs}) as to_ts
  from numbered
  group by ${[...parts, 'number'].join(', ')}
)`;
}
