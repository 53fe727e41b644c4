import { execute, queryRows, type Connection } from '../db/connection.js';
import { copyTo } from '../db/copy.js';
import type { KvpMap } from '../model/mapped-key.js';
import type { SessionBatch } from '../model/session-batch.js';
import { CopyRowWriter } from './copy-row-writer.js';
import { findUnknownSessions } from './direct-facts.js';
import { createFactWriter } from './encode.js';
import { copyFactsWithoutDiscards } from './facts.sql.js';
import { selectJudgedSessions } from './judge.sql.js';
import type { KeptOut } from './kept-out.js';
import { ChunkMembers, readMemberKeys, toFactKeys } from './members.js';
import { analyzeStaging, stageSessions } from './stage-batch.js';
import { deleteStaged, deleteStagedDiscards } from './staging.sql.js';

/** The sessions of a chunk, by their place in the batch. */
export interface ChunkSessions {
  /** Facts as they are, if the mart knows nothing of their interactions. */
  readonly plain: readonly number[];
  /** All others: they are staged already. */
  readonly others: readonly number[];
}

/** What is to be done with the sessions of a chunk. */
export interface SortedSessions {
  /** New and plain, by their place in the batch: they go straight into the fact. */
  readonly direct: readonly number[];
  /** New, and left in staging. */
  readonly staged: readonly number[];
  /** How many are in the mart as the chunk shows them. */
  readonly same: number;
  /** Interactions of which only all rows can tell. */
  readonly toReread: readonly string[];
}

/** Judges the sessions of a chunk against the mart, under the writer lock; only what is new is left in staging. */
export async function sortSessions(
  connection: Connection,
  map: KvpMap,
  batch: SessionBatch,
  { plain, others }: ChunkSessions,
  keptOut: KeptOut,
): Promise<SortedSessions> {
  const kept = keptOut.withoutErased(batch, plain);
  const unknown = await findUnknownSessions(connection, batch, kept);
  const isUnknown = new Set(unknown);
  const known = kept.filter((session) => !isUnknown.has(session));
  const unchanged = await findUnchangedFacts(connection, map, batch, known);
  const doubtful = known.filter((session) => !unchanged.has(session));
  await stageSessions(connection, map, batch, doubtful, false);
  if (doubtful.length > 0) await analyzeStaging(connection);

  const staged = [...keptOut.withoutErased(batch, others), ...doubtful];
  const judged = await judgeStaged(connection, map, staged.length);
  const isJudged = new Set(judged.map(({ guid }) => guid));
  const toReread = judged.filter((session) => session.verdict_of_chunk === 'reread').map(({ guid }) => guid);
  return {
    direct: await keptOut.withoutExpired(connection, batch, unknown),
    staged: await keptOut.withoutExpired(
      connection,
      batch,
      staged.filter((session) => !isJudged.has(batch.guid[session]!)),
    ),
    same: unchanged.size + judged.length - toReread.length,
    toReread,
  };
}

interface JudgedSession {
  readonly guid: string;
  readonly verdict_of_chunk: 'same' | 'reread';
}

/** The staged sessions that are not simply new; they are taken out of the staging tables. */
async function judgeStaged(connection: Connection, map: KvpMap, staged: number): Promise<JudgedSession[]> {
  if (staged === 0) return [];
  const judged = await queryRows<JudgedSession>(connection, selectJudgedSessions(map));
  const guids = judged.map(({ guid }) => guid);
  if (guids.length > 0) {
    await execute(connection, deleteStaged(guids));
    await execute(connection, deleteStagedDiscards(guids));
  }
  return judged;
}

const TAB = 0x09;

/**
 * Those of some plain sessions, by their place in the batch, whose fact is byte for byte what they would be inserted as, and of which no
 * discard is on record: the mart holds all that the chunk says of them, and nothing is to be done. Of a backfill over what is right these are
 * nearly all, and comparing rows here costs a fraction of staging them. Only under the writer lock does it stay true.
 */
export async function findUnchangedFacts(
  connection: Connection,
  map: KvpMap,
  batch: SessionBatch,
  sessions: readonly number[],
): Promise<Set<number>> {
  const unchanged = new Set<number>();
  if (sessions.length === 0) return unchanged;
  const members = new ChunkMembers(map);
  const memberOf = members.addAll(batch, sessions);
  const keys = await readMemberKeys(connection, map, members);
  const sessionOf = new Map(sessions.map((session, i) => [batch.guid[session]!, { session, members: memberOf[i]! }]));
  const writer = new CopyRowWriter();
  const writeFact = createFactWriter(map, batch, writer);
  const text = copyFactsWithoutDiscards(map, [...sessionOf.keys()]);
  await copyTo(connection, text, (piece, start, end) => {
    const held = sessionOf.get(piece.toString('utf8', start, piece.indexOf(TAB, start)));
    // An id that COPY has to escape is not found; its session is staged.
    if (held === undefined) return;
    writeFact(held.session, toFactKeys(held.members, keys));
    writer.endRow();
    if (writer.isRow(piece, start, end)) unchanged.add(held.session);
    writer.clear();
  });
  return unchanged;
}
