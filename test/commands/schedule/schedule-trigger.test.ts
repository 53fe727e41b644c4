import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseCron } from '../../../src/commands/schedule/ticker.js';
import { atLocalTimes, byCron, everyMinutes, type Trigger } from '../../../src/commands/schedule/triggers.js';
import { problemOf } from '../../support/problem-of.js';
import { zones } from '../../support/zones.js';

const MINUTE_MS = 60_000;
const at = (text: string): Date => new Date(text);
const ALL_DAY = { fromMinute: 0, toMinute: 0, zone: 'UTC' };

/** When a job begins if there is a tick every minute, or every `step` minutes, and the job ends at once. */
function beginnings(isDue: Trigger, from: string, minutes: number, last: Date | null = null, step = 1): string[] {
  const begun: string[] = [];
  for (let minute = 0; minute < minutes; minute += step) {
    const now = new Date(at(from).getTime() + minute * MINUTE_MS);
    if (!isDue(now, last)) continue;
    last = now;
    begun.push(now.toISOString().slice(0, 16));
  }
  return begun;
}

describe('every so many minutes', () => {
  test('once each, from the first tick on', () => {
    expect(beginnings(everyMinutes(5, ALL_DAY), '2026-03-01T10:03:00Z', 14)).toEqual([
      ...['2026-03-01T10:03', '2026-03-01T10:05', '2026-03-01T10:10', '2026-03-01T10:15'],
    ]);
  });

  test('once after downtime, however long, and not if the last one is younger than the frequency', () => {
    const isDue = everyMinutes(5, ALL_DAY);
    expect(beginnings(isDue, '2026-03-01T10:06:00Z', 4, at('2026-02-01T10:05:00Z'))).toEqual(['2026-03-01T10:06']);
    expect(beginnings(isDue, '2026-03-01T10:06:00Z', 4, at('2026-03-01T10:05:20Z'))).toEqual([]);
  });

  test('within the window only, and at its first tick', () => {
    const night = { fromMinute: 1_380, toMinute: 60, zone: 'Europe/Berlin' };
    expect(beginnings(everyMinutes(45, night), '2026-03-01T12:00:00Z', 1_440, at('2026-03-01T00:00:00Z'))).toEqual([
      ...['2026-03-01T22:00', '2026-03-01T22:30', '2026-03-01T23:15'],
    ]);
  });

  test('nothing is lost or doubled in the hour that comes twice', () => {
    const zone = 'Europe/Berlin';
    const night = beginnings(everyMinutes(15, { fromMinute: 60, toMinute: 240, zone }), '2026-10-24T22:00:00Z', 480);
    expect(night).toHaveLength(16);
    expect([night[0], night.at(-1)]).toEqual(['2026-10-24T23:00', '2026-10-25T02:45']);
  });
});

describe('by a cron expression, in UTC', () => {
  test('at its instants, and once after some were missed', () => {
    const hourly = byCron(parseCron('7 * * * *'));
    expect(beginnings(hourly, '2026-10-25T00:00:00Z', 180, at('2026-10-24T23:30:00Z'))).toEqual([
      ...['2026-10-25T00:07', '2026-10-25T01:07', '2026-10-25T02:07'],
    ]);
    expect(beginnings(hourly, '2026-10-25T09:30:00Z', 60, at('2026-10-24T23:30:00Z'))).toEqual(['2026-10-25T09:30', '2026-10-25T10:07']);
    expect(beginnings(hourly, '2026-10-25T09:30:00Z', 1, at('2020-01-01T00:00:00Z'))).toEqual(['2026-10-25T09:30']);
  });

  test('a weekly one waits for its day', () => {
    const monday = byCron(parseCron('0 6 * * 1'));
    expect(monday(at('2026-03-04T10:00:00Z'), at('2026-03-02T06:00:00Z'))).toBe(false);
    expect(monday(at('2026-03-09T05:59:00Z'), at('2026-03-02T06:00:00Z'))).toBe(false);
    expect(monday(at('2026-03-09T06:00:00Z'), at('2026-03-02T06:00:00Z'))).toBe(true);
    expect(monday(at('2026-03-11T10:00:00Z'), at('2026-03-02T06:00:00Z'))).toBe(true);
  });

  test('with seconds, not twice in one', () => {
    const isDue = byCron(parseCron('*/2 * * * * *'));
    expect(isDue(at('2026-03-01T10:00:02.004Z'), at('2026-03-01T10:00:00Z'))).toBe(true);
    expect(isDue(at('2026-03-01T10:00:02.900Z'), at('2026-03-01T10:00:02.004Z'))).toBe(false);
    expect(isDue(at('2026-03-01T10:00:03Z'), at('2026-03-01T10:00:02Z'))).toBe(false);
    expect(isDue(at('2026-03-01T10:00:09Z'), at('2026-03-01T10:00:02Z'))).toBe(true);
  });

  test('at once if it never ran, or if it paused for more than a year, even if nothing matched', () => {
    const never = byCron({ seconds: [0], matches: () => false });
    const now = at('2026-03-01T10:00:00Z');
    expect(never(now, null)).toBe(true);
    expect(never(now, at('2025-02-28T10:00:00Z'))).toBe(false);
    expect(never(now, at('2025-02-28T09:59:59Z'))).toBe(true);
  });

  test('an expression that is none', async () => {
    expect(await problemOf(() => parseCron('61 * * * *'))).toMatch(/^ConfigError bad-cron/);
    expect(await problemOf(() => parseCron('* * *'))).toMatch(/^ConfigError bad-cron/);
  });
});

describe('at a local time of the day', () => {
  test('once a day by the calendar of the zone, also where the clocks jump over it or show it twice', () => {
    const quarters = fc.integer({ min: 0, max: 95 }).map((quarter) => quarter * 15);
    const changes = ['2026-03-29', '2026-10-25', '2026-03-08', '2026-11-01', '2026-04-05', '2026-09-06', '2026-10-04', '2026-07-01'];
    const around = fc.constantFrom(...changes.map((day) => new Date(at(`${day}T00:00:00Z`).getTime() - 2 * 86_400_000)));
    fc.assert(
      fc.property(around, quarters, zones, (from, minute, zone) => {
        const begun = beginnings(atLocalTimes([minute], zone), from.toISOString(), 4 * 1_440, from, 15);
        expect([3, 4, 5]).toContain(begun.length);
        const shown = begun.map((text) => new Date(`${text}:00Z`).toLocaleString('sv-SE', { timeZone: zone }));
        expect(new Set(shown.map((text) => text.slice(0, 10))).size).toBe(begun.length);
        const wanted = `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
        // All but the night that lacks this time.
        expect(shown.filter((text) => text.slice(11, 16) !== wanted).length).toBeLessThanOrEqual(1);
      }),
      { numRuns: 60 },
    );
  });

  test.each([
    ['spring', '2026-03-28T12:00:00Z', '2026-03-29T01:30'],
    ['autumn', '2026-10-24T12:00:00Z', '2026-10-25T00:30'],
  ])('02:30 in the night of %s', (_, from, begun) => {
    expect(beginnings(atLocalTimes([150], 'Europe/Berlin'), from, 1_440, at(from))).toEqual([begun]);
  });

  test('the last one that was missed is made good, once', () => {
    const isDue = atLocalTimes([60, 180], 'UTC');
    expect(beginnings(isDue, '2026-03-04T10:00:00Z', 60, at('2026-03-01T00:00:00Z'))).toEqual(['2026-03-04T10:00']);
    expect(beginnings(isDue, '2026-03-04T10:00:00Z', 60, at('2026-03-04T03:00:01Z'))).toEqual([]);
    for (const minutes of [
      [60, 180],
      [180, 60],
    ])
      expect(atLocalTimes(minutes, 'UTC')(at('2026-03-04T10:00:00Z'), at('2026-03-04T02:00:00Z'))).toBe(true);
  });

  test('before that time, the one of yesterday counts', () => {
    const isDue = atLocalTimes([1_200], 'UTC');
    expect(isDue(at('2026-03-04T10:00:00Z'), at('2026-03-02T21:00:00Z'))).toBe(true);
    expect(isDue(at('2026-03-04T10:00:00Z'), at('2026-03-03T20:00:00Z'))).toBe(false);
    expect(isDue(at('2026-03-04T20:00:00Z'), at('2026-03-03T20:00:00Z'))).toBe(true);
    expect(isDue(at('2026-03-04T10:00:00Z'), null)).toBe(true);
  });
});
