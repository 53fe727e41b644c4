import { spawnSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { UnavailableError } from '../../model/errors.js';
import type { Connection } from '../connection.js';
import { SERVER_ENVIRONMENT } from './account.js';
import { giveBackSoleLease, LEASE_NAME, listOtherSessions, tryTakeSoleLease } from './join.js';
import { isPostmaster, readPostmaster } from './postmaster.js';

const POLL_MS = 25;
/** A closed connection is seen on the server a moment later. */
const CLOSING_SESSIONS_MS = 500;
/** The last checkpoint writes all of shared_buffers. */
const STOP_TIMEOUT_MS = 120_000;

/** Stops the server unless somebody else uses it. Returns the names of those sessions; empty: it is stopped. */
export async function stopIfUnused(
  lease: Connection,
  stop: () => Promise<void>,
  isOther: (sessionName: string) => boolean = () => true,
): Promise<string[]> {
  for (let waitedMs = 0; ; waitedMs += POLL_MS) {
    const isSole = await tryTakeSoleLease(lease);
    const others = (await listOtherSessions(lease)).filter(isOther);
    if (isSole && others.length === 0) {
      await stop();
      return [];
    }
    if (isSole) await giveBackSoleLease(lease);
    if (waitedMs >= CLOSING_SESSIONS_MS) return others.length > 0 ? others : [LEASE_NAME];
    await sleep(POLL_MS);
  }
}

/** Stops the server on a data folder and waits until it is gone; sessions are ended, what they did not commit is rolled back. */
export async function stopPostmaster(data: string, pgCtl: string): Promise<void> {
  const pid = readPostmaster(data)?.pid;
  if (pid === undefined || Number.isNaN(pid) || !isPostmaster(pid, data)) return;
  if (process.platform === 'win32')
    spawnSync(pgCtl, ['stop', '-D', data, '-m', 'fast', '-w'], { env: SERVER_ENVIRONMENT, stdio: 'ignore' });
  else process.kill(pid, 'SIGINT');
  for (let waitedMs = 0; isPostmaster(pid, data); waitedMs += POLL_MS) {
    if (waitedMs >= STOP_TIMEOUT_MS)
      throw new UnavailableError('embedded-server-stays', `The PostgreSQL server on ${data} (process ${pid}) does not stop`, {
        hint: 'It is still writing its last checkpoint, or its disk is slow; look at server.log beside that folder.',
      });
    await sleep(POLL_MS);
  }
}
