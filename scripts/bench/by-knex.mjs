// The same facts the usual way: pages of rows as objects, a Map of sessions, batched upserts. No aggregates, no discards.
import knex from 'knex';
import { readKvpMap } from '../../dist/src/spec/kvp-map.js';

const PAGE = 50_000;
const BATCH = 500;
const map = readKvpMap();
const idb = knex({ client: 'pg', connection: process.env.BENCH_IDB_URL });
const mart = knex({ client: 'pg', connection: process.env.BENCH_MART_URL, searchPath: ['infomart'] });
const dims = new Map();
const mediaTypes = new Map(
  (await mart('media_type').select('media_name_code', 'media_type_key')).map((row) => [row.media_name_code, row.media_type_key]),
);
const sessions = new Map();
for (let after = 0; ;) {
  const rows = await idb('g_userdata_history').select('id', 'callid', 'keyname', 'value').where('id', '>', after).orderBy('id').limit(PAGE);
  if (rows.length === 0) break;
  after = rows.at(-1).id;
  for (const { callid, keyname, value } of rows) sessions.set(callid, { ...sessions.get(callid), [keyname]: value });
}
const keyOfMediaType = async (code) => {
  if (!mediaTypes.has(code)) {
    const [row] = await mart('media_type')
      .insert({ media_name: code, media_name_code: code, is_online: 0, create_audit_key: 1 })
      .returning('media_type_key');
    mediaTypes.set(code, row.media_type_key);
  }
  return mediaTypes.get(code);
};
const keyOfDim = async (member) => {
  const identity = JSON.stringify(member);
  if (!dims.has(identity)) {
    const found =
      (await mart('chat_session_dim').where(member).first('id')) ??
      (
        await mart('chat_session_dim')
          .insert({ ...member, create_audit_key: 1 })
          .returning('id')
      )[0];
    dims.set(identity, found.id);
  }
  return dims.get(identity);
};
const addTenant = async (id) => {
  const tenant = { id, name: `Tenant ${id}`, state: 1, status: 1, data_source_key: 1, create_audit_key: 1, update_audit_key: 1 };
  if ((await mart('gidb_gc_tenant').where({ id }).first('id')) === undefined) await mart('gidb_gc_tenant').insert(tenant);
  return id;
};
const tenants = new Set();
const facts = [];
for (const [guid, values] of sessions) {
  const start = Date.parse(values.ChatServerSessionStartedAt) / 1000;
  const end = Date.parse(values.ChatServerSessionClosedAt) / 1000;
  if (!(start > 0) || !(end > 0)) continue;
  const fact = {
    media_server_ixn_guid: guid,
    start_ts: start,
    end_ts: end,
    start_date_time_key: start - (start % 900),
    end_date_time_key: end - (end % 900),
  };
  const member = {};
  let present = 0n;
  for (const key of map.keys) {
    const raw = values[key.kvp];
    if (raw !== undefined) present |= 1n << BigInt(key.number - 1);
    const column = key.column.toLowerCase();
    if (key.table === 'CHAT_SESSION_DIM') member[column] = key.type === 'flag' ? Number(raw ?? 0) : (raw ?? 'NO_VALUE');
    else if (key.type === 'measure' || key.type === 'text') fact[column] = raw ?? (key.type === 'measure' ? 0 : null);
  }
  fact.tenant_key = Number(values.csg_TenantId ?? -2);
  if (!tenants.has(fact.tenant_key)) tenants.add(await addTenant(fact.tenant_key));
  fact.media_type_key = await keyOfMediaType((values.csg_MediaType ?? 'NO_VALUE').toUpperCase());
  fact.chat_session_dim_key = await keyOfDim(member);
  facts.push({ ...fact, active_flag: 0, kvp_present: String(present), create_audit_key: 1 });
}
const now = new Date();
await mart('ctl_audit_log').insert({
  ...{ audit_key: 1, job_id: 'by-knex', created: now, inserted: now, processing_status_key: 1, row_count: facts.length },
  ...{ min_start_date_time_key: 0, max_start_date_time_key: 0, created_ts: Math.floor(now.getTime() / 1000) },
});
for (let i = 0; i < facts.length; i += BATCH)
  await mart('chat_session_fact')
    .insert(facts.slice(i, i + BATCH))
    .onConflict('media_server_ixn_guid')
    .merge();
await Promise.all([idb.destroy(), mart.destroy()]);
