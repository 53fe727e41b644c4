import { execute, queryRow, type Connection } from '../../db/connection.js';
import { executeAll, requireWritten } from '../written-rows.js';
import { monotonicMs } from '../../model/clock.js';
import { CALENDAR_END_KEY, INTERVAL_SECONDS, toDateTimeKey } from '../../model/date-time-key.js';
import type { KvpMap } from '../../model/mapped-key.js';
import { CHAT_STATS_TABLE_LEVELS, chatStatsRelation, type ChatStatsTableLevel } from './levels.js';
import {
  countChangedIntervals,
  enqueueIntervals,
  selectGroups,
  selectPeriods,
  raiseWorkMemory,
  takeChangedIntervals,
  writeChangedRows,
  type ChangedIntervals,
  type ChangedRows,
} from './rebuild.sql.js';

export interface AggregationOptions {
  readonly map: KvpMap;
  /** Becomes AGR_SET_KEY of every rebuilt row. */
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
  /** Rows written and seconds spent, by table level. */
  readonly rows: Readonly<Record<ChatStatsTableLevel, number>>;
  readonly seconds: Readonly<Record<ChatStatsTableLevel, number>>;
}

/**
 * Brings all levels up to date with the facts, at a cost proportional to what changed.
 * Runs inside the caller's READ COMMITTED transaction, under the writer lock: the entries taken from the queue are committed together with
 * the rows built from them, and no loader can write a fact in between.
 */
export async function aggregateChangedIntervals(connection: Connection, options: AggregationOptions): Promise<AggregationSummary> {
  const changed = await queryRow<ChangedIntervals>(connection, takeChangedIntervals());
  const { left } = await queryRow<{ left: number }>(connection, countChangedIntervals);
  await requireWritten(connection, {
    table: 'chatmart_pending_agg',
    verb: 'deleted',
    wanted: changed.queued + left,
    written: changed.queued,
  });
  const rows = zeroByLevel();
  const seconds = zeroByLevel();
  if (changed.intervals > 0) {
    await execute(connection, raiseWorkMemory());
    // Finest first: each level reads what the previous one has just written.
    for (const level of CHAT_STATS_TABLE_LEVELS) {
      const start = monotonicMs();
      rows[level] += await writeLevel(connection, options, level, changed);
      seconds[level] = (monotonicMs() - start) / 1000;
    }
  }
  return { intervals: changed.intervals, minStartKey: changed.first_key ?? 0, maxStartKey: changed.last_key ?? 0, rows, seconds };
}

/** Returns how many rows were written. */
async function writeLevel(
  connection: Connection,
  { map, auditKey, writesAll = false }: AggregationOptions,
  level: ChatStatsTableLevel,
  changed: ChangedIntervals,
): Promise<number> {
  const table = chatStatsRelation(level);
  let rows = 0;
  for (const of of ['periods', 'groups'] as const) {
    if ((of === 'periods' ? changed[level].periods : changed[level].groups[0]).length === 0) continue;
    const selection = (of === 'periods' ? selectPeriods : selectGroups)(map, level, changed, auditKey);
    const { stale, deleted, fresh, written } = await queryRow<ChangedRows>(
      connection,
      writeChangedRows(map, level, changed, { of, writesAll }, selection),
    );
    await requireWritten(connection, { table, verb: 'deleted', wanted: stale, written: deleted });
    await requireWritten(connection, { table, verb: 'inserted', wanted: fresh, written });
    rows += written;
  }
  return rows;
}

const zeroByLevel = (): Record<ChatStatsTableLevel, number> =>
  Object.fromEntries(CHAT_STATS_TABLE_LEVELS.map((level) => [level, 0])) as Record<ChatStatsTableLevel, number>;

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
