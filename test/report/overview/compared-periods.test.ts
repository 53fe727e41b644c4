import { describe, expect, test } from 'vitest';
import { parseCompare, toEarlierWindows, type Comparison } from '../../../src/report/overview/compared-periods.js';
import { problemOf } from '../../support/problem-of.js';

const at = (text: string): Date => new Date(`${text}${text.length === 10 ? 'T00:00' : ''}Z`);
const earlier = (comparison: Comparison, from: string, to: string, cut?: string): string[] => {
  const { title, windows } = toEarlierWindows(comparison, { from: at(from), to: at(to) }, cut === undefined ? undefined : at(cut));
  const short = (instant: Date): string => instant.toISOString().slice(0, 16).replace('T00:00', '');
  return [title, ...windows.map((window) => `${short(window.from)} ${short(window.to)}`)];
};

describe('the period before', () => {
  test('is equally long, or as many whole months', () => {
    expect(earlier('previous', '2026-03-02', '2026-03-03')).toEqual(['the day before', '2026-03-01 2026-03-02']);
    expect(earlier('previous', '2026-03-02', '2026-03-09')).toEqual(['the 7 days before', '2026-02-23 2026-03-02']);
    expect(earlier('previous', '2026-03-02T08:00', '2026-03-02T12:00')).toEqual([
      'the 4 hours before',
      '2026-03-02T04:00 2026-03-02T08:00',
    ]);
    expect(earlier('previous', '2026-03-02T08:00', '2026-03-02T08:15')[0]).toBe('the 15 minutes before');
    expect(earlier('previous', '2026-03-01', '2026-04-01')).toEqual(['the month before', '2026-02-01 2026-03-01']);
    expect(earlier('previous', '2026-01-01', '2026-04-01')).toEqual(['the 3 months before', '2025-10-01 2026-01-01']);
  });

  test('is cut where the period is, and never goes on after its own end', () => {
    expect(earlier('previous', '2026-03-02', '2026-03-03', '2026-03-02T10:15')).toEqual([
      'the day before, to the same time',
      '2026-03-01 2026-03-01T10:15',
    ]);
    expect(earlier('previous', '2026-03-01', '2026-04-01', '2026-03-30T10:15')[1]).toBe('2026-02-01 2026-03-01');
  });
});

describe('the same weekdays', () => {
  test('are those of the last four weeks', () => {
    expect(earlier('weekday', '2026-03-31', '2026-04-01')).toEqual([
      'the same weekday of the last 4 weeks',
      ...['2026-03-24 2026-03-25', '2026-03-17 2026-03-18', '2026-03-10 2026-03-11', '2026-03-03 2026-03-04'],
    ]);
    expect(earlier('weekday', '2026-03-30', '2026-04-06', '2026-03-31T09:00').slice(0, 2)).toEqual([
      'the same weekdays of the last 4 weeks, to the same time',
      '2026-03-23 2026-03-24T09:00',
    ]);
  });

  test('never overlap the period', () => {
    expect(earlier('weekday', '2026-03-01', '2026-04-01')).toEqual([
      '4 earlier periods with the same weekdays, 5 weeks apart',
      ...['2026-01-25 2026-02-25', '2025-12-21 2026-01-21', '2025-11-16 2025-12-17', '2025-10-12 2025-11-12'],
    ]);
  });
});

test('a year ago: the same months, or 52 weeks', () => {
  expect(earlier('year-ago', '2028-02-01', '2028-03-01')).toEqual(['a year ago', '2027-02-01 2027-03-01']);
  expect(earlier('year-ago', '2026-03-02', '2026-03-03', '2026-03-02T06:00')).toEqual([
    '52 weeks ago, to the same time',
    '2025-03-03 2025-03-03T06:00',
  ]);
});

test('a list of comparisons', async () => {
  expect(parseCompare('year-ago, previous')).toEqual(['year-ago', 'previous']);
  expect(parseCompare('none')).toEqual([]);
  expect(await problemOf(() => parseCompare('prevous,weekday,weekday,'))).toBe(
    'ConfigError bad-compare: --compare: "prevous" is not a comparison; did you mean previous?; "" is not a comparison; weekday is listed twice',
  );
});
