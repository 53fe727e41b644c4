import { selectIdentity, selectIdentityRights } from '../db/server-identity.sql.js';
import { execute, queryRow, queryRows, type Connection } from '../db/connection.js';
import { withTransaction } from '../db/transaction.js';

import { toEpochSeconds, CLOCK_TOLERANCE_MS } from '../model/clock.js';
import type { Log } from '../model/log.js';
import { selectMartPast, selectWentBack, writeMartIdentity, writeWentBack } from './mart-past.sql.js';
import { counted, verb } from '../model/text.js';

/** What a process remembers of what it wrote into a mart; a caller that runs several times keeps it between them. */
export interface MartMemory {
  written?: {
    /** A run recorded in the job history. */
    readonly jobId: string;
    readonly at: Date;
    /** Of CHATMART_SOURCE: increases with each write. */
    readonly revisions: number;
    /** Rows of CHATMART_ERASED. */
    readonly erased: number;
  };
  /** Settings that the mart does not follow, and when they were told. */
  unapplied?: { readonly text: string; readonly toldAt: Date };
}

/** A mart was found to be older than it had been, or to be another one. Times are ISO 8601 (UTC). */
export interface WentBack {
  readonly noticedAt: string;
  /** End of its job history; null: it had none. */
  readonly knownUntil: string | null;
  /** Earlier writes are missing. False: they may be, since the mart is in another place than before. */
  readonly isCertain: boolean;
}

interface MartPast {
  readonly revisions: number;
  readonly erased: number;
  readonly has_job: boolean;
  readonly known_until: Date | null;
  readonly identity: string | null;
}

const readPast = (mart: Connection, jobId: string | null, now: Date): Promise<MartPast> =>
  queryRow<MartPast>(mart, selectMartPast(jobId, new Date(now.getTime() + CLOCK_TOLERANCE_MS)));

/** Remembers the writes of a run once its job history is written. */
export async function rememberMart(
  mart: Connection,
  memory: MartMemory,
  { jobId, now }: { readonly jobId: string; readonly now: Date },
): Promise<void> {
  const { revisions, erased } = await readPast(mart, null, now);
  memory.written = { jobId, at: now, revisions, erased };
}

/**
 * Checks whether a mart lacks earlier writes or has moved: it was restored from a backup, or failed over to a server that was behind.
 * Logged once, and kept on record. To be called before any load, outside a transaction.
 */
export async function noticeRestoredMart(
  mart: Connection,
  { memory = {}, now, log }: { readonly memory?: MartMemory | undefined; readonly now: Date; readonly log: Log },
): Promise<void> {
  const { written } = memory;
  const past = await readPast(mart, written?.jobId ?? null, now);
  const isBehind = written !== undefined && !past.has_job && past.revisions < written.revisions;
  const identity = await readMartIdentity(mart);
  const isSame = past.identity === JSON.stringify(identity);
  if (!isBehind && isSame) return;
  const moved = past.identity === null || isSame ? null : toChange(JSON.parse(past.identity) as MartIdentity, identity);
  const knownUntil = past.known_until?.toISOString() ?? null;
  const wentBack: WentBack = { noticedAt: now.toISOString(), knownUntil, isCertain: isBehind };
  await withTransaction(mart, async () => {
    if (!isSame) await execute(mart, writeMartIdentity(JSON.stringify(identity), toEpochSeconds(now)));
    if (isBehind || moved !== null) await execute(mart, writeWentBack(JSON.stringify(wentBack), toEpochSeconds(now)));
  });
  delete memory.written;
  const fields = { next: toNext(knownUntil, now), data: { knownUntil } };
  const until = knownUntil === null ? 'it has no job history' : `its job history ends at ${knownUntil}`;
  if (isBehind) {
    const lost = written.erased - past.erased;
    const erased = lost > 0 ? ` (${lost} of ${counted(written.erased, 'row')} of CHATMART_ERASED ${verb(lost, 'is', 'are')} gone)` : '';
    log(`The mart went back in time: rows written at ${written.at.toISOString()} are missing, ${until}. ${toConsequences(erased)}`, {
      level: 'warning',
      ...fields,
      code: 'mart-went-back',
    });
  } else if (moved !== null)
    log(
      `The mart has moved: its ${moved}. If it was moved unchanged, nothing is wrong. If it was restored from a backup ` +
        `or failed over to a server that was behind, ${until}. ${toConsequences('')}`,
      { level: 'warning', ...fields, code: 'mart-moved' },
    );
}

/** What it means to continue from an older mart, and what to do. */
const toConsequences = (erased: string): string =>
  `Rows that the IDB has stored since then and still has are loaded again; rows that it has purged are missing. Interactions erased since then may be back${erased}: ` +
  'copy CHATMART_ERASED from the previous mart, or erase them again. The next chatmart maintain purges facts past their retention';

function toNext(knownUntil: string | null, now: Date): string {
  const to = new Date(now.getTime() + 86_400_000).toISOString().slice(0, 10);
  const compare = `chatmart reconcile --from ${knownUntil?.slice(0, 10) ?? '…'} --to ${to}`;
  return `Nothing has to be stopped. Copy the missing rows of CHATMART_ERASED back, or run chatmart erase --guid … for what was erased since. Then run: ${compare}`;
}

/** The place of a mart; null: this role may not ask. */
interface MartIdentity {
  readonly system: string | null;
  readonly timeline: number | null;
  readonly database: string;
  readonly table: number;
}

async function readMartIdentity(mart: Connection): Promise<MartIdentity> {
  const rights = await queryRow<{ may_ask_system: boolean; may_ask_checkpoint: boolean }>(mart, selectIdentityRights);
  const row = await queryRow<{ system_identifier: string | null; timeline: number | null; database: string; table_oid: number }>(
    mart,
    selectIdentity('chatmart_source', { askSystem: rights.may_ask_system, askCheckpoint: rights.may_ask_checkpoint }),
  );
  return { system: row.system_identifier, timeline: row.timeline, database: row.database, table: row.table_oid };
}

const NAMES: Readonly<Record<keyof MartIdentity, string>> = {
  system: 'system identifier',
  timeline: 'WAL timeline',
  database: 'database',
  table: 'table CHATMART_SOURCE',
};

/** In a clause; null: the difference cannot be told. */
function toChange(before: MartIdentity, now: MartIdentity): string | null {
  const changed = (Object.keys(NAMES) as (keyof MartIdentity)[]).find(
    (name) => before[name] !== null && now[name] !== null && before[name] !== now[name],
  );
  if (changed === undefined) return null;
  const oid = changed === 'table' ? 'oid ' : '';
  return `${NAMES[changed]} is now ${oid}${now[changed]}; it was ${oid}${before[changed]}`;
}

/** When a mart was last found to be older than it had been, or in another place; null: never. */
export async function readWentBack(mart: Connection): Promise<WentBack | null> {
  const [row] = await queryRows<{ went_back: string }>(mart, selectWentBack());
  return row === undefined ? null : (JSON.parse(row.went_back) as WentBack);
}
