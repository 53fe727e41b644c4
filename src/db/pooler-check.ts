import type pg from 'pg';
import { toPrintableUrl } from '../model/database-url.js';
import { ConfigError, UnavailableError } from '../model/errors.js';
import { POSTGRES_CODE, postgresCode } from './postgres-errors.js';
import { READ_COMMITTED } from './session-settings.js';

/** How often it is looked: other clients of the pool may take a session just between two statements, and give it back. */
const ROUNDS = 8;
const LOOKS_A_ROUND = 4;

/**
 * Makes sure that the session is the client's own for as long as it is open: everything here relies on the locks, settings and temporary
 * tables of a session. Of a pooler in transaction mode each transaction gets another session; there, a setting would stay behind in the
 * session of somebody else, so this comes before the first one. Errors: `ConfigError`, `UnavailableError`.
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
  // A pooler makes up the process number that it tells when a client comes, since it does not know yet which server process it will be.
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

/** Runs a statement; a pool that has no session left lets it wait, but not for ever. */
type Ask = (session: pg.Client, text: string) => Promise<Answer>;
type Answer = pg.QueryResult<{ readonly pid?: number }>;

/** While the first is idle, the other opens a transaction: in transaction mode it gets the first's session, or the first then another one. */
async function doShare(ask: Ask, client: pg.Client, other: pg.Client): Promise<boolean> {
  const own = await serverProcess(ask, client);
  try {
    await ask(other, 'begin');
  } catch (error) {
    // In statement mode not even a transaction stays in one session.
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

/** As the session's first statement: nothing of it stays behind, and it relies on nothing that may be set for its role or database. */
async function serverProcess(ask: Ask, session: pg.Client): Promise<number | undefined> {
  const results = (await ask(session, `${READ_COMMITTED}; select pg_catalog.pg_backend_pid() as pid`)) as unknown as readonly Answer[];
  return results.at(-1)?.rows[0]?.pid;
}

/** What pg says when its `query_timeout` is over. */
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
