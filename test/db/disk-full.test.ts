import { rmSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { freshDatabases, freshMart, query } from '../support/databases.js';
import { deepTest } from '../support/depth.js';
import { compareMarts } from '../support/growing-idb.js';
import { runCycle, type Urls } from '../support/histories.js';
import { runCli } from '../support/run-cli.js';
import { fillDisk, makeRoom, makeSmallTablespace, mountSmallDisk } from '../support/small-disk.js';
import { writeUserData, type UserDataRow } from '../support/user-data.js';
import { workerServer } from '../support/worker-server.js';

const disk = mountSmallDisk();

const sessions = (count: number, prefix: string): UserDataRow[] =>
  Array.from({ length: count }, (_, index) => `${prefix}${index}`).flatMap((guid): UserDataRow[] => [
    [guid, 'ChatServerSessionStartedAt', '2026-03-01T10:00:00Z'],
    [guid, 'csg_ChatSessionID', `${guid} `.padEnd(200, 'x')],
    [guid, 'ChatServerSessionClosedAt', '2026-03-01T10:05:00Z'],
  ]);

// Without root, no small disk can be mounted and filled.
describe.runIf(disk !== undefined)('a disk that is full', () => {
  const folder = disk!;
  let urls: Urls;
  let undisturbed: Urls;
  beforeAll(async () => {
    const server = await workerServer();
    await makeSmallTablespace(server, folder);
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
      'hint: Work that was already committed is kept and is not repeated. The current transaction was rolled back. Free disk space on that server. Then run the same command again.',
    ],
  });
  const facts = (martUrl: string) => query(martUrl, 'select count(*) as count from infomart.chat_session_fact');

  deepTest('under the mart ends the run; what was loaded before stays, and the next run loads the rest', async () => {
    await moveMart('small');
    await writeUserData(urls.idbUrl, sessions(10, 'first'));
    await query(urls.idbUrl, `select setval('g_userdata_history_id_seq', 1000001)`);
    await writeUserData(urls.idbUrl, sessions(3_000, 'second'));
    await runCycle(undisturbed);
    fillDisk(folder, 1_000_000);
    expect(await runProgram()).toEqual(
      isFull(/^error: postgres:\/\/.* has no disk space left: could not extend file ".*"( .*)?: No space left on device$/),
    );
    expect(await facts(urls.martUrl)).toEqual([{ count: 10 }]);
    makeRoom(folder);
    expect(await runProgram()).toEqual({ code: 0, error: [] });
    expect(await compareMarts(undisturbed.martUrl, urls.martUrl)).toEqual([]);
    await moveMart('pg_default');
  });

  it('that cannot hold the file which a login writes is named as well', async () => {
    await moveMart('small');
    const [row] = await query<{ folder: string }>(
      urls.martUrl,
      `select regexp_replace(pg_relation_filepath('pg_class'), '[^/]*$', '') as folder`,
    );
    rmSync(path.join((await workerServer()).dataFolder, row!.folder, 'pg_internal.init'));
    fillDisk(folder, 0);
    const { code, error } = await runProgram();
    expect({ code, error }).toEqual({
      code: 3,
      error: [
        expect.stringMatching(/^error: postgres:\/\/.* has no disk space left, not even for a login: could not write init file/),
        'code: disk-full',
        'hint: Work that was already committed is kept and is not repeated. Free disk space on that server. Then run the same command again.',
      ],
    });
    makeRoom(folder);
    await moveMart('pg_default');
  });

  deepTest('under the temporary files of the IDB, where a re-read sorts its rows, does the same', async () => {
    await writeUserData(
      urls.idbUrl,
      Array.from({ length: 6_000 }, (_, index) => [`second${index}`, 'csg_SessionTotalTime', '7'] as const),
    );
    const name = new URL(urls.idbUrl).pathname.slice(1);
    await query(urls.idbUrl, `alter database ${name} set temp_tablespaces to small; alter database ${name} set work_mem to '64kB'`);
    await runCycle(undisturbed);
    fillDisk(folder, 0);
    expect(await runProgram()).toEqual(isFull(/: could not write to file ".*pgsql_tmp.*": No space left on device$/));
    makeRoom(folder);
    expect(await runProgram()).toEqual({ code: 0, error: [] });
    expect(await compareMarts(undisturbed.martUrl, urls.martUrl)).toEqual([]);
  });
});
