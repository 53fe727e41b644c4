import { queryRows, type Connection } from '../db/connection.js';
import type { IdbColumn } from './idb-columns.js';
import { selectMissingIndexes } from './idb-indexes.sql.js';
import type { IdbTable } from './idb-table.js';

/** A table or partition without an index for conditions on a column. */
export interface MissingIndex {
  /** Schema and name, quoted for SQL. */
  readonly name: string;
  readonly column: IdbColumn;
  /** What the index must be on, for `create index`; null if no index serves the column's type. */
  readonly on: string | null;
}

/** The indexes that a table of an IDB lacks; unknown for a view. */
export const findMissingIndexes = (
  connection: Connection,
  { quotedName, columns }: Pick<IdbTable, 'quotedName' | 'columns'>,
  wanted: readonly IdbColumn[],
): Promise<MissingIndex[]> =>
  queryRows<MissingIndex>(
    connection,
    selectMissingIndexes(
      quotedName,
      wanted.map((column) => ({ column, name: columns[column].name, on: columns[column].indexOn })),
    ),
  );

/** How to create them, for the owner of the IDB. */
export function toIndexAdvice(missing: readonly MissingIndex[]): string {
  const statements = missing.flatMap(({ name, on }) => (on === null ? [] : [`create index concurrently on ${name} (${on});`]));
  return statements.length === 0
    ? 'Its type lets no index serve: a column of type bigint would.'
    : `As the owner of the IDB, run: ${statements.join(' ')}`;
}
