import pg from 'pg';
import { HIDES_DAMAGE, markAsIdb, recordErrorContext, refuseHiddenDamage } from './error-context.js';
import { StoppedError } from '../model/errors.js';
import type { Masker } from '../model/sensitive-data.js';
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

export interface ConnectOptions extends Omit<SessionPurpose, 'readsOnly'> {
  readonly url: string;
  /** Shown in pg_stat_activity. */
  readonly applicationName: string;
  readonly connectTimeoutMs?: number;
  /** Default: `SESSION_LIMITS`. */
  readonly limits?: Partial<SessionLimits> | undefined;
  /** When aborted, ends the session; its statement fails with the reason. */
  readonly endedBy?: AbortSignal | undefined;
  /** The session is an IDB's: it only reads, and what its server says is masked. */
  readonly idb?: { readonly masker: Pick<Masker, 'maskText'> | undefined } | undefined;
}

const toUtcDate = (text: string): Date => new Date(`${text.replace(' ', 'T')}Z`);
const toExactNumber = (text: string): number | string => (Number.isSafeInteger(Number(text)) ? Number(text) : text);
const toNumber = (text: string): number | string => (/[.]/.test(text) ? Number(text) : toExactNumber(text));

/** Parses int8 and numeric as numbers where exact, and timestamps without zone as UTC; dates stay texts. */
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
 * Opens a session with fixed settings, whatever is set for its role, database or server. A server that goes silent during a statement loses
 * the session; a working one does not. Throws `UnavailableError`, `ConfigError`.
 */
export async function connect(options: ConnectOptions): Promise<Connection> {
  const { url, endedBy } = options;
  endedBy?.throwIfAborted();
  const limits = { ...SESSION_LIMITS, ...options.limits };
  const login = toLogin(url);
  // A timeout in the URL was chosen for that server, so it comes first.
  const timeoutMs = login.connectTimeoutMs ?? options.connectTimeoutMs ?? limits.connectMs;
  const client = await openSession({ login, applicationName: options.applicationName, timeoutMs, types });
  const openAnother = (): Promise<Connection> => openBeside(client);
  try {
    if (endedBy !== undefined) endOnAbort(client, endedBy);
    if (options.idb !== undefined) markAsIdb(client, options.idb.masker?.maskText);
    await requireOwnSession(client, { url, timeoutMs, openAnother });
    const settings = {
      text: `${toSessionSettings(limits, { ...options, readsOnly: options.idb !== undefined })}; ${SELECT_OWN_IDENTITY}`,
      query_timeout: timeoutMs,
    };
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
 * Identifies the session on its server. A role sees all columns only of its own login's sessions, and the role may differ from the login
 * (alter role … set role); so this transaction runs as the login.
 */
const SELECT_OWN_IDENTITY = `set local role none; ${selectIdentity(`, ${HIDES_DAMAGE} as "hidesDamage"`)}`;

/** Opens a session that watches another one of the same login. */
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

/** Opens a session for the duration of `work` and closes it on every path. */
export const withConnection = async <T>(options: ConnectOptions, work: (connection: Connection) => Promise<T>): Promise<T> =>
  closeAfter(await connect(options), work);

/** Closes a session after `work` on every path; a lost session is also ended on its server. */
export async function closeAfter<T>(connection: Connection, work: (connection: Connection) => Promise<T>): Promise<T> {
  try {
    return await work(connection);
  } catch (error) {
    // Otherwise the next attempt would wait for the locks of a dead session.
    await recordErrorContext(connection, error, { url: urlOf(connection), endLost: () => endLostSession(connection) });
    if (error instanceof StoppedError && isCommitted(connection)) throw error.afterCommit('and was waiting for a synchronous standby');
    throw error;
  } finally {
    await connection.end().catch(() => undefined);
  }
}

/** Whether a session still answers. */
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

/** The row of a statement that always returns one. */
export async function queryRow<Row extends object>(connection: Connection, statement: Statement): Promise<Row> {
  const [row] = await queryRows<Row>(connection, statement);
  if (row === undefined) throw new Error(`No row from: ${statement.text}`);
  return row;
}

/** Runs a statement and returns how many rows it affected. */
export async function execute(connection: Connection, statement: Statement): Promise<number> {
  const result = await connection.query(statement.text, statement.values === undefined ? undefined : [...statement.values]);
  return result.rowCount ?? 0;
}
