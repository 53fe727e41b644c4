import { toInstant, toWallDay, isInWindow, type LocalWindow, type MinuteSchedule } from '../../model/local-time.js';

/** Says whether a job is to begin at `now`, which is none before `last`, its last beginning; null: it never ran. */
export type Trigger = (now: Date, last: Date | null) => boolean;

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/**
 * Every so many minutes of UTC, as long as the local window is open. What was missed is made good once: whoever comes late into a span
 * of that many minutes, or years later, is due once in it.
 */
export function everyMinutes(minutes: number, window: LocalWindow): Trigger {
  const spanOf = (at: Date): number => Math.floor(at.getTime() / (minutes * MINUTE_MS));
  return (now, last) => isInWindow(now, window) && (last === null || spanOf(now) > spanOf(last));
}

/** Instants of UTC by a cron expression. */
export interface CronTimes {
  /** The seconds of a minute at which it can match. */
  readonly seconds: readonly number[];
  readonly matches: (at: Date) => boolean;
}

/** After so long a pause a tick was missed, whatever the expression says. */
const LONGEST_PAUSE_MS = 366 * DAY_MS;

/** At the instants of an expression, and once if some of them were missed since the last beginning. */
export function byCron({ seconds, matches }: CronTimes): Trigger {
  // Instants up to `until` need not be looked at again: none of them matched.
  let checked = { last: 0, until: 0 };
  return (now, last) => {
    if (last === null || now.getTime() - last.getTime() > LONGEST_PAUSE_MS) return true;
    const from = checked.last === last.getTime() ? checked.until : last.getTime();
    for (let minute = Math.floor(from / MINUTE_MS) * MINUTE_MS; minute <= now.getTime(); minute += MINUTE_MS)
      for (const second of seconds) {
        const at = minute + second * 1_000;
        // A tick that has made the job begin may come a moment after its instant.
        if (at > Math.max(from, Math.floor(last.getTime() / 1_000) * 1_000) && at <= now.getTime() && matches(new Date(at))) return true;
      }
    checked = { last: last.getTime(), until: now.getTime() };
    return false;
  };
}

/**
 * At local times of the day, each of them once a day: also in a night in which the clocks jump over it or show it twice. Of those that
 * were missed, the last one is made good.
 */
export const atLocalTimes =
  (minutes: MinuteSchedule, zone: string): Trigger =>
  (now, last) =>
    last === null || last < latestAt(now, minutes, zone);

/** The latest of the local times that has come by `now`. */
function latestAt(now: Date, minutes: MinuteSchedule, zone: string): Date {
  const today = toWallDay(now, zone);
  for (const day of [today, today - DAY_MS, today - 2 * DAY_MS]) {
    const instants = minutes.map((minute) => toInstant(day + minute * MINUTE_MS, zone)).filter((at) => at <= now);
    if (instants.length > 0) return instants.reduce((latest, at) => (at > latest ? at : latest));
  }
  throw new Error(`No time of day in ${minutes.join(', ')}`);
}
