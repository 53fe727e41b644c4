import { ConfigError } from '../model/errors.js';
import type { ReportLevel } from './report-level.js';

/** An attribute that report rows can be grouped by. */
export interface ReportAttribute {
  /** Name for `--by`; with underscores, the column name. */
  readonly name: string;
  readonly title: string;
  /** The dimension that holds it; rows of the aggregate (`stats`) join it by their key. */
  readonly dimension: 'date_time' | 'tenant' | 'media_type' | 'chat_session_dim';
  /** Column shown. */
  readonly label: string;
  /** Column that distinguishes and orders values with the same label. */
  readonly key?: string;
  /** Coarsest aggregate level that still distinguishes the values. */
  readonly level?: ReportLevel;
}

/** All attributes, in the order of --help. */
export const REPORT_ATTRIBUTES: readonly ReportAttribute[] = [
  time('quarter-hour', 'Quarter hour', 'subhr', 'label_yyyy_mm_dd_hh24_15int', 'date_time_key'),
  time('hour', 'Hour', 'hour', 'label_yyyy_mm_dd_hh24', 'date_time_hour_key'),
  time('day', 'Day', 'day', 'label_yyyy_mm_dd', 'date_time_day_key'),
  time('week', 'Week', 'day', 'label_yyyy_we', 'date_time_week_key'),
  time('month', 'Month', 'month', 'label_yyyy_mm', 'date_time_month_key'),
  time('quarter', 'Quarter', 'month', 'label_yyyy_qq', 'date_time_quarter_key'),
  time('year', 'Year', 'month', 'label_yyyy', 'date_time_year_key'),
  { name: 'tenant', title: 'Tenant', dimension: 'tenant', label: 'tenant_name', key: 'tenant_key' },
  { name: 'media-type', title: 'Media type', dimension: 'media_type', label: 'media_name', key: 'media_type_key' },
  { name: 'media-origin', title: 'Media origin', dimension: 'chat_session_dim', label: 'media_origin' },
  { name: 'language', title: 'Language', dimension: 'chat_session_dim', label: 'language_name' },
  { name: 'ended-by', title: 'Ended by', dimension: 'chat_session_dim', label: 'ended_by' },
  { name: 'ended-reason', title: 'Ended reason', dimension: 'chat_session_dim', label: 'ended_reason' },
  { name: 'agent-presence', title: 'Agent presence', dimension: 'chat_session_dim', label: 'ended_agent' },
];

function time(name: string, title: string, level: ReportLevel, label: string, key: string): ReportAttribute {
  return { name, title, dimension: 'date_time', label, key, level };
}

/** `media-type` -> `media_type`. */
export const toColumnName = (attribute: ReportAttribute): string => attribute.name.replaceAll('-', '_');

/** Parses the comma-separated list of `--by`; `none` is the empty list. Throws with all unknown and repeated names at once. */
export function parseBy(list: string): string[] {
  const names = list
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  return names.length === 1 && names[0] === 'none' ? [] : toAttributes(names).map((attribute) => attribute.name);
}

/** Finds attributes by name, in the given order. Throws with all problems at once. */
export function toAttributes(names: readonly string[]): ReportAttribute[] {
  const problems = [
    ...names
      .filter((name) => !REPORT_ATTRIBUTES.some((known) => known.name === name))
      .map((name) => `${JSON.stringify(name)} is not an attribute`),
    ...names.filter((name, index) => names.indexOf(name) !== index).map((name) => `${name} is listed twice`),
  ];
  if (problems.length > 0)
    throw new ConfigError('bad-by', `--by: ${problems.join('; ')}`, {
      state: 'nothing-read',
      next: `Omit it, or use a comma-separated list of: ${REPORT_ATTRIBUTES.map((known) => known.name).join(', ')}.`,
    });
  return names.flatMap((name) => REPORT_ATTRIBUTES.filter((known) => known.name === name));
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
export const isMember = ({ dimension, key }: ReportAttribute): boolean => key !== undefined && dimension !== 'date_time';

/** The column of a member's key, such as `tenant_key`. */
export const toKeyColumn = (attribute: ReportAttribute): string => `${toColumnName(attribute)}_key`;
