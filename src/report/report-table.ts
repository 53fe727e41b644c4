import type { SpanText } from '../model/time-span.js';

/** The kind of a column's values, which decides their format for people. */
export type ColumnKind =
  | 'attribute' // text: the subject of the row
  | 'count' // whole number
  | 'characters' // whole number
  | 'seconds' // whole number; HH:MM:SS for people
  | 'average' // null without a divisor
  | 'average-seconds' // the same, HH:MM:SS for people
  | 'share'; // 0 to 1; per cent for people

export interface ReportColumn {
  /** snake_case: CSV header and JSON key. */
  readonly name: string;
  readonly title: string;
  readonly kind: ColumnKind;
  /** Columns of a group stay together when a wide table is split into panels. */
  readonly group?: string | undefined;
}

export type ReportValue = string | number | null;

export type ReportRow = Readonly<Record<string, ReportValue>>;

/** Columns and rows, ready for any renderer. */
export interface Table {
  readonly columns: readonly ReportColumn[];
  readonly rows: readonly ReportRow[];
  /** The total over all rows, without attributes. */
  readonly totals?: ReportRow | undefined;
}

/** The result of a report. */
export interface ReportTable extends Table {
  readonly name: string;
  readonly title: string;
  /** Undefined if all sessions were requested and there are none. */
  readonly window: SpanText | undefined;
  /** Attributes that rows are grouped by, as in `--by`. */
  readonly by: readonly string[];
  /** Figures that an older chatmart did not count, so that they are null in some rows. */
  readonly unknown?: readonly string[] | undefined;
  /** For a report without rows: the range in which the aggregates hold sessions, if any. */
  readonly dataRange?: SpanText | undefined;
}
