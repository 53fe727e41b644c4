import type { Statement } from './connection.js';
/** Which cluster functions a role may call; by default every role may. */
export const selectIdentityRights: Statement = {
  text: `
    select
      has_function_privilege('pg_control_system()', 'execute') as may_ask_system,
      has_function_privilege('pg_control_checkpoint()', 'execute') as may_ask_checkpoint`,
};

/** Identifies a source across runs, apart from its newest rows. */
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
            -- Not its text, where table names depend on the session's search_path.
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
