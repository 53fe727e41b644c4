import { queryRows, type Connection } from '../db/connection.js';
import type { TimeWindow } from '../model/time-span.js';
import type { KvpMap } from '../model/mapped-key.js';
import type { Figure } from '../model/measure.js';
import { systemClock, type Clock } from '../model/clock.js';
import { chatStatsMeasures, type ChatStatsMeasure } from '../mart/aggregates/measures.js';
import { readMeasureRegistry } from '../spec/measure-registry.js';
import { readKnownUntil } from './completeness.js';
import { kindOf } from './compute-metrics.js';
import { NO_CONCURRENCY, readConcurrency, withOpenGroups } from './concurrency.js';
import { columnsOf, type ReportDefinition } from './definition/report-definition.js';
import { DEFAULT_RANGES, readGroupedDurations, toDurationColumns, toDurationRows, type DurationsShown } from './durations.js';
import { mergeDistributions, type Distribution } from './distribution.js';
import { toGroupRows, type SessionGroup } from './group-rows.js';
import { toFormula, toUnit } from './figure-words.js';
import { ownFigures } from './own-keys.js';
import { isMember, toColumnName, toKeyColumn, toUniqueNames, type Member, type ReportAttribute } from './report-attribute.js';
import { selectDistribution, selectMembers, selectPurgedDistribution, selectReport, type SelectionOptions } from './report.sql.js';
import type { ReportColumn, ReportRow, ReportTable, ReportValue } from './report-table.js';
import { readSessionList } from './session-list.js';
import { toSortKeys } from './sort-rows.js';

/** How rows are shown; undefined: as the report's definition says. */
export interface RowOptions {
  /** Columns that rows are sorted by, `-` before one: the largest first. */
  readonly sort?: readonly string[] | undefined;
  /** How many rows at most; the rest of the groups become one row. */
  readonly top?: number | undefined;
  /** After the groups with the same first attribute, one row for all of them. */
  readonly subtotals?: boolean | undefined;
  /** Upper bounds in seconds, for counts of durations by range. */
  readonly ranges?: readonly number[] | undefined;
  /** Names of the sources of the mart; undefined: all that were ever read. */
  readonly sourceNames?: readonly string[] | undefined;
  readonly clock?: Clock | undefined;
}

/** A report and the sessions that it is about. */
export interface ContentOptions {
  readonly options: RowOptions;
  readonly report: ReportDefinition;
  readonly attributes: readonly ReportAttribute[];
  readonly selection: SelectionOptions;
  readonly window: TimeWindow | undefined;
}

/** The columns and rows of a report. */
export interface ReportContent extends Pick<ReportTable, 'columns' | 'rows' | 'totals' | 'subtotals' | 'cut' | 'unknown'> {
  /** The rows that were read, with the ends of their periods. */
  readonly found: readonly Readonly<Record<string, ReportValue>>[];
}

/** Reads the rows of a report, of whichever kind they are. */
export function readContent(connection: Connection, content: ContentOptions): Promise<ReportContent> {
  switch (content.report.rows) {
    case 'groups':
    // As a table, an overview is its figures.
    case 'overview':
      return readGroups(connection, content);
    case 'sessions':
      return readSessions(connection, content);
    default:
      return readDurations(connection, content, content.report.rows);
  }
}

async function readSessions(connection: Connection, { options, report, attributes, selection }: ContentOptions): Promise<ReportContent> {
  const top = options.top ?? report.top;
  const { columns, rows, sessions } = await readSessionList(connection, {
    ...{ selection, attributes, measures: report.measures, top },
    toSort: (known) => toSortKeys(options.sort ?? report.sort ?? [], known),
  });
  return { columns, rows, found: [], cut: sessions > rows.length ? { of: sessions, things: 'sessions' } : undefined };
}

async function readDurations(
  connection: Connection,
  { options: { ranges = DEFAULT_RANGES }, attributes, selection, window }: ContentOptions,
  shown: DurationsShown,
): Promise<ReportContent> {
  const found = await tellMembersApart(
    connection,
    attributes,
    await readGroupedDurations(connection, { ...selection, window, attributes }),
  );
  return {
    columns: [...attributes.map(toAttributeColumn), ...toDurationColumns(shown)],
    rows: toDurationRows({
      ...{ shown, ranges, found, toGroupKey: (row) => toGroupKey(attributes, row) },
      toAttributes: (row) => toAttributeValues(attributes, row),
    }),
    found,
  };
}

async function readGroups(
  connection: Connection,
  { options, report, attributes, selection, window }: ContentOptions,
): Promise<ReportContent> {
  const { clock = systemClock, sourceNames } = options;
  const { metrics } = report;
  const measures = measuresOf(report, selection.map);
  const columns = [...attributes.map(toAttributeColumn), ...metrics.map((metric) => toMetricColumn(metric, measures))];
  const sort = toSortKeys(options.sort ?? (isOf(columns, report.sort) ? (report.sort ?? []) : []), columns);
  const toKey = (row: object): string => toGroupKey(attributes, row as Record<string, ReportValue>);
  const concurrency = metrics.some(({ figure }) => figure === 'concurrency')
    ? await readConcurrency(connection, {
        ...{ selection, attributes, window, toGroupKey: toKey },
        until: await readKnownUntil(connection, clock(), sourceNames),
      })
    : NO_CONCURRENCY;
  const found = withOpenGroups(
    await queryRows<Record<string, ReportValue>>(connection, selectReport({ ...selection, attributes, measures })),
    concurrency,
    { attributes, toGroupKey: toKey, columns: measures.map(({ name }) => name) },
  );
  const named = await tellMembersApart(connection, attributes, found);
  const distributions = await readDistributions(connection, selection, attributes, metrics, measures);
  const groups = named.map((row): SessionGroup => {
    const key = toGroupKey(attributes, row);
    return {
      attributes: toAttributeValues(attributes, row),
      combined: Object.fromEntries(measures.map(({ name }) => [name, toFigure(row[`stats_${name}`])])),
      details: {
        distributions: Object.fromEntries([...distributions].map(([column, of]) => [column, of.get(key) ?? new Map<number, number>()])),
        concurrency: concurrency.groups.get(key),
      },
    };
  });
  const { others, unknown, ...rows } = toGroupRows({
    ...{ groups, metrics, measures, sort, top: options.top ?? report.top, subtotals: options.subtotals },
    ranks: Object.fromEntries(attributes.map((attribute) => [toColumnName(attribute), attribute.values])),
    whole: {
      distributions: Object.fromEntries([...distributions].map(([column, of]) => [column, mergeDistributions(of.values())])),
      concurrency: concurrency.whole,
    },
  });
  const isOpenUnknown = ({ figure }: Figure): boolean => figure === 'concurrency' && concurrency.isUnknown;
  return {
    ...{ ...rows, columns, found },
    cut: others === 0 ? undefined : { of: groups.length, things: 'groups' },
    unknown: metrics.flatMap((metric) => (isOpenUnknown(metric) || unknown.includes(metric.name) ? [metric.name] : [])),
  };
}

/** Whether a report has the columns that its definition sorts by: `--by` may have left them out. */
const isOf = (columns: readonly ReportColumn[], sort: readonly string[] = []): boolean =>
  sort.every((name) => columns.some((column) => column.name === name.replace(/^-/, '')));

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
