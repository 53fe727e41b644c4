import type { Statement } from '../../db/connection.js';
import { factsKeptFrom } from '../retention.js';
import { SCHEMA_AUDIT_KEY } from '../audit.sql.js';
import { countWritten } from '../written-rows.js';
import { dateTimeRelation } from '../../model/calendar.js';
import type { KvpMap } from '../../model/mapped-key.js';
import { keptPeriods, periodEnd, periodOf, type TableLevel } from './levels.js';
import { CHAT_STATS_KEYS, chatStatsColumns, selectChatStats } from './chat-stats.sql.js';

/** What changed in a table. */
export interface ChangedPeriods {
  /** Start and end of the periods to rebuild as a whole. */
  readonly periods: readonly [number[], number[]];
  /** Groups of other periods: the columns of `CHAT_STATS_KEYS`, one array each. */
  readonly groups: readonly [number[], number[], number[], number[]];
  /** Start and end of their periods. */
  readonly groupPeriods: readonly [number[], number[]];
}

/** What `selectChangedIntervals` returns. */
export interface ChangedIntervals {
  readonly intervals: number;
  /** Rows of the queue. */
  readonly queued: number;
  /** Oldest and newest changed DATE_TIME_KEY; null if nothing changed. */
  readonly first_key: number | null;
  readonly last_key: number | null;
  /** By the name of the table's level. */
  readonly levels: Readonly<Record<string, ChangedPeriods>>;
}

/**
 * Raises the memory for the rest of the transaction. A first load has many groups, with a kilobyte of sums each; with the default of 4 MB
 * they are sorted on disk, which took twice as long for 100,000 sessions.
 */
export const raiseWorkMemory = (): Statement => ({ text: `set local work_mem to '64MB'` });

/**
 * Reads all changes in the queue and spreads them over the periods of each table. Intervals whose facts are purged are not rebuilt: their aggregates are final. The border is the start of a month; a day of another zone that holds it is two rows.
 */
export function selectChangedIntervals(tables: readonly TableLevel[]): Statement {
  const others = CHAT_STATS_KEYS.slice(1);
  const steps = tables.flatMap(({ name, level, calendar }) => {
    const { start, join } = periodOf(level, calendar, 'taken.start_date_time_key');
    const period = calendar === undefined ? start : `greatest(${start}, ${factsKeptFrom})`;
    return [
      `${name}_period as (
  select distinct ${period} as date_time_key
  from taken${join.replaceAll('\n', '\n  ')}
  where taken.tenant_key is null
)`,
      `${name}_group as (
  select distinct ${[`${period} as date_time_key`, ...others.map((key) => `taken.${key}`)].join(', ')}
  from taken${join.replaceAll('\n', '\n  ')}
  where taken.tenant_key is not null
    and ${period} not in (select date_time_key from ${name}_period)
)`,
    ];
  });
  const changes = tables.map((table) => {
    const { name } = table;
    // All in the same order, so that the arrays are columns of the same rows.
    const columns = CHAT_STATS_KEYS.map((key) => `array(select ${key} from ${name}_group order by ${CHAT_STATS_KEYS.join(', ')})`);
    const bounds = (periods: string): string => `json_build_array(
      array(select date_time_key from ${periods} order by date_time_key),
      array(select ${periodEnd(table, 'period.date_time_key')} from ${periods} order by date_time_key)
    )`;
    return `'${name}', json_build_object(
    'periods', ${bounds(`${name}_period as period`)},
    'groups', json_build_array(
      ${columns.join(',\n      ')}
    ),
    'groupPeriods', ${bounds(`(select distinct date_time_key from ${name}_group) as period`)}
  )`;
  });
  return {
    text: `with
taken as (
  select start_date_time_key, tenant_key, media_type_key, chat_session_dim_key
  from chatmart_pending_agg
  where start_date_time_key >= ${factsKeptFrom}
),
${steps.join(',\n')}
select
  (select count(distinct start_date_time_key) from taken) as intervals,
  (select count(*) from chatmart_pending_agg) as queued,
  (select min(start_date_time_key) from taken) as first_key,
  (select max(start_date_time_key) from taken) as last_key,
  json_build_object(${changes.join(', ')}) as levels`,
  };
}

/** Keeps others from changing the queue between the next two statements; the writer lock does so, but not everybody takes it. */
export const lockChangedIntervals: Statement = { text: 'lock table chatmart_pending_agg in exclusive mode' };

/** Empties the queue, which only holders of the writer lock fill: of what has been read, and of nothing else. */
export const deleteChangedIntervals: Statement = { text: 'delete from chatmart_pending_agg' };

/** FROM item with the rows of keys passed as parameters, one array per column. */
const groupRows = (name: string, firstParameter: number): string =>
  `unnest(${CHAT_STATS_KEYS.map((_, i) => `$${firstParameter + i}::integer[]`).join(', ')}) as ${name} (${CHAT_STATS_KEYS.join(', ')})`;

const PERIODS = 'unnest($2::integer[], $3::bigint[]) as period (date_time_key, end_key)';

/** The rows of whole periods, from their source. */
export const selectPeriods = (map: KvpMap, table: TableLevel, { periods }: ChangedPeriods, auditKey: number): Statement => ({
  text: selectChatStats(map, table, { agrSetKey: '$1::numeric', periods: PERIODS }),
  values: [auditKey, ...periods],
});

/** The rows of single groups: a few corrections in many periods must not cost a rebuild of everything in them. */
export const selectGroups = (map: KvpMap, table: TableLevel, { groups, groupPeriods }: ChangedPeriods, auditKey: number): Statement => ({
  text: selectChatStats(map, table, { agrSetKey: '$1::numeric', periods: PERIODS, changedGroups: groupRows('changed_group', 4) }),
  values: [auditKey, ...groupPeriods, ...groups],
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
  { table }: TableLevel,
  changed: ChangedPeriods,
  { of, writesAll }: WriteOptions,
  { text, values = [] }: Statement,
): Statement {
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
    values: [...values, ...(of === 'periods' ? [changed.periods[0]] : changed.groups)],
  };
}

/** The day of a table in which the border of retention lies; no row if the border is its start. */
export const selectDaysAtBorder = ({ calendar }: TableLevel): Statement => ({
  text: `select
  date_time_day_key as start_key,
  date_time_key as border_key,
  date_time_next_day_key as end_key
from ${dateTimeRelation(calendar)}
where date_time_key = ${factsKeptFrom} and date_time_day_key < date_time_key`,
});

/** The rows of all periods whose facts are kept. */
export const selectKeptPeriods = (map: KvpMap, table: TableLevel, auditKey: number): Statement => ({
  text: selectChatStats(map, table, { agrSetKey: '$1::numeric', periods: keptPeriods(table) }),
  values: [auditKey],
});

/** One row: whether a table has rows of some periods. */
export const selectHasPeriods = ({ table }: TableLevel, { periods: [starts] }: ChangedPeriods): Statement => ({
  text: `select exists (select from ${table} where date_time_key = any ($1::integer[])) as found`,
  values: [starts],
});

/** Inserts the rows that a select returns into a table that has none of their periods. For `executeCounted`. */
export const insertPeriods = (map: KvpMap, { table }: TableLevel, { text, values = [] }: Statement): Statement => ({
  text: countWritten(
    `\n${text}`,
    `
      insert into ${table} (${chatStatsColumns(map).join(', ')})
      select ${chatStatsColumns(map).join(', ')}
      from wanted`,
  ),
  values,
});

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
