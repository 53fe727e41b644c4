import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv } from 'ajv';
import { beforeAll, describe, expect, test } from 'vitest';
import { withConnection } from '../../../src/db/connection.js';
import { doctor, requireHealth, type DoctorReport } from '../../../src/commands/doctor/doctor.js';
import { runCheck } from '../../../src/commands/doctor/run-checks.js';
import type { Finding } from '../../../src/commands/doctor/finding.js';
import { systemClock } from '../../../src/model/clock.js';
import { packageFile } from '../../../src/spec/package-file.js';
import { emptyDatabase, freshDatabases, query } from '../../support/databases.js';
import { runCycle, type Urls } from '../../support/histories.js';
import { problemOf } from '../../support/problem-of.js';
import { runCli } from '../../support/run-cli.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { writeUserData } from '../../support/user-data.js';
import { expectText } from '../../support/expect-text.js';

const validate = new Ajv({ allowUnionTypes: true }).compile(
  JSON.parse(readFileSync(packageFile('specs', 'schema', 'doctor.schema.json'), 'utf8')) as object,
);
const ROOM = () => Promise.resolve({ freeBytes: 500 * 1024 ** 3, allBytes: 1_000 * 1024 ** 3 });

const runChecks = (urls: Urls & { readonly otherIdbUrls?: readonly string[] }, more: Partial<Parameters<typeof doctor>[0]> = {}) =>
  doctor({ ...urls, martSchema: 'infomart', idbSchema: 'public', clock: systemClock, readSpace: ROOM, ...more });
const away = (url: string): string => Object.assign(new URL(url), { port: '1' }).toString();
const problemsOf = ({ findings }: DoctorReport): Finding[] => findings.filter(({ severity }) => severity === 'problem');
/** The checks of a place, each once however many findings it has. */
const checksOf = ({ findings }: DoctorReport, place: string): string[] => [
  ...new Set(findings.filter((finding) => finding.place === place).map(({ check }) => check)),
];

const ALL_OF_MART = [
  'version',
  'tls',
  'clock',
  'disk',
  'waits',
  'settings',
  'transactions',
  'schema',
  'additions',
  'rights',
  'logins',
  'properties',
  'calendar',
  'times',
  'sources',
];
const ALL_OF_IDB = [
  'version',
  'tls',
  'clock',
  'disk',
  'waits',
  'settings',
  'table',
  'rights',
  'limits',
  'indexes',
  'sequence',
  'rows',
  'row-times',
  'recent-keys',
  'attached-keys',
  'transactions',
];

let urls: Urls;
beforeAll(async () => {
  urls = await freshDatabases();
  const addedTs = Math.floor(systemClock().getTime() / 1000) - 60;
  await writeUserData(urls.idbUrl, [
    ['1', 'ChatServerSessionStartedAt', '2026-03-01T10:07:00Z', addedTs],
    ['1', 'ChatServerSessionClosedAt', '2026-03-01T10:17:00Z', addedTs],
  ]);
  await runCycle(urls, { clock: systemClock });
});

describe('what is looked at', () => {
  test('a healthy mart and a healthy IDB', async () => {
    const report = await runChecks(urls);
    expect([validate(report), validate.errors]).toEqual([true, null]);
    expect([checksOf(report, 'mart'), checksOf(report, 'idb')]).toEqual([ALL_OF_MART, ALL_OF_IDB]);
    expect(problemsOf(report)).toEqual([]);
    expect(() => requireHealth(report)).not.toThrow();
  });

  test('privileges are not checked in the embedded server, which has one role', async () => {
    const report = await runChecks(urls, { embedded: true });
    const withoutRights = (checks: readonly string[]): string[] => checks.filter((check) => !['rights', 'logins'].includes(check));
    expect([checksOf(report, 'mart'), checksOf(report, 'idb')]).toEqual([withoutRights(ALL_OF_MART), withoutRights(ALL_OF_IDB)]);
  });

  test('a database that is out of reach is a finding, and all others are looked at', async () => {
    const martAway = await runChecks({ ...urls, martUrl: away(urls.martUrl) });
    expect([checksOf(martAway, 'mart'), checksOf(martAway, 'idb')]).toEqual([['connection'], ALL_OF_IDB]);
    const twinAway = await runChecks({ ...urls, otherIdbUrls: [away(urls.idbUrl)] });
    expect([checksOf(twinAway, 'mart').slice(0, ALL_OF_MART.length), checksOf(twinAway, 'idb'), checksOf(twinAway, 'idb2')]).toEqual([
      ALL_OF_MART,
      ALL_OF_IDB,
      ['connection'],
    ]);
    expect(problemsOf(twinAway)).toMatchObject([
      {
        place: 'idb2',
        severity: 'problem',
        isUnavailable: true,
        found: expect.stringContaining('cannot be reached') as string,
        next: expect.stringContaining('Check host and port') as string,
      },
    ]);
    expect([validate(twinAway), validate.errors]).toEqual([true, null]);
    expectText(await problemOf(() => requireHealth(twinAway)));
  });

  test('a schema without a mart, an IDB without its table, a login that is refused', async () => {
    const report = await runChecks({
      martUrl: await emptyDatabase(),
      idbUrl: await emptyDatabase(),
      otherIdbUrls: [Object.assign(new URL(urls.idbUrl), { username: 'nobody' }).toString()],
    });
    expect(
      problemsOf(report).map(({ place, check, found, next }) => [place, check, found.replace(/^\S+ refuses/, '… refuses'), next]),
    ).toMatchObject([
      ['mart', 'schema', expect.stringMatching(/^Database \w+ has no schema infomart; no schema of it has one$/), 'Run chatmart migrate.'],
      [
        'idb',
        'table',
        'The IDB has neither public.g_userdata_history nor public.g_user_data_history',
        expect.stringContaining('CHATMART_IDB_URL'),
      ],
      [
        'idb2',
        'connection',
        expect.stringContaining('… refuses the login'),
        'Correct the user of that URL, or its password; chatmart config show says where it is.',
      ],
    ]);
    expectText(await problemOf(() => requireHealth(report)));
  });

  test('a mart that a newer chatmart made', async () => {
    const { idbUrl, martUrl } = await freshDatabases();
    await query(martUrl, `insert into infomart.chatmart_migration (name, batch, migration_time) values ('999_later', 9, now())`);
    expect(problemsOf(await runChecks({ idbUrl, martUrl }))).toMatchObject([
      {
        check: 'schema',
        found: expect.stringContaining('newer version of chatmart') as string,
        next: expect.stringContaining('Use the chatmart') as string,
      },
    ]);
  });

  test('a check that times out can be repeated, and does not count as an unreachable database', async () => {
    const findings = await withConnection({ url: urls.idbUrl, applicationName: 'test', statementTimeoutMs: 50 }, (connection) =>
      runCheck('idb', 'recent-keys', connection, async () => {
        await connection.query('select pg_sleep(60)');
        return [];
      }),
    );
    expect(findings).toMatchObject([{ severity: 'warning', found: 'no answer within 10 s', isUnavailable: false }]);
  });

  test('a problem to fix decides the exit code before one to wait for', async () => {
    const report = await runChecks({ martUrl: await emptyDatabase(), idbUrl: away(urls.idbUrl) });
    expect(await problemOf(() => requireHealth(report))).toMatch(/^ConfigError/);
  });
});

test('the command prints findings for people and machines, and ends with an exit code', async () => {
  const env = { CHATMART_IDB_URL: urls.idbUrl, CHATMART_MART_URL: urls.martUrl };
  const file = path.join(temporaryFolder(), 'spec.xml');
  writeFileSync(file, readFileSync(packageFile('specs', 'ccon_adata_spec_chat.xml')));
  const text = await runCli(['doctor', '--adata-spec', file], { env });
  expect(text.stdout).toMatch(/^chatmart \d+\.\d+\.\d+, Node\.js \d+\.\d+\.\d+, at .*Z\nok {7}mart version: +PostgreSQL /);
  expect(text.stdout).toMatch(/\nwarning +idb rights: +\S+ is a superuser there.*\n +-> deploy\/roles-idb\.sql creates/);
  expect(text.stdout).toMatch(/\nwarning +idb attached-keys: +\S+spec\.xml captures keys that are missing/);
  expect(text.stdout).toMatch(/\n0 problems, \d+ warnings?, \d+ notes?, \d+ ok\n$/);
  expect([text.code, text.stderr]).toEqual([0, '']);

  const json = await runCli(['doctor', '--json'], { env: { ...env, CHATMART_MART_URL: away(urls.martUrl) } });
  const report: unknown = JSON.parse(json.stdout);
  expect([validate(report), validate.errors]).toEqual([true, null]);
  expect([json.code, json.stderr]).toEqual([3, expect.stringContaining('code: doctor-out-of-reach')]);

  const empty = await runCli(['doctor'], { env: { ...env, CHATMART_MART_URL: await emptyDatabase() } });
  expect([empty.code, empty.stderr]).toEqual([2, expect.stringContaining('code: doctor-found-problems')]);
});
