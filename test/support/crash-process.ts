import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { packageFile } from '../../src/spec/package-file.js';
import type { Urls } from './histories.js';
import { withoutBugs } from './no-bugs.js';
import { programArguments } from './program-arguments.js';
import { temporaryFolder } from './temporary-folder.js';

/** A statement of a run, and whether the process dies before sending it or once the server has it and nobody awaits the answer. */
export interface CrashPoint {
  readonly statement: string;
  readonly when: 'before' | 'sent';
}

/** The statements of a whole command, in order. */
export async function recordStatements(urls: Urls, command: readonly string[] = ['run']): Promise<string[]> {
  const file = path.join(temporaryFolder(), 'statements');
  const { code, signal, stderr } = await runProgram(urls, command, { CRASH_RECORD: file });
  if (code !== 0) throw new Error(`chatmart ${command[0]} ended with ${String(code ?? signal)}: ${stderr}`);
  return readFileSync(file, 'utf8').trimEnd().split('\n');
}

/** Runs a command until it is killed. Returns whether it reached the point. */
export async function runUntil(urls: Urls, point: CrashPoint, command: readonly string[] = ['run']): Promise<boolean> {
  const { signal } = await runProgram(urls, command, { CRASH_AT: point.statement, CRASH_WHEN: point.when });
  return signal === 'SIGKILL';
}

async function runProgram(urls: Urls, command: readonly string[], crash: Readonly<Record<string, string>>) {
  const preload = ['--import', packageFile('test', 'support', 'crash-preload.mjs')];
  const child = spawn(process.execPath, [...preload, ...programArguments(), ...command], {
    cwd: packageFile(),
    env: { PATH: process.env['PATH'], HOME: '/nowhere', CHATMART_IDB_URL: urls.idbUrl, CHATMART_MART_URL: urls.martUrl, ...crash },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  return { code, signal, stderr: withoutBugs(stderr) };
}
