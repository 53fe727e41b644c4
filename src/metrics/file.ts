import { randomUUID } from 'node:crypto';
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { readRunMetrics, type RunEnd, type RunMetrics, type RunMetricsOptions } from './job-metrics.js';
import { isOfProcess, METRICS, type MetricName, type Sample } from './metric.js';
import { emptyTotals, type RunSummary, type WindowTotals } from '../pipeline/totals.js';
import { toProblem } from '../jobs/problem.js';
import type { Clock } from '../model/clock.js';
import { ConfigError } from '../model/errors.js';
import { parseMetrics, renderMetrics } from './prometheus-text.js';

export interface MetricsFileOptions extends Omit<RunMetricsOptions, 'totals' | 'now'> {
  readonly clock: Clock;
}

/**
 * Runs `work` and writes its outcome into a file, even if it failed, so that alarms see failures and the state of the mart. Writes nothing
 * if another run was in progress: that one writes the file. Errors: those of `work`, and of `writeMetricsFile`.
 */
export async function withMetricsFile(
  file: string,
  options: MetricsFileOptions,
  work: (totals: WindowTotals) => Promise<RunSummary>,
): Promise<void> {
  const totals = emptyTotals();
  const write = async (end: RunEnd): Promise<void> =>
    writeMetricsFile(file, await readRunMetrics(end, { ...options, totals, now: options.clock() }));
  let summary: RunSummary;
  try {
    summary = await work(totals);
  } catch (error) {
    if (toProblem(error).kind !== 'busy') await write({ error }).catch(() => undefined);
    throw error;
  }
  await write({ summary });
}

/**
 * Writes metrics into a file for node_exporter's textfile collector: to a temporary file that is then renamed, so that no reader finds half
 * of them. Errors: `ConfigError`.
 */
export function writeMetricsFile(file: string, metrics: RunMetrics): void {
  const target = path.resolve(file);
  const samples = goOn(readMetricsFile(target), metrics);
  // The collector reads *.prom only, so it never takes the temporary file for metrics.
  const part = path.join(path.dirname(target), `.${path.basename(target)}.${randomUUID()}.part`);
  try {
    // Another account reads it, and it holds no secrets.
    writeFileSync(part, renderMetrics(samples), { flag: 'wx', mode: 0o644 });
    renameSync(part, target);
  } catch (cause) {
    rmSync(part, { force: true });
    throw new ConfigError('metrics-not-writable', `The metrics cannot be written to ${target}: ${(cause as Error).message}`, {
      cause,
      state: 'work-done',
      next: 'Name a file in an existing folder that you can write to.',
    });
  }
}

/** The samples in the file; none if it does not exist. */
function readMetricsFile(file: string): Sample[] {
  try {
    return parseMetrics(readFileSync(file, 'utf8'));
  } catch {
    return [];
  }
}

const isCounter = ({ name }: Sample): boolean => METRICS[name].type === 'counter';

/** Metrics of the last run that succeeded. */
const OF_LAST_RUN: ReadonlySet<MetricName> = new Set(['stage_duration_seconds', 'stage_items', 'sessions_loaded']);

/**
 * The samples that follow those of the file. Counters continue, because the process that counts ends each time. While the mart does not
 * answer, its earlier samples stay.
 */
function goOn(before: readonly Sample[], { at, samples, isWhole }: RunMetrics): Sample[] {
  const keyOf = ({ name, labels }: Sample): string => JSON.stringify([name, labels]);
  const old = new Map(before.map((each) => [keyOf(each), each]));
  const now = samples
    .filter((each) => !isOfProcess(each))
    .map((each) => {
      const value = old.get(keyOf(each))?.value ?? 0;
      if (isCounter(each)) return { ...each, value: each.value + value };
      // A mart that did not answer, or was restored, may know less than the file; a time in the future does not count.
      const isSuccess = each.name === 'job_last_success_timestamp_seconds' && value * 1_000 <= at.getTime();
      return isSuccess ? { ...each, value: Math.max(each.value, value) } : each;
    });
  const names = new Set(now.map(({ name }) => name));
  const keys = new Set(now.map(keyOf));
  const isKept = (each: Sample): boolean =>
    isCounter(each) || (OF_LAST_RUN.has(each.name) ? !names.has(each.name) : !isWhole && each.name !== 'build_info');
  return [...now, ...before.filter((each) => !keys.has(keyOf(each)) && isKept(each))];
}
