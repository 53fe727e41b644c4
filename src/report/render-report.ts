import { toInertCell, toJsonText, displayWidth } from '../model/text.js';
import { toCsvText, toPrintable } from './printable-value.js';
import type { ReportColumn, ReportTable } from './report-table.js';
import { isolate, toTextTable } from './text-table.js';
import { toBoundsText } from '../model/time-span.js';

export const REPORT_FORMATS = ['table', 'csv', 'json'] as const;

export type ReportFormat = (typeof REPORT_FORMATS)[number];

export interface RenderOptions {
  /** Width of the table in characters; default 180. */
  readonly width?: number | undefined;
}

/** Renders a report as text that ends with a newline. */
export function renderReport(table: ReportTable, format: ReportFormat, options: RenderOptions = {}): string {
  switch (format) {
    case 'table':
      return toText(table, options.width ?? 180);
    case 'csv':
      return toCsv(table);
    case 'json':
      return toJson(table);
  }
}

/** Why a report has no rows, and where there are some; undefined if it has rows. */
export function emptyReportNotice(table: ReportTable): string | undefined {
  if (table.rows.length > 0) return undefined;
  return table.dataRange === undefined
    ? 'The aggregates hold no sessions yet; chatmart run loads them, chatmart status tells what waits.'
    : `No session started in this window. The aggregates hold sessions from ${toBoundsText(table.dataRange)}.`;
}

/** Which figures are unknown for some of the sessions, and why; undefined if there are none. */
export const unknownNotice = ({ unknown = [] }: ReportTable): string | undefined =>
  unknown.length === 0
    ? undefined
    : `not known for all of these sessions: ${unknown.join(', ')}. An older chatmart did not count them; chatmart aggregate does, but not where facts are purged`;

function toText(table: ReportTable, width: number): string {
  const window = table.window === undefined ? 'All sessions' : `Sessions that started from ${toBoundsText(table.window)} (end exclusive)`;
  const { keys, rest } = splitConstantKeys(table);
  const title = keys.length === 0 ? [table.title] : fillLines(table.title, keys, width);
  return `${title.join('\n')}\n${window}\n\n${emptyReportNotice(table) ?? toTextTable(rest, width).trimEnd()}\n`;
}

/** Describes the keys with the same value in all rows; `rest` is the table without them. */
function splitConstantKeys(table: ReportTable): { keys: string[]; rest: ReportTable } {
  const [first] = table.rows;
  if (first === undefined) return { keys: [], rest: table };
  const isConstant = ({ name, kind }: ReportColumn): boolean =>
    kind === 'attribute' && table.rows.every((row) => (row[name] ?? null) === (first[name] ?? null));
  const constant = table.columns.filter(isConstant);
  return {
    keys: constant.map(({ name, title }) => `${title} ${isolate(toPrintable(first[name] ?? null, 'attribute'))}`),
    rest: { ...table, columns: table.columns.filter((column) => !constant.includes(column)) },
  };
}

/** A title and its notes, on as many lines as needed. */
function fillLines(title: string, parts: readonly string[], width: number): string[] {
  const lines: string[] = [title];
  parts.forEach((part, index) => {
    const [joined, separate] = [`${lines.at(-1)!}${index === 0 ? ': ' : ', '}${part}`, `  ${part}`];
    if (displayWidth(joined) <= width) lines[lines.length - 1] = joined;
    else lines.push(separate);
  });
  return lines;
}

/** Rows without totals, so that sums over the file do not count twice. Raw values: durations in seconds, shares from 0 to 1. */
function toCsv({ columns, rows }: ReportTable): string {
  // Names come from outside and are made inert. Figures are numbers and stay as they are.
  const cells = rows.map((row) =>
    columns.map(({ name }) => (typeof row[name] === 'string' ? toInertCell(row[name]) : (row[name] ?? null))),
  );
  return toCsvText([columns.map(({ name }) => name), ...cells]);
}

function toJson({ name, title, window, by, columns, rows, totals, dataRange }: ReportTable): string {
  const content = {
    report: name,
    title,
    window: window ?? null,
    by,
    columns: columns.map((column) => ({ name: column.name, title: column.title, kind: column.kind })),
    rows,
    totals: totals ?? null,
    data_range: dataRange ?? null,
  };
  return `${toJsonText(content)}\n`;
}
