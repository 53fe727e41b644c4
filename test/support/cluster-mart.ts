import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { inject } from 'vitest';
import { queryRows, withConnection, type Connection } from '../../src/db/connection.js';
import { quoteIdentifier } from '../../src/db/quote.js';
import { migrateMart } from '../../src/jobs/migrate-mart.js';
import { testClock } from './template-home.js';

declare module 'vitest' {
  export interface ProvidedContext {
    /** URL of the database on a Citus coordinator where this project's files have their marts; empty: on a server of the worker. */
    citusUrl: string;
  }
}

/** Says that the tests may drop the schema; the hash of what it looks like follows. */
const MARK = 'made by the tests of chatmart';
/** Holds the rows that a mart without facts has, in tables whose names are not those of a mart. */
const KEPT = 'kept_rows';
const keptOf = (table: string): string => `${KEPT}.${quoteIdentifier(`kept_${table}`)}`;

/**
 * The URL of a migrated, distributed mart without facts, schema `infomart`, which no other file uses at the time. Citus takes half a minute
 * to distribute a mart; so one that still looks as it was made is emptied, and any other is made anew.
 */
export async function clusterMart(): Promise<string> {
  const url = inject('citusUrl');
  await withConnection({ url, applicationName: 'test', schema: 'infomart', showsOwnRows: true }, async (mart) => {
    const mark = await readMark(mart);
    if (mark !== undefined) await dropOthers(mart);
    if (mark !== undefined && mark === (await toMark(mart))) return restoreRows(mart);
    await makeMart(mart, url);
  });
  return url;
}

async function readMark(mart: Connection): Promise<string | undefined> {
  const [found] = await queryRows<{ mark: string | null }>(mart, {
    text: `select obj_description(oid, 'pg_namespace') as mark from pg_namespace where nspname = 'infomart'`,
  });
  if (found !== undefined && found.mark?.startsWith(MARK) !== true)
    throw new Error('The database of CHATMART_TEST_CITUS_URL has a schema infomart that no test made');
  return found?.mark ?? undefined;
}

/** Drops what tests left beside the mart, such as further marts. */
async function dropOthers(mart: Connection): Promise<void> {
  const schemas = await queryRows<{ name: string }>(mart, {
    text: `select nspname as name from pg_namespace where nspname <> all ($1) and nspname !~ '^(pg|citus)_' and pg_has_role(nspowner, 'usage')
      and not exists (select from pg_depend where classid = 'pg_namespace'::regclass and objid = pg_namespace.oid and deptype = 'e')`,
    values: [['infomart', 'chat', KEPT, 'public', 'information_schema']],
  });
  for (const { name } of schemas) await mart.query(`drop schema ${quoteIdentifier(name)} cascade`);
}

/** The mark of a mart that looks like this one: its relations, columns, indexes, constraints, views, triggers and rights, and the migrations. */
async function toMark(mart: Connection): Promise<string> {
  const [{ look }] = (await queryRows<{ look: string }>(mart, {
    text: `select md5(string_agg(part, '\n' order by part)) as look
from (
  select concat_ws(' ', nspname, relname, relkind, relacl, relrowsecurity, attname, atttypid, attnotnull, col_description(pg_class.oid, attnum)) as part
  from pg_class
  join pg_namespace on pg_namespace.oid = relnamespace
  left join pg_attribute on attrelid = pg_class.oid and attnum > 0
  where nspname in ('infomart', 'chat')
  union all
  select pg_get_viewdef(pg_class.oid)
  from pg_class
  join pg_namespace on pg_namespace.oid = relnamespace
  where nspname in ('infomart', 'chat') and relkind = 'v'
  union all
  select concat_ws(' ', conname, conrelid::regclass, pg_get_constraintdef(oid))
  from pg_constraint
  where connamespace = 'infomart'::regnamespace
  union all
  select concat_ws(' ', tgname, tgrelid::regclass)
  from pg_trigger
  where not tgisinternal
  union all
  select concat_ws(' ', logicalrelid, partmethod)
  from pg_dist_partition
) as parts`,
  })) as [{ look: string }];
  return `${MARK}: ${look} ${hashFiles('migrations', 'src/mart/schema')}`;
}

async function makeMart(mart: Connection, url: string): Promise<void> {
  await mart.query(`
    drop schema if exists chat cascade; drop schema if exists infomart cascade;
    create schema infomart; comment on schema infomart is '${MARK}'`);
  await migrateMart({ martUrl: url, martSchema: 'infomart' }, { clock: testClock, properties: { distributed: true } });
  await keepRows(mart);
  await mart.query(`comment on schema infomart is '${await toMark(mart)}'`);
}

/** Saves the rows of all tables of a mart on a cluster, for `restoreRows`, in a schema of their own. */
export async function keepRows(mart: Connection): Promise<void> {
  await mart.query(`drop schema if exists ${KEPT} cascade; create schema ${KEPT}`);
  for (const table of await readTables(mart)) await mart.query(`create table ${keptOf(table)} as table ${quoteIdentifier(table)}`);
  await mart.query(`create table ${keptOf('sequences')} (name text, last_value bigint, is_called boolean)`);
  const sequences = await queryRows<{ name: string }>(mart, {
    text: `select oid::regclass::text as name from pg_class where relnamespace = 'infomart'::regnamespace and relkind = 'S'`,
  });
  for (const { name } of sequences)
    await mart.query(`insert into ${keptOf('sequences')} select 'infomart.${name}', last_value, is_called from ${name}`);
}

const readTables = async (mart: Connection): Promise<string[]> =>
  (
    await queryRows<{ name: string }>(mart, {
      text: `select relname as name from pg_class where relnamespace = 'infomart'::regnamespace and relkind = 'r' order by 1`,
    })
  ).map(({ name }) => name);

/** Makes the rows of all tables those that were kept. DATE_TIME only grows, and takes long. */
export async function restoreRows(mart: Connection): Promise<void> {
  for (const table of await readTables(mart)) {
    const own = quoteIdentifier(table);
    const [{ rows, kept }] = (await queryRows<{ rows: number; kept: number }>(mart, {
      text: `select (select count(*) from ${own}) as rows, (select count(*) from ${keptOf(table)}) as kept`,
    })) as [{ rows: number; kept: number }];
    if (rows === kept && (rows === 0 || table === 'date_time')) continue;
    await mart.query(`truncate ${own}`);
    await mart.query(`insert into ${own} overriding system value select * from ${keptOf(table)}`);
  }
  await mart.query(`select setval(name::regclass, last_value, is_called) from ${keptOf('sequences')}`);
}

const hashFiles = (...folders: readonly string[]): string => {
  const hash = createHash('sha256');
  for (const folder of folders)
    for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort())
      if (/\.(ts|sql)$/.test(name)) hash.update(readFileSync(path.join(folder, name)));
  return hash.digest('hex').slice(0, 16);
};
