import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { ensureCalendarYears } from '../calendar/ensure-calendar-years.js';
import { execute, withConnection, type Connection } from '../db/connection.js';
import { tryRunLock } from '../db/writer-lock.js';
import { withIdb } from '../extract/connect-idb.js';
import { extractInteractions, takeSnapshot } from '../extract/extract-chunk.js';
import { findIdbTable, type IdbTable } from '../extract/idb-table.js';
import type { HeldRows } from '../load/load-chunk.js';
import { readSourceState } from '../load/source-state.js';
import { prepareStaging } from '../load/stage-batch.js';
import { monotonicMs, systemClock, toEpochSeconds, type Clock } from '../model/clock.js';
import { BusyError } from '../model/errors.js';
import { openWindow, type SourceSnapshot, type SourceState } from '../model/extract-window.js';
import { readKvpMap } from '../spec/kvp-map.js';
import { packageVersion } from '../spec/package-version.js';
import { SessionPivot } from '../transform/session-pivot.js';
import { aggregate } from './aggregate.js';
import { recordDeadJobs } from './job-history.sql.js';
import { withJobHistory } from './job-history.js';
import { loadWindow, type WindowContext } from './load-window.js';
import { requireMigrated } from './migrate.js';
import { toStageLine, type RunSummary, type StageSummary } from './run-summary.js';
import { emptyTotals, type WindowTotals } from './window-totals.js';

export interface RunOptions {
  readonly idbUrl: string;
  readonly martUrl: string;
  readonly martSchema: string;
  readonly idbSchema: string;
  readonly idbTable?: string | undefined;
  /** Sessions that start before it are discarded; undefined: 2000-01-01. */
  readonly earliestStart?: Date | undefined;
  /** How long the ceiling may wait for writers that are just committing. */
  readonly settleMs?: number;
  readonly clock?: Clock;
  readonly log?: (line: string) => void;
}

/** The only source for now; its name is the key of CHATMART_SOURCE. */
const SOURCE_NAME = 'idb';
const DEFAULT_SETTLE_MS = 300;
const SETTLE_STEP_MS = 20;

/** One cycle: reads what is new in the IDB, loads it and brings the aggregates up to date. Running it twice changes nothing. */
export async function run(options: RunOptions): Promise<RunSummary> {
  const { idbUrl, martUrl, martSchema, clock = systemClock, log = () => undefined } = options;
  const start = monotonicMs();
  const jobId = randomUUID();
  const totals = emptyTotals();
  const mart = { url: martUrl, applicationName: 'chatmart run', schema: martSchema };
  const loaded = await withConnection(mart, async (martConnection) => {
    await requireMigrated(martConnection);
    if (!(await tryRunLock(martConnection, martSchema, SOURCE_NAME)))
      throw new BusyError('run-in-progress', `Another run is loading source ${SOURCE_NAME} into schema ${martSchema}`, {
        hint: 'Nothing was read and nothing written. Let it finish; the lock goes with its process, however that ends.',
      });
    await execute(martConnection, recordDeadJobs(clock()));
    return withIdb(idbUrl, 'chatmart extract', (idb) => loadSource(idb, martConnection, { ...options, clock, jobId }, totals));
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
    sources: [{ name: SOURCE_NAME, table: `${loaded.table.schema}.${loaded.table.name}`, rows: totals.rows, completeUntil }],
    rows: totals.rows,
    ignoredRows: totals.ignoredRows,
    sessions: totals.sessions,
    discards: Object.fromEntries(totals.discards),
    unknownCodes: Object.fromEntries(totals.unknownCodes),
    intervals: aggregated.intervals,
    stages: [...stages, last],
    seconds: (monotonicMs() - start) / 1000,
    completeUntil,
  };
}

type SourceOptions = RunOptions & { readonly clock: Clock; readonly jobId: string };

/** Extract, transform and load of one source: one streaming pass, recorded as both of Info Mart's jobs. */
async function loadSource(
  idb: Connection,
  mart: Connection,
  options: SourceOptions,
  totals: WindowTotals,
): Promise<{ readonly state: SourceState; readonly table: IdbTable }> {
  const { jobId, clock } = options;
  const table = await findIdbTable(idb, options.idbSchema, options.idbTable);
  const describe = () => ({ rowCount: totals.rows, message: `${totals.stagedSessions} sessions in ${totals.rows} rows` });
  const state = await withJobHistory(
    mart,
    { jobId, jobName: 'Job_ExtractICON', clock },
    () =>
      withJobHistory(mart, { jobId, jobName: 'Job_TransformGIM', clock }, () => loadNewRows(idb, mart, table, options, totals), describe),
    describe,
  );
  return { state, table };
}

async function loadNewRows(
  idb: Connection,
  mart: Connection,
  table: IdbTable,
  options: SourceOptions,
  totals: WindowTotals,
): Promise<SourceState> {
  const { jobId, clock, martSchema, settleMs = DEFAULT_SETTLE_MS } = options;
  const map = readKvpMap();
  const earliestStartTs = options.earliestStart && toEpochSeconds(options.earliestStart);
  await prepareStaging(mart, map);
  const context: WindowContext = {
    idb,
    mart,
    table,
    map,
    earliestStartTs,
    jobId,
    jobVersion: packageVersion(),
    clock,
    load: {
      map,
      martSchema,
      reread: (guids, held) => rereadInteractions(options.idbUrl, { table, map, earliestStartTs }, guids, held),
      extendCalendar: (connection, fromTs, toTs) => ensureCalendarYears(connection, { fromTs, toTs }),
    },
  };
  let state = await readSourceState(mart, SOURCE_NAME, `${table.schema}.${table.name}`);
  // A run that was killed left its window open: it is finished first, with the bounds that it had.
  if (state.window !== null) state = await loadWindow(context, state, totals);
  return loadWindow(context, openWindow(state, await takeSettledSnapshot(idb, table, settleMs)), totals);
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

/** Pivots all rows of some interactions, on a connection of its own: the extractor's is reading the next chunk. */
async function rereadInteractions(
  idbUrl: string,
  { table, map, earliestStartTs }: Pick<WindowContext, 'table' | 'map' | 'earliestStartTs'>,
  guids: readonly string[],
  held: HeldRows,
): Promise<ReturnType<SessionPivot['finish']>> {
  const startKey = map.keys.find((key) => key.type === 'start')!.kvp;
  const pivot = new SessionPivot(map, { earliestStartTs });
  await held.pushFacts((piece) => pivot.push(piece));
  pivot.readDiscards();
  await held.pushDiscards((piece) => pivot.push(piece));
  pivot.readAs(table.encoding);
  await withIdb(idbUrl, 'chatmart re-read', (idb) => extractInteractions(idb, table, startKey, guids, (piece) => pivot.push(piece)));
  return pivot.finish();
}
