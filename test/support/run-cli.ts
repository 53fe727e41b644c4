import { spawn } from 'node:child_process';
import { withoutBugs } from './no-bugs.js';
import { programArguments } from './program-arguments.js';
import { temporaryFolder } from './temporary-folder.js';

export interface CliResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliOptions {
  /** The whole environment of the program, besides PATH, TZ and an empty HOME. */
  readonly env?: Readonly<Record<string, string>>;
  /** Default: an empty folder. */
  readonly cwd?: string;
  /** Node's arguments to run the program; default: this program. */
  readonly program?: readonly string[];
  /** Whether the program is expected to call something a bug. */
  readonly provokesBug?: boolean;
}

/** Runs the program as a separate process. */
export async function runCli(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  const home = temporaryFolder();
  const child = spawn(process.execPath, [...(options.program ?? programArguments()), ...args], {
    cwd: options.cwd ?? home,
    env: { PATH: process.env['PATH'], TZ: process.env['TZ'], HOME: home, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) child[name].setEncoding('utf8').on('data', (text: string) => (output[name] += text));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (options.provokesBug !== true) withoutBugs(output.stderr);
  return { code, ...output };
}
