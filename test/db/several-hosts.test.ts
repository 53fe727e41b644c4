import { createServer, type AddressInfo } from 'node:net';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { connect, withConnection, type Connection } from '../../src/db/connection.js';
import { checkTls } from '../../src/commands/doctor/tls.js';
import { closeAfterFile } from '../support/closers.js';
import { emptyDatabase, freshDatabases, query, testClock } from '../support/databases.js';
import { deepTest } from '../support/depth.js';
import { runCycle } from '../support/histories.js';
import { startPostgresProxy, type PostgresProxy } from '../support/postgres-proxy.js';
import { problemOf } from '../support/problem-of.js';
import { runCli } from '../support/run-cli.js';
import { writeUserData } from '../support/user-data.js';
import { migrateMart } from '../support/jobs.js';
import { expectText } from '../support/expect-text.js';

let idbUrl: string;
let martUrl: string;
/** Two paths to the same server, each of which can be closed. */
let first: PostgresProxy;
let second: PostgresProxy;

beforeAll(async () => {
  ({ idbUrl, martUrl } = await freshDatabases());
  first = await startPostgresProxy(idbUrl);
  second = await startPostgresProxy(idbUrl);
});
beforeEach(async () => {
  for (const proxy of [first, second]) {
    proxy.setFault(undefined);
    await proxy.close();
    await proxy.open();
  }
});

/** A URL whose database is reached through the hosts of other URLs, in order. */
const over = (url: string, ...others: readonly string[]): string => {
  const hosts = others.map((other) => (/^\d+$/.test(other) ? `127.0.0.1:${other}` : new URL(other).host));
  return url.replace(/@[^/]*/, `@${hosts.join(',')}`);
};
const both = (parameters = ''): string => `${over(idbUrl, first.url, second.url)}${parameters}`;

/** At which of the two paths `work` opens sessions. */
async function sessionsDuring(work: () => Promise<unknown>): Promise<{ first: number; second: number }> {
  const before = [first.sessions().length, second.sessions().length] as const;
  await work();
  return { first: first.sessions().length - before[0], second: second.sessions().length - before[1] };
}

/** A server that answers each login with an error. */
async function startRefuser(code: string): Promise<string> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', () => {
      const fields = Buffer.from(`SFATAL\0VFATAL\0C${code}\0Mnot now\0\0`);
      const header = Buffer.alloc(5, 'E');
      header.writeInt32BE(fields.length + 4, 1);
      socket.end(Buffer.concat([header, fields]));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closeAfterFile(() => server.close());
  return String((server.address() as AddressInfo).port);
}

describe('a URL with several hosts', () => {
  test('leads to the first one, and to the next only where that is away', async () => {
    expect(await sessionsDuring(() => query(both(), 'select'))).toEqual({ first: 1, second: 0 });
    await first.close();
    expect(await sessionsDuring(() => query(both(), 'select'))).toEqual({ first: 0, second: 1 });
    await first.open();
    expect(await sessionsDuring(() => query(both(), 'select'))).toEqual({ first: 1, second: 0 });
  });

  test('passes over one that is not ready; one that lets nobody in ends the search', async () => {
    const notReady = await startRefuser('57P03');
    expect(await sessionsDuring(() => query(over(idbUrl, notReady, second.url), 'select'))).toEqual({ first: 0, second: 1 });
    for (const [code, expected] of [
      ['28P01', 'ConfigError login-refused'],
      ['53300', 'UnavailableError too-many-connections'],
    ] as const) {
      const url = over(idbUrl, await startRefuser(code), second.url);
      expect(await sessionsDuring(async () => expect(await problemOf(() => query(url, 'select'))).toContain(expected))).toMatchObject({
        second: 0,
      });
    }
  });

  test('names each of them if none can be used, without the password', async () => {
    const url = `postgres://u:hidden@127.0.0.1:1,127.0.0.1:${await startRefuser('57P03')}/x`;
    const problem = (await problemOf(() => query(url, 'select'))).replaceAll(/:\d{3,}/g, ':<port>');
    expectText(problem);
    expect(problem).not.toContain('hidden');
  });

  test('waits for each as long as connect_timeout says', async () => {
    first.setFault({ kind: 'stall', at: /^client Startup/, times: 10 });
    const began = performance.now();
    expect(await sessionsDuring(() => query(both('?connect_timeout=1'), 'select'))).toEqual({ first: 1, second: 1 });
    expect(performance.now() - began).toBeGreaterThan(900);
  });

  test('has all sessions of this program at one server as long as there is one', async () => {
    await first.close();
    const open: Connection[] = [];
    const sessions = await sessionsDuring(async () => {
      open.push(await connect({ url: both(), applicationName: 'one' }));
      await first.open();
      open.push(...(await Promise.all(['two', 'three'].map((applicationName) => connect({ url: both(), applicationName })))));
    });
    expect(sessions).toEqual({ first: 0, second: 3 });
    // When that host is gone, no session may go elsewhere: it would see a different server than the open sessions.
    const gone = second.close();
    await Promise.all(open.map((connection) => connection.end().catch(() => undefined)));
    await gone;
    expect(await sessionsDuring(() => query(both(), 'select'))).toEqual({ first: 1, second: 0 });
  });

  test('opened several times at once, leads to one server', async () => {
    const sessions = await sessionsDuring(async () => {
      const open = await Promise.all([1, 2, 3, 4].map(() => connect({ url: both(), applicationName: 'test' })));
      await Promise.all(open.map((connection) => connection.end()));
    });
    expect(sessions).toEqual({ first: 4, second: 0 });
  });

  test('opens no session at another server than where one is open', async () => {
    const url = both('?connect_timeout=1');
    const problem = await withConnection({ url, applicationName: 'first' }, () => {
      first.setFault({ kind: 'stall', at: /^client Startup/, times: 10 });
      return problemOf(() => query(url, 'select'));
    });
    expect(problem).toMatch(/UnavailableError database-unreachable: .* cannot be reached: no answer within 1 s$/);
  });

  deepTest('works for run, migrate and doctor', async () => {
    await writeUserData(idbUrl, [
      ['1', 'ChatServerSessionStartedAt', '2026-03-01T10:07:00Z'],
      ['1', 'ChatServerSessionClosedAt', '2026-03-01T10:17:00Z'],
    ]);
    const lists = { idbUrl: over(idbUrl, '1', second.url), martUrl: over(martUrl, '1', martUrl) };
    expect(await runCycle(lists)).toMatchObject({ sessions: { inserted: 1 } });
    const empty = await emptyDatabase();
    expect(await migrateMart({ martUrl: over(empty, '1', empty), martSchema: 'infomart', clock: testClock })).toMatchObject({
      applied: expect.arrayContaining(['001_audit_log_and_sources']) as string[],
    });
    const found = await withConnection({ url: lists.idbUrl, applicationName: 'test' }, (connection) =>
      checkTls({ connection, url: lists.idbUrl }),
    );
    expect(found).toMatchObject([{ found: expect.stringContaining('the session with 127.0.0.1 is not encrypted') as string }]);
    const environment = { CHATMART_IDB_URL: `${lists.idbUrl} ${over(idbUrl, second.url, '1')}`, CHATMART_MART_URL: lists.martUrl };
    const { code, stdout, stderr } = await runCli(['status'], { env: environment });
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: expect.stringContaining('idb2') as string, stderr: '' });
  });
});
