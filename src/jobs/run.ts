import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { execute, withConnection, type Connection } from '../db/connection.js';
import { tryRunLock } from '../db/writer-lock.js';
import { withIdb } from '../extract/connect-idb.js';
import { findFirstIdSince, takeSnapshot } from '../extract/extract-chunk.js';
import type { IdbTable } from '../extract/idb-table.js';
import { noticeSourceChange, readSourceIdentity } from '../extract/source-identity.js';
import { monotonicMs, systemClock, toEpochSeconds, type Clock } from '../model/clock.js';
import { BusyError } from '../model/errors.js';
import { openWindow, SETTLED_OVERLAP_MS, type SourceSnapshot, type SourceState } from '../model/extract-window.js';
import { aggregate } from './aggregate.js';
import { recordDeadJobs } from './job-history.sql.js';
import { withJobHistory } from './job-history.js';
import { loadAhead, loadWindow } from './load-window.js';
import { requireMigrated } from './migrate.js';
import { toStageLine, type RunSummary, type StageSummary } from './run-summary.js';
import { prepareLoading, SOURCE_NAME, type SourceLoading, type SourceOptions } from './source-loading.js';
import { emptyTotals } from './window-totals.js';

export interface RunOptions extends SourceOptions {
  /** How long the ceiling may wait for writers that are just committing. */
  readonly settleMs?: number;
  /** How far below the mark ids are looked at; undefined: `ID_SLACK`. */
  readonly idSlack?: number | undefined;
  readonly clock?: Clock;
  readonly log?: (line: string) => void;
}

const DEFAULT_SETTLE_MS = 300;
const SETTLE_STEP_MS = 20;

/** One cycle: reads what is new in the IDB, loads it and brings the aggregates up to date. Running it twice changes nothing. */
export async function run(options: RunOptions): Promise<RunSummary> {
  const { idbUrl, martUrl, martSchema, clock = systemClock, log = () => undefined } = options;
  const start = monotonicMs();
  const jobId = randomUUID();
  const now = clock();
  const totals = emptyTotals();
  const mart = { url: martUrl, applicationName: 'chatmart run', schema: martSchema };
  const loaded = await withConnection(mart, async (martConnection) => {
    await requireMigrated(martConnection);
    if (!(await tryRunLock(martConnection, martSchema, SOURCE_NAME)))
      throw new BusyError('run-in-progress', `Another run is loading source ${SOURCE_NAME} into schema ${martSchema}`, {
        hint: 'Nothing was read and nothing written. Let it finish; the lock goes with its process, however that ends.',
      });
    await execute(martConnection, recordDeadJobs(now));
    return withIdb(idbUrl, 'chatmart extract', async (idb) => {
      const loading = await prepareLoading(idb, martConnection, { ...options, clock, now, jobId, totals });
      return { ...(await loadSource(loading, options, log)), table: loading.table };
    });
  });
  const stages: StageSummary[] = [
    { stage: 'extract', of: 'rows', count: totals.rows, seconds: totals.extractMs / 1000 },
    { stage: 'transform', of: 'rows', count: totals.rows, seconds: totals.transformMs / 1000 },
    { stage: 'load', of: 'sessions', count: totals.stagedSessions, seconds: totals.loadMs / 1000 },
  ];
  for (const stage of stages) log(toStageLine(stage));
  const aggregateStart = monotonicMs();
  const aggregated = await aggregate({ martUrl, martSchema, jobId, clock });
  const last: StageSummary = {
    stage: 'aggregate',
    of: 'intervals',
    count: aggregated.intervals,
    seconds: (monotonicMs() - aggregateStart) / 1000,
  };
  log(toStageLine(last));
  const completeUntil = loaded.state.completeUntil?.toISOString() ?? null;
  return {
    jobId,
    sources: [
      {
        name: SOURCE_NAME,
        table: `${loaded.table.schema}.${loaded.table.name}`,
        kind: loaded.table.kind,
        rows: totals.rows,
        changed: loaded.changed,
        completeUntil,
      },
    ],
    rows: totals.rows,
    ignoredRows: totals.ignoredRows,
    sessions: totals.sessions,
    keptValues: totals.keptValues,
    discards: Object.fromEntries(totals.discards),
    unknownCodes: Object.fromEntries(totals.unknownCodes),
    intervals: aggregated.intervals,
    stages: [...stages, last],
    seconds: (monotonicMs() - start) / 1000,
    completeUntil,
  };
}

/** What became of a source in a run. */
interface LoadedSource {
  readonly state: SourceState;
  /** How it is another than the one that was read before, in a clause. */
  readonly changed: string | null;
}

/** Extract, transform and load of one source: one streaming pass, recorded as both of Info Mart's jobs. */
function loadSource(loading: SourceLoading, options: RunOptions, log: (line: string) => void): Promise<LoadedSource> {
  const { mart, jobId, clock, totals } = loading;
  const describe = ({ changed }: LoadedSource) => ({
    rowCount: totals.rows,
    message:
      `${totals.stagedSessions} sessions in ${totals.rows} rows` +
      (changed === null ? '' : `. The source is another one: ${changed}. All that it holds was read again`),
  });
  return withJobHistory(
    mart,
    { jobId, jobName: 'Job_ExtractICON', clock },
    () => withJobHistory(mart, { jobId, jobName: 'Job_TransformGIM', clock }, () => loadNewRows(loading, options, log), describe),
    describe,
  );
}

async function loadNewRows(loading: SourceLoading, options: RunOptions, log: (line: string) => void): Promise<LoadedSource> {
  const { idb, table, now } = loading;
  const { idSlack, settleMs = DEFAULT_SETTLE_MS } = options;
  let state = loading.state;
  const changed = await noticeSourceChange(idb, table, state.identity);
  if (changed !== null) {
    log(`warning: source ${SOURCE_NAME} is another one: ${changed}. All that it holds is read again; what the mart has stays`);
    state = { ...state, lastCeiling: null, window: null, marks: [], completeUntil: null, wholeCeiling: null, wholeAt: null };
  }
  if (!table.hasCeiling)
    log(
      `warning: ${table.schema}.${table.name} is a ${table.kind}: it does not tell which rows are committed. The last hour is read again ` +
        'in each run; what commits still later is found by chatmart reconcile',
    );
  // A run that was killed left its window open: it is finished first, with the bounds that it had.
  if (state.window !== null) state = await loadWindow(loading, state);
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
