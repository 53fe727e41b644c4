import { toInertCell, toJsonText } from '../../model/text.js';
import { toReportPage } from '../page/to-page.js';
import type { ReportTable } from '../report-table.js';
import { toCsvText } from './printable-value.js';

export const REPORT_FORMATS = ['table', 'csv', 'json'] as const;

export type ReportFormat = (typeof REPORT_FORMATS)[number];

export interface RenderOptions {
  /** Width of the table in characters; default 180. */
  readonly width?: number | undefined;
}

/** Renders a report as text that ends with a newline. What only one format needs is loaded only for that format. */
export async function renderReport(table: ReportTable, format: ReportFormat, options: RenderOptions = {}): Promise<string> {
  switch (format) {
    case 'table': {
      const { toPageText } = await import('./page-text.js');
      return toPageText(toReportPage(table), options.width ?? 180);
    }
    case 'csv':
      return toCsv(table);
    case 'json':
      return toJson(table);
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
