import { beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { toStatusText } from '../../src/commands/status/text.js';
import { withConnection } from '../../src/db/connection.js';
import { findCeilingHolder } from '../../src/extract/ceiling-holder.js';
import { createTicker } from '../../src/commands/schedule/ticker.js';
import { requireFewDiscards } from '../../src/commands/run/discard-limit.js';
import { doctor } from '../../src/commands/doctor/doctor.js';
import { readMartGauges, toGaugeSamples } from '../../src/metrics/mart-gauges.js';
import { readStatus, requireLag } from '../../src/commands/status/status.js';
import { isAhead, isDue } from '../../src/model/clock.js';
import { aheadOfCeiling, closeWindow, type Mark, openWindow, type SourceState } from '../../src/mart/source-window.js';
import { runBackfill } from '../support/backfill-histories.js';
import { emptyDatabase, freshDatabases, query, testClock } from '../support/databases.js';
import { deepTest, sampleOf } from '../support/depth.js';
import { runCycle, type Urls } from '../support/histories.js';
import { problemOf } from '../support/problem-of.js';
import { writeUserData, type UserDataRow } from '../support/user-data.js';
import { maintain, migrateMart } from '../support/jobs.js';
import { expectText } from '../support/expect-text.js';

const NOW = testClock().getTime();
const HOUR_MS = 3_600_000;
const YEAR_MS = 365 * 24 * HOUR_MS;
const after =
  (ms: number): (() => Date) =>
  () =>
    new Date(NOW + ms);

const session = (guid: string, stored = NOW / 1000 - 600): UserDataRow[] => [
  [guid, 'ChatServerSessionStartedAt', '2026-03-01T10:00:00Z', stored],
  [guid, 'ChatServerSessionClosedAt', '2026-03-01T10:05:00Z', stored],
  [guid, 'csg_MediaOrigin', 'web', stored],
];

test('what is done every so often is due when its time on record has not come', () => {
  const now = new Date(NOW);
  const due = [null, -25 * HOUR_MS, -24 * HOUR_MS, -HOUR_MS, 0, 1, YEAR_MS].map((ms) =>
    isDue(ms === null ? null : new Date(NOW + ms), now, 24 * HOUR_MS),
  );
  expect(due).toEqual([true, true, true, false, false, true, true]);
  expect([0, 300_000, 300_001].map((ms) => isAhead(new Date(NOW + ms), now))).toEqual([false, false, true]);
});

describe('a clock of this machine that is wrong for one run', () => {
  let urls: Urls;

  /** One run in the middle with a wrong clock; then what only the daily window and the daily comparison find. */
  async function playWrongRun(wrongMs: number) {
    urls = await freshDatabases();
    await writeUserData(urls.idbUrl, [...session('KEPT'), ...session('LOST')]);
    await runCycle(urls, { clock: after(-25 * HOUR_MS), settleMs: 0, idSlack: 0 });
    await runCycle(urls, { clock: after(wrongMs), settleMs: 0, idSlack: 0 });
    await query(urls.idbUrl, `update g_userdata_history set value = 'mobile' where keyname = 'csg_MediaOrigin' and callid = 'KEPT'`);
    await query(urls.martUrl, `delete from infomart.chat_session_fact where media_server_ixn_guid = 'LOST'`);
    await query(urls.martUrl, `update infomart.chatmart_source set ignored_keys = null`);
    const next = await runCycle(urls, { clock: after(0), settleMs: 0, idSlack: 0 });
    const facts = await query(
      urls.martUrl,
      `select media_server_ixn_guid as guid, media_origin as origin
       from infomart.chat_session_fact join infomart.chat_session_dim on id = chat_session_dim_key order by 1`,
    );
    const [times] = await query<Record<string, Date>>(
      urls.martUrl,
      'select whole_at, reconciled_at, ignored_keys_at, last_run_at from infomart.chatmart_source where ignored_keys is not null',
    );
    return { next, facts, times: Object.values(times ?? {}).map((time) => time.getTime() - NOW) };
  }

  test.each(
    sampleOf(
      [
        ['a year ahead', YEAR_MS],
        ['a year behind', -YEAR_MS],
      ],
      2,
    ),
  )('%s: the next run does all that is done once a day, and sets its record right', async (_, wrongMs) => {
    const { next, facts, times } = await playWrongRun(wrongMs);
    expect(facts).toEqual([
      { guid: 'KEPT', origin: 'mobile' },
      { guid: 'LOST', origin: 'web' },
    ]);
    expect(next.sources[0]!.reconciled).toMatchObject({ missing: 1 });
    expect(times).toEqual([0, 0, 0, 0]);
  });

  describe('a year ahead', () => {
    beforeAll(async () => {
      urls = await freshDatabases();
      await writeUserData(urls.idbUrl, [...session('G'), ['BAD', 'ChatServerSessionStartedAt', 'never', NOW / 1000]]);
      await writeUserData(urls.idbUrl, [
        ['OPEN', 'ChatServerSessionStartedAt', '2026-03-01T10:00:00Z', NOW / 1000],
        ['OPEN', 'csg_ChatAsyncMode', '1', NOW / 1000],
      ]);
      await query(
        urls.martUrl,
        `insert into infomart.ctl_audit_log (audit_key, job_id, created, processing_status_key, min_start_date_time_key, max_start_date_time_key, created_ts)
         values (nextval('infomart.ctl_audit_log_audit_key_seq'), 'before', now(), 1, 0, 0, $1)`,
        [NOW / 1000],
      );
      await runCycle(urls, { clock: after(YEAR_MS) });
      // The IDB's clock is that of the test machine.
      await query(
        urls.martUrl,
        `update infomart.chatmart_source set complete_until = '2027-03-04 05:06:07', aggregated_until = '2027-03-04 05:06:07'`,
      );
    });

    test('status names each time in the future, and never shows it as a lag of 0 s', async () => {
      const status = await readStatus({ ...urls, idbSchema: 'public', martSchema: 'infomart', clock: after(0) });
      expect(status.timesAhead.map(({ what, source, at, rows }) => [what, source, at, rows])).toEqual([
        ['aggregated_until', 'idb', '2027-03-04T05:06:07.000Z', 1],
        ['complete_until', 'idb', '2027-03-04T05:06:07.000Z', 1],
        ['discard', null, '2027-03-04T05:06:07.000Z', 1],
        ['ignored_keys_at', 'idb', '2027-03-04T05:06:07.000Z', 1],
        ['job', null, '2027-03-04T05:06:07.000Z', 3],
        ['last_run_at', 'idb', '2027-03-04T05:06:07.000Z', 1],
        ['reconciled_at', 'idb', '2027-03-04T05:06:07.000Z', 1],
        ['whole_at', 'idb', '2027-03-04T05:06:07.000Z', 1],
      ]);
      expect(status.sources[0]).toMatchObject({ lagSeconds: null });
      expect(status.aggregates).toMatchObject({ lagSeconds: null });
      expect(status.lastJobs.map(({ job }) => job)).toEqual(['Job_InitializeGIM']);
      const text = toStatusText(status);
      expect(text).toContain(
        "Times ahead       source idb: its aggregates are complete until then: 2027-03-04T05:06:07.000Z, which is in the future by this machine's clock; their lag is unknown;",
      );
      expect(text).toContain('complete until 2027-03-04T05:06:07.000Z, which is in the future; the lag is unknown\n');
      expectText(await problemOf(() => requireLag(status, 86_400)));
    });

    test('doctor names them', async () => {
      const { findings } = await doctor({
        ...urls,
        idbSchema: 'public',
        martSchema: 'infomart',
        clock: after(0),
        readSpace: () => Promise.resolve(null),
      });
      const times = findings.filter(({ check }) => check === 'times');
      expect(times).toHaveLength(8);
      expect(times.map(({ severity }) => severity)).toEqual(Array(8).fill('warning'));
      expect(times.at(-1)!.found).toBe(
        "source idb: its last daily window ended then: 2027-03-04T05:06:07.000Z, which is in the future by this machine's clock; it is ignored; the next run skips no id and corrects it",
      );
    });

    test('the metrics tell no lag of it', async () => {
      const gauges = await readMartGauges(urls.martUrl, 'infomart', new Date(NOW));
      const names = toGaugeSamples(gauges, ['idb'], new Date(NOW)).map(({ name }) => name);
      expect(names).toContain('source_complete_until_timestamp_seconds');
      expect(names).not.toContain('source_lag_seconds');
      expect(names).not.toContain('source_ceiling_age_seconds');
    });

    test('a discard of that time counts as old, and not as young for a year', async () => {
      const limit = (ms: number) => requireFewDiscards({ martUrl: urls.martUrl, martSchema: 'infomart', maxDiscards: 0, clock: after(ms) });
      expect(await problemOf(() => limit(0))).toContain('too-many-discards: 1 discard has');
      await limit(YEAR_MS);
    });

    deepTest('an active session of that time becomes stale a month after, by the transactions around', async () => {
      const { martUrl } = urls;
      const stale = async (days: number): Promise<number> => {
        const status = await readStatus({ ...urls, idbSchema: 'public', martSchema: 'infomart', clock: after(days * 24 * HOUR_MS) });
        return status.sessions.stale;
      };
      expect([await stale(1), await stale(29), await stale(31)]).toEqual([0, 0, 1]);
      // If the clock was a year behind, the session does not become stale earlier either.
      await query(martUrl, `update infomart.ctl_audit_log set created_ts = $1 where job_id <> 'before' and audit_key > 0`, [
        (NOW - YEAR_MS) / 1000,
      ]);
      expect([await stale(1), await stale(31)]).toEqual([0, 1]);
    });
  });
});

describe('the views for SQL', () => {
  test('tell no lag of a time in the future, nor a job that began then as the last', async () => {
    const urls = await freshDatabases();
    const [clock] = await query<{ now: Date }>(urls.martUrl, 'select now() as now');
    const { now } = clock!;
    await runCycle(urls, { clock: () => now });
    await query(
      urls.martUrl,
      `set search_path to infomart;
       insert into ctl_etl_history (job_id, job_name, job_version, start_time, status, created_ts)
       values ('ahead', 'Job_ExtractICON', '0', now() at time zone 'UTC' + interval '1 year', 'FAILED', 0);
       update chatmart_source set complete_until = now() at time zone 'UTC' + interval '1 year'`,
    );
    expect(await query(urls.martUrl, 'select lag_seconds, held_seconds, last_job_status from infomart.mart_status limit 1')).toEqual([
      { lag_seconds: null, held_seconds: null, last_job_status: 'COMPLETED' },
    ]);
    const status = `select status from infomart.admin_etl_job_status where job_name = 'Job_ExtractICON'`;
    expect(await query(urls.martUrl, status)).toEqual([{ status: 'COMPLETED' }]);
    await query(urls.martUrl, `delete from infomart.ctl_etl_history where job_id <> 'ahead'`);
    expect(await query(urls.martUrl, status)).toEqual([{ status: 'FAILED' }]);
    expect(await query(urls.martUrl, 'select last_job_status from infomart.mart_status limit 1')).toEqual([{ last_job_status: 'FAILED' }]);
  });
});

describe('backfill', () => {
  deepTest('reads a slice again that was finished by a clock that was ahead', async () => {
    const urls = await freshDatabases();
    const day = (days: number): string => new Date(Date.UTC(2026, 2, 4 + days)).toISOString();
    const backfillOf = (ms: number) => runBackfill(urls, day(-1), day(1), { clock: after(ms), reprocess: 'missing' });
    await writeUserData(urls.idbUrl, session('FIRST', NOW / 1000 - 86_400));
    await runBackfill(urls, day(-3), day(-2), { clock: after(YEAR_MS) });
    expect((await backfillOf(YEAR_MS)).slices).toMatchObject({ completed: 2, pending: 0 });
    await writeUserData(urls.idbUrl, session('SECOND', NOW / 1000 + 60));
    const again = await backfillOf(24 * HOUR_MS);
    // The slice outside this backfill's range must be read again too, although it was not checked.
    expect(await query(urls.martUrl, `select status from infomart.chatmart_slice order by from_ts limit 1`)).toEqual([
      { status: 'PENDING' },
    ]);
    expect(again.slices).toMatchObject({ completed: 2, skipped: 0 });
    expect(again.gaps).toEqual([{ from: '2026-03-01T00:00:00Z', to: '2026-03-03T00:00:00Z' }]);
    expect(again.sessions.inserted).toBe(1);
    expect((await backfillOf(25 * HOUR_MS)).slices).toMatchObject({ completed: 0, skipped: 2 });
  });
});

describe('what is past its retention', () => {
  let urls: Urls;
  beforeEach(async () => {
    urls = await freshDatabases();
    await writeUserData(urls.idbUrl, session('G'));
    await runCycle(urls);
  });
  const border = (at: string) =>
    query(urls.martUrl, `insert into infomart.ctl_schema_info (property, value, updated_ts) values ('facts-kept-from', $1, 0)`, [at]);
  const facts = () => query(urls.martUrl, 'select from infomart.chat_session_fact');

  test("is not judged by a clock ahead of the mart's server: nothing is deleted", async () => {
    const keep = (aheadMs: number) =>
      maintain({
        ...{ martUrl: urls.martUrl, martSchema: 'infomart', daysToKeepFacts: 30, clock: after(YEAR_MS) },
        readServerTime: () => Promise.resolve(new Date(NOW + YEAR_MS - aheadMs)),
      });
    expectText(await problemOf(() => keep(24 * HOUR_MS + 1)));
    expect(await facts()).toHaveLength(1);
    expect(await query(urls.martUrl, `select from infomart.ctl_schema_info where property = 'facts-kept-from'`)).toEqual([]);
    await keep(24 * HOUR_MS);
    expect(await facts()).toHaveLength(0);
  });

  test('a border in the future ends a run before it leaves out every session', async () => {
    await border('2037-01-01T00:00:00.000Z');
    await writeUserData(urls.idbUrl, session('LATER'));
    expectText(await problemOf(() => runCycle(urls)));
    const { findings } = await doctor({
      ...urls,
      idbSchema: 'public',
      martSchema: 'infomart',
      clock: after(0),
      readSpace: () => Promise.resolve(null),
    });
    expect(findings.find(({ check, severity }) => check === 'times' && severity === 'problem')?.found).toContain(
      'facts are kept from then on: 2037-01-01',
    );
    await query(urls.martUrl, `update infomart.ctl_schema_info set value = '2026-03-01T00:00:00Z' where property = 'facts-kept-from'`);
    expect((await runCycle(urls)).sessions.inserted).toBe(1);
  });

  deepTest('a clock that is behind the border, and behind the server, is no reason to end a run', async () => {
    await border('2026-03-01T00:00:00.000Z');
    await writeUserData(urls.idbUrl, session('LATER'));
    expect((await runCycle(urls, { clock: after(-YEAR_MS) })).sessions.inserted).toBe(1);
  });
});

deepTest('a calendar that is there does not grow back to 1970', async () => {
  const martUrl = await emptyDatabase();
  const migrate = (at: string) => migrateMart({ martUrl, martSchema: 'infomart', clock: () => new Date(at) });
  expect((await migrate('2026-03-04T05:06:07Z')).calendarYears).toEqual([2026, 2027]);
  expect((await migrate('1970-01-01T00:00:00Z')).calendarYears).toEqual([2026, 2027]);
});

describe("the IDB's clock", () => {
  const at = (minute: number): Date => new Date(NOW + minute * 60_000);
  const YEAR = 365 * 24 * 60;
  const mark = (xmax: bigint, minute: number): Mark => ({ xmax, maxId: Number(xmax) * 10, takenAt: at(minute) });
  const state = (over: Partial<SourceState>): SourceState => ({
    ...{
      sourceName: 'idb',
      dataSourceKey: 1,
      window: null,
      identity: null,
      revision: 1,
      wholeCeiling: 100n,
      wholeAt: at(0),
      unreadFrom: null,
    },
    ...{ lastCeiling: 100n, marks: [mark(100n, 0)], completeUntil: at(0) },
    ...over,
  });
  /** A run that takes a snapshot and loads everything below its ceiling. */
  const cycle = (before: SourceState, ceiling: bigint, xmax: bigint, minute: number): SourceState =>
    closeWindow(openWindow(before, { ceiling, xmax, maxId: Number(xmax) * 10, takenAt: at(minute) }, { now: at(0) }), at(0));

  test('that was a year ahead for one run: what it promised holds no longer', () => {
    const wrong = cycle(state({}), 110n, 110n, YEAR);
    expect(wrong.completeUntil).toEqual(at(YEAR));
    expect(cycle(wrong, 120n, 120n, 10).completeUntil).toEqual(at(10));
    // While an older transaction holds the ceiling back, only the wrong snapshot could tell.
    expect(cycle(wrong, 110n, 120n, 10).completeUntil).toBeNull();
    expect(cycle(wrong, 110n, 120n, 10).window).toBeNull();
  });

  test('that was a year behind for one run promises less, until the next one', () => {
    const wrong = cycle(state({}), 110n, 110n, -YEAR);
    expect(wrong.completeUntil).toEqual(at(-YEAR));
    expect(cycle(wrong, 115n, 120n, 10).completeUntil).toEqual(at(-YEAR));
    expect(cycle(wrong, 120n, 120n, 10).completeUntil).toEqual(at(10));
  });

  test('that was wrong does not keep what lies above a ceiling waiting', () => {
    for (const minute of [YEAR, -YEAR, 0])
      expect(aheadOfCeiling(state({ marks: [mark(100n, 0), mark(120n, minute), mark(140n, 12)] }), undefined, 0)).toMatchObject({
        position: 1_000,
        endId: 1_400,
      });
  });

  test('that was wrong gives no age of what holds the ceiling back', async () => {
    const { idbUrl } = await freshDatabases();
    await withConnection({ url: idbUrl, applicationName: 'writer' }, async (writer) => {
      await writer.query('begin; select pg_current_xact_id()');
      await withConnection({ url: idbUrl, applicationName: 'test' }, async (idb) => {
        const [row] = await query<{ xmax: string; past: string; ahead: string }>(
          idb,
          `select pg_current_xact_id()::text as xmax, (now() - interval '1 hour')::text as past, (now() + interval '1 year')::text as ahead`,
        );
        const { xmax, past, ahead } = row!;
        const find = (...times: string[]) =>
          findCeilingHolder(
            idb,
            times.map((takenAt) => ({ xmax, takenAt })),
          );
        expect(await find(ahead)).toBeNull();
        expect(await find(ahead, past)).toMatchObject({ seenSince: new Date(past).toISOString() });
      });
    });
  });
});

describe('ticks', () => {
  test('go on when a clock that was a year ahead is set right', () => {
    vi.useFakeTimers({ now: NOW + YEAR_MS });
    try {
      const ticks: string[] = [];
      const { stop } = createTicker(undefined, () => new Date())((tick) => ticks.push(tick.toISOString()));
      vi.advanceTimersByTime(60_000);
      vi.setSystemTime(NOW);
      vi.advanceTimersByTime(180_000);
      expect(ticks).toEqual([
        '2027-03-04T05:07:00.000Z',
        '2026-03-04T05:07:00.000Z',
        '2026-03-04T05:08:00.000Z',
        '2026-03-04T05:09:00.000Z',
      ]);
      stop();
      vi.advanceTimersByTime(180_000);
      expect(ticks).toHaveLength(4);
    } finally {
      vi.useRealTimers();
    }
  });

  test('come at the seconds of a cron expression as well', () => {
    vi.useFakeTimers({ now: NOW });
    try {
      const ticks: string[] = [];
      const { stop } = createTicker('20,40 * * * * *', () => new Date())((tick) => ticks.push(tick.toISOString().slice(17, 19)));
      vi.advanceTimersByTime(120_000);
      stop();
      expect(ticks).toEqual(['20', '40', '00', '20', '40', '00']);
    } finally {
      vi.useRealTimers();
    }
  });
});
