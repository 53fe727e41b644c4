import { execute, queryRow, type Connection } from '../../db/connection.js';
import { copyTo } from '../../db/copy.js';
import type { KvpMap } from '../../model/mapped-key.js';
import type { Masker } from '../../model/sensitive-data.js';
import {
  copyExactDigests,
  copyHourDigests,
  copyUntimedDigests,
  selectNextAddedTs,
  selectOldestAddedTs,
  USE_ONE_PROCESS,
  USE_PROCESSES_AS_BEFORE,
  type ComparedRows,
  type IdRange,
} from './read-digests.sql.js';
import type { UsableTimes } from '../../model/row-time.js';
import type { IdbTable } from '../../extract/idb-table.js';

export const HOUR_SECONDS = 3600;

/** The first second of the hour that contains an instant. */
export const toHour = (ts: number): number => ts - (ts % HOUR_SECONDS);

/**
 * Lines of COPY text, one per interaction and hour: `callid, hour, keys, absent, hash` of what ICON stored in `[fromTs, toTs)`. Runs one
 * short statement per hour, so that its groups fit into the server's memory.
 */
export async function* readHourDigests(
  connection: Connection,
  table: IdbTable,
  map: KvpMap,
  range: { readonly fromTs: number; readonly toTs: number },
): AsyncGenerator<Buffer, void, undefined> {
  for (let at = range.fromTs; at < range.toTs; at = toHour(at) + HOUR_SECONDS) {
    const toTs = Math.min(toHour(at) + HOUR_SECONDS, range.toTs);
    yield* await readPieces(connection, copyHourDigests(table, map, { fromTs: at, toTs, hourTs: toHour(at) }));
  }
}

/** The same lines over the rows without a usable ADDED_TS in a range of ids. */
export async function* readUntimedDigests(
  connection: Connection,
  table: IdbTable,
  map: KvpMap,
  usable: UsableTimes,
  range: IdRange,
): AsyncGenerator<Buffer, void, undefined> {
  yield* await readPieces(connection, copyUntimedDigests(table, map, usable, range));
}

const TAB = 0x09;

/** The same lines, but without the ids that the loader does not take because something sensitive is in them; such a line is counted. */
export async function* withoutBadIds(lines: AsyncIterable<Buffer>, { isId }: Masker): AsyncGenerator<Buffer, void, undefined> {
  for await (const line of lines) {
    const end = line.indexOf(TAB);
    yield isId(line.toString('utf8', 0, end)) ? line : line.subarray(end);
  }
}

/** Number of interactions requested at a time. */
const INTERACTIONS_A_STATEMENT = 2_000;

/** The same lines over all rows of some interactions, using the newest row of each key; the hour is 0. */
export async function* readExactDigests(
  connection: Connection,
  table: IdbTable,
  map: KvpMap,
  callids: readonly string[],
  { transactions, order }: ComparedRows,
): AsyncGenerator<Buffer, void, undefined> {
  const rows: ComparedRows = { transactions: table.hasCeiling ? transactions : { are: 'any' }, order };
  for (let i = 0; i < callids.length; i += INTERACTIONS_A_STATEMENT) {
    const some = callids.slice(i, i + INTERACTIONS_A_STATEMENT);
    yield* await readPieces(connection, copyExactDigests(table, map, some, rows));
  }
}

async function readPieces(connection: Connection, text: string): Promise<Buffer[]> {
  const pieces: Buffer[] = [];
  await copyTo(connection, text, (piece, start, end) => pieces.push(Buffer.from(piece.subarray(start, end))));
  return pieces;
}

/** When ICON stored the first row at or after an instant, epoch seconds; null: there is none. */
export const findNextAddedTs = async (connection: Connection, table: IdbTable, fromTs: number): Promise<number | null> =>
  (await queryRow<{ ts: number | null }>(connection, selectNextAddedTs(table.rows, fromTs))).ts;

/** When ICON stored the oldest row that the IDB still has, epoch seconds; null: no row has a usable time. */
export const findOldestAddedTs = async (connection: Connection, table: IdbTable, usable: UsableTimes): Promise<number | null> =>
  (await queryRow<{ ts: number | null }>(connection, selectOldestAddedTs(table.rows, usable))).ts;

/** Limits the server to one process per statement while `work` reads. */
export async function withOneProcess<T>(connection: Connection, work: () => Promise<T>): Promise<T> {
  await execute(connection, USE_ONE_PROCESS);
  const result = await work();
  await execute(connection, USE_PROCESSES_AS_BEFORE);
  return result;
}
