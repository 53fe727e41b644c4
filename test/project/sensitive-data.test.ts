import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { AttachedKey } from '../../src/model/attached-key.js';
import { readKvpMap } from '../../src/spec/kvp-map.js';
import { breachesOf } from '../support/breaches.js';
import { freshDatabases, freshIdb, query } from '../support/databases.js';
import { sampleOf } from '../support/depth.js';
import { callProgram } from '../support/every-command.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { writeUserData, type UserDataRow } from '../support/user-data.js';

// No other test may have these: the whole log of the server is searched.
const CARD = '4539 5787 6362 1486';
const SECRETS = [CARD, 'Kanari.Vogel@example.org', '+49 171 5550 1990', 'KV-774411'];
/** As they would be found if one of them were stored in any of its forms, or in part. */
const CANARY = /4539.?5787.?6362|kanari.?vogel|171.?5550.?1990|KV-?774411/i;
const TEXT = `Kunde ${SECRETS.join(', ')} ruft an`;

const RULES = [
  { find: 'card' },
  { find: 'email', as: 'hash' },
  { find: 'phone' },
  { name: 'customer', pattern: 'KV-[0-9]{6}' },
  { find: 'value', keys: ['Customer'], as: 'hash' },
];
const OWN: readonly AttachedKey[] = [
  { key: 'Note', column: 'NOTE', kind: 'attribute' },
  { key: 'Customer', column: 'CUSTOMER', kind: 'attribute' },
  { key: 'Thread', column: 'THREAD_ID', kind: 'attribute' },
  { key: 'Score', column: 'SCORE', kind: 'measure' },
  { key: 'Vip', column: 'VIP', kind: 'flag' },
  { key: 'CallbackAt', column: 'CALLBACK_TS', kind: 'time' },
];
const START = 'ChatServerSessionStartedAt';
const END = 'ChatServerSessionClosedAt';

const chat = (guid: string): UserDataRow[] => [
  [guid, START, '2026-03-01T10:07:00Z'],
  [guid, END, '2026-03-01T10:17:00Z'],
];

/** Every key with the canaries in its text, together and one by one; then where a text is none of a value. */
function rowsWithCanaries(): UserDataRow[] {
  const keys = [...readKvpMap().keys.map(({ kvp }) => kvp), ...OWN.map(({ key }) => key)];
  const isTime = (key: string): boolean => key === START || key === END;
  return [
    ...[TEXT, ...SECRETS, '4539578763621486'].flatMap((text, at) => [
      // All keys have a text, so that it becomes no fact; and all but the times, so that it becomes one.
      ...keys.map((key): UserDataRow => [`NOFACT${at}`, key, text]),
      ...chat(`FACT${at}`),
      ...keys.filter((key) => !isTime(key)).map((key): UserDataRow => [`FACT${at}`, key, text]),
    ]),
    // Corrected, deleted, without an end, and too long for its column with the number at the border.
    ...chat('TWICE'),
    ['TWICE', 'csg_LanguageName', TEXT],
    ['TWICE', 'csg_LanguageName', `${TEXT}!`],
    ['TWICE', 'Note', TEXT],
    ['TWICE', 'Note', null],
    ['OPEN', START, '2026-03-01T10:07:00Z'],
    ['OPEN', 'csg_MediaOrigin', TEXT],
    ...[0, 4, 8, 12, 16].flatMap((shift): UserDataRow[] => [
      ...chat(`LONG${shift}`),
      [`LONG${shift}`, 'csg_SessionEndedReason', `${'x'.repeat(30 + shift)} ${CARD}`],
      [`LONG${shift}`, 'Note', `${'客'.repeat(1_000 + shift)} ${CARD}`],
    ]),
    // Bytes beside it, an own key alone, ids that are none, and names of keys.
    ['WAITS', 'Note', TEXT],
    ...chat('Kanari.Vogel@example.org'),
    ...chat(`call of ${TEXT} that is longer than an id can be`),
    ...chat(CARD),
    ...Array.from({ length: 30 }, (): UserDataRow[] => [
      ['FACT0', `key of ${SECRETS[1]}`, 'x'],
      ['FACT0', `note ${CARD}`, 'x'],
    ]).flat(),
  ];
}

interface World {
  readonly environment: Record<string, string>;
  readonly home: string;
  readonly martUrl: string;
}

/** Databases with canaries; the second IDB disagrees about each of them. */
async function createWorld(rules: readonly object[] | undefined): Promise<World> {
  const { idbUrl, martUrl } = await freshDatabases();
  const twin = await freshIdb();
  for (const url of [idbUrl, twin]) await query(url, 'alter table g_userdata_history alter value type text, alter callid type text');
  await writeUserData(idbUrl, rowsWithCanaries());
  await writeUserData(twin, [...chat('FACT0'), ['FACT0', 'csg_LanguageName', `twin: ${TEXT}`], ['FACT0', 'Note', `twin: ${TEXT}`]]);
  const home = temporaryFolder();
  writeFileSync(path.join(home, 'hash-key'), '0123456789abcdef0123456789abcdef', { mode: 0o600 });
  const config = {
    'attached-data': OWN.map(({ key, column, kind }) => ({ key, as: column, kind })),
    ...(rules && { 'sensitive-data': rules, 'hash-key-file': 'hash-key' }),
    'log-level': 'debug',
  };
  writeFileSync(path.join(home, 'chatmart.config.json'), JSON.stringify(config));
  return { environment: { CHATMART_IDB_URL: `${idbUrl} ${twin}`, CHATMART_MART_URL: martUrl }, home, martUrl };
}

async function call({ environment, home }: World, ...args: string[]): Promise<string> {
  return (await callProgram(args, { environment, workingFolder: home })).text;
}

const summaryOf = async ({ environment, home }: World, ...args: string[]): Promise<unknown> =>
  JSON.parse((await callProgram([...args, '--json'], { environment, workingFolder: home })).printed);

/** The content of all tables, as texts; by name. */
async function tablesOf(martUrl: string): Promise<Map<string, string>> {
  const rows = await query<{ name: string; content: string }>(
    martUrl,
    `select table_name as name, query_to_xml(format('select * from %I.%I', table_schema, table_name), true, false, '')::text as content
     from information_schema.tables
     where table_schema not in ('pg_catalog', 'information_schema') and table_type = 'BASE TABLE' and table_name <> 'date_time'`,
  );
  return new Map(rows.map(({ name, content }) => [name, content]));
}

const tablesWithCanary = async ({ martUrl }: World): Promise<string[]> =>
  [...(await tablesOf(martUrl))]
    .filter(([, content]) => CANARY.test(content))
    .map(([name]) => name)
    .sort();

const filesWithCanary = (folder: string): string[] =>
  filesOf(folder)
    .filter((file) => CANARY.test(readFileSync(file, 'latin1')))
    .map((file) => path.relative(folder, file))
    .sort();

/** All files below a folder. */
const filesOf = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((file) => path.join(folder, file))
    .filter((file) => statSync(file).isFile());

/** What commands write. */
const WRITTEN = temporaryFolder();
const METRICS = path.join(WRITTEN, 'metrics.prom');
const SPAN = ['--from', '2026-02-01', '--to', '2026-03-04'];
/** Everything that reads the IDB or shows what the mart has of it. */
const COMMANDS: readonly (readonly string[])[] = [
  ['run', '--json'],
  ['run', '--metrics-file', METRICS],
  ['reconcile', ...SPAN],
  ['discards', 'retry'],
  ['backfill', ...SPAN],
  ['maintain', '--yes'],
  ['doctor'],
  ['export', '--output', path.join(WRITTEN, 'export'), '--format', 'csv'],
  ['docs', '--output', path.join(WRITTEN, 'docs')],
  ['status', '--check'],
  ...sampleOf(
    [
      ['discards', 'list', '--all', '--format', 'json'],
      ['discards', 'list'],
      ['reconcile', ...SPAN, '--json'],
      ['report', 'sessions', '--format', 'html', ...SPAN],
      ['report', 'sessions', '--format', 'table', ...SPAN],
      ['report', 'sessions', '--format', 'json', ...SPAN],
      ['report', 'chat-session', '--by', 'language,media-origin,ended-reason,note,customer', '--format', 'csv', ...SPAN],
      ['status', '--json', '--check'],
      ['doctor', '--json'],
      ['sql', 'select * from chat_session_dim'],
      ['aggregate', ...SPAN],
      ['config', 'show'],
    ],
    6,
  ),
];

describe('with rules', () => {
  let world: World;
  const said: string[] = [];

  beforeAll(async () => {
    world = await createWorld(RULES);
    for (const args of [['migrate'], ...COMMANDS]) said.push(`${args.join(' ')}:\n${await call(world, ...args)}`);
  });

  test('no canary is in anything that a command says, even in its debug log', () =>
    expect(said.filter((text) => CANARY.test(text))).toEqual([]));

  test('none is in a table', async () => expect(await tablesWithCanary(world)).toEqual([]));

  test('none is in a file, or in the log of the server', async () => {
    const { martUrl, home } = world;
    const [{ folder }] = (await query<{ folder: string }>(martUrl, `select current_setting('data_directory') as folder`)) as [
      { folder: string },
    ];
    const logs = filesOf(path.dirname(folder)).filter((file) => /\.log$|\.csv$|\.json$/.test(file));
    const written = filesOf(WRITTEN);
    expect(written.map((file) => path.relative(WRITTEN, file))).toEqual(
      expect.arrayContaining([
        'metrics.prom',
        'docs/dictionary.html',
        'export/manifest.json',
        'export/chat_session_fact/month=2026-03/chat_session_fact-2026-03.csv',
      ]),
    );
    expect([...filesOf(home), ...logs, ...written].filter((file) => CANARY.test(readFileSync(file, 'latin1')))).toEqual([]);
  });

  test('what was not sensitive is there, and the data checks find nothing', async () => {
    const [dim] = await query<{ language_name: string }>(
      world.martUrl,
      `select language_name from infomart.chat_session join infomart.chat_session_attached_data using (media_server_ixn_guid) where media_server_ixn_guid = 'FACT0'`,
    );
    expect(dim!.language_name).toMatch(/^Kunde \[card\], \[email:[0-9a-f]{32}\], \[phone\], \[customer\] ruft an$/);
    const own = await query<{ note: string; customer: string; score: null }>(
      world.martUrl,
      `select note, customer, score from infomart.chat_session_attached_data where media_server_ixn_guid like 'FACT%' order by media_server_ixn_guid`,
    );
    expect(own[1]).toMatchObject({ note: '[card]', score: null });
    for (const { customer } of own) expect(customer).toMatch(/^\[value:[0-9a-f]{32}\]$/);
    expect(await breachesOf(world.martUrl)).toEqual([]);
  });

  test('ids that are none are discards, each once, and no session', async () => {
    const rows = await query<{ guid: string; raw_value: string }>(
      world.martUrl,
      'select guid, raw_value from infomart.stg_transform_discards where code = 14 and resolved_ts is null order by raw_value collate "C"',
    );
    expect(rows.map(({ raw_value: raw }) => raw.replaceAll(/:[0-9a-f]{32}/g, ''))).toEqual([
      '[card]',
      '[email]',
      'call of Kunde [card], [email], [phone], [customer] ruft an that is longer than an id can be',
    ]);
  });

  test('the names of ignored keys are known without what was in them', async () => {
    const [source] = await query<{ names: string }>(
      world.martUrl,
      `select ignored_keys::text as names from infomart.chatmart_source where source_name = 'idb'`,
    );
    expect(source!.names).toContain('note [card]');
    expect(said.join('')).toContain('note [card]');
  });

  test('what the IDB says of an error is masked too, and on record so', async () => {
    const { environment, home, martUrl } = world;
    const [idbUrl] = environment['CHATMART_IDB_URL']!.split(' ') as [string];
    await query(
      idbUrl,
      `create view as_numbers as select id, callid, keyname, value, added_ts,
         case when keyname = 'csg_LanguageName' then value::integer else changetype end as changetype from g_userdata_history`,
    );
    const { text } = await callProgram(['run'], {
      environment: { ...environment, CHATMART_IDB_URL: idbUrl, CHATMART_IDB_TABLE: 'as_numbers' },
      workingFolder: home,
    });
    expect(text).toContain('invalid input syntax for type integer: "Kunde [card], [email:');
    expect(text).not.toMatch(CANARY);
    const failed = await query<{ message: string }>(martUrl, `select message from infomart.ctl_etl_history where status = 'FAILED'`);
    expect(failed.map(({ message }) => message).join()).toContain('"Kunde [card]');
    expect(await tablesWithCanary(world)).toEqual([]);
  });

  test('so it is by whatever command reads the IDB', async () => {
    const { environment, home } = world;
    const [idbUrl] = environment['CHATMART_IDB_URL']!.split(' ') as [string];
    // A view that cannot cast what customers wrote, where times are read, and where keys are.
    const cast = `case when keyname = 'csg_LanguageName' then value::integer end`;
    await query(
      idbUrl,
      `create view with_times as select id, callid, keyname, value, coalesce(${cast}, added_ts) as added_ts, changetype from g_userdata_history`,
    );
    await query(
      idbUrl,
      `create view with_keys as select id, callid, coalesce((${cast})::text, keyname)::varchar as keyname, value, added_ts, changetype from g_userdata_history`,
    );
    for (const [table, ...args] of [
      ['with_times', 'backfill', ...SPAN, '--dry-run'],
      ['with_times', 'backfill', ...SPAN],
      ['with_times', 'status'],
      ['with_times', 'doctor'],
      ['with_keys', 'discards', 'retry'],
    ]) {
      const { text } = await callProgram(args, {
        environment: { ...environment, CHATMART_IDB_URL: idbUrl, CHATMART_IDB_TABLE: table! },
        workingFolder: home,
      });
      expect(text, args.join(' ')).toMatch(/invalid input syntax for type integer: "Kunde \[card\], \[email/);
      expect(text, args.join(' ')).not.toMatch(CANARY);
    }
  });

  test('another run changes nothing, and reconcile finds everything right', async () => {
    const before = await tablesOf(world.martUrl);
    expect(await summaryOf(world, 'run')).toMatchObject({ sessions: { inserted: 0, updated: 0, deleted: 0 } });
    expect(await summaryOf(world, 'reconcile', ...SPAN)).toMatchObject({ missing: 0, different: 0 });
    const after = await tablesOf(world.martUrl);
    for (const name of ['chat_session_fact', 'chat_session_dim', 'chat_session_attached_data', 'stg_transform_discards', 'media_type'])
      expect(after.get(name)).toBe(before.get(name));
  });
});

describe('without rules, and then with them', () => {
  let world: World;
  const said: string[] = [];

  beforeAll(async () => {
    world = await createWorld(undefined);
    for (const args of [
      ['migrate'],
      ['run', '--json'],
      ['discards', 'list'],
      ['doctor'],
      ['report', 'sessions', ...SPAN],
      ['export', '--output', path.join(world.home, 'export'), '--format', 'csv'],
    ])
      said.push(await call(world, ...args));
  });

  test('the canaries are in tables and in what commands say: the search can fail', async () => {
    expect(await tablesWithCanary(world)).toEqual([
      'chat_session_attached_data',
      'chat_session_dim',
      'chat_session_fact',
      'chatmart_source',
      'media_type',
      'stg_transform_discards',
    ]);
    expect(said.map((text) => CANARY.test(text))).toEqual([false, true, true, true, true, false]);
    expect(filesWithCanary(world.home)).toEqual([
      'export/chat_session_attached_data/month=2026-03/chat_session_attached_data-2026-03.csv',
      'export/chat_session_dim/chat_session_dim.csv',
      'export/chat_session_fact/month=2026-03/chat_session_fact-2026-03.csv',
      'export/media_type/media_type.csv',
    ]);
  });

  test('a job refuses to load beside raw texts; migrate masks them, purged or not, and the mart is as if it had always done so', async () => {
    await query(
      world.environment['CHATMART_IDB_URL']!.split(' ')[0]!,
      `delete from g_userdata_history where callid in ('FACT1', 'LONG4', 'NOFACT2')`,
    );
    const file = path.join(world.home, 'chatmart.config.json');
    const config = { ...(JSON.parse(readFileSync(file, 'utf8')) as object), 'sensitive-data': RULES, 'hash-key-file': 'hash-key' };
    writeFileSync(file, JSON.stringify(config));
    expect(await call(world, 'run')).toMatch(/sensitive-data-not-applied/);
    expect(await call(world, 'status')).toContain('the setting sensitive-data names card (mask), email (hash)');
    expect(await call(world, 'migrate')).toMatch(
      /sensitive-data: \d+ texts of sessions, \d+ members of dimensions and \d+ discards were masked/,
    );
    expect(await tablesWithCanary(world)).toEqual([]);
    await call(world, 'export', '--output', path.join(world.home, 'export'));
    // The feed names the session whose CALLID was an address, so that copies of the export can forget it.
    expect(filesWithCanary(world.home)).toEqual(['export/deleted_sessions/deleted_sessions.csv']);
    expect(await call(world, 'aggregate')).toContain('aggregate');
    expect(await breachesOf(world.martUrl)).toEqual([]);
    const facts = `select media_server_ixn_guid as guid, chat_session_id, chat_session_fact.thread_id, media_origin, language_name, ended_by, ended_reason, ended_agent, media_name_code, note, customer
      from infomart.chat_session_fact join infomart.chat_session_dim on id = chat_session_dim_key join infomart.media_type using (media_type_key)
      left join infomart.chat_session_attached_data using (media_server_ixn_guid) order by 1`;
    const before = await query<{ guid: string }>(world.martUrl, facts);
    // What was cut before it was masked has lost its last words; the rows that are still there, or their discards, bring them back.
    expect(await summaryOf(world, 'reconcile', ...SPAN)).toMatchObject({ missing: 0, different: 5 });
    await call(world, 'backfill', ...SPAN);
    const after = await query<{ guid: string }>(world.martUrl, facts);
    const isWhole = ({ guid }: { guid: string }): boolean => !guid.startsWith('LONG') && guid !== 'FACT0';
    expect(after.filter(isWhole)).toEqual(before.filter(isWhole));
    const other = await createWorld(RULES);
    for (const args of [['migrate'], ['run']]) await call(other, ...args);
    expect(after.filter(({ guid }) => guid !== 'LONG4')).toEqual(
      (await query<{ guid: string }>(other.martUrl, facts)).filter(({ guid }) => guid !== 'LONG4'),
    );
  });

  test('the key of hashes must be that of the mart; migrate takes another one, and says what that means', async () => {
    writeFileSync(path.join(world.home, 'hash-key'), 'another key of thirty-two letters', { mode: 0o600 });
    expect(await call(world, 'run')).toMatch(/hash-key-differs/);
    expect(await call(world, 'status')).toContain('holds another key');
    expect(await call(world, 'migrate')).toContain('the key of hashes is another one');
    expect(await call(world, 'run')).not.toMatch(/hash-key-differs/);
    writeFileSync(path.join(world.home, 'hash-key'), 'short', { mode: 0o600 });
    expect(await call(world, 'run')).toMatch(/bad-hash-key/);
  });

  test('who only reads needs no key', async () => {
    rmSync(path.join(world.home, 'hash-key'));
    for (const args of [
      ['status', '--check'],
      ['report', 'sessions', ...SPAN],
      ['backfill', ...SPAN, '--dry-run'],
    ])
      expect(await call(world, ...args), args.join(' ')).not.toMatch(/bad-hash-key|hash-key-missing/);
  });
});
