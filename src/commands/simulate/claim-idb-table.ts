import { execute, queryRow, queryRows, type Connection } from '../../db/connection.js';
import { POSTGRES_CODE, postgresCode } from '../../db/postgres-errors.js';
import { quoteIdentifier } from '../../db/quote.js';
import { BusyError, ConfigError } from '../../model/errors.js';
import { IDB_TABLE_NAMES } from '../../extract/idb-table.js';
import type { Tuning } from '../../jobs/tuning.js';
import { IDB_COPY_COLUMNS } from '../../simulate/idb/idb-copy-text.js';
import { createIdbTable, selectHoldsOtherRows, selectTables } from '../../simulate/idb/idb-table.sql.js';

const MARK_COLUMN = 'gsys_ext_vch1';

/** Names the table to claim. */
export interface ClaimOptions {
  readonly idbSchema: string;
  readonly idbTable?: string | undefined;
  readonly tuning?: Pick<Tuning, 'lockTimeoutMs'> | undefined;
}

interface FoundTable {
  readonly name: string;
  readonly kind: string;
  readonly columns: readonly string[];
}

/**
 * Claims the table for simulated rows until the end of the transaction: nobody else can write into it meanwhile. Throws a ConfigError if
 * any row of this table, or of one that ICON would use, is not simulated. Each simulated row bears a mark, so a table that ICON has begun
 * to fill is recognized even if simulate created it.
 */
export async function claimIdbTable(
  connection: Connection,
  { idbSchema: schema, idbTable: wantedName, tuning }: ClaimOptions,
): Promise<{ table: string; created: boolean }> {
  // A policy that hides rows must not make a full table look empty: this turns it into an error.
  await connection.query(`set local row_security to off; set local lock_timeout to ${tuning?.lockTimeoutMs ?? 5_000}`);
  // Otherwise two simulations that both find no table would both create one.
  await connection.query(`select pg_advisory_xact_lock(hashtextextended($1, 0))`, [`chatmart simulate ${schema}`]);

  const names = new Set([...(wantedName === undefined ? [] : [wantedName]), ...IDB_TABLE_NAMES]);
  const found = await queryRows<FoundTable>(connection, selectTables(schema, [...names]));
  const toTable = (name: string): string => `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`;
  for (const { name, columns } of found) await refuseOtherRows(connection, toTable(name), columns);

  const name = wantedName ?? IDB_TABLE_NAMES.find((known) => found.some((table) => table.name === known)) ?? IDB_TABLE_NAMES[0];
  const table = toTable(name);
  const existing = found.find((candidate) => candidate.name === name);
  if (existing === undefined) {
    await execute(connection, createIdbTable(table));
    return { table, created: true };
  }
  refuseOtherShape(existing, table);
  await connection.query(`lock table ${table} in share row exclusive mode`);
  // Checks again: rows may have arrived while waiting for the lock.
  await refuseOtherRows(connection, table, existing.columns);
  return { table, created: false };
}

async function refuseOtherRows(connection: Connection, table: string, columns: readonly string[]): Promise<void> {
  const { holds } = await queryRow<{ holds: boolean }>(connection, selectHoldsOtherRows(table, columns.includes(MARK_COLUMN)));
  if (holds)
    throw new ConfigError(
      'idb-not-simulated',
      `${table} holds rows that are not simulated; simulated sessions are never written into a real IDB`,
      {
        state: 'nothing-written',
        next: 'Name another database with --into, or omit --into to use the embedded one.',
      },
    );
}

function refuseOtherShape({ kind, columns }: FoundTable, table: string): void {
  const missing = IDB_COPY_COLUMNS.filter((column) => !columns.includes(column));
  const problem = !['r', 'p'].includes(kind)
    ? 'is not a table'
    : missing.length > 0
      ? `is not a table of ICON; it has no ${missing.join(', ')}`
      : undefined;
  if (problem !== undefined)
    throw new ConfigError('idb-table-shape', `${table} ${problem}`, {
      state: 'nothing-written',
      next: 'Name another database with --into, or another table with --idb-table.',
    });
}

/** Turns a PostgreSQL error from claiming or filling the table into an error with a next step for the operator. */
export function toTableError(cause: unknown): unknown {
  const reason = cause instanceof Error ? cause.message : String(cause);
  switch (postgresCode(cause)) {
    case POSTGRES_CODE.insufficientPrivilege:
      return new ConfigError('no-right-to-simulate', `The sessions cannot be written: ${reason}`, {
        cause,
        state: 'nothing-written',
        next: 'Use a role that may create and fill the table, or a database of your own.',
      });
    case POSTGRES_CODE.invalidSchemaName:
      return new ConfigError('no-such-idb-schema', `The sessions cannot be written: ${reason}`, {
        cause,
        state: 'nothing-written',
        next: 'Create the schema, or name another one with --idb-schema.',
      });
    case POSTGRES_CODE.lockNotAvailable:
      return new BusyError('idb-table-busy', `The sessions cannot be written: another session is writing to the table (${reason})`, {
        cause,
        state: 'nothing-written',
        again: 'when it is done',
      });
    default:
      return cause;
  }
}
