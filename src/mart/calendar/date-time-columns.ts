import type { ColumnDefinition, ColumnOrigin } from '../schema/table-definition.js';

/**
 * A column of DATE_TIME and the SQL that fills it. `step` is the step of `insertIntervals` that computes it: once per interval, day or time
 * of day. An interval may refer to its day and its time of day.
 */
export interface DateTimeColumn {
  readonly definition: ColumnDefinition;
  readonly step: 'slot' | 'day' | 'clock';
  readonly expression: string;
}

type Describe = (name: string, expression: string, meaning: string, origin?: ColumnOrigin) => DateTimeColumn;

const ofType =
  (step: DateTimeColumn['step'], type: string, unit?: string): Describe =>
  (name, expression, meaning, origin = 'assumed') => ({
    definition: { name, type, notNull: true, meaning, unit, origin },
    step,
    expression: type === 'integer' ? `(${expression})::integer` : expression,
  });

const slotKey = ofType('slot', 'integer', 'key, epoch seconds');
const dayKey = ofType('day', 'integer', 'key, epoch seconds');
const dayText = ofType('day', 'varchar(32)');
const dayDate = ofType('day', 'date');
const clockText = ofType('clock', 'varchar(32)');
const slotText = ofType('slot', 'varchar(32)');

// The row of the open end lies minutes before the largest integer, so the key after it is capped.
const next = (expression: string): string => `least(${expression}, 2147483647)`;

/** The two keys of a period of whole days: its own start and that of the next. */
const period = (name: string, words: string, start: string, end: string, origin?: ColumnOrigin): DateTimeColumn[] => [
  dayKey(`date_time_${name}_key`, keyOf(start), `Start of the ${words} that holds the interval.`, origin),
  dayKey(`date_time_next_${name}_key`, next(keyOf(end)), `Start of the ${words} after it.`, origin),
];

/** Key of the instant at which a day begins in the calendar's zone. */
function keyOf(day: string): string {
  return `extract(epoch from ${firstInstant(day, 'zone.name')})`;
}

/**
 * SQL for the first instant at which the clocks of a zone show a time or a later one, to the quarter of an hour: of a midnight that comes
 * twice the first, of one that is skipped the instant at which the clocks are set forward over it.
 */
export function firstInstant(wall: string, zone: string): string {
  // Only next to a change of the clocks is there anything to choose. PostgreSQL's own reading is at most a day away: a zone once lost a day.
  return `(
      select case
        when (wall - interval '1 day') at time zone ${zone} + interval '48 hours' = (wall + interval '1 day') at time zone ${zone}
          then wall at time zone ${zone}
        else (
          select min(instant)
          from generate_series(
            wall at time zone ${zone} - interval '26 hours', wall at time zone ${zone} + interval '26 hours', interval '15 minutes'
          ) as instant
          where instant at time zone ${zone} >= wall
        )
      end
      from (select (${wall})::timestamp as wall) as clocks
    )`;
}

const keys: readonly DateTimeColumn[] = [
  slotKey('date_time_key', 'slot.key', 'Start of the 15-minute interval, to which facts refer. 0 is 1970-01-01 00:00 UTC.', 'genesys'),
  slotKey('date_time_next_key', next('slot.key + 900'), 'Start of the next 15-minute interval.'),
  slotKey(
    'date_time_30mins_key',
    'coalesce(turn.half_hour_key, slot.key - clock.minute % 30 * 60)',
    'Start of the half hour that holds the interval.',
  ),
  slotKey(
    'date_time_next_30mins_key',
    next('coalesce(turn.next_half_hour_key, slot.key - clock.minute % 30 * 60 + 1800)'),
    'Start of the half hour after it.',
  ),
  slotKey('date_time_hour_key', 'coalesce(turn.hour_key, slot.key - clock.minute * 60)', 'Start of the hour that holds the interval.'),
  slotKey(
    'date_time_next_hour_key',
    next('coalesce(turn.next_hour_key, slot.key - clock.minute * 60 + 3600)'),
    'Start of the hour after it.',
  ),
  ...period('day', 'day', 'day', 'day + 1', 'genesys'),
  ...period('week', 'week', 'week_start', 'week_end + 1'),
  ...period('month', 'month', `date_trunc('month', day)`, `date_trunc('month', day) + interval '1 month'`),
  ...period('quarter', 'quarter', `date_trunc('quarter', day)`, `date_trunc('quarter', day) + interval '3 months'`),
  ...period('year', 'year', 'new_year', `new_year + interval '1 year'`),
];

const days: readonly DateTimeColumn[] = [
  dayDate('cal_date', 'day', 'Calendar day of the interval.', 'genesys'),
  dayText('cal_day_name', `to_char(day, 'FMDay')`, 'English name of the day, such as Monday.', 'genesys'),
  dayText('cal_month_name', `to_char(day, 'FMMonth')`, 'English name of the month, such as January.', 'genesys'),
  ...numbers('day', [
    ['cal_day_num_in_week', 'day_in_week', 'day', 'Day of the week, from 1 to 7; in DATE_TIME 1 is Sunday.'],
    ['cal_day_num_in_month', 'extract(day from day)', 'day', 'Day of the month, from 1 to 31.'],
    ['cal_day_num_in_year', 'extract(doy from day)', 'day', 'Day of the year, from 1 to 366.'],
    [
      'cal_last_day_in_week',
      '(day = week_end)::integer',
      'flag',
      'Whether the day ends its week; in DATE_TIME 1 on Saturdays and on 31 December.',
    ],
    ['cal_last_day_in_month', '(extract(day from day + 1) = 1)::integer', 'flag', 'Whether the day ends its month: 1 yes, 0 no.'],
    ['cal_week_num_in_year', 'week', 'week', 'Week of WEEK_YEAR, from 1 to 54; in DATE_TIME week 1 ends on the first Saturday.'],
  ]),
  dayDate('cal_week_start_date', 'week_start', 'First day of the week; in DATE_TIME its Sunday, or 1 January.'),
  dayDate('cal_week_end_date', 'week_end', 'Last day of the week; in DATE_TIME its Saturday, or 31 December.'),
  ...numbers('day', [
    ['cal_month_num_in_year', 'extract(month from day)', 'month', 'Month of the year, from 1 to 12.'],
    ['cal_quarter_num_in_year', 'extract(quarter from day)', 'quarter', 'Quarter of the year, from 1 to 4.', 'genesys'],
    ['cal_half_num_in_year', '(extract(month from day)::integer + 5) / 6', 'half year', 'Half of the year, 1 or 2.'],
    ['cal_year_num', 'extract(year from day)', 'year', 'Calendar year, such as 2026.'],
    ['week_year', 'week_year', 'year', 'Year that the week belongs to; in DATE_TIME the calendar year.'],
  ]),
];

const clocks: readonly DateTimeColumn[] = [
  clockText('ampm_indicator', `to_char(moment, 'AM')`, 'Half of the day on a 12-hour clock, AM or PM.'),
  ...numbers('clock', [
    ['cal_hour_num_in_day', '(hour + 11) % 12 + 1', 'hour', 'Hour on a 12-hour clock, from 1 to 12; see AMPM_INDICATOR.'],
    ['cal_hour_24_num_in_day', 'hour', 'hour', 'Hour of the day, from 0 to 23.', 'genesys'],
    ['cal_minute_num_in_hour', 'minute', 'minute', 'Minute at which the interval begins: 0, 15, 30 or 45.'],
    ['cal_30minute_num_in_hour', 'minute / 30 + 1', 'half hour', 'Half of the hour, 1 or 2.'],
  ]),
];

/** From the start of the interval or half hour to the start of the next, as in 13:30-14:00. */
const span = (minutes: 15 | 30, format: string): string => {
  const start = `moment - minute % ${minutes} * interval '1 minute'`;
  return `to_char(${start}, '${format}') || '-' || to_char(${start} + interval '${minutes} minutes', '${format}')`;
};

/** A part of the day with its day; if it comes twice, with the offset of its clocks from UTC: 2026-10-25 02 (+02:00). */
const withDay = (time: string, part: 'hour' | 'half_hour' | 'interval'): string =>
  `day.label_yyyy_mm_dd || ' ' || clock.${time} || coalesce(' (' || turn.${part}_offset || ')', '')`;

/** The same without brackets: the longest labels fill their 32 characters. */
const withDay12 = (time: string, part: 'half_hour' | 'interval'): string =>
  `day.label_yyyy_mm_dd || ' ' || clock.${time} || coalesce(' ' || turn.${part}_offset, '')`;

const labels: readonly DateTimeColumn[] = [
  dayText('label_yyyy', `to_char(day, 'YYYY')`, 'Label of the year: 2026.'),
  dayText('label_yyyy_qq', `to_char(day, 'YYYY-"Q"Q')`, 'Label of the quarter with its year: 2026-Q1.'),
  dayText('label_yyyy_mm', `to_char(day, 'YYYY-MM')`, 'Label of the month with its year: 2026-01.'),
  dayText('label_yyyy_we', `week_year || to_char(week, '"-W"FM00')`, 'Label of the week with its year: 2026-W05.'),
  dayText(
    'label_yyyy_we_d',
    `week_year || to_char(week, '"-W"FM00') || '-' || day_in_week`,
    'Label of the day by its week: 2026-W05-7; in DATE_TIME 1 is Sunday.',
  ),
  dayText('label_yyyy_mm_dd', `to_char(day, 'YYYY-MM-DD')`, 'Label of the day: 2026-01-31.', 'genesys'),
  slotText('label_yyyy_mm_dd_hh', withDay('label_hh', 'hour'), 'Label of the hour on a 12-hour clock with its day: 2026-01-31 01 PM.'),
  slotText('label_yyyy_mm_dd_hh24', withDay('label_hh24', 'hour'), 'Label of the hour with its day: 2026-01-31 13.', 'genesys'),
  slotText(
    'label_yyyy_mm_dd_hh_30int',
    withDay12('half_hour_12', 'half_hour'),
    'Label of the half hour on a 12-hour clock with its day: 2026-01-31 01:30-02:00 PM.',
  ),
  slotText(
    'label_yyyy_mm_dd_hh24_30int',
    withDay('half_hour_24', 'half_hour'),
    'Label of the half hour with its day: 2026-01-31 13:30-14:00.',
    'genesys',
  ),
  slotText(
    'label_yyyy_mm_dd_hh_15int',
    withDay12('interval_12', 'interval'),
    'Label of the interval on a 12-hour clock with its day: 2026-01-31 01:30-01:45 PM.',
  ),
  slotText(
    'label_yyyy_mm_dd_hh24_15int',
    withDay('interval_24', 'interval'),
    'Label of the interval with its day: 2026-01-31 13:30-13:45.',
    'genesys',
  ),
  dayText('label_qq', `to_char(day, '"Q"Q')`, 'Label of the quarter alone: Q1.'),
  dayText('label_mm', `to_char(day, 'MM')`, 'Label of the month alone: 01.'),
  dayText('label_we', `to_char(week, '"W"FM00')`, 'Label of the week alone: W05.'),
  dayText('label_dd', `to_char(day, 'DD')`, 'Label of the day of the month alone: 31.'),
  clockText('label_hh', `to_char(moment, 'HH12 AM')`, 'Label of the hour on a 12-hour clock alone: 01 PM.'),
  clockText('label_hh24', `to_char(moment, 'HH24')`, 'Label of the hour alone: 13.', 'genesys'),
  clockText('label_30int', span(30, 'MI'), 'Label of the half hour by its minutes alone: 30-00.'),
  clockText('label_15int', span(15, 'MI'), 'Label of the interval by its minutes alone: 30-45.'),
  slotText('label_tz', 'zone.name', 'Time zone of the calendar: UTC.'),
];

/** The columns of DATE_TIME that depend on the time, in their order. */
export const DATE_TIME_COLUMNS: readonly DateTimeColumn[] = [...keys, ...days, ...clocks, ...labels];

/** What the calendars of the setting `calendars` have in addition. */
const fiscal: readonly DateTimeColumn[] = [
  ...numbers('day', [
    ['fiscal_year_num', 'fiscal_year', 'year', 'Fiscal year, named after the calendar year in which it ends.'],
    ['fiscal_quarter_num_in_year', '(fiscal_month + 2) / 3', 'quarter', 'Quarter of the fiscal year, from 1 to 4.'],
    ['fiscal_month_num_in_year', 'fiscal_month', 'month', 'Month of the fiscal year, from 1 to 12.'],
  ]),
  dayText('label_fiscal_yyyy', `'FY' || fiscal_year`, 'Label of the fiscal year: FY2026.'),
  dayText('label_fiscal_yyyy_qq', `'FY' || fiscal_year || '-Q' || (fiscal_month + 2) / 3`, 'Label of its quarter: FY2026-Q1.'),
];

/** The same of the tables DATE_TIME_<name>. */
export const CALENDAR_COLUMNS: readonly DateTimeColumn[] = [...DATE_TIME_COLUMNS, ...fiscal];

/** Parts of labels that are not columns, by name, computed once for each time of day. */
export const CLOCK_PARTS: Readonly<Record<string, string>> = {
  half_hour_12: `${span(30, 'HH12:MI')} || to_char(moment, ' AM')`,
  half_hour_24: span(30, 'HH24:MI'),
  interval_12: `${span(15, 'HH12:MI')} || to_char(moment, ' AM')`,
  interval_24: span(15, 'HH24:MI'),
};

type NumberRow = readonly [name: string, expression: string, unit: string, meaning: string, origin?: ColumnOrigin];

function numbers(step: 'day' | 'clock', rows: readonly NumberRow[]): DateTimeColumn[] {
  return rows.map(([name, expression, unit, meaning, origin]) => ofType(step, 'integer', unit)(name, expression, meaning, origin));
}
