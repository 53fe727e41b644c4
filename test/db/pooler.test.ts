import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { withConnection } from '../../src/db/connection.js';
import { emptyDatabase, freshDatabases, query } from '../support/databases.js';
import { runCycle } from '../support/histories.js';
import { hasPgBouncer, startPgBouncer } from '../support/pgbouncer.js';
import { startPooler } from '../support/pooler.js';
import { problemOf } from '../support/problem-of.js';
import { writeUserData } from '../support/user-data.js';

const open = (url: string, connectTimeoutMs = 30_000): Promise<unknown> =>
  withConnection({ url, applicationName: 'test', schema: 'infomart', connectTimeoutMs }, () => Promise.resolve());
const codeOf = async (url: string, connectTimeoutMs?: number): Promise<string> =>
  (await problemOf(() => open(url, connectTimeoutMs))).split(':')[0]!;
const REFUSED = 'ConfigError pooler-in-transaction-mode';

describe('a pooler in transaction mode is refused', () => {
  it.each([
    ['with one session', { size: 1 }],
    ['with sessions to spare', { size: 9 }],
    ['that hands out its sessions in turn', { size: 9, roundRobin: true }],
  ])('%s', async (_, options) => {
    const url = await startPooler(await emptyDatabase(), { mode: 'transaction', ...options });
    await letRest(url, options.size);
    for (let opened = 0; opened < 4; opened++) expect(await codeOf(url)).toBe(REFUSED);
  });

  it('while others use it', async () => {
    const url = await startPooler(await emptyDatabase(), { mode: 'transaction', size: 9 });
    const others = await Promise.all(Array.from({ length: 6 }, () => openRaw(url)));
    let isDone = false;
    const work = others.map(async (other) => {
      while (!isDone) await other.query('begin; select pg_sleep(0.001); commit');
      await other.end();
    });
    for (let opened = 0; opened < 20; opened++) expect(await codeOf(url)).toBe(REFUSED);
    isDone = true;
    await Promise.all(work);
  });

  it('before anything is set in a session that another client gets next', async () => {
    const direct = await emptyDatabase();
    const url = await startPooler(direct, { mode: 'transaction', size: 1 });
    expect(await codeOf(url)).toBe(REFUSED);
    expect(await settingsOf(url)).toEqual(await settingsOf(direct));
  });
});

describe('a pooler in session mode', () => {
  it('does as well as the server itself', async () => {
    const { idbUrl, martUrl } = await freshDatabases();
    const pooler = { mode: 'session', size: 9 } as const;
    await writeUserData(idbUrl, [['G1', 'ChatServerSessionStartedAt', '2026-03-01T10:07:00Z']]);
    await runCycle({ idbUrl: await startPooler(idbUrl, pooler), martUrl: await startPooler(martUrl, pooler) });
    expect(await query(martUrl, 'select count(*) as discards from infomart.stg_transform_discards')).toEqual([{ discards: 1 }]);
  });

  it('that has no second session is told from one in transaction mode', async () => {
    const url = await startPooler(await emptyDatabase(), { mode: 'session', size: 1 });
    expect(await codeOf(url, 200)).toBe('UnavailableError pooler-exhausted');
  });
});

describe.runIf(hasPgBouncer())('PgBouncer', () => {
  it.each([
    ['transaction', 1],
    ['transaction', 5],
    ['statement', 5],
  ] as const)('in %s mode with %i sessions is refused', async (mode, size) => {
    const url = await startPgBouncer(await emptyDatabase(), mode, size);
    for (let opened = 0; opened < 4; opened++) expect(await codeOf(url)).toBe(REFUSED);
  });

  it('in session mode does as well as the server itself', async () => {
    const { idbUrl, martUrl } = await freshDatabases();
    await writeUserData(idbUrl, [['G1', 'ChatServerSessionStartedAt', '2026-03-01T10:07:00Z']]);
    await runCycle({ idbUrl: await startPgBouncer(idbUrl, 'session', 9), martUrl: await startPgBouncer(martUrl, 'session', 9) });
    expect(await query(martUrl, 'select count(*) as discards from infomart.stg_transform_discards')).toEqual([{ discards: 1 }]);
  });
});

/** Opens and releases all sessions of a pool. */
async function letRest(url: string, size: number): Promise<void> {
  const clients = await Promise.all(Array.from({ length: size }, () => openRaw(url)));
  for (const client of clients) await client.query('begin');
  for (const client of clients) await client.query('commit');
  for (const client of clients) await client.end();
}

/** A session opened as any other program would. */
async function openRaw(url: string): Promise<pg.Client> {
  const client = new pg.Client(url);
  await client.connect();
  return client;
}

async function settingsOf(url: string): Promise<object[]> {
  const client = await openRaw(url);
  // A transaction-level setting ends with the transaction, but its name stays in this list.
  const { rows } = await client.query<object>(
    `select name, setting from pg_settings where source = 'session' and name !~ '^transaction_' order by name`,
  );
  await client.end();
  return rows;
}
