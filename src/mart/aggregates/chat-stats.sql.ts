import type { Calendar } from '../../model/calendar.js';
import type { KvpMap } from '../../model/mapped-key.js';
import { chatStatsMeasures, combineRows, fence, sessionOutcome } from './measures.js';
import { allPeriods, isWithin, periodOf, sourceOf, type ChatStatsLevel, type TableLevel } from './levels.js';

/** The grain of every level: the primary key of its table. */
export const CHAT_STATS_KEYS = ['date_time_key', 'tenant_key', 'media_type_key', 'chat_session_dim_key'] as const;

/** All columns of a level, in order. */
export const chatStatsColumns = (map: KvpMap): string[] => [
  'agr_set_key',
  ...CHAT_STATS_KEYS,
  ...chatStatsMeasures(map).map((measure) => measure.name),
];

export interface ChatStatsSelection {
  /** SQL for AGR_SET_KEY. Default: the newest audit key among the rows of the group. */
  readonly agrSetKey?: string;
  /** SQL FROM item `period (date_time_key, end_key)`: the periods to build, which do not overlap. */
  readonly periods: string;
  /** SQL FROM item with the columns of `CHAT_STATS_KEYS`: the groups to build. Default: all of the periods. */
  readonly changedGroups?: string;
}

/** Select of the rows of a table from its source, in the order of `chatStatsColumns`. */
export const selectChatStats = (map: KvpMap, { level, calendar, source }: TableLevel, selection: ChatStatsSelection): string =>
  selectByPeriod(map, { level, calendar }, source, selection);

/** Select of the rows of a level that is a view, in the order of `chatStatsColumns`. */
export function selectChatStatsView(map: KvpMap, level: ChatStatsLevel, calendar: Calendar | undefined): string {
  const source = sourceOf(level, calendar);
  if (source === 'fact' && map.isSpread === true) return selectFromSpreadFacts(map, level, calendar);
  return source === 'fact'
    ? selectByPeriod(map, { level, calendar }, 'fact', { periods: allPeriods(level, calendar) })
    : selectFromTable(map, level, calendar, source);
}

/**
 * One look-up of source rows for each period, not one pass over all of them: a query for some periods, however it names them, reads only
 * theirs. A query for all takes no longer, because the groups of one period fit into memory. Facts that are spread are joined with the
 * periods instead, so that each node groups its own; there, only periods named by their keys are read alone.
 */
function selectByPeriod(
  map: KvpMap,
  { level, calendar }: Pick<TableLevel, 'calendar'> & { readonly level: ChatStatsLevel },
  source: TableLevel | 'fact',
  { agrSetKey, periods, changedGroups }: ChatStatsSelection,
): string {
  const measures = chatStatsMeasures(map);
  const others = CHAT_STATS_KEYS.slice(1);
  const relation = source === 'fact' ? 'chat_session_fact' : source.table;
  const key = source === 'fact' ? 'chat_session_fact.start_date_time_key' : `${relation}.date_time_key`;
  const ofPeriod = isWithin(level, key);
  const keys = others.map((name) => `${relation}.${name}`);
  // A hash look-up for each row: the planner does not know how many groups arrays hold, and as a join might compare each with each.
  const ofGroups =
    changedGroups === undefined ? [] : [`((period.date_time_key, ${keys.join(', ')}) in (select * from ${changedGroups})) is true`];
  const newest = source === 'fact' ? NEWEST_OF_FACTS : `max(${relation}.agr_set_key)`;
  const columns = measures.map((measure) => (source === 'fact' ? measure.fromFacts : `(${combineRows(measure, relation)})::bigint`));
  const named = measures.map(({ name }, at) => `${columns[at]!} as ${name}`);
  const toWhere = (conditions: readonly string[]): string => (conditions.length === 0 ? '' : `\nwhere ${conditions.join('\n  and ')}`);
  // An equality can be hashed; days of a calendar may be cut where retention begins.
  const isStart = calendar === undefined ? `period.date_time_key = ${periodOf(level, calendar, key).start}` : ofPeriod;
  if (map.isSpread === true)
    return `select
  ${[`${agrSetKey ?? newest} as agr_set_key`, 'period.date_time_key', ...keys, ...named].join(',\n  ')}
from ${periods}
join ${source === 'fact' ? sessions(map, isAmong(periods)) : relation} on ${isStart}${source === 'fact' ? DIM : ''}${toWhere(ofGroups)}
group by ${['period.date_time_key', ...keys].join(', ')}`;
  const conditions = [ofPeriod, ...ofGroups];
  const from = source === 'fact' ? `${sessions(map, conditions.join('\n  and '))}${DIM}` : relation + toWhere(conditions);
  return `select
  ${agrSetKey ?? 'of_period.agr_set_key'} as agr_set_key,
  period.date_time_key,
  ${[...others, ...measures.map(({ name }) => name)].map((name) => `of_period.${name}`).join(',\n  ')}
from ${periods}
cross join lateral (
select
  ${[`${newest} as agr_set_key`, ...keys, ...named].join(',\n  ')}
from ${from}
group by ${keys.join(', ')}
) as of_period`;
}

const sumsOfFacts = (map: KvpMap): string[] => chatStatsMeasures(map).map(({ name, fromFacts }) => `${fromFacts} as ${name}`);

export interface AddedChatStatsSelection {
  /** SQL for AGR_SET_KEY. */
  readonly agrSetKey: string;
  /** SQL FROM item `added (date_time_key, start_date_time_key)`: periods and their intervals. */
  readonly intervals: string;
  /** SQL for an array of the latter. */
  readonly starts: string;
  /** SQL FROM item with START_DATE_TIME_KEY and CREATE_AUDIT_KEY: the sessions to count. */
  readonly additions: string;
  /** SQL FROM item with the columns of `CHAT_STATS_KEYS`: groups to leave out. */
  readonly rebuiltGroups: string;
}

/** Select of rows, in the order of `chatStatsColumns`, of some facts alone: one look-up of facts for each interval. */
export function selectAddedChatStats(
  map: KvpMap,
  { agrSetKey, intervals, starts, additions, rebuiltGroups }: AddedChatStatsSelection,
): string {
  const keys = ['added.date_time_key', ...CHAT_STATS_KEYS.slice(1).map((key) => `chat_session_fact.${key}`)];
  const isAdded = 'chat_session_fact.start_date_time_key = added.start_date_time_key';
  const conditions = [
    `((chat_session_fact.start_date_time_key, chat_session_fact.create_audit_key) in (select * from ${additions})) is true`,
    `((${keys.join(', ')}) in (select * from ${rebuiltGroups})) is not true`,
  ].join('\n  and ');
  const from =
    map.isSpread === true
      ? `join ${sessions(map, `chat_session_fact.start_date_time_key = any (${starts})`)} on ${isAdded}${DIM}\nwhere ${conditions}`
      : `cross join lateral ${sessions(map, `${isAdded}\n  and ${conditions}`)}${DIM}`;
  return `select
  ${[`${agrSetKey} as agr_set_key`, ...keys, ...sumsOfFacts(map)].join(',\n  ')}
from ${intervals}
${from}
group by ${keys.join(', ')}`;
}

/** A level from facts that are spread, as one pass over all of them: each node groups its own. */
function selectFromSpreadFacts(map: KvpMap, level: ChatStatsLevel, calendar: Calendar | undefined): string {
  const { start, join } = periodOf(level, calendar, 'chat_session_fact.start_date_time_key');
  const keys = CHAT_STATS_KEYS.slice(1).map((key) => `chat_session_fact.${key}`);
  return `select
  ${NEWEST_OF_FACTS} as agr_set_key,
  ${[`${start} as date_time_key`, ...keys].join(',\n  ')},
  ${sumsOfFacts(map).join(',\n  ')}
from ${sessions(map)}${join}${DIM}
group by ${[start, ...keys].join(', ')}`;
}

/** Leaves to the index of the facts of a node what is before or after all periods. */
const isAmong = (periods: string): string =>
  `chat_session_fact.start_date_time_key >= (select min(period.date_time_key) from ${periods})
    and chat_session_fact.start_date_time_key < (select max(period.end_key) from ${periods})`;

const NEWEST_OF_FACTS = 'max(coalesce(chat_session_fact.update_audit_key, chat_session_fact.create_audit_key))';

/** A coarser level from a table, as one pass over all its rows. */
function selectFromTable(map: KvpMap, level: ChatStatsLevel, calendar: Calendar | undefined, { table }: TableLevel): string {
  const { start, join } = periodOf(level, calendar, `${table}.date_time_key`);
  const keys = CHAT_STATS_KEYS.slice(1).map((key) => `${table}.${key}`);
  return `select
  max(${table}.agr_set_key) as agr_set_key,
  ${[`${start} as date_time_key`, ...keys].join(',\n  ')},
  ${chatStatsMeasures(map)
    .map((measure) => `(${combineRows(measure, table)})::bigint as ${measure.name}`)
    .join(',\n  ')}
from ${table}${join}
group by ${[start, ...keys].join(', ')}`;
}

/**
 * The facts with their outcome, computed once for each. Left joins, because a fact counts even if its dimension row is missing.
 */
const sessions = (map: KvpMap, condition?: string): string => `(
  select
    chat_session_fact.*,
    ${sessionOutcome(map)} as outcome
  from chat_session_fact
  left join chat_session_dim on chat_session_dim.id = chat_session_fact.chat_session_dim_key${condition === undefined ? '' : `\n  where ${condition}`}${fence(map)}
) as chat_session_fact`;

const DIM = `
left join chat_session_dim on chat_session_dim.id = chat_session_fact.chat_session_dim_key
cross join lateral (select chat_session_fact.outcome) as session`;
