import { readFileSync } from 'node:fs';
import { beforeAll, expect, test } from 'vitest';
import { writeSimulatedSessions } from '../../src/commands/simulate/simulate.js';
import { withConnection } from '../../src/db/connection.js';
import { packageFile } from '../../src/spec/package-file.js';
import { expectedFacts } from '../oracle/facts.js';
import { expectedAnswers } from '../oracle/questions.js';
import type { Truth } from '../oracle/truth.js';
import { freshDatabases } from '../support/databases.js';
import { isWhole } from '../support/depth.js';
import { runCycle } from '../support/histories.js';
import type { Row } from '../support/mart-groups.js';
import { writeUserData } from '../support/user-data.js';

const text = readFileSync(packageFile('docs', 'questions.md'), 'utf8');

const QUESTIONS = [...text.matchAll(/^### (\d+)\. (.+?) \((?:(\d+) ms)\)\n(.*?)^```sql\n(.*?)^```$/gms)].map(
  ([, number, title, ms, prose, sql]) => ({ number: Number(number), title: title!, ms: Number(ms), prose: prose!, sql: sql! }),
);

let martUrl = '';
let answers: ReadonlyMap<number, readonly Row[]> = new Map();
const UNTIL = new Date('2026-03-31T12:00Z');

beforeAll(async () => {
  const urls = await freshDatabases();
  martUrl = urls.martUrl;
  const truths: Truth[] = [];
  await writeSimulatedSessions({
    ...{ idbUrl: urls.idbUrl, idbSchema: 'public', from: new Date('2026-02-20T00:00Z'), to: new Date('2026-04-01T00:00Z'), until: UNTIL },
    ...{ seed: 3617, sessions: isWhole ? 20_000 : 1_200, statistics: 'mixed', updates: true },
    truth: (line) => truths.push(JSON.parse(line) as Truth),
    log: () => undefined,
  });
  // Neither becomes a fact.
  const start = '2026-03-05T06:07:08Z';
  const at = Date.parse(start) / 1000;
  await writeUserData(urls.idbUrl, [
    ['without an end', 'ChatServerSessionStartedAt', start, at],
    ['another', 'ChatServerSessionStartedAt', start, at],
    ['bad', 'ChatServerSessionStartedAt', 'yesterday', at],
  ]);
  await runCycle(urls, { clock: () => new Date('2026-04-01T00:00Z') });
  answers = expectedAnswers([...expectedFacts(truths, UNTIL.getTime() / 1000).values()]);
});

const ask = async (sql: string): Promise<Row[]> =>
  withConnection({ url: martUrl, applicationName: 'test' }, async (mart) => {
    await mart.query(`set timezone to 'UTC'; set datestyle to iso`);
    return (await mart.query<Row>(sql)).rows;
  });

test('there are thirty-six, in their order', () => {
  expect(QUESTIONS.map(({ number }) => number)).toEqual(Array.from({ length: 36 }, (_, at) => at + 1));
});

test('a question that takes over a second says why', () => {
  for (const { title, ms, prose } of QUESTIONS) {
    expect(ms, title).toBeGreaterThan(0);
    if (ms > 1_000) expect(prose, title).toMatch(/^\nWhy it takes so long: /);
  }
});

test.each(QUESTIONS.filter(({ number }) => number !== 34 && number !== 35))('$number. $title', async ({ number, sql }) => {
  const found = await ask(sql);
  expect(found.length).toBeGreaterThan(0);
  expect(found).toEqual(answers.get(number));
});

test('34. Until when is everything there?', async () => {
  const rows = await ask(QUESTIONS[33]!.sql);
  expect(rows.map((row) => [row['object_name'], row['pending']])).toEqual([
    ['AG2_CHAT_STATS_DAY', 0],
    ['CHAT_SESSION_FACT', 0],
  ]);
  for (const row of rows) expect(Math.abs(Date.now() - (row['complete_until'] as Date).getTime())).toBeLessThan(600_000);
});

test('35. What could not be loaded as it came, and why?', async () => {
  expect(await ask(QUESTIONS[34]!.sql)).toEqual([
    { code: 'NO_END', problems: 2 },
    { code: 'BAD_START', problems: 1 },
  ]);
});
