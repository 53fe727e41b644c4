import { toInertCell, toJsonText } from '../../model/text.js';
import type { ReportPage } from '../page/report-page.js';
import { toReportPage } from '../page/to-page.js';
import type { ReportTable } from '../report-table.js';
import { toCsvText } from './printable-value.js';
import type { ReportFormat } from './report-format.js';

export interface RenderOptions {
  /** Width of the table in characters; default 180. */
  readonly width?: number | undefined;
}

/** Formats for programs; the others show a page to people. */
type DataFormat = 'csv' | 'json';

/** Renders a report: text that ends with a newline, or the bytes of a workbook. */
export function renderReport(table: ReportTable, format: Exclude<ReportFormat, 'xlsx'>, options?: RenderOptions): Promise<string>;
export function renderReport(table: ReportTable, format: ReportFormat, options?: RenderOptions): Promise<string | Uint8Array>;
export async function renderReport(table: ReportTable, format: ReportFormat, options: RenderOptions = {}): Promise<string | Uint8Array> {
  switch (format) {
    case 'csv':
      return toCsv(table);
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
    case 'xlsx': {
      const { toPageXlsx } = await import('./page-xlsx.js');
      return toPageXlsx(page);
    }
  }
}

/** Rows without totals, so that sums over the file do not count twice. Raw values: durations in seconds, shares from 0 to 1. */
function toCsv({ columns, rows }: ReportTable): string {
  // Names come from outside and are made inert. Figures are numbers and stay as they are.
  const cells = rows.map((row) =>
    columns.map(({ name }) => (typeof row[name] === 'string' ? toInertCell(row[name]) : (row[name] ?? null))),
  );
  return toCsvText([columns.map(({ name }) => name), ...cells]);
}

function toJson(table: ReportTable): string {
  const { name, title, window, localWindow, timezone, weeks, by, filters, columns, rows, totals, dataRange, completeness } = table;
  const content = {
    report: name,
    title,
    window: window ?? null,
    local_window: localWindow ?? null,
    timezone,
    weeks,
    by,
    filters: filters.map((filter) => ({ by: filter.by, values: filter.values, not: filter.not })),
    columns: columns.map((column) => ({ name: column.name, title: column.title, kind: column.kind })),
    rows,
    totals: totals ?? null,
    data_range: dataRange ?? null,
    complete_until: completeness.completeUntil,
    open_sessions: completeness.openSessions,
    open_periods: completeness.openPeriods,
  };
  return `${toJsonText(content)}\n`;
}
