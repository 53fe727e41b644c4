import { quoteIdentifier } from '../../src/db/quote.js';
import { query } from './databases.js';

/** Copies the tables of the mart in schema infomart, with all records, into a new schema of the same database. */
export async function copyMart(martUrl: string, schema: string): Promise<void> {
  const tables = await query<{ name: string }>(
    martUrl,
    `select quote_ident(relname) as name from pg_class where relnamespace = 'infomart'::regnamespace and relkind = 'r' order by oid`,
  );
  const statements = tables.map(
    ({ name }) =>
      `create table ${quoteIdentifier(schema)}.${name} (like infomart.${name} including all);
       insert into ${quoteIdentifier(schema)}.${name} overriding system value select * from infomart.${name}`,
  );
  await query(martUrl, [`create schema ${quoteIdentifier(schema)}`, ...statements].join(';\n'));
}
