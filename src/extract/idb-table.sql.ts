import type { Statement } from '../db/connection.js';
import { IDB_COLUMNS } from './idb-columns.js';

/** Tables, views and other relations with one of the names, in any case and schema, and their columns that are read or may be meant. */
export const selectIdbTables = (names: readonly string[]): Statement => ({
  text: `
    select
      pg_namespace.nspname::text as schema,
      pg_class.relname::text as name,
      pg_class.relkind as kind,
      has_schema_privilege(pg_namespace.oid, 'usage') as may_use_schema,
      pg_class.relpersistence = 'u' and pg_is_in_recovery() as is_unlogged_copy,
      row_security_active(pg_class.oid) as hides_rows,
      (${allIsHeap('pg_class.oid')}
      ) as has_ceiling,
      array(
        select attname::text
        from pg_attribute
        where attrelid = pg_class.oid
          and attnum > 0
          and not attisdropped
        order by attnum
      ) as column_names,
      array(
        select
          jsonb_build_object(
            'name', attname,
            'quoted', quote_ident(attname),
            'type', format_type(atttypid, atttypmod),
            'base_type', quote_ident(base.schema) || '.' || quote_ident(base.name),
            'base_schema', base.schema,
            'base_name', base.name,
            'category', base.category,
            'is_deterministic', coalesce((select collisdeterministic from pg_collation where pg_collation.oid = attcollation), true),
            'is_readable', has_column_privilege(pg_class.oid, attnum, 'select'),
            'is_not_null', attnotnull and relkind in ('r', 'p')
          )
        from pg_attribute
        cross join lateral (${baseType('atttypid')}
        ) as base
        where attrelid = pg_class.oid
          and attnum > 0
          and not attisdropped
          and lower(attname::text collate "C") in (${IDB_COLUMNS.map((column) => `'${column}'`).join(', ')})
      ) as columns
    from pg_class
    join pg_namespace on pg_namespace.oid = pg_class.relnamespace
    where lower(pg_class.relname::text collate "C") = any ($1::text[])
      and not starts_with(pg_namespace.nspname::text, 'pg_')
    order by 1, 2`,
  values: [names],
});

/** A type, or the type that a domain is based on. */
const baseType = (type: string): string => `
          with recursive unwrapped as (
            select
              typtype,
              typbasetype,
              typname,
              typnamespace,
              typcategory
            from pg_type
            where oid = ${type}
            union all
            select
              pg_type.typtype,
              pg_type.typbasetype,
              pg_type.typname,
              pg_type.typnamespace,
              pg_type.typcategory
            from unwrapped
            join pg_type on pg_type.oid = unwrapped.typbasetype
            where unwrapped.typtype = 'd'
          )
          select
            nspname::text as schema,
            typname::text as name,
            typcategory as category
          from unwrapped
          join pg_namespace on pg_namespace.oid = typnamespace
          where typtype <> 'd'`;

/**
 * Whether all parts of a table, partitions and inheritance children included, store transaction numbers with their rows. Foreign tables do
 * not, and access methods other than PostgreSQL's own may not.
 */
const allIsHeap = (table: string): string => `
        with recursive part as (
          select ${table} as oid
          union all
          select inhrelid
          from part
          join pg_inherits on inhparent = part.oid
        )
        select bool_and(relkind in ('r', 'p') and (amhandler is null or amhandler = 'heap_tableam_handler'::regproc))
        from part
        join pg_class on pg_class.oid = part.oid
        left join pg_am on pg_am.oid = relam`;

export const selectServer: Statement = {
  text: `select current_setting('server_version_num')::int as version, current_setting('server_encoding') as encoding, current_user as role`,
};
