import type { Figure } from '../../model/measure.js';
import type { ChartDefinition } from '../page/chart.js';

/**
 * What the rows of a report are: groups of sessions with figures, ranges or percentiles of durations, or single sessions. An overview has
 * tables of its own beside its figures.
 */
export const ROW_KINDS = ['groups', 'ranges', 'percentiles', 'sessions', 'overview'] as const;

export type RowKind = (typeof ROW_KINDS)[number];

/** A report as data: one of `specs/reports/`, or one of a user's. Its schema is `specs/schema/report-definition.schema.json`. */
export interface NamedReport {
  readonly name: string;
  readonly title: string;
  /** What it answers, for a supervisor. */
  readonly sentence: string;
  /** What it asks for, and the answers if nothing else is said: the window, and values of filters by option. */
  readonly prompts: { readonly preset: string; readonly filters: Readonly<Record<string, readonly string[]>> };
  readonly rows: RowKind;
  /** The attributes that it groups by, unless `--by` names others. */
  readonly attributes: readonly string[];
  /**
   * Names of figures in the registry of measures, in the order of the columns: `{seconds}` stands for each number of seconds of the mart's
   * service levels, `{own-keys}` for the figures of its own keys.
   */
  readonly measures: readonly string[];
  /** Columns that rows are sorted by; `-` before one: the largest first. */
  readonly sort?: readonly string[] | undefined;
  /** How many rows are shown. */
  readonly top?: number | undefined;
  /** Drawn if the report has their columns. */
  readonly charts: readonly ChartDefinition[];
}

export const OWN_KEYS = '{own-keys}';

/** A report with its figures. */
export interface ReportDefinition extends NamedReport {
  readonly metrics: readonly Figure[];
}

/** Whether the report is about distributions of durations. */
export const isOfDurations = ({ rows }: Pick<NamedReport, 'rows'>): boolean => rows === 'ranges' || rows === 'percentiles';

/** Whether the report has figures of groups of sessions; all sessions are one group too. */
export const isOfGroups = ({ rows }: Pick<NamedReport, 'rows'>): boolean => rows === 'groups' || rows === 'overview';

/** The columns of the aggregates that a figure is computed from. */
export function columnsOf(metric: Figure): string[] {
  switch (metric.figure) {
    case 'total':
      return [metric.column];
    case 'sum':
      return [...metric.of];
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
