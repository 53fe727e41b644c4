import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { beforeAll, describe, expect, test } from 'vitest';
import { withConnection } from '../../../src/db/connection.js';
import { findUnappliedSettings, type MartProperties } from '../../../src/mart/mart-properties.js';
import { packageFile } from '../../../src/spec/package-file.js';
import { closeAfterFile } from '../../support/closers.js';
import { emptyDatabase, freshIdb, query, testClock } from '../../support/databases.js';
import { isWhole } from '../../support/depth.js';
import { migrateMart, run } from '../../support/jobs.js';
import { runLikePsql } from '../../support/psql-script.js';
import { writeUserData, type UserDataRow } from '../../support/user-data.js';
import { workerServer } from '../../support/worker-server.js';

const suffix = randomUUID().slice(0, 8);
const named = (name: string): string => `${name} "${suffix}"`;
const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
const [owner, writer, analyst, bi] = ['owner', 'writer', 'analyst', 'bi'].map(named) as [string, string, string, string];
/** A role of one tenant, a member of it, one that sees nobody's identity, one that sees all tenants so, and one whose tenants are taken. */
const [acme, member, discreet, counter, former] = ['acme', 'member', 'discreet', 'counter', 'former'].map(named) as [
  string,
  string,
  string,
  string,
  string,
];
const SCHEMA = 'infomart';
const tenantScript = packageFile('deploy', 'roles-tenant.sql');

let idbUrl: string;
let martUrl: string;
const as = (name: string): string => Object.assign(new URL(martUrl), { username: encodeURIComponent(name), password: 'secret' }).toString();

/** Runs `work` in a session as any client opens it. */
async function withClient<T>(name: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client(as(name));
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

const select = <Row extends object>(name: string, text: string): Promise<Row[]> =>
  withClient(name, async (client) => (await client.query<Row>(text)).rows);

const OWN_KEYS = [
  { key: 'Customer', column: 'CUSTOMER', kind: 'attribute' },
  { key: 'Thread', column: 'THREAD_ID', kind: 'attribute' },
  { key: 'Disposition', column: 'DISPOSITION', kind: 'attribute', personal: false },
  { key: 'Card', column: 'CARD', kind: 'measure', personal: true },
  { key: 'Amount', column: 'AMOUNT', kind: 'measure' },
] as const;

/** A session whose every text says whose it is; `tenant` as Chat Server sends it. */
const session = (guid: string, tenant: string | undefined, who: string, seconds: number, day = '01'): UserDataRow[] => [
  [guid, 'ChatServerSessionStartedAt', `2026-03-${day}T10:00:00Z`],
  [guid, 'ChatServerSessionClosedAt', `2026-03-${day}T10:20:00Z`],
  ...(tenant === undefined ? [] : ([[guid, 'csg_TenantId', tenant]] satisfies UserDataRow[])),
  [guid, 'csg_MediaType', `${who}-MEDIA`],
  [guid, 'csg_MediaOrigin', `${who}-ORIGIN`],
  [guid, 'csg_LanguageName', `${who}-LANGUAGE`],
  [guid, 'csg_SessionUntilFirstAgentTime', String(seconds)],
  [guid, 'csg_ChatSessionID', `${who}-PERSON-SESSION`],
  [guid, 'Customer', `${who}-PERSON-CUSTOMER`],
  [guid, 'Thread', `${who}-PERSON-THREAD`],
  [guid, 'Card', '424242424242'],
  [guid, 'Disposition', `${who}-DISPOSITION`],
  [guid, 'Amount', String(seconds)],
];

const migrate = (calendars: readonly string[]) =>
  migrateMart({
    martUrl: as(owner),
    martSchema: SCHEMA,
    clock: testClock,
    properties: {
      attachedData: OWN_KEYS,
      calendars: calendars.map((name) => ({
        ...{ name, timezone: 'Asia/Tokyo', firstDayOfWeek: 'sunday' as const, minDaysInFirstWeek: null, fiscalYearStart: 1 },
      })),
    },
  });

/** A day before the sessions and one after them. */
const DAYS = ['2026-02-28', '2026-03-04'].map((day) => Date.parse(day) / 1000);

const load = () => run({ idbUrl, martUrl: as(writer), martSchema: SCHEMA, idbSchema: 'public', clock: testClock });

const makeTenant = (variables: Record<string, string>): Promise<string[]> => runLikePsql(martUrl, tenantScript, { owner, ...variables });

beforeAll(async () => {
  const server = await workerServer();
  const all = [owner, writer, analyst, bi, acme, member, discreet, counter, former];
  closeAfterFile(() => query(server.url('postgres'), all.map((name) => `drop role if exists ${quoted(name)};`).join(' ')));
  [idbUrl, martUrl] = [await freshIdb(), await emptyDatabase()];
  await runLikePsql(martUrl, packageFile('deploy', 'roles-mart.sql'), { owner, writer, analyst, bi });
  for (const name of all.slice(0, 4)) await query(martUrl, `alter role ${quoted(name)} password 'secret'`);
  await migrate(['tokyo']);
  await writeUserData(idbUrl, [
    ...session('ACME-PERSON-1', '101', 'ACME', 11),
    ...session('ACME-PERSON-2', '101', 'ACME', 12, '02'),
    ...session('RIVAL-1', '202', 'RIVAL', 77_777),
    ...session('RIVAL-2', '202', 'RIVAL', 77_777, '02'),
    ...session('NOBODY-1', undefined, 'NOBODY', 77_777),
    ...session('NOBODY-2', 'RIVAL-BAD', 'NOBODY', 77_777),
    ['RIVAL-3', 'ChatServerSessionStartedAt', '2026-03-01T10:00:00Z'],
    ['ACME-PERSON-4', 'ChatServerSessionStartedAt', '2026-03-01T10:00:00Z'],
  ]);
  await load();
  await query(
    martUrl,
    `update ${SCHEMA}.gidb_gc_tenant set name = 'RIVAL Inc' where id = 202; update ${SCHEMA}.gidb_gc_tenant set name = 'ACME Inc' where id = 101`,
  );
  expect(await makeTenant({ role: acme, tenant: '101' })).toEqual([
    'Now run chatmart migrate as the owner of the mart: it makes the views that this role reads.',
  ]);
  await makeTenant({ role: discreet, tenant: '101', personal: 'hidden' });
  await makeTenant({ role: counter, tenant: 'all', personal: 'hidden' });
  await makeTenant({ role: former, tenant: '202' });
  await query(martUrl, `delete from ${SCHEMA}.chatmart_role_tenant where role_name = '${former}'`);
  await query(martUrl, `create role ${quoted(member)} login in role ${quoted(acme)}`);
  for (const name of all.slice(4)) await query(martUrl, `alter role ${quoted(name)} password 'secret'`);
  expect((await migrate(['tokyo'])).applied).toEqual(['views for tenants']);
  expect((await migrate(['tokyo'])).applied).toEqual([]);
  // The finest levels look up each interval that there is.
  for (const table of ['date_time', 'date_time_tokyo'])
    await query(
      martUrl,
      `delete from ${SCHEMA}.${table} where date_time_key not between ${DAYS.join(' and ')} and date_time_key < 2000000000`,
    );
});

/** Views of a schema, as its role finds them. */
const viewsOf = async (schema: string): Promise<string[]> => {
  const found = await query<{ name: string }>(
    martUrl,
    `select relname::text as name from pg_class where relnamespace = '${schema}'::regnamespace and relkind = 'v' order by 1`,
  );
  return found.map(({ name }) => name);
};

/** Those that are walked: the levels of the aggregates are made alike, so that a few stand for all. */
const walkedViews = async (schema: string): Promise<string[]> =>
  (await viewsOf(schema)).filter((name) => isWhole || !/_(subhr|hour|week|qrtr|year)(_tokyo)?$/.test(name));

/** What belongs to others. */
const OTHERS = /RIVAL|NOBODY|\b77777\b/;
/** The same for PostgreSQL, which reads much more than a client should fetch. */
const OTHERS_SQL = `'RIVAL|NOBODY|\\m77777\\M'`;
const PERSON_SQL = `'PERSON|424242424242'`;

describe('a role of a tenant', () => {
  test('finds what analysts read of sessions, under the same names, and nothing else', async () => {
    const readable = await select<{ name: string }>(
      analyst,
      `select relname::text as name from pg_class
       where relkind in ('r', 'v') and relnamespace::regnamespace::text in ('chat', 'infomart') and has_table_privilege(oid, 'select') order by 1`,
    );
    const views = await viewsOf('chat_tenant');
    const left = readable.map(({ name }) => name).filter((name) => !views.includes(name));
    // Discards, jobs and the state of the program are of no tenant.
    expect(left.filter((name) => !/^(chatmart_|ctl_|admin_)/.test(name))).toEqual(['discards', 'mart_status', 'stg_transform_discards']);
    expect(views.filter((name) => !readable.some((other) => other.name === name))).toEqual([]);
    for (const name of [acme, member])
      expect((await select<{ name: string }>(name, `select 'chat_session_fact'::regclass::text as name`)).length).toBe(1);
  });

  test('sees in each relation what an analyst sees of its tenant', async () => {
    const different: string[] = [];
    for (const name of await walkedViews('chat_tenant')) {
      const columns = await query<{ name: string }>(
        martUrl,
        `select attname::text as name from pg_attribute where attrelid = 'chat_tenant.${name}'::regclass and attnum > 0 order by attnum`,
      );
      if (name === 'freshness') continue;
      const of = columns.some((column) => column.name === 'tenant_key')
        ? 'where tenant_key = 101'
        : name === 'gidb_gc_tenant'
          ? 'where id = 101'
          : name === 'chat_session_attached_data'
            ? `where media_server_ixn_guid like 'ACME%'`
            : name === 'chat_session_dim'
              ? `where media_origin like 'ACME%' or id < 0`
              : name === 'media_type'
                ? `where media_name_code like 'ACME%' or media_type_key < 0`
                : '';
      const rows = (role: string, where: string) =>
        select<{ hash: string | null }>(role, `select md5(string_agg(x::text, '|' order by x::text)) as hash from ${name} as x ${where}`);
      const [[own], [all]] = [await rows(acme, ''), await rows(analyst, of)];
      if (own!.hash !== all!.hash || own!.hash === null) different.push(name);
    }
    expect(different).toEqual([]);
  });

  test('computes percentiles of its sessions with the SQL of analysts', async () => {
    const percentile = (where: string) =>
      `select chat_percentile(chat_histogram(bucket, sessions), 0.5) as half from ag2_chat_durations_subhr where duration = 'session' ${where}`;
    const own = await select(acme, percentile(''));
    expect(own).toEqual(await select(analyst, percentile('and tenant_key = 101')));
    expect(own).not.toEqual([{ half: null }]);
    expect(await select(discreet, percentile(''))).toEqual(own);
  });

  test('sees until when its tables are complete, and nothing of what others wait for', async () => {
    const rows = await select<Record<string, unknown>>(acme, 'select * from freshness');
    expect(rows.length).toBeGreaterThan(5);
    expect(Object.keys(rows[0]!).filter((column) => rows.some((row) => row[column] !== null))).toEqual([
      'object_name',
      'complete_until',
      'lag_seconds',
    ]);
  });

  test('sees no text, number or name of others in any relation, nor does a member', async () => {
    for (const name of [acme, member])
      for (const view of await walkedViews('chat_tenant')) {
        const rows = await select(name, `select x::text as row from ${view} as x where x::text ~ ${OTHERS_SQL}`);
        expect([view, rows]).toEqual([view, []]);
      }
  });

  test('sees nothing once its tenants are taken from it', async () => {
    for (const view of await walkedViews('chat_tenant')) {
      if (/^date_time|^freshness$/.test(view)) continue;
      const rows = await select<{ row: string }>(former, `select x::text as row from ${view} as x`);
      expect([view, rows.filter(({ row }) => !/^\(-[12],/.test(row))]).toEqual([view, []]);
    }
  });

  test('learns nothing by a function that tells what it is given', async () => {
    await query(
      martUrl,
      `create function public.tell(text) returns boolean cost 0.0001 language plpgsql as $$ begin raise notice 'told %', $1; return true; end $$;
       grant usage on schema public to ${quoted(acme)}`,
    );
    try {
      await withClient(acme, async (client) => {
        const told: string[] = [];
        client.on('notice', ({ message }) => told.push(message ?? ''));
        await client.query('set client_min_messages to notice; set enable_hashjoin to off; set enable_mergejoin to off');
        for (const view of await walkedViews('chat_tenant')) {
          // Calendars are everybody's.
          if (view.startsWith('date_time')) continue;
          const columns = await query<{ name: string }>(
            martUrl,
            `select attname::text as name from pg_attribute where attrelid = 'chat_tenant.${view}'::regclass and attnum between 1 and ${view === 'concurrency' ? 1 : 8}`,
          );
          for (const column of columns) await client.query(`select from ${view} where public.tell(${quoted(column.name)}::text)`);
          await client.query(`select from ${view} as x where public.tell(x::text)`);
          expect([view, told.filter((text) => OTHERS.test(text))]).toEqual([view, []]);
          expect([view, told.length > 0]).toEqual([view, true]);
          told.length = 0;
        }
        await expect(client.query('select from chat_session_fact where media_server_ixn_guid::integer > 0')).rejects.toThrow('ACME-PERSON');
      });
    } finally {
      await query(martUrl, `drop function public.tell(text); revoke usage on schema public from ${quoted(acme)}`);
    }
  });

  test('may do nothing else: neither write nor read the mart, the views of analysts, or the rows of others', async () => {
    await withClient(acme, async (client) => {
      await client.query('set default_transaction_read_only to off');
      const isRefused = (text: string): Promise<boolean> =>
        client.query(text).then(
          () => false,
          (error: unknown) => ['42501', '55000', '42809'].includes((error as { code: string }).code),
        );
      const allowed: string[] = [];
      const relations = await query<{ name: string; schema: string }>(
        martUrl,
        `select quote_ident(relname) as name, nspname::text as schema from pg_class join pg_namespace on pg_namespace.oid = relnamespace
         where relkind in ('r', 'v') and nspname !~ '^(pg_|information_schema$)'`,
      );
      for (const { schema, name } of relations) {
        const relation = `${schema}.${name}`;
        const tried = [`insert into ${relation} default values`, `delete from ${relation} where false`, `truncate ${relation}`];
        if (schema !== 'chat_tenant') tried.push(`select from ${relation} limit 0`);
        for (const text of tried) if (!(await isRefused(text))) allowed.push(text);
      }
      for (const text of [
        'create temporary table mine ()',
        'create function pg_temp.mine(text) returns boolean language sql return true',
        'create table chat_tenant.mine ()',
        'create schema mine',
        `set role ${quoted(analyst)}`,
        `set role ${quoted(owner)}`,
      ])
        if (!(await isRefused(text))) allowed.push(text);
      expect(allowed).toEqual([]);
      const { rows } = await client.query(`select tablename from pg_stats where schemaname !~ '^(pg_|information)'`);
      expect(rows).toEqual([]);
    });
  });

  test('reads nothing but rows of its tenants, dimensions, and what is looked up by keys of those', async () => {
    const read = await query<{ name: string }>(
      martUrl,
      `select distinct read.relname::text as name
       from pg_class as view
       join pg_rewrite on ev_class = view.oid
       join pg_depend on objid = pg_rewrite.oid and classid = 'pg_rewrite'::regclass and refclassid = 'pg_class'::regclass
       join pg_class as read on read.oid = refobjid
       where view.relnamespace::regnamespace::text in ('chat_tenant', 'chat_impersonal', 'chat_tenant_rows')
         and read.relnamespace::regnamespace::text not in ('chat_tenant_rows', 'pg_catalog', view.relnamespace::regnamespace::text)
         and read.relname !~ '^(agt_chat_stats|date_time)'
       order by 1`,
    );
    expect(read.map(({ name }) => name)).toEqual([
      'chat_session_attached_data',
      'chat_session_dim',
      'chat_session_fact',
      'chatmart_pending_agg',
      'chatmart_purged_durations',
      'chatmart_role_tenant',
      'ctl_audit_log',
      'ctl_schema_info',
      'freshness',
      'gidb_gc_tenant',
      'media_type',
    ]);
  });
});

describe('columns that may identify a person', () => {
  test('are NULL for a role that is not to see them, in each relation; the rest is the same', async () => {
    const views = await viewsOf('chat_impersonal');
    expect(views).toEqual(await viewsOf('chat_tenant'));
    for (const view of await walkedViews('chat_impersonal')) {
      if (view.startsWith('date_time')) continue;
      const persons = await select(
        discreet,
        `select x::text as row from ${view} as x where x::text ~ ${PERSON_SQL} or x::text ~ ${OTHERS_SQL}`,
      );
      expect([view, persons]).toEqual([view, []]);
      if (view === 'freshness') continue;
      const kept = (name: string) =>
        select(
          name,
          `select md5(string_agg(kept.row, '|' order by kept.row)) as hash
           from (
             select (select string_agg(key || value, ',' order by key) from jsonb_each_text(to_jsonb(x)) where value !~ ${PERSON_SQL}) as row
             from ${view} as x
           ) as kept`,
        );
      expect([view, await kept(discreet)]).toEqual([view, await kept(acme)]);
    }
    const told = await select(discreet, `select disposition, amount from sessions order by 2`);
    expect(told).toEqual([
      { disposition: 'ACME-DISPOSITION', amount: '11' },
      { disposition: 'ACME-DISPOSITION', amount: '12' },
    ]);
  });

  test('are told in their comments', async () => {
    const marked = await query<{ name: string }>(
      martUrl,
      `select distinct attname::text as name from pg_attribute where col_description(attrelid, attnum) ~ 'May identify a person' order by 1`,
    );
    expect(marked.map(({ name }) => name)).toEqual(['chat_session_id', 'interaction_id', 'media_server_ixn_guid', 'thread_id']);
  });

  test('a mark of the setting that the mart does not have yet is told', async () => {
    const told = (attachedData: MartProperties['attachedData']) =>
      withConnection({ url: martUrl, schema: SCHEMA, applicationName: 'test' }, (mart) => findUnappliedSettings(mart, { attachedData }));
    expect(await told(OWN_KEYS)).toEqual([]);
    expect(await told(OWN_KEYS.map((own) => ({ ...own, personal: own.key !== 'Customer' })))).toEqual([
      'by the setting attached-data, Customer may not identify a person, but the mart does not know',
      'by the setting attached-data, Disposition may identify a person, but the mart does not know',
      'by the setting attached-data, Amount may identify a person, but the mart does not know',
    ]);
  });

  test('a role of all tenants sees the unknown ones too, and nobody', async () => {
    expect(await select(counter, 'select count(*)::int as sessions, count(distinct tenant_key)::int as tenants from sessions')).toEqual([
      { sessions: 6, tenants: 4 },
    ]);
    expect(await select(counter, 'select count(interaction_id)::int as ids from sessions')).toEqual([{ ids: 0 }]);
  });
});

test('a session whose tenant changes moves with it', async () => {
  await writeUserData(idbUrl, [['RIVAL-2', 'csg_TenantId', '101']]);
  await load();
  const sum = 'select sum(sessions)::int as n from stats_day';
  expect(await select(acme, sum)).toEqual([{ n: 3 }]);
  await writeUserData(idbUrl, [['RIVAL-2', 'csg_TenantId', '202']]);
  await load();
  expect(await select(acme, sum)).toEqual([{ n: 2 }]);
});

test('calendars that come and go are followed', async () => {
  await migrate(['tokyo', 'osaka']);
  expect(await select(acme, 'select sum(sessions)::int as n from stats_month_osaka')).toEqual([{ n: 2 }]);
  await migrate(['tokyo']);
  expect((await viewsOf('chat_tenant')).filter((name) => name.includes('osaka'))).toEqual([]);
  expect(await select(acme, 'select count(*)::int as n from sessions')).toEqual([{ n: 2 }]);
});

test('a further mart in the database leaves them alone', async () => {
  const before = await viewsOf('chat_tenant');
  await migrateMart({ martUrl, martSchema: 'other', clock: testClock });
  expect(await viewsOf('chat_tenant')).toEqual(before);
});

describe('the script', () => {
  const expectRefused = (variables: Record<string, string>, problem: string) =>
    expect(makeTenant({ role: 'nobody', ...variables })).rejects.toThrow(problem);

  test('refuses what cannot be meant, and leaves nothing', async () => {
    await expectRefused({ tenant: '303' }, 'the mart has no tenant 303');
    await expectRefused({ tenant: '-2' }, 'the mart has no tenant -2');
    await expectRefused({ tenant: '101', personal: 'no' }, `personal is 'no'`);
    await expectRefused({ tenant: '101', role: analyst }, 'may read the whole mart');
    await expectRefused({ tenant: '101', mart_schema: 'none' }, 'has no table chatmart_role_tenant');
    expect(await query(martUrl, `select from pg_roles where rolname = 'nobody'`)).toEqual([]);
  });

  test('moves a role to the views without identities, and back', async () => {
    await makeTenant({ role: acme, tenant: '101', personal: 'hidden' });
    expect(await select(acme, 'select count(interaction_id)::int as n from sessions')).toEqual([{ n: 0 }]);
    await makeTenant({ role: acme, tenant: '101' });
    expect(await select(acme, 'select count(interaction_id)::int as n from sessions')).toEqual([{ n: 2 }]);
  });
});
