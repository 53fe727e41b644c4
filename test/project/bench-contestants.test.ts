import { execFile, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, expect, test } from 'vitest';
import { writeSimulatedSessions } from '../../src/commands/simulate/simulate.js';
import type { MappedKey } from '../../src/model/mapped-key.js';
import { readKvpMap } from '../../src/spec/kvp-map.js';
import { packageFile } from '../../src/spec/package-file.js';
import { freshIdb, freshMart, query } from '../support/databases.js';
import { deepTest, isWhole } from '../support/depth.js';
import { runProgram, withTool } from '../support/fetched-tools.js';
import { compareMarts } from '../support/growing-idb.js';
import { runCycle } from '../support/histories.js';
import { GROUP, readMart, toGroup, type Row } from '../support/mart-content.js';
import { pythonVenv } from '../support/python-venv.js';

let idbUrl: string;
let martUrl: string;

beforeAll(async () => {
  idbUrl = await freshIdb();
  martUrl = await freshMart();
  await writeSimulatedSessions({
    idbUrl,
    idbSchema: 'public',
    sessions: isWhole ? 1_500 : 150,
    seed: 1,
    statistics: 'all',
    profile: 'quiet',
    from: new Date('2026-03-01T00:00:00Z'),
    to: new Date('2026-03-03T00:00:00Z'),
    // All sessions have ended by then, as in the benchmark.
    until: new Date('2026-04-01T00:00:00Z'),
    log: () => undefined,
  });
  await query(idbUrl, 'delete from g_userdata_history where keyname <> all ($1)', [readKvpMap().keys.map(({ kvp }) => kvp)]);
  await runCycle({ idbUrl, martUrl });
});

const benchFile = (...names: readonly string[]): string => packageFile('scripts', 'bench', ...names);

/** Runs one of the benchmark's programs as the benchmark does. */
const runContestant = async (script: string, ...args: string[]) => {
  const contestantUrl = await freshMart();
  const { stdout } = await promisify(execFile)(process.execPath, [benchFile(script), ...args], {
    env: { ...process.env, NODE_NO_WARNINGS: '1', BENCH_IDB_URL: idbUrl, BENCH_MART_URL: contestantUrl },
  });
  return { contestantUrl, stdout };
};

test('the benchmark’s SQL gives the mart that a run gives: facts, dimensions and all levels', async () => {
  const { contestantUrl } = await runContestant('by-sql.mjs');
  expect(await compareMarts(martUrl, contestantUrl)).toEqual([]);
});

deepTest('the benchmark’s knex way gives the facts that a run gives', async () => {
  const { contestantUrl } = await runContestant('by-knex.mjs');
  const [ours, theirs] = [await readMart(martUrl), await readMart(contestantUrl)];
  expect(theirs.facts.size).toBeGreaterThan(1_400);
  expect(theirs.facts).toEqual(ours.facts);
});

deepTest(
  'the benchmark’s dlt and dbt give the facts and the sums of days that a run gives',
  (context) =>
    withTool(context, async () => {
      const venv = await pythonVenv('dlt-dbt', benchFile('dlt-dbt', 'requirements.txt'));
      const contestantUrl = await freshMart();
      const env = { BENCH_IDB_URL: idbUrl, BENCH_MART_URL: contestantUrl };
      const { code, output } = await runProgram(path.join(venv, 'bin', 'python'), [benchFile('dlt-dbt', 'run.py')], { env });
      expect({ code, output: code === 0 ? '' : output }).toEqual({ code: 0, output: '' });
      const ours = await readMart(martUrl);
      const readModel = (model: string, columns: readonly string[]) =>
        query<Row>(
          contestantUrl,
          `select ${columns.join(', ')} from dbt.${model}
           join dbt.media_type using (media_type_key) join dbt.chat_session_dim on chat_session_dim.id = chat_session_dim_key`,
        );
      const pick = (rows: ReadonlyMap<string, Row>, columns: readonly string[]) =>
        new Map([...rows].map(([key, row]) => [key, Object.fromEntries(columns.map((column) => [column, row[column]]))]));
      const columnsOf = (keys: readonly MappedKey[]) => keys.map(({ column }) => column.toLowerCase());
      const { keys } = readKvpMap();

      const ofFacts = ['media_server_ixn_guid', 'start_ts', 'end_ts', ...columnsOf(keys)];
      const facts = await readModel('chat_session_fact', ofFacts);
      expect(new Map(facts.map((row) => [row['media_server_ixn_guid'], row]))).toEqual(pick(ours.facts, ofFacts));

      const ofDays = ['date_time_key', ...GROUP, 'sessions', ...columnsOf(keys.filter(({ type }) => type === 'measure'))];
      const days = await readModel('chat_stats_day', ofDays);
      expect(new Map(days.map((row) => [toGroup(row), row]))).toEqual(pick(ours.levels.day, ofDays));
    }),
  300_000,
);

test('a contestant that is not installed is left out, and one line says how to install it', () => {
  const env = { ...process.env, CHATMART_BENCH_PYTHON: '/nowhere/python' };
  const { status, stderr } = spawnSync(process.execPath, [benchFile('bench.mjs'), '--only', 'dlt-dbt'], { env, encoding: 'utf8' });
  expect({ status, stderr }).toEqual({
    status: 1,
    stderr: expect.stringMatching(/^dlt-dbt is left out, because there is no \/nowhere\/python; .* -r (\S+requirements.txt)\n$/),
  });
});

test('the statements that docs/performance-sql.md shows are the benchmark’s', async () => {
  const { stdout } = await runContestant('by-sql.mjs', '--explain');
  const statementsOf = (text: string) => text.split('\n').filter((line) => line !== '' && !/^(-- |#|`)/.test(line));
  const shown = /```sql\n(.*?)```/s.exec(readFileSync(packageFile('docs', 'performance-sql.md'), 'utf8'))![1]!;
  expect(statementsOf(shown)).toEqual(statementsOf(stdout));
  expect(shown).toMatch(/-- Execution Time: \d/);
});
