import type { Log } from '../../model/log.js';
import { UnavailableError } from '../../model/errors.js';
import { type Connection, connect, queryRow, queryRows } from '../connection.js';
import { SERVER_USER, type ServerData } from './data.js';
import { isPostmaster, processExists, readPostmaster, removeStalePidFile } from './postmaster.js';
import { setTimeout as sleep } from 'node:timers/promises';

/** A server that answers, and the session that keeps it in use. */
export interface RunningServer {
  readonly port: number;
  readonly lease: Connection;
}

const POLL_MS = 50;
/** Crash recovery with max_wal_size full of changes takes tens of seconds on a slow disk. */
const ANSWER_TIMEOUT_MS = 120_000;
/** A starter writes its pid just after creating the file; a file that stays empty longer was left by a machine crash. */
const EMPTY_PID_FILE_TIMEOUT_MS = 3_000;

/** URL of a database of the embedded server, including the password. */
export const toServerUrl = (data: ServerData, port: number, database: string): string =>
  `postgres://${SERVER_USER}:${data.password}@127.0.0.1:${port}/${encodeURIComponent(database)}`;

/** Joins the server that runs on the data folder, waiting while it starts, recovers or stops. Undefined if none runs. */
export async function joinServer(data: ServerData, log: Log): Promise<RunningServer | undefined> {
  for (let waitedMs = 0; waitedMs < ANSWER_TIMEOUT_MS; waitedMs += POLL_MS) {
    const postmaster = readPostmaster(data.folder);
    if (postmaster === undefined) return undefined;
    const { pid, port, ready } = postmaster;
    const isStale = Number.isNaN(pid) ? waitedMs >= EMPTY_PID_FILE_TIMEOUT_MS : !isPostmaster(pid, data.folder);
    if (isStale) {
      // PostgreSQL itself replaces the file of a dead pid, but not of a zombie or of a pid reused by another program.
      if (Number.isNaN(pid) || processExists(pid)) {
        removeStalePidFile(data.folder, postmaster);
        log(`Removed the PID file that a crash left in ${data.folder}`);
      }
      return undefined;
    }
    const lease = ready ? await takeLease(toServerUrl(data, port, 'postgres'), data.folder) : undefined;
    if (lease !== undefined) return { port, lease };
    await sleep(POLL_MS);
  }
  throw new UnavailableError('embedded-server-silent', `The PostgreSQL server in ${data.folder} is running but does not answer`, {
    next: 'Look at server.log beside that folder.',
    again: 'then',
  });
}

/** Session lock shared by all users of the server; a process that gets it exclusively may stop the server. */
const LEASE_KEY = `hashtextextended('chatmart lease', 0)`;

/** Application name of that session in listings. */
export const LEASE_NAME = 'chatmart';

/** Opens the session that marks the server as in use. Undefined if it is starting, shutting down, or not the server on `data`. */
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
    // Windows writes one path in several ways; there, only the password identifies the server.
    if (lease.taken && (process.platform === 'win32' || lease.data === data)) return connection;
  } catch {
    // The server just went away.
  }
  await connection.end().catch(() => undefined);
  return undefined;
}

/** Tries to become the only user: from then on, no other chatmart process can join. */
export const tryTakeSoleLease = async (lease: Connection): Promise<boolean> =>
  (await queryRow<{ taken: boolean }>(lease, { text: `select pg_try_advisory_lock(${LEASE_KEY}) as taken` })).taken;

/** Lets others join again after `tryTakeSoleLease`. */
export const giveBackSoleLease = async (lease: Connection): Promise<void> => {
  await lease.query(`select pg_advisory_unlock(${LEASE_KEY})`);
};

/** Application names of the other sessions on the server. */
export async function listOtherSessions(lease: Connection): Promise<string[]> {
  const rows = await queryRows<{ name: string }>(lease, {
    text: `select application_name as name
           from pg_stat_activity
           where backend_type = 'client backend' and pid <> pg_backend_pid()
           order by backend_start`,
  });
  return [...new Set(rows.map(({ name }) => name || 'a session without a name'))];
}
