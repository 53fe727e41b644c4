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
 * What the mart holds of some interactions, as KVP rows. Read before the IDB's, they stand for rows that the IDB has purged; a row that is
 * still there wins.
 */
export interface HeldRows {
  readonly pushFacts: (onRow: OnRow) => Promise<unknown>;
  /** Discards of single values: the last that came of their keys. */
  readonly pushDiscards: (onRow: OnRow) => Promise<unknown>;
}

/** Interactions that were read whole. */
export interface RereadSessions {
  readonly batch: SessionBatch;
  /** Those of which there are too many rows: nothing is written of them. */
  readonly tooLong: readonly string[];
  /** Values that the mart holds and that stand, because the IDB has no row of their keys any more. */
  readonly keptValues: number;
  /** Sources that have spoken, and those that were out of reach: IDBs of one HA set. */
  readonly reached: readonly string[];
  readonly missed: readonly string[];
}

/** Pivots all rows of some interactions: first those that the mart holds, then the IDB's, in a snapshot taken now. */
export type Reread = (guids: readonly string[], inputs: RereadInputs) => Promise<RereadSessions>;

/** What the mart holds of them, and the sources of which ADDED_TS tells the order of rows, as the mart knows it under the writer lock. */
export interface RereadInputs {
  readonly held: HeldRows;
  readonly byTime: ReadonlySet<string>;
}

export interface RereadOptions {
  readonly map: KvpMap;
  readonly reread: Reread;
  readonly keptOut: KeptOut;
  /** Is given the members of the sessions that become facts. */
  readonly members: ChunkMembers;
  readonly auditKey: number;
}

/** Reads interactions whole and stages them. Twins that could not be asked are put on the list of those to be visited again. */
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

/** The discards of interactions that were read again; on record come also those that are too long, or of which nothing was found anywhere. */
function withUnread(batch: SessionBatch, tooLong: readonly string[], guids: readonly string[]): Discard[] {
  const toDiscard = (guid: string, name: DiscardName): Discard => ({ guid, name, kvp: null, raw: null });
  const found = new Set([...batch.guid, ...tooLong]);
  const gone = guids.filter((guid) => !found.has(guid)).map((guid) => toDiscard(guid, 'ROWS_GONE'));
  return [...batch.discards, ...tooLong.map((guid) => toDiscard(guid, 'TOO_MANY_ROWS')), ...gone];
}
