import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DEFAULT_SCHEDULE } from '../../src/config/schedule-config.js';
import { connect, type Connection } from '../../src/db/connection.js';
import { startEmbeddedServer, type EmbeddedServer } from '../../src/db/embedded/server.js';
import { readStatus } from '../../src/commands/status/status.js';
import { createStopControl } from '../../src/jobs/stop.js';
import { idbTables, query, testClock } from '../support/databases.js';
import { deepTest } from '../support/depth.js';
import type { Urls } from '../support/histories.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { writeUserData } from '../support/user-data.js';
import { TEST_SETTINGS } from '../support/worker-server.js';
import { migrateMart, run, createSchedule } from '../support/jobs.js';

/** How much a run without new rows may write. */
const MOST_BYTES = 4_096;

let server: EmbeddedServer;
let urls: Urls;
let watcher: Connection;
let now = testClock();

/** Full-page writes are on, as on any server, but no checkpoint falls in between. */
beforeAll(async () => {
  server = await startEmbeddedServer({
    home: temporaryFolder(),
    log: () => undefined,
    settings: { ...TEST_SETTINGS, synchronous_commit: 'on', full_page_writes: 'on', checkpoint_timeout: '1h' },
  });
  for (const name of ['idb', 'mart']) await server.ensureDatabase(name);
  urls = { idbUrl: server.url('idb'), martUrl: server.url('mart') };
  await query(urls.idbUrl, idbTables());
  await migrateMart({ ...urls, martSchema: 'infomart', clock: testClock });
  watcher = await connect({ url: urls.martUrl, applicationName: 'test', schema: 'infomart' });
});
afterAll(async () => {
  await watcher.end();
  await server.forceStop();
});

const origin = { command: 'run', configHash: 'h' };
const minutesPass = (minutes: number): void => {
  now = new Date(now.getTime() + minutes * 60_000);
};
const runOnce = () => {
  minutesPass(1);
  return run({ ...urls, martSchema: 'infomart', idbSchema: 'public', clock: () => now, origin });
};

/** The amount of WAL, and the number of rows ever written to the mart's catalogs. */
async function written(): Promise<{ bytes: number; rows: number }> {
  await watcher.query('select pg_stat_force_next_flush()');
  const [row] = await query<{ bytes: number; rows: number }>(
    watcher,
    `select (pg_current_wal_insert_lsn() - '0/0')::float8 as bytes, sum(n_tup_ins + n_tup_upd + n_tup_del)::float8 as rows
     from pg_stat_sys_tables where schemaname in ('pg_catalog', 'pg_toast')`,
  );
  return row!;
}

async function writtenBy(work: () => Promise<unknown>): Promise<{ bytes: number; rows: number }> {
  const before = await written();
  await work();
  const after = await written();
  return { bytes: after.bytes - before.bytes, rows: after.rows - before.rows };
}

const history = () =>
  query<{ job_id: string; job_name: string; status: string; start_time: Date; message: string }>(
    watcher,
    `select job_id, job_name, status, start_time, row_count::int, message from ctl_etl_history
     where job_name <> 'Job_InitializeGIM' order by start_time, job_name`,
  );

const session = (guid: string): Promise<void> =>
  writeUserData(urls.idbUrl, [
    [guid, 'ChatServerSessionStartedAt', '2026-03-01T10:00:00Z'],
    [guid, 'ChatServerSessionClosedAt', '2026-03-01T10:05:00Z'],
  ]);

describe('a cycle over nothing new', () => {
  test('writes less than 4 kB, nothing into the catalogue, and one row of history that the next one takes over', async () => {
    await session('FIRST');
    await runOnce();
    await runOnce();
    const before = await history();
    expect(before.map(({ job_name: name }) => name)).toEqual([
      ...['Job_AggregateGIM', 'Job_ExtractICON', 'Job_ReconcileICON', 'Job_TransformGIM'].filter((name) =>
        before.some((row) => row.job_name === name),
      ),
      'Job_ExtractICON',
    ]);
    expect(before.at(-1)).toMatchObject({ status: 'COMPLETED', row_count: 0, message: 'Nothing new', start_time: now });
    for (let cycle = 0; cycle < 5; cycle++) {
      let jobId = '';
      const { bytes, rows } = await writtenBy(async () => {
        const summary = await runOnce();
        expect(summary).toMatchObject({ rows: 0, intervals: 0 });
        jobId = summary.jobId;
      });
      console.log(`an idle run wrote ${bytes} bytes of WAL`);
      expect(bytes).toBeLessThan(MOST_BYTES);
      expect(rows).toBe(0);
      const after = await history();
      expect(after.slice(0, -1)).toEqual(before.slice(0, -1));
      expect(after.at(-1)).toMatchObject({ job_id: jobId, job_name: 'Job_ExtractICON', start_time: now, message: 'Nothing new' });
    }
    const { lastJobs, aggregates, sources } = await readStatus({ ...urls, martSchema: 'infomart', idbSchema: 'public', clock: () => now });
    expect(lastJobs[0]).toMatchObject({ job: 'Job_ExtractICON', status: 'COMPLETED', startedAt: now.toISOString() });
    expect(aggregates.completeUntil).toBe(sources[0]!.completeUntil);
  });

  deepTest('writes as little while a transaction is open, however many runs have met it', async () => {
    const holder = await connect({ url: urls.idbUrl, applicationName: 'holder' });
    await holder.query('begin; select pg_current_xact_id()');
    await session('LATER');
    for (let cycle = 0; cycle < 6; cycle++) await runOnce();
    const { bytes, rows } = await writtenBy(runOnce);
    console.log(`an idle run under an old ceiling wrote ${bytes} bytes of WAL`);
    expect(bytes).toBeLessThan(MOST_BYTES);
    expect(rows).toBe(0);
    const [{ marks }] = (await query<{ marks: number }>(watcher, 'select jsonb_array_length(marks) as marks from chatmart_source')) as [
      { marks: number },
    ];
    expect(marks).toBeLessThanOrEqual(5);
    await holder.query('rollback');
    await holder.end();
    await runOnce();
    expect((await history()).at(-1)).toMatchObject({ job_name: 'Job_TransformGIM', status: 'COMPLETED' });
  });

  test('costs as little under a schedule', async () => {
    const { stop } = createStopControl();
    const { scheduler } = createSchedule({
      ...urls,
      ...{ martSchema: 'infomart', idbSchema: 'public', embedded: false, daysToKeepFacts: undefined },
      schedule: { ...DEFAULT_SCHEDULE, frequencyMinutes: 1, runMaintain: false },
      ...{ clock: () => now, log: () => undefined, stop, origin: { ...origin, command: 'schedule' } },
    });
    const tick = async (): Promise<void> => {
      minutesPass(1);
      await scheduler.tick(now);
    };
    await tick();
    const before = await history();
    expect(before.at(-1)).toMatchObject({ start_time: now, message: 'Nothing new' });
    for (let cycle = 0; cycle < 3; cycle++) {
      const { bytes, rows } = await writtenBy(tick);
      console.log(`an idle cycle of a schedule wrote ${bytes} bytes of WAL`);
      expect(bytes).toBeLessThan(MOST_BYTES);
      expect(rows).toBe(0);
      expect((await history()).length).toBe(before.length);
      expect((await history()).at(-1)).toMatchObject({ start_time: now });
    }
  });

  test('takes over no row of another command, of other settings, or of one that did something', async () => {
    const names = async (): Promise<string[]> => (await history()).map(({ job_name: name, message }) => `${name}: ${message}`);
    const begun = await names();
    await runOnce();
    expect(await names()).toEqual([...begun, 'Job_ExtractICON: Nothing new']);
    await session('SECOND');
    await runOnce();
    const done = ['Job_AggregateGIM', 'Job_ExtractICON', 'Job_TransformGIM'];
    expect((await names()).slice(begun.length + 1).map((name) => name.split(':')[0])).toEqual(done);
    await runOnce();
    expect((await names()).slice(begun.length + 4)).toEqual(['Job_ExtractICON: Nothing new']);
    minutesPass(1);
    const other = { ...urls, martSchema: 'infomart', idbSchema: 'public', clock: () => now, origin: { ...origin, configHash: 'other' } };
    await run(other);
    await run(other);
    expect((await names()).slice(begun.length + 4)).toEqual(['Job_ExtractICON: Nothing new', 'Job_ExtractICON: Nothing new']);
  });
});
