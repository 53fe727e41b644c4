import { ConfigError } from '../model/errors.js';
import type { TimeWindow } from '../model/time-span.js';

/** The aggregate levels that reports read, coarsest first. */
export const REPORT_LEVELS = ['month', 'day', 'hour', 'subhr'] as const;

export type ReportLevel = (typeof REPORT_LEVELS)[number];

const MINUTE_MS = 60_000;

/** Whether a period of the level starts at this instant (UTC). */
function isBorder(level: ReportLevel, at: Date): boolean {
  switch (level) {
    case 'month':
      return at.getUTCDate() === 1 && isBorder('day', at);
    case 'day':
      return at.getTime() % (24 * 60 * MINUTE_MS) === 0;
    case 'hour':
      return at.getTime() % (60 * MINUTE_MS) === 0;
    case 'subhr':
      return at.getTime() % (15 * MINUTE_MS) === 0;
  }
}

/** The coarsest level (fewest rows) that is fine enough for every attribute and both ends of the window. */
export function chooseLevel(window: TimeWindow | undefined, needed: readonly ReportLevel[]): ReportLevel {
  const borders = window === undefined ? [] : [window.from, window.to];
  const finest = Math.max(0, ...needed.map((level) => REPORT_LEVELS.indexOf(level)));
  const level = REPORT_LEVELS.slice(finest).find((candidate) => borders.every((at) => isBorder(candidate, at)));
  if (level !== undefined) return level;
  const odd = borders.filter((at) => !isBorder('subhr', at)).map((at) => at.toISOString());
  throw new ConfigError(
    'window-off-grain',
    `${odd.join(' and ')} ${odd.length === 1 ? 'is' : 'are'} not on a quarter of an hour, the grain of the mart`,
    {
      state: 'nothing-read',
      next: 'Move --from and --to to :00, :15, :30 or :45.',
    },
  );
}
