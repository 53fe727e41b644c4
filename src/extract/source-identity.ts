import { queryRow, queryRows, type Connection } from '../db/connection.js';
import type { SourceState } from '../model/extract-window.js';
import { findSourceChange, type IdentityRow, type SourceIdentity } from '../model/source-identity.js';
import type { IdbTable } from './idb-table.js';
import {
  selectIdentity,
  selectIdentityRights,
  selectNewestRows,
  selectRowOfOldTransaction,
  selectRowsById,
} from './source-identity.sql.js';

/** Reads by what a source is known again. */
export async function readSourceIdentity(connection: Connection, table: IdbTable): Promise<SourceIdentity> {
  const rights = await queryRow<{ may_ask_system: boolean; may_ask_checkpoint: boolean }>(connection, selectIdentityRights);
  const row = await queryRow<{
    system_identifier: string | null;
    timeline: number | null;
    database: string;
    table_oid: number;
    next_transaction: string;
  }>(connection, selectIdentity(table.quotedName, { askSystem: rights.may_ask_system, askCheckpoint: rights.may_ask_checkpoint }));
  return {
    systemIdentifier: row.system_identifier,
    timeline: row.timeline,
    database: row.database,
    tableOid: row.table_oid,
    nextTransaction: BigInt(row.next_transaction),
    // A row whose id is a fraction cannot be asked for again by a whole number.
    newestRows: (await queryRows<IdentityRow>(connection, selectNewestRows(table.rows))).filter(({ id }) => Number.isSafeInteger(id)),
  };
}

/** Says in a clause how the source is another than the one that was read before; null: it is the same, or was never read. */
export async function noticeSourceChange(
  connection: Connection,
  table: IdbTable,
  { identity, lastCeiling, marks }: Pick<SourceState, 'identity' | 'lastCeiling' | 'marks'>,
): Promise<string | null> {
  if (identity === null) return null;
  const current = await readSourceIdentity(connection, table);
  const ids = identity.newestRows.map(({ id }) => id);
  const change = findSourceChange(identity, current, await queryRows<IdentityRow>(connection, selectRowsById(table.rows, ids)));
  const newest = marks.at(-1);
  if (change !== null || !table.hasCeiling || lastCeiling === null || newest === undefined) return change;
  const [row] = await queryRows<{ id: number }>(connection, selectRowOfOldTransaction(table.rows, newest.maxId, lastCeiling));
  return row === undefined ? null : `its new row with id ${row.id} has an old transaction number`;
}
