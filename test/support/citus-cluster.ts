import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { appendFileSync, chownSync, closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { inject } from 'vitest';
import { findServerAccount, SERVER_ENVIRONMENT } from '../../src/db/embedded/account.js';
import { isPostmaster, processExists } from '../../src/db/embedded/postmaster.js';
import { migrateMart } from '../../src/jobs/migrate-mart.js';
import { query, testClock } from './databases.js';
import { temporaryFolder } from './temporary-folder.js';

declare module 'vitest' {
  export interface ProvidedContext {
    /** `CHATMART_TEST_CITUS_BIN`: a folder with the programs of a PostgreSQL that has Citus; empty: none. */
    citusBin: string;
  }
}

/** A PostgreSQL server of a cluster. */
export interface ClusterNode {
  readonly port: number;
  /** As Citus names it. */
  readonly place: string;
  /** Its database of the mart, for the mart's owner. */
  readonly martUrl: string;
  /** The same for a superuser. */
  readonly adminUrl: string;
  /** Ends all its processes at once with SIGKILL. */
  readonly kill: () => void;
  /** Starts it again, and waits until it answers. */
  readonly start: () => Promise<void>;
}

/** A Citus cluster with a distributed mart, schema `infomart`. */
export interface CitusCluster {
  readonly coordinator: ClusterNode;
  readonly workers: readonly ClusterNode[];
  /** Adds a node, which has no shards yet. */
  readonly addWorker: () => Promise<ClusterNode>;
}

/** A folder with the programs of a PostgreSQL that has Citus; undefined: none is named, and nothing is looked for, since a kill takes a minute. */
export const findCitusBin = (): string | undefined => (inject('citusBin') === '' ? undefined : inject('citusBin'));

const SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  shared_preload_libraries: 'citus',
  max_connections: '200',
  max_prepared_transactions: '200',
  shared_buffers: '128MB',
  wal_level: 'logical',
  autovacuum: 'off',
  // A process that is killed loses nothing that the operating system has; what it has not written yet would be lost.
  fsync: 'off',
  full_page_writes: 'off',
  synchronous_commit: 'on',
  'citus.shard_count': '8',
  'citus.node_conninfo': 'sslmode=disable',
  'citus.local_hostname': '127.0.0.1',
  'citus.enable_statistics_collection': 'off',
};

/** Starts a coordinator and two workers, and makes the mart. They are removed after the test file. */
export async function startCitusCluster(bin: string, settings: Readonly<Record<string, string>> = {}): Promise<CitusCluster> {
  const folder = temporaryFolder();
  const secret = randomBytes(12).toString('hex');
  const startNode = (): Promise<ClusterNode> => makeNode({ bin, folder, secret, settings: { ...SETTINGS, ...settings } });
  const [coordinator, ...workers] = (await Promise.all([startNode(), startNode(), startNode()])) as [ClusterNode, ...ClusterNode[]];
  await query(coordinator.adminUrl, `select citus_set_coordinator_host('127.0.0.1', ${coordinator.port})`);
  const join = (node: ClusterNode): Promise<unknown> => query(coordinator.adminUrl, `select citus_add_node('127.0.0.1', ${node.port})`);
  for (const worker of workers) await join(worker);
  await migrateMart({ martUrl: coordinator.martUrl, martSchema: 'infomart' }, { clock: testClock, properties: { distributed: true } });
  const addWorker = async (): Promise<ClusterNode> => {
    const node = await startNode();
    await join(node);
    return node;
  };
  return { coordinator, workers, addWorker };
}

interface NodeOptions {
  readonly bin: string;
  readonly folder: string;
  readonly secret: string;
  readonly settings: Readonly<Record<string, string>>;
}

/** Makes a node with the database `mart`, and starts it. */
async function makeNode({ bin, folder, secret, settings }: NodeOptions): Promise<ClusterNode> {
  const account = findServerAccount();
  const port = await findFreePort();
  const home = path.join(folder, `node-${port}`);
  // A server whose data is in a folder of this name is stopped when its folder is removed.
  const data = path.join(home, 'pgdata');
  const passFile = path.join(home, 'passwords');
  const give = (file: string): void => {
    if (account.uid !== undefined && account.gid !== undefined) chownSync(file, account.uid, account.gid);
  };
  for (const each of [home, data]) {
    mkdirSync(each, { mode: 0o700 });
    give(each);
  }
  const env = { ...SERVER_ENVIRONMENT, PGPASSFILE: passFile };
  const first = path.join(home, 'first-password');
  for (const [file, text] of [
    [passFile, `127.0.0.1:*:*:*:${secret}\n`],
    [first, `${secret}\n`],
  ] as const) {
    writeFileSync(file, text, { mode: 0o600 });
    give(file);
  }
  const init = ['-D', data, '-U', 'postgres', '-A', 'scram-sha-256', `--pwfile=${first}`, '-E', 'UTF8', '--locale=C.UTF-8', '-N'];
  const answer = spawnSync(path.join(bin, 'initdb'), init, { ...account, cwd: home, env, encoding: 'utf8' });
  if (answer.status !== 0) throw new Error(`initdb failed: ${answer.error?.message ?? answer.stderr}`);

  const urlOf = (user: string, database: string): string => `postgres://${user}:${secret}@127.0.0.1:${port}/${database}`;
  // In the file, so that `alter system` can change them.
  const lines = Object.entries({ ...settings, port: String(port) }).map(([name, value]) => `${name} = '${value}'\n`);
  appendFileSync(path.join(data, 'postgresql.conf'), lines.join(''));
  let pid: number | undefined;
  const start = async (): Promise<void> => {
    for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      const log = openSync(path.join(home, 'log'), 'a');
      const child = spawn(path.join(bin, 'postgres'), ['-D', data], {
        ...account,
        cwd: home,
        env,
        stdio: ['ignore', log, log],
        detached: true,
      });
      closeSync(log);
      child.unref();
      pid = child.pid;
      while (child.exitCode === null && child.signalCode === null) {
        if (await answers(urlOf('postgres', 'postgres'))) return;
        await sleep(POLL_MS);
      }
      // What is left of a killed server keeps its memory for a moment.
      await sleep(LEAVING_MS);
    }
    throw new Error(`A node does not start: ${readFileSync(path.join(home, 'log'), 'utf8').slice(-500)}`);
  };
  const kill = (): void => {
    if (pid !== undefined && isPostmaster(pid, data)) killWithChildren(pid);
    pid = undefined;
  };
  await start();
  await query(urlOf('postgres', 'postgres'), `create role chatmart login password '${secret}'`);
  await query(urlOf('postgres', 'postgres'), 'create database mart owner chatmart');
  await query(urlOf('postgres', 'mart'), 'create extension citus');
  const urls = { martUrl: urlOf('chatmart', 'mart'), adminUrl: urlOf('postgres', 'mart') };
  return { port, place: `127.0.0.1:${port}`, ...urls, kill, start };
}

const POLL_MS = 50;
const LEAVING_MS = 500;
const MOST_ATTEMPTS = 60;

const answers = (url: string): Promise<boolean> =>
  query(url, 'select').then(
    () => true,
    () => false,
  );

/** Each process of a server leads a group of its own. The postmaster is last, or the others would have time to say goodbye. */
function killWithChildren(postmaster: number): void {
  process.kill(postmaster, 'SIGSTOP');
  const processes = spawnSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' }).stdout.trim().split('\n');
  const children = processes.map((line) => line.trim().split(/\s+/).map(Number)).filter(([, parent]) => parent === postmaster);
  for (const pid of [...children.map(([child]) => child!), postmaster]) if (processExists(pid)) process.kill(pid, 'SIGKILL');
}

const findFreePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
