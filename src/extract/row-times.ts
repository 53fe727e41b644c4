import { queryRows, type Connection } from '../db/connection.js';
import type { RowsWithoutTime, RowTimeKind, UsableTimes } from '../model/row-time.js';
import type { IdbTable } from './idb-table.js';
import { countNewestWithoutTime, countRowsWithoutTime } from './row-times.sql.js';

/** More rows without a usable ADDED_TS are neither counted nor compared. */
export const MOST_COUNTED = 1_000_000;

interface KindRow {
  readonly kind: RowTimeKind;
  readonly rows: number;
  readonly example: string | null;
}

/** Counts the rows of an IDB without a usable ADDED_TS. Quick with an index on it, otherwise a full scan. */
export async function countWithoutTime(idb: Connection, table: IdbTable, usable: UsableTimes): Promise<RowsWithoutTime> {
  const kinds = await queryRows<KindRow>(idb, countRowsWithoutTime(table, usable, MOST_COUNTED));
  const rows = sum(kinds);
  return { rows, isAtLeast: rows >= MOST_COUNTED, ofNewest: null, kinds };
}

/** Same for the newest rows, using the index on ID. */
export async function sampleWithoutTime(idb: Connection, table: IdbTable, usable: UsableTimes): Promise<RowsWithoutTime> {
  const found = await queryRows<Partial<KindRow> & { readonly looked_at: number }>(idb, countNewestWithoutTime(table, usable));
  const kinds = found.flatMap(({ kind, rows, example }) => (kind == null ? [] : [{ kind, rows: rows!, example: example ?? null }]));
  return { rows: sum(kinds), isAtLeast: false, ofNewest: found[0]!.looked_at, kinds };
}

const sum = (kinds: readonly KindRow[]): number => kinds.reduce((total, { rows }) => total + rows, 0);
