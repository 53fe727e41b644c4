// node --no-deprecation scripts/bench/increments.mjs [--sessions 50000] [--runs 5] [--idle 3] [--json] [--keep]
//
// What a minute at the load of the sizing guide costs (600 sessions), as a process of its own and inside `chatmart schedule`, and what
// `schedule` takes while nothing comes, for --idle minutes. The mart has --sessions of the same day before. Where it runs: see bench.mjs.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { median, query, runNode, withWal } from './measure.mjs';
import { cli, describeMachine, note, recreate, toDatabases, wholeNumber, withServer } from './server.mjs';

const { values: options } = parseArgs({
  options: {
    sessions: { type: 'string', default: '50000' },
    runs: { type: 'string', default: '5' },
    idle: { type: 'string', default: '3' },
    json: { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
  },
});
const sessions = wholeNumber(options, 'sessions');
const runs = wholeNumber(options, 'runs');
const idleMinutes = wholeNumber(options, 'idle');

const SESSIONS_A_MINUTE = 600;
const DAY = '2026-04-01';
const NOON_MS = Date.parse(`${DAY}T12:00:00Z`);
/** Of the schedule that is measured; the usual one has a run a minute. */
const EVERY_SECONDS = 3;
/** Runs that only fill the caches of a server process or of V8. */
const WARM_UP = 3;

await withServer(options, async (server) => {
  const result = await bench(server);
  process.stdout.write(options.json ? `${JSON.stringify(result, undefined, 2)}\n` : toMarkdown(result));
});

async function bench(server) {
  const { idbUrl, env } = toDatabases(server);
  for (const name of ['bench_idb', 'bench_mart']) await recreate(server, name);
  const addMinute = await simulate(idbUrl, env);
  await runNode([cli, 'migrate'], env);
  await runNode([cli, 'run'], env);
  await query(server, 'checkpoint');

  const processes = { increment: [], idle: [] };
  for (let round = 0; round < runs; round++) {
    await addMinute();
    processes.increment.push(await withWal(server, () => runNode([cli, 'run'], env)));
    processes.idle.push(await withWal(server, () => runNode([cli, 'run'], env)));
    note(
      `process  ${toMs(processes.increment.at(-1).seconds)} with ${SESSIONS_A_MINUTE} sessions, ${toMs(processes.idle.at(-1).seconds)} idle`,
    );
  }

  const often = startSchedule(env, ['--cron', `*/${EVERY_SECONDS} * * * * *`]);
  const cycles = { increment: [], idle: [] };
  for (let round = -WARM_UP; round < runs; round++) {
    await often.nextCycle();
    await addMinute();
    const found = { increment: await often.nextCycle(), idle: await often.nextCycle() };
    if (found.increment.rows === 0 || found.idle.rows > 0) throw new Error(`not one run a minute: ${JSON.stringify(found)}`);
    if (round >= 0) for (const kind of ['increment', 'idle']) cycles[kind].push(found[kind].seconds);
    note(`schedule ${toMs(found.increment.seconds)} with ${SESSIONS_A_MINUTE} sessions, ${toMs(found.idle.seconds)} idle`);
  }
  await often.end();

  const usual = startSchedule(env, ['--etl-frequency', '1', '--metrics-port', '0']);
  await usual.nextCycle();
  // Its first minute compiles and collects what it loaded.
  await usual.nextCycle();
  const before = usual.usage();
  const startMs = performance.now();
  note(`schedule idle for ${idleMinutes} min …`);
  await sleep(idleMinutes * 60_000);
  const { cpuSeconds, rssBytes, peakRssBytes } = usual.usage();
  const share = (cpuSeconds - before.cpuSeconds) / ((performance.now() - startMs) / 1000);
  await usual.end();
  return {
    machine: describeMachine(),
    sessions,
    runs,
    idleMinutes,
    processes: { increment: summarize(processes.increment), idle: summarize(processes.idle) },
    schedule: { incrementSeconds: median(cycles.increment), idleSeconds: median(cycles.idle), ...cycles },
    idle: { cpuShare: share, rssBytes, peakRssBytes },
  };
}

/** Fills the IDB with the morning of a day. Returns what adds the next minute of it, as one transaction. */
async function simulate(idbUrl, env) {
  const minutes = 2 * runs + WARM_UP;
  const play = (count, fromMs, toMs, seed) => {
    const text = (ms) => new Date(ms).toISOString().replace('.000', '');
    const span = ['--from', text(fromMs), '--to', text(toMs)];
    return runNode([cli, 'simulate', '--sessions', `${count}`, ...span, '--seed', `${seed}`, '--profile', 'quiet', '--into', idbUrl], env);
  };
  note(`simulating ${sessions} sessions and ${minutes} minutes …`);
  await play(sessions, NOON_MS - 43_200_000, NOON_MS, 1);
  await query(idbUrl, 'create table waiting (like g_userdata_history, minute integer)');
  for (let minute = 0; minute < minutes; minute++) {
    const [{ newest }] = await query(idbUrl, 'select max(id)::bigint as newest from g_userdata_history');
    await play(SESSIONS_A_MINUTE, NOON_MS + minute * 60_000, NOON_MS + (minute + 1) * 60_000, minute + 2);
    await query(idbUrl, `insert into waiting select *, ${minute} from g_userdata_history where id > ${newest} order by id`);
    await query(idbUrl, `delete from g_userdata_history where id > ${newest}`);
  }
  await query(idbUrl, 'vacuum (freeze, analyze) g_userdata_history');
  const columns = (await query(idbUrl, `select attname from pg_attribute where attrelid = 'g_userdata_history'::regclass and attnum > 0`))
    .map(({ attname }) => attname)
    .filter((name) => name !== 'id')
    .join(', ');
  let next = 0;
  return () =>
    query(idbUrl, `insert into g_userdata_history (${columns}) select ${columns} from waiting where minute = ${next++} order by id`);
}

/** Starts the scheduler as a process, and reads its cycles from its log. */
function startSchedule(env, args) {
  const child = spawn(process.execPath, [cli, 'schedule', '--log-format', 'json', '--run-maintain', 'false', ...args], {
    env: { PATH: process.env.PATH, NODE_NO_WARNINGS: '1', ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = new Promise((resolve) => child.once('close', resolve));
  const told = [];
  let tell = () => undefined;
  let rest = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop();
    for (const line of lines) {
      const { level, code, job, message, data } = JSON.parse(line);
      if (level === 'warning' || level === 'error') note(message);
      if (code === 'job-done' && job === 'cycle') told.push(data);
    }
    tell();
  });
  return {
    /** What the log says of the next run that ends. */
    nextCycle: async () => {
      const count = told.length;
      while (told.length === count)
        await Promise.race([
          new Promise((resolve) => (tell = resolve)),
          ended.then((code) => Promise.reject(new Error(`the scheduler ended with ${code}`))),
        ]);
      return told.at(-1);
    },
    usage: () => readUsage(child.pid),
    end: () => (child.kill('SIGTERM'), ended),
  };
}

/** Linux only: of another process, Node says nothing. */
function readUsage(pid) {
  const CLOCK_TICKS = 100;
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const [user, system] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13)
    .map(Number);
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const kilobytes = (name) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)[1]);
  return { cpuSeconds: (user + system) / CLOCK_TICKS, rssBytes: kilobytes('VmRSS') * 1024, peakRssBytes: kilobytes('VmHWM') * 1024 };
}

function summarize(measured) {
  const of = (name) => measured.map((figures) => figures[name]);
  const seconds = of('seconds');
  return {
    seconds: median(seconds),
    fastest: Math.min(...seconds),
    slowest: Math.max(...seconds),
    cpuSeconds: median(of('cpuSeconds')),
    rssBytes: Math.max(...of('rssBytes')),
    walBytes: median(of('walBytes')),
  };
}

function toMs(seconds) {
  return `${Math.round(seconds * 1000)} ms`;
}

function toMarkdown({ machine, processes, schedule, idle }) {
  const range = (all) => `${toMs(Math.min(...all))} to ${toMs(Math.max(...all))}`;
  const mb = (bytes) => `${Math.round(bytes / 1048576)} MB`;
  const ofProcess = ({ seconds, fastest, slowest, cpuSeconds, rssBytes }) =>
    `${toMs(seconds)} (${range([fastest, slowest])}) | ${toMs(cpuSeconds)} of processor time, ${mb(rssBytes)}`;
  return `${machine}
${sessions.toLocaleString('en')} sessions of the same day before; ${SESSIONS_A_MINUTE} sessions a minute; medians of ${runs}, fastest and slowest in brackets

| what | time | |
|---|---|---|
| \`chatmart run\`, a minute | ${ofProcess(processes.increment)} |
| \`chatmart run\`, nothing new | ${ofProcess(processes.idle)} |
| a run in \`schedule\`, a minute | ${toMs(schedule.incrementSeconds)} (${range(schedule.increment)}) | |
| a run in \`schedule\`, nothing new | ${toMs(schedule.idleSeconds)} (${range(schedule.idle)}) | |
| \`schedule\` with metrics, nothing new, a run a minute | ${idleMinutes} min | ${(idle.cpuShare * 100).toFixed(2)} % of a core, ${mb(idle.rssBytes)}, at most ${mb(idle.peakRssBytes)} |
`;
}
