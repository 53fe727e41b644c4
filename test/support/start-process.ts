import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { packageFile } from '../../src/spec/package-file.js';
import { closeAfterFile } from './closers.js';

export interface StartedProcess {
  readonly child: ChildProcessByStdio<Writable, Readable, null>;
  /** The first line it printed. */
  readonly firstLine: string;
  /** How it ended. */
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
}

/** Runs a script of test/support/ as a separate process and process group, and waits for its first line. */
export async function startProcess(script: string, args: readonly string[]): Promise<StartedProcess> {
  const child = spawn(process.execPath, ['--import', 'tsx', packageFile('test', 'support', script), ...args], {
    cwd: packageFile(),
    stdio: ['pipe', 'pipe', 'inherit'],
    detached: true,
  });
  const ended = once(child, 'exit').then(([code, signal]) => ({ code, signal }));
  closeAfterFile(() => {
    child.kill('SIGKILL');
    return ended;
  });
  const firstLine = await Promise.race([
    once(createInterface(child.stdout), 'line').then(([line]) => String(line)),
    ended.then(({ code, signal }) => Promise.reject(new Error(`${script} ended early: ${String(code ?? signal)}`))),
  ]);
  return { child, firstLine, ended };
}
