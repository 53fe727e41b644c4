import { queryRow, queryRows, type Connection } from '../db/connection.js';
import { copyBinaryTo, type OnRow } from '../db/copy.js';
import { ConfigError } from '../model/errors.js';
import type { SourceSnapshot, TableBlocks } from '../mart/source-window.js';
import type { RowOrder } from '../mart/id-order.js';
import type { IdbTable } from './idb-table.js';
import { selectCallidsWithRows } from './seen-sessions.sql.js';
import {
  copyInteractions,
  copyRows,
  selectBlocks,
  selectFirstIdSince,
  selectIsFile,
  selectLacksIds,
  selectNextId,
  selectSnapshot,
  type RowRange,
  type Transactions,
} from './user-data-rows.sql.js';

export type { RowRange, Transactions } from './user-data-rows.sql.js';

/** Width of a range of ids, blocks or seconds; adapts to what the last range held. */
export interface ChunkSize {
  readonly ids: number;
}

export const FIRST_CHUNK: ChunkSize = { ids: 200_000 };
/** The same in blocks, which hold some thirty rows each; a smaller table is not worth it. */
export const FIRST_BLOCKS: ChunkSize = { ids: 1_000 };
/** A larger range that turns out too full would cost seconds of reading in vain. */
const LARGEST_CHUNK_IDS = 4_000_000;
export const LARGEST_CHUNK_BLOCKS = 100_000;

/** Target of a chunk: sessions, and bytes on the wire. */
const TARGET_SESSIONS = 8_000;
const TARGET_BYTES = 48 * 1024 * 1024;
/** Limit of a chunk in memory, as a multiple of the target. */
const MOST = 4;

/** Width of the next id range, based on the contents of the last one. */
export function nextChunkSize(
  size: ChunkSize,
  held: { readonly sessions: number; readonly bytes: number },
  largest = LARGEST_CHUNK_IDS,
): ChunkSize {
  const factor = Math.min(TARGET_SESSIONS / Math.max(held.sessions, 1), TARGET_BYTES / Math.max(held.bytes, 1), 4);
  return { ids: Math.round(Math.min(Math.max(size.ids * factor, 1), largest)) };
}

/** Width to retry a range that held too much. */
export const smallerChunkSize = ({ ids }: ChunkSize): ChunkSize => ({ ids: Math.max(1, Math.floor(ids / (MOST * 2))) });

/** Whether the chunk exceeds the limit, so that it must be dropped and reread in smaller ones. */
export const isTooFull = (held: { readonly sessions: number; readonly keptBytes: number }): boolean =>
  held.sessions > TARGET_SESSIONS * MOST || held.keptBytes > TARGET_BYTES;

/**
 * The range of the next chunk, `(afterId, untilId]`. Skips a gap in the ids, which costs a query, unless rows are dense (`isDense`). Null
 * if there are no more rows, or no more ids, up to `endId`.
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
  // A numeric column may hold fractional ids.
  const afterId = Math.ceil(id) - 1;
  return { afterId, untilId: Math.min(afterId + size.ids, endId) };
}

/**
 * Reads the rows of a range, in COPY's binary format, in a short transaction of its own. Returns the milliseconds spent processing them.
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

/** The blocks of a table that is read by them; null: it is read by its ids. */
export async function findBlocks(connection: Connection, table: IdbTable): Promise<TableBlocks | null> {
  if (!table.hasPlaces) return null;
  const [blocks] = await queryRows<TableBlocks>(connection, selectBlocks(table));
  return blocks === undefined || blocks.count < FIRST_BLOCKS.ids ? null : blocks;
}

/** Whether a table still has the file whose blocks are read. `VACUUM FULL`, for one, gives it another. */
export const hasFile = async (connection: Connection, table: IdbTable, file: number): Promise<boolean> =>
  (await queryRow<{ same: boolean }>(connection, selectIsFile(table, file))).same;

/** The smallest id of the rows that ICON stored since an instant; null if there are none. */
export const findFirstIdSince = async (connection: Connection, table: IdbTable, sinceTs: number): Promise<number | null> =>
  (await queryRow<{ id: number | null }>(connection, selectFirstIdSince(table.rows, sinceTs))).id;

/** Number of interactions per query. */
const INTERACTIONS_A_STATEMENT = 2_000;

/** Reads all rows of the given interactions, oldest first per interaction. */
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

/** Which of the given interactions have a row with one of the keys in the IDB. */
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

/** Throws if a row has no id: such a row can be neither tracked as read nor ordered among the rows of its key. */
export async function requireIds(connection: Connection, { rows, quotedName, columns: { id } }: IdbTable): Promise<void> {
  if (id.is_not_null && id.read === id.quoted) return;
  const { lacks } = await queryRow<{ lacks: boolean }>(connection, selectLacksIds(rows));
  if (lacks)
    throw new ConfigError('idb-rows-without-id', `${quotedName} has rows whose ${id.name.toUpperCase()} is null`, {
      state: 'nothing-read',
      next: `Give them their ids, or exclude them by a view: select * from ${quotedName} where ${id.quoted} is not null.`,
    });
}

/** Takes the exact upper bound of a window: every row below its ceiling is committed and visible. */
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
