import { ensureCalendarYears } from '../calendar/ensure-calendar-years.js';
import { queryRow, type Connection } from '../db/connection.js';
import { selectOldestStartKey } from './migrate.sql.js';

const YEAR_AHEAD_SECONDS = 366 * 86_400;

/** Extends DATE_TIME from the year of the oldest session, or of now, to a year ahead. Returns the number of intervals added. Under the writer lock. */
export async function fillCalendar(connection: Connection, nowTs: number): Promise<number> {
  const { oldest_key: oldestKey } = await queryRow<{ oldest_key: number | null }>(connection, selectOldestStartKey());
  return ensureCalendarYears(connection, { fromTs: Math.min(nowTs, oldestKey ?? nowTs), toTs: nowTs + YEAR_AHEAD_SECONDS });
}
