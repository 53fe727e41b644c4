import type { Statement } from '../db/connection.js';
import { quoteIdentifier } from '../db/quote.js';
import { attachedKeys } from '../model/attached-key.js';
import type { KvpMap } from '../model/mapped-key.js';
import { columnName, stagedValue } from './staging.sql.js';

/** Joins the own values of a fact; empty for a map without own keys. */
export const joinAttached = (map: KvpMap): string =>
  attachedKeys(map).length === 0
    ? ''
    : `
      left join chat_session_attached_data on chat_session_attached_data.media_server_ixn_guid = chat_session_fact.media_server_ixn_guid`;

const columnsOf = (map: KvpMap): string[] => attachedKeys(map).map((key) => quoteIdentifier(columnName(key)));

/** COPY statement for the own values of new facts that are not staged. */
export const copyIntoAttached = (map: KvpMap): string =>
  `copy chat_session_attached_data (media_server_ixn_guid, ${columnsOf(map).join(', ')}, create_audit_key) from stdin`;

/**
 * Writes the own values of every staged session that becomes or is a fact, where they differ from what the mart holds. Returns the
 * interactions. A session without any has no row, unless it had one.
 */
export const upsertStagedAttached = (map: KvpMap, auditKey: number): Statement => {
  const columns = columnsOf(map);
  const staged = attachedKeys(map).map(stagedValue);
  return {
    text: `
    insert into chat_session_attached_data (media_server_ixn_guid, ${columns.join(', ')}, create_audit_key)
    select guid, ${staged.join(', ')}, $1::numeric
    from pg_temp.stg_chat_session
    where verdict <> 2
      and (
        num_nonnulls(${staged.join(', ')}) > 0
        or exists (select from chat_session_attached_data where chat_session_attached_data.media_server_ixn_guid = stg_chat_session.guid)
      )
    on conflict (media_server_ixn_guid) do update
    set ${columns.map((column) => `${column} = excluded.${column}`).join(', ')},
      update_audit_key = excluded.create_audit_key
    where (${columns.map((column) => `chat_session_attached_data.${column}`).join(', ')})
      is distinct from (${columns.map((column) => `excluded.${column}`).join(', ')})
    returning media_server_ixn_guid as guid`,
    values: [auditKey],
  };
};

/** Deletes the own values of facts that are deleted. */
export const deleteAttached = (guids: readonly string[]): Statement => ({
  text: `delete from chat_session_attached_data where media_server_ixn_guid = any ($1::text[])`,
  values: [guids],
});

/** Records interactions of which only own keys have come. */
export const insertWaiting = (guids: readonly string[], auditKey: number, nowTs: number): Statement => ({
  text: `
    insert into chatmart_attached_waiting (guid, seen_ts, create_audit_key)
    select guid, $3::integer, $2::numeric
    from unnest($1::text[]) as waiting (guid)
    on conflict (guid) do update set seen_ts = excluded.seen_ts
    where chatmart_attached_waiting.seen_ts < excluded.seen_ts - 86400`,
  values: [guids, auditKey, nowTs],
});

/** Forgets interactions that have been read in full. */
export const deleteWaiting = (guids: readonly string[]): Statement => ({
  text: `delete from chatmart_attached_waiting where guid = any ($1::text[])`,
  values: [guids],
});
