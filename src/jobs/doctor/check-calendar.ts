import { queryRow } from '../../db/connection.js';
import { selectCalendarSpan } from '../../mart/calendar/calendar.sql.js';
import { toEpochSeconds } from '../../model/clock.js';
import { selectOldestStartKey } from '../../mart/calendar/calendar.sql.js';
import { ok, problem, warning, type Diagnosis } from './finding.js';
import type { MartPatient } from './patient.js';

/** Reports ask for whole years, and a calendar that ends soon has been forgotten. */
const AHEAD_SECONDS = 30 * 86_400;

/** Does DATE_TIME reach from the oldest session to well after now? */
export async function checkCalendar({ connection, clock }: Pick<MartPatient, 'connection' | 'clock'>): Promise<Diagnosis[]> {
  const { first_key: first, last_key: last } = await queryRow<{ first_key: number | null; last_key: number | null }>(
    connection,
    selectCalendarSpan(),
  );
  const { oldest_key: oldest } = await queryRow<{ oldest_key: number | null }>(connection, selectOldestStartKey());
  const next = 'Type chatmart migrate: it adds the years that are missing.';
  if (first === null || last === null) return [problem('DATE_TIME is empty: no report finds a label', next)];
  const span = `DATE_TIME reaches from ${toDay(first)} to ${toDay(last)} (UTC)`;
  if (oldest !== null && oldest < first) return [problem(`${span}, but the oldest session began on ${toDay(oldest)}`, next)];
  if (last < toEpochSeconds(clock()) + AHEAD_SECONDS) return [warning(span, next)];
  return [ok(span)];
}

const toDay = (key: number): string => new Date(key * 1000).toISOString().slice(0, 10);
