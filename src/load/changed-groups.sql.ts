import type { Statement } from '../db/connection.js';
import type { KvpMap } from '../model/mapped-key.js';
import { stagedWithKeys } from './judge-sessions.sql.js';

/** Where a fact lies in the aggregates: its interval and the keys of its group; without them all groups of the interval are meant. */
export interface ChangedGroup {
  readonly start_date_time_key: number;
  readonly tenant_key: number | null;
  readonly media_type_key: number | null;
  readonly chat_session_dim_key: number | null;
}

const groupOfStaged = `
      stg_chat_session.start_date_time_key,
      stg_chat_session.tenant_key,
      media_type.media_type_key,
      chat_session_dim.id as chat_session_dim_key`;

/** Where some staged sessions lie. */
export const selectStagedGroups = (map: KvpMap, guids: readonly string[]): Statement => ({
  text: `
    select distinct${groupOfStaged}
    from ${stagedWithKeys(map)}
    where guid = any ($1)`,
  values: [guids],
});

/**
 * Where the aggregates are out of date: of every staged fact, and the groups given. Only ever appended: the aggregation takes them away. One row:
 * how many there are, and the intervals of those that were written.
 */
export const insertChangedGroups = (map: KvpMap, auditKey: number, groups: readonly ChangedGroup[]): Statement => ({
  text: `
    with changed as materialized (
      select${groupOfStaged}
      from ${stagedWithKeys(map)}
      where stg_chat_session.verdict <> 2
      union
      select * from unnest($2::int[], $3::int[], $4::int[], $5::int[])
    ),
    written as (
      insert into chatmart_pending_agg (start_date_time_key, tenant_key, media_type_key, chat_session_dim_key, audit_key)
      select
        start_date_time_key,
        tenant_key,
        media_type_key,
        chat_session_dim_key,
        $1::numeric
      from changed
      returning start_date_time_key
    )
    select
      (select count(*) from changed) as wanted,
      array(select start_date_time_key from written) as start_keys`,
  values: [
    auditKey,
    groups.map((group) => group.start_date_time_key),
    groups.map((group) => group.tenant_key),
    groups.map((group) => group.media_type_key),
    groups.map((group) => group.chat_session_dim_key),
  ],
});
