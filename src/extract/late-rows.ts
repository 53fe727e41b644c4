import { queryRow, queryRows, type Connection } from '../db/connection.js';
import type { LateRows } from '../mart/id-order.js';
import type { IdentityTable } from '../mart/source-identity.js';
import { toRowSource } from './idb-columns.js';
import type { IdbTable } from './idb-table.js';
import { selectContradictsTime, selectLateRows, selectReadableTables, type Blocks, type LateRange } from './late-rows.sql.js';

export type { LateRange } from './late-rows.sql.js';

/** A gigabyte of each part takes seconds, so no statement holds a snapshot of the IDB for long. */
const BLOCKS_A_STATEMENT = 131_072;

/** At most this many parts of a table are searched: those that grew most, then the newest. */
const MOST_PARTS = 16;

/** The last blocks that existed before: new rows fill them up. */
const BLOCKS_BEFORE_END = 2;

/** Searches all rows of a table for late ones; null if there are none. `tables`: the table and its parts. */
export async function findLateRows(
  connection: Connection,
  table: IdbTable,
  tables: readonly IdentityTable[],
  range: LateRange,
): Promise<LateRows | null> {
  const length = table.hasPlaces ? Math.max(0, ...tables.map(({ blocks }) => blocks)) : 0;
  let found: LateRows | null = null;
  for (let from = 0; from <= length; from += BLOCKS_A_STATEMENT) {
    const to = from + BLOCKS_A_STATEMENT;
    const blocks: Blocks | null = table.hasPlaces ? { from, to: to <= length ? to : null } : null;
    found = add(found, await readLateRows(connection, table.rows, range, blocks));
  }
  return found;
}

/**
 * Searches for late rows where new rows usually go: after the last block that existed before. Null if there are none. It misses rows in the
 * space of deleted ones, and parts that this role may not read directly.
 */
export async function findLateRowsAtEnd(
  connection: Connection,
  table: IdbTable,
  { before, now }: { readonly before: readonly IdentityTable[]; readonly now: readonly IdentityTable[] },
  range: LateRange,
): Promise<LateRows | null> {
  if (!table.hasPlaces) return null;
  const blocksBefore = new Map(before.map(({ oid, blocks }) => [oid, blocks]));
  const growth = ({ oid, blocks }: IdentityTable): number => blocks - (blocksBefore.get(oid) ?? 0);
  const stored = now
    .filter(({ blocks }) => blocks > 0)
    .sort((left, right) => growth(right) - growth(left) || right.oid - left.oid)
    .slice(0, MOST_PARTS);
  const parts = await queryRows<{ oid: number; quoted_name: string }>(connection, selectReadableTables(stored.map(({ oid }) => oid)));
  let found: LateRows | null = null;
  for (const { oid, quoted_name: name } of parts) {
    const rows = toRowSource(`only ${name}`, table.columns, true);
    const from = Math.max(0, (blocksBefore.get(oid) ?? 0) - BLOCKS_BEFORE_END);
    found = add(found, await readLateRows(connection, rows, range, { from, to: null }));
  }
  return found;
}

/** Counts the late rows in a small id range, using an index. */
export const countLateRows = async (
  connection: Connection,
  table: IdbTable,
  range: LateRange & { readonly afterId: number },
): Promise<number> => (await readLateRows(connection, table.rows, range, null))?.rows ?? 0;

/** Whether a late row in a small id range was stored later than the newest row that preceded it, using an index. */
export const contradictTime = async (
  connection: Connection,
  table: IdbTable,
  range: LateRange & { readonly afterId: number },
): Promise<boolean> => (await queryRow<{ contradicts: boolean }>(connection, selectContradictsTime(table.rows, range))).contradicts;

async function readLateRows(connection: Connection, rows: string, range: LateRange, blocks: Blocks | null): Promise<LateRows | null> {
  const found = await queryRow<{ rows: number; min_id: number | null; max_id: number | null }>(
    connection,
    selectLateRows(rows, range, blocks),
  );
  return found.min_id === null || found.max_id === null ? null : { rows: found.rows, minId: found.min_id, maxId: found.max_id };
}

const add = (left: LateRows | null, right: LateRows | null): LateRows | null =>
  left === null || right === null
    ? (left ?? right)
    : { rows: left.rows + right.rows, minId: Math.min(left.minId, right.minId), maxId: Math.max(left.maxId, right.maxId) };
