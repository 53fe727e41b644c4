import { describe, expect, test } from 'vitest';
import { withConnection } from '../../../src/db/connection.js';
import { tryRunLock } from '../../../src/mart/locks.js';
import { withJobHistory } from '../../../src/jobs/job-history.js';
import { readLedger, readWrites, runBackfill } from '../../support/backfill-histories.js';
import { freshDatabases, freshIdb, freshMart, query } from '../../support/databases.js';
import { deepTest } from '../../support/depth.js';
import { compareMarts } from '../../support/growing-idb.js';
import { runCycle, type Urls } from '../../support/histories.js';
import { pollUntil } from '../../support/poll-until.js';
import { problemOf } from '../../support/problem-of.js';
import { startProcess } from '../../support/start-process.js';
import { writeUserData, type UserDataRow } from '../../support/user-data.js';
import { withJob } from '../../support/jobs.js';
import { expectText } from '../../support/expect-text.js';

const FROM = '2026-02-10T00:00:00Z';
const TO = '2026-02-13T00:00:00Z';
const ts = (text: string): number => Date.parse(text) / 1000;

/** A closed session whose two rows ICON stored at a given time. */
const session = (guid: string, stored: string): UserDataRow[] => [
  [guid, 'ChatServerSessionStartedAt', new Date(Date.parse(stored) - 600_000).toISOString(), ts(stored)],
  [guid, 'ChatServerSessionClosedAt', stored, ts(stored)],
];

/** One session a day at noon. */
async function threeDays(): Promise<Urls> {
  const urls = await freshDatabases();
  await writeUserData(
    urls.idbUrl,
    ['2026-02-10', '2026-02-11', '2026-02-12'].flatMap((day) => session(day, `${day}T12:00:00.000Z`)),
  );
  return urls;
}

const readGuids = async (martUrl: string): Promise<unknown[]> =>
  (await query<{ guid: string }>(martUrl, 'select media_server_ixn_guid as guid from infomart.chat_session_fact order by 1')).map(
    ({ guid }) => guid,
  );

describe('the ledger', () => {
  test('has a row a slice: rows, sessions, job and times', async () => {
    const urls = await threeDays();
    const { jobId } = await runBackfill(urls, FROM, TO);
    const day = { status: 'COMPLETED', rows: 2, sessions: 1 };
    expect(await readLedger(urls.martUrl)).toEqual([
      { from: '02-10 00:00', to: '02-11 00:00', ...day },
      { from: '02-11 00:00', to: '02-12 00:00', ...day },
      { from: '02-12 00:00', to: '02-13 00:00', ...day },
    ]);
    expect(await query(urls.martUrl, 'select distinct job_id, started_at, finished_at, source_name from infomart.chatmart_slice')).toEqual([
      { job_id: jobId, started_at: new Date('2026-03-04T05:06:07Z'), finished_at: new Date('2026-03-04T05:06:07Z'), source_name: 'idb' },
    ]);
  });

  deepTest('is replaced where a range is read again in other slices; slices that reach out of it stay', async () => {
    const urls = await threeDays();
    await runBackfill(urls, FROM, TO);
    const { slices } = await runBackfill(urls, '2026-02-10T12:00:00Z', '2026-02-12T12:00:00Z', { sliceSeconds: 43_200 });
    expect(slices).toMatchObject({ total: 4, completed: 4 });
    expect((await readLedger(urls.martUrl)).map(({ from, to, sessions }) => [from, to, sessions])).toEqual([
      ['02-10 00:00', '02-11 00:00', 1],
      ['02-10 12:00', '02-11 00:00', 0],
      ['02-11 00:00', '02-11 12:00', 0],
      ['02-11 12:00', '02-12 00:00', 0],
      ['02-12 00:00', '02-12 12:00', 0],
      ['02-12 00:00', '02-13 00:00', 1],
    ]);
  });

  test('the last slice is narrower where the width does not fit', async () => {
    const urls = await threeDays();
    await runBackfill(urls, FROM, '2026-02-11T06:00:00Z');
    expect((await readLedger(urls.martUrl)).map(({ from, to }) => [from, to])).toEqual([
      ['02-10 00:00', '02-11 00:00'],
      ['02-11 00:00', '02-11 06:00'],
    ]);
  });

  test('a slice whose time is not over stays PENDING, and is read again when it is resumed', async () => {
    const urls = await threeDays();
    const duringThird = () => new Date('2026-02-13T00:30:00Z');
    expect(await runBackfill(urls, FROM, TO, { clock: duringThird })).toMatchObject({ slices: { completed: 2, pending: 1 } });
    expect((await readLedger(urls.martUrl)).map(({ status, rows }) => [status, rows])).toEqual([
      ['COMPLETED', 2],
      ['COMPLETED', 2],
      ['PENDING', 2],
    ]);
    await writeUserData(urls.idbUrl, session('late', '2026-02-12T23:59:59.000Z'));
    const resumed = await runBackfill(urls, FROM, TO, { resume: true });
    expect(resumed).toMatchObject({ slices: { completed: 1, pending: 0, skipped: 2 }, rows: 4, sessions: { inserted: 1, unchanged: 1 } });
  });
});

describe('a backfill that failed', () => {
  test('leaves its slice FAILED and those after it PENDING; --resume goes on with them', async () => {
    const urls = await threeDays();
    await query(
      urls.idbUrl,
      `create table divisor as select 0 as divisor;
       create view broken as
       select id, callid, keyname, changetype, added_ts,
         case when callid = '2026-02-11' then left(value, 60 / divisor) else value end as value
       from g_userdata_history cross join divisor`,
    );
    const log: string[] = [];
    const options = { idbTable: 'broken', log: (line: string) => log.push(line) };
    await expect(runBackfill(urls, FROM, TO, options)).rejects.toThrow('division by zero');
    expect(log.at(-1)).toBe(
      'The backfill stopped; what was loaded is kept. To continue: chatmart backfill --from 2026-02-10 --to 2026-02-13 --slice 1d --resume',
    );
    expect((await readLedger(urls.martUrl)).map(({ status, rows }) => [status, rows])).toEqual([
      ['COMPLETED', 2],
      ['FAILED', null],
      ['PENDING', null],
    ]);
    expect(await readGuids(urls.martUrl)).toEqual(['2026-02-10']);
    const jobs = `select job_name, status from infomart.ctl_etl_history where status <> 'COMPLETED' order by 1`;
    expect(await query(urls.martUrl, jobs)).toEqual([
      { job_name: 'Job_ExtractICON', status: 'FAILED' },
      { job_name: 'Job_TransformGIM', status: 'FAILED' },
    ]);

    await query(urls.idbUrl, 'update divisor set divisor = 1');
    const { slices, skipped, sessions } = await runBackfill(urls, FROM, TO, { ...options, resume: true });
    expect({ slices, skipped, inserted: sessions.inserted }).toEqual({
      slices: { total: 3, completed: 2, pending: 0, skipped: 1 },
      skipped: [{ from: '2026-02-10T00:00:00Z', to: '2026-02-11T00:00:00Z' }],
      inserted: 2,
    });
    expect(await readGuids(urls.martUrl)).toEqual(['2026-02-10', '2026-02-11', '2026-02-12']);
    expect(new Set((await readLedger(urls.martUrl)).map(({ status }) => status))).toEqual(new Set(['COMPLETED']));
  });

  test('forgets nothing when the source cannot be read at all', async () => {
    const urls = await threeDays();
    await runBackfill(urls, FROM, TO);
    expect(await problemOf(() => runBackfill(urls, FROM, TO, { idbTable: 'nowhere' }))).toContain('ConfigError idb-table-missing');
    expect((await readLedger(urls.martUrl)).map(({ status }) => status)).toEqual(['COMPLETED', 'COMPLETED', 'COMPLETED']);
  });

  test('is not resumed with another range or slice width', async () => {
    const urls = await threeDays();
    expectText(await problemOf(() => runBackfill(urls, FROM, TO, { resume: true })));
    await runBackfill(urls, FROM, TO);
    expect(await problemOf(() => runBackfill(urls, FROM, TO, { resume: true, sliceSeconds: 3_600 }))).toContain('in slices of 1h is on');
    expect(await readLedger(urls.martUrl)).toHaveLength(3);
  });

  deepTest('--resume of a longer range does what is new in it', async () => {
    const urls = await threeDays();
    await runBackfill(urls, FROM, '2026-02-12T00:00:00Z');
    const { slices, rows } = await runBackfill(urls, FROM, TO, { resume: true });
    expect({ slices, rows }).toMatchObject({ slices: { completed: 1, skipped: 2 }, rows: 2 });
  });
});

describe('a second backfill of the source', () => {
  test('is refused while one is running', async () => {
    const urls = await threeDays();
    await withConnection({ url: urls.martUrl, applicationName: 'test' }, async (other) => {
      expect(await tryRunLock(other, 'infomart', 'idb backfill')).toBe(true);
      expectText(await problemOf(() => runBackfill(urls, FROM, TO)));
    });
    expect(await readLedger(urls.martUrl)).toEqual([]);
  });

  test('a run is not', async () => {
    const urls = await threeDays();
    await withConnection({ url: urls.martUrl, applicationName: 'test' }, async (other) => {
      expect(await tryRunLock(other, 'infomart', 'idb backfill')).toBe(true);
      expect(await runCycle(urls)).toMatchObject({ sessions: { inserted: 3 } });
    });
  });
});

describe('a backfill that was killed', () => {
  /** The mart waits for this lock when the second chunk is about to be committed. */
  const STOP = 42;

  deepTest('in the middle of a slice is taken up by --resume, and ends in the mart of one run', async () => {
    const urls = await freshDatabases();
    // The second slice has two chunks: the first hour and the rest.
    const stored = ['2026-02-10T12:00:00Z', '2026-02-11T00:10:00Z', '2026-02-11T00:20:00Z', '2026-02-11T23:00:00Z', '2026-02-12T12:00:00Z'];
    await writeUserData(
      urls.idbUrl,
      stored.flatMap((time) => session(time, time)),
    );
    const whole = { ...urls, martUrl: await freshMart() };
    await runCycle(whole);
    await query(
      urls.martUrl,
      `create function stop_third() returns trigger language plpgsql as $$
       begin
         if (select count(*) from infomart.ctl_extract_history) = 3 then perform pg_advisory_lock(${STOP}); end if;
         return null;
       end $$;
       create trigger stop_third after insert on infomart.ctl_extract_history for each statement execute function stop_third()`,
    );
    await withConnection({ url: urls.martUrl, applicationName: 'test' }, async (guard) => {
      await guard.query(`select pg_advisory_lock(${STOP})`);
      const { child, ended } = await startProcess('backfill-process.ts', [urls.idbUrl, urls.martUrl, FROM, TO]);
      const waiting = `select from pg_locks where locktype = 'advisory' and objid = ${STOP} and not granted`;
      await pollUntil(async () => (await query(guard, waiting)).length > 0);
      expect(child.kill('SIGKILL')).toBe(true);
      await ended;
    });
    await withConnection({ url: urls.martUrl, applicationName: 'test' }, (guard) =>
      pollUntil(async () => (await query(guard, `select from pg_stat_activity where application_name = 'chatmart backfill'`)).length === 0),
    );
    await query(urls.martUrl, 'drop trigger stop_third on infomart.ctl_extract_history');

    expect((await readLedger(urls.martUrl)).map(({ status }) => status)).toEqual(['COMPLETED', 'RUNNING', 'PENDING']);
    const killed = await readWrites(urls.martUrl);
    expect(killed.length).toBeGreaterThan(1);
    expect(killed.length).toBeLessThan(stored.length);

    const { slices, sessions } = await runBackfill(urls, FROM, TO, { resume: true });
    expect(slices).toMatchObject({ completed: 2, skipped: 1 });
    expect(sessions).toMatchObject({ inserted: stored.length - killed.length, updated: 0, unchanged: killed.length - 1 });
    expect(await compareMarts(whole.martUrl, urls.martUrl)).toEqual([]);
    expect(
      await query(
        urls.martUrl,
        `select status, count(*) as jobs from infomart.ctl_etl_history where job_name in ('Job_ExtractICON', 'Job_TransformGIM') group by 1 order by 1`,
      ),
    ).toEqual([
      { status: 'COMPLETED', jobs: 2 },
      { status: 'FAILED', jobs: 2 },
    ]);
  });
});

describe('a job at work', () => {
  const readStatus = (martUrl: string) => query(martUrl, `select status from infomart.ctl_etl_history where job_id = 'at-work'`);

  test('is not said to have died by a run or a backfill beside it; one whose session has ended is', async () => {
    const urls = await threeDays();
    await withJob(urls, { jobId: 'at-work' }, async (job) => {
      const statuses: unknown[] = [];
      const besides = async (): Promise<void> => {
        await runBackfill(urls, FROM, TO);
        await runCycle(urls);
        statuses.push(...(await readStatus(urls.martUrl)));
      };
      await withJobHistory(job, { jobName: 'Job_ExtractICON', describe: () => ({ rowCount: 0, message: '' }) }, besides);
      expect(statuses).toEqual([{ status: 'RUNNING' }]);
      await query(urls.martUrl, `update infomart.ctl_etl_history set status = 'RUNNING' where job_id = 'at-work'`);
    });
    await runBackfill(urls, FROM, TO);
    expect(await readStatus(urls.martUrl)).toEqual([{ status: 'FAILED' }]);
  });
});

deepTest('of HA twins each has its slices, and each is read', async () => {
  const urls = await freshDatabases();
  const twinUrl = await freshIdb();
  await writeUserData(urls.idbUrl, [...session('first only', '2026-02-10T12:00:00.000Z'), ...session('both', '2026-02-11T12:00:00.000Z')]);
  await writeUserData(twinUrl, [...session('both', '2026-02-11T12:00:01.000Z'), ...session('second only', '2026-02-12T12:00:00.000Z')]);
  const { sources, sessions } = await runBackfill(urls, FROM, TO, { otherIdbUrls: [twinUrl] });
  expect(sources.map(({ name, rows, slices }) => [name, rows, slices.completed])).toEqual([
    ['idb', 4, 3],
    ['idb2', 4, 3],
  ]);
  expect(sessions.inserted).toBe(3);
  expect(await readGuids(urls.martUrl)).toEqual(['both', 'first only', 'second only']);
  expect(await query(urls.martUrl, 'select source_name, count(*) as slices from infomart.chatmart_slice group by 1 order by 1')).toEqual([
    { source_name: 'idb', slices: 3 },
    { source_name: 'idb2', slices: 3 },
  ]);
});
