import type { ChartDefinition } from './chart.js';
import type { ColumnKind, ReportValue, Table } from '../report-table.js';

/**
 * What a report shows to people, whatever the format: HTML draws it, a workbook has a sheet for each table, a terminal prints it. Texts are
 * raw: each format escapes them.
 */
export interface ReportPage {
  /** Name of the report, for file names and links. */
  readonly name: string;
  readonly title: string;
  /** Attributes with the same value in all rows: `Tenant Bank (1)`. */
  readonly keys: readonly string[];
  /** Which sessions it is about: the window and its zone, the filters, until when it is complete. */
  readonly subtitle: readonly string[];
  readonly sections: readonly PageSection[];
  /** Footnotes and legend, a line each. */
  readonly foot: readonly string[];
}

/** Sections in the order in which they are read. */
export type PageSection = FigureSection | ChartSection | TableSection | NoteSection;

/** Single figures, large, each beside what it is compared with. */
export interface FigureSection {
  readonly kind: 'figures';
  readonly title: string;
  readonly figures: readonly PageFigure[];
}

export interface PageFigure {
  readonly name: string;
  readonly title: string;
  readonly value: ReportValue;
  readonly valueKind: ColumnKind;
  /** What it means, for a supervisor. */
  readonly sentence?: string | undefined;
  readonly comparisons: readonly FigureComparison[];
}

/** The same figure of another period. */
export interface FigureComparison {
  /** `the week before`. */
  readonly title: string;
  readonly value: ReportValue;
  /** Relative to that period: 0.1 is a tenth more; for shares the difference. Null if one of the two is unknown, or that one is 0. */
  readonly change: number | null;
  /** Whether a rise is good news: 1, bad news: -1, or neither: 0. */
  readonly risesAre: 1 | 0 | -1;
}

/** A drawing of a table; formats without drawings show the table, if the page has it nowhere else. */
export interface ChartSection extends ChartDefinition {
  readonly kind: 'chart';
  readonly table: Table;
  /** Whether another section shows all figures of it, so that a format without drawings leaves it out. */
  readonly isShownElsewhere?: boolean | undefined;
}

export interface TableSection {
  readonly kind: 'table';
  /** Undefined if the page has only this one. */
  readonly title?: string | undefined;
  readonly caption?: string | undefined;
  readonly table: Table;
}

/** A sentence in the place of what is not there: why a report has no rows, and what to do. */
export interface NoteSection {
  readonly kind: 'note';
  readonly text: string;
}
