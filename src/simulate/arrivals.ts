import type { Random } from './random.js';

const HOUR = 3600;
const DAY = 24 * HOUR;

/** How busy each hour of the day (UTC) is, relative to the others. */
const BY_HOUR = [3, 2, 2, 2, 3, 5, 10, 22, 45, 62, 70, 66, 58, 62, 66, 60, 52, 44, 38, 32, 24, 15, 9, 5];
const WEEKEND = 0.4;

/** Start times of `count` sessions in [from, to), epoch seconds, in ascending order: more by day than by night, fewer at weekends. */
export function drawArrivals(random: Random, count: number, from: number, to: number): Float64Array {
  const hours = toHours(from, to);
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

interface WeightedHour {
  readonly from: number;
  readonly to: number;
  /** Of all hours up to this one. */
  readonly weightUpTo: number;
}

/** The hours of [from, to), the first and the last one perhaps in part. */
function toHours(from: number, to: number): WeightedHour[] {
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

function toWeight(at: number): number {
  // 1 January 1970 was a Thursday.
  const weekday = (Math.floor(at / DAY) + 4) % 7;
  return BY_HOUR[Math.floor((at % DAY) / HOUR)]! * (weekday === 0 || weekday === 6 ? WEEKEND : 1);
}
