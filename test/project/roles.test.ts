import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { systemClock, type Clock } from '../../src/model/clock.js';
import { packageFile } from '../../src/spec/package-file.js';
import { closeAfterFile } from '../support/closers.js';
import { emptyDatabase, freshIdb, query, testClock } from '../support/databases.js';
import { callProgram, listCommands } from '../support/every-command.js';
import { problemOf } from '../support/problem-of.js';
import { findPsql, runLikePsql, runWithPsql } from '../support/psql-script.js';
import { startCli } from '../support/start-cli.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { writeUserData } from '../support/user-data.js';
import { workerServer } from '../support/worker-server.js';

const ROLES = ['reader', 'owner', 'writer', 'analyst', 'bi'] as const;
type Role = (typeof ROLES)[number];

/** Makes names and the schema need quoting. */
const suffix = randomUUID().slice(0, 8);
const names = Object.fromEntries(ROLES.map((role) => [role, `${role} "${suffix}"`])) as Record<Role, string>;
const schema = 'Info Mart';
const variables = { ...names, idb_schema: 'public', idb_table: 'g_userdata_history', mart_schema: schema };
const scripts = [packageFile('deploy', 'roles-idb.sql'), packageFile('deploy', 'roles-mart.sql')] as const;
const loginScript = packageFile('deploy', 'roles-login.sql');
const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

let idbUrl: string;
let martUrl: string;
/** A database's URL with the login of a role. */
const as = (role: Role, url: string): string =>
  Object.assign(new URL(url), { username: encodeURIComponent(names[role]), password: 'secret' }).toString();

beforeAll(async () => {
  const server = await workerServer();
  closeAfterFile(() =>
    query(
      server.url('postgres'),
      [...Object.values(names), `login "${suffix}"`].map((name) => `drop role if exists ${quoted(name)};`).join(' '),
    ),
  );
  [idbUrl, martUrl] = [await freshIdb(), await emptyDatabase()];
  await runLikePsql(idbUrl, scripts[0], variables);
  await runLikePsql(martUrl, scripts[1], variables);
  for (const role of ROLES) await query(idbUrl, `alter role ${quoted(names[role])} password 'secret'`);
  await query(idbUrl, `create table public.others ()`);
  await writeUserData(idbUrl, [
    ['1', 'ChatServerSessionStartedAt', '2026-03-01T10:07:00Z'],
    ['1', 'ChatServerSessionClosedAt', '2026-03-01T10:17:00Z'],
    ['1', 'csg_MediaOrigin', 'web'],
    ['2', 'ChatServerSessionStartedAt', '2026-03-01T10:07:00Z'],
  ]);
  await chatmart('owner', 'migrate', '--calendars', '[{"name":"tokyo","timezone":"Asia/Tokyo"}]');
});

/** The commands that ran under a role. */
const called = new Set<string>();

/** Settings of a role on the mart, and of the reader on the IDB. */
const settingsOf = (role: Role) => ({
  CHATMART_IDB_URL: as('reader', idbUrl),
  CHATMART_MART_URL: as(role, martUrl),
  CHATMART_MART_SCHEMA: schema,
});

/** Runs a command as a role. */
const chatmart = (role: Role, ...args: string[]): Promise<string> => chatmartAt(testClock, role, ...args);

async function chatmartAt(clock: Clock, role: Role, ...args: string[]): Promise<string> {
  called.add(args[0] === 'discards' ? args.slice(0, 2).join(' ') : args[0]!);
  const environment = settingsOf(role);
  const { text, printed, failed } = await callProgram(args, { environment, workingFolder: temporaryFolder(), clock });
  expect({ role, args, failed, text }).toMatchObject({ failed: false });
  return printed;
}

describe('each command works under its role', () => {
  test('writer', async () => {
    const range = ['--from', '2026-03-01', '--to', '2026-03-03'];
    expect(JSON.parse(await chatmart('writer', 'run', '--json'))).toMatchObject({ sessions: { inserted: 1, discarded: 1 } });
    // Calendar years, dimensions, further chunks, and nothing new.
    await writeUserData(idbUrl, [
      ['3', 'ChatServerSessionStartedAt', '2024-03-01T10:07:00Z'],
      ['3', 'ChatServerSessionClosedAt', '2024-03-01T10:17:00Z'],
      ['3', 'csg_MediaType', 'smoke-signals'],
      ['3', 'csg_TenantId', '4711'],
      ['1', 'csg_MediaOrigin', 'app'],
    ]);
    expect(JSON.parse(await chatmart('writer', 'run', '--json'))).toMatchObject({ sessions: { inserted: 1, updated: 1 } });
    await chatmart('writer', 'run');
    await chatmart('writer', 'backfill', ...range);
    await chatmart('writer', 'reconcile', ...range);
    await chatmart('writer', 'aggregate', ...range);
    await chatmart('writer', 'discards', 'retry');
    await chatmart('writer', 'discards', 'list');
    expect(await chatmart('writer', 'name', 'tenant', '4711', 'Smoke and Sons')).toContain('it was called Tenant 4711');
  });

  test('writer: status and doctor, which find no problems', async () => {
    // On the servers' clocks, which decide what is complete.
    await chatmartAt(systemClock, 'writer', 'run');
    await chatmartAt(systemClock, 'writer', 'status', '--check', '--max-lag', '1d');
    expect(await chatmartAt(systemClock, 'writer', 'doctor')).toMatch(/\n0 problems/);
  });

  test('writer: schedule', { timeout: 120_000 }, async () => {
    called.add('schedule');
    const daemon = startCli(['schedule', '--cron', '* * * * * *'], settingsOf('writer'));
    await daemon.said('cycle: ');
    daemon.kill('SIGTERM');
    expect(await daemon.ended).toMatchObject({ code: 0, stderr: expect.not.stringContaining('"level":"error"') });
  });

  test('writer: maintain and erase', async () => {
    expect(await chatmart('writer', 'maintain', '--days-to-keep-gim-facts', '400', '--yes')).toContain('month     2024-03: 1 deleted');
    expect(await chatmart('writer', 'erase', '--guid', '3', '--yes')).toContain('erased    1 interaction');
  });

  test('analyst', async () => {
    const ofTokyo = 'select sum(sessions) as n from ag2_chat_stats_hour_tokyo join date_time_tokyo using (date_time_key)';
    expect(await chatmart('analyst', 'sql', '--format', 'csv', ofTokyo)).toBe('n\n1\n');
    expect(await chatmart('analyst', 'sql', '--format', 'csv', 'select count(*) as n from chat_session_fact')).toBe('n\n1\n');
    expect(await chatmart('analyst', 'report', 'chat-termination', '--from', '2026-03-01', '--to', '2026-03-02')).toContain('Sessions');
    expect(await chatmart('analyst', 'status')).toContain('Open discards');
    expect(await chatmart('analyst', 'sql', '--format', 'csv', 'select count(*) as n from mart_status')).toBe('n\n15\n');
    await chatmart('analyst', 'discards', 'list');
    expect(await chatmart('analyst', 'name')).toContain('Smoke and Sons');
    expect(await chatmart('analyst', 'docs', '--output', temporaryFolder())).toContain(' files in ');
    expect(await chatmart('analyst', 'export', '--output', temporaryFolder())).toContain('exported  1 session and ');
    expect(await query(as('analyst', martUrl), 'select count(*) as n from ag2_chat_stats_day')).toBeTruthy();
  });

  test('simulate: whoever may create a table in a database of its own for tests', async () => {
    const testUrl = await emptyDatabase();
    await query(testUrl, `grant usage, create on schema public to ${quoted(names.owner)}`);
    const into = Object.assign(new URL(as('owner', testUrl)), { password: '' }).toString();
    process.env['PGPASSWORD'] = 'secret';
    try {
      await chatmart('owner', 'simulate', '--sessions', '3', '--from', '2026-03-01', '--to', '2026-03-02', '--into', into);
    } finally {
      Reflect.deleteProperty(process.env, 'PGPASSWORD');
    }
    expect(await query(testUrl, 'select count(*) > 0 as written from g_userdata_history')).toEqual([{ written: true }]);
  });

  test('owner: an upgrade, whose new tables the others may use', async () => {
    expect(await chatmart('owner', 'migrate')).toContain('already up to date');
    await query(
      as('owner', martUrl),
      `create table "${schema}".later (id bigint generated always as identity); create view "${schema}".seen as table "${schema}".later`,
    );
    await query(as('writer', martUrl), `insert into "${schema}".later default values`);
    expect(await query(as('analyst', martUrl), `select id from "${schema}".seen`)).toEqual([{ id: 1 }]);
    await query(as('owner', martUrl), `drop table "${schema}".later cascade`);
  });
});

test('every command that needs a role is tested', async () => {
  const withoutRole = ['completion', 'config show', 'demo', 'spec check', 'spec print', 'db start', 'db stop', 'db url'];
  expect((await listCommands()).filter((name) => !called.has(name)).sort()).toEqual(withoutRole.sort());
});

describe('each role is denied', () => {
  const mart = (name: string): string => `"${schema}".${name}`;
  const DENIED: readonly (readonly [Role, 'idb' | 'mart', string])[] = [
    ['reader', 'idb', 'insert into g_userdata_history default values'],
    ['reader', 'idb', 'update g_userdata_history set value = null'],
    ['reader', 'idb', 'delete from g_userdata_history'],
    ['reader', 'idb', 'truncate g_userdata_history'],
    ['reader', 'idb', 'lock table g_userdata_history in share mode'],
    ['reader', 'idb', 'select from others'],
    ['reader', 'idb', 'create table public.mine ()'],
    ['reader', 'idb', 'create schema mine'],
    ['reader', 'idb', 'create role mine'],
    ['writer', 'mart', `create table ${mart('mine')} ()`],
    ['writer', 'mart', `alter table ${mart('chat_session_fact')} add mine int`],
    ['writer', 'mart', `drop table ${mart('chat_session_fact')}`],
    ['writer', 'mart', `truncate ${mart('chat_session_fact')}`],
    ['writer', 'mart', `create index on ${mart('chat_session_fact')} (end_ts)`],
    ['writer', 'mart', 'create table public.mine ()'],
    ['writer', 'mart', 'create schema mine'],
    ['writer', 'mart', `select setval('${mart('ctl_audit_log_audit_key_seq')}', 1)`],
    ['analyst', 'mart', `insert into ${mart('media_type')} default values`],
    ['analyst', 'mart', `update ${mart('chat_session_fact')} set end_ts = 0`],
    ['analyst', 'mart', `delete from ${mart('chatmart_source')}`],
    ['analyst', 'mart', `truncate ${mart('chat_session_fact')}`],
    ['analyst', 'mart', 'create temporary table mine ()'],
    ['analyst', 'mart', 'create table public.mine ()'],
    ['analyst', 'mart', `select nextval('${mart('ctl_audit_log_audit_key_seq')}')`],
    ['bi', 'mart', `insert into ${mart('media_type')} default values`],
    ['bi', 'mart', `delete from ${mart('chatmart_source')}`],
    ['bi', 'mart', 'create table chat.mine ()'],
    ['bi', 'mart', 'create schema mine'],
    ['owner', 'mart', 'create schema mine'],
    ['owner', 'mart', 'create role mine'],
    ['owner', 'mart', 'create table public.mine ()'],
  ];

  test.each(DENIED)('%s in the %s: %s', async (role, place, text) => {
    const url = as(role, place === 'idb' ? idbUrl : martUrl);
    // A user can change the defaults of their session, so those are no protection.
    const refused = query(url, `begin read write; ${text}`);
    await expect(refused).rejects.toMatchObject({ code: '42501' });
  });

  test('the reader in the mart: to log in', async () => {
    expect(await problemOf(() => query(as('reader', martUrl), 'select'))).toContain('ConfigError login-refused');
  });
});

describe('the scripts', () => {
  /** Everything that they leave behind. */
  const rightsIn = (url: string) =>
    query(
      url,
      `select 'database' as kind, null as name, datacl::text as rights from pg_database where datname = current_database()
       union all select 'schema', nspname, nspacl::text from pg_namespace where nspname !~ '^(pg_|information)'
       union all select 'table', relname, relacl::text from pg_class where relnamespace::regnamespace::text !~ '^(pg_|information)'
       union all select 'function', proname, proacl::text from pg_proc where proname like 'lo\\_%' and proacl is not null
       union all select 'member', roleid::regrole::text, member::regrole::text from pg_auth_members where roleid::regrole::text ~ '${suffix}'
       union all select 'default', defaclobjtype::text, defaclacl::text from pg_default_acl
       union all select 'settings', setrole::regrole::text, setconfig::text from pg_db_role_setting
         where setdatabase = (select oid from pg_database where datname = current_database())
       order by 1, 2, 3`,
    );

  const login = { ...names, login: `login "${suffix}"`, like: 'bi' };

  test('may be repeated', async () => {
    await runLikePsql(martUrl, loginScript, login);
    const before = [await rightsIn(idbUrl), await rightsIn(martUrl)];
    await runLikePsql(idbUrl, scripts[0], variables);
    await runLikePsql(martUrl, scripts[1], variables);
    await runLikePsql(martUrl, loginScript, login);
    expect([await rightsIn(idbUrl), await rightsIn(martUrl)]).toEqual(before);
  });

  test('do the same under psql', async ({ skip }) => {
    const psql = findPsql();
    if (psql === undefined) return skip('there is no psql here');
    const before = [await rightsIn(idbUrl), await rightsIn(martUrl)];
    runWithPsql(psql, idbUrl, scripts[0], variables);
    runWithPsql(psql, martUrl, scripts[1], variables);
    runWithPsql(psql, martUrl, loginScript, login);
    expect([await rightsIn(idbUrl), await rightsIn(martUrl)]).toEqual(before);
    const [otherIdb, otherMart] = [await freshIdb(), await emptyDatabase()];
    const [likeIdb, likeMart] = [await freshIdb(), await emptyDatabase()];
    runWithPsql(psql, otherIdb, scripts[0], names);
    runWithPsql(psql, otherMart, scripts[1], names);
    await runLikePsql(likeIdb, scripts[0], names);
    await runLikePsql(likeMart, scripts[1], names);
    expect([await rightsIn(otherIdb), await rightsIn(otherMart)]).toEqual([await rightsIn(likeIdb), await rightsIn(likeMart)]);
  });
});
