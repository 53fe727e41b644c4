import type { Log } from '../../model/log.js';
import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, statfsSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { UnavailableError } from '../../model/errors.js';
import { SERVER_ENVIRONMENT, type ServerAccount } from './account.js';
import type { Binaries } from './binaries.js';
import type { ServerData } from './data.js';
import { joinServer, toServerUrl, takeLease, type RunningServer } from './join.js';
import { readPostmaster } from './postmaster.js';

/** Server settings by name, e.g. `{ fsync: 'off' }`. */
export type ServerSettings = Readonly<Record<string, string>>;

export interface StartOptions {
  /** Holds server.log and the port of the last start. */
  readonly folder: string;
  readonly data: ServerData;
  readonly binaries: Binaries;
  readonly account: ServerAccount;
  readonly settings: ServerSettings;
  readonly log: Log;
}

export interface StartedServer extends RunningServer {
  /** Whether the server is this call's process rather than another starter's. */
  readonly owned: boolean;
}

const POLL_MS = 20;
/** Another program may take the free port first; backends of a killed server may take seconds to exit. */
const MAX_ATTEMPTS = 60;
const LEAVING_BACKENDS_MS = 500;
/** If server.log is at least this large, the next start truncates it. */
const MAX_LOG_BYTES = 10_000_000;

/** Starts a server on the data folder, or joins one that another process started at the same moment. */
export async function startServer(options: StartOptions): Promise<StartedServer> {
  let port = readLastPort(options.folder) ?? (await findFreePort());
  for (let attempt = 1; ; attempt++) {
    const outcome = await tryStart(options, port);
    if ('lease' in outcome) {
      writeFileSync(lastPortFile(options.folder), `${port}\n`);
      return outcome;
    }
    if (/postmaster\.pid" (already exists|is empty)/.test(outcome.output)) {
      const joined = await joinServer(options.data, options.log);
      if (joined !== undefined) return { ...joined, owned: false };
    } else if (/could not bind|Address already in use/i.test(outcome.output)) {
      port = await findFreePort();
    } else if (outcome.output.includes('pre-existing shared memory block')) {
      await sleep(LEAVING_BACKENDS_MS);
    } else {
      throw failure(options.data, outcome);
    }
    if (attempt === MAX_ATTEMPTS) throw failure(options.data, outcome);
  }
}

interface FailedStart {
  readonly reason: string;
  /** The server's log output. */
  readonly output: string;
}

async function tryStart(options: StartOptions, port: number): Promise<StartedServer | FailedStart> {
  const { binaries, data, account } = options;
  const logFile = path.join(options.folder, 'server.log');
  const log = openLog(logFile);
  const logStart = statSync(logFile).size;
  // A separate process group: Ctrl-C must reach only the program, which finishes its work before the server stops.
  const child = spawn(binaries.postgres, ['-D', data.folder, ...toArguments(port, options.settings)], {
    ...account,
    cwd: data.folder,
    env: SERVER_ENVIRONMENT,
    stdio: ['ignore', log, log],
    detached: true,
    windowsHide: true,
  });
  closeSync(log);
  child.unref();
  let reason: string | undefined;
  child.once('error', (error) => (reason = error.message));
  child.once('exit', (code, signal) => (reason = signal === null ? `exit code ${String(code)}` : `ended by ${signal}`));
  while (reason === undefined) {
    const lease = await takeLease(toServerUrl(data, port, 'postgres'), data.folder);
    // Two starters may try the same port; the one whose server failed has joined the other's.
    if (lease !== undefined) return { port, lease, owned: readPostmaster(data.folder)?.pid === child.pid };
    await sleep(POLL_MS);
  }
  return { reason, output: readFileSync(logFile).subarray(logStart).toString() };
}

function toArguments(port: number, settings: ServerSettings): string[] {
  const all: ServerSettings = {
    port: String(port),
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: '60',
    shared_buffers: '256MB',
    max_wal_size: '4GB',
    wal_level: 'replica',
    ...(hasSmallSharedMemory() ? { dynamic_shared_memory_type: 'mmap' } : {}),
    ...settings,
  };
  return Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

/** Containers limit /dev/shm to 64 MB, where parallel queries would fail. */
function hasSmallSharedMemory(): boolean {
  if (process.platform !== 'linux') return false;
  try {
    const { blocks, bsize } = statfsSync('/dev/shm');
    return blocks * bsize < 512 * 1024 * 1024;
  } catch {
    return true;
  }
}

function openLog(file: string): number {
  const isFull = (statSync(file, { throwIfNoEntry: false })?.size ?? 0) > MAX_LOG_BYTES;
  return openSync(file, isFull ? 'w' : 'a', 0o600);
}

const lastPortFile = (folder: string): string => path.join(folder, 'port');

/** Keeps the port if possible, so that saved connections keep working. */
function readLastPort(folder: string): number | undefined {
  try {
    return Number.parseInt(readFileSync(lastPortFile(folder), 'utf8'), 10) || undefined;
  } catch {
    return undefined;
  }
}

const findFreePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });

function failure(data: ServerData, { reason, output }: FailedStart): UnavailableError {
  const last = output.trim().split('\n').slice(-5).join('\n');
  return new UnavailableError('embedded-server-failed', `PostgreSQL did not start in ${data.folder} (${reason}): ${last}`, {
    state: 'nothing-changed',
    next: 'Correct what the server reports. Its full log is server.log beside that folder.',
  });
}
