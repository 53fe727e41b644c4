import type { Connection } from '../db/connection.js';
import { extractChunk, isTooFull, nextChunkRange, smallerChunkSize, type ChunkSize } from '../extract/extract-chunk.js';
import type { IdbTable } from '../extract/idb-table.js';
import { monotonicMs, type Clock } from '../model/clock.js';
import type { SourceState } from '../model/extract-window.js';
import type { KvpMap } from '../model/mapped-key.js';
import type { SessionBatch } from '../model/session-batch.js';
import { SessionPivot } from '../transform/session-pivot.js';

/** What reading needs; opened and closed by the run. */
export interface ReadContext {
  readonly idb: Connection;
  readonly table: IdbTable;
  readonly map: KvpMap;
  /** Epoch seconds; undefined: the usual one. */
  readonly earliestStartTs: number | undefined;
  readonly clock: Clock;
}

/** The sessions of an id range, and what reading it took. */
export interface ReadChunk {
  readonly batch: SessionBatch;
  /** Width of the id range. */
  readonly size: ChunkSize;
  readonly untilId: number;
  readonly rows: number;
  readonly ignoredRows: number;
  readonly bytes: number;
  /** When ICON stored the newest start in it, epoch seconds. */
  readonly maxTs: number | undefined;
  readonly startedAt: Date;
  readonly extractedAt: Date;
  readonly extractMs: number;
  readonly transformMs: number;
}

/** Reads and pivots the chunk after the window's position; null: there is none. A range that holds too much is read again in smaller ones. */
export async function readChunk(context: ReadContext, state: SourceState, size: ChunkSize): Promise<ReadChunk | null> {
  const { idb, table, map, clock, earliestStartTs } = context;
  const window = state.window!;
  const range = await nextChunkRange(idb, table, window, size);
  if (range === null) return null;
  const startedAt = clock();
  const start = monotonicMs();
  const pivot = new SessionPivot(map, { encoding: table.encoding, earliestStartTs });
  let transformMs = 0;
  const timed = <T>(work: () => T): T => {
    const from = monotonicMs();
    const result = work();
    transformMs += monotonicMs() - from;
    return result;
  };
  const startKey = map.keys.find((key) => key.type === 'start')!.kvp;
  const bounds = { ...range, from: state.lastCeiling, ceiling: window.ceiling };
  await extractChunk(idb, table, startKey, bounds, (piece) => {
    // What comes beyond the limit is let go by: the statement must end before the next one begins.
    if (!isTooFull(pivot) || size.ids === 1) timed(() => pivot.push(piece));
  });
  if (isTooFull(pivot) && size.ids > 1) return readChunk(context, state, smallerChunkSize(size));
  const extractMs = monotonicMs() - start;
  const batch = timed(() => pivot.finish());
  const { rows, ignoredRows, bytes, newestAddedTs: maxTs } = pivot;
  return { batch, size, untilId: range.untilId, rows, ignoredRows, bytes, maxTs, startedAt, extractedAt: clock(), extractMs, transformMs };
}
