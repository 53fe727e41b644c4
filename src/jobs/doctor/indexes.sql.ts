import type { Statement } from '../../db/connection.js';

/** Tables, or partitions, and columns that no valid and complete index of theirs begins with. */
export const selectMissingIndexes = (schema: string, name: string, columns: readonly string[]): Statement => ({
  text: `with root as (
  select
    pg_class.oid,
    relkind
  from pg_class
  join pg_namespace on pg_namespace.oid = pg_class.relnamespace
  where nspname = $1
    and relname = $2
),
stored as (
  select oid from root where relkind = 'r'
  union all
  select tree.relid
  from root
  cross join lateral pg_partition_tree(root.oid) as tree
  where relkind = 'p'
    and tree.isleaf
)
select
  format('%I.%I', nspname, relname) as name,
  wanted.name as column
from stored
join pg_class on pg_class.oid = stored.oid
join pg_namespace on pg_namespace.oid = pg_class.relnamespace
cross join unnest($3::text[]) as wanted (name)
where relkind = 'r'
  and not exists (
    select
    from pg_index
    join pg_attribute on pg_attribute.attrelid = indrelid and pg_attribute.attnum = indkey[0]
    where indrelid = stored.oid
      and indisvalid
      and indpred is null
      and attname = wanted.name
  )
order by 1, 2
limit 10`,
  values: [schema, name, columns],
});
