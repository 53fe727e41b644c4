import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  chooseSlices,
  cutSlices,
  findGaps,
  findWithin,
  joinSlices,
  mergeSpans,
  parseSliceWidth,
  toSliceText,
  toSpansText,
  type RecordedSlice,
} from '../../../src/commands/backfill/slices.js';
import type { Slice } from '../../../src/model/time-span.js';
import { problemOf } from '../../support/problem-of.js';

const span = (fromTs: number, toTs: number): Slice => ({ fromTs, toTs });
const recorded = (status: RecordedSlice['status'], fromTs: number, toTs: number): RecordedSlice => ({ fromTs, toTs, status });

describe('a width', () => {
  test.each([
    ['1d', 86_400],
    ['36h', 129_600],
    ['90m', 5_400],
    ['2D', 172_800],
    [' 6h ', 21_600],
    ['9999m', 599_940],
  ])('of %s is %d seconds', (text, seconds) => {
    expect(parseSliceWidth(text)).toBe(seconds);
    expect(parseSliceWidth(toSliceText(seconds))).toBe(seconds);
  });

  test.each(['', '1', 'd', '0d', '-1d', '1.5h', '1w', '99999h', 'x1d', '1dx'])('of %j is none', async (text) => {
    expect(await problemOf(() => parseSliceWidth(text))).toContain('bad-slice');
  });

  test('is told in the largest unit that fits', () => {
    expect([172_800, 129_600, 5_400].map(toSliceText)).toEqual(['2d', '36h', '90m']);
  });
});

describe('a range', () => {
  const window = { from: new Date('2026-02-10T00:00:00Z'), to: new Date('2026-02-13T00:00:00Z') };
  const second = (at: number): Date => new Date(at * 1000);

  test('is cut into slices of a width, and the last one may be narrower', () => {
    expect(cutSlices({ from: second(100), to: second(130) }, 10)).toEqual([span(100, 110), span(110, 120), span(120, 130)]);
    expect(cutSlices({ from: second(100), to: second(125) }, 10)).toEqual([span(100, 110), span(110, 120), span(120, 125)]);
  });

  test('that is empty, has too many slices, or lies beyond ADDED_TS, is refused', async () => {
    expect(await problemOf(() => cutSlices({ ...window, to: window.from }, 60))).toContain('empty-range');
    expect(await problemOf(() => cutSlices({ ...window, to: new Date('2026-02-09') }, 60))).toContain('empty-range');
    expect(await problemOf(() => cutSlices({ from: second(0), to: second(100_001) }, 1))).toContain('too-many-slices');
    expect(await problemOf(() => cutSlices({ ...window, to: new Date('2038-01-19T03:14:08Z') }, 86_400))).toContain('range-out-of-bounds');
    expect(await problemOf(() => cutSlices({ ...window, from: new Date('1969-12-31T23:59:59Z') }, 86_400))).toContain(
      'range-out-of-bounds',
    );
  });

  test('may have as many slices as the limit says, and reach to both ends of ADDED_TS', () => {
    expect(cutSlices({ from: second(0), to: second(100_000) }, 1)).toHaveLength(100_000);
    expect(cutSlices({ from: second(0), to: new Date('2038-01-19T03:14:07Z') }, 2_147_483_647)).toEqual([span(0, 2_147_483_647)]);
  });
});

describe('spans', () => {
  test('that overlap or touch are one', () => {
    expect(mergeSpans([span(5, 10), span(0, 5), span(20, 30), span(22, 25)])).toEqual([span(0, 10), span(20, 30)]);
    expect(joinSlices([span(10, 20), span(0, 10), span(30, 40), span(40, 45)])).toEqual([span(0, 20), span(30, 45)]);
  });

  test('are told, the first five of them', () => {
    const spans = Array.from({ length: 7 }, (_, at) => span(at * 20, at * 20 + 10));
    expect(toSpansText(spans.slice(0, 5)).split(', ')).toHaveLength(5);
    expect(toSpansText(spans.slice(0, 5))).not.toContain('more');
    expect(toSpansText(spans)).toBe(`${toSpansText(spans.slice(0, 5))} and 2 more`);
  });

  test.each([
    ['nothing', [], [span(10, 50)]],
    ['all', [span(0, 30), span(30, 60)], []],
    ['the middle', [span(20, 30)], [span(10, 20), span(30, 50)]],
    ['both ends', [span(0, 20), span(40, 60)], [span(20, 40)]],
    ['what lies outside', [span(0, 10), span(50, 60)], [span(10, 50)]],
  ])('covering %s leave gaps', (_, covered, gaps) => {
    expect(findGaps(span(10, 50), covered)).toEqual(gaps);
  });

  test('within another one are found, others not', () => {
    expect(findWithin([span(0, 5), span(4, 12), span(10, 20), span(15, 18), span(20, 21)], [span(10, 20), span(0, 10)])).toEqual([
      span(0, 5),
      span(10, 20),
      span(15, 18),
    ]);
  });
});

describe('which slices are read', () => {
  const slices = [span(0, 10), span(10, 20), span(20, 30), span(30, 40), span(40, 50)];
  const onRecord = [
    // The first is covered by slices of another width, the second only in part.
    recorded('COMPLETED', 0, 5),
    recorded('COMPLETED', 5, 15),
    recorded('FAILED', 22, 25),
    recorded('PENDING', 30, 40),
    recorded('RUNNING', 45, 46),
  ];

  test.each([
    ['all', [0, 10, 20, 30, 40]],
    ['failed', [10, 20, 30, 40]],
    ['missing', [10, 30]],
  ] as const)('--reprocess %s', (reprocess, wanted) => {
    expect(chooseSlices(slices, onRecord, reprocess).map(({ fromTs }) => fromTs)).toEqual(wanted);
  });

  test('of ten years by the hour is told in no time', () => {
    const hours = Array.from({ length: 87_600 }, (_, hour) => span(hour * 3_600, (hour + 1) * 3_600));
    const odd = hours.filter((_, hour) => hour % 2 === 1).map(({ fromTs, toTs }) => recorded('COMPLETED', fromTs, toTs));
    expect(chooseSlices(hours, odd, 'missing')).toHaveLength(43_800);
    expect(findWithin(odd, hours)).toHaveLength(43_800);
  });
});

describe('any spans', () => {
  const second = fc.integer({ min: 0, max: 40 });
  const spans = fc.array(
    fc.tuple(second, fc.integer({ min: 1, max: 12 })).map(([fromTs, length]) => span(fromTs, fromTs + length)),
    { maxLength: 8 },
  );
  const secondsOf = (parts: readonly Slice[]): number[] =>
    parts.flatMap(({ fromTs, toTs }) => Array.from({ length: toTs - fromTs }, (_, at) => fromTs + at));
  const inOrder = (seconds: Iterable<number>): number[] => [...new Set(seconds)].sort((left, right) => left - right);
  const check = <T>(arbitrary: fc.Arbitrary<T>, holds: (value: T) => void): void =>
    fc.assert(fc.property(arbitrary, holds), { seed: 1, numRuns: 500 });

  test('merged hold the same seconds, each once, with a gap between them', () => {
    check(spans, (parts) => {
      const merged = mergeSpans(parts);
      expect(secondsOf(merged)).toEqual(inOrder(secondsOf(parts)));
      merged.slice(1).forEach(({ fromTs }, at) => expect(fromTs).toBeGreaterThan(merged[at]!.toTs));
    });
  });

  test('leave as gaps the seconds that none of them covers', () => {
    check(spans, (parts) => {
      const covered = new Set(secondsOf(parts));
      expect(secondsOf(findGaps(span(10, 30), parts))).toEqual(secondsOf([span(10, 30)]).filter((at) => !covered.has(at)));
    });
  });

  test('are read unless completed ones cover them, and as missing unless failed ones touch them', () => {
    const status = fc.constantFrom('PENDING', 'RUNNING', 'COMPLETED', 'FAILED');
    const onRecord = fc.array(fc.tuple(status, spans), { maxLength: 3 });
    check(fc.tuple(spans, onRecord), ([slices, groups]) => {
      const rows = groups.flatMap(([group, parts]) => parts.map((part) => ({ ...part, status: group })));
      const secondsIn = (...wanted: string[]) => new Set(secondsOf(rows.filter((row) => wanted.includes(row.status))));
      const [done, failed] = [secondsIn('COMPLETED'), secondsIn('FAILED', 'RUNNING')];
      const toDo = slices.filter((slice) => !secondsOf([slice]).every((at) => done.has(at)));
      expect(chooseSlices(slices, rows, 'failed')).toEqual(toDo);
      expect(chooseSlices(slices, rows, 'missing')).toEqual(toDo.filter((slice) => !secondsOf([slice]).some((at) => failed.has(at))));
    });
  });
});
