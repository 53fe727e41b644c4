import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { beforeAll, expect, test } from 'vitest';
import { writeSimulatedSessions } from '../../src/commands/simulate/simulate.js';
import { readKvpMap } from '../../src/spec/kvp-map.js';
import { packageFile } from '../../src/spec/package-file.js';
import { freshIdb, freshMart, query } from '../support/databases.js';
import { deepTest, isWhole } from '../support/depth.js';
import { compareMarts } from '../support/growing-idb.js';
import { runCycle } from '../support/histories.js';
import { readMart } from '../support/mart-content.js';

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

/** Runs one of the benchmark's programs as the benchmark does. */
const runContestant = async (script: string, ...args: string[]) => {
  const contestantUrl = await freshMart();
  const { stdout } = await promisify(execFile)(process.execPath, [packageFile('scripts', 'bench', script), ...args], {
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

test('the statements that docs/performance-sql.md shows are the benchmark’s', async () => {
  const { stdout } = await runContestant('by-sql.mjs', '--explain');
  const statementsOf = (text: string) => text.split('\n').filter((line) => line !== '' && !/^(-- |#|`)/.test(line));
  const shown = /```sql\n(.*?)```/s.exec(readFileSync(packageFile('docs', 'performance-sql.md'), 'utf8'))![1]!;
  expect(statementsOf(shown)).toEqual(statementsOf(stdout));
  expect(shown).toMatch(/-- Execution Time: \d/);
});
