import { counted, escapeControls, toInertCell, toJsonText, displayWidth } from '../model/text.js';
import { isUtc } from '../mart/calendar/time-zone.js';
import { toCsvText, toPrintable } from './printable-value.js';
import { toFilterText } from './report-filter.js';
import type { ReportColumn, ReportRow, ReportTable, ReportValue } from './report-table.js';
import { isolate, toTextTable } from './text-table.js';
import { toBoundsText, toBoundText } from '../model/time-span.js';

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

/** The periods that one line lists. */
const MOST_PERIODS = 5;

/** Until when a report is complete, and what of it is not final; one line. */
export function toCompletenessText({ completeness, timezone }: Pick<ReportTable, 'completeness' | 'timezone'>): string {
  const { completeUntil, openSessions, openPeriods } = completeness;
  const until =
    completeUntil === null ? 'A source has not been read completely yet' : `Complete until ${toLocalBound(completeUntil, timezone)}`;
  const open =
    openSessions === 0
      ? 'none of these sessions is still open'
      : `${counted(openSessions, 'of these sessions is', 'of these sessions are')} still open`;
  const listed = openPeriods.slice(0, MOST_PERIODS).map(({ label }) => label);
  const more = openPeriods.length > MOST_PERIODS ? ` and ${openPeriods.length - MOST_PERIODS} more` : '';
  return [until, open, ...(listed.length === 0 ? [] : [`not over: ${listed.join(', ')}${more}`])].join('; ');
}

/** On the clocks of the report: `2026-03-01 06:30:00 (+01:00)`, in UTC as everywhere. */
const toLocalBound = (text: string, timezone: string): string =>
  isUtc(timezone) ? toBoundText(text.replace('+00:00', 'Z')) : text.replace('T', ' ').replace(/(:00)?([+-]\d\d:\d\d)$/, ' ($2)');

function toWindowText({ localWindow, timezone }: ReportTable): string {
  if (localWindow === undefined) return 'All sessions';
  const [from, to] = [localWindow.from, localWindow.to].map((text) => toLocalBound(text, timezone));
  return `Sessions that started from ${from} to ${to}${isUtc(timezone) ? ` ${timezone}` : `, ${timezone}`} (end exclusive)`;
}

const FOOTNOTE = '* not over, or not completely loaded';

function toText(table: ReportTable, width: number): string {
  const { keys, rest } = splitConstantKeys(markOpenPeriods(table));
  const title = keys.length === 0 ? [table.title] : fillLines(table.title, keys, width);
  const lines = [
    ...title,
    toWindowText(table),
    ...(table.filters.length === 0 ? [] : [`Only ${escapeControls(toFilterText(table.filters))}`]),
    toCompletenessText({ ...table, completeness: { ...table.completeness, openPeriods: [] } }),
    '',
    emptyReportNotice(table) ?? toTextTable(rest, width).trimEnd(),
    ...(table.completeness.openPeriods.length === 0 ? [] : [FOOTNOTE]),
  ];
  return `${lines.join('\n')}\n`;
}

/** Adds a mark to the labels of periods that are not over. */
function markOpenPeriods(table: ReportTable): ReportTable {
  const { openPeriods } = table.completeness;
  if (openPeriods.length === 0) return table;
  const isOpen = (column: string, value: ReportValue): boolean =>
    openPeriods.some((open) => open.column === column && open.label === value);
  const mark = (row: ReportRow): ReportRow =>
    Object.fromEntries(Object.entries(row).map(([column, value]) => [column, isOpen(column, value) ? `${value} *` : value]));
  return { ...table, rows: table.rows.map(mark) };
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
