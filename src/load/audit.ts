import { execute, queryRow, type Connection } from '../db/connection.js';
import { drawAuditKey as drawAuditKeyStatement, insertAuditRow, type AuditEntry } from './audit.sql.js';

export type { AuditEntry } from './audit.sql.js';

/** Draws the transaction's audit key. Only under the writer lock: then the order of keys is the order of commits. */
export async function drawAuditKey(connection: Connection): Promise<number> {
  return (await queryRow<{ audit_key: number }>(connection, drawAuditKeyStatement)).audit_key;
}

/** Writes the row of CTL_AUDIT_LOG that the transaction's facts point to. */
export async function writeAuditRow(connection: Connection, auditKey: number, entry: AuditEntry): Promise<void> {
  await execute(connection, insertAuditRow(auditKey, entry));
}
