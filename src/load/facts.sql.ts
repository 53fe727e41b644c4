import type { Statement } from '../db/connection.js';
import { quoteLiteral } from '../db/quote.js';
import type { KvpMap } from '../model/mapped-key.js';
import { stagedWithKeys } from './judge-sessions.sql.js';
import { factColumns } from './staged-columns.js';

/** New facts: all sessions that are left in the staging table. */
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

/** New facts that were never staged: the mapped columns, then the audit key. */
export const copyIntoFacts = (map: KvpMap): string =>
  `copy chat_session_fact (${factColumns(map)
    .map(({ name }) => name)
    .join(', ')}, create_audit_key) from stdin`;

/** The mapped columns of the facts of some interactions of which no discard is on record, in COPY's text format. */
export const copyFactsWithoutDiscards = (map: KvpMap, guids: readonly string[]): string => `
  copy (
    select ${factColumns(map)
      .map(({ name }) => name)
      .join(', ')}
    from chat_session_fact
    where media_server_ixn_guid = any ((select array[${guids.map(quoteLiteral).join(', ')}]::text[])::text[])
      and not exists (
        select from stg_transform_discards
        where stg_transform_discards.guid = chat_session_fact.media_server_ixn_guid
      )
  ) to stdout`;

/** Facts that are held with other values. */
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
