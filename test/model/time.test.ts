import { describe, expect, test } from 'vitest';
import { CLOCK_TOLERANCE_MS, isAhead, isDue, lastDone, systemClock, toEpochSeconds } from '../../src/model/clock.js';
import { toDateTimeKey } from '../../src/model/date-time-key.js';
import { toKindWords, toRowsWithoutTimeText, toUsableTimes } from '../../src/model/row-time.js';
import { toBoundText, toSpan, toSpanText } from '../../src/model/time-span.js';
import { expectText } from '../support/expect-text.js';

const at = (text: string): Date => new Date(text);
const after = (time: Date, ms: number): Date => new Date(time.getTime() + ms);
const NOON = at('2026-03-01T12:00:00Z');

describe('clocks', () => {
  test('tell whole seconds', () => {
    expect(toEpochSeconds(at('1970-01-01T00:01:00.999Z'))).toBe(60);
    expect(Math.abs(systemClock().getTime() - Date.now())).toBeLessThan(10_000);
  });

  test('may differ by five minutes', () => {
    expect([CLOCK_TOLERANCE_MS, CLOCK_TOLERANCE_MS + 1].map((ms) => isAhead(after(NOON, ms), NOON))).toEqual([false, true]);
    expect(CLOCK_TOLERANCE_MS).toBe(300_000);
  });

  test('clocks that were wrong do not delay work', () => {
    expect([NOON, after(NOON, 1), null].map((recorded) => lastDone(recorded, NOON))).toEqual([NOON, null, null]);
    expect(isDue(null, NOON, 1_000)).toBe(true);
    expect([0, 999, 1_000, -1].map((ms) => isDue(NOON, after(NOON, ms), 1_000))).toEqual([false, false, true, true]);
  });
});

test('the interval of an instant is the quarter of an hour that holds it', () => {
  expect([0, 899, 900, 1_799, -1, -900].map(toDateTimeKey)).toEqual([0, 0, 900, 900, -900, -900]);
});

test('a span is told in days where it begins and ends with days', () => {
  const span = (from: string, to: string) => ({ fromTs: toEpochSeconds(at(from)), toTs: toEpochSeconds(at(to)) });
  expect(toSpan(span('2026-03-01T00:00:00Z', '2026-03-02T06:30:00Z'))).toEqual({
    from: '2026-03-01T00:00:00Z',
    to: '2026-03-02T06:30:00Z',
  });
  expect(toSpanText(span('2026-03-01T00:00:00Z', '2026-03-02T06:30:00Z'))).toBe('2026-03-01 to 2026-03-02T06:30:00Z');
  expect(['2026-03-01T00:00Z', '2026-03-01T00:00:00.000Z', '2026-03-01T00:00:01Z', '2026-03-01T10:00:00Z'].map(toBoundText)).toEqual([
    ...['2026-03-01', '2026-03-01', '2026-03-01T00:00:01Z', '2026-03-01T10:00:00Z'],
  ]);
});

describe('rows without a usable ADDED_TS', () => {
  test('are those outside of 2000 to a day after now', () => {
    expect(toUsableTimes(NOON)).toEqual({ fromTs: Date.UTC(2000, 0) / 1000, untilTs: toEpochSeconds(NOON) + 86_400 });
    expect(toKindWords('none')).not.toBe(toKindWords('early'));
  });

  test('are counted by kind, as far as they were looked at', () => {
    const kinds = [
      { kind: 'none', rows: 1_000, example: null },
      { kind: 'milliseconds', rows: 5, example: '1772359620000' },
    ] as const;
    expectText([
      toRowsWithoutTimeText({ rows: 1_005, isAtLeast: false, ofNewest: null, kinds }),
      toRowsWithoutTimeText({ rows: 1_005, isAtLeast: true, ofNewest: 100_000, kinds }),
      toRowsWithoutTimeText({ rows: 1, isAtLeast: false, ofNewest: null, kinds: [{ kind: 'early', rows: 1, example: '0' }] }),
    ]);
  });
});
