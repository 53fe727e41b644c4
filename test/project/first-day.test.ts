import { randomUUID } from 'node:crypto';
import { readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { packageFile } from '../../src/spec/package-file.js';
import { closeAfterFile } from '../support/closers.js';
import { emptyDatabase, freshDatabases, freshIdb, query } from '../support/databases.js';
import { deepTest } from '../support/depth.js';
import { callProgram } from '../support/every-command.js';
import { runLikePsql } from '../support/psql-script.js';
import { runCli } from '../support/run-cli.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { writeUserData } from '../support/user-data.js';
import { workerServer } from '../support/worker-server.js';
import { expectText } from '../support/expect-text.js';

const RANGE = ['--from', '2026-03-01', '--to', '2026-03-02'];

/** Commands that need only the mart, with arguments. */
const MART_ONLY: readonly string[][] = [
  ['migrate'],
  ['status', '--check'],
  ['doctor'],
  ['report', 'chat-termination', ...RANGE],
  ['sql', 'select 1 as one'],
  ['discards', 'list'],
  ['aggregate', ...RANGE],
  ['maintain', '--dry-run'],
  ['erase', '--guid', '1', '--dry-run'],
  ['name'],
  ['name', 'media-type', 'CHAT', 'Web chat'],
];
const IDB_TOO: readonly string[][] = [['run'], ['schedule'], ['backfill', ...RANGE], ['reconcile', ...RANGE], ['discards', 'retry']];

describe('with nothing set, as under sudo, in cron or in a new shell', () => {
  test.each([...MART_ONLY, ...IDB_TOO].map((args) => [args.join(' '), args] as const))('%s makes nothing', async (_, args) => {
    const workingFolder = temporaryFolder();
    const { text, failed } = await callProgram(args, { environment: {}, workingFolder });
    expect(failed).toBe(true);
    expect(text).toContain(
      `CHATMART_IDB_URL and CHATMART_MART_URL are not set, and there is no embedded server in ${workingFolder}/.chatmart`,
    );
    expect(text).toMatch(/code: 'not-configured'/);
    expect(text).toContain('run: chatmart demo');
    expect(readdirSync(workingFolder)).toEqual([]);
  });

  test('--demo without a demo creates nothing and ends with 2', async () => {
    const cwd = temporaryFolder();
    const { code, stderr } = await runCli(['report', 'chat-termination', '--demo'], { cwd });
    expectText({ code, stderr: stderr.replaceAll(cwd, '<folder>') });
    expect(readdirSync(cwd)).toEqual([]);
  });

  test('commands that only read do not create an embedded mart', async () => {
    const home = path.join(temporaryFolder(), 'home');
    const sources = { environment: { CHATMART_HOME: home }, workingFolder: temporaryFolder() };
    expect((await callProgram(['status'], sources)).text).toContain("code: 'not-configured'");
    const simulated = await callProgram(['simulate', '--sessions', '3', ...RANGE], sources);
    expect({ failed: simulated.failed, text: simulated.text }).toMatchObject({ failed: false });
    expect((await callProgram(['status'], sources)).text).toContain("code: 'mart-not-migrated'");
  });
});

describe('with the URL of the mart alone', () => {
  let martUrl: string;
  beforeAll(async () => {
    const urls = await freshDatabases();
    martUrl = urls.martUrl;
    await writeUserData(urls.idbUrl, [
      ['1', 'ChatServerSessionStartedAt', '2026-03-01T10:07:00Z'],
      ['1', 'ChatServerSessionClosedAt', '2026-03-01T10:17:00Z'],
    ]);
    const both = { environment: { CHATMART_IDB_URL: urls.idbUrl, CHATMART_MART_URL: martUrl }, workingFolder: temporaryFolder() };
    expect(await callProgram(['run'], both)).toMatchObject({ failed: false });
  });
  const call = (args: readonly string[]) =>
    callProgram(args, { environment: { CHATMART_MART_URL: martUrl }, workingFolder: temporaryFolder() });

  test.each(MART_ONLY.map((args) => [args.join(' '), args] as const))('%s works', async (_, args) => {
    const { text, failed } = await call(args);
    expect({ text, failed }).toMatchObject({ failed: false });
  });

  test('status and doctor say that the IDB was not asked', async () => {
    const status = await call(['status', '--check', '--max-lag', '1d']);
    expect(status.printed).toContain('idb (public.g_userdata_history): complete until');
    expect(status.printed).toMatch(/^IDB +not configured; what holds the ceiling back is unknown$/m);
    expect(status.printed).toMatch(/idb-sessions: not checked: CHATMART_IDB_URL is not set/);
    const doctor = await call(['doctor']);
    expect(doctor.printed).toMatch(/note +idb configuration: +CHATMART_IDB_URL is not set: only the mart was looked at/);
    expect(doctor.printed).not.toContain('no IDB is configured for it');
  });

  test.each(IDB_TOO.map((args) => [args.join(' '), args] as const))('%s says what is missing', async (_, args) => {
    const { text, failed } = await call(args);
    expect(failed).toBe(true);
    expect(text).toContain('CHATMART_IDB_URL is not set, and this command reads the IDB');
  });
});

describe('a server with roles and passwords', () => {
  const suffix = randomUUID().slice(0, 8);
  const role = (name: string): string => `${name}_${suffix}`;
  const names = { owner: role('owner'), writer: role('writer'), analyst: role('analyst') };
  let environment: Record<string, string>;
  let martUrl: string;
  const as = (user: string): string => Object.assign(new URL(martUrl), { username: user, password: '' }).toString();
  const call = (args: readonly string[], more: Record<string, string> = {}) => runCli(args, { env: { ...environment, ...more } });

  beforeAll(async () => {
    const server = await workerServer();
    // Registered before the database is created, so that the roles are dropped after it.
    closeAfterFile(() => query(server.url('postgres'), `drop role if exists ${Object.values(names).join(', ')}`));
    martUrl = await emptyDatabase();
    await runLikePsql(martUrl, packageFile('deploy', 'roles-mart.sql'), { ...names, mart_schema: 'infomart' });
    const passFile = path.join(temporaryFolder(), 'passwords');
    const lines = Object.values(names).map((name) => `*:*:*:${name}:of ${name}\n`);
    writeFileSync(passFile, lines.join(''), { mode: 0o600 });
    for (const name of Object.values(names)) await query(martUrl, `alter role ${name} password 'of ${name}'`);
    environment = { CHATMART_IDB_URL: await freshIdb(), CHATMART_MART_URL: as(names.writer), PGPASSFILE: passFile };
  });

  test("the writer is told the owner's command; typed as it stands, it works", async () => {
    const { code, stderr } = await call(['run']);
    const [, command] = /hint: Nothing was changed[.] \w+ can migrate it: (.*)/.exec(stderr)!;
    expect(code).toBe(2);
    expect(stderr).toContain('has no mart; no schema of it has one');
    const url = new URL(martUrl);
    expect(command).toBe(`CHATMART_OWNER_URL=postgres://${names.owner}@${url.host}${url.pathname} chatmart migrate`);
    const migrating = await call(['migrate']);
    expect(migrating.code).toBe(2);
    expect(migrating.stderr).toContain(command);
    const [assignment, , ...args] = command!.split(' ');
    const migrated = await call(args, { CHATMART_OWNER_URL: assignment!.slice('CHATMART_OWNER_URL='.length) });
    expect(migrated).toMatchObject({ code: 0, stdout: expect.stringContaining('Mart infomart is now up to date') as string });
    expect(await call(['run'])).toMatchObject({ code: 0 });
  });

  deepTest('an analyst who writes is refused, and the message names roles that may', async () => {
    const naming = ['name', 'media-type', 'CHAT', 'Web chat'];
    for (const args of [['run'], ['aggregate'], ['maintain', '--yes'], ['erase', '--guid', '1', '--yes'], ['discards', 'retry'], naming]) {
      const { code, stderr } = await call(args, { CHATMART_MART_URL: as(names.analyst) });
      expect({ args, code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining('code: mart-role-only-reads') as string });
      expect(stderr).toContain(
        `${names.analyst} can only read the mart in schema infomart, and this command writes to it; ${names.writer}, ${names.owner} can write`,
      );
      expect(stderr).not.toContain('standby');
    }
  });

  test('a second mart in the same database does not change the search_path of analysts, and says so', async () => {
    const notices = await runLikePsql(martUrl, packageFile('deploy', 'roles-mart.sql'), { ...names, mart_schema: 'other' });
    const found = await query<{ path: string }>(
      as(names.analyst).replace('@', `:${encodeURIComponent(`of ${names.analyst}`)}@`),
      'show search_path',
    );
    expect(found).toEqual([{ search_path: 'chat, infomart' }]);
    expect(notices).toEqual([
      `${names.analyst} still finds chat, infomart, chat_tenant, chat_impersonal without a schema: write other.chat_session_fact, or make a role for this mart with --set=analyst=...`,
    ]);
  });
});

test('config show finds a cron expression that cannot be', async () => {
  const { code, stderr } = await runCli(['config', 'show', '--cron', '61 * * * *']);
  expect(code).toBe(2);
  expect(stderr).toContain('--cron: "61 * * * *" is not a valid cron expression');
});
