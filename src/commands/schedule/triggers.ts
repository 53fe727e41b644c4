import { toInstant, toWallDay, isInWindow, type LocalWindow, type MinuteSchedule } from '../../model/local-time.js';

/** Whether a job is due at `now`, which is not before `last`, its last start; null: it never ran. */
export type Trigger = (now: Date, last: Date | null) => boolean;

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/**
 * Every `minutes` minutes of UTC, while the local window is open. Missed times are caught up once: a job started late in its span, or years
 * later, is due once in that span.
 */
export function everyMinutes(minutes: number, window: LocalWindow): Trigger {
  const spanOf = (at: Date): number => Math.floor(at.getTime() / (minutes * MINUTE_MS));
  return (now, last) => isInWindow(now, window) && (last === null || spanOf(now) > spanOf(last));
}

/** Instants of UTC given by a cron expression. */
export interface CronTimes {
  /** The seconds of a minute at which it can match. */
  readonly seconds: readonly number[];
  /** The minutes since midnight at which it can match, ascending. */
  readonly minutesOfDay: readonly number[];
  readonly matches: (at: Date) => boolean;
}

/** After a pause this long a tick was missed, whatever the expression. */
const LONGEST_PAUSE_MS = 366 * DAY_MS;

/** At the instants of an expression, and once if any were missed since the last start. */
export function byCron({ seconds, matches }: Pick<CronTimes, 'seconds' | 'matches'>): Trigger {
  // Instants up to `until` were checked, and none matched.
  let checked = { last: 0, until: 0 };
  return (now, last) => {
    if (last === null || now.getTime() - last.getTime() > LONGEST_PAUSE_MS) return true;
    const from = checked.last === last.getTime() ? checked.until : last.getTime();
    for (let minute = Math.floor(from / MINUTE_MS) * MINUTE_MS; minute <= now.getTime(); minute += MINUTE_MS)
      for (const second of seconds) {
        const at = minute + second * 1_000;
        // A tick that started the job may come shortly after its instant.
        if (at > Math.max(from, Math.floor(last.getTime() / 1_000) * 1_000) && at <= now.getTime() && matches(new Date(at))) return true;
      }
    checked = { last: last.getTime(), until: now.getTime() };
    return false;
  };
}

/**
 * At local times of day, each once a day, even on a day when the clocks skip or repeat that time. Of missed times, only the last is caught
 * up.
 */
export const atLocalTimes =
  (minutes: MinuteSchedule, zone: string): Trigger =>
  (now, last) =>
    last === null || last < latestAt(now, minutes, zone);

/** The latest of the local times at or before `now`. */
function latestAt(now: Date, minutes: MinuteSchedule, zone: string): Date {
  const today = toWallDay(now, zone);
  for (const day of [today, today - DAY_MS, today - 2 * DAY_MS]) {
    const instants = minutes.map((minute) => toInstant(day + minute * MINUTE_MS, zone)).filter((at) => at <= now);
    if (instants.length > 0) return instants.reduce((latest, at) => (at > latest ? at : latest));
  }
  throw new Error(`No time of day in ${minutes.join(', ')}`);
}
