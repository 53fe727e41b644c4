import { beforeAll, describe, expect, test } from 'vitest';
import type { BackfillSummary } from '../../src/commands/backfill/summary.js';
import type { EraseSummary } from '../../src/commands/erase/erase.js';
import type { MaintainSummary } from '../../src/commands/maintain/summary.js';
import type { MartStatus } from '../../src/commands/status/summary.js';
import type { RunSummary } from '../../src/pipeline/totals.js';
import type { LogFields } from '../../src/model/log.js';
import { untilAlone } from '../support/crash-mart.js';
import { emptyDatabase, freshIdb, query } from '../support/databases.js';
import { isWhole } from '../support/depth.js';
import { hoursOnClocks } from '../support/hours-on-clocks.js';
import { withHeldChunk } from '../support/hold-chunk.js';
import type { Urls } from '../support/histories.js';
import { createIconFeed, type IconFeed } from '../support/icon-feed.js';
import { startPostgresProxy, type PostgresProxy } from '../support/postgres-proxy.js';
import { createScriptedWeek, type ScriptedWeek } from '../support/scripted-week.js';
import { startCli } from '../support/start-cli.js';
import { createWeekMart, type WeekMart } from '../support/week-mart.js';

// The week of an operator in Berlin in which clocks go forward, day by day. Sessions happen and ICON stores them as the clock
// advances; some keys arrive days late, some are wrong at first. Commands are processes on the week's clock; the schedule ticks here.
// After each cycle the mart must hold all that was stored before it, and every evening each value must match the oracle's.
// Only npm run test:all plays it.

const ts = (text: string): number => Date.parse(text) / 1_000;
const MONDAY = '2026-03-23T08:00:00Z';
const END = '2026-03-30T06:00:00Z';
/** The first instant that 85 days of retention keep, throughout the week. */
const KEPT_FROM = '2026-01-01T00:00:00.000Z';
const DAYS_TO_KEEP = 85;

const zone = 'Europe/Berlin';
/** One cycle per hour from two in the morning, maintenance at half past two: on Sunday neither time exists on the clock. */
const SETTINGS = { zone, window: { fromMinute: 120, toMinute: 1_380, zone }, frequencyMinutes: 60, maintainMinute: 150 };

let urls: Urls;
let proxies: { readonly idb: PostgresProxy; readonly mart: PostgresProxy };
let feed: IconFeed;
let week: ScriptedWeek;
let mart: WeekMart;
/** Sessions that runs and cycles have inserted. */
let inserted = 0;

beforeAll(async () => {
  if (!isWhole) return;
  urls = { idbUrl: await freshIdb(), martUrl: await emptyDatabase() };
  proxies = { idb: await startPostgresProxy(urls.idbUrl), mart: await startPostgresProxy(urls.martUrl) };
  const shared = { statistics: 'mixed', timeForm: 'mixed', updates: true, corrections: true } as const;
  feed = createIconFeed(urls.idbUrl, ts(END) - 3_600, [
    { ...shared, sessions: 900, seed: 51, from: ts('2025-11-20T00:00:00Z'), to: ts('2026-03-23T00:00:00Z') },
    { ...shared, sessions: 1_600, seed: 52, from: ts('2026-03-23T00:00:00Z'), to: ts(END) },
  ]);
  week = createScriptedWeek(MONDAY, urls, feed);
  mart = createWeekMart(urls.martUrl, feed);
});

/** Lets the schedule tick until an instant; each of its cycles must have loaded all that was stored before. */
const passUntil = (until: string): Promise<void> =>
  week.passUntil(until, async (told) => {
    if (toCycles(told).length > 0) expect({ at: week.now(), notLoaded: await mart.notLoaded() }).toMatchObject({ notLoaded: [] });
  });

const toCycles = (told: readonly LogFields[]): LogFields[] => told.filter(({ job, code }) => job === 'cycle' && code === 'job-done');
const schedule = (daysToKeepFacts?: number): void =>
  week.schedule({ idbUrl: proxies.idb.url, martUrl: proxies.mart.url }, SETTINGS, daysToKeepFacts);
const call = async <Summary>(...args: string[]): Promise<Summary> => JSON.parse(await week.call(...args, '--json')) as Summary;
const codesSince = (told: number): string[] =>
  week.told.slice(told).flatMap(({ job, code }) => (code === 'job-done' ? [] : [`${job} ${code}`]));
/** Two outages of two hours. For each, the log reports all three ticks that meet it, as they are half an hour apart, and its end. */
const OUTAGE = [...Array<string>(3).fill('cycle database-unreachable'), 'cycle databases-back'];
const OUTAGES = [...OUTAGE, ...OUTAGE];
/** When the jobs of a name and status began, in UTC. */
const begun = async (job: string, status: string, command = 'schedule'): Promise<string[]> =>
  (
    await query<{ at: string }>(
      urls.martUrl,
      `select to_char(start_time, 'MM-DD HH24:MI') as at from infomart.ctl_etl_history
       where job_name = $1 and status = $2 and command = $3 order by start_time`,
      [job, status, command],
    )
  ).map(({ at }) => at);

describe.runIf(isWhole)('a week', { timeout: 240_000 }, () => {
  test('Monday: the mart is made, four months of history are loaded, the schedule begins', async () => {
    await feed.storeUntil(week.now());
    await week.call('migrate');
    const { sessions } = await call<RunSummary>('run');
    inserted += sessions.inserted;
    expect(sessions.inserted).toBeGreaterThan(800);
    expect(await mart.mistakes()).toEqual([]);
    schedule();
    await passUntil('2026-03-23T21:00:00Z');
    expect(codesSince(0)).toEqual([]);
    expect(await mart.mistakes()).toEqual([]);
  });

  test('Tuesday: the mart is down for two hours, later the IDB; the schedule recovers on its own', async () => {
    const told = week.told.length;
    for (const [database, from, until, next] of [
      [proxies.mart, '10:00', '12:00', '12:30'],
      [proxies.idb, '16:00', '18:00', '18:30'],
    ] as const) {
      await passUntil(`2026-03-24T${from}:00Z`);
      await database.close();
      await passUntil(`2026-03-24T${until}:00Z`);
      expect((await mart.notLoaded()).length).toBeGreaterThan(0);
      await database.open();
      await passUntil(`2026-03-24T${next}:00Z`);
      expect(await mart.notLoaded()).toEqual([]);
    }
    await passUntil('2026-03-24T21:00:00Z');
    expect(codesSince(told)).toEqual(OUTAGES);
    expect(await mart.mistakes()).toEqual([]);
  });

  test('Wednesday: a run beside the schedule is killed in its chunk; the chunk is rolled back, and the schedule loads it', async () => {
    await passUntil('2026-03-25T11:30:00Z');
    const told = week.told.length;
    const before = await mart.notLoaded();
    expect(before.length).toBeGreaterThan(0);
    await withHeldChunk(urls.martUrl, 1, async ({ reached }) => {
      const run = week.start(['run']);
      await reached();
      await passUntil('2026-03-25T12:00:00Z');
      expect(codesSince(told)).toEqual(['cycle run-in-progress']);
      run.kill('SIGKILL');
      expect(await run.ended).toMatchObject({ signal: 'SIGKILL' });
    });
    await untilAlone(urls.martUrl);
    expect(await mart.notLoaded()).toEqual(expect.arrayContaining(before.slice(0, 1)));
    await passUntil('2026-03-25T21:00:00Z');
    expect(codesSince(told)).toEqual(['cycle run-in-progress', 'cycle job-works-again']);
    expect(await mart.mistakes()).toEqual([]);
  });

  test('Thursday: facts of February are deleted; the checks find that, and a backfill beside the schedule restores them', async () => {
    await passUntil('2026-03-26T09:00:00Z');
    const lost = await query<{ guid: string }>(
      urls.martUrl,
      `delete from infomart.chat_session_fact where start_ts >= $1 and end_ts between $1 and $2 returning media_server_ixn_guid as guid`,
      [ts('2026-02-02T00:00:00Z'), ts('2026-02-12T00:00:00Z')],
    );
    expect(lost.length).toBeGreaterThan(30);
    expect(await week.start(['status', '--check']).ended).toMatchObject({ code: 4 });
    const backfill = call<BackfillSummary>('backfill', '--from', '2025-11-20', '--to', '2026-03-23', '--slice', '30d');
    await week.passUntil('2026-03-26T13:00:00Z', () => Promise.resolve());
    const { sessions } = await backfill;
    expect(sessions).toMatchObject({ inserted: lost.length, updated: 0, deleted: 0 });
    await passUntil('2026-03-26T21:00:00Z');
    expect(await mart.mistakes()).toEqual([]);
  });

  test('Friday: a retention is set and the oldest months go, a customer is forgotten', async () => {
    await passUntil('2026-03-27T10:00:00Z');
    const facts = await mart.purge(ts(KEPT_FROM));
    const { factsKeptFrom, months } = await call<MaintainSummary>('maintain', '--days-to-keep-gim-facts', String(DAYS_TO_KEEP), '--yes');
    expect(factsKeptFrom).toBe(KEPT_FROM);
    expect(months.map(({ month }) => month)).toEqual(['2025-11', '2025-12']);
    expect(months.reduce((sum, month) => sum + month.facts, 0)).toBe(facts);
    // A session with rows still to come.
    const isKept = (guid: string): boolean => feed.truths.some((truth) => truth.interactionId === guid && truth.start >= ts(KEPT_FROM));
    const erasedGuid = [...feed.late().keys()].find(isKept)!;
    expect(await call<EraseSummary>('erase', '--guid', erasedGuid, '--yes')).toMatchObject({ facts: 1, erasedBefore: 0 });
    mart.erase(erasedGuid);
    schedule(DAYS_TO_KEEP);
    expect(await mart.mistakes()).toEqual([]);
    // Late rows must bring back neither a purged nor an erased session.
    const purged = feed.truths.find(({ interactionId, start }) => start < ts(KEPT_FROM) && feed.isActive.get(interactionId) === false)!;
    for (const guid of [purged.interactionId, erasedGuid]) await feed.store(week.now(), guid, [['csg_SessionTotalTime', '99999', 2]]);
    await passUntil('2026-03-27T21:00:00Z');
    expect(await mart.mistakes()).toEqual([]);
  });

  test('Sunday: after the night that lacks an hour a backfill over everything brings nothing back', async () => {
    const told = week.told.length;
    await passUntil('2026-03-29T03:00:00Z');
    expect((await begun('Job_ExtractICON', 'COMPLETED')).slice(-5)).toEqual([
      ...['03-28 20:00', '03-28 21:00'],
      ...['03-29 01:00', '03-29 02:00', '03-29 03:00'],
    ]);
    expect((await begun('Job_MaintainGIM', 'COMPLETED')).slice(-2)).toEqual(['03-28 01:30', '03-29 01:30']);
    await passUntil('2026-03-29T12:00:00Z');
    expect(codesSince(told)).toEqual([]);
    const range = ['--from', '2025-11-20', '--to', '2026-03-29', '--slice', '60d'];
    const { sessions, expired, erased } = await call<BackfillSummary>('backfill', ...range);
    expect(sessions).toMatchObject({ inserted: 0, updated: 0, deleted: 0 });
    expect({ hasExpired: expired > 200, erased: erased > 0 }).toEqual({ hasExpired: true, erased: true });
    await passUntil(END);
    expect(await mart.mistakes()).toEqual([]);
  });

  test('Monday again: the mart is what the oracle says, and status has nothing to say against it', async () => {
    inserted += (await call<RunSummary>('run')).sessions.inserted;
    expect(feed.late().size).toBe(0);
    expect(await mart.mistakes()).toEqual([]);
    expect(await mart.notLoaded()).toEqual([]);
    const sumOf = (count: string): number => toCycles(week.told).reduce((sum, { data }) => sum + Number(data?.[count]), 0);
    // Each session is inserted once.
    expect(inserted + sumOf('inserted')).toBe(mart.everLoaded());
    // In this week rows arrived late and sessions lasted for days.
    expect(sumOf('updated')).toBeGreaterThan(100);
    expect([...feed.isActive.values()].filter((isActive) => isActive).length).toBeGreaterThan(5);
    const status = await call<MartStatus>('status', '--check');
    expect(status.checks?.filter(({ breaches, skipped }) => breaches > 0 || skipped !== null)).toEqual([]);
    // On the server's clock the IDB is from today.
    const lag = await startCli(['status', '--max-lag', '5m'], { CHATMART_IDB_URL: urls.idbUrl, CHATMART_MART_URL: urls.martUrl }).ended;
    expect(lag).toMatchObject({ code: 0 });
  });

  test('the job history is complete: each hour on the clocks of Berlin has its run, each night its maintenance', async () => {
    const hours = hoursOnClocks('2026-03-23T09:00:00Z', '2026-03-30T06:30:00Z', zone, [2, 23]);
    // The first tick after an outage makes up for its missed cycles; the same holds for the cycle that found a run at work.
    const missed = new Set(['03-24 11:00', '03-24 12:00', '03-24 17:00', '03-24 18:00', '03-25 12:00']);
    const cycles = [...hours.filter((hour) => !missed.has(hour)), '03-24 12:30', '03-24 18:30', '03-25 12:30'].sort();
    expect(await begun('Job_ExtractICON', 'COMPLETED')).toEqual(cycles);
    expect(await begun('Job_ExtractICON', 'FAILED')).toEqual(['03-24 17:00', '03-24 17:30', '03-24 18:00']);
    expect(await begun('Job_MaintainGIM', 'COMPLETED')).toEqual([
      ...['03-24 01:30', '03-25 01:30', '03-26 01:30', '03-27 01:30', '03-28 01:30'],
      ...['03-29 01:30', '03-30 00:30'],
    ]);
    // Nothing else was logged; in particular, the daily comparison found nothing that the cycles had missed.
    expect(codesSince(0)).toEqual([...OUTAGES, 'cycle run-in-progress', 'cycle job-works-again']);
    const ids = await query<{ job_id: string }>(
      urls.martUrl,
      `select job_id from infomart.ctl_etl_history where job_name = 'Job_TransformGIM' and command = 'schedule' order by start_time`,
    );
    // Of consecutive cycles without new rows, only the last one keeps a row.
    const told = toCycles(week.told).map(({ run, data }) => ({ run, isIdle: data?.['rows'] === 0 }));
    const kept = new Set(ids.map(({ job_id }) => job_id));
    expect(told.filter(({ run, isIdle }) => !isIdle || kept.has(run!)).map(({ run }) => run)).toEqual(ids.map(({ job_id }) => job_id));
    const others = await query<{ job: string }>(
      urls.martUrl,
      `select concat_ws(' ', command, job_name, status, count(*)) as job from infomart.ctl_etl_history
       where command <> 'schedule' or status not in ('COMPLETED', 'FAILED') group by command, job_name, status order by 1`,
    );
    expect(others.map(({ job }) => job)).toEqual([
      'backfill Job_AggregateGIM COMPLETED 2',
      'backfill Job_ExtractICON COMPLETED 2',
      'backfill Job_TransformGIM COMPLETED 2',
      'erase Job_EraseInteractions COMPLETED 1',
      'maintain Job_MaintainGIM COMPLETED 1',
      'migrate Job_InitializeGIM COMPLETED 1',
      // One of the two found nothing.
      'run Job_AggregateGIM COMPLETED 1',
      'run Job_ExtractICON COMPLETED 2',
      'run Job_ExtractICON FAILED 1',
      'run Job_TransformGIM COMPLETED 1',
      'run Job_TransformGIM FAILED 1',
    ]);
  });
});
