import { beforeEach, expect, test } from 'vitest';
import { withConnection } from '../../../src/db/connection.js';
import { raiseFactsKeptFrom } from '../../../src/mart/retention.js';
import { freshIdb, freshMartFrom2025, query, testClock } from '../../support/databases.js';
import { runCycle, type Urls } from '../../support/histories.js';
import { countsOf, reconcileAll } from '../../support/reconciliation.js';
import { writeUserData, type UserDataRow } from '../../support/user-data.js';
import { maintain } from '../../support/jobs.js';

const START = 'ChatServerSessionStartedAt';
const END = 'ChatServerSessionClosedAt';
/** The first instant that 366 days of retention keep, on 4 March 2026. */
const BORDER = new Date('2025-03-01T00:00:00Z');
const NOW_TS = Date.UTC(2026, 2, 3) / 1000;

const session = (guid: string, start: string, storedTs = Date.parse(start) / 1000 + 600): UserDataRow[] => [
  [guid, START, start, storedTs],
  [guid, END, new Date(Date.parse(start) + 600_000).toISOString(), storedTs],
];

let urls: Urls;
beforeEach(async () => {
  urls = { idbUrl: await freshIdb(), martUrl: await freshMartFrom2025() };
  await writeUserData(urls.idbUrl, [...session('OLD-1', '2025-01-10T10:00:00Z'), ...session('OLD-2', '2025-01-10T11:00:00Z')]);
  await writeUserData(urls.idbUrl, session('NEW', '2026-03-02T11:00:00Z'));
  await runCycle(urls);
});

const keep = () => maintain({ martUrl: urls.martUrl, martSchema: 'infomart', daysToKeepFacts: 366, clock: testClock });
const factGuids = async () =>
  (await query<{ guid: string }>(urls.martUrl, 'select media_server_ixn_guid as guid from infomart.chat_session_fact order by 1')).map(
    ({ guid }) => guid,
  );
const readDays = () =>
  query(
    urls.martUrl,
    `select to_char(to_timestamp(date_time_key) at time zone 'UTC', 'YYYY-MM-DD') as day, sum(sessions)::int as sessions
     from infomart.ag2_chat_stats_day group by 1 order by 1`,
  );
const DAYS = [
  { day: '2025-01-10', sessions: 2 },
  { day: '2026-03-02', sessions: 1 },
];

test('a fact left by an interrupted purge and then moved by late keys stays in the sums of its day', async () => {
  // The border moves in a transaction of its own; the purge broke off right after it.
  await withConnection({ url: urls.martUrl, schema: 'infomart', applicationName: 'test' }, (mart) => {
    const { text, values } = raiseFactsKeptFrom(BORDER, NOW_TS);
    return mart.query(text, [...values!]);
  });
  await writeUserData(urls.idbUrl, [['OLD-1', 'csg_PartiesAsAgentCount', '1', NOW_TS]]);
  expect(await runCycle(urls)).toMatchObject({ expired: 1 });
  expect(await factGuids()).toEqual(['NEW', 'OLD-2']);
  expect(await readDays()).toEqual(DAYS);
  await keep();
  expect(await factGuids()).toEqual(['NEW']);
  expect(await readDays()).toEqual(DAYS);
});

test('an old session all of whose rows came late is left out, and no comparison calls it missing', async () => {
  await keep();
  await writeUserData(urls.idbUrl, session('LATE', '2025-01-20T10:00:00Z', NOW_TS));
  expect(await runCycle(urls)).toMatchObject({ expired: 1, sessions: { inserted: 0 } });
  const found = await reconcileAll(urls, { from: new Date('2026-03-02T00:00:00Z') });
  expect(countsOf(found)).toMatchObject({ missing: 0, different: 0 });
  expect(await factGuids()).toEqual(['NEW']);
});

test('a lost session within the retention is found and restored', async () => {
  await keep();
  await query(urls.martUrl, `delete from infomart.chat_session_fact where media_server_ixn_guid = 'NEW'`);
  const found = await reconcileAll(urls, { from: new Date('2025-01-01T00:00:00Z') });
  expect(countsOf(found)).toMatchObject({ missing: 1, different: 0, repaired: 1 });
  expect(await factGuids()).toEqual(['NEW']);
});
