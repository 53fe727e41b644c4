import { contradictTime } from '../extract/late-rows.js';
import type { Connection } from '../db/connection.js';
import { withTransaction } from '../db/transaction.js';
import { findFirstIdSince, takeSnapshot, FIRST_CHUNK, nextChunkRange, type Transactions } from '../extract/extract-chunk.js';
import { readSubscriptions } from '../extract/id-signs.js';
import type { IdbTable } from '../extract/idb-table.js';
import { compareSource, describeAdded } from '../extract/source-identity.js';
import { withHistoryOfRows } from '../jobs/job-history.js';
import { forgetWindows, toCompleteAt, toHeardUntil } from '../mart/id-order.js';
import { withoutChanges, withSeenChanges, type SourceIdentity } from '../mart/source-identity.js';
import { writeSourceState } from '../mart/source-state.js';
import {
  openWindow,
  resumeWindow,
  SETTLED_OVERLAP_MS,
  type SourceSnapshot,
  type SourceState,
  aheadOfCeiling,
  closeSettledWindow,
  closeWindow,
  markAhead,
  SMALLEST_ID,
} from '../mart/source-window.js';
import { monotonicMs, toEpochSeconds, isAhead } from '../model/clock.js';
import type { Log } from '../model/log.js';
import { counted } from '../model/text.js';
import type { LoadProgress } from './load-progress.js';
import { readIdChunks, type IdGap } from './read-chunk.js';
import { type SourceLoading, loadRead } from './source.js';
import { toExtractCounts, toTransformCounts, addChunk } from './totals.js';
import { openWatchedWindow, toOrderByTime, type WatchedWindow } from './watch-id-order.js';
import { setTimeout as sleep } from 'node:timers/promises';

export interface LoadSourceOptions {
  /** How long the ceiling may wait for writers that are just committing. */
  readonly settleMs?: number;
  /** How far below the mark ids are looked at; undefined: `ID_SLACK`. */
  readonly idSlack?: number | undefined;
  readonly log: Log;
  /** Is told that there is something to do. */
  readonly onWork?: (() => void) | undefined;
}

const DEFAULT_SETTLE_MS = 300;
const SETTLE_STEP_MS = 20;

/** What became of a source in a run. */
export interface LoadedSource {
  readonly state: SourceState;
  /** How it is not what was read before, in a clause: another source, or one with further tables. */
  readonly changed: string | null;
}

interface LoadedRows extends LoadedSource {
  /** It is another source: all of it was read again. */
  readonly isAnother: boolean;
}

/**
 * Extract, transform and load of one source: one streaming pass, recorded as both of Info Mart's jobs from its first rows on; while none come,
 * the history of one run that found nothing is kept up to date.
 */
export function loadSource(loading: SourceLoading, options: LoadSourceOptions): Promise<LoadedSource> {
  const { mart, jobId, clock, origin, totals } = loading;
  const job = { jobId, clock, origin };
  const describe = ({ state, changed, isAnother }: LoadedRows) => ({
    window: { from: isAnother ? null : loading.state.completeUntil, to: state.completeUntil },
    rowCount: totals.rows,
    message: `${counted(totals.stagedSessions, 'session')} in ${counted(totals.rows, 'row')}${toChangeText(changed, isAnother)}`,
  });
  return withHistoryOfRows(
    mart,
    {
      ...job,
      jobs: [
        { jobName: 'Job_ExtractICON', counts: () => toExtractCounts(totals) },
        { jobName: 'Job_TransformGIM', counts: () => toTransformCounts(totals) },
      ],
      isIdle: ({ changed }) => changed === null && totals.rows === 0,
    },
    (begin) => {
      const beginWork = (): Promise<void> => {
        options.onWork?.();
        return begin();
      };
      return loadNewRows({ ...loading, begin: beginWork }, options);
    },
    describe,
  );
}

function toChangeText(changed: string | null, isAnother: boolean): string {
  if (changed === null) return '';
  return isAnother
    ? `. The source is another one: ${changed}. All that it holds was read again`
    : `. The source has grown: ${changed}. All their rows were read`;
}

async function loadNewRows(loading: SourceLoading, options: LoadSourceOptions): Promise<LoadedRows> {
  const { idb, table, now, source } = loading;
  const { idSlack, settleMs = DEFAULT_SETTLE_MS, log } = options;
  let state = loading.state;
  // Before the snapshot: of a table that is attached afterwards the next run finds out.
  const { identity, changed, tables } = await compareSource(idb, table, state);
  const isAnother = changed !== null;
  if (isAnother) {
    log(`warning: source ${source.name} is another one: ${changed}. All that it holds is read again; what the mart has stays`, {
      code: 'source-changed',
    });
    state = {
      ...state,
      lastCeiling: null,
      window: null,
      marks: [],
      completeUntil: null,
      wholeCeiling: null,
      wholeAt: null,
      idOrder: forgetWindows(state.idOrder),
    };
  }
  const grown = await describeAdded(idb, tables.added);
  if (grown !== null) log(`warning: source ${source.name} has grown: ${grown}. All their rows are read`, { code: 'source-grown' });
  if (state.wholeAt !== null && isAhead(state.wholeAt, now))
    log(
      `warning: the last daily window of source ${source.name} ended at ${state.wholeAt.toISOString()}, which has not come by this machine's ` +
        'clock: it counts for nothing, and what is done once a day is done now',
      { code: 'time-ahead' },
    );
  if (!table.hasCeiling)
    log(
      `warning: ${table.schema}.${table.name} is a ${table.kind}: it does not tell which rows are committed. The last hour is read again ` +
        'in each run; what commits still later is found by chatmart reconcile',
      { code: 'source-without-ceiling' },
    );
  // A run that was killed left its window open: it is finished first, with the bounds that it had. Of tables it knows what was known then.
  if (state.window !== null) {
    const isComplete = tables.added.length === 0 && !tables.areRewritten;
    state = await loadWindow(loading, resumeWindow(state, await takeSnapshot(idb, table)), { isComplete });
  }
  const heardUntil = toHeardUntil(await readSubscriptions(idb, table));
  const snapshot = await takeSettledSnapshot(idb, table, settleMs);
  const known = { ...state, identity: withoutChanges(identity, state.identity, tables) };
  const andTables = tables.added.map(({ oid }) => oid);
  if (table.hasCeiling) {
    const watched = await openWatchedWindow(loading, known, {
      ...{ now, idSlack, log },
      snapshot: { ...snapshot, ...toCompleteAt(snapshot, heardUntil) },
      isUnbounded: tables.added.length > 0 || tables.areRewritten,
      tables: { before: state.identity?.tables ?? [], now: identity.tables ?? [] },
    });
    const seen = { areRewritten: tables.areRewritten, ceiling: snapshot.ceiling };
    state = await loadWindow(loading, watched.state, {
      identity: withSeenChanges(identity, state.identity, seen),
      andTables,
      watched,
      log,
    });
  } else
    state = await loadWindow(
      loading,
      openWindow(known, snapshot, { now, idSlack, settledFromId: await findSettledFromId(loading, state, snapshot) }),
      {
        identity,
      },
    );
  return { state: await loadAhead(loading, state, snapshot, idSlack), changed: changed ?? grown, isAnother };
}

/** Where a source without ceiling is read from: an hour before what counts as complete, or from its first row. */
async function findSettledFromId({ idb, table }: SourceLoading, state: SourceState, { takenAt }: SourceSnapshot): Promise<number> {
  const { completeUntil, marks } = state;
  if (completeUntil === null || isAhead(completeUntil, takenAt)) return Number.MIN_SAFE_INTEGER;
  const recent = await findFirstIdSince(idb, table, toEpochSeconds(completeUntil) - SETTLED_OVERLAP_MS / 1000);
  return Math.min(recent ?? Infinity, marks.at(-1)?.maxId ?? Number.MIN_SAFE_INTEGER);
}

/** A snapshot whose ceiling lies above every transaction that was open at the call, if those end soon. */
async function takeSettledSnapshot(idb: Connection, table: IdbTable, settleMs: number): Promise<SourceSnapshot> {
  const first = await takeSnapshot(idb, table);
  const deadline = monotonicMs() + settleMs;
  let snapshot = first;
  while (snapshot.ceiling < first.xmax && monotonicMs() < deadline) {
    await sleep(SETTLE_STEP_MS);
    snapshot = await takeSnapshot(idb, table);
  }
  return snapshot;
}

/** What is known of a window beyond its bounds. */
export interface WindowOptions {
  /** Tables of which all rows are read, by oid. */
  readonly andTables?: readonly number[];
  /** By what the source is known when the window has been read; undefined: as the state says. */
  readonly identity?: SourceIdentity;
  /** False: its end does not make the mart complete, because rows below its ceiling are known to be missing. */
  readonly isComplete?: boolean;
  /** How its ids are watched; undefined: they are not. */
  readonly watched?: WatchedWindow;
  readonly log?: Log;
}

/**
 * Loads the open window of a source, chunk by chunk: each chunk is one transaction that moves the position, and the next one is read
 * while it loads. Returns the state with the window closed.
 */
export async function loadWindow(loading: SourceLoading, opened: SourceState, options: WindowOptions = {}): Promise<SourceState> {
  const { watched, identity, isComplete = true } = options;
  // It may take long until its first rows are there.
  if (opened.window!.isWhole) await loading.begin?.();
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
  const closed = loading.table.hasCeiling ? closeWindow(state, loading.now) : closeSettledWindow(state);
  return storeState(loading, {
    ...closed,
    identity: identity ?? closed.identity,
    ...(isComplete ? {} : { completeUntil: opened.completeUntil }),
  });
}

async function loadChunks(
  loading: SourceLoading,
  opened: SourceState,
  { andTables = [], gap, watched, log = () => undefined }: WindowOptions & { readonly gap: IdGap | undefined },
): Promise<{ state: SourceState; rows: number }> {
  const { position, endId, ceiling, from } = opened.window!;
  // Without a lower bound the upper one is left out as well: it costs a tenth of the reading, and a row above it comes again in the next window.
  const transactions: Transactions = from === null ? { are: 'any' } : { are: 'below', ceiling, from, andTables };
  const newestId = watched?.newestIdBefore ?? -Infinity;
  let state = opened;
  let rows = 0;
  const progress = await beginProgress(loading, opened);
  for await (const chunk of readIdChunks(loading, { position, endId, transactions, gap, stops: [newestId] })) {
    loading.stop?.afterChunk.throwIfAborted();
    rows += chunk.rows;
    if (chunk.rows > 0) await loading.begin?.();
    // Rows that are below what was there before them tell that ids do not rise.
    if (
      chunk.untilId <= newestId &&
      rows > watched!.updatedRows &&
      state.idOrder?.isByTime === false &&
      (await contradictTime(loading.idb, loading.table, { transactions, afterId: position, untilId: newestId }))
    )
      state = await storeState(loading, { ...state, idOrder: toOrderByTime(state.idOrder, loading.source.name, log) });
    state = { ...state, window: { ...state.window!, position: chunk.untilId } };
    if (chunk.batch.count === 0 && chunk.batch.discards.length === 0) addChunk(loading.totals, chunk, undefined, 0);
    else state = (await loadRead(loading, chunk, { state, highWaterMark: chunk.untilId, ceiling }))!;
    progress.rows = rows;
    progress.reachedId = chunk.untilId;
  }
  return { state, rows };
}

/** Whoever looks at the totals sees from now on how far the load of this window is. */
async function beginProgress({ idb, table, source, totals }: SourceLoading, { lastCeiling, window }: SourceState): Promise<LoadProgress> {
  const { position, endId, from, isWhole } = window!;
  // Of a load of all rows the ids begin with the first one, wherever an earlier process has come to.
  const first = from === null || isWhole ? await nextChunkRange(idb, table, { position: SMALLEST_ID, endId }, FIRST_CHUNK) : null;
  const beforeId = first?.afterId ?? Math.min(position, endId);
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

/**
 * Loads what can be seen above a ceiling that an open transaction holds back for a second cycle, so that it does not keep all others
 * waiting. The watermark stays: the window above the ceiling will hold the same rows again.
 */
export async function loadAhead(
  loading: SourceLoading,
  state: SourceState,
  { seen }: Pick<SourceSnapshot, 'seen'>,
  idSlack: number | undefined,
): Promise<SourceState> {
  const ahead = loading.table.hasCeiling ? aheadOfCeiling(state, seen, idSlack) : null;
  if (ahead === null) return state;
  const { position, endId, ceiling } = ahead;
  for await (const chunk of readIdChunks(loading, { position, endId, transactions: { are: 'above', ceiling } })) {
    loading.stop?.afterChunk.throwIfAborted();
    if (chunk.rows > 0) await loading.begin?.();
    if (chunk.batch.count === 0 && chunk.batch.discards.length === 0) addChunk(loading.totals, chunk, undefined, 0);
    else await loadRead(loading, chunk, { state: null, highWaterMark: state.window?.position ?? 0, ceiling });
  }
  return storeState(loading, markAhead(state, seen));
}

const storeState = (loading: SourceLoading, state: SourceState): Promise<SourceState> =>
  withTransaction(loading.mart, () => writeSourceState(loading.mart, state, loading.now));
