import type { Statement } from '../db/connection.js';
import type { IdbTable } from './idb-table.js';

/** A table with its partitions and inheritance children, as `tree`. */
const TREE = `
    recursive tree (oid) as (
      select $1::regclass::oid
      union
      select inhrelid
      from tree
      join pg_inherits on inhparent = tree.oid
    )`;

/** Subscriptions that write into a table, a part of it or its parent; one row per subscription. */
export const selectSubscriptions = ({ quotedName }: Pick<IdbTable, 'quotedName'>): Statement => ({
  text: `
    with ${TREE},
    above (oid) as (
      select $1::regclass::oid
      union
      select inhparent
      from above
      join pg_inherits on inhrelid = above.oid
    )
    select
      worker.subname::text as name,
      bool_or(subenabled) as "isEnabled",
      bool_and(srsubstate = 'r') as "isReady",
      max(last_msg_send_time) filter (where worker.relid is null) as "heardAt"
    from pg_subscription_rel
    -- Every role may read a subscription's oid in this view, but not in the catalogue of every version.
    join pg_stat_subscription as worker on worker.subid = srsubid
    join pg_subscription on pg_subscription.subname = worker.subname
    join pg_database on pg_database.oid = subdbid and datname = current_database()
    where srrelid in (select oid from tree union all select oid from above)
    group by worker.subname
    order by 1`,
  values: [quotedName],
});

/** The sequences used by the column ID of a table, or by its default in one of the table's parts. */
export const selectSequences = ({ quotedName, columns }: Pick<IdbTable, 'quotedName' | 'columns'>): Statement => ({
  text: `
    with ${TREE},
    drawn as (
      select distinct case when pg_depend.classid = 'pg_class'::regclass then pg_depend.objid else pg_depend.refobjid end as oid
      from tree
      join pg_attribute on pg_attribute.attrelid = tree.oid and pg_attribute.attname = $2
      left join pg_attrdef on pg_attrdef.adrelid = pg_attribute.attrelid and pg_attrdef.adnum = pg_attribute.attnum
      join pg_depend
        -- The sequence belongs to the column, or the column's default depends on it.
        on (pg_depend.classid = 'pg_class'::regclass
          and pg_depend.refclassid = 'pg_class'::regclass
          and pg_depend.refobjid = pg_attribute.attrelid
          and pg_depend.refobjsubid = pg_attribute.attnum)
        or (pg_depend.classid = 'pg_attrdef'::regclass
          and pg_depend.objid = pg_attrdef.oid
          and pg_depend.refclassid = 'pg_class'::regclass)
    ),
    described as (
      select
        pg_class.oid,
        format('%I.%I', nspname, relname) as name,
        seqincrement,
        seqcache,
        has_sequence_privilege(pg_class.oid, 'select, usage')
          and (relpersistence = 'p' or not pg_is_in_recovery()) as is_readable
      from drawn
      join pg_sequence on seqrelid = drawn.oid
      join pg_class on pg_class.oid = seqrelid
      join pg_namespace on pg_namespace.oid = relnamespace
    )
    select
      name,
      case when is_readable then pg_sequence_last_value(oid) end as "lastValue",
      is_readable as "isReadable",
      seqincrement as increment,
      seqcache as cache
    from described
    order by 1`,
  values: [quotedName, columns.id.name],
});

/** One row: the server's maximum number of sessions, and its row statistics for a table; null if it keeps none. */
export const selectCounts = ({ quotedName }: Pick<IdbTable, 'quotedName'>): Statement => ({
  text: `
    with ${TREE}
    select
      current_setting('max_connections')::int as most_sessions,
      current_setting('track_counts')::boolean and not pg_is_in_recovery() as are_counted,
      sum(pg_stat_get_tuples_inserted(oid)) as inserted,
      sum(pg_stat_get_tuples_updated(oid)) as updated
    from tree`,
  values: [quotedName],
});

/** One row: the largest id; 0 if the table is empty. */
export const selectLargestId = (rows: string): Statement => ({ text: `select coalesce(max(id), 0) as max_id from ${rows}` });
