import type { Random } from './random.js';

const HOUR = 3600;
const DAY = 24 * HOUR;

/** Relative load of each hour of the day (UTC). */
const BY_HOUR = [3, 2, 2, 2, 3, 5, 10, 22, 45, 62, 70, 66, 58, 62, 66, 60, 52, 44, 38, 32, 24, 15, 9, 5];
const WEEKEND = 0.4;
/** January to December: January sales, holidays in July and August, Christmas season. */
const BY_MONTH = [1.15, 0.95, 1, 1, 0.95, 0.95, 0.8, 0.75, 1, 1.05, 1.3, 1.5];

/** Start times of `count` sessions in [from, to), epoch seconds, in ascending order. */
export function drawArrivals(random: Random, count: number, from: number, to: number, profile: LoadProfile = 'ordinary'): Float64Array {
  if (profile === 'sizing') return toFullLoad(count, from, to);
  const hours = toHours(from, to, profile === 'quiet' ? () => 1 : toBusyness(drawIncidents(random, from, to)));
  const total = hours.at(-1)!.weightUpTo;
  const shares = Float64Array.from({ length: count }, () => random.next() * total).sort();
  let current = 0;
  let weightBefore = 0;
  return shares.map((share) => {
    while (hours[current]!.weightUpTo <= share) weightBefore = hours[current++]!.weightUpTo;
    const hour = hours[current]!;
    const position = (share - weightBefore) / (hour.weightUpTo - weightBefore);
    return Math.min(hour.to - 1, Math.floor(hour.from + position * (hour.to - hour.from)));
  });
}

/** Enough Chat Servers for the window, each at its limit from the first second; the last one stops early. */
function toFullLoad(count: number, from: number, to: number): Float64Array {
  const { usual, peak, peakSeconds, peakEvery } = SIZING_LOAD;
  const isPeak = (at: number): boolean => (at - from) % peakEvery >= peakEvery - peakSeconds;
  let ofOneServer = 0;
  for (let at = from; at < to && ofOneServer < count; at++) ofOneServer += isPeak(at) ? peak : usual;
  const servers = Math.ceil(count / ofOneServer);
  const arrivals = new Float64Array(count);
  for (let filled = 0, at = from; filled < count; at++)
    for (let now = servers * (isPeak(at) ? peak : usual); now > 0 && filled < count; now--) arrivals[filled++] = at;
  return arrivals;
}

interface WeightedHour {
  readonly from: number;
  readonly to: number;
  /** Sum of weights up to and including this hour. */
  readonly weightUpTo: number;
}

/** The hours of [from, to); the first and last may be partial. */
function toHours(from: number, to: number, toWeight: (at: number) => number): WeightedHour[] {
  const hours: WeightedHour[] = [];
  let weightUpTo = 0;
  for (let start = from; start < to;) {
    const end = Math.min(to, start - (start % HOUR) + HOUR);
    weightUpTo += (end - start) * toWeight(start);
    hours.push({ from: start, to: end, weightUpTo });
    start = end;
  }
  return hours;
}

/** Incidents elsewhere that make customers write: about twice a month, in working hours, for one to four hours. Factors by hour. */
function drawIncidents(random: Random, from: number, to: number): ReadonlyMap<number, number> {
  const incidents = new Map<number, number>();
  for (let day = from - (from % DAY); day < to; day += DAY) {
    if (!random.chance(0.07)) continue;
    const first = random.integer(8, 18);
    const factor = 1.5 + 2.5 * random.next();
    for (let hour = first + random.integer(0, 3); hour >= first; hour--) incidents.set(day + hour * HOUR, factor);
  }
  return incidents;
}

/** Load by hour, weekday and season, with incidents. */
function toBusyness(incidents: ReadonlyMap<number, number>): (at: number) => number {
  return (at) => {
    // 1 January 1970 was a Thursday.
    const weekday = (Math.floor(at / DAY) + 4) % 7;
    const usual = BY_HOUR[Math.floor((at % DAY) / HOUR)]! * (weekday === 0 || weekday === 6 ? WEEKEND : 1);
    return usual * BY_MONTH[new Date(at * 1000).getUTCMonth()]! * (incidents.get(at - (at % HOUR)) ?? 1);
  };
}

/**
 * How sessions arrive. `ordinary`: as in a contact centre, by hour, weekday and season, with incidents. `sizing`: every Chat Server at the
 * limit of the guide's sizing table, with short, simple sessions only. `quiet`: evenly, day and night.
 */
export const LOAD_PROFILES = ['ordinary', 'sizing', 'quiet'] as const;
export type LoadProfile = (typeof LOAD_PROFILES)[number];

/** Sessions a second of one Chat Server in the guide's sizing table: 10, with rare peaks of 30, here five seconds in five minutes. */
export const SIZING_LOAD = { usual: 10, peak: 30, peakSeconds: 5, peakEvery: 300 } as const;
