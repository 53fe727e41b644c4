import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { query, runNode } from './measure.mjs';

export const root = fileURLToPath(new URL('../..', import.meta.url));
/** BENCH_CLI: the program of another version. */
export const cli = process.env.BENCH_CLI ?? path.join(root, 'dist', 'src', 'cli.js');

export const note = (line) => process.stderr.write(`${line}\n`);

/** Runs `work` with the URL of the server named by CHATMART_BENCH_URL, or of an embedded one that is there only for it. */
export async function withServer({ keep }, work) {
  const given = process.env.CHATMART_BENCH_URL;
  if (given !== undefined) return work(given);
  const home = mkdtempSync(path.join(os.tmpdir(), 'chatmart-bench-'));
  const program = { CHATMART_HOME: home };
  try {
    await runNode([cli, 'db', 'start'], program);
    await runNode([cli, 'migrate'], program);
    const { output } = await runNode([cli, 'db', 'url'], program);
    // Its password is in a file that pg finds through PGPASSFILE.
    process.env.PGPASSFILE = /PGPASSFILE='(.*?)'/.exec(output)[1];
    return await work(/^postgres:\S+$/m.exec(output)[0]);
  } finally {
    await runNode([cli, 'db', 'stop', '--force'], program);
    if (keep) note(`kept: ${home}`);
    else rmSync(home, { recursive: true, force: true });
  }
}

/** The two databases of a benchmark on a server, and the environment in which programs find them. */
export function toDatabases(server) {
  const urlOf = (database) => Object.assign(new URL(server), { pathname: `/${database}` }).href;
  const [idbUrl, martUrl] = [urlOf('bench_idb'), urlOf('bench_mart')];
  const secret = process.env.PGPASSFILE === undefined ? {} : { PGPASSFILE: process.env.PGPASSFILE };
  const env = { ...secret, CHATMART_IDB_URL: idbUrl, CHATMART_MART_URL: martUrl, BENCH_IDB_URL: idbUrl, BENCH_MART_URL: martUrl };
  return { idbUrl, martUrl, env };
}

/** Makes an empty database in place of one that may be there. */
export async function recreate(server, name) {
  await query(server, `drop database if exists ${name}`);
  await query(server, `create database ${name}`);
}

/** The value of an option that must be a whole number. */
export function wholeNumber(options, name) {
  if (/^[1-9]\d{0,8}$/.test(options[name])) return Number(options[name]);
  console.error(`--${name} ${options[name]} is no whole number above 0`);
  process.exit(2);
}

/** What the figures depend on. */
export const describeMachine = () =>
  `${os.cpus().length} x ${os.cpus()[0]?.model.trim()}, Node.js ${process.versions.node}, ${os.platform()}`;
