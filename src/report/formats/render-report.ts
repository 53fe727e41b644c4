import { toExactJsonText } from '../../model/text.js';
import type { ReportPage } from '../page/report-page.js';
import { toReportPage } from '../page/to-page.js';
import type { ReportTable } from '../report-table.js';
import { toCsv, type CsvOptions } from './report-csv.js';
import type { ReportFormat } from './report-format.js';

export interface RenderOptions {
  /** Width of the table in characters; default 180. */
  readonly width?: number | undefined;
  readonly csv?: CsvOptions | undefined;
}

/** Formats for programs; the others show a page to people. */
type DataFormat = 'csv' | 'json';

/** Renders a report: text that ends with a newline, or the bytes of a workbook. */
export function renderReport(table: ReportTable, format: Exclude<ReportFormat, 'xlsx'>, options?: RenderOptions): Promise<string>;
export function renderReport(table: ReportTable, format: ReportFormat, options?: RenderOptions): Promise<string | Uint8Array>;
export async function renderReport(table: ReportTable, format: ReportFormat, options: RenderOptions = {}): Promise<string | Uint8Array> {
  switch (format) {
    case 'csv':
      return toCsv(table, options.csv);
    case 'json':
      return toJson(table);
    default:
      return renderPage(toReportPage(table, mostRowsOf(format, table.columns.length)), format, options);
  }
}

/** More than anybody reads. */
const MOST_ROWS = 2_000;

/** Excel's own limit has room for the head and the total. */
const MOST_SHEET_ROWS = 1_048_574;

/** The text of a sheet must fit into one string of V8, which holds 536 million characters; a cell takes up to 60. */
const MOST_SHEET_CELLS = 6_000_000;

/** How many rows of a table people are shown; those who compute take CSV or JSON, which have no limit. */
function mostRowsOf(format: Exclude<ReportFormat, DataFormat>, columns: number): number {
  return format === 'xlsx' ? Math.min(MOST_SHEET_ROWS, Math.floor(MOST_SHEET_CELLS / columns)) : MOST_ROWS;
}

/** Renders a page for people. What only one format needs is loaded only for that format. */
export async function renderPage(
  page: ReportPage,
  format: Exclude<ReportFormat, DataFormat>,
  options: RenderOptions = {},
): Promise<string | Uint8Array> {
  switch (format) {
    case 'table': {
      const { toPageText } = await import('./page-text.js');
      return toPageText(page, options.width ?? 180);
    }
    case 'html': {
      const { toPageHtml } = await import('./html/page-html.js');
      return toPageHtml(page);
    }
    case 'xlsx': {
      const { toPageXlsx } = await import('./page-xlsx.js');
      return toPageXlsx(page);
    }
  }
}

function toJson(table: ReportTable): string {
  const { name, title, window, localWindow, timezone, weeks, by, filters, columns, rows, dataRange, completeness } = table;
  const { totals, subtotals = [], cut, legend = [] } = table;
  const content = {
    report: name,
    title,
    window: window ?? null,
    local_window: localWindow ?? null,
    timezone,
    weeks,
    by,
    filters: filters.map((filter) => ({ by: filter.by, values: filter.values, not: filter.not })),
    columns: columns.map(({ name: column, title: heading, kind, unit, formula, sentence }) => ({
      ...{ name: column, title: heading, kind, unit: unit ?? null, formula: formula ?? null, sentence: sentence ?? null },
    })),
    rows,
    totals: totals ?? null,
    subtotals,
    shown_of: cut ?? null,
    legend,
    data_range: dataRange ?? null,
    complete_until: completeness.completeUntil,
    open_sessions: completeness.openSessions,
    open_periods: completeness.openPeriods,
  };
  return `${toExactJsonText(content)}\n`;
}
