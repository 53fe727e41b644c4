import type { Source } from '../../extract/connect-idb.js';
import { isAlive } from '../../db/connection.js';
import { isUnavailable } from '../../db/postgres-errors.js';
import type { JobCounts } from '../../jobs/job-history.js';
import { runJob, startJob, type Job, type JobSettings } from '../../jobs/job.js';
import type { SourceTarget } from '../../jobs/target.js';
import { toEpochSeconds } from '../../model/clock.js';
import { toTimeText } from '../../model/time-span.js';
import { aggregateAfter } from '../../pipeline/aggregate.js';
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
import { toSources, withLoading } from '../../pipeline/source.js';
import { emptyTotals, type WindowTotals } from '../../pipeline/totals.js';

export interface ReconcileOptions extends SourceTarget {
  /** Compares what ICON stored in `[from, to)`, by ADDED_TS. */
  readonly from: Date;
  readonly to: Date;
}

/** The results of all attempts. */
interface Reconciliation extends ReconcileOptions {
  readonly totals: WindowTotals;
  /** How far each source has been compared, by its name. */
  readonly progress: Map<string, ReconcileProgress>;
}

/**
 * Compares the IDB with the mart hour by hour of each source, rereads what differs and rebuilds the affected aggregates. Can work beside a
 * run; leaves the watermark unchanged. A repetition changes nothing.
 */
export async function reconcile(options: ReconcileOptions, settings: JobSettings): Promise<ReconcileSummary> {
  const { from, to } = options;
  const reconciliation: Reconciliation = { ...options, totals: emptyTotals(), progress: new Map() };
  const { totals, progress } = reconciliation;
  const compared = (): ReconcileProgress[] => [...progress.values()];
  const started = startJob('reconcile', options, settings);
  const sources = await runJob<ReconciledSource[]>(
    started,
    {
      begins: 'work',
      progress: () => compared().reduce((sum, { at }) => sum + (at ?? 0), 0),
      history: {
        jobName: 'Job_ReconcileICON',
        window: { from, to },
        counts: (): JobCounts =>
          toJobCounts(
            compared()
              .map(({ counts }) => counts)
              .reduce(addCounts, NO_COUNTS),
          ),
        describe: (found) => ({ rowCount: total(found).interactions, message: toCountsText(total(found)) }),
      },
    },
    (job) => reconcileSources(job, reconciliation),
  );
  const { intervals } = await aggregateAfter(started);
  return {
    jobId: started.id,
    from: toTimeText(toEpochSeconds(from)),
    to: toTimeText(toEpochSeconds(to)),
    sources,
    ...total(sources),
    ...totalOfMart(sources),
    discards: Object.fromEntries(totals.discards),
    intervals,
    seconds: started.seconds(),
  };
}

const total = (sources: readonly ReconciledSource[]): ReconcileCounts => sources.reduce<ReconcileCounts>(addCounts, NO_COUNTS);

const totalOfMart = (sources: readonly ReconciledSource[]): ReconciledMart => ({
  facts: sources.reduce((sum, { facts }) => sum + facts, 0),
  discarded: sources.reduce((sum, { discarded }) => sum + discarded, 0),
});

/** Compares each IDB in turn. One that is out of reach is left out, unless it is the only one. */
async function reconcileSources(job: Job, reconciliation: Reconciliation): Promise<ReconciledSource[]> {
  const reconciled: ReconciledSource[] = [];
  const errors: unknown[] = [];
  const sources = toSources(reconciliation, job);
  for (const source of sources)
    try {
      reconciled.push(await reconcileOne(job, reconciliation, source));
    } catch (error) {
      // A single IDB is not left out but retried.
      if (sources.length === 1 || !isUnavailable(error) || !(await isAlive(job.mart))) throw error;
      errors.push(error);
      const unreachable = error instanceof Error ? error.message : String(error);
      job.log(`source ${source.name} is unreachable and is not compared: ${unreachable}`, { level: 'warning' });
      reconciled.push(toUnreachable(source.name, unreachable));
    }
  if (errors.length === reconciled.length) throw errors[0];
  return reconciled;
}

const toUnreachable = (name: string, unreachable: string): ReconciledSource => ({
  ...{ name, table: null, unreachable, oldestRow: null, hoursNotJudged: 0, withoutTime: null, leftOut: 0, notFound: 0, sessionsHeld: 0 },
  ...{ ...NO_COUNTS, facts: 0, discarded: 0, hours: [] },
});

const reconcileOne = (job: Job, reconciliation: Reconciliation, source: Source): Promise<ReconciledSource> =>
  withLoading(
    job,
    { target: reconciliation, totals: reconciliation.totals, sourceName: source.name, applicationName: 'chatmart reconcile' },
    async (loading) => {
      const { progress: all, from, to } = reconciliation;
      const progress = all.get(source.name) ?? toReconcileStart();
      all.set(source.name, progress);
      const span = { fromTs: toEpochSeconds(from), toTs: toEpochSeconds(to) };
      return reconcileSource(loading, span, loading.state, { log: job.log, progress });
    },
  );
