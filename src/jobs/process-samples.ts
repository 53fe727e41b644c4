import type { Sample } from './metric.js';

/** The samples of this process, by the names that every program has for them. */
export function toProcessSamples(): Sample[] {
  const { rss, heapTotal, heapUsed, external } = process.memoryUsage();
  const { user, system } = process.cpuUsage();
  const sample = (name: Sample['name'], value: number): Sample => ({ name, labels: [], value });
  return [
    sample('process_cpu_seconds_total', (user + system) / 1_000_000),
    sample('process_resident_memory_bytes', rss),
    sample('process_start_time_seconds', performance.timeOrigin / 1_000),
    sample('nodejs_heap_size_total_bytes', heapTotal),
    sample('nodejs_heap_size_used_bytes', heapUsed),
    sample('nodejs_external_memory_bytes', external),
  ];
}
