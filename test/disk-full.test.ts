import { spawnSync } from 'node:child_process';
import { chownSync, mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { findServerAccount } from '../src/db/embedded-account.js';
import { closeAfterFile } from './support/closers.js';
import { freshDatabases, freshMart, query } from './support/databases.js';
import { compareMarts } from './support/growing-idb.js';
import { runCycle, type Urls } from './support/histories.js';
import { runCli } from './support/run-cli.js';
import { temporaryFolder } from './support/temporary-folder.js';
import { writeUserData, type UserDataRow } from './support/user-data.js';
import { workerServer } from './support/worker-server.js';

const FOLDER_BYTES = 128 * 1024 * 1024;

/** Mounts a small disk; undefined where that is not allowed. */
function mountSmallDisk(): string | undefined {
  const folder = path.join(temporaryFolder(), 'disk');
  mkdirSync(folder);
  if (process.getuid?.() !== 0) return undefined;
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${FOLDER_BYTES}`, 'chatmart-test', folder]).status !== 0) return undefined;
  closeAfterFile(() => spawnSync('umount', [folder]));
  return folder;
}

const disk = mountSmallDisk();

/** Leaves so many bytes free on the small disk. */
function fill(folder: string, freeBytes: number): void {
  const { bavail, bsize } = statfsSync(folder);
  writeFileSync(path.join(folder, 'ballast'), Buffer.alloc(Math.max(0, bavail * bsize - freeBytes)));
}

const makeRoom = (folder: string): void => rmSync(path.join(folder, 'ballast'), { force: true });

const sessions = (count: number, prefix: string): UserDataRow[] =>
  Array.from({ length: count }, (_, index) => `${prefix}${index}`).flatMap((guid): UserDataRow[] => [
    [guid, 'ChatServerSessionStartedAt', '2026-03-01T10:00:00Z'],
    [guid, 'csg_ChatSessionID', `${guid} `.padEnd(200, 'x')],
    [guid, 'ChatServerSessionClosedAt', '2026-03-01T10:05:00Z'],
  ]);

// Without root there is no small disk to fill.
describe.runIf(disk !== undefined)('a disk that is full', () => {
  const folder = disk!;
  let urls: Urls;
  let undisturbed: Urls;
  beforeAll(async () => {
    const server = await workerServer();
    const space = path.join(folder, 'space');
    mkdirSync(space);
    const { uid, gid } = findServerAccount();
    if (uid !== undefined && gid !== undefined) chownSync(space, uid, gid);
    await query(server.url('postgres'), `create tablespace small location '${space}'`);
    closeAfterFile(() => query(server.url('postgres'), 'drop tablespace small'));
    urls = await freshDatabases();
    undisturbed = { ...urls, martUrl: await freshMart() };
  });

  afterEach(() => makeRoom(folder));

  const moveMart = async (tablespace: string): Promise<unknown> =>
    query((await workerServer()).url('postgres'), `alter database ${new URL(urls.martUrl).pathname.slice(1)} set tablespace ${tablespace}`);
  const runProgram = async () => {
    const { code, stderr } = await runCli(['run'], { env: { CHATMART_IDB_URL: urls.idbUrl, CHATMART_MART_URL: urls.martUrl } });
    return { code, error: stderr.split('\n').filter((line) => /^(error|code|hint):/.test(line)) };
  };
  const isFull = (what: RegExp) => ({
    code: 3,
    error: [
      expect.stringMatching(what),
      'code: disk-full',
      'hint: What was committed before stays and is not repeated. The transaction under way was rolled back. Make room on that server, then type the same command again.',
    ],
  });
  const facts = (martUrl: string) => query(martUrl, 'select count(*) as count from infomart.chat_session_fact');

  it('under the mart ends the run; what was loaded before stays, and the next run loads the rest', async () => {
    await moveMart('small');
    await writeUserData(urls.idbUrl, sessions(10, 'first'));
    await query(urls.idbUrl, `select setval('g_userdata_history_id_seq', 1000001)`);
    await writeUserData(urls.idbUrl, sessions(6_000, 'second'));
    await runCycle(undisturbed);
    fill(folder, 1_000_000);
    expect(await runProgram()).toEqual(
      isFull(/^error: A server has no room left on its disk, .*: could not extend file ".*"( .*)?: No space left on device$/),
    );
    expect(await facts(urls.martUrl)).toEqual([{ count: 10 }]);
    makeRoom(folder);
    expect(await runProgram()).toEqual({ code: 0, error: [] });
    expect(await compareMarts(undisturbed.martUrl, urls.martUrl)).toEqual([]);
    await moveMart('pg_default');
  });

  it('under the temporary files of the IDB, where a re-read sorts its rows, does the same', async () => {
    await writeUserData(
      urls.idbUrl,
      Array.from({ length: 6_000 }, (_, index) => [`second${index}`, 'csg_SessionTotalTime', '7'] as const),
    );
    const name = new URL(urls.idbUrl).pathname.slice(1);
    await query(urls.idbUrl, `alter database ${name} set temp_tablespaces to small; alter database ${name} set work_mem to '64kB'`);
    await runCycle(undisturbed);
    fill(folder, 0);
    expect(await runProgram()).toEqual(isFull(/: could not write to file ".*pgsql_tmp.*": No space left on device$/));
    makeRoom(folder);
    expect(await runProgram()).toEqual({ code: 0, error: [] });
    expect(await compareMarts(undisturbed.martUrl, urls.martUrl)).toEqual([]);
  });
});
