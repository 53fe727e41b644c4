import { beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { withConnection, type Connection } from '../../src/db/connection.js';
import type { EmbeddedServer } from '../../src/db/embedded/server.js';
import { toSessionWait, type WaitRow } from '../../src/db/session-wait.js';
import { tellWaitsTo } from '../../src/db/wait-teller.js';
import { takeWriterLock } from '../../src/mart/locks.js';
import { doctor } from '../../src/commands/doctor/doctor.js';
import type { Finding } from '../../src/commands/doctor/finding.js';
import { checkWaits } from '../../src/commands/doctor/server.js';
import type { RunSummary } from '../../src/pipeline/totals.js';
import type { LogFields } from '../../src/model/log.js';
import { emptyDatabase, freshDatabases, idbTables, query, testClock } from '../support/databases.js';
import { deepTest, isWhole } from '../support/depth.js';
import type { Urls } from '../support/histories.js';
import { startServerOf } from '../support/server-homes.js';
import { startCli } from '../support/start-cli.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { writeUserData } from '../support/user-data.js';
import { migrateMart, run } from '../support/jobs.js';
import { expectText } from '../support/expect-text.js';

interface Line extends LogFields {
  readonly line: string;
}

const rows = ['ChatServerSessionStartedAt', 'ChatServerSessionClosedAt'].map((key) => ['G', key, '2026-03-01T10:00:00Z'] as const);

/** A run that reports a wait after a tenth of a second, and what it has logged about waits so far. */
function startRun(urls: Urls): { readonly lines: Line[]; readonly waiting: () => Promise<string>; readonly done: Promise<RunSummary> } {
  const lines: Line[] = [];
  const log = (line: string, fields: LogFields = {}): void => void lines.push({ line, ...fields });
  const done = tellWaitsTo(log, () =>
    run({ ...urls, martSchema: 'infomart', idbSchema: 'public', clock: testClock, settleMs: 0, limits: { waitToldMs: 100 } }),
  );
  const said = (): Line | undefined => lines.find(({ code }) => code === 'waiting');
  const waiting = async (): Promise<string> => {
    await vi.waitFor(() => expect(said()).toBeDefined(), { timeout: 30_000, interval: 20 });
    return said()!
      .line.replace(/process \d+/g, 'process …')
      .replace(/postgres:[^ )]+/, '<url>')
      .replace(/since [\d-]+T[\d:.]+Z/g, 'since …')
      .replace(/\d+ s:/, '… s:')
      .replace(/backend\(\d+\)/, 'backend(…)');
  };
  done.catch(() => undefined);
  return { lines, waiting, done };
}

const hold = <T>(url: string, text: string, work: (holder: Connection) => Promise<T>): Promise<T> =>
  withConnection({ url, applicationName: 'psql' }, async (holder) => {
    await holder.query(`begin; ${text}`);
    return work(holder);
  });

/** What doctor finds at a place; in npm test by its check of waits alone: a check that reads a locked table takes ten seconds. */
const findWaits = async (
  urls: Urls,
  place: 'mart' | 'idb',
): Promise<readonly Pick<Finding, 'check' | 'place' | 'severity' | 'found' | 'next'>[]> => {
  if (!isWhole)
    return withConnection({ url: urls[`${place}Url`], applicationName: 'chatmart doctor' }, async (connection) =>
      (await checkWaits({ connection })).map((found) => ({ check: 'waits', place, ...found })),
    );
  const readSpace = () => Promise.resolve(null);
  return (await doctor({ ...urls, idbSchema: 'public', martSchema: 'infomart', clock: testClock, readSpace })).findings;
};

const doctorOf = async (urls: Urls, at: 'mart' | 'idb'): Promise<string[]> =>
  (await findWaits(urls, at))
    .filter(({ check, place }) => check === 'waits' && place === at)
    .map(({ severity, found, next }) => `${severity}: ${found} -> ${next}`);

describe('a run that waits for another session', () => {
  let urls: Urls;
  beforeEach(async () => {
    urls = await freshDatabases();
    await writeUserData(urls.idbUrl, rows);
  });

  test('names the lock, the session that holds it and how to end it; logs when the wait is over', async () => {
    const { lines, waiting, done } = await hold(urls.martUrl, 'lock table infomart.chat_session_fact', async (analyst) => {
      const started = startRun(urls);
      expect(await started.waiting()).toBe(
        'chatmart run (process … of <url>) has waited for … s: it is waiting for a lock on infomart.chat_session_fact, held by process … ' +
          '(user chatmart, application psql, idle in transaction since …). If nobody needs it, run there: select pg_terminate_backend(…);',
      );
      const told = (await doctorOf(urls, 'mart')).map((line) => line.replace(/\d+/g, '…'));
      expect(told).toEqual([
        expect.stringMatching(
          /^warning: chatmart run \(process …, its statement since .*\): it is waiting for a lock on infomart.chat_session_fact, held by process … .* -> If nobody needs it, run there: select pg_terminate_backend\(…\);$/,
        ),
      ]);
      await analyst.query('rollback');
      return started;
    });
    expect((await done).sessions.inserted).toBe(1);
    await waiting();
    expect(lines.filter(({ code }) => code === 'waiting' || code === 'wait-over')).toMatchObject([
      { code: 'waiting', level: 'warning', data: { kind: 'lock' } },
      { code: 'wait-over', level: 'info', line: 'chatmart run: the wait is over' },
    ]);
    expect(await doctorOf(urls, 'mart')).toEqual(['ok: no session of chatmart is waiting there for another one or for a standby -> null']);
  });

  deepTest.each([
    ['rows that are changed', 'update infomart.chatmart_source set ignored_keys = null', 'rows that another transaction changed'],
    ['a lock of no table', `select pg_advisory_xact_lock(hashtextextended('chatmart writer infomart', 0))`, 'a lock'],
  ])('%s', async (_, text, what) => {
    await startRun(urls).done;
    await writeUserData(
      urls.idbUrl,
      rows.map(([, key, value]) => ['H', key, value]),
    );
    const { done } = await hold(urls.martUrl, text, async (holder) => {
      const started = startRun(urls);
      expect(await started.waiting()).toContain(
        `it is waiting for ${what}, held by process … (user chatmart, application psql, idle in transaction since …)`,
      );
      await holder.query('rollback');
      return started;
    });
    expect((await done).sessions.inserted).toBe(1);
  });

  test('a forgotten prepared transaction', async () => {
    await query(urls.martUrl, `begin; lock table infomart.chat_session_dim; prepare transaction 'forgotten'`);
    const { waiting, done } = startRun(urls);
    const line = await waiting().finally(() => query(urls.martUrl, `rollback prepared 'forgotten'`));
    expect(line).toMatch(
      /a lock on infomart.chat_session_dim, held by prepared transaction 'forgotten' \(database \w+\). If nobody needs it, run there: rollback prepared 'forgotten'; \(in database \w+\)$/,
    );
    expect((await done).sessions.inserted).toBe(1);
  });

  test('another job of chatmart: there is nothing to type', async () => {
    const { done } = await withConnection({ url: urls.martUrl, applicationName: 'chatmart backfill' }, async (backfill) => {
      await backfill.query('begin');
      await takeWriterLock(backfill, 'infomart');
      const started = startRun(urls);
      expect(await started.waiting()).toMatch(
        /it is waiting its turn behind process … \(user chatmart, application chatmart backfill, idle in transaction since …\)$/,
      );
      await backfill.query('commit');
      return started;
    });
    expect((await done).sessions.inserted).toBe(1);
  });

  test('at the IDB as well', async () => {
    const { done } = await hold(urls.idbUrl, 'lock table g_userdata_history', async (holder) => {
      const started = startRun(urls);
      expect(await started.waiting()).toContain(
        'chatmart extract (process … of <url>) has waited for … s: it is waiting for a lock on public.g_userdata_history, held by process …',
      );
      expect((await doctorOf(urls, 'idb'))[0]).toContain('chatmart extract (process');
      await holder.query('rollback');
      return started;
    });
    expect((await done).sessions.inserted).toBe(1);
  });
});

deepTest('a migration says so too', async () => {
  const martUrl = await emptyDatabase();
  const lines: Line[] = [];
  const log = (line: string, fields: LogFields = {}): void => void lines.push({ line, ...fields });
  await withConnection({ url: martUrl, applicationName: 'chatmart backfill' }, async (backfill) => {
    await backfill.query('begin');
    await takeWriterLock(backfill, 'infomart');
    const done = tellWaitsTo(log, () => migrateMart({ martUrl, martSchema: 'infomart', clock: testClock, limits: { waitToldMs: 100 } }));
    await vi.waitFor(() => expect(lines.map(({ code }) => code)).toContain('waiting'), { timeout: 30_000 });
    await backfill.query('commit');
    await done;
  });
  expect(lines.find(({ code }) => code === 'waiting')!.line).toContain('it is waiting its turn behind process');
});

test('a long statement is reported only after a minute, without advice', () => {
  const row = { pid: 1, application: 'chatmart run', event_type: 'IO', event: 'DataFileRead', locktype: null } as unknown as WaitRow;
  expect(toSessionWait([row])).toEqual({ kind: 'work', text: 'its server is working on a statement (IO: DataFileRead)', next: null });
});

describe('a synchronous standby that is down', { timeout: 120_000 }, () => {
  let server: EmbeddedServer;
  let urls: Urls;
  /** The test's own sessions wait for no standby. */
  const local = (url: string): string => `${url}?options=-csynchronous_commit%3Dlocal`;
  const setStandby = (name: string) =>
    withConnection({ url: server.url('postgres'), applicationName: 'test' }, async (connection) => {
      await connection.query(`alter system set synchronous_standby_names to '${name}'`);
      await connection.query('select pg_reload_conf()');
    });

  beforeAll(async () => {
    server = await startServerOf(temporaryFolder(), { settings: { synchronous_commit: 'on' } });
    await server.ensureDatabase('idb');
    await server.ensureDatabase('mart');
    urls = { idbUrl: server.url('idb'), martUrl: server.url('mart') };
    await query(urls.idbUrl, idbTables());
    await writeUserData(urls.idbUrl, rows);
    await migrateMart({ martUrl: urls.martUrl, martSchema: 'infomart', clock: testClock });
  });

  test('a run says that its commit is done and waits; doctor names the standby; when it is back, the run continues', async () => {
    await setStandby('ghost');
    const { waiting, done } = startRun(urls);
    expectText(await waiting());
    const told = await doctorOf({ idbUrl: urls.idbUrl, martUrl: urls.martUrl }, 'mart');
    expectText(told.map((line) => line.replace(/process \d+/, 'process …').replace(/since \S+:/, 'since …:')));
    await setStandby('');
    expect((await done).sessions.inserted).toBe(1);
    expect((await doctorOf(urls, 'mart'))[0]).toMatch(/^ok: no session/);
  });

  deepTest('a run that gets two signals says that its commit stays, and does not wait', async () => {
    await writeUserData(urls.idbUrl, [
      ['H', 'ChatServerSessionStartedAt', '2026-03-01T11:00:00Z'],
      ['H', 'ChatServerSessionClosedAt', '2026-03-01T11:00:00Z'],
    ]);
    await setStandby('ghost');
    const program = startCli(['run'], { CHATMART_IDB_URL: urls.idbUrl, CHATMART_MART_URL: urls.martUrl });
    await program.said('its commit waits for a synchronous standby');
    program.kill('SIGINT');
    await program.said('SIGINT: finishing the current transaction; a second signal ends its wait for the standby');
    program.kill('SIGINT');
    const { stderr, signal } = await program.ended;
    await setStandby('');
    expect(signal).toBe('SIGINT');
    expect(stderr).toContain('SIGINT: no longer waiting for the standby; the commit stays\n');
    expect(stderr).toContain(
      'error: Stopped at once by SIGINT: the transaction is committed on its server, and was waiting for a synchronous standby\ncode: stopped-at-once\n',
    );
    // The interrupted work is recorded, and the next run continues.
    const jobs = await query<{ status: string }>(
      local(urls.martUrl),
      `select status from infomart.ctl_etl_history where status <> 'COMPLETED'`,
    );
    expect(jobs.every(({ status }) => status === 'STOPPED')).toBe(true);
    await startRun(urls).done;
    expect(await query(urls.martUrl, 'select from infomart.chat_session_fact')).toHaveLength(2);
  });
});
