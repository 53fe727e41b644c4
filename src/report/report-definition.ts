/** One figure of a report, computed from the aggregates' columns. */
export type Metric = { readonly name: string; readonly title: string; readonly group?: string } & (
  | { readonly figure: 'total'; readonly column: string }
  /** `among`: the count of the values that the maximum covers; without any there is no maximum. */
  | { readonly figure: 'largest'; readonly column: string; readonly among: string }
  | { readonly figure: 'average'; readonly of: string; readonly per: string }
  /** The row's share of the whole report. */
  | { readonly figure: 'share'; readonly of: string }
);

/** A report as data: its metrics and its default grouping. */
export interface ReportDefinition {
  readonly name: string;
  readonly title: string;
  readonly defaultBy: readonly string[];
  readonly metrics: readonly Metric[];
}

/** The columns of the aggregates that a metric is computed from. */
export function columnsOf(metric: Metric): string[] {
  switch (metric.figure) {
    case 'total':
      return [metric.column];
    case 'largest':
      return [metric.column, metric.among];
    case 'average':
      return [metric.of, metric.per];
    case 'share':
      return [metric.of];
  }
}
