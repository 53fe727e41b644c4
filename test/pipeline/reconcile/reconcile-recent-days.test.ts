import { beforeEach, expect, it } from 'vitest';
import { reconcileRecentDays } from '../../../src/pipeline/reconcile/recent-days.js';
import type { ReconciledSource } from '../../../src/pipeline/reconcile/summary.js';
import { withLoading } from '../../../src/pipeline/source.js';
import { emptyTotals } from '../../../src/pipeline/totals.js';
import { freshDatabases, query, testClock } from '../../support/databases.js';
import { runCycle, type Urls } from '../../support/histories.js';
import { writeUserData, type UserDataRow } from '../../support/user-data.js';
import { withJob } from '../../support/jobs.js';

const NOW = testClock().getTime();
const HOUR_MS = 3_600_000;

const session = (guid: string, hoursAgo: number): UserDataRow[] =>
  [
    ['ChatServerSessionStartedAt', '2026-03-01T10:00:00Z'],
    ['ChatServerSessionClosedAt', '2026-03-01T10:05:00Z'],
  ].map(([key, value]) => [guid, key!, value!, NOW / 1000 - hoursAgo * 3600]);

let urls: Urls;
let lines: string[];

beforeEach(async () => {
  lines = [];
  urls = await freshDatabases();
  await writeUserData(urls.idbUrl, [...session('OLD', 73), ...session('NEW', 71), ...session('JUST', 1)]);
});

/** What a run compares after loading, some hours after the first run. */
const recentDays = (hoursLater: number): Promise<ReconciledSource | null> =>
  withJob(urls, { clock: () => new Date(NOW + hoursLater * HOUR_MS), log: (line) => lines.push(line) }, (job) =>
    withLoading(
      job,
      { target: { ...urls, martSchema: 'infomart', idbSchema: 'public' }, totals: emptyTotals(), applicationName: 'test' },
      (loading) => reconcileRecentDays(loading, { state: loading.state, changed: null }),
    ),
  );

const deleteFacts = () => query(urls.martUrl, 'delete from infomart.chat_session_fact');
const facts = async (): Promise<string[]> =>
  (await query<{ guid: string }>(urls.martUrl, 'select media_server_ixn_guid as guid from infomart.chat_session_fact order by 1')).map(
    ({ guid }) => guid,
  );
const reconciledAt = async (): Promise<unknown> =>
  (await query<{ at: unknown }>(urls.martUrl, `select reconciled_at at time zone 'UTC' as at from infomart.chatmart_source`))[0]?.at;

it('compares three days, once a day, and puts on record that it did', async () => {
  await runCycle(urls);
  await query(urls.martUrl, 'update infomart.chatmart_source set reconciled_at = null');
  await deleteFacts();
  expect(await recentDays(0)).toMatchObject({ interactions: 2, missing: 2, repaired: 2, hoursNotJudged: 0 });
  expect(await facts()).toEqual(['JUST', 'NEW']);
  expect(lines).toEqual(['the last days of source idb differed from the mart: 2 interactions, 2 missing, 0 different; read again']);
  expect(await reconciledAt()).toEqual(new Date(NOW));
  expect(
    await query(urls.martUrl, `select status, row_count, message from infomart.ctl_etl_history where job_name = 'Job_ReconcileICON'`),
  ).toEqual([{ status: 'COMPLETED', row_count: 2, message: '2 interactions, 2 missing, 0 different' }]);

  await deleteFacts();
  expect(await recentDays(23)).toBeNull();
  expect(await facts()).toEqual([]);
  expect(await recentDays(24)).toMatchObject({ interactions: 1, missing: 1, repaired: 1 });
  expect(await facts()).toEqual(['JUST']);
  lines = [];
  expect(await recentDays(48)).toMatchObject({ interactions: 1, right: 1, comparedInFull: 0 });
  expect(lines).toEqual([]);
});

it('belongs to a run: one a day later repairs a fact that is gone, and says so', async () => {
  await runCycle(urls);
  await deleteFacts();
  const summary = await runCycle(urls, { clock: () => new Date(NOW + 24 * HOUR_MS) });
  expect(await facts()).toEqual(['JUST']);
  expect(summary.sources).toMatchObject([{ reconciled: { interactions: 1, missing: 1, different: 0 } }]);
});

it('the run that reads everything for the first time leaves nothing to compare', async () => {
  expect(await recentDays(0)).toBeNull();
  expect(await facts()).toEqual([]);
  expect(await reconciledAt()).toEqual(new Date(NOW));
});

it('without an index on ADDED_TS a run says so once a day and compares nothing', async () => {
  await runCycle(urls);
  await query(urls.martUrl, 'update infomart.chatmart_source set reconciled_at = null');
  await query(urls.idbUrl, 'drop index idx_g_ud_h_ats');
  await deleteFacts();
  expect(await recentDays(0)).toBeNull();
  expect(await recentDays(1)).toBeNull();
  expect(lines).toEqual(['public.g_userdata_history has no index on ADDED_TS; the last days are not compared with the mart']);
  expect(await facts()).toEqual([]);
});
