import { ConfigError } from '../model/errors.js';
import { execute, queryRow, type Connection, type Statement } from '../db/connection.js';
import { toNext } from './schema/explain-mart-error.js';
import { toLabel } from './schema/mart-addition.js';
import { findAdditions } from './schema/mart-additions.js';
import { counted, toCountText } from '../model/text.js';

/** The rows of a mart table that a statement has to write. */
export interface WantedRows {
  /** Lower case. */
  readonly table: string;
  readonly verb: 'inserted' | 'updated' | 'deleted';
  readonly wanted: number;
}

/** Runs a statement that must write all its rows: a trigger may silently drop some. Errors: `ConfigError`. */
export async function executeAll(mart: Connection, statement: Statement, rows: WantedRows): Promise<number> {
  const written = await execute(mart, statement);
  await requireWritten(mart, { ...rows, written });
  return written;
}

/** The same for a statement that returns one row with the number of rows to write, `wanted`, and of rows written, `written`. */
export async function executeCounted(mart: Connection, statement: Statement, rows: Omit<WantedRows, 'wanted'>): Promise<number> {
  const counts = await queryRow<{ wanted: number; written: number }>(mart, statement);
  await requireWritten(mart, { ...rows, ...counts });
  return counts.written;
}

/** SQL of such a statement: `wanted` selects the rows, `write` writes the rows of its table expression `wanted`. */
export const countWritten = (wanted: string, write: string): string => `
    with wanted as materialized (${wanted}
    ),
    written as (${write}
      returning 1
    )
    select
      (select count(*) from wanted) as wanted,
      (select count(*) from written) as written`;

/** Throws `ConfigError` unless all wanted rows were written; the caller must then roll the transaction back. */
export async function requireWritten(mart: Connection, rows: WantedRows & { readonly written: number }): Promise<void> {
  const { table, verb, wanted, written } = rows;
  if (written === wanted) return;
  const additions = await findAdditions(mart);
  const possible = additions.filter(({ kind, severity }) => (kind === 'trigger' || kind === 'rule') && severity !== 'note');
  // Rows that are joined with others may be missing because the others are.
  const cause = possible.find((addition) => addition.table === table) ?? possible[0];
  throw new ConfigError(
    'rows-left-out',
    `${toCountText(written)} of ${counted(wanted, 'row')} of ${toLabel(table)} ${written === 1 ? 'was' : 'were'} ${verb}${cause === undefined ? '' : `, because of ${cause.found}`}`,
    {
      state: 'rolled-back',
      next: cause === undefined ? 'Find what holds back the other rows; chatmart doctor names what was added to the mart.' : toNext(cause),
      again: 'then',
    },
  );
}
