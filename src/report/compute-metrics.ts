import type { ChatStatsMeasure } from '../mart/aggregates/measures.js';
import type { Figure } from '../model/measure.js';
import type { ConcurrencyRow } from './concurrency.sql.js';
import { percentileOf, sizeOf, type Distribution } from './distribution.js';
import type { ColumnKind, ReportRow } from './report-table.js';

/** Combined values of the aggregates' columns, for one row or the whole report; null if unknown. */
export type Combined = Readonly<Record<string, number | null>>;

/** What is known of a row beside its columns. */
export interface RowDetails {
  /** By the column of the fact. */
  readonly distributions?: Readonly<Record<string, Distribution>>;
  readonly concurrency?: ConcurrencyRow | undefined;
}

const NONE: Distribution = new Map();

/** Combines rows, each column by its measure's rule. A column that is unknown in one row is unknown in the result. */
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

/** Computes the figures of a row; `whole` is the row over the whole report. The only place that divides. */
export function computeMetrics(metrics: readonly Figure[], row: Combined, whole: Combined, details: RowDetails = {}): ReportRow {
  return Object.fromEntries(metrics.map((metric) => [metric.name, compute(metric, row, whole, details)]));
}

function compute(metric: Figure, row: Combined, whole: Combined, { distributions, concurrency }: RowDetails): number | null {
  switch (metric.figure) {
    case 'total':
      return row[metric.column]!;
    case 'sum':
      return sum(metric.of.map((column) => row[column]!));
    case 'largest':
      return row[metric.among] === 0 ? null : row[metric.column]!;
    case 'average':
      return divide(row[metric.of]!, row[metric.per]!);
    case 'share':
      return divide(row[metric.of]!, whole[metric.of]!);
    case 'percentile': {
      const distribution = distributions?.[metric.of] ?? NONE;
      // Fewer where facts are purged, others while facts are not aggregated yet: a percentile of some would look like one of all.
      return sizeOf(distribution) === row[metric.among] ? percentileOf(distribution, metric.percent) : null;
    }
    case 'concurrency':
      if (concurrency === undefined) return null;
      return metric.value === 'average'
        ? divide(concurrency[`${metric.mode}_seconds`], concurrency.seconds)
        : concurrency[`${metric.mode}_${metric.value}`];
    case 'ratio': {
      const [part, base, less] = [metric.of, metric.per, metric.less ?? []].map((columns) => sum(columns.map((column) => row[column]!)));
      return divide(part!, base === null || less === null ? null : base! - less!);
    }
  }
}

/** Null if one of them is unknown. */
const sum = (values: readonly (number | null)[]): number | null =>
  values.reduce<number | null>((total, value) => (total === null || value === null ? null : total + value), 0);

/** Null, not 0, without a divisor. Six decimals, rounded half up in integer arithmetic: the same text on every machine. */
export function divide(dividend: number | null, divisor: number | null): number | null {
  if (dividend === null || divisor === null || divisor === 0) return null;
  const [doubled, base] = [BigInt(dividend) * 2_000_000n + BigInt(divisor), 2n * BigInt(divisor)];
  // The whole part of a negative number is above it.
  const millionths = doubled / base - (doubled % base < 0n ? 1n : 0n);
  return Number(millionths) / 1_000_000;
}

/** The kind of a metric's values, from the unit of its column. */
export function kindOf(metric: Figure, measures: readonly ChatStatsMeasure[]): ColumnKind {
  const unitOf = (column: string): string | undefined => measures.find((measure) => measure.name === column)?.unit;
  switch (metric.figure) {
    case 'total':
    case 'largest': {
      const unit = unitOf(metric.column);
      return unit === 'seconds' || unit === 'characters' ? unit : 'count';
    }
    case 'sum':
      return 'count';
    case 'average':
      return unitOf(metric.of) === 'seconds' ? 'average-seconds' : 'average';
    case 'percentile':
      return 'average-seconds';
    case 'concurrency':
      return metric.value === 'average' ? 'average' : 'count';
    case 'share':
    case 'ratio':
      return 'share';
  }
}
