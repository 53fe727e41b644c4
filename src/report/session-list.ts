import { queryRow, queryRows, type Connection, type Statement } from '../db/connection.js';
import { chatStatsMeasures } from '../mart/aggregates/measures.js';
import { toLocalText } from '../mart/calendar/time-zone.js';
import type { KvpMap } from '../model/mapped-key.js';
import { readMeasureRegistry } from '../spec/measure-registry.js';
import { toColumnName, type ReportAttribute } from './report-attribute.js';
import { toNames, toRows, toSelection, type SelectionOptions } from './report.sql.js';
import type { ReportColumn, ReportRow, ReportValue } from './report-table.js';
import type { SortKey } from './sort-rows.js';

/** The columns that every list of sessions has: when a session began and ended on the clocks of the zone, and its id. */
export const SESSION_COLUMNS = ['started', 'ended', 'media_server_ixn_guid'] as const;

/** What a list of sessions shows for a session that has not ended. */
const OPEN = 'open';

/** A figure of one session: a duration of the registry, null unless the session counts for it; or a user-data key's number. */
interface SessionFigure {
  readonly column: ReportColumn;
  readonly value: string;
}

/** The names of all figures of single sessions. */
export function sessionFigureNames(): string[] {
  const { durations, figures, measures } = readMeasureRegistry();
  const counted = new Set(measures.map(({ name }) => name));
  return [
    ...durations.map(({ name }) => `${name}_duration`),
    ...figures.flatMap((figure) => (figure.figure === 'total' && !counted.has(figure.column) ? [figure.name] : [])),
  ];
}

/** Figures of single sessions by name, in the given order. */
function toSessionFigures(names: readonly string[], map: KvpMap): SessionFigure[] {
  const { durations, figures } = readMeasureRegistry();
  const measures = chatStatsMeasures(map);
  return names.map((name): SessionFigure => {
    const duration = durations.find((each) => `${each.name}_duration` === name);
    if (duration !== undefined) {
      const when = measures.find((measure) => measure.name === duration.among)?.when;
      const value = `chat_session_fact.${duration.of}`;
      return {
        column: { name, title: duration.title, kind: 'seconds' },
        value: when === undefined ? value : `case when ${when} then ${value} end`,
      };
    }
    const figure = figures.find((each) => each.name === name);
    if (figure?.figure !== 'total') throw new Error(`${name} is not a figure of single sessions`);
    const { title, group, column } = figure;
    const unit = measures.find((measure) => measure.name === column)?.unit;
    return {
      column: { name, title, group, kind: unit === 'seconds' || unit === 'characters' ? unit : 'count' },
      value: `chat_session_fact.${column}`,
    };
  });
}

export interface SessionListOptions {
  readonly selection: SelectionOptions;
  readonly attributes: readonly ReportAttribute[];
  /** Names of figures of single sessions. */
  readonly measures: readonly string[];
  readonly toSort: (columns: readonly ReportColumn[]) => readonly SortKey[];
  /** How many sessions at most. */
  readonly top: number | undefined;
}

/** Sessions of a selection, sorted, the first `top` of them, and how many there are in all. */
export async function readSessionList(
  connection: Connection,
  options: SessionListOptions,
): Promise<{ readonly columns: readonly ReportColumn[]; readonly rows: readonly ReportRow[]; readonly sessions: number }> {
  const { selection, attributes, measures } = options;
  const figures = toSessionFigures(measures, selection.map);
  const columns: ReportColumn[] = [
    { name: 'started', title: 'Started', kind: 'attribute' },
    { name: 'ended', title: 'Ended', kind: 'attribute' },
    ...attributes.map((attribute): ReportColumn => ({ name: toColumnName(attribute), title: attribute.title, kind: 'attribute' })),
    { name: 'media_server_ixn_guid', title: 'Interaction', kind: 'attribute' },
    ...figures.map(({ column }) => column),
  ];
  const found = await queryRows<Record<string, ReportValue>>(connection, selectSessionList(options, options.toSort(columns), figures));
  const { sessions } = await queryRow<{ sessions: number }>(connection, countSessions(selection));
  const toTime = (ts: ReportValue | undefined, wall: ReportValue | undefined): string => {
    const ahead = Number(wall) - Number(ts);
    return toListedTime(toLocalText({ at: new Date(Number(ts) * 1_000), ahead }), ahead);
  };
  return {
    columns,
    rows: found.map((row) => ({
      started: toTime(row['start_ts'], row['start_wall']),
      ended: row['is_open'] === 1 ? OPEN : toTime(row['end_ts'], row['end_wall']),
      ...Object.fromEntries(attributes.map(toColumnName).map((name) => [name, row[name] ?? null])),
      media_server_ixn_guid: row['guid'] ?? null,
      ...Object.fromEntries(
        figures.map(({ column: { name } }) => [name, row[`figure_${name}`] === null ? null : Number(row[`figure_${name}`])]),
      ),
    })),
    sessions,
  };
}

/** `2026-03-01 10:07:00`, in UTC; in other zones with the offset, because clocks show some times twice. */
const toListedTime = (local: string, ahead: number): string => {
  const [wall, offset] = [local.slice(0, 19).replace('T', ' '), local.slice(19)];
  return ahead === 0 && /^(Z|\+00:00)$/.test(offset) ? wall : `${wall} ${offset}`;
};

const wallOf = (column: string): string =>
  `extract(epoch from (to_timestamp(chat_session_fact.${column}) at time zone $1) at time zone 'UTC')::bigint`;

function selectSessionList(
  { selection, attributes, top }: SessionListOptions,
  sort: readonly SortKey[],
  figures: readonly SessionFigure[],
): Statement {
  const rows = toRows('session');
  const selected = [
    'chat_session_fact.media_server_ixn_guid as guid',
    'chat_session_fact.start_ts',
    `${wallOf('start_ts')} as start_wall`,
    'chat_session_fact.end_ts',
    `${wallOf('end_ts')} as end_wall`,
    'chat_session_fact.active_flag as is_open',
    ...toNames(attributes, rows),
    ...figures.map(({ column, value }) => `${value} as figure_${column.name}`),
  ];
  const times: Readonly<Record<string, string>> = {
    started: 'chat_session_fact.start_ts',
    ended: 'case when chat_session_fact.active_flag = 0 then chat_session_fact.end_ts end',
    media_server_ixn_guid: 'chat_session_fact.media_server_ixn_guid collate "C"',
  };
  const order = sort.map(({ column, isDescending }) => {
    const attribute = attributes.find((each) => toColumnName(each) === column);
    const figure = figures.find((each) => each.column.name === column);
    const key = times[column] ?? (attribute === undefined ? figure!.value : (attribute.key ?? `${attribute.label} collate "C"`));
    return `${key}${isDescending ? ' desc' : ''} nulls last`;
  });
  const parts = [...selected, ...order].join('\n');
  const { values, calendar, from } = toSelection({ ...selection, level: 'session' }, parts, [], rows, [selection.timezone]);
  return {
    text: `${calendar}select
  ${selected.join(',\n  ')}
${from}
order by ${[...order, 'chat_session_fact.start_ts desc', 'chat_session_fact.media_server_ixn_guid collate "C"'].join(', ')}${top === undefined ? '' : `\nlimit ${top}`}`,
    values,
  };
}

function countSessions(selection: SelectionOptions): Statement {
  const { values, calendar, from } = toSelection({ ...selection, level: 'session' }, '');
  return { text: `${calendar}select count(*)::integer as sessions\n${from}`, values };
}
