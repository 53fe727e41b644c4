import { execute, queryRow, type Connection } from '../db/connection.js';
import { insertIntervals, selectCalendarSpan } from './calendar-years.sql.js';

/** The keys of DATE_TIME are integers: the end of 2038 has none. */
const LAST_YEAR = 2037;

/** A span of time in epoch seconds (UTC), both ends in it. */
export interface CalendarSpan {
  readonly fromTs: number;
  readonly toTs: number;
}

/**
 * Makes sure that DATE_TIME has the whole UTC years of a span, and those between them and the years it has: there is never a gap.
 * Returns the number of intervals added. Idempotent, and cheap when nothing is missing. Runs in the caller's transaction, under
 * the writer lock.
 */
export async function ensureCalendarYears(connection: Connection, { fromTs, toTs }: CalendarSpan): Promise<number> {
  const present = await readYears(connection);
  const [fromYear, toYear] = [toYearNumber(fromTs), Math.min(toYearNumber(toTs), LAST_YEAR)];
  const [first, last] = present ?? [toYear + 1, toYear];
  const missing = [
    { from: fromYear, to: first - 1 },
    { from: last + 1, to: toYear },
  ].filter(({ from, to }) => from <= to);
  if (missing.length === 0) return 0;
  return execute(connection, insertIntervals(missing.map(({ from, to }) => ({ fromKey: newYear(from), toKey: newYear(to + 1) }))));
}

/** The oldest and the newest year that DATE_TIME has. */
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

/** 1 January 00:00 UTC in epoch seconds; two-digit years, which Date.UTC reads otherwise, are no chats. */
const newYear = (year: number): number => Date.UTC(year, 0, 1) / 1000;
