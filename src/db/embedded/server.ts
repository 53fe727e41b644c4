import type { Log } from '../../model/log.js';
import { UnavailableError } from '../../model/errors.js';
import { type Connection, queryRows, withConnection } from '../connection.js';
import { POSTGRES_CODE, postgresCode } from '../postgres-errors.js';
import { quoteIdentifier } from '../quote.js';
import { SERVER_ENVIRONMENT, findServerAccount } from './account.js';
import { copiesPackaged, findBinaries } from './binaries.js';
import { hasData, openData, type ServerData } from './data.js';
import { findServerFolder, readRemembered } from './folder.js';
import { giveBackSoleLease, LEASE_NAME, listOtherSessions, tryTakeSoleLease, joinServer, toServerUrl, type RunningServer } from './join.js';
import { isPostmaster, readPostmaster } from './postmaster.js';
import { startServer, type ServerSettings } from './start.js';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 25;
/** The server notices a closed connection a moment later. */
const CLOSING_SESSIONS_MS = 500;
/** The final checkpoint writes all of shared_buffers. */
const STOP_TIMEOUT_MS = 120_000;

/** Stops the server unless another session uses it. Returns the names of those sessions; empty if it was stopped. */
export async function stopIfUnused(
  lease: Connection,
  stop: () => Promise<void>,
  isOther: (sessionName: string) => boolean = () => true,
): Promise<string[]> {
  for (let waitedMs = 0; ; waitedMs += POLL_MS) {
    const isSole = await tryTakeSoleLease(lease);
    const others = (await listOtherSessions(lease)).filter(isOther);
    if (isSole && others.length === 0) {
      await stop();
      return [];
    }
    if (isSole) await giveBackSoleLease(lease);
    if (waitedMs >= CLOSING_SESSIONS_MS) return others.length > 0 ? others : [LEASE_NAME];
    await sleep(POLL_MS);
  }
}

/** Stops the server on a data folder and waits for its exit. Sessions are ended, and uncommitted work is rolled back. */
export async function stopPostmaster(data: string, pgCtl: string): Promise<void> {
  const pid = readPostmaster(data)?.pid;
  if (pid === undefined || Number.isNaN(pid) || !isPostmaster(pid, data)) return;
  if (process.platform === 'win32')
    spawnSync(pgCtl, ['stop', '-D', data, '-m', 'fast', '-w'], { env: SERVER_ENVIRONMENT, stdio: 'ignore' });
  else process.kill(pid, 'SIGINT');
  for (let waitedMs = 0; isPostmaster(pid, data); waitedMs += POLL_MS) {
    if (waitedMs >= STOP_TIMEOUT_MS)
      throw new UnavailableError('embedded-server-stays', `The PostgreSQL server in ${data} (process ${pid}) does not stop`, {
        next: 'It is still writing its last checkpoint, or its disk is slow. Look at server.log beside that folder.',
      });
    await sleep(POLL_MS);
  }
}

export interface EmbeddedServerOptions {
  /** CHATMART_HOME. */
  readonly home: string;
  /** Folder with PostgreSQL programs to use instead of the packaged ones. */
  readonly pgBin?: string | undefined;
  readonly log: Log;
  /** For a server started by this call; a running one keeps its own. */
  readonly settings?: ServerSettings;
}

/** A handle on the private PostgreSQL server of one CHATMART_HOME. End it with `leave` or `stop`. */
export class EmbeddedServer {
  /** Whether this call started the server rather than joined a running one. */
  readonly owned: boolean;
  readonly port: number;
  /** File in libpq's format (PGPASSFILE) with the password; readable only by its owner. */
  readonly passFile: string;
  readonly dataFolder: string;
  readonly version: string;
  readonly #data: ServerData;
  readonly #lease: Connection;
  readonly #stopPostmaster: () => Promise<void>;

  constructor(running: RunningServer, owned: boolean, data: ServerData, binaries: { version: string; pgCtl: string }) {
    this.owned = owned;
    this.port = running.port;
    this.passFile = data.passFile;
    this.dataFolder = data.folder;
    this.version = binaries.version;
    this.#data = data;
    this.#lease = running.lease;
    this.#stopPostmaster = () => stopPostmaster(data.folder, binaries.pgCtl);
  }

  /** URL of a database, including the password: never print it. */
  url(database: string): string {
    return toServerUrl(this.#data, this.port, database);
  }

  /** Creates a database unless it exists. */
  async ensureDatabase(name: string): Promise<void> {
    await this.#administer(async (connection) => {
      const found = await queryRows(connection, { text: 'select from pg_database where datname = $1', values: [name] });
      if (found.length > 0) return;
      // No one can connect to template0; a connection to the template would make this fail.
      await connection.query(`create database ${quoteIdentifier(name)} template template0`).catch((error: unknown) => {
        const code = postgresCode(error); // another process created it at the same moment
        if (code !== POSTGRES_CODE.duplicateDatabase && code !== POSTGRES_CODE.uniqueViolation) throw error;
      });
    });
  }

  /** Names of the databases made with `ensureDatabase`. */
  async listDatabases(): Promise<string[]> {
    const rows = await queryRows<{ name: string }>(this.#lease, {
      text: `select datname as name from pg_database where not datistemplate and datname <> 'postgres' order by datname`,
    });
    return rows.map(({ name }) => name);
  }

  /** Drops a database and ends its sessions, if it exists. */
  async dropDatabase(name: string): Promise<void> {
    await this.#administer((connection) => connection.query(`drop database if exists ${quoteIdentifier(name)} with (force)`));
  }

  /** Releases the server; it keeps running. */
  async leave(): Promise<void> {
    await this.#lease.end().catch(() => undefined);
  }

  /**
   * Stops the server unless another session uses it; releases it in any case. Returns the names of the sessions that kept it running.
   * `isOther` decides by name which sessions count; default: all but this handle's own.
   */
  async stop(isOther?: (sessionName: string) => boolean): Promise<string[]> {
    try {
      return await stopIfUnused(this.#lease, this.#stopPostmaster, isOther);
    } finally {
      await this.leave();
    }
  }

  /** Stops the server even if others use it. */
  async forceStop(): Promise<void> {
    await this.#stopPostmaster();
    await this.leave();
  }

  // A separate session: a failed statement must not lose the lease, and `create database` cannot run in a transaction.
  #administer(work: (connection: Connection) => Promise<unknown>): Promise<unknown> {
    return withConnection({ url: this.url('postgres'), applicationName: 'chatmart administration' }, work);
  }
}

/** The data and programs of a home, and its server if it runs. */
async function openHome({ home, pgBin, log }: EmbeddedServerOptions) {
  const account = findServerAccount();
  const folder = await findServerFolder(home, account, { log, copiesPrograms: () => copiesPackaged(pgBin, account) });
  const binaries = await findBinaries(pgBin, account, folder);
  const data = openData(folder, binaries, account);
  return { account, folder, binaries, data, joined: await joinServer(data, log) };
}

/** Joins the server of a home, or starts it; the first start creates its data folder. */
export async function startEmbeddedServer(options: EmbeddedServerOptions): Promise<EmbeddedServer> {
  const { account, folder, binaries, data, joined } = await openHome(options);
  if (joined !== undefined) return new EmbeddedServer(joined, false, data, binaries);
  const settings = options.settings ?? {};
  const { owned, ...running } = await startServer({ folder, data, binaries, account, settings, log: options.log });
  if (owned) options.log(`PostgreSQL ${binaries.version} started on 127.0.0.1:${running.port}; its data is in ${data.folder}`);
  return new EmbeddedServer(running, owned, data, binaries);
}

/** Whether a home has a server, running or not; creates nothing. */
export const hasEmbeddedServer = (home: string): boolean => existsSync(home) && hasData(readRemembered(home) ?? home);

/** Joins the server of a home if it runs; starts and creates nothing. */
export async function joinEmbeddedServer(options: EmbeddedServerOptions): Promise<EmbeddedServer | undefined> {
  if (!hasEmbeddedServer(options.home)) return undefined;
  const { joined, binaries, data } = await openHome(options);
  return joined && new EmbeddedServer(joined, false, data, binaries);
}
