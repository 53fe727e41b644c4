import type { Statement } from '../../db/connection.js';
import { factsKeptFrom } from '../retention.js';
import { SCHEMA_AUDIT_KEY } from '../audit.sql.js';
import { countWritten } from '../written-rows.js';
import type { KvpMap } from '../../model/mapped-key.js';
import {
  CHAT_STATS_SOURCE,
  CHAT_STATS_TABLE_LEVELS,
  chatStatsRelation,
  periodEnd,
  periodStart,
  type ChatStatsSource,
  type ChatStatsTableLevel,
} from './levels.js';
import { CHAT_STATS_KEYS, chatStatsColumns, selectChatStats } from './chat-stats.sql.js';

/** What changed in a level. Keys are those of the level's rows; sources are those of the rows they are built from. */
export interface ChangedPeriods {
  /** Periods to rebuild as a whole. */
  readonly periods: number[];
  readonly periodSources: number[];
  /** Groups of other periods: the columns of `CHAT_STATS_KEYS`, one array each. */
  readonly groups: readonly [number[], number[], number[], number[]];
  readonly groupSources: number[];
}

/** What `takeChangedIntervals` returns. */
export type ChangedIntervals = {
  readonly intervals: number;
  /** Rows that were taken from the queue. */
  readonly queued: number;
  /** Oldest and newest changed DATE_TIME_KEY; null if nothing changed. */
  readonly first_key: number | null;
  readonly last_key: number | null;
} & Readonly<Record<ChatStatsTableLevel, ChangedPeriods>>;

/** Seconds from one source row's key to the next. */
const SOURCE_STEP = { fact: 900, day: 86400 } as const satisfies Partial<Record<ChatStatsSource, number>>;

/**
 * Raises the memory for the rest of the transaction. A first load has many groups, with a kilobyte of sums each; with the default of 4 MB
 * they are sorted on disk, which took twice as long for 100,000 sessions.
 */
export const raiseWorkMemory = (): Statement => ({ text: `set local work_mem to '64MB'` });

/**
 * Takes all changes out of the queue and spreads them over the periods of each table. Intervals whose facts are purged are taken but not
 * rebuilt: their aggregates are final. The border is the start of a month, so no period lies on both sides.
 */
export function takeChangedIntervals(): Statement {
  const steps = CHAT_STATS_TABLE_LEVELS.flatMap((level) => {
    const period = periodStart(level, 'taken.start_date_time_key');
    return [
      `${level}_period as (
  select distinct ${period} as date_time_key
  from taken
  where taken.tenant_key is null
)`,
      `${level}_group as (
  select distinct ${[`${period} as date_time_key`, ...CHAT_STATS_KEYS.slice(1).map((key) => `taken.${key}`)].join(', ')}
  from taken
  where taken.tenant_key is not null
    and ${period} not in (select date_time_key from ${level}_period)
)`,
    ];
  });
  const levels = CHAT_STATS_TABLE_LEVELS.map((level) => {
    const step = SOURCE_STEP[CHAT_STATS_SOURCE[level]];
    const sources = (periods: string): string =>
      `array(select generate_series(date_time_key, ${periodEnd(level, 'date_time_key')} - ${step}, ${step}) from ${periods})`;
    // All in the same order, so that the arrays are columns of the same rows.
    const columns = CHAT_STATS_KEYS.map((key) => `array(select ${key} from ${level}_group order by ${CHAT_STATS_KEYS.join(', ')})`);
    return `json_build_object(
    'periods', array(select date_time_key from ${level}_period),
    'periodSources', ${sources(`${level}_period`)},
    'groups', json_build_array(
      ${columns.join(',\n      ')}
    ),
    'groupSources', ${sources(`(select distinct date_time_key from ${level}_group) as period`)}
  ) as ${level}`;
  });
  return {
    text: `with
queued as (
  delete from chatmart_pending_agg
  returning start_date_time_key, tenant_key, media_type_key, chat_session_dim_key
),
taken as (
  select *
  from queued
  where start_date_time_key >= ${factsKeptFrom}
),
${steps.join(',\n')}
select
  (select count(distinct start_date_time_key) from taken) as intervals,
  (select count(*) from queued) as queued,
  (select min(start_date_time_key) from taken) as first_key,
  (select max(start_date_time_key) from taken) as last_key,
  ${levels.join(',\n  ')}`,
  };
}

/** The number of intervals still in the queue. */
export const countChangedIntervals: Statement = { text: `select count(*) as left from chatmart_pending_agg` };

/** FROM item with the rows of keys passed as parameters, one array per column. */
const groupRows = (name: string, firstParameter: number): string =>
  `unnest(${CHAT_STATS_KEYS.map((_, i) => `$${firstParameter + i}::integer[]`).join(', ')}) as ${name} (${CHAT_STATS_KEYS.join(', ')})`;

// The planner knows the length of an array parameter, so it takes the index for few keys and one scan for many.
const CHANGED = 'unnest($2::integer[]) as changed(date_time_key)';

/** The rows of whole periods: each level from its source in `CHAT_STATS_SOURCE`. */
export const selectPeriods = (map: KvpMap, level: ChatStatsTableLevel, changed: ChangedIntervals, auditKey: number): Statement => ({
  text: selectChatStats(map, level, { agrSetKey: '$1::numeric', changed: CHANGED }),
  values: [auditKey, changed[level].periodSources],
});

/** The rows of single groups: a few corrections in many periods must not cost a rebuild of everything in them. */
export const selectGroups = (map: KvpMap, level: ChatStatsTableLevel, changed: ChangedIntervals, auditKey: number): Statement => ({
  text: selectChatStats(map, level, { agrSetKey: '$1::numeric', changed: CHANGED, changedGroups: groupRows('changed_group', 3) }),
  values: [auditKey, changed[level].groupSources, ...changed[level].groups],
});

/** What `writeChangedRows` returns: rows to delete and to write, and rows deleted and written. */
export interface ChangedRows {
  readonly stale: number;
  readonly deleted: number;
  readonly fresh: number;
  readonly written: number;
}

/** Whether whole periods or single groups were selected, and whether unchanged rows are written too. */
export interface WriteOptions {
  readonly of: 'periods' | 'groups';
  readonly writesAll: boolean;
}

/**
 * Makes a table match the rows that one of the selects above returns. Writes only rows that differ, unless all are wanted, and deletes only
 * groups without a session. One row: `ChangedRows`.
 */
export function writeChangedRows(
  map: KvpMap,
  level: ChatStatsTableLevel,
  changed: ChangedIntervals,
  { of, writesAll }: WriteOptions,
  { text, values = [] }: Statement,
): Statement {
  const table = chatStatsRelation(level);
  const columns = chatStatsColumns(map);
  const sums = columns.filter((column) => column !== 'agr_set_key' && !CHAT_STATS_KEYS.some((key) => key === column));
  const isSame = (left: string, right: string): string => CHAT_STATS_KEYS.map((key) => `${left}.${key} = ${right}.${key}`).join(' and ');
  // A hash look-up: the planner does not know how many rows are built, and as a join it may go through all of them for each row.
  const keysOf = (relation: string): string => CHAT_STATS_KEYS.map((key) => `${relation}.${key}`).join(', ');
  const rowOf = (relation: string): string => `(${sums.map((column) => `${relation}.${column}`).join(', ')})`;
  const first = values.length + 1;
  const concerned =
    of === 'periods'
      ? `unnest($${first}::integer[]) as concerned(date_time_key) on concerned.date_time_key = ${table}.date_time_key`
      : `${groupRows('concerned', first)} on ${isSame('concerned', table)}`;
  return {
    text: `with built as materialized (
${text}
),
stale as materialized (
  select ${keysOf(table)}
  from ${table}
  join ${concerned}
  where (${keysOf(table)}) not in (select ${keysOf('built')} from built)
),
fresh as materialized (
  select built.*
  from built${
    writesAll
      ? ''
      : `
  where not exists (
    select from ${table}
    where ${isSame(table, 'built')}
      and ${rowOf(table)} is not distinct from ${rowOf('built')}
  )`
  }
),
deleted as (
  delete from ${table}
  using stale
  where ${isSame(table, 'stale')}
  returning 1
),
written as (
  insert into ${table} (${columns.join(', ')})
  select ${columns.join(', ')}
  from fresh
  on conflict (${CHAT_STATS_KEYS.join(', ')}) do update set
    ${['agr_set_key', ...sums].map((column) => `${column} = excluded.${column}`).join(',\n    ')}
  returning 1
)
select
  (select count(*) from stale) as stale,
  (select count(*) from deleted) as deleted,
  (select count(*) from fresh) as fresh,
  (select count(*) from written) as written`,
    values: [...values, ...(of === 'periods' ? [changed[level].periods] : changed[level].groups)],
  };
}

/** Marks every interval of a range [fromKey, toKey) as changed, including those without sessions: their rows must be deleted. */
export const enqueueIntervals = (fromKey: number, toKey: number, auditKey: number): Statement => ({
  text: `insert into chatmart_pending_agg (start_date_time_key, audit_key)
select
  generate_series($1::integer, $2::integer - 1, 900),
  $3::numeric`,
  values: [fromKey, toKey, auditKey],
});

/**
 * Marks every interval that has facts for a full rebuild, because the aggregates got a column that is NULL until then. Purged periods stay
 * as they are. For `executeCounted`.
 */
export const enqueueAllFacts = (): Statement => ({
  text: countWritten(
    `
      select distinct start_date_time_key, ${SCHEMA_AUDIT_KEY} as audit_key
      from chat_session_fact
      where chat_session_fact.start_date_time_key >= ${factsKeptFrom}
      except
      select start_date_time_key, ${SCHEMA_AUDIT_KEY}
      from chatmart_pending_agg
      where tenant_key is null`,
    `
      insert into chatmart_pending_agg (start_date_time_key, audit_key)
      select start_date_time_key, audit_key
      from wanted`,
  ),
});
