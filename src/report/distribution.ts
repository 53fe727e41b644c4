import { EXACT_SECONDS, RATIO } from '../mart/aggregates/durations.sql.js';
import { counted } from '../model/text.js';

/**
 * How durations are distributed: how many sessions lie in each bucket. Counts of buckets add up, over rows of any kind, and quantiles are read
 * from them with an error of at most 2 %: the buckets of DDSketch (Masson, Rim, Lee: VLDB 2019), except that short durations, where 2 %
 * is less than a second, have a bucket for each second.
 */
export type Distribution = ReadonlyMap<number, number>;

/** The seconds that stand for a bucket. */
export const secondsOf = (bucket: number): number =>
  bucket <= EXACT_SECONDS ? bucket : (2 * EXACT_SECONDS * RATIO ** (bucket - EXACT_SECONDS)) / (1 + RATIO);

/** How many sessions there are in all buckets. */
export const sizeOf = (distribution: Distribution): number => [...distribution.values()].reduce((sum, count) => sum + count, 0);

/** Adds the counts of several distributions. */
export function mergeDistributions(all: Iterable<Distribution>): Distribution {
  const merged = new Map<number, number>();
  for (const distribution of all) for (const [bucket, count] of distribution) merged.set(bucket, (merged.get(bucket) ?? 0) + count);
  return merged;
}

/** As PostgreSQL's percentile_cont: between two values in proportion; null without a value. */
export function percentileOf(distribution: Distribution, percent: number): number | null {
  const size = sizeOf(distribution);
  if (size === 0) return null;
  const position = (percent / 100) * (size - 1);
  const [below, above] = [valueAt(distribution, Math.floor(position)), valueAt(distribution, Math.ceil(position))];
  return Math.round((below + (above - below) * (position - Math.floor(position))) * 1e6) / 1e6;
}

/** The value at an index from 0 of all values in their order. */
function valueAt(distribution: Distribution, index: number): number {
  let seen = 0;
  for (const [bucket, count] of [...distribution].sort(([one], [other]) => one - other)) {
    seen += count;
    if (index < seen) return secondsOf(bucket);
  }
  throw new Error(`A distribution of ${counted(seen, 'value')} has none at ${index}`);
}
