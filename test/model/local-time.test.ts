import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  isTimeZone,
  toInstant,
  toMinuteOfDay,
  toWallDay,
  toWallTime,
  isInWindow,
  parseTimeOfDay,
  parseMinuteSchedule,
  type LocalWindow,
} from '../../src/model/local-time.js';
import { zones } from '../support/zones.js';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const at = (text: string): Date => new Date(text);

/** The local time of an instant, computed differently from the code under test. */
const shown = (instant: Date, zone: string): string => instant.toLocaleString('sv-SE', { timeZone: zone });

describe('local time', () => {
  const instants = fc.date({ min: at('2000-01-01T00:00:00Z'), max: at('2037-12-31T00:00:00Z'), noInvalidDate: true });

  test('is what the clocks of the zone show', () => {
    fc.assert(
      fc.property(instants, zones, (instant, zone) => {
        expect(new Date(toWallTime(instant, zone)).toISOString().replace('T', ' ').slice(0, 19)).toBe(shown(instant, zone));
      }),
      { numRuns: 500 },
    );
  });

  test('and back: the earliest instant at which they show it', () => {
    fc.assert(
      fc.property(instants, zones, (instant, zone) => {
        const wall = toWallTime(instant, zone);
        const back = toInstant(wall, zone);
        expect(toWallTime(back, zone)).toBe(wall);
        expect(back.getTime()).toBeLessThanOrEqual(Math.floor(instant.getTime() / 1_000) * 1_000);
      }),
      { numRuns: 500 },
    );
  });

  test.each([
    ['02:30 of the night that leaves it out', 'Europe/Berlin', '2026-03-29T02:30', '2026-03-29T01:30:00Z'],
    ['02:30 of the night that has it twice', 'Europe/Berlin', '2026-10-25T02:30', '2026-10-25T00:30:00Z'],
    ['half an hour is left out', 'Australia/Lord_Howe', '2026-10-04T02:15', '2026-10-03T15:45:00Z'],
    ['a midnight that is left out', 'America/Santiago', '2026-09-06T00:00', '2026-09-06T04:00:00Z'],
    ['a day that is left out', 'Pacific/Apia', '2011-12-30T12:00', '2011-12-30T22:00:00Z'],
  ])('%s', (_, zone, wall, instant) => {
    expect(toInstant(at(`${wall}:00Z`).getTime(), zone)).toEqual(at(instant));
  });

  test('a zone has a name that is known', () => {
    expect(['Europe/Berlin', 'UTC', 'Mars/Phobos', ''].map(isTimeZone)).toEqual([true, true, false, false]);
  });

  test('the day and the minute of it', () => {
    expect(new Date(toWallDay(at('2026-03-01T20:00:00Z'), 'Asia/Kolkata')).toISOString()).toBe('2026-03-02T00:00:00.000Z');
    expect(toMinuteOfDay(at('2026-03-01T20:00:59Z'), 'Asia/Kolkata')).toBe(90);
  });
});

const minutesOf = (window: LocalWindow, from: Date, hours: number): number => {
  let minutes = 0;
  for (let minute = 0; minute < hours * 60; minute++) if (isInWindow(new Date(from.getTime() + minute * MINUTE_MS), window)) minutes++;
  return minutes;
};

describe('a local window', () => {
  const minute = fc.integer({ min: 0, max: 1_439 });
  const nights = fc.constantFrom(
    ...['2026-03-28', '2026-10-24', '2026-03-07', '2026-10-31', '2026-04-04', '2026-10-03', '2026-07-01'].map((day) =>
      at(`${day}T00:00:00Z`),
    ),
  );

  test('and the one from its end to its beginning share the day between them, also in a night that is longer or shorter', () => {
    fc.assert(
      fc.property(minute, minute, zones, nights, fc.integer({ min: 0, max: 2_880 }), (fromMinute, toMinute, zone, night, later) => {
        fc.pre(fromMinute !== toMinute);
        const instant = new Date(night.getTime() + later * MINUTE_MS);
        const other = { fromMinute: toMinute, toMinute: fromMinute, zone };
        expect(isInWindow(instant, { fromMinute, toMinute, zone })).toBe(!isInWindow(instant, other));
      }),
      { numRuns: 1_000 },
    );
  });

  test('is open when the clocks show a time in it', () => {
    fc.assert(
      fc.property(minute, minute, zones, nights, fc.integer({ min: 0, max: 2_880 }), (fromMinute, toMinute, zone, night, later) => {
        const instant = new Date(night.getTime() + later * MINUTE_MS);
        const clock = shown(instant, zone).slice(11, 16);
        const [from, to] = [fromMinute, toMinute].map(
          (of) => `${String(Math.floor(of / 60)).padStart(2, '0')}:${String(of % 60).padStart(2, '0')}`,
        ) as [string, string];
        const isIn = from === to || (from < to ? clock >= from && clock < to : clock >= from || clock < to);
        expect(isInWindow(instant, { fromMinute, toMinute, zone })).toBe(isIn);
      }),
      { numRuns: 1_000 },
    );
  });

  test.each([
    ['an hour shorter in spring', '2026-03-29', { fromMinute: 60, toMinute: 360 }, 4],
    ['an hour longer in autumn', '2026-10-25', { fromMinute: 60, toMinute: 360 }, 6],
    ['over midnight, as long as the clocks say, in spring', '2026-03-29', { fromMinute: 1_320, toMinute: 360 }, 7],
    ['over midnight, in autumn', '2026-10-25', { fromMinute: 1_320, toMinute: 360 }, 9],
    ['all day', '2026-10-25', { fromMinute: 0, toMinute: 0 }, 24],
  ])('%s', (_, day, bounds, hours) => {
    // 24 hours from noon to noon in the zone's winter time, with the night in the middle.
    const from = new Date(at(`${day}T11:00:00Z`).getTime() - DAY_MS);
    expect(minutesOf({ ...bounds, zone: 'Europe/Berlin' }, from, 24)).toBe(hours * 60);
  });

  test('its bounds are written HH:mm', () => {
    expect(['00:00', '6:05', '23:59', '24:00', '24:01', '25:00', '12:60', '12', ''].map(parseTimeOfDay)).toEqual([
      ...[0, 365, 1_439, 0],
      ...[undefined, undefined, undefined, undefined, undefined],
    ]);
  });
});

test('a schedule of minute and hour', () => {
  const times = (text: string) =>
    parseMinuteSchedule(text)?.map((minute) => `${Math.floor(minute / 60)}:${String(minute % 60).padStart(2, '0')}`);
  expect(times('0 1')).toEqual(['1:00']);
  expect(times('20 0/8')).toEqual(['0:20', '8:20', '16:20']);
  expect(times('5,35 22-23')).toEqual(['22:05', '22:35', '23:05', '23:35']);
  expect(times('*/30 */12')).toEqual(['0:00', '0:30', '12:00', '12:30']);
  expect(parseMinuteSchedule('* *')).toHaveLength(1_440);
  for (const text of ['', '0', '0 1 *', '60 1', '0 24', 'a 1', '5-1 1', '*/0 1', '0 1-', '-1 1']) expect(times(text)).toBeUndefined();
});
