import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { TestContext } from 'vitest';
import { packageFile } from '../../src/spec/package-file.js';

/** Where tools from registries are kept, each in a folder of its own; `npm ci` removes them. */
export const TOOL_FOLDER = packageFile('node_modules', '.cache', 'chatmart', 'tools');

/** A tool of which a test knows that not every machine has it. The message is a sentence without its full stop. */
export class ToolMissing extends Error {}

/** Runs a test that needs such a tool; without it the test is skipped, which is said and counted. */
export async function withTool(context: TestContext, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    // scripts/try-clients wants them all.
    if (!(error instanceof ToolMissing) || process.env['CHATMART_TEST_TOOLS'] === 'required') throw error;
    const why = error.message.trim().split('\n').slice(0, 3).join(' ');
    console.warn(`skipped: ${why}`);
    context.skip(why);
  }
}

export interface ProgramResult {
  /** Null: there is no such program. */
  readonly code: number | null;
  /** What it printed, both streams. */
  readonly output: string;
}

/** Runs a program to its end. */
export async function runProgram(
  program: string,
  args: readonly string[],
  { cwd, env = {} }: { readonly cwd?: string; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<ProgramResult> {
  const child = spawn(program, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ code: null, output: error.message }));
    child.once('close', (code) => resolve({ code, output }));
  });
}

/** A tool is fetched for at most so long; then a lock is one that a killed process left. */
const MOST_MS = 300_000;

/** Runs `work` while no other test file, in whichever process, fetches into the same folder. */
export async function fetchAlone<T>(folder: string, work: () => Promise<T>): Promise<T> {
  const lock = `${folder}.lock`;
  mkdirSync(path.dirname(lock), { recursive: true });
  for (;;) {
    try {
      mkdirSync(lock);
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      const made = statSync(lock, { throwIfNoEntry: false });
      if (made !== undefined && Date.now() - made.mtimeMs > MOST_MS) rmSync(lock, { recursive: true, force: true });
      else await setTimeout(200);
    }
  }
  try {
    return await work();
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}

/** The file of an artifact of Maven Central, `group:name:version` or `group:name:version:jar:classifier`. */
export const mavenJar = (artifact: string): Promise<string> => fetchAlone(path.join(TOOL_FOLDER, 'java'), () => fetchJar(artifact));

async function fetchJar(artifact: string): Promise<string> {
  const [, name, version, , classifier] = artifact.split(':');
  const folder = path.join(TOOL_FOLDER, 'java');
  const file = path.join(folder, `${name!}-${version!}${classifier === undefined ? '' : `-${classifier}`}.jar`);
  if (existsSync(file)) return file;
  if ((await runProgram('java', ['-version'])).code !== 0) throw new ToolMissing('Java is not installed');
  mkdirSync(folder, { recursive: true });
  const fetched = await runProgram('mvn', ['-q', '-B', 'dependency:copy', `-Dartifact=${artifact}`, `-DoutputDirectory=${folder}`]);
  if (fetched.code !== 0 || !existsSync(file)) throw new ToolMissing(`Maven does not fetch ${artifact}: ${fetched.output}`);
  return file;
}

/** The folder of a package.json with one npm package installed, `name@version`, which chatmart itself does not need. */
export function npmFolder(name: string, wanted: string): Promise<string> {
  const folder = path.join(TOOL_FOLDER, `npm-${name}`);
  return fetchAlone(folder, () => installPackage(folder, wanted));
}

async function installPackage(folder: string, wanted: string): Promise<string> {
  const made = path.join(folder, 'made.txt');
  if (existsSync(made)) return folder;
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'package.json'), '{ "private": true }\n');
  const args = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', '--save-exact', wanted];
  const installed = await runProgram('npm', args, { cwd: folder });
  if (installed.code !== 0) throw new ToolMissing(`npm does not install ${wanted}: ${installed.output}`);
  writeFileSync(made, wanted);
  return folder;
}
