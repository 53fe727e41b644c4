import { beforeEach, describe, expect, it } from 'vitest';
import { withConnection } from '../../../src/db/connection.js';
import { withTransaction } from '../../../src/db/transaction.js';
import { freshDatabases, freshIdb, query } from '../../support/databases.js';
import { deepTest } from '../../support/depth.js';
import { runCycle, type Urls } from '../../support/histories.js';
import { readMart } from '../../support/mart-content.js';
import { countsOf, countWrites, END, HOUR, NOON, of, reconcileAll, session, START, withValue } from '../../support/reconciliation.js';
import { insertUserData, writeUserData, type UserDataRow } from '../../support/user-data.js';

let urls: Urls;

beforeEach(async () => {
  urls = await freshDatabases();
});

describe('a mart that holds what the IDB says', () => {
  it('is right, and nothing is written', async () => {
    await writeUserData(urls.idbUrl, [...session('G1'), ...session('G2', NOON + HOUR), ['G1', 'Subject', 'hello', NOON]]);
    await runCycle(urls);
    const writes = await countWrites(urls.martUrl);
    const summary = await reconcileAll(urls);
    expect(countsOf(summary)).toEqual({ interactions: 2, right: 2, comparedInFull: 0, missing: 0, different: 0, repaired: 0 });
    expect(summary).toMatchObject({ intervals: 0, discards: {}, sources: [{ name: 'idb', hours: [], hoursNotJudged: 1452 }] });
    expect(await countWrites(urls.martUrl)).toEqual(writes);
  });

  it('is right about what was set aside, each value of it', async () => {
    await query(urls.idbUrl, 'alter table g_userdata_history alter value type text');
    await writeUserData(urls.idbUrl, [
      ...session('MEASURE', NOON, [['csg_PartiesAsBotCount', 'many']]),
      ...withValue(session('TENANT'), 'csg_TenantId', 'Bank'),
      ...withValue(session('FLAG'), 'csg_ChatAsyncMode', 'yes'),
      ...session('CUT', NOON, [['csg_LanguageName', 'l'.repeat(1100)]]),
      ...withValue(session('SKEW'), END, '2026-03-02T10:59:30Z'),
      ...of('NO-START', [[END, '2026-03-02T11:20:00Z']]),
      ...of('NO-END', [
        [START, '2026-03-02T11:00:00Z'],
        ['csg_MediaOrigin', 'web'],
      ]),
    ]);
    await runCycle(urls);
    expect((await readMart(urls.martUrl)).openDiscards.map(({ guid }) => guid)).toEqual([
      'CUT',
      'FLAG',
      'MEASURE',
      'NO-END',
      'NO-START',
      'SKEW',
      'TENANT',
    ]);
    expect(countsOf(await reconcileAll(urls))).toMatchObject({ interactions: 7, right: 7, comparedInFull: 0 });
  });

  deepTest('is right about every form of a time, and about values that came later', async () => {
    const at = (guid: string, start: string, end: string): UserDataRow[] =>
      of(guid, [
        [START, start],
        [END, end],
      ]);
    await writeUserData(urls.idbUrl, [
      ...at('ISO', '2026-03-02T11:00:00.250Z', '2026-03-02 11:20:00'),
      ...at('EPOCH', '1772449200', '1772450400123'),
      ...at('ZERO', '2026-03-02T11:00:00+00:00', ' 2026-03-02T11:20:00Z '),
      ...session('EMPTY', NOON, [
        ['csg_LanguageName', ''],
        ['csg_PartiesAsBotCount', null],
      ]),
      ...withValue(session('BLANKS'), 'csg_MediaOrigin', ' Web '),
      ...withValue(session('CASE'), 'csg_SessionEndedBy', ' agent'),
      ...session('LATER'),
      ...of(
        'LATER',
        [
          ['csg_SessionTotalTime', '1300'],
          ['csg_MediaOrigin', null],
          ['csg_PartiesAsAgentCount', ''],
        ],
        NOON + HOUR,
      ),
      ...of(
        'LATER',
        [
          ['csg_PartiesAsAgentCount', '5'],
          ['csg_LanguageName', 'Deutsch'],
        ],
        NOON + 50 * HOUR,
      ),
    ]);
    await query(
      urls.idbUrl,
      `update g_userdata_history set changetype = null where callid = 'ISO';
       update g_userdata_history set value = 'what was deleted' where changetype = 3`,
    );
    await runCycle(urls);
    // Three days; LATER appears on two of them.
    expect(countsOf(await reconcileAll(urls))).toMatchObject({ interactions: 8, right: 8, comparedInFull: 0 });
  });

  it('is read in full where texts of one value differ, and stays as it is', async () => {
    const decomposed = 'Français'.normalize('NFD');
    await writeUserData(urls.idbUrl, [
      ...session('NFD', NOON, [['csg_LanguageName', decomposed]]),
      ...session('ZEROS', NOON, [['csg_PartiesAsBotCount', '007']]),
      ...session('BLANKS', NOON, [['csg_PartiesAsBotCount', ' 7']]),
      ...of('OFFSET', [
        [START, '2026-03-02T13:00:00+02:00'],
        [END, '2026-03-02T11:20:00Z'],
      ]),
      ...of('BAD-START', [
        [START, 'never'],
        [END, '2026-03-02T11:20:00Z'],
      ]),
    ]);
    await runCycle(urls);
    const writes = await countWrites(urls.martUrl);
    expect(countsOf(await reconcileAll(urls))).toEqual({
      interactions: 5,
      right: 5,
      comparedInFull: 5,
      missing: 0,
      different: 0,
      repaired: 0,
    });
    expect(await countWrites(urls.martUrl)).toEqual(writes);
  });
});

it('what the mart has refused is on record, and not tried again', async () => {
  await query(urls.martUrl, `alter table infomart.chat_session_fact add constraint no_g2 check (media_server_ixn_guid <> 'G2')`);
  await writeUserData(urls.idbUrl, [...session('G1'), ...session('G2')]);
  expect(await runCycle(urls)).toMatchObject({ discards: { DATABASE_ERROR: 1 } });
  await query(urls.martUrl, 'alter table infomart.chat_session_fact drop constraint no_g2');
  expect(countsOf(await reconcileAll(urls))).toMatchObject({ interactions: 2, right: 2, comparedInFull: 0 });
  expect([...(await readMart(urls.martUrl)).facts.keys()]).toEqual(['G1']);
});

deepTest('each IDB of a pair is compared; where the two disagree the interaction is read in full', async () => {
  const pair = { ...urls, otherIdbUrls: [await freshIdb()] };
  await writeUserData(pair.idbUrl, [...session('G1'), ...session('G2')]);
  await writeUserData(pair.otherIdbUrls[0]!, [...session('G1'), ...withValue(session('G2'), 'csg_MediaOrigin', 'sms')]);
  await runCycle(pair);
  const counts = { right: 4, comparedInFull: 1, missing: 0, different: 0 };
  expect(await reconcileAll(pair)).toMatchObject({ interactions: 4, ...counts });

  await query(pair.idbUrl, `delete from g_userdata_history where callid = 'G1'`);
  await query(pair.martUrl, `delete from infomart.chat_session_fact where media_server_ixn_guid = 'G1'`);
  expect(await reconcileAll(pair)).toMatchObject({
    interactions: 3,
    missing: 1,
    repaired: 1,
    sources: [
      { name: 'idb', interactions: 1, missing: 0 },
      { name: 'idb2', interactions: 2, missing: 1 },
    ],
  });
  expect([...(await readMart(pair.martUrl)).facts.keys()]).toEqual(['G1', 'G2']);

  const gone = new URL(pair.otherIdbUrls[0]!);
  gone.port = '1';
  expect(await reconcileAll({ ...urls, otherIdbUrls: [gone.toString()] } as Urls)).toMatchObject({
    interactions: 1,
    sources: [{ unreachable: null }, { name: 'idb2', table: null, unreachable: expect.stringContaining('cannot be reached') as string }],
  });
  await expect(reconcileAll({ ...urls, idbUrl: gone.toString() })).rejects.toMatchObject({ code: 'database-unreachable' });
});

describe('what is not judged', () => {
  it('hours before the oldest row of the IDB, and keys whose rows were purged', async () => {
    await writeUserData(urls.idbUrl, [...session('OLD', NOON - 30 * HOUR), ...session('G1', NOON), ...session('G2', NOON)]);
    await runCycle(urls);
    await query(urls.idbUrl, `delete from g_userdata_history where callid = 'OLD' or (callid = 'G1' and keyname <> 'csg_MediaOrigin')`);
    await query(urls.martUrl, `delete from infomart.chat_session_fact where media_server_ixn_guid = 'OLD'`);
    const summary = await reconcileAll(urls, { from: new Date('2026-03-02T02:00:00Z'), to: new Date('2026-03-03T00:00:00Z') });
    expect(countsOf(summary)).toMatchObject({ interactions: 2, right: 2, comparedInFull: 0 });
    expect(summary.sources).toMatchObject([{ oldestRow: '2026-03-02T12:00:00Z', hoursNotJudged: 10 }]);
    expect([...(await readMart(urls.martUrl)).facts.keys()]).toEqual(['G1', 'G2']);
  });

  it('anything of an IDB without rows', async () => {
    const range = { from: new Date('2026-03-02T00:00:00Z'), to: new Date('2026-03-02T12:00:00Z') };
    expect(await reconcileAll(urls, range)).toMatchObject({ interactions: 0, sources: [{ oldestRow: null, hoursNotJudged: 12 }] });
  });

  it('rows of transactions that the next run reads', async () => {
    await writeUserData(urls.idbUrl, session('G1'));
    await runCycle(urls);
    await withConnection({ url: urls.idbUrl, applicationName: 'test' }, (icon) =>
      withTransaction(icon, async () => {
        await insertUserData(icon, session('OPEN'));
        await writeUserData(urls.idbUrl, [...session('G2'), ...of('G1', [['csg_MediaOrigin', 'sms']])]);
        expect(countsOf(await reconcileAll(urls))).toEqual({
          interactions: 1,
          right: 1,
          comparedInFull: 0,
          missing: 0,
          different: 0,
          repaired: 0,
        });
      }),
    );
    expect(await runCycle(urls)).toMatchObject({ sessions: { inserted: 2, updated: 1 } });
  });

  it('what ICON stored outside of [from, to), and CALLIDs that are none', async () => {
    await query(urls.idbUrl, 'alter table g_userdata_history alter callid type text');
    await writeUserData(urls.idbUrl, [
      ...session('G1', NOON - 1),
      ...session('G2'),
      ...session('G3', NOON + HOUR),
      ...session('x'.repeat(51)),
      ...session(''),
    ]);
    const range = { from: new Date('2026-03-02T12:00:00Z'), to: new Date('2026-03-02T13:00:00Z') };
    expect(countsOf(await reconcileAll(urls, range))).toMatchObject({ interactions: 1, missing: 1, repaired: 1 });
    expect([...(await readMart(urls.martUrl)).facts.keys()]).toEqual(['G2']);
  });
});
