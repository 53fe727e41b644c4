import type { ChatStatsMeasure } from '../mart/aggregates/measures.js';
import type { Figure } from '../model/measure.js';
import { combineAll, computeMetrics, type Combined, type RowDetails } from './compute-metrics.js';
import { columnsOf } from './definition/report-definition.js';
import { mergeDistributions } from './distribution.js';
import type { ReportRow, ReportValue, Subtotal } from './report-table.js';
import { counted } from '../model/text.js';
import { sortRows, type SortKey } from './sort-rows.js';

/** A group of sessions: the values of its attributes, its columns of the aggregates, and what else its figures are computed from. */
export interface SessionGroup {
  readonly attributes: ReportRow;
  readonly combined: Combined;
  readonly details: RowDetails;
}

/** How groups become rows. */
export interface RowShape {
  readonly sort?: readonly SortKey[] | undefined;
  /** The first of them; the rest become one row. */
  readonly top?: number | undefined;
  /** After the groups with the same first attribute, one row for all of them. */
  readonly subtotals?: boolean | undefined;
  /** The order of texts that have one of their own, by column. */
  readonly ranks?: Readonly<Record<string, readonly string[] | undefined>> | undefined;
}

export interface GroupRowsOptions extends RowShape {
  readonly groups: readonly SessionGroup[];
  readonly metrics: readonly Figure[];
  readonly measures: readonly ChatStatsMeasure[];
  /** What the figures of the whole report are computed from, beside the columns of the aggregates. */
  readonly whole: RowDetails;
}

export interface GroupRows {
  readonly rows: readonly ReportRow[];
  readonly totals: ReportRow | undefined;
  readonly subtotals: readonly Subtotal[];
  /** How many groups the last row stands for; 0: for none but itself. */
  readonly others: number;
  /** Figures that are unknown in some group. */
  readonly unknown: readonly string[];
}

/** Rows of groups, sorted and cut, with their totals. */
export function toGroupRows(options: GroupRowsOptions): GroupRows {
  const { groups, metrics, measures, sort = [], top, ranks } = options;
  const whole = combineAll(
    groups.map(({ combined }) => combined),
    measures,
  );
  const toRow = ({ attributes, combined, details }: SessionGroup): ReportRow => ({
    ...attributes,
    ...computeMetrics(metrics, combined, whole, details),
  });
  const all = groups.map((group) => ({ group, row: toRow(group) }));
  const sorted = sort.length === 0 ? all : sortRows(all, sort, ({ row }, column) => row[column] ?? null, ranks);
  const rest = top === undefined ? [] : sorted.slice(top).map(({ group }) => group);
  const shown = sorted.slice(0, sorted.length - rest.length).map(({ row }) => row);
  return {
    rows: rest.length === 0 ? shown : [...shown, toRow({ ...combineGroups(rest, measures), attributes: toOthers(rest) })],
    totals: groups.length === 0 ? undefined : computeMetrics(metrics, whole, whole, options.whole),
    subtotals: options.subtotals === true ? toSubtotals(groups, measures, toRow) : [],
    others: rest.length,
    unknown: metrics.flatMap((metric) => (all.some(({ group, row }) => isUnknown(metric, group, row)) ? [metric.name] : [])),
  };
}

/** Several groups as one; how many of its sessions were open at the same time is not known. */
const combineGroups = (groups: readonly SessionGroup[], measures: readonly ChatStatsMeasure[]): Omit<SessionGroup, 'attributes'> => ({
  combined: combineAll(
    groups.map(({ combined }) => combined),
    measures,
  ),
  details: {
    distributions: Object.fromEntries(
      Object.keys(groups[0]?.details.distributions ?? {}).map((column) => [
        column,
        mergeDistributions(groups.map(({ details }) => details.distributions?.[column] ?? new Map<number, number>())),
      ]),
    ),
  },
});

/** Says how many there are in the place of the first attribute. */
const toOthers = (rest: readonly SessionGroup[]): ReportRow =>
  Object.fromEntries(
    Object.keys(rest[0]!.attributes).map((name, at) => [name, at === 0 ? `(${counted(rest.length, 'other', 'others')})` : null]),
  );

/** One row for each run of groups with the same first attribute. */
function toSubtotals(
  groups: readonly SessionGroup[],
  measures: readonly ChatStatsMeasure[],
  toRow: (group: SessionGroup) => ReportRow,
): Subtotal[] {
  const firstOf = ({ attributes }: SessionGroup): ReportValue => Object.values(attributes)[0] ?? null;
  const ends = groups.flatMap((group, at) => (at + 1 === groups.length || firstOf(group) !== firstOf(groups[at + 1]!) ? [at] : []));
  return ends.map((at, index) => {
    const some = groups.slice((ends[index - 1] ?? -1) + 1, at + 1);
    const [first = '', ...others] = Object.keys(groups[at]!.attributes);
    const attributes = { [first]: firstOf(groups[at]!), ...Object.fromEntries(others.map((name) => [name, null])) };
    return { after: at, row: toRow({ ...combineGroups(some, measures), attributes }) };
  });
}

/** Whether a figure is unknown: a measure of it was not counted there, or the sessions of its distribution are not all there. */
function isUnknown(metric: Figure, { combined }: SessionGroup, row: ReportRow): boolean {
  if (columnsOf(metric).some((column) => combined[column] === null)) return true;
  return metric.figure === 'percentile' && combined[metric.among] !== 0 && row[metric.name] === null;
}
