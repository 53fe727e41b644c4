import { setTimeout as sleep } from 'node:timers/promises';
import { UnavailableError } from '../model/errors.js';
import type { Connection } from './connection.js';
import { SERVER_USER, type ServerData } from './embedded-data.js';
import { takeLease } from './embedded-lease.js';
import { isPostmaster, processExists, readPostmaster, removeStalePidFile } from './embedded-postmaster.js';

/** A server that answers, and the session that holds it. */
export interface RunningServer {
  readonly port: number;
  readonly lease: Connection;
}

const POLL_MS = 50;
/** Recovery after a crash with max_wal_size full of changes takes tens of seconds on a slow disk. */
const ANSWER_TIMEOUT_MS = 120_000;
/** A starter writes its pid a moment after it made the file; one that is empty for longer was left by a crash of the machine. */
const EMPTY_PID_FILE_TIMEOUT_MS = 3_000;

/** URL of a database of the embedded server, with the password. */
export const toServerUrl = (data: ServerData, port: number, database: string): string =>
  `postgres://${SERVER_USER}:${data.password}@127.0.0.1:${port}/${encodeURIComponent(database)}`;

/** Joins the server that runs on the data folder, waiting while it starts, recovers or stops. Undefined: none runs. */
export async function joinServer(data: ServerData, log: (line: string) => void): Promise<RunningServer | undefined> {
  for (let waitedMs = 0; waitedMs < ANSWER_TIMEOUT_MS; waitedMs += POLL_MS) {
    const postmaster = readPostmaster(data.folder);
    if (postmaster === undefined) return undefined;
    const { pid, port, ready } = postmaster;
    const isStale = Number.isNaN(pid) ? waitedMs >= EMPTY_PID_FILE_TIMEOUT_MS : !isPostmaster(pid, data.folder);
    if (isStale) {
      // PostgreSQL replaces the file of a dead pid by itself; not that of a zombie, or of a pid that another program has now.
      if (Number.isNaN(pid) || processExists(pid)) {
        removeStalePidFile(data.folder, postmaster);
        log(`Removed the pid file that a crash left in ${data.folder}`);
      }
      return undefined;
    }
    const lease = ready ? await takeLease(toServerUrl(data, port, 'postgres'), data.folder) : undefined;
    if (lease !== undefined) return { port, lease };
    await sleep(POLL_MS);
  }
  throw new UnavailableError('embedded-server-silent', `The PostgreSQL server on ${data.folder} runs, but does not answer`, {
    hint: 'Look at server.log beside that folder; then type the same command again.',
  });
}
