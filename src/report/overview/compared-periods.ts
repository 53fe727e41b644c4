import { ConfigError } from '../../model/errors.js';
import { counted, didYouMean } from '../../model/text.js';
import type { TimeWindow } from '../../model/time-span.js';

/** What an overview can be compared with. */
export const COMPARISONS = ['previous', 'weekday', 'year-ago'] as const;

export type Comparison = (typeof COMPARISONS)[number];

export const DEFAULT_COMPARISONS: readonly Comparison[] = ['previous', 'weekday'];

/** Parses the comma-separated list of `--compare`; `none` is the empty list. Throws `ConfigError` with all problems at once. */
export function parseCompare(list: string): Comparison[] {
  const names = list.split(',').map((name) => name.trim());
  if (names.length === 1 && names[0] === 'none') return [];
  const isKnown = (name: string): name is Comparison => (COMPARISONS as readonly string[]).includes(name);
  const problems = [
    ...names.flatMap((name) => (isKnown(name) ? [] : [`${JSON.stringify(name)} is not a comparison${didYouMean(name, COMPARISONS)}`])),
    ...[...new Set(names.filter((name, index) => names.indexOf(name) !== index))].map((name) => `${name} is listed twice`),
  ];
  if (problems.length === 0) return names.filter(isKnown);
  throw new ConfigError('bad-compare', `--compare: ${problems.join('; ')}`, {
    state: 'nothing-read',
    next: `Use a comma-separated list of: ${COMPARISONS.join(', ')}; or none.`,
  });
}

/** Earlier windows that a period is compared with; of several, with their mean. */
export interface EarlierWindows {
  readonly title: string;
  /** The latest first. */
  readonly windows: readonly TimeWindow[];
}

const DAY_MS = 86_400_000;
const WEEK_MS = 7 * DAY_MS;
const WEEKS = [1, 2, 3, 4];

/**
 * The earlier windows of a comparison. All times are those on the clocks of one zone, as if they were UTC. `cut` is where the period is cut
 * because it is not over: the earlier windows are cut after the same time.
 */
export function toEarlierWindows(comparison: Comparison, period: TimeWindow, cut?: Date): EarlierWindows {
  const months = countMonths(period);
  const length = period.to.getTime() - period.from.getTime();
  const shifted = (shift: (at: Date) => Date): TimeWindow => cutLike({ from: shift(period.from), to: shift(period.to) }, period, cut);
  const byMs = (ms: number): TimeWindow => shifted((at) => new Date(at.getTime() - ms));
  const ending = cut === undefined ? '' : ', to the same time';
  switch (comparison) {
    case 'previous':
      return months === 0
        ? { title: `the ${toLengthText(length)} before${ending}`, windows: [byMs(length)] }
        : {
            title: `the ${months === 1 ? 'month' : counted(months, 'month')} before${ending}`,
            windows: [shifted((at) => addMonths(at, -months))],
          };
    case 'weekday': {
      // The earlier windows must not overlap the period.
      const weeks = Math.ceil(length / WEEK_MS);
      return {
        title:
          weeks > 1
            ? `${WEEKS.length} earlier periods with the same weekdays, ${weeks} weeks apart`
            : `the same ${length > DAY_MS ? 'weekdays' : 'weekday'} of the last ${WEEKS.length} weeks${ending}`,
        windows: WEEKS.map((week) => byMs(week * weeks * WEEK_MS)),
      };
    }
    case 'year-ago':
      return months === 0
        ? { title: `52 weeks ago${ending}`, windows: [byMs(52 * WEEK_MS)] }
        : { title: `a year ago${ending}`, windows: [shifted((at) => addMonths(at, -12))] };
  }
}

/** How many whole calendar months a period has; 0 if it begins or ends within one. */
function countMonths({ from, to }: TimeWindow): number {
  const isFirst = (at: Date): boolean => at.getUTCDate() === 1 && at.getTime() % DAY_MS === 0;
  if (!isFirst(from) || !isFirst(to)) return 0;
  return (to.getUTCFullYear() - from.getUTCFullYear()) * 12 + to.getUTCMonth() - from.getUTCMonth();
}

const addMonths = (at: Date, months: number): Date => new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + months, at.getUTCDate()));

/** A month may be shorter than the part of the other one that is over. */
function cutLike(earlier: TimeWindow, period: TimeWindow, cut: Date | undefined): TimeWindow {
  if (cut === undefined) return earlier;
  const to = new Date(earlier.from.getTime() + cut.getTime() - period.from.getTime());
  return { from: earlier.from, to: to < earlier.to ? to : earlier.to };
}

function toLengthText(ms: number): string {
  const [count, unit] =
    ms % DAY_MS === 0 ? [ms / DAY_MS, 'day'] : ms % 3_600_000 === 0 ? [ms / 3_600_000, 'hour'] : [ms / 60_000, 'minute'];
  return count === 1 ? unit : counted(count, unit);
}
