import { describe, expect, test } from 'vitest';
import { toChangeText, toFigureLines, wrapText } from '../../src/report/formats/text-figures.js';
import { toHeatMapLines } from '../../src/report/formats/text-heat-map.js';
import { toPageText } from '../../src/report/formats/page-text.js';
import type { Chart } from '../../src/report/page/chart.js';
import type { PageFigure } from '../../src/report/page/report-page.js';
import type { Table } from '../../src/report/report-table.js';
import { displayWidth } from '../../src/model/text.js';

describe('a change', () => {
  test('tells its direction, its size and whether it is good news', () => {
    expect(toChangeText({ change: 0.1234, risesAre: 1 }, 'count')).toBe('▲ 12% better');
    expect(toChangeText({ change: 0.0234, risesAre: -1 }, 'seconds')).toBe('▲ 2.3% worse');
    expect(toChangeText({ change: -12.5, risesAre: -1 }, 'count')).toBe('▼ 1,250% better');
    expect(toChangeText({ change: -0.006, risesAre: 1 }, 'share')).toBe('▼ 0.6pp worse');
    expect(toChangeText({ change: 0.5, risesAre: 0 }, 'count')).toBe('▲ 50%');
    expect(toChangeText({ change: 0.0004, risesAre: 1 }, 'count')).toBe('= 0');
    expect(toChangeText({ change: null, risesAre: 1 }, 'count')).toBe('');
  });
});

describe('figures', () => {
  const figure = (title: string, value: number | null): PageFigure => ({
    ...{ name: 'one', title, value, valueKind: 'count' },
    comparisons: [{ title: 'the week before \u001b[31m', value: 1_000, change: 0.5, risesAre: -1 }],
  });

  test('stand below each other, or each above what it is compared with', () => {
    const figures = [figure('Offered', 1_500), figure('مرحبا', null)];
    expect(toFigureLines(figures, 80)).toEqual([
      '                the week before',
      '                \\u{1b}[31m',
      'Offered  1,500  1,000 ▲ 50% worse',
      `مرحبا        -  1,000 ▲ 50% worse`,
    ]);
    expect(toFigureLines(figures.slice(0, 1), 25)).toEqual(['Offered: 1,500', '  the week before \\u{1b}[31m: 1,000 ▲ 50% worse']);
    expect(toFigureLines([], 80)).toEqual([]);
  });
});

describe('a heat map', () => {
  const chart: Chart = { type: 'heat-map', along: 'hour', across: 'day', figures: ['sessions'] };
  const rows = ['Mon', 'Tue'].flatMap((day, at) =>
    ['00', '01', '02', '03'].map((hour, index) => ({ day, hour, sessions: at === 1 && index === 0 ? null : index * (at + 1) })),
  );
  const table: Table = {
    columns: [
      { name: 'day', title: 'Day', kind: 'attribute' },
      { name: 'hour', title: 'Hour', kind: 'attribute' },
      { name: 'sessions', title: 'Sessions', kind: 'count' },
    ],
    rows,
  };

  test('is drawn in shades with a legend, within its width', () => {
    expect(toHeatMapLines(chart, table, 80)).toEqual([
      '    00  01  02  03',
      'Mon ·   ░░░ ▒▒▒ ▒▒▒',
      'Tue     ▒▒▒ ▓▓▓ ███',
      'Sessions: · 0  ░ up to 1  ▒ up to 3  ▓ up to 4  █ up to 6',
    ]);
    const narrow = toHeatMapLines(chart, table, 8)!;
    expect(narrow.slice(0, 3)).toEqual(['    00', 'Mon ·░▒▒', 'Tue  ▒▓█']);
    expect(Math.max(...narrow.slice(0, 3).map(displayWidth))).toBeLessThanOrEqual(8);
  });

  test('is a table where it has no room, or nothing to shade', () => {
    expect(toHeatMapLines(chart, table, 7)).toBeUndefined();
    expect(toHeatMapLines(chart, { ...table, rows: rows.map((row) => ({ ...row, sessions: 0 })) }, 80)).toBeUndefined();
    const section = { kind: 'chart', title: 'When', chart, table } as const;
    const page = { name: 'x', title: 'X', keys: [], subtitle: [], sections: [section], foot: [] };
    expect(toPageText(page, 80)).toContain('▓');
    expect(toPageText(page, 7)).toContain('│');
  });
});

test('texts are broken between words', () => {
  expect(wrapText('one two three', 7)).toEqual(['one two', 'three']);
  expect(wrapText('a-long-word b', 5)).toEqual(['a-long-word', 'b']);
});
