import { beforeAll, expect, test } from 'vitest';
import { withConnection } from '../../../src/db/connection.js';
import { checkIdbSessions } from '../../../src/commands/status/data-checks/check-idb-sessions.js';
import { checkMart } from '../../../src/commands/status/status.js';
import { isBroken } from '../../../src/commands/status/data-checks/data-check.js';
import { readKvpMap } from '../../../src/spec/kvp-map.js';
import { freshIdb, freshMartFrom2025, query, testClock } from '../../support/databases.js';
import { runCycle, type Urls } from '../../support/histories.js';
import { writeUserData, type UserDataRow } from '../../support/user-data.js';
import { erase, maintain } from '../../support/jobs.js';

const map = readKvpMap();
const HOUR = 3_600;
let urls: Urls;

const session = (guid: string, start: string): UserDataRow[] => {
  const storedTs = Date.parse(start) / 1000 + HOUR;
  return [
    [guid, 'ChatServerSessionStartedAt', start, storedTs],
    [guid, 'ChatServerSessionClosedAt', new Date((storedTs - HOUR / 2) * 1000).toISOString(), storedTs],
  ];
};

/** What the checks find, per mart and per source. */
const breaches = () =>
  withConnection({ url: urls.martUrl, schema: 'infomart', applicationName: 'test' }, async (mart) => {
    const source = { name: 'idb', url: urls.idbUrl, idbSchema: 'public', idbTable: undefined };
    const results = [...(await checkMart(mart)), await checkIdbSessions(mart, { source, map, now: testClock() })];
    expect(results.map(({ skipped }) => skipped)).toEqual(results.map(() => null));
    return results.filter(isBroken).flatMap(({ name, examples }) => examples.map((example) => `${name}: ${example}`));
  });

beforeAll(async () => {
  urls = { idbUrl: await freshIdb(), martUrl: await freshMartFrom2025() };
  await writeUserData(urls.idbUrl, [...session('old', '2025-11-20T10:00:00Z'), ...session('new', '2026-03-03T10:00:00Z')]);
  await writeUserData(urls.idbUrl, session('erased', '2026-03-03T11:00:00Z'));
  await runCycle(urls);
  await maintain({ ...urls, martSchema: 'infomart', daysToKeepFacts: 60, clock: testClock });
  await erase({ ...urls, martSchema: 'infomart', guids: ['erased'], clock: testClock });
  // Late keys of a purged session, and of one that was never loaded and is now too old.
  const now = testClock().getTime() / 1000;
  await writeUserData(urls.idbUrl, [
    ['old', 'csg_PartiesAsAgentCount', '1', now - HOUR],
    ['old and late', 'ChatServerSessionStartedAt', '2025-11-21T10:00:00Z', now - HOUR],
    ['old and late', 'ChatServerSessionClosedAt', '2025-11-21T10:10:00Z', now - HOUR],
    ['erased', 'csg_PartiesAsAgentCount', '1', now - HOUR],
  ]);
  await runCycle(urls);
});

test('what is purged, expired or erased breaks no check', async () => {
  expect(await query(urls.martUrl, 'select media_server_ixn_guid as guid from infomart.chat_session_fact')).toEqual([{ guid: 'new' }]);
  expect(await query(urls.martUrl, 'select sum(sessions)::int as sessions from infomart.ag2_chat_stats_day')).toEqual([{ sessions: 2 }]);
  expect(await breaches()).toEqual([]);
});

test('what came back after it was erased is found', async () => {
  const erasure = 'select guid_hash, salt, erased_ts, create_audit_key from infomart.chatmart_erased';
  await query(urls.martUrl, `create table infomart.tombstones as ${erasure}; delete from infomart.chatmart_erased`);
  await writeUserData(urls.idbUrl, [['erased', 'csg_PartiesAsAgentCount', '2', testClock().getTime() / 1000 - HOUR]]);
  await runCycle(urls);
  await query(urls.martUrl, 'insert into infomart.chatmart_erased select * from infomart.tombstones; drop table infomart.tombstones');
  expect(await breaches()).toEqual(['erased: session erased: it was erased']);
  await erase({ ...urls, martSchema: 'infomart', guids: ['erased'], clock: testClock });
  expect(await breaches()).toEqual([]);
});

test('what is kept is checked as before', async () => {
  await query(urls.martUrl, 'delete from infomart.chat_session_fact');
  expect(await breaches()).toEqual([
    expect.stringMatching(/: of no session$/),
    'idb-sessions-idb: session new: neither a fact nor an open discard',
  ]);
});
