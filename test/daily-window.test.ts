import { expect, it } from 'vitest';
import { run } from '../src/jobs/run.js';
import { freshDatabases, query, testClock } from './support/databases.js';
import { writeUserData, type UserDataRow } from './support/user-data.js';

const session = (guid: string): UserDataRow[] => [
  [guid, 'ChatServerSessionStartedAt', '2026-03-01T10:00:00Z'],
  [guid, 'ChatServerSessionClosedAt', '2026-03-01T10:05:00Z'],
  [guid, 'csg_MediaOrigin', 'web'],
];

it('finds a row that was updated in place long after it was written, within a day', async () => {
  const urls = await freshDatabases();
  let now = testClock();
  // Without slack a window begins right above the mark: an old id is never looked at.
  const cycle = () => run({ ...urls, martSchema: 'infomart', idbSchema: 'public', clock: () => now, settleMs: 0, idSlack: 0 });
  const origin = async (): Promise<string | undefined> =>
    (
      await query<{ media_origin: string }>(
        urls.martUrl,
        'select media_origin from infomart.chat_session_fact join infomart.chat_session_dim on id = chat_session_dim_key',
      )
    )[0]?.media_origin;
  await writeUserData(urls.idbUrl, session('G1'));
  await cycle();
  await query(urls.idbUrl, `update g_userdata_history set value = 'mobile' where keyname = 'csg_MediaOrigin'`);
  await cycle();
  now = new Date(now.getTime() + 23 * 3_600_000);
  await cycle();
  expect(await origin()).toBe('web');
  now = new Date(now.getTime() + 3_600_000);
  const daily = await cycle();
  expect(await origin()).toBe('mobile');
  expect(daily.sessions).toMatchObject({ updated: 1, reread: 1 });
  // Its lower bound is the last daily ceiling, not the last one of all: the update lies between the two.
  now = new Date(now.getTime() + 25 * 3_600_000);
  expect(await cycle()).toMatchObject({ rows: 0 });
});
