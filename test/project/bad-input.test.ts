import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { connect, type Connection } from '../../src/db/connection.js';
import { closeAfterFile } from '../support/closers.js';
import { emptyDatabase, freshDatabases, freshIdb, query } from '../support/databases.js';
import { deepTest, isWhole, sampleOf } from '../support/depth.js';
import { runCli, type CliResult } from '../support/run-cli.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { workerServer } from '../support/worker-server.js';
import { expectText } from '../support/expect-text.js';

let idbUrl: string;
let martUrl: string;

/** Sessions that look at them. */
let idbSession: Connection;
let martSession: Connection;

beforeAll(async () => {
  ({ idbUrl, martUrl } = await freshDatabases());
  [idbSession, martSession] = [await open(idbUrl), await open(martUrl)];
});

async function open(url: string): Promise<Connection> {
  const session = await connect({ url, applicationName: 'test' });
  closeAfterFile(() => session.end());
  return session;
}

/** A database URL with some parts replaced. */
const changed = (url: string, parts: Partial<Pick<URL, 'hostname' | 'port' | 'username' | 'password' | 'pathname'>>): string =>
  Object.assign(new URL(url), parts).toString();

const run = (urls: { idb?: string; mart?: string } = {}, env: Record<string, string> = {}): Promise<CliResult> =>
  runCli(['run'], { env: { CHATMART_IDB_URL: urls.idb ?? idbUrl, CHATMART_MART_URL: urls.mart ?? martUrl, ...env } });

/** Every row of every table in a database's own schemas, except the job history, to see that nothing was written. */
async function contentOf(database: string | Connection): Promise<unknown> {
  const [row] = await query<{ content: unknown }>(
    database,
    `select jsonb_object_agg(table_schema || '.' || table_name, query_to_xml(format('select * from %I.%I', table_schema, table_name), true, false, ''))
       as content
     from information_schema.tables
     where table_schema not in ('pg_catalog', 'information_schema') and table_type = 'BASE TABLE' and table_name not in ('date_time', 'ctl_etl_history')`,
  );
  return row?.content;
}

/** How the mart's jobs ended. */
const endsOfJobs = () =>
  query<{ job_id: string; status: string; message: string }>(martSession, 'select job_id, status, message from infomart.ctl_etl_history');

/** Runs on bad input: one sentence, code and hint on stderr, nothing on stdout, no password, and both databases unchanged. */
async function refused(urls: { idb?: string; mart?: string }, expected: { exit: number; code: string }, env: Record<string, string> = {}) {
  const before = [await contentOf(idbSession), await contentOf(martSession)];
  const jobsBefore = new Set((await endsOfJobs()).map((job) => job.job_id));
  const { code, stdout, stderr } = await run(urls, env);
  expect(stderr).toMatch(new RegExp(`^error: [^\\n]+\\ncode: ${expected.code}\\nhint: [^\\n]+\\n$`));
  expect({ code, stdout }).toEqual({ code: expected.exit, stdout: '' });
  for (const url of [idbUrl, urls.idb, urls.mart]) if (url) expect(stderr).not.toContain(new URL(url).password);
  expect([await contentOf(idbSession), await contentOf(martSession)]).toEqual(before);
  // A run that found its mart is recorded there with the same sentence.
  const ended = (await endsOfJobs()).filter((job) => !jobsBefore.has(job.job_id));
  const [, sentence] = /^error: (.*)$/m.exec(stderr)!;
  expect(ended.map(({ status, message }) => ({ status, message }))).toEqual(ended.map(() => ({ status: 'FAILED', message: sentence })));
  return stderr;
}

/** A login without any rights. */
async function freshRole(): Promise<{ username: string; password: string }> {
  const server = await workerServer();
  const role = { username: `role_${randomUUID().slice(0, 8)}`, password: randomUUID() };
  await query(server.url('postgres'), `create role ${role.username} login password '${role.password}'`);
  closeAfterFile(() => query(server.url('postgres'), `drop role ${role.username}`));
  return role;
}

test('with good input the same command works', async () => {
  const { code, stderr } = await run();
  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.not.stringContaining('error') as string });
});

describe('a wrong URL', () => {
  // Port 1 of this machine: nothing listens there, and the refusal is immediate.
  const nobody = { hostname: '127.0.0.1', port: '1' };

  test('nobody listens', async () => {
    expect(await refused({ idb: changed(idbUrl, nobody) }, { exit: 3, code: 'database-unreachable' })).toContain('127.0.0.1:1');
    if (isWhole) await refused({ mart: changed(martUrl, nobody) }, { exit: 3, code: 'database-unreachable' });
  });

  deepTest('no such host', async () => {
    await refused({ idb: changed(idbUrl, { hostname: 'no-such-host.invalid' }) }, { exit: 3, code: 'database-unreachable' });
  });

  test('a wrong password, user or database', async () => {
    await refused({ idb: changed(idbUrl, { password: 'wrong-one' }) }, { exit: 2, code: 'login-refused' });
    if (isWhole) await refused({ mart: changed(martUrl, { username: 'nobody' }) }, { exit: 2, code: 'login-refused' });
    await refused({ mart: changed(martUrl, { pathname: '/no_such_database' }) }, { exit: 2, code: 'no-such-database' });
  });

  test('no URL at all, or of another product', async () => {
    const env = { CHATMART_IDB_URL: 'jdbc:oracle:thin:@idb:1521/icon', CHATMART_MART_URL: 'infomart' };
    const { code, stderr } = await runCli(['run'], { env });
    expectText(stderr);
    expect(code).toBe(2);
  });
});

describe('a wrong IDB', () => {
  test('without the table', async () => {
    const idb = await emptyDatabase();
    expect(await refused({ idb }, { exit: 2, code: 'idb-table-missing' })).toContain('g_userdata_history');
    if (isWhole) await refused({}, { exit: 2, code: 'idb-table-missing' }, { CHATMART_IDB_TABLE: 'no_such_table' });
    if (isWhole) await refused({}, { exit: 2, code: 'idb-table-missing' }, { CHATMART_IDB_SCHEMA: 'no_such_schema' });
  });

  test('with a table of another shape', async () => {
    const idb = await emptyDatabase();
    await query(idb, 'create table g_userdata_history (id bigint, callid varchar(50), keyname varchar(64))');
    expect(await refused({ idb }, { exit: 2, code: 'idb-columns-missing' })).toContain('value');
  });

  test('that the user may not read', async () => {
    const role = await freshRole();
    const idb = changed(await freshIdb(), role);
    expect(await refused({ idb }, { exit: 2, code: 'idb-no-rights' })).toContain(role.username);
  });
});

describe('a wrong mart', () => {
  test('that was never migrated', async () => {
    const mart = await emptyDatabase();
    expect(await refused({ mart }, { exit: 2, code: 'mart-not-migrated' })).toContain('chatmart migrate');
    expect(await contentOf(mart)).toBeNull();
    if (isWhole) await refused({}, { exit: 2, code: 'mart-not-migrated' }, { CHATMART_MART_SCHEMA: 'another_schema' });
  });

  test('of a newer chatmart', async () => {
    const { martUrl: mart } = await freshDatabases();
    await query(mart, `insert into infomart.chatmart_migration (name, batch, migration_time) values ('999_future', 2, now())`);
    const before = await contentOf(mart);
    expect(await refused({ mart }, { exit: 2, code: 'mart-is-newer' })).toContain('999_future');
    for (const command of sampleOf(['migrate', 'status'], 2)) {
      const { code, stderr } = await runCli([command], { env: { CHATMART_IDB_URL: idbUrl, CHATMART_MART_URL: mart } });
      expect(stderr).toContain('code: mart-is-newer');
      expect(code).toBe(2);
    }
    expect(await contentOf(mart)).toEqual(before);
  });

  deepTest('a mart of another version is read as far as it has what is asked for', async () => {
    const { martUrl: mart } = await freshDatabases();
    await query(mart, `insert into infomart.chatmart_migration (name, batch, migration_time) values ('999_future', 2, now())`);
    const read = (...args: string[]) => runCli(args, { env: { CHATMART_MART_URL: mart } });
    const note = /^note: The mart was migrated by a newer version of chatmart: it has migration 999_future; .*; it is read as is$/m;
    for (const args of [
      ['report', 'chat-termination'],
      ['sql', '--format', 'csv', 'select count(*) as facts from chat_session_fact'],
    ])
      expect(await read(...args)).toMatchObject({ code: 0, stderr: expect.stringMatching(note) as string });
    await query(mart, `delete from infomart.chatmart_migration where name > '016'`);
    expect(await read('report', 'chat-termination')).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(
        /^note: The mart in schema infomart has version 015_job_counts; this version of chatmart needs \w+; it is read/,
      ) as string,
    });
    await query(mart, 'alter table infomart.agt_chat_stats_day rename sessions_left_with_bot to renamed');
    await query(mart, 'drop view infomart.ag2_chat_stats_month cascade; drop view if exists infomart.ag2_chat_stats_day cascade');
    const { code, stderr } = await read('report', 'chat-termination', '--by', 'day');
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining('code: mart-not-migrated') as string });
    expect(stderr).toMatch(
      /^error: The mart in schema infomart has version 015_job_counts; this version of chatmart needs \w+: .*ag2_chat_stats_day/m,
    );
    expect((await read('sql', 'select no_such from chat_session_fact')).stderr).toContain(
      'hint: Nothing was changed. The mart in schema infomart has version 015',
    );
  });

  test('that the user may not use', async () => {
    const role = await freshRole();
    const stderr = await refused({ mart: changed(martUrl, role) }, { exit: 2, code: 'mart-no-rights' });
    expect(stderr).toContain(`${role.username} may not use schema infomart`);
  });

  test('that the user may read and not write', async () => {
    const role = await freshRole();
    const { martUrl: owned } = await freshDatabases();
    await query(
      owned,
      `grant usage on schema infomart to ${role.username}; grant select on all tables in schema infomart to ${role.username}`,
    );
    const before = await contentOf(owned);
    await refused({ mart: changed(owned, role) }, { exit: 2, code: 'mart-role-only-reads' });
    expect(await contentOf(owned)).toEqual(before);
  });
});

describe('an unreadable file', () => {
  test('as configuration', async () => {
    const folder = temporaryFolder();
    const file = path.join(folder, 'chatmart.config.json');
    const problem = async (args: readonly string[] = []): Promise<string> => {
      const { code, stdout, stderr } = await runCli(['run', ...args], { cwd: folder });
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      return stderr;
    };
    writeFileSync(file, '{ "home": ');
    expect(await problem()).toMatch(/^error: .*chatmart\.config\.json is not valid JSON.*\ncode: bad-config\nhint: /);
    expect(await problem(['--config', 'other.json'])).toContain('other.json cannot be read: there is no such file');
    if (!isWhole) return;
    mkdirSync(path.join(folder, 'folder'));
    expect(await problem(['--config', 'folder'])).toContain('folder cannot be read: it is a folder');
  });

  test('as attached-data specification', async () => {
    const folder = temporaryFolder();
    writeFileSync(path.join(folder, 'spec.xml'), '<public><key name="a"></public>');
    for (const file of ['spec.xml', 'missing.xml', ...(isWhole ? ['.'] : [])]) {
      const { code, stdout, stderr } = await runCli(['spec', 'check', file], { cwd: folder });
      expect(stderr).toMatch(/^error: [^]*\ncode: (bad|unreadable)-adata-spec\nhint: /);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    }
  });
});
