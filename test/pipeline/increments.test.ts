import { beforeEach, describe, expect, test } from 'vitest';
import { aggregate, backfill, migrateMart } from '../support/jobs.js';
import { freshDatabases, query, testClock } from '../support/databases.js';
import { runCycle, type Urls } from '../support/histories.js';
import { differences, LEVELS, readMart } from '../support/mart-content.js';
import { withMart, writeFacts } from '../support/mart-facts.js';
import { HOUR, NOON, of, session } from '../support/reconciliation.js';
import { sumLevel } from '../support/summed-levels.js';
import { writeUserData } from '../support/user-data.js';

let urls: Urls;
const target = () => ({ ...urls, idbSchema: 'public', martSchema: 'infomart', clock: testClock });

beforeEach(async () => {
  urls = await freshDatabases();
  await writeUserData(urls.idbUrl, [...session('G1'), ...session('G2', NOON + HOUR)]);
  await runCycle(urls);
});

async function expectSums(): Promise<void> {
  const mart = await readMart(urls.martUrl);
  for (const level of LEVELS) expect(differences(sumLevel(mart.facts.values(), level), mart.levels[level]), level).toEqual([]);
}

describe('what a run does with sessions that came since the one before', () => {
  test('it adds them to the rows of their groups, and does not read the rest of the day; what is not known stays so', async () => {
    for (const level of ['day', 'month'])
      await query(
        urls.martUrl,
        `update infomart.agt_chat_stats_${level} set sessions = sessions + 100, outcome_handled = null, abandoned_alone_max_duration = null`,
      );
    await writeUserData(urls.idbUrl, [...session('G3', NOON + 2 * HOUR), ...session('G4', NOON + 3 * HOUR)]);
    expect(await runCycle(urls)).toMatchObject({ rows: 20, intervals: 1 });
    for (const level of ['day', 'month'])
      expect(
        await query(
          urls.martUrl,
          `select sessions::int, outcome_handled, abandoned_alone_max_duration from infomart.agt_chat_stats_${level}`,
        ),
        level,
      ).toEqual([{ sessions: 104, outcome_handled: null, abandoned_alone_max_duration: null }]);
  });

  test('all sums are right where new sessions and late keys of old ones meet in a group', async () => {
    await writeUserData(urls.idbUrl, [
      ...session('G3', NOON),
      ...of('G1', [['csg_SessionTotalTime', '7777']], NOON + 2 * HOUR),
      ...session('G4', NOON + HOUR),
      ...session('G5', NOON + 40 * 24 * HOUR),
    ]);
    await runCycle(urls);
    await expectSums();
  });

  test.each([
    [
      'a late key',
      async () => {
        await writeUserData(urls.idbUrl, of('G1', [['csg_SessionTotalTime', '7777']], NOON + 2 * HOUR));
        await runCycle(urls);
      },
    ],
    ['a backfill', () => backfill({ ...target(), from: new Date((NOON - HOUR) * 1000), to: new Date((NOON + 2 * HOUR) * 1000) })],
  ])('a fact that was lost, and that %s brings back, is not counted twice', async (_, bringBack) => {
    await query(urls.martUrl, `delete from infomart.chat_session_fact where media_server_ixn_guid = 'G1'`);
    await bringBack();
    expect((await readMart(urls.martUrl)).facts.size).toBe(2);
    await expectSums();
  });

  test('a new measure counts all sessions, though some were still to be added', async () => {
    await withMart(urls.martUrl, (mart) => writeFacts(mart, [{ guid: 'G3', start: NOON - HOUR, dim: 1, tenant: 101 }], 'as an increment'));
    await migrateMart({ ...target(), properties: { serviceLevelSeconds: [20, 45, 60] } });
    await aggregate(target());
    for (const level of ['day', 'month'])
      expect(
        await query(
          urls.martUrl,
          `select sum(sessions)::int as sessions, bool_and(answered_within_45_seconds is not null) as known
           from infomart.agt_chat_stats_${level}`,
        ),
        level,
      ).toEqual([{ sessions: 3, known: true }]);
  });
});
