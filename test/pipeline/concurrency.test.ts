import { beforeAll, describe, expect, it } from 'vitest';
import { withConnection, type Connection } from '../../src/db/connection.js';
import { isRunLockTaken } from '../../src/mart/locks.js';
import { runBackfill } from '../support/backfill-histories.js';
import { BEFORE, writeChunks } from '../support/crash-history.js';
import { freshDatabases, freshIdb, freshMart, query, testClock } from '../support/databases.js';
import { deepTest, sampleOf } from '../support/depth.js';
import { compareMarts } from '../support/growing-idb.js';
import { runCycle, type Urls } from '../support/histories.js';
import { pollUntil } from '../support/poll-until.js';
import { problemOf } from '../support/problem-of.js';
import { runCli } from '../support/run-cli.js';
import { startCli } from '../support/start-cli.js';
import { stopInserts, untilWriterQueues } from '../support/stop-inserts.js';
import { writeUserData } from '../support/user-data.js';
import { migrateMart } from '../support/jobs.js';

let idbUrl: string;
/** The mart of an undisturbed run on the same IDB. */
let undisturbedUrl: string;
beforeAll(async () => {
  idbUrl = await freshIdb();
  await writeUserData(idbUrl, BEFORE);
  await writeChunks(idbUrl);
  undisturbedUrl = await freshMart();
  await runCycle({ idbUrl, martUrl: undisturbedUrl });
});

const emptyMart = async (): Promise<Urls> => ({ idbUrl, martUrl: await freshMart() });
const backfillAll = (urls: Urls) => runBackfill(urls, '2026-03-01', '2026-03-04');
const differences = ({ martUrl }: Urls): Promise<string[]> => compareMarts(undisturbedUrl, martUrl);

describe('two runs', () => {
  it('the second one ends with exit code 5, and the first continues', async () => {
    const urls = await emptyMart();
    const env = { CHATMART_IDB_URL: urls.idbUrl, CHATMART_MART_URL: urls.martUrl };
    const stop = await stopInserts(urls.martUrl, 'chat_session_fact');
    const first = runCli(['run'], { env });
    await stop.reached();
    expect(await runCli(['run'], { env })).toMatchObject({
      code: 5,
      stdout: '',
      stderr: expect.stringContaining('run-in-progress') as string,
    });
    await stop.open();
    expect(await first).toMatchObject({ code: 0 });
    expect(await differences(urls)).toEqual([]);
  });

  it('that begin at the same moment: one does it all', async () => {
    const urls = await emptyMart();
    const outcomes = await Promise.allSettled([runCycle(urls), runCycle(urls), runCycle(urls)]);
    const refused = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as unknown] : []));
    expect(refused.length).toBeLessThan(outcomes.length);
    for (const error of refused) expect(await problemOf(() => Promise.reject(error as Error))).toContain('BusyError run-in-progress');
    expect(await differences(urls)).toEqual([]);
  });
});

deepTest('a run right after one was killed at work is refused for as long as its server takes to look for the client', async () => {
  const urls = await emptyMart();
  const env = { CHATMART_IDB_URL: urls.idbUrl, CHATMART_MART_URL: urls.martUrl };
  const stop = await stopInserts(urls.martUrl, 'chat_session_fact');
  const killed = startCli(['run'], env);
  await stop.reached();
  killed.kill('SIGKILL');
  await killed.ended;
  const killedMs = performance.now();
  const secondsSince = (): number => (performance.now() - killedMs) / 1000;
  await withConnection({ url: urls.martUrl, applicationName: 'test' }, (mart) =>
    pollUntil(async () => !(await isRunLockTaken(mart, 'infomart', 'idb')) || secondsSince() > 5),
  );
  expect(secondsSince()).toBeLessThan(3);
  await stop.open();
  expect(await runCli(['run'], { env })).toMatchObject({ code: 0 });
  expect(await differences(urls)).toEqual([]);
});

describe('a run and a backfill', () => {
  it.each(
    sampleOf(
      [
        ['run', runCycle, backfillAll],
        ['backfill', backfillAll, runCycle],
      ] as const,
      2,
    ),
  )('take turns, the %s first, and neither ends the other', async (_, first, second) => {
    const urls = await emptyMart();
    const stop = await stopInserts(urls.martUrl, 'chat_session_fact');
    const both = [first(urls)] as Promise<unknown>[];
    await stop.reached();
    both.push(second(urls));
    await untilWriterQueues(urls.martUrl);
    await stop.open();
    await Promise.all(both);
    expect(await differences(urls)).toEqual([]);
    expect(await runCycle(urls)).toMatchObject({ rows: 0, intervals: 0 });
  });

  deepTest('begun at the same moment load what one of them would', async () => {
    const urls = await emptyMart();
    await Promise.all([runCycle(urls), backfillAll(urls)]);
    expect(await differences(urls)).toEqual([]);
  });
});

deepTest('a migration waits for the chunk of a run that is at work, and the run goes on after it', async () => {
  const urls = await emptyMart();
  const stop = await stopInserts(urls.martUrl, 'chat_session_fact');
  const running = runCycle(urls);
  await stop.reached();
  await query(urls.martUrl, `update infomart.ctl_schema_info set value = 'older' where property = 'generated-schema-hash'`);
  const migrating = migrateMart({ martUrl: urls.martUrl, martSchema: 'infomart', clock: testClock });
  await untilWriterQueues(urls.martUrl);
  // A backfill that starts now finds the schema that is about to be replaced.
  expect(await problemOf(() => backfillAll(urls))).toContain('ConfigError mart-not-migrated');
  await stop.open();
  expect((await migrating).applied).toEqual(['generated-schema']);
  await running;
  expect(await differences(urls)).toEqual([]);
});

describe("an analyst's long transaction", () => {
  /** Facts and aggregates in a few numbers. */
  const look = (analyst: Connection) =>
    query(
      analyst,
      `select 'facts' as of, count(*) as sessions, sum(session_duration) as seconds from chat_session_fact
       union all select 'hours', sum(sessions), sum(session_duration) from ag2_chat_stats_hour
       union all select 'months', sum(sessions), sum(session_duration) from ag2_chat_stats_month`,
    );

  it('and a run do not wait for each other, and the analyst sees the state of the beginning', { timeout: 30_000 }, async () => {
    const urls = await freshDatabases();
    await writeUserData(urls.idbUrl, BEFORE);
    await runCycle(urls);
    await writeChunks(urls.idbUrl);
    await withConnection({ url: urls.martUrl, applicationName: 'analyst', schema: 'infomart' }, async (analyst) => {
      await analyst.query('begin isolation level repeatable read read only');
      const before = await look(analyst);
      expect(before).toContainEqual({ of: 'facts', sessions: 3, seconds: 180 });
      const stop = await stopInserts(urls.martUrl, 'agt_chat_stats_day');
      const running = runCycle(urls);
      await stop.reached();
      // The run is in the middle of replacing what the analyst queries.
      expect(await look(analyst)).toEqual(before);
      await stop.open();
      await running;
      expect(await look(analyst)).toEqual(before);
      await analyst.query('commit');
      expect(await look(analyst)).not.toEqual(before);
    });
    expect(await differences(urls)).toEqual([]);
  });
});
