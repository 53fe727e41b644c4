import { beforeAll, describe, expect, test } from 'vitest';
import { calendarRelationships, relationships } from '../../../src/mart/schema/relationships.js';
import { INFO_MART_RULES, type Calendar } from '../../../src/model/calendar.js';
import { freshMart, isOnCluster, query, testClock } from '../../support/databases.js';
import { migrateMart } from '../../support/jobs.js';

const BERLIN: Calendar = { name: 'berlin', timezone: 'Europe/Berlin', ...INFO_MART_RULES };

let martUrl: string;
beforeAll(async () => {
  martUrl = await freshMart();
});

const migrate = (calendars?: readonly Calendar[]) =>
  migrateMart({ martUrl, martSchema: 'infomart', clock: testClock, properties: calendars === undefined ? {} : { calendars } });

/** Foreign keys as information_schema tells of them, which tools read. */
const FOREIGN_KEYS = `select
  referring.constraint_name || ': ' || referring.table_name || '.' || referring.column_name
    || ' -> ' || referred.table_name || '.' || referred.column_name as key
from information_schema.referential_constraints as reference
join information_schema.key_column_usage as referring
  on referring.constraint_schema = reference.constraint_schema and referring.constraint_name = reference.constraint_name
join information_schema.key_column_usage as referred
  on referred.constraint_schema = reference.unique_constraint_schema and referred.constraint_name = reference.unique_constraint_name
where reference.constraint_schema = 'infomart'
order by 1`;

const foreignKeys = async (like = ''): Promise<string[]> =>
  (await query<{ key: string }>(martUrl, FOREIGN_KEYS)).map(({ key }) => key).filter((key) => key.includes(like));

const ENFORCED = `select conname from pg_constraint where contype = 'f' and conenforced`;

describe.skipIf(isOnCluster())('foreign keys on PostgreSQL 18', () => {
  test('tools see how the fact joins its dimensions', async () => {
    expect(await foreignKeys(': chat_session_fact.')).toMatchInlineSnapshot(`
      [
        "fk_chat_session_fact_created: chat_session_fact.create_audit_key -> ctl_audit_log.audit_key",
        "fk_chat_session_fact_dim: chat_session_fact.chat_session_dim_key -> chat_session_dim.id",
        "fk_chat_session_fact_end: chat_session_fact.end_date_time_key -> date_time.date_time_key",
        "fk_chat_session_fact_media_type: chat_session_fact.media_type_key -> media_type.media_type_key",
        "fk_chat_session_fact_start: chat_session_fact.start_date_time_key -> date_time.date_time_key",
        "fk_chat_session_fact_tenant: chat_session_fact.tenant_key -> gidb_gc_tenant.id",
        "fk_chat_session_fact_updated: chat_session_fact.update_audit_key -> ctl_audit_log.audit_key",
      ]
    `);
    expect(await foreignKeys()).toHaveLength(relationships().length);
    expect(await query(martUrl, ENFORCED)).toEqual([]);
  });

  test('the keys of a calendar come and go with it', async () => {
    expect((await migrate([BERLIN])).applied).toEqual(['calendar berlin added']);
    expect(await foreignKeys('_berlin')).toMatchInlineSnapshot(`
      [
        "fk_agt_chat_stats_day_berlin_dim: agt_chat_stats_day_berlin.chat_session_dim_key -> chat_session_dim.id",
        "fk_agt_chat_stats_day_berlin_media_type: agt_chat_stats_day_berlin.media_type_key -> media_type.media_type_key",
        "fk_agt_chat_stats_day_berlin_period: agt_chat_stats_day_berlin.date_time_key -> date_time_berlin.date_time_key",
        "fk_agt_chat_stats_day_berlin_rebuilt: agt_chat_stats_day_berlin.agr_set_key -> ctl_audit_log.audit_key",
        "fk_agt_chat_stats_day_berlin_tenant: agt_chat_stats_day_berlin.tenant_key -> gidb_gc_tenant.id",
      ]
    `);
    // Another zone empties both tables, which refer to each other.
    expect((await migrate([{ ...BERLIN, timezone: 'Asia/Tokyo' }])).applied).toEqual(['calendar berlin changed']);
    expect(await foreignKeys('_berlin')).toHaveLength(5);
    expect((await migrate([])).applied).toEqual(['calendar berlin removed']);
    expect(await foreignKeys('_berlin')).toEqual([]);
  });

  test('migrate makes keys that are missing, as in a mart from an older server, and only those', async () => {
    await migrate([BERLIN]);
    const all = await foreignKeys();
    const drops = all.map((key) => /^(\w+): (\w+)/.exec(key)!).map(([, name, table]) => `alter table ${table} drop constraint ${name};`);
    await query(martUrl, `set search_path to infomart; ${drops.join(' ')}`);
    // A site had made one by hand.
    await query(
      martUrl,
      'alter table infomart.chat_session_fact add constraint mine foreign key (tenant_key) references infomart.gidb_gc_tenant not enforced',
    );
    expect((await migrate()).applied).toEqual(['generated-schema']);
    expect(await foreignKeys()).toEqual(all.map((key) => key.replace('fk_chat_session_fact_tenant:', 'mine:')).sort());
    expect((await migrate()).applied).toEqual([]);
  });

  test('a key that cannot be made does not stop a migration', async () => {
    await query(martUrl, 'alter table infomart.ctl_ds drop constraint pk_ctl_ds cascade');
    expect((await migrate()).applied).toEqual([]);
  });
});

test('names are unique and fit into PostgreSQL, also with the longest name of a calendar', () => {
  const long = { ...BERLIN, name: 'x'.repeat(30) };
  const names = [...relationships(), ...calendarRelationships(long)].map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(Math.max(...names.map((name) => name.length))).toBeLessThanOrEqual(63);
});
