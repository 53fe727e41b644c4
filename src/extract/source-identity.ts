import { selectIdentity, selectIdentityRights } from '../db/server-identity.sql.js';
import { queryRow, queryRows, type Connection } from '../db/connection.js';
import type { SourceState } from '../mart/source-window.js';
import {
  findSourceChange,
  findTableChanges,
  type IdentityRow,
  type IdentityTable,
  type SourceIdentity,
  type TableChanges,
} from '../mart/source-identity.js';
import type { IdbTable } from './idb-table.js';
import {
  selectIdentityTables,
  selectNewestRows,
  selectRowOfOldTransaction,
  selectRowsById,
  selectTableNames,
} from './source-identity.sql.js';

/** Reads what identifies the source across runs. */
export async function readSourceIdentity(connection: Connection, table: IdbTable): Promise<SourceIdentity> {
  const rights = await queryRow<{ may_ask_system: boolean; may_ask_checkpoint: boolean }>(connection, selectIdentityRights);
  const row = await queryRow<{
    system_identifier: string | null;
    timeline: number | null;
    database: string;
    table_oid: number;
    definition: string | null;
    next_transaction: string;
  }>(connection, selectIdentity(table.quotedName, { askSystem: rights.may_ask_system, askCheckpoint: rights.may_ask_checkpoint }));
  return {
    systemIdentifier: row.system_identifier,
    timeline: row.timeline,
    database: row.database,
    tableOid: row.table_oid,
    definition: row.definition,
    tables: await queryRows<IdentityTable>(connection, selectIdentityTables(table.quotedName)),
    nextTransaction: BigInt(row.next_transaction),
    // A row with a fractional id cannot be found again by an integer.
    newestRows: (await queryRows<IdentityRow>(connection, selectNewestRows(table.rows))).filter(({ id }) => Number.isSafeInteger(id)),
  };
}

/** How a source differs from the one read before. */
export interface SourceComparison {
  /** The identity now. */
  readonly identity: SourceIdentity;
  /** Why it is a different source, as a clause; it must be reread from the start. Null if it is the same or was never read. */
  readonly changed: string | null;
  /** Changes of its tables; none for a different source. */
  readonly tables: TableChanges;
}

type KnownSource = Pick<SourceState, 'identity' | 'lastCeiling' | 'marks'>;

const NO_CHANGES: TableChanges = { added: [], areRewritten: false };

/** Checks whether a source is the one read before and has the same tables. */
export async function compareSource(connection: Connection, table: IdbTable, known: KnownSource): Promise<SourceComparison> {
  const identity = await readSourceIdentity(connection, table);
  if (known.identity === null) return { identity, changed: null, tables: NO_CHANGES };
  const ids = known.identity.newestRows.map(({ id }) => id);
  const found = await queryRows<IdentityRow>(connection, selectRowsById(table.rows, ids));
  const tables = findTableChanges(known.identity, identity);
  const changed =
    findSourceChange(known.identity, identity, found) ??
    (table.hasCeiling ? await findRowOfOldTransaction(connection, table, known, tables) : toViewChange(tables));
  return { identity, changed, tables: changed === null ? tables : NO_CHANGES };
}

/** Why the source differs from the one read before, as a clause; null if it is the same or was never read. */
export const noticeSourceChange = async (connection: Connection, table: IdbTable, known: KnownSource): Promise<string | null> =>
  (await compareSource(connection, table, known)).changed;

async function findRowOfOldTransaction(
  connection: Connection,
  { rows }: IdbTable,
  { lastCeiling, marks }: KnownSource,
  { added }: TableChanges,
): Promise<string | null> {
  const newest = marks.at(-1);
  if (lastCeiling === null || newest === undefined) return null;
  const notInTables = added.map(({ oid }) => oid);
  const [row] = await queryRows<{ id: number }>(
    connection,
    selectRowOfOldTransaction(rows, { aboveId: newest.maxId, ceiling: lastCeiling, notInTables }),
  );
  return row === undefined ? null : `its new row with id ${row.id} has an old transaction number`;
}

/** Without transaction numbers it is unknown which rows of a view came with a new table. */
const toViewChange = ({ added }: TableChanges): string | null =>
  added.length === 0 ? null : `it shows the rows of ${added.length} further table${added.length === 1 ? '' : 's'}`;

/** Number of new tables named in a message. */
const MOST_NAMED = 3;

/** The new tables, as a clause; null if there are none. */
export async function describeAdded(connection: Connection, added: readonly IdentityTable[]): Promise<string | null> {
  if (added.length === 0) return null;
  const names = (await queryRows<{ name: string }>(connection, selectTableNames(added.map(({ oid }) => oid)))).map(({ name }) => name);
  const more = added.length > MOST_NAMED ? ` and ${added.length - MOST_NAMED} more` : '';
  return `${names.slice(0, MOST_NAMED).join(', ')}${more} ${names.length === 1 ? 'was' : 'were'} added with rows`;
}
