import type { Statement } from '../db/connection.js';

/** The columns of G_USERDATA_HISTORY that are read; real installations differ in the others. */
export const IDB_COLUMNS = ['id', 'callid', 'keyname', 'value', 'changetype', 'added_ts'] as const;

/** What the server says of the candidates for the IDB's table, in the order given. */
export const selectIdbTables = (schema: string, names: readonly string[]): Statement => ({
  text: `
    select
      pg_class.relname as name,
      pg_class.relkind as kind,
      has_schema_privilege(pg_namespace.oid, 'usage') as may_use_schema,
      array(
        select attname::text from pg_attribute
        where attrelid = pg_class.oid and attnum > 0 and not attisdropped
      ) as columns,
      array(
        select attname::text from pg_attribute
        where attrelid = pg_class.oid and attnum > 0 and not attisdropped
          and has_column_privilege(pg_class.oid, attnum, 'select')
      ) as readable_columns
    from pg_class
    join pg_namespace on pg_namespace.oid = pg_class.relnamespace
    where pg_namespace.nspname = $1 and pg_class.relname = any($2)
    order by array_position($2, pg_class.relname::text)
    limit 1`,
  values: [schema, names],
});

export const selectServer: Statement = {
  text: `select current_setting('server_version_num')::int as version, current_setting('server_encoding') as encoding, current_user as role`,
};
