// Times the questions of docs/questions.md on a mart, and writes the medians into the page with --write.
//   CHATMART_MART_URL=postgres://… node scripts/bench/questions.mjs [--write]
import { readFileSync, writeFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import pg from 'pg';

const ROUNDS = 5;
const page = new URL('../../docs/questions.md', import.meta.url);
const QUESTION = /^(### \d+\. .+?) \(\d+ ms\)\n(.*?^```sql\n)(.*?)^```$/gms;

const median = (numbers) => numbers.toSorted((one, other) => one - other)[Math.floor(numbers.length / 2)];

const url = process.env['CHATMART_MART_URL'];
if (url === undefined) throw new Error('CHATMART_MART_URL names no mart');
const text = readFileSync(page, 'utf8');
const times = new Map();
const mart = new pg.Client({ connectionString: url });
await mart.connect();
try {
  const [{ sessions }] = (await mart.query('select count(*)::integer as sessions from chat.sessions')).rows;
  console.log(`${sessions} sessions`);
  for (const [, title, , sql] of text.matchAll(QUESTION)) {
    const rounds = [];
    for (let round = 0; round <= ROUNDS; round++) {
      const start = performance.now();
      await mart.query(sql);
      // The first one fills the caches.
      if (round > 0) rounds.push(performance.now() - start);
    }
    times.set(title, Math.max(1, Math.round(median(rounds))));
    console.log(`${String(times.get(title)).padStart(6)} ms  ${title.slice(4)}`);
  }
} finally {
  await mart.end();
}
if (process.argv.includes('--write'))
  writeFileSync(
    page,
    text.replaceAll(QUESTION, (_, title, prose, sql) => `${title} (${times.get(title)} ms)\n${prose}${sql}\`\`\``),
  );
