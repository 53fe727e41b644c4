import { queryRows, type Connection } from '../../db/connection.js';
import { readOffsets, toLocalText, type LocalInstant } from '../../mart/calendar/time-zone.js';
import { toServiceLevels } from '../../mart/aggregates/measures.js';
import { toEpochSeconds } from '../../model/clock.js';
import { INTERVAL_SECONDS } from '../../model/date-time-key.js';
import type { TimeWindow } from '../../model/time-span.js';
import { toAttributes, type ReportFilter } from '../report-attribute.js';
import type { NamedReport } from '../definition/report-definition.js';
import type { ReportRow, ReportTable, ReportValue } from '../report-table.js';
import { toLocalBound } from '../page/to-page.js';
import { withFigures } from '../definition/reports.js';
import { readReport, type Request } from '../run-report.js';
import { pickColumns } from '../sort-rows.js';
import type { Coverage } from './overview-figures.js';
import { AGES, LONGEST_WAITS, selectLongestWaits, selectOpenAsyncSessions } from './overview.sql.js';
import { OVERVIEW, type Overview, type OverviewTable } from './overview.js';

export interface OverviewTablesOptions {
  readonly request: Request;
  readonly filters: readonly ReportFilter[];
  readonly window: TimeWindow | undefined;
  /** What comes later is not known yet. */
  readonly until: Date;
  readonly isCovered: Coverage;
}

type Tables = Pick<
  Overview,
  'sessionsOverTime' | 'sessionsByHour' | 'endReasons' | 'openAsyncSessions' | 'worstHalfHours' | 'longestWaits'
>;

/** Reads the tables of an overview, in the snapshot of its figures. */
export async function readOverviewTables(connection: Connection, options: OverviewTablesOptions): Promise<Tables> {
  const halfHours = await readHalfHours(connection, options);
  return {
    sessionsOverTime: await readSessionsOverTime(connection, options),
    sessionsByHour: await toSessionsByHour(connection, options, halfHours),
    endReasons: await readEndReasons(connection, options),
    openAsyncSessions: await readOpenAsyncSessions(connection, options),
    worstHalfHours: toWorstHalfHours(options, halfHours),
    longestWaits: await readLongestWaits(connection, options),
  };
}

/** Figures of the sessions by some attributes: what `chatmart report` says of them. */
function readGroups(
  connection: Connection,
  { request }: OverviewTablesOptions,
  attributes: readonly string[],
  measures: readonly string[],
  rows: Pick<Request, 'sort' | 'top'> = {},
): Promise<ReportTable> {
  const report: NamedReport = {
    ...{ name: OVERVIEW, title: OVERVIEW, sentence: '', prompts: { preset: 'none', filters: {} }, charts: [] },
    ...{ rows: 'groups', attributes, measures },
  };
  return readReport(connection, withFigures(report, request.map), { ...request, ...rows });
}

const INTERVAL_MS = INTERVAL_SECONDS * 1_000;
const DAY_MS = 86_400_000;
/** Above so many days, days are too many to be seen at once, and so are weeks. */
const MOST_DAYS = 62;
const MOST_DAYS_OF_WEEKS = 371;

async function readSessionsOverTime(connection: Connection, options: OverviewTablesOptions): Promise<OverviewTable> {
  const { window } = options;
  const days = window === undefined ? Infinity : (window.to.getTime() - window.from.getTime()) / DAY_MS;
  const unit = days <= MOST_DAYS ? 'day' : days <= MOST_DAYS_OF_WEEKS ? 'week' : 'month';
  const { columns, rows, totals } = await readGroups(
    connection,
    options,
    [unit],
    ['sessions', 'offered', 'answered', 'abandoned', 'share_abandoned'],
  );
  return {
    title: `Sessions by ${unit}`,
    caption: 'How many sessions started, needed an agent and got one, and how many customers gave up.',
    columns,
    rows: unit === 'day' ? await withEmptyDays(connection, options, rows) : rows,
    totals,
  };
}

/** A day of which the mart has the sessions, and that has none, is a day with 0. */
async function withEmptyDays(connection: Connection, options: OverviewTablesOptions, rows: readonly ReportRow[]): Promise<ReportRow[]> {
  const known = new Map(rows.map((row) => [row['day'], row]));
  const days = new Set((await readLoadedTimes(connection, options)).map(({ at, ahead }) => toLocalText({ at, ahead }).slice(0, 10)));
  const labels = [...new Set([...days, ...rows.map((row) => String(row['day']))])].sort();
  return labels.map((day) => known.get(day) ?? { day, sessions: 0, offered: 0, answered: 0, abandoned: 0, share_abandoned: null });
}

/** The quarter hours of the window of which the mart has the sessions, on the clocks of the zone. */
async function readLoadedTimes(
  connection: Connection,
  { request, window, until, isCovered }: OverviewTablesOptions,
): Promise<LocalInstant[]> {
  if (window === undefined) return [];
  const to = window.to < until ? window.to : until;
  const count = Math.max(0, Math.ceil((to.getTime() - window.from.getTime()) / INTERVAL_MS));
  const instants = Array.from({ length: count }, (_, index) => new Date(window.from.getTime() + index * INTERVAL_MS));
  return readOffsets(
    connection,
    request.timezone ?? 'UTC',
    instants.filter((at) => isCovered(at, 'day')),
  );
}

/** The last days of a window that is loaded: eight, because a week in which clocks go back is longer, have each hour of each weekday. */
function toLastWeek({ from, to }: TimeWindow, until: Date): TimeWindow {
  const intervals = Math.ceil((Math.min(to.getTime(), until.getTime()) - from.getTime()) / INTERVAL_MS);
  return { from: new Date(from.getTime() + Math.max(0, intervals - (8 * DAY_MS) / INTERVAL_MS) * INTERVAL_MS), to };
}

/** The half hours with sessions, and of which weekday and hour they are: read once for two tables, because facts are many. */
function readHalfHours(connection: Connection, options: OverviewTablesOptions): Promise<ReportTable> {
  const figures = ['sessions', 'offered', 'abandoned', 'service_level_{seconds}_seconds', 'average_until_first_agent_duration'];
  return readGroups(connection, options, ['half-hour', 'weekday', 'hour-of-day'], figures);
}

const pickTable = (
  { columns }: ReportTable,
  names: readonly string[],
  rows: readonly ReportRow[],
): Pick<ReportTable, 'columns' | 'rows'> => {
  const picked = names.map((name) => columns.find((column) => column.name === name)!);
  return { columns: picked, rows: rows.map((row) => pickColumns(row, picked)) };
};

async function toSessionsByHour(connection: Connection, options: OverviewTablesOptions, halfHours: ReportTable): Promise<OverviewTable> {
  const { window, request } = options;
  const [weekday, hour] = toAttributes(['weekday', 'hour-of-day'], request.weeks);
  const first = request.weeks === 'iso' ? 1 : 0;
  const names = weekday!.values!;
  const weekdays = names.map((_, index) => names[(index + first) % names.length]!);
  const loaded = window === undefined ? [] : await readLoadedTimes(connection, { ...options, window: toLastWeek(window, options.until) });
  const toCell = (name: ReportValue | undefined, at: ReportValue | undefined): string => `${name} ${at}`;
  const cells = new Set(
    loaded.map(({ at, ahead }) => {
      const wall = new Date(at.getTime() + ahead * 1_000);
      return toCell(names[wall.getUTCDay()], String(wall.getUTCHours()).padStart(2, '0'));
    }),
  );
  const found = new Map<string, { sessions: number; abandoned: number }>();
  for (const { weekday: name, hour_of_day: at, sessions, abandoned } of halfHours.rows) {
    const others = found.get(toCell(name, at)) ?? { sessions: 0, abandoned: 0 };
    found.set(toCell(name, at), {
      sessions: others.sessions + Number(sessions),
      abandoned: others.abandoned + Number(abandoned),
    });
  }
  const isShown = (name: string): boolean => hour!.values!.some((at) => cells.has(toCell(name, at)) || found.has(toCell(name, at)));
  return {
    title: 'Sessions by weekday and hour',
    caption: `When sessions started, on the clocks of ${request.timezone ?? 'UTC'}.`,
    ...pickTable(
      halfHours,
      ['weekday', 'hour_of_day', 'sessions', 'abandoned'],
      weekdays.filter(isShown).flatMap((name) =>
        hour!.values!.map((at): ReportRow => {
          const sessions = cells.has(toCell(name, at)) ? 0 : null;
          return { weekday: name, hour_of_day: at, ...(found.get(toCell(name, at)) ?? { sessions, abandoned: sessions }) };
        }),
      ),
    ),
  };
}

/** How many reasons are listed; the rest become one row. */
const END_REASONS = 8;

async function readEndReasons(connection: Connection, options: OverviewTablesOptions): Promise<OverviewTable> {
  const most = { sort: ['-sessions'], top: END_REASONS };
  const { columns, rows, totals } = await readGroups(
    connection,
    options,
    ['ended-by', 'ended-reason'],
    ['sessions', 'share_of_sessions'],
    most,
  );
  return {
    title: 'How sessions ended',
    caption: 'By whom and why, the most frequent first. NO_VALUE: the session has not ended, or Chat Server did not say.',
    ...{ columns, rows, totals },
  };
}

async function readOpenAsyncSessions(connection: Connection, { request, filters, until }: OverviewTablesOptions): Promise<OverviewTable> {
  const { map, timezone = 'UTC' } = request;
  const found = await queryRows<{ age: number; sessions: number; oldest_ts: number }>(
    connection,
    selectOpenAsyncSessions({ timezone, filters, map }, toEpochSeconds(until)),
  );
  const rows = AGES.map(({ label }, index): ReportRow => ({ age: label, sessions: found.find(({ age }) => age === index)?.sessions ?? 0 }));
  const [local] = await readOffsets(connection, timezone, [until]);
  return {
    title: 'Open async sessions by age',
    caption: `All that had not ended at ${toLocalBound(toLocalText(local!), timezone)}, whenever they started.`,
    columns: [
      { name: 'age', title: 'Open for', kind: 'attribute' },
      { name: 'sessions', title: 'Sessions', kind: 'count' },
    ],
    rows,
    totals: { sessions: found.reduce((sum, { sessions }) => sum + sessions, 0) },
  };
}

const WORST_HALF_HOURS = 5;

function toWorstHalfHours({ request }: OverviewTablesOptions, halfHours: ReportTable): OverviewTable {
  const [seconds] = toServiceLevels(request.map);
  const level = `service_level_${seconds}_seconds`;
  const isBad = (row: ReportRow): boolean => Number(row['abandoned']) > 0 || (row[level] !== null && Number(row[level]) < 1);
  const rank = (row: ReportRow): number[] => [-Number(row['abandoned']), Number(row[level] ?? 1), -Number(row['offered'])];
  const sorted = halfHours.rows
    .filter(isBad)
    .map((row) => ({ row, rank: rank(row) }))
    .sort((one, other) => compare(one.rank, other.rank));
  return {
    title: 'The worst half hours',
    caption: `Most customers who gave up first; of those with equally many, the lowest share answered within ${seconds} seconds first.`,
    ...pickTable(
      halfHours,
      ['half_hour', 'offered', 'abandoned', level, 'average_until_first_agent_duration'],
      sorted.slice(0, WORST_HALF_HOURS).map(({ row }) => row),
    ),
  };
}

/** The sort is stable: what is equal stays in the order of time. */
function compare(one: readonly number[], other: readonly number[]): number {
  const at = one.findIndex((value, index) => value !== other[index]);
  return at < 0 ? 0 : one[at]! - other[at]!;
}

async function readLongestWaits(connection: Connection, { request, filters, window }: OverviewTablesOptions): Promise<OverviewTable> {
  const { map, timezone = 'UTC' } = request;
  const found = await queryRows<{ guid: string; start_ts: number; media_origin: string | null; outcome: string; wait: number }>(
    connection,
    selectLongestWaits({ window, timezone, filters, map }),
  );
  const starts = await readOffsets(
    connection,
    timezone,
    found.map(({ start_ts }) => new Date(start_ts * 1_000)),
  );
  return {
    title: 'The longest waits',
    caption: `The ${LONGEST_WAITS} customers who waited longest, until the first agent joined or until they gave up.`,
    columns: [
      { name: 'media_server_ixn_guid', title: 'Interaction', kind: 'attribute' },
      { name: 'started', title: 'Started', kind: 'attribute' },
      { name: 'media_origin', title: 'Media origin', kind: 'attribute' },
      { name: 'outcome', title: 'Outcome', kind: 'attribute' },
      { name: 'wait', title: 'Wait', kind: 'seconds' },
    ],
    rows: found.map(({ guid, media_origin, outcome, wait }, index) => ({
      media_server_ixn_guid: guid,
      started: toLocalText(starts[index]!),
      media_origin,
      outcome,
      wait,
    })),
  };
}
