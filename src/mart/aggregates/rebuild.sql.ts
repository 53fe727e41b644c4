import type { Statement } from '../../db/connection.js';
import { factsKeptFrom } from '../retention.js';
import { countWritten } from '../written-rows.js';
import { dateTimeRelation } from '../../model/calendar.js';
import type { KvpMap } from '../../model/mapped-key.js';
import { keptPeriods, type TableLevel } from './levels.js';
import { CHAT_STATS_KEYS, chatStatsColumns, selectAddedChatStats, selectChatStats } from './chat-stats.sql.js';
import type { ChangedPeriods } from './changed-intervals.sql.js';
import { addToRow, chatStatsMeasures } from './measures.js';

/**
 * Raises the memory for the rest of the transaction. A first load has many groups, with a kilobyte of sums each; with the default of 4 MB
 * they are sorted on disk, which took twice as long for 100,000 sessions.
 */
export const raiseWorkMemory = (): Statement => ({ text: `set local work_mem to '64MB'` });

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

/**
 * Adds new sessions to the rows of their groups, unless the group is rebuilt. In the other groups nothing has changed since these sessions
 * were created. For `executeCounted`.
 */
export function addSessions(map: KvpMap, table: TableLevel, changed: ChangedPeriods, auditKey: number): Statement {
  const columns = chatStatsColumns(map);
  const sums = chatStatsMeasures(map).map((measure) => `${measure.name} = ${addToRow(measure, table.table, 'excluded')}`);
  const added = selectAddedChatStats(map, {
    agrSetKey: '$1::numeric',
    intervals: 'unnest($2::integer[], $3::integer[]) as added (date_time_key, start_date_time_key)',
    starts: '$3::integer[]',
    additions: 'unnest($4::integer[], $5::numeric[])',
    rebuiltGroups: groupRows('rebuilt', 6),
  });
  return {
    text: countWritten(
      `\n${added}`,
      `
      insert into ${table.table} (${columns.join(', ')})
      select ${columns.join(', ')}
      from wanted
      on conflict (${CHAT_STATS_KEYS.join(', ')}) do update set
        ${['agr_set_key = excluded.agr_set_key', ...sums].join(',\n        ')}`,
    ),
    values: [auditKey, ...changed.addedIntervals, ...changed.additions, ...changed.groups],
  };
}

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
