/** One figure of a report, in terms of the aggregates' columns. */
export type Metric = { readonly name: string; readonly title: string; readonly group?: string } & (
  | { readonly figure: 'total'; readonly column: string }
  /** `among`: the count whose members the maximum is taken over; without members there is no maximum. */
  | { readonly figure: 'largest'; readonly column: string; readonly among: string }
  | { readonly figure: 'average'; readonly of: string; readonly per: string }
  /** Part of the whole report that falls to the row. */
  | { readonly figure: 'share'; readonly of: string }
);

/** A report as data: what it shows, and what it groups by unless told otherwise. */
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
