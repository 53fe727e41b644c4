import { areComparable } from './transaction-number.js';

/** By what a source is known again. Each part can tell that it was exchanged, restored or reset. */
export interface SourceIdentity {
  /** Of the cluster, from `pg_control_system`; null: this role may not ask. */
  readonly systemIdentifier: string | null;
  /** Goes up when a standby is promoted; null: this role may not ask. */
  readonly timeline: number | null;
  readonly database: string;
  readonly tableOid: number;
  /** Number that the next transaction gets, as xid8. */
  readonly nextTransaction: bigint;
  /** The rows with the largest ids. */
  readonly newestRows: readonly IdentityRow[];
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
    if (before !== null && now !== null && before !== now) return `its ${name} is ${now}, and was ${before}`;

  const before = stored.nextTransaction;
  const now = current.nextTransaction;
  if (now < before) return `its next transaction is ${now}, and was ${before} already`;
  if (!areComparable(before, now)) return `its next transaction is ${now}, and was ${before}: too far apart to tell old rows from new ones`;

  const hashes = new Map(found.map(({ id, hash }) => [id, hash]));
  const gone = stored.newestRows.find(({ id }) => !hashes.has(id));
  if (gone !== undefined) return `its row with id ${gone.id} is gone`;
  const other = stored.newestRows.find(({ id, hash }) => hashes.get(id) !== hash);
  return other === undefined ? null : `its row with id ${other.id} is another one now`;
}
