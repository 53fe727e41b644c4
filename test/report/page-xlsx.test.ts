import { describe, expect, test } from 'vitest';
import { renderPage, renderReport } from '../../src/report/formats/render-report.js';
import type { ReportPage } from '../../src/report/page/report-page.js';
import type { ReportColumn, ReportRow, ReportTable, ReportValue } from '../../src/report/report-table.js';
import { readWorkbook, type WorkbookCell, type WorkbookSheet } from '../support/read-workbook.js';

const columns: readonly ReportColumn[] = [
  { name: 'day', title: 'Day', kind: 'attribute' },
  { name: 'tenant', title: 'Tenant', kind: 'attribute' },
  { name: 'started', title: 'Started', kind: 'attribute' },
  { name: 'sessions', title: 'Sessions', kind: 'count' },
  { name: 'share', title: 'Share of all sessions', kind: 'share' },
  { name: 'size', title: 'Size', kind: 'characters' },
  { name: 'mean', title: 'Messages per session', kind: 'average' },
  { name: 'longest', title: 'Longest', kind: 'seconds' },
  { name: 'usual', title: 'Average duration', kind: 'average-seconds' },
];
const FIGURES = columns.filter(({ kind }) => kind !== 'attribute');

/** Names that Excel, XML or the library may take for something else. */
const NAMES = [
  ...['=HYPERLINK("http://evil.example";"x")', '=1+1', '+1', '-2', '@SUM(1)', "'=1", '007', '1e5', '2026-02-31', 'TRUE', '#REF!'],
  ...['<b>&amp;"\'', ']]>', 'constructor', '__proto__', 'toString', '_x0041_', '_x005F_', ' blanks ', 'a\tb\u202e', 'x\u0000y'],
  ...['مرحبا', 'アプリ', 'a\nb', 'n'.repeat(1_000), ''],
];
const rows: readonly ReportRow[] = NAMES.map((tenant, at) => ({
  ...{ day: `2026-03-${String(at + 1).padStart(2, '0')}`, tenant, started: `2026-03-01T0${at % 10}:30:05+01:00` },
  ...{ sessions: at * 1_000, share: at / 7, size: at === 3 ? null : 12_345, mean: at / 3, longest: 3_600 * at + 7, usual: at + 0.123456 },
}));
const table: ReportTable = {
  ...{
    name: 'example',
    title: 'An [example] of: a/b',
    by: ['day', 'tenant'],
    columns,
    rows,
    filters: [],
    timezone: 'UTC',
    weeks: 'info-mart',
  },
  ...{ window: undefined, localWindow: undefined },
  completeness: { completeUntil: null, openSessions: 0, openPeriods: [{ column: 'day', label: '2026-03-26' }] },
  totals: { sessions: 325_000, share: 1, size: 308_625, mean: 3, longest: 100_000, usual: 4.5 },
};

const open = async (content: ReportTable): Promise<WorkbookSheet[]> => readWorkbook((await renderReport(content, 'xlsx')) as Uint8Array);

/** What a spreadsheet shows of a figure, as JSON says it. */
const toFigure = (cell: WorkbookCell | undefined, { kind }: ReportColumn): ReportValue =>
  cell === undefined ? null : kind.endsWith('seconds') ? Math.round(Number(cell.value) * 86_400_000_000) / 1_000_000 : cell.value;

/** Excel counts days from the last day of 1899. */
const toTime = (cell: WorkbookCell | undefined): string =>
  new Date(Date.UTC(1899, 11, 30) + Math.round(Number(cell!.value) * 86_400) * 1_000).toISOString();

describe('a workbook', () => {
  test('has each figure of JSON, as a number with a format of its kind, and bold totals', async () => {
    const [{ rows: cells }] = (await open(table)) as [WorkbookSheet];
    const json = JSON.parse(await renderReport(table, 'json')) as { rows: ReportRow[]; totals: ReportRow };
    expect(cells[0]!.map((cell) => cell!.value)).toEqual(columns.map(({ title }) => title));
    for (const [at, expected] of [...json.rows, json.totals].entries())
      for (const figure of FIGURES) {
        const cell = cells[at + 1]![columns.indexOf(figure)];
        expect([at, figure.name, toFigure(cell, figure)]).toEqual([at, figure.name, expected[figure.name] ?? null]);
      }
    expect(cells[1]!.slice(3).map((cell) => cell!.format)).toEqual(['#,##0', '0.0%', '#,##0', '#,##0.00', '[h]:mm:ss', '[h]:mm:ss']);
    expect(cells.at(-1)!.map((cell) => cell?.isBold)).toEqual(columns.map((_, at) => at === 0 || at > 2 || undefined));
    expect(cells.at(-1)![0]!.value).toBe('Total');
  });

  test('holds names as texts, whatever they look like', async () => {
    const [sheet] = (await open(table)) as [WorkbookSheet];
    expect(sheet.formulas).toBe(0);
    const shown = sheet.rows.slice(1, -1).map((cells) => cells[1]?.value ?? '');
    const expected: Readonly<Record<string, string>> = {
      ...{
        'a\tb\u202e': 'a\\u{9}b\\u{202e}',
        'x\u0000y': 'x\\u{0}y',
        'a\nb': 'a\\u{a}b',
        _x0041_: '_x005F_x0041_',
        _x005F_: '_x005F_x005F_',
      },
    };
    expect(shown).toEqual(NAMES.map((name) => (Object.hasOwn(expected, name) ? expected[name] : name)));
    // Edited by hand, they would become formulas in any other format.
    expect(sheet.rows[1]![1]!.format).toBe('@');
  });

  test('has days and times as such, on the clocks of the report, and marks those that are not over', async () => {
    const [{ rows: cells }] = (await open(table)) as [WorkbookSheet];
    expect(cells[1]!.slice(0, 1).map(toTime)).toEqual(['2026-03-01T00:00:00.000Z']);
    expect(cells[1]![0]!.format).toBe('yyyy-mm-dd');
    expect(cells[26]![0]!.format).toBe('yyyy-mm-dd" *"');
    expect([toTime(cells[4]![2]), cells[4]![2]!.format]).toEqual(['2026-03-01T03:30:05.000Z', 'yyyy-mm-dd hh:mm:ss']);
    // Tenants include what looks like a day, and stay texts; so does a column with a day before Excel's calendar.
    expect(typeof cells[9]![1]!.value).toBe('string');
    const [old] = await open({ ...table, rows: [{ ...rows[0], day: '1899-12-31' }, rows[1]!] });
    expect(old!.rows.slice(1, 3).map((row) => row[0]!.value)).toEqual(['1899-12-31', '2026-03-02']);
  });

  test('keeps head and attributes in sight, and has columns of a readable width', async () => {
    const [sheet] = (await open(table)) as [WorkbookSheet];
    expect(sheet.frozen).toEqual({ rows: 1, columns: 3 });
    expect(sheet.widths).toHaveLength(columns.length);
    expect(Math.min(...sheet.widths)).toBeGreaterThanOrEqual(8);
    expect(Math.max(...sheet.widths)).toBeLessThanOrEqual(48);
  });

  test('says on its last sheet what it is about', async () => {
    const sheets = await open({ ...table, rows: rows.slice(0, 1) });
    expect(sheets.map(({ name }) => name)).toEqual(['An example of a b', 'About']);
    const lines = sheets[1]!.rows.map(([cell]) => cell!.value);
    expect(lines.slice(0, 4)).toEqual([
      table.title,
      'Day 2026-03-01',
      'Tenant =HYPERLINK("http://evil.example";"x")',
      'Started 2026-03-01T00:30:05+01:00',
    ]);
    const [only] = await open({ ...table, rows: [] });
    expect(only!.name).toBe('About');
    expect(only!.rows.map(([cell]) => cell!.value).join('\n')).toContain('The aggregates hold no sessions yet');
  });
});

test('the sheets of a page have names that Excel takes, each its own', async () => {
  const section = (title: string) => ({ kind: 'table' as const, title, table: { columns, rows } });
  const titles = [
    'History',
    "'quoted'",
    'Ten longest waits before the agent came',
    'ten longest waits before the agent left',
    '***',
    'about',
    '\u202e',
  ];
  const page: ReportPage = {
    ...{ name: 'page', title: 'A page', keys: [], subtitle: [], foot: [] },
    sections: [
      { kind: 'chart', title: 'Drawn', chart: { type: 'bars', along: 'day', figures: ['sessions'] }, table, isShownElsewhere: true },
      { kind: 'chart', title: 'Drawn alone', caption: 'By day', chart: { type: 'bars', along: 'day', figures: ['sessions'] }, table },
      ...titles.map(section),
      {
        ...{ kind: 'figures', title: 'At a glance' },
        figures: [
          {
            ...{ name: 'wait', title: 'Wait', value: 65.5, valueKind: 'average-seconds', sentence: 'Until the first agent.' },
            comparisons: [{ title: 'the week before', value: 131, change: -0.5, risesAre: -1 }],
          },
          { name: 'offered', title: 'Offered', value: 7, valueKind: 'count', comparisons: [] },
        ],
      },
    ],
  };
  const sheets = readWorkbook((await renderPage(page, 'xlsx')) as Uint8Array);
  const names = sheets.map(({ name }) => name);
  expect(names).toEqual([
    ...['Drawn alone', 'Sheet History', 'quoted', 'Ten longest waits before the ag', 'ten longest waits before th (2)'],
    ...['Sheet', 'about', 'Sheet (2)', 'At a glance', 'About (2)'],
  ]);
  const [head, wait, offered] = sheets[8]!.rows;
  expect(head!.map((cell) => cell!.value)).toEqual(['Figure', 'Value', 'the week before', 'change against the week before', 'Meaning']);
  expect(wait!.map((cell) => cell!.value)).toEqual(['Wait', 65.5 / 86_400, 131 / 86_400, -0.5, 'Until the first agent.']);
  expect(offered!.map((cell) => cell?.value)).toEqual(['Offered', 7]);
});
