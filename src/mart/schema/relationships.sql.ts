import type { Statement } from '../../db/connection.js';

/** A foreign key to look for: from a column of a table to the key of another one. */
interface WantedKey {
  readonly name: string;
  readonly table: string;
  readonly column: string;
  readonly reference: { readonly table: string; readonly key: string };
}

/**
 * The names of the foreign keys that are missing and can be made: the server has keys that are not enforced, both tables are tables of the
 * same kind of storage, the types are equal, and the key is unique. A key under another name counts as there.
 */
export const selectMissingRelationships = (wanted: readonly WantedKey[]): Statement => ({
  text: `select wanted.name
from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[]) with ordinality
  as wanted (name, from_table, from_column, to_table, to_column, position)
join pg_class as referring on referring.oid = to_regclass(quote_ident(wanted.from_table)) and referring.relkind = 'r'
join pg_class as referred on referred.oid = to_regclass(quote_ident(wanted.to_table)) and referred.relkind = 'r'
join pg_attribute as referring_column
  on referring_column.attrelid = referring.oid
  and referring_column.attname = wanted.from_column
  and not referring_column.attisdropped
join pg_attribute as key_column
  on key_column.attrelid = referred.oid
  and key_column.attname = wanted.to_column
  and not key_column.attisdropped
where current_setting('server_version_num')::integer >= 180000
  and not exists (select from pg_extension where extname = 'citus')
  and referring_column.atttypid = key_column.atttypid
  and referring.relpersistence = referred.relpersistence
  and exists (
    select
    from pg_constraint
    where conrelid = referred.oid
      and contype in ('p', 'u')
      and conkey = array[key_column.attnum]
  )
  and not exists (
    select
    from pg_constraint
    where conrelid = referring.oid
      and confrelid = referred.oid
      and contype = 'f'
      and conkey = array[referring_column.attnum]
  )
order by wanted.position`,
  values: [
    wanted.map(({ name }) => name),
    wanted.map(({ table }) => table),
    wanted.map(({ column }) => column),
    wanted.map(({ reference }) => reference.table),
    wanted.map(({ reference }) => reference.key),
  ],
});
