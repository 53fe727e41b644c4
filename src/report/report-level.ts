import { isUtc } from '../mart/calendar/time-zone.js';
import { ConfigError } from '../model/errors.js';
import type { TimeWindow } from '../model/time-span.js';

/**
 * What a report is computed from, coarsest first: the aggregates by month or day, or the sessions themselves, of which the finer levels of
 * the aggregates are views.
 */
export const REPORT_LEVELS = ['month', 'day', 'session'] as const;

export type ReportLevel = (typeof REPORT_LEVELS)[number];

const MINUTE_MS = 60_000;

/** Whether a period of the level starts at this instant (UTC). */
function isBorder(level: ReportLevel, at: Date): boolean {
  switch (level) {
    case 'month':
      return at.getUTCDate() === 1 && isBorder('day', at);
    case 'day':
      return at.getTime() % (24 * 60 * MINUTE_MS) === 0;
    case 'session':
      return at.getTime() % (15 * MINUTE_MS) === 0;
  }
}

/** What decides on the level of a report. */
export interface LevelOptions {
  readonly window: TimeWindow | undefined;
  readonly timezone: string;
  /** All attributes that it groups or filters by. */
  readonly attributes: readonly { readonly level?: ReportLevel | undefined }[];
}

/** The coarsest level (fewest rows) that is fine enough for every attribute, the time zone and both ends of the window. */
export function chooseLevel({ window, timezone, attributes }: LevelOptions): ReportLevel {
  const borders = window === undefined ? [] : [window.from, window.to];
  // The days of the aggregates are those of UTC.
  const needed = [...attributes.flatMap((attribute) => attribute.level ?? []), ...(isUtc(timezone) ? [] : ['session' as const])];
  const finest = Math.max(0, ...needed.map((level) => REPORT_LEVELS.indexOf(level)));
  const level = REPORT_LEVELS.slice(finest).find((candidate) => borders.every((at) => isBorder(candidate, at)));
  if (level !== undefined) return level;
  const odd = borders.filter((at) => !isBorder('session', at)).map((at) => at.toISOString());
  throw new ConfigError(
    'window-off-grain',
    `${odd.join(' and ')} ${odd.length === 1 ? 'is' : 'are'} not on a quarter of an hour, the grain of the mart`,
    {
      state: 'nothing-read',
      next: 'Move --from and --to to :00, :15, :30 or :45.',
    },
  );
}
