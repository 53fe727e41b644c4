import { execute, queryRow, type Connection } from '../../db/connection.js';
import { dateTimeRelation, type Calendar } from '../../model/calendar.js';
import { INTERVAL_SECONDS, OPEN_END_KEY } from '../../model/date-time-key.js';
import { requireWritten } from '../written-rows.js';
import { readCalendars } from './calendars.js';
import { countIntervals, insertIntervals, selectCalendarSpan, selectOldestStartKey, type IntervalSpan } from './calendar.sql.js';

/** The keys of DATE_TIME are 32-bit integers, which end in January 2038. */
const LAST_YEAR = 2037;

/** A span of time in epoch seconds (UTC), both ends inclusive. */
export interface CalendarSpan {
  readonly firstTs: number;
  readonly lastTs: number;
}

/**
 * Makes sure that DATE_TIME has the whole UTC years of a span, and all years between them and those it already has: there is never a gap.
 * The other calendars follow. Returns the number of intervals added to DATE_TIME. Idempotent, and cheap when nothing is missing. Runs in the
 * caller's transaction, under the writer lock.
 */
export async function ensureCalendarYears(connection: Connection, { firstTs, lastTs }: CalendarSpan): Promise<number> {
  const present = await readYears(connection);
  const [fromYear, toYear] = [toYearNumber(firstTs), Math.min(toYearNumber(lastTs), LAST_YEAR)];
  const [first, last] = present ?? [toYear + 1, toYear];
  const missing = [
    { from: fromYear, to: first - 1 },
    { from: last + 1, to: toYear },
  ].filter(({ from, to }) => from <= to);
  if (missing.length === 0) return 0;
  const added = await addIntervals(
    connection,
    missing.map(({ from, to }) => toSpan(from, to)),
  );
  const spansOfCalendars = missing.map(({ from, to }) => toSpanWithYearBefore(from, to));
  for (const calendar of await readCalendars(connection)) await addIntervals(connection, spansOfCalendars, calendar);
  return added;
}

/** Adds intervals to a calendar; undefined: to DATE_TIME. All of them are there then, whoever added them. Returns how many were added. */
async function addIntervals(connection: Connection, spans: readonly IntervalSpan[], calendar?: Calendar): Promise<number> {
  const added = await execute(connection, insertIntervals(spans, calendar));
  const { present } = await queryRow<{ present: number }>(connection, countIntervals(spans, calendar));
  const wanted = spans.reduce((intervals, { fromKey, toKey }) => intervals + (toKey - fromKey) / INTERVAL_SECONDS, 0);
  await requireWritten(connection, { table: dateTimeRelation(calendar), verb: 'inserted', wanted, written: present });
  return added;
}

/** Fills the table of a calendar: the years of DATE_TIME and the one before, so that it has the start of each of their periods. */
export async function fillIntervals(connection: Connection, calendar: Calendar): Promise<number> {
  const [from, to] = await readCalendarYears(connection);
  const openEnd = { fromKey: OPEN_END_KEY, toKey: OPEN_END_KEY + INTERVAL_SECONDS };
  return addIntervals(connection, [toSpanWithYearBefore(from, to), openEnd], calendar);
}

const toSpan = (fromYear: number, toYear: number): IntervalSpan => ({ fromKey: newYear(fromYear), toKey: newYear(toYear + 1) });

const toSpanWithYearBefore = (fromYear: number, toYear: number): IntervalSpan => toSpan(Math.max(fromYear - 1, 1970), toYear);

/** The oldest and the newest year in DATE_TIME. */
export async function readCalendarYears(connection: Connection): Promise<[number, number]> {
  const years = await readYears(connection);
  if (years === undefined) throw new Error('DATE_TIME is empty');
  return years;
}

async function readYears(connection: Connection): Promise<[number, number] | undefined> {
  const span = await queryRow<{ first_key: number | null; last_key: number | null }>(connection, selectCalendarSpan());
  return span.first_key === null || span.last_key === null ? undefined : [toYearNumber(span.first_key), toYearNumber(span.last_key)];
}

const toYearNumber = (ts: number): number => new Date(ts * 1000).getUTCFullYear();

/** 1 January 00:00 UTC in epoch seconds. Date.UTC misreads two-digit years, but no chat is that old. */
const newYear = (year: number): number => Date.UTC(year, 0, 1) / 1000;

const YEAR_AHEAD_SECONDS = 366 * 86_400;

/**
 * Extends DATE_TIME from the year of the oldest session (the current year while it is empty) to a year ahead. A clock reset to 1970 does
 * not add half a century. Returns the number of intervals added. Runs under the writer lock.
 */
export async function fillCalendar(connection: Connection, nowTs: number): Promise<number> {
  const { oldest_key: oldestKey } = await queryRow<{ oldest_key: number | null }>(connection, selectOldestStartKey());
  const { first_key: firstKey } = await queryRow<{ first_key: number | null }>(connection, selectCalendarSpan());
  const beginTs = firstKey ?? nowTs;
  return ensureCalendarYears(connection, {
    firstTs: Math.min(beginTs, oldestKey ?? beginTs),
    lastTs: Math.max(beginTs, nowTs + YEAR_AHEAD_SECONDS),
  });
}
