import type { Slice } from '../model/time-span.js';
import { queryRow, queryRows, type Connection } from '../db/connection.js';
import { quoteLiteral } from '../db/quote.js';
import type { IdbTable } from '../extract/idb-table.js';
import { countRowsBySlice, explainRows } from './backfill-estimate.sql.js';

import { askBriefly } from '../extract/source-times.js';

/** What a slice holds. */
export interface SliceRows extends Slice {
  readonly rows: number;
  /** Sessions whose start the rows tell. */
  readonly sessions: number;
}

/** What slices hold, counted, or as PostgreSQL expects it where counting would take long. */
export interface RowEstimate {
  readonly isCounted: boolean;
  readonly slices: readonly SliceRows[];
}

/** PostgreSQL is asked about so many parts of the range at most; within one, rows are taken to be spread evenly. */
const MOST_PARTS = 60;

/** Tells what slices of equal width hold, in bounded time. */
export async function estimateRows(
  idb: Connection,
  table: IdbTable,
  { slices, sliceSeconds, startKey }: { readonly slices: readonly Slice[]; readonly sliceSeconds: number; readonly startKey: string },
  timeoutMs?: number,
): Promise<RowEstimate> {
  const range = { fromTs: slices[0]!.fromTs, toTs: slices.at(-1)!.toTs };
  const counts = await askBriefly(
    idb,
    () => queryRows<{ slice: number; rows: number; sessions: number }>(idb, countRowsBySlice(table.rows, range, sliceSeconds, startKey)),
    timeoutMs,
  );
  if (counts === null) return { isCounted: false, slices: await expectRows(idb, table, slices, startKey) };
  const bySlice = new Map(counts.map(({ slice, rows, sessions }) => [slice, { rows, sessions }]));
  return { isCounted: true, slices: slices.map((slice, index) => ({ ...slice, ...(bySlice.get(index) ?? { rows: 0, sessions: 0 }) })) };
}

async function expectRows(idb: Connection, table: IdbTable, slices: readonly Slice[], startKey: string): Promise<SliceRows[]> {
  const size = Math.ceil(slices.length / MOST_PARTS);
  const expected: SliceRows[] = [];
  for (let i = 0; i < slices.length; i += size) {
    const part = slices.slice(i, i + size);
    const range = { fromTs: part[0]!.fromTs, toTs: part.at(-1)!.toTs };
    const rows = await expect(idb, table, range);
    const sessions = await expect(idb, table, range, startKey);
    for (const slice of part) {
      const share = (slice.toTs - slice.fromTs) / (range.toTs - range.fromTs);
      expected.push({ ...slice, rows: Math.round(rows * share), sessions: Math.round(sessions * share) });
    }
  }
  return expected;
}

async function expect(idb: Connection, table: IdbTable, range: Slice, key?: string): Promise<number> {
  const statement = explainRows(table.rows, range, key === undefined ? undefined : quoteLiteral(key));
  const { 'QUERY PLAN': plan } = await queryRow<{ 'QUERY PLAN': [{ Plan: { 'Plan Rows': number } }] }>(idb, statement);
  return plan[0].Plan['Plan Rows'];
}
