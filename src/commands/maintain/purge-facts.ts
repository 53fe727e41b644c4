import { aggregateChangedIntervals } from '../../mart/aggregates/rebuild.js';
import { execute, queryRow, queryRows, type Connection } from '../../db/connection.js';
import type { Job } from '../../jobs/job.js';
import { readFactsKeptFrom, raiseFactsKeptFrom } from '../../mart/retention.js';
import { withTransaction } from '../../db/transaction.js';
import { takeWriterLock } from '../../mart/locks.js';
import { executeAll, executeCounted, requireWritten } from '../../mart/written-rows.js';
import { drawAuditKey, writeAuditRow } from '../../mart/audit.js';
import { toEpochSeconds } from '../../model/clock.js';
import { readKvpMap } from '../../spec/kvp-map.js';
import { packageVersion } from '../../spec/package-file.js';
import type { PurgedMonth } from './summary.js';
import { countFactsBetween, deleteFactsBetween, resolveDiscardsOfFacts, selectMonthsBefore, selectNextPurge } from './purge-facts.sql.js';
import { recordPurge } from './purge-history.sql.js';

/** About so many rows are deleted in one transaction: a load waits for at most one of them. */
export const ROWS_A_TRANSACTION = 20_000;

const toMonthText = (monthTs: number): string => new Date(monthTs * 1000).toISOString().slice(0, 7);

/** Facts that began before an instant, by month. */
export async function countMonthsBefore(mart: Connection, keptFrom: Date): Promise<PurgedMonth[]> {
  const rows = await queryRows<{ month_ts: number; facts: number }>(mart, selectMonthsBefore(toEpochSeconds(keptFrom)));
  return rows.map(({ month_ts: monthTs, facts }) => ({ month: toMonthText(monthTs), facts }));
}

/**
 * Moves the border before which nothing is loaded any more; until then everything that changed is aggregated, because what lies before it
 * is final from now on. One that lies further ahead stays. Returns the border.
 */
export async function moveFactsKeptFrom({ mart, target, id: jobId, clock }: Job, keptFrom: Date): Promise<Date> {
  const before = await readFactsKeptFrom(mart);
  if (before !== null && before >= keptFrom) return before;
  await withTransaction(mart, async () => {
    await takeWriterLock(mart, target.martSchema);
    const auditKey = await drawAuditKey(mart);
    const at = clock();
    const { intervals, minStartKey, maxStartKey } = await aggregateChangedIntervals(mart, { map: readKvpMap(), auditKey });
    await execute(mart, raiseFactsKeptFrom(keptFrom, toEpochSeconds(at)));
    const written = ((await readFactsKeptFrom(mart)) ?? 0) >= keptFrom ? 1 : 0;
    await requireWritten(mart, { table: 'ctl_schema_info', verb: 'updated', wanted: 1, written });
    await writeAuditRow(mart, auditKey, { jobId, at, rowCount: intervals, minStartKey, maxStartKey });
  });
  return keptFrom;
}

/**
 * Deletes the facts before the border, month by month, in short transactions; `onPurged` is told after each. The border must be in place:
 * aggregates before it are left as they are. Whoever is broken off goes on where it was.
 */
export async function purgeFacts(job: Job, keptFrom: Date, onPurged: (month: string, facts: number) => void): Promise<void> {
  for (;;) {
    const purged = await withTransaction(job.mart, () => purgeNext(job, keptFrom));
    if (purged === null) return;
    onPurged(purged.month, purged.facts);
    job.stop?.afterChunk.throwIfAborted();
  }
}

/** Null: there are none any more. */
async function purgeNext({ mart, target, id: jobId, clock, tuning }: Job, keptFrom: Date): Promise<PurgedMonth | null> {
  await takeWriterLock(mart, target.martSchema);
  const [next] = await queryRows<{ from_key: number; to_key: number; month_ts: number; month_end_ts: number }>(
    mart,
    selectNextPurge(toEpochSeconds(keptFrom), tuning.rowsATransaction ?? ROWS_A_TRANSACTION),
  );
  if (next === undefined) return null;
  const { from_key: fromKey, to_key: toKey } = next;
  const at = clock();
  const auditKey = await drawAuditKey(mart);
  const discards = { table: 'stg_transform_discards', verb: 'updated' } as const;
  await executeCounted(mart, resolveDiscardsOfFacts(fromKey, toKey, toEpochSeconds(at)), discards);
  const facts = await execute(mart, deleteFactsBetween(fromKey, toKey));
  const { facts: left } = await queryRow<{ facts: number }>(mart, countFactsBetween(fromKey, toKey));
  // Or the same facts would be the next to be purged, for ever.
  await requireWritten(mart, { table: 'chat_session_fact', verb: 'deleted', wanted: facts + left, written: facts });
  const month = { fromTs: next.month_ts, toTs: next.month_end_ts };
  const purge = { jobId, jobVersion: packageVersion(), tableName: 'chat_session_fact', ...month, rows: facts, auditKey };
  await executeAll(mart, recordPurge(purge, at), { table: 'ctl_purge_history', verb: 'inserted', wanted: 1 });
  await writeAuditRow(mart, auditKey, { jobId, at, rowCount: facts, minStartKey: fromKey, maxStartKey: toKey - 1 });
  return { month: toMonthText(next.month_ts), facts };
}
