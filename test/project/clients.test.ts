import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { beforeAll, describe, expect, type TestContext } from 'vitest';
import { packageFile } from '../../src/spec/package-file.js';
import { docsCommand } from '../../src/commands/docs/command.js';
import { callCommand } from '../support/call-command.js';
import { closeAfterFile } from '../support/closers.js';
import { emptyDatabase, freshIdb, query } from '../support/databases.js';
import { deepTest, isWhole } from '../support/depth.js';
import { mavenJar, npmFolder, runProgram, ToolMissing, withTool } from '../support/fetched-tools.js';
import { runCycle } from '../support/histories.js';
import { migrateMart } from '../support/jobs.js';
import { findPsql, runLikePsql } from '../support/psql-script.js';
import { pythonVenv } from '../support/python-venv.js';
import { writeUserData } from '../support/user-data.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { workerServer } from '../support/worker-server.js';

// A login made as docs/analysts.md says opens the mart in the clients of analysts: it sees times, joins and descriptions, and cannot write.

const login = `tool_${randomUUID().slice(0, 8)}`;
const modeller = `models_${login}`;
const PASSWORD = 'secret';
const client = (name: string): string => packageFile('test', 'support', 'clients', name);

/** Each is run in a transaction that the login made writable. */
const STATEMENTS = [
  'create table chat.mine (id integer)',
  'create temporary table mine (id integer)',
  'delete from chat_session_fact',
  "update gidb_gc_tenant set name = 'x'",
  'drop view chat.sessions',
];
const REFUSED = STATEMENTS.map((): unknown => expect.stringMatching(/permission denied|must be owner/));

const JOINS = [
  'chat_session_dim_key -> chat_session_dim',
  'create_audit_key -> ctl_audit_log',
  'end_date_time_key -> date_time',
  'media_type_key -> media_type',
  'start_date_time_key -> date_time',
  'tenant_key -> gidb_gc_tenant',
  'update_audit_key -> ctl_audit_log',
];

let url: URL;

beforeAll(async () => {
  if (!isWhole) return;
  const server = await workerServer();
  const roles = { owner: `owner_${login}`, writer: `writer_${login}`, analyst: `analyst_${login}`, bi: `bi_${login}` };
  // Before the database is made, so that it is dropped before them.
  const all = [login, modeller, ...Object.values(roles)];
  closeAfterFile(() => query(server.url('postgres'), all.map((name) => `drop role if exists ${name};`).join(' ')));
  const [martUrl, idbUrl] = [await emptyDatabase(), await freshIdb()];
  const as = (role: string): URL => Object.assign(new URL(martUrl), { username: role, password: PASSWORD });
  const { analyst, bi } = roles;
  await runLikePsql(martUrl, packageFile('deploy', 'roles-mart.sql'), roles);
  await runLikePsql(martUrl, packageFile('deploy', 'roles-login.sql'), { analyst, bi, login, like: 'analyst' });
  await runLikePsql(martUrl, packageFile('deploy', 'roles-login.sql'), { analyst, bi, login: modeller, like: 'bi' });
  for (const name of all) await query(martUrl, `alter role ${name} password '${PASSWORD}'`);
  url = as(login);
  await migrateMart({ martUrl: as(roles.owner).href, martSchema: 'infomart' });
  await writeUserData(idbUrl, [
    ['A', 'ChatServerSessionStartedAt', '2026-03-01T10:00:00Z'],
    ['A', 'ChatServerSessionClosedAt', '2026-03-01T10:05:00Z'],
  ]);
  await runCycle({ idbUrl, martUrl: as(roles.writer).href });
});

/** Runs a client; `missing:` is how it says that the machine lacks something. */
async function runClient(program: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<string> {
  const { code, output } = await runProgram(program, args, { env });
  const missing = /^missing: (.*)$/m.exec(output);
  if (missing !== null) throw new ToolMissing(missing[1]);
  expect({ code, output: code === 0 ? '' : output }).toEqual({ code: 0, output: '' });
  return output.trim();
}

const python = async (file: string, ...args: readonly string[]): Promise<unknown> =>
  JSON.parse(await runClient(path.join(await pythonVenv('clients'), 'bin', 'python'), [client(file), ...args]));

const parts = (): string[] => [url.hostname, url.port, url.pathname.slice(1), login, PASSWORD];

const clientTest = (name: string, work: () => Promise<void>): void =>
  deepTest(name, (context: TestContext) => withTool(context, work), 300_000);

describe('a login as documented opens the mart, and cannot write, with', () => {
  clientTest('psql', async () => {
    const psql = findPsql();
    if (psql === undefined) throw new ToolMissing('psql is not installed');
    const run = (sql: string): Promise<{ code: number | null; output: string }> => runProgram(psql, ['-X', url.href, '-c', sql]);
    expect(await run('select count(*) from sessions')).toEqual({ code: 0, output: expect.stringMatching(/^ +1$/m) });
    expect((await run('\\d+ sessions')).output).toMatch(/started_at +\| timestamp with time zone .*When the session began/);
    // Before 18, psql looks for the keys of tables with triggers only.
    const keys = "select pg_get_constraintdef(oid) from pg_constraint where conrelid = 'chat_session_fact'::regclass and contype = 'f'";
    expect((await run(keys)).output.match(/FOREIGN KEY .* NOT ENFORCED/g)).toHaveLength(JOINS.length);
    for (const statement of STATEMENTS)
      expect((await run(`begin read write; ${statement}`)).output).toMatch(/permission denied|must be owner/);
  });

  clientTest('SQLAlchemy', async () => {
    expect(await python('with_sqlalchemy.py', url.href, ...STATEMENTS)).toEqual({
      ...{ sessions: 1, time: 'TIMESTAMP(timezone=True)', zone: expect.stringMatching(/UTC|0:00/), joins: JOINS, refused: REFUSED },
      description: expect.stringContaining('When the session began.'),
      table: expect.stringContaining('Chat sessions, one row for each'),
    });
  });

  clientTest('JDBC', async () => {
    const jar = await mavenJar('org.postgresql:postgresql:42.7.14');
    const [host, port, database] = parts();
    const jdbc = `jdbc:postgresql://${host}:${port}/${database}`;
    const lines = (await runClient('java', ['-cp', jar, client('WithJdbc.java'), jdbc, login, PASSWORD, ...STATEMENTS])).split('\n');
    expect(lines).toEqual([
      'time: timestamptz',
      expect.stringContaining('description: When the session began.'),
      ...JOINS.map((): unknown => expect.stringMatching(/^join: /)),
      'sessions: 1',
      ...STATEMENTS.map((): unknown => expect.stringMatching(/^refused: .*(permission denied|must be owner)/)),
    ]);
    expect(lines.filter((line) => line.startsWith('join: ')).sort()).toEqual(JOINS.map((join) => `join: ${join}`));
  });

  clientTest('ODBC', async () => {
    expect(await python('with_odbc.py', ...parts(), ...STATEMENTS)).toEqual({
      ...{ sessions: 1, time: 'timestamptz', joins: JOINS, refused: REFUSED },
    });
  });

  clientTest('DuckDB', async () => {
    const [host, port, database] = parts();
    const place = `host=${host} port=${port} dbname=${database} user=${login} password=${PASSWORD}`;
    expect(await python('with_duckdb.py', place, ...STATEMENTS)).toEqual({
      sessions: 1,
      time: 'TIMESTAMP WITH TIME ZONE',
      refused: REFUSED,
    });
  });

  clientTest('dbt, whose models go into the schema bi', async () => {
    const dbt = path.join(await pythonVenv('dbt'), 'bin', 'dbt');
    const folder = path.join(temporaryFolder(), 'docs');
    await callCommand(docsCommand, { idbUrl: '', martUrl: url.href }, ['--output', folder]);
    const [PGHOST, PGPORT, PGDATABASE] = parts() as [string, string, string];
    const { code, output } = await runProgram(dbt, ['build', '--profiles-dir', '.', '--target-path', temporaryFolder()], {
      cwd: path.join(folder, 'dbt'),
      env: {
        PGHOST,
        PGPORT,
        PGDATABASE,
        PGUSER: modeller,
        PGPASSWORD: PASSWORD,
        DBT_SEND_ANONYMOUS_USAGE_STATS: 'false',
        DBT_LOG_PATH: temporaryFolder(),
      },
    });
    expect({ code, output: code === 0 ? '' : output }).toEqual({ code: 0, output: '' });
    expect(await query(url.href, 'select count(*)::integer as sessions from bi.stg_chatmart__sessions')).toEqual([{ sessions: 1 }]);
    await expect(query(Object.assign(new URL(url), { username: modeller }).href, 'delete from infomart.chat_session_fact')).rejects.toThrow(
      'permission denied',
    );
  });

  clientTest('Cube', async () => {
    const folder = await npmFolder('cube-driver', '@cubejs-backend/postgres-driver@1.7.43');
    expect(JSON.parse(await runClient('node', [client('with-cube.cjs'), folder, ...parts(), ...STATEMENTS]))).toEqual({
      ...{ sessions: 1, time: 'timestamp with time zone' },
      refused: STATEMENTS.map((): unknown => expect.stringMatching(/permission denied|must be owner|read-only/)),
    });
  });
});
