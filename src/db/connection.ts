import pg from 'pg';
import { readPasswordFile } from './password-file.js';
import { requireOwnSession } from './pooler-check.js';
import { POSTGRES_CODE, postgresCode, toConnectError } from './postgres-errors.js';
import { toAddresses, toSameAddress, type ServerAddress } from './tls.js';
import { SESSION_LIMITS, type SessionLimits } from './session-limits.js';
import { toSessionSettings, type SessionPurpose } from './session-settings.js';
import { endLostSession, endOnAbort, limitEnd, watchSession, type SessionIdentity } from './session-watch.js';
import { lacksTls } from './tls-error.js';

/** One session on a PostgreSQL server. */
export type Connection = pg.Client;

/** A statement and its parameters, as the `*.sql.ts` files return them. */
export interface Statement {
  readonly text: string;
  readonly values?: readonly unknown[];
}

export interface ConnectOptions extends SessionPurpose {
  readonly url: string;
  /** Shown in pg_stat_activity. */
  readonly applicationName: string;
  readonly connectTimeoutMs?: number;
  /** Default: `SESSION_LIMITS`. */
  readonly limits?: Partial<SessionLimits> | undefined;
  /** When it is aborted the session is ended, and its statement fails with the reason. */
  readonly endedBy?: AbortSignal | undefined;
}

/** A long statement sends nothing, and what forwards packets forgets connections on which nothing goes. */
const KEEPALIVE_MS = 30_000;

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
 * Opens a session in which statements mean what they say, whatever is set for its role, database or server. A server that falls silent
 * under a statement costs it the session; one that works does not. Errors: `UnavailableError`, `ConfigError`.
 */
export async function connect(options: ConnectOptions): Promise<Connection> {
  const { url, endedBy } = options;
  endedBy?.throwIfAborted();
  const limits = { ...SESSION_LIMITS, ...options.limits };
  const timeoutMs = connectTimeoutOf(options);
  const openAnother = (): Promise<Connection> => openClient(options);
  let client: Connection | undefined;
  try {
    client = await openClient(options);
    if (endedBy !== undefined) endOnAbort(client, endedBy);
    await requireOwnSession(client, { url, timeoutMs, openAnother });
    const settings = { text: `${toSessionSettings(limits, options)}; ${SELECT_IDENTITY}`, query_timeout: timeoutMs };
    const results = (await client.query(settings)) as unknown as readonly pg.QueryResult<SessionIdentity>[];
    const identity = results.at(-1)!.rows[0]!;
    watchSession(client, { url, silenceMs: limits.silenceMs, timeoutMs, identity, openAnother: () => openWatcher(options, timeoutMs) });
    return client;
  } catch (cause) {
    await client?.end().catch(() => undefined);
    throw toConnectError(cause, options.url);
  }
}

/**
 * By what the server knows the session. Of the sessions of its login alone a role may see everything, and it need not be the login's: one may be
 * set for it (alter role … set role). For the length of this transaction it is.
 */
const SELECT_IDENTITY = `set local role none;
  select pid, backend_start::text as "startedAt" from pg_stat_activity where pid = pg_backend_pid()`;

/** Opens a session that looks after another one of the same login. */
async function openWatcher(options: ConnectOptions, timeoutMs: number): Promise<Connection> {
  const client = await openClient(options);
  try {
    await client.query({ text: `${toSessionSettings()}; set role none`, query_timeout: timeoutMs } as pg.QueryConfig);
    return client;
  } catch (error) {
    await client.end().catch(() => undefined);
    throw error;
  }
}

/** Opens a session encrypted or not, as the URL says; of two ways that it allows, the other one if the server wants that. */
async function openClient(options: ConnectOptions, [address, ...others] = toAddresses(options.url)): Promise<Connection> {
  const client = toClient(options, address!);
  try {
    await client.connect();
    return client;
  } catch (error) {
    await client.end().catch(() => undefined);
    if (others.length === 0 || !wantsOtherWay(error)) throw error;
    return openClient(options, others).catch((otherError: unknown) => {
      throw lacksTls(otherError) ? error : otherError;
    });
  }
}

/** The server has no TLS, or lets nobody of that name in without it, or with it. */
const wantsOtherWay = (error: unknown): boolean => lacksTls(error) || postgresCode(error) === POSTGRES_CODE.invalidAuthorization;

const connectTimeoutOf = ({ connectTimeoutMs, limits }: ConnectOptions): number =>
  connectTimeoutMs ?? limits?.connectMs ?? SESSION_LIMITS.connectMs;

function toClient(options: ConnectOptions, address: ServerAddress): Connection {
  const client = new pg.Client({
    ...address,
    application_name: options.applicationName,
    connectionTimeoutMillis: connectTimeoutOf(options),
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEPALIVE_MS,
    types,
  });
  // Neither the URL nor PGPASSWORD has one: if the server asks, libpq's file may.
  if ((client.password as string | null) === null) Object.assign(client, { password: () => readPasswordFile(client) });
  // A session that dies while idle is noticed at its next statement; without a listener it would end the process.
  client.on('error', () => undefined);
  limitEnd(client);
  return client;
}

/** The login of an open session, for others beside it that are not opened by `connect`: the driver itself would look elsewhere for a password. */
export function toSameLogin(connection: Connection, url: string, applicationName: string): pg.ClientConfig {
  const { host, port, user, database, password, connectionParameters } = connection as Connection & {
    readonly password: pg.ClientConfig['password'] | null;
    readonly connectionParameters: { readonly options?: string };
  };
  const { ssl, sslnegotiation } = toSameAddress(url, connection);
  return {
    ...{ host, port, user, database, password: password ?? undefined, ssl, sslnegotiation },
    ...{ options: connectionParameters.options, application_name: applicationName, connectionTimeoutMillis: SESSION_LIMITS.connectMs },
    ...{ keepAlive: true, keepAliveInitialDelayMillis: KEEPALIVE_MS },
  };
}

/** Opens a session for the length of `work` and closes it on every path. */
export const withConnection = async <T>(options: ConnectOptions, work: (connection: Connection) => Promise<T>): Promise<T> =>
  closeAfter(await connect(options), work);

/** Closes a session after `work` on every path; one whose connection was lost is ended on its server. */
export async function closeAfter<T>(connection: Connection, work: (connection: Connection) => Promise<T>): Promise<T> {
  try {
    return await work(connection);
  } catch (error) {
    // Or the next attempt would wait for locks that nobody holds any more.
    await endLostSession(connection);
    throw error;
  } finally {
    await connection.end().catch(() => undefined);
  }
}

/** Whether a session still gets answers. */
export const isAlive = (connection: Connection): Promise<boolean> =>
  connection.query('select').then(
    () => true,
    () => false,
  );

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
