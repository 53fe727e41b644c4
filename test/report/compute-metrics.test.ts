import { expect, test } from 'vitest';
import { divide } from '../../src/report/compute-metrics.js';

test.each([
  // 57.7921875 lies exactly between two six-decimal values; as a binary fraction it would be rounded down.
  [18_493_500, 320_000, 57.792188],
  [1, 3, 0.333333],
  [2, 3, 0.666667],
  [0, 5, 0],
  [9_007_199_254_740_991, 1, 9_007_199_254_740_991],
])('%i / %i = %d', (dividend, divisor, expected) => {
  expect(divide(dividend, divisor)).toBe(expected);
});

test('nothing to divide by is no value', () => {
  expect(divide(7, 0)).toBeNull();
});
