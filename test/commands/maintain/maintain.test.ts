import type { LogFields } from '../../../src/model/log.js';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { withConnection } from '../../../src/db/connection.js';
import type { MaintainSummary } from '../../../src/commands/maintain/summary.js';
import { reportOnMart, type MartReportOptions } from '../../../src/commands/report/report.js';
import { takeJobLock } from '../../../src/mart/locks.js';
import { toKeptFrom } from '../../../src/mart/retention.js';
import { readKvpMap } from '../../../src/spec/kvp-map.js';
import { runBackfill } from '../../support/backfill-histories.js';
import { freshIdb, freshMartFrom2025, keepDatabases, query, testClock } from '../../support/databases.js';
import { deepTest } from '../../support/depth.js';
import { runCycle, type Urls } from '../../support/histories.js';
import { levelDifferences } from '../../support/levels-of-facts.js';
import { readMart, type Row } from '../../support/mart-content.js';
import { problemOf } from '../../support/problem-of.js';
import { countsOf, reconcileAll } from '../../support/reconciliation.js';
import { writeUserData, type UserDataRow } from '../../support/user-data.js';
import { aggregate, maintain, planMaintenance, type FlatMaintainOptions, retryDiscards } from '../../support/jobs.js';
import { expectText } from '../../support/expect-text.js';

const START = 'ChatServerSessionStartedAt';
const END = 'ChatServerSessionClosedAt';
const DAY_MS = 86_400_000;

/** A session of ten minutes whose rows ICON stored when it ended. */
function session(guid: string, start: string, more: readonly (readonly [string, string])[] = []): UserDataRow[] {
  const end = new Date(new Date(start).getTime() + 600_000);
  const values = [[START, start], ['csg_SessionTotalTime', '600'], ['csg_TenantId', '1'], ...more, [END, end.toISOString()]] as const;
  return values.map(([key, value]) => [guid, key, value, end.getTime() / 1000]);
}

/** The first instant that 366 days of retention keep, on 4 March 2026. */
const BORDER = '2025-03-01T00:00:00Z';
const BORDER_TS = new Date(BORDER).getTime() / 1000;
const OLD = [
  ...session('JAN-1', '2025-01-10T10:00:00Z'),
  ...session('JAN-2', '2025-01-31T23:50:00Z', [['csg_PartiesAsAgentCount', 'many']]),
  ...session('FEB-1', '2025-02-01T00:00:00Z'),
  ...session('FEB-2', '2025-02-28T23:59:59Z'),
];
const KEPT = [...session('MAR-1', BORDER), ...session('MAR-2', '2026-03-02T11:00:00Z', [['csg_PartiesAsAgentCount', 'many']])];
const KEPT_GUIDS = ['MAR-1', 'MAR-2'];

let urls: Urls;

const toOptions = (options: Partial<FlatMaintainOptions>): FlatMaintainOptions => ({
  ...{ martUrl: urls.martUrl, martSchema: 'infomart', daysToKeepFacts: 366, clock: testClock },
  // Some tests run years after the machine's own time.
  readServerTime: () => Promise.resolve((options.clock ?? testClock)()),
  ...options,
});
const keep = (options: Partial<FlatMaintainOptions> = {}): Promise<MaintainSummary> => maintain(toOptions(options));
const plan = (options: Partial<FlatMaintainOptions> = {}): Promise<MaintainSummary> => planMaintenance(toOptions(options));

const guidsOf = async (): Promise<string[]> => [...(await readMart(urls.martUrl)).facts.keys()];

/** Sums over sessions that began before the border, by day and above; quarter and year include one that began after it. */
async function readFrozen(): Promise<Row[]> {
  const { levels } = await readMart(urls.martUrl);
  return (['day', 'month', 'qrtr', 'year'] as const).flatMap((level) =>
    [...levels[level].values()].filter((row) => Number(row['date_time_key']) < BORDER_TS),
  );
}

/** The mart must hold the kept facts, and their levels must match those facts. */
async function expectKept(guids: readonly string[] = KEPT_GUIDS): Promise<void> {
  const mart = await readMart(urls.martUrl);
  expect([...mart.facts.keys()]).toEqual(guids);
  expect(levelDifferences(mart, BORDER_TS, ['subhr', 'hour', 'day', 'month'])).toEqual([]);
}

let loaded: Urls;
let reload: () => Promise<void>;
beforeAll(async () => {
  loaded = { idbUrl: await freshIdb(), martUrl: await freshMartFrom2025() };
  await writeUserData(loaded.idbUrl, [...OLD, ...KEPT]);
  await runCycle(loaded);
  reload = await keepDatabases(loaded.idbUrl, loaded.martUrl);
});
beforeEach(async () => {
  await reload();
  urls = loaded;
});

test('facts are purged by whole months, and kept for at least the configured days', () => {
  const at = (now: string, days: number): string => toKeptFrom(new Date(now), days).toISOString().slice(0, 10);
  expect([at('2026-03-04T05:06:07Z', 1), at('2026-03-01T12:00Z', 1), at('2026-03-04T05:06:07Z', 366)]).toEqual([
    '2026-03-01',
    '2026-02-01',
    '2025-03-01',
  ]);
});

describe('facts', () => {
  test('none is deleted while no retention is set', async () => {
    const summary = await keep({ daysToKeepFacts: undefined, daysToKeepHistory: 1 });
    expect(summary).toMatchObject({ factsKeptFrom: null, months: [] });
    expect(await guidsOf()).toHaveLength(6);
    expect(await query(urls.martUrl, `select from infomart.ctl_schema_info where property = 'facts-kept-from'`)).toEqual([]);
  });

  test('are purged by month with their open discards; their aggregates stay', async () => {
    const before = await readFrozen();
    const { martUrl } = urls;
    const told: string[] = [];
    const summary = await keep({ rowsATransaction: 1, log: (line: string) => told.push(line) });
    const months = [
      { month: '2025-01', facts: 2 },
      { month: '2025-02', facts: 2 },
    ];
    expect(summary).toMatchObject({ factsKeptFrom: '2025-03-01T00:00:00.000Z', months });
    expect(told).toEqual(['purged 2 facts of 2025-01', 'purged 2 facts of 2025-02']);
    await expectKept();
    expect(await readFrozen()).toEqual(before);
    expect(await query(martUrl, `select guid, resolved_ts from infomart.stg_transform_discards order by guid`)).toEqual([
      { guid: 'JAN-2', resolved_ts: testClock().getTime() / 1000 },
      { guid: 'MAR-2', resolved_ts: null },
    ]);
    expect(
      await query(
        martUrl,
        `select table_name, to_char(to_timestamp(from_ts), 'YYYY-MM-DD') as from, to_char(to_timestamp(to_ts), 'YYYY-MM-DD') as to, row_count
         from infomart.ctl_purge_history where job_id = $1 order by from_ts`,
        [summary.jobId],
      ),
    ).toEqual([
      { table_name: 'CHAT_SESSION_FACT', from: '2025-01-01', to: '2025-02-01', row_count: 2 },
      { table_name: 'CHAT_SESSION_FACT', from: '2025-02-01', to: '2025-03-01', row_count: 2 },
    ]);
    // One transaction moves the border, and one more purges each fact.
    expect(await query(martUrl, 'select row_count from infomart.ctl_audit_log where job_id = $1', [summary.jobId])).toHaveLength(5);
    expect(await keep()).toMatchObject({ months: [] });
  });

  test('are told of meanwhile where a month takes long', async () => {
    const told: string[] = [];
    await keep({ rowsATransaction: 1, progressEveryMs: 0, log: (line: string) => told.push(line) });
    expect(told.slice(0, 4)).toEqual([
      'purged 1 fact of 2025-01 so far',
      'purged 2 facts of 2025-01 so far',
      'purged 2 facts of 2025-01',
      'purged 1 fact of 2025-02 so far',
    ]);
  });

  test('the border never moves back, and a dry run knows that', async () => {
    await keep();
    expect(await keep({ daysToKeepFacts: 3000 })).toMatchObject({ factsKeptFrom: '2025-03-01T00:00:00.000Z' });
    expect(await plan({ daysToKeepFacts: 3000 })).toMatchObject({ factsKeptFrom: '2025-03-01T00:00:00.000Z' });
  });

  test('changes are aggregated before they become final', async () => {
    const { martUrl } = urls;
    await query(martUrl, `update infomart.chat_session_fact set session_duration = 6000 where media_server_ixn_guid = 'JAN-1'`);
    await query(
      martUrl,
      `insert into infomart.chatmart_pending_agg (start_date_time_key, audit_key)
       select start_date_time_key, 1 from infomart.chat_session_fact where media_server_ixn_guid = 'JAN-1'`,
    );
    await keep();
    const { levels } = await readMart(martUrl);
    const durations = [...levels.month.values()].map((row) => [row['date_time_key'], row['session_duration']]);
    expect(durations).toContainEqual([Date.UTC(2025, 0) / 1000, 6600]);
  });
});

describe('what was purged stays away', () => {
  test('of run, backfill, reconcile and discards retry, and its aggregates stay as they are', async () => {
    const before = await readFrozen();
    await keep();
    const now = Date.UTC(2026, 2, 3) / 1000;
    await writeUserData(urls.idbUrl, [
      ['JAN-1', 'csg_SessionTotalTime', '6000', now],
      ['JAN-2', 'csg_PartiesAsAgentCount', '2', now],
      ['FEB-1', 'csg_PartiesAsCoachCount', 'several', now],
      ['FEB-2', END, 'never', now],
      ['MAR-2', 'csg_SessionTotalTime', '700', now],
      ...session('NEW', '2026-03-02T12:00:00Z'),
      ...session('NEW-OLD', '2025-01-15T12:00:00Z', [['csg_PartiesAsAgentCount', 'many']]),
    ]);
    const guids = ['MAR-1', 'MAR-2', 'NEW'];
    expect(await runCycle(urls)).toMatchObject({ expired: 5, discards: {}, sessions: { inserted: 1, updated: 1, discarded: 0 } });
    await expectKept(guids);
    expect(await readFrozen()).toEqual(before);

    expect(await runBackfill(urls, '2025-01-01', '2026-03-04', { sliceSeconds: 30 * 86_400 })).toMatchObject({
      expired: 9,
      discards: {},
      sessions: { inserted: 0, updated: 0 },
    });
    const found = await reconcileAll(urls, { from: new Date('2025-01-01'), to: new Date('2026-03-04') });
    expect(countsOf(found)).toMatchObject({ missing: 0, different: 0 });
    const options = { ...urls, martSchema: 'infomart', idbSchema: 'public', clock: testClock };
    expect(await retryDiscards(options)).toMatchObject({ interactions: 1 });
    // A day later, with the daily window over all ids and the daily comparison.
    const tomorrow = new Date(testClock().getTime() + DAY_MS + 1);
    expect(await runCycle(urls, { clock: () => tomorrow })).toMatchObject({ sources: [{ reconciled: { missing: 0, different: 0 } }] });
    await expectKept(guids);
    expect(await readFrozen()).toEqual(before);
  });

  deepTest('aggregate of a range leaves that part out, and says so', async () => {
    const before = await readFrozen();
    await keep();
    const logged: string[] = [];
    const range = (from: string, to: string) => ({ from: new Date(from), to: new Date(to) });
    const options = {
      martUrl: urls.martUrl,
      martSchema: 'infomart',
      clock: testClock,
      log: (line: string, { level }: LogFields = {}) => level === 'warning' && logged.push(line),
    };
    expect(await aggregate({ ...options, range: range('2025-01-01', '2025-03-02') })).toMatchObject({ intervals: 96 });
    expect(await aggregate({ ...options, range: range('2025-01-01', '2025-02-01') })).toMatchObject({ intervals: 0 });
    expect(await readFrozen()).toEqual(before);
    await expectKept();
    expectText(logged);
  });

  test('a report on sessions whose facts are purged says so, one by UTC days is complete', async () => {
    await keep();
    const logged: string[] = [];
    const report = (by: string[], from: string, further: Partial<MartReportOptions> = {}) =>
      reportOnMart({
        ...{ martUrl: urls.martUrl, martSchema: 'infomart', name: 'chat-termination', map: readKvpMap() },
        ...{ by, from: new Date(from), to: new Date('2026-04-01'), log: (line: string) => logged.push(line), ...further },
      });
    expect((await report(['day', 'weekday', 'async-mode'], '2025-01-01')).totals).toMatchObject({ sessions: 6 });
    for (const by of ['hour', 'outcome']) expect((await report([by], BORDER)).totals).toMatchObject({ sessions: 2 });
    expect(logged).toEqual([]);
    expect((await report(['hour'], '2025-01-01')).totals).toMatchObject({ sessions: 2 });
    expectText(logged);
    for (const [by, further] of [
      ['outcome', {}],
      ['day', { timezone: 'Europe/Berlin' }],
      ['day', { filters: { 'hour-of-day': ['10'] } }],
    ] as const) {
      logged.length = 0;
      await report([by], '2025-01-01', further);
      expect([by, logged.length]).toEqual([by, 1]);
    }
  });

  test('a start that is corrected to before the border takes the fact away, and out of the aggregates of its day', async () => {
    await keep();
    await writeUserData(urls.idbUrl, [['MAR-2', START, '2025-02-10T10:00:00Z']]);
    expect(await runCycle(urls)).toMatchObject({ expired: 1, sessions: { deleted: 1, discarded: 0 }, intervals: 1 });
    await expectKept(['MAR-1']);
    expect(await query(urls.martUrl, 'select from infomart.stg_transform_discards where resolved_ts is null')).toEqual([]);
  });

  deepTest('a start that is corrected to after the border brings all keys of the session', async () => {
    await keep();
    await writeUserData(urls.idbUrl, [
      ['JAN-1', START, '2026-03-02T10:00:00Z'],
      ['JAN-1', END, '2026-03-02T10:10:00Z'],
    ]);
    await runCycle(urls);
    // A run cannot know that the interaction has older rows; comparing their hours finds them.
    await reconcileAll(urls, { from: new Date('2025-01-01') });
    await expectKept(['JAN-1', ...KEPT_GUIDS]);
    expect((await readMart(urls.martUrl)).facts.get('JAN-1')).toMatchObject({ session_duration: 600, tenant_key: 1 });
  });

  deepTest('an implausible start stays a discard', async () => {
    await keep();
    await writeUserData(urls.idbUrl, session('BROKEN-CLOCK', '1970-01-01T00:10:00Z'));
    expect(await runCycle(urls)).toMatchObject({ expired: 0, discards: { START_TOO_EARLY: 1 } });
  });

  deepTest('a first load counts what is too old, and loads the rest', async () => {
    urls = { idbUrl: await freshIdb(), martUrl: await freshMartFrom2025() };
    await keep();
    await writeUserData(urls.idbUrl, [...OLD, ...KEPT]);
    expect(await runCycle(urls)).toMatchObject({ expired: 4, sessions: { inserted: 2 }, discards: { BAD_MEASURE: 1 } });
    await expectKept();
  });
});

describe('history', () => {
  // Later than history is kept, and within the calendar that there is.
  const LATER = new Date(testClock().getTime() + 610 * DAY_MS);

  async function letTimePass(): Promise<void> {
    // The second correction overwrites what the first has written.
    for (const agents of ['2', '3']) {
      await writeUserData(urls.idbUrl, [['JAN-2', 'csg_PartiesAsAgentCount', agents]]);
      await runCycle(urls);
    }
    await query(
      urls.martUrl,
      `insert into infomart.ctl_etl_history (job_id, job_name, job_version, start_time, status, created_ts)
       values ('at work', 'Job_ExtractICON', '1', '2026-03-04', 'RUNNING', extract(epoch from timestamp '2026-03-04'))`,
    );
    await writeUserData(urls.idbUrl, session('LATER', new Date(LATER.getTime() - DAY_MS).toISOString()));
    await runCycle(urls, { clock: () => LATER });
  }

  const countsOfHistory = async (): Promise<Row> =>
    (
      await query<Row>(
        urls.martUrl,
        `select
           (select count(*) from infomart.ctl_etl_history where created_ts < 1780000000) as jobs,
           (select count(*) from infomart.ctl_extract_history where created_ts < 1780000000) as extracts,
           (select count(*) from infomart.ctl_transform_history where created_ts < 1780000000) as transforms,
           (select string_agg(guid || coalesce(' ' || resolved_ts, ''), ', ' order by guid) from infomart.stg_transform_discards) as discards`,
      )
    )[0]!;

  test('goes when it is old, but open discards and audit rows that something points to', async () => {
    await letTimePass();
    const planned = await plan({ daysToKeepFacts: undefined, clock: () => LATER });
    const done = await keep({ daysToKeepFacts: undefined, clock: () => LATER, rowsATransaction: 1 });
    expect(done.history).toEqual(planned.history);
    expect(done.history).toMatchObject({ discards: 1, extracts: 3, transforms: 3, purges: 0, auditRows: 2 });
    // The job at work has died meanwhile and is recorded as dead.
    expect(await countsOfHistory()).toMatchObject({ jobs: 0, extracts: 0, transforms: 0, discards: 'MAR-2' });
    // Every fact, discard, dimension and aggregate must find its audit row.
    expect((await readMart(urls.martUrl)).facts.size).toBe(7);
    expect(
      await query(
        urls.martUrl,
        `select agr_set_key from infomart.agt_chat_stats_day union select agr_set_key from infomart.agt_chat_stats_month
         union select create_audit_key from infomart.chat_session_dim union select create_audit_key from infomart.stg_transform_discards
         except select audit_key from infomart.ctl_audit_log`,
      ),
    ).toEqual([]);
    expect(await keep({ daysToKeepFacts: undefined, clock: () => LATER })).toMatchObject({ history: { auditRows: 0, jobs: 0 } });
  });

  deepTest('a dry run counts what the deletion of facts will free as well, and writes nothing', async () => {
    await letTimePass();
    const before = await countsOfHistory();
    const options = { daysToKeepFacts: 300, clock: () => LATER };
    const planned = await plan(options);
    expect(planned).toMatchObject({ dryRun: true, jobId: null });
    expect(planned.months.reduce((sum, { facts }) => sum + facts, 0)).toBe(6);
    expect(await countsOfHistory()).toEqual(before);
    const done = await keep(options);
    expect({ months: done.months, history: done.history }).toEqual({ months: planned.months, history: planned.history });
  });
});

test('the calendar is extended to a year ahead', async () => {
  const later = new Date('2027-06-01T00:00:00Z');
  expect(await keep({ daysToKeepFacts: undefined, clock: () => later })).toMatchObject({
    calendarYears: [2025, 2028],
    calendarIntervals: 366 * 96,
  });
});

test('a second one at the same time is refused', async () => {
  await withConnection({ url: urls.martUrl, applicationName: 'test' }, async (mart) => {
    const toBusyError = () => new Error() as never;
    await takeJobLock(mart, { martSchema: 'infomart', name: 'maintain', toBusyError });
    expectText(await problemOf(() => keep()));
  });
});
