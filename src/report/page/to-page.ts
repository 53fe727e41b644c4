import { isUtc } from '../../mart/calendar/time-zone.js';
import { counted } from '../../model/text.js';
import { toBoundsText, toBoundText } from '../../model/time-span.js';
import { toShown } from '../formats/printable-value.js';
import { isPeriod, REPORT_ATTRIBUTES, toColumnName } from '../report-attribute.js';
import { toFilterText } from '../report-filter.js';
import type { ReportColumn, ReportRow, ReportTable, ReportValue, Table } from '../report-table.js';
import type { Chart } from './chart.js';
import type { ChartSection, PageSection, ReportPage } from './report-page.js';

/**
 * The page of a report that is one table: its charts, as far as the table has what they draw, and the table, of which it shows the first
 * `mostRows`.
 */
export function toReportPage(table: ReportTable, mostRows = Infinity): ReportPage {
  const { keys, rest } = splitConstantKeys(markOpenPeriods(table));
  const notice = emptyReportNotice(table);
  return {
    name: table.name,
    title: table.title,
    keys: keys.map(({ title, text }) => `${title} ${text}`),
    subtitle: [
      toWindowText(table),
      ...(table.filters.length === 0 ? [] : [`Only ${toFilterText(table.filters)}`]),
      toCompletenessText({ ...table, completeness: { ...table.completeness, openPeriods: [] } }),
    ],
    sections: notice === undefined ? [...toCharts(table), ...toTables(rest, mostRows)] : [{ kind: 'note', text: notice }],
    foot: [
      ...(table.completeness.openPeriods.length === 0 ? [] : [OPEN_NOTE]),
      ...toShapeNotes(table),
      ...(notice === undefined ? (table.legend ?? []) : []),
    ],
  };
}

const OPEN_NOTE = '* not over, or not completely loaded';

/** What rows are missing, and how totals follow from the rows. */
function toShapeNotes({ cut, rows, columns, totals }: ReportTable): string[] {
  const isComputed = ({ kind }: ReportColumn): boolean => ['average', 'average-seconds', 'share'].includes(kind);
  const more =
    cut?.things !== 'sessions' ? [] : [`${counted(cut.of, 'session')} in all, of which ${rows.length.toLocaleString('en-US')} are shown`];
  const computed =
    totals === undefined || rows.length < 2 || !columns.some(isComputed)
      ? []
      : ['totals: averages, shares and percentiles are of all sessions, not of the rows above'];
  return [...more, ...computed];
}

/** The table as far as it is shown, and how much is left out: nobody reads a year of quarter hours, and no browser opens it. */
function toTables({ columns, rows, totals, subtotals }: Table, mostRows: number): PageSection[] {
  const table = { columns, rows: rows.slice(0, mostRows), totals, subtotals };
  if (rows.length <= mostRows) return [{ kind: 'table', table }];
  const text = `… and ${counted(rows.length - mostRows, 'more row')}; --format csv has all, or let --by ask for longer periods`;
  return [
    { kind: 'table', table },
    { kind: 'note', text: totals === undefined ? text : `${text}. The total is that of all ${counted(rows.length, 'row')}.` },
  ];
}

/** The charts of a report's definition whose columns this table has; a chart of one point tells nothing. */
function toCharts({ charts = [], columns, rows, totals }: ReportTable): PageSection[] {
  const has = (name: string): boolean => columns.some((column) => column.name === name);
  return charts
    .map((definition) => ({ ...definition, chart: nameColumns(definition.chart, columns) }))
    .filter(({ chart }) => [chart.along, ...(chart.across === undefined ? [] : [chart.across]), ...chart.figures].every(has))
    .filter(({ chart }) => new Set(rows.map((row) => row[chart.along])).size > 1)
    .map((chart): ChartSection => ({ kind: 'chart', ...chart, table: { columns, rows, totals }, isShownElsewhere: true }));
}

const PERIODS = REPORT_ATTRIBUTES.filter(isPeriod).map(toColumnName);

/** A chart with the names of the columns in place of what stands for them. */
function nameColumns(chart: Chart, columns: readonly ReportColumn[]): Chart {
  const period = columns.find(({ name }) => PERIODS.includes(name))?.name ?? chart.along;
  const figures = chart.figures.flatMap((figure) => {
    const [before, after] = figure.split('{seconds}');
    if (after === undefined) return [figure];
    return columns.flatMap(({ name }) =>
      name.startsWith(before!) && name.endsWith(after) && /^\d+$/.test(name.slice(before!.length, name.length - after.length))
        ? [name]
        : [],
    );
  });
  return { ...chart, along: chart.along === 'period' ? period : chart.along, figures };
}

/** Why a report has no rows, and where there are some; undefined if it has rows. */
export function emptyReportNotice(table: Pick<ReportTable, 'rows' | 'dataRange'>): string | undefined {
  if (table.rows.length > 0) return undefined;
  return table.dataRange === undefined
    ? 'The aggregates hold no sessions yet; chatmart run loads them, chatmart status tells what waits.'
    : `No session started in this window. The aggregates hold sessions from ${toBoundsText(table.dataRange)}.`;
}

/** Which figures are unknown for some of the sessions, and why; undefined if there are none. */
export const unknownNotice = ({ unknown = [] }: Pick<ReportTable, 'unknown'>): string | undefined =>
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
export const toLocalBound = (text: string, timezone: string): string =>
  isUtc(timezone) ? toBoundText(text.replace('+00:00', 'Z')) : text.replace('T', ' ').replace(/(:00)?([+-]\d\d:\d\d)$/, ' ($2)');

/** Which sessions a report is about; one line. */
export function toWindowText({ localWindow, timezone }: Pick<ReportTable, 'localWindow' | 'timezone'>): string {
  if (localWindow === undefined) return 'All sessions';
  const [from, to] = [localWindow.from, localWindow.to].map((text) => toLocalBound(text, timezone));
  return `Sessions that started from ${from} to ${to}${isUtc(timezone) ? ` ${timezone}` : `, ${timezone}`} (end exclusive)`;
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

/** The keys with the same value in all rows; `rest` is the table without them. */
function splitConstantKeys(table: ReportTable): { keys: { title: string; text: string }[]; rest: ReportTable } {
  const [first] = table.rows;
  if (first === undefined) return { keys: [], rest: table };
  const isConstant = ({ name, kind }: ReportColumn): boolean =>
    kind === 'attribute' && table.rows.every((row) => (row[name] ?? null) === (first[name] ?? null));
  const constant = table.columns.filter(isConstant);
  return {
    keys: constant.map(({ name, title }) => ({ title, text: toShown(first[name] ?? null, 'attribute') })),
    rest: { ...table, columns: table.columns.filter((column) => !constant.includes(column)) },
  };
}
