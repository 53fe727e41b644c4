import type { Weeks } from '../model/time-preset.js';
import type { SpanText } from '../model/time-span.js';
import type { ShownFilter } from './report-attribute.js';
import type { ChartDefinition } from './page/chart.js';

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
  /** Of a figure: what its values are numbers of, how it is computed, and what it means for a supervisor. */
  readonly unit?: string | undefined;
  readonly formula?: string | undefined;
  readonly sentence?: string | undefined;
}

export type ReportValue = string | number | null;

export type ReportRow = Readonly<Record<string, ReportValue>>;

/** Columns and rows, ready for any renderer. */
export interface Table {
  readonly columns: readonly ReportColumn[];
  readonly rows: readonly ReportRow[];
  /** The total over all rows, without attributes. */
  readonly totals?: ReportRow | undefined;
  readonly subtotals?: readonly Subtotal[] | undefined;
}

/** The total of some rows that follow each other: those up to the row `after`, from the subtotal before it. */
export interface Subtotal {
  readonly after: number;
  readonly row: ReportRow;
}

/** A period of a report that is not over, or for which not everything is loaded. */
export interface OpenPeriod {
  /** Name of the attribute's column, and its label there. */
  readonly column: string;
  readonly label: string;
}

/** Which report it is, and which sessions it is about. */
export interface ReportScope {
  readonly name: string;
  readonly title: string;
  /** Undefined if all sessions were requested and there are none. */
  readonly window: SpanText | undefined;
  /** The same on the clocks of the time zone: `2026-10-25T02:00:00+02:00`. */
  readonly localWindow: SpanText | undefined;
  /** Name of the time zone of its periods. */
  readonly timezone: string;
  readonly weeks: Weeks;
  readonly filters: readonly ShownFilter[];
  readonly completeness: Completeness;
}

/** The result of a report. */
export interface ReportTable extends Table, ReportScope {
  /** Attributes that rows are grouped by, as in `--by`. */
  readonly by: readonly string[];
  /** How many sessions or groups there are in all, if not each has a row. */
  readonly cut?: { readonly of: number; readonly things: 'sessions' | 'groups' } | undefined;
  /** What words mean that can be mistaken; one line each. */
  readonly legend?: readonly string[] | undefined;
  /** Figures that an older chatmart did not count, so that they are null in some rows. */
  readonly unknown?: readonly string[] | undefined;
  /** For a report without rows: the range in which the aggregates hold sessions, if any. */
  readonly dataRange?: SpanText | undefined;
  readonly charts?: readonly ChartDefinition[] | undefined;
}

/** How far the figures of a report are final. */
export interface Completeness {
  /** Everything that came until then is loaded, on the clocks of the time zone; null: a source was never read. */
  readonly completeUntil: string | null;
  /** How many of its sessions have not ended. */
  readonly openSessions: number;
  readonly openPeriods: readonly OpenPeriod[];
}
