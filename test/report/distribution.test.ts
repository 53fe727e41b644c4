import fc from 'fast-check';
import { expect, test } from 'vitest';
import { queryRow, withConnection } from '../../src/db/connection.js';
import { bucketOf } from '../../src/mart/aggregates/durations.sql.js';
import { mergeDistributions, percentileOf, secondsOf, sizeOf, type Distribution } from '../../src/report/distribution.js';
import { emptyDatabase } from '../support/databases.js';

/** Counts by PostgreSQL, which also says what is exact. */
async function distribute(url: string, values: readonly number[], percent: number): Promise<{ distribution: Distribution; exact: number }> {
  const { buckets, exact } = await withConnection({ url, applicationName: 'test' }, (connection) =>
    queryRow<{ buckets: number[]; exact: number }>(connection, {
      text: `select array_agg(${bucketOf('value')}) as buckets, percentile_cont($2::float8) within group (order by value) as exact
from unnest($1::integer[]) as value`,
      values: [values, percent / 100],
    }),
  );
  const one = (bucket: number): Distribution => new Map([[bucket, 1]]);
  return { distribution: mergeDistributions(buckets.map(one)), exact };
}

const seconds = fc.oneof(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 5_000 }), fc.integer({ min: 0, max: 2_147_483_647 }));

test('percentiles are those of percentile_cont within 2 % or a second, for any durations', async () => {
  const url = await emptyDatabase();
  await fc.assert(
    fc.asyncProperty(fc.array(seconds, { minLength: 1, maxLength: 60 }), fc.constantFrom(1, 50, 90, 95, 99), async (values, percent) => {
      const { distribution, exact } = await distribute(url, values, percent);
      expect(sizeOf(distribution)).toBe(values.length);
      expect(Math.abs(percentileOf(distribution, percent)! - exact)).toBeLessThanOrEqual(Math.max(1, exact * 0.02));
    }),
    { numRuns: 60 },
  );
});

test('the bounds of a bucket are 4 % apart, and up to 50 seconds each second has its own', () => {
  expect([0, 1, 49, 50].map(secondsOf)).toEqual([0, 1, 49, 50]);
  expect(secondsOf(51)).toBeCloseTo((2 * 50 * 52) / 102, 10);
  expect(secondsOf(52) / secondsOf(51)).toBeCloseTo(1.04, 10);
});

test('without a value there is no percentile', () => expect(percentileOf(new Map(), 50)).toBeNull());
