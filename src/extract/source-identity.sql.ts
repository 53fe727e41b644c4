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
      (pg_snapshot_xmax(snapshot)::text::numeric + age(pg_snapshot_xmax(snapshot)::xid))::text as next_transaction
    from pg_current_snapshot() as snapshot`,
  values: [quotedName],
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
 * the ceiling had ended by then, so their ids are not above the largest one of that time.
 */
export const selectRowOfOldTransaction = (rows: string, aboveId: number, ceiling: bigint): Statement => ({
  text: `
    select id
    from ${rows}
    where id > $1::int8
      and age(xmin) > age(${toXid(ceiling)})
    limit 1`,
  values: [aboveId],
});
