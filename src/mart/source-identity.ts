/** Identifies the source across runs. Each part can show that the source was replaced, restored or reset. */
export interface SourceIdentity {
  /** Of the cluster, from `pg_control_system`; null: this role may not ask. */
  readonly systemIdentifier: string | null;
  /** Increases when a standby is promoted; null: this role may not ask. */
  readonly timeline: number | null;
  readonly database: string;
  readonly tableOid: number;
  /** Hash of a view's text or of a foreign table's target; null: an ordinary table. Undefined: stored by a version that did not read it. */
  readonly definition?: string | null;
  /** The tables whose rows it shows: itself, its partitions and children at every level, and a view's tables. Undefined: as above. */
  readonly tables?: readonly IdentityTable[];
  /** Number of the next transaction, as xid8. */
  readonly nextTransaction: bigint;
  /** The rows with the largest ids. */
  readonly newestRows: readonly IdentityRow[];
}

/** One of the tables whose rows a source shows. */
export interface IdentityTable {
  readonly oid: number;
  /** Transaction that attached it to its parent (`pg_inherits.xmin`); changes on detach and re-attach. Null: no parent. */
  readonly attached: string | null;
  /** Number of the file of its rows; it changes when all rows are rewritten. 0: no file. */
  readonly file: number;
  /** Length of the file in blocks. */
  readonly blocks: number;
}

/** Changes in the tables of a source since it was last read. */
export interface TableChanges {
  /** Tables added with rows, whose transactions may be older than any window: all these rows have to be read. */
  readonly added: readonly IdentityTable[];
  /** Rows were, or may have been, rewritten under other transaction numbers: the numbers no longer tell which of them were read. */
  readonly areRewritten: boolean;
}

/** A row that was seen, without its value, since the value may be corrected. */
export interface IdentityRow {
  readonly id: number;
  /** Of CALLID and KEYNAME. */
  readonly hash: string;
}

/**
 * Says in a clause how a source differs from the one that was read; null: it is the same. `found` are the rows that now have the ids of the
 * stored newest ones.
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
  // Nothing prevents two rows from having the same id.
  const other = stored.newestRows.find(({ id, hash }) => !found.some((row) => row.id === id && row.hash === hash));
  return other === undefined ? null : `its row with id ${other.id} has changed`;
}

/** Which tables were added, and whether rows were rewritten. A table added without rows needs no special treatment. */
export function findTableChanges(stored: SourceIdentity, current: SourceIdentity): TableChanges {
  if (stored.tables === undefined || current.tables === undefined) return { added: [], areRewritten: false };
  const before = new Map(stored.tables.map((table) => [table.oid, table]));
  return {
    added: current.tables.filter((table) => !isKnown(before, table) && table.blocks > 0),
    areRewritten: current.tables.some((table) => isKnown(before, table) && before.get(table.oid)!.file !== table.file),
  };
}

/** The identity to store while a window is open: changes in the tables count as known only when it has been read to its end. */
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

/** The identity to store when the window has been read: rows rewritten above its ceiling are still to come. */
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

/** Rows carry their transaction's number modulo 2^32, so before and after can be told only within half of that. */
const COMPARABLE_TRANSACTIONS = 2n ** 31n;

/** Whether rows of two transactions, given as xid8, can be ordered by age. */
export const areComparable = (older: bigint, newer: bigint): boolean => newer - older < COMPARABLE_TRANSACTIONS;
