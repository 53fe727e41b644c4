import { toOrderByTime, type WatchedWindow } from './watch-id-order.js';
import { addChunk } from './totals.js';
import { type SourceLoading, loadRead } from './source.js';
import { readChunks, type IdGap } from './read-chunk.js';
import type { LoadProgress } from './load-progress.js';
import { monotonicMs } from '../model/clock.js';
import {
  type ExtractWindow,
  type SourceSnapshot,
  type SourceState,
  aheadOfCeiling,
  byIds,
  closeSettledWindow,
  closeWindow,
  isUnread,
  markAhead,
  SMALLEST_ID,
} from '../mart/source-window.js';
import { writeSourceState } from '../mart/source-state.js';
import type { SourceIdentity } from '../mart/source-identity.js';
import { FIRST_CHUNK, nextChunkRange, type Transactions } from '../extract/extract-chunk.js';
import { withTransaction } from '../db/transaction.js';
import { contradictTime } from '../extract/late-rows.js';
/** Facts about a window besides its bounds. */
export interface WindowOptions {
  /** Tables of which all rows are read, by oid. */
  readonly andTables?: readonly number[];
  /** By what the source is known when the window has been read; undefined: as the state says. */
  readonly identity?: SourceIdentity;
  /** False: its end does not make the mart complete, because rows below its ceiling are known to be missing. */
  readonly isComplete?: boolean;
  /** How its ids are watched; undefined: they are not. */
  readonly watched?: WatchedWindow;
}

/**
 * Loads the open window of a source, chunk by chunk: each chunk is one transaction that moves the position, and the next one is read
 * while it loads. Returns the state with the window closed.
 */
export async function loadWindow(loading: SourceLoading, opened: SourceState, options: WindowOptions = {}): Promise<SourceState> {
  const { watched, identity, isComplete = true } = options;
  // The first rows may take a long time.
  if (opened.window!.isWhole) await loading.beginHistory?.();
  // Whoever reads interactions again must know at once which of their rows is the newer.
  const isRuleNew = opened.idOrder?.isByTime === true && loading.state.idOrder?.isByTime !== true;
  const read = await loadChunks(loading, isRuleNew ? await storeState(loading, opened) : opened, {
    ...options,
    gap: watched?.gap,
  });
  let { state } = read;
  if (watched !== undefined) {
    const again = await watched.lookAgain(state, read.rows);
    state = again.state;
    if (again.gap !== undefined) ({ state } = await loadChunks(loading, await storeState(loading, state), { ...options, gap: again.gap }));
  }
  // The last chunk's transaction moved the position; that the window is done is known only now.
  const closed = loading.table.hasCeiling ? closeWindow(state, loading.job.now) : closeSettledWindow(state);
  return storeState(loading, {
    ...closed,
    identity: identity ?? closed.identity,
    ...(isComplete ? {} : { completeUntil: opened.completeUntil }),
  });
}

async function loadChunks(
  loading: SourceLoading,
  opened: SourceState,
  { andTables = [], gap, watched }: WindowOptions & { readonly gap: IdGap | undefined },
): Promise<{ state: SourceState; rows: number }> {
  const { ceiling, from } = opened.window!;
  // Without a lower bound the upper one is left out as well: it costs a tenth of the reading, and a row above it comes again in the next window.
  const transactions: Transactions = from === null ? { are: 'any' } : { are: 'below', ceiling, from, andTables };
  const newestId = watched?.newestIdBefore ?? -Infinity;
  const isIncrement = loading.isOnlySource && isUnread(opened);
  let state = opened;
  let rows = 0;
  const progress = await beginProgress(loading, opened);
  const { position, endId, file } = opened.window!;
  for await (const chunk of readChunks(loading, { position, endId, file, transactions, gap, stops: [newestId] })) {
    loading.job.stop?.afterChunk.throwIfAborted();
    rows += chunk.rows;
    if (chunk.rows > 0) await loading.beginHistory?.();
    // Rows below the previous ones show that ids do not rise.
    if (
      chunk.until <= newestId &&
      rows > watched!.updatedRows &&
      state.idOrder?.isByTime === false &&
      (await contradictTime(loading.idb, loading.table, { transactions, afterId: position, untilId: newestId }))
    )
      state = await storeState(loading, { ...state, idOrder: toOrderByTime(state.idOrder, loading.source.name, loading.job.log) });
    state = { ...state, window: { ...state.window!, position: chunk.until } };
    if (chunk.batch.count === 0 && chunk.batch.discards.length === 0) addChunk(loading.totals, chunk, undefined, 0);
    else {
      const highWaterMark = file === undefined ? chunk.until : 0;
      state = (await loadRead(loading, chunk, { state, highWaterMark, ceiling, isIncrement }))!;
    }
    progress.rows = rows;
    progress.reachedId = chunk.until;
  }
  if (file === undefined || state.window!.position >= endId) return { state, rows };
  loading.job.log(
    `the table of source ${loading.source.name} was rewritten while its blocks were read; all of it is read again, by its ids`,
    {
      code: 'source-rewritten',
    },
  );
  const again = await loadChunks(loading, await storeState(loading, byIds(state)), { andTables, gap, ...(watched && { watched }) });
  return { ...again, rows: rows + again.rows };
}

/** From now on the totals show the progress of this window. */
async function beginProgress(loading: SourceLoading, { lastCeiling, window }: SourceState): Promise<LoadProgress> {
  const { source, totals } = loading;
  const { position, endId } = window!;
  const beforeId = await findBeginning(loading, window!);
  const fromId = Math.max(position, beforeId);
  const isFirst = lastCeiling === null;
  const progress = {
    source: source.name,
    isFirst,
    beforeId,
    fromId,
    endId,
    startMs: monotonicMs(),
    reachedId: fromId,
    rows: 0,
    isDone: false,
  };
  totals.load = progress;
  return progress;
}

/** Before which id, or block, a window begins, wherever an earlier process has come to. */
async function findBeginning({ idb, table }: SourceLoading, { position, endId, from, isWhole, file }: ExtractWindow): Promise<number> {
  if (file !== undefined) return 0;
  // Of a load of all rows the ids begin with the first one.
  const first = from === null || isWhole ? await nextChunkRange(idb, table, { position: SMALLEST_ID, endId }, FIRST_CHUNK) : null;
  return first?.afterId ?? Math.min(position, endId);
}

/**
 * Loads what can be seen above a ceiling that an open transaction holds back for a second run, so that it does not keep all others
 * waiting. The watermark stays: the window above the ceiling will hold the same rows again.
 */
export async function loadAhead(loading: SourceLoading, closed: SourceState, { seen }: Pick<SourceSnapshot, 'seen'>): Promise<SourceState> {
  const ahead = loading.table.hasCeiling ? aheadOfCeiling(closed, seen, loading.job.tuning.idSlack) : null;
  if (ahead === null) return closed;
  // Stored before anything is read: the run may be killed meanwhile.
  const state = closed.unreadFrom === null ? closed : await storeState(loading, { ...closed, unreadFrom: null });
  const { position, endId, ceiling } = ahead;
  for await (const chunk of readChunks(loading, { position, endId, transactions: { are: 'above', ceiling } })) {
    loading.job.stop?.afterChunk.throwIfAborted();
    if (chunk.rows > 0) await loading.beginHistory?.();
    if (chunk.batch.count === 0 && chunk.batch.discards.length === 0) addChunk(loading.totals, chunk, undefined, 0);
    else await loadRead(loading, chunk, { state: null, highWaterMark: state.window?.position ?? 0, ceiling });
  }
  return storeState(loading, markAhead(state, seen));
}

const storeState = (loading: SourceLoading, state: SourceState): Promise<SourceState> =>
  withTransaction(loading.job.mart, () => writeSourceState(loading.job.mart, state, loading.job.now));
