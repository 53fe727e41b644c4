import { beforeAll, describe, expect, test } from 'vitest';
import { migrateMart } from '../../src/jobs/migrate-mart.js';
import type { AttachedKey } from '../../src/model/attached-key.js';
import { createRandom } from '../../src/simulate/random.js';
import { breachesOf } from '../support/breaches.js';
import { freshDatabases, freshIdb, keepDatabases, query, testClock } from '../support/databases.js';
import { deepTest, sampleOf } from '../support/depth.js';
import { runCycle } from '../support/histories.js';
import { backfill, erase, maintain, reconcile, run } from '../support/jobs.js';
import { writeUserData, type UserDataRow } from '../support/user-data.js';

const START = 'ChatServerSessionStartedAt';
const END = 'ChatServerSessionClosedAt';
const KEYS: readonly AttachedKey[] = [
  { key: 'Queue', column: 'QUEUE', kind: 'attribute' },
  { key: 'Survey Score', column: 'SCORE', kind: 'measure' },
  { key: 'VIP', column: 'ORDER', kind: 'flag' },
  { key: 'CallbackAt', column: 'CALLBACK_TS', kind: 'time' },
];

let urls: { idbUrl: string; martUrl: string };

const startWithoutKeys = async (): Promise<void> => {
  urls = await freshDatabases();
};

/** Databases whose mart has all keys already: put back for each test, because adding the columns takes longer. */
let withKeys: typeof urls;
let putBack: () => Promise<void>;
beforeAll(async () => {
  await startWithoutKeys();
  withKeys = urls;
  await setKeys(KEYS);
  putBack = await keepDatabases(urls.idbUrl, urls.martUrl);
});
const startWithKeys = async (): Promise<void> => {
  await putBack();
  urls = withKeys;
};

const setKeys = (keys: readonly AttachedKey[]) =>
  migrateMart({ martUrl: urls.martUrl, martSchema: 'infomart' }, { clock: testClock, properties: { attachedData: keys } });

const backfillAll = () =>
  backfill({ ...urls, martSchema: 'infomart', idbSchema: 'public', clock: testClock, from: new Date('2026-02-01'), to: testClock() });

const held = async (): Promise<Record<string, unknown>> =>
  Object.fromEntries(
    (await query<Record<string, unknown>>(urls.martUrl, 'select * from infomart.chat_session_attached_data')).map((row) => [
      row['media_server_ixn_guid'] as string,
      Object.fromEntries(Object.entries(row).filter(([column]) => !/_guid$|_audit_key$/.test(column))),
    ]),
  );
const openDiscards = async (): Promise<Record<string, unknown>[]> =>
  query(
    urls.martUrl,
    'select guid, code, keyname, raw_value from infomart.stg_transform_discards where resolved_ts is null order by 1, 2, 3',
  );
const count = async (table: string): Promise<number> =>
  Number((await query<{ n: string }>(urls.martUrl, `select count(*) as n from infomart.${table}`))[0]!.n);

const chat = (guid: string): UserDataRow[] => [
  [guid, START, '2026-03-01T10:07:00Z'],
  [guid, END, '2026-03-01T10:17:00Z'],
];

/** Value of a raw text by kind, computed apart from the program; undefined: not usable. */
function toValue(kind: AttachedKey['kind'], raw: string): string | number | undefined {
  const text = raw.replace(/^\s+|\s+$/g, '');
  if (kind === 'attribute') return text;
  if (kind === 'measure') return /^-?[0-9]+$/.test(text) ? Number(text) : undefined;
  if (kind === 'time') {
    const ms = /^[0-9]{10}$/.test(text) ? Number(text) * 1000 : Date.parse(text);
    return Number.isNaN(ms) ? undefined : Math.floor(ms / 1000);
  }
  return { true: 1, yes: 1, '1': 1, false: 0, no: 0, '0': 0 }[text.toLowerCase()];
}

const RAWS: Readonly<Record<AttachedKey['kind'], readonly string[]>> = {
  attribute: ['Sales', ' Support ', 'Ünïcode 客服', ' '],
  measure: ['0', '9', '-10', '4.5', 'ten'],
  flag: ['true', 'FALSE', 'Yes', 'no', '1', '0', 'maybe'],
  time: ['2026-03-01T10:00:00Z', '1772359200', '2026-03-01T12:00:00+02:00', 'soon'],
};

/** The side table and the discards of own keys that rows should give, oldest row first. */
function expectedOf(rows: readonly UserDataRow[]): { table: Record<string, unknown>; discards: Record<string, unknown>[] } {
  const newest = new Map<string, Map<string, string | null>>();
  for (const [guid, key, value] of rows) newest.set(guid, (newest.get(guid) ?? new Map<string, string | null>()).set(key, value));
  const table: Record<string, unknown> = {};
  const discards: Record<string, unknown>[] = [];
  for (const [guid, values] of newest) {
    if (!values.has(START) && !values.has(END)) continue;
    const row: Record<string, unknown> = {};
    for (const { key, column, kind } of KEYS) {
      const raw = values.get(key) ?? '';
      const value = raw.trim() === '' ? null : toValue(kind, raw);
      row[column.toLowerCase()] = value ?? null;
      if (value === undefined) discards.push({ guid, code: 19, keyname: key, raw_value: raw });
    }
    // No deletion of a time is among these rows.
    if (values.has(START) && values.has(END) && Object.values(row).some((value) => value !== null)) table[guid] = row;
  }
  return { table, discards };
}

/** A row of NULLs is left where values were taken back; it says the same as none. */
const withoutEmpty = (table: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(table)
      .filter(([, row]) => Object.values(row as object).some((value) => value !== null))
      .map(([guid, row]) => [guid, { ...(row as object), score: toNumber((row as { score: unknown }).score) }]),
  );
const toNumber = (value: unknown): unknown => (typeof value === 'string' ? Number(value) : value);
const sorted = (rows: readonly Record<string, unknown>[]): string[] => rows.map((row) => JSON.stringify(row)).sort();

/** Rows in random order over some runs, with values that change, are deleted, and are no values of their kind. */
function toHistory(seed: number, runs: number): UserDataRow[][] {
  const random = createRandom(seed, 15);
  return Array.from({ length: runs }, () => {
    const rows = Array.from({ length: 60 }, (): UserDataRow => {
      const { key, kind } = random.pick(KEYS);
      const guid = random.chance(0.2) ? `call-${random.integer(1, 5)}` : `chat-${random.integer(1, 25)}`;
      return [guid, key, random.chance(0.1) ? null : random.pick(RAWS[kind])];
    });
    for (let chatNumber = 1; chatNumber <= 25; chatNumber++)
      for (const [guid, key, value] of chat(`chat-${chatNumber}`))
        if (random.chance(0.3)) rows.splice(random.integer(0, rows.length), 0, [guid, key, value]);
    return rows;
  });
}

describe('own keys', () => {
  test.each(sampleOf([1, 2], 2))(
    'of chats whose rows come in any order over several runs are those of the newest rows (seed %i)',
    async (seed) => {
      await startWithKeys();
      const steps = toHistory(seed, 5);
      for (const rows of steps) {
        await writeUserData(urls.idbUrl, rows);
        await runCycle(urls);
      }
      const { table, discards } = expectedOf(steps.flat());
      expect(withoutEmpty(await held())).toEqual(table);
      const discarded = (await openDiscards()).filter(({ code }) => code === 19);
      expect(sorted(discarded)).toEqual(sorted(discards));
      expect(await breachesOf(urls.martUrl)).toEqual([]);
      expect((await openDiscards()).filter(({ guid }) => String(guid).startsWith('call'))).toEqual([]);
    },
  );

  deepTest.each([11])('that are added in between are filled from then on, and for all sessions by a backfill (seed %i)', async (seed) => {
    await startWithoutKeys();
    const steps = toHistory(seed, 5);
    for (const [at, rows] of steps.entries()) {
      if (at === 1) await setKeys(KEYS.slice(0, 2));
      if (at === 3) await setKeys(KEYS);
      await writeUserData(urls.idbUrl, rows);
      await runCycle(urls);
    }
    await backfillAll();
    const { table, discards } = expectedOf(steps.flat());
    expect(withoutEmpty(await held())).toEqual(table);
    expect(sorted((await openDiscards()).filter(({ code }) => code === 19))).toEqual(sorted(discards));
    expect(await breachesOf(urls.martUrl)).toEqual([]);
  });

  deepTest('that come before, with and after the keys of Chat Server are all loaded', async () => {
    await startWithKeys();
    await writeUserData(urls.idbUrl, [
      ['before', 'Queue', 'Sales'],
      ['call', 'Queue', 'Voice'],
      ...chat('with'),
      ['with', 'Queue', 'Chat'],
    ]);
    await runCycle(urls);
    expect(await count('chatmart_attached_waiting')).toBe(2);
    await writeUserData(urls.idbUrl, [...chat('before'), ['with', 'Survey Score', '-7']]);
    const { sessions } = await runCycle(urls);
    expect(sessions).toMatchObject({ inserted: 1, updated: 1, reread: 2 });
    expect(await held()).toEqual({
      before: { callback_ts: null, order: null, queue: 'Sales', score: null },
      with: { callback_ts: null, order: null, queue: 'Chat', score: expect.toSatisfy((score) => Number(score) === -7) as unknown },
    });
    expect(await count('stg_transform_discards')).toBe(0);
    expect(await query(urls.martUrl, 'select guid from infomart.chatmart_attached_waiting')).toEqual([{ guid: 'call' }]);
  });

  deepTest('go when a later row is empty, beside rows that say nothing new', async () => {
    await startWithKeys();
    await writeUserData(urls.idbUrl, [...chat('emptied'), ['emptied', 'Queue', 'Sales'], ['emptied', 'VIP', 'yes']]);
    await runCycle(urls);
    await writeUserData(urls.idbUrl, [...chat('emptied'), ['emptied', 'Queue', ' ']]);
    await runCycle(urls);
    expect(await held()).toMatchObject({ emptied: { queue: null, order: 1 } });
  });

  deepTest('whose values did not change write nothing', async () => {
    await startWithKeys();
    await writeUserData(urls.idbUrl, [...chat('same'), ['same', 'Queue', 'Sales'], ['same', 'VIP', 'maybe']]);
    await runCycle(urls);
    await writeUserData(urls.idbUrl, [
      ['same', 'Queue', 'Sales'],
      ['same', 'VIP', 'maybe'],
    ]);
    const { sessions } = await runCycle(urls);
    expect(sessions).toMatchObject({ inserted: 0, updated: 0, unchanged: 1 });
    const again = await backfillAll();
    expect((again as unknown as { sessions: unknown }).sessions).toMatchObject({ inserted: 0, updated: 0, unchanged: 1 });
  });

  test('that are taken out of the setting keep their values and get no further ones', async () => {
    await startWithKeys();
    await writeUserData(urls.idbUrl, [...chat('kept'), ['kept', 'Queue', 'Sales']]);
    await runCycle(urls);
    expect((await setKeys(KEYS.slice(1))).applied).toEqual(['attached-data']);
    await writeUserData(urls.idbUrl, [
      ['kept', 'Queue', 'Support'],
      ['kept', 'VIP', 'yes'],
    ]);
    await runCycle(urls);
    expect(await held()).toMatchObject({ kept: { queue: 'Sales', order: 1 } });
    await setKeys(KEYS);
    await backfillAll();
    expect(await held()).toMatchObject({ kept: { queue: 'Support', order: 1 } });
    expect((await setKeys(KEYS)).applied).toEqual([]);
  });

  deepTest('stay when the IDB has purged their rows, and go only by a deletion', async () => {
    await startWithKeys();
    await writeUserData(urls.idbUrl, [
      ...chat('old'),
      ['old', 'Queue', 'Sales'],
      ['old', 'CallbackAt', '2026-03-02T08:00:00Z'],
      ['old', 'VIP', 'perhaps'],
    ]);
    await runCycle(urls);
    await query(urls.idbUrl, 'delete from g_userdata_history');
    await writeUserData(urls.idbUrl, [['old', 'Queue', null]]);
    await runCycle(urls);
    expect(await held()).toEqual({ old: { callback_ts: Date.UTC(2026, 2, 2, 8) / 1000, order: null, queue: null, score: null } });
    expect(await openDiscards()).toEqual([{ guid: 'old', code: 19, keyname: 'VIP', raw_value: 'perhaps' }]);
  });

  test('are erased with their session, and are gone when it is no fact any more', async () => {
    await startWithKeys();
    await writeUserData(urls.idbUrl, [
      ...chat('a'),
      ['a', 'Queue', 'Sales'],
      ...chat('b'),
      ['b', 'Queue', 'Sales'],
      ['call', 'Queue', 'Voice'],
    ]);
    await runCycle(urls);
    await erase({ ...urls, martSchema: 'infomart', clock: testClock, guids: ['a', 'call'] });
    await writeUserData(urls.idbUrl, [
      ['b', START, null],
      ['a', 'Queue', 'Support'],
      ['call', 'Queue', 'Voice'],
    ]);
    await runCycle(urls);
    expect([await count('chat_session_attached_data'), await count('chatmart_attached_waiting')]).toEqual([0, 0]);
  });

  deepTest('are purged with their facts, and calls are forgotten after 90 days', async () => {
    await startWithKeys();
    await writeUserData(urls.idbUrl, [...chat('a'), ['a', 'Queue', 'Sales'], ['call', 'Queue', 'Voice']]);
    await runCycle(urls);
    const later = (days: number) => ({
      clock: () => new Date(testClock().getTime() + days * 86_400_000),
      readServerTime: () => Promise.resolve(new Date(testClock().getTime() + days * 86_400_000)),
    });
    await maintain({ ...urls, martSchema: 'infomart', ...later(89), daysToKeepFacts: 400 });
    expect([await count('chat_session_attached_data'), await count('chatmart_attached_waiting')]).toEqual([1, 1]);
    await maintain({ ...urls, martSchema: 'infomart', ...later(91), daysToKeepFacts: 30 });
    expect([await count('chat_session_attached_data'), await count('chatmart_attached_waiting')]).toEqual([0, 0]);
  });

  deepTest('of an HA pair follow the IDB with more rows of the key', async () => {
    await startWithKeys();
    const otherIdbUrl = await freshIdb();
    const both = { ...urls, otherIdbUrls: [otherIdbUrl], martSchema: 'infomart', idbSchema: 'public', clock: testClock };
    await writeUserData(urls.idbUrl, [...chat('pair'), ['pair', 'Queue', 'Sales']]);
    await writeUserData(otherIdbUrl, [...chat('pair'), ['pair', 'Queue', 'Sales'], ['pair', 'Queue', 'Support'], ['pair', 'VIP', 'no']]);
    await run(both);
    expect(await held()).toMatchObject({ pair: { queue: 'Support', order: 0 } });
    expect(await openDiscards()).toEqual([{ guid: 'pair', code: 17, keyname: 'Queue', raw_value: 'Sales' }]);
  });
});

describe('chatmart reconcile compares own keys too', () => {
  const reconcileAll = async () => {
    const range = { from: new Date('2026-02-01'), to: new Date('2026-03-05') };
    const [source] = (await reconcile({ ...urls, martSchema: 'infomart', idbSchema: 'public', clock: testClock, ...range })).sources;
    const { interactions, comparedInFull, missing, different } = source!;
    return { interactions, comparedInFull, missing, different };
  };

  test('and reads again what differs: other values, missing ones, surplus ones, and those from before the key was known', async () => {
    await startWithoutKeys();
    await writeUserData(urls.idbUrl, [
      ...['same', 'other', 'gone', 'surplus', 'odd', 'without'].flatMap(chat),
      ...['same', 'other', 'gone'].flatMap((guid): UserDataRow[] => [
        [guid, 'Queue', ' Sales '],
        [guid, 'Survey Score', '+07'],
        [guid, 'VIP', 'TRUE'],
        [guid, 'CallbackAt', '2026-03-01T10:00:00Z'],
      ]),
      ['surplus', 'Queue', 'Sales'],
      ['surplus', 'Queue', null],
      ['odd', 'Survey Score', 'ten'],
      ['call', 'Queue', 'Phone'],
      ['call', 'VIP', 'yes'],
    ]);
    await setKeys(KEYS.slice(0, 1));
    await runCycle(urls);
    await setKeys(KEYS);
    // The daily comparison of the run would do the same: here it is asked for.
    expect(await reconcileAll()).toEqual({ interactions: 6, comparedInFull: 0, missing: 0, different: 4 });
    const right = await held();
    expect(right['same']).toEqual({ queue: 'Sales', score: 7, order: 1, callback_ts: 1772359200 });
    expect(await reconcileAll()).toEqual({ interactions: 6, comparedInFull: 0, missing: 0, different: 0 });
    await query(
      urls.martUrl,
      `set search_path to infomart;
       update chat_session_attached_data set queue = 'Support', "order" = 0 where media_server_ixn_guid = 'other';
       delete from chat_session_attached_data where media_server_ixn_guid = 'gone';
       insert into chat_session_attached_data (media_server_ixn_guid, queue, create_audit_key) values ('surplus', 'Sales', 1)
       on conflict (media_server_ixn_guid) do update set queue = excluded.queue`,
    );
    expect(await reconcileAll()).toEqual({ interactions: 6, comparedInFull: 0, missing: 0, different: 3 });
    expect(withoutEmpty(await held())).toEqual(withoutEmpty(right));
    expect(await openDiscards()).toEqual([{ guid: 'odd', code: 19, keyname: 'Survey Score', raw_value: 'ten' }]);
    expect(await breachesOf(urls.martUrl)).toEqual([]);
  });

  test('without any, it compares what it did before', async () => {
    await startWithoutKeys();
    await writeUserData(urls.idbUrl, [...chat('a'), ['a', 'Queue', 'Sales'], ['call', 'Queue', 'Phone']]);
    await runCycle(urls);
    expect(await reconcileAll()).toEqual({ interactions: 1, comparedInFull: 0, missing: 0, different: 0 });
  });
});

describe('THREAD_ID and PARKING_QUEUE_*', () => {
  const FED: readonly AttachedKey[] = [
    { key: 'Thread', column: 'THREAD_ID', kind: 'attribute' },
    { key: 'Parked', column: 'PARKING_QUEUE_COUNT', kind: 'measure' },
    { key: 'ParkedTime', column: 'PARKING_QUEUE_DURATION', kind: 'measure' },
  ];
  const facts = async (): Promise<Record<string, unknown>> =>
    Object.fromEntries(
      (
        await query<{ guid: string; row: unknown }>(
          urls.martUrl,
          `select media_server_ixn_guid as guid, json_build_array(thread_id, parking_queue_count, parking_queue_duration) as row
           from infomart.chat_session_fact`,
        )
      ).map(({ guid, row }) => [guid, row]),
    );

  deepTest('are columns of the fact that own keys of those names fill, whichever way a session comes', async () => {
    await startWithoutKeys();
    await writeUserData(urls.idbUrl, [...chat('early'), ['early', 'Thread', 'T0']]);
    await setKeys(KEYS);
    await runCycle(urls);
    await setKeys([...KEYS, ...FED]);
    await writeUserData(urls.idbUrl, [
      ...chat('direct'),
      ['direct', 'Thread', 'T1'],
      ['direct', 'Parked', '2'],
      ['direct', 'ParkedTime', '90'],
      ...chat('long'),
      ['long', 'Thread', 'x'.repeat(70)],
      ['long', 'Parked', '-1'],
      ['long', 'ParkedTime', '3000000000'],
      ...chat('none'),
      ['none', 'Queue', 'Sales'],
      ['twice', 'Thread', 'old'],
      ...chat('twice'),
      ['twice', 'Thread', 'new'],
    ]);
    await runCycle(urls);
    const expected = { direct: ['T1', 2, 90], long: ['x'.repeat(64), null, null], none: [null, null, null], twice: ['new', null, null] };
    expect(await facts()).toMatchObject(expected);
    expect(await breachesOf(urls.martUrl)).toEqual([]);
    await backfillAll();
    expect(await facts()).toEqual({ early: ['T0', null, null], ...expected });

    await writeUserData(urls.idbUrl, [
      ['direct', 'Thread', null],
      ['direct', 'Parked', '3'],
    ]);
    await runCycle(urls);
    expect(await facts()).toMatchObject({ direct: [null, 3, 90] });
    expect(await breachesOf(urls.martUrl)).toEqual([]);
    await query(urls.martUrl, `update infomart.chat_session_fact set parking_queue_count = 4 where media_server_ixn_guid = 'direct'`);
    expect(await breachesOf(urls.martUrl)).toEqual([
      'attached-fact: session direct: PARKING_QUEUE_COUNT is not that of CHAT_SESSION_ATTACHED_DATA',
    ]);
  });

  test('need a kind that the column can hold', async () => {
    await startWithoutKeys();
    await expect(setKeys([{ ...FED[0]!, kind: 'measure' }])).rejects.toMatchObject({
      message: expect.stringContaining('as THREAD_ID: the column of CHAT_SESSION_FACT needs the kind attribute, not measure') as unknown,
    });
  });
});

describe('the setting attached-data', () => {
  test('becomes columns with comments, says what it costs, and a migration without it changes nothing', async () => {
    await startWithoutKeys();
    const logged: string[] = [];
    const log = (line: string): void => void logged.push(line);
    const migrate = (attachedData: readonly AttachedKey[] | undefined) =>
      migrateMart({ martUrl: urls.martUrl, martSchema: 'infomart' }, { clock: testClock, log, properties: { attachedData } });
    await migrate(KEYS);
    expect((await migrate(undefined)).applied).toEqual([]);
    await migrate([]);
    expect(logged).toHaveLength(2 * KEYS.length);
    expect(logged[0]).toContain('own key Queue fills CHAT_SESSION_ATTACHED_DATA.QUEUE from the next run on');
    const columns = await query(
      urls.martUrl,
      `select attname as name, format_type(atttypid, atttypmod) as type, col_description(attrelid, attnum) as comment
       from pg_attribute
       where attrelid = 'infomart.chat_session_attached_data'::regclass and attnum > 3
       order by attnum`,
    );
    expect(columns).toMatchObject([
      { name: 'queue', type: 'character varying(1024)', comment: expect.stringContaining('user-data key Queue. ') as unknown },
      { name: 'score', type: 'bigint', comment: expect.stringContaining('No longer filled') as unknown },
      { name: 'order', type: 'smallint' },
      { name: 'callback_ts', type: 'integer' },
    ]);
  });

  test.each([
    [{ key: START, column: 'BEGUN', kind: 'time' }, "is one of Chat Server's; CHAT_SESSION_FACT.START_DATE_TIME_KEY has it"],
    [{ key: 'Language', column: 'LANGUAGE_NAME', kind: 'attribute' }, 'as LANGUAGE_NAME: the mart has a column of that name'],
    [{ key: 'Queue', column: 'QUEUE', kind: 'flag' }, 'as QUEUE: the column exists with the kind attribute, not flag'],
  ] as const)('is refused for %j', async (own, problem) => {
    await startWithKeys();
    await expect(setKeys([own])).rejects.toMatchObject({ code: 'bad-attached-data', message: expect.stringContaining(problem) as unknown });
    expect(await query(urls.martUrl, 'select is_filled from infomart.chatmart_attached_key where is_filled = 0')).toEqual([]);
  });
});
