import type { Connection } from '../db/connection.js';
import { FIRST_CHUNK, nextChunkSize } from '../extract/extract-chunk.js';
import { loadChunk, type LoadOptions } from '../load/load-chunk.js';
import { writeSourceState } from '../load/source-state.js';
import { monotonicMs } from '../model/clock.js';
import { closeWindow, type SourceState } from '../model/extract-window.js';
import { withTransaction } from '../db/transaction.js';
import { readChunk, type ReadChunk, type ReadContext } from './read-chunk.js';
import { addChunk, type WindowTotals } from './window-totals.js';

/** Everything that loading a window needs; opened and closed by the run. */
export interface WindowContext extends ReadContext {
  readonly mart: Connection;
  readonly load: LoadOptions;
  readonly jobId: string;
  readonly jobVersion: string;
}

/**
 * Loads the open window of a source, chunk by chunk: each chunk is one transaction that moves the position, and the next one is read
 * while it loads. Returns the state with the window closed.
 */
export async function loadWindow(context: WindowContext, opened: SourceState, totals: WindowTotals): Promise<SourceState> {
  let state = opened;
  let reading = readChunk(context, state, FIRST_CHUNK);
  for (;;) {
    const chunk = await reading;
    if (chunk === null) break;
    const window = { ...state.window!, position: chunk.untilId };
    const size = nextChunkSize(chunk.size, { sessions: chunk.batch.count, bytes: chunk.bytes });
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
    extractedAt: chunk.extractedAt,
    now: context.clock(),
  },
});
