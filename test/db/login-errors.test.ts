import { createServer, type AddressInfo } from 'node:net';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { connect, type Connection } from '../../src/db/connection.js';
import type { EmbeddedServer } from '../../src/db/embedded/server.js';
import { ChatmartError } from '../../src/model/errors.js';
import { closeAfterFile } from '../support/closers.js';
import { query } from '../support/databases.js';
import { startServerOf } from '../support/server-homes.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { toHint } from '../../src/terminal/hint.js';
import { migrateMart } from '../support/jobs.js';
import { expectText } from '../support/expect-text.js';

const PASSWORD = 's3cret';
/** The server's connection limit, and how many connections are reserved for superusers. */
const MOST = 12;
const RESERVED = 3;

let server: EmbeddedServer;
beforeAll(async () => {
  server = await startServerOf(temporaryFolder(), {
    settings: { max_connections: String(MOST), superuser_reserved_connections: String(RESERVED) },
  });
  const roles = ['plain', 'sole', 'locked', 'peered', 'listed', 'shut_out'];
  const statements = [
    ...roles.map((role) => `create role ${role} login password '${PASSWORD}'`),
    ...[
      'alter role sole connection limit 1',
      'alter role locked nologin',
      'create database home',
      'create database small connection limit 1',
    ],
    ...['create database closed allow_connections false', 'create database private', 'revoke connect on database private from public'],
  ];
  for (const statement of statements) await query(server.url('postgres'), statement);
  const file = path.join(server.dataFolder, 'pg_hba.conf');
  const rules = ['host all shut_out 127.0.0.1/32 reject', 'host all listed 127.0.0.1/32 ident map=none'];
  writeFileSync(file, `${rules.join('\n')}\n${readFileSync(file, 'utf8')}`);
  await query(server.url('postgres'), 'select pg_reload_conf()');
});

const as = (role: string, database = 'home', parameters = ''): string =>
  `postgres://${role}:${PASSWORD}@127.0.0.1:${server.port}/${database}${parameters}`;

/** What is reported when `work` fails: class, code, sentence and hint. */
async function told(work: () => Promise<unknown>): Promise<string> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof ChatmartError)) throw error;
    const text = `${error.name} ${error.code}: ${error.message}\n${toHint(error)}`;
    expect(text).not.toContain(PASSWORD);
    return text.replaceAll(/:\d{4,5}(?=[/\s:]|$)/g, ':<port>').replaceAll(/\/\S+\/folder-\w+/g, '<folder>');
  }
  throw new Error('It ended without an error');
}
const toldOf = (url: string): Promise<string> => told(() => query(url, 'select'));

describe('a login too few', () => {
  const open = async (url: string, count = 1): Promise<Connection[]> => {
    const sessions: Connection[] = [];
    for (let opened = 0; opened < count; opened++) sessions.push(await connect({ url, applicationName: 'test' }));
    return sessions;
  };
  async function whileOpen<T>(url: string, count: number, work: () => Promise<T>): Promise<T> {
    const sessions = await open(url, count);
    try {
      return await work();
    } finally {
      await Promise.all(sessions.map((session) => session.end()));
    }
  }

  test('of the role', async () => {
    expectText(await whileOpen(as('sole'), 1, () => toldOf(as('sole'))));
  });

  test('of the database', async () => {
    expectText(await whileOpen(as('plain', 'small'), 1, () => toldOf(as('plain', 'small'))));
  });

  test('of the server, whose last ones are for administrators', async () => {
    // One session is this test's lease on the server.
    expectText(await whileOpen(as('plain'), MOST - RESERVED - 1, () => toldOf(as('plain'))));
  });

  test('of the server, which has none at all', async () => {
    expect(await whileOpen(server.url('home'), MOST - 1, () => toldOf(server.url('home')))).toContain(
      'UnavailableError too-many-connections',
    );
  });

  test('of a migration, whose tables are made in a second session', async () => {
    await query(server.url('postgres'), 'create database of_sole owner sole');
    expect(await told(() => migrateMart({ martUrl: as('sole', 'of_sole'), martSchema: 'infomart' }))).toContain(
      'UnavailableError too-many-connections: postgres://sole:***@127.0.0.1:<port>/of_sole has no free connection for this command: too many connections for role "sole"',
    );
  });
});

describe('a login that is refused', () => {
  test.each<[string, () => string, string]>([
    ['a wrong password', () => as('plain').replace(PASSWORD, 'wrong'), 'Correct the user of that URL, or its password'],
    ['a role that may not log in', () => as('locked'), 'alter role "locked" login'],
    ['no right to the database', () => as('plain', 'private'), 'grant connect on database "private" to "plain"'],
    ['pg_hba.conf rejects it', () => as('shut_out'), "the server's pg_hba.conf"],
    ['another way to log in, which fails', () => as('listed'), 'another login method than a password for that user'],
  ])('%s', async (_, url, next) => {
    const text = await toldOf(url());
    expect(text).toMatch(/^ConfigError login-refused: postgres:\/\/\w+:\*\*\*@127\.0\.0\.1:<port>\/\w+ refuses the login: \S/);
    expect(text).toContain(next);
    expect(text).not.toContain('Check host and port');
  });

  test('a password of a file: its line is named', async () => {
    const file = path.join(temporaryFolder(), 'passwords');
    writeFileSync(file, `# of all\n*:*:*:other:x\n*:*:*:plain:wrong\n`, { mode: 0o600 });
    const url = (parameters = ''): string => `postgres://plain@127.0.0.1:${server.port}/home?passfile=${file}${parameters}`;
    expect(await toldOf(url())).toContain(`The password comes from line 3 of <folder>/passwords. Correct it`);
    writeFileSync(file, '*:*:*:other:x\n');
    expect(await toldOf(url())).toContain('none was found for 127.0.0.1:<port>:home:plain: no line of <folder>/passwords is for it');
    writeFileSync(file, '*:*:*:plain:\n');
    expect(await toldOf(url())).toContain('line 1 of <folder>/passwords has an empty one');
    writeFileSync(file, '\uFEFF*:*:*:plain:x\n');
    expect(await toldOf(url())).toContain('; it begins with a byte order mark, which becomes part of its first line');
    writeFileSync(file, Buffer.from('\uFEFF*:*:*:plain:x\n', 'utf16le'));
    expect(await toldOf(url())).toContain('; it is encoded in UTF-16 LE; save it in UTF-8');
    chmodSync(file, 0o644);
    expect(await toldOf(url())).toContain('<folder>/passwords is accessible to others (mode 0644) and is ignored; run chmod 600');
    expect(await toldOf(url().replace(file, '/nowhere/file'))).toContain('/nowhere/file cannot be read: there is no such file');
    expect(await toldOf(url().replace(file, '/'))).toContain('/ is not a plain file and is ignored');
    expect(await toldOf(url().replace(file, '/'))).toContain('ConfigError password-missing');
  });

  test('a database that lets nobody in', async () => {
    expect(await toldOf(as('plain', 'closed'))).toMatch(
      /^UnavailableError server-not-ready: .*\nAsk an administrator to run: alter database "closed" allow_connections true; Then/,
    );
  });

  test('no such database', async () => {
    expect(await toldOf(as('plain', 'nowhere'))).toMatch(/^ConfigError no-such-database: .*\nCorrect the database name/);
  });

  test('settings that the server does not know, or not take', async () => {
    for (const options of ['-c no_such_setting=1', '-c work_mem=lots', '-c log_min_messages=panic'])
      expect(await toldOf(as('plain', 'home', `?options=${encodeURIComponent(options)}`))).toMatch(
        /^ConfigError options-refused: .*\nCorrect the parameter options of that URL \(write a space as %20, not as \+\), or the variable PGOPTIONS\.$/,
      );
  });
});

describe('a server that is not there, or no server', () => {
  /** Listens, and answers each connection that way. */
  async function listen(answer: (piece: Buffer) => Buffer | 'close' | 'nothing'): Promise<string> {
    const listener = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.on('data', (piece) => {
        const said = answer(piece);
        if (said === 'close') socket.destroy();
        else if (said !== 'nothing') socket[said[0] === 0x48 ? 'end' : 'write'](said);
      });
      closeAfterFile(() => socket.destroy());
    });
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
    closeAfterFile(() => listener.close());
    return `postgres://u:${PASSWORD}@127.0.0.1:${(listener.address() as AddressInfo).port}/x?sslmode=disable`;
  }
  const authentication = (kind: number): Buffer => Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, kind]);
  const error = (code: string, message = 'the database system is not yet accepting connections'): Buffer => {
    const fields = Buffer.from(`SFATAL\0VFATAL\0C${code}\0M${message}\0DConsistent recovery state has not been yet reached.\0\0`);
    return Buffer.concat([Buffer.from([0x45, 0, 0, 0, fields.length + 4]), fields]);
  };

  test.each([
    ['53100', 'could not write init file: No space left on device'],
    ['XX000', 'could not write init file'],
    ['58030', 'could not create file "base/5/pg_internal.init.77": No space left on device'],
  ])('that has no room left is named, with code %s', async (code, message) => {
    const [first, hint] = (await toldOf(await listen(() => error(code, message)))).split('\n');
    expect(first).toMatch(/^UnavailableError disk-full: postgres:\/\/u:[*]{3}@127\.0\.0\.1:<port>\/x[?]\S+ has no disk space left/);
    expect(first).toContain(message);
    expect(hint).toBe(
      'Work that was already committed is kept and is not repeated. Free disk space on that server. Then run the same command again.',
    );
  });

  test('each reason has its next step', async () => {
    const folder = temporaryFolder();
    const reasons = [
      await toldOf(`postgres://u:${PASSWORD}@127.0.0.1:1/x`),
      await toldOf(`postgres://u:${PASSWORD}@no-such-host.invalid/x`),
      await toldOf(`postgres://u:${PASSWORD}@/x?host=${folder}`),
      await toldOf(await listen(() => 'close')),
      await toldOf(`${await listen(() => 'nothing')}&connect_timeout=1`),
      await toldOf(await listen(() => error('57P03'))),
      // GSSAPI, which the driver does not support; SASL with an unknown mechanism.
      await toldOf(await listen(() => authentication(7))),
      await toldOf(await listen(() => Buffer.concat([Buffer.from([0x52, 0, 0, 0, 14, 0, 0, 0, 10]), Buffer.from('OTHER\0\0')]))),
      await toldOf(await listen(() => Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'))),
      await toldOf(await listen(() => error('08P01'))),
    ];
    expectText(reasons.join('\n\n'));
  });
});
