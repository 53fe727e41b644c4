import { expect, test } from 'vitest';
import type { ChatStatsMeasure } from '../../src/mart/aggregates/measures.js';
import type { Figure } from '../../src/model/measure.js';
import { combineAll, computeMetrics, divide, kindOf } from '../../src/report/compute-metrics.js';
import { columnsOf } from '../../src/report/definition/report-definition.js';
import { forSeconds, readMeasureRegistry } from '../../src/spec/measure-registry.js';

test.each([
  // 57.7921875 lies exactly between two six-decimal values; as a binary fraction it would be rounded down.
  [18_493_500, 320_000, 57.792188],
  [1, 3, 0.333333],
  [2, 3, 0.666667],
  [0, 5, 0],
  [9_007_199_254_740_991, 1, 9_007_199_254_740_991],
  [-1, 3, -0.333333],
  [-2, 3, -0.666667],
  [-6, 3, -2],
])('%i / %i = %d', (dividend, divisor, expected) => {
  expect(divide(dividend, divisor)).toBe(expected);
});

test('nothing to divide by is no value', () => {
  expect(divide(7, 0)).toBeNull();
});

test('what is not known gives no value', () => {
  expect([divide(null, 5), divide(5, null), divide(null, null)]).toEqual([null, null, null]);
});

const measure = (name: string, combine: 'sum' | 'max', unit: string) => ({ name, combine, unit }) as ChatStatsMeasure;
const MEASURES = [
  measure('n', 'sum', 'sessions'),
  measure('time', 'sum', 'seconds'),
  measure('most', 'max', 'seconds'),
  measure('size', 'sum', 'characters'),
];

test('rows are combined, each column as its measure says; what one does not know, the whole does not', () => {
  const rows = [
    { n: 1, time: 5, most: 5, size: 2 },
    { n: 2, time: 7, most: 4, size: null },
    { n: 3, time: 0, most: 0, size: 1 },
  ];
  expect(combineAll(rows, MEASURES)).toEqual({ n: 6, time: 12, most: 5, size: null });
  expect(combineAll(rows.slice(0, 1), MEASURES)).toEqual(rows[0]);
  expect(combineAll([], MEASURES)).toEqual({ n: 0, time: 0, most: 0, size: 0 });
});

const TEXTS = { title: '', sentence: '' };
const METRICS: readonly Figure[] = [
  { name: 'sessions', ...TEXTS, figure: 'total', column: 'n' },
  { name: 'longest', ...TEXTS, figure: 'largest', column: 'most', among: 'n' },
  { name: 'mean', ...TEXTS, figure: 'average', of: 'time', per: 'n' },
  { name: 'mean_size', ...TEXTS, figure: 'average', of: 'size', per: 'n' },
  { name: 'part', ...TEXTS, figure: 'share', of: 'n' },
  { name: 'characters', ...TEXTS, figure: 'total', column: 'size' },
];

test('figures follow from the columns of a row, shares from those of all rows', () => {
  const whole = { n: 8, time: 20, most: 9, size: 5 };
  expect(computeMetrics(METRICS, { n: 2, time: 5, most: 4, size: null }, whole)).toEqual({
    ...{ sessions: 2, longest: 4, mean: 2.5, mean_size: null, part: 0.25, characters: null },
  });
  // Of no values there is no largest.
  expect(computeMetrics(METRICS, { n: 0, time: 0, most: 0, size: 0 }, whole)).toEqual({
    ...{ sessions: 0, longest: null, mean: null, mean_size: null, part: 0, characters: 0 },
  });
});

test('the unit of a column says how its figures are shown, and each figure names its columns', () => {
  expect(METRICS.map((metric) => kindOf(metric, MEASURES))).toEqual([
    'count',
    'seconds',
    'average-seconds',
    'average',
    'share',
    'characters',
  ]);
  expect(METRICS.map(columnsOf)).toEqual([['n'], ['most', 'n'], ['time', 'n'], ['size', 'n'], ['n'], ['size']]);
});

test('service levels by each convention', () => {
  const figures = readMeasureRegistry().serviceLevelFigures.map((figure) => forSeconds(figure, 20));
  // Of 100 sessions 60 were answered within 20 s and 20 later; 15 customers gave up within 20 s, 10 of them at once, and 5 later.
  const row = {
    ...{ sessions_offered: 100, sessions_answered: 80, answered_within_20_seconds: 60 },
    ...{ abandoned_within_20_seconds: 15, outcome_short_abandoned: 10 },
  };
  expect(computeMetrics(figures, row, row)).toEqual({
    service_level_20_seconds: 0.6,
    service_level_20_seconds_without_short_abandoned: 0.666667,
    service_level_20_seconds_of_answered: 0.75,
    service_level_20_seconds_with_abandoned: 0.75,
  });
  const allShort = { ...row, sessions_offered: 10, answered_within_20_seconds: 0 };
  expect(computeMetrics(figures, allShort, allShort)).toMatchObject({ service_level_20_seconds_without_short_abandoned: null });
  const unknown = { ...row, outcome_short_abandoned: null };
  expect(computeMetrics(figures, unknown, unknown)).toMatchObject({
    service_level_20_seconds: 0.6,
    service_level_20_seconds_without_short_abandoned: null,
  });
});
