import { ConfigError } from './errors.js';
import type { TimeWindow } from './time-span.js';

/** The date presets of the reports: GCXI's and a few more. */
export const PRESETS = [
  'none',
  'today',
  'yesterday',
  'current-week',
  'last-week',
  'current-month',
  'last-month',
  'current-quarter',
  'last-quarter',
  'current-year',
  'last-year',
  'last-7-days',
  'last-30-days',
] as const;

export type Preset = (typeof PRESETS)[number];

/** Midnight UTC of a date; a month or day out of range overflows into its neighbours, as `Date.UTC` does. */
const midnight = (year: number, month: number, day = 1): Date => new Date(Date.UTC(year, month, day));

/** How weeks are counted: as Info Mart does, from Sunday and cut at 1 January, or as ISO 8601 does, from Monday. */
export const WEEKS = ['info-mart', 'iso'] as const;

export type Weeks = (typeof WEEKS)[number];

/**
 * The window of a preset in whole days, weeks, months, quarters or years; undefined for `none`. `now` and the window are times on the clocks
 * of one zone, as if they were UTC. `current-…` is the whole period that contains `now`, including its future; `last-…` never contains the
 * current day.
 */
export function resolvePreset(name: string, now: Date, weeks: Weeks = 'info-mart'): TimeWindow | undefined {
  const year = now.getUTCFullYear();
  const month = now.getUTCMonth();
  const day = now.getUTCDate();
  const weekStart = day - (weeks === 'iso' ? (now.getUTCDay() + 6) % 7 : now.getUTCDay());
  const quarter = month - (month % 3);
  const days = (from: number, to: number): TimeWindow => ({ from: midnight(year, month, from), to: midnight(year, month, to) });
  const months = (from: number, to: number): TimeWindow => ({ from: midnight(year, from), to: midnight(year, to) });
  switch (requirePreset(name)) {
    case 'none':
      return undefined;
    case 'today':
      return days(day, day + 1);
    case 'yesterday':
      return days(day - 1, day);
    case 'current-week':
      return days(weekStart, weekStart + 7);
    case 'last-week':
      return days(weekStart - 7, weekStart);
    case 'current-month':
      return months(month, month + 1);
    case 'last-month':
      return months(month - 1, month);
    case 'current-quarter':
      return months(quarter, quarter + 3);
    case 'last-quarter':
      return months(quarter - 3, quarter);
    case 'current-year':
      return months(0, 12);
    case 'last-year':
      return months(-12, 0);
    case 'last-7-days':
      return days(day - 7, day);
    case 'last-30-days':
      return days(day - 30, day);
  }
}

/** The preset of a name, or a ConfigError. */
export function requirePreset(name: string): Preset {
  const preset = PRESETS.find((known) => known === name);
  if (preset !== undefined) return preset;
  throw new ConfigError('unknown-preset', `There is no preset ${JSON.stringify(name)}`, {
    state: 'nothing-done',
    next: `Use one of: ${PRESETS.join(', ')}.`,
  });
}
