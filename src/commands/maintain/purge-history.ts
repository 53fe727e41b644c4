import { queryRow, queryRows, type Connection } from '../../db/connection.js';
import { withTransaction } from '../../db/transaction.js';
import { takeWriterLock } from '../../mart/locks.js';
import { executeAll, executeCounted } from '../../mart/written-rows.js';
import { drawAuditKey, writeAuditRow } from '../../mart/audit.js';
import { toEpochSeconds } from '../../model/clock.js';
import type { PurgedHistory } from './summary.js';
import type { Job } from '../../jobs/job.js';
import { packageVersion } from '../../spec/package-file.js';
import { Batches } from './batches.js';
import {
  countOld,
  deleteAudits,
  deleteOld,
  HISTORY_TABLES,
  selectAuditReferences,
  selectUnreferencedAudits,
  recordPurge,
  type AuditReference,
  type HistoryTable,
} from './purge-history.sql.js';

const COUNT_OF = {
  stg_transform_discards: 'discards',
  ctl_etl_history: 'jobs',
  ctl_extract_history: 'extracts',
  ctl_transform_history: 'transforms',
  ctl_purge_history: 'purges',
} as const satisfies Record<HistoryTable['name'], keyof PurgedHistory>;

/** Counts what `purgeHistory` would delete once the facts before `factsKeptFrom` are gone; null: no facts are purged. */
export async function countHistory(mart: Connection, keptFrom: Date, factsKeptFrom: Date | null): Promise<PurgedHistory> {
  const keptFromTs = toEpochSeconds(keptFrom);
  const counts: Partial<Record<keyof PurgedHistory, number>> = {};
  const isGone = new Map<string, string>();
  for (const table of HISTORY_TABLES) {
    counts[COUNT_OF[table.name]] = (await queryRow<{ rows: number }>(mart, countOld(table, keptFromTs))).rows;
    isGone.set(table.name, table.isOld);
  }
  if (factsKeptFrom !== null) isGone.set('chat_session_fact', `start_date_time_key < ${toEpochSeconds(factsKeptFrom)}`);
  const references = await queryRows<AuditReference>(mart, selectAuditReferences);
  counts.auditRows = (await queryRows(mart, selectUnreferencedAudits(references, keptFromTs, isGone))).length;
  return counts as PurgedHistory;
}

/**
 * Deletes resolved discards and job history older than an instant, then the audit rows that nothing refers to any more, in short
 * transactions, calling `onPurged` after each.
 */
export async function purgeHistory(job: Job, keptFrom: Date, onPurged: (what: keyof PurgedHistory, rows: number) => void): Promise<void> {
  const { mart, stop, tuning } = job;
  const keptFromTs = toEpochSeconds(keptFrom);
  for (const table of HISTORY_TABLES) {
    const batches = new Batches(tuning.rowsATransaction);
    let { rows: left } = await queryRow<{ rows: number }>(mart, countOld(table, keptFromTs));
    while (left > 0) {
      stop?.afterChunk.throwIfAborted();
      const { rows } = batches;
      const deleteSome = (): Promise<number> =>
        executeCounted(mart, deleteOld(table, keptFromTs, rows), { table: table.name, verb: 'deleted' });
      onPurged(COUNT_OF[table.name], await purgeSome(job, { tableName: table.name, keptFromTs, batches }, deleteSome));
      left -= rows;
    }
  }
  const references = await queryRows<AuditReference>(mart, selectAuditReferences);
  const audits = await queryRows<{ audit_key: number }>(mart, selectUnreferencedAudits(references, keptFromTs));
  const batches = new Batches(tuning.rowsATransaction);
  for (let at = 0; at < audits.length;) {
    stop?.afterChunk.throwIfAborted();
    const keys = audits.slice(at, at + batches.rows).map((row) => row.audit_key);
    const deleteSome = (): Promise<number> =>
      executeAll(mart, deleteAudits(keys), { table: 'ctl_audit_log', verb: 'deleted', wanted: keys.length });
    onPurged('auditRows', await purgeSome(job, { tableName: 'ctl_audit_log', keptFromTs, batches }, deleteSome));
    at += keys.length;
  }
}

/** One transaction under the writer lock, recorded with an audit row. */
async function purgeSome(
  { mart, target, id: jobId, clock }: Job,
  { tableName, keptFromTs, batches }: { readonly tableName: string; readonly keptFromTs: number; readonly batches: Batches },
  deleteSome: () => Promise<number>,
): Promise<number> {
  const deleted = await withTransaction(mart, async () => {
    await takeWriterLock(mart, target.martSchema);
    batches.locked();
    const auditKey = await drawAuditKey(mart);
    const at = clock();
    const rows = await deleteSome();
    const purge = { jobId, jobVersion: packageVersion(), tableName, fromTs: 0, toTs: keptFromTs, rows, auditKey };
    await executeAll(mart, recordPurge(purge, at), { table: 'ctl_purge_history', verb: 'inserted', wanted: 1 });
    await writeAuditRow(mart, auditKey, { jobId, at, rowCount: rows, minStartKey: 0, maxStartKey: 0 });
    return rows;
  });
  batches.ended(deleted);
  return deleted;
}
