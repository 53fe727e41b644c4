import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { loadConfig } from '../../src/config/load-config.js';
import { withConnection } from '../../src/db/connection.js';
import { defaultHost } from '../../src/db/login.js';
import { ChatmartError } from '../../src/model/errors.js';
import { expectText } from '../support/expect-text.js';
import { startLoginRecorder, type LoginRecorder, type RecordedLogin } from '../support/login-recorder.js';
import { findPsql } from '../support/psql-script.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { toHint } from '../../src/terminal/hint.js';

type Environment = Readonly<Record<string, string>>;

/** The result of using a URL: the logins that a server saw, or that none happened. */
type Outcome = readonly RecordedLogin[] | 'refused';

const psql = findPsql();
let recorder: LoginRecorder;
/** Folder of a socket, encoded; ports where the recorder listens and where nothing listens. */
let folder: string;
let open: number;
let closed: number;

beforeAll(async () => {
  recorder = startLoginRecorder();
  folder = temporaryFolder();
  await recorder.listen('socket', { path: path.join(folder, '.s.PGSQL.5432') });
  open = await recorder.listen('tcp', { host: '127.0.0.1', port: 0 });
  closed = 1;
});
afterEach(() => vi.unstubAllEnvs());

/** Replaces `{F}` by the folder, `{P}` by the open port and `{X}` by the closed one. */
const fill = (text: string): string =>
  text.replaceAll('{F}', encodeURIComponent(folder)).replaceAll('{P}', String(open)).replaceAll('{X}', String(closed));

const fillAll = (environment: Environment): Environment =>
  Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, decodeURIComponent(fill(value))]));

/** What psql does when nobody can type a password. */
async function callPsql(url: string, environment: Environment): Promise<{ outcome: Outcome; said: string }> {
  const child = spawn(psql!, ['-X', '-w', '-d', url, '-c', ''], {
    env: { HOME: '/nowhere', ...environment },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  await new Promise((resolve) => child.once('close', resolve));
  const logins = recorder.take();
  return { outcome: logins.length === 0 ? 'refused' : logins, said };
}

/** What chatmart does with the same URL as its IDB. */
async function callChatmart(url: string, environment: Environment): Promise<{ outcome: Outcome; said: string }> {
  vi.unstubAllEnvs();
  // The driver must not find these by itself.
  for (const [name, value] of Object.entries({ HOME: '/nowhere', ...environment })) vi.stubEnv(name, value);
  let said = '';
  try {
    const sources = {
      environment: { ...environment, CHATMART_IDB_URL: url, CHATMART_MART_URL: url },
      workingFolder: '/',
    };
    const [idbUrl] = loadConfig({}, sources).idbUrls;
    await withConnection({ url: idbUrl!, applicationName: 'test' }, () => Promise.resolve());
  } catch (error) {
    if (!(error instanceof ChatmartError)) throw error;
    said = `${error.message} ${toHint(error)}`;
  }
  const logins = recorder.take();
  return { outcome: logins.length === 0 ? 'refused' : logins, said };
}

async function expectAlike(url: string, environment: Environment = {}): Promise<Outcome> {
  const [filled, variables] = [fill(url), fillAll(environment)];
  const like = await callPsql(filled, variables);
  const ours = await callChatmart(filled, variables);
  expect({ url, outcome: ours.outcome, said: ours.said }).toEqual({ url, outcome: like.outcome, said: ours.said });
  return ours.outcome;
}

describe.skipIf(psql === undefined)('chatmart logs in where psql does, as whom it does (skipped where there is no psql)', () => {
  test.each([
    'postgres://u:p@127.0.0.1:{P}/db',
    'postgresql://u:p@localhost:{P}/db',
    'postgres://127.0.0.1:{P}/db',
    'postgres://@127.0.0.1:{P}/db',
    'postgres://u:@127.0.0.1:{P}/db',
    'postgres://u@/db?host={F}',
    'postgres://u:p@/db?host={F}',
    'postgres://u@:5432/db?host={F}',
    'postgres://{F}/db',
    'postgres://u@{F}:5432/db',
    'postgres:///db?host={F}&user=u',
    'postgres:///?host={F}&dbname=db',
    'postgres://?host={F}&dbname=db',
    'postgres://127.0.0.1:{P}?dbname=db&user=u&password=p',
    'postgres://u@127.0.0.1/db?port={P}',
    'postgres://u@nowhere.invalid:{X}/db?host=127.0.0.1&port={P}',
    'postgres://u@127.0.0.1:{P}/db?dbname=other&user=v&user=w',
    'postgres://u:p@127.0.0.1:{P}/db?password=q',
    'postgres://u:p@127.0.0.1:{P}/db?password=',
    'postgres://u@127.0.0.1:{P}/db?user=',
    'postgres://u@:{X}/db?host={F}&port=',
    'postgres://u@127.0.0.1:{P}/a%20b%2Fc%3Fd%25e%23f',
    'postgres://u@127.0.0.1:{P}/a/b',
    'postgres://u@127.0.0.1:{P}/a+b?user=c+d',
    'postgres://u@127.0.0.1:{P}/db#part',
    'postgres://u@127.0.0.1:{P}/%C3%BC%F0%9F%98%80',
    'postgres://ü@127.0.0.1:{P}/ü',
    'postgres://u%40corp:a%3Ab%40c%2Fd%25e@127.0.0.1:{P}/db',
    'postgres://u:a:b@127.0.0.1:{P}/db',
    'postgres://u:a?b#c@127.0.0.1:{P}/db',
    'postgres://u:a+b&c=d@127.0.0.1:{P}/db',
    'postgres://u@127.0.0.1:{P}/db?u%73er=v',
    'postgres://u@127.0.0.1:{P}/db?',
    'postgres://u@127.0.0.1:{P}/db?user=v&',
    'postgres://u@127.0.0.1:{P}/db?options=-c%20geqo%3Doff',
    'postgres://u@127.0.0.1:{P}/db?options=-c geqo%3Doff'.replace(' ', '+'),
    'postgres://u@127.0.0.1:{P}/db?connect_timeout=5&keepalives=1&keepalives_idle=9&fallback_application_name=x',
    'postgres://u@127.0.0.1:{P}/db?gssencmode=disable&channel_binding=prefer&client_encoding=UTF8&sslcompression=0&sslsni=1',
    'postgres://u@127.0.0.1:{P}/db?sslmode=disable',
    'postgres://u@127.0.0.1:{P}/db?target_session_attrs=any',
    'postgres://u@%31%32%37.0.0.1:{P}/db',
    // Several hosts.
    'postgres://u@127.0.0.1:{X},127.0.0.1:{P}/db',
    'postgres://u@nowhere.invalid:{P},127.0.0.1:{P}/db',
    'postgres://u@127.0.0.1:{X},127.0.0.1:{X},127.0.0.1:{P}/db',
    'postgres:///db?host=127.0.0.1,localhost&port={X},{P}&user=u',
    'postgres://u@127.0.0.1,127.0.0.1/db?port={P}',
    'postgres://u@/db?host=%2Fnowhere,{F}',
    'postgres://u@/db?host={F},127.0.0.1&port={X},{P}',
    'postgres://u@127.0.0.1:{P},127.0.0.1:{X}/db',
    'postgres://u@[::1]:{X},[127.0.0.1]:{P}/db',
    'postgres://u@127.0.0.1:{X},{F}/db',
    'postgres://u@127.0.0.1%2C127.0.0.1:{X}%2C{P}/db',
  ])('%s', async (url) => {
    const outcome = await expectAlike(url);
    expect(outcome).not.toBe('refused');
  });

  test.each([
    'postgres://[::1',
    'postgres://[]/db',
    'postgres://[::1]z/db',
    'postgres://127.0.0.1:{P}/db?zzz',
    'postgres://127.0.0.1:{P}/db?value1&value2',
    'postgres://127.0.0.1:{P}/db?key=key=value',
    'postgres://127.0.0.1:{P}/db?user=u&&password=p',
    'postgres://127.0.0.1:{P}/db?uzer=',
    'postgres://127.0.0.1:{P}/db?USER=u',
    'postgres://127.0.0.1:{P}/db?dbname=%XXfoo',
    'postgres://a%00b:{P}/db',
    'postgres://u:100%@127.0.0.1:{P}/db',
    'postgres://127.0.0.1:{P}/%1',
    'POSTGRES://127.0.0.1:{P}/db',
    'postgres:/127.0.0.1:{P}/db',
    'postgre://127.0.0.1:{P}/db',
    'postgres://127.0.0.1:0/db',
    'postgres://127.0.0.1:65536/db',
    'postgres://127.0.0.1:five/db',
    'postgres://127.0.0.1:{P},127.0.0.1:{P},127.0.0.1/db?port={P},{P}',
    'postgres://127.0.0.1:{P}/db?sslmode=no-verify',
    'postgres://127.0.0.1:{P}/db?sslmode=',
    'postgres://127.0.0.1:{P}/db?connect_timeout=soon',
    'postgres://127.0.0.1:{P}/db?keepalives=yes',
    'postgres://127.0.0.1:{P}/db?target_session_attrs=primary-ish',
    'postgres://127.0.0.1:{P}/db?gssencmode=maybe',
    `postgres://u@/db?host=%2F${'x'.repeat(95)}`,
  ])('%s: neither does', async (url) => expect(await expectAlike(url)).toBe('refused'));

  test.each<[string, Environment]>([
    ['postgres:///db', { PGHOST: '{F}' }],
    ['postgres://', { PGHOST: '{F}', PGDATABASE: 'db', PGUSER: 'u', PGPASSWORD: 'p' }],
    ['postgres:///db', { PGHOST: '127.0.0.1', PGPORT: '{P}' }],
    ['postgres:///db', { PGHOST: 'nowhere.invalid,127.0.0.1', PGPORT: '{X},{P}' }],
    ['postgres://127.0.0.1/db', { PGPORT: '{P}', PGHOST: 'nowhere.invalid' }],
    ['postgres://127.0.0.1:{P}/db', { PGPORT: '{X}', PGUSER: 'u', PGDATABASE: 'other' }],
    ['postgres://u:p@127.0.0.1:{P}', { PGDATABASE: 'db', PGUSER: 'v', PGPASSWORD: 'q' }],
    ['postgres://u:@127.0.0.1:{P}/db', { PGPASSWORD: 'q' }],
    ['postgres://u@127.0.0.1:{P}/db?password=', { PGPASSWORD: 'q' }],
    ['postgres://127.0.0.1:{P}/db?user=', { PGUSER: 'v' }],
    ['postgres://u@127.0.0.1:{P}/db', { PGOPTIONS: '-c geqo=off', PGCONNECT_TIMEOUT: '5', PGAPPNAME: '' }],
    ['postgres://u@127.0.0.1:{P}/db?options=', { PGOPTIONS: '-c geqo=off' }],
    ['postgres://u@127.0.0.1:{P}/db', { PGSSLMODE: 'disable', PGGSSENCMODE: 'disable', PGCLIENTENCODING: 'UTF8', PGTZ: 'UTC' }],
    ['postgres://u@127.0.0.1:{P}/db?target_session_attrs=any', { PGTARGETSESSIONATTRS: 'nonsense' }],
    // In a URL with a list of hosts, each has a port, if only the default.
    ['postgres://u@nowhere.invalid,{F}/db', { PGPORT: '{P}' }],
  ])('%s with %o', async (url, environment) => expect(await expectAlike(url, environment)).not.toBe('refused'));

  test.each<[string, Environment]>([
    ['postgres://u@127.0.0.1:{P}/db', { PGSSLMODE: 'nonsense' }],
    ['postgres://u@127.0.0.1:{P}/db', { PGTARGETSESSIONATTRS: 'nonsense' }],
    ['postgres://u@127.0.0.1/db', { PGPORT: 'nonsense' }],
    ['postgres://u@127.0.0.1/db', { PGPORT: '{P},{P}' }],
    ['postgres://u@127.0.0.1:{P}/db', { PGCONNECT_TIMEOUT: 'nonsense' }],
    ['postgres://u@127.0.0.1:{P}/db', { PGSERVICE: 'nonsense' }],
  ])('%s with %o: neither does', async (url, environment) => expect(await expectAlike(url, environment)).toBe('refused'));

  test('the folder of the socket that libpq takes by itself', async ({ skip }) => {
    const port = 45_000 + (process.pid % 10_000);
    await recorder.listen('default', { path: `${defaultHost()}/.s.PGSQL.${port}` }).catch(() => skip(`${defaultHost()} is not ours`));
    for (const url of ['postgres:///db', 'postgres://u@/db', 'postgres://u:p@/db?host='])
      expect(await expectAlike(url, { PGPORT: String(port) })).not.toBe('refused');
    expect(await expectAlike(`postgres://u@:${port}/db?host=`, { PGHOST: 'nowhere.invalid' })).not.toBe('refused');
    for (const line of ['localhost:*:*:*:p', `${defaultHost()}:*:*:*:p`])
      await expectAlike(`postgres://u@:${port}/db`, { PGPASSFILE: passwordFile(line) });
  });
});

/** A password file that libpq accepts. */
function passwordFile(content: string | Buffer, mode = 0o600): string {
  const file = path.join(temporaryFolder(), 'passwords');
  writeFileSync(file, content);
  chmodSync(file, mode);
  return file;
}

describe.skipIf(psql === undefined)('chatmart finds the password in a file that psql finds (skipped where there is no psql)', () => {
  const TCP = 'postgres://u@127.0.0.1:{P}/db';
  test.each<[string, string, string?]>([
    ['the first line that fits counts', '*:*:*:v:other\n*:*:*:u:first\n*:*:*:u:second\n'],
    ['a specific line after a general one is never reached', '*:*:*:*:general\n127.0.0.1:{P}:db:u:specific\n'],
    ['short lines', '*:*:*:u:\n'],
    ['a short line before a long one', '*:*:*:u:x\n*:*:*:u:longer\n'],
    ['all fields', '127.0.0.1:{P}:db:u:p\n'],
    ['another host', 'localhost:{P}:db:u:p\n'],
    ['another port', '127.0.0.1:5432:db:u:p\n'],
    ['another database', '127.0.0.1:{P}:replication:u:p\n'],
    ['another user', '127.0.0.1:{P}:db:U:p\n'],
    ['no newline at the end', '*:*:*:u:p'],
    ['lines of Windows', '*:*:*:v:q\r\n*:*:*:u:p\r\n'],
    ['only a carriage return at the end', '*:*:*:u:p\r'],
    ['comments', '# *:*:*:u:no\n#*:*:*:u:no\n*:*:*:u:yes\n'],
    ['no comment: a blank before it', ' #*:*:*:u:no\n*:*:*:u:yes\n'],
    ['blank lines', '\n\n  \n*:*:*:u:p\n'],
    ['blanks around the fields are theirs', ' *:*:*:u:no\n*:*: *:u:no\n*:*:*:u : no\n*:*:*:u: yes \n'],
    ['an escaped colon', '*:*:*:u:a\\:b\\\\c\\d\n'],
    ['a colon that is not escaped ends it', '*:*:*:u:a:b\n'],
    ['a backslash at the end', '*:*:*:u:a\\\n'],
    ['escapes in the fields', '127\\.0.0.1:{P}:d\\b:\\u:p\n'],
    ['a colon in a database', '*:*:a\\:b:u:p\n', 'postgres://u@127.0.0.1:{P}/a%3Ab'],
    ['a backslash in a user', '*:*:*:corp\\\\u:p\n', 'postgres://corp%5Cu@127.0.0.1:{P}/db'],
    ['a colon that should be escaped', '*:*:a:b:u:p\n', 'postgres://u@127.0.0.1:{P}/a%3Ab'],
    ['an asterisk stands for a whole field', '127.*:*:*:u:no\n*:*:*b:u:no\n*:*:*:u:yes\n'],
    ['an escaped asterisk is one', '\\*:*:*:u:no\n*:*:*:u:yes\n'],
    ['an asterisk as a name', '*:*:\\*:u:p\n', 'postgres://u@127.0.0.1:{P}/%2A'],
    ['an empty field is no asterisk', ':::u:no\n*:*:*:u:yes\n'],
    ['too few fields', '*:*:*:u\n*:*:u:no\nu:no\n*:*:*:u:yes\n'],
    ['characters beyond ASCII', '*:*:ü:u:pässwörd€😀\n', 'postgres://u@127.0.0.1:{P}/%C3%BC'],
    ['long lines', `*:*:${'x'.repeat(5000)}:u:no\n*:*:*:u:${'y'.repeat(900)}\n`],
    ['long comments', `#${'x'.repeat(5000)}\n*:*:*:u:p\n`],
    ['a byte order mark', '\uFEFF*:*:*:u:no\n*:*:*:u:yes\n'],
    ['only a byte order mark before it', '\uFEFF*:*:*:u:no\n'],
    ['hosts are not folded', 'LOCALHOST:*:*:u:no\nlocalhost:*:*:u:yes\n', 'postgres://u@localhost:{P}/db'],
    ['the host that is named, not its address', '127.0.0.1:*:*:u:no\nlocalhost:*:*:u:yes\n', 'postgres://u@localhost:{P}/db'],
    ['the folder of a socket', 'localhost:*:*:u:no\n{F}:5432:db:u:yes\n', 'postgres://u@/db?host={F}'],
    ['of a socket the default port', '{F}:5432:db:u:p\n', 'postgres://u@/db?host={F}&port='],
    ['of several hosts each has its line', '*:{X}:*:u:no\n*:{P}:*:u:yes\n', 'postgres://u@127.0.0.1:{X},127.0.0.1:{P}/db'],
    ['the user who runs this, and a database of the variable', '*:*:db:*:p\n', 'postgres://127.0.0.1:{P}/db'],
  ])('%s', async (_, content, url = TCP) => {
    await expectAlike(url, { PGPASSFILE: passwordFile(decodeURIComponent(fill(content))) });
  });

  test('in bytes that are no UTF-8 elsewhere in the file', async () => {
    await expectAlike(TCP, { PGPASSFILE: passwordFile(Buffer.from('*:*:*:v:\xe4\n*:*:*:u:p\n', 'latin1')) });
    await expectAlike(TCP, { PGPASSFILE: passwordFile(Buffer.from('\uFEFF*:*:*:u:p\n', 'utf16le')) });
  });

  test.each([0o600, 0o400, 0o700, 0o640, 0o604, 0o660, 0o644, 0o610])('of mode %o', async (mode) => {
    await expectAlike(TCP, { PGPASSFILE: passwordFile('*:*:*:u:p\n', mode) });
  });

  test('a folder, a link, no file, an empty one', async () => {
    const place = temporaryFolder();
    mkdirSync(path.join(place, 'folder'), { mode: 0o700 });
    symlinkSync(passwordFile('*:*:*:u:p\n'), path.join(place, 'link'));
    symlinkSync(passwordFile('*:*:*:u:p\n', 0o644), path.join(place, 'open-link'));
    for (const name of ['folder', 'link', 'open-link', 'nothing']) await expectAlike(TCP, { PGPASSFILE: path.join(place, name) });
    await expectAlike(TCP, { PGPASSFILE: passwordFile('') });
    await expectAlike(TCP, { PGPASSFILE: '' });
  });

  test('in the home folder, and in what the URL or PGPASSWORD says before it', async () => {
    const home = temporaryFolder();
    writeFileSync(path.join(home, '.pgpass'), '*:*:*:*:of home\n', { mode: 0o600 });
    const named = passwordFile('*:*:*:u:named\n');
    expect(await expectAlike(TCP, { PGPASSFILE: path.join(home, '.pgpass') })).toMatchObject([{ password: 'of home' }]);
    await expectAlike(`${TCP}?passfile=${encodeURIComponent(named)}`, { PGPASSFILE: path.join(home, '.pgpass') });
    await expectAlike(TCP, { PGPASSFILE: named, PGPASSWORD: 'of variable' });
    await expectAlike('postgres://u:of-url@127.0.0.1:{P}/db', { PGPASSFILE: named, PGPASSWORD: 'of variable' });
    await expectAlike(`${TCP}?password=`, { PGPASSFILE: named, PGPASSWORD: 'of variable' });
    vi.stubEnv('HOME', home);
    // psql 15 looks up the account's home instead of using this variable.
    expect((await callChatmart(fill(TCP), { HOME: home })).outcome).toMatchObject([{ password: 'of home' }]);
  });
});

describe('what psql accepts and chatmart does not is refused by name', () => {
  async function expectRefused(url: string, environment: Environment = {}): Promise<void> {
    const { outcome, said } = await callChatmart(fill(url), environment);
    expect(outcome).toBe('refused');
    // Some of these have a password where the port belongs.
    expect(said).not.toMatch(new RegExp(`${open}|p@ss|p/ss|34@`));
    // The URL of the mart is the same.
    expectText(/(?:CHATMART_IDB_URL|PG)[^\n]*?(?= Nothing was done|\n)/.exec(said)![0]);
  }

  test.each([
    'postgres://u@127.0.0.1:{P}',
    'postgres://u:p@ss@127.0.0.1:{P}/db',
    'postgres://u:p/ss@127.0.0.1:{P}/db',
    'postgres://u:12/34@127.0.0.1:{P}/db',
    'postgres://127.0.0.1:{P}/a@b',
    'postgres://127.0.0.1:{P}/%FC',
    'postgres://u@/db?host=@abstract',
    'postgres://u@127.0.0.1:{P}/db?ssl=true',
    'postgres://u@127.0.0.1:{P}/db?requiressl=1',
    'postgres://u@127.0.0.1:{P}/db?hostaddr=127.0.0.1',
    'postgres://u@127.0.0.1:{P}/db?service=x',
    'postgres://u@127.0.0.1:{P}/db?application_name=x',
    'postgres://u@127.0.0.1:{P}/db?client_encoding=LATIN1',
    'postgres://u@127.0.0.1:{P}/db?connect_timeout=0',
    'postgres://u@127.0.0.1:{P}/db?keepalives_count=3',
    'postgres://u@127.0.0.1:{P}/db?tcp_user_timeout=3',
    'postgres://u@127.0.0.1:{P}/db?load_balance_hosts=random',
    'postgres://u@127.0.0.1:{P}/db?require_auth=md5',
    'postgres://u@127.0.0.1:{P}/db?replication=database',
    'host=127.0.0.1 port={P} dbname=db user=u',
    "dbname='db'",
    '"postgres://u@127.0.0.1:{P}/db"',
    'postgres:u@127.0.0.1:{P}/db',
    'postgres://u@127.0.0.1:{P}/db,postgres://u@127.0.0.1:{P}/db',
  ])('%s', async (url) => expectRefused(url));

  test.each<[string, Environment]>([
    ['postgres://u@127.0.0.1:{P}/db', { PGAPPNAME: 'x' }],
    ['postgres://u@127.0.0.1:{P}/db', { PGTZ: 'Europe/Berlin' }],
    ['postgres://u@127.0.0.1:{P}/db', { PGDATESTYLE: 'SQL, DMY' }],
    ['postgres://u@127.0.0.1:{P}/db', { PGGEQO: 'off' }],
    ['postgres://u@127.0.0.1:{P}/db', { PGCLIENTENCODING: 'LATIN1' }],
    ['postgres://u@127.0.0.1:{P}/db', { PGLOADBALANCEHOSTS: 'random' }],
    ['postgres://u@127.0.0.1:{P}/db', { PGSSLMAXPROTOCOLVERSION: 'TLSv1.2' }],
    ['postgres://u@127.0.0.1:{P}/db', { PGSSLSNI: '0' }],
    ['postgres://u@127.0.0.1:{P}/db', { PGKRBSRVNAME: 'postgres' }],
    ['postgres://u@127.0.0.1/db', { PGPORT: 'x' }],
  ])('%s with %o', expectRefused);
});
