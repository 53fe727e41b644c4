import { expect, test } from 'vitest';
import { drawArrivals, type LoadProfile } from '../../src/simulate/arrivals.js';
import { createRandom } from '../../src/simulate/random.js';
import { simulateSessions } from '../../src/simulate/simulate-sessions.js';
import { toEnd } from '../../src/simulate/play/timeline.js';

const DAY = 86_400;
const FROM = Date.UTC(2026, 0, 1) / 1000;

test('sessions start in [from, to), in order, more by day than by night', () => {
  const [from, to] = [FROM + 3_599, FROM + DAY + 1];
  const arrivals = [...drawArrivals(createRandom(1, 0), 20_000, from, to)];
  expect(arrivals).toHaveLength(20_000);
  expect(arrivals.every((at, index) => at >= from && at < to && at >= (arrivals[index - 1] ?? 0))).toBe(true);
  const between = (first: number, last: number): number =>
    arrivals.filter((at) => at >= FROM + first * 3_600 && at < FROM + last * 3_600).length;
  expect(between(9, 17)).toBeGreaterThan(5 * between(1, 5));
  expect([...drawArrivals(createRandom(1, 0), 3, FROM, FROM + 1)]).toEqual([FROM, FROM, FROM]);
});

test('weekends and seasons show; a quiet load is even', () => {
  const year = (profile: LoadProfile): number[] => [...drawArrivals(createRandom(1, 0), 50_000, FROM, FROM + 365 * DAY, profile)];
  const perDay = (arrivals: readonly number[]): number[] => {
    const days = new Array<number>(365).fill(0);
    for (const at of arrivals) days[Math.floor((at - FROM) / DAY)]!++;
    return days;
  };
  const mean = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0) / numbers.length;
  const days = perDay(year('ordinary'));
  const isWeekend = (day: number): boolean => [2, 3].includes(day % 7); // 1 January 2026 is a Thursday
  const workdays = days.filter((_, day) => !isWeekend(day));
  expect(mean(workdays) / mean(days.filter((_, day) => isWeekend(day)))).toBeGreaterThan(2);
  expect(mean(days.slice(334)) / mean(days.slice(212, 243))).toBeGreaterThan(1.6); // December, August
  const quiet = perDay(year('quiet'));
  expect(Math.max(...quiet) / Math.min(...quiet)).toBeLessThan(2);
});

test('about twice a month something goes wrong: for some hours there is more than twice the load of the same hours in the weeks around', () => {
  const hours = new Array<number>(365 * 24).fill(0);
  for (const at of drawArrivals(createRandom(1, 0), 600_000, FROM, FROM + 365 * DAY)) hours[Math.floor((at - FROM) / 3_600)]!++;
  const week = 7 * 24;
  const isIncident = (sessions: number, hour: number): boolean => {
    const around = [-2, -1, 1, 2].map((weeks) => hours[hour + weeks * week] ?? 0).sort((a, b) => a - b);
    return around[1]! > 40 && sessions > 2.2 * around[2]!;
  };
  const days = new Set([...hours.keys()].filter((hour) => isIncident(hours[hour]!, hour)).map((hour) => Math.floor(hour / 24)));
  // 25 days a year, of which those with a factor below 2.2 are not visible.
  expect(days.size).toBeGreaterThan(9);
  expect(days.size).toBeLessThan(30);
});

test('a sizing load is the limit of the guide for as many Chat Servers as are needed', () => {
  const perSecond = (arrivals: Float64Array): number[] => {
    const counts = new Map<number, number>();
    for (const at of arrivals) counts.set(at - FROM, (counts.get(at - FROM) ?? 0) + 1);
    return Array.from({ length: 600 }, (_, second) => counts.get(second) ?? 0);
  };
  const one = perSecond(drawArrivals(createRandom(1, 0), 6_200, FROM, FROM + 600, 'sizing'));
  expect(one.map((sessions, second) => sessions - (second % 300 >= 295 ? 30 : 10)).filter((difference) => difference !== 0)).toEqual([]);
  const three = drawArrivals(createRandom(1, 0), 12_401, FROM, FROM + 600, 'sizing');
  expect(three).toHaveLength(12_401);
  expect(perSecond(three)[0]).toBe(30);
  expect(three.at(-1)).toBeLessThan(FROM + 600);
});

test('the sessions of a sizing load keep one Chat Server at its limits, and not above them', () => {
  const running = new Array<number>(600).fill(0);
  const messages = new Array<number>(600).fill(0);
  for (const { timeline } of simulateSessions({ sessions: 6_200, from: FROM, to: FROM + 600, seed: 1, profile: 'sizing' })) {
    for (let at = timeline.start; at < toEnd(timeline) && at < FROM + 600; at++) running[at - FROM]!++;
    for (const { kind, at } of timeline.events) if (kind === 'message' && at < FROM + 600) messages[at - FROM]!++;
  }
  expect(Math.max(...running)).toBeLessThanOrEqual(1_000);
  expect(Math.max(...running)).toBeGreaterThan(950);
  const settled = messages.slice(150);
  const perSecond = settled.reduce((sum, count) => sum + count, 0) / settled.length;
  expect(perSecond).toBeGreaterThan(45);
  expect(perSecond).toBeLessThanOrEqual(50);
  expect(Math.max(...settled)).toBeLessThanOrEqual(150);
});
