import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  databaseOf,
  databaseUrlProblem,
  holdsPassword,
  parseDatabaseUrl,
  readDatabaseUrl,
  rememberTyped,
  toPrintableUrl,
  withParameters,
  withServer,
} from '../../src/model/database-url.js';
import { toServers } from '../../src/model/server-list.js';
import { isLocalHost, tlsProblem, toTlsSettings } from '../../src/model/tls-settings.js';
import { parameterProblem, SECRET_PARAMETERS, URL_PARAMETERS, valueOf, variableProblems } from '../../src/model/url-parameters.js';
import { expectText } from '../support/expect-text.js';

const parametersOf = (url: string): Record<string, string> => Object.fromEntries(parseDatabaseUrl(url).parameters);
const mapOf = (parameters: Readonly<Record<string, string>>) => new Map(Object.entries(parameters));

describe('a URL', () => {
  test.each<[url: string, parameters: Record<string, string>]>([
    ['postgres://', {}],
    ['postgresql:///db', { dbname: 'db' }],
    ['postgres://me@host:5433/db', { user: 'me', host: 'host', port: '5433', dbname: 'db' }],
    ['postgres://me:p%40ss@host/db', { user: 'me', password: 'p@ss', host: 'host', dbname: 'db' }],
    ['postgres://:pw@host', { password: 'pw', host: 'host' }],
    ['postgres://me:@host', { user: 'me', host: 'host' }],
    ['postgres://h1:1,h2:2/db', { host: 'h1,h2', port: '1,2', dbname: 'db' }],
    ['postgres://h1,h2:2/db', { host: 'h1,h2', port: ',2', dbname: 'db' }],
    ['postgres://[::1]:5433,[fe80::1]/db', { host: '::1,fe80::1', port: '5433,', dbname: 'db' }],
    ['postgres:///db?host=/tmp&port=1', { dbname: 'db', host: '/tmp', port: '1' }],
    ['postgres://host/db?user=you&', { host: 'host', dbname: 'db', user: 'you' }],
    ['postgres://host/db?', { host: 'host', dbname: 'db' }],
    ['postgres://host/db?sslmode=', { host: 'host', dbname: 'db', sslmode: '' }],
    ['postgres://host?dbname=db', { host: 'host', dbname: 'db' }],
    ['postgres://a?b:c@host/db', { user: 'a?b', password: 'c', host: 'host', dbname: 'db' }],
    ['postgres://%2Ftmp/db', { host: '/tmp', dbname: 'db' }],
    ['postgres://host/a/b', { host: 'host', dbname: 'a/b' }],
  ])('%s is read as libpq reads it', (url, parameters) => {
    expect(parametersOf(url)).toEqual(parameters);
  });

  test('that cannot be read or used is refused, with the reason and without its text', () => {
    const urls = [
      ...[
        'jdbc:postgresql://host/db',
        'http://host',
        'postgres:host/db',
        'postgresql:db',
        'host=h dbname=d',
        '"postgres://h/d"',
        'h/d',
        '',
      ],
      ...['postgres://h/postgres://x', 'postgres://me:p@ss@h/db', 'postgres://me:p/ss@h/db', 'postgres://[::1/db', 'postgres://[::1]x/db'],
      ...[
        'postgres://[]/db',
        'postgres://h/d?x',
        'postgres://h/d?x=1=2',
        'postgres://%/d',
        'postgres://h/%4',
        'postgres://h/%00',
        'postgres://h/%ff',
      ],
      ...[
        'postgres://h',
        'postgres://h/?dbname=',
        'postgres://h/d?ssl=true',
        'postgres://h/d?Foo=1',
        'postgres://h/d?%C3%A4=1',
        'postgres://h:x/d',
      ],
      ...[
        'postgres://h:0/d',
        'postgres://h:65536/d',
        'postgres://a,b/d?port=1,2,3',
        'postgres:///d?host=@x',
        `postgres:///d?host=/${'x'.repeat(100)}`,
      ],
      ...[
        'postgres://h/d?sslmode=no-verify',
        'postgres://h/d?sslrootcert=system&sslmode=require',
        'postgres://h/d?sslcert=a',
        'postgres://h/d?sslkey=a',
      ],
      ...['postgres://h/d?hostaddr=1', 'postgres://h/d?connect_timeout=0', 'postgres://h/d?service=x', 'postgres://h/d?keepalives=2'],
    ];
    expectText(urls.map((url) => `${url.slice(0, 50)} ${String(databaseUrlProblem(url))}`));
  });

  test('with nothing wrong has no problem', () => {
    for (const url of [
      ...['postgres://h/d', 'postgres://h:1/d', 'postgres://h:65535/d', 'postgres://a,b:1/d', 'postgres://a,b:1,2/d', 'postgres:///d'],
      ...['postgres://h/d?sslmode=require', 'postgres://h/d?sslrootcert=system&sslmode=verify-full', 'postgres://h/d?sslrootcert=system'],
      ...['postgres://h/d?sslrootcert=system&sslmode=disable', 'postgres://h/d?sslcert=a&sslkey=b', 'postgres://h/d?connect_timeout=10'],
      ...[`postgres:///d?host=/${'x'.repeat(92)}`, 'postgres://h/d?service=', 'postgres://h/d?keepalives=1&options=-c%20x'],
    ])
      expect([url, databaseUrlProblem(url)]).toEqual([url, undefined]);
    expect(() => parseDatabaseUrl('http://h')).toThrow('A database URL begins with');
    expect(readDatabaseUrl('http://h')).toHaveProperty('problem');
    expect(databaseOf('postgres://h/d?user=x')).toBe('d');
  });

  test('a rewritten URL means the same as the original', () => {
    const text = fc.oneof(
      fc.string({ minLength: 1, maxLength: 8 }),
      fc.constantFrom('@', '/', ':', '[', '%', '?x=1&y', 'a,b', 'é', '::1', '/tmp'),
    );
    const host = fc.oneof(fc.constantFrom('h', 'h.x', '::1', 'fe80::1%eth0', '/tmp', '10.0.0.1', ''), text);
    const hosts = fc.array(
      host.filter((one) => !one.includes(',')),
      { minLength: 1, maxLength: 3 },
    );
    const places = hosts.chain((list) =>
      fc
        .oneof(fc.constantFrom('', '5433'), fc.array(fc.constantFrom('', '1', '22'), { minLength: list.length, maxLength: list.length }))
        .map((port) => ({ host: list.join(','), port: String(port) })),
    );
    const others = fc.record(
      { user: text, password: text, dbname: text, sslmode: fc.constantFrom('', 'require'), options: text },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(places, others, (place, rest) => {
        const changes = Object.fromEntries(Object.entries({ ...place, ...rest }).filter(([, value]) => !value.includes('\0')));
        const url = withParameters('postgresql://gone', { host: undefined, ...changes });
        expect(url).toMatch(/^postgresql:\/\//);
        // A list of nothing but commas says no more than none.
        const filled = (parameters: Record<string, string>) =>
          Object.entries(parameters)
            .filter(([, value]) => value !== '')
            .sort();
        expect(filled(parametersOf(url))).toEqual(filled(changes));
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  test('keeps hosts, ports and paths readable when it is written anew', () => {
    const write = (changes: Record<string, string | undefined>) => withParameters('postgres://me:pw@h:1/d', changes);
    expect(write({})).toBe('postgres://me:pw@h:1/d');
    expect(write({ password: undefined })).toBe('postgres://me@h:1/d');
    expect(write({ user: undefined, password: undefined })).toBe('postgres://h:1/d');
    expect(write({ host: '::1' })).toBe('postgres://me:pw@[::1]:1/d');
    expect(write({ host: 'a,b' })).toBe('postgres://me:pw@a,b/d?port=1');
    expect(write({ host: 'a,b', port: '1,2' })).toBe('postgres://me:pw@a:1,b:2/d');
    expect(write({ host: '/tmp/x' })).toBe('postgres://me:pw@:1/d?host=/tmp/x');
    expect(write({ sslrootcert: '/etc/a b,c:d' })).toBe('postgres://me:pw@h:1/d?sslrootcert=/etc/a%20b,c:d');
    expect(write({ host: undefined, port: undefined })).toBe('postgres://me:pw@/d');
  });
});

describe('for people', () => {
  test.each([
    ['postgres://me:secret@h/d', 'postgres://me:***@h/d'],
    ['postgres://me@h/d', 'postgres://me@h/d'],
    ['postgres://me:@h/d', 'postgres://me:@h/d'],
    ['postgres://h/d?password=secret&user=me', 'postgres://h/d?password=***&user=me'],
    ['postgres://h/d?%70assword=secret', 'postgres://h/d?%70assword=***'],
    ['postgres://h/d?token=secret&sslmode=require&', 'postgres://h/d?token=***&sslmode=require&'],
    ['postgres://h/d?sslpassword=secret\nmore', 'postgres://h/d?sslpassword=***'],
    ['https://me:secret@h', '(a URL that cannot be read)'],
  ])('%s', (url, shown) => {
    expect(toPrintableUrl(url)).toBe(shown);
  });

  test('a completed one is shown as it was typed, and so is what was made of it', () => {
    expect(rememberTyped('postgres://typed@h1,h2/d?sslmode=require', 'postgres://typed@h1,h2/d')).toBe(
      'postgres://typed@h1,h2/d?sslmode=require',
    );
    expect(toPrintableUrl('postgres://typed@h1,h2/d?sslmode=require')).toBe('postgres://typed@h1,h2/d');
    const alone = withServer('postgres://typed@h1,h2/d?sslmode=require', { host: 'h2', port: '5432' });
    expect(alone).toBe('postgres://typed@h2:5432/d?sslmode=require');
    expect(toPrintableUrl(alone)).toBe('postgres://typed@h2:5432/d');
    expect(withServer('postgres://h1,h2/d', { host: 'h1', port: '1' })).toBe('postgres://h1:1/d');
  });

  test('whether it holds a secret', () => {
    expect(holdsPassword('postgres://me:secret@h/d')).toBe(true);
    for (const name of SECRET_PARAMETERS) expect(holdsPassword(`postgres://h/d?${name}=x`)).toBe(true);
    expect(holdsPassword('postgres://me@h/d?sslmode=require')).toBe(false);
    expect(holdsPassword('no URL')).toBe(false);
  });
});

test('the servers of a URL in their order, each with its port', () => {
  const servers = (host: string, port?: string) => toServers(mapOf({ host, ...(port === undefined ? {} : { port }) })).servers;
  expect(servers('a,b')).toEqual([
    { host: 'a', port: 5432 },
    { host: 'b', port: 5432 },
  ]);
  expect(servers('a,b', '1,').map(({ port }) => port)).toEqual([1, 5432]);
  expect(servers('a,b', '7').map(({ port }) => port)).toEqual([7, 7]);
  expect(servers('a', ' +7 ').map(({ port }) => port)).toEqual([7]);
  expect(toServers(new Map()).servers).toEqual([{ host: '', port: 5432 }]);
  for (const port of ['x', '1x', 'x1', '1.5', '-1', '0', '65536', '1,2']) expect(servers('a', port)).toEqual([]);
  expect([servers('a,b', '1,x'), servers('a,@b')]).toEqual([[], []]);
});

test('how a connection is encrypted', () => {
  const modeOf = (host: string, parameters: Record<string, string> = {}) => toTlsSettings(mapOf(parameters), host).mode;
  expect(['h', '10.0.0.1', 'localhost.com', '1127.0.0.1'].map((host) => modeOf(host))).toEqual(Array(4).fill('verify-full'));
  expect(['localhost', 'x.localhost', '127.0.0.1', '127.9.8.7', '::1', 'LOCALHOST'].map((host) => modeOf(host))).toEqual(
    Array(6).fill('allow'),
  );
  expect(modeOf('localhost', { sslrootcert: 'system' })).toBe('verify-full');
  expect(modeOf('/tmp', { sslmode: 'require' })).toBe('disable');
  expect(modeOf('h', { sslmode: 'prefer' })).toBe('prefer');
  expect(modeOf('localhost', { sslmode: '' })).toBe('allow');
  expect(toTlsSettings(mapOf({ sslrootcert: 'r', sslcert: 'c', sslkey: 'k', sslpassword: 'p' }), 'h')).toEqual({
    ...{ mode: 'verify-full', host: 'h', rootFile: 'r', certificateFile: 'c', keyFile: 'k', keyPassword: 'p' },
  });
  expect(['', '/tmp', 'localhost', 'h'].map(isLocalHost)).toEqual([true, true, true, false]);
  expect(tlsProblem(mapOf({ sslcert: '', sslkey: '' }))).toBeUndefined();
});

test('parameters and variables that ask for nothing else than what happens are accepted', () => {
  for (const name of URL_PARAMETERS.keys())
    expect(parameterProblem(name, 'zzz') === undefined || parameterProblem(name, 'zzz')!.includes(name)).toBe(true);
  expect(variableProblems({ PGDATESTYLE: 'ISO, MDY', PGTZ: 'Etc/UTC', PGGEQO: 'on', PGHOST: 'h', PGSERVICE: '' })).toEqual([]);
  expect(variableProblems({ PGDATESTYLE: 'German', PGTZ: 'CET', PGGEQO: 'off', PGSERVICE: 'x', PGSSLMODE: 'zzz' })).toHaveLength(4);
  expect([valueOf(mapOf({ a: '' }), 'a'), valueOf(mapOf({ a: 'x' }), 'a'), valueOf(mapOf({}), 'a')]).toEqual([undefined, 'x', undefined]);
});
