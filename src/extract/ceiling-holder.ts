import { queryRow, type Connection } from '../db/connection.js';
import { quoteLiteral } from '../db/quote.js';
import { withSoundTimes } from '../mart/source-window.js';
import { selectCeilingHolder, selectOldestTransaction } from './ceiling-holder.sql.js';
import { toDurationText } from '../model/text.js';

/** The open transaction that keeps later commits from counting as complete. Times are ISO 8601 (UTC). */
export interface CeilingHolder {
  /** A `session` of this server, a `prepared` transaction, a transaction on the `primary` of this standby, or `unseen`. */
  readonly kind: 'session' | 'prepared' | 'primary' | 'unseen';
  /** Number of the transaction, as in `pg_stat_activity.backend_xid`. */
  readonly transaction: string;
  readonly pid: number | null;
  readonly database: string | null;
  readonly user: string | null;
  readonly application: string | null;
  /** Name of a prepared transaction. */
  readonly gid: string | null;
  /** When it began or was prepared; null if hidden from the IDB's role. */
  readonly since: string | null;
  /** Time of the first run that found it open; null if there is none. */
  readonly seenSince: string | null;
}

/** A snapshot of the IDB that a run recorded: its xmax (xid8) and time. */
export interface SeenSnapshot {
  readonly xmax: string;
  readonly takenAt: string;
}

interface HolderRow {
  readonly ceiling: string;
  readonly xmax: string;
  readonly is_standby: boolean;
  readonly now: Date;
  readonly pid: number | null;
  readonly database: string | null;
  readonly user_name: string | null;
  readonly application: string | null;
  readonly gid: string | null;
  readonly since: Date | null;
}

/** A transaction open for this long is an old one. */
export const OLD_TRANSACTION_MS = 5 * 60_000;

/** Younger transactions are not reported: a run waits briefly for those that are just committing. */
const YOUNG_TRANSACTION_MS = 1_000;

/**
 * Finds the transaction that has held back the ceiling of an IDB for at least `oldMs`, according to its start or, if that is hidden, to the
 * snapshots of earlier runs. Null if there is none.
 */
export async function findCeilingHolder(
  idb: Connection,
  snapshots: readonly SeenSnapshot[],
  oldMs: number = YOUNG_TRANSACTION_MS,
): Promise<CeilingHolder | null> {
  const found = await lookForHolder(idb, snapshots);
  return found !== null && found.openMs !== null && found.openMs >= oldMs ? found.holder : null;
}

/** The transaction that holds back a ceiling, the ceiling, and how long the transaction has been open (null if hidden). */
export interface FoundHolder {
  readonly holder: CeilingHolder;
  readonly ceiling: bigint;
  readonly openMs: number | null;
}

/** Finds the transaction that holds back the ceiling of an IDB, however young it is. Null if nothing lies above the ceiling. */
export async function lookForHolder(idb: Connection, snapshots: readonly SeenSnapshot[]): Promise<FoundHolder | null> {
  const row = await queryRow<HolderRow>(idb, selectCeilingHolder());
  // Nothing lies above the ceiling, so nothing waits for it.
  if (BigInt(row.xmax) <= BigInt(row.ceiling)) return null;
  const seenSince = firstThatSaw(row, snapshots);
  // A start in the future (the clock was ahead) says nothing about the age.
  const since = row.since !== null && row.since <= row.now ? row.since : null;
  const known = [since, seenSince].flatMap((time) => (time === null ? [] : [row.now.getTime() - time.getTime()]));
  const holder: CeilingHolder = {
    kind: kindOf(row),
    transaction: String(BigInt(row.ceiling) & 0xffffffffn),
    pid: row.pid,
    database: row.database,
    user: row.user_name,
    application: row.application === '' ? null : row.application,
    gid: row.gid,
    since: since?.toISOString() ?? null,
    seenSince: seenSince?.toISOString() ?? null,
  };
  return { holder, ceiling: BigInt(row.ceiling), openMs: known.length === 0 ? null : Math.max(...known) };
}

/** Describes the owner of the transaction. */
export function toHolderText({ kind, transaction, pid, database, user, application, gid }: CeilingHolder): string {
  const owner = `database ${database ?? '-'}, user ${user ?? '-'}${application === null ? '' : `, application ${application}`}`;
  switch (kind) {
    case 'session':
      return `process ${pid} (${owner})`;
    case 'prepared':
      return `prepared transaction ${quoteLiteral(gid ?? '')} (${owner})`;
    case 'primary':
      return `transaction ${transaction} on the primary server of this standby`;
    case 'unseen':
      return `transaction ${transaction}, of which the server shows no details,`;
  }
}

/** Describes how long it has been open. */
export function toOpenSinceText({ kind, since, seenSince }: CeilingHolder, now: Date): string {
  const at = (time: string): string => `${toDurationText(Math.max(0, now.getTime() - Date.parse(time)) / 1000)} ago, at ${time}`;
  if (since !== null) return `${kind === 'prepared' ? 'it was prepared' : 'its transaction began'} ${at(since)}`;
  return seenSince === null ? 'no run has seen it yet' : `a run found it open ${at(seenSince)}`;
}

/**
 * Age in seconds of the oldest open transaction with a number on the server of an IDB; 0 if there is none. If its start is hidden, or it is
 * on the primary of a standby, the age counts from the first run that saw it.
 */
export async function findOldestTransactionAge(idb: Connection, snapshots: readonly SeenSnapshot[]): Promise<number> {
  const { seconds } = await queryRow<{ seconds: number | null }>(idb, selectOldestTransaction());
  const row = await queryRow<HolderRow>(idb, selectCeilingHolder());
  const seenSince = BigInt(row.ceiling) < BigInt(row.xmax) ? firstThatSaw(row, snapshots) : null;
  return Math.max(0, seconds ?? 0, seenSince === null ? 0 : (row.now.getTime() - seenSince.getTime()) / 1_000);
}

/** A transaction that is open now got its number before the first snapshot with a larger xmax, so it was open then. */
function firstThatSaw(row: HolderRow, snapshots: readonly SeenSnapshot[]): Date | null {
  // Smaller numbers than before belong to another server.
  if (snapshots.some(({ xmax }) => BigInt(xmax) > BigInt(row.xmax))) return null;
  const marks = withSoundTimes(
    snapshots.map(({ xmax, takenAt }) => ({ xmax: BigInt(xmax), takenAt: new Date(takenAt) })),
    row.now,
  );
  return marks.find(({ xmax }) => xmax > BigInt(row.ceiling))?.takenAt ?? null;
}

function kindOf(row: HolderRow): CeilingHolder['kind'] {
  if (row.gid !== null) return 'prepared';
  if (row.pid !== null) return 'session';
  return row.is_standby ? 'primary' : 'unseen';
}
