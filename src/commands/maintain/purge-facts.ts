import { keepDurations } from '../../mart/aggregates/durations.sql.js';
import { aggregateChangedIntervals, splitDaysAtBorder } from '../../mart/aggregates/rebuild.js';
import { execute, queryRow, queryRows, type Connection } from '../../db/connection.js';
import type { Job } from '../../jobs/job.js';
import { readFactsKeptFrom, raiseFactsKeptFrom } from '../../mart/retention.js';
import { withTransaction } from '../../db/transaction.js';
import { takeWriterLock } from '../../mart/locks.js';
import { executeAll, executeCounted, requireWritten } from '../../mart/written-rows.js';
import { drawAuditKey, writeAuditRow } from '../../mart/audit.js';
import { toEpochSeconds } from '../../model/clock.js';
import { readMartMap } from '../../mart/schema/mart-map.js';
import { packageVersion } from '../../spec/package-file.js';
import { Batches } from './batches.js';
import type { PurgedMonth } from './summary.js';
import {
  countFactsBetween,
  deleteAttachedBetween,
  deleteFactsBetween,
  deleteWaitingBefore,
  resolveDiscardsOfFacts,
  selectMonthsBefore,
  selectNextPurge,
  selectOldestKey,
} from './purge-facts.sql.js';
import { recordPurge } from './purge-history.sql.js';

const toMonthText = (monthTs: number): string => new Date(monthTs * 1000).toISOString().slice(0, 7);

/** Counts facts that began before an instant, by month. */
export async function countMonthsBefore(mart: Connection, keptFrom: Date): Promise<PurgedMonth[]> {
  const rows = await queryRows<{ month_ts: number; facts: number }>(mart, selectMonthsBefore(toEpochSeconds(keptFrom)));
  return rows.map(({ month_ts: monthTs, facts }) => ({ month: toMonthText(monthTs), facts }));
}

/**
 * Moves the instant before which nothing is loaded any more, after aggregating all changes, because what lies before it is final from now
 * on. A later one that was set before stays. Returns the resulting instant.
 */
export async function moveFactsKeptFrom({ mart, target, id: jobId, clock }: Job, keptFrom: Date): Promise<Date> {
  const before = await readFactsKeptFrom(mart);
  if (before !== null && before >= keptFrom) return before;
  await withTransaction(mart, async () => {
    await takeWriterLock(mart, target.martSchema);
    const auditKey = await drawAuditKey(mart);
    const at = clock();
    const map = await readMartMap(mart);
    const { intervals, minStartKey, maxStartKey } = await aggregateChangedIntervals(mart, { map, auditKey });
    await execute(mart, raiseFactsKeptFrom(keptFrom, toEpochSeconds(at)));
    const written = ((await readFactsKeptFrom(mart)) ?? 0) >= keptFrom ? 1 : 0;
    await requireWritten(mart, { table: 'ctl_schema_info', verb: 'updated', wanted: 1, written });
    await splitDaysAtBorder(mart, { map, auditKey });
    await writeAuditRow(mart, auditKey, { jobId, at, rowCount: intervals, minStartKey, maxStartKey });
  });
  return keptFrom;
}

/**
 * Deletes the facts before `keptFrom` month by month in short transactions, calling `onPurged` after each. `keptFrom` must have been
 * recorded: aggregates before it are left unchanged. After an interruption, the next call continues.
 */
export async function purgeFacts(job: Job, keptFrom: Date, onPurged: (month: string, facts: number) => void): Promise<void> {
  const { mart, stop, tuning } = job;
  const batches = new Batches(tuning.rowsATransaction);
  // Each look begins where the last purge ended: from the start, it would pass the index entries of all deleted facts again.
  for (let toKey = LEAST_KEY; ;) {
    const next = await findNext(mart, toKey, keptFrom, batches.rows);
    if (next === null) return;
    const facts = await withTransaction(mart, () => purge(job, next, keptFrom, batches));
    batches.ended(facts);
    onPurged(toMonthText(next.month_ts), facts);
    toKey = next.to_key;
    stop?.afterChunk.throwIfAborted();
  }
}

/** Smaller than any key. */
const LEAST_KEY = -(2 ** 31);

/** Facts to purge in one transaction. */
interface NextPurge {
  readonly from_key: number;
  readonly to_key: number;
  readonly month_ts: number;
  readonly month_end_ts: number;
}

/** Null if none are left. It needs no lock, because no fact comes to lie before the border. */
async function findNext(mart: Connection, afterKey: number, keptFrom: Date, rows: number): Promise<NextPurge | null> {
  const { from_key: fromKey } = await queryRow<{ from_key: number | null }>(mart, selectOldestKey(afterKey, toEpochSeconds(keptFrom)));
  if (fromKey === null) return null;
  return { from_key: fromKey, ...(await queryRow<Omit<NextPurge, 'from_key'>>(mart, selectNextPurge(fromKey, rows))) };
}

/** Returns how many facts were deleted. */
async function purge({ mart, target, id: jobId, clock }: Job, next: NextPurge, keptFrom: Date, batches: Batches): Promise<number> {
  await takeWriterLock(mart, target.martSchema);
  batches.locked();
  const { from_key: fromKey, to_key: toKey } = next;
  const at = clock();
  const auditKey = await drawAuditKey(mart);
  const discards = { table: 'stg_transform_discards', verb: 'updated' } as const;
  await executeCounted(mart, resolveDiscardsOfFacts(fromKey, toKey, toEpochSeconds(at)), discards);
  await executeCounted(mart, deleteAttachedBetween(fromKey, toKey), { table: 'chat_session_attached_data', verb: 'deleted' });
  const kept = { fromKey, toKey, keptFromTs: toEpochSeconds(keptFrom), nowTs: toEpochSeconds(at), auditKey };
  await executeCounted(mart, keepDurations(await readMartMap(mart), kept), { table: 'chatmart_purged_durations', verb: 'inserted' });
  const facts = await execute(mart, deleteFactsBetween(fromKey, toKey));
  const { facts: left } = await queryRow<{ facts: number }>(mart, countFactsBetween(fromKey, toKey));
  // A trigger may keep some: the purge must not pass over them.
  await requireWritten(mart, { table: 'chat_session_fact', verb: 'deleted', wanted: facts + left, written: facts });
  const month = { fromTs: next.month_ts, toTs: next.month_end_ts };
  const recorded = { jobId, jobVersion: packageVersion(), tableName: 'chat_session_fact', ...month, rows: facts, auditKey };
  await executeAll(mart, recordPurge(recorded, at), { table: 'ctl_purge_history', verb: 'inserted', wanted: 1 });
  await writeAuditRow(mart, auditKey, { jobId, at, rowCount: facts, minStartKey: fromKey, maxStartKey: toKey - 1 });
  return facts;
}

/** An async session is flagged as stale after 30 days without a row; whoever gets no chat key in three times that is no chat. */
const DAYS_TO_WAIT = 90;

/** Forgets interactions of which only own keys have come, none for a long time. */
export async function purgeWaiting({ mart, target, now, stop, tuning }: Job): Promise<void> {
  const batches = new Batches(tuning.rowsATransaction);
  const keptFromTs = toEpochSeconds(now) - DAYS_TO_WAIT * 86_400;
  for (let isLast = false; !isLast; stop?.afterChunk.throwIfAborted()) {
    const { rows } = batches;
    const deleted = await withTransaction(mart, async () => {
      await takeWriterLock(mart, target.martSchema);
      batches.locked();
      return executeCounted(mart, deleteWaitingBefore(keptFromTs, rows), { table: 'chatmart_attached_waiting', verb: 'deleted' });
    });
    batches.ended(deleted);
    isLast = deleted < rows;
  }
}
