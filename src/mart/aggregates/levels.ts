import { dateTimeRelation, type Calendar } from '../../model/calendar.js';
import { INTERVAL_SECONDS } from '../../model/date-time-key.js';
import { factsKeptFrom } from '../retention.js';

/** The seven levels of the aggregates, finest first, by the endings of Genesys's view names. */
export const CHAT_STATS_LEVELS = ['subhr', 'hour', 'day', 'week', 'month', 'qrtr', 'year'] as const;

export type ChatStatsLevel = (typeof CHAT_STATS_LEVELS)[number];

/** The levels that are tables: a calendar's days, built from facts, and UTC's months, built from its days. The rest are views. */
export interface TableLevel {
  readonly level: 'day' | 'month';
  /** Undefined: UTC. */
  readonly calendar: Calendar | undefined;
  /** The name of the table without `agt_chat_stats_`. */
  readonly name: string;
  readonly table: string;
  readonly source: TableLevel | 'fact';
}

/** Name of the table, or view, that holds a level. */
export const chatStatsRelation = (level: ChatStatsLevel, calendar?: Calendar): string => `agt_chat_stats_${toEnding(level, calendar)}`;

/** Name of the view for analysts over a level. */
export const chatStatsView = (level: ChatStatsLevel, calendar?: Calendar): string => `ag2_chat_stats_${toEnding(level, calendar)}`;

/** Name of the view for people over a level. */
export const statsView = (level: ChatStatsLevel, calendar?: Calendar): string => `stats_${toEnding(level, calendar)}`;

const toEnding = (level: ChatStatsLevel, calendar: Calendar | undefined): string =>
  calendar === undefined ? level : `${level}_${calendar.name}`;

const toDays = (calendar: Calendar | undefined): TableLevel => ({
  ...{ level: 'day', calendar, name: toEnding('day', calendar), table: chatStatsRelation('day', calendar), source: 'fact' },
});

export const UTC_DAYS: TableLevel = toDays(undefined);

export const UTC_MONTHS: TableLevel = {
  ...{ level: 'month', calendar: undefined, name: 'month', table: chatStatsRelation('month'), source: UTC_DAYS },
};

/** The tables of UTC and of a mart's calendars, each after its source. */
export const tableLevels = (calendars: readonly Calendar[] = []): TableLevel[] => [UTC_DAYS, UTC_MONTHS, ...calendars.map(toDays)];

/** What a level's rows are made of: a table, or the facts. A week is cut at 1 January and crosses months, so it comes from days. */
export function sourceOf(level: ChatStatsLevel, calendar?: Calendar): TableLevel | 'fact' {
  switch (level) {
    case 'subhr':
    case 'hour':
    case 'day':
      return 'fact';
    case 'week':
      return toDays(calendar);
    case 'month':
    case 'qrtr':
    case 'year':
      return calendar === undefined && level !== 'month' ? UTC_MONTHS : toDays(calendar);
  }
}

/** The table of a level; undefined: it is a view. */
export const tableOf = (level: ChatStatsLevel, calendar?: Calendar): TableLevel | undefined =>
  level === 'day' ? toDays(calendar) : level === 'month' && calendar === undefined ? UTC_MONTHS : undefined;

/** Names of the columns of a calendar's intervals that hold the start and the end of each level's periods. */
const PERIOD_COLUMNS = {
  subhr: ['date_time_key', 'date_time_next_key'],
  hour: ['date_time_hour_key', 'date_time_next_hour_key'],
  day: ['date_time_day_key', 'date_time_next_day_key'],
  week: ['date_time_week_key', 'date_time_next_week_key'],
  month: ['date_time_month_key', 'date_time_next_month_key'],
  qrtr: ['date_time_quarter_key', 'date_time_next_quarter_key'],
  year: ['date_time_year_key', 'date_time_next_year_key'],
} as const satisfies Record<ChatStatsLevel, readonly [string, string]>;

/** The column of DATE_TIME or a calendar with the start of the period that holds an interval. */
export const startColumn = (level: ChatStatsLevel): string => PERIOD_COLUMNS[level][0];

/** The same for the start of the next period. */
export const endColumn = (level: ChatStatsLevel): string => PERIOD_COLUMNS[level][1];

const startOf = (unit: 'month' | 'quarter' | 'year', keyColumn: string): string =>
  `extract(epoch from date_trunc('${unit}', to_timestamp(${keyColumn}) at time zone 'UTC'))::integer`;

/**
 * SQL for the start, in epoch seconds, of the period of UTC that contains a DATE_TIME_KEY.
 * A week starts on Sunday and is cut at 1 January, as in DATE_TIME.
 */
function utcPeriodStart(level: ChatStatsLevel, keyColumn: string): string {
  switch (level) {
    case 'subhr':
      return keyColumn;
    case 'hour':
      return `${keyColumn} - ${keyColumn} % 3600`;
    case 'day':
      return `${keyColumn} - ${keyColumn} % 86400`;
    case 'week':
      // 1970-01-01 was a Thursday: four days into its week. The inner remainder keeps the sum inside an integer.
      return `greatest(${keyColumn} - (${keyColumn} % 604800 + 345600) % 604800, ${startOf('year', keyColumn)})`;
    case 'month':
      return startOf('month', keyColumn);
    case 'qrtr':
      return startOf('quarter', keyColumn);
    case 'year':
      return startOf('year', keyColumn);
  }
}

/** How the period of a level is found from the key of an interval or of a row: SQL for its start, and the join that this needs. */
export function periodOf(level: ChatStatsLevel, calendar: Calendar | undefined, keyColumn: string): { start: string; join: string } {
  if (calendar === undefined) return { start: utcPeriodStart(level, keyColumn), join: '' };
  const intervals = dateTimeRelation(calendar);
  return { start: `${intervals}.${startColumn(level)}`, join: `\njoin ${intervals} on ${intervals}.date_time_key = ${keyColumn}` };
}

/**
 * SQL that restricts a key to a period. A range between two columns looks to the planner like a two-hundredth of all facts; it plans the
 * look-ups of the finest levels by the few keys that they hold.
 */
export function isWithin(level: ChatStatsLevel, key: string): string {
  const intervals = [0, 1, 2, 3].map((at) => `period.date_time_key::bigint + ${at * INTERVAL_SECONDS}`);
  switch (level) {
    case 'subhr':
      return `${key} = period.date_time_key`;
    case 'hour':
      // Fewer where the clocks change by half an hour.
      return `${key} = any (array[${intervals.join(', ')}]) and ${key} < period.end_key`;
    default:
      return `${key} >= period.date_time_key and ${key} < period.end_key`;
  }
}

/** FROM item `period (date_time_key, end_key)` with all periods of a level. */
export const allPeriods = (level: ChatStatsLevel, calendar?: Calendar): string => `(
  select date_time_key, ${endColumn(level)} as end_key
  from ${dateTimeRelation(calendar)}${level === 'subhr' ? '' : `\n  where date_time_key = ${startColumn(level)}`}
) as period`;

/**
 * The same of a table whose facts, or days, are kept: those from the border of retention on. Where it lies within a day of a calendar, the
 * day has two rows: one for the time before, which is final, and one that begins at the border, so that neither needs facts of the other.
 */
export const keptPeriods = ({ level, calendar }: TableLevel): string =>
  level === 'month'
    ? allPeriods(level, calendar)
    : `(
  select date_time_key, ${endColumn(level)} as end_key
  from ${dateTimeRelation(calendar)}
  where date_time_key = greatest(${startColumn(level)}, ${factsKeptFrom})
) as period`;

/** SQL for the first second after the period of a table's row with a DATE_TIME_KEY. */
export function periodEnd({ level, calendar }: TableLevel, keyColumn: string): string {
  if (calendar !== undefined) {
    const intervals = dateTimeRelation(calendar);
    return `(select ${intervals}.${endColumn(level)} from ${intervals} where ${intervals}.date_time_key = ${keyColumn})`;
  }
  switch (level) {
    case 'day':
      return `${keyColumn}::bigint + 86400`;
    case 'month':
      return `extract(epoch from to_timestamp(${keyColumn}) at time zone 'UTC' + interval '1 month')::bigint`;
  }
}
