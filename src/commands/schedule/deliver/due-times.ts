import { toInstant, toWallTime } from '../../../model/local-time.js';
import type { CronTimes } from '../triggers.js';

const DAY_MS = 86_400_000;

/** The longest that a delivery is looked back for, if it was never due: a yearly one is due once in it. */
const LOOK_BACK_DAYS = 366;

/** After a pause this many periods are caught up; who was away longer has other worries. */
export const MOST_CAUGHT_UP = 31;

/**
 * The instants in (`after`, `now`] at which the clocks of a zone show a time of the expression, newest first, at most `most`. A time that the
 * clocks skip is that much later, one that they repeat comes once. `after` null: it was never due.
 */
export function findDueTimes(cron: CronTimes, zone: string, { after, now, most }: { after: Date | null; now: Date; most: number }): Date[] {
  const found: Date[] = [];
  const today = Math.floor(toWallTime(now, zone) / DAY_MS) * DAY_MS;
  for (let daysAgo = 0; daysAgo <= LOOK_BACK_DAYS; daysAgo++) {
    const day = today - daysAgo * DAY_MS;
    if (after !== null && day + DAY_MS < toWallTime(after, zone) - DAY_MS) break;
    for (const minute of cron.minutesOfDay.toReversed()) {
      const wall = day + minute * 60_000;
      if (!cron.matches(new Date(wall))) continue;
      const at = toInstant(wall, zone);
      if (at > now) continue;
      if (after !== null && at <= after) return found;
      found.push(at);
      if (found.length >= most) return found;
    }
  }
  return found;
}
