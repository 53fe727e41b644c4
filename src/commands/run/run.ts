import { requireMart } from '../../mart/schema/mart-access.js';
import { withIdb, type TwinSource } from '../../extract/connect-idb.js';
import { randomUUID } from 'node:crypto';
import { execute, isAlive, queryRow, queryRows, type Connection } from '../../db/connection.js';
import { isUnavailable } from '../../db/postgres-errors.js';
import { withMartSession } from '../../mart/mart-session.js';
import { selectRevisits } from '../../load/reread.sql.js';
import { selectSource } from '../../mart/source-state.sql.js';
import { monotonicMs, systemClock, type Clock } from '../../model/clock.js';
import type { SourceState } from '../../mart/source-window.js';
import type { Log } from '../../model/log.js';
import { recordNothingToAggregate, selectHasChanges, aggregateOnce } from '../../pipeline/aggregate.js';
import { withFailureOnRecord, withStopOnRecord } from '../../jobs/job-history.js';
import { noteIgnoredKeys } from '../../pipeline/ignored-keys.js';
import { recordDeadJobs } from '../../jobs/job-history.sql.js';
import { tellProgress } from '../../pipeline/load-progress.js';
import { loadSource, type LoadSourceOptions } from '../../pipeline/load-source.js';
import { noticeRestoredMart, rememberMart, type MartMemory } from '../../mart/mart-past.js';

import { reconcileRecentDays } from '../../pipeline/reconcile/recent-days.js';
import { rereadInteractions } from '../../pipeline/reread-interactions.js';
import { takeRunLock, type RunSession } from '../../mart/locks.js';
import {
  toStageLine,
  addTotals,
  emptyTotals,
  toCounts,
  type RunSummary,
  type SourceSummary,
  type StageSummary,
  type WindowTotals,
} from '../../pipeline/totals.js';
import { prepareLoading, toTwinSources, type SourceLoading, type SourceOptions } from '../../pipeline/source.js';
import { findWaitingRows } from '../../pipeline/waiting-rows.js';
import { withRetries, type JobRetries, type RetryOptions } from '../../jobs/with-retries.js';

export interface RunOptions extends SourceOptions, JobRetries, Omit<LoadSourceOptions, 'log' | 'onWork'> {
  /** JOB_ID of the audit and history rows; default: a new one. */
  readonly jobId?: string;
  /** Counted on with each chunk, for whoever wants to see it before the end. */
  readonly totals?: WindowTotals;
  /** How often it is told how far a load is; undefined: every five minutes. */
  readonly progressEveryMs?: number | undefined;
  /** What this process has written into the mart before; undefined: it does a single cycle. */
  readonly memory?: MartMemory;
  /** False: what changed waits for another aggregation. */
  readonly aggregates?: boolean;
  readonly clock?: Clock;
  readonly log?: Log;
}

/** What belongs to one execution of a run. */
interface Execution extends RunOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly jobId: string;
  /** One instant for all that the run decides. */
  readonly now: Date;
  readonly totals: WindowTotals;
  /** Sessions that held the run lock, one an attempt. */
  readonly sessions: RunSession[];
  /** Both databases have answered: from now on it is worth waiting for one that goes away. */
  hasBegun: boolean;
  /** It is more than a look at sources that have nothing new. */
  hasWork: boolean;
}

/** One cycle: reads what is new in the IDB, loads it and brings the aggregates up to date. Running it twice changes nothing. */
export function run(options: RunOptions): Promise<RunSummary> {
  const { clock = systemClock, log = () => undefined } = options;
  const execution: Execution = {
    ...options,
    clock,
    log,
    jobId: options.jobId ?? randomUUID(),
    now: clock(),
    totals: options.totals ?? emptyTotals(),
    sessions: [],
    hasBegun: false,
    hasWork: false,
  };
  const { totals, progressEveryMs } = execution;
  return tellProgress(
    log,
    () => totals.load,
    () => withStopOnRecord(execution, () => runOnce(execution)),
    progressEveryMs,
  ).finally(() => (totals.load = undefined));
}

async function runOnce(execution: Execution): Promise<RunSummary> {
  const { stop, log, jobId, totals } = execution;
  const start = monotonicMs();
  const retries = {
    log,
    stop,
    retryDelaysMs: execution.retryDelaysMs,
    progress: () => totals.chunks,
    hasBegun: () => execution.hasBegun,
  };
  const { sources, isIdle } = await withRetries(() => loadSources(execution), retries);
  const stages: StageSummary[] = [
    { stage: 'extract', of: 'rows', count: totals.rows, seconds: totals.extractMs / 1000 },
    { stage: 'transform', of: 'rows', count: totals.rows, seconds: totals.transformMs / 1000 },
    { stage: 'load', of: 'sessions', count: totals.stagedSessions, seconds: totals.loadMs / 1000 },
  ];
  for (const stage of stages) log(toStageLine(stage));
  if (totals.load !== undefined) totals.load.isDone = true;
  const aggregation = execution.aggregates === false ? [] : [isIdle ? NOTHING_AGGREGATED : await aggregateChanges(execution, retries)];
  for (const stage of aggregation) log(toStageLine(stage));
  return {
    jobId,
    sources,
    ...toCounts(totals),
    intervals: aggregation[0]?.count ?? 0,
    stages: [...stages, ...aggregation],
    seconds: (monotonicMs() - start) / 1000,
    completeUntil: leastComplete(sources),
  };
}

const NOTHING_AGGREGATED: StageSummary = { stage: 'aggregate', of: 'intervals', count: 0, seconds: 0 };

/** The last stage. */
async function aggregateChanges(execution: Execution, retries: RetryOptions): Promise<StageSummary> {
  const { martUrl, martSchema, limits, stop, origin, now, jobId, clock } = execution;
  const start = monotonicMs();
  const { intervals } = await withRetries(() => aggregateOnce({ martUrl, martSchema, limits, stop, origin, jobId, clock, now }), retries);
  return { stage: 'aggregate', of: 'intervals', count: intervals, seconds: (monotonicMs() - start) / 1000 };
}

/** Extract, transform and load of all sources, under the run lock. What an earlier attempt committed is not done again. */
function loadSources(execution: Execution): Promise<{ readonly sources: SourceSummary[]; readonly isIdle: boolean }> {
  const { martUrl, martSchema, limits, stop, origin, jobId, clock, sessions, now } = execution;
  const session = { url: martUrl, applicationName: 'chatmart run', schema: martSchema, limits, endedBy: stop?.atOnce };
  return withMartSession(session, async (mart) => {
    sessions.push(await takeRunLock(mart, martSchema, sessions));
    await requireMart(mart, { writes: true });
    await execute(mart, recordDeadJobs(now));
    return withFailureOnRecord(mart, { jobId, jobName: 'Job_ExtractICON', clock, origin }, async () => {
      const { memory, log } = execution;
      await noticeRestoredMart(mart, { memory, now, log });
      const sources = await loadTwins(mart, execution);
      const isIdle = !execution.hasWork && (execution.aggregates === false || (await hasNothingToAggregate(mart)));
      if (memory !== undefined) await rememberMart(mart, memory, { jobId, now });
      return { sources, isIdle };
    });
  });
}

/** Looks, in a run that has read nothing, whether changes of another job wait; if not, what is complete is aggregated. */
async function hasNothingToAggregate(mart: Connection): Promise<boolean> {
  await execute(mart, recordNothingToAggregate());
  return !(await queryRow<{ waits: boolean }>(mart, selectHasChanges())).waits;
}

/** The mart is as complete as the twin that is furthest behind: only that one is known to miss nothing. */
function leastComplete(sources: readonly SourceSummary[]): string | null {
  const instants = sources.map(({ completeUntil }) => completeUntil).sort();
  return instants.includes(null) ? null : (instants[0] ?? null);
}

/** Loads each IDB of the set; one that is out of reach is left for the next run, unless it is the only one. */
async function loadTwins(mart: Connection, execution: Execution): Promise<SourceSummary[]> {
  const twins = toTwinSources(execution);
  const summaries: SourceSummary[] = [];
  const errors: unknown[] = [];
  for (const twin of twins)
    try {
      summaries.push(await loadTwin(mart, execution, twin, errors.length === 0 && summaries.length === twins.length - 1));
    } catch (error) {
      // One that is alone is not left for the next run, but tried again.
      if (twins.length === 1 || !isUnavailable(error) || !(await isAlive(mart))) throw error;
      errors.push(error);
      const unreachable = error instanceof Error ? error.message : String(error);
      execution.log(`warning: source ${twin.name} is out of reach and is left for the next run: ${unreachable}`, {
        code: 'twin-unreachable',
      });
      summaries.push({
        name: twin.name,
        table: null,
        kind: null,
        rows: 0,
        changed: null,
        unreachable,
        reconciled: null,
        waiting: null,
        completeUntil: await readCompleteUntil(mart, twin.name),
      });
    }
  if (errors.length === twins.length) throw errors[0];
  return summaries;
}

/** What was complete of a source before. */
async function readCompleteUntil(mart: Connection, sourceName: string): Promise<string | null> {
  const [row] = await queryRows<{ complete_until: Date | null }>(mart, selectSource(sourceName));
  return row?.complete_until?.toISOString() ?? null;
}

function loadTwin(mart: Connection, execution: Execution, twin: TwinSource, isLastOfAll: boolean): Promise<SourceSummary> {
  return withIdb(twin, 'chatmart extract', async (idb) => {
    const rowsBefore = execution.totals.rows;
    const loading = await prepareLoading(idb, mart, execution, twin.name);
    execution.hasBegun = true;
    const loaded = await loadSource(loading, { ...execution, onWork: () => void (execution.hasWork = true) });
    const { state, changed } = loaded;
    const reconciled = await reconcileRecentDays(loading, loaded, execution.log);
    await noteIgnoredKeys(loading);
    if (isLastOfAll) await revisit(loading, execution);
    const { table } = loading;
    return {
      name: twin.name,
      table: `${table.schema}.${table.name}`,
      kind: table.kind,
      rows: execution.totals.rows - rowsBefore,
      changed,
      unreachable: null,
      reconciled: reconciled && {
        ...{ interactions: reconciled.interactions, missing: reconciled.missing, different: reconciled.different },
        withoutTime: reconciled.withoutTime,
      },
      waiting: isHeld(state) ? await findWaitingRows(idb, table, state) : null,
      completeUntil: state.completeUntil?.toISOString() ?? null,
    };
  });
}

/** Whether anything lay above the ceiling of the window that was read last. */
const isHeld = ({ marks, lastCeiling }: SourceState): boolean => lastCeiling !== null && (marks.at(-1)?.xmax ?? 0n) > lastCeiling;

const REVISITS_A_CHUNK = 2_000;

/** With all twins in reach: reads again what was read while one of them was not. What that one misses again stays on the list. */
async function revisit(loading: SourceLoading, execution: Execution): Promise<void> {
  const names = toTwinSources(execution).map(({ name }) => name);
  for (let after = ''; ;) {
    const rows = await queryRows<{ guid: string }>(loading.mart, selectRevisits(names, after, REVISITS_A_CHUNK));
    const last = rows.at(-1);
    if (last === undefined) return;
    const totals = await rereadInteractions(
      loading,
      rows.map(({ guid }) => guid),
    );
    addTotals(execution.totals, totals);
    after = last.guid;
  }
}
