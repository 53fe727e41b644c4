import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import { INFO_MART_RULES, type Calendar } from '../../../src/model/calendar.js';
import { packageFile } from '../../../src/spec/package-file.js';
import { closeAfterFile } from '../../support/closers.js';
import { freshMart, query, testClock } from '../../support/databases.js';
import { copyMart } from '../../support/copy-mart.js';
import { deepTest } from '../../support/depth.js';
import { migrateMart } from '../../support/jobs.js';
import { withMart, writeFacts } from '../../support/mart-facts.js';
import { runLikePsql } from '../../support/psql-script.js';
import { workerServer } from '../../support/worker-server.js';

// What else is in the schemas of a mart, of its views for people and of those for tenants: objects of the site, of a DBA, of another mart.

const role = `acme_${randomUUID().slice(0, 8)}`;
closeAfterFile(async () => query((await workerServer()).url('postgres'), `drop role if exists ${role}`));

const TOKYO: Calendar = { name: 'tokyo', timezone: 'Asia/Tokyo', ...INFO_MART_RULES };

let martUrl: string;

const migrate = (calendars?: readonly Calendar[], martSchema = 'infomart') =>
  migrateMart({ martUrl, martSchema, clock: testClock, properties: { calendars } });

const makeTenant = async (martSchema = 'infomart'): Promise<void> => {
  const [{ owner }] = (await query<{ owner: string }>(martUrl, 'select current_user::text as owner')) as [{ owner: string }];
  await runLikePsql(martUrl, packageFile('deploy', 'roles-tenant.sql'), { owner, role, tenant: '1', mart_schema: martSchema });
};

const viewsOf = async (schema: string): Promise<string[]> =>
  (
    await query<{ name: string }>(
      martUrl,
      `select relname::text as name from pg_class join pg_namespace on pg_namespace.oid = relnamespace where nspname = '${schema}' order by 1`,
    )
  ).map(({ name }) => name);

/** What the role of the tenant sees. */
const asTenant = async <Row extends object>(text: string): Promise<Row[]> =>
  withMart(martUrl, async (mart) => {
    await mart.query(`set role ${role}; set search_path to chat_tenant`);
    return (await mart.query<Row>(text)).rows;
  });

beforeEach(async () => {
  martUrl = await freshMart();
  await withMart(martUrl, async (mart) => {
    await mart.query(
      `insert into gidb_gc_tenant (id, name, state, status, create_audit_key) values (1, 'Bank', 1, 1, 1), (2, 'Shop', 1, 1, 1)`,
    );
    await writeFacts(
      mart,
      [1, 2].map((tenant) => ({ guid: `of ${tenant}`, tenant, start: Date.parse('2026-03-01T10:00:00Z') / 1000 })),
    );
  });
  await makeTenant();
});

/** Makes what a site may have beside chatmart's own. */
const makeOwn = (...statements: readonly string[]) => query(martUrl, statements.join('; '));

describe('views and tables of the site', () => {
  test('show a tenant nothing, though a table is named like a view of chatmart', async () => {
    await makeOwn(
      `create table infomart.sessions as select 'of 2' as secret`,
      `create table infomart.date_time_secrets as select 'of 2' as secret`,
      `create table infomart.agt_chat_stats_secrets as select 1 as tenant_key, 'of 2' as secret`,
      'create view infomart.own_report as select interaction_id, tenant_key from chat.sessions',
      'create view chat.own_list as select interaction_id, tenant_key from chat.sessions',
    );
    await migrate();
    const leaks = [];
    for (const name of (await viewsOf('chat_tenant')).filter((view) => !/_(subhr|hour|week|qrtr|year)$|concurrency/.test(view)))
      leaks.push(...(await asTenant(`select '${name}' as name from ${name} as x where x::text ~ 'of 2'`)));
    expect(leaks).toEqual([]);
    expect((await viewsOf('chat_tenant')).filter((name) => /own|secret/.test(name))).toEqual([]);
    expect(await asTenant('select interaction_id from sessions')).toEqual([{ interaction_id: 'of 1' }]);
  });

  test.each([
    [
      'one that computes percentiles',
      'create view infomart.own_half as select infomart.chat_percentile(infomart.chat_histogram(bucket, sessions), 0.5) from infomart.ag2_chat_durations_subhr',
    ],
    ['one with the name of a table', 'create view chat.chat_session_fact as select * from infomart.chat_session_fact'],
  ])('do not hinder migrate: %s', async (_, statement) => {
    await makeOwn(statement);
    await migrate();
    expect(await asTenant('select media_server_ixn_guid from chat_session_fact')).toEqual([{ media_server_ixn_guid: 'of 1' }]);
  });
});

describe('views of a DBA over those for tenants', () => {
  test('stay when an own key changes what they read', async () => {
    await migrate();
    await makeOwn(
      'create view chat_tenant.mine as select * from chat_tenant.sessions',
      'create view chat_tenant.apart as select 1',
      'create view public.half as select chat_tenant.chat_percentile(chat_tenant.chat_histogram(1, 1), 0.5)',
    );
    await migrateMart({
      ...{ martUrl, martSchema: 'infomart', clock: testClock },
      properties: { attachedData: [{ key: 'Shoe', column: 'SHOE', kind: 'measure' }] },
    });
    expect(await asTenant('select shoe from sessions')).toEqual([{ shoe: null }]);
    expect((await viewsOf('chat_tenant')).filter((name) => /mine|apart/.test(name))).toEqual(['apart', 'mine']);
  });

  deepTest('stay when a calendar goes, unless they read it', async () => {
    await migrate([TOKYO]);
    await makeOwn(
      'create view chat_tenant.mine as select * from chat_tenant.stats_day_tokyo',
      'create view chat_tenant.other as select * from chat_tenant.stats_day',
    );
    await expect(migrate([])).rejects.toMatchObject({ code: 'calendar-in-use' });
    expect(await viewsOf('chat_tenant')).toContain('stats_day_tokyo');
    await makeOwn('drop view chat_tenant.mine');
    await migrate([]);
    expect((await viewsOf('chat_tenant')).filter((name) => /tokyo|other/.test(name))).toEqual(['other']);
  });
});

test('columns in another order are followed', async () => {
  await migrate();
  await makeOwn(
    'drop view chat.sessions',
    'create view chat.sessions as select outcome, media_server_ixn_guid as interaction_id from infomart.chat_session',
  );
  await migrate();
  expect(Object.keys((await asTenant<object>('select * from sessions'))[0]!).slice(0, 2)).toEqual(['outcome', 'interaction_id']);
});

test('views that were dropped come back, and views of a former release that show what the site made go', async () => {
  await migrate();
  await makeOwn(
    'create view chat_tenant_rows.own_report as select * from chat.sessions',
    'create view chat_tenant.own_report as select * from chat_tenant_rows.own_report',
    'drop schema chat_tenant cascade',
  );
  await makeTenant();
  await migrate();
  expect(await asTenant('select interaction_id from sessions')).toEqual([{ interaction_id: 'of 1' }]);
  for (const schema of ['chat_tenant', 'chat_tenant_rows']) expect(await viewsOf(schema)).not.toContain('own_report');
  await makeOwn('drop view chat_impersonal.sessions');
  expect((await migrate()).applied).toEqual(['views for tenants']);
  expect(await viewsOf('chat_impersonal')).toContain('sessions');
});

test('a numbered migration that fails leaves the views for tenants, and one that waits says for whom', async () => {
  await migrate();
  const before = await viewsOf('chat_tenant');
  await makeOwn(`delete from infomart.chatmart_migration where name = '029_role_tenants'`);
  await expect(migrate()).rejects.toThrow('already exists');
  expect(await viewsOf('chat_tenant')).toEqual(before);
  await withMart(martUrl, async (mart) => {
    await mart.query('begin; select from chat_tenant.media_type');
    await expect(migrateMart({ martUrl, martSchema: 'infomart', clock: testClock, lockTimeoutMs: 100 })).rejects.toMatchObject({
      code: 'mart-in-use',
    });
    await mart.query('rollback');
  });
});

test('a copy of the mart in the same database takes nothing from the original', async () => {
  await migrate();
  const definitions = () =>
    query(
      martUrl,
      `select relname, pg_get_viewdef(oid) as text from pg_class where relnamespace = 'chat_tenant_rows'::regnamespace order by 1`,
    );
  const before = await definitions();
  await copyMart(martUrl, 'copied');
  await expect(makeTenant('copied')).rejects.toThrow('the mart in schema copied has no views for people');
  await migrate([], 'copied');
  expect(await definitions()).toEqual(before);
});
