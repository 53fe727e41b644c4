import type { Statement } from '../db/connection.js';
import { quoteLiteral } from '../db/quote.js';
import { attachedKeys } from '../model/attached-key.js';
import type { KvpMap } from '../model/mapped-key.js';
import { joinAttached } from './attached-data.sql.js';
import { stagedWithKeys } from './judge.sql.js';
import { factColumns, heldValue } from './staging.sql.js';

/** Inserts all sessions left in the staging table as new facts. */
export const insertFacts = (map: KvpMap, auditKey: number): Statement => {
  const columns = factColumns(map);
  return {
    text: `
    insert into chat_session_fact (${columns.map(({ name }) => name).join(', ')}, create_audit_key)
    select ${columns.map(({ staged }) => staged).join(', ')}, $1::numeric
    from ${stagedWithKeys(map)}
    where stg_chat_session.verdict <> 2`,
    values: [auditKey],
  };
};

/** COPY statement for new facts that are not staged: the mapped columns, then the audit key. */
export const copyIntoFacts = (map: KvpMap): string =>
  `copy chat_session_fact (${factColumns(map)
    .map(({ name }) => name)
    .join(', ')}, create_audit_key) from stdin`;

const toHeldColumns = (map: KvpMap): string => {
  const own = attachedKeys(map);
  const prefix = own.length === 0 ? '' : 'chat_session_fact.';
  return [...factColumns(map).map(({ name }) => `${prefix}${name}`), ...own.map(heldValue)].join(', ');
};

/** The mapped columns, and own values, of the facts of the given interactions that have no recorded discard, in COPY's text format. */
export const copyFactsWithoutDiscards = (map: KvpMap, guids: readonly string[]): string => `
  copy (
    select ${toHeldColumns(map)}
    from chat_session_fact${joinAttached(map)}
    where ${attachedKeys(map).length === 0 ? '' : 'chat_session_fact.'}media_server_ixn_guid = any ((select array[${guids.map(quoteLiteral).join(', ')}]::text[])::text[])
      and not exists (
        select from stg_transform_discards
        where stg_transform_discards.guid = chat_session_fact.media_server_ixn_guid
      )
  ) to stdout`;

/** Updates facts whose values differ. */
export const updateFacts = (map: KvpMap, auditKey: number, updatedGuids: readonly string[]): Statement => {
  const columns = factColumns(map).filter(({ name }) => name !== 'media_server_ixn_guid');
  return {
    text: `
    update chat_session_fact
    set ${columns.map(({ name, staged }) => `${name} = ${staged}`).join(',\n      ')},
      update_audit_key = $1::numeric
    from ${stagedWithKeys(map)}
    where chat_session_fact.media_server_ixn_guid = stg_chat_session.guid
      and stg_chat_session.is_complete
      and stg_chat_session.guid = any ($2::text[])`,
    values: [auditKey, updatedGuids],
  };
};

export const deleteFacts = (guids: readonly string[]): Statement => ({
  text: `delete from chat_session_fact where media_server_ixn_guid = any ($1::text[])`,
  values: [guids],
});

/** The aggregate group of a fact: its interval and the keys of its group. Null keys mean all groups of the interval. */
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

/** Aggregate groups of the given staged sessions. */
export const selectStagedGroups = (map: KvpMap, guids: readonly string[]): Statement => ({
  text: `
    select distinct${groupOfStaged}
    from ${stagedWithKeys(map)}
    where guid = any ($1)`,
  values: [guids],
});

/** What a chunk changes besides what it has staged. */
export interface ChangedFacts {
  /** To be rebuilt. */
  readonly groups: readonly ChangedGroup[];
  /** Intervals whose new facts are to be added to their groups. Staged facts have the same audit key: their groups are queued too, and rebuilt. */
  readonly addedIntervals: readonly number[];
}

/**
 * Queues what is out of date in the aggregates: the groups of every staged fact, and what is given. Append-only: the aggregation removes
 * it. Returns one row: how many there are, and the intervals of those written.
 */
export const insertChangedIntervals = (map: KvpMap, auditKey: number, { groups, addedIntervals }: ChangedFacts): Statement => ({
  text: `
    with changed as materialized (
      select${groupOfStaged},
        0 as is_addition
      from ${stagedWithKeys(map)}
      where stg_chat_session.verdict <> 2
      union
      select *, 0 from unnest($2::int[], $3::int[], $4::int[], $5::int[])
      union
      select *, null, null, null, 1 from unnest($6::int[])
    ),
    written as (
      insert into chatmart_pending_agg (start_date_time_key, tenant_key, media_type_key, chat_session_dim_key, is_addition, audit_key)
      select
        start_date_time_key,
        tenant_key,
        media_type_key,
        chat_session_dim_key,
        is_addition,
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
    addedIntervals,
  ],
});
