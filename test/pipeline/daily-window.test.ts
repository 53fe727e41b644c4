import { describe, expect, test } from 'vitest';
import { freshDatabases, query, testClock } from '../support/databases.js';
import { deepTest } from '../support/depth.js';
import { writeUserData, type UserDataRow } from '../support/user-data.js';
import { run } from '../support/jobs.js';

const session = (guid: string): UserDataRow[] => [
  [guid, 'ChatServerSessionStartedAt', '2026-03-01T10:00:00Z'],
  [guid, 'ChatServerSessionClosedAt', '2026-03-01T10:05:00Z'],
  [guid, 'csg_MediaOrigin', 'web'],
];

/** An IDB with a row in the middle of the table, and functions that change it afterwards. */
async function readIdb(before = 'select') {
  const urls = await freshDatabases();
  const clock = { now: testClock() };
  await query(urls.idbUrl, `${before}; alter table g_userdata_history set (fillfactor = 50)`);
  await writeUserData(urls.idbUrl, session('G1'));
  await query(
    urls.idbUrl,
    `insert into g_userdata_history (callid, keyname, value, changetype, type, added_ts)
     select 'other', 'key', repeat('x', 500), 1, 1, 1772359620 from generate_series(1, 100)`,
  );
  // Without slack, a window begins right above the mark, so an old id is never read.
  const cycle = () => run({ ...urls, martSchema: 'infomart', idbSchema: 'public', clock: () => clock.now, settleMs: 0, idSlack: 0 });
  await cycle();
  // Counts that arrive late may belong to what the previous window read; they are compared with both.
  await cycle();
  return {
    cycle,
    update: (value: string) =>
      query(urls.idbUrl, `update g_userdata_history set value = $1 where keyname = 'csg_MediaOrigin' and callid = 'G1'`, [value]),
    later: (hours: number) => (clock.now = new Date(clock.now.getTime() + hours * 3_600_000)),
    origin: async (): Promise<string | undefined> =>
      (
        await query<{ media_origin: string }>(
          urls.martUrl,
          'select media_origin from infomart.chat_session_fact join infomart.chat_session_dim on id = chat_session_dim_key',
        )
      )[0]?.media_origin,
  };
}

describe('a row that was updated in place long after it was written is found', () => {
  test('within a day, where the server does not count what is written', async () => {
    const { cycle, update, later, origin } = await readIdb(
      `do $$ begin execute format('alter database %I set track_counts to off', current_database()); end $$`,
    );
    await update('mobile');
    await cycle();
    later(23);
    await cycle();
    expect(await origin()).toBe('web');
    later(1);
    const daily = await cycle();
    expect(await origin()).toBe('mobile');
    expect(daily.sessions).toMatchObject({ updated: 1, reread: 1 });
    // Its lower bound is the last daily ceiling, not the last ceiling: the update lies between the two.
    later(25);
    expect(await cycle()).toMatchObject({ rows: 0 });
  });

  deepTest('by the next run, where it does; and when that goes on, with longer and longer pauses', async () => {
    const { cycle, update, later, origin } = await readIdb();
    const found: string[] = [];
    for (let minutes = 0; minutes < 60; minutes += 5) {
      await update(`at ${minutes}`);
      later(5 / 60);
      await cycle();
      if ((await origin()) === `at ${minutes}`) found.push(`at ${minutes}`);
    }
    expect(found).toEqual(['at 0', 'at 10', 'at 30']);
  });
});
