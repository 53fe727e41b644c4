import { queryRows, type Connection, type Statement } from '../../db/connection.js';
import type { Calendar } from '../../model/calendar.js';

/** A calendar as the mart has it. */
export interface MartCalendar extends Calendar {
  /** Its aggregates hold the sessions that began from this instant on, in epoch seconds; 0: all. */
  readonly factsFrom: number;
}

const selectCalendars: Statement = {
  text: `select
  calendar_name as name,
  timezone,
  first_day_of_week as "firstDayOfWeek",
  min_days_in_first_week as "minDaysInFirstWeek",
  fiscal_year_start as "fiscalYearStart",
  facts_from as "factsFrom"
from chatmart_calendar
order by calendar_name`,
};

/** The calendars that the mart has beside DATE_TIME. All jobs ask the mart, so that they agree whatever their configurations say. */
export const readCalendars = (mart: Connection): Promise<MartCalendar[]> => queryRows<MartCalendar>(mart, selectCalendars);

/** Records a calendar. */
export const upsertCalendar = (calendar: MartCalendar, nowTs: number): Statement => ({
  text: `insert into chatmart_calendar (
  calendar_name, timezone, first_day_of_week, min_days_in_first_week, fiscal_year_start, facts_from, since_ts
)
values ($1, $2, $3, $4, $5, $6, $7)
on conflict (calendar_name) do update set
  timezone = excluded.timezone,
  first_day_of_week = excluded.first_day_of_week,
  min_days_in_first_week = excluded.min_days_in_first_week,
  fiscal_year_start = excluded.fiscal_year_start,
  facts_from = excluded.facts_from,
  since_ts = excluded.since_ts`,
  values: [
    ...[calendar.name, calendar.timezone, calendar.firstDayOfWeek, calendar.minDaysInFirstWeek],
    ...[calendar.fiscalYearStart, calendar.factsFrom, nowTs],
  ],
});

export const deleteCalendar = ({ name }: Calendar): Statement => ({
  text: 'delete from chatmart_calendar where calendar_name = $1',
  values: [name],
});
