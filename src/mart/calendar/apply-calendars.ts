import { execute, queryRow, type Connection } from '../../db/connection.js';
import { postgresCode } from '../../db/postgres-errors.js';
import { dateTimeRelation, isSameCalendar, type Calendar } from '../../model/calendar.js';
import { ConfigError } from '../../model/errors.js';
import type { KvpMap } from '../../model/mapped-key.js';
import { fillCalendarDays } from '../aggregates/rebuild.js';
import { CHAT_STATS_LEVELS, statsView, tableOf } from '../aggregates/levels.js';
import { selectFactsKeptFrom } from '../retention.js';
import { dropChatViews } from '../schema/chat-schema.js';
import { toDropTenantViews } from '../schema/tenant-views.js';
import { keepDistribution } from '../schema/distribution.js';
import { applyCalendarSchema, dropCalendarSchema } from '../schema/generated-schema.js';
import { loadCalendarSchema } from '../schema/migration-source.js';
import { executeAll } from '../written-rows.js';
import { fillIntervals } from './calendar.js';
import { deleteCalendar, readCalendars, upsertCalendar, type MartCalendar } from './calendars.js';
import { findTimeZone } from './time-zone.js';

/** What became of a calendar of a mart. */
export interface CalendarChange {
  readonly calendar: Calendar;
  readonly what: 'added' | 'changed' | 'removed';
  /** Rows of its two tables. */
  readonly intervals: number;
  readonly days: number;
  /** See `MartCalendar`. */
  readonly factsFrom: number;
}

export interface ApplyCalendarsOptions {
  readonly map: KvpMap;
  readonly wanted: readonly Calendar[];
  /** Draws the key of the transaction that the rows of days point to. */
  readonly drawKey: () => Promise<number>;
  readonly nowTs: number;
}

/**
 * Makes the calendars of a mart those of the setting. Facts are only read; the days of sessions whose facts are purged stay unknown to a
 * calendar that is new. Runs in the caller's transaction, under the writer lock.
 * Errors: `ConfigError` for an unknown time zone, and for a calendar that something of somebody else's depends on.
 */
export async function applyCalendars(mart: Connection, options: ApplyCalendarsOptions): Promise<CalendarChange[]> {
  const present = await readCalendars(mart);
  const wanted: Calendar[] = [];
  for (const calendar of options.wanted) wanted.push({ ...calendar, timezone: await findTimeZone(mart, calendar.timezone) });
  const kept = present.filter((calendar) => wanted.some((other) => isSameCalendar(calendar, other)));
  const changes: CalendarChange[] = [];
  for (const calendar of present.filter(({ name }) => !wanted.some((other) => other.name === name)))
    changes.push(await remove(mart, calendar, options.map));
  for (const calendar of wanted.filter(({ name }) => !kept.some((other) => other.name === name)))
    changes.push(await make(mart, calendar, present, options));
  return changes;
}

async function remove(mart: Connection, calendar: MartCalendar, map: KvpMap): Promise<CalendarChange> {
  const schema = await loadCalendarSchema(calendar, map);
  const people = CHAT_STATS_LEVELS.map((level) => statsView(level, calendar));
  try {
    const names = [...schema.tables, ...schema.views].map(({ name }) => name);
    await execute(mart, { text: await toDropTenantViews(mart, [...names, ...people]) });
    await dropChatViews(mart, people);
    await dropCalendarSchema(mart, schema);
  } catch (error) {
    throw postgresCode(error) === DEPENDENT_OBJECTS ? toInUseError(calendar, error as Error & { readonly detail?: string }) : error;
  }
  await executeAll(mart, deleteCalendar(calendar), { table: 'chatmart_calendar', verb: 'deleted', wanted: 1 });
  return { calendar, what: 'removed', intervals: 0, days: 0, factsFrom: 0 };
}

const DEPENDENT_OBJECTS = '2BP01';

const toInUseError = ({ name }: Calendar, error: Error & { readonly detail?: string }): ConfigError =>
  new ConfigError('calendar-in-use', `The calendar ${name} cannot be removed: ${error.detail?.split('\n')[0] ?? error.message}`, {
    cause: error,
    state: 'nothing-changed',
    next: 'Drop what depends on it, or leave the calendar in the setting calendars.',
    again: 'then',
  });

/** Creates or changes one. The tables of one that changes are emptied, not dropped, so that views of analysts stay. */
async function make(
  mart: Connection,
  calendar: Calendar,
  present: readonly Calendar[],
  { map, drawKey, nowTs }: ApplyCalendarsOptions,
): Promise<CalendarChange> {
  const schema = await loadCalendarSchema(calendar, map);
  const isNew = !present.some(({ name }) => name === calendar.name);
  await applyCalendarSchema(mart, schema);
  await keepDistribution(mart, [dateTimeRelation(calendar)]);
  if (!isNew)
    await execute(mart, {
      text: `truncate ${dateTimeRelation(calendar)}, ${tableOf('day', calendar)!.table}`,
    });
  const { kept_from: factsFrom } = await queryRow<{ kept_from: number }>(mart, selectFactsKeptFrom);
  await executeAll(mart, upsertCalendar({ ...calendar, factsFrom }, nowTs), {
    ...{ table: 'chatmart_calendar', verb: 'inserted', wanted: 1 },
  });
  const intervals = await fillIntervals(mart, calendar);
  const days = await fillCalendarDays(mart, { map, auditKey: await drawKey() }, calendar);
  return { calendar, what: isNew ? 'added' : 'changed', intervals, days, factsFrom };
}
