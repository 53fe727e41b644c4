import type { Statement } from '../../db/connection.js';
import { quoteIdentifier } from '../../db/quote.js';
import { DISCARD, type DiscardName } from '../../model/discard.js';
import type { MappedKey } from '../../model/mapped-key.js';
import { fedValue } from '../attached-keys.sql.js';
import { countWritten } from '../written-rows.js';
import { factsKeptFrom } from '../retention.js';

/** A table whose rows are named by their interaction. */
export type TableOfTexts = 'chat_session_fact' | 'chat_session_attached_data';

/** The values of a column as texts, a page of interactions after a guid. */
export const selectTexts = (table: TableOfTexts, column: string, afterGuid: string, limit: number): Statement => ({
  text: `
    select media_server_ixn_guid as guid, ${quoteIdentifier(column)}::text as text
    from ${table}
    where media_server_ixn_guid > $1
    order by media_server_ixn_guid
    limit $2`,
  values: [afterGuid, limit],
});

/** Replaces texts of a column. */
export const updateTexts = (
  table: TableOfTexts,
  column: string,
  { guids, texts, auditKey }: { readonly guids: readonly string[]; readonly texts: readonly string[]; readonly auditKey: number },
): Statement => ({
  text: `
    update ${table}
    set ${quoteIdentifier(column)} = masked.text, update_audit_key = $3::numeric
    from unnest($1::text[], $2::text[]) as masked (guid, text)
    where media_server_ixn_guid = masked.guid`,
  values: [guids, texts, auditKey],
});

/** Takes values of an own key that is a number, a flag or a time out of the side table. */
export const clearOwnValues = (column: string, guids: readonly string[], auditKey: number): Statement => ({
  text: `
    update chat_session_attached_data
    set ${quoteIdentifier(column)} = null, update_audit_key = $2::numeric
    where media_server_ixn_guid = any ($1::text[])`,
  values: [guids, auditKey],
});

/** Copies the values of an own key into the column of the fact that it fills. */
export const copyFedValues = (key: MappedKey, auditKey: number): Statement => {
  const column = key.column.toLowerCase();
  return {
    text: `
    update chat_session_fact
    set ${column} = ${fedValue(key)}, update_audit_key = $1::numeric
    from chat_session_attached_data
    where chat_session_attached_data.media_server_ixn_guid = chat_session_fact.media_server_ixn_guid
      and chat_session_fact.${column} is distinct from ${fedValue(key)}`,
    values: [auditKey],
  };
};

/** Puts interactions, or values of a key, on record as set aside. */
export const insertSetAside = (
  name: DiscardName,
  kvp: string | null,
  { guids, raws, auditKey, nowTs }: { readonly guids: readonly string[]; readonly raws: readonly string[] } & Written,
): Statement => ({
  text: `
    insert into stg_transform_discards (
      table_name, interaction_id, guid, create_audit_key, code, reason, etl_ts, etl_date_time_key, keyname, raw_value
    )
    select distinct 'G_USERDATA_HISTORY', -2, masked.guid, $3::numeric, ${DISCARD[name].code}, $4::text, $5::int, $5::int - $5::int % 900, $6::text, masked.raw_value
    from unnest($1::text[], $2::text[]) as masked (guid, raw_value)
    left join stg_transform_discards as known
      on known.guid = masked.guid
      and known.code = ${DISCARD[name].code}
      and known.keyname is not distinct from $6::text
      and known.resolved_ts is null
    where known.guid is null`,
  values: [guids, raws, auditKey, DISCARD[name].reason, nowTs, kvp],
});

/** By which transaction, and when. */
interface Written {
  readonly auditKey: number;
  readonly nowTs: number;
}

/** Discards, a page of those after an id. */
export const selectHeldDiscards = (afterId: number, limit: number): Statement => ({
  text: `
    select discard_id, guid, code, keyname, raw_value
    from stg_transform_discards
    where discard_id > $1 and (raw_value is not null or code = ${DISCARD.BAD_CALLID.code})
    order by discard_id
    limit $2`,
  values: [afterId, limit],
});

export const updateHeldDiscards = (
  discards: readonly { readonly discard_id: number; readonly guid: string; readonly raw_value: string | null }[],
): Statement => ({
  text: `
    update stg_transform_discards
    set guid = masked.guid, raw_value = masked.raw_value
    from unnest($1::bigint[], $2::text[], $3::text[]) as masked (discard_id, guid, raw_value)
    where stg_transform_discards.discard_id = masked.discard_id`,
  values: [discards.map((one) => one.discard_id), discards.map((one) => one.guid), discards.map((one) => one.raw_value)],
});

/** Where interactions are that are no facts, or not only; each names them as `guid`. */
const ALSO_NAMED_IN = ['chatmart_attached_waiting', 'chatmart_revisit'] as const;

/** The interactions on record, a page of those after a guid. */
export const selectInteractions = (afterGuid: string, limit: number): Statement => ({
  text: `
    select guid
    from (
      (select media_server_ixn_guid as guid from chat_session_fact where media_server_ixn_guid > $1 order by 1 limit $2)
      union (select distinct guid from stg_transform_discards where guid > $1 and code <> ${DISCARD.BAD_CALLID.code} order by 1 limit $2)
      ${ALSO_NAMED_IN.map((table) => `union (select distinct guid from ${table} where guid > $1 order by 1 limit $2)`).join('\n      ')}
    ) as interactions
    order by guid
    limit $2`,
  values: [afterGuid, limit],
});

/** Queues the intervals of facts for a full rebuild, as far as facts are kept. */
const enqueueIntervalsOf = (condition: string): string => `
    insert into chatmart_pending_agg (start_date_time_key, audit_key)
    select distinct start_date_time_key, $1::numeric
    from chat_session_fact
    where ${condition} and start_date_time_key >= ${factsKeptFrom}`;

/** The statements that take interactions out of the mart and put them on record as BAD_CALLID, in order. */
export const toBadCallids = (guids: readonly string[], ids: readonly string[], written: Written): Statement[] => [
  { text: enqueueIntervalsOf('media_server_ixn_guid = any ($2::text[])'), values: [written.auditKey, guids] },
  ...(['chat_session_attached_data', 'chat_session_fact'] as const).map((table) => ({
    text: `delete from ${table} where media_server_ixn_guid = any ($1::text[])`,
    values: [guids],
  })),
  ...['stg_transform_discards', ...ALSO_NAMED_IN].map((table) => ({
    text: `delete from ${table} where guid = any ($1::text[])`,
    values: [guids],
  })),
  insertSetAside('BAD_CALLID', null, { guids: ids, raws: ids, ...written }),
];

/** A dimension of texts: its table and key, and the column of the fact that points to it. */
export interface Dimension {
  readonly table: 'chat_session_dim' | 'media_type';
  readonly key: string;
  readonly factKey: 'chat_session_dim_key' | 'media_type_key';
}

export const SESSION_DIM: Dimension = { table: 'chat_session_dim', key: 'id', factKey: 'chat_session_dim_key' };
export const MEDIA_TYPES: Dimension = { table: 'media_type', key: 'media_type_key', factKey: 'media_type_key' };

/** All members but the two that stand for no value. */
export const selectMembers = ({ table, key }: Dimension, columns: readonly string[]): Statement => ({
  text: `select ${[key, ...columns].join(', ')} from ${table} where ${key} > 0 order by ${key}`,
});

/** Writes the texts of members; each row is a key and the values of the columns. */
export const updateMembers = (
  { table, key }: Dimension,
  columns: readonly string[],
  rows: readonly (readonly [number, ...string[]])[],
): Statement => ({
  text: `
    update ${table}
    set ${columns.map((column) => `${column} = masked.${column}`).join(', ')}
    from unnest($1::int[]${columns.map((_, at) => `, $${at + 2}::text[]`).join('')}) as masked (member_key, ${columns.join(', ')})
    where ${table}.${key} = masked.member_key`,
  values: Array.from({ length: columns.length + 1 }, (_, at) => rows.map((row) => row[at])),
});

/** Points facts to the member that has become the same as theirs. For `executeCounted`. */
export const moveFacts = (
  { factKey }: Dimension,
  { from, to, auditKey }: { readonly from: readonly number[]; readonly to: readonly number[]; readonly auditKey: number },
): Statement => ({
  text: countWritten(
    `
      select media_server_ixn_guid, moved.to_key
      from chat_session_fact
      join unnest($1::int[], $2::int[]) as moved (from_key, to_key) on moved.from_key = chat_session_fact.${factKey}`,
    `
      update chat_session_fact
      set ${factKey} = wanted.to_key, update_audit_key = $3::numeric
      from wanted
      where chat_session_fact.media_server_ixn_guid = wanted.media_server_ixn_guid`,
  ),
  values: [from, to, auditKey],
});

/** Queues the intervals of the facts of some members. */
export const enqueueMembers = ({ factKey }: Dimension, members: readonly number[], auditKey: number): Statement => ({
  text: enqueueIntervalsOf(`${factKey} = any ($2::int[])`),
  values: [auditKey, members],
});

export const selectIgnoredKeys: Statement = {
  text: `select source_name, ignored_keys from chatmart_source where ignored_keys is not null`,
};

export const updateIgnoredKeysOf = (sourceName: string, ignored: object): Statement => ({
  text: `update chatmart_source set ignored_keys = $2::jsonb where source_name = $1`,
  values: [sourceName, JSON.stringify(ignored)],
});

/** Messages of jobs that failed: they quote what a server said. */
export const selectFailures: Statement = {
  text: `select job_id, job_name, message from ctl_etl_history where message is not null and status <> 'COMPLETED'`,
};

export const updateFailure = (jobId: string, jobName: string, message: string): Statement => ({
  text: `update ctl_etl_history set message = $3 where job_id = $1 and job_name = $2`,
  values: [jobId, jobName, message],
});
