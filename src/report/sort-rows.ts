import { ConfigError } from '../model/errors.js';
import { didYouMean } from '../model/text.js';
import type { ReportColumn, ReportRow, ReportValue } from './report-table.js';

/** A column that rows are sorted by. */
export interface SortKey {
  readonly column: string;
  /** The largest first. */
  readonly isDescending: boolean;
}

/** Finds columns by name for `option`. Throws `ConfigError` with all unknown and repeated ones at once. */
export function findColumns(option: string, names: readonly string[], columns: readonly ReportColumn[]): ReportColumn[] {
  const known = columns.map(({ name }) => name);
  const bare = names.map((name) => name.replaceAll('-', '_'));
  const problems = bare.flatMap((name, at) => {
    if (!known.includes(name)) return [`${JSON.stringify(names[at])} is not a column of this report${didYouMean(name, known)}`];
    return bare.indexOf(name) < at ? [`${name} is named twice`] : [];
  });
  if (problems.length === 0) return bare.map((name) => columns.find((column) => column.name === name)!);
  throw new ConfigError('unknown-column', `${option}: ${problems.join('; ')}`, {
    state: 'nothing-read',
    next: `Its columns are: ${known.join(', ')}.`,
  });
}

/** Parses a list such as `-abandoned,day`. Throws `ConfigError` for columns that the report does not have. */
export function toSortKeys(names: readonly string[], columns: readonly ReportColumn[]): SortKey[] {
  const found = findColumns(
    '--sort',
    names.map((name) => name.replace(/^-/, '')),
    columns,
  );
  return found.map(({ name }, at) => ({ column: name, isDescending: names[at]!.startsWith('-') }));
}

/**
 * Sorts rows; equal ones keep their order, and unknown values come last. `ranks` gives the order of texts that have one of their own, such
 * as weekdays; others are in the order of code points.
 */
export function sortRows<T>(
  rows: readonly T[],
  keys: readonly SortKey[],
  valueOf: (row: T, column: string) => ReportValue,
  ranks: Readonly<Record<string, readonly string[] | undefined>> = {},
): T[] {
  const rankOf = (column: string, value: ReportValue): ReportValue => {
    const at = typeof value === 'string' ? (ranks[column]?.indexOf(value) ?? -1) : -1;
    return at === -1 ? value : at;
  };
  return [...rows].sort((left, right) => {
    for (const { column, isDescending } of keys) {
      const order = compare(rankOf(column, valueOf(left, column)), rankOf(column, valueOf(right, column)), isDescending);
      if (order !== 0) return order;
    }
    return 0;
  });
}

function compare(left: ReportValue, right: ReportValue, isDescending: boolean): number {
  if (left === right) return 0;
  if (left === null || right === null) return left === null ? 1 : -1;
  const order = left < right ? -1 : 1;
  return isDescending ? -order : order;
}

/** A row with only some of its columns. */
export const pickColumns = (row: ReportRow, columns: readonly ReportColumn[]): ReportRow =>
  Object.fromEntries(columns.map(({ name }) => [name, row[name] ?? null]));
