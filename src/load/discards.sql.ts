import type { Statement } from '../db/connection.js';
import { countWritten } from '../mart/written-rows.js';
import { toDateTimeKey } from '../model/date-time-key.js';
import { DISCARD } from '../model/discard.js';

/** Joins a staged discard to the recorded one. */
export const SAME_DISCARD = `stg_discard.guid = stg_transform_discards.guid
        and stg_discard.code = stg_transform_discards.code
        and stg_discard.keyname is not distinct from stg_transform_discards.keyname
        and stg_discard.raw_value is not distinct from stg_transform_discards.raw_value`;

/** Marks discards as resolved that no longer hold for rewritten interactions; the rows are kept. For `executeCounted`. */
export const resolveDiscards = (guids: readonly string[], nowTs: number): Statement => ({
  text: countWritten(
    `
      select discard_id
      from stg_transform_discards
      where guid = any ($1::text[])
        and resolved_ts is null
        and not exists (select from pg_temp.stg_discard where ${SAME_DISCARD})`,
    `
      update stg_transform_discards
      set resolved_ts = $2
      from wanted
      where stg_transform_discards.discard_id = wanted.discard_id`,
  ),
  values: [guids, nowTs],
});

/** Inserts the discards that are not recorded yet. Returns one row: how many there are, and the codes of those written. */
export const insertDiscards = (auditKey: number, nowTs: number): Statement => ({
  text: `
    with fresh as materialized (
      select guid, code, reason, keyname, raw_value
      from pg_temp.stg_discard
      where not exists (
        select from stg_transform_discards
        where stg_transform_discards.resolved_ts is null
          and ${SAME_DISCARD}
      )
    ),
    written as (
      insert into stg_transform_discards (
        table_name, interaction_id, guid, create_audit_key, code, reason, etl_ts, etl_date_time_key, keyname, raw_value
      )
      select 'G_USERDATA_HISTORY', -2, guid, $1::numeric, code, reason, $2::int, $3::int, keyname, raw_value
      from fresh
      returning code
    )
    select
      (select count(*) from fresh) as wanted,
      array(select code from written) as codes`,
  values: [auditKey, nowTs, toDateTimeKey(nowTs)],
});

/** Returns one row: how many of the given interactions are recorded as refused by PostgreSQL. */
export const countKnownRefused = (guids: readonly string[]): Statement => ({
  text: `
    select count(distinct guid) as known
    from stg_transform_discards
    where guid = any ($1::text[])
      and code = ${DISCARD.DATABASE_ERROR.code}
      and resolved_ts is null`,
  values: [guids],
});
