import type { Statement } from '../db/connection.js';
import { toXid } from './user-data-rows.sql.js';

/** Number of newest rows that are checked for still being there. */
const NEWEST_ROWS = 8;

/** The tables whose rows a source shows, as `IdentityTable`: itself, its partitions and children, and what a view reads. */
export const selectIdentityTables = (quotedName: string): Statement => ({
  text: `
    with recursive shown (oid, attached) as (
      select $1::regclass::oid, null::text
      union
      select further.oid, further.attached
      from shown
      cross join lateral (
        select inhrelid, pg_inherits.xmin::text
        from pg_inherits
        where inhparent = shown.oid
        union all
        select refobjid, null
        from pg_rewrite
        join pg_depend on pg_depend.objid = pg_rewrite.oid
        where ev_class = shown.oid
          and ev_type = '1'
          and classid = 'pg_rewrite'::regclass
          and refclassid = 'pg_class'::regclass
          and refobjid <> ev_class
      ) as further (oid, attached)
    )
    select
      pg_class.oid::int8 as oid,
      string_agg(attached, ' ' order by attached) as attached,
      relfilenode::int8 as file,
      -- The size of tables stored elsewhere is unknown.
      case when relkind = 'f' then 1 else coalesce(pg_relation_size(pg_class.oid) / current_setting('block_size')::int, 0) end as blocks
    from shown
    join pg_class on pg_class.oid = shown.oid
    where relkind in ('r', 'p', 'm', 'f')
    group by pg_class.oid
    order by 1`,
  values: [quotedName],
});

/** Names of the given tables that still exist. */
export const selectTableNames = (oids: readonly number[]): Statement => ({
  text: `
    select format('%I.%I', nspname, relname) as name
    from pg_class
    join pg_namespace on pg_namespace.oid = relnamespace
    where pg_class.oid = any ($1::oid[])
    order by 1`,
  values: [oids],
});

const HASH = `md5(coalesce(callid, '') || ' ' || coalesce(keyname, '')) as hash`;

/** The rows with the largest ids. */
export const selectNewestRows = (rows: string): Statement => ({
  text: `
    select id, ${HASH}
    from ${rows}
    where id is not null
    order by id desc
    limit ${NEWEST_ROWS}`,
});

/** The rows that now have the given ids. */
export const selectRowsById = (rows: string, ids: readonly number[]): Statement => ({
  text: `
    select id, ${HASH}
    from ${rows}
    where id = any ($1::int8[])`,
  values: [ids],
});

/**
 * A row that did not exist when the last ceiling was taken, with a transaction number below it; null if there is none. All transactions
 * below the ceiling had ended by then, so their ids cannot exceed the largest one of that time. Tables attached since are excluded.
 */
export const selectRowOfOldTransaction = (
  rows: string,
  { aboveId, ceiling, notInTables }: { readonly aboveId: number; readonly ceiling: bigint; readonly notInTables: readonly number[] },
): Statement => ({
  text: `
    select id
    from ${rows}
    where id > $1::int8
      and age(xmin) > age(${toXid(ceiling)})
      and tableoid <> all ($2::oid[])
    limit 1`,
  values: [aboveId, notInTables],
});
