import { describe, expect, test } from 'vitest';
import { toConfigHash, type Config } from '../../src/config/config.js';
import { withConnection } from '../../src/db/connection.js';
import { NO_SETTINGS } from '../support/no-settings.js';
import { freshDatabases, query, testClock } from '../support/databases.js';
import type { Urls } from '../support/histories.js';
import { problemOf } from '../support/problem-of.js';
import { writeUserData, type UserDataRow } from '../support/user-data.js';
import { reconcile, run, backfill } from '../support/jobs.js';

const options = (urls: Urls, command: string) => ({
  ...urls,
  ...{ martSchema: 'infomart', idbSchema: 'public', clock: testClock, retryDelaysMs: [] },
  origin: { command, configHash: '0123456789abcdef' },
});

const readRuns = ({ martUrl }: Urls) =>
  query(martUrl, `select * from infomart.admin_run_history where command is not null order by start_time, command`);

const readJobs = ({ martUrl }: Urls) =>
  query(martUrl, `select * from infomart.admin_etl_job_history where command is not null order by start_time, command, job_name`);

const START = '2026-03-01T10:00:00.000Z';
const session = (guid: string, end: string | null): UserDataRow[] => [
  [guid, 'ChatServerSessionStartedAt', START],
  [guid, 'csg_ChatAsyncMode', guid.startsWith('async') ? '1' : '0'],
  ...(end === null ? [] : [[guid, 'ChatServerSessionClosedAt', end] as const]),
];

describe('the history of runs', () => {
  test('counts what came in and out, what was discarded, late and read again', async () => {
    const urls = await freshDatabases();
    await writeUserData(urls.idbUrl, [
      ...session('closed', '2026-03-01T10:10:00Z'),
      ...session('async', null),
      ...session('no end', null),
      ['closed', 'Subject', 'hello'],
    ]);
    await run(options(urls, 'run'));
    // A correction of an ended session is late; further rows of an async session are not.
    await writeUserData(urls.idbUrl, [
      ['closed', 'csg_PartiesAsAgentCount', '2'],
      ['async', 'ChatServerSessionClosedAt', '2026-03-01T11:00:00Z'],
    ]);
    await run({ ...options(urls, 'run'), clock: () => new Date(testClock().getTime() + 60_000) });
    const [first, second] = await readRuns(urls);
    expect(first).toMatchObject({
      ...{ command: 'run', status: 'COMPLETED', duration: '00:00:00', window_from: null, config_hash: '0123456789abcdef', error: null },
      ...{
        rows_read: 8,
        sessions_in: 3,
        sessions_written: 2,
        sessions_discarded: 1,
        sessions_late: 0,
        sessions_reread: 2,
        intervals_aggregated: 1,
      },
    });
    expect(second).toMatchObject({
      ...{ command: 'run', status: 'COMPLETED', window_from: (first as { window_to: Date }).window_to },
      ...{
        rows_read: 2,
        sessions_in: 2,
        sessions_written: 2,
        sessions_discarded: 0,
        sessions_late: 1,
        sessions_reread: 2,
        intervals_aggregated: 1,
      },
    });
    expect((await readJobs(urls)).slice(0, 3)).toMatchObject([
      { job_name: 'Job_AggregateGIM', status: 'COMPLETED', in_count: 1, is_at_work: false },
      { job_name: 'Job_ExtractICON', in_count: 8, out_count: 7, discarded_count: null },
      { job_name: 'Job_TransformGIM', in_count: 3, out_count: 2, discarded_count: 1, late_count: 0, reread_count: 2 },
    ]);
  });

  test('says what a backfill and a reconciliation looked at', async () => {
    const urls = await freshDatabases();
    await writeUserData(urls.idbUrl, session('closed', '2026-03-01T10:10:00Z'));
    const window = { from: new Date('2026-03-02T00:00:00Z'), to: new Date('2026-03-03T00:00:00Z') };
    await reconcile({ ...options(urls, 'reconcile'), ...window });
    await backfill({ ...options(urls, 'backfill'), ...window, clock: () => new Date(testClock().getTime() + 60_000) });
    const borders = { window_from: window.from, window_to: window.to };
    expect(await readRuns(urls)).toMatchObject([
      { command: 'reconcile', ...borders, rows_read: null, sessions_in: 1, sessions_written: 1, sessions_reread: 1 },
      { command: 'backfill', ...borders, rows_read: 3, sessions_in: 1, sessions_written: 0, sessions_late: 0 },
    ]);
  });

  test.each([
    ['run', run],
    [
      'backfill',
      (given: ReturnType<typeof options>) =>
        backfill({ ...given, from: new Date('2026-03-01T00:00:00Z'), to: new Date('2026-03-02T00:00:00Z') }),
    ],
  ])('holds the error of a %s that could not even begin', async (command, job) => {
    const urls = await freshDatabases();
    const problem = await problemOf(() => job({ ...options(urls, command), idbUrl: 'postgres://reader:secret@127.0.0.1:1/idb' }));
    expect(problem).toContain('UnavailableError database-unreachable');
    const [failed, ...others] = await readRuns(urls);
    expect(others).toEqual([]);
    expect(failed).toMatchObject({ command, status: 'FAILED', error: expect.stringContaining('127.0.0.1:1/idb cannot be reached') });
    expect(JSON.stringify(failed)).not.toContain('secret');
  });

  test('tells a job that was killed from one that is at work, and when each was last done', async () => {
    const urls = await freshDatabases();
    await writeUserData(urls.idbUrl, session('closed', '2026-03-01T10:10:00Z'));
    await run(options(urls, 'run'));
    await query(
      urls.martUrl,
      `insert into infomart.ctl_etl_history (job_id, job_name, job_version, start_time, status, created_ts)
       values ('killed', 'Job_ExtractICON', '0', now() at time zone 'UTC' - interval '49 hours', 'RUNNING', 0)`,
    );
    const status = `select job_id, left(duration, 5) as duration, status, is_at_work, last_completed
      from infomart.admin_etl_job_status where job_name = 'Job_ExtractICON'`;
    const killed = { job_id: 'killed', duration: '49:00', status: 'RUNNING', is_at_work: false, last_completed: testClock() };
    expect(await query(urls.martUrl, status)).toEqual([killed]);
    await withConnection({ url: urls.martUrl, applicationName: 'test' }, async (process) => {
      await query(process, `select pg_advisory_lock_shared(hashtextextended('chatmart job killed', 0))`);
      expect(await query(urls.martUrl, status)).toEqual([{ ...killed, is_at_work: true }]);
    });
  });
});

describe('the hash of the settings', () => {
  const config: Config = { ...NO_SETTINGS, idbUrls: ['postgres://reader@idb/icon'], martUrl: 'postgres://writer@mart/infomart' };

  test('changes with a setting, not with a password or the order of the settings', () => {
    const withPassword = (password: string): Config => ({ ...config, martUrl: `postgres://writer:${password}@mart/infomart` });
    expect(toConfigHash(config)).toMatch(/^[0-9a-f]{16}$/);
    expect(toConfigHash(Object.fromEntries(Object.entries(config).reverse()) as unknown as Config)).toBe(toConfigHash(config));
    expect(toConfigHash(withPassword('one'))).toBe(toConfigHash(withPassword('another')));
    expect(toConfigHash({ ...config, martSchema: 'other' })).not.toBe(toConfigHash(config));
  });
});
