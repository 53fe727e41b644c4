import type { Statement } from '../../db/connection.js';
import { countWritten } from '../../mart/written-rows.js';
import { selectErased, toGuidHash } from '../../mart/erased.sql.js';

/** Counts what the mart holds of the interactions. */
export const selectHeld = (guids: readonly string[]): Statement => ({
  text: `
    select
      (select count(*) from chat_session_fact where media_server_ixn_guid = any ($1::text[])) as facts,
      (select count(*) from chat_session_attached_data where media_server_ixn_guid = any ($1::text[])) as attached,
      (select count(*) from chatmart_attached_waiting where guid = any ($1::text[])) as waiting,
      (select count(*) from stg_transform_discards where guid = any ($1::text[])) as discards,
      (select count(*) from chatmart_revisit where guid = any ($1::text[])) as revisits,
      (select count(*) from (${selectErased(guids).text}) as known) as erased`,
  values: [guids],
});

/** Tombstones of interactions that have none yet, with the salt of the existing ones, or a new one of 244 random bits. */
export const insertTombstones = (guids: readonly string[], auditKey: number, nowTs: number): Statement => ({
  text: `
    with candidate as (
      select distinct guid
      from unnest($1::text[]) as candidate (guid)
      where candidate.guid not in (${selectErased(guids).text})
    ),
    salt as materialized (
      select coalesce(
        (select salt from chatmart_erased limit 1),
        decode(replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''), 'hex')
      ) as salt
    )
    insert into chatmart_erased (guid_hash, salt, erased_ts, create_audit_key)
    select ${toGuidHash('salt.salt', 'candidate.guid')}, salt.salt, $3::integer, $2::numeric
    from candidate
    cross join salt`,
  values: [guids, auditKey, nowTs],
});

/** Marks the groups that the interactions' facts belong to for aggregation. For `executeCounted`. */
export const insertGroupsOfFacts = (guids: readonly string[], auditKey: number): Statement => ({
  text: countWritten(
    `
      select distinct start_date_time_key, tenant_key, media_type_key, chat_session_dim_key
      from chat_session_fact
      where media_server_ixn_guid = any ($1::text[])`,
    `
      insert into chatmart_pending_agg (start_date_time_key, tenant_key, media_type_key, chat_session_dim_key, audit_key)
      select start_date_time_key, tenant_key, media_type_key, chat_session_dim_key, $2::numeric
      from wanted`,
  ),
  values: [guids, auditKey],
});

/** Deletes facts and returns the dimension members that they referred to. */
export const deleteFactsWithMembers = (guids: readonly string[]): Statement => ({
  text: `
    delete from chat_session_fact
    where media_server_ixn_guid = any ($1::text[])
    returning chat_session_dim_key, media_type_key`,
  values: [guids],
});

/** Deletes all discards of the interactions, resolved or not: they hold raw values. */
export const deleteDiscards = (guids: readonly string[]): Statement => ({
  text: `delete from stg_transform_discards where guid = any ($1::text[])`,
  values: [guids],
});

/** Deletes the own values of the interactions. */
export const deleteAttachedData = (guids: readonly string[]): Statement => ({
  text: `delete from chat_session_attached_data where media_server_ixn_guid = any ($1::text[])`,
  values: [guids],
});

export const deleteFromWaiting = (guids: readonly string[]): Statement => ({
  text: `delete from chatmart_attached_waiting where guid = any ($1::text[])`,
  values: [guids],
});

export const deleteFromRevisits = (guids: readonly string[]): Statement => ({
  text: `delete from chatmart_revisit where guid = any ($1::text[])`,
  values: [guids],
});

/** Messages of jobs that name one of the interactions. */
export const selectMessagesNaming = (guids: readonly string[]): Statement => ({
  text: `
    select
      job_id,
      job_name,
      message
    from ctl_etl_history
    where exists (select from unnest($1::text[]) as named (guid) where position(named.guid in message) > 0)`,
  values: [guids],
});

export const updateMessage = (jobId: string, jobName: string, message: string): Statement => ({
  text: `update ctl_etl_history set message = $3 where job_id = $1 and job_name = $2`,
  values: [jobId, jobName, message],
});

/** A dimension whose members may hold texts of a single interaction. */
export interface TextDimension {
  readonly table: 'chat_session_dim' | 'media_type';
  readonly key: 'id' | 'media_type_key';
  /** The column of facts and aggregates that refers to it. */
  readonly reference: 'chat_session_dim_key' | 'media_type_key';
  /** SQL for members that nobody has named: the others are no texts of an interaction. */
  readonly isUnnamed: string;
}

/** Those of the given members that no aggregate refers to, except members that come with the schema or were given a name. */
export const selectMembersOutOfUse = ({ table, key, reference, isUnnamed }: TextDimension, keys: readonly number[]): Statement => ({
  text: `
    select ${key} as key
    from ${table}
    where ${key} = any ($1::integer[])
      and create_audit_key > 0
      and ${isUnnamed}
      and not exists (select from agt_chat_stats_day where agt_chat_stats_day.${reference} = ${table}.${key})
      and not exists (select from agt_chat_stats_month where agt_chat_stats_month.${reference} = ${table}.${key})`,
  values: [keys],
});

/** Deletes members that no fact refers to. It may read all facts, so pass few keys. For `executeCounted`. */
export const deleteMembers = ({ table, key, reference }: TextDimension, keys: readonly number[]): Statement => ({
  text: countWritten(
    `
      select ${key}
      from ${table}
      where ${key} = any ($1::integer[])
        and ${key} not in (select ${reference} from chat_session_fact where ${reference} = any ($1::integer[]))`,
    `
      delete from ${table}
      using wanted
      where ${table}.${key} = wanted.${key}`,
  ),
  values: [keys],
});
