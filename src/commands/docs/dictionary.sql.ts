import type { Statement } from '../../db/connection.js';
import { quoteIdentifier } from '../../db/quote.js';

/** A table or view as the catalogue has it. */
export interface FoundRelation {
  readonly schema: string;
  readonly name: string;
  /** With its schema, as SQL. */
  readonly sql: string;
  readonly is_view: boolean;
  readonly comment: string | null;
  readonly columns: readonly FoundColumn[];
  /** Names of the columns of its primary key, in their order. */
  readonly key: readonly string[];
}

export interface FoundColumn {
  readonly name: string;
  /** The name as SQL: in quotes where the server needs them. */
  readonly sql: string;
  /** As `format_type` writes it. */
  readonly type: string;
  readonly isNotNull: boolean;
  readonly comment: string | null;
  /** The role may read it. */
  readonly isReadable: boolean;
}

/** The tables and views of some schemas, with all their columns; the catalogue shows them to every role. */
export const selectRelations = (schemas: readonly string[]): Statement => ({
  text: `select
  nspname::text as schema,
  relname::text as name,
  quote_ident(nspname) || '.' || quote_ident(relname) as sql,
  relkind = 'v' as is_view,
  obj_description(pg_class.oid, 'pg_class') as comment,
  array(
    select attname::text
    from pg_index
    cross join lateral unnest(indkey::smallint[]) with ordinality as part (attnum, position)
    join pg_attribute on attrelid = indrelid and pg_attribute.attnum = part.attnum
    where indrelid = pg_class.oid
      and indisprimary
    order by part.position
  ) as key,
  (
    select coalesce(json_agg(json_build_object(
      'name', attname,
      'sql', quote_ident(attname),
      'type', format_type(atttypid, atttypmod),
      'isNotNull', attnotnull,
      'comment', col_description(attrelid, attnum),
      'isReadable', has_schema_privilege(relnamespace, 'usage') and has_column_privilege(attrelid, attnum, 'select')
    ) order by attnum), '[]')
    from pg_attribute
    where attrelid = pg_class.oid
      and attnum > 0
      and not attisdropped
  ) as columns
from pg_class
join pg_namespace on pg_namespace.oid = relnamespace
where nspname = any ($1::text[])
  and relkind in ('r', 'p', 'v')
order by nspname, relname`,
  values: [schemas],
});

/** Up to 50 rows of some columns as texts, always the same ones as long as nothing is written: tables by their primary key. */
export const selectSample = (
  { schema, name, key }: Pick<FoundRelation, 'schema' | 'name' | 'key'>,
  columns: readonly string[],
): Statement => ({
  text: `select
  ${columns.map((column, at) => `${quoteIdentifier(column)}::text as "${at}"`).join(',\n  ')}
from ${quoteIdentifier(schema)}.${quoteIdentifier(name)}${key.length === 0 ? '' : `\norder by ${key.map(quoteIdentifier).join(', ')}`}
limit 50`,
});
