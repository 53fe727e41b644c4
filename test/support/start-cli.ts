import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeAfterFile } from './closers.js';
import { withoutBugs } from './no-bugs.js';
import { programArguments } from './program-arguments.js';
import { temporaryFolder } from './temporary-folder.js';

/** The running program. */
export interface StartedCli {
  readonly kill: (signal: NodeJS.Signals) => boolean;
  /** Waits until it has written a text to stderr a number of times. */
  readonly said: (text: string, times?: number) => Promise<void>;
  /** The first match in what it has written to stderr. */
  readonly found: (pattern: RegExp) => string;
  /** How it ended, and all that it wrote. */
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null; stdout: string; stderr: string }>;
}

/** Starts the program as a separate process without waiting for it. */
export function startCli(args: readonly string[], env: Readonly<Record<string, string>>): StartedCli {
  const home = temporaryFolder();
  const child = spawn(process.execPath, [...programArguments(), ...args], {
    cwd: home,
    env: { PATH: process.env['PATH'], TZ: process.env['TZ'], HOME: home, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) child[name].setEncoding('utf8').on('data', (text: string) => (output[name] += text));
  const ended = once(child, 'close').then(([code, signal]) => {
    withoutBugs(output.stderr);
    return { code: code as number | null, signal: signal as NodeJS.Signals | null, ...output };
  });
  closeAfterFile(() => {
    child.kill('SIGKILL');
    return ended;
  });
  const said = async (text: string, times = 1): Promise<void> => {
    const hasSaid = (): boolean => output.stderr.split(text).length > times;
    while (!hasSaid()) {
      const more = await Promise.race([once(child.stderr, 'data').then(() => true), ended.then(() => false)]);
      if (!more && !hasSaid()) throw new Error(`It ended without ${JSON.stringify(text)}: ${output.stderr}`);
    }
  };
  const found = (pattern: RegExp): string => {
    const match = pattern.exec(output.stderr);
    if (match === null) throw new Error(`${pattern.source} is not in: ${output.stderr}`);
    return match[0];
  };
  return { kill: (signal) => child.kill(signal), said, found, ended };
}
