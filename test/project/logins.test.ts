import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { beforeAll, describe, expect, test } from 'vitest';
import { packageFile } from '../../src/spec/package-file.js';
import { closeAfterFile } from '../support/closers.js';
import { emptyDatabase, query } from '../support/databases.js';
import { migrateMart } from '../support/jobs.js';
import { runLikePsql } from '../support/psql-script.js';
import { workerServer } from '../support/worker-server.js';

const [rolesScript, loginScript] = [packageFile('deploy', 'roles-mart.sql'), packageFile('deploy', 'roles-login.sql')];

/** Names that need quoting. */
const suffix = randomUUID().slice(0, 8);
const named = (name: string): string => `${name} "${suffix}"`;
const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
const [owner, writer, analyst, bi] = ['owner', 'writer', 'analyst', 'bi'].map(named) as [string, string, string, string];
/** Logins by the script, and one that somebody made by hand. */
const [ann, dbt, byHand] = ['ann', 'dbt', 'by hand'].map(named) as [string, string, string];
const schema = 'Info Mart';
const variables = { owner, writer, analyst, bi, mart_schema: schema };

let martUrl: string;
const as = (name: string, url = martUrl): string =>
  Object.assign(new URL(url), { username: encodeURIComponent(name), password: 'secret' }).toString();

/** The rows of a statement in a session as any client opens it: chatmart's own set what they need. */
const asClient = <Row extends object>(url: string, text: string): Promise<Row[]> =>
  withClient(url, async (client) => (await client.query<Row>(text)).rows);

async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

beforeAll(async () => {
  const server = await workerServer();
  const all = [owner, writer, analyst, bi, ann, dbt, byHand];
  closeAfterFile(() => query(server.url('postgres'), all.map((name) => `drop role if exists ${quoted(name)};`).join(' ')));
  martUrl = await emptyDatabase();
  await runLikePsql(martUrl, rolesScript, variables);
  await runLikePsql(martUrl, loginScript, { analyst, bi, login: ann, like: 'analyst' });
  await runLikePsql(martUrl, loginScript, { analyst, bi, login: dbt, like: 'bi' });
  await query(martUrl, `create role ${quoted(byHand)} login in role ${quoted(analyst)}`);
  for (const name of all) await query(martUrl, `alter role ${quoted(name)} password 'secret'`);
  await migrateMart({ martUrl: as(owner), martSchema: schema });
});

/** What a session begins with, as a client finds it: not one of chatmart's, which sets its own. */
async function beginningOf(url: string): Promise<Record<string, string>> {
  const rows = await asClient<{ name: string; value: string }>(
    url,
    `select name, setting as value from pg_settings
     where name in ('default_transaction_read_only', 'lock_timeout', 'idle_in_transaction_session_timeout', 'statement_timeout', 'search_path')
       and source ~ 'database|user'
     union all select 'role', current_user where current_user <> session_user
     order by name`,
  );
  return Object.fromEntries(rows.map(({ name, value }) => [name, value]));
}

describe('how sessions begin', () => {
  const KINDS = ['owner', 'writer', 'analyst', 'bi'] as const;
  const PATH = `chat, "${schema}", chat_tenant, chat_impersonal`;
  const OF_DATABASE = { idle_in_transaction_session_timeout: '600000', search_path: PATH, statement_timeout: '900000' };
  const OF_READERS = { ...OF_DATABASE, default_transaction_read_only: 'on' };
  const OF_BI = { ...OF_DATABASE, search_path: `bi, chat, "${schema}"`, statement_timeout: '3600000' };

  test('of the analyst and its logins: read-only, with a path and limits', async () => {
    expect(await beginningOf(as(analyst))).toEqual(OF_READERS);
    expect(await beginningOf(as(ann))).toEqual(OF_READERS);
  });

  test('of logins that write models: with a path and more time', async () => {
    expect(await beginningOf(as(bi))).toEqual(OF_BI);
    expect(await beginningOf(as(dbt))).toEqual({ ...OF_BI, role: bi });
  });

  test('of whoever owns, loads or administers: as PostgreSQL begins', async () => {
    const expected = { ...OF_DATABASE, search_path: '"$user", public', statement_timeout: '0' };
    for (const url of [as(owner), as(writer), martUrl]) expect(await beginningOf(url)).toEqual(expected);
  });

  test('of a login that was made by hand: with a path and limits at once, read-only once the script is repeated', async () => {
    const url = as(byHand);
    expect(await beginningOf(url)).toEqual(OF_DATABASE);
    await runLikePsql(martUrl, rolesScript, variables);
    expect(await beginningOf(url)).toEqual(OF_READERS);
  });

  test('a further mart in the database changes that for nobody', async () => {
    const others = {
      mart_schema: 'other',
      ...Object.fromEntries(KINDS.map((role) => [role, `other ${role} ${suffix}`])),
      bi_schema: 'other_bi',
    };
    const settings = () =>
      query<{ role: string }>(
        martUrl,
        `select setrole::regrole::text as role, setconfig from pg_db_role_setting
         where setdatabase = (select oid from pg_database where datname = current_database()) order by 1`,
      );
    const before = await settings();
    try {
      await runLikePsql(martUrl, rolesScript, others);
      const after = await settings();
      expect(after.filter(({ role }) => !role.includes('other'))).toEqual(before);
      await query(martUrl, `alter role "other analyst ${suffix}" password 'secret'`);
      expect(await beginningOf(as(`other analyst ${suffix}`))).toMatchObject({
        search_path: 'chat_other, other, chat_other_tenant, chat_other_impersonal',
      });
    } finally {
      await query(martUrl, 'drop schema if exists other, other_bi, chat_other cascade');
      for (const role of KINDS) await query(martUrl, `drop owned by "other ${role} ${suffix}"; drop role "other ${role} ${suffix}"`);
    }
  });

  test('a mart whose roles a former release made has all of it after a repetition', async () => {
    const url = await emptyDatabase();
    const old = await emptyDatabase();
    const [database, reads, loads] = [quoted(new URL(old).pathname.slice(1)), quoted(analyst), quoted(writer)];
    await query(
      old,
      `create schema "${schema}" authorization ${quoted(owner)};
       grant connect on database ${database} to ${quoted(owner)}, ${loads}, ${reads};
       alter role ${loads} in database ${database} set idle_in_transaction_session_timeout to '10min';
       alter role ${reads} in database ${database} set default_transaction_read_only to on;
       alter role ${reads} in database ${database} set statement_timeout to '15min';
       alter role ${reads} in database ${database} set idle_in_transaction_session_timeout to '10min';
       alter role ${reads} in database ${database} set search_path to "${schema}"`,
    );
    for (const at of [url, old]) await runLikePsql(at, rolesScript, variables);
    for (const role of [owner, writer, analyst, bi])
      expect([role, await beginningOf(as(role, old))]).toEqual([role, await beginningOf(as(role, url))]);
  });
});

describe('whoever reads cannot write', () => {
  const READERS = { analyst, bi, ann, dbt, byHand };
  const RELATIONS = `select relname::text as name, format('%I.%I', nspname, relname) as quoted, relkind
    from pg_class join pg_namespace on pg_namespace.oid = relnamespace
    where relkind in ('r', 'p', 'v', 'm', 'f', 'S') and nspname !~ '^(pg_|information_schema$)'
    order by 1`;

  test.each(Object.entries(READERS))('%s: any relation of the database', async (_, reader) => {
    const relations = await query<{ quoted: string; relkind: string }>(martUrl, RELATIONS);
    expect(relations.length).toBeGreaterThan(40);
    const allowed: string[] = [];
    const unread: string[] = [];
    await withClient(as(reader), async (connection) => {
      await connection.query('set default_transaction_read_only to off; set statement_timeout to 0');
      const isRefused = (text: string): Promise<boolean> =>
        connection.query(text).then(
          () => false,
          // No right to do it, or nothing that can be done to a view.
          (error: unknown) => ['42501', '55000', '42809'].includes((error as { code: string }).code),
        );
      for (const { quoted: relation, relkind } of relations) {
        const writes =
          relkind === 'S'
            ? [`select nextval('${relation}')`, `select setval('${relation}', 1)`]
            : [
                `insert into ${relation} default values`,
                `delete from ${relation} where false`,
                `truncate ${relation}`,
                `do $$ begin lock table ${relation} in exclusive mode; end $$`,
                `comment on ${relkind === 'v' ? 'view' : 'table'} ${relation} is 'mine'`,
                ...(relkind === 'v' ? [] : [`create index on ${relation} ((1))`, `alter table ${relation} add mine int`]),
              ];
        for (const text of writes) if (!(await isRefused(text))) allowed.push(text);
        if (relkind !== 'S' && (await isRefused(`select from ${relation} limit 0`))) unread.push(relation);
      }
      for (const text of [
        'create table public.mine ()',
        `create table "${schema}".mine ()`,
        'create view chat.mine as select 1',
        'create schema mine',
        'select lo_create(0)',
        `select lo_from_bytea(0, 'x')`,
        ...(reader === bi || reader === dbt
          ? []
          : ['create temporary table mine ()', 'create table bi.mine ()', 'create function pg_temp.mine() returns int return 1']),
      ])
        if (!(await isRefused(text))) allowed.push(text);
    });
    expect({ allowed, unread }).toEqual({ allowed: [], unread: [] });
  });

  test('each finds tables and views without a schema', async () => {
    for (const reader of Object.values(READERS)) {
      const [found] = await asClient<{ name: string }>(as(reader), `select 'chat_session_fact'::regclass::text as name`);
      expect([reader, found]).toEqual([reader, { name: 'chat_session_fact' }]);
    }
  });

  test('no function runs with the rights of another role', async () => {
    const found = await query(
      martUrl,
      `select proname from pg_proc where prosecdef and pronamespace::regnamespace::text !~ '^(pg_|information)'`,
    );
    expect(found).toEqual([]);
  });
});

test('models belong to the role for them, whoever made them, and analysts read them', async () => {
  const url = as(dbt);
  await asClient(
    url,
    'create table model as select count(*) as n from chat_session_fact; create view seen as table model; create temporary table t ()',
  );
  expect(await query(martUrl, `select relowner::regrole::text as owner from pg_class where relname = 'model'`)).toEqual([
    { owner: quoted(bi) },
  ]);
  expect(await query(as(ann), 'select n from bi.seen')).toEqual([{ n: 0 }]);
  await asClient(as(bi), 'drop view bi.seen; drop table bi.model');
});

describe('a login by the script', () => {
  test('of another kind is refused', async () => {
    const refused = runLikePsql(martUrl, loginScript, { ...variables, login: 'nobody', like: 'owner' });
    await expect(refused).rejects.toThrow("'owner' is neither analyst nor bi");
    expect(await query(martUrl, `select from pg_roles where rolname = 'nobody'`)).toEqual([]);
  });

  test('a schema for models that belongs to somebody else is left to them', async () => {
    const url = await emptyDatabase();
    await query(url, 'create schema bi');
    await expect(runLikePsql(url, rolesScript, variables)).rejects.toThrow('schema bi belongs to');
  });
});
