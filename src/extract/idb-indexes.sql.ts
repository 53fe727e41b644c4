import type { Statement } from '../db/connection.js';

/** A column that needs an index, or the expression if the column is converted. */
export interface WantedIndex {
  readonly column: string;
  /** Column name in the table. */
  readonly name: string;
  /** For `create index`; null if no index can serve. */
  readonly on: string | null;
}

/**
 * The tables behind a table (partitions and inheritance children included) and their columns that no valid, complete index starts with. An
 * index with another collation than the column's does not serve.
 */
export const selectMissingIndexes = (quotedName: string, wanted: readonly WantedIndex[]): Statement => ({
  text: `with recursive part as (
  select $1::regclass::oid as oid
  union all
  select inhrelid
  from part
  join pg_inherits on inhparent = part.oid
)
select
  format('%I.%I', nspname, relname) as name,
  wanted."column",
  wanted."on"
from part
join pg_class on pg_class.oid = part.oid
join pg_namespace on pg_namespace.oid = pg_class.relnamespace
cross join jsonb_to_recordset($2::jsonb) as wanted ("column" text, name text, "on" text)
where relkind = 'r'
  -- Skip a parent without rows of its own.
  and not (relhassubclass and pg_relation_size(part.oid) = 0)
  and not exists (
    select
    from pg_index
    left join pg_attribute on pg_attribute.attrelid = indrelid and pg_attribute.attnum = indkey[0]
    where indrelid = part.oid
      and indisvalid
      and indpred is null
      and wanted."on" is not null
      and case
        when attname is null then pg_get_indexdef(indexrelid, 1, true) = wanted."on"
        else attname = wanted.name and left(wanted."on", 1) <> '(' and indcollation[0] = attcollation
      end
  )
order by 1, 2`,
  values: [quotedName, JSON.stringify(wanted)],
});
