import { once } from 'node:events';
import { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { connect, withConnection, type Connection, type ConnectOptions } from '../../src/db/connection.js';
import { takeJobLock, toRunLock } from '../../src/mart/locks.js';
import { isTransient } from '../../src/db/postgres-errors.js';
import { emptyDatabase, query } from '../support/databases.js';
import { sampleOf } from '../support/depth.js';
import { startPostgresProxy, type PostgresProxy } from '../support/postgres-proxy.js';
import { problemOf } from '../support/problem-of.js';
import { expectText } from '../support/expect-text.js';

let url: string;
let proxy: PostgresProxy;
vi.setConfig({ testTimeout: 15_000 });
beforeAll(async () => {
  url = await emptyDatabase();
  proxy = await startPostgresProxy(url);
});

const open = <T>(options: Partial<ConnectOptions>, work: (connection: Connection) => Promise<T>): Promise<T> =>
  withConnection({ url: proxy.url, applicationName: 'watched', limits: { silenceMs: 50 }, ...options }, work);

/** Runs `work` with the URL of a login that may act as another role, but cannot see that role's sessions by itself. */
async function withWorker(work: (workerUrl: string) => Promise<unknown>): Promise<void> {
  await query(url, `create role deputy; create role worker login password 'worker' noinherit; grant deputy to worker`);
  try {
    await work(Object.assign(new URL(proxy.url), { username: 'worker', password: 'worker' }).href);
  } finally {
    await query(url, 'drop role worker; drop role deputy');
  }
}

const sessions = (): Promise<{ application_name: string }[]> =>
  query(url, `select application_name from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`);

const withoutPlace = (problem: string): string => problem.replace(/postgres:\S+/, '<url>');

describe('a server that falls silent during a statement', () => {
  it('and waits for the client is given up, and its session ended', async () => {
    proxy.setFault({ kind: 'stall', at: /^client Query select 'lost'/ });
    const problem = await problemOf(() =>
      open({}, async (connection) => {
        await connection.query('begin; select pg_advisory_xact_lock(1)');
        await connection.query(`select 'lost'`);
      }),
    );
    expectText(withoutPlace(problem));
    await vi.waitFor(async () => expect(await query(url, 'select pg_try_advisory_lock(1) as free')).toEqual([{ free: true }]));
  });

  it('and whose answer is lost is given up', async () => {
    proxy.setFault({ kind: 'stall', at: /^server CommandComplete SELECT \d{3}/ });
    expect(await problemOf(() => open({}, (connection) => connection.query('table pg_class')))).toContain('UnavailableError server-silent');
  });

  it('and does not answer other sessions either is given up a little later', async () => {
    const work = open({ connectTimeoutMs: 300 }, (connection) => {
      proxy.setSilent(true);
      return connection.query('select 1');
    });
    const problem = await problemOf(() => work).finally(() => proxy.setSilent(false));
    expect(withoutPlace(problem)).toContain(
      'server-silent: <url> has not answered a statement for over 0.05 s; its session cannot be asked',
    );
  });

  it('but works, or waits for a lock, is waited for', async () => {
    proxy.setFault(undefined);
    await withConnection({ url, applicationName: 'holder' }, async (holder) => {
      await holder.query('select pg_advisory_lock(2)');
      const waiting = open({}, (connection) => connection.query('select pg_advisory_lock(2)'));
      await open({}, (connection) => connection.query('select pg_sleep(0.4)'));
      await holder.query('select pg_advisory_unlock(2)');
      expect((await waiting).rowCount).toBe(1);
    });
  });

  it('but has no session to spare for being asked is waited for', async () => {
    await query(url, `create role single login password 'single' connection limit 1`);
    const single = new URL(url);
    single.username = single.password = 'single';
    try {
      await open({ url: single.href }, (connection) => connection.query('select pg_sleep(0.4)'));
    } finally {
      await query(url, 'drop role single');
    }
  });

  it.each(
    sampleOf(
      [
        ['may no longer log in', 'nologin'],
        ['acts as another one, which may not see its sessions', 'set role to deputy'],
        ['has its activities not tracked', 'set track_activities to off'],
      ],
      3,
    ),
  )('but works for a role that %s is waited for', async (_, change) => {
    await withWorker(async (worker) => {
      const alter = (): Promise<unknown> => query(url, `alter role worker ${change}`);
      if (change !== 'nologin') await alter();
      await open({ url: worker }, async (connection) => {
        if (change === 'nologin') await alter();
        await connection.query('select pg_sleep(0.4)');
      });
    });
  });

  it('is none between two statements', async () => {
    await open({}, async (connection) => {
      await sleep(200);
      expect((await connection.query('select 1')).rowCount).toBe(1);
    });
  });
});

describe('a server that does not answer', () => {
  it('at login is given up', async () => {
    proxy.setFault({ kind: 'stall', at: /^client Startup/ });
    expect(await problemOf(() => open({ connectTimeoutMs: 50 }, () => Promise.resolve()))).toContain('database-unreachable');
  });

  it('the first statement is given up', async () => {
    proxy.setFault({ kind: 'stall', at: /^client Query .*set_config/ });
    expect(await problemOf(() => open({ connectTimeoutMs: 50 }, () => Promise.resolve()))).toContain('database-unreachable');
  });

  it('when the session ends is not waited for', async () => {
    proxy.setFault({ kind: 'stall', at: /^client Terminate/ });
    await open({}, () => Promise.resolve());
    expect(proxy.happened()).toBe(1);
  });
});

describe('a client that is gone', () => {
  it('is noticed by a server at work', async () => {
    const client = await connect({ url, applicationName: 'gone', limits: { clientCheckMs: 50 } });
    const ended = client.query('select pg_sleep(60)').catch(() => undefined);
    await client.end();
    await ended;
    await vi.waitFor(async () => expect(await sessions()).not.toContainEqual({ application_name: 'gone' }), { timeout: 5_000 });
  });

  it('leaves no session behind that its server believes to be alive', async () => {
    proxy.setFault({ kind: 'vanish', at: /^client Query select 'vanished'/ });
    const work = open({ applicationName: 'ghost' }, async (connection) => {
      await connection.query('select pg_advisory_lock(3)');
      await connection.query(`select 'vanished'`);
    });
    await expect(work).rejects.toThrow();
    await vi.waitFor(async () => expect(await sessions()).not.toContainEqual({ application_name: 'ghost' }));
  });

  it('is ended though its login acts as another role', async () => {
    proxy.setFault({ kind: 'vanish', at: /^client Query select 'vanished'/ });
    await withWorker(async (worker) => {
      await query(url, 'alter role worker set role to deputy');
      const work = open({ url: worker, applicationName: 'ghost' }, (connection) => connection.query(`select 'vanished'`));
      await expect(work).rejects.toThrow();
      await vi.waitFor(async () => expect(await sessions()).not.toContainEqual({ application_name: 'ghost' }));
    });
  });

  it('leaves no run lock to the next attempt, whichever role its login acts as', async () => {
    await withWorker(async (worker) => {
      await query(url, 'alter role worker set role to deputy');
      await withConnection({ url: worker, applicationName: 'ghost' }, async (ghost) => {
        const lost = await takeJobLock(ghost, toRunLock('infomart'));
        await withConnection({ url: worker, applicationName: 'next' }, (next) => takeJobLock(next, toRunLock('infomart'), [lost]));
        await expect(ghost.query('select 1')).rejects.toThrow();
      });
    });
  });

  it('does not keep a transaction open for ever', async () => {
    const error = await open({ limits: { idleInTransactionMs: 50 } }, async (connection) => {
      await connection.query('begin');
      await once(connection, 'end');
      return connection.query('commit');
    }).catch((thrown: unknown) => thrown);
    expect(isTransient(error)).toBe(true);
  });
});

it('a connection is kept alive from this side as well', async () => {
  const keepAlive = vi.spyOn(Socket.prototype, 'setKeepAlive');
  await withConnection({ url, applicationName: 'kept' }, () => Promise.resolve());
  expect(keepAlive).toHaveBeenCalledWith(true, 30_000);
  keepAlive.mockRestore();
});

it('what is set for a role or a database does not end a session in the middle of its work', async () => {
  const limited = await emptyDatabase();
  const name = new URL(limited).pathname.slice(1);
  const [version] = await query<{ number: number }>(limited, `select current_setting('server_version_num')::int as number`);
  const settings = [
    ...['statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout'],
    ...(version!.number >= 140_000 ? ['idle_session_timeout'] : []),
    ...(version!.number >= 170_000 ? ['transaction_timeout'] : []),
  ];
  for (const setting of settings) await query(limited, `alter database ${name} set ${setting} to 7000`);
  const found = await query(limited, `select name, setting from pg_settings where name ~ '_timeout$' and setting = '7000'`);
  expect(found).toEqual([]);
});

it('a commit waits for the disk of its server, and for a standby as is set there', async () => {
  const database = await emptyDatabase();
  const levels = ['off', 'local', 'remote_write', 'on', 'remote_apply'];
  const found: string[] = [];
  for (const level of levels) {
    await query(database, `alter database ${new URL(database).pathname.slice(1)} set synchronous_commit to ${level}`);
    const [row] = await query<{ synchronous_commit: string }>(database, 'show synchronous_commit');
    found.push(row!.synchronous_commit);
  }
  expect(found).toEqual(['local', ...levels.slice(1)]);
});
