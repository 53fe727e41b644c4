// The same mart in SQL: copies the rows to the mart unchanged, pivots them there with max(value) filter (...), and inserts the result. It
// trusts its rows: it judges no session, checks no value and keeps no discard.
//
//   node scripts/bench/by-sql.mjs            runs the statements on BENCH_IDB_URL and BENCH_MART_URL
//   node scripts/bench/by-sql.mjs --explain  prints each with the output of EXPLAIN ANALYZE
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { from, to } from 'pg-copy-streams';
import { chatStatsColumns, selectChatStats } from '../../dist/src/mart/aggregates/chat-stats.sql.js';
import { allPeriods, tableLevels } from '../../dist/src/mart/aggregates/levels.js';
import { readKvpMap } from '../../dist/src/spec/kvp-map.js';

const map = readKvpMap();
const explains = process.argv.includes('--explain');
const keys = map.keys.map((key) => ({ ...key, name: key.column.toLowerCase() }));
const ofType = (...types) => keys.filter(({ type }) => types.includes(type));
const [startKey] = ofType('start');
const [endKey] = ofType('end');
const [mediaKey] = ofType('media-type');
const [tenantKey] = ofType('tenant');
const dimKeys = keys.filter(({ table }) => table === 'CHAT_SESSION_DIM');
const factTexts = keys.filter(({ table, type }) => table === 'CHAT_SESSION_FACT' && type === 'text');
const measures = ofType('measure');
const valueOf = ({ kvp }) => `max(value) filter (where keyname = '${kvp}')`;
const epoch = (key) => `extract(epoch from (${valueOf(key)})::timestamptz)::integer`;
const textOf = (key) => (key.type === 'code' || key.type === 'media-type' ? `upper(${valueOf(key)})` : valueOf(key));
const quarter = (column) => `${column} - ${column} % 900`;

const SETTINGS = `set search_path to infomart; set timezone to 'UTC'; set jit to off; set work_mem to '256MB'`;
const STATEMENTS = [
  `create temporary table session as
select
  callid as guid,
  ${epoch(startKey)} as start_ts,
  ${epoch(endKey)} as end_ts,
  coalesce((${valueOf(tenantKey)})::integer, -2) as tenant_key,
  coalesce(${textOf(mediaKey)}, 'NO_VALUE') as media_name_code,
  ${dimKeys.map((key) => (key.type === 'flag' ? `coalesce((${valueOf(key)})::integer, 0)` : `coalesce(${textOf(key)}, 'NO_VALUE')`) + ` as ${key.name}`).join(',\n  ')},
  ${factTexts.map((key) => `${valueOf(key)} as ${key.name}`).join(',\n  ')},
  ${measures.map((key) => `coalesce((${valueOf(key)})::integer, 0) as ${key.name}`).join(',\n  ')},
  (${keys.map(({ kvp, number }) => `case when count(*) filter (where keyname = '${kvp}') > 0 then ${1n << BigInt(number - 1)} else 0 end`).join(' +\n   ')})::bigint as kvp_present
from idb_rows
group by callid
having ${valueOf(startKey)} is not null and ${valueOf(endKey)} is not null`,
  `analyze session`,
  `insert into ctl_audit_log (audit_key, job_id, created, inserted, processing_status_key, min_start_date_time_key, max_start_date_time_key, row_count, created_ts)
select 1, 'by-sql', now(), now(), 1, ${quarter('min(start_ts)')}, ${quarter('max(start_ts)')}, count(*), extract(epoch from now()) from session`,
  `insert into media_type (media_name, media_name_code, is_online, create_audit_key)
select distinct media_name_code, media_name_code, 0, 1 from session
where not exists (select from media_type where media_type.media_name_code = session.media_name_code)`,
  `insert into gidb_gc_tenant (id, name, state, status, data_source_key, create_audit_key, update_audit_key)
select distinct tenant_key, 'Tenant ' || tenant_key, 1, 1, 1, 1, 1 from session
where not exists (select from gidb_gc_tenant where gidb_gc_tenant.id = session.tenant_key)`,
  `insert into chat_session_dim (${dimKeys.map(({ name }) => name).join(', ')}, create_audit_key)
select distinct ${dimKeys.map(({ name }) => name).join(', ')}, 1 from session`,
  `insert into chat_session_fact (media_server_ixn_guid, start_date_time_key, end_date_time_key, start_ts, end_ts, tenant_key, media_type_key,
  chat_session_dim_key, active_flag, kvp_present, create_audit_key, ${[...factTexts, ...measures].map(({ name }) => name).join(', ')})
select
  guid, ${quarter('start_ts')}, ${quarter('end_ts')}, start_ts, end_ts, tenant_key, media_type.media_type_key, chat_session_dim.id, 0, kvp_present, 1,
  ${[...factTexts, ...measures].map(({ name }) => `session.${name}`).join(', ')}
from session
join media_type using (media_name_code)
join chat_session_dim on ${dimKeys.map(({ name }) => `chat_session_dim.${name} = session.${name}`).join(' and ')}`,
  ...tableLevels().map((table) => {
    const rows = selectChatStats(map, table, { agrSetKey: '1::numeric', periods: allPeriods(table.level) });
    return `insert into ${table.table} (${chatStatsColumns(map).join(', ')})\n${rows}`;
  }),
];

const idb = new pg.Client({ connectionString: process.env.BENCH_IDB_URL });
const mart = new pg.Client({ connectionString: process.env.BENCH_MART_URL });
await Promise.all([idb.connect(), mart.connect()]);
await mart.query(SETTINGS);
await mart.query('begin');
await mart.query('create temporary table idb_rows (callid text, keyname text, value text)');
await pipeline(
  idb.query(to('copy (select callid, keyname, value from g_userdata_history) to stdout')),
  mart.query(from('copy idb_rows from stdin')),
);
await mart.query('analyze idb_rows');
if (explains) console.log(`-- ${SETTINGS}\n`);
for (const text of STATEMENTS) {
  if (!explains) await mart.query(text);
  else {
    const plan = /^analyze/.test(text) ? await mart.query(text) : await mart.query(`explain (analyze, buffers, costs off) ${text}`);
    console.log(`${text};\n${plan.rows.map((row) => `-- ${row['QUERY PLAN']}`).join('\n')}\n`);
  }
}
await mart.query('commit');
await Promise.all([idb.end(), mart.end()]);
