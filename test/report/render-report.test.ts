import { parse } from 'csv-parse/sync';
import { describe, expect, test } from 'vitest';
import { renderReport } from '../../src/report/formats/render-report.js';
import { emptyReportNotice, unknownNotice } from '../../src/report/page/to-page.js';
import { chooseLevel, type ReportLevel } from '../../src/report/report-level.js';
import { isMember, parseBy, toAttributes, toKeyColumn, toUniqueNames } from '../../src/report/report-attribute.js';
import type { ReportColumn, ReportRow, ReportTable } from '../../src/report/report-table.js';
import { toClockTime, toPrintable } from '../../src/report/formats/printable-value.js';
import { toTextTable } from '../../src/report/formats/text-table.js';
import { displayWidth } from '../../src/model/text.js';
import { isWhole } from '../support/depth.js';
import { expectText } from '../support/expect-text.js';
import { readWorkbook } from '../support/read-workbook.js';
import { problemOf } from '../support/problem-of.js';

const columns: readonly ReportColumn[] = [
  { name: 'day', title: 'Day', kind: 'attribute' },
  { name: 'media_origin', title: 'Media origin', kind: 'attribute' },
  {
    ...{ name: 'sessions', title: 'Sessions', kind: 'count', group: 'sessions' },
    ...{ unit: 'sessions', formula: 'sessions', sentence: 'How many.' },
  },
  { name: 'share', title: 'Share of all sessions', kind: 'share', group: 'sessions' },
  { name: 'size', title: 'Size', kind: 'characters', group: 'messages' },
  { name: 'mean', title: 'Messages per session', kind: 'average', group: 'messages' },
  { name: 'longest', title: 'Longest', kind: 'seconds' },
  { name: 'usual', title: 'Average duration', kind: 'average-seconds' },
];
const row = (day: string, origin: string | null, ...figures: (number | null)[]): ReportRow =>
  Object.fromEntries(columns.map(({ name }, at) => [name, [day, origin, ...figures][at] ?? null]));
const rows = [
  row('2026-03-01', 'Website', 1_234, 0.75, 12_345, 2.5, 3_725, 65.5),
  row('2026-03-01', 'アプリ', 1, 0.001, 0, null, 0, 0.4),
  row('2026-03-02', '=HYPERLINK("x")', 9, 0, 1, 0.005, 360_000, null),
  row('2026-03-02', 'a\tb\u202e', 9, 0, 1, 0, 59, 59.5),
  row('2026-03-03', null, 0, 0.1239, 7, 1, 1, 1),
  row('2026-03-03', 'مرحبا', 0, 0.1239, 7, 1, 1, 1),
];
const table: ReportTable = {
  ...{ name: 'example', title: 'An example', by: ['day', 'media-origin'], columns, rows },
  window: { from: '2026-03-01T00:00:00Z', to: '2026-03-04T00:00:00Z' },
  localWindow: { from: '2026-03-01T00:00:00+00:00', to: '2026-03-04T00:00:00+00:00' },
  ...{ timezone: 'UTC', weeks: 'info-mart', filters: [] },
  completeness: { completeUntil: '2026-03-03T12:34:56+00:00', openSessions: 2, openPeriods: [{ column: 'day', label: '2026-03-03' }] },
  totals: row('', '', 1_253, 1, 12_361, 3, 360_000, 60),
};

describe('a table', () => {
  test('has each figure as people read it, and the total below', async () => expectText(await renderReport(table, 'table')));

  test('of one row has no total, and what all rows share is told once', async () => {
    expectText(await renderReport({ ...table, rows: [rows[0]!] }, 'table'));
    expectText(await renderReport({ ...table, rows: rows.slice(0, 2), window: undefined, localWindow: undefined }, 'table'));
    expectText(await renderReport({ ...table, rows: [rows[0]!] }, 'table', { width: 30 }));
  });

  test('that is wider than the screen is drawn as several, each with the attributes, and groups stay together', () => {
    for (const width of [80, 60, 40]) {
      const text = toTextTable(table, width);
      expectText(text);
      expect(Math.max(...text.split('\n').map(displayWidth))).toBeLessThanOrEqual(width);
    }
  });

  test('cuts long names as far as they stay apart', () => {
    const name = (text: string): ReportRow => row('2026-03-01', text, 1, 1, 1, 1, 1, 1);
    const long = 'A name that is longer than any column may be';
    const cut = (texts: readonly string[]): string => toTextTable({ columns: columns.slice(0, 3), rows: texts.map(name) }, 60);
    expect(cut([long, 'other'])).not.toContain(long);
    expect(cut([long, `${long} 2`, 'other'])).toContain(long);
    expect(cut([long, long])).not.toContain(long);
    expectText(cut([long, 'other']));
    expectText(toTextTable({ columns: columns.slice(0, 3), rows: [name(long), name('other')] }, 40));
  });

  test('without rows says why, and without figures shows the attributes', async () => {
    const empty = { ...table, rows: [], totals: undefined };
    expectText(await renderReport(empty, 'table'));
    expectText(await renderReport({ ...empty, dataRange: { from: '2025-01-01T00:00:00Z', to: '2025-02-01T06:00:00Z' } }, 'table'));
    expectText(toTextTable({ columns: columns.slice(0, 2), rows }, 80));
    expect(emptyReportNotice(table)).toBeUndefined();
  });

  test('says which figures are not known', () => {
    expect(unknownNotice(table)).toBeUndefined();
    expect(unknownNotice({ ...table, unknown: [] })).toBeUndefined();
    expect(unknownNotice({ ...table, unknown: ['a', 'b'] })).toContain('a, b');
  });
});

test('people are shown some of many rows, and told how many more there are; programs get all', async () => {
  const count = isWhole ? 35_040 : 4_040;
  const many = { ...table, rows: Array.from({ length: count }, (_, at) => row('2026-03-01', `t${at}`, 1, 1, 1, 1, 1, 1)) };
  const text = await renderReport(many, 'table');
  expect(text.split('\n').filter((line) => / │ t\d+ /.test(line) || /^t\d+ /.test(line))).toHaveLength(2_000);
  expect(text).toContain(
    `… and ${isWhole ? '33,040' : '2,040'} more rows; --format csv has all, or let --by ask for longer periods. The total is that of all ${isWhole ? '35,040' : '4,040'} rows.`,
  );
  expect(await renderReport({ ...many, rows: many.rows.slice(0, 2_000) }, 'table')).not.toContain('more row');
  expect(await renderReport({ ...many, rows: many.rows.slice(0, 2_001), totals: undefined }, 'table')).toContain('… and 1 more row; ');
  expect((await renderReport(many, 'csv')).split('\n')).toHaveLength(count + 2);
  expect((JSON.parse(await renderReport(many, 'json')) as { rows: unknown[] }).rows).toHaveLength(count);
  const [sheet] = readWorkbook((await renderReport(many, 'xlsx')) as Uint8Array);
  expect(sheet!.rows).toHaveLength(count + 2);
});

test('CSV has raw values, names that no spreadsheet runs, and no total', async () => {
  const csv = await renderReport(table, 'csv');
  const lines: string[][] = parse(csv);
  expect(lines[0]).toEqual(columns.map(({ name }) => name));
  expect(lines.slice(1).map(([, origin]) => origin)).toEqual(['Website', 'アプリ', `'=HYPERLINK("x")`, 'a\tb\u202e', '', 'مرحبا']);
  expect(lines[1]!.slice(2)).toEqual(['1234', '0.75', '12345', '2.5', '3725', '65.5']);
  const negative = { ...table, rows: [{ ...rows[0]!, sessions: -5, media_origin: '' }] };
  expect((await renderReport(negative, 'csv')).split('\n')[1]).toBe('2026-03-01,"",-5,0.75,12345,2.5,3725,65.5');
});

test("CSV for Excel has a byte-order mark, and the separator and the decimal sign of Excel's region; names stay inert", async () => {
  for (const [reader, separator, mean] of [
    ['excel', ';', '65,5'],
    ['excel-en', ',', '65.5'],
  ] as const) {
    const csv = await renderReport({ ...table, rows: [...rows, row('2026-03-04', '=1;2,3', 1, 1, 1, 1, 1, 65.5)] }, 'csv', {
      csv: { reader },
    });
    expect(csv.slice(0, 5)).toBe('\ufeffday,'.replace(',', separator));
    const lines: string[][] = parse(csv, { bom: true, delimiter: separator });
    expect(lines[0]).toEqual(columns.map(({ name }) => name));
    expect(lines[1]!.at(-1)).toBe(mean);
    expect([lines[3]![1], lines[7]![1]]).toEqual([`'=HYPERLINK("x")`, "'=1;2,3"]);
  }
});

test('CSV has the window and its zone in each row, if asked', async () => {
  const berlin = { from: '2026-03-01T00:00:00+01:00', to: '2026-04-01T00:00:00+02:00' };
  const read = async (content: ReportTable): Promise<Record<string, string>[]> =>
    parse(await renderReport(content, 'csv', { csv: { hasWindow: true } }), { columns: true });
  const found = await read({ ...table, localWindow: berlin, timezone: 'Europe/Berlin' });
  const window = { window_from: berlin.from, window_to: berlin.to, window_timezone: 'Europe/Berlin' };
  expect(found.map(({ day, window_from, window_to, window_timezone }) => ({ day, window_from, window_to, window_timezone }))).toEqual(
    rows.map(({ day }) => ({ day, ...window })),
  );
  expect((await read({ ...table, localWindow: undefined }))[0]).toMatchObject({ window_from: '', window_to: '' });
});

test('JSON has everything', async () => {
  const { name, title, by, window, totals } = table;
  expect(JSON.parse(await renderReport(table, 'json'))).toEqual({
    ...{ report: name, title, by, window, rows, totals, subtotals: [], shown_of: null, legend: [], data_range: null },
    local_window: table.localWindow,
    ...{ timezone: 'UTC', weeks: 'info-mart', filters: [] },
    ...{ complete_until: '2026-03-03T12:34:56+00:00', open_sessions: 2, open_periods: [{ column: 'day', label: '2026-03-03' }] },
    columns: columns.map(({ name, title, kind }) => ({
      ...{ name, title, kind, unit: null, formula: null, sentence: null },
      ...(name === 'sessions' ? { unit: 'sessions', formula: 'sessions', sentence: 'How many.' } : {}),
    })),
  });
  const dataRange = { from: 'a', to: 'b' };
  expect(
    JSON.parse(await renderReport({ ...table, window: undefined, localWindow: undefined, totals: undefined, dataRange }, 'json')),
  ).toMatchObject({
    ...{ window: null, local_window: null, totals: null, data_range: dataRange },
  });
});

test('values are rounded, and a dash stands for none', () => {
  expect([0, 59.4, 59.5, 3_599.6, 3_600, 360_000].map(toClockTime)).toEqual([
    '00:00:00',
    '00:00:59',
    '00:01:00',
    '01:00:00',
    '01:00:00',
    '100:00:00',
  ]);
  expect([toPrintable(null, 'count'), toPrintable(3, 'attribute'), toPrintable(2_000, 'characters')]).toEqual(['-', '3', '2,000']);
});

describe('the level that a report reads', () => {
  const level = (from: string, to: string, ...needed: ReportLevel[]): ReportLevel =>
    chooseLevel({
      window: { from: new Date(from), to: new Date(to) },
      timezone: 'UTC',
      attributes: needed.map((each) => ({ level: each })),
    });

  test('is the coarsest that has its ends, its attributes and its zone', () => {
    const all = { window: undefined, timezone: 'UTC', attributes: [] };
    expect(chooseLevel(all)).toBe('month');
    expect(chooseLevel({ ...all, attributes: [{ level: 'month' }, {}, { level: 'session' }, { level: 'day' }] })).toBe('session');
    expect(chooseLevel({ ...all, timezone: 'Africa/Abidjan' })).toBe('session');
    expect(level('2026-03-01T00:00:00Z', '2026-04-01T00:00:00Z')).toBe('month');
    expect(level('2026-03-01T00:00:00Z', '2026-04-01T00:00:00Z', 'day')).toBe('day');
    expect(level('2026-03-02T00:00:00Z', '2026-04-01T00:00:00Z')).toBe('day');
    expect(level('2026-03-01T01:00:00Z', '2026-04-01T00:00:00Z')).toBe('session');
    expect(level('2026-03-01T00:00:00Z', '2026-04-01T00:45:00Z')).toBe('session');
  });

  test('does not exist for ends within a quarter of an hour', async () => {
    const odd = await problemOf(() => level('2026-03-01T00:10:00Z', '2026-04-01T00:00:00.001Z'));
    expect(odd).toMatch(/window-off-grain: 2026-03-01T00:10:00.000Z and 2026-04-01T00:00:00.001Z are/);
    expect(await problemOf(() => level('2026-03-01T00:10:00Z', '2026-04-01T00:00:00Z'))).toMatch(/: 2026-03-01T00:10:00.000Z is/);
  });
});

describe('--by', () => {
  test('is a list of attributes, or none', () => {
    expect([parseBy('day, media-type,'), parseBy('day')]).toEqual([['day', 'media-type'], ['day']]);
    expect([parseBy('none'), parseBy('')]).toEqual([[], []]);
    expect(toAttributes(['tenant', 'day', 'language']).map((each) => [each.name, isMember(each), toKeyColumn(each)])).toEqual([
      ['tenant', true, 'tenant_key'],
      ['day', false, 'day_key'],
      ['language', false, 'language_key'],
    ]);
  });

  test('tells all that is wrong at once', async () => {
    const problem = await problemOf(() => toAttributes(parseBy('dya,day,day,none')));
    for (const part of ['bad-by', '"dya"', '"none"', 'day is listed twice']) expect(problem).toContain(part);
    expect(problem).not.toContain('"day"');
  });

  test('members of one name are told apart by their keys', () => {
    const names = (...members: (string | null)[]) => [...toUniqueNames(members.map((name, key) => ({ key, name }))).values()];
    expect(names('a', 'b')).toEqual(['a', 'b']);
    expect(names('a', 'a', 'b')).toEqual(['a (0)', 'a (1)', 'b']);
    expect(names('a', 'a', 'a (0)')).toEqual(['a (0) (0)', 'a (1)', 'a (0) (2)']);
    expect(names(null, 'a', null)).toEqual(['(0)', 'a', '(2)']);
    expect(names(null)).toEqual([null]);
  });
});
