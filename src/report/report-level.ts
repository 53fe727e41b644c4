import { queryRow, type Connection, type Statement } from '../db/connection.js';
import { readCalendars } from '../mart/calendar/calendars.js';
import { isUtc } from '../mart/calendar/time-zone.js';
import { hasTable } from '../mart/schema/migration-state.js';
import { dateTimeRelation, hasInfoMartWeeks, type Calendar } from '../model/calendar.js';
import { toEpochSeconds } from '../model/clock.js';
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

/** What a report is computed from: a level, and the mart's calendar of its zone. */
export interface ReportSource {
  readonly level: ReportLevel;
  readonly calendar?: Calendar | undefined;
}

export interface SourceOptions extends LevelOptions {
  /** All attributes that it groups or filters by, by name. */
  readonly attributes: readonly { readonly name: string; readonly level?: ReportLevel | undefined }[];
}

/**
 * In a zone other than UTC, a calendar of the mart saves making one. Its days take the place of the sessions, if they are fine enough, the
 * window begins and ends at midnight there, and the calendar knows all its sessions.
 */
export async function chooseSource(connection: Connection, level: ReportLevel, options: SourceOptions): Promise<ReportSource> {
  const { window, timezone, attributes } = options;
  if (isUtc(timezone) || !(await hasTable(connection, 'chatmart_calendar'))) return { level };
  const isWeekly = attributes.some(({ name }) => name === 'week' || name === 'weekday');
  const calendar = (await readCalendars(connection)).find(
    (candidate) => candidate.timezone === timezone && (!isWeekly || hasInfoMartWeeks(candidate)),
  );
  if (calendar === undefined) return { level };
  const knowsAll = calendar.factsFrom === 0 || (window !== undefined && toEpochSeconds(window.from) >= calendar.factsFrom);
  const isFineEnough = chooseLevel({ window: undefined, timezone: 'UTC', attributes }) !== 'session';
  if (!knowsAll || !isFineEnough || !(await isOfDays(connection, calendar, window))) return { level, calendar };
  return { level: 'day', calendar };
}

/** Whether a window begins and ends at midnight. */
async function isOfDays(connection: Connection, calendar: Calendar, window: TimeWindow | undefined): Promise<boolean> {
  if (window === undefined) return true;
  const { midnights } = await queryRow<{ midnights: number }>(connection, countMidnights(calendar, [window.from, window.to]));
  return midnights === 2;
}

const countMidnights = (calendar: Calendar, instants: readonly Date[]): Statement => ({
  text: `select count(*)::integer as midnights
from ${dateTimeRelation(calendar)}
where date_time_key = date_time_day_key and date_time_key = any ($1::bigint[])`,
  values: [instants.map(toEpochSeconds)],
});
