import { queryRow, type Connection } from '../db/connection.js';
import { copyTo } from '../db/copy.js';
import type { ExtractWindow, SourceSnapshot } from '../model/extract-window.js';
import type { IdbTable } from './idb-table.js';
import { copyChunk, copyInteractions, selectNextId, selectSnapshot } from './user-data-rows.sql.js';

/** What an id range is to be cut by: it grows and shrinks with what the last one held. */
export interface ChunkSize {
  /** Width of the id range. */
  readonly ids: number;
}

export const FIRST_CHUNK: ChunkSize = { ids: 200_000 };
const SMALLEST_CHUNK_IDS = 1_000;
const LARGEST_CHUNK_IDS = 100_000_000;

/** A chunk is held in memory: so many sessions, and so many bytes on the wire, and no more than about that. */
const TARGET_SESSIONS = 15_000;
const TARGET_BYTES = 48 * 1024 * 1024;

/** The width of the next id range, from what the last one held. */
export function nextChunkSize(size: ChunkSize, held: { readonly sessions: number; readonly bytes: number }): ChunkSize {
  const factor = Math.min(TARGET_SESSIONS / Math.max(held.sessions, 1), TARGET_BYTES / Math.max(held.bytes, 1), 4);
  return { ids: Math.round(Math.min(Math.max(size.ids * factor, SMALLEST_CHUNK_IDS), LARGEST_CHUNK_IDS)) };
}

/** The range of a chunk, `(afterId, untilId]`; a gap in the ids is stepped over. Null: the window holds no more rows. */
export async function nextChunkRange(
  connection: Connection,
  table: IdbTable,
  window: ExtractWindow,
  size: ChunkSize,
): Promise<{ readonly afterId: number; readonly untilId: number } | null> {
  const { id } = await queryRow<{ id: number | null }>(connection, selectNextId(table.quotedName, window.position));
  if (id === null || id > window.endId) return null;
  return { afterId: id - 1, untilId: Math.min(id - 1 + size.ids, window.endId) };
}

/** Reads the rows of a window within an id range, as COPY text, in a short transaction of its own. */
export async function extractChunk(
  connection: Connection,
  table: IdbTable,
  startKey: string,
  bounds: Parameters<typeof copyChunk>[2],
  onData: (piece: Buffer) => void,
): Promise<void> {
  await copyTo(connection, copyChunk(table.quotedName, startKey, bounds), onData);
}

/** So many interactions are asked for at a time. */
const INTERACTIONS_A_STATEMENT = 2_000;

/** Reads all rows of some interactions, each interaction's oldest first. */
export async function extractInteractions(
  connection: Connection,
  table: IdbTable,
  startKey: string,
  callids: readonly string[],
  onData: (piece: Buffer) => void,
): Promise<void> {
  for (let i = 0; i < callids.length; i += INTERACTIONS_A_STATEMENT)
    await copyTo(connection, copyInteractions(table.quotedName, startKey, callids.slice(i, i + INTERACTIONS_A_STATEMENT)), onData);
}

/** Takes the exact upper bound of a window: every row below its ceiling is committed and can be seen. */
export async function takeSnapshot(connection: Connection, table: IdbTable): Promise<SourceSnapshot> {
  const row = await queryRow<{ ceiling: string; xmax: string; max_id: number; taken_at: Date }>(
    connection,
    selectSnapshot(table.quotedName),
  );
  return { ceiling: BigInt(row.ceiling), xmax: BigInt(row.xmax), maxId: row.max_id, takenAt: row.taken_at };
}
