import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection } from '../db/connection.js';
import { findFirstIdSince, takeSnapshot } from '../extract/extract-chunk.js';
import type { IdbTable } from '../extract/idb-table.js';
import { noticeSourceChange, readSourceIdentity } from '../extract/source-identity.js';
import { monotonicMs, toEpochSeconds } from '../model/clock.js';
import type { Log } from '../model/log.js';
import { openWindow, resumeWindow, SETTLED_OVERLAP_MS, type SourceSnapshot, type SourceState } from '../model/extract-window.js';
import { withJobHistory } from './job-history.js';
import { loadAhead, loadWindow } from './load-window.js';
import type { SourceLoading } from './source-loading.js';
import { toExtractCounts, toTransformCounts } from './window-totals.js';

export interface LoadSourceOptions {
  /** How long the ceiling may wait for writers that are just committing. */
  readonly settleMs?: number;
  /** How far below the mark ids are looked at; undefined: `ID_SLACK`. */
  readonly idSlack?: number | undefined;
  readonly log: Log;
}

const DEFAULT_SETTLE_MS = 300;
const SETTLE_STEP_MS = 20;

/** What became of a source in a run. */
export interface LoadedSource {
  readonly state: SourceState;
  /** How it is another than the one that was read before, in a clause. */
  readonly changed: string | null;
}

/** Extract, transform and load of one source: one streaming pass, recorded as both of Info Mart's jobs. */
export function loadSource(loading: SourceLoading, options: LoadSourceOptions): Promise<LoadedSource> {
  const { mart, jobId, clock, origin, totals } = loading;
  const job = { jobId, clock, origin };
  const describe = ({ state, changed }: LoadedSource) => ({
    window: { from: changed === null ? loading.state.completeUntil : null, to: state.completeUntil },
    rowCount: totals.rows,
    message:
      `${totals.stagedSessions} sessions in ${totals.rows} rows` +
      (changed === null ? '' : `. The source is another one: ${changed}. All that it holds was read again`),
  });
  return withJobHistory(
    mart,
    { ...job, jobName: 'Job_ExtractICON', counts: () => toExtractCounts(totals) },
    () =>
      withJobHistory(
        mart,
        { ...job, jobName: 'Job_TransformGIM', counts: () => toTransformCounts(totals) },
        () => loadNewRows(loading, options),
        describe,
      ),
    describe,
  );
}

async function loadNewRows(loading: SourceLoading, options: LoadSourceOptions): Promise<LoadedSource> {
  const { idb, table, now, source } = loading;
  const { idSlack, settleMs = DEFAULT_SETTLE_MS, log } = options;
  let state = loading.state;
  const changed = await noticeSourceChange(idb, table, state);
  if (changed !== null) {
    log(`warning: source ${source.name} is another one: ${changed}. All that it holds is read again; what the mart has stays`, {
      code: 'source-changed',
    });
    state = { ...state, lastCeiling: null, window: null, marks: [], completeUntil: null, wholeCeiling: null, wholeAt: null };
  }
  if (!table.hasCeiling)
    log(
      `warning: ${table.schema}.${table.name} is a ${table.kind}: it does not tell which rows are committed. The last hour is read again ` +
        'in each run; what commits still later is found by chatmart reconcile',
      { code: 'source-without-ceiling' },
    );
  // A run that was killed left its window open: it is finished first, with the bounds that it had.
  if (state.window !== null) state = await loadWindow(loading, resumeWindow(state, await takeSnapshot(idb, table)));
  const snapshot = await takeSettledSnapshot(idb, table, settleMs);
  const identity = await readSourceIdentity(idb, table);
  const settledFromId = table.hasCeiling ? undefined : await findSettledFromId(loading, state);
  state = await loadWindow(loading, openWindow({ ...state, identity }, snapshot, { now, idSlack, settledFromId }));
  return { state: await loadAhead(loading, state, idSlack), changed };
}

/** Where a source without ceiling is read from: an hour before what counts as complete, or from its first row. */
async function findSettledFromId({ idb, table }: SourceLoading, state: SourceState): Promise<number> {
  const { completeUntil, marks } = state;
  if (completeUntil === null) return Number.MIN_SAFE_INTEGER;
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
