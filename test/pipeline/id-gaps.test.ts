import { expect, test } from 'vitest';
import { freshIdb, freshMart, query } from '../support/databases.js';
import { runCycle } from '../support/histories.js';
import { writeUserData } from '../support/user-data.js';

const START = '2026-03-01T10:00:00Z';

test('a gap of a billion million ids is stepped over, and what lies behind it is loaded', { timeout: 20_000 }, async () => {
  const urls = { idbUrl: await freshIdb(), martUrl: await freshMart() };
  for (const [callid, firstId] of [
    ['before', 1],
    ['behind', 1_000_000_000_000_000],
  ] as const) {
    await query(urls.idbUrl, `select setval('g_userdata_history_id_seq', $1, false)`, [firstId]);
    await writeUserData(urls.idbUrl, [
      [callid, 'ChatServerSessionStartedAt', START],
      [callid, 'ChatServerSessionClosedAt', '2026-03-01T10:05:00Z'],
    ]);
  }
  expect((await runCycle(urls)).sessions).toMatchObject({ inserted: 2 });
});
