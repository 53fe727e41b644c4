import type { Slice } from '../../../src/model/time-span.js';
import { beforeAll, describe, expect, test } from 'vitest';
import { cutSlices } from '../../../src/commands/backfill/slices.js';
import { writeSimulatedSessions } from '../../../src/commands/simulate/simulate.js';
import { createRandom } from '../../../src/simulate/random.js';
import { loadSlicesInOrder, readWrites, runBackfill } from '../../support/backfill-histories.js';
import { freshIdb, freshMart, query, testClock } from '../../support/databases.js';
import { deepTest, isWhole, sampleOf } from '../../support/depth.js';
import { compareMarts, runOnceOverRowsOf } from '../../support/growing-idb.js';
import { runCycle, type Urls } from '../../support/histories.js';
import { writeUserData, type UserDataRow } from '../../support/user-data.js';
import { run } from '../../support/jobs.js';

const FROM = '2026-02-10T00:00:00Z';
const TO = '2026-02-14T00:00:00Z';
const DAY = 86_400;
const HOUR = 3_600;

/** The slices of a range, in random order. */
function shuffledSlices(seed: number, width: number, from = FROM, to = TO): Slice[] {
  const random = createRandom(seed, 0);
  return cutSlices({ from: new Date(from), to: new Date(to) }, width)
    .map((slice) => ({ slice, order: random.next() }))
    .sort((left, right) => left.order - right.order)
    .map(({ slice }) => slice);
}

/** Fewer in npm test. */
const SESSIONS = isWhole ? 2_000 : 400;

describe(`a backfill of ${SESSIONS} sessions`, () => {
  let idbUrl = '';
  let whole: Urls;

  beforeAll(async () => {
    idbUrl = await freshIdb();
    await writeSimulatedSessions({
      idbUrl,
      idbSchema: 'public',
      sessions: SESSIONS,
      seed: 11,
      statistics: 'mixed',
      timeForm: 'mixed',
      from: new Date(FROM),
      to: new Date('2026-02-13T00:00:00Z'),
      until: new Date(TO),
      log: () => undefined,
    });
    await correctSome();
    whole = { idbUrl, martUrl: await freshMart() };
    await runCycle(whole);
  });

  /** Corrections hours or days later: other values, deletions, and bad values replaced by good ones. */
  async function correctSome(): Promise<void> {
    const started = await query<{ callid: string; added_ts: number }>(
      idbUrl,
      `select callid, added_ts from g_userdata_history where keyname = 'ChatServerSessionStartedAt' order by id`,
    );
    const random = createRandom(3, 0);
    const rows = started.flatMap(({ callid, added_ts: ts }): UserDataRow[] => {
      const later = Math.min(ts + random.integer(0, 2 * DAY), Date.parse(TO) / 1000 - 1);
      const row = (key: string, value: string | null, seconds = 0): UserDataRow => [callid, key, value, later - seconds];
      if (random.chance(0.05)) return [row('ChatServerSessionStartedAt', new Date((ts - 7 * HOUR) * 1000).toISOString())];
      if (random.chance(0.05)) return [row('csg_PartiesAsAgentCount', 'many'), row('csg_PartiesAsAgentCount', '7', -HOUR)];
      if (random.chance(0.05)) return [row('csg_LanguageName', null), row('csg_TenantId', 'Bank', HOUR)];
      return random.chance(0.02) ? [row('ChatServerSessionClosedAt', 'never')] : [];
    });
    await writeUserData(
      idbUrl,
      rows.filter((row) => row[3]! < Date.parse(TO) / 1000),
    );
  }

  const freshUrls = async (): Promise<Urls> => ({ idbUrl, martUrl: await freshMart() });

  const lastWrites = (urls: Urls) => readWrites(urls.martUrl);

  test.each(
    sampleOf(
      [
        ['a day', DAY],
        ['an hour', HOUR],
      ] as const,
      2,
    ),
  )('in slices of %s, in any order, ends in the mart of one run', async (_, width) => {
    const urls = await freshUrls();
    await loadSlicesInOrder(urls, shuffledSlices(width, width));
    expect(await compareMarts(whole.martUrl, urls.martUrl)).toEqual([]);
  });

  deepTest('in one go ends in the mart of one run; a second time it writes nothing', async () => {
    const urls = await freshUrls();
    const first = await runBackfill(urls, FROM, TO, { sliceSeconds: 6 * HOUR });
    expect(first).toMatchObject({ slices: { total: 16, completed: 16, pending: 0, skipped: 0 }, notices: [] });
    expect(first.sessions.inserted).toBeGreaterThan(0.75 * SESSIONS);
    expect(first.sessions.updated).toBeGreaterThan(SESSIONS / 40);
    expect(await compareMarts(whole.martUrl, urls.martUrl)).toEqual([]);

    const written = await lastWrites(urls);
    const second = await runBackfill(urls, FROM, TO);
    expect(second).toMatchObject({ rows: first.rows, sessions: { inserted: 0, updated: 0, deleted: 0 }, discards: {}, intervals: 0 });
    expect(await lastWrites(urls)).toEqual(written);
  });

  test('over a mart that is complete writes nothing, and leaves the watermark where it is', async () => {
    const source = () => query(whole.martUrl, 'select * from infomart.chatmart_source');
    const [written, before] = [await lastWrites(whole), await source()];
    const { sessions, intervals } = await runBackfill(whole, FROM, TO);
    expect({ ...sessions, intervals }).toMatchObject({ inserted: 0, updated: 0, deleted: 0, intervals: 0 });
    expect(await lastWrites(whole)).toEqual(written);
    expect(await source()).toEqual(before);
  });

  deepTest('beside a run ends in the mart of one run', async () => {
    const urls = await freshUrls();
    const [cycle, history] = await Promise.all([runCycle(urls), runBackfill(urls, FROM, TO, { sliceSeconds: 6 * HOUR })]);
    expect(cycle.rows).toBe(history.rows);
    // If a later chunk takes a session back, its fact was inserted and deleted.
    const added = [cycle, history].reduce((sum, { sessions }) => sum + sessions.inserted - sessions.deleted, 0);
    expect(added).toBe((await query(urls.martUrl, 'select from infomart.chat_session_fact')).length);
    expect(await compareMarts(whole.martUrl, urls.martUrl)).toEqual([]);
    expect(await query(urls.martUrl, `select distinct status from infomart.ctl_etl_history`)).toEqual([{ status: 'COMPLETED' }]);
    expect(await runCycle(urls)).toMatchObject({ rows: 0, intervals: 0 });
  });

  deepTest('of a part holds what the rows of that part say, until the others come', async () => {
    const urls = await freshUrls();
    await runBackfill(urls, FROM, '2026-02-11T00:00:00Z');
    const partial = await compareMarts(whole.martUrl, urls.martUrl);
    expect(partial).not.toEqual([]);
    await runCycle(urls);
    expect(await compareMarts(whole.martUrl, urls.martUrl)).toEqual([]);
  });

  deepTest('reads the rows of a view', async () => {
    const urls = await freshUrls();
    await query(idbUrl, 'create or replace view all_rows as select * from g_userdata_history');
    const { table, notices } = await runBackfill(urls, FROM, TO, { idbTable: 'all_rows' });
    expect({ table, notices }).toEqual({ table: 'public.all_rows', notices: [] });
    const byRun = await freshUrls();
    await run({ ...byRun, martSchema: 'infomart', idbSchema: 'public', idbTable: 'all_rows', clock: testClock, settleMs: 0 });
    expect(await compareMarts(byRun.martUrl, urls.martUrl)).toEqual([]);
  });
});

/** Possible values of each key; null: it is deleted. */
const VALUES: Readonly<Record<string, readonly (string | null)[]>> = {
  ChatServerSessionStartedAt: ['2026-02-10T10:07:00Z', '1770718020', '2026-02-10T09:50:00Z', '2026-02-11T00:10:00Z', 'soon', '', null],
  ChatServerSessionClosedAt: ['2026-02-10T10:17:00Z', '2026-02-10T10:06:30Z', '2026-02-11T00:20:00Z', 'later', '', null],
  csg_ChatAsyncMode: ['0', '1', '1', null],
  csg_TenantId: ['1', '101', 'Bank', '', null],
  csg_MediaType: ['chat', 'CHAT', null],
  csg_ChatSessionID: ['s', 's'.repeat(300), ' s ', null],
  csg_PartiesAsAgentCount: ['0', '1', '-1', ' 1', '', null],
};

describe('any rows, stored at any time, in slices in any order', () => {
  // Some starts lie more than a day after the first of these minutes and less than a day after the last.
  const MINUTES = { from: '2026-02-10T00:00:00Z', to: '2026-02-10T00:20:00Z' };

  test('end in the same mart as one run', async () => {
    const random = createRandom(20260304, 0);
    const rows: UserDataRow[] = [];
    for (let session = 0; session < (isWhole ? 1_500 : 200); session++) {
      // Only some keys per session, so that they repeat: order matters for repeated keys.
      const keys = Object.keys(VALUES).filter((key) => key.startsWith('ChatServer') || random.chance(0.4));
      for (let n = random.integer(1, 9); n > 0; n--) {
        const key = random.pick(keys);
        rows.push([String(session), key, random.pick(VALUES[key]!), Date.parse(MINUTES.from) / 1000 + random.integer(0, 1_199)]);
      }
    }
    const idbUrl = await freshIdb();
    await writeUserData(
      idbUrl,
      rows
        .map((row) => ({ row, order: random.next() }))
        .sort((left, right) => left.order - right.order)
        .map(({ row }) => row),
    );
    const urls = { idbUrl, martUrl: await freshMart() };
    await loadSlicesInOrder(urls, shuffledSlices(1, 60, MINUTES.from, MINUTES.to));
    const whole = await runOnceOverRowsOf(idbUrl);
    const found = await compareMarts(whole.martUrl, urls.martUrl);
    const rowsOf = (difference: string) =>
      query(idbUrl, `select id, keyname, value, changetype, added_ts from g_userdata_history where callid = $1 order by id`, [
        /^\d+/.exec(difference)?.[0],
      ]);
    expect(await Promise.all(found.slice(0, 3).map(async (difference) => [difference, await rowsOf(difference)]))).toEqual([]);
  });
});
