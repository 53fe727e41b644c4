import pg from 'pg';
import { readPasswordFile } from './password-file.js';
import { requireOwnSession } from './pooler-check.js';
import { quoteIdentifier } from './quote.js';
import { toConnectError } from './postgres-errors.js';

/** One session on a PostgreSQL server. */
export type Connection = pg.Client;

/** A statement and its parameters, as the `*.sql.ts` files return them. */
export interface Statement {
  readonly text: string;
  readonly values?: readonly unknown[];
}

export interface ConnectOptions {
  readonly url: string;
  /** Shown in pg_stat_activity. */
  readonly applicationName: string;
  /** The only schema that unqualified names are looked up in. */
  readonly schema?: string;
  readonly connectTimeoutMs?: number;
  readonly statementTimeoutMs?: number;
}

const CONNECT_TIMEOUT_MS = 10_000;

const toUtcDate = (text: string): Date => new Date(`${text.replace(' ', 'T')}Z`);
const toExactNumber = (text: string): number | string => (Number.isSafeInteger(Number(text)) ? Number(text) : text);
const toNumber = (text: string): number | string => (/[.]/.test(text) ? Number(text) : toExactNumber(text));

/** int8 and numeric as numbers where they are exact; timestamps without zone are UTC; dates stay texts. */
const readers = new Map<number, (text: string) => unknown>([
  [pg.types.builtins.INT8, toExactNumber],
  [pg.types.builtins.NUMERIC, toNumber],
  [pg.types.builtins.TIMESTAMP, toUtcDate],
  [pg.types.builtins.DATE, (text) => text],
]);

const types: pg.CustomTypesConfig = {
  getTypeParser: (oid: number, format?: 'text' | 'binary'): unknown =>
    (format === 'binary' ? undefined : readers.get(oid)) ??
    (pg.types.getTypeParser as (oid: number, format?: string) => unknown)(oid, format),
};

/**
 * Opens a session in UTC with the given schema as its search path. Without just-in-time compilation: of statements over fifty columns it
 * takes longer than running them. Errors: `UnavailableError`, `ConfigError`.
 */
export async function connect(options: ConnectOptions): Promise<Connection> {
  const client = toClient(options);
  try {
    await client.connect();
    await requireOwnSession(client, {
      url: options.url,
      timeoutMs: options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS,
      openAnother: async () => {
        const other = toClient(options);
        await other.connect();
        return other;
      },
    });
    await client.query(toSettings(options));
    return client;
  } catch (cause) {
    await client.end().catch(() => undefined);
    throw toConnectError(cause, options.url);
  }
}

function toClient(options: ConnectOptions): Connection {
  const client = new pg.Client({
    connectionString: options.url,
    application_name: options.applicationName,
    connectionTimeoutMillis: options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS,
    keepAlive: true,
    types,
  });
  // Neither the URL nor PGPASSWORD has one: if the server asks, libpq's file may.
  if ((client.password as string | null) === null) Object.assign(client, { password: () => readPasswordFile(client) });
  // A session that dies while idle is noticed at its next statement; without a listener it would end the process.
  client.on('error', () => undefined);
  return client;
}

/** The server notices within minutes that a client's machine is gone, not within hours: its locks are free then. */
const KEEPALIVE = 'set tcp_keepalives_idle to 60; set tcp_keepalives_interval to 10';

const toSettings = ({ schema, statementTimeoutMs = 0 }: ConnectOptions): string => `
  ${schema === undefined ? '' : `set search_path to ${quoteIdentifier(schema)};`}
  set timezone to 'UTC'; set datestyle to 'ISO, YMD'; set jit to off; set statement_timeout to ${statementTimeoutMs}; ${KEEPALIVE}`;

/** Opens a session for the length of `work` and closes it on every path. */
export async function withConnection<T>(options: ConnectOptions, work: (connection: Connection) => Promise<T>): Promise<T> {
  const connection = await connect(options);
  try {
    return await work(connection);
  } finally {
    await connection.end().catch(() => undefined);
  }
}

/** The rows of one statement. */
export async function queryRows<Row extends object>(connection: Connection, statement: Statement): Promise<Row[]> {
  const result = await connection.query<Row>(statement.text, statement.values === undefined ? undefined : [...statement.values]);
  return result.rows;
}

/** The one row of a statement that always has one. */
export async function queryRow<Row extends object>(connection: Connection, statement: Statement): Promise<Row> {
  const [row] = await queryRows<Row>(connection, statement);
  if (row === undefined) throw new Error(`No row from: ${statement.text}`);
  return row;
}

/** Runs a statement and tells how many rows it touched. */
export async function execute(connection: Connection, statement: Statement): Promise<number> {
  const result = await connection.query(statement.text, statement.values === undefined ? undefined : [...statement.values]);
  return result.rowCount ?? 0;
}
