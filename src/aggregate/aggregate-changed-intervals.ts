import { execute, queryRow, type Connection } from '../db/connection.js';
import { executeAll, mayLeaveOutRows, requireWritten } from '../db/written-rows.js';
import { monotonicMs } from '../model/clock.js';
import { CALENDAR_END_KEY, INTERVAL_SECONDS, toDateTimeKey } from '../model/date-time-key.js';
import type { KvpMap } from '../model/mapped-key.js';
import { CHAT_STATS_TABLE_LEVELS, chatStatsRelation, type ChatStatsTableLevel } from './chat-stats-level.js';
import {
  countChanged,
  countChangedIntervals,
  countRows,
  deleteChanged,
  enqueueIntervals,
  insertRows,
  selectGroups,
  selectPeriods,
  raiseWorkMemory,
  takeChangedIntervals,
  type ChangedIntervals,
} from './changed-intervals.sql.js';

export interface AggregationOptions {
  readonly map: KvpMap;
  /** Becomes AGR_SET_KEY of every rebuilt row. */
  readonly auditKey: number;
}

/** What one aggregation did. */
export interface AggregationSummary {
  /** Changed 15-minute intervals that were taken from the queue. */
  readonly intervals: number;
  /** Oldest and newest of them; 0 where nothing had changed. */
  readonly minStartKey: number;
  readonly maxStartKey: number;
  /** Rows written, and seconds spent, by table level. */
  readonly rows: Readonly<Record<ChatStatsTableLevel, number>>;
  readonly seconds: Readonly<Record<ChatStatsTableLevel, number>>;
}

/**
 * Brings all levels up to date with the facts, at a cost in proportion to what changed.
 *
 * Runs inside the caller's READ COMMITTED transaction, under the writer lock: what is taken from the queue first is
 * committed together with the rows built from it, and no loader can write a fact in between.
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
    const counts = await mayLeaveOutRows(connection, CHAT_STATS_TABLE_LEVELS.map(chatStatsRelation));
    // Finest first: each level reads what the one before has just written.
    for (const level of CHAT_STATS_TABLE_LEVELS) {
      const start = monotonicMs();
      const table = chatStatsRelation(level);
      for (const statement of deleteChanged(level, changed)) await execute(connection, statement);
      if (counts) {
        const { left } = await queryRow<{ left: number }>(connection, countChanged(level, changed));
        await requireWritten(connection, { table, verb: 'deleted', wanted: left, written: 0 });
      }
      for (const select of [selectPeriods, selectGroups]) {
        const selection = select(options.map, level, changed, options.auditKey);
        const wanted = counts ? (await queryRow<{ rows: number }>(connection, countRows(selection))).rows : undefined;
        const written = await execute(connection, insertRows(options.map, level, selection));
        if (wanted !== undefined) await requireWritten(connection, { table, verb: 'inserted', wanted, written });
        rows[level] += written;
      }
      seconds[level] = (monotonicMs() - start) / 1000;
    }
  }
  return { intervals: changed.intervals, minStartKey: changed.first_key ?? 0, maxStartKey: changed.last_key ?? 0, rows, seconds };
}

const zeroByLevel = (): Record<ChatStatsTableLevel, number> =>
  Object.fromEntries(CHAT_STATS_TABLE_LEVELS.map((level) => [level, 0])) as Record<ChatStatsTableLevel, number>;

/** Marks the intervals that touch [fromKey, toKey) for a rebuild. Returns how many they are. */
export function enqueueRange(
  connection: Connection,
  range: { readonly fromKey: number; readonly toKey: number; readonly auditKey: number },
): Promise<number> {
  // A range may be wider than the keys are: "everything" is a fair wish.
  const fromKey = Math.max(toDateTimeKey(range.fromKey), 0);
  const toKey = Math.min(range.toKey, CALENDAR_END_KEY);
  const wanted = Math.ceil(Math.max(0, toKey - fromKey) / INTERVAL_SECONDS);
  return executeAll(connection, enqueueIntervals(fromKey, toKey, range.auditKey), {
    ...{ table: 'chatmart_pending_agg', verb: 'inserted', wanted },
  });
}
