// node scripts/bench/cluster.mjs --idb <url> --mart <name>=<url> [--mart <name>=<url> …] [--sessions 20000] [--rounds 3] [--json] [--write] [--keep]
//
// Measures a mart on one server against marts on Citus clusters, in turn and in one invocation: the first load, a new aggregation of everything,
// and reports over a year; then what a session takes on disk. Each database has to be empty, that of the IDB too; one with the extension citus is the coordinator's,
// and its mart is distributed. The first one is what the others are compared with. --write puts the tables into docs/scale.md.
import { readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { median, query, runNode } from './measure.mjs';
import { withConnection } from '../../dist/src/db/connection.js';
import { ensureCalendarYears } from '../../dist/src/mart/calendar/calendar.js';

const cli = fileURLToPath(new URL('../../dist/src/cli.js', import.meta.url));
const page = fileURLToPath(new URL('../../docs/scale.md', import.meta.url));
const { values: options } = parseArgs({
  options: {
    idb: { type: 'string' },
    mart: { type: 'string', multiple: true, default: [] },
    sessions: { type: 'string', default: '20000' },
    rounds: { type: 'string', default: '3' },
    json: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
  },
});
if (options.idb === undefined || options.mart.length === 0) throw new Error('--idb and --mart are needed; see the top of this file');
const sessions = Number(options.sessions);
const rounds = Number(options.rounds);
const YEAR = ['--from', '2025-01-01', '--to', '2026-01-01'];
/** The sizing guide's sessions opened and closed a second by one Chat Server, days kept, and what a node holds of facts. */
const LOAD = { perSecond: 10, days: 400, nodeTerabytes: 2 };
const count = (number) => number.toLocaleString('en');
const line = (cells) => `| ${cells.join(' | ')} |`;
const toTable = (head, lines) => [line(head), line(head.map(() => '---')), ...lines.map(line)].join('\n');
const note = (text) => process.stderr.write(`${text}\n`);

/** What is measured, in this order. */
const WORK = {
  load: { what: '`chatmart run`: the first load', args: ['run'] },
  aggregate: { what: '`chatmart aggregate` over the year', args: ['aggregate', ...YEAR] },
  day: { what: '`chatmart aggregate` over one day', args: ['aggregate', '--from', '2025-06-03', '--to', '2025-06-04'] },
  aggregates: { what: '`chat-termination` by month, from aggregates', args: ['report', 'chat-termination', '--by', 'month', ...YEAR] },
  facts: {
    what: 'the same by month of Berlin, from facts',
    args: ['report', 'chat-termination', '--by', 'month', '--timezone', 'Europe/Berlin', ...YEAR],
  },
  percentiles: { what: '`chat-percentiles` by month, from facts', args: ['report', 'chat-percentiles', '--by', 'month', ...YEAR] },
  overview: { what: '`chat-overview`', args: ['report', 'chat-overview', ...YEAR] },
};

/** Bytes on all nodes, by what grows with what. A reference table counts on each node. */
const SIZES = `select
  case
    when relname in ('chat_session_fact', 'chat_session_attached_data') then 'facts'
    when relname ~ '^agt_' then 'aggregates'
    else 'other'
  end as part,
  sum(table_bytes)::float8 as "tableBytes",
  sum(total_bytes - table_bytes)::float8 as "indexBytes"
from pg_class
cross join lateral (select SIZE_OF) as size
where relnamespace = 'infomart'::regnamespace and relkind = 'r'
group by 1`;
const PLAIN = 'pg_table_size(pg_class.oid) as table_bytes, pg_total_relation_size(pg_class.oid) as total_bytes';
const ON_CLUSTER = `case when is_spread then citus_table_size(pg_class.oid) else pg_table_size(pg_class.oid) end as table_bytes,
    case when is_spread then citus_total_relation_size(pg_class.oid) else pg_total_relation_size(pg_class.oid) end as total_bytes
  from (select exists (select from pg_dist_partition where logicalrelid = pg_class.oid) as is_spread) as kind`;

const loads = [];
const marts = await Promise.all(options.mart.map(openMart));
const [{ filled }] = await query(options.idb, `select to_regclass('g_userdata_history') is not null as filled`);
if (filled) throw new Error('The IDB has a table g_userdata_history already; name an empty database');
await runNode([cli, 'simulate', '--sessions', `${sessions}`, ...YEAR, '--into', options.idb], { ...marts[0].env });
const [{ rows }] = await query(options.idb, 'select count(*)::int as rows from g_userdata_history');
await query(options.idb, 'vacuum (analyze) g_userdata_history');
for (let round = 1; round <= rounds; round++) for (const mart of marts) await measureRound(mart, round);
if (!options.keep) {
  for (const { url } of marts) await dropMart(url);
  await query(options.idb, 'drop table g_userdata_history');
}

const machine = `${os.cpus().length} x ${os.cpus()[0]?.model.trim()}, load average ${Math.min(...loads).toFixed(1)} to ${Math.max(...loads).toFixed(1)}`;
const result = { machine, sessions, rows, rounds, marts: marts.map(summarize) };
const parts = { measured: toMarkdown(result), sizes: toSizes(result) };
process.stdout.write(options.json ? `${JSON.stringify(result, undefined, 2)}\n` : Object.values(parts).join('\n'));
if (options.write) {
  let text = readFileSync(page, 'utf8');
  for (const [name, part] of Object.entries(parts))
    text = text.replace(new RegExp(`(<!-- ${name} -->\n)[^]*(<!-- /${name} -->)`), (_, start, end) => `${start}\n${part}\n${end}`);
  writeFileSync(page, text);
}

async function openMart(named) {
  const [, name, url] = /^([^=]+)=(.+)$/.exec(named) ?? [];
  if (url === undefined) throw new Error(`--mart ${named} is not <name>=<url>`);
  const [{ taken, citus }] = await query(
    url,
    `select to_regnamespace('infomart') is not null as taken, exists (select from pg_extension where extname = 'citus') as citus`,
  );
  if (taken) throw new Error(`${name} has a schema infomart already; name an empty database`);
  const env = { CHATMART_IDB_URL: options.idb, CHATMART_MART_URL: url };
  return { name, url, citus, env, seconds: Object.fromEntries(Object.keys(WORK).map((work) => [work, []])) };
}

async function dropMart(url) {
  // One after the other: Citus drops the shards of one schema in the transaction.
  for (const schema of ['chat', 'infomart']) await query(url, `drop schema if exists ${schema} cascade`);
}

async function readSizes({ url, citus }) {
  const found = await query(url, SIZES.replace('SIZE_OF', citus ? ON_CLUSTER : PLAIN));
  return Object.fromEntries(found.map(({ part, ...bytes }) => [part, bytes]));
}

async function measureRound(mart, round) {
  await dropMart(mart.url);
  await runNode([cli, 'migrate', ...(mart.citus ? ['--distribute'] : [])], mart.env);
  // Otherwise the first load would also measure how long a year takes to reach each node.
  await withConnection({ url: mart.url, applicationName: 'bench', schema: 'infomart' }, (connection) =>
    ensureCalendarYears(connection, { firstTs: Date.parse(YEAR[1]) / 1000, lastTs: Date.parse(YEAR[3]) / 1000 }),
  );
  const empty = await readSizes(mart);
  for (const [work, { args }] of Object.entries(WORK)) {
    const { seconds } = await runNode([cli, ...args], mart.env);
    mart.seconds[work].push(seconds);
    loads.push(os.loadavg()[0]);
    note(`${round}/${rounds} ${mart.name.padEnd(12)} ${work.padEnd(12)} ${seconds.toFixed(2)} s  load ${loads.at(-1).toFixed(1)}`);
    if (work !== 'load') continue;
    const loaded = await readSizes(mart);
    mart.emptyBytes = Object.values(empty).reduce((sum, { tableBytes, indexBytes }) => sum + tableBytes + indexBytes, 0);
    const perSession = (part, bytes) => Math.round((loaded[part][bytes] - empty[part][bytes]) / sessions);
    mart.bytes = { table: perSession('facts', 'tableBytes'), index: perSession('facts', 'indexBytes') };
    mart.bytes.aggregates = perSession('aggregates', 'tableBytes') + perSession('aggregates', 'indexBytes');
  }
}

function summarize({ name, seconds, bytes, emptyBytes }) {
  const first = marts[0].seconds;
  const work = Object.entries(seconds).map(([work, each]) => ({
    ...{ work, seconds: median(each), fastest: Math.min(...each), slowest: Math.max(...each) },
    // Compared round by round: within a round the machine was as busy for all.
    times: median(each.map((one, round) => one / first[work][round])),
  }));
  const load = median(seconds.load);
  return { name, work, bytes, emptyBytes, sessionsPerSecond: Math.round(sessions / load), rowsPerSecond: Math.round(rows / load) };
}

function toMarkdown({ machine, marts: all }) {
  const cell = ({ seconds, fastest, slowest, times }, isFirst) =>
    `${seconds.toFixed(2)} s (${fastest.toFixed(2)} to ${slowest.toFixed(2)})${isFirst ? '' : `, × ${times.toFixed(2)}`}`;
  const names = all.map(({ name }) => name);
  return `${machine}; ${new Date().toISOString().slice(0, 10)}; ${count(sessions)} sessions of a year, ${count(rows)} rows of the IDB; medians of ${rounds} rounds in turn, fastest and slowest in brackets; × is the median of the rounds' ratios to the first column.

${toTable(
  ['what', ...names],
  Object.values(WORK).map(({ what }, index) => [what, ...all.map((mart, at) => cell(mart.work[index], at === 0))]),
)}

${toTable(
  ['first load', ...names],
  [
    ['sessions a second', ...all.map((mart) => count(mart.sessionsPerSecond))],
    ['rows of the IDB a second', ...all.map((mart) => count(mart.rowsPerSecond))],
    ['bytes a session: facts', ...all.map(({ bytes }) => count(bytes.table))],
    ['bytes a session: their indexes', ...all.map(({ bytes }) => count(bytes.index))],
    ['bytes a session: aggregates', ...all.map(({ bytes }) => count(bytes.aggregates))],
    ['megabytes of an empty mart, on all nodes', ...all.map(({ emptyBytes }) => count(Math.round(emptyBytes / 1e6)))],
  ],
)}
`;
}

/** What a number of Chat Servers at the full load of the sizing guide needs, day and night, by the figures of the last mart. */
function toSizes({ marts: all }) {
  const { bytes, sessionsPerSecond } = all.at(-1);
  const perSession = bytes.table + bytes.index;
  const lines = [1, 10, 100, 1000].map((servers) => {
    const perDay = servers * LOAD.perSecond * 86_400;
    const terabytes = (perDay * LOAD.days * perSession) / 1e12;
    const share = (servers * LOAD.perSecond) / sessionsPerSecond;
    return [
      count(servers),
      count(perDay),
      `${count(Math.round((perDay * rows) / sessions / 1e6))} million`,
      `${count(Math.round((perDay * LOAD.days) / 1e6))} million`,
      terabytes < 10 ? terabytes.toFixed(1) : count(Math.round(terabytes)),
      count(Math.ceil(terabytes / LOAD.nodeTerabytes)),
      `${count(Math.round(share * 1000) / 10)} %`,
    ];
  });
  const head = ['Chat Servers', 'sessions a day', 'rows of the IDB a day', `facts in ${LOAD.days} days`];
  return `By ${perSession} bytes a session, ${(rows / sessions).toFixed(1)} rows a session and ${count(sessionsPerSecond)} sessions a second (${all.at(-1).name}):

${toTable([...head, 'terabytes', `nodes of ${LOAD.nodeTerabytes} TB`, 'of the time of the one loader'], lines)}
`;
}
