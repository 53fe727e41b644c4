import type { Statement } from '../db/connection.js';
import { dateTimeRelation, type Calendar } from '../model/calendar.js';
import type { KvpMap } from '../model/mapped-key.js';
import { INTERVAL_SECONDS } from '../model/date-time-key.js';
import { toEpochSeconds } from '../model/clock.js';
import { selectIntervals } from '../mart/calendar/calendar.sql.js';
import { chatStatsView } from '../mart/aggregates/levels.js';
import { isUtc } from '../mart/calendar/time-zone.js';
import { combineRows, fence, sessionHasBot, sessionOutcome, type ChatStatsMeasure } from '../mart/aggregates/measures.js';
import { bucketOf } from '../mart/aggregates/durations.sql.js';
import { isMember, isPeriod, toColumnName, toEndColumn, toKeyColumn, type ReportAttribute, type ReportFilter } from './report-attribute.js';
import type { ReportLevel } from './report-level.js';
import type { TimeWindow } from '../model/time-span.js';

/** The sessions that a report is about. */
export interface SelectionOptions {
  readonly level: ReportLevel;
  /** The mart's calendar of the zone; undefined: it has none, or the zone is UTC. */
  readonly calendar?: Calendar | undefined;
  /** Undefined: all rows. */
  readonly window: TimeWindow | undefined;
  readonly timezone: string;
  /** All of them hold. */
  readonly filters: readonly ReportFilter[];
  readonly map: KvpMap;
}

export interface ReportQuery extends SelectionOptions {
  readonly attributes: readonly ReportAttribute[];
  readonly measures: readonly ChatStatsMeasure[];
}

/** The rows of aggregates, or the sessions themselves. */
export interface Rows {
  readonly relation: 'stats' | 'chat_session_fact';
  readonly timeKey: string;
  readonly from: string;
  /** Whether the rows themselves have what `toSessions` adds. */
  readonly hasOutcome?: true;
}

/** What was kept of sessions whose facts are purged. */
export const PURGED: Rows = {
  relation: 'chat_session_fact',
  timeKey: 'chat_session_fact.start_date_time_key',
  from: 'chatmart_purged_durations as chat_session_fact',
  hasOutcome: true,
};

export function toRows(level: ReportLevel, calendar?: Calendar): Rows {
  if (level === 'session')
    return { relation: 'chat_session_fact', timeKey: 'chat_session_fact.start_date_time_key', from: 'chat_session_fact' };
  return { relation: 'stats', timeKey: 'stats.date_time_key', from: `${chatStatsView(level, calendar)} as stats` };
}

type Relation = ReportAttribute['dimension'];

/** How a row joins what holds an attribute. Left joins keep sessions whose dimension row is missing. */
function toJoin(relation: Relation, { relation: rows, timeKey }: Rows): string {
  switch (relation) {
    case 'date_time':
      return `left join date_time on date_time.date_time_key = ${timeKey}`;
    case 'tenant':
    case 'media_type':
      return `left join ${relation} on ${relation}.${relation}_key = ${rows}.${relation}_key`;
    case 'chat_session_dim':
      return `left join chat_session_dim on chat_session_dim.id = ${rows}.chat_session_dim_key`;
    case 'chat_session_attached_data':
      return `left join ${relation} on ${relation}.media_server_ixn_guid = ${rows}.media_server_ixn_guid`;
    case 'session':
      return 'cross join lateral (select chat_session_fact.outcome, chat_session_fact.has_bot) as session';
  }
}

/**
 * Sessions with what follows from several of their columns, computed once for each. As a lateral join, its estimated cost would hide the
 * difference between all plans.
 */
const toSessions = (columns: readonly string[], conditions: readonly string[], map: KvpMap): string => `(
  select
    ${[
      ...[...new Set(columns)].map((column) => `chat_session_fact.${column}`),
      `${sessionOutcome(map)} as outcome`,
      `${sessionHasBot(map)} as has_bot`,
    ].join(',\n    ')}
  from chat_session_fact
  left join chat_session_dim on chat_session_dim.id = chat_session_fact.chat_session_dim_key${toWhere(conditions)}${fence(map)}
) as chat_session_fact`;

const toWhere = (conditions: readonly string[]): string => (conditions.length === 0 ? '' : `\nwhere ${conditions.join('\n  and ')}`);

/** Groups the sessions; returns no row without any. A member's key and a period's end follow in columns of their own. */
export function selectReport(query: ReportQuery): Statement {
  const { level, calendar: kept, attributes, measures } = query;
  const rows = toRows(level, kept);
  const order = toOrder(attributes, rows);
  const toSql = (measure: ChatStatsMeasure): string => (rows.relation === 'stats' ? combineRows(measure, 'stats') : measure.fromFacts);
  const groups = toGroups(attributes, rows);
  const selected = [
    ...toNames(attributes, rows),
    ...attributes.filter(isPeriod).map((attribute) => `${attribute.end} as ${toEndColumn(attribute)}`),
    // Prefixed because an attribute and a measure may share a name.
    ...measures.map((measure) => `${toSql(measure)} as stats_${measure.name}`),
  ];
  const { values, calendar, from } = toSelection(query, [...selected, ...groups].join('\n'));
  return {
    text: `${calendar}select
  ${selected.join(',\n  ')}
${from}${
      groups.length === 0
        ? ''
        : `
group by ${groups.join(', ')}`
    }
having count(*) > 0${order.length === 0 ? '' : `\norder by ${order.join(', ')}`}`,
    values,
  };
}

/** A distribution to read: a column of the fact, and the condition of the measure that counts its sessions. */
export interface DistributionQuery extends SelectionOptions {
  readonly attributes: readonly ReportAttribute[];
  readonly column: string;
  readonly when: string | undefined;
}

/** How many sessions are in each bucket, for each group of the same report; the names of a group are those of `selectReport`. */
export function selectDistribution({ attributes, column, when, ...selection }: DistributionQuery): Statement {
  const query = { ...selection, level: 'session' } as const;
  const rows = toRows('session');
  const groups = toGroups(attributes, rows);
  const bucket = bucketOf(`chat_session_fact.${column}`);
  const selected = [...toNames(attributes, rows), `${bucket} as bucket`, 'count(*) as sessions'];
  const condition = when === undefined ? [] : [`(${when})`];
  const { values, calendar, from } = toSelection(query, [...selected, ...groups].join('\n'), condition);
  return {
    text: `${calendar}select
  ${selected.join(',\n  ')}
${from}
group by ${[...groups, 'bucket'].join(', ')}`,
    values,
  };
}

/** The same of sessions whose facts are purged, for attributes and filters that say nothing of own keys. */
export function selectPurgedDistribution({
  attributes,
  duration,
  ...selection
}: Omit<DistributionQuery, 'column' | 'when'> & { readonly duration: string }): Statement {
  const groups = toGroups(attributes, PURGED);
  const bucket = `chat_session_fact.${duration}_bucket`;
  const selected = [...toNames(attributes, PURGED), `${bucket} as bucket`, 'sum(chat_session_fact.sessions) as sessions'];
  const { values, calendar, from } = toSelection(
    { ...selection, level: 'session' },
    [...selected, ...groups].join('\n'),
    [`${bucket} >= 0`],
    PURGED,
  );
  return {
    text: `${calendar}select
  ${selected.join(',\n  ')}
${from}
group by ${[...groups, bucket].join(', ')}`,
    values,
  };
}

/** Times and numbers in their own order, names by code point: the same on every server, whatever its collation. */
export const toOrder = (attributes: readonly ReportAttribute[], rows: Rows): string[] =>
  attributes.flatMap((attribute) => {
    const key = toKey(attribute, rows);
    if (key === undefined) return [`${attribute.label} collate "C"`];
    return isMember(attribute) ? [`${attribute.label} collate "C"`, key] : [key];
  });

/** What the names and keys of attributes are computed from. A label that follows from its key is computed once for each group. */
export const toGroups = (attributes: readonly ReportAttribute[], rows: Rows): string[] =>
  attributes.flatMap((attribute) => {
    const { label } = attribute;
    const key = toKey(attribute, rows);
    return key === undefined ? [label] : label.includes(key) ? [key] : [key, label];
  });

export const toNames = (attributes: readonly ReportAttribute[], rows: Rows): string[] => [
  ...attributes.map((attribute) => `${attribute.label} as ${toColumnName(attribute)}`),
  ...attributes.filter(isMember).map((attribute) => `${toKey(attribute, rows)} as ${toKeyColumn(attribute)}`),
];

/** One row: how many of the sessions have not ended. */
export function selectOpenSessions(selection: SelectionOptions): Statement {
  const { values, calendar, from } = toSelection({ ...selection, level: 'session' }, '', ['chat_session_fact.active_flag = 1']);
  return { text: `${calendar}select count(*) as sessions\n${from}`, values };
}

/** What distinguishes attribute values with the same label. A member missing in its dimension keeps its key. */
export const toKey = (attribute: ReportAttribute, { relation }: Rows): string | undefined =>
  isMember(attribute) ? `${relation}.${toKeyColumn(attribute)}` : attribute.key;

/** The parts of a statement that say which sessions are meant; `text` is the rest, which names what it needs of them. */
export function toSelection(
  { level, calendar: kept, window, timezone, filters, map }: SelectionOptions,
  text: string,
  further: readonly string[] = [],
  rows: Rows = toRows(level, kept),
  values: unknown[] = [],
): { values: unknown[]; calendar: string; from: string } {
  const parameter = (value: unknown, type: string): string => `$${values.push(value)}::${type}`;
  const bounds = window && [window.from, window.to].map((at) => parameter(toEpochSeconds(at), 'bigint'));
  const conditions = [
    ...(bounds === undefined ? [] : [`${rows.timeKey} >= ${bounds[0]}`, `${rows.timeKey} < ${bounds[1]}`]),
    ...filters.map((filter) => toCondition(filter, rows, parameter)),
    ...further,
  ];
  const isUsed = (relation: Relation): boolean => [text, ...conditions].some((part) => names(part, relation));
  const needed = (['date_time', 'tenant', 'media_type', 'chat_session_dim', 'chat_session_attached_data', 'session'] as const).filter(
    isUsed,
  );
  const joins = needed.map((relation) => toJoin(relation, rows));
  const outer = conditions.filter((condition) => OUTSIDE.some((relation) => names(condition, relation)));
  const inner = conditions.filter((condition) => !outer.includes(condition));
  const columns = columnsOf([text, ...outer, ...joins].join('\n'), 'chat_session_fact').filter((column) => !DERIVED.includes(column));
  const from =
    needed.includes('session') && rows.hasOutcome !== true
      ? `from ${[toSessions(columns, inner, map), ...joins].join('\n')}${toWhere(outer)}`
      : `from ${[rows.from, ...joins].join('\n')}${toWhere(conditions)}`;
  // The mart's calendar of the zone, or one that is made for this statement, takes the place of the table.
  const toCalendar = (): string =>
    kept === undefined
      ? `with date_time as materialized (\n${selectIntervals({
          zone: parameter(timezone, 'text'),
          spans: bounds === undefined ? SPAN_OF_FACTS : `(values (${bounds.join(', ')}))`,
          columns: ['date_time_key', ...columnsOf([text, ...conditions].join('\n'), 'date_time')],
        })}\n)\n`
      : `with date_time as not materialized (\n  select *\n  from ${dateTimeRelation(kept)}\n)\n`;
  return { values, calendar: isUtc(timezone) || !needed.includes('date_time') ? '' : toCalendar(), from };
}

/** Relations that `toSessions` does not join. */
const OUTSIDE = ['date_time', 'chat_session_attached_data', 'session'] as const;

/** What `toSessions` adds. */
const DERIVED = ['outcome', 'has_bot'];

/** The columns of a relation that SQL names. */
export const columnsOf = (text: string, relation: string): string[] =>
  Array.from(text.matchAll(new RegExp(`\\b${relation}\\.(\\w+)`, 'g')), ([, column]) => column!);

const names = (text: string, relation: string): boolean => columnsOf(text, relation).length > 0;

const SPAN_OF_FACTS = `(
    select min(start_date_time_key)::bigint, max(start_date_time_key)::bigint + ${INTERVAL_SECONDS}
    from chat_session_fact
  )`;

/** `is not true` keeps sessions without a value among those that do not have this one. */
export function toCondition(
  { attribute, include, exclude }: ReportFilter,
  rows: Rows,
  parameter: (value: unknown, type: string) => string,
): string {
  // No own key has an empty text as a value.
  const text = attribute.own === undefined ? attribute.label : `coalesce(${attribute.label}, '')`;
  const [value, type] = isMember(attribute) ? [toKey(attribute, rows)!, 'integer[]'] : [text, 'text[]'];
  return [
    ...(include.length === 0 ? [] : [`${value} = any(${parameter(include, type)})`]),
    ...(exclude.length === 0 ? [] : [`(${value} = any(${parameter(exclude, type)})) is not true`]),
  ].join('\n  and ');
}

/** All members of an attribute's dimension, by key; those that it lacks and the aggregates have, too, without a name. */
export const selectMembers = (attribute: ReportAttribute): Statement => {
  const { dimension, label } = attribute;
  const key = toKeyColumn(attribute);
  return {
    text: `select
  ${dimension}.${key} as key,
  ${label} as name
from ${dimension}
union all
select distinct
  stats.${key},
  null
from ag2_chat_stats_month as stats
where not exists (select from ${dimension} where ${dimension}.${key} = stats.${key})`,
  };
};

/** All values of a text attribute that sessions of any time have. */
export const selectValues = ({ label, dimension }: ReportAttribute): Statement => ({
  text: `select distinct ${label} as value\nfrom ${dimension}\nwhere ${label} is not null`,
});

/** Start of the first and end of the last day with sessions in the aggregates, in epoch seconds; null without sessions. */
export const selectDataRange = (): Statement => ({
  text: `select
  min(date_time_key) as from_key,
  max(date_time_key) + 86400 as to_key
from ag2_chat_stats_day`,
});
