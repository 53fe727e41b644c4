import { queryRow, queryRows, type Connection } from '../db/connection.js';
import { quoteIdentifier } from '../db/quote.js';
import { ConfigError } from '../model/errors.js';
import { IDB_TABLE_NAMES } from '../model/idb-table-name.js';
import { IDB_COLUMNS, selectIdbTables, selectServer } from './idb-table.sql.js';

/** The table that ICON fills, found and checked. */
export interface IdbTable {
  readonly schema: string;
  readonly name: string;
  /** Schema and name, quoted. */
  readonly quotedName: string;
  /** The server's encoding: what COPY sends. */
  readonly encoding: string;
  /** What it is, in a word, such as `view`. */
  readonly kind: string;
  /** Only a table tells which rows are committed for good; of a view or a foreign table that cannot be known. */
  readonly hasCeiling: boolean;
}

interface TableRow {
  readonly name: string;
  readonly kind: string;
  readonly may_use_schema: boolean;
  readonly columns: string[];
  readonly readable_columns: string[];
}

/** `pg_class.relkind` of what rows can be read from. */
const KINDS: Readonly<Record<string, string>> = { r: 'table', p: 'table', v: 'view', m: 'materialized view', f: 'foreign table' };

const NOTHING_READ = 'Nothing was read and nothing written.';

/** Finds the IDB's table and checks that it can be read, or says what is missing. Errors: `ConfigError`. */
export async function findIdbTable(connection: Connection, schema: string, table: string | undefined): Promise<IdbTable> {
  const server = await queryRow<{ version: number; encoding: string; role: string }>(connection, selectServer);
  if (server.version < 130_000)
    throw new ConfigError(
      'idb-server-too-old',
      `The IDB is served by PostgreSQL ${Math.floor(server.version / 10_000)}; 13 or newer is needed`,
      {
        hint: NOTHING_READ,
      },
    );
  const names = table === undefined ? IDB_TABLE_NAMES : [table];
  const [found] = await queryRows<TableRow>(connection, selectIdbTables(schema, names));
  const wanted = names.map((name) => `${schema}.${name}`).join(' nor ');
  if (found === undefined)
    throw new ConfigError('idb-table-missing', `The IDB has ${names.length === 1 ? 'no table' : 'neither'} ${wanted}`, {
      hint: `${NOTHING_READ} CHATMART_IDB_URL, CHATMART_IDB_SCHEMA and CHATMART_IDB_TABLE name the table that ICON fills; chatmart simulate makes one in the embedded server.`,
    });
  const place = `${schema}.${found.name}`;
  const kind = KINDS[found.kind];
  if (kind === undefined)
    throw new ConfigError('idb-table-kind', `${place} is neither a table nor a view`, {
      hint: `${NOTHING_READ} Set CHATMART_IDB_TABLE to the table that ICON fills.`,
    });
  const missing = IDB_COLUMNS.filter((column) => !found.columns.includes(column));
  if (missing.length > 0)
    throw new ConfigError('idb-columns-missing', `${place} lacks ${missing.join(', ')}; it has ${found.columns.join(', ')}`, {
      hint: `${NOTHING_READ} Set CHATMART_IDB_TABLE to the table that ICON fills.`,
    });
  const unreadable = IDB_COLUMNS.filter((column) => !found.readable_columns.includes(column));
  if (!found.may_use_schema || unreadable.length > 0)
    throw new ConfigError(
      'idb-no-rights',
      `${server.role} may not read ${found.may_use_schema ? `${unreadable.join(', ')} of ${place}` : `schema ${schema}`}`,
      {
        hint: `${NOTHING_READ} As owner of the IDB type: grant usage on schema ${quoteIdentifier(schema)} to ${quoteIdentifier(server.role)}; grant select on ${quoteIdentifier(schema)}.${quoteIdentifier(found.name)} to ${quoteIdentifier(server.role)};`,
      },
    );
  return {
    schema,
    name: found.name,
    quotedName: `${quoteIdentifier(schema)}.${quoteIdentifier(found.name)}`,
    encoding: server.encoding,
    kind,
    hasCeiling: kind === 'table',
  };
}
