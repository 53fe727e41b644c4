import { beforeEach, describe, expect, test } from 'vitest';
import { withConnection } from '../../../src/db/connection.js';
import type { MartStatus } from '../../../src/commands/status/summary.js';
import { readStatus, requireLag } from '../../../src/commands/status/status.js';
import { systemClock } from '../../../src/model/clock.js';
import { freshDatabases, query } from '../../support/databases.js';
import { deepTest } from '../../support/depth.js';
import { runCycle, type Urls } from '../../support/histories.js';
import { problemOf } from '../../support/problem-of.js';
import { writeUserData } from '../../support/user-data.js';
import { aggregate, migrateMart } from '../../support/jobs.js';
import { expectText } from '../../support/expect-text.js';

const mart = (urls: Urls) => ({ martUrl: urls.martUrl, martSchema: 'infomart' });
const statusOf = (urls: Urls, secondsLater = 0): Promise<MartStatus> =>
  readStatus({
    ...urls,
    idbSchema: 'public',
    martSchema: 'infomart',
    clock: () => new Date(systemClock().getTime() + secondsLater * 1000),
  });

const closed = (guid: string) =>
  [
    [guid, 'ChatServerSessionStartedAt', '2026-03-01T10:07:00Z'],
    [guid, 'ChatServerSessionClosedAt', '2026-03-01T10:17:00Z'],
  ] as const;

let urls: Urls;
beforeEach(async () => {
  urls = await freshDatabases();
  await writeUserData(urls.idbUrl, closed('1'));
});

interface ViewRow {
  readonly object_name: string;
  readonly source_name: string | null;
  readonly complete_until: Date | null;
  readonly lag_seconds: number | null;
  readonly held_seconds: number | null;
  readonly pending_intervals: number;
}
const readView = (): Promise<ViewRow[]> => query<ViewRow>(urls.martUrl, 'select * from infomart.mart_status');

describe('complete until, and how far behind', () => {
  test('a quiet night is no lag: runs over nothing new move it', async () => {
    await runCycle(urls);
    const evening = await statusOf(urls);
    const secondRunAt = systemClock();
    await runCycle(urls);
    const morning = await statusOf(urls);
    const [before, after] = [evening, morning].map(({ sources }) => sources[0]!);
    expect(after!.completeUntil! > before!.completeUntil!).toBe(true);
    expect(Date.parse(after!.completeUntil!)).toBeGreaterThanOrEqual(secondRunAt.getTime());
    expect(after!.lagSeconds).toBeLessThanOrEqual((systemClock().getTime() - secondRunAt.getTime()) / 1000 + 1);
    expect(morning.aggregates.completeUntil).toBe(after!.completeUntil);
    expect(() => requireLag(morning, 3_600)).not.toThrow();
  });

  test('a transaction that stays open is one, however often runs look', async () => {
    await runCycle(urls);
    await withConnection({ url: urls.idbUrl, applicationName: 'ICON' }, async (icon) => {
      await icon.query(`begin; insert into g_userdata_history (callid, keyname, changetype) values ('2', 'Subject', 1)`);
      const [begun] = await query<{ at: Date }>(icon, 'select clock_timestamp() as at');
      await runCycle(urls, { settleMs: 0 });
      await runCycle(urls, { settleMs: 0 });
      const held = await statusOf(urls, 3_600);
      expect(Date.parse(held.sources[0]!.completeUntil!)).toBeLessThanOrEqual(begun!.at.getTime());
      expect(held.sources[0]!.lagSeconds).toBeGreaterThanOrEqual(3_600);
    });
  });

  deepTest('aggregates fall behind alone when only their job fails, and catch up', async () => {
    await runCycle(urls);
    const before = await statusOf(urls);
    await query(urls.martUrl, 'alter table infomart.agt_chat_stats_day add constraint broken check (sessions < 2)');
    await writeUserData(urls.idbUrl, closed('2'));
    await expect(runCycle(urls)).rejects.toThrow('broken');
    const behind = await statusOf(urls);
    expect(behind.sources[0]!.completeUntil! > before.sources[0]!.completeUntil!).toBe(true);
    expect(behind.aggregates.completeUntil).toBe(before.aggregates.completeUntil);
    expect(behind.pendingIntervals).toBe(1);
    const late = { ...behind, aggregates: { completeUntil: '2026-03-04T05:00:00.000Z', lagSeconds: 1_201 } };
    expectText(await problemOf(() => requireLag(late, 1_200)));
    expect((await readView()).map(({ object_name, complete_until }) => [object_name, complete_until?.toISOString()])).toEqual([
      ...['CHAT_SESSION_FACT', 'AG2_CHAT_STATS_SUBHR', 'AG2_CHAT_STATS_HOUR'].map((name) => [name, behind.sources[0]!.completeUntil]),
      ...['DAY', 'WEEK', 'MONTH', 'QRTR', 'YEAR'].map((level) => [`AG2_CHAT_STATS_${level}`, before.aggregates.completeUntil]),
    ]);

    await query(urls.martUrl, 'alter table infomart.agt_chat_stats_day drop constraint broken');
    await aggregate(mart(urls));
    const after = await statusOf(urls);
    expect(after.aggregates.completeUntil).toBe(after.sources[0]!.completeUntil);
  });

  test('a twin that was never read, or is away, makes all of it late', async () => {
    await runCycle(urls);
    const one = await statusOf(urls);
    const two = {
      ...one,
      idbs: [
        ...one.idbs,
        {
          name: 'idb2',
          problem: null,
          code: null,
          mustChange: false,
          ceilingHolder: null,
          waiting: null,
          withoutTime: null,
          idDoubts: [],
          lookSeconds: null,
          notRead: null,
        },
      ],
    };
    expect(await problemOf(() => requireLag(two, 86_400))).toContain('nothing of source idb2 is complete yet');
    const away = { ...one, sources: [{ ...one.sources[0]!, completeUntil: '2026-03-04T05:00:00.000Z', lagSeconds: 61 }] };
    expect(await problemOf(() => requireLag(away, 60))).toContain('source idb is complete until 2026-03-04T05:00:00.000Z, 61 s ago');
    expect(() => requireLag(away, 61)).not.toThrow();
  });
});

describe('MART_STATUS', () => {
  test('has a row an object before anything was loaded', async () => {
    const rows = await readView();
    expect(rows).toHaveLength(8);
    expect(rows[0]).toEqual({
      ...{ object_name: 'CHAT_SESSION_FACT', source_name: null, complete_until: null, lag_seconds: null, last_run_at: null },
      ...{ held_seconds: null, is_loading: null, pending_intervals: 0, active_sessions: 0, stale_sessions: 0, open_discards: 0 },
      ...{ last_job_name: 'Job_InitializeGIM', last_job_status: 'COMPLETED', last_job_start_time: expect.any(Date) as Date },
    });
  });

  test('says what the status says', async () => {
    await writeUserData(urls.idbUrl, [
      ['open', 'ChatServerSessionStartedAt', '2026-03-01T10:07:00Z'],
      ['open', 'csg_ChatAsyncMode', '1'],
      ['bad', 'ChatServerSessionStartedAt', 'never'],
    ]);
    await runCycle(urls);
    await query(
      urls.martUrl,
      `update infomart.ctl_audit_log set created_ts = extract(epoch from now()) - 30 * 86400 - 60 where audit_key > 0;
       insert into infomart.chatmart_pending_agg (start_date_time_key, audit_key) values (900, 1), (900, 2);
       update infomart.chatmart_source set last_run_at = complete_until + interval '4 minutes'`,
    );
    const status = await statusOf(urls);
    const [row] = await readView();
    expect(row).toMatchObject({
      source_name: 'idb',
      complete_until: new Date(status.sources[0]!.completeUntil!),
      ...{ held_seconds: 240, is_loading: false, pending_intervals: 1, active_sessions: 1, stale_sessions: 1, open_discards: 1 },
    });
    expect(status).toMatchObject({ pendingIntervals: 1, sessions: { active: 1, stale: 1 }, openDiscards: [{ count: 1 }] });
    expect(Math.abs(row!.lag_seconds! - status.sources[0]!.lagSeconds!)).toBeLessThan(60);
  });
});

describe('ignored keys', () => {
  deepTest('are looked for once a day, the most frequent first', async () => {
    const at = (text: string) => () => new Date(text);
    await writeUserData(urls.idbUrl, [
      ['1', 'Subject', 'a'],
      ['1', 'Brand', 'a'],
      ['1', 'Subject', 'b'],
    ]);
    await runCycle(urls, { clock: at('2026-03-04T05:00:00Z') });
    const first = await statusOf(urls);
    expect(first.sources[0]!.ignoredKeys).toEqual({
      at: '2026-03-04T05:00:00.000Z',
      rows: 5,
      keys: [
        { name: 'Subject', rows: 2 },
        { name: 'Brand', rows: 1 },
      ],
    });
    await writeUserData(urls.idbUrl, [['1', 'Later', 'a']]);
    await runCycle(urls, { clock: at('2026-03-05T04:59:59Z') });
    expect((await statusOf(urls)).sources[0]!.ignoredKeys).toEqual(first.sources[0]!.ignoredKeys);
    await runCycle(urls, { clock: at('2026-03-05T05:00:00Z') });
    expect((await statusOf(urls)).sources[0]!.ignoredKeys).toMatchObject({ rows: 6, keys: [{}, {}, { name: 'Later' }] });
  });
});

describe('a mart of the release before', () => {
  const older = `alter table infomart.chatmart_source drop column aggregated_until cascade, drop column ignored_keys, drop column ignored_keys_at;
    delete from infomart.chatmart_migration where name = '016_status';
    update infomart.ctl_schema_info set value = 'older' where property = 'generated-schema-hash'`;

  test.each([
    ['its aggregates are as far as its facts', '', '2026-03-04T05:00:00.000Z'],
    ['unless something waits for them', 'insert into infomart.chatmart_pending_agg values (900, 1);', null],
  ])('%s', async (_, waiting, expected) => {
    await query(
      urls.martUrl,
      `${older}; ${waiting} insert into infomart.chatmart_source (source_name, data_source_key, complete_until) values ('idb', 1, '2026-03-04 05:00:00')`,
    );
    expect((await migrateMart(mart(urls))).applied).toEqual(['016_status', 'generated-schema']);
    expect((await statusOf(urls)).aggregates.completeUntil).toBe(expected);
  });
});
