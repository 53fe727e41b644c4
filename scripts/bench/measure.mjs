import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';

const folder = mkdtempSync(path.join(tmpdir(), 'chatmart-bench-usage-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
const USAGE_FILE = path.join(folder, 'usage.json');
const PRELOAD = new URL('usage.mjs', import.meta.url).href;

/** Rows of one statement. */
export async function query(url, text, values) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text, values)).rows;
  } finally {
    await client.end();
  }
}

/** Runs a Node program as `runProgram` does, also under another Node. */
export const runNode = (args, env, node = process.execPath) => runProgram(node, ['--import', PRELOAD, ...args], env);

/**
 * Runs a program to completion, timed from the outside, start-up included. Before it ends it must write the resources it used to the file
 * named by BENCH_USAGE. Throws with the program's output if it fails.
 */
export async function runProgram(program, args, env) {
  const startedAt = performance.now();
  const child = spawn(program, args, {
    env: { PATH: process.env.PATH, NODE_NO_WARNINGS: '1', ...env, BENCH_USAGE: USAGE_FILE },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text));
  const code = await new Promise((resolve) => child.once('close', resolve));
  const seconds = (performance.now() - startedAt) / 1000;
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}:\n${output}`);
  return { seconds, output, ...JSON.parse(readFileSync(USAGE_FILE, 'utf8')) };
}

/** What `run` measures, with the bytes of write-ahead log that the server wrote meanwhile. */
export async function withWal(url, run) {
  const wal = async () => BigInt((await query(url, `select pg_current_wal_insert_lsn() - '0/0' as bytes`))[0].bytes);
  const before = await wal();
  const measured = await run();
  return { ...measured, walBytes: Number((await wal()) - before) };
}

export const median = (numbers) => {
  const sorted = [...numbers].sort((left, right) => left - right);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
};
