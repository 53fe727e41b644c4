import type pg from 'pg';
import { toPrintableUrl } from '../model/database-url.js';
import { ConfigError, UnavailableError } from '../model/errors.js';
import { POSTGRES_CODE, postgresCode } from './postgres-errors.js';
import { READ_COMMITTED } from './session-settings.js';

/** Number of checks: another client of the pool may take and return a session between two statements. */
const ROUNDS = 8;
const LOOKS_A_ROUND = 4;

/**
 * Makes sure that the session stays the client's own: this program relies on session locks, settings and temporary tables. A pooler in
 * transaction mode assigns a session per transaction; a setting would stay behind in another client's session, so this check runs before
 * the first one. Throws `ConfigError`, `UnavailableError`.
 */
export async function requireOwnSession(
  client: pg.Client,
  { url, openAnother, timeoutMs }: { readonly url: string; readonly openAnother: () => Promise<pg.Client>; readonly timeoutMs: number },
): Promise<void> {
  const { processID } = client as pg.Client & { readonly processID: number | null };
  const ask: Ask = (session, text) => {
    const query = { text, query_timeout: timeoutMs };
    return session.query<{ pid?: number }>(query);
  };
  // A pooler invents the process number that it reports at login: it does not know the server process yet.
  if ((await serverProcess(ask, client)) === processID) return;
  const other = await openAnother();
  try {
    for (let round = 0; round < ROUNDS; round++) if (await doShare(ask, client, other)) throw toSharedError(url);
  } catch (error) {
    throw isTimeout(error) ? toExhaustedError(url, error) : error;
  } finally {
    await other.end().catch(() => undefined);
  }
}

/** Runs a statement with a timeout: a pool without a free session makes it wait. */
type Ask = (session: pg.Client, text: string) => Promise<Answer>;
type Answer = pg.QueryResult<{ readonly pid?: number }>;

/** While the first is idle, the other opens a transaction: in transaction mode it gets the first's session, or the first then another. */
async function doShare(ask: Ask, client: pg.Client, other: pg.Client): Promise<boolean> {
  const own = await serverProcess(ask, client);
  try {
    await ask(other, 'begin');
  } catch (error) {
    // In statement mode, even a transaction does not stay in one session.
    if (postgresCode(error) === POSTGRES_CODE.protocolViolation) return true;
    throw error;
  }
  const isShared = (await serverProcess(ask, other)) === own || (await hasMoved(ask, client, own));
  await ask(other, 'rollback');
  return isShared;
}

async function hasMoved(ask: Ask, client: pg.Client, from: number | undefined): Promise<boolean> {
  for (let look = 0; look < LOOKS_A_ROUND; look++) if ((await serverProcess(ask, client)) !== from) return true;
  return false;
}

/** Safe as the session's first statement: it leaves nothing behind and does not depend on role or database settings. */
async function serverProcess(ask: Ask, session: pg.Client): Promise<number | undefined> {
  const results = (await ask(session, `${READ_COMMITTED}; select pg_catalog.pg_backend_pid() as pid`)) as unknown as readonly Answer[];
  return results.at(-1)?.rows[0]?.pid;
}

/** pg's error when `query_timeout` expires. */
const isTimeout = (error: unknown): boolean => error instanceof Error && error.message === 'Query read timeout';

const toSharedError = (url: string): ConfigError =>
  new ConfigError(
    'pooler-in-transaction-mode',
    `${toPrintableUrl(url)} is a connection pooler that shares server sessions between clients, as PgBouncer does in transaction mode; session locks and settings do not hold there`,
    {
      state: 'nothing-read',
      next: 'Name the server itself in that URL, or a pool in session mode (PgBouncer: pool_mode = session).',
    },
  );

const toExhaustedError = (url: string, cause: unknown): UnavailableError =>
  new UnavailableError('pooler-exhausted', `${toPrintableUrl(url)} is a connection pooler with no second session available`, {
    cause,
    state: 'nothing-read',
    next: 'Several sessions are needed at once. Enlarge the pool (PgBouncer: pool_size), or name the server itself in that URL.',
  });
