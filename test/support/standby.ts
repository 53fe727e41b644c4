import { spawnSync } from 'node:child_process';
import { chownSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { expect, vi } from 'vitest';
import { findServerAccount, SERVER_ENVIRONMENT } from '../../src/db/embedded/account.js';
import type { EmbeddedServer } from '../../src/db/embedded/server.js';
import { query } from './databases.js';
import { startServerOf } from './server-homes.js';
import { temporaryFolder } from './temporary-folder.js';

/** A primary server, and a hot standby that replays what it writes. */
export interface Replication {
  readonly primary: EmbeddedServer;
  readonly standby: EmbeddedServer;
  /** Waits until the standby shows all that is committed on the primary. */
  readonly catchUp: () => Promise<void>;
}

const SETTINGS = {
  max_prepared_transactions: '40',
  // What is committed is in the WAL that the standby gets.
  synchronous_commit: 'on',
  // The standby cancels a statement that is in the way of replaying at once.
  max_standby_streaming_delay: '0',
};

/** Starts the two servers from the programs in `pgBin`; they are gone after the test file. */
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

/** pg_basebackup: copies the data of a running server to a home from which a standby can be started. */
function backUp(primary: EmbeddedServer, pgBin: string, home: string): void {
  const account = findServerAccount();
  const data = path.join(home, 'pgdata');
  mkdirSync(data, { mode: 0o700 });
  // The server copies its folder whole, and its account cannot read what root keeps there.
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
