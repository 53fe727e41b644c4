import { execute, queryRows, type Connection } from '../db/connection.js';
import { copyTo } from '../db/copy.js';
import { attachedKeys } from '../model/attached-key.js';
import type { KvpMap } from '../model/mapped-key.js';
import type { SessionBatch } from '../model/session-batch.js';
import { CopyRowWriter } from './copy-row-writer.js';
import { findUnknownSessions } from './direct-facts.js';
import { createAttachedWriter, createFactWriter } from './encode.js';
import { copyFactsWithoutDiscards } from './facts.sql.js';
import { selectJudgedSessions } from './judge.sql.js';
import type { KeptOut } from './kept-out.js';
import { ChunkMembers, readMemberKeys, toFactKeys } from './members.js';
import { analyzeStaging, stageSessions } from './stage-batch.js';
import { deleteStaged, deleteStagedDiscards } from './staging.sql.js';

/** The sessions of a chunk, by position in the batch. */
export interface ChunkSessions {
  /** Become facts as they are if their interactions are new to the mart. */
  readonly plain: readonly number[];
  /** All others; already staged. */
  readonly others: readonly number[];
  /** Those of which only own keys came: not staged, because most are calls and the like. */
  readonly lone: readonly number[];
}

/** What to do with the sessions of a chunk. */
export interface SortedSessions {
  /** New and plain, by position in the batch: go straight into the fact table. */
  readonly direct: readonly number[];
  /** New, and left in staging. */
  readonly staged: readonly number[];
  /** How many are in the mart with the same values. */
  readonly same: number;
  /** Interactions whose rows must all be reread to decide. */
  readonly toReread: readonly string[];
  /** Interactions that the mart does not know and of which only own keys came. */
  readonly waiting: readonly string[];
}

/** Compares the sessions of a chunk with the mart, under the writer lock. Leaves only new ones in staging. */
export async function sortSessions(
  connection: Connection,
  map: KvpMap,
  batch: SessionBatch,
  { plain, others, lone }: ChunkSessions,
  keptOut: KeptOut,
): Promise<SortedSessions> {
  const kept = keptOut.withoutErased(batch, plain);
  const unknown = await findUnknownSessions(connection, batch, kept, attachedKeys(map).length > 0);
  const isUnknown = new Set(unknown);
  const known = kept.filter((session) => !isUnknown.has(session));
  const unchanged = await findUnchangedFacts(connection, map, batch, known);
  const keptLone = keptOut.withoutErased(batch, lone);
  const waiting = new Set(await findUnknownSessions(connection, batch, keptLone));
  const doubtful = [...known.filter((session) => !unchanged.has(session)), ...keptLone.filter((session) => !waiting.has(session))];
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
    waiting: [...waiting].map((session) => batch.guid[session]!),
  };
}

interface JudgedSession {
  readonly guid: string;
  readonly verdict_of_chunk: 'same' | 'reread';
}

/** Returns the staged sessions that are not simply new, and removes them from the staging tables. */
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
 * Returns the plain sessions, by position in the batch, whose fact is byte for byte the row to insert and that have no recorded discard:
 * nothing is left to do for them. In a backfill over correct data that is nearly all of them, and comparing rows here costs a fraction of
 * staging. The result stays valid only under the writer lock.
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
  const writeAttached = createAttachedWriter(map, batch, writer);
  const text = copyFactsWithoutDiscards(map, [...sessionOf.keys()]);
  await copyTo(connection, text, (piece, start, end) => {
    const held = sessionOf.get(piece.toString('utf8', start, piece.indexOf(TAB, start)));
    // An id that COPY escapes is not found; its session is staged.
    if (held === undefined) return;
    writeFact(held.session, toFactKeys(held.members, keys));
    writeAttached(held.session);
    writer.endRow();
    if (writer.isRow(piece, start, end)) unchanged.add(held.session);
    writer.clear();
  });
  return unchanged;
}
