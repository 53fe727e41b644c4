import type { Connection } from '../db/connection.js';
import { copyBinaryTo, type OnRow } from '../db/copy.js';
import { executeCounted } from '../mart/written-rows.js';
import type { Discard, DiscardName } from '../model/discard.js';
import type { KvpMap } from '../model/mapped-key.js';
import type { SessionBatch } from '../model/session-batch.js';
import type { ChunkMembers } from './members.js';
import { copyHeldDiscards, copyHeldFacts, deleteRevisits, insertRevisits } from './reread.sql.js';
import type { KeptOut } from './kept-out.js';
import { readSourcesByTime } from '../mart/source-state.js';
import { analyzeStaging, stageDiscards, stageSessions } from './stage-batch.js';

/**
 * What the mart holds of the given interactions, as KVP rows. They are read before the IDB's and stand in for rows that the IDB has purged;
 * a row that still exists wins.
 */
export interface HeldRows {
  readonly pushFacts: (onRow: OnRow) => Promise<unknown>;
  /** Discards of single values: the last one of each key. */
  readonly pushDiscards: (onRow: OnRow) => Promise<unknown>;
}

/** Fully read interactions. */
export interface RereadSessions {
  readonly batch: SessionBatch;
  /** Interactions with too many rows: nothing is written for them. */
  readonly tooLong: readonly string[];
  /** Values that the mart keeps because the IDB no longer has a row of their keys. */
  readonly keptValues: number;
  /** Sources that were read, and those that were unreachable; IDBs of one HA pair. */
  readonly reached: readonly string[];
  readonly missed: readonly string[];
}

/** Pivots all rows of the given interactions: first those held by the mart, then the IDB's, in a snapshot taken now. */
export type Reread = (guids: readonly string[], inputs: RereadInputs) => Promise<RereadSessions>;

/** What the mart holds of the interactions, and the sources whose rows are ordered by ADDED_TS; read under the writer lock. */
export interface RereadInputs {
  readonly held: HeldRows;
  readonly byTime: ReadonlySet<string>;
}

export interface RereadOptions {
  readonly map: KvpMap;
  readonly reread: Reread;
  readonly keptOut: KeptOut;
  /** Collects the members of the sessions that become facts. */
  readonly members: ChunkMembers;
  readonly auditKey: number;
}

/** Reads interactions in full and stages them. Sources of an HA pair that were unreachable are recorded for a later revisit. */
export async function rereadSessions(
  connection: Connection,
  guids: readonly string[],
  { map, reread, keptOut, members, auditKey }: RereadOptions,
): Promise<Pick<RereadSessions, 'keptValues' | 'tooLong'>> {
  if (guids.length === 0) return { keptValues: 0, tooLong: [] };
  const held: HeldRows = {
    pushFacts: (onRow) => copyBinaryTo(connection, copyHeldFacts(map, guids), onRow),
    pushDiscards: (onRow) => copyBinaryTo(connection, copyHeldDiscards(guids), onRow),
  };
  const found = await reread(guids, { held, byTime: await readSourcesByTime(connection) });
  const { batch, tooLong, keptValues, reached, missed } = { ...found, batch: keptOut.withExpiredAsNone(found.batch) };
  const sessions = [...batch.guid.keys()];
  members.addAll(batch, sessions);
  await stageSessions(connection, map, batch, sessions, true);
  await stageDiscards(connection, withUnread(batch, tooLong, guids));
  await analyzeStaging(connection);
  if (missed.length > 0) await executeCounted(connection, insertRevisits(guids, missed, auditKey), { ...REVISITS, verb: 'inserted' });
  if (reached.length + missed.length > 1)
    await executeCounted(connection, deleteRevisits(guids, reached), { ...REVISITS, verb: 'deleted' });
  return { keptValues, tooLong };
}

const REVISITS = { table: 'chatmart_revisit' } as const;

/** The discards of reread interactions, plus those for interactions that are too long or that no source has any row of. */
function withUnread(batch: SessionBatch, tooLong: readonly string[], guids: readonly string[]): Discard[] {
  const toDiscard = (guid: string, name: DiscardName): Discard => ({ guid, name, kvp: null, raw: null });
  const found = new Set([...batch.guid, ...tooLong]);
  const gone = guids.filter((guid) => !found.has(guid)).map((guid) => toDiscard(guid, 'ROWS_GONE'));
  return [...batch.discards, ...tooLong.map((guid) => toDiscard(guid, 'TOO_MANY_ROWS')), ...gone];
}
