import type { Statement } from '../db/connection.js';
import { quoteIdentifier } from '../db/quote.js';
import { fedValue } from '../mart/attached-keys.sql.js';
import { countWritten } from '../mart/written-rows.js';
import { attachedKeys, fedFactKeys } from '../model/attached-key.js';
import type { KvpMap } from '../model/mapped-key.js';
import { columnName, STAGED_GUIDS, stagedValue } from './staging.sql.js';

/** A table whose rows are those of interactions. */
type InteractionTable = 'chat_session_fact' | 'chat_session_attached_data';

/**
 * SQL FROM item with the rows that the mart has of some interactions (SQL that selects their ids), to be joined from the left: a cluster
 * would bring the whole table to one node for an outer join with anything that is not spread as well.
 */
export const heldRows = (table: InteractionTable, guids: string): string =>
  `(select * from ${table} where media_server_ixn_guid in (${guids})) as ${table}`;

/** Joins the own values of a fact; empty for a map without own keys. `guids`: what selects the ids, unless the facts themselves are read. */
export const joinAttached = (map: KvpMap, guids?: string): string =>
  attachedKeys(map).length === 0
    ? ''
    : `
      left join ${guids === undefined ? 'chat_session_attached_data' : heldRows('chat_session_attached_data', guids)}
        on chat_session_attached_data.media_server_ixn_guid = chat_session_fact.media_server_ixn_guid`;

const columnsOf = (map: KvpMap): string[] => attachedKeys(map).map((key) => quoteIdentifier(columnName(key)));

/** COPY statement for the own values of new facts that are not staged. */
export const copyIntoAttached = (map: KvpMap): string =>
  `copy chat_session_attached_data (media_server_ixn_guid, ${columnsOf(map).join(', ')}, create_audit_key) from stdin`;

/**
 * Writes the own values of every staged session that becomes or is a fact, where they differ from what the mart holds. One row: `wanted`,
 * and the interactions that were written. A session without any has no row, unless it had one.
 */
export const upsertStagedAttached = (map: KvpMap, auditKey: number): Statement => {
  const columns = columnsOf(map);
  const staged = attachedKeys(map).map(stagedValue);
  return {
    text: `
    with wanted as materialized (
      select stg_chat_session.guid as media_server_ixn_guid, ${staged.map((value, at) => `${value} as ${columns[at]}`).join(', ')}
      from pg_temp.stg_chat_session
      left join ${heldRows('chat_session_attached_data', STAGED_GUIDS)} on chat_session_attached_data.media_server_ixn_guid = stg_chat_session.guid
      where stg_chat_session.verdict <> 2
        and case
          when chat_session_attached_data.media_server_ixn_guid is null then num_nonnulls(${staged.join(', ')}) > 0
          else (${columns.map((column) => `chat_session_attached_data.${column}`).join(', ')}) is distinct from (${staged.join(', ')})
        end
    ),
    written as (
      insert into chat_session_attached_data (media_server_ixn_guid, ${columns.join(', ')}, create_audit_key)
      select media_server_ixn_guid, ${columns.join(', ')}, $1::numeric
      from wanted
      on conflict (media_server_ixn_guid) do update
      set ${columns.map((column) => `${column} = excluded.${column}`).join(', ')},
        update_audit_key = excluded.create_audit_key
      returning media_server_ixn_guid
    )
    select
      (select count(*) from wanted) as wanted,
      array(select media_server_ixn_guid from written) as guids`,
    values: [auditKey],
  };
};

/** Copies own values into the columns of the fact that they feed, where they differ. */
export const updateFedFacts = (map: KvpMap, guids: readonly string[], auditKey: number): Statement => {
  const fed = fedFactKeys(map);
  const columns = fed.map(columnName);
  return {
    text: countWritten(
      `
      select chat_session_attached_data.media_server_ixn_guid as guid, ${fed.map((key) => `${fedValue(key)} as ${columnName(key)}`).join(', ')}
      from chat_session_attached_data
      join chat_session_fact on chat_session_fact.media_server_ixn_guid = chat_session_attached_data.media_server_ixn_guid
      where chat_session_attached_data.media_server_ixn_guid = any ($1::text[])
        and (${columns.map((column) => `chat_session_fact.${column}`).join(', ')}) is distinct from (${fed.map(fedValue).join(', ')})`,
      `
      update chat_session_fact
      set ${columns.map((column) => `${column} = wanted.${column}`).join(', ')},
        update_audit_key = case when create_audit_key = $2::numeric then update_audit_key else $2::numeric end
      from wanted
      where chat_session_fact.media_server_ixn_guid = wanted.guid`,
    ),
    values: [guids, auditKey],
  };
};

/** Deletes the own values of facts that are deleted. */
export const deleteAttached = (guids: readonly string[]): Statement => ({
  text: countWritten(
    `
      select media_server_ixn_guid as guid
      from chat_session_attached_data
      where media_server_ixn_guid = any ($1::text[])`,
    `
      delete from chat_session_attached_data
      using wanted
      where chat_session_attached_data.media_server_ixn_guid = wanted.guid`,
  ),
  values: [guids],
});

/** Records interactions of which only own keys have come; those that are on record are renewed once a day. */
export const insertWaiting = (guids: readonly string[], auditKey: number, nowTs: number): Statement => ({
  text: countWritten(
    `
      select guid
      from unnest($1::text[]) as lone (guid)
      where not exists (
        select from chatmart_attached_waiting
        where chatmart_attached_waiting.guid = lone.guid
          and chatmart_attached_waiting.seen_ts >= $3::integer - 86400
      )`,
    `
      insert into chatmart_attached_waiting (guid, seen_ts, create_audit_key)
      select guid, $3::integer, $2::numeric
      from wanted
      on conflict (guid) do update set seen_ts = excluded.seen_ts`,
  ),
  values: [guids, auditKey, nowTs],
});

/** Forgets interactions that have been read in full. */
export const deleteWaiting = (guids: readonly string[]): Statement => ({
  text: countWritten(
    `
      select guid
      from chatmart_attached_waiting
      where guid = any ($1::text[])`,
    `
      delete from chatmart_attached_waiting
      using wanted
      where chatmart_attached_waiting.guid = wanted.guid`,
  ),
  values: [guids],
});
