import { queryRows, type Connection } from '../db/connection.js';
import { withTransaction } from '../db/transaction.js';
import type { KvpMap } from '../model/mapped-key.js';
import type { Figure } from '../model/measure.js';
import { chatStatsMeasures, type ChatStatsMeasure } from '../mart/aggregates/measures.js';
import { combineAll, computeMetrics, kindOf, type Combined, type RowDetails } from './compute-metrics.js';
import { NO_CONCURRENCY, readConcurrency, withOpenGroups, type Concurrency } from './concurrency.js';
import { DEFAULT_RANGES, readGroupedDurations, toDurationColumns, toDurationRows } from './durations.js';
import { mergeDistributions, type Distribution } from './distribution.js';
import { ownAttributes, ownFigures } from './own-keys.js';
import { toFormula, toUnit } from './figure-words.js';
import { isMember, toAttributes, toColumnName, toKeyColumn, toUniqueNames, type Member, type ReportAttribute } from './report-attribute.js';
import { columnsOf, type NamedReport, type ReportDefinition } from './report-definition.js';
import { chooseLevel, chooseSource, type ReportSource, type SourceOptions } from './report-level.js';
import { selectDistribution, selectMembers, selectPurgedDistribution, selectReport, type SelectionOptions } from './report.sql.js';
import type { ReportColumn, ReportRow, ReportTable, ReportValue } from './report-table.js';
import { findReport, takenNames } from './reports.js';
import { readMeasureRegistry } from '../spec/measure-registry.js';
import type { Weeks } from '../model/time-preset.js';
import { systemClock, type Clock } from '../model/clock.js';
import { readCompleteness, readDataRange, readKnownUntil, readLocalWindow, toReportWindow } from './completeness.js';
import { FILTER_ATTRIBUTES, OWN_OPTION, resolveFilters, type FilterRequest } from './report-filter.js';

export interface ReportOptions {
  readonly name: string;
  /** Half-open window of session starts, on quarter hours; undefined on both sides: all sessions. */
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
  /** Names of attributes; default: the report's own; empty: one row in total. */
  readonly by?: readonly string[] | undefined;
  /** Name of the time zone of its periods, as the server spells it. Default: UTC. */
  readonly timezone?: string | undefined;
  readonly weeks?: Weeks | undefined;
  readonly filters?: FilterRequest | undefined;
  /** Upper bounds in seconds, for counts of durations by range. */
  readonly ranges?: readonly number[] | undefined;
  /** Names of the sources of the mart; undefined: all that were ever read. */
  readonly sourceNames?: readonly string[] | undefined;
  readonly clock?: Clock | undefined;
  readonly map: KvpMap;
}

/** Runs a report on a mart. The connection's search path must be the mart's schema. */
export async function runReport(connection: Connection, options: ReportOptions): Promise<ReportTable> {
  const report = findReport(options.name, options.map);
  // Rows, range and completeness come from one snapshot, so that they agree.
  return withTransaction(connection, () => readReport(connection, report, options), 'repeatable read read only');
}

/** What is asked of a report, whichever it is. */
export type Request = Omit<ReportOptions, 'name'>;

/** Reads a report in the snapshot of a transaction, which several may share. */
export async function readReport(connection: Connection, report: ReportDefinition, options: Request): Promise<ReportTable> {
  const { from, to, map, timezone = 'UTC', weeks = 'info-mart', clock = systemClock, sourceNames, ranges = DEFAULT_RANGES } = options;
  const window = from === undefined || to === undefined ? undefined : { from, to };
  const own = ownAttributes(map, takenNames(map));
  const attributes = toAttributes(options.by ?? report.defaultBy, weeks, own);
  const measures = measuresOf(report, map);
  const filters = await resolveFilters(connection, options.filters ?? {}, own);
  const selection = { ...(await findSource(connection, report, options)), window, timezone, filters, map };
  const dataRange = await readDataRange(connection);
  const shownWindow = window ?? dataRange;
  const toKey = (row: object): string => toGroupKey(attributes, row as Record<string, ReportValue>);
  const concurrency = report.metrics.some(({ figure }) => figure === 'concurrency')
    ? await readConcurrency(connection, {
        ...{ selection, attributes, window: shownWindow, toGroupKey: toKey },
        until: await readKnownUntil(connection, clock(), sourceNames),
      })
    : NO_CONCURRENCY;
  const found =
    report.durations === undefined
      ? withOpenGroups(
          await queryRows<Record<string, ReportValue>>(connection, selectReport({ ...selection, attributes, measures })),
          concurrency,
          { attributes, toGroupKey: toKey, columns: measures.map(({ name }) => name) },
        )
      : await readGroupedDurations(connection, { ...selection, window: shownWindow, attributes });
  const named = await tellMembersApart(connection, attributes, found);
  const distributions = await readDistributions(connection, selection, attributes, report.metrics, measures);
  const table =
    report.durations === undefined
      ? toRows({ named, attributes, metrics: report.metrics, measures, distributions, concurrency })
      : {
          rows: toDurationRows({
            ...{ shown: report.durations, ranges, found: named, toGroupKey: (row) => toGroupKey(attributes, row) },
            toAttributes: (row) => toAttributeValues(attributes, row),
          }),
        };
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
    columns: [
      ...attributes.map(toAttributeColumn),
      ...(report.durations === undefined
        ? report.metrics.map((metric) => toMetricColumn(metric, measures))
        : toDurationColumns(report.durations)),
    ],
    ...table,
    unknown: report.metrics.flatMap((metric) =>
      (metric.figure === 'concurrency' ? concurrency.isUnknown : isUnknown(metric, found, table.rows)) ? [metric.name] : [],
    ),
    dataRange: found.length === 0 && dataRange !== undefined ? toReportWindow(dataRange) : undefined,
    completeness: await readCompleteness(connection, { selection, attributes, found, now: clock(), sourceNames }),
  };
}

/** What a report is computed from. */
export function findSource(connection: Connection, report: NamedReport, options: Request): Promise<ReportSource> {
  const levels = toLevelOptions(report, options);
  return chooseSource(connection, chooseLevel(levels), levels);
}

function toLevelOptions(report: NamedReport, { from, to, by, timezone = 'UTC', filters = {}, map }: Request): SourceOptions {
  const own = ownAttributes(map, takenNames(map));
  const filtered = FILTER_ATTRIBUTES.filter(({ option }) => (filters[option] ?? []).length > 0);
  const ofSessions =
    report.own === true || report.durations !== undefined || (filters[OWN_OPTION] ?? []).length > 0
      ? [{ name: '', level: 'session' as const }]
      : [];
  return {
    window: from === undefined || to === undefined ? undefined : { from, to },
    timezone,
    attributes: [...toAttributes(by ?? report.defaultBy, 'info-mart', own), ...filtered, ...ofSessions],
  };
}

/** The measures of a report, each once. */
export function measuresOf(report: ReportDefinition, map: KvpMap): ChatStatsMeasure[] {
  const known = new Map([...chatStatsMeasures(map), ...ownFigures(map).measures].map((measure) => [measure.name, measure]));
  return [...new Set(report.metrics.flatMap(columnsOf))].map((column) => {
    const measure = known.get(column);
    if (measure === undefined) throw new Error(`Report ${report.name} names the column ${column}, which the aggregates do not have`);
    return measure;
  });
}

/** Gives tenants and media types unique names, stable across all reports of the mart today. */
async function tellMembersApart(
  connection: Connection,
  attributes: readonly ReportAttribute[],
  rows: readonly Record<string, ReportValue>[],
): Promise<Record<string, ReportValue>[]> {
  const renamed = rows.map((row) => ({ ...row }));
  for (const attribute of attributes.filter(isMember)) {
    const [column, keyColumn] = [toColumnName(attribute), toKeyColumn(attribute)];
    const members = await queryRows<Member>(connection, selectMembers(attribute));
    // Keys missing in the dimension have no name but still a key.
    const names = toUniqueNames([...rows.map((row) => ({ key: Number(row[keyColumn]), name: row[column] as string | null })), ...members]);
    for (const row of renamed) row[column] = names.get(Number(row[keyColumn])) ?? null;
  }
  return renamed;
}

/** The distributions of the groups of a report, by column and `toGroupKey`. */
type GroupDistributions = ReadonlyMap<string, ReadonlyMap<string, Distribution>>;

/** A group of a report by the names and keys of its attributes; members are told by their keys. */
const toGroupKey = (attributes: readonly ReportAttribute[], row: Readonly<Record<string, ReportValue>>): string =>
  JSON.stringify(attributes.map((attribute) => row[isMember(attribute) ? toKeyColumn(attribute) : toColumnName(attribute)]));

/** Reads the distributions of the figures that are percentiles. */
export async function readDistributions(
  connection: Connection,
  selection: SelectionOptions,
  attributes: readonly ReportAttribute[],
  metrics: readonly Figure[],
  measures: readonly ChatStatsMeasure[],
): Promise<GroupDistributions> {
  const found = new Map<string, ReadonlyMap<string, Distribution>>();
  for (const metric of metrics) {
    if (metric.figure !== 'percentile' || found.has(metric.of)) continue;
    const when = measures.find(({ name }) => name === metric.among)?.when;
    const duration = readMeasureRegistry().durations.find(({ of }) => of === metric.of)?.name;
    const statements = [
      selectDistribution({ ...selection, attributes, column: metric.of, when }),
      // Only the aggregates count sessions whose facts are purged.
      ...(duration === undefined || selection.level === 'session'
        ? []
        : [selectPurgedDistribution({ ...selection, attributes, duration })]),
    ];
    const groups = new Map<string, Map<number, number>>();
    for (const statement of statements)
      for (const row of await queryRows<Record<string, ReportValue>>(connection, statement)) {
        const key = toGroupKey(attributes, row);
        const group = groups.get(key) ?? new Map<number, number>();
        groups.set(key, group.set(Number(row['bucket']), (group.get(Number(row['bucket'])) ?? 0) + Number(row['sessions'])));
      }
    found.set(metric.of, groups);
  }
  return found;
}

const toAttributeValues = (attributes: readonly ReportAttribute[], row: Readonly<Record<string, ReportValue>>): ReportRow =>
  Object.fromEntries(attributes.map(toColumnName).map((name) => [name, row[name] ?? null]));

interface FoundRows {
  readonly named: readonly Record<string, ReportValue>[];
  readonly attributes: readonly ReportAttribute[];
  readonly metrics: readonly Figure[];
  readonly measures: readonly ChatStatsMeasure[];
  readonly distributions: GroupDistributions;
  readonly concurrency: Concurrency;
}

function toRows({ named, attributes, metrics, measures, distributions, concurrency }: FoundRows): {
  rows: ReportRow[];
  totals: ReportRow | undefined;
} {
  const combined = named.map((row): Combined => Object.fromEntries(measures.map(({ name }) => [name, toFigure(row[`stats_${name}`])])));
  const whole = combineAll(combined, measures);
  const ofRow = (row: Record<string, ReportValue>): RowDetails => {
    const key = toGroupKey(attributes, row);
    return {
      distributions: Object.fromEntries([...distributions].map(([column, groups]) => [column, groups.get(key) ?? new Map()])),
      concurrency: concurrency.groups.get(key),
    };
  };
  const rows = named.map((row, index) => ({
    ...toAttributeValues(attributes, row),
    ...computeMetrics(metrics, combined[index]!, whole, ofRow(row)),
  }));
  const ofAll = {
    distributions: Object.fromEntries([...distributions].map(([column, groups]) => [column, mergeDistributions(groups.values())])),
    concurrency: concurrency.whole,
  };
  return { rows, totals: named.length === 0 ? undefined : computeMetrics(metrics, whole, whole, ofAll) };
}

/** Whether a figure is unknown in some row: a measure of it was not counted there, or the sessions of its distribution are not all there. */
function isUnknown(metric: Figure, found: readonly Record<string, ReportValue>[], rows: readonly ReportRow[]): boolean {
  if (columnsOf(metric).some((column) => found.some((row) => row[`stats_${column}`] === null))) return true;
  return (
    metric.figure === 'percentile' &&
    found.some((row, index) => toFigure(row[`stats_${metric.among}`]) !== 0 && rows[index]![metric.name] === null)
  );
}

const toFigure = (value: ReportValue | undefined): number | null => (value === null ? null : Number(value));

const toAttributeColumn = (attribute: ReportAttribute): ReportColumn => ({
  name: toColumnName(attribute),
  title: attribute.title,
  kind: 'attribute',
});

const toMetricColumn = (metric: Figure, measures: readonly ChatStatsMeasure[]): ReportColumn => ({
  name: metric.name,
  title: metric.title,
  kind: kindOf(metric, measures),
  group: metric.group,
  ...{ unit: toUnit(metric, measures), formula: toFormula(metric), sentence: metric.sentence },
});
