import { beforeEach, describe, expect, test } from 'vitest';
import { aggregate, backfill, migrateMart } from '../support/jobs.js';
import { withConnection } from '../../src/db/connection.js';
import { freshDatabases, freshIdb, query, testClock } from '../support/databases.js';
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
  // A first load may read rows above its ceiling; after this run it is known which rows were never read.
  await runCycle(urls);
});

const at = (hours: number) => () => new Date(testClock().getTime() + hours * 3_600_000);

/** Does something while a transaction is open in the IDB that writes nothing. */
async function whileCeilingIsHeld(work: () => Promise<unknown>): Promise<void> {
  await withConnection({ url: urls.idbUrl, applicationName: 'test' }, async (writer) => {
    await writer.query('begin');
    await writer.query('select pg_current_xact_id()');
    await work();
    await writer.query('commit');
  });
}

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

  test.each<[string, (write: () => Promise<void>, lose: () => Promise<unknown>) => Promise<unknown>]>([
    [
      'the daily window',
      async (write, lose) => {
        await write();
        await runCycle(urls, { clock: at(1) });
        await lose();
        await runCycle(urls, { clock: at(26) });
      },
    ],
    [
      'the window over rows that were loaded ahead of a ceiling',
      async (write, lose) => {
        await whileCeilingIsHeld(async () => {
          await write();
          await runCycle(urls, { clock: at(1), settleMs: 1 });
          await runCycle(urls, { clock: at(2), settleMs: 1 });
        });
        await lose();
        await runCycle(urls, { clock: at(3) });
      },
    ],
    [
      'the window after a first load, which has no upper bound',
      async (write, lose) => {
        urls = await freshDatabases();
        await whileCeilingIsHeld(async () => {
          await write();
          await runCycle(urls, { settleMs: 1 });
        });
        await lose();
        await runCycle(urls, { clock: at(1) });
      },
    ],
    [
      'the other IDB of a pair',
      async (write, lose) => {
        const other = await freshIdb();
        const pair = { ...urls, otherIdbUrls: [other] };
        await writeUserData(other, session('H0'));
        await runCycle(pair, { clock: at(1) });
        await write();
        await runCycle(pair, { clock: at(2) });
        await lose();
        await writeUserData(other, session('G3', NOON + 2 * HOUR));
        await runCycle(pair, { clock: at(3) });
      },
    ],
  ])('a fact that was lost, and that %s brings back, is not counted twice', async (_, bringBack) => {
    await bringBack(
      () => writeUserData(urls.idbUrl, session('G3', NOON + 2 * HOUR)),
      () => query(urls.martUrl, `delete from infomart.chat_session_fact where media_server_ixn_guid = 'G3'`),
    );
    expect([...(await readMart(urls.martUrl)).facts.keys()]).toContain('G3');
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
