import { beforeAll, describe, expect, test } from 'vitest';
import { withConnection } from '../../src/db/connection.js';
import type { EmbeddedServer } from '../../src/db/embedded/server.js';
import { freshMart, idbTables, query } from '../support/databases.js';
import { isWhole } from '../support/depth.js';
import { startServerOf } from '../support/server-homes.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { runCycle, type Urls } from '../support/histories.js';
import { insertUserData, type UserDataRow } from '../support/user-data.js';
import { playBesideRuns, type BesideRuns } from '../support/writers-beside-runs.js';

/** A server for IDBs only: a mart that writes beside them would end transactions all the time. */
let server: EmbeddedServer;

beforeAll(async () => {
  server = await startServerOf(temporaryFolder(), { settings: { max_prepared_transactions: '40' } });
});

async function freshDatabases(idb: string): Promise<Urls> {
  await server.ensureDatabase(idb);
  const urls = { idbUrl: server.url(idb), martUrl: await freshMart() };
  await query(urls.idbUrl, idbTables());
  return urls;
}

describe('24 writers beside the runs', () => {
  let played: BesideRuns;

  beforeAll(async () => {
    const urls = await freshDatabases('traffic');
    played = await playBesideRuns({ urls, writeUrl: urls.idbUrl, sessions: isWhole ? 300 : 150, seed: 7 });
  });

  test('the traffic is hard: rows come late, values change, sessions stay incomplete', () => {
    expect(played.runs.length).toBeGreaterThan(3);
    expect(played.missedByLastId).toBeGreaterThan(100);
    expect(played.incomplete).toBeGreaterThan(10);
    expect(played.runs.reduce((sum, { sessions }) => sum + sessions.updated, 0)).toBeGreaterThan(50);
  });

  test('nothing is missed and nothing doubled: the mart is what the committed rows add up to', () => {
    expect(played.differences).toEqual([]);
  });

  test('nothing is left for one more run', () => {
    expect(played.oneMore).toMatchObject({ rows: 0, intervals: 0 });
  });

  test('old rows that are updated in place are found on the next day', () => {
    expect(played.differencesNextDay).toEqual([]);
  });
});

describe('a large writer', () => {
  const closed = (guid: string): UserDataRow[] => [
    [guid, 'ChatServerSessionStartedAt', '2026-03-01T10:07:00Z'],
    [guid, 'ChatServerSessionClosedAt', '2026-03-01T10:17:00Z'],
  ];

  test('that ends first does not hide a small one that began beside it', async () => {
    const urls = await freshDatabases('large');
    const icon = { url: urls.idbUrl, applicationName: 'ICON' };
    await withConnection(icon, (large) =>
      withConnection(icon, async (small) => {
        await large.query('begin');
        await insertUserData(large, closed('large'));
        await small.query('begin');
        await insertUserData(small, closed('small'));
        // More ids than a run looks back, and no transaction has ended since the small one began.
        await large.query(
          `insert into g_userdata_history (callid, keyname, value, changetype, added_ts)
           select 'large', 'Subject', '', 1, 0 from generate_series(1, 60000)`,
        );
        await large.query('commit');
        await runCycle(urls, { settleMs: 0 });
        await small.query('commit');
      }),
    );
    await runCycle(urls);
    const facts = await query<{ guid: string }>(
      urls.martUrl,
      'select media_server_ixn_guid as guid from infomart.chat_session_fact order by guid',
    );
    expect(facts.map(({ guid }) => guid)).toEqual(['large', 'small']);
  });
});
