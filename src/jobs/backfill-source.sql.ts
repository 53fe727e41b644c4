import type { Statement } from '../db/connection.js';
import { isWithTime } from '../extract/row-times.sql.js';
import type { UsableTimes } from '../model/row-time.js';

/** Tables, or partitions, that have no index beginning with ADDED_TS. */
export const selectTablesWithoutTimeIndex = (schema: string, name: string): Statement => ({
  text: `
    with root as (
      select pg_class.oid, relkind
      from pg_class
      join pg_namespace on pg_namespace.oid = pg_class.relnamespace
      where nspname = $1 and relname = $2
    ),
    stored as (
      select oid from root where relkind = 'r'
      union all
      select tree.relid
      from root
      cross join lateral pg_partition_tree(root.oid) as tree
      where relkind = 'p' and tree.isleaf
    )
    select format('%I.%I', nspname, relname) as name
    from stored
    join pg_class on pg_class.oid = stored.oid
    join pg_namespace on pg_namespace.oid = pg_class.relnamespace
    where relkind = 'r'
      and not exists (
        select
        from pg_index
        join pg_attribute on pg_attribute.attrelid = indrelid and pg_attribute.attnum = indkey[0]
        where indrelid = stored.oid and indisvalid and indpred is null and attname = 'added_ts'
      )
    order by 1`,
  values: [schema, name],
});

export const limitStatementTime = (timeoutMs: number): Statement => ({ text: `set local statement_timeout to ${timeoutMs}` });

/** When ICON stored the oldest and the newest row; nulls: no row says so. */
export const selectTimeBounds = (table: string, usable: UsableTimes): Statement => ({
  text: `
    select
      min(added_ts) as oldest,
      max(added_ts) as newest
    from ${table}
    where ${isWithTime(usable)}`,
});

/** The ids of one second. Kept apart, so that an index on ADDED_TS is used and not the ids' own. */
export const selectIdsOfSecond = (table: string, second: number): Statement => ({
  text: `
    select
      min(id) as first_id,
      max(id) as last_id
    from (
      select id
      from ${table}
      where added_ts >= $1::int8 and added_ts < $1::int8 + 1
      offset 0
    ) as of_second`,
  values: [second],
});
