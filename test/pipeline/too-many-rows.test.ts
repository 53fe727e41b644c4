import { describe, expect, it } from 'vitest';
import { toRunText } from '../../src/commands/run/text.js';
import { freshDatabases, freshIdb, query, testClock } from '../support/databases.js';
import { deepTest, isWhole } from '../support/depth.js';
import { writeUserData, type UserDataRow } from '../support/user-data.js';
import { reconcile, retryDiscards, run } from '../support/jobs.js';

const START = 'ChatServerSessionStartedAt';
const session = (guid: string): UserDataRow[] => [
  [guid, START, '2026-03-01T10:00:00Z'],
  [guid, 'ChatServerSessionClosedAt', '2026-03-01T10:05:00Z'],
];

/** Writes many rows of one key of an interaction, with varying values. */
const writeMany = (idbUrl: string, guid: string, count: number, values = 1_000): Promise<unknown> =>
  query(
    idbUrl,
    `insert into g_userdata_history (callid, keyname, value, changetype, type, added_ts)
     select '${guid}', 'csg_SessionTotalTime', n % ${values}, 1, 1, extract(epoch from timestamp '2026-03-01 12:00')::int
     from generate_series(1, ${count}) as n`,
  );

async function start(mostRows?: number) {
  const urls = await freshDatabases();
  const options = { ...urls, martSchema: 'infomart', idbSchema: 'public', clock: testClock, settleMs: 0, mostRows };
  const facts = async (): Promise<string[]> =>
    (
      await query<{ fact: string }>(
        urls.martUrl,
        `select media_server_ixn_guid || ' ' || session_duration as fact from infomart.chat_session_fact order by 1`,
      )
    ).map(({ fact }) => fact);
  const open = () => query(urls.martUrl, 'select guid, code from infomart.stg_transform_discards where resolved_ts is null order by 1, 2');
  return { ...urls, options, facts, open };
}

const ON_RECORD = [{ guid: 'long', code: 18 }];

describe('an interaction with more rows than any chat has', () => {
  it('is set aside, said, and not read again with each further row; others are loaded', async () => {
    // In npm test with a limit of its own.
    const { idbUrl, options, facts, open } = await start(isWhole ? undefined : 1_000);
    await writeUserData(idbUrl, [...session('long'), ...session('short')]);
    await writeMany(idbUrl, 'long', isWhole ? 250_000 : 1_250);
    await writeUserData(idbUrl, session('last'));
    const summary = await run(options);
    expect(summary).toMatchObject({ sessions: { inserted: 2, reread: 1 }, discards: { TOO_MANY_ROWS: 1 } });
    expect(toRunText(summary)).toContain(
      'warning   1 interaction has too many rows to be read: chatmart discards list --code TOO_MANY_ROWS',
    );
    expect(await facts()).toEqual(['last 0', 'short 0']);
    expect(await open()).toEqual(ON_RECORD);

    await writeUserData(idbUrl, [
      ['long', 'csg_SessionTotalTime', '7'],
      ['short', 'csg_SessionTotalTime', '7'],
    ]);
    expect(await run(options)).toMatchObject({ sessions: { updated: 1, reread: 1 }, discards: {} });
    expect(await facts()).toEqual(['last 0', 'short 7']);
    expect(await open()).toEqual(ON_RECORD);
  });

  deepTest('is read again by discards retry, and loaded when its rows have become fewer', async () => {
    const { idbUrl, options, facts, open } = await start(100);
    await writeUserData(idbUrl, session('long'));
    await writeMany(idbUrl, 'long', 200);
    await run(options);
    expect(await retryDiscards(options)).toMatchObject({ codes: [{ name: 'TOO_MANY_ROWS', stay: 1, repaired: 0 }] });
    await query(idbUrl, `delete from g_userdata_history where keyname = 'csg_SessionTotalTime' and value <> '42'`);
    expect(await retryDiscards(options)).toMatchObject({ codes: [{ name: 'TOO_MANY_ROWS', repaired: 1 }] });
    expect(await facts()).toEqual(['long 42']);
    expect(await open()).toEqual([]);
  });

  it('keeps the fact and the discards that it had', async () => {
    const { idbUrl, options, facts, open } = await start(100);
    await writeUserData(idbUrl, [
      ...session('long'),
      ['long', 'csg_SessionTotalTime', '5'],
      ['long', 'csg_PartiesAsAgentCount', 'no number'],
    ]);
    await run(options);
    const before = await open();
    expect(before).toHaveLength(1);
    await writeMany(idbUrl, 'long', 200);
    await run(options);
    expect(await facts()).toEqual(['long 5']);
    expect(await open()).toEqual([...before, ...ON_RECORD]);
  });

  it('is set aside within a chunk as well, if all rows say the same', async () => {
    const { idbUrl, options, facts, open } = await start(100);
    await writeUserData(idbUrl, session('long'));
    await writeMany(idbUrl, 'long', 200, 1);
    await run(options);
    expect(await facts()).toEqual([]);
    expect(await open()).toEqual(ON_RECORD);
  });

  it('is no difference that reconcile would read again', async () => {
    const { idbUrl, options } = await start(100);
    await writeUserData(idbUrl, session('long'));
    await writeMany(idbUrl, 'long', 200);
    await run(options);
    const range = { from: new Date('2026-02-28'), to: new Date('2026-03-04') };
    expect(await reconcile({ ...options, ...range })).toMatchObject({ interactions: 1, missing: 0, different: 0, comparedInFull: 0 });
  });

  it('is set aside when only one IDB of an HA pair has so many', async () => {
    const { idbUrl, options, facts, open } = await start(100);
    const twin = await freshIdb();
    for (const url of [idbUrl, twin]) await writeUserData(url, session('long'));
    await writeMany(twin, 'long', 200);
    await run({ ...options, otherIdbUrls: [twin] });
    expect(await facts()).toEqual(['long 0']);
    expect(await open()).toEqual(ON_RECORD);
  });
});

it('just as many rows as are read are loaded', async () => {
  const { idbUrl, options, facts, open } = await start(100);
  await writeUserData(idbUrl, session('long'));
  await writeMany(idbUrl, 'long', 98);
  await run(options);
  expect(await facts()).toEqual(['long 98']);
  expect(await open()).toEqual([]);
});
