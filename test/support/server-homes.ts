import { spawnSync } from 'node:child_process';
import { chownSync, existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { findServerAccount, SERVER_ENVIRONMENT } from '../../src/db/embedded/account.js';
import { startEmbeddedServer, type EmbeddedServer } from '../../src/db/embedded/server.js';
import type { ServerSettings } from '../../src/db/embedded/start.js';
import { closeAfterFile } from './closers.js';
import { query } from './databases.js';
import { temporaryFolder } from './temporary-folder.js';
import { copyData, copyNewHome, TEST_SETTINGS } from './template-home.js';

/** Starts the server of a home; it is stopped after the test file unless `forceStop` did so before. */
export async function startServerOf(
  home: string,
  { pgBin, settings }: { readonly pgBin?: string | undefined; readonly settings?: ServerSettings } = {},
): Promise<EmbeddedServer> {
  if (!existsSync(dataOf(home))) await copyNewHome(home, pgBin);
  const server = await startEmbeddedServer({ home, pgBin, log: () => undefined, settings: { ...TEST_SETTINGS, ...settings } });
  closeAfterFile(() => server.forceStop());
  return server;
}

/** A new home with a copy of a stopped server's data. */
export function copyHome(home: string): string {
  const copy = temporaryFolder();
  copyData(home, copy);
  return copy;
}

/** Makes a home's server a standby at its next start; it receives nothing more from its primary. */
export const makeStandby = (home: string): void => writeFileSync(path.join(dataOf(home), 'standby.signal'), '');

/** Freezes all rows of all databases: they stay visible however far the transaction number jumps. */
export async function freezeAll(server: EmbeddedServer): Promise<void> {
  await query(server.url('postgres'), 'alter database template0 allow_connections true');
  const databases = await query<{ name: string }>(server.url('postgres'), 'select datname as name from pg_database');
  for (const { name } of databases) await query(server.url(name), 'vacuum (freeze)');
}

const TRANSACTIONS_A_SEGMENT = 2 ** 20;
const SEGMENT_BYTES = 2 ** 18;

/** pg_resetwal: makes the server of a home, which must be stopped, continue with another transaction number. */
export function jumpTransactions(home: string, pgBin: string, to: { readonly epoch: number; readonly xid: number }): void {
  const account = findServerAccount();
  const number = Math.floor(to.xid / TRANSACTIONS_A_SEGMENT);
  const segment = path.join(dataOf(home), 'pg_xact', number.toString(16).toUpperCase().padStart(4, '0'));
  if (!existsSync(segment)) writeFileSync(segment, Buffer.alloc(SEGMENT_BYTES));
  if (account.uid !== undefined && account.gid !== undefined) chownSync(segment, account.uid, account.gid);
  // Told that nothing is older, the server does not refuse to continue for fear of wraparound.
  const oldest = to.xid - TRANSACTIONS_A_SEGMENT;
  runProgram(path.join(pgBin, 'pg_resetwal'), ['-e', String(to.epoch), '-x', String(to.xid), '-u', String(oldest), dataOf(home)], account);
}

const dataOf = (home: string): string => path.join(home, 'pgdata');

function runProgram(program: string, args: readonly string[], account: { readonly uid?: number; readonly gid?: number }): void {
  const answer = spawnSync(program, args, { ...account, cwd: '/', env: SERVER_ENVIRONMENT, encoding: 'utf8' });
  if (answer.status !== 0) throw new Error(`${program} failed: ${answer.error?.message ?? answer.stderr}`);
}
