import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ConfigError } from '../../src/model/errors.js';
import { PRESETS, resolvePreset } from '../../src/model/time-preset.js';
import { parseTimeOption, parseWindow, requireUtc } from '../../src/model/utc-time.js';
import { expectText } from '../support/expect-text.js';

const iso = (at: Date | undefined): string | undefined => at?.toISOString();
const problemOf = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    if (error instanceof ConfigError) return `${error.code}: ${error.message}`;
    throw error;
  }
  throw new Error('nothing was thrown');
};

describe('a time option', () => {
  test.each([
    ['2026-03-01', '2026-03-01T00:00:00.000Z'],
    [' 2024-02-29 ', '2024-02-29T00:00:00.000Z'],
    ['2026-03-01T08:30', '2026-03-01T08:30:00.000Z'],
    ['2026-03-01 08:30:15', '2026-03-01T08:30:15.000Z'],
    ['2026-03-01t08:30z', '2026-03-01T08:30:00.000Z'],
    ['2026-03-01T00:30+02:00', '2026-02-28T22:30:00.000Z'],
    ['2026-03-01T23:45-0330', '2026-03-02T03:15:00.000Z'],
    ['2026-03-01T00:00+14:00', '2026-02-28T10:00:00.000Z'],
  ])('%s is %s', (text, expected) => expect(iso(parseTimeOption(text))).toBe(expected));

  test.each([
    '',
    'yesterday',
    '2026-3-1',
    '2026-02-30',
    '2025-02-29',
    '2026-13-01',
    '2026-03-01T24:00',
    '2026-03-01T08',
    '2026-03-01Z',
    '01.03.2026',
    '2026-03-01T08:30+99:99',
    '2026-03-01T08:30+14:15',
    '2026-03-01T08:30+02:60',
    '2026-03-01T08:60',
    '2026-03-01T08:30:60',
    '2026-W09-7',
    '1772359620',
  ])('%j is no time', (text) => expect(parseTimeOption(text)).toBeUndefined());

  test('every second that Date can print is read back', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 253402300799 }), (seconds) => {
        const text = new Date(seconds * 1000).toISOString().replace('.000', '');
        expect(parseTimeOption(text)?.getTime()).toBe(seconds * 1000);
      }),
    );
  });
});

describe('a window', () => {
  test('is half-open, from before to', () =>
    expect(parseWindow({ from: '2026-03-01', to: '2026-03-02' })).toEqual({
      from: new Date('2026-03-01T00:00:00Z'),
      to: new Date('2026-03-02T00:00:00Z'),
    }));

  test('names every problem at once', () => {
    expectText(problemOf(() => parseWindow({ from: 'soon' })));
    expectText(problemOf(() => parseWindow({ from: '2026-03-02', to: '2026-03-02' })));
  });

  test('another zone than UTC is refused', () => {
    for (const zone of [undefined, 'UTC', 'utc', 'Etc/UTC', 'GMT']) expect(() => requireUtc(zone)).not.toThrow();
    expectText(problemOf(() => requireUtc('Europe/Berlin')));
  });
});

describe('a preset', () => {
  // Wednesday, 1 April 2026: the first day of a month and of a quarter, in the middle of a week.
  const wednesday = new Date('2026-04-01T23:59:59Z');
  test.each([
    ['today', '2026-04-01', '2026-04-02'],
    ['yesterday', '2026-03-31', '2026-04-01'],
    ['current-week', '2026-03-29', '2026-04-05'],
    ['last-week', '2026-03-22', '2026-03-29'],
    ['current-month', '2026-04-01', '2026-05-01'],
    ['last-month', '2026-03-01', '2026-04-01'],
    ['current-quarter', '2026-04-01', '2026-07-01'],
    ['last-quarter', '2026-01-01', '2026-04-01'],
    ['current-year', '2026-01-01', '2027-01-01'],
    ['last-year', '2025-01-01', '2026-01-01'],
    ['last-7-days', '2026-03-25', '2026-04-01'],
    ['last-30-days', '2026-03-02', '2026-04-01'],
  ])('%s', (name, from, to) => {
    expect(resolvePreset(name, wednesday)).toEqual({ from: new Date(from), to: new Date(to) });
  });

  test('the first days of a year look back into the last one; a Sunday begins its week', () => {
    const sunday = new Date('2023-01-01T00:00:00Z');
    expect(resolvePreset('last-month', sunday)?.from).toEqual(new Date('2022-12-01'));
    expect(resolvePreset('last-quarter', sunday)?.from).toEqual(new Date('2022-10-01'));
    expect(resolvePreset('current-week', sunday)?.from).toEqual(sunday);
  });

  test('none is no window, and an unknown name lists the known ones', () => {
    expect(resolvePreset('none', wednesday)).toBeUndefined();
    expect(problemOf(() => resolvePreset('tomorrow', wednesday))).toBe('unknown-preset: There is no preset "tomorrow"');
  });

  test('current-… holds now, last-… and yesterday end at or before the running day', () => {
    const times = fc.integer({ min: 0, max: 4102444800 }).map((seconds) => new Date(seconds * 1000));
    fc.assert(
      fc.property(times, fc.constantFrom(...PRESETS.filter((name) => name !== 'none')), (now, name) => {
        const { from, to } = resolvePreset(name, now)!;
        expect(from < to).toBe(true);
        if (name.startsWith('current-') || name === 'today') expect(from <= now && now < to).toBe(true);
        else expect(to <= now).toBe(true);
      }),
    );
  });
});
