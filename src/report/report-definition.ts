import type { Figure } from '../model/measure.js';
import type { DurationsShown } from './durations.js';
import type { ChartDefinition } from './page/chart.js';

/** A report as data: its default grouping, and the names of its figures in the registry of measures. */
export interface NamedReport {
  readonly name: string;
  readonly title: string;
  readonly defaultBy: readonly string[];
  /** `{seconds}` stands for each number of seconds of the mart's service levels. */
  readonly figures: readonly string[];
  /** The figures of the mart's own keys follow. */
  readonly own?: true;
  /** Instead of figures, one row or several for each duration. */
  readonly durations?: DurationsShown;
  /** Drawn if the report has their columns. */
  readonly charts?: readonly ChartDefinition[] | undefined;
}

/** A report with its figures. */
export interface ReportDefinition extends NamedReport {
  readonly metrics: readonly Figure[];
}

/** The columns of the aggregates that a figure is computed from. */
export function columnsOf(metric: Figure): string[] {
  switch (metric.figure) {
    case 'total':
      return [metric.column];
    case 'largest':
      return [metric.column, metric.among];
    case 'average':
      return [metric.of, metric.per];
    case 'share':
      return [metric.of];
    case 'percentile':
      return [metric.among];
    case 'concurrency':
      return [];
    case 'ratio':
      return [...metric.of, ...metric.per, ...(metric.less ?? [])];
  }
}
