import type { Statement } from '../db/connection.js';
import type { KvpMap } from '../model/mapped-key.js';
import {
  CHAT_STATS_SOURCE,
  CHAT_STATS_TABLE_LEVELS,
  chatStatsRelation,
  periodEnd,
  periodStart,
  type ChatStatsSource,
  type ChatStatsTableLevel,
} from './chat-stats-level.js';
import { chatStatsColumns, selectChatStats } from './chat-stats.sql.js';

/** What `takeChangedIntervals` returns: of each table level, the changed periods and the keys of the rows they are made of. */
export type ChangedIntervals = {
  readonly intervals: number;
  /** Oldest and newest changed DATE_TIME_KEY; null where nothing changed. */
  readonly first_key: number | null;
  readonly last_key: number | null;
} & Readonly<Record<ChatStatsTableLevel | `${ChatStatsTableLevel}_source`, number[]>>;

/** Seconds from one source row's key to the next. */
const SOURCE_STEP = { fact: 900, hour: 3600, day: 86400 } as const satisfies Partial<Record<ChatStatsSource, number>>;

/**
 * Memory for the rest of the transaction. A first load has nearly as many groups as sessions, a kilobyte of sums each:
 * with the default of 4 MB they are sorted on disk, which took twice as long for 100,000 sessions.
 */
export const raiseWorkMemory = (): Statement => ({ text: `set local work_mem to '64MB'` });

/** Takes all changed intervals out of the queue and spreads them over the periods of each table. */
export function takeChangedIntervals(): Statement {
  const periods = CHAT_STATS_TABLE_LEVELS.map(
    (level) => `${level}_period as (
  select distinct ${periodStart(level, 'changed.date_time_key')} as date_time_key
  from changed
)`,
  );
  const arrays = CHAT_STATS_TABLE_LEVELS.map((level) => {
    const step = SOURCE_STEP[CHAT_STATS_SOURCE[level]];
    return `array(
    select date_time_key
    from ${level}_period
  ) as ${level},
  array(
    select generate_series(date_time_key, ${periodEnd(level, 'date_time_key')} - ${step}, ${step})
    from ${level}_period
  ) as ${level}_source`;
  });
  return {
    text: `with
taken as (
  delete from chatmart_pending_agg
  returning start_date_time_key
),
changed as (
  select distinct start_date_time_key as date_time_key
  from taken
),
${periods.join(',\n')}
select
  (select count(*) from changed) as intervals,
  (select min(date_time_key) from changed) as first_key,
  (select max(date_time_key) from changed) as last_key,
  ${arrays.join(',\n  ')}`,
  };
}

/** Deletes the rows of the changed periods; those that have sessions come back by `insertPeriods`. */
export function deletePeriods(level: ChatStatsTableLevel, changed: ChangedIntervals): Statement {
  const table = chatStatsRelation(level);
  return {
    text: `delete from ${table}
using unnest($1::integer[]) as changed(date_time_key)
where ${table}.date_time_key = changed.date_time_key`,
    values: [changed[level]],
  };
}

/** Builds the rows of the changed periods anew: each level from what `CHAT_STATS_SOURCE` says. */
export function insertPeriods(map: KvpMap, level: ChatStatsTableLevel, changed: ChangedIntervals, auditKey: number): Statement {
  // The planner knows the length of an array parameter, so it takes the index for few keys and one scan for many.
  return {
    text: `insert into ${chatStatsRelation(level)} (${chatStatsColumns(map).join(', ')})
${selectChatStats(map, level, { agrSetKey: '$1::numeric', changed: 'unnest($2::integer[]) as changed(date_time_key)' })}`,
    values: [auditKey, changed[`${level}_source`]],
  };
}

/** Marks every interval of a range [fromKey, toKey) as changed, also those that hold no session: their rows have to go. */
export const enqueueIntervals = (fromKey: number, toKey: number, auditKey: number): Statement => ({
  text: `insert into chatmart_pending_agg (start_date_time_key, audit_key)
select
  generate_series($1::integer, $2::integer - 1, 900),
  $3::numeric`,
  values: [fromKey, toKey, auditKey],
});
