import { expect, test } from 'vitest';
import { readMartDefinition } from '../../../src/mart/schema/mart-definition.js';
import { readKvpMap } from '../../../src/spec/kvp-map.js';
import { freshMart, query } from '../../support/databases.js';

const COLUMNS = `select
  relname::text as relation,
  json_object_agg(attname, json_build_object(
    'name', attname,
    'type', format_type(atttypid, atttypmod),
    'isNotNull', attnotnull,
    'isIdentity', attidentity <> ''
  )) as columns
from pg_class
join pg_attribute on attrelid = pg_class.oid and attnum > 0 and not attisdropped
where relnamespace = 'infomart'::regnamespace and relkind = any ($1) and relname not like 'chatmart_migration%'
group by 1`;

test('the definition of a mart is read from the migrations themselves', async () => {
  const martUrl = await freshMart();
  const { tables, indexes, views } = await readMartDefinition(readKvpMap());
  const found = async (kind: string) => query<{ relation: string; columns: Record<string, unknown> }>(martUrl, COLUMNS, [[kind]]);
  expect(Object.fromEntries([...tables].map(([name, columns]) => [name, Object.fromEntries(columns)]))).toEqual(
    Object.fromEntries((await found('r')).map(({ relation, columns }) => [relation, columns])),
  );
  expect(Object.fromEntries([...views].map(([name, columns]) => [name, columns.toSorted()]))).toEqual(
    Object.fromEntries((await found('v')).map(({ relation, columns }) => [relation, Object.keys(columns).sort()])),
  );
  const inMart = await query<{ name: string }>(
    martUrl,
    `select relname::text as name from pg_index join pg_class on pg_class.oid = indexrelid
     where relnamespace = 'infomart'::regnamespace and relname not like 'chatmart_migration%' and not indisprimary order by 1`,
  );
  expect([...indexes.keys()].sort()).toEqual(inMart.map(({ name }) => name));
});
