export const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'] as const;
export type Weekday = (typeof WEEKDAYS)[number];

/** How a calendar counts weeks and fiscal years. */
export interface CalendarRules {
  readonly firstDayOfWeek: Weekday;
  /**
   * A year's first week is the first that has so many of its days, 1 to 7; weeks then cross 1 January. Null: weeks are cut at 1 January, as
   * in DATE_TIME.
   */
  readonly minDaysInFirstWeek: number | null;
  /** The month, 1 to 12, in which the fiscal year begins. A fiscal year is named after the calendar year in which it ends. */
  readonly fiscalYearStart: number;
}

/** A calendar of the setting `calendars`: a time zone with its rules. DATE_TIME is the calendar of UTC. */
export interface Calendar extends CalendarRules {
  /** Lower case; its tables and views end with it. */
  readonly name: string;
  /** As the server spells it. */
  readonly timezone: string;
}

/** The rules of DATE_TIME. */
export const INFO_MART_RULES: CalendarRules = { firstDayOfWeek: 'sunday', minDaysInFirstWeek: null, fiscalYearStart: 1 };

/** Whether a calendar counts weeks as DATE_TIME does. */
export const hasInfoMartWeeks = ({ firstDayOfWeek, minDaysInFirstWeek }: CalendarRules): boolean =>
  firstDayOfWeek === 'sunday' && minDaysInFirstWeek === null;

/** Whether two calendars have the same name, zone and rules. PostgreSQL does not distinguish cases in names of zones. */
export const isSameCalendar = (one: Calendar, other: Calendar): boolean =>
  one.name === other.name &&
  one.timezone.toLowerCase() === other.timezone.toLowerCase() &&
  one.firstDayOfWeek === other.firstDayOfWeek &&
  one.minDaysInFirstWeek === other.minDaysInFirstWeek &&
  one.fiscalYearStart === other.fiscalYearStart;

/** Name of the table of a calendar's intervals; undefined: UTC's. */
export const dateTimeRelation = (calendar: Calendar | undefined): string =>
  calendar === undefined ? 'date_time' : `date_time_${calendar.name}`;

/** With the ending of a relation's name, the longest name that PostgreSQL does not cut is 63 characters. */
export const LONGEST_CALENDAR_NAME = 30;

/** Each costs a table of intervals and one of days, and a pass over the changed facts. */
export const MOST_CALENDARS = 20;
