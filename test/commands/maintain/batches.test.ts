import { describe, expect, test } from 'vitest';
import { Batches } from '../../../src/commands/maintain/batches.js';

/** Purges while each transaction deletes so many rows in a millisecond, in whole intervals. Returns the milliseconds of each. */
function purge(
  batches: Batches,
  clock: { ms: number },
  { count, rowsAMs, interval = 1 }: Record<'count' | 'rowsAMs', number> & { interval?: number },
) {
  return Array.from({ length: count }, () => {
    const deleted = Math.max(Math.floor(batches.rows / interval), 1) * interval;
    batches.locked();
    clock.ms += deleted / rowsAMs;
    batches.ended(deleted);
    return Math.round(deleted / rowsAMs);
  });
}

const start = (fixed?: number) => {
  const clock = { ms: 1_000 };
  return { clock, batches: new Batches(fixed, () => clock.ms) };
};

describe('the transactions of a purge', () => {
  test('take a quarter of a second each, on a slow server and on a fast one', () => {
    const { clock, batches } = start();
    expect(purge(batches, clock, { count: 4, rowsAMs: 2 })).toEqual([2_500, 250, 250, 250]);
    expect(purge(batches, clock, { count: 8, rowsAMs: 80 }).at(-1)).toBe(250);
    expect(purge(batches, clock, { count: 20, rowsAMs: 8_000 }).at(-1)).toBeLessThan(10);
  });

  test('grow also where they delete less than they may, because intervals are whole', () => {
    const { clock, batches } = start();
    expect(purge(batches, clock, { count: 12, rowsAMs: 40, interval: 3_000 }).at(-1)).toBe(225);
  });

  test('do not shrink for the few rows at the end of a month', () => {
    const { clock, batches } = start();
    batches.locked();
    clock.ms += 20;
    batches.ended(3);
    expect(batches.rows).toBe(5_000);
  });

  test('are as large as a test says', () => {
    const { clock, batches } = start(7);
    purge(batches, clock, { count: 2, rowsAMs: 0.01 });
    expect(batches.rows).toBe(7);
  });
});
