import type { Statement } from '../db/connection.js';
import { countWritten } from '../mart/written-rows.js';
import type { KvpMap } from '../model/mapped-key.js';
import { dimensionKeys } from './staging.sql.js';

// Find missing members first, then insert: `on conflict do nothing` alone uses up a key for every row offered.

/** Inserts the media types that are missing in MEDIA_TYPE, as offline, like Info Mart does. */
export const insertMissingMediaTypes = (codes: readonly string[], auditKey: number): Statement => ({
  text: `
    insert into media_type (media_name, media_name_code, is_online, create_audit_key)
    select member.code, member.code, 0, $2::numeric
    from unnest($1::text[]) as member (code)
    left join media_type on media_type.media_name_code = member.code
    where media_type.media_type_key is null`,
  values: [codes, auditKey],
});

/** MEDIA_TYPE_KEY of the given codes. */
export const selectMediaTypeKeys = (codes: readonly string[]): Statement => ({
  text: `
    select
      media_name_code as code,
      media_type_key as key
    from media_type
    where media_name_code = any ($1::text[])`,
  values: [codes],
});

/** Inserts the tenants that are missing in the configuration data, by their DBID, enabled and active. For `executeCounted`. */
export const insertMissingTenants = (tenantKeys: readonly number[], auditKey: number, dataSourceKey: number): Statement => ({
  text: countWritten(
    `
      select member.id
      from unnest($1::int[]) as member (id)
      left join gidb_gc_tenant on gidb_gc_tenant.id = member.id
      where gidb_gc_tenant.id is null`,
    `
      insert into gidb_gc_tenant (id, name, state, status, data_source_key, create_audit_key, update_audit_key)
      select id, 'Tenant ' || id, 1, 1, $2::int, $3::numeric, $3::numeric
      from wanted`,
  ),
  values: [tenantKeys, dataSourceKey, auditKey],
});

/** Inserts the combinations of session attributes that are missing in CHAT_SESSION_DIM. */
export const insertMissingSessionDims = (map: KvpMap, members: readonly (readonly string[])[], auditKey: number): Statement => {
  const names = dimensionKeys(map).map(({ name }) => name);
  return {
    text: `
    insert into chat_session_dim (${names.join(', ')}, create_audit_key)
    select ${names.map((name) => `member.${name}`).join(', ')}, $1::numeric
    from ${memberRows(map, 2)}
    left join chat_session_dim on ${isMember(names)}
    where chat_session_dim.id is null`,
    values: [auditKey, ...toColumns(names.length, members)],
  };
};

/** CHAT_SESSION_DIM_KEY of the given combinations, which must all exist; `number` counts from 1. */
export const selectSessionDimKeys = (map: KvpMap, members: readonly (readonly string[])[]): Statement => {
  const names = dimensionKeys(map).map(({ name }) => name);
  return {
    text: `
    select
      member.number,
      chat_session_dim.id as key
    from ${memberRows(map, 1)}
    join chat_session_dim on ${isMember(names)}`,
    values: toColumns(names.length, members),
  };
};

/** FROM item of members passed as parameters, one array per column. */
const memberRows = (map: KvpMap, firstParameter: number): string => {
  const keys = dimensionKeys(map);
  const arrays = keys.map(({ type }, i) => `$${firstParameter + i}::${type}[]`).join(', ');
  return `unnest(${arrays}) with ordinality as member (${keys.map(({ name }) => name).join(', ')}, number)`;
};

const isMember = (names: readonly string[]): string =>
  names.map((name) => `chat_session_dim.${name} = member.${name}`).join('\n        and ');

const toColumns = (width: number, members: readonly (readonly string[])[]): string[][] =>
  Array.from({ length: width }, (_, i) => members.map((member) => member[i]!));
