import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { readCertificates, type Certificate } from '../../../src/db/certificates.js';
import { withConnection } from '../../../src/db/connection.js';
import { judgeCertificates } from '../../../src/commands/doctor/tls.js';
import { doctor } from '../../../src/commands/doctor/doctor.js';
import { readGauges, toSamples } from '../../../src/metrics/gauges.js';
import { testClock } from '../../support/databases.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { createAuthority } from '../../support/tls-certificates.js';
import { startTlsServer, type TlsServer } from '../../support/tls-server.js';
import { migrateMart } from '../../support/jobs.js';

const day = (text: string): Date => new Date(`${text}T00:00:00Z`);

const authority = createAuthority('authority', day('2040-05-01'));
const stranger = createAuthority('stranger', day('2033-01-01'));
const server = authority.issue({ commonName: 'server', hosts: ['localhost'], to: day('2035-02-03') });
const client = authority.issue({ commonName: 'client', to: day('2034-06-07') });

function fileWith(...contents: string[]): string {
  const file = path.join(temporaryFolder(), 'file.pem');
  writeFileSync(file, contents.join('\n'), { mode: 0o600 });
  return file;
}

const toLine = ({ kind, subject, validUntil }: Certificate): string => `${kind} ${subject} ${validUntil.toISOString().slice(0, 10)}`;

let tls: TlsServer | undefined;
beforeAll(async () => {
  tls = await startTlsServer();
  await tls?.present(server, authority.certificate);
});

const testTls = (name: string, work: (tls: TlsServer) => Promise<void>): void =>
  test(name, { timeout: 120_000 }, async ({ skip }) => {
    if (tls === undefined) skip('no PostgreSQL here was built with TLS');
    else await work(tls);
  });

/** The URL of a session that the server admits by password; the client presents its certificate if it has one. */
const urlWith = ({ url }: TlsServer, mode: string, rootFile: string): string =>
  url('localhost', `?sslmode=${mode}&sslrootcert=${rootFile}&sslcert=${fileWith(client.certificate)}&sslkey=${fileWith(client.key)}`);

const certificatesOf = (url: string): Promise<string[]> =>
  withConnection({ url, applicationName: 'test' }, (connection) => Promise.resolve(readCertificates(connection).map(toLine)));

describe('the certificates of a session', () => {
  testTls('are those that it depends on: of several authorities the one that has signed', async (to) => {
    expect(await certificatesOf(urlWith(to, 'verify-full', fileWith(stranger.certificate, authority.certificate)))).toEqual([
      ...['server CN=server 2035-02-03', 'authority CN=authority 2040-05-01', 'client CN=client 2034-06-07'],
    ]);
    // The server sends the authority that it knows, whether or not the client verifies it.
    expect(await certificatesOf(to.url('localhost', '?sslmode=require'))).toEqual([
      ...['server CN=server 2035-02-03', 'authority CN=authority 2040-05-01'],
    ]);
    expect(await certificatesOf(to.url('localhost', '?sslmode=disable'))).toEqual([]);
  });

  testTls('are told by the metrics, also when the server is away', async (to) => {
    const martUrl = urlWith(to, 'verify-full', fileWith(authority.certificate));
    await migrateMart({ martUrl, martSchema: 'infomart', clock: testClock });
    const options = { martUrl, martSchema: 'infomart', now: testClock(), log: () => undefined };
    const source = { name: 'idb', idbSchema: 'public', idbTable: undefined };
    const before = await readGauges({ ...options, sources: [{ ...source, url: to.url('localhost', '?sslmode=require') }] });
    const told = (gauges: typeof before): string[] =>
      toSamples(gauges, testClock())
        .filter(({ name }) => name === 'certificate_not_after_timestamp_seconds')
        .map(({ labels, value }) => `${labels.join(' ')} ${new Date(value * 1_000).toISOString().slice(0, 10)}`);
    const all = [
      'mart server 2035-02-03',
      'mart authority 2040-05-01',
      'mart client 2034-06-07',
      'idb server 2035-02-03',
      'idb authority 2040-05-01',
    ];
    expect(told(before)).toEqual(all);
    const away = { ...options, martUrl: 'postgres://u@127.0.0.1:1/x', sources: [{ ...source, url: 'postgres://u@127.0.0.1:1/x' }] };
    expect(told(await readGauges(away, before))).toEqual(all);
  });

  testTls('are judged by doctor, by those in files where no session is opened', async (to) => {
    const found = async (now: Date, martUrl: string): Promise<string[]> => {
      const options = { martUrl, idbUrl: 'postgres://u@127.0.0.1:1/x', martSchema: 'infomart', idbSchema: 'public', clock: () => now };
      const { findings } = await doctor(options);
      return findings.filter(({ check }) => check === 'certificates').map((each) => `${each.place} ${each.severity}: ${each.found}`);
    };
    const url = urlWith(to, 'verify-full', fileWith(authority.certificate));
    expect(await found(day('2026-03-04'), url)).toEqual(['mart ok: its certificates are valid for 3,017 days or longer']);
    expect(await found(day('2034-06-01'), url)).toEqual([
      'mart warning: the client certificate (CN=client) expires on 2034-06-07, in 6 days',
    ]);
    const unreachable = Object.assign(new URL(url), { port: '1' }).href;
    expect(await found(day('2034-06-08'), unreachable)).toEqual(['mart warning: the client certificate (CN=client) expired on 2034-06-07']);
  });
});

describe('a judgement', () => {
  const judge = (...untils: string[]): string[] =>
    judgeCertificates(
      untils.map((until) => ({ kind: 'server', subject: 'CN=x', validUntil: new Date(until) })),
      day('2026-03-01'),
    ).map(({ severity, found }) => `${severity}: ${found}`);

  test('warns below thirty days', () => {
    expect(judge()).toEqual([]);
    expect(judge('2026-03-31T00:00:00Z', '2027-01-01T00:00:00Z')).toEqual(['ok: its certificates are valid for 30 days or longer']);
    expect(judge('2026-03-30T23:59:59Z', '2027-01-01T00:00:00Z')).toEqual([
      'warning: the certificate of the server (CN=x) expires on 2026-03-30, in 29 days',
    ]);
    expect(judge('2026-03-02T12:00:00Z', '2026-02-28T12:00:00Z')).toEqual([
      ...['warning: the certificate of the server (CN=x) expires on 2026-03-02, in 1 day'],
      'warning: the certificate of the server (CN=x) expired on 2026-02-28',
    ]);
  });
});
