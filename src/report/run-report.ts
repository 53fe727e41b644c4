import type { Connection } from '../db/connection.js';
import { readWhole } from '../mart/cluster-commits.js';
import { systemClock } from '../model/clock.js';
import { ConfigError } from '../model/errors.js';
import type { KvpMap } from '../model/mapped-key.js';
import type { Weeks } from '../model/time-preset.js';
import { readCompleteness, readDataRange, readLocalWindow, toReportWindow } from './completeness.js';
import { isOfDurations, isOfGroups, OWN_KEYS, type NamedReport, type ReportDefinition } from './definition/report-definition.js';
import { requireReport, takenNames, withFigures } from './definition/reports.js';
import { ownAttributes, ownFigures } from './own-keys.js';
import { readContent, type RowOptions } from './read-content.js';
import { toAttributes, type ReportAttribute } from './report-attribute.js';
import { FILTER_ATTRIBUTES, OWN_OPTION, resolveFilters, type FilterRequest } from './report-filter.js';
import { chooseLevel, chooseSource, type ReportSource, type SourceOptions } from './report-level.js';
import type { ReportColumn, ReportRow, ReportTable } from './report-table.js';
import { findColumns, pickColumns } from './sort-rows.js';

export interface ReportOptions extends RowOptions {
  /** Name of one of chatmart's reports. */
  readonly name: string;
  /** A report of a user's instead. */
  readonly definition?: NamedReport | undefined;
  /** Half-open window of session starts, on quarter hours; undefined on both sides: all sessions. */
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
  /** Names of attributes; default: the report's own; empty: one row in total. */
  readonly by?: readonly string[] | undefined;
  /** Names of columns, in order; attributes of groups stay. Default: all. */
  readonly columns?: readonly string[] | undefined;
  /** Name of the time zone of its periods, as the server spells it. Default: UTC. */
  readonly timezone?: string | undefined;
  readonly weeks?: Weeks | undefined;
  /** Instead of those of the report's definition with the same option. */
  readonly filters?: FilterRequest | undefined;
  readonly map: KvpMap;
}

/** Runs a report on a mart. The connection's search path must be the mart's schema. */
export async function runReport(connection: Connection, options: ReportOptions): Promise<ReportTable> {
  const report = withFigures(namedReport(options), options.map);
  // Rows, range and completeness come from one snapshot, so that they agree.
  return readWhole(connection, () => readReport(connection, report, options));
}

/** What is asked of a report, whichever it is. */
export type Request = Omit<ReportOptions, 'name' | 'definition'>;

/** Reads a report in the snapshot of a transaction, which several may share. */
export async function readReport(connection: Connection, report: ReportDefinition, options: Request): Promise<ReportTable> {
  const { from, to, map, timezone = 'UTC', weeks = 'info-mart', clock = systemClock, sourceNames } = options;
  const window = from === undefined || to === undefined ? undefined : { from, to };
  const own = ownAttributes(map, takenNames(map));
  const attributes = toAttributes(options.by ?? report.attributes, weeks, own);
  requireShape(report, options, attributes);
  const filters = await resolveFilters(connection, filtersOf(report, options), own);
  const selection = { ...(await findSource(connection, report, options)), window, timezone, filters, map };
  const dataRange = await readDataRange(connection);
  const shownWindow = window ?? dataRange;
  const { found, ...content } = await readContent(connection, { options, report, attributes, selection, window: shownWindow });
  const columns = options.columns === undefined ? content.columns : toChosen(options.columns, content.columns, report);
  const isShown = (name: string): boolean => columns.some((column) => column.name === name);
  return {
    name: report.name,
    title: report.title,
    charts: report.charts,
    window: shownWindow && toReportWindow(shownWindow),
    localWindow: shownWindow && (await readLocalWindow(connection, timezone, shownWindow)),
    timezone,
    weeks,
    by: attributes.map((attribute) => attribute.name),
    filters: filters.map(({ shown }) => shown),
    columns,
    rows: content.rows.map((row) => pickColumns(row, columns)),
    totals: content.totals && pickFigures(content.totals, columns),
    subtotals: content.subtotals?.map(({ after, row }) => ({ after, row: pickColumns(row, columns) })),
    cut: content.cut,
    legend: [...new Set(report.metrics.flatMap(({ name, legend }) => (legend !== undefined && isShown(name) ? [legend] : [])))],
    unknown: content.unknown?.filter(isShown),
    dataRange: content.rows.length === 0 && dataRange !== undefined ? toReportWindow(dataRange) : undefined,
    completeness: await readCompleteness(connection, { selection, attributes, found, now: clock(), sourceNames }),
  };
}

/** The report that options mean. Throws `ConfigError` for an unknown name. */
export const namedReport = ({ definition, name }: Pick<ReportOptions, 'definition' | 'name'>): NamedReport =>
  definition ?? requireReport(name);

/** What was asked for takes the place of what the definition asks for by the same option. */
export const filtersOf = ({ prompts }: NamedReport, options: Request): FilterRequest => ({
  ...prompts.filters,
  ...Object.fromEntries(Object.entries(options.filters ?? {}).filter(([, values]) => values !== undefined)),
});

/** Throws `ConfigError` for what the rows of the report cannot be. */
function requireShape(report: ReportDefinition, options: Request, attributes: readonly ReportAttribute[]): void {
  const { sort, top, subtotals } = options;
  const refuse = (problem: string, next: string): never => {
    throw new ConfigError('bad-shape', problem, { state: 'nothing-read', next });
  };
  if (isOfDurations(report) && (sort ?? top ?? subtotals) !== undefined)
    refuse(`${report.name} has one row for each duration and range, in their order`, 'Omit --sort, --top and --subtotals.');
  if (subtotals !== true) return;
  if (report.rows === 'sessions') refuse('Single sessions have no subtotals', 'Omit --subtotals.');
  if (attributes.length < 2) refuse('Subtotals need two attributes', 'Name two with --by, or omit --subtotals.');
  if (sort !== undefined || top !== undefined)
    refuse('Subtotals need all rows in the order of their attributes', 'Omit --sort and --top, or --subtotals.');
}

/** The chosen columns; the attributes of groups come first in any case, because they tell the rows apart. */
function toChosen(names: readonly string[], columns: readonly ReportColumn[], { rows }: ReportDefinition): ReportColumn[] {
  const chosen = findColumns('--columns', names, columns);
  return rows === 'sessions' ? chosen : [...new Set([...columns.filter(({ kind }) => kind === 'attribute'), ...chosen])];
}

const pickFigures = (row: ReportRow, columns: readonly ReportColumn[]): ReportRow =>
  pickColumns(
    row,
    columns.filter(({ name }) => name in row),
  );

/** What a report is computed from. */
export function findSource(connection: Connection, report: NamedReport, options: Request): Promise<ReportSource> {
  const levels = toLevelOptions(report, options);
  return chooseSource(connection, chooseLevel(levels), levels);
}

function toLevelOptions(report: NamedReport, options: Request): SourceOptions {
  const { from, to, by, timezone = 'UTC', map } = options;
  const filters = filtersOf(report, options);
  const own = ownAttributes(map, takenNames(map));
  const filtered = FILTER_ATTRIBUTES.filter(({ option }) => (filters[option] ?? []).length > 0);
  const ofSessions =
    !isOfGroups(report) ||
    report.measures.some((name) => name === OWN_KEYS || ownFigures(map).figures.some((figure) => figure.name === name)) ||
    (filters[OWN_OPTION] ?? []).length > 0
      ? [{ name: '', level: 'session' as const }]
      : [];
  return {
    window: from === undefined || to === undefined ? undefined : { from, to },
    timezone,
    attributes: [...toAttributes(by ?? report.attributes, 'info-mart', own), ...filtered, ...ofSessions],
  };
}
