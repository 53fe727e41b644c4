import { execute, queryRow, queryRows, type Connection } from '../../db/connection.js';
import { executeAll, executeCounted, requireWritten } from '../written-rows.js';
import { monotonicMs } from '../../model/clock.js';
import { CALENDAR_END_KEY, INTERVAL_SECONDS, toDateTimeKey } from '../../model/date-time-key.js';
import type { Calendar } from '../../model/calendar.js';
import type { KvpMap } from '../../model/mapped-key.js';
import { readCalendars } from '../calendar/calendars.js';
import { tableLevels, tableOf, type TableLevel } from './levels.js';
import {
  deleteChangedIntervals,
  enqueueIntervals,
  lockChangedIntervals,
  rebuildAdditions,
  selectChangedIntervals,
  type ChangedIntervals,
  type ChangedPeriods,
} from './changed-intervals.sql.js';
import {
  addSessions,
  insertPeriods,
  raiseWorkMemory,
  selectDaysAtBorder,
  selectGroups,
  selectHasPeriods,
  selectKeptPeriods,
  selectPeriods,
  writeChangedRows,
  type ChangedRows,
} from './rebuild.sql.js';

export interface AggregationOptions {
  readonly map: KvpMap;
  /** Becomes AGR_SET_KEY of every row that is written. */
  readonly auditKey: number;
  /** The caller wants all rows of the intervals rewritten. Undefined: only rows that differ are written. */
  readonly writesAll?: boolean;
}

/** What one aggregation did. */
export interface AggregationSummary {
  /** Changed 15-minute intervals that were taken from the queue. */
  readonly intervals: number;
  /** Oldest and newest of them; 0 if nothing had changed. */
  readonly minStartKey: number;
  readonly maxStartKey: number;
  /** Rows written and seconds spent, by the name of the table's level, finest first. */
  readonly rows: Readonly<Record<string, number>>;
  readonly seconds: Readonly<Record<string, number>>;
}

/**
 * Brings all levels up to date with the facts, at a cost proportional to what changed.
 * Runs inside the caller's READ COMMITTED transaction, under the writer lock: the entries taken from the queue are committed together with
 * the rows built from them, and no loader can write a fact in between.
 */
export async function aggregateChangedIntervals(connection: Connection, options: AggregationOptions): Promise<AggregationSummary> {
  const tables = tableLevels(await readCalendars(connection));
  await execute(connection, lockChangedIntervals);
  const changed = await queryRow<ChangedIntervals>(connection, selectChangedIntervals(tables));
  // A second statement: on a cluster, none may change a table of the coordinator and read one that every node has.
  await executeAll(connection, deleteChangedIntervals, { table: 'chatmart_pending_agg', verb: 'deleted', wanted: changed.queued });
  const rows = Object.fromEntries(tables.map(({ name }) => [name, 0]));
  const seconds = { ...rows };
  if (changed.intervals > 0) await execute(connection, raiseWorkMemory());
  // A table after its source: months read the days that have just been written.
  for (const table of changed.intervals > 0 ? tables : []) {
    const start = monotonicMs();
    rows[table.name] = await writeTable(connection, options, table, changed.levels[table.name]!);
    seconds[table.name] = (monotonicMs() - start) / 1000;
  }
  return { intervals: changed.intervals, minStartKey: changed.first_key ?? 0, maxStartKey: changed.last_key ?? 0, rows, seconds };
}

/** Returns how many rows were written. */
async function writeTable(
  connection: Connection,
  { map, auditKey, writesAll = false }: AggregationOptions,
  table: TableLevel,
  changed: ChangedPeriods,
): Promise<number> {
  let rows = 0;
  for (const of of ['periods', 'groups'] as const) {
    if ((of === 'periods' ? changed.periods[0] : changed.groups[0]).length === 0) continue;
    // A first load has nothing to compare with, which saves a quarter of the time.
    if (of === 'periods' && !(await queryRow<{ found: boolean }>(connection, selectHasPeriods(table, changed))).found) {
      rows += await executeCounted(connection, insertPeriods(map, table, selectPeriods(map, table, changed, auditKey)), {
        ...{ table: table.table, verb: 'inserted' },
      });
      continue;
    }
    const selection = (of === 'periods' ? selectPeriods : selectGroups)(map, table, changed, auditKey);
    const { stale, deleted, fresh, written } = await queryRow<ChangedRows>(
      connection,
      writeChangedRows(map, table, changed, { of, writesAll }, selection),
    );
    await requireWritten(connection, { table: table.table, verb: 'deleted', wanted: stale, written: deleted });
    await requireWritten(connection, { table: table.table, verb: 'inserted', wanted: fresh, written });
    rows += written;
  }
  if (changed.additions[0].length === 0) return rows;
  const added = { table: table.table, verb: 'inserted' } as const;
  return rows + (await executeCounted(connection, addSessions(map, table, changed, auditKey), added));
}

/**
 * Makes two rows of the calendars' days in which the border of retention lies, as `selectChangedIntervals` expects them: when the border has
 * moved, before any facts before it are deleted. In the same transaction.
 */
export async function splitDaysAtBorder(connection: Connection, options: AggregationOptions): Promise<void> {
  for (const table of tableLevels(await readCalendars(connection)).filter(({ calendar }) => calendar !== undefined)) {
    const [day] = await queryRows<{ start_key: number; border_key: number; end_key: number }>(connection, selectDaysAtBorder(table));
    if (day === undefined) continue;
    const periods = [
      [day.start_key, day.border_key],
      [day.border_key, day.end_key],
    ] satisfies [number[], number[]];
    await writeTable(connection, options, table, { ...NOTHING_CHANGED, periods });
  }
}

const NOTHING_CHANGED: ChangedPeriods = {
  ...{ periods: [[], []], groups: [[], [], [], []], groupPeriods: [[], []], addedIntervals: [[], []], additions: [[], []] },
};

/**
 * Builds all rows of the table of a calendar that is new, from all sessions: those that wait to be added are in it already. Returns the
 * number of rows.
 */
export async function fillCalendarDays(connection: Connection, { map, auditKey }: AggregationOptions, calendar: Calendar): Promise<number> {
  const table = tableOf('day', calendar)!;
  await executeCounted(connection, rebuildAdditions, { table: 'chatmart_pending_agg', verb: 'updated' });
  await execute(connection, raiseWorkMemory());
  return executeCounted(connection, insertPeriods(map, table, selectKeptPeriods(map, table, auditKey)), {
    ...{ table: table.table, verb: 'inserted' },
  });
}

/** Marks the intervals that touch [fromKey, toKey) for a rebuild. Returns their number. */
export function enqueueRange(
  connection: Connection,
  range: { readonly fromKey: number; readonly toKey: number; readonly auditKey: number },
): Promise<number> {
  // A range may exceed the range of keys, for example to rebuild everything.
  const fromKey = Math.max(toDateTimeKey(range.fromKey), 0);
  const toKey = Math.min(range.toKey, CALENDAR_END_KEY);
  const wanted = Math.ceil(Math.max(0, toKey - fromKey) / INTERVAL_SECONDS);
  return executeAll(connection, enqueueIntervals(fromKey, toKey, range.auditKey), {
    ...{ table: 'chatmart_pending_agg', verb: 'inserted', wanted },
  });
}
