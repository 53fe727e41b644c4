import type { KvpMap } from '../../model/mapped-key.js';
import { chatStatsMeasures, combineRows, sessionOutcome } from './measures.js';
import { CHAT_STATS_SOURCE, chatStatsRelation, periodStart, type ChatStatsLevel, type ChatStatsTableLevel } from './levels.js';

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
  /** SQL FROM item `changed(date_time_key)` with the keys of the source rows to read. Default: all. */
  readonly changed?: string;
  /** SQL FROM item with the columns of `CHAT_STATS_KEYS`: the groups to build. Default: all. */
  readonly changedGroups?: string;
}

/** Select of one level straight from the facts, in the order of `chatStatsColumns`. */
export function selectChatStatsFromFacts(map: KvpMap, level: ChatStatsLevel, selection: ChatStatsSelection = {}): string {
  const keys = groupKeys('chat_session_fact', periodStart(level, 'chat_session_fact.start_date_time_key'));
  // Left join: a fact counts even if its dimension row is missing. `offset 0` computes the outcome once per fact; without it the planner
  // copies the expression into every measure that uses it, which costs a fifth of the time.
  return `select
  ${selection.agrSetKey ?? 'max(coalesce(chat_session_fact.update_audit_key, chat_session_fact.create_audit_key))'} as agr_set_key,
  ${keys.columns},
  ${chatStatsMeasures(map)
    .map((measure) => `${measure.fromFacts} as ${measure.name}`)
    .join(',\n  ')}
from chat_session_fact${joinChanged('chat_session_fact.start_date_time_key', selection)}
left join chat_session_dim on chat_session_dim.id = chat_session_fact.chat_session_dim_key
cross join lateral (select ${sessionOutcome(map)} as outcome offset 0) as session${ofChangedGroups(keys, selection)}
group by ${keys.groups}`;
}

/** Select of one level from the table of a finer one, in the order of `chatStatsColumns`. */
export function selectChatStatsFromLevel(
  map: KvpMap,
  level: ChatStatsLevel,
  from: ChatStatsTableLevel,
  selection: ChatStatsSelection = {},
): string {
  const table = chatStatsRelation(from);
  const keys = groupKeys(table, periodStart(level, `${table}.date_time_key`));
  return `select
  ${selection.agrSetKey ?? `max(${table}.agr_set_key)`} as agr_set_key,
  ${keys.columns},
  ${chatStatsMeasures(map)
    .map((measure) => `(${combineRows(measure, table)})::bigint as ${measure.name}`)
    .join(',\n  ')}
from ${table}${joinChanged(`${table}.date_time_key`, selection)}${ofChangedGroups(keys, selection)}
group by ${keys.groups}`;
}

/** Select of one level from its source: the body of its view, or the rows of its table. */
export function selectChatStats(map: KvpMap, level: ChatStatsLevel, selection: ChatStatsSelection = {}): string {
  const source = CHAT_STATS_SOURCE[level];
  return source === 'fact' ? selectChatStatsFromFacts(map, level, selection) : selectChatStatsFromLevel(map, level, source, selection);
}

// An equality join, not an expression over the column: a single interval uses the index, a first load one scan.
const joinChanged = (column: string, { changed }: ChatStatsSelection): string =>
  changed === undefined ? '' : `\njoin ${changed} on changed.date_time_key = ${column}`;

// `is true` keeps this a hash look-up per row. The planner does not know how many distinct values arrays hold; as a join it would start
// with the groups and compare each of their rows with each interval, or sort all rows of the periods.
const ofChangedGroups = ({ groups }: { readonly groups: string }, { changedGroups }: ChatStatsSelection): string =>
  changedGroups === undefined ? '' : `\nwhere ((${groups}) in (select * from ${changedGroups})) is true`;

function groupKeys(relation: string, dateTimeKey: string): { columns: string; groups: string } {
  const others = CHAT_STATS_KEYS.slice(1).map((key) => `${relation}.${key}`);
  return { columns: [`${dateTimeKey} as date_time_key`, ...others].join(',\n  '), groups: [dateTimeKey, ...others].join(', ') };
}
