import { chmodSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadConfig } from '../../src/config/load-config.js';
import { toLogin } from '../../src/db/login.js';
import { monotonicMs } from '../../src/model/clock.js';
import { packageFile } from '../../src/spec/package-file.js';
import { closeAfterFile } from '../support/closers.js';
import { freshDatabases, freshIdb, query, testClock } from '../support/databases.js';
import { deepTest, sampleOf } from '../support/depth.js';
import { callProgram, listCommands, type Seen } from '../support/every-command.js';
import { problemOf } from '../support/problem-of.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { writeUserData } from '../support/user-data.js';
import { workerServer } from '../support/worker-server.js';
import { expectText } from '../support/expect-text.js';

const CANARY = 'c4n4ry-p4ssw0rd';
const IDB = 'postgres://reader@127.0.0.1/icon';
const MART = 'postgres://etl@127.0.0.1:5433/infomart';

/** Writes a file into a folder of its own. */
function fileWith(content: string, mode = 0o600, name = 'file'): string {
  const file = path.join(temporaryFolder(), name);
  writeFileSync(file, content);
  chmodSync(file, mode);
  return file;
}

const load = (environment: Record<string, string>, options: Record<string, unknown> = {}) =>
  loadConfig(options, {
    environment: { CHATMART_IDB_URL: IDB, CHATMART_MART_URL: MART, ...environment },
    workingFolder: temporaryFolder(),
  });
const problem = async (environment: Record<string, string>, options: Record<string, unknown> = {}): Promise<string> =>
  (await problemOf(() => load(environment, options))).replaceAll(/\/\S+\/folder-\w+/g, '<folder>');
const passwordsOf = (urls: readonly (string | undefined)[]): string[] => urls.map((url) => decodeURIComponent(new URL(url!).password));

describe('passwords in files', () => {
  test('of the IDB and of the mart, named by option, environment or configuration file', () => {
    const [idb, mart] = [fileWith('of idb\n'), fileWith(' of mart ')];
    const folder = path.dirname(fileWith(JSON.stringify({ 'mart-password-file': 'secret' }), 0o644, 'chatmart.config.json'));
    writeFileSync(path.join(folder, 'secret'), 'beside', { mode: 0o600 });
    const config = load({ CHATMART_IDB_PASSWORD_FILE: idb }, { martPasswordFile: mart });
    expect(passwordsOf([...config.idbUrls, config.martUrl])).toEqual(['of idb', ' of mart ']);
    const beside = load({}, { config: path.join(folder, 'chatmart.config.json') });
    expect(passwordsOf([...beside.idbUrls, beside.martUrl])).toEqual(['', 'beside']);
  });

  test('of twins: one for all, or a line each', async () => {
    const twins = { CHATMART_IDB_URL: `${IDB} ${IDB}2` };
    const passwords = (text: string) => passwordsOf(load({ ...twins, CHATMART_IDB_PASSWORD_FILE: fileWith(text) }).idbUrls);
    expect(passwords('same\n')).toEqual(['same', 'same']);
    expect(passwords('one\r\ntwo\r\n')).toEqual(['one', 'two']);
    expectText([
      await problem({ ...twins, CHATMART_IDB_PASSWORD_FILE: fileWith(`${CANARY}\n${CANARY}\n${CANARY}`) }),
      await problem({ ...twins, CHATMART_IDB_PASSWORD_FILE: fileWith(`\n${CANARY}`) }),
      await problem({ CHATMART_MART_PASSWORD_FILE: fileWith('') }),
      await problem({ CHATMART_MART_PASSWORD_FILE: '/nowhere/file' }),
    ]);
  });

  test('whatever characters they have, the driver gets them', () => {
    const file = fileWith('');
    const password = fc.string({
      unit: fc.constantFrom(...Array.from(' !"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~aZ09é€😀\t'), '%41'),
      minLength: 1,
    });
    fc.assert(
      fc.property(password, fc.constantFrom(MART, 'postgres://u@/infomart?host=/run', 'postgres:///infomart?host=/run'), (text, url) => {
        writeFileSync(file, `${text}\n`);
        const { martUrl } = load({ CHATMART_MART_URL: url, CHATMART_MART_PASSWORD_FILE: file });
        expect(toLogin(martUrl!).password).toBe(text);
      }),
    );
  });

  test('in another encoding: a byte order mark is no part of it, and what is no UTF-8 is named', async () => {
    const bytes = (content: Buffer): string => {
      const file = fileWith('');
      writeFileSync(file, content);
      return file;
    };
    const load8 = load({ CHATMART_MART_PASSWORD_FILE: bytes(Buffer.from('\uFEFFpässword\r\n')) });
    expect(passwordsOf([load8.martUrl])).toEqual(['pässword']);
    const told = (content: Buffer): Promise<string> => problem({ CHATMART_MART_PASSWORD_FILE: bytes(content) });
    expect(await told(Buffer.from(`\uFEFF${CANARY}\r\n`, 'utf16le'))).toMatch(/<folder>\/file is encoded in UTF-16 LE; save it in UTF-8$/);
    expect(await told(Buffer.from(`${CANARY}\xe4`, 'latin1'))).toMatch(
      /<folder>\/file is not encoded in UTF-8 \(line 1, column 16\); save it in UTF-8$/,
    );
    expect(await problem({ CHATMART_MART_PASSWORD_FILE: temporaryFolder() })).toMatch(/ cannot be read: it is a folder$/);
  });

  test('systemd: files of fixed names in its folder', () => {
    const folder = temporaryFolder();
    // The mode that systemd gives these files, as the file system belongs to the service; elsewhere it would be refused, even for root.
    writeFileSync(path.join(folder, 'idb-password'), 'of idb', { mode: 0o444 });
    writeFileSync(path.join(folder, 'mart-password'), 'of mart', { mode: 0o444 });
    const config = load({ CREDENTIALS_DIRECTORY: folder });
    expect(passwordsOf([...config.idbUrls, config.martUrl])).toEqual(['of idb', 'of mart']);
    const named = load({ CREDENTIALS_DIRECTORY: folder, CHATMART_MART_PASSWORD_FILE: fileWith('named') });
    expect(passwordsOf([named.martUrl])).toEqual(['named']);
    expect(passwordsOf(load({ CREDENTIALS_DIRECTORY: temporaryFolder() }).idbUrls)).toEqual(['']);
  });

  test('open to others, or beside a URL that has one: refused', async () => {
    for (const mode of [0o644, 0o604, 0o620]) {
      const file = fileWith(CANARY, mode);
      expect(await problem({ CHATMART_IDB_PASSWORD_FILE: file })).toMatch(/is accessible to others \(mode 06\d\d\); run chmod 600 /);
    }
    const url = `postgres://etl:${CANARY}@127.0.0.1/infomart`;
    const both = await problem({ CHATMART_MART_URL: url, CHATMART_MART_PASSWORD_FILE: fileWith(CANARY) });
    expectText(both);
    const file = fileWith(JSON.stringify({ 'idb-url': IDB, 'mart-url': url }), 0o644);
    expect(await problem({}, { config: file })).toContain('contains a password and is accessible to others');
  });
});

describe("libpq's variables", () => {
  test('say what a URL leaves open of TLS, and of the host', () => {
    const variables = { PGSSLMODE: 'verify-ca', PGSSLROOTCERT: '/etc/ca.crt', PGSSLCERT: '/etc/me.crt', PGSSLKEY: '/etc/me.key' };
    const url = 'postgres://etl@mart.example/infomart';
    expect(load({ ...variables, CHATMART_MART_URL: url }).martUrl).toBe(
      `${url}?sslmode=verify-ca&sslcert=/etc/me.crt&sslkey=/etc/me.key&sslrootcert=/etc/ca.crt`,
    );
    expect(load({ PGSSLMODE: 'disable', CHATMART_MART_URL: `${url}?sslmode=verify-full` }).martUrl).toBe(`${url}?sslmode=verify-full`);
    expect(load({ PGHOST: 'idb.example', CHATMART_IDB_URL: 'postgres:///icon' }).idbUrls).toEqual(['postgres://idb.example/icon']);
    expect(load({ PGSSLROOTCERT: 'system', CHATMART_MART_URL: url }).martUrl).toBe(`${url}?sslrootcert=system`);
  });

  test('a file beside the configuration file', () => {
    const file = fileWith(JSON.stringify({ 'mart-url': `${MART}?sslrootcert=ca.crt` }), 0o600, 'chatmart.config.json');
    const { martUrl } = loadConfig({ config: file }, { environment: { CHATMART_IDB_URL: IDB }, workingFolder: '/' });
    expect(new URL(martUrl!).searchParams.get('sslrootcert')).toBe(path.join(path.dirname(file), 'ca.crt'));
  });

  test('one that cannot be obeyed', async () => {
    expectText(await problem({ PGSSLMODE: 'no-verify' }));
  });
});

/** All rows of all tables of a database. */
async function wholeText(url: string): Promise<string> {
  const [row] = await query<{ content: string }>(
    url,
    `select string_agg(query_to_xml(format('select * from %I.%I', table_schema, table_name), true, false, '')::text, '') as content
     from information_schema.tables
     where table_schema in ('public', 'infomart') and table_type = 'BASE TABLE' and table_name <> 'date_time'`,
  );
  return row!.content;
}

/** Arguments with which each command works. A new command needs a line here. */
const ARGUMENTS: Readonly<Record<string, (into: string) => readonly string[]>> = {
  demo: () => [],
  migrate: () => ['--json'],
  run: () => ['--json'],
  schedule: () => ['--cron', '* * * * * *', '--log-level', 'debug'],
  backfill: () => ['--from', '2026-03-01', '--to', '2026-03-04', '--json'],
  aggregate: () => ['--from', '2026-03-01', '--to', '2026-03-02'],
  reconcile: () => ['--from', '2026-03-01', '--to', '2026-03-04'],
  maintain: () => ['--yes', '--json'],
  erase: () => ['--guid', 'nobody', '--yes'],
  report: () => ['chat-termination'],
  docs: () => ['--output', temporaryFolder()],
  export: () => ['--output', temporaryFolder()],
  name: () => ['media-type', 'CHAT', 'Web chat'],
  status: () => ['--json'],
  doctor: () => [],
  'discards list': () => [],
  'discards retry': () => [],
  simulate: (into) => ['--sessions', '3', '--from', '2026-03-01', '--to', '2026-03-02', '--into', into],
  'spec check': () => [packageFile('specs', 'ccon_adata_spec_chat.xml')],
  'spec print': () => [],
  'config show': () => ['--json'],
  completion: () => ['bash'],
  'db start': () => [],
  'db stop': () => [],
  'db url': () => [],
  sql: () => ['select count(*) from chat_session_fact'],
};

/** They read no configured database, so a wrong one does not affect them. */
const WITHOUT_DATABASE = ['completion', 'config show', 'demo', 'spec check', 'spec print', 'db start', 'db stop', 'db url'];
/** They read no configuration either. */
const WITHOUT_CONFIGURATION = ['completion'];
/** It runs until it is told to end, even while a database is away. */
const DAEMON = 'schedule';
/** Continues from the other commands' time: on a clock that stands still, the daemon's next cycle would never be due. */
const daemonClock = (): Date => new Date(testClock().getTime() + monotonicMs());
const WITH_DATABASE = Object.keys(ARGUMENTS).filter((name) => !WITHOUT_DATABASE.includes(name) && name !== DAEMON);

test('every command is among those whose output is searched', async () => {
  expect((await listCommands()).sort()).toEqual(Object.keys(ARGUMENTS).sort());
});

describe('a password is not in anything that a command says', () => {
  let urls: { idbUrl: string; martUrl: string };
  /** A database URL with another login or place. */
  const changed = (url: string, parts: Partial<Pick<URL, 'username' | 'password' | 'hostname' | 'port' | 'search'>>): string =>
    Object.assign(new URL(url), parts).toString();

  beforeAll(async () => {
    const server = await workerServer();
    await query(server.url('postgres'), `create role canary superuser login password '${CANARY}'`);
    closeAfterFile(() => query(server.url('postgres'), 'drop role canary'));
    const { idbUrl, martUrl } = await freshDatabases();
    const login = { username: 'canary', password: CANARY };
    urls = { idbUrl: changed(idbUrl, login), martUrl: changed(martUrl, login) };
    process.env['PGPASSWORD'] = CANARY;
  });
  afterAll(() => Reflect.deleteProperty(process.env, 'PGPASSWORD'));

  const call = (name: string, environment: Record<string, string>, into = urls.idbUrl): Promise<Seen> =>
    callProgram([...name.split(' '), ...ARGUMENTS[name]!(changed(into, { password: '' }))], {
      environment: { CHATMART_IDB_URL: urls.idbUrl, CHATMART_MART_URL: urls.martUrl, ...environment },
      workingFolder: temporaryFolder(),
    });
  /** All of them fail, and none reveals the secret. */
  async function expectSilence(names: readonly string[], environment: Record<string, string>, into?: string): Promise<void> {
    for (const name of names) {
      const { text, failed } = await call(name, environment, into);
      expect({ name, failed, text }).toEqual({ name, failed: true, text: expect.not.stringContaining(CANARY) as string });
    }
  }

  test('when it works', async () => {
    for (const name of WITH_DATABASE) {
      const { text, failed } = await call(name, {}, changed(await freshIdb(), { username: 'canary' }));
      expect({ name, failed, text }).toEqual({ name, failed: false, text: expect.not.stringContaining(CANARY) as string });
    }
    for (const url of [urls.idbUrl, urls.martUrl]) expect(await wholeText(url)).not.toContain(CANARY);
  });

  test.each([
    ['when the daemon works', {}, 'cycle: 0 rows'],
    ['when it waits for a database', { port: '1' }, 'trying again at each tick'],
  ])('%s', async (_, parts, said) => {
    const environment = { CHATMART_IDB_URL: urls.idbUrl, CHATMART_MART_URL: changed(urls.martUrl, parts) };
    const stopAfter = (line: string): unknown => line.includes(said) && process.emit('SIGTERM', 'SIGTERM');
    const { text, failed } = await callProgram(
      [DAEMON, ...ARGUMENTS[DAEMON]!('')],
      { environment, workingFolder: temporaryFolder(), clock: daemonClock },
      stopAfter,
    );
    expect({ failed, text }).toEqual({ failed: false, text: expect.stringContaining(said) as string });
    expect(text).not.toContain(CANARY);
  });

  test.each<[string, Parameters<typeof changed>[1]]>([
    ['the login is refused', { username: 'nobody-here' }],
    ['nobody listens', { port: '1' }],
    ['there is no such host', { hostname: 'no-such-host.invalid', search: '?sslmode=disable' }],
    ['the server has no TLS', { search: `?sslmode=verify-full&sslpassword=${CANARY}` }],
    ['a certificate is missing', { search: `?sslmode=require&sslrootcert=/nowhere&sslpassword=${CANARY}` }],
  ])('when %s', async (_, parts) => {
    const [idbUrl, martUrl] = [changed(urls.idbUrl, parts), changed(urls.martUrl, parts)];
    await expectSilence(
      WITH_DATABASE.filter((name) => name !== 'simulate' || !parts.search?.includes('sslpassword')),
      { CHATMART_IDB_URL: idbUrl, CHATMART_MART_URL: martUrl },
      changed(idbUrl, { search: parts.search?.replace(/&sslpassword=.*/, '') ?? '' }),
    );
  });

  test.each([
    ['no URL', `postgres://canary:${CANARY}@ho st:x/db`],
    ['of another product', `jdbc:postgresql://host/db?user=canary&password=${CANARY}`],
    ['only a password', CANARY],
    ['with a sign that should be encoded', `postgres://canary:${CANARY}/x@host/db`],
    ['of no database', `postgres://canary:${CANARY}@host`],
    ['with an unknown parameter', `postgres://canary:${CANARY}@host/db?sslcrl=${CANARY}`],
    ['with an unknown mode', `postgres://canary:${CANARY}@host/db?sslmode=${CANARY}`],
  ])('when a URL is wrong: %s', async (_, url) => {
    const names = Object.keys(ARGUMENTS).filter((name) => !WITHOUT_CONFIGURATION.includes(name));
    await expectSilence(names, { CHATMART_IDB_URL: url, CHATMART_MART_URL: url });
  });
});

deepTest("the embedded server's password is not in anything that a command says when it works", { timeout: 240_000 }, async () => {
  const home = temporaryFolder();
  const call = async (name: string): Promise<Seen & { readonly name: string }> => {
    // Simulated sessions need an IDB without other sessions: here the embedded one, which needs no name.
    const args = name === 'simulate' ? ARGUMENTS[name]!('').slice(0, -2) : ARGUMENTS[name]!('');
    const seen = await callProgram([...name.split(' '), ...args], { environment: { CHATMART_HOME: home }, workingFolder: home });
    return { name, ...seen };
  };
  const said = [await call('db start')];
  const [passFile] = findFiles(home, 'chatmart.pgpass');
  const password = readFileSync(passFile!, 'utf8').trim().split(':').at(-1)!;
  expect(password.length).toBeGreaterThan(20);
  // simulate before run: the others read what it writes.
  const names = [
    'migrate',
    'simulate',
    ...WITH_DATABASE.filter((name) => !['migrate', 'simulate'].includes(name)),
    'config show',
    'spec check',
    'spec print',
    'db url',
    'demo',
    'db stop',
  ];
  for (const name of names) said.push(await call(name));
  expect(said.map(({ name }) => name).sort()).toEqual(
    Object.keys(ARGUMENTS)
      .filter((name) => !WITHOUT_CONFIGURATION.includes(name) && name !== DAEMON)
      .sort(),
  );
  for (const { name, text, failed } of said)
    expect({ name, failed, text }).toEqual({ name, failed: false, text: expect.not.stringContaining(password) as string });
});

/** Arguments without --json, and with it if they ask for it. */
const withoutJsonFirst = (args: readonly string[]): (readonly string[])[] => {
  const plain = args.filter((arg) => arg !== '--json');
  return plain.length < args.length ? [plain, args] : [plain];
};

const findFiles = (folder: string, name: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).flatMap((file) =>
    path.basename(file) === name ? [path.join(folder, file)] : [],
  );

deepTest('a value of an interaction is not in what PostgreSQL says of it when it refuses the row', async () => {
  const value = 'c4n4ry-v4lu3';
  const { idbUrl, martUrl } = await freshDatabases();
  await query(martUrl, `alter table infomart.chat_session_dim add check (media_origin not like 'c4n4ry%')`);
  await query(martUrl, `create unique index on infomart.chat_session_fact (chat_session_id)`);
  const session = (callid: string, key: string) =>
    [
      ['ChatServerSessionStartedAt', '2026-03-01T10:07:00Z'],
      ['ChatServerSessionClosedAt', '2026-03-01T10:17:00Z'],
      [key, value],
    ].map(([name, text]) => [callid, name!, text!] as const);
  // Refused by the check, by the unique index, and by the program itself: an invalid measure and an invalid time.
  await writeUserData(idbUrl, [
    ...session('1', 'csg_MediaOrigin'),
    ...session('2', 'csg_ChatSessionID'),
    ...session('3', 'csg_ChatSessionID'),
    ...session('4', 'csg_SessionTotalTime'),
    ...session('5', 'ChatServerSessionStartedAt'),
  ]);
  const environment = { CHATMART_IDB_URL: idbUrl, CHATMART_MART_URL: martUrl };
  // `discards list` exists to show values.
  const others = WITH_DATABASE.filter((each) => each !== 'discards list');
  for (const name of ['run', ...sampleOf(others, 8)])
    for (const args of withoutJsonFirst(ARGUMENTS[name]!(idbUrl))) {
      const { text, failed } = await callProgram([...name.split(' '), ...args], { environment, workingFolder: temporaryFolder() });
      // simulate leaves rows alone that it did not write.
      expect({ name, failed, text }).toEqual({
        name,
        failed: name === 'simulate',
        text: expect.not.stringContaining(value) as string,
      });
    }
  const refused = await query<{ raw_value: string }>(
    martUrl,
    `select raw_value from infomart.stg_transform_discards where guid in ('1', '2', '3') order by guid`,
  );
  expectText(refused.map((row) => row.raw_value));
});
