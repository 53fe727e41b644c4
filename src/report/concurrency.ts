import { execute, queryRow, queryRows, type Connection } from '../db/connection.js';
import { raiseWorkMemory } from '../mart/aggregates/rebuild.sql.js';
import { selectOpenSessionsKnownFrom } from '../mart/retention.js';
import { toEpochSeconds } from '../model/clock.js';
import type { TimeWindow } from '../model/time-span.js';
import { selectConcurrency, type ConcurrencyRow } from './concurrency.sql.js';
import { isMember, isPeriod, toColumnName, toEndColumn, toKeyColumn, type ReportAttribute } from './report-attribute.js';
import type { SelectionOptions } from './report.sql.js';
import type { ReportValue } from './report-table.js';

export interface ConcurrencyOptions {
  readonly selection: Omit<SelectionOptions, 'level' | 'window'>;
  readonly attributes: readonly ReportAttribute[];
  /** Undefined: there are no sessions. */
  readonly window: TimeWindow | undefined;
  /** What comes later is not known yet. */
  readonly until: Date;
  /** The group that a row belongs to, by the names and keys of its attributes. */
  readonly toGroupKey: (row: object) => string;
}

/** How many sessions were open at the same time. Groups are missing whose period has not begun, or whose facts are purged. */
export interface Concurrency {
  readonly groups: ReadonlyMap<string, ConcurrencyRow>;
  /** Of all groups together, over all periods. */
  readonly whole: ConcurrencyRow | undefined;
  /** Whether facts are purged of sessions that were open in some of the periods. */
  readonly isUnknown: boolean;
  /** Up to when sessions were counted, in epoch seconds, if the window goes on. */
  readonly cutTs: number | undefined;
}

export const NO_CONCURRENCY: Concurrency = { groups: new Map(), whole: undefined, isUnknown: false, cutTs: undefined };

/** Reads how many sessions were open at the same time, for each group of a report and for all together. Runs in a transaction. */
export async function readConcurrency(connection: Connection, options: ConcurrencyOptions): Promise<Concurrency> {
  const { selection, attributes, window, until, toGroupKey } = options;
  if (window === undefined || window.from >= until) return NO_CONCURRENCY;
  const [fromTs, untilTs] = [window.from, window.to < until ? window.to : until].map(toEpochSeconds);
  const query = selectConcurrency({ ...selection, attributes, fromTs: fromTs!, untilTs: untilTs! });
  // Half a million sessions and more are sorted.
  await execute(connection, raiseWorkMemory());
  const rows = await queryRows<ConcurrencyRow>(connection, query);
  const { known_from: knownFrom } = await queryRow<{ known_from: number }>(connection, selectOpenSessionsKnownFrom());
  const known = rows.filter((row) => row.first_ts >= knownFrom);
  const totals = rows.filter((row) => row.is_total);
  return {
    groups: new Map(known.filter((row) => row.is_group).map((row) => [toGroupKey(row), row])),
    whole: known.length < rows.length || totals.length === 0 ? undefined : totals.reduce(joinPeriods),
    isUnknown: known.length < rows.length,
    cutTs: window.to > until ? untilTs : undefined,
  };
}

/** Two periods as one. */
function joinPeriods(one: ConcurrencyRow, other: ConcurrencyRow): ConcurrencyRow {
  const last = one.last_ts > other.last_ts ? one : other;
  return {
    ...last,
    first_ts: Math.min(one.first_ts, other.first_ts),
    seconds: one.seconds + other.seconds,
    regular_most: Math.max(one.regular_most, other.regular_most),
    regular_seconds: one.regular_seconds + other.regular_seconds,
    async_most: Math.max(one.async_most, other.async_most),
    async_seconds: one.async_seconds + other.async_seconds,
  };
}

/** A row that `selectReport` found. */
type FoundRow = Readonly<Record<string, ReportValue>>;

/**
 * The rows that were found, and among them those of periods and groups in which sessions were open though none started, at night for
 * example: all measures are 0 there. Where a report is by what recurs, such as weekdays, there are none of these.
 */
export function withOpenGroups(
  found: readonly FoundRow[],
  { groups, cutTs }: Concurrency,
  { attributes, columns, toGroupKey }: Pick<ConcurrencyOptions, 'attributes' | 'toGroupKey'> & { readonly columns: readonly string[] },
): FoundRow[] {
  if (attributes.some((attribute) => attribute.dimension === 'date_time' && !isPeriod(attribute))) return [...found];
  const known = new Set(found.map(toGroupKey));
  const isOpen = (row: ConcurrencyRow): boolean => row.regular_most + row.async_most > 0;
  const periods = attributes.filter(isPeriod);
  const namesOf = (attribute: ReportAttribute): Map<ReportValue, ReportValue> =>
    new Map(found.map((row) => [row[toKeyColumn(attribute)]!, row[toColumnName(attribute)]!]));
  const members = attributes.filter(isMember).map((attribute) => ({ attribute, names: namesOf(attribute) }));
  // When periods end, by their labels: the order of time. Where the window cuts one, the rows that were found know better.
  const toLabel = (period: ReportAttribute, row: object): string => `${period.name} ${String(valueOf(row, toColumnName(period)))}`;
  const ends = new Map([
    ...periods.flatMap((period) => [...groups.values()].map((row) => [toLabel(period, row), row.last_ts] as const)),
    ...periods.flatMap((period) => found.map((row) => [toLabel(period, row), Number(row[toEndColumn(period)])] as const)),
  ]);
  const toRank = (row: FoundRow): readonly (string | number)[] =>
    attributes.flatMap((attribute) => {
      const value = row[toColumnName(attribute)];
      if (isPeriod(attribute)) return [ends.get(toLabel(attribute, row))!];
      // Rows without a name come last.
      const name = value === null || value === undefined ? [1, ''] : [0, String(value)];
      return isMember(attribute) ? [...name, Number(row[toKeyColumn(attribute)])] : name;
    });
  const toRow = (open: ConcurrencyRow): FoundRow => ({
    ...Object.fromEntries(attributes.map((attribute) => [toColumnName(attribute), valueOf(open, toColumnName(attribute))])),
    ...Object.fromEntries(
      members.flatMap(({ attribute, names }) => {
        const member = valueOf(open, toKeyColumn(attribute));
        return [
          [toKeyColumn(attribute), member],
          [toColumnName(attribute), names.get(member) ?? null],
        ];
      }),
    ),
    // A period that is cut goes on.
    ...Object.fromEntries(periods.map((period) => [toEndColumn(period), open.last_ts + (open.last_ts === cutTs ? 1 : 0)])),
    ...Object.fromEntries(columns.map((column) => [`stats_${column}`, 0])),
  });
  const further = [...groups].filter(([key, open]) => !known.has(key) && isOpen(open)).map(([, open]) => toRow(open));
  const ranked = further.map((row) => ({ row, rank: toRank(row) })).sort((one, other) => compareRanks(one.rank, other.rank));
  const merged: FoundRow[] = [];
  let next = 0;
  for (const row of found) {
    const rank = toRank(row);
    while (next < ranked.length && compareRanks(ranked[next]!.rank, rank) < 0) merged.push(ranked[next++]!.row);
    merged.push(row);
  }
  return [...merged, ...ranked.slice(next).map(({ row }) => row)];
}

const valueOf = (row: object, column: string): ReportValue => (row as FoundRow)[column] ?? null;

function compareRanks(one: readonly (string | number)[], other: readonly (string | number)[]): number {
  const at = one.findIndex((value, index) => value !== other[index]);
  return at < 0 ? 0 : one[at]! < other[at]! ? -1 : 1;
}
