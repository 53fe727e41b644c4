import type { Statement } from '../db/connection.js';
import type { KvpMap } from '../model/mapped-key.js';
import { dimensionColumns } from './staged-columns.js';

// Missing members are found first and inserted then: `on conflict do nothing` alone burns a key for every row it is offered.

/** Media types that no row of MEDIA_TYPE names: added, offline, as Info Mart does. */
export const insertMissingMediaTypes = (auditKey: number): Statement => ({
  text: `
    insert into media_type (media_name, media_name_code, is_online, create_audit_key)
    select distinct stg_chat_session.media_name_code, stg_chat_session.media_name_code, 0, $1::numeric
    from pg_temp.stg_chat_session
    where not exists (
      select from media_type where media_type.media_name_code = stg_chat_session.media_name_code
    )`,
  values: [auditKey],
});

/** Tenants that the configuration data does not name: added by their DBID, enabled and active. */
export const insertMissingTenants = (auditKey: number, dataSourceKey: number): Statement => ({
  text: `
    insert into gidb_gc_tenant (id, name, state, status, data_source_key, create_audit_key, update_audit_key)
    select distinct stg_chat_session.tenant_key, 'Tenant ' || stg_chat_session.tenant_key, 1, 1, $2::int, $1::numeric, $1::numeric
    from pg_temp.stg_chat_session
    where not exists (
      select from gidb_gc_tenant where gidb_gc_tenant.id = stg_chat_session.tenant_key
    )`,
  values: [auditKey, dataSourceKey],
});

/** Combinations of session attributes that CHAT_SESSION_DIM does not hold. */
export const insertMissingSessionDims = (map: KvpMap, auditKey: number): Statement => {
  const columns = dimensionColumns(map);
  return {
    text: `
    insert into chat_session_dim (${columns.join(', ')}, create_audit_key)
    select distinct ${columns.map((name) => `stg_chat_session.${name}`).join(', ')}, $1::numeric
    from pg_temp.stg_chat_session
    where not exists (
      select from chat_session_dim
      where ${columns.map((name) => `chat_session_dim.${name} = stg_chat_session.${name}`).join('\n        and ')}
    )`,
    values: [auditKey],
  };
};
