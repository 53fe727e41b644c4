import { queryRows, type Connection } from '../../db/connection.js';
import { readFactsKeptFrom } from '../../mart/retention.js';
import { readInstants, readWallTime } from '../../mart/calendar/time-zone.js';
import type { TimeWindow } from '../../model/time-span.js';
import { combineAll, computeMetrics, divide, type Combined } from '../compute-metrics.js';
import { mergeDistributions, type Distribution } from '../distribution.js';
import type { ReportDefinition } from '../definition/report-definition.js';
import type { ReportFilter } from '../report-attribute.js';
import type { ReportLevel } from '../report-level.js';
import { selectReport } from '../report.sql.js';
import { measuresOf, readDistributions } from '../read-content.js';
import { findSource, type Request } from '../run-report.js';
import { readDataRange } from '../completeness.js';

/** What the figures of all sessions of a window are computed from. */
export interface Totals {
  readonly combined: Combined;
  readonly distributions: Readonly<Record<string, Distribution>>;
}

export interface TotalsOptions {
  readonly report: ReportDefinition;
  readonly request: Request;
  readonly filters: readonly ReportFilter[];
}

/**
 * Reads the totals of one window, from what a report of it would be computed from; undefined if the mart does not have all its sessions,
 * which `isCovered` tells.
 */
export async function readTotals(
  connection: Connection,
  { report, request, filters }: TotalsOptions,
  window: TimeWindow | undefined,
  isCovered: Coverage = () => true,
): Promise<Totals | undefined> {
  const { map, timezone = 'UTC' } = request;
  const source = await findSource(connection, report, { ...request, from: window?.from, to: window?.to, by: [] });
  if (window !== undefined && !isCovered(window.from, source.level)) return undefined;
  const selection = { ...source, window, timezone, filters, map };
  const measures = measuresOf(report, map);
  const [row] = await queryRows<Record<string, unknown>>(connection, selectReport({ ...selection, attributes: [], measures }));
  const found =
    row === undefined
      ? []
      : [
          toCombined(
            row,
            measures.map(({ name }) => name),
          ),
        ];
  const distributions = await readDistributions(connection, selection, [], report.metrics, measures);
  return {
    combined: combineAll(found, measures),
    distributions: Object.fromEntries([...distributions].map(([column, groups]) => [column, mergeDistributions(groups.values())])),
  };
}

const toCombined = (row: Record<string, unknown>, names: readonly string[]): Combined =>
  Object.fromEntries(names.map((name) => [name, row[`stats_${name}`] === null ? null : Number(row[`stats_${name}`])]));

/** Whether the mart has all sessions from an instant on, at a level. */
export type Coverage = (from: Date, level: ReportLevel) => boolean;

/** It has them if it was loaded from then on, and if the facts are kept where they are needed. */
export async function readCoverage(connection: Connection, timezone: string): Promise<Coverage> {
  const range = await readDataRange(connection);
  if (range === undefined) return () => false;
  // The first sessions came on the day that holds the first instant of the range.
  const wall = await readWallTime(connection, timezone, range.from);
  const [loadedFrom] = await readInstants(connection, timezone, [{ wall: new Date(Math.floor(wall.getTime() / DAY_MS) * DAY_MS) }]);
  const keptFrom = await readFactsKeptFrom(connection);
  return (from, level) => from >= loadedFrom! && (level !== 'session' || keptFrom === null || from >= keptFrom);
}

const DAY_MS = 86_400_000;

/** The figures of a mean of windows: counts are divided by their number, the others are those of all their sessions together. */
export function toFigureValues(
  report: ReportDefinition,
  request: Request,
  totals: readonly Totals[],
): Readonly<Record<string, number | null>> {
  const measures = measuresOf(report, request.map);
  const combined = combineAll(
    totals.map((each) => each.combined),
    measures,
  );
  const columns = [...new Set(totals.flatMap(({ distributions }) => Object.keys(distributions)))];
  const distributions = Object.fromEntries(
    columns.map((column) => [column, mergeDistributions(totals.map((each) => each.distributions[column] ?? new Map<number, number>()))]),
  );
  const values = computeMetrics(report.metrics, combined, combined, { distributions });
  return Object.fromEntries(
    report.metrics.map((metric) => {
      const value = values[metric.name] as number | null;
      return [metric.name, metric.figure === 'total' || metric.figure === 'sum' ? divide(value, Math.max(1, totals.length)) : value];
    }),
  );
}
