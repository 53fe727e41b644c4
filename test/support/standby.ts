import { spawnSync } from 'node:child_process';
import { chownSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { expect, vi } from 'vitest';
import { findServerAccount, SERVER_ENVIRONMENT } from '../../src/db/embedded/account.js';
import type { EmbeddedServer } from '../../src/db/embedded/server.js';
import { query } from './databases.js';
import { startServerOf } from './server-homes.js';
import { temporaryFolder } from './temporary-folder.js';

/** A primary server and a hot standby that replays its writes. */
export interface Replication {
  readonly primary: EmbeddedServer;
  readonly standby: EmbeddedServer;
  /** Waits until the standby shows everything committed on the primary. */
  readonly catchUp: () => Promise<void>;
}

const SETTINGS = {
  max_prepared_transactions: '40',
  // Whatever is committed is in the WAL that the standby gets.
  synchronous_commit: 'on',
  // The standby at once cancels a statement that blocks replay.
  max_standby_streaming_delay: '0',
};

/** Starts both servers from the programs in `pgBin`; they are removed after the test file. */
export async function startReplication(pgBin: string): Promise<Replication> {
  const primary = await startServerOf(temporaryFolder(), { pgBin, settings: SETTINGS });
  const home = temporaryFolder();
  backUp(primary, pgBin, home);
  const standby = await startServerOf(home, { pgBin, settings: SETTINGS });
  const catchUp = async (): Promise<void> => {
    const [written] = await query<{ lsn: string }>(primary.url('postgres'), 'select pg_current_wal_lsn()::text as lsn');
    const isReplayed = 'select pg_last_wal_replay_lsn() >= $1::pg_lsn as is_replayed';
    const look = async (): Promise<void> =>
      expect(await query(standby.url('postgres'), isReplayed, [written!.lsn])).toEqual([{ is_replayed: true }]);
    await vi.waitFor(look, { timeout: 30_000, interval: 20 });
  };
  return { primary, standby, catchUp };
}

/** pg_basebackup: copies a running server's data to a home from which a standby can be started. */
function backUp(primary: EmbeddedServer, pgBin: string, home: string): void {
  const account = findServerAccount();
  const data = path.join(home, 'pgdata');
  mkdirSync(data, { mode: 0o700 });
  // The server copies its whole folder, and its account cannot read root's files there.
  if (account.uid !== undefined && account.gid !== undefined)
    for (const name of [data, primary.passFile]) chownSync(name, account.uid, account.gid);
  const url = new URL(primary.url('postgres'));
  const answer = spawnSync(
    path.join(pgBin, 'pg_basebackup'),
    [`--pgdata=${data}`, `--dbname=${url.href}`, '--write-recovery-conf', '--wal-method=stream', '--checkpoint=fast', '--no-sync'],
    { ...account, cwd: data, env: SERVER_ENVIRONMENT, encoding: 'utf8' },
  );
  if (answer.status !== 0) throw new Error(`pg_basebackup failed: ${answer.error?.message ?? answer.stderr}`);
}
