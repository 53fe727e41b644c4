import { StoppedError } from '../model/errors.js';
import { readGauges, type GaugeOptions } from './gauges.js';
import { JobMetrics } from './job-metrics.js';
import type { Sample } from './metric.js';
import type { RunSummary } from './run-summary.js';
import { toProblem } from './told-problem.js';
import type { WindowTotals } from './window-totals.js';

export interface CycleMetricsOptions extends GaugeOptions {
  /** The jobs whose last success is told. */
  readonly jobs: readonly string[];
  /** What the cycle has counted, however it ended. */
  readonly totals: WindowTotals;
}

/** How a cycle ended. */
export type CycleEnd = { readonly summary: RunSummary } | { readonly error: unknown };

export interface CycleMetrics {
  readonly at: Date;
  readonly samples: readonly Sample[];
  /** The mart has answered: what is not among the samples is not there any more. */
  readonly isWhole: boolean;
}

/** What a single cycle has to tell, and what the databases say after it. */
export async function readCycleMetrics(end: CycleEnd, { jobs, totals, ...options }: CycleMetricsOptions): Promise<CycleMetrics> {
  const metrics = new JobMetrics(jobs);
  metrics.cycleBegun(totals);
  if ('summary' in end) {
    metrics.succeeded('cycle', options.now, end.summary.seconds);
    metrics.cycleDone(end.summary);
  } else if (!(end.error instanceof StoppedError)) metrics.failed('cycle', options.now, toProblem(end.error));
  const gauges = await readGauges(options);
  metrics.looked(gauges);
  return { at: options.now, samples: metrics.toSamples(options.now), isWhole: gauges.mart !== undefined };
}
