import { requireMart } from '../../mart/schema/mart-access.js';
import { withIdb, type TwinSource } from '../../extract/connect-idb.js';
import { toTimeText } from '../../model/time-span.js';
import { randomUUID } from 'node:crypto';
import { execute, isAlive, type Connection } from '../../db/connection.js';
import { isUnavailable } from '../../db/postgres-errors.js';
import { withMartSession } from '../../mart/mart-session.js';
import { monotonicMs, systemClock, toEpochSeconds, type Clock } from '../../model/clock.js';
import { aggregateOnce } from '../../pipeline/aggregate.js';

import { recordDeadJobs } from '../../jobs/job-history.sql.js';
import { withJobHistory, withStopOnRecord, type JobCounts } from '../../jobs/job-history.js';

import {
  reconcileSource,
  toCountsText,
  toJobCounts,
  toReconcileStart,
  type ReconcileProgress,
} from '../../pipeline/reconcile/reconcile-source.js';
import {
  addCounts,
  NO_COUNTS,
  type ReconcileCounts,
  type ReconciledMart,
  type ReconciledSource,
  type ReconcileSummary,
} from '../../pipeline/reconcile/summary.js';
import { prepareLoading, toTwinSources, type SourceOptions } from '../../pipeline/source.js';
import { emptyTotals, type WindowTotals } from '../../pipeline/totals.js';
import { withRetries, type JobRetries } from '../../jobs/with-retries.js';

export interface ReconcileOptions extends SourceOptions, JobRetries {
  /** What ICON stored in `[from, to)`, by ADDED_TS. */
  readonly from: Date;
  readonly to: Date;
  readonly clock?: Clock;
  readonly log?: (line: string) => void;
}

/** What belongs to one execution. */
interface Execution extends ReconcileOptions {
  readonly clock: Clock;
  readonly log: (line: string) => void;
  readonly jobId: string;
  readonly now: Date;
  readonly totals: WindowTotals;
  /** By source: what earlier attempts have compared. */
  readonly progress: Map<string, ReconcileProgress>;
  /** Both databases have answered. */
  hasBegun: boolean;
}

/**
 * Compares the IDB with the mart, source hour by source hour, reads again what differs and rebuilds the aggregates concerned. Works beside
 * a run; the watermark stays where it is. Doing it twice changes nothing.
 */
export function reconcile(options: ReconcileOptions): Promise<ReconcileSummary> {
  const { clock = systemClock, log = () => undefined } = options;
  const execution: Execution = {
    ...{ ...options, clock, log },
    ...{ jobId: randomUUID(), now: clock(), totals: emptyTotals(), progress: new Map(), hasBegun: false },
  };
  return withStopOnRecord(execution, () => reconcileAll(execution));
}

async function reconcileAll(execution: Execution): Promise<ReconcileSummary> {
  const { martUrl, martSchema, from, to, limits, clock, log, retryDelaysMs, stop, origin, jobId, progress } = execution;
  const start = monotonicMs();
  const compared = (): number => [...progress.values()].reduce((sum, { at }) => sum + (at ?? 0), 0);
  const retries = { log, retryDelaysMs, stop, progress: compared, hasBegun: () => execution.hasBegun };
  const sources = await withRetries(() => reconcileSources(execution), retries);
  const { intervals } = await withRetries(
    () => aggregateOnce({ martUrl, martSchema, limits, stop, origin, jobId, clock, now: execution.now }),
    retries,
  );
  return {
    jobId,
    from: toTimeText(toEpochSeconds(from)),
    to: toTimeText(toEpochSeconds(to)),
    sources,
    ...total(sources),
    ...totalOfMart(sources),
    discards: Object.fromEntries(execution.totals.discards),
    intervals,
    seconds: (monotonicMs() - start) / 1000,
  };
}

function reconcileSources(execution: Execution): Promise<ReconciledSource[]> {
  const { martUrl, martSchema, limits, stop, origin, from, to, progress, jobId, clock, now } = execution;
  const session = { url: martUrl, applicationName: 'chatmart reconcile', schema: martSchema, limits, endedBy: stop?.atOnce };
  return withMartSession(session, async (mart) => {
    await requireMart(mart, { writes: true });
    await execute(mart, recordDeadJobs(now));
    const counts = (): JobCounts => toJobCounts([...progress.values()].map((done) => done.counts).reduce(addCounts, NO_COUNTS));
    return withJobHistory(
      mart,
      { jobId, jobName: 'Job_ReconcileICON', clock, origin, window: { from, to }, counts },
      () => reconcileTwins(mart, execution),
      (found) => ({ rowCount: total(found).interactions, message: toCountsText(total(found)) }),
    );
  });
}

const total = (sources: readonly ReconciledSource[]): ReconcileCounts => sources.reduce<ReconcileCounts>(addCounts, NO_COUNTS);

const totalOfMart = (sources: readonly ReconciledSource[]): ReconciledMart => ({
  facts: sources.reduce((sum, { facts }) => sum + facts, 0),
  discarded: sources.reduce((sum, { discarded }) => sum + discarded, 0),
});

/** Each IDB of the set in turn; one that is out of reach is left out, unless it is the only one. */
async function reconcileTwins(mart: Connection, execution: Execution): Promise<ReconciledSource[]> {
  const sources: ReconciledSource[] = [];
  const errors: unknown[] = [];
  const twins = toTwinSources(execution);
  for (const twin of twins)
    try {
      sources.push(await reconcileTwin(mart, execution, twin));
    } catch (error) {
      // One that is alone is not left out, but tried again.
      if (twins.length === 1 || !isUnavailable(error) || !(await isAlive(mart))) throw error;
      errors.push(error);
      const unreachable = error instanceof Error ? error.message : String(error);
      execution.log(`warning: source ${twin.name} is out of reach and is not compared: ${unreachable}`);
      sources.push(toUnreachable(twin.name, unreachable));
    }
  if (errors.length === sources.length) throw errors[0];
  return sources;
}

const toUnreachable = (name: string, unreachable: string): ReconciledSource => ({
  ...{ name, table: null, unreachable, oldestRow: null, hoursNotJudged: 0, withoutTime: null, leftOut: 0, notFound: 0, sessionsHeld: 0 },
  ...{ ...NO_COUNTS, facts: 0, discarded: 0, hours: [] },
});

const reconcileTwin = (mart: Connection, execution: Execution, twin: TwinSource): Promise<ReconciledSource> =>
  withIdb(twin, 'chatmart reconcile', async (idb) => {
    const loading = await prepareLoading(idb, mart, execution, twin.name);
    execution.hasBegun = true;
    const progress = execution.progress.get(twin.name) ?? toReconcileStart();
    execution.progress.set(twin.name, progress);
    const span = { fromTs: toEpochSeconds(execution.from), toTs: toEpochSeconds(execution.to) };
    return reconcileSource(loading, span, loading.state, { log: execution.log, progress });
  });
