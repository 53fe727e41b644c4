import { beforeAll, describe, expect, test } from 'vitest';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { startEmbeddedServer } from '../../../src/db/embedded/server.js';
import { query } from '../../support/databases.js';
import { runCli, type CliResult } from '../../support/run-cli.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

let home = '';
beforeAll(() => {
  home = temporaryFolder();
});

const db = (...args: string[]): Promise<CliResult> => runCli(['db', ...args], { env: { CHATMART_HOME: home } });
const hold = () => startEmbeddedServer({ home, log: () => undefined });

describe('chatmart db, in this order', () => {
  test('url and stop of a server that does not run', async () => {
    expect(await db('url')).toEqual({
      code: 3,
      stdout: '',
      stderr: `error: The embedded PostgreSQL of ${home} is not running\ncode: server-not-running\nhint: Start it: chatmart db start\n`,
    });
    expect(await db('stop')).toEqual({ code: 0, stdout: '', stderr: 'PostgreSQL was not running\n' });
  });

  test('start leaves the server running', async () => {
    const first = await db('start');
    expect(first).toMatchObject({ code: 0, stdout: '' });
    expect(first.stderr).toMatch(
      /^PostgreSQL \S+ started on 127\.0\.0\.1:\d+; its data is in .*\nIt keeps running; chatmart db stop stops it\n$/,
    );
    expect((await db('start')).stderr).toMatch(/^PostgreSQL is already running on 127\.0\.0\.1:\d+; chatmart db stop stops it\n$/);
  });

  test('url names the database and the file with the password, never the password', async () => {
    const server = await hold();
    await server.ensureDatabase('chatmart_infomart');
    await server.leave();
    const { code, stdout, stderr } = await db('url');
    expect(code).toBe(0);
    expect(stdout).toBe(`postgres://chatmart@127.0.0.1:${server.port}/chatmart_infomart\n`);
    expect(stderr).toBe(`The password is in a file: PGPASSFILE='${server.passFile}' psql '${stdout.trim()}'\n`);
    const password = readFileSync(path.join(home, 'pgdata', 'chatmart.pgpass'), 'utf8')
      .trim()
      .split(':')
      .at(-1)!;
    expect(stdout + stderr).not.toContain(password);
    const found = await query(stdout.trim().replace('chatmart@', `chatmart:${password}@`), 'select current_user as name');
    expect(found).toEqual([{ name: 'chatmart' }]);
    expect(await db('url', 'demo_idb')).toMatchObject({ code: 2, stderr: expect.stringContaining('it has chatmart_infomart') as string });
  });

  test('stop leaves a server alone that somebody uses, unless forced', async () => {
    const server = await hold();
    expect(await db('stop')).toMatchObject({ code: 5, stderr: expect.stringContaining(`is in use by chatmart\n`) as string });
    expect(await query(server.url('postgres'), 'select 1 as one')).toEqual([{ one: 1 }]);
    expect(await db('stop', '--force')).toMatchObject({ code: 0, stderr: 'PostgreSQL has stopped\n' });
    await expect(query(server.url('postgres'), 'select 1')).rejects.toMatchObject({ code: 'database-unreachable' });
    await server.leave();
  });
});
