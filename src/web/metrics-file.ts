import { randomUUID } from 'node:crypto';
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Sample } from '../jobs/metric.js';
import { ConfigError } from '../model/errors.js';
import { renderMetrics } from './render-metrics.js';

/**
 * Writes metrics into a file for node_exporter's textfile collector: beside it and renamed over it, so that no reader ever finds half of
 * them. Errors: `ConfigError`.
 */
export function writeMetricsFile(file: string, samples: readonly Sample[]): void {
  const target = path.resolve(file);
  // The collector reads *.prom only, so that it never takes the part for a file of its own.
  const part = path.join(path.dirname(target), `.${path.basename(target)}.${randomUUID()}.part`);
  try {
    // Another account reads it, and it holds no secrets.
    writeFileSync(part, renderMetrics(samples), { flag: 'wx', mode: 0o644 });
    renameSync(part, target);
  } catch (cause) {
    rmSync(part, { force: true });
    throw new ConfigError('metrics-not-writable', `The metrics cannot be written to ${target}: ${(cause as Error).message}`, {
      cause,
      hint: 'The work itself is done and committed. Name a file in a folder that is there and may be written to.',
    });
  }
}
