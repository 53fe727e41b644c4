import { withTransaction } from '../db/transaction.js';
import type { Transactions } from '../extract/extract-chunk.js';
import { writeSourceState } from '../load/source-state.js';
import { aheadOfCeiling, closeSettledWindow, closeWindow, markAhead, type SourceState } from '../model/extract-window.js';
import type { SourceIdentity } from '../model/source-identity.js';
import { readIdChunks } from './read-chunk.js';
import { loadRead, type SourceLoading } from './source-loading.js';
import { addChunk } from './window-totals.js';

/** What is known of a window beyond its bounds. */
export interface WindowOptions {
  /** Tables of which all rows are read, by oid. */
  readonly andTables?: readonly number[];
  /** By what the source is known when the window has been read; undefined: as the state says. */
  readonly identity?: SourceIdentity;
  /** False: its end does not make the mart complete, because rows below its ceiling are known to be missing. */
  readonly isComplete?: boolean;
}

/**
 * Loads the open window of a source, chunk by chunk: each chunk is one transaction that moves the position, and the next one is read
 * while it loads. Returns the state with the window closed.
 */
export async function loadWindow(
  loading: SourceLoading,
  opened: SourceState,
  { andTables = [], identity, isComplete = true }: WindowOptions = {},
): Promise<SourceState> {
  let state = opened;
  const { position, endId, ceiling, from } = opened.window!;
  // Without a lower bound the upper one is left out as well: it costs a tenth of the reading, and a row above it comes again in the next window.
  const transactions: Transactions = from === null ? { are: 'any' } : { are: 'below', ceiling, from, andTables };
  for await (const chunk of readIdChunks(loading, { position, endId, transactions })) {
    loading.stop?.afterChunk.throwIfAborted();
    state = { ...state, window: { ...state.window!, position: chunk.untilId } };
    if (chunk.batch.count === 0 && chunk.batch.discards.length === 0) addChunk(loading.totals, chunk, undefined, 0);
    else state = (await loadRead(loading, chunk, { state, highWaterMark: chunk.untilId, ceiling }))!;
  }
  // The last chunk's transaction moved the position; that the window is done is known only now.
  const closed = loading.table.hasCeiling ? closeWindow(state, loading.now) : closeSettledWindow(state);
  return storeState(loading, {
    ...closed,
    identity: identity ?? closed.identity,
    ...(isComplete ? {} : { completeUntil: opened.completeUntil }),
  });
}

/**
 * Loads what can be seen above a ceiling that an old transaction holds back, so that one forgotten session does not keep all others
 * waiting. The watermark stays: the window above the ceiling will hold the same rows again.
 */
export async function loadAhead(loading: SourceLoading, state: SourceState, idSlack: number | undefined): Promise<SourceState> {
  const ahead = loading.table.hasCeiling ? aheadOfCeiling(state, idSlack) : null;
  if (ahead === null) return state;
  const { position, endId, ceiling } = ahead;
  for await (const chunk of readIdChunks(loading, { position, endId, transactions: { are: 'above', ceiling } })) {
    loading.stop?.afterChunk.throwIfAborted();
    if (chunk.batch.count === 0 && chunk.batch.discards.length === 0) addChunk(loading.totals, chunk, undefined, 0);
    else await loadRead(loading, chunk, { state: null, highWaterMark: state.window?.position ?? 0, ceiling });
  }
  return storeState(loading, markAhead(state));
}

const storeState = (loading: SourceLoading, state: SourceState): Promise<SourceState> =>
  withTransaction(loading.mart, () => writeSourceState(loading.mart, state, loading.now));
