/** How the tables of a mart are distributed on Citus; all others are local tables of the coordinator. */
export const DISTRIBUTION_KEY = 'media_server_ixn_guid';

const DISTRIBUTED = new Set(['chat_session_fact', 'chat_session_attached_data']);

const REFERENCE = /^(date_time(_\w+)?|media_type|gidb_gc_tenant|chat_session_dim|ctl_audit_log|stg_transform_discards|chatmart_erased)$/;

/** @returns {'distributed' | 'reference' | 'local'} */
export function kindOfTable(name) {
  if (DISTRIBUTED.has(name)) return 'distributed';
  return REFERENCE.test(name) ? 'reference' : 'local';
}
