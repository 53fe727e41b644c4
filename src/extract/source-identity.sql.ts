import type { Statement } from '../db/connection.js';
import { toXid } from './user-data-rows.sql.js';

/** So many rows tell whether the newest are still there. */
const NEWEST_ROWS = 8;

/** What a role may ask about the cluster; by default everybody may. */
export const selectIdentityRights: Statement = {
  text: `
    select
      has_function_privilege('pg_control_system()', 'execute') as may_ask_system,
      has_function_privilege('pg_control_checkpoint()', 'execute') as may_ask_checkpoint`,
};

/** By what a source is known again, its newest rows aside. */
export const selectIdentity = (quotedName: string, may: { readonly askSystem: boolean; readonly askCheckpoint: boolean }): Statement => ({
  text: `
    select
      ${may.askSystem ? '(select system_identifier::text from pg_control_system())' : 'null'} as system_identifier,
      case
        when pg_is_in_recovery() then ${may.askCheckpoint ? '(select timeline_id from pg_control_checkpoint())' : 'null::int'}
        else ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::int
      end as timeline,
      current_database()::text as database,
      $1::regclass::oid::int8 as table_oid,
      (
        select
          case
            -- Not as text: how that names a table depends on the session's search_path.
            when relkind in ('v', 'm') then (select md5(ev_action::text) from pg_rewrite where ev_class = pg_class.oid and ev_type = '1')
            when relkind = 'f' then (
              select md5(format('%s %s %s', ftserver, ftoptions, srvoptions))
              from pg_foreign_table
              join pg_foreign_server on pg_foreign_server.oid = ftserver
              where ftrelid = pg_class.oid
            )
          end
        from pg_class
        where pg_class.oid = $1::regclass
      ) as definition,
      (pg_snapshot_xmax(snapshot)::text::numeric + age(pg_snapshot_xmax(snapshot)::xid))::text as next_transaction
    from pg_current_snapshot() as snapshot`,
  values: [quotedName],
});

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
      -- Of what is stored elsewhere nobody knows how long it is.
      case when relkind = 'f' then 1 else coalesce(pg_relation_size(pg_class.oid) / current_setting('block_size')::int, 0) end as blocks
    from shown
    join pg_class on pg_class.oid = shown.oid
    where relkind in ('r', 'p', 'm', 'f')
    group by pg_class.oid
    order by 1`,
  values: [quotedName],
});

/** Names of some tables, as far as they are still there. */
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

/** The rows that have some ids now. */
export const selectRowsById = (rows: string, ids: readonly number[]): Statement => ({
  text: `
    select id, ${HASH}
    from ${rows}
    where id = any ($1::int8[])`,
  values: [ids],
});

/**
 * A row that was not there when the last ceiling was taken, under a transaction number below it; null: there is none. All transactions below
 * the ceiling had ended by then, so their ids are not above the largest one of that time. Tables that have been attached since are left out.
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
