// npm run bench -- [--sessions 100000] [--runs 5] [--only floor,run] [--node PATH]… [--json] [--keep]
//
// Measures the pipeline against its parts, in turn and in one invocation. Each contestant is a process of its own, timed from the outside.
// Runs on the embedded server, or on the one named by CHATMART_BENCH_URL (its role must be allowed to create databases; bench_idb and
// bench_mart are dropped and recreated). Quote the ratios: the seconds depend on the machine and the day. dlt-dbt runs with the Python of
// its virtual environment or CHATMART_BENCH_PYTHON, and is left out if there is none. Like knex it runs once, or as often as --slow-runs says.
// run and nothing-new also run under each --node, the program of another Node.js.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { median, query, runNode, runProgram, withWal } from './measure.mjs';
import { cli, describeMachine, note, recreate, root, toDatabases, wholeNumber, withServer } from './server.mjs';

const script = (name) => fileURLToPath(new URL(name, import.meta.url));
const { values: options } = parseArgs({
  options: {
    sessions: { type: 'string', default: '100000' },
    runs: { type: 'string', default: '5' },
    only: { type: 'string', default: 'floor,run,nothing-new,1-percent,late-keys,re-run,sql,knex,dlt-dbt' },
    'slow-runs': { type: 'string', default: '1' },
    node: { type: 'string', multiple: true, default: [] },
    json: { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
  },
});
const sessions = wholeNumber(options, 'sessions');
const runs = wholeNumber(options, 'runs');
const slowRuns = wholeNumber(options, 'slow-runs');
const venv = 'node_modules/.cache/chatmart/tools/venv-dlt-dbt';
const python = process.env.CHATMART_BENCH_PYTHON ?? path.join(root, venv, 'bin', 'python');
const only = options.only.split(',').filter((name) => name !== 'dlt-dbt' || existsSync(python));
if (only.length < options.only.split(',').length)
  note(
    `dlt-dbt is left out, because there is no ${python}; to install it: python3 -m venv ${venv} && ${venv}/bin/pip install -r scripts/bench/dlt-dbt/requirements.txt`,
  );
if (only.length === 0) process.exit(1);

await withServer(options, async (server) => {
  const result = await bench(server);
  process.stdout.write(options.json ? `${JSON.stringify(result, undefined, 2)}\n` : toMarkdown(result));
});

async function bench(server) {
  const { idbUrl, env: databases } = toDatabases(server);
  const freshMart = async () => {
    await recreate(server, 'bench_mart');
    await runNode([cli, 'migrate'], databases);
    await query(server, 'checkpoint');
  };
  const measure = (args, node) => withWal(server, () => runNode(args, databases, node));

  const rows = await simulate(server, idbUrl, databases);
  const [{ newest }] = await query(idbUrl, 'select max(id)::bigint as newest from g_userdata_history');
  const forgetNewRows = async () => {
    await query(idbUrl, 'delete from g_userdata_history where id > $1', [newest]);
    await query(idbUrl, 'vacuum g_userdata_history');
  };
  const MARCH = ['--from', '2026-03-01', '--to', '2026-04-01'];

  const runsOf = (node, suffix = '') => ({
    [`run${suffix}`]: {
      what: 'chatmart run into a fresh mart: the whole IDB',
      handles: sessions,
      prepare: freshMart,
      measure: () => measure([cli, 'run'], node),
    },
    [`nothing-new${suffix}`]: { what: 'chatmart run again', handles: 0, measure: () => measure([cli, 'run'], node) },
  });

  // In this order: `nothing-new` and those after it use the mart that `run` left.
  const contestants = {
    floor: {
      what: 'receives COPY (select callid, keyname, value …) and discards it',
      handles: sessions,
      measure: () => measure([script('floor.mjs')]),
    },
    ...Object.assign({}, ...options.node.map((node) => runsOf(node, `-${execFileSync(node, ['--version'], { encoding: 'utf8' }).trim()}`))),
    ...runsOf(),
    '1-percent': {
      what: `chatmart run over ${sessions / 100} new sessions`,
      handles: Math.ceil(sessions / 100),
      prepare: () =>
        runNode(
          [
            cli,
            'simulate',
            '--sessions',
            `${Math.ceil(sessions / 100)}`,
            '--from',
            '2026-04-01',
            '--to',
            '2026-04-02',
            '--seed',
            '2',
            '--into',
            idbUrl,
          ],
          databases,
        ),
      measure: () => measure([cli, 'run']),
    },
    'late-keys': {
      what: 'chatmart run over one late key for each of 1,000 old sessions',
      handles: 1000,
      prepare: () =>
        query(
          idbUrl,
          `insert into g_userdata_history (callid, keyname, value, changetype, added_ts, gsys_ext_vch1)
           select callid, 'csg_SessionTotalTime', (100000 + row_number() over ())::text, 2, 1775001600, 'chatmart simulate'
           from (
             select callid from g_userdata_history
             where keyname = 'ChatServerSessionStartedAt' and id <= ${newest}
             order by md5(callid) limit 1000
           ) as old`,
        ),
      measure: () => measure([cli, 'run']),
    },
    're-run': {
      what: 'chatmart backfill over everything already loaded',
      handles: sessions,
      measure: () => measure([cli, 'backfill', ...MARCH, '--slice', '31d']),
      after: forgetNewRows,
    },
    sql: {
      what: 'the same mart by SQL, max(value) filter (…)',
      handles: sessions,
      prepare: freshMart,
      measure: () => measure([script('by-sql.mjs')]),
    },
    knex: {
      what: 'facts only, by pages of objects and upserts',
      handles: sessions,
      prepare: freshMart,
      measure: () => measure([script('by-knex.mjs')]),
      runs: slowRuns,
    },
    'dlt-dbt': {
      what: 'facts, dimensions and sums of days: dlt copies the rows, dbt pivots them',
      handles: sessions,
      prepare: freshMart,
      measure: () => withWal(server, () => runProgram(python, [script('dlt-dbt/run.py')], databases)),
      runs: slowRuns,
    },
  };
  const figures = Object.fromEntries(Object.keys(contestants).map((name) => [name, []]));
  for (let round = 0; round < runs; round++)
    for (const [name, { prepare, measure: measureIt, after, runs: most = runs }] of Object.entries(contestants)) {
      if (!only.includes(name.replace(/-v[\d.]+$/, '')) || round >= most) continue;
      await prepare?.();
      const measured = await measureIt();
      figures[name].push(measured);
      note(`${round + 1}/${runs} ${name.padEnd(22)} ${measured.seconds.toFixed(2)} s`);
      await after?.();
    }
  const [settings] = await query(
    server,
    `select split_part(version(), ' on ', 1) as version, current_setting('wal_level') as wal_level, current_setting('fsync') as fsync,
       current_setting('synchronous_commit') as synchronous_commit, current_setting('shared_buffers') as shared_buffers`,
  );
  return {
    machine: describeMachine(),
    settings,
    sessions,
    rows,
    runs,
    contestants: Object.entries(contestants)
      .filter(([name]) => figures[name].length > 0)
      .map(([name, { what, handles }]) => ({ name, what, ...summarize(figures[name], figures.floor, handles, rows) })),
  };
}

/** Fills the IDB with sessions of March 2026, with all statistics and no keys that the map does not name. Returns the number of rows. */
async function simulate(server, idbUrl, env) {
  await recreate(server, 'bench_idb');
  note(`simulating ${sessions} sessions …`);
  await runNode(
    [
      cli,
      'simulate',
      '--sessions',
      `${sessions}`,
      '--from',
      '2026-03-01',
      '--to',
      '2026-04-01',
      '--seed',
      '1',
      '--profile',
      'quiet',
      '--into',
      idbUrl,
    ],
    env,
  );
  const { keys } = JSON.parse(readFileSync(path.join(root, 'specs', 'chat-session.json'), 'utf8'));
  await query(idbUrl, 'create table kept (like g_userdata_history including all)');
  const names = keys.map(({ kvp }) => kvp);
  await query(idbUrl, 'insert into kept select * from g_userdata_history where keyname = any ($1) order by id', [names]);
  await query(
    idbUrl,
    'alter sequence g_userdata_history_id_seq owned by kept.id; drop table g_userdata_history; alter table kept rename to g_userdata_history',
  );
  await query(idbUrl, 'vacuum (freeze, analyze) g_userdata_history');
  await query(server, 'checkpoint');
  const [{ count }] = await query(idbUrl, 'select count(*)::int as count from g_userdata_history');
  return count;
}

function summarize(measured, floor, handles, rows) {
  const of = (name) => measured.map((figures) => figures[name]);
  const seconds = of('seconds');
  // Compared round by round: within a round the machine ran both at the same speed.
  const ratios = floor.length === 0 ? [] : seconds.map((each, round) => each / floor[round].seconds);
  return {
    seconds: median(seconds),
    fastest: Math.min(...seconds),
    slowest: Math.max(...seconds),
    sessionsPerSecond: handles === 0 ? null : Math.round(handles / median(seconds)),
    // When only some of the sessions are loaded, their rows are not counted.
    rowsPerSecond: handles === sessions ? Math.round(rows / median(seconds)) : null,
    cpuSeconds: median(of('cpuSeconds')),
    rssBytes: Math.max(...of('rssBytes')),
    walBytes: median(of('walBytes')),
    ratioToFloor: ratios.length === 0 ? null : median(ratios),
  };
}

function toMarkdown({ machine, settings, sessions: total, rows, runs: rounds, contestants }) {
  const mb = (bytes) => `${Math.round(bytes / 1048576)} MB`;
  const count = (number) => (number === null ? '' : number.toLocaleString('en'));
  const lines = contestants.map(
    ({ name, what, seconds, fastest, slowest, sessionsPerSecond, rowsPerSecond, ratioToFloor, rssBytes, walBytes }) =>
      [
        name,
        what,
        `${seconds.toFixed(2)} (${fastest.toFixed(2)} to ${slowest.toFixed(2)})`,
        ratioToFloor === null ? '' : ratioToFloor.toFixed(2),
        count(sessionsPerSecond),
        count(rowsPerSecond),
        mb(rssBytes),
        mb(walBytes),
      ].join(' | '),
  );
  return `${machine}; ${settings.version}, wal_level ${settings.wal_level}, fsync ${settings.fsync}, synchronous_commit ${settings.synchronous_commit}, shared_buffers ${settings.shared_buffers}
${total.toLocaleString('en')} sessions, ${rows.toLocaleString('en')} rows; medians of ${rounds} rounds, fastest and slowest in brackets; memory is that of the process

| contestant | what it does | seconds | times the floor | sessions/s | rows/s | memory | WAL |
|---|---|---|---|---|---|---|---|
${lines.map((line) => `| ${line} |`).join('\n')}
`;
}
