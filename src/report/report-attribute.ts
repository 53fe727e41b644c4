import { ConfigError } from '../model/errors.js';
import type { Weeks } from '../model/time-preset.js';
import { didYouMean } from '../model/text.js';
import type { ReportLevel } from './report-level.js';

/** An attribute that report rows can be grouped or filtered by. */
export interface ReportAttribute {
  /** Name for `--by`; with underscores, the column name. */
  readonly name: string;
  readonly title: string;
  /** What holds it: a dimension, or the session itself, which aggregates do not have. */
  readonly dimension: 'date_time' | 'tenant' | 'media_type' | 'chat_session_dim' | 'chat_session_attached_data' | 'session';
  /** SQL for the text that is shown. */
  readonly label: string;
  /** SQL for what distinguishes and orders values with the same label; a label that follows from it may refer to it. */
  readonly key?: string;
  /** SQL for the instant, in epoch seconds, at which a period ends. */
  readonly end?: string;
  /** Coarsest level that still distinguishes the values. */
  readonly level?: ReportLevel;
  /** Name of the option that filters by it; periods have none, because --from and --to do that. */
  readonly option?: string;
  /** Of an own key: its name for --attached. */
  readonly own?: string;
  /** All its values, where these are fixed; otherwise the dimension has them. */
  readonly values?: readonly string[];
}

/** Which sessions count: those with any of the included values, if there are any, and none of the excluded ones. */
export interface ReportFilter {
  readonly attribute: ReportAttribute;
  /** Texts; for tenants and media types, keys. */
  readonly include: readonly (string | number)[];
  readonly exclude: readonly (string | number)[];
  /** The same for people. */
  readonly shown: ShownFilter;
}

/** A filter, by what reports show. */
export interface ShownFilter {
  readonly by: string;
  readonly title: string;
  readonly values: readonly string[];
  readonly not: readonly string[];
}

/** Texts of a flag. */
export const YES_OR_NO = ['yes', 'no'] as const;

const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const;

/** All attributes, in the order of --help. */
export const REPORT_ATTRIBUTES: readonly ReportAttribute[] = [
  period('quarter-hour', 'Quarter hour', 'session', 'label_yyyy_mm_dd_hh24_15int', ['date_time_key', 'date_time_next_key']),
  period('half-hour', 'Half hour', 'session', 'label_yyyy_mm_dd_hh24_30int', ['date_time_30mins_key', 'date_time_next_30mins_key']),
  period('hour', 'Hour', 'session', 'label_yyyy_mm_dd_hh24', ['date_time_hour_key', 'date_time_next_hour_key']),
  period('day', 'Day', 'day', 'label_yyyy_mm_dd', ['date_time_day_key', 'date_time_next_day_key']),
  period('week', 'Week', 'day', 'label_yyyy_we', ['date_time_week_key', 'date_time_next_week_key']),
  period('month', 'Month', 'month', 'label_yyyy_mm', ['date_time_month_key', 'date_time_next_month_key']),
  period('quarter', 'Quarter', 'month', 'label_yyyy_qq', ['date_time_quarter_key', 'date_time_next_quarter_key']),
  period('year', 'Year', 'month', 'label_yyyy', ['date_time_year_key', 'date_time_next_year_key']),
  {
    ...{ name: 'weekday', title: 'Weekday', dimension: 'date_time', level: 'day', option: 'weekday', values: WEEKDAYS },
    label: 'date_time.cal_day_name',
    key: 'date_time.cal_day_num_in_week',
  },
  {
    ...{ name: 'hour-of-day', title: 'Hour of day', dimension: 'date_time', level: 'session', option: 'hour-of-day' },
    label: 'date_time.label_hh24',
    key: 'date_time.cal_hour_24_num_in_day',
    values: Array.from({ length: 24 }, (_, hour) => String(hour).padStart(2, '0')),
  },
  member('tenant', 'Tenant', 'tenant', 'tenant_name'),
  member('media-type', 'Media type', 'media_type', 'media_name'),
  text('media-origin', 'Media origin', 'media_origin'),
  text('language', 'Language', 'language_name'),
  text('ended-by', 'Ended by', 'ended_by'),
  text('ended-reason', 'Ended reason', 'ended_reason'),
  text('agent-presence', 'Agent presence', 'ended_agent'),
  {
    ...{ name: 'async-mode', title: 'Async', dimension: 'chat_session_dim', option: 'async', values: YES_OR_NO },
    label: `case when chat_session_dim.async_mode <> 0 then 'yes' when chat_session_dim.async_mode = 0 then 'no' end`,
  },
  {
    ...{ name: 'outcome', title: 'Outcome', dimension: 'session', level: 'session', option: 'outcome' },
    label: 'session.outcome',
  },
  {
    ...{ name: 'has-bot', title: 'With a bot', dimension: 'session', level: 'session', option: 'has-bot', values: YES_OR_NO },
    label: `case when session.has_bot then 'yes' else 'no' end`,
  },
];

function period(name: string, title: string, level: ReportLevel, label: string, [key, end]: readonly [string, string]): ReportAttribute {
  return { name, title, dimension: 'date_time', label: `date_time.${label}`, key: `date_time.${key}`, end: `max(date_time.${end})`, level };
}

function member(name: string, title: string, dimension: 'tenant' | 'media_type', column: string): ReportAttribute {
  return { name, title, dimension, label: `${dimension}.${column}`, option: name };
}

function text(name: string, title: string, column: string): ReportAttribute {
  return { name, title, dimension: 'chat_session_dim', label: `chat_session_dim.${column}`, option: name };
}

const ISO_WEEK = `date_trunc('week', date_time.cal_date::timestamp)`;

/** What weeks of ISO 8601 change: their labels say so, and weekdays are in the order of the week. */
const ISO_ATTRIBUTES: readonly ReportAttribute[] = REPORT_ATTRIBUTES.map((attribute) => {
  switch (attribute.name) {
    case 'week':
      return {
        ...attribute,
        label: `to_char(${ISO_WEEK}, '"ISO "IYYY-"W"IW')`,
        key: ISO_WEEK,
        end: `max(extract(epoch from (${ISO_WEEK} + interval '7 days') at time zone date_time.label_tz)::bigint)`,
      };
    case 'weekday':
      return { ...attribute, key: '(date_time.cal_day_num_in_week + 5) % 7' };
    default:
      return attribute;
  }
});

/** `media-type` -> `media_type`. */
export const toColumnName = (attribute: Pick<ReportAttribute, 'name'>): string => attribute.name.replaceAll('-', '_');

/** Parses the comma-separated list of `--by`; `none` is the empty list. */
export function parseBy(list: string): string[] {
  const names = list
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  return names.length === 1 && names[0] === 'none' ? [] : names;
}

/** Finds attributes by name, in the given order; `own`: those of the mart's own keys. Throws with all problems at once. */
export function toAttributes(
  names: readonly string[],
  weeks: Weeks = 'info-mart',
  own: readonly ReportAttribute[] = [],
): ReportAttribute[] {
  const known = [...(weeks === 'iso' ? ISO_ATTRIBUTES : REPORT_ATTRIBUTES), ...own];
  const found = names.map((name) => ({
    name,
    attribute: known.find((each) => each.name === name) ?? own.find((each) => each.name === name.toLowerCase().replaceAll('_', '-')),
  }));
  const attributes = found.flatMap(({ attribute }) => attribute ?? []);
  const unknown = found.flatMap(({ name, attribute }) => (attribute === undefined ? [name] : []));
  const problems = [
    ...unknown.map(
      (name) =>
        `${JSON.stringify(name)} is not an attribute${didYouMean(
          name,
          known.map((each) => each.name),
        )}`,
    ),
    ...[...attributes.map(({ name }) => name), ...unknown]
      .filter((name, index, all) => all.indexOf(name) !== index)
      .map((name) => `${name} is listed twice`),
  ];
  if (problems.length > 0)
    throw new ConfigError('bad-by', `--by: ${problems.join('; ')}`, {
      state: 'nothing-read',
      next: `Omit it, or use a comma-separated list of: ${known.map((each) => each.name).join(', ')}.`,
    });
  return attributes;
}

/** A row of a dimension; null if it has no name. */
export interface Member {
  readonly key: number;
  readonly name: string | null;
}

/**
 * A unique name for each key. If several keys share a name, each gets its key appended, `Support (3)`, and so does any other member that
 * already has such a name.
 */
export function toUniqueNames(members: readonly Member[]): Map<number, string | null> {
  const names = new Map(members.map(({ key, name }) => [key, name]));
  for (;;) {
    const holders = new Map<string | null, number>();
    for (const name of names.values()) holders.set(name, (holders.get(name) ?? 0) + 1);
    const shared = [...names].filter(([, name]) => holders.get(name)! > 1);
    if (shared.length === 0) return names;
    for (const [key, name] of shared) names.set(key, name === null ? `(${key})` : `${name} (${key})`);
  }
}

/** Whether the attribute's values are dimension members with keys of their own, which may share a name. */
export const isMember = ({ dimension }: ReportAttribute): boolean => dimension === 'tenant' || dimension === 'media_type';

/** Whether it is a period: it ends, and its values follow each other. */
export const isPeriod = ({ end }: ReportAttribute): boolean => end !== undefined;

/** The column of a member's key, such as `tenant_key`. */
export const toKeyColumn = (attribute: ReportAttribute): string => `${toColumnName(attribute)}_key`;

/** The column of a period's end, in epoch seconds. */
export const toEndColumn = (attribute: ReportAttribute): string => `${toColumnName(attribute)}_end`;
