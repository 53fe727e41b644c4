import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statfsSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { isPostmaster, processExists, readPostmaster } from '../../src/db/embedded/postmaster.js';

const PREFIX = 'chatmart-test-';

/** Linux's file system in memory: creating and dropping databases of hundreds of files each takes a fifth of the time there. */
const IN_MEMORY = '/dev/shm';
/** Containers often have 64 MB. */
const ENOUGH_BYTES = 4 * 1024 ** 3;

/** A folder for everything that one test run writes; its name contains the process that shows whether the run is still going. */
export function makeRunFolder(): string {
  const folder = mkdtempSync(path.join(hasMemory() ? IN_MEMORY : tmpdir(), `${PREFIX}${process.pid}-`));
  chmodSync(folder, 0o711); // the servers' account must be able to pass through it
  return folder;
}

/** Removes what test runs left behind that were killed before they could clean up. */
export function removeAbandonedRuns(): void {
  for (const parent of [tmpdir(), IN_MEMORY].filter((each) => existsSync(each)))
    for (const name of readdirSync(parent)) {
      const pid = new RegExp(`^${PREFIX}(\\d+)-`).exec(name)?.[1];
      if (pid === undefined || processExists(Number(pid))) continue;
      const folder = path.join(parent, name);
      if (statSync(folder).uid === process.getuid?.()) removeFolderWithServers(folder);
    }
}

/** Whether there is room in memory, and programs may run there. */
function hasMemory(): boolean {
  const mount = readMounts().find(({ place }) => place === IN_MEMORY);
  if (mount?.type !== 'tmpfs' || mount.options.includes('noexec')) return false;
  const { bavail, bsize } = statfsSync(IN_MEMORY);
  return bavail * bsize >= ENOUGH_BYTES && process.availableMemory() >= ENOUGH_BYTES;
}

function readMounts(): { readonly place: string; readonly type: string; readonly options: readonly string[] }[] {
  if (!existsSync('/proc/mounts')) return [];
  return readFileSync('/proc/mounts', 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split(' '))
    .map(([, place, type, options]) => ({ place: place!, type: type!, options: options!.split(',') }));
}

/** Stops the servers with data anywhere below a folder, then removes it. */
export function removeFolderWithServers(folder: string): void {
  if (!existsSync(folder)) return;
  for (const data of findDataFolders(folder)) endServer(data);
  unmountBelow(folder);
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}

/** A killed test run leaves its small disk mounted. */
function unmountBelow(folder: string): void {
  for (const { place } of readMounts()) if (place.startsWith(`${folder}/`)) spawnSync('umount', [place]);
}

/** Stops a server at once, because its data will be removed; synchronous, because it must work while the process exits. */
function endServer(data: string): void {
  const pid = readPostmaster(data)?.pid;
  if (pid === undefined || Number.isNaN(pid) || !isPostmaster(pid, data)) return;
  process.kill(pid, 'SIGQUIT');
  while (isPostmaster(pid, data)) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
}

function findDataFolders(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap((entry) => {
      const below = path.join(folder, entry.name);
      return entry.name === 'pgdata' ? [below] : findDataFolders(below);
    });
}
