import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { toPlaceTexts, toValueAxis } from '../../src/report/formats/html/axis.js';
import { markup } from '../../src/report/formats/html/markup.js';
import { toPageHtml } from '../../src/report/formats/html/page-html.js';
import { toChartData, toDataTable } from '../../src/report/page/chart-data.js';
import type { Chart } from '../../src/report/page/chart.js';
import { packageFile } from '../../src/spec/package-file.js';
import type { ReportPage } from '../../src/report/page/report-page.js';
import type { ReportRow, Table } from '../../src/report/report-table.js';

const page: ReportPage = { name: 'x', title: 'X', keys: [], subtitle: [], sections: [], foot: [] };

/** The packages that a file loads when it is loaded itself: those of dynamic imports are not among them. */
function packagesOf(file: string, seen = new Set<string>()): string[] {
  if (seen.has(file)) return [];
  seen.add(file);
  const names = [...readFileSync(file, 'utf8').matchAll(/^(?:import|export)\s+(?!type\b)(?:[^'";]*?\sfrom\s+)?'([^']+)'/gm)].map(
    ([, name]) => name!,
  );
  return names.flatMap((name) =>
    name.startsWith('.') ? packagesOf(path.resolve(path.dirname(file), name.replace(/\.js$/, '.ts')), seen) : [name],
  );
}

test('what draws charts is loaded for HTML only', () => {
  const drawing = ['@observablehq/plot', 'linkedom'];
  expect(packagesOf(packageFile('src', 'report', 'formats', 'html', 'page-html.ts'))).toEqual(expect.arrayContaining(drawing));
  for (const verb of ['report', 'demo', 'schedule']) {
    const loaded = packagesOf(packageFile('src', 'commands', verb, 'command.ts'));
    expect(loaded).toContain('commander');
    expect(loaded.filter((name) => drawing.includes(name))).toEqual([]);
  }
});

test('the picture of the README is small', () => {
  expect(statSync(packageFile('docs', 'overview.png')).size).toBeLessThanOrEqual(200_000);
});

describe('the file', () => {
  test('may load nothing, and runs only what it came with', () => {
    const file = toPageHtml(page);
    const [, policy] = /Content-Security-Policy" content="([^"]+)"/.exec(file)!;
    const rules = policy!.replaceAll('&#39;', "'").split('; ');
    const hashOf = (tag: string): string => {
      const [, text] = new RegExp(`<${tag}>([\\s\\S]*?)</${tag}>`).exec(file)!;
      return `'sha256-${createHash('sha256').update(text!).digest('base64')}'`;
    };
    expect(rules).toEqual([
      ...[`default-src 'none'`, `style-src ${hashOf('style')}`, `script-src ${hashOf('script')}`, 'img-src data:'],
      ...[`base-uri 'none'`, `form-action 'none'`],
    ]);
    expect(file.match(/(?:src|href)="[^"]*"/g)).toEqual(['href="data:,"']);
    expect(file).not.toMatch(/ style="/);
  });

  test('escapes whatever is put into it, once', () => {
    const hostile = `<b>&"'\u202e\u0000`;
    const escaped = '&lt;b&gt;&amp;&quot;&#39;\\u{202e}\\u{0}';
    expect(markup`<p title="${hostile}">${hostile}${markup`<i>${1}</i>`}${undefined}</p>`.markup).toBe(
      `<p title="${escaped}">${escaped}<i>1</i></p>`,
    );
    const file = toPageHtml({ ...page, title: hostile, keys: [hostile], subtitle: [hostile], foot: [hostile] });
    expect(file.split(escaped)).toHaveLength(7);
    expect(file).not.toContain('<b>');
  });
});

const table = (rows: readonly ReportRow[], totals?: ReportRow): Table => ({
  columns: [
    { name: 'day', title: 'Day', kind: 'attribute' },
    { name: 'tenant', title: 'Tenant', kind: 'attribute' },
    { name: 'sessions', title: 'Sessions', kind: 'count' },
    { name: 'longest', title: 'Longest', kind: 'seconds' },
  ],
  rows,
  totals,
});
const row = (day: string, tenant: string, sessions: number | null, longest: number): ReportRow => ({ day, tenant, sessions, longest });
const chart = (figures: readonly string[], other: Partial<Chart> = {}): Chart => ({ type: 'columns', along: 'day', figures, ...other });

describe('what a chart draws', () => {
  const rows = [row('2026-02-27', 'a', 1, 5), row('2026-02-27', 'b', 2, 7), row('2026-03-02', 'a', 4, 9)];

  test('is the sum of the rows of a place, if the total is their sum too, and a gap where there is none', () => {
    const data = toChartData(chart(['sessions']), table(rows, { sessions: 7, longest: 9 }))!;
    expect(data.places).toEqual(['2026-02-27', '2026-02-28', '2026-03-01', '2026-03-02']);
    expect(data.series).toEqual([{ title: 'Sessions', values: [3, null, null, 4] }]);
    expect(toChartData(chart(['sessions']), table(rows, { sessions: 6 }))).toBeUndefined();
    expect(toChartData(chart(['sessions']), table(rows))).toBeUndefined();
    expect(toChartData(chart(['longest']), table(rows, { longest: 21 }))).toBeUndefined();
    expect(toChartData(chart(['longest']), table(rows.slice(1)))!.series[0]!.values).toEqual([7, null, null, 9]);
  });

  test('has a series for each value across, the largest first, and one for the smallest of many', () => {
    const across = { across: 'tenant' };
    const data = toChartData(chart(['sessions'], across), table(rows))!;
    expect(data.series).toEqual([
      { title: 'a', values: [1, null, null, 4] },
      { title: 'b', values: [2, null, null, null] },
    ]);
    expect(toDataTable(data).rows[0]).toEqual({ place: '2026-02-27', series_0: 1, series_1: 2 });
    const many = Array.from({ length: 12 }, (_, at) => row(`2026-03-0${(at % 2) + 1}`, `t${at}`, at, 1));
    const joined = toChartData(chart(['sessions'], across), table(many))!.series;
    expect(joined.map(({ title }) => title)).toEqual(['t11', 't10', 't9', 't8', 't7', 't6', 't5', '5 others']);
    expect(joined.at(-1)!.values).toEqual([0 + 2 + 4, 1 + 3]);
  });

  test('has bars of names from the largest on, and an open day where it belongs', () => {
    const bars = toChartData(chart(['sessions'], { type: 'bars', along: 'tenant' }), table(rows, { sessions: 7 }))!;
    expect([bars.places, bars.series[0]!.values]).toEqual([
      ['a', 'b'],
      [5, 2],
    ]);
    const open = toChartData(chart(['sessions']), table([row('2026-03-01', 'a', 1, 1), row('2026-03-03 *', 'a', 2, 1)]))!;
    expect(open.places).toEqual(['2026-03-01', '2026-03-02', '2026-03-03 *']);
  });

  test('a heat map has all hours of the day', () => {
    const cells: Table = {
      columns: [
        { name: 'weekday', title: 'Weekday', kind: 'attribute' },
        { name: 'hour_of_day', title: 'Hour', kind: 'attribute' },
        { name: 'sessions', title: 'Sessions', kind: 'count' },
      ],
      rows: [
        { weekday: 'Monday', hour_of_day: '09', sessions: 3 },
        { weekday: 'Tuesday', hour_of_day: '07', sessions: 0 },
      ],
    };
    const data = toChartData({ type: 'heat-map', along: 'hour_of_day', across: 'weekday', figures: ['sessions'] }, cells)!;
    expect(data.places).toHaveLength(24);
    expect(data.series.map(({ title, values }) => [title, values[7], values[9]])).toEqual([
      ['Monday', null, 3],
      ['Tuesday', 0, null],
    ]);
  });
});

describe('an axis', () => {
  test('has round steps of its kind', () => {
    const ticks = (most: number, ...[kind]: [Parameters<typeof toValueAxis>[1]]): string[] => {
      const axis = toValueAxis(most, kind);
      return axis.ticks.map(axis.toText);
    };
    expect(ticks(1_004, 'count')).toEqual(['0', '250', '500', '750', '1,000', '1,250']);
    expect(ticks(2, 'count')).toEqual(['0', '1', '2']);
    expect(ticks(0, 'count')).toEqual(['0', '1']);
    expect(ticks(1, 'share')).toEqual(['0%', '20%', '40%', '60%', '80%', '100%']);
    expect(ticks(170, 'average-seconds')).toEqual(['00:00:00', '00:01:00', '00:02:00', '00:03:00']);
    expect(ticks(0.3, 'average')).toEqual(['0', '0.1', '0.2', '0.3']);
  });

  test('names days of one year without it, and cuts long names', () => {
    expect(toPlaceTexts(['2026-03-01', '2026-11-30 *'], 9)).toEqual(['Mar 1', 'Nov 30 *']);
    expect(toPlaceTexts(['2025-12-31', '2026-01-01'], 10)).toEqual(['2025-12-31', '2026-01-01']);
    expect(toPlaceTexts(['A long name', 'B'], 6)).toEqual(['A lon…', 'B']);
  });
});
