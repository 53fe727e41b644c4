/** What a column's values are, which decides how people see them. */
export type ColumnKind =
  | 'attribute' // text: what the row is about
  | 'count' // whole number
  | 'characters' // whole number
  | 'seconds' // whole number; HH:MM:SS for people
  | 'average' // null where there is nothing to divide by
  | 'average-seconds' // the same, HH:MM:SS for people
  | 'share'; // 0 to 1; per cent for people

export interface ReportColumn {
  /** snake_case: CSV header and JSON key. */
  readonly name: string;
  readonly title: string;
  readonly kind: ColumnKind;
  /** Columns of one group stay side by side where a table is too wide for one panel. */
  readonly group?: string | undefined;
}

export type ReportValue = string | number | null;

export type ReportRow = Readonly<Record<string, ReportValue>>;

/** Columns and rows, ready for any renderer. */
export interface Table {
  readonly columns: readonly ReportColumn[];
  readonly rows: readonly ReportRow[];
  /** One row over all rows, without attributes. */
  readonly totals?: ReportRow | undefined;
}

/** Two instants as ISO 8601 in UTC; `to` is not in it. */
export interface ReportWindow {
  readonly from: string;
  readonly to: string;
}

/** A report that was run. */
export interface ReportTable extends Table {
  readonly name: string;
  readonly title: string;
  /** Undefined: all sessions were asked for, and there are none. */
  readonly window: ReportWindow | undefined;
  /** The attributes that the rows are grouped by, as `--by` names them. */
  readonly by: readonly string[];
  /** Columns of figures that an older chatmart did not count, and of which some rows know nothing; null stands there. */
  readonly unknown?: readonly string[] | undefined;
  /** Of a report without rows: where the aggregates hold sessions, if anywhere. */
  readonly dataRange?: ReportWindow | undefined;
}
