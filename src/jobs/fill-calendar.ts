import { selectCalendarSpan } from '../calendar/calendar-years.sql.js';
import { ensureCalendarYears } from '../calendar/ensure-calendar-years.js';
import { queryRow, type Connection } from '../db/connection.js';
import { selectOldestStartKey } from './migrate.sql.js';

const YEAR_AHEAD_SECONDS = 366 * 86_400;

/**
 * Extends DATE_TIME from the year of the oldest session, or while it is empty from that of now, to a year ahead; a clock that begins anew in 1970
 * adds no half a century. Returns the number of intervals added. Under the writer lock.
 */
export async function fillCalendar(connection: Connection, nowTs: number): Promise<number> {
  const { oldest_key: oldestKey } = await queryRow<{ oldest_key: number | null }>(connection, selectOldestStartKey());
  const { first_key: firstKey } = await queryRow<{ first_key: number | null }>(connection, selectCalendarSpan());
  const beginTs = firstKey ?? nowTs;
  return ensureCalendarYears(connection, {
    fromTs: Math.min(beginTs, oldestKey ?? beginTs),
    toTs: Math.max(beginTs, nowTs + YEAR_AHEAD_SECONDS),
  });
}
