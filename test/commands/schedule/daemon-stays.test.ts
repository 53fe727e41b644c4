import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, expect, test } from 'vitest';
import { idbTables, query } from '../../support/databases.js';
import { isWhole } from '../../support/depth.js';
import { startCli, type StartedCli } from '../../support/start-cli.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { createAuthority } from '../../support/tls-certificates.js';
import { startTlsServer, type TlsServer } from '../../support/tls-server.js';
import { writeUserData } from '../../support/user-data.js';
import { migrateMart } from '../../support/jobs.js';

const authority = createAuthority('authority');
const HOST = '127.0.0.1';
const folder = temporaryFolder();
const fileOf = (name: string): string => path.join(folder, name);
const write = (name: string, content: string): void => writeFileSync(fileOf(name), content, { mode: 0o600 });

let server: TlsServer | undefined;
beforeAll(async () => {
  server = await startTlsServer();
});

/** Polls the daemon until it gives the expected answer. */
async function until(url: string, status: number, text: string): Promise<void> {
  let last = '';
  for (const start = Date.now(); Date.now() - start < 15_000;) {
    const response = await fetch(url);
    last = `${response.status} ${await response.text()}`;
    if (response.status === status && last.includes(text)) return;
    await sleep(50);
  }
  throw new Error(`Not ${status} ${text}, but ${last}`);
}

const present = (to?: Date): Promise<void> =>
  server!.present(authority.issue({ commonName: 'server', hosts: [HOST], ...(to && { to }) }), authority.certificate);
const presentAsClient = (to?: Date): void => {
  const { certificate, key } = authority.issue({ commonName: 'reader', ...(to && { to }) });
  write('reader.crt', certificate);
  write('reader.key', key);
};
const LONG_AGO = new Date('2021-01-01T00:00:00Z');

const session = (guid: string) =>
  [
    [guid, 'ChatServerSessionStartedAt', '2026-03-01T10:00:00Z'],
    [guid, 'ChatServerSessionClosedAt', '2026-03-01T10:05:00Z'],
  ] as const;

/** The codes and hints of the daemon's errors. */
const toldBy = (stderr: string): { code: string; hint: string }[] =>
  stderr
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { level: string; code: string; hint: string })
    .filter(({ level }) => level === 'error');

test(
  'at its start and at work the daemon stays up, says why it cannot work, and takes up what is changed',
  { timeout: 120_000 },
  async ({ skip }) => {
    if (server === undefined) {
      skip('no PostgreSQL with TLS');
      return;
    }
    const administrator = server.url(HOST, '?sslmode=disable');
    await server.admit('writer', `host all writer ${HOST}/32 scram-sha-256`);
    await server.admit('reader', `hostssl all reader ${HOST}/32 cert`);
    await query(administrator, `alter role writer superuser password 'first'`);
    await present(LONG_AGO);
    write('root.crt', authority.certificate);
    write('password', 'wrong\n');
    presentAsClient(LONG_AGO);
    const trust = `?sslmode=verify-full&sslrootcert=${fileOf('root.crt')}`;
    const daemon: StartedCli = startCli(['schedule', '--cron', '* * * * * *', '--run-maintain', 'false', '--metrics-port', '0'], {
      CHATMART_IDB_URL: server.url(HOST, `${trust}&sslcert=${fileOf('reader.crt')}&sslkey=${fileOf('reader.key')}`, 'reader'),
      CHATMART_MART_URL: server.url(HOST, trust, 'writer'),
      CHATMART_MART_PASSWORD_FILE: fileOf('password'),
    });
    await daemon.said('metrics-served');
    const place = daemon.found(/http:[^ ]*(?=\/metrics)/);
    const isKeptBy = async (code: string): Promise<void> => {
      await until(`${place}/ready`, 503, `(${code})`);
      await until(`${place}/health`, 200, 'alive');
    };

    // Before the first successful cycle.
    await isKeptBy('certificate-refused');
    await present();
    await isKeptBy('login-refused');
    write('password', 'first\n');
    await isKeptBy('mart-not-migrated');
    if (isWhole) await query(administrator, 'alter role writer set default_transaction_read_only to on');
    await migrateMart({ martUrl: administrator, martSchema: 'infomart' });
    if (isWhole) {
      await isKeptBy('database-read-only');
      await query(administrator, 'alter role writer reset default_transaction_read_only');
    }
    // The mart answers now; the IDB first refuses the client's certificate, and later has no table.
    await isKeptBy('client-certificate-refused');
    if (!isWhole) await query(administrator, idbTables());
    presentAsClient();
    if (isWhole) {
      await isKeptBy('idb-table-missing');
      await query(administrator, idbTables());
    }
    await query(administrator, 'grant select on all tables in schema public to reader');
    await writeUserData(administrator, session('G1'));
    await until(`${place}/ready`, 200, 'ready');

    // After successful cycles.
    await query(administrator, `alter role writer password 'second'`);
    await isKeptBy('login-refused');
    rmSync(fileOf('password'));
    await isKeptBy('password-missing');
    write('password', 'second\n');
    await until(`${place}/ready`, 200, 'ready');
    if (isWhole) {
      presentAsClient(LONG_AGO);
      await isKeptBy('client-certificate-refused');
      presentAsClient();
    }
    await writeUserData(administrator, session('G2'));
    await until(`${place}/ready`, 200, 'ready');
    while ((await query(administrator, 'select from infomart.chat_session_fact')).length < 2) await sleep(50);
    daemon.kill('SIGTERM');
    const { code, stderr } = await daemon.ended;
    expect(code).toBe(0);
    const told = toldBy(stderr);
    const inWhole = (...codes: string[]): string[] => (isWhole ? codes : []);
    expect(told.map((each) => each.code)).toEqual([
      ...['certificate-refused', 'login-refused', 'mart-not-migrated'],
      ...inWhole('database-read-only'),
      'client-certificate-refused',
      ...inWhole('idb-table-missing'),
      ...['login-refused', 'password-missing'],
      ...inWhole('client-certificate-refused'),
    ]);
    // Each hint says what the operator must type, and that the scheduler tries again by itself.
    for (const { hint } of told) expect(hint).toMatch(/The scheduler tries again within 15 minutes\.$/);
    expect(told.find((each) => each.code === 'login-refused')!.hint).toContain(`The password comes from ${fileOf('password')}.`);
    expect(stderr).not.toMatch(/wrong\\n|:(first|second)@/);
    expect(readFileSync(fileOf('password'), 'utf8')).toBe('second\n');
  },
);
