import { queryRow, type Connection } from '../db/connection.js';
import { requireSequencesAhead } from './schema/explain-mart-error.js';
import { executeAll } from './written-rows.js';
import { drawAuditKey as drawAuditKeyStatement, insertAuditRow, type AuditEntry } from './audit.sql.js';

export type { AuditEntry } from './audit.sql.js';

/**
 * Draws the transaction's audit key. Only under the writer lock: it makes the order of keys the order of commits. Errors: `ConfigError` if
 * the sequence is behind its table, for example after a restore of the tables alone.
 */
export async function drawAuditKey(connection: Connection): Promise<number> {
  const { audit_key: key, newest } = await queryRow<{ audit_key: number; newest: number | null }>(connection, drawAuditKeyStatement);
  if (newest !== null && key <= newest) await requireSequencesAhead(connection);
  return key;
}

/** Writes the row of CTL_AUDIT_LOG that the transaction's facts point to. */
export async function writeAuditRow(connection: Connection, auditKey: number, entry: AuditEntry): Promise<void> {
  await executeAll(connection, insertAuditRow(auditKey, entry), { table: 'ctl_audit_log', verb: 'inserted', wanted: 1 });
}
