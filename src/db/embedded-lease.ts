import { connect, queryRow, queryRows, type Connection } from './connection.js';

/** Session lock that everyone who uses the server shares; whoever gets it alone may stop the server. */
const LEASE_KEY = `hashtextextended('chatmart lease', 0)`;

/** Name of that session, as its users' names are listed. */
export const LEASE_NAME = 'chatmart';

/** Opens the session that a process keeps as long as it uses the server. Undefined: not up yet, on its way down, or not the server on `data`. */
export async function takeLease(url: string, data: string): Promise<Connection | undefined> {
  let connection: Connection;
  try {
    connection = await connect({ url, applicationName: LEASE_NAME, connectTimeoutMs: 2000 });
  } catch {
    return undefined;
  }
  try {
    const lease = await queryRow<{ data: string; taken: boolean }>(connection, {
      text: `select current_setting('data_directory') as data, pg_try_advisory_lock_shared(${LEASE_KEY}) as taken`,
    });
    // Windows writes the same path in several ways; there the password alone tells whose server it is.
    if (lease.taken && (process.platform === 'win32' || lease.data === data)) return connection;
  } catch {
    // It went away in this moment.
  }
  await connection.end().catch(() => undefined);
  return undefined;
}

/** Tries to become the only user: no other chatmart process can come in from here on. */
export const tryTakeSoleLease = async (lease: Connection): Promise<boolean> =>
  (await queryRow<{ taken: boolean }>(lease, { text: `select pg_try_advisory_lock(${LEASE_KEY}) as taken` })).taken;

/** Lets others in again after `tryTakeSoleLease`. */
export const giveBackSoleLease = async (lease: Connection): Promise<void> => {
  await lease.query(`select pg_advisory_unlock(${LEASE_KEY})`);
};

/** The programs that have a session on the server, by the names they gave. */
export async function listOtherSessions(lease: Connection): Promise<string[]> {
  const rows = await queryRows<{ name: string }>(lease, {
    text: `select application_name as name
           from pg_stat_activity
           where backend_type = 'client backend' and pid <> pg_backend_pid()
           order by backend_start`,
  });
  return [...new Set(rows.map(({ name }) => name || 'a session without a name'))];
}
