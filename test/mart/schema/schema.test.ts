import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { withConnection, queryRows } from '../../../src/db/connection.js';
import { packageFile } from '../../../src/spec/package-file.js';
import { readKvpMap } from '../../../src/spec/kvp-map.js';
import { freshMart, isOnCluster, testClock } from '../../support/databases.js';
import { isWhole } from '../../support/depth.js';
import { dumpSchema } from '../../support/dump-schema.js';
import { expectFile } from '../../support/expect-file.js';
import { debianPgBin, withServer } from '../../support/further-server.js';
import { migrateMart } from '../../support/jobs.js';

const schemaFile = path.join(packageFile('test'), 'schema.sql');

const dump = (martUrl: string, schema = 'infomart'): Promise<string> =>
  withConnection({ url: martUrl, applicationName: 'test', schema }, dumpSchema);

// Some views have another form, and tables are distributed.
test.skipIf(isOnCluster())('the migrated schema is the one that is kept', async () => {
  expectFile(schemaFile, await dump(await freshMart()));
});

test.runIf(isWhole && debianPgBin() !== undefined)('the migrated schema is the same on PostgreSQL 15, and under another name', () =>
  withServer({ pgBin: debianPgBin() }, async (server) => {
    await server.ensureDatabase('mart');
    const martSchema = 'Chat "Mart"';
    await migrateMart({ martUrl: server.url('mart'), martSchema, clock: testClock });
    // Foreign keys that are not enforced are new in PostgreSQL 18.
    const withoutKeys = readFileSync(schemaFile, 'utf8').replaceAll(/^ {2}constraint fk_.* NOT ENFORCED,\n/gm, '');
    expect(await dump(server.url('mart'), martSchema)).toBe(withoutKeys);
  }),
);

interface Comment {
  object: string;
  type: string | null;
  comment: string | null;
}

const COMMENTS = `select
  pg_class.relname || coalesce('.' || part.attname, '') as object,
  format_type(part.atttypid, null) as type,
  case part.attnum when 0 then obj_description(pg_class.oid, 'pg_class') else col_description(pg_class.oid, part.attnum) end as comment
from pg_class
cross join lateral (
  select 0 as attnum, null::name as attname, null::oid as atttypid
  union all
  select attnum, attname, atttypid from pg_attribute where attrelid = pg_class.oid and attnum > 0 and not attisdropped
) as part
where pg_class.relnamespace = current_schema()::regnamespace
  and pg_class.relkind in ('r', 'v')`;

const comments = async (): Promise<Comment[]> =>
  withConnection({ url: await freshMart(), applicationName: 'test', schema: 'infomart' }, (connection) =>
    queryRows<Comment>(connection, { text: COMMENTS }),
  );

test('every table, view and column explains itself, each in words of its own', async () => {
  const found = await comments();
  expect(found.length).toBeGreaterThan(900);
  expect(found.filter(({ comment }) => (comment ?? '').length <= 25)).toEqual([]);
  const seen = new Map<string, string>();
  const alike = found.filter(({ object, comment }) => {
    const first = seen.get(comment ?? '');
    seen.set(comment ?? '', object);
    return first !== undefined;
  });
  expect(alike).toEqual([]);
});

test('every number has a unit, and every mapped column names its user-data key', async () => {
  const found = await comments();
  const numbers = found.filter(({ type }) => type !== null && /^(smallint|integer|bigint|numeric|double precision)$/.test(type));
  expect(numbers.length).toBeGreaterThan(700);
  expect(numbers.filter(({ comment }) => !/ Unit: [a-z]/i.test(comment ?? ''))).toEqual([]);
  for (const key of readKvpMap().keys) {
    const object = `${key.table}.${key.column}`.toLowerCase();
    expect(found.find((one) => one.object === object)?.comment, object).toContain(`user-data key ${key.kvp}.`);
  }
});

test('every table has a primary key, by which replication names the rows that are updated and deleted', async () => {
  const withoutKey = `select relname::text as name
    from pg_class
    where relnamespace = current_schema()::regnamespace
      and relkind in ('r', 'p')
      and not exists (select from pg_index where indrelid = pg_class.oid and indisprimary)`;
  const found = await withConnection({ url: await freshMart(), applicationName: 'test', schema: 'infomart' }, (connection) =>
    queryRows(connection, { text: withoutKey }),
  );
  expect(found).toEqual([]);
});

test.skipIf(isOnCluster())('the tables hold nothing that a distributed mart could not have', async () => {
  const found = await withConnection({ url: await freshMart(), applicationName: 'test', schema: 'infomart' }, async (connection) => ({
    enforcedKeysAndTriggers: await queryRows(connection, {
      text: `select conname::text as name from pg_constraint where connamespace = 'infomart'::regnamespace and contype not in ('p', 'n') and conenforced
             union all select tgname::text from pg_trigger where tgrelid in (select oid from pg_class where relnamespace = 'infomart'::regnamespace)`,
    }),
    drawnByTheFact: await queryRows(connection, {
      text: `select attname from pg_attribute left join pg_attrdef on adrelid = attrelid and adnum = attnum
             where attrelid = 'chat_session_fact'::regclass and (attidentity <> '' or pg_get_expr(adbin, adrelid) ~ '[(]')`,
    }),
    uniqueWithoutTheGuid: await queryRows(connection, {
      text: `select indexrelid::regclass::text from pg_index
             where indrelid = 'chat_session_fact'::regclass and indisunique and not 1 = any (indkey)`,
    }),
  }));
  expect(found).toEqual({ enforcedKeysAndTriggers: [], drawnByTheFact: [], uniqueWithoutTheGuid: [] });
});
