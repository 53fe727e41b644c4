/** A statement that Citus refuses, and a near one that it runs. Each was tried on a cluster of Citus 13.2. */
export interface RuleCase {
  readonly breaks: string;
  readonly near: string;
}

export const CASES: Readonly<Record<string, RuleCase>> = {
  'correlated-subquery-over-recurring-rows': {
    breaks: `select seen.guid from unnest($1::text[]) as seen (guid)
      where not exists (select from chat_session_fact where chat_session_fact.media_server_ixn_guid = seen.guid)`,
    near: `select seen.guid from unnest($1::text[]) as seen (guid)
      where seen.guid not in (select chat_session_fact.media_server_ixn_guid from chat_session_fact)`,
  },
  'correlated-subquery-on-a-local-table': {
    breaks: `select start_ts from chat_session_fact
      where not exists (select from chatmart_revisit where chatmart_revisit.guid = chat_session_fact.media_server_ixn_guid)`,
    near: `with revisit as materialized (select guid from chatmart_revisit)
      select start_ts from chat_session_fact
      where not exists (select from revisit where revisit.guid = chat_session_fact.media_server_ixn_guid)`,
  },
  'subquery-without-from': {
    breaks: `select session.outcome from chat_session_fact
      cross join lateral (
        select coalesce((select value from ctl_schema_info where property = 'x'), chat_session_fact.media_server_ixn_guid) as outcome
      ) as session`,
    near: `select session.outcome from chat_session_fact
      cross join lateral (select chat_session_fact.media_server_ixn_guid as outcome) as session`,
  },
  'outer-join-to-a-whole-table': {
    breaks: `select seen.guid, chat_session_fact.start_ts from unnest($1::text[]) as seen (guid)
      left join chat_session_fact on chat_session_fact.media_server_ixn_guid = seen.guid`,
    near: `select seen.guid, held.start_ts from unnest($1::text[]) as seen (guid)
      left join (select * from chat_session_fact where media_server_ixn_guid = any ($1)) as held on held.media_server_ixn_guid = seen.guid`,
  },
  'lateral-subquery-over-recurring-rows': {
    breaks: `select media_type.media_name, of_type.sessions from media_type
      cross join lateral (
        select count(*) as sessions from chat_session_fact where chat_session_fact.media_type_key = media_type.media_type_key
      ) as of_type`,
    near: `select media_type.media_name, of_type.start_ts from media_type
      cross join lateral (
        select chat_session_fact.start_ts from chat_session_fact where chat_session_fact.media_type_key = media_type.media_type_key
      ) as of_type`,
  },
  'subquery-beside-aggregate': {
    breaks: 'select (select count(*) from media_type) as types, count(*) as sessions from chat_session_fact',
    near: 'select (select count(*) from media_type) as types, (select count(*) from chat_session_fact) as sessions',
  },
  'set-operation-in-correlated-subquery': {
    breaks: `select create_audit_key from chat_session_attached_data where exists (
        select start_ts from chat_session_fact
        where chat_session_fact.media_server_ixn_guid = chat_session_attached_data.media_server_ixn_guid
        union all
        select media_type_key from media_type
      )`,
    near: `select start_ts from chat_session_fact union all select media_type_key from media_type`,
  },
  'grouping-sets': {
    breaks: 'select media_type_key, count(*) from chat_session_fact group by rollup (media_type_key)',
    near: 'select media_type_key, count(*) from chat_session_fact where media_server_ixn_guid = $1 group by rollup (media_type_key)',
  },
  'row-lock-over-shards': {
    breaks: 'select start_ts from chat_session_fact where media_server_ixn_guid = any ($1::text[]) for update',
    near: 'select start_ts from chat_session_fact where media_server_ixn_guid = $1 for update',
  },
  'ctid-in-change': {
    breaks: 'delete from chat_session_fact where ctid = any (array(select ctid from chat_session_fact limit 10))',
    near: `delete from chat_session_fact
      where media_server_ixn_guid = any (array(select media_server_ixn_guid from chat_session_fact limit 10))`,
  },
  'recursive-with': {
    breaks: `with recursive step (n) as (select start_ts from chat_session_fact union all select n + 1 from step where n < 3)
      select n from step`,
    near: `with recursive step (n) as (select media_type_key from media_type union all select n + 1 from step where n < 3)
      select n from step`,
  },
  merge: {
    breaks: `merge into chat_session_fact using (values ('x')) as given (guid) on chat_session_fact.media_server_ixn_guid = given.guid
      when matched then delete`,
    near: `merge into chat_session_fact using chat_session_attached_data
      on chat_session_fact.media_server_ixn_guid = chat_session_attached_data.media_server_ixn_guid
      when matched then delete`,
  },
  'volatile-in-change': {
    breaks: 'update chat_session_fact set start_ts = extract(epoch from clock_timestamp())::integer',
    near: 'update chat_session_fact set start_ts = extract(epoch from now())::integer',
  },
  'stable-function-of-a-column': {
    breaks: `update chat_session_fact set start_ts = 1 where to_char(to_timestamp(start_ts), 'YYYY') = '2026'`,
    near: 'update chat_session_fact set start_ts = 1 where start_ts < extract(epoch from now())',
  },
  'time-in-case': {
    breaks: 'update chat_session_fact set start_ts = coalesce(start_ts, extract(epoch from now())::integer)',
    near: 'update chat_session_fact set start_ts = coalesce(start_ts, $1::integer)',
  },
  'time-in-returning': {
    breaks: `update media_type set media_name = 'x' returning now()`,
    near: `update media_type set media_name = 'x' returning media_name`,
  },
  'time-in-on-conflict': {
    breaks: `insert into media_type (media_name, media_name_code, is_online, create_audit_key) values ('a', 'b', 0, 1)
      on conflict (media_name_code) do update set media_name = now()::text`,
    near: `insert into media_type (media_name, media_name_code, is_online, create_audit_key) values ('a', 'b', 0, 1)
      on conflict (media_name_code) do update set media_name = excluded.media_name`,
  },
  'changed-key': {
    breaks: `update chat_session_fact set media_server_ixn_guid = 'y' where start_ts = 1`,
    near: 'update chat_session_fact set media_server_ixn_guid = media_server_ixn_guid where start_ts = 1',
  },
  'subquery-in-values': {
    breaks: `insert into chat_session_attached_data (media_server_ixn_guid, create_audit_key)
      values ('a', (select max(audit_key) from ctl_audit_log))`,
    near: `insert into chat_session_attached_data (media_server_ixn_guid, create_audit_key)
      select 'a', (select coalesce(max(audit_key), 0) from ctl_audit_log)`,
  },
  'join-on-another-column': {
    breaks: `select chat_session_fact.start_ts from chat_session_fact
      join chat_session_attached_data on chat_session_attached_data.create_audit_key = chat_session_fact.create_audit_key`,
    near: `select chat_session_fact.start_ts from chat_session_fact
      join chat_session_attached_data on chat_session_attached_data.media_server_ixn_guid = chat_session_fact.media_server_ixn_guid`,
  },
  'subquery-in-limit': {
    breaks: 'select start_ts from chat_session_fact limit (select count(*) from media_type)',
    near: 'select start_ts from chat_session_fact limit $1',
  },
  'correlated-having': {
    breaks: `select media_type_key from chat_session_fact group by media_type_key
      having count(*) > (select count(*) from media_type where media_type.media_type_key = chat_session_fact.media_type_key)`,
    near: 'select media_type_key from chat_session_fact group by media_type_key having count(*) > (select count(*) from media_type)',
  },
  'change-by-correlated-subquery': {
    breaks: `delete from chatmart_revisit
      where not exists (select from chat_session_fact where chat_session_fact.media_server_ixn_guid = chatmart_revisit.guid)`,
    near: 'delete from chatmart_revisit using chat_session_fact where chat_session_fact.media_server_ixn_guid = chatmart_revisit.guid',
  },
  'change-of-reference-table': {
    breaks: `update media_type set media_name = 'x' from chat_session_fact
      where chat_session_fact.media_type_key = media_type.media_type_key`,
    near: `update media_type set media_name = 'x' where media_type_key in (select chat_session_fact.media_type_key from chat_session_fact)`,
  },
  'with-that-changes-a-local-table': {
    breaks: `with taken as (delete from chatmart_revisit returning guid)
      select taken.guid from taken join media_type on media_type.media_name = taken.guid`,
    near: `with taken as (delete from chatmart_revisit returning guid)
      select taken.guid from taken join chat_session_fact on chat_session_fact.media_server_ixn_guid = taken.guid`,
  },
  'unique-without-key': {
    breaks: 'create unique index i_started on chat_session_fact (start_ts)',
    near: 'create unique index i_started on chat_session_fact (media_server_ixn_guid, start_ts)',
  },
  'column-with-unnamed-constraint': {
    breaks: 'alter table chat_session_fact add column more integer check (more > 0)',
    near: 'alter table chat_session_fact add column more integer constraint more_than_none check (more > 0)',
  },
  'column-with-sequence': {
    breaks: 'alter table chat_session_fact add column more bigserial',
    near: 'alter table chat_session_fact add column more bigint',
  },
  'changed-type-of-key': {
    breaks: 'alter table chat_session_fact alter column media_server_ixn_guid type text',
    near: 'alter table chatmart_revisit alter column guid type text',
  },
  'unsupported-alter': {
    breaks: 'alter table chat_session_fact alter column start_ts set statistics 100',
    near: 'alter table chat_session_fact alter column start_ts set default 3',
  },
  'renamed-constraint': {
    breaks: 'alter table media_type rename constraint pk_media_type to pk_media',
    near: 'alter table chatmart_revisit rename constraint pk_chatmart_revisit to pk_revisit',
  },
  trigger: {
    breaks: 'alter table chat_session_fact disable trigger all',
    near: 'alter table chatmart_revisit disable trigger all',
  },
};
