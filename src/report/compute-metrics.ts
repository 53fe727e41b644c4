import type { ChatStatsMeasure } from '../mart/aggregates/measures.js';
import type { Metric } from './report-definition.js';
import type { ColumnKind, ReportRow } from './report-table.js';

/** Combined values of the aggregates' columns, of one row or of the whole report; null: nobody can tell any more. */
export type Combined = Readonly<Record<string, number | null>>;

/** Puts rows together, each column as its measure says; of what is unknown in one of them the whole is unknown. */
export function combineAll(rows: readonly Combined[], measures: readonly ChatStatsMeasure[]): Combined {
  const combine = (one: number | null, other: number | null, how: 'sum' | 'max'): number | null =>
    one === null || other === null ? null : how === 'sum' ? one + other : Math.max(one, other);
  return Object.fromEntries(
    measures.map((measure) => [
      measure.name,
      rows.reduce<number | null>((total, row) => combine(total, row[measure.name]!, measure.combine), 0),
    ]),
  );
}

/** The figures of a row; `whole` is the row over the whole report. The only place where anything is divided. */
export function computeMetrics(metrics: readonly Metric[], row: Combined, whole: Combined): ReportRow {
  return Object.fromEntries(metrics.map((metric) => [metric.name, compute(metric, row, whole)]));
}

function compute(metric: Metric, row: Combined, whole: Combined): number | null {
  switch (metric.figure) {
    case 'total':
      return row[metric.column]!;
    case 'largest':
      return row[metric.among] === 0 ? null : row[metric.column]!;
    case 'average':
      return divide(row[metric.of]!, row[metric.per]!);
    case 'share':
      return divide(row[metric.of]!, whole[metric.of]!);
  }
}

/** Null, not 0, where there is nothing to divide by. Six decimals, half up, worked out in whole numbers: the same text everywhere. */
export function divide(dividend: number | null, divisor: number | null): number | null {
  if (dividend === null || divisor === null || divisor === 0) return null;
  const millionths = (BigInt(dividend) * 2_000_000n + BigInt(divisor)) / (2n * BigInt(divisor));
  return Number(millionths) / 1_000_000;
}

/** What a metric's values are, by the unit of the column that it comes from. */
export function kindOf(metric: Metric, measures: readonly ChatStatsMeasure[]): ColumnKind {
  const unitOf = (column: string): string | undefined => measures.find((measure) => measure.name === column)?.unit;
  switch (metric.figure) {
    case 'total':
    case 'largest': {
      const unit = unitOf(metric.column);
      return unit === 'seconds' || unit === 'characters' ? unit : 'count';
    }
    case 'average':
      return unitOf(metric.of) === 'seconds' ? 'average-seconds' : 'average';
    case 'share':
      return 'share';
  }
}
