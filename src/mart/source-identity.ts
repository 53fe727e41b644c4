/** By what a source is known again. Each part can tell that it was exchanged, restored or reset. */
export interface SourceIdentity {
  /** Of the cluster, from `pg_control_system`; null: this role may not ask. */
  readonly systemIdentifier: string | null;
  /** Goes up when a standby is promoted; null: this role may not ask. */
  readonly timeline: number | null;
  readonly database: string;
  readonly tableOid: number;
  /** Of a view, its text, and of a foreign table, what it stands for, hashed; null: of a table. Undefined: stored by a version that did not look. */
  readonly definition?: string | null;
  /** The tables whose rows it shows: itself, its partitions and children at every level, and what a view reads. Undefined: as above. */
  readonly tables?: readonly IdentityTable[];
  /** Number that the next transaction gets, as xid8. */
  readonly nextTransaction: bigint;
  /** The rows with the largest ids. */
  readonly newestRows: readonly IdentityRow[];
}

/** One of the tables whose rows a source shows. */
export interface IdentityTable {
  readonly oid: number;
  /** Transaction that attached it to its parent (`pg_inherits.xmin`): another one when it was detached meanwhile. Null: it has no parent. */
  readonly attached: string | null;
  /** Number of the file of its rows: another one when all of them were written anew. 0: it has none. */
  readonly file: number;
  /** Length of the file in blocks. */
  readonly blocks: number;
}

/** What has become of the tables of a source since it was last looked at. */
export interface TableChanges {
  /** Those that came with rows, whose transactions may be older than any window: all of these rows have to be read. */
  readonly added: readonly IdentityTable[];
  /** Rows were written anew under other transaction numbers, or may have been: which of them were read, their numbers no longer tell. */
  readonly areRewritten: boolean;
}

/** A row that was seen, without its value: that may be corrected. */
export interface IdentityRow {
  readonly id: number;
  /** Of CALLID and KEYNAME. */
  readonly hash: string;
}

/**
 * Says in a clause how a source is another than the one that was read; null: it is the same. `found` are the rows that now have the ids
 * of the stored newest ones.
 */
export function findSourceChange(stored: SourceIdentity, current: SourceIdentity, found: readonly IdentityRow[]): string | null {
  for (const [name, before, now] of [
    ['system identifier', stored.systemIdentifier, current.systemIdentifier],
    ['WAL timeline', stored.timeline, current.timeline],
    ['database', stored.database, current.database],
    ['table oid', stored.tableOid, current.tableOid],
  ] as const)
    if (before !== null && now !== null && before !== now) return `its ${name} is now ${now}; it was ${before}`;

  if (stored.definition !== undefined && stored.definition !== current.definition) return 'its definition has changed';

  const before = stored.nextTransaction;
  const now = current.nextTransaction;
  if (now < before) return `its next transaction is now ${now}; it was ${before} before`;
  if (!areComparable(before, now))
    return `its next transaction is now ${now}; it was ${before}, too far apart to tell old rows from new ones`;

  const ids = new Set(found.map(({ id }) => id));
  const gone = stored.newestRows.find(({ id }) => !ids.has(id));
  if (gone !== undefined) return `its row with id ${gone.id} is gone`;
  // Nothing keeps two rows from having one id.
  const other = stored.newestRows.find(({ id, hash }) => !found.some((row) => row.id === id && row.hash === hash));
  return other === undefined ? null : `its row with id ${other.id} has changed`;
}

/** Which tables have come, and whether rows were written anew. A table that comes without rows is as any other one from then on. */
export function findTableChanges(stored: SourceIdentity, current: SourceIdentity): TableChanges {
  if (stored.tables === undefined || current.tables === undefined) return { added: [], areRewritten: false };
  const before = new Map(stored.tables.map((table) => [table.oid, table]));
  return {
    added: current.tables.filter((table) => !isKnown(before, table) && table.blocks > 0),
    areRewritten: current.tables.some((table) => isKnown(before, table) && before.get(table.oid)!.file !== table.file),
  };
}

/** What is stored while a window is open: what has become of the tables counts as known when it has been read to its end. */
export function withoutChanges(
  current: SourceIdentity,
  stored: SourceIdentity | null,
  { added, areRewritten }: TableChanges,
): SourceIdentity {
  const oids = new Set(added.map(({ oid }) => oid));
  const tables = current.tables?.filter(({ oid }) => !oids.has(oid));
  const known = { ...current, ...(tables && { tables }) };
  return areRewritten ? withFilesOf(stored, known) : known;
}

/** What is stored when the window has been read: rows that were written anew above its ceiling are still to come. */
export const withSeenChanges = (
  current: SourceIdentity,
  stored: SourceIdentity | null,
  { areRewritten, ceiling }: { readonly areRewritten: boolean; readonly ceiling: bigint },
): SourceIdentity => (areRewritten && ceiling < current.nextTransaction ? withFilesOf(stored, current) : current);

function withFilesOf(stored: SourceIdentity | null, current: SourceIdentity): SourceIdentity {
  const files = new Map(stored?.tables?.map(({ oid, file }) => [oid, file]));
  return {
    ...current,
    ...(current.tables && { tables: current.tables.map((table) => ({ ...table, file: files.get(table.oid) ?? table.file })) }),
  };
}

const isKnown = (before: ReadonlyMap<number, IdentityTable>, { oid, attached }: IdentityTable): boolean =>
  before.get(oid)?.attached === attached && before.has(oid);

/** The first source, or the only one; its name is the key of CHATMART_SOURCE. The others of a pair are idb2, idb3, … */
export const SOURCE_NAME = 'idb';

/** Name of the source in an HA pair, in the order of the configuration, counted from 0. */
export const toSourceName = (index: number): string => (index === 0 ? SOURCE_NAME : `${SOURCE_NAME}${index + 1}`);

/** Rows carry their transaction's number modulo 2^32, and tell before from after over half of that. */
const COMPARABLE_TRANSACTIONS = 2n ** 31n;

/** Whether rows of two transactions, given as xid8, can be told apart by age. */
export const areComparable = (older: bigint, newer: bigint): boolean => newer - older < COMPARABLE_TRANSACTIONS;
