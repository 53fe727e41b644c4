import { beforeAll, describe, expect, test } from 'vitest';
import { withConnection } from '../../../src/db/connection.js';
import { takeWriterLock } from '../../../src/mart/locks.js';
import type { AttachedKey } from '../../../src/model/attached-key.js';
import type { SensitiveRule } from '../../../src/model/sensitive-data.js';
import { breachesOf } from '../../support/breaches.js';
import { freshDatabases, query, testClock } from '../../support/databases.js';
import { aggregate, migrateMart, reconcile, run } from '../../support/jobs.js';
import { untilWriterQueues } from '../../support/stop-inserts.js';
import { problemOf } from '../../support/problem-of.js';
import { writeUserData, type UserDataRow } from '../../support/user-data.js';

const OWN: readonly AttachedKey[] = [
  { key: 'Customer', column: 'CUSTOMER', kind: 'attribute' },
  { key: 'Number', column: 'NUMBER_OF', kind: 'measure' },
  { key: 'Parked', column: 'PARKING_QUEUE_COUNT', kind: 'measure' },
  { key: 'Vip', column: 'VIP', kind: 'flag' },
  { key: 'Born', column: 'BORN_TS', kind: 'time' },
];
const HASHED: SensitiveRule = { name: 'value', as: 'hash', keys: ['Customer'] };
const EMAIL: SensitiveRule = { name: 'email', as: 'mask' };
const KEY = '0123456789abcdef0123456789abcdef';

const chat = (guid: string, ...further: readonly (readonly [string, string])[]): UserDataRow[] => [
  [guid, 'ChatServerSessionStartedAt', '2026-03-01T10:07:00Z'],
  [guid, 'ChatServerSessionClosedAt', '2026-03-01T10:17:00Z'],
  ...further.map(([key, value]): UserDataRow => [guid, key, value]),
];

let urls: { idbUrl: string; martUrl: string };
const start = async (rules: readonly SensitiveRule[]): Promise<void> => {
  urls = await freshDatabases();
  await migrate(rules);
};
const migrate = (sensitiveData: readonly SensitiveRule[]) =>
  migrateMart({ ...urls, martSchema: 'infomart', properties: { attachedData: OWN, sensitiveData, readHashKey: () => KEY } });
const options = { martSchema: 'infomart', idbSchema: 'public', clock: testClock };
const runOnce = () => run({ ...urls, ...options, settleMs: 0, properties: { readHashKey: () => KEY } });
const reconcileAll = () =>
  reconcile({ ...urls, ...options, from: new Date('2026-02-01'), to: testClock(), properties: { readHashKey: () => KEY } });
const languages = (): Promise<{ id: number; language_name: string; facts: number }[]> =>
  query(
    urls.martUrl,
    `with members as (select chat_session_dim_key as id, count(*)::int as facts from infomart.chat_session_fact group by 1)
     select id, language_name, coalesce(facts, 0) as facts from infomart.chat_session_dim left join members using (id) where id > 0 order by id`,
  );

describe('reconcile on a mart that masks', () => {
  beforeAll(async () => {
    await start([HASHED, EMAIL]);
    await writeUserData(urls.idbUrl, [
      ...chat('HASHED', ['Customer', '4711'], ['csg_LanguageName', 'Deutsch']),
      ...chat('MASKED', ['csg_MediaOrigin', 'jo@example.com'], ['csg_LanguageName', 'Deutsch']),
      ...chat('PLAIN', ['csg_LanguageName', 'Deutsch']),
    ]);
    await runOnce();
  });

  test('reads only sessions with a finding in full; a value that is always hashed is no finding', async () => {
    for (let again = 0; again < 2; again++)
      expect(await reconcileAll()).toMatchObject({ interactions: 3, right: 3, comparedInFull: 1, missing: 0, different: 0 });
  });

  test('still finds what differs beside it, and what came or is gone', async () => {
    await query(urls.martUrl, `update infomart.chat_session_dim set language_name = 'English' where id > 0`);
    expect(await reconcileAll()).toMatchObject({ different: 3, repaired: 3 });
    await query(urls.martUrl, 'update infomart.chat_session_attached_data set customer = null');
    expect(await reconcileAll()).toMatchObject({ different: 1, repaired: 1 });
    expect(await query(urls.martUrl, 'select customer from infomart.chat_session_attached_data')).toEqual([
      { customer: expect.stringMatching(/^\[value:[0-9a-f]{32}\]$/) as string },
    ]);
  });
});

describe('migrate on a mart with raw texts', () => {
  beforeAll(async () => {
    await start([]);
    await writeUserData(urls.idbUrl, [
      ...chat('A', ['csg_LanguageName', 'jo@example.com']),
      ...chat('B', ['csg_LanguageName', 'al@example.com']),
      ...chat('C', ['csg_LanguageName', 'Deutsch'], ['csg_MediaType', 'x@example.com']),
      ...chat('D', ['csg_LanguageName', 'Deutsch'], ['csg_MediaType', 'y@example.com']),
    ]);
    await runOnce();
    await query(urls.martUrl, `update infomart.media_type set media_name = 'Named' where media_name_code = 'Y@EXAMPLE.COM'`);
    await migrate([EMAIL]);
  });

  test('gives facts of members that have become the same one of them, and keeps the others, each with a text of its own', async () => {
    const found = (await languages()).sort((one, other) => (one.language_name < other.language_name ? -1 : 1));
    expect(found.map(({ language_name: name, facts }) => [name.replace(/ \d+$/, ' n'), facts])).toEqual([
      ['Deutsch', 2],
      ['[email]', 2],
      ['[email] n', 0],
    ]);
    expect(found[2]!.language_name).toBe(`[email] ${found[2]!.id}`);
    const media = await query<{ code: string; name: string }>(
      urls.martUrl,
      `select media_name_code as code, media_name as name from infomart.media_type where media_name_code like '[EMAIL]%'`,
    );
    expect(media.map(({ code }) => code.replace(/ \d+$/, ' n')).sort()).toEqual(['[EMAIL]', '[EMAIL] n']);
    // A name that an operator has given stays.
    expect(media.filter(({ code, name }) => name !== code).map(({ name }) => name)).toEqual(['Named']);
  });

  test('and the aggregates follow', async () => {
    await aggregate({ ...urls, ...options });
    expect(await breachesOf(urls.martUrl)).toEqual([]);
    const sums = await query<{ sessions: number }>(
      urls.martUrl,
      `select sum(sessions)::int as sessions from infomart.agt_chat_stats_day join infomart.chat_session_dim on id = chat_session_dim_key where language_name = '[email]'`,
    );
    expect(sums).toEqual([{ sessions: 2 }]);
  });

  test('twice changes nothing, and the facts are those of a run', async () => {
    expect((await migrate([EMAIL])).applied).toEqual([]);
    expect(await reconcileAll()).toMatchObject({ missing: 0, different: 0 });
    expect((await runOnce()).sessions).toMatchObject({ inserted: 0, updated: 0 });
  });

  test('without rules it loads as it came again, and says what stays', async () => {
    const said: string[] = [];
    await migrateMart({ ...urls, martSchema: 'infomart', log: (line) => said.push(line), properties: { sensitiveData: [] } });
    expect(said.join()).toContain('sensitive-data names nothing any more');
    await writeUserData(urls.idbUrl, chat('E', ['csg_LanguageName', 'jo@example.com']));
    await runOnce();
    expect((await languages()).map(({ language_name: name }) => name)).toContain('jo@example.com');
  });
});

describe('own keys that are numbers, flags and times', () => {
  const CARD: SensitiveRule = { name: 'card', as: 'mask' };
  const WHOLE: SensitiveRule = { name: 'value', as: 'mask', keys: ['Parked', 'Vip', 'Born'] };
  const AMEX = '378282246310005';
  const SENSITIVE = [
    ['Number', AMEX],
    ['Parked', '3'],
    ['Vip', 'yes'],
    ['Born', '1980-05-06'],
  ] as const;
  const stored = () =>
    query(
      urls.martUrl,
      `select number_of, own.parking_queue_count as own_count, vip, born_ts, chat_session_fact.parking_queue_count as fact_count
       from infomart.chat_session_fact left join infomart.chat_session_attached_data as own using (media_server_ixn_guid)
       order by media_server_ixn_guid`,
    );
  const discards = () =>
    query<{ keyname: string; raw_value: string }>(
      urls.martUrl,
      `select keyname, raw_value from infomart.stg_transform_discards where resolved_ts is null order by guid, keyname`,
    );
  const NOTHING = { number_of: null, own_count: null, vip: null, born_ts: null, fact_count: null };
  const SET_ASIDE = [
    { keyname: 'Born', raw_value: '[value]' },
    { keyname: 'Number', raw_value: '[card]' },
    { keyname: 'Parked', raw_value: '[value]' },
    { keyname: 'Vip', raw_value: '[value]' },
  ];

  test('are set aside on the way in, and reconcile need not read them again', async () => {
    await start([WHOLE, CARD]);
    await writeUserData(urls.idbUrl, [...chat('A', ...SENSITIVE.slice(1)), ...chat('B', ['Number', '12'])]);
    await runOnce();
    expect(await stored()).toEqual([NOTHING, { ...NOTHING, number_of: 12 }]);
    expect(await discards()).toEqual(SET_ASIDE.filter(({ keyname }) => keyname !== 'Number'));
    expect(await reconcileAll()).toMatchObject({ interactions: 2, right: 2, comparedInFull: 0, missing: 0, different: 0 });
  });

  test('leave a mart that has them, purged or not, and it is as if it had always masked', async () => {
    await start([]);
    await writeUserData(urls.idbUrl, [...chat('A', ...SENSITIVE), ...chat('B', ['Number', '12']), ...chat('C', ...SENSITIVE)]);
    await runOnce();
    expect(await discards()).toEqual([]);
    await query(urls.idbUrl, `delete from g_userdata_history where callid = 'C'`);
    expect((await migrate([WHOLE, CARD])).applied).toEqual(['sensitive-data']);
    expect(await stored()).toEqual([NOTHING, { ...NOTHING, number_of: 12 }, NOTHING]);
    expect(await discards()).toEqual([...SET_ASIDE, ...SET_ASIDE]);
    expect(await breachesOf(urls.martUrl)).toEqual([]);
    expect(await reconcileAll()).toMatchObject({ missing: 0, different: 0 });
    expect(await discards()).toEqual([...SET_ASIDE, ...SET_ASIDE]);
  });

  test('a whole number, flag or time of Chat Server cannot be masked, and migrate says so', async () => {
    urls = await freshDatabases();
    const rule: SensitiveRule = { name: 'value', as: 'mask', keys: ['csg_TenantId', 'csg_LanguageName', 'ChatServerSessionStartedAt'] };
    const problem = await problemOf(() => migrate([rule]));
    expect(problem).toContain('bad-sensitive-data');
    expect(problem).toContain('ChatServerSessionStartedAt, csg_TenantId');
    expect((await migrate([{ ...rule, keys: ['csg_LanguageName'] }])).applied).toContain('sensitive-data');
  });
});

test('a rule that hashes needs a key before anything changes', async () => {
  urls = await freshDatabases();
  const properties = { attachedData: OWN, sensitiveData: [HASHED] };
  expect(await problemOf(() => migrateMart({ ...urls, martSchema: 'infomart', properties }))).toContain('hash-key-missing');
  await migrate([HASHED]);
  expect(await problemOf(() => run({ ...urls, ...options }))).toContain('hash-key-missing');
});

test('rules that come while a chunk waits to be loaded hold for it: the job begins again', async () => {
  await start([]);
  await writeUserData(urls.idbUrl, chat('LATE', ['csg_LanguageName', 'jo@example.com']));
  const said: string[] = [];
  const rule = JSON.stringify({ name: 'email', as: 'mask' });
  const running = await withConnection({ url: urls.martUrl, applicationName: 'test', schema: 'infomart' }, async (other) => {
    await other.query('begin');
    await takeWriterLock(other, 'infomart');
    const begun = run({ ...urls, ...options, settleMs: 0, retryDelaysMs: [1], log: (line) => said.push(line) });
    await untilWriterQueues(urls.martUrl);
    await other.query(`insert into ctl_schema_info (property, value, updated_ts) values ('sensitive-data-1', '${rule}', 0)`);
    await other.query('commit');
    return { begun };
  });
  expect((await running.begun).sessions).toMatchObject({ inserted: 1 });
  expect((await languages()).map(({ language_name: name }) => name)).toEqual(['[email]']);
  expect(said.join()).toContain('The rules for sensitive data have changed since this job began');
});
