import { queryRow, queryRows, type Connection } from '../db/connection.js';
import { withTransaction } from '../db/transaction.js';
import type { KvpMap } from '../model/mapped-key.js';
import type { Figure } from '../model/measure.js';
import { chatStatsMeasures, type ChatStatsMeasure } from '../mart/aggregates/measures.js';
import { combineAll, computeMetrics, kindOf, type Combined } from './compute-metrics.js';
import { isMember, toAttributes, toColumnName, toKeyColumn, toUniqueNames, type Member, type ReportAttribute } from './report-attribute.js';
import { columnsOf, type ReportDefinition } from './report-definition.js';
import { chooseLevel, type ReportLevel } from './report-level.js';
import { selectDataRange, selectMembers, selectReport } from './report.sql.js';
import type { ReportColumn, ReportRow, ReportTable, ReportValue } from './report-table.js';
import { findReport } from './reports.js';
import type { SpanText, TimeWindow } from '../model/time-span.js';
import type { Weeks } from '../model/time-preset.js';
import { systemClock, type Clock } from '../model/clock.js';
import { readOffsets, toLocalText } from '../mart/calendar/time-zone.js';
import { readCompleteness } from './completeness.js';
import { FILTER_ATTRIBUTES, resolveFilters, type FilterRequest } from './report-filter.js';

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
  /** Names of the sources of the mart; undefined: all that were ever read. */
  readonly sourceNames?: readonly string[] | undefined;
  readonly clock?: Clock | undefined;
  readonly map: KvpMap;
}

/** Runs a report on a mart. The connection's search path must be the mart's schema. */
export async function runReport(connection: Connection, options: ReportOptions): Promise<ReportTable> {
  const { from, to, map, timezone = 'UTC', weeks = 'info-mart', clock = systemClock, sourceNames } = options;
  const report = findReport(options.name);
  const window = from === undefined || to === undefined ? undefined : { from, to };
  const attributes = toAttributes(options.by ?? report.defaultBy, weeks);
  const level = levelOf(options);
  const measures = measuresOf(report, map);
  // Rows, range and completeness come from one snapshot, so that they agree.
  return withTransaction(
    connection,
    async () => {
      const filters = await resolveFilters(connection, options.filters ?? {});
      const selection = { level, window, timezone, filters, map };
      const found = await queryRows<Record<string, ReportValue>>(connection, selectReport({ ...selection, attributes, measures }));
      const dataRange = await readDataRange(connection);
      const shownWindow = window ?? dataRange;
      return {
        name: report.name,
        title: report.title,
        window: shownWindow && toReportWindow(shownWindow),
        localWindow: shownWindow && (await readLocalWindow(connection, timezone, shownWindow)),
        timezone,
        weeks,
        by: attributes.map((attribute) => attribute.name),
        filters: filters.map(({ shown }) => shown),
        columns: [...attributes.map(toAttributeColumn), ...report.metrics.map((metric) => toMetricColumn(metric, measures))],
        ...toRows(await tellMembersApart(connection, attributes, found), attributes, report.metrics, measures),
        unknown: report.metrics.filter((metric) => columnsOf(metric).some((column) => isUnknown(found, column))).map(({ name }) => name),
        dataRange: found.length === 0 && dataRange !== undefined ? toReportWindow(dataRange) : undefined,
        completeness: await readCompleteness(connection, { selection, attributes, found, now: clock(), sourceNames }),
      };
    },
    'repeatable read read only',
  );
}

/** What a report is computed from. */
export function levelOf({ name, from, to, by, timezone = 'UTC', filters = {} }: Omit<ReportOptions, 'map'>): ReportLevel {
  const filtered = FILTER_ATTRIBUTES.filter(({ option }) => (filters[option] ?? []).length > 0);
  return chooseLevel({
    window: from === undefined || to === undefined ? undefined : { from, to },
    timezone,
    attributes: [...toAttributes(by ?? findReport(name).defaultBy), ...filtered],
  });
}

/** The measures of a report, each once. */
function measuresOf(report: ReportDefinition, map: KvpMap): ChatStatsMeasure[] {
  const known = new Map(chatStatsMeasures(map).map((measure) => [measure.name, measure]));
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
    const names = toUniqueNames([...members, ...rows.map((row) => ({ key: Number(row[keyColumn]), name: row[column] as string | null }))]);
    for (const row of renamed) row[column] = names.get(Number(row[keyColumn])) ?? null;
  }
  return renamed;
}

function toRows(
  found: readonly Record<string, ReportValue>[],
  attributes: readonly ReportAttribute[],
  metrics: readonly Figure[],
  measures: readonly ChatStatsMeasure[],
): { rows: ReportRow[]; totals: ReportRow | undefined } {
  const combined = found.map((row): Combined => Object.fromEntries(measures.map(({ name }) => [name, toFigure(row[`stats_${name}`])])));
  const whole = combineAll(combined, measures);
  const rows = found.map((row, index) => ({
    ...Object.fromEntries(attributes.map(toColumnName).map((name) => [name, row[name] ?? null])),
    ...computeMetrics(metrics, combined[index]!, whole),
  }));
  return { rows, totals: found.length === 0 ? undefined : computeMetrics(metrics, whole, whole) };
}

const isUnknown = (rows: readonly Record<string, ReportValue>[], column: string): boolean =>
  rows.some((row) => row[`stats_${column}`] === null);

const toFigure = (value: ReportValue | undefined): number | null => (value === null ? null : Number(value));

async function readDataRange(connection: Connection): Promise<TimeWindow | undefined> {
  const { from_key, to_key } = await queryRow<{ from_key: number | null; to_key: number | null }>(connection, selectDataRange());
  return from_key === null || to_key === null ? undefined : { from: new Date(from_key * 1000), to: new Date(to_key * 1000) };
}

async function readLocalWindow(connection: Connection, timezone: string, { from, to }: TimeWindow): Promise<SpanText> {
  const [first, end] = await readOffsets(connection, timezone, [from, to]);
  return { from: toLocalText(first!), to: toLocalText(end!) };
}

const toIso = (at: Date): string => at.toISOString().replace('.000Z', 'Z');

const toReportWindow = ({ from, to }: TimeWindow): SpanText => ({ from: toIso(from), to: toIso(to) });

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
});
