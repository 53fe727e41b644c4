// npm run soak -- [--minutes 15] [--every 60] [--seed 1] [--json] [--keep]
//
// Runs `chatmart schedule` beside two Chat Servers at the load of the sizing guide: out-of-order commits, long transactions, asynchronous
// sessions with updates. Then compares the mart with the IDB and reports the resources used, projected to a year. IDB and mart are two
// embedded servers, so that the mart's write-ahead log is its alone. Exit code 1: a check failed.
import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { median, query, runNode } from '../bench/measure.mjs';
import { startEmbeddedServer } from '../../dist/src/db/embedded/server.js';
import { writeSimulatedSessions } from '../../dist/src/commands/simulate/simulate.js';
import { holdCeiling, writeLikeIcon } from './chat-servers.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const cli = path.join(root, 'dist', 'src', 'cli.js');
const { values: options } = parseArgs({
  options: {
    minutes: { type: 'string', default: '15' },
    every: { type: 'string', default: '60' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
  },
});
const minutes = numberOf('minutes');
const every = numberOf('every');
const seed = numberOf('seed');
const note = (line) => process.stderr.write(`${line}\n`);

/** Seconds for which the other client's transactions are open, one after the other. */
const TRANSACTIONS = [20, 50, 150, 5, 200, 240, 10];
const SAMPLE_MS = 5_000;
/** More than the rows of the one session that created the table. */
const FIRST_ROWS = 200;
const YEAR_SECONDS = 365 * 86_400;

async function startDatabase(name) {
  const server = await startEmbeddedServer({ home: path.join(folder, name), log: note });
  servers.push(server);
  await server.ensureDatabase(name);
  return server.url(name);
}

function numberOf(name) {
  if (/^[1-9]\d{0,5}$/.test(options[name])) return Number(options[name]);
  console.error(`--${name} ${options[name]} is no whole number above 0`);
  process.exit(2);
}

async function soak(env) {
  const { CHATMART_IDB_URL: idbUrl, CHATMART_MART_URL: martUrl } = env;
  // One session creates the table as ICON's script does, a day earlier so that it is not part of the trial.
  const [yesterday, today] = [1, 0].map((days) => new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10));
  const some = { sessions: 1, seed, statistics: 'all', from: new Date(yesterday), to: new Date(today) };
  await writeSimulatedSessions({ ...some, idbUrl, idbSchema: 'public', log: note });
  await runNode([cli, 'migrate'], env);
  await runNode([cli, 'run'], env);
  const before = await readSizes(martUrl);

  const startsAt = Date.now() + 2_000;
  const endsAt = startsAt + minutes * 60_000;
  note(`${minutes} minutes from ${new Date(startsAt).toISOString()} on, a cycle every ${every} s`);
  const daemon = startDaemon(env);
  const samples = [];
  const sampling = sample({ idbUrl, daemon, samples, endsAt });
  const [written, transactions] = await Promise.all([
    writeLikeIcon(idbUrl, { startsAt, endsAt, seed }),
    holdCeiling(idbUrl, { endsAt, lengths: TRANSACTIONS }),
  ]);
  await sampling;
  const writtenAt = Date.now();
  await daemon.nextCycle(writtenAt);
  const exit = await daemon.end();
  const after = await readSizes(martUrl);

  const sums = { idb: await sumsOfIdb(idbUrl), mart: await sumsOfMart(martUrl) };
  const reconciled = await runNode([cli, 'reconcile', '--from', yesterday, '--to', tomorrow(), '--json'], env);
  const checked = await runNode([cli, 'status', '--check'], env).then(
    () => 'ok',
    (error) => String(error),
  );
  return judge({
    written,
    transactions,
    samples,
    cycles: daemon.cycles,
    warnings: daemon.warnings,
    exit,
    before,
    after,
    sums,
    reconciled,
    checked,
  });
}

const tomorrow = () => new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);

/** Starts the scheduler as a process, and reads its cycles from its output. */
function startDaemon(env) {
  const args = [cli, 'schedule', '--cron', toCron(every), '--metrics-port', '0', '--log-format', 'json'];
  const child = spawn(process.execPath, args, { env: { PATH: process.env.PATH, ...env }, stdio: ['ignore', 'ignore', 'pipe'] });
  const cycles = [];
  const warnings = [];
  let metricsUrl;
  let rest = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop();
    for (const line of lines) {
      const entry = JSON.parse(line);
      if (entry.code === 'metrics-served') metricsUrl = /http:\S+\/metrics/.exec(entry.message)[0];
      if (entry.code === 'job-done' && entry.job === 'cycle') cycles.push({ endedAt: Date.parse(entry.time), ...entry.data });
      if (entry.level === 'warning' || entry.level === 'error') warnings.push(entry.message);
    }
  });
  const ended = new Promise((resolve) => child.once('close', (code, signal) => resolve(code ?? signal)));
  return {
    cycles,
    warnings,
    metrics: async () => (metricsUrl === undefined ? '' : (await fetch(metricsUrl)).text()),
    /** Waits for a cycle that started after an instant. */
    nextCycle: async (at) => {
      const began = ({ endedAt, seconds }) => endedAt - seconds * 1000;
      while (!cycles.some((cycle) => began(cycle) > at)) {
        if (child.exitCode !== null) throw new Error(`the scheduler ended with ${child.exitCode}`);
        await sleep(200);
      }
    },
    end: () => (child.kill('SIGTERM'), ended),
  };
}

const toCron = (seconds) => (seconds % 60 === 0 ? `*/${seconds / 60} * * * *` : `*/${seconds} * * * * *`);

/** Samples the scheduler's metrics and the IDB at intervals. */
async function sample({ idbUrl, daemon, samples, endsAt }) {
  while (Date.now() < endsAt) {
    const text = await daemon.metrics();
    const value = (name) => Number(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, 'm').exec(text)?.[1] ?? NaN);
    const [{ rows }] = await query(idbUrl, 'select count(*)::int as rows from g_userdata_history');
    samples.push({
      at: Date.now(),
      rows,
      rss: value('process_resident_memory_bytes'),
      cpu: value('process_cpu_seconds_total'),
      lag: value('chatmart_source_lag_seconds'),
      waiting: value('chatmart_source_waiting_rows'),
    });
    await sleep(SAMPLE_MS);
  }
}

async function readSizes(martUrl) {
  const [sizes] = await query(
    martUrl,
    `select
      (pg_current_wal_insert_lsn() - '0/0')::float8 as wal,
      pg_database_size(current_database())::float8 as bytes,
      (select count(*) from infomart.ctl_etl_history)::int as history,
      (select count(*) from infomart.chat_session_fact)::int as facts`,
  );
  return sizes;
}

const SUMMED = [
  ['csg_SessionTotalTime', 'session_duration'],
  ['csg_MessagesFromAgentsCount', 'msg_from_agents_count'],
  ['csg_MessagesFromCustomersCount', 'msg_from_customers_count'],
];

/** Counts started sessions and sums statistics of closed ones by the newest row of each key; its SQL shares nothing with chatmart. */
async function sumsOfIdb(url) {
  const [row] = await query(
    url,
    `with newest as (
      select distinct on (callid, keyname) callid, keyname, value, changetype
      from g_userdata_history
      order by callid, keyname, id desc
    ), sessions as (
      select callid,
        bool_or(keyname = 'ChatServerSessionStartedAt') as has_begun,
        bool_or(keyname = 'ChatServerSessionClosedAt') as has_closed${SUMMED.map(([key], i) => `,\n        max(value) filter (where keyname = '${key}')::bigint as m${i}`).join('')}
      from newest
      where changetype <> 3
      group by callid
    )
    select count(*) filter (where has_begun and has_closed)::int as closed${SUMMED.map(([key], i) => `,\n      sum(m${i}) filter (where has_begun and has_closed)::float8 as "${key}"`).join('')}
    from sessions`,
  );
  return row;
}

async function sumsOfMart(url) {
  const [row] = await query(
    url,
    `select count(*)::int as closed${SUMMED.map(([key, column]) => `, sum(${column})::float8 as "${key}"`).join('')}
    from infomart.chat_session_fact
    where active_flag = 0`,
  );
  return row;
}

/** Returns the faults found, and the figures. */
function judge({ written, transactions, samples, cycles, warnings, exit, before, after, sums, reconciled, checked }) {
  const faults = [];
  for (const [name, value] of Object.entries(sums.idb))
    if (sums.mart[name] !== value) faults.push(`${name}: ${value} in the IDB, ${sums.mart[name]} in the mart`);
  const { missing, different, interactions } = JSON.parse(reconciled.output.replace(/^[^{]*/s, ''));
  if (missing + different > 0) faults.push(`reconcile: ${missing} missing, ${different} different`);
  if (checked !== 'ok') faults.push(checked);
  if (exit !== 0) faults.push(`schedule ended with ${exit}`);
  const idle = idleCycles(cycles, samples);
  if (idle.longest > 1) faults.push(`${idle.longest} cycles after each other loaded nothing while rows waited`);
  const seconds = minutes * 60;
  const aYear = (amount) => (amount / seconds) * YEAR_SECONDS;
  const rss = samples.map(({ rss: bytes }) => bytes).filter((bytes) => !Number.isNaN(bytes));
  const lags = samples.map(({ lag }) => lag).filter((lag) => !Number.isNaN(lag));
  const cpu = samples.map(({ cpu: used }) => used).filter((used) => !Number.isNaN(used));
  return {
    minutes,
    every,
    written: { ...written, transactionsOfOthers: transactions },
    cycles: {
      count: cycles.length,
      medianSeconds: median(cycles.map(({ seconds: took }) => took)),
      longestSeconds: Math.max(...cycles.map(({ seconds: took }) => took)),
      ofNothingWhileRowsWaited: idle.count,
    },
    lag: { median: median(lags), longest: Math.max(...lags) },
    memory: { median: median(rss), largest: Math.max(...rss) },
    cpuShare: (cpu.at(-1) - cpu[0]) / ((samples.at(-1).at - samples[0].at) / 1000),
    mart: {
      facts: after.facts - before.facts,
      walBytes: after.wal - before.wal,
      bytes: after.bytes - before.bytes,
      historyRows: after.history - before.history,
    },
    aYear: {
      sessions: aYear(after.facts - before.facts),
      walBytes: aYear(after.wal - before.wal),
      bytes: aYear(after.bytes - before.bytes),
      historyRows: aYear(after.history - before.history),
    },
    sums,
    interactions,
    warnings: [...new Set(warnings)].slice(0, 10),
    faults,
  };
}

/** Cycles that loaded nothing although committed rows were waiting, and the longest run of consecutive ones. */
function idleCycles(cycles, samples) {
  let loaded = 0;
  let row = 0;
  const idle = { count: 0, longest: 0 };
  for (const { endedAt, seconds, rows } of cycles) {
    const begunAt = endedAt - seconds * 1000;
    const there = samples.filter(({ at }) => at < begunAt - 1000).at(-1)?.rows ?? 0;
    const isIdle = rows === 0 && there > loaded + FIRST_ROWS;
    loaded += rows;
    row = isIdle ? row + 1 : 0;
    idle.count += isIdle ? 1 : 0;
    idle.longest = Math.max(idle.longest, row);
  }
  return idle;
}

function toText({ written, cycles, lag, memory, cpuShare, mart, aYear, sums, interactions, warnings, faults }) {
  const size = (bytes) =>
    bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : bytes >= 1e6 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e3).toFixed(1)} kB`;
  const count = (number) => Math.round(number).toLocaleString('en');
  const rows = [
    ['sessions started', count(written.sessions), ''],
    [
      'rows of the IDB',
      `${count(written.rows)} in ${count(written.transactions)} transactions, ${count(written.late)} of them committed late`,
      '',
    ],
    ['long transactions at the same time', `${count(written.transactionsOfOthers)} (of ${TRANSACTIONS.join(', ')} s)`, ''],
    [
      'runs',
      `${cycles.count}, median ${cycles.medianSeconds.toFixed(2)} s, longest ${cycles.longestSeconds.toFixed(2)} s`,
      count(YEAR_SECONDS / every),
    ],
    ['runs that loaded nothing while rows waited', count(cycles.ofNothingWhileRowsWaited), ''],
    ['lag (complete until)', `median ${lag.median.toFixed(0)} s, longest ${lag.longest.toFixed(0)} s`, ''],
    ['memory of the scheduler', `median ${size(memory.median)}, largest ${size(memory.largest)}`, ''],
    ['processor use of the scheduler', `${(cpuShare * 100).toFixed(1)} % of one core`, ''],
    ['facts', count(mart.facts), count(aYear.sessions)],
    ['write-ahead log of the mart', size(mart.walBytes), size(aYear.walBytes)],
    ['growth of the mart', size(mart.bytes), size(aYear.bytes)],
    ['rows of job history', count(mart.historyRows), count(aYear.historyRows)],
    ['interactions compared by reconcile', count(interactions), ''],
    ...Object.entries(sums.idb).map(([name, value]) => [`${name}, IDB and mart`, `${count(value)} and ${count(sums.mart[name])}`, '']),
  ];
  return [
    `| | ${minutes} min | a year of that |`,
    '|---|---|---|',
    ...rows.map((row) => `| ${row.join(' | ')} |`),
    '',
    ...warnings.map((line) => `warned: ${line}`),
    ...faults.map((line) => `fault: ${line}`),
    faults.length === 0 ? 'nothing was wrong' : '',
    '',
  ].join('\n');
}

const folder = mkdtempSync(path.join(os.tmpdir(), 'chatmart-soak-'));
chmodSync(folder, 0o711);
const servers = [];
try {
  const [idbUrl, martUrl] = [await startDatabase('idb'), await startDatabase('mart')];
  const result = await soak({ CHATMART_IDB_URL: idbUrl, CHATMART_MART_URL: martUrl });
  process.stdout.write(options.json ? `${JSON.stringify(result, undefined, 2)}\n` : toText(result));
  process.exitCode = result.faults.length === 0 ? 0 : 1;
} finally {
  for (const server of servers) await (options.keep ? server.leave() : server.forceStop());
  if (options.keep) note(`kept: ${folder}`);
  else rmSync(folder, { recursive: true, force: true });
}
