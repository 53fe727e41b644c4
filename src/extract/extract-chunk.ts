import { queryRow, queryRows, type Connection } from '../db/connection.js';
import { copyBinaryTo, type OnRow } from '../db/copy.js';
import { ConfigError } from '../model/errors.js';
import type { SourceSnapshot } from '../mart/source-window.js';
import type { RowOrder } from '../mart/id-order.js';
import type { IdbTable } from './idb-table.js';
import { selectCallidsWithRows } from './seen-sessions.sql.js';
import {
  copyInteractions,
  copyRows,
  selectFirstIdSince,
  selectLacksIds,
  selectNextId,
  selectSnapshot,
  type RowRange,
  type Transactions,
} from './user-data-rows.sql.js';

export type { RowRange, Transactions } from './user-data-rows.sql.js';

/** How wide an id range is; it grows and shrinks with what the last one held. */
export interface ChunkSize {
  /** Width of the id range. */
  readonly ids: number;
}

export const FIRST_CHUNK: ChunkSize = { ids: 200_000 };
/** An id range that turns out too full is read for nothing: so many rows, a few seconds. */
const LARGEST_CHUNK_IDS = 4_000_000;

/** What a chunk aims at: sessions, and bytes on the wire. */
const TARGET_SESSIONS = 8_000;
const TARGET_BYTES = 48 * 1024 * 1024;
/** What a chunk may hold in memory at most: so many times what it aims at. */
const MOST = 4;

/** The width of the next id range, from what the last one held. */
export function nextChunkSize(size: ChunkSize, held: { readonly sessions: number; readonly bytes: number }): ChunkSize {
  const factor = Math.min(TARGET_SESSIONS / Math.max(held.sessions, 1), TARGET_BYTES / Math.max(held.bytes, 1), 4);
  return { ids: Math.round(Math.min(Math.max(size.ids * factor, 1), LARGEST_CHUNK_IDS)) };
}

/** The width for a range that held too much. */
export const smallerChunkSize = ({ ids }: ChunkSize): ChunkSize => ({ ids: Math.max(1, Math.floor(ids / (MOST * 2))) });

/** Whether so much has come that the rest of the chunk must not be kept; it is read again in smaller ones. */
export const isTooFull = (held: { readonly sessions: number; readonly keptBytes: number }): boolean =>
  held.sessions > TARGET_SESSIONS * MOST || held.keptBytes > TARGET_BYTES;

/**
 * The range of a chunk, `(afterId, untilId]`; a gap in the ids is stepped over, which takes a question to the server: not worth it where rows
 * are dense. Null: up to `endId` there are no more rows, or there are no more ids.
 */
export async function nextChunkRange(
  connection: Connection,
  table: IdbTable,
  { position, endId }: { readonly position: number; readonly endId: number },
  size: ChunkSize,
  isDense = false,
): Promise<{ readonly afterId: number; readonly untilId: number } | null> {
  if (isDense) return position >= endId ? null : { afterId: position, untilId: Math.min(position + size.ids, endId) };
  const { id } = await queryRow<{ id: number | null }>(connection, selectNextId(table.rows, position));
  if (id === null || id > endId) return null;
  // A numeric column may hold fractions.
  const afterId = Math.ceil(id) - 1;
  return { afterId, untilId: Math.min(afterId + size.ids, endId) };
}

/**
 * Reads the rows of a range, in COPY's binary format, in a short transaction of its own. Returns the milliseconds that this process worked
 * on them.
 */
export async function extractRows(
  connection: Connection,
  table: IdbTable,
  startKey: string,
  range: RowRange,
  transactions: Transactions,
  onRow: OnRow,
): Promise<number> {
  return await copyBinaryTo(connection, copyRows(table, startKey, range, table.hasCeiling ? transactions : { are: 'any' }), onRow);
}

/** The smallest id among the rows that ICON stored from an instant on; null: there are none. */
export const findFirstIdSince = async (connection: Connection, table: IdbTable, sinceTs: number): Promise<number | null> =>
  (await queryRow<{ id: number | null }>(connection, selectFirstIdSince(table.rows, sinceTs))).id;

/** So many interactions are asked for at a time. */
const INTERACTIONS_A_STATEMENT = 2_000;

/** Reads all rows of some interactions, each interaction's oldest first. */
export async function extractInteractions(
  connection: Connection,
  table: IdbTable,
  startKey: string,
  { callids, order }: { readonly callids: readonly string[]; readonly order: RowOrder },
  onRow: OnRow,
): Promise<void> {
  for (let i = 0; i < callids.length; i += INTERACTIONS_A_STATEMENT)
    await copyBinaryTo(connection, copyInteractions(table, startKey, callids.slice(i, i + INTERACTIONS_A_STATEMENT), order), onRow);
}

/** Which of some interactions the IDB has a row of, with one of the keys. */
export async function findInteractions(
  connection: Connection,
  table: IdbTable,
  callids: readonly string[],
  keys: readonly string[],
): Promise<Set<string>> {
  const found = new Set<string>();
  for (let i = 0; i < callids.length; i += INTERACTIONS_A_STATEMENT) {
    const some = callids.slice(i, i + INTERACTIONS_A_STATEMENT);
    for (const { callid } of await queryRows<{ callid: string }>(connection, selectCallidsWithRows(table, some, keys))) found.add(callid);
  }
  return found;
}

/** Of a row without an id nobody can say whether it was read, or which row of a key is newer. Errors: there is one. */
export async function requireIds(connection: Connection, { rows, quotedName, columns: { id } }: IdbTable): Promise<void> {
  if (id.is_not_null && id.read === id.quoted) return;
  const { lacks } = await queryRow<{ lacks: boolean }>(connection, selectLacksIds(rows));
  if (lacks)
    throw new ConfigError('idb-rows-without-id', `${quotedName} has rows whose ${id.name.toUpperCase()} is null`, {
      state: 'nothing-read',
      next: `Give them their ids, or exclude them by a view: select * from ${quotedName} where ${id.quoted} is not null.`,
    });
}

/** Takes the exact upper bound of a window: every row below its ceiling is committed and can be seen. */
export async function takeSnapshot(connection: Connection, table: IdbTable): Promise<SourceSnapshot> {
  const row = await queryRow<{
    ceiling: string;
    xmax: string;
    max_id: number | string;
    taken_at: Date;
    seen_until: string;
    open: readonly string[];
  }>(connection, selectSnapshot(table.rows));
  const maxId = Math.ceil(Number(row.max_id));
  if (!Number.isSafeInteger(maxId))
    throw new ConfigError(
      'idb-ids-too-large',
      `${table.quotedName} has the id ${row.max_id}; the largest that can be read is ${Number.MAX_SAFE_INTEGER}`,
      {
        state: 'nothing-read',
      },
    );
  const seen = { untilXid: BigInt(row.seen_until), open: row.open.map(BigInt) };
  return { ceiling: BigInt(row.ceiling), xmax: BigInt(row.xmax), maxId, takenAt: row.taken_at, seen };
}
