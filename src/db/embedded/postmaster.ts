import { spawnSync } from 'node:child_process';
import { linkSync, readFileSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';

/** Contents of `postmaster.pid` for the server on a data folder. */
export interface Postmaster {
  /** NaN while the file is empty. */
  readonly pid: number;
  readonly port: number;
  readonly ready: boolean;
  readonly text: string;
}

const pidFileOf = (data: string): string => path.join(data, 'postmaster.pid');

/** Reads `postmaster.pid`; undefined if it does not exist. */
export function readPostmaster(data: string): Postmaster | undefined {
  try {
    const text = readFileSync(pidFileOf(data), 'utf8');
    const lines = text.split('\n');
    return { pid: Number.parseInt(lines[0] ?? '', 10), port: Number(lines[3]), ready: lines[7]?.trim() === 'ready', text };
  } catch {
    return undefined;
  }
}

/**
 * Whether a process is the server on this folder. A pid left by a crash may be gone, reused by another program, or a zombie that its parent
 * never reaped; PostgreSQL takes the last two for a running server.
 */
export function isPostmaster(pid: number, data: string): boolean {
  if (!processExists(pid)) return false;
  if (process.platform === 'linux') {
    try {
      if (/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))) return false;
      const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
      return (words[0] ?? '').includes('postgres') && words.includes(data);
    } catch {
      return false;
    }
  }
  const [command, ...words] =
    process.platform === 'win32'
      ? (['tasklist', '/fi', `PID eq ${pid}`, '/fo', 'csv', '/nh'] as const)
      : (['ps', '-p', String(pid), '-o', 'stat=,command='] as const);
  const answer = spawnSync(command, words, { encoding: 'utf8' });
  return answer.status === 0 && /postgres/i.test(answer.stdout) && !answer.stdout.trim().startsWith('Z');
}

/** Whether a process of this user has the pid. */
export function processExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false; // gone, or another account's: not a server on our folder
  }
}

/** Removes a `postmaster.pid` found to be stale, unless another starter has replaced it meanwhile. */
export function removeStalePidFile(data: string, stale: Postmaster): void {
  const aside = path.join(data, `postmaster.pid.stale-${process.pid}`);
  try {
    renameSync(pidFileOf(data), aside);
  } catch {
    return; // another starter removed it
  }
  try {
    if (readFileSync(aside, 'utf8') !== stale.text) linkSync(aside, pidFileOf(data));
  } finally {
    rmSync(aside, { force: true });
  }
}
