import { requireMigrated } from '../../../src/mart/schema/mart-access.js';
import { expect, test } from 'vitest';
import { generatedSchema } from '../../../migrations/generated-schema.js';
import { execute, queryRow, queryRows, withConnection, type Connection } from '../../../src/db/connection.js';
import { applyGeneratedSchema } from '../../../src/mart/schema/generated-schema.js';
import { migrationNames, readMigration } from '../../../src/mart/schema/migration-source.js';
import { applyMigrations } from '../../../src/mart/schema/migrations.js';
import { withTransaction } from '../../../src/db/transaction.js';
import { takeWriterLock } from '../../../src/mart/locks.js';
import type { KvpMap } from '../../../src/model/mapped-key.js';
import { readKvpMap } from '../../../src/spec/kvp-map.js';
import { emptyDatabase, freshMart, isOnCluster, testClock } from '../../support/databases.js';
import { deepTest } from '../../support/depth.js';
import { dumpSchema } from '../../support/dump-schema.js';
import { problemOf } from '../../support/problem-of.js';
import { startProcess } from '../../support/start-process.js';
import { migrateMart } from '../../support/jobs.js';
import { expectText } from '../../support/expect-text.js';

const migrate = (martUrl: string) => migrateMart({ martUrl, martSchema: 'infomart', clock: testClock });

const inMart = <T>(martUrl: string, work: (connection: Connection) => Promise<T>, schema = 'infomart'): Promise<T> =>
  withConnection({ url: martUrl, applicationName: 'test', schema }, work);

/** Everything that a migration could change: the schema and the rows it writes. */
const state = (martUrl: string) =>
  inMart(martUrl, async (connection) => ({
    schema: await dumpSchema(connection),
    rows: await queryRows(connection, {
      text: `select
        (select jsonb_agg(chatmart_migration order by id) from chatmart_migration) as migrations,
        (select jsonb_agg(ctl_schema_info order by property) from ctl_schema_info) as info,
        (select jsonb_agg(ctl_etl_history) from ctl_etl_history) as jobs,
        (select jsonb_agg(media_type order by media_type_key) from media_type) as media_types,
        (select count(*) from date_time) as intervals`,
    }),
  }));

test('a new mart holds what always exists, and one job', async () => {
  const martUrl = await emptyDatabase();
  const summary = await migrate(martUrl);
  expect(summary).toEqual({
    applied: [...migrationNames(), 'generated-schema', 'schema chat'],
    version: migrationNames().at(-1),
    calendarYears: [2026, 2027],
  });
  const rows = await inMart(martUrl, (connection) =>
    queryRow(connection, {
      text: `select
        (select jsonb_agg(array[job_name, status, message]) from ctl_etl_history) as jobs,
        (select job_id from ctl_audit_log where audit_key = 0) as schema_audit,
        (select string_agg(media_name_code, ' ' order by media_type_key) from media_type where media_type_key in (-2, -1, 3)) as media_types,
        (select string_agg(tenant_name, ' ' order by tenant_key) from tenant) as tenants,
        (select string_agg(media_origin || ended_agent || async_mode, ' ' order by id) from chat_session_dim) as dims,
        (select value from ctl_schema_info where property = 'visited-counts-as') as visited,
        (select count(*) from date_time where date_time_key = 2147482800) as open_ends`,
    }),
  );
  expect(rows).toEqual({
    jobs: [
      [
        'Job_InitializeGIM',
        'COMPLETED',
        `${migrationNames().length} migrations up to ${migrationNames().at(-1)!}, generated-schema, schema chat, 70,080 intervals of DATE_TIME`,
      ],
    ],
    schema_audit: 'Job_InitializeGIM',
    media_types: 'NO_VALUE UNKNOWN CHAT',
    tenants: 'NO_VALUE UNKNOWN',
    dims: 'NO_VALUENO_VALUE0 UNKNOWNUNKNOWN0',
    visited: 'handled',
    open_ends: 1,
  });
  await inMart(martUrl, requireMigrated);
});

test('migrating again changes nothing', async () => {
  const martUrl = await freshMart();
  const before = await state(martUrl);
  expect((await migrate(martUrl)).applied).toEqual([]);
  expect(await state(martUrl)).toEqual(before);
});

test('after a numbered migration the repeatable part is applied again, and the version is on record', async () => {
  const martUrl = await freshMart();
  await inMart(martUrl, async (connection) => {
    // Citus takes no other statement beside one that drops something of a spread table.
    for (const index of ['started', 'ended', 'session']) await connection.query(`drop index i_chat_session_fact_${index}`);
    await connection.query(
      // No view reads that table, so that only the migration tells that the rest must follow.
      `drop table chatmart_delivery, chatmart_role_tenant; alter table chatmart_attached_key drop column is_personal; alter table chatmart_source drop column window_file, drop column unread_from; alter table chatmart_pending_agg drop column is_addition;
       delete from chatmart_migration where name >= '027'; update ctl_schema_info set value = '026' where property = 'schema-version'`,
    );
  });
  expect((await migrate(martUrl)).applied).toEqual([...migrationNames().filter((name) => name >= '027'), 'generated-schema']);
  const version = { text: `select value from ctl_schema_info where property = 'schema-version'` };
  expect(await inMart(martUrl, (connection) => queryRow(connection, version))).toEqual({ value: migrationNames().at(-1) });
});

test('of two migrations at once, one does the work', async () => {
  const martUrl = await emptyDatabase();
  const applied = await Promise.all([migrate(martUrl), migrate(martUrl)]);
  // Whoever is first at the views for people makes them.
  expect(applied.flatMap((summary) => summary.applied).sort()).toEqual([...migrationNames(), 'generated-schema', 'schema chat']);
});

deepTest('a migration that was killed half-way starts again', async () => {
  const martUrl = await emptyDatabase();
  await inMart(martUrl, async (connection) => {
    await connection.query('create schema infomart');
    await connection.query('begin');
    // The last table or index that a migration creates: it must wait for us after the earlier ones have done their work.
    const created = migrationNames().flatMap((each) => [...readMigration(each).matchAll(/^create (?:unique )?(?:table|index) (\w+)/gm)]);
    const name = created.at(-1)![1]!;
    await connection.query(`create table ${name} ()`);
    const { child, ended } = await startProcess('migrate-process.ts', [martUrl]);
    await expect.poll(() => queryRow(connection, sessionsThatWait), { timeout: 30_000 }).toEqual({ waiting: 1 });
    child.kill('SIGKILL');
    await ended;
    await connection.query('rollback');
    expect(await queryRow(connection, { text: 'select count(*) as done from chatmart_migration' })).toEqual({ done: 0 });
    // A migration without a transaction would also leave knex's lock behind.
    await connection.query('update chatmart_migration_lock set is_locked = 1');
  });
  expect((await migrate(martUrl)).applied).toEqual([...migrationNames(), 'generated-schema', 'schema chat']);
  expect((await state(martUrl)).schema).toBe((await state(await freshMart())).schema);
});

const sessionsThatWait = { text: `select count(*) as waiting from pg_locks where locktype = 'transactionid' and not granted` };

test('a migration waits for a load', async () => {
  const martUrl = await emptyDatabase();
  await inMart(martUrl, async (load) => {
    await load.query('begin');
    await takeWriterLock(load, 'infomart');
    const migrating = migrate(martUrl);
    const waiting = { text: `select count(*) as waiting from pg_locks where locktype = 'advisory' and not granted` };
    await expect.poll(() => queryRow(load, waiting), { timeout: 30_000 }).toEqual({ waiting: 1 });
    expect(await queryRow(load, { text: 'select count(*) as done from chatmart_migration' })).toEqual({ done: 0 });
    await load.query('commit');
    await migrating;
  });
});

test('a migration waits only 30 seconds for a query on the mart', async () => {
  const martUrl = await freshMart();
  await inMart(martUrl, async (analyst) => {
    await analyst.query(`update ctl_schema_info set value = 'other' where property = 'generated-schema-hash'`);
    await analyst.query('begin; select from chat_session_dim');
    const options = { url: martUrl, schema: 'infomart', log: () => undefined, lockTimeoutMs: 50 };
    const problem = await problemOf(() => inMart(martUrl, (guard) => applyMigrations(guard, options)));
    expectText(problem.replace(/process \d+/, 'process …'));
  });
  expect((await migrate(martUrl)).applied).toEqual(['generated-schema']);
});

test('an empty schema, an older mart and a newer one have errors of their own', async () => {
  const martUrl = await freshMart();
  expect(await problemOf(() => inMart(martUrl, requireMigrated, 'elsewhere'))).toMatch(
    /^ConfigError mart-not-migrated: Database \w+ has no schema elsewhere; there is one in infomart$/,
  );
  await inMart(martUrl, (connection) => connection.query(`delete from chatmart_migration where name > '016'`));
  expect(await problemOf(() => inMart(martUrl, requireMigrated))).toBe(
    `ConfigError mart-not-migrated: The mart in schema infomart has version 015_job_counts; this version of chatmart needs ${migrationNames().at(-1)!}`,
  );
  for (const name of migrationNames().filter((each) => each > '016'))
    await inMart(martUrl, (connection) => connection.query('insert into chatmart_migration (name, batch) values ($1, 2)', [name]));
  await inMart(martUrl, (connection) =>
    connection.query(`update ctl_schema_info set value = 'other' where property = 'generated-schema-hash'`),
  );
  expectText(await problemOf(() => inMart(martUrl, requireMigrated)));
  await inMart(martUrl, (connection) => connection.query(`update ctl_schema_info set value = '63' where property = 'newest-kvp-number'`));
  expectText(
    (await problemOf(() => migrate(martUrl))).replace(
      new RegExp(`${Math.max(...readKvpMap().keys.map(({ number }) => number))}$`),
      '<newest>',
    ),
  );
  await inMart(martUrl, (connection) => connection.query(`insert into chatmart_migration (name, batch) values ('999_from_the_future', 2)`));
  const before = await state(martUrl);
  expectText((await problemOf(() => migrate(martUrl))).replace(migrationNames().at(-1)!, '<newest>'));
  expect(await problemOf(() => inMart(martUrl, requireMigrated))).toMatch(/^ConfigError mart-is-newer/);
  expect(await state(martUrl)).toEqual(before);
});

// The tests need no role on a cluster that may create roles.
test.skipIf(isOnCluster())('migrate without the privileges that it needs', async () => {
  const martUrl = await freshMart();
  const reader = new URL(martUrl);
  await inMart(martUrl, (connection) => connection.query(`create role migrate_test_reader login password 'secret'`));
  reader.username = 'migrate_test_reader';
  reader.password = 'secret';
  try {
    const problem = await problemOf(() => migrateMart({ martUrl: reader.href, martSchema: 'new_mart', clock: testClock }));
    expectText(problem.replace(/test_\w+/, 'test_mart'));
  } finally {
    await inMart(martUrl, (connection) => connection.query('drop role migrate_test_reader'));
  }
});

test('a key that is added to the map becomes a column of each table and view that follows from it', async () => {
  const martUrl = await freshMart();
  await inMart(martUrl, async (connection) => {
    await connection.query(`create view of_an_analyst as select date_time_key, sessions from ag2_chat_stats_week`);
    await connection.query(`insert into chat_session_dim (media_origin, create_audit_key) values ('web', 0)`);
    await withTransaction(connection, () => applyGeneratedSchema(connection, generatedSchema(grown(readKvpMap())), 'test'));
    const found = await queryRows(connection, {
      text: `select attrelid::regclass::text as relation, attname as column, format_type(atttypid, atttypmod) as type
             from pg_attribute join pg_class on pg_class.oid = attrelid where attname in ('transfers_count', 'browser_name') and attrelid::regclass::text !~ '_(week|qrtr|year|month|hour)$' order by 1, 2`,
    });
    expect(found).toEqual([
      { relation: 'ag2_chat_stats_day', column: 'transfers_count', type: 'bigint' },
      { relation: 'ag2_chat_stats_subhr', column: 'transfers_count', type: 'bigint' },
      { relation: 'agt_chat_stats_day', column: 'transfers_count', type: 'bigint' },
      { relation: 'agt_chat_stats_subhr', column: 'transfers_count', type: 'bigint' },
      { relation: 'chat_session', column: 'browser_name', type: 'character varying(50)' },
      { relation: 'chat_session', column: 'transfers_count', type: 'integer' },
      { relation: 'chat_session_dim', column: 'browser_name', type: 'character varying(50)' },
      { relation: 'chat_session_fact', column: 'transfers_count', type: 'integer' },
    ]);
    await connection.query('select transfers_count from ag2_chat_stats_year');
    // The new attribute is part of what identifies a combination: another value is another member, the same value is not.
    const add = { text: `insert into chat_session_dim (media_origin, browser_name, create_audit_key) values ('web', 'lynx', 0)` };
    await execute(connection, add);
    await expect(execute(connection, add)).rejects.toThrow('i_chat_session_dim');
  });
});

const grown = (map: KvpMap): KvpMap => {
  const newest = Math.max(...map.keys.map(({ number }) => number));
  const like = (kvp: string) => map.keys.find((key) => key.kvp === kvp)!;
  return {
    ...map,
    keys: [
      { ...like('csg_PartiesAsCoachCount'), number: newest + 1, kvp: 'csg_TransfersCount', column: 'TRANSFERS_COUNT' },
      { ...like('csg_SessionEndedAgent'), number: newest + 2, kvp: 'csg_BrowserName', column: 'BROWSER_NAME' },
      ...map.keys,
    ],
  };
};
