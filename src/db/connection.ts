import pg from 'pg';
import { HIDES_DAMAGE, markAsIdb, noteCircumstances, refuseHiddenDamage } from './circumstances.js';
import { StoppedError } from '../model/errors.js';
import { toLoginError } from './login-error.js';
import { toLogin } from './login.js';
import { openBeside, openSession, serverOf } from './open-session.js';
import { requireOwnSession } from './pooler-check.js';
import { SESSION_LIMITS, type SessionLimits } from './session-limits.js';
import { toSessionSettings, type SessionPurpose } from './session-settings.js';
import { endLostSession, endOnAbort, isCommitted, selectIdentity, urlOf, watchSession, type SessionIdentity } from './session-watch.js';
import { currentWaitLog } from './wait-teller.js';

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
  const login = toLogin(url);
  // Whoever writes it into the URL knows the way to that server.
  const timeoutMs = login.connectTimeoutMs ?? options.connectTimeoutMs ?? limits.connectMs;
  const client = await openSession({ login, applicationName: options.applicationName, timeoutMs, types });
  const openAnother = (): Promise<Connection> => openBeside(client);
  try {
    if (endedBy !== undefined) endOnAbort(client, endedBy);
    if (options.readsOnly === true) markAsIdb(client);
    await requireOwnSession(client, { url, timeoutMs, openAnother });
    const settings = { text: `${toSessionSettings(limits, options)}; ${SELECT_OWN_IDENTITY}`, query_timeout: timeoutMs };
    const results = (await client.query(settings)) as unknown as readonly pg.QueryResult<SessionIdentity & { hidesDamage: boolean }>[];
    const { hidesDamage, ...identity } = results.at(-1)!.rows[0]!;
    if (hidesDamage) await refuseHiddenDamage(client, url);
    const { applicationName: application } = options;
    const { silenceMs, waitToldMs } = limits;
    const openAnotherBeside = (): Promise<Connection> => openWatcher(client, timeoutMs);
    watchSession(client, {
      url,
      application,
      silenceMs,
      waitToldMs,
      waitLog: currentWaitLog(),
      timeoutMs,
      identity,
      openAnother: openAnotherBeside,
    });
    return client;
  } catch (cause) {
    await client.end().catch(() => undefined);
    throw toLoginError(cause, { login, server: serverOf(client), url, timeoutMs });
  }
}

/**
 * By what the server knows the session. Of the sessions of its login alone a role may see everything, and it need not be the login's: one may be
 * set for it (alter role … set role). For the length of this transaction it is.
 */
const SELECT_OWN_IDENTITY = `set local role none; ${selectIdentity(`, ${HIDES_DAMAGE} as "hidesDamage"`)}`;

/** Opens a session that looks after another one of the same login. */
async function openWatcher(watched: Connection, timeoutMs: number): Promise<Connection> {
  const client = await openBeside(watched);
  try {
    await client.query({ text: `${toSessionSettings()}; set role none`, query_timeout: timeoutMs } as pg.QueryConfig);
    return client;
  } catch (error) {
    await client.end().catch(() => undefined);
    throw error;
  }
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
    await noteCircumstances(connection, error, { url: urlOf(connection), endLost: () => endLostSession(connection) });
    if (error instanceof StoppedError && isCommitted(connection)) throw error.afterCommit('and was waiting for a synchronous standby');
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
