import { createPrivateKey } from 'node:crypto';
import { chmodSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import path from 'node:path';
import type { ConnectionOptions } from 'node:tls';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { withConnection } from '../../src/db/connection.js';
import { toLogin } from '../../src/db/login.js';
import { toEncryptions, type Encryption } from '../../src/db/tls.js';
import type { ChatmartError } from '../../src/model/errors.js';
import { query, testClock } from '../support/databases.js';
import { problemOf } from '../support/problem-of.js';
import { createAuthority, type Certificate } from '../support/tls-certificates.js';
import { startTlsServer, type TlsServer } from '../support/tls-server.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { toHint } from '../../src/terminal/hint.js';
import { migrateMart } from '../support/jobs.js';
import { expectText } from '../support/expect-text.js';

const authority = createAuthority('test authority');
const stranger = createAuthority('test authority');
const good = authority.issue({ commonName: 'server', hosts: ['localhost', 'db.example'] });

/** Writes a file that only its owner may read. */
function fileWith(content: string, mode = 0o600, name = 'file.pem'): string {
  const file = path.join(temporaryFolder(), name);
  writeFileSync(file, content, { mode });
  return file;
}

let rootFile: string;
beforeAll(() => {
  rootFile = fileWith(authority.certificate, 0o644);
});

/** For a URL with one host, the TLS options passed to the driver. */
function encryptionsOf(url: string, home = '/nowhere'): Encryption[] {
  const { parameters, servers } = toLogin(url);
  return toEncryptions(parameters, servers[0]!.host, home).map((way) => way());
}

/** The same as text: how many attempts there are, and what each verifies. */
function waysOf(url: string, home?: string): string[] {
  return encryptionsOf(url, home).map((ssl) => {
    if (ssl === false) return 'plain';
    if (ssl.rejectUnauthorized !== true) return 'encrypted';
    const otherHost = ssl.checkServerIdentity!('ignored', certificateFor('other.example'));
    return otherHost === undefined ? 'authority' : 'host';
  });
}

type PeerCertificate = Parameters<NonNullable<ConnectionOptions['checkServerIdentity']>>[1];
const certificateFor = (host: string): PeerCertificate =>
  ({ subject: { CN: host }, subjectaltname: `DNS:${host}` }) as unknown as PeerCertificate;

describe('what a URL asks for', () => {
  test.each([
    ['postgres://u@db.example/x', ['host']],
    ['postgres://u@10.1.2.3/x', ['host']],
    ['postgres://u@127.evil.example/x', ['host']],
    ['postgres://u@localhost.evil.example/x', ['host']],
    ['postgres://u@localhost/x?host=db.example', ['host']],
    ['postgres://u@localhost/x?host=localhost&host=db.example', ['host']],
    ['postgres://u@localhost/x', ['plain', 'encrypted']],
    ['postgres://u@127.0.0.1/x', ['plain', 'encrypted']],
    ['postgres://u@[::1]/x', ['plain', 'encrypted']],
    ['postgres:///x', ['plain']],
    ['postgres://u@%2Frun%2Fpostgresql/x', ['plain']],
    ['postgres://u@h/x?host=/run/postgresql&sslmode=verify-full', ['plain']],
    ['postgres://u@db.example/x?sslmode=disable', ['plain']],
    ['postgres://u@db.example/x?sslmode=allow', ['plain', 'encrypted']],
    ['postgres://u@db.example/x?sslmode=prefer', ['encrypted', 'plain']],
    ['postgres://u@db.example/x?sslmode=require', ['encrypted']],
    ['postgres://u@db.example/x?sslmode=verify-ca', ['authority']],
    ['postgres://u@db.example/x?sslmode=verify-full', ['host']],
    ['postgres://u@localhost/x?sslmode=verify-full', ['host']],
    ['postgres://u@db.example/x?sslmode=disable&sslmode=verify-full', ['host']],
    ['postgres://u@db.example/x?sslrootcert=system', ['host']],
    ['postgres://u@localhost/x?sslrootcert=system', ['host']],
  ])('%s', (url, ways) => expect(waysOf(url)).toEqual(ways));

  test('of each of several hosts', () => {
    const { parameters, servers } = toLogin('postgres://u@/x?host=localhost,db.example,/run/postgresql');
    const ways = servers.map(({ host }) => toEncryptions(parameters, host, '/nowhere').map((way) => way() !== false));
    expect(ways).toEqual([[false, true], [true], [false]]);
  });

  test('require with a root certificate is verify-ca, wherever the file is', () => {
    expect(waysOf(`postgres://u@db.example/x?sslmode=require&sslrootcert=${rootFile}`)).toEqual(['authority']);
    const home = path.dirname(fileWith(authority.certificate, 0o644, 'root.crt'));
    expect(waysOf('postgres://u@db.example/x?sslmode=require', home)).toEqual(['authority']);
    expect(encryptionsOf('postgres://u@db.example/x', home)[0]).toMatchObject({ ca: authority.certificate });
  });

  test('the certificate of the client and its key come from where libpq has them, if nobody names them', () => {
    const home = path.dirname(fileWith(good.certificate, 0o644, 'postgresql.crt'));
    writeFileSync(path.join(home, 'postgresql.key'), good.key, { mode: 0o600 });
    expect(encryptionsOf('postgres://u@db.example/x', home)).toMatchObject([{ cert: good.certificate, key: good.key }]);
    // Files are read when needed; a session without TLS needs none.
    chmodSync(path.join(home, 'postgresql.key'), 0o644);
    const { parameters, servers } = toLogin('postgres://u@localhost/x');
    expect(toEncryptions(parameters, servers[0]!.host, home)[0]!()).toBe(false);
  });

  test('a list of revoked certificates that libpq would obey is not passed over', async () => {
    const home = path.dirname(fileWith('list', 0o644, 'root.crl'));
    const problem = (mode: string): Promise<string> => problemOf(() => encryptionsOf(`postgres://u@db.example/x?sslmode=${mode}`, home));
    expect(await problem('verify-ca')).toContain('root.crl is a certificate revocation list, which is not supported');
    expect(waysOf('postgres://u@db.example/x?sslmode=require', home)).toEqual(['encrypted']);
  });

  test('the driver is told all of it', () => {
    expect(encryptionsOf(`postgres://u:p@db.example:1/x?sslmode=verify-full&sslrootcert=${rootFile}`)).toEqual([
      {
        minVersion: 'TLSv1.2',
        rejectUnauthorized: true,
        checkServerIdentity: expect.any(Function) as unknown,
        servername: 'db.example',
        ca: authority.certificate,
      },
    ]);
    expect(encryptionsOf('postgres://u@10.1.2.3/x')[0]).not.toHaveProperty('servername');
  });

  test('what cannot be obeyed is refused', async () => {
    const problem = (parameters: string): Promise<string> => problemOf(() => toLogin(`postgres://u:secret@h/x?${parameters}`));
    const refused = ['sslmode=no-verify', 'sslmode=', 'sslmode=require&sslrootcert=system', 'sslcrl=/x', 'sslcert=/x'];
    expectText(await Promise.all(refused.map(problem)));
    for (const name of ['ssl=true', 'uselibpqcompat=true', 'channel_binding=require', 'sslnegotiation=direct', 'gssencmode=require'])
      expect(await problem(name)).toMatch(new RegExp(`has the parameter "${name.split('=')[0]}"`));
  });

  test('files that cannot be used', async () => {
    const open = fileWith(good.key, 0o644);
    chmodSync(open, 0o644);
    const problem = async (parameters: string): Promise<string> =>
      (await problemOf(() => encryptionsOf(`postgres://u@h/x?${parameters}`))).replaceAll(/\/\S+\/folder-\w+/g, '<folder>');
    const certificate = fileWith(good.certificate);
    expectText([
      await problem('sslrootcert=/nowhere/ca.crt'),
      await problem(`sslrootcert=${fileWith('no certificate')}`),
      await problem(`sslcert=${certificate}&sslkey=${open}`),
      await problem(`sslcert=${certificate}&sslkey=${fileWith('no key')}`),
    ]);
  });
});

describe('files of another kind than was meant', () => {
  const told = async (name: string, content: string | Buffer, other = ''): Promise<string> => {
    const file = path.join(temporaryFolder(), 'file');
    writeFileSync(file, content, { mode: 0o600 });
    const problem = await problemOf(() => encryptionsOf(`postgres://u@h/x?${name}=${file}${other}`));
    return problem
      .replaceAll(file, '<file>')
      .replaceAll(/\/\S+\/file\.pem/g, '<other>')
      .replace('ConfigError bad-certificate-file: ', '');
  };
  const withKey = (content: string | Buffer, more = ''): Promise<string> =>
    told('sslkey', content, `&sslcert=${fileWith(good.certificate)}${more}`);
  const der = Buffer.from(good.certificate.replace(/-----[^-]+-----/g, ''), 'base64');
  const key = createPrivateKey(good.key);

  test('each is named for what it is', async () => {
    const encrypted = key.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' });
    expectText([
      await told('sslrootcert', der),
      await told('sslrootcert', good.key),
      await told('sslrootcert', ''),
      await told('sslrootcert', Buffer.from(`\uFEFF${authority.certificate}`, 'utf16le')),
      await told('sslrootcert', '-----BEGIN CERTIFICATE REQUEST-----\n'),
      await withKey(good.certificate),
      await withKey(key.export({ type: 'pkcs8', format: 'der' })),
      await withKey(encrypted),
      await withKey(encrypted, '&sslpassword=y'),
      await withKey('-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n'),
      await withKey(stranger.issue({ commonName: 'other' }).key),
    ]);
  });

  test('a byte order mark is ignored', () => {
    const file = fileWith(`\uFEFF${authority.certificate}`);
    expect(encryptionsOf(`postgres://u@h/x?sslrootcert=${file}`)).toMatchObject([{ ca: authority.certificate }]);
  });
});

describe('against a server', () => {
  let server: TlsServer | undefined;
  beforeAll(async () => {
    server = await startTlsServer();
  });

  const testTls = (name: string, work: (server: TlsServer) => Promise<void>): void =>
    test(name, async ({ skip }) => {
      if (server === undefined) skip('no PostgreSQL here was built with TLS');
      else await work(server);
    });
  const isEncrypted = async (url: string): Promise<boolean> =>
    (await query<{ ssl: boolean }>(url, 'select ssl from pg_stat_ssl where pid = pg_backend_pid()'))[0]!.ssl;
  const refusal = async (url: string): Promise<string> =>
    (await problemOf(() => query(url, 'select'))).replaceAll(/:\d{4,}\//g, ':<port>/').replaceAll(rootFile, '<root>');
  const trusting = (mode: string, file = rootFile): string => `?sslmode=${mode}&sslrootcert=${file}`;

  testTls('without TLS: refused where TLS is asked for, before a password is sent', async ({ url }) => {
    for (const mode of ['disable', 'allow', 'prefer']) expect(await isEncrypted(url('127.0.0.1', `?sslmode=${mode}`))).toBe(false);
    for (const mode of ['require', 'verify-ca', 'verify-full'])
      expect(await refusal(url('127.0.0.1', trusting(mode)))).toContain('ConfigError tls-not-offered');
    expectText(await refusal(url('localhost', '?sslmode=verify-full')));
  });

  test('a server without TLS gets to see nothing but the question for it', async () => {
    const received: Buffer[] = [];
    const listener = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.on('data', (data) => {
        received.push(data);
        socket.write('N');
      });
    });
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
    const { port } = listener.address() as AddressInfo;
    for (const mode of ['require', 'verify-full'])
      expect(await refusal(`postgres://somebody:secret@127.0.0.1:${port}/x?sslmode=${mode}`)).toContain('tls-not-offered');
    listener.close();
    // Length 8 and the code of SSLRequest, from each of the two.
    expect(Buffer.concat(received).toString('hex')).toBe('0000000804d2162f'.repeat(2));
  });

  testTls('each refusal says what to do', async ({ url, present, withdraw }) => {
    const hint = (parameters: string): Promise<string | undefined> =>
      query(url('127.0.0.1', parameters), 'select').then(
        () => undefined,
        (error: unknown) => toHint(error as ChatmartError),
      );
    const hints = [await hint('?sslmode=require')];
    await present(good);
    hints.push(await hint('?sslmode=verify-full'), await hint(trusting('verify-full')));
    await present(authority.issue({ commonName: 'server', hosts: ['127.0.0.1'], to: new Date('2021-01-01T00:00:00Z') }));
    hints.push(await hint(trusting('verify-full')));
    await withdraw();
    expectText(hints);
  });

  testTls('its certificate is good', async ({ url, present }) => {
    await present(good);
    expect(await isEncrypted(url('localhost'))).toBe(false);
    for (const mode of ['prefer', 'require']) expect(await isEncrypted(url('localhost', `?sslmode=${mode}`))).toBe(true);
    for (const mode of ['require', 'verify-ca', 'verify-full']) expect(await isEncrypted(url('localhost', trusting(mode)))).toBe(true);
    const martUrl = url('localhost', trusting('verify-full'));
    // Connected at the address of the first, which is not in the certificate.
    expect(await withConnection({ url: martUrl, applicationName: 'test' }, () => isEncrypted(martUrl))).toBe(true);
    expect((await migrateMart({ martUrl, martSchema: 'infomart', clock: testClock })).applied.length).toBeGreaterThan(5);
  });

  testTls('it has another name', async ({ url, present }) => {
    await present(good);
    expectText(await refusal(url('127.0.0.1', trusting('verify-full'))));
    expect(await isEncrypted(url('127.0.0.1', trusting('verify-ca')))).toBe(true);
    await present(authority.issue({ commonName: 'localhost', hosts: ['db.example', '127.0.0.1'] }));
    expect(await isEncrypted(url('127.0.0.1', trusting('verify-full')))).toBe(true);
    // The common name counts only if there is no other name.
    expect(await refusal(url('localhost', trusting('verify-full')))).toContain('certificate-refused');
  });

  testTls('its authority is another one of the same name, or unknown', async ({ url, present }) => {
    await present(stranger.issue({ commonName: 'server', hosts: ['localhost'] }));
    for (const mode of ['require', 'verify-ca', 'verify-full'])
      expect(await refusal(url('localhost', trusting(mode)))).toContain('ConfigError certificate-refused');
    expectText(await refusal(url('localhost', '?sslmode=verify-full')));
    expect(await isEncrypted(url('localhost', '?sslmode=require'))).toBe(true);
  });

  testTls('it is expired, or not valid yet', async ({ url, present }) => {
    await present(authority.issue({ commonName: 'server', hosts: ['localhost'], to: new Date('2021-01-01T00:00:00Z') }));
    expectText(await refusal(url('localhost', trusting('verify-full'))));
    expect(await refusal(url('localhost', trusting('verify-ca')))).toContain('certificate-refused');
    await present(authority.issue({ commonName: 'server', hosts: ['localhost'], from: new Date('2048-01-01T00:00:00Z') }));
    expect(await refusal(url('localhost', trusting('verify-full')))).toContain('not yet valid');
  });

  describe('Node and the environment are told to trust everybody', () => {
    beforeEach(() => {
      process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
      process.env['PGSSLMODE'] = 'disable';
      process.env['PGSSLNEGOTIATION'] = 'direct';
    });
    afterEach(() => {
      for (const name of ['NODE_TLS_REJECT_UNAUTHORIZED', 'PGSSLMODE', 'PGSSLNEGOTIATION']) Reflect.deleteProperty(process.env, name);
    });

    testTls('and the URL is obeyed all the same', async ({ url, present }) => {
      await present(stranger.issue({ commonName: 'server', hosts: ['localhost'] }));
      expect(await refusal(url('localhost', trusting('verify-full')))).toContain('certificate-refused');
      expect(await isEncrypted(url('localhost', '?sslmode=require'))).toBe(true);
    });
  });

  testTls('it wants TLS of somebody: allow does it, disable says so', async ({ url, present, admit }) => {
    await present(good);
    await admit('encrypted_only', 'hostssl all encrypted_only 127.0.0.1/32 trust\nhost all encrypted_only 127.0.0.1/32 reject');
    expect(await isEncrypted(url('127.0.0.1', '', 'encrypted_only'))).toBe(true);
    expect(await refusal(url('127.0.0.1', '?sslmode=disable', 'encrypted_only'))).toContain('login-refused');
    await admit('plain_only', 'hostnossl all plain_only 127.0.0.1/32 trust\nhost all plain_only 127.0.0.1/32 reject');
    expect(await isEncrypted(url('127.0.0.1', '?sslmode=prefer', 'plain_only'))).toBe(false);
    expect(await refusal(url('127.0.0.1', '?sslmode=require', 'plain_only'))).toContain('login-refused');
  });

  testTls('it asks for a certificate of the client', async ({ url, present, admit }) => {
    await present(good, authority.certificate);
    await admit('by_certificate', 'hostssl all by_certificate 127.0.0.1/32 cert');
    const withFiles = ({ certificate, key }: Certificate): string =>
      url('localhost', `${trusting('verify-full')}&sslcert=${fileWith(certificate)}&sslkey=${fileWith(key)}`, 'by_certificate');
    expect(await isEncrypted(withFiles(authority.issue({ commonName: 'by_certificate' })))).toBe(true);
    expect(await refusal(withFiles(authority.issue({ commonName: 'somebody_else' })))).toContain('login-refused');
    expect(await refusal(url('localhost', trusting('verify-full'), 'by_certificate'))).toContain('login-refused');
  });

  testTls('nothing is printed about it', async ({ url, present }) => {
    await present(good);
    const warnings: string[] = [];
    const note = (warning: Error): number => warnings.push(warning.message);
    process.on('warning', note);
    for (const mode of ['prefer', 'require', 'verify-ca', 'verify-full']) await isEncrypted(url('localhost', trusting(mode)));
    await new Promise(setImmediate);
    process.off('warning', note);
    expect(warnings).toEqual([]);
  });
});
