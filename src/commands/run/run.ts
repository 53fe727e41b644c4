import { isAlive, execute, queryRow, queryRows, type Connection } from '../../db/connection.js';
import { isUnavailable } from '../../db/postgres-errors.js';
import type { Source } from '../../extract/connect-idb.js';
import { withFailureOnRecord } from '../../jobs/job-history.js';
import { isToldAgain } from '../../jobs/problem.js';
import { runJob, startJob, type Job, type JobSettings, type StartedJob } from '../../jobs/job.js';
import type { SourceTarget } from '../../jobs/target.js';
import { selectRevisits } from '../../load/reread.sql.js';
import { toRunLock } from '../../mart/locks.js';
import { APPLY_SETTINGS, findUnappliedSettings } from '../../mart/mart-properties.js';
import { noticeRestoredMart, rememberMart, type MartMemory } from '../../mart/mart-past.js';
import { selectSource } from '../../mart/source-state.sql.js';
import type { SourceState } from '../../mart/source-window.js';
import { monotonicMs } from '../../model/clock.js';
import { aggregateWithin, recordNothingToAggregate, selectHasChanges } from '../../pipeline/aggregate.js';
import { noteIgnoredKeys } from '../../pipeline/ignored-keys.js';
import { tellProgress } from '../../pipeline/load-progress.js';
import { loadSource } from '../../pipeline/load-source.js';
import { reconcileRecentDays } from '../../pipeline/reconcile/recent-days.js';
import { rereadInteractions } from '../../pipeline/reread-interactions.js';
import { toSources, withLoading, type SourceLoading } from '../../pipeline/source.js';
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
import { findWaitingRows } from '../../pipeline/waiting-rows.js';

export interface RunOptions extends SourceTarget {
  /** How long to wait for writers that are about to commit, for a higher ceiling. */
  readonly settleMs?: number | undefined;
  /** Updated with each chunk, for progress before the end. */
  readonly totals?: WindowTotals | undefined;
  /** What this process has written into the mart before; undefined: this is its only run. */
  readonly memory?: MartMemory | undefined;
  /** False: leaves changes to a later aggregation. */
  readonly aggregates?: boolean | undefined;
}

/** The options of a run, and its state across all attempts. */
interface RunState extends RunOptions {
  readonly totals: WindowTotals;
  /** False while the run has only found that its sources have nothing new. */
  hasWork: boolean;
}

/** Reads what is new in the IDB, loads it and updates the aggregates. Running it twice changes nothing. */
export function run(options: RunOptions, settings: JobSettings): Promise<RunSummary> {
  const { totals = emptyTotals() } = options;
  const started = startJob('run', options, settings);
  return tellProgress(
    started.log,
    () => totals.load,
    () => loadAndAggregate(started, { ...options, totals, hasWork: false }),
    started.tuning.progressEveryMs,
  ).finally(() => (totals.load = undefined));
}

async function loadAndAggregate(started: StartedJob, work: RunState): Promise<RunSummary> {
  const { totals } = work;
  const plan = { lock: toRunLock(started.target.martSchema), begins: 'work', progress: () => totals.chunks } as const;
  const { sources, stages, intervals } = await runJob(started, plan, (job) => runStages(job, work));
  return {
    jobId: started.id,
    sources,
    ...toCounts(totals),
    intervals,
    stages,
    seconds: started.seconds(),
    completeUntil: leastComplete(sources),
  };
}

/** All stages, in one session on the mart and under the run lock. What an earlier attempt committed is not repeated. */
const runStages = (job: Job, work: RunState): Promise<Pick<RunSummary, 'sources' | 'stages' | 'intervals'>> =>
  withFailureOnRecord(job, { jobName: 'Job_ExtractICON' }, async () => {
    const { log, stop } = job;
    const { totals, aggregates = true } = work;
    const { sources, isIdle } = await loadSources(job, work);
    const stages: StageSummary[] = [
      { stage: 'extract', of: 'rows', count: totals.rows, seconds: totals.extractMs / 1000 },
      { stage: 'transform', of: 'rows', count: totals.rows, seconds: totals.transformMs / 1000 },
      { stage: 'load', of: 'sessions', count: totals.stagedSessions, seconds: totals.loadMs / 1000 },
    ];
    for (const stage of stages) log(toStageLine(stage));
    if (totals.load !== undefined) totals.load.isDone = true;
    stop?.afterChunk.throwIfAborted();
    const aggregation = aggregates ? [isIdle ? NOTHING_AGGREGATED : await aggregateChanges(job)] : [];
    for (const stage of aggregation) log(toStageLine(stage));
    return { sources, stages: [...stages, ...aggregation], intervals: aggregation[0]?.count ?? 0 };
  });

const NOTHING_AGGREGATED: StageSummary = { stage: 'aggregate', of: 'intervals', count: 0, seconds: 0 };

/** The last stage: aggregates what changed. */
async function aggregateChanges(job: Job): Promise<StageSummary> {
  const start = monotonicMs();
  const { intervals } = await aggregateWithin(job);
  return { stage: 'aggregate', of: 'intervals', count: intervals, seconds: (monotonicMs() - start) / 1000 };
}

/** Extract, transform and load of all sources. */
async function loadSources(job: Job, work: RunState): Promise<{ readonly sources: SourceSummary[]; readonly isIdle: boolean }> {
  const { mart, id, now, log } = job;
  const { memory, aggregates = true } = work;
  await noticeRestoredMart(mart, { memory, now, log });
  await tellUnapplied(job, memory);
  const sources = await loadEach(job, work);
  const isIdle = !work.hasWork && (!aggregates || (await hasNothingToAggregate(mart)));
  if (memory !== undefined) await rememberMart(mart, memory, { jobId: id, now });
  return { sources, isIdle };
}

/** Warns of settings that the mart does not follow; again after a while if the caller runs several times. */
async function tellUnapplied({ mart, properties, now, log }: Job, memory: MartMemory = {}): Promise<void> {
  const text = (await findUnappliedSettings(mart, properties)).join('; ');
  if (text === '' || (memory.unapplied?.text === text && !isToldAgain(memory.unapplied.toldAt, now))) return;
  memory.unapplied = { text, toldAt: now };
  log(text, { level: 'warning', code: 'settings-not-applied', next: `${APPLY_SETTINGS}.` });
}

/** For a run that read nothing: whether no changes of another job wait. If none do, records everything complete as aggregated. */
async function hasNothingToAggregate(mart: Connection): Promise<boolean> {
  await execute(mart, recordNothingToAggregate());
  return !(await queryRow<{ waits: boolean }>(mart, selectHasChanges())).waits;
}

/** The mart is only as complete as the source that is furthest behind. */
function leastComplete(sources: readonly SourceSummary[]): string | null {
  const instants = sources.map(({ completeUntil }) => completeUntil).sort();
  return instants.includes(null) ? null : (instants[0] ?? null);
}

/** Loads each IDB in turn. One that is out of reach is left for the next run, unless it is the only one. */
async function loadEach(job: Job, work: RunState): Promise<SourceSummary[]> {
  const { mart, log } = job;
  const sources = toSources(work, job);
  const summaries: SourceSummary[] = [];
  const errors: unknown[] = [];
  for (const source of sources)
    try {
      summaries.push(await loadOne(job, work, source, errors.length === 0 && summaries.length === sources.length - 1));
    } catch (error) {
      // A single IDB is not left for the next run but retried.
      if (sources.length === 1 || !isUnavailable(error) || !(await isAlive(mart))) throw error;
      errors.push(error);
      const unreachable = error instanceof Error ? error.message : String(error);
      log(`source ${source.name} is unreachable and is left to the next run: ${unreachable}`, {
        level: 'warning',
        code: 'twin-unreachable',
      });
      summaries.push({
        name: source.name,
        table: null,
        kind: null,
        rows: 0,
        changed: null,
        unreachable,
        reconciled: null,
        waiting: null,
        completeUntil: await readCompleteUntil(mart, source.name),
      });
    }
  if (errors.length === sources.length) throw errors[0];
  return summaries;
}

/** Until when the source was complete before. */
async function readCompleteUntil(mart: Connection, sourceName: string): Promise<string | null> {
  const [row] = await queryRows<{ complete_until: Date | null }>(mart, selectSource(sourceName));
  return row?.complete_until?.toISOString() ?? null;
}

function loadOne(job: Job, work: RunState, source: Source, isLastOfAll: boolean): Promise<SourceSummary> {
  const { totals, settleMs } = work;
  const rowsBefore = totals.rows;
  return withLoading(job, { target: work, totals, sourceName: source.name, applicationName: 'chatmart extract' }, async (loading) => {
    const loaded = await loadSource(loading, { settleMs, onWork: () => void (work.hasWork = true) });
    const { state, changed } = loaded;
    const reconciled = await reconcileRecentDays(loading, loaded);
    await noteIgnoredKeys(loading);
    if (isLastOfAll) await revisit(loading, work);
    const { table } = loading;
    return {
      name: source.name,
      table: `${table.schema}.${table.name}`,
      kind: table.kind,
      rows: totals.rows - rowsBefore,
      changed,
      unreachable: null,
      reconciled: reconciled && {
        ...{ interactions: reconciled.interactions, missing: reconciled.missing, different: reconciled.different },
        withoutTime: reconciled.withoutTime,
      },
      waiting: isHeld(state) ? await findWaitingRows(loading.idb, table, state) : null,
      completeUntil: state.completeUntil?.toISOString() ?? null,
    };
  });
}

/** Whether there were transactions above the ceiling of the window read last. */
const isHeld = ({ marks, lastCeiling }: SourceState): boolean => lastCeiling !== null && (marks.at(-1)?.xmax ?? 0n) > lastCeiling;

const REVISITS_A_CHUNK = 2_000;

/** With all sources in reach: rereads what was read while one was not. What this source misses again stays on the list. */
async function revisit(loading: SourceLoading, work: RunState): Promise<void> {
  const names = toSources(work).map(({ name }) => name);
  for (let after = ''; ;) {
    const rows = await queryRows<{ guid: string }>(loading.job.mart, selectRevisits(names, after, REVISITS_A_CHUNK));
    const last = rows.at(-1);
    if (last === undefined) return;
    const totals = await rereadInteractions(
      loading,
      rows.map(({ guid }) => guid),
    );
    addTotals(work.totals, totals);
    after = last.guid;
  }
}
