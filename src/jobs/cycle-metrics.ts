import type { Clock } from '../model/clock.js';
import { JobMetrics } from './job-metrics.js';
import { readMartGauges } from './mart-gauges.js';
import { METRICS, type Sample } from './metric.js';
import type { RunSummary } from './run-summary.js';

/** What a cycle by itself has to tell, and what the mart says after it. No counters: a process that ends has no past to count in. */
export async function readCycleMetrics(
  summary: RunSummary,
  { martUrl, martSchema, clock }: { readonly martUrl: string; readonly martSchema: string; readonly clock: Clock },
): Promise<Sample[]> {
  const now = clock();
  const metrics = new JobMetrics(['cycle']);
  metrics.succeeded('cycle', now, summary.seconds);
  metrics.cycleDone(summary, await readMartGauges(martUrl, martSchema, now));
  return metrics.toSamples(now).filter(({ name }) => METRICS[name].type === 'gauge');
}
