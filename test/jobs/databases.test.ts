import { existsSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeAll, expect, test } from 'vitest';
import type { Config } from '../../src/config/config.js';
import { readPostmaster } from '../../src/db/embedded/postmaster.js';
import { startEmbeddedServer } from '../../src/db/embedded/server.js';
import { withDatabases, type DatabaseOptions, type DatabaseUrls } from '../../src/jobs/databases.js';
import { query } from '../support/databases.js';
import { deepTest, sampleOf } from '../support/depth.js';
import { startProcess } from '../support/start-process.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { NO_SETTINGS } from '../support/no-settings.js';

let home = '';
let log: string[] = [];
beforeAll(() => {
  home = temporaryFolder();
});
afterEach(() => {
  log = [];
});

const config = (over: Partial<Config> = {}): Config => ({
  ...NO_SETTINGS,
  home,
  idbUrls: [],
  ...over,
});
const use = <T>(work: (urls: DatabaseUrls) => Promise<T>, options: Partial<DatabaseOptions> = {}): Promise<T> =>
  withDatabases(config(), { log: (line) => log.push(line), makes: true, ...options }, work);
const runs = (): boolean => readPostmaster(path.join(home, 'pgdata')) !== undefined;
const nameOf = (url: string): Promise<{ name: string }[]> => query(url, 'select current_database() as name');

const findKept = ({ martUrl }: DatabaseUrls): Promise<{ found: string | null }[]> =>
  query(martUrl, `select to_regclass('kept')::text as found`);

test('configured URLs are handed out as they are, and no server is started', async () => {
  const untouched = path.join(temporaryFolder(), 'home');
  const configured = config({ home: untouched, idbUrls: ['postgres://idb', 'postgres://twin'], martUrl: 'postgres://mart' });
  const urls = await withDatabases(configured, { log: (line) => log.push(line) }, (found) => Promise.resolve(found));
  expect(urls).toEqual({ idbUrl: 'postgres://idb', otherIdbUrls: ['postgres://twin'], martUrl: 'postgres://mart', embedded: false });
  expect(existsSync(untouched)).toBe(false);
});

test('the embedded server runs for the length of the work, with both databases', async () => {
  const names = await use(async ({ idbUrl, martUrl, embedded }) => [embedded, await nameOf(idbUrl), await nameOf(martUrl)]);
  expect(names).toEqual([true, [{ name: 'chatmart_idb' }], [{ name: 'chatmart_infomart' }]]);
  expect(runs()).toBe(false);
  expect(log).toEqual([expect.stringMatching(/^PostgreSQL 18\.\d+ started on 127\.0\.0\.1:\d+; its data is in \/.*\/pgdata$/)]);
});

test('the data is there the next time', async () => {
  await use(({ martUrl }) => query(martUrl, 'create table kept ()'));
  expect(await use(findKept)).toEqual([{ found: 'kept' }]);
});

deepTest('the demo has databases of its own, recreates them on request, and ignores configured URLs', async () => {
  const demo = config({ demo: true, idbUrls: ['postgres://idb'], martUrl: 'postgres://mart' });
  const play = <T>(work: (urls: DatabaseUrls) => Promise<T>, recreate: boolean): Promise<T> =>
    withDatabases(demo, { log: (line) => log.push(line), recreate }, work);
  await expect(play(findKept, false)).rejects.toMatchObject({ code: 'no-embedded-database' });
  expect(await play(({ martUrl }) => nameOf(martUrl), true)).toEqual([{ name: 'demo_infomart' }]);
  await play(({ martUrl }) => query(martUrl, 'create table kept ()'), false);
  expect(await play(findKept, false)).toEqual([{ found: 'kept' }]);
  expect(await play(findKept, true)).toEqual([{ found: null }]);
});

test('no other database can be recreated', async () => {
  await expect(use(findKept, { recreate: true })).rejects.toThrow('Only the databases of the demo');
  expect(await use(findKept)).toEqual([{ found: 'kept' }]);
});

test('work that fails stops the server too, and its error comes through', async () => {
  await expect(use(() => Promise.reject(new Error('no luck')), { leaveRunning: true })).rejects.toThrow('no luck');
  expect(runs()).toBe(false);
});

test('left running, the server belongs to nobody: the next command joins it and does not stop it', async () => {
  await use(() => Promise.resolve(), { leaveRunning: true });
  expect(runs()).toBe(true);
  await use(() => Promise.resolve());
  expect(runs()).toBe(true);
  const server = await startEmbeddedServer({ home, log: (line) => log.push(line) });
  expect(await server.stop()).toEqual([]);
});

test('a server that another program uses is not stopped', async () => {
  const other = await use(() => startEmbeddedServer({ home, log: (line) => log.push(line) }));
  expect(runs()).toBe(true);
  expect(log.at(-1)).toBe('PostgreSQL keeps running for chatmart; chatmart db stop stops it');
  expect(await other.stop()).toEqual([]);
});

test.each(sampleOf(['SIGINT', 'SIGTERM'] as const, 2))('%s ends the work, then the server, then the program', async (signal) => {
  const holder = await startProcess('hold-databases.ts', [home]);
  expect(runs()).toBe(true);
  process.kill(-holder.child.pid!, signal);
  expect(await holder.ended).toEqual({ code: null, signal });
  expect(runs()).toBe(false);
});
