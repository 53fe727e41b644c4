import type { Connection } from '../db/connection.js';
import { copyTo } from '../db/copy.js';
import type { KvpMap } from '../model/mapped-key.js';
import type { SessionBatch } from '../model/session-batch.js';
import { ChunkMembers } from './chunk-members.js';
import { CopyRowWriter } from './copy-row-writer.js';
import { createFactWriter } from './encode-fact.js';
import { copyFactsWithoutDiscards } from './facts.sql.js';
import { readMemberKeys, toFactKeys } from './member-keys.js';

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
