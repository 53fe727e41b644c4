import type { Connection } from '../db/connection.js';
import { extractChunk, FIRST_CHUNK, nextChunkRange, nextChunkSize, type ChunkSize } from '../extract/extract-chunk.js';
import type { IdbTable } from '../extract/idb-table.js';
import { loadChunk, type LoadOptions } from '../load/load-chunk.js';
import { writeSourceState } from '../load/source-state.js';
import { monotonicMs, type Clock } from '../model/clock.js';
import { closeWindow, type SourceState } from '../model/extract-window.js';
import type { KvpMap } from '../model/mapped-key.js';
import type { SessionBatch } from '../model/session-batch.js';
import { SessionPivot } from '../transform/session-pivot.js';
import { withTransaction } from '../db/transaction.js';
import { addChunk, type WindowTotals } from './window-totals.js';

/** Everything that loading a window needs; opened and closed by the run. */
export interface WindowContext {
  readonly idb: Connection;
  readonly mart: Connection;
  readonly table: IdbTable;
  readonly map: KvpMap;
  readonly load: LoadOptions;
  readonly jobId: string;
  readonly jobVersion: string;
  readonly clock: Clock;
}

interface ReadChunk {
  readonly batch: SessionBatch;
  readonly untilId: number;
  readonly rows: number;
  readonly ignoredRows: number;
  readonly bytes: number;
  readonly maxTs: number | undefined;
  readonly startedAt: Date;
  readonly extractMs: number;
  readonly transformMs: number;
}

/**
 * Loads the open window of a source, chunk by chunk: each chunk is one transaction that moves the position, and the next one is read
 * while it loads. Returns the state with the window closed.
 */
export async function loadWindow(context: WindowContext, opened: SourceState, totals: WindowTotals): Promise<SourceState> {
  let state = opened;
  let size = FIRST_CHUNK;
  let reading = readChunk(context, state, size);
  for (;;) {
    const chunk = await reading;
    if (chunk === null) break;
    const window = { ...state.window!, position: chunk.untilId };
    size = nextChunkSize(size, { sessions: chunk.batch.count, bytes: chunk.bytes });
    reading = readChunk(context, { ...state, window }, size);
    // Its failure is told when its turn comes; until then it must not end the process.
    reading.catch(() => undefined);
    state = { ...state, window };
    if (chunk.batch.count === 0 && chunk.batch.discards.length === 0) {
      addChunk(totals, chunk, undefined, 0);
      continue;
    }
    const start = monotonicMs();
    const loaded = await loadChunk(context.mart, toChunk(context, chunk, state), context.load);
    addChunk(totals, chunk, loaded, monotonicMs() - start);
    state = loaded.state;
  }
  // The last chunk's transaction moved the position; that the window is done is known only now.
  return withTransaction(context.mart, () => writeSourceState(context.mart, closeWindow(state), context.clock()));
}

const toChunk = (context: WindowContext, chunk: ReadChunk, state: SourceState): Parameters<typeof loadChunk>[1] => ({
  batch: chunk.batch,
  state,
  history: {
    jobId: context.jobId,
    jobVersion: context.jobVersion,
    tableName: context.table.name,
    dataSourceKey: state.dataSourceKey,
    rowCount: chunk.rows,
    maxTs: chunk.maxTs,
    startedAt: chunk.startedAt,
    now: context.clock(),
  },
});

/** Reads and pivots the chunk after the window's position; null: there is none. */
async function readChunk(context: WindowContext, state: SourceState, size: ChunkSize): Promise<ReadChunk | null> {
  const { idb, table, map, clock } = context;
  const window = state.window!;
  const range = await nextChunkRange(idb, table, window, size);
  if (range === null) return null;
  const startedAt = clock();
  const start = monotonicMs();
  const pivot = new SessionPivot(map, { encoding: table.encoding });
  let transformMs = 0;
  const timed = <T>(work: () => T): T => {
    const from = monotonicMs();
    const result = work();
    transformMs += monotonicMs() - from;
    return result;
  };
  const startKey = map.keys.find((key) => key.type === 'start')!.kvp;
  const bounds = { ...range, from: state.lastCeiling, ceiling: window.ceiling };
  await extractChunk(idb, table, startKey, bounds, (piece) => timed(() => pivot.push(piece)));
  const extractMs = monotonicMs() - start;
  const batch = timed(() => pivot.finish());
  const { rows, ignoredRows, bytes, newestAddedTs: maxTs } = pivot;
  return { batch, untilId: range.untilId, rows, ignoredRows, bytes, maxTs, startedAt, extractMs, transformMs };
}
