import type { Config } from '../config/config.js';
import { startEmbeddedServer, type EmbeddedServer } from '../db/embedded-server.js';
import { withCleanUpOnSignal } from './interruption.js';
import type { StopRequest } from './stop-request.js';

/** Where a command finds the IDB and the mart. The URLs hold passwords: never to be printed. */
export interface DatabaseUrls {
  readonly idbUrl: string;
  /** The other IDBs of an HA set. */
  readonly twinUrls: readonly string[];
  readonly martUrl: string;
  /** Both are databases of the embedded server. */
  readonly embedded: boolean;
}

/** Names of the two databases in the embedded server. */
export interface DatabaseNames {
  readonly idb: string;
  readonly mart: string;
}

export const EMBEDDED_DATABASES: DatabaseNames = { idb: 'chatmart_idb', mart: 'chatmart_infomart' };
export const DEMO_DATABASES: DatabaseNames = { idb: 'demo_idb', mart: 'demo_infomart' };

export interface DatabaseOptions {
  readonly log: (line: string) => void;
  /** Begin with two empty databases; the demo's only. */
  readonly recreate?: boolean;
  /** Leave the embedded server running when the work is done. */
  readonly leaveRunning?: boolean;
  /** Work that is told when to stop ends by itself; other work is cut off when the program is interrupted. */
  readonly stop?: StopRequest | undefined;
}

/** The command that ends an embedded server. */
export const STOP_COMMAND = 'chatmart db stop';

/**
 * Runs `work` on the configured servers, else on the embedded one: that is started if need be, gets its databases, and is stopped
 * again if this call started it and nobody else uses it, also when the program is interrupted.
 */
export async function withDatabases<T>(config: Config, options: DatabaseOptions, work: (urls: DatabaseUrls) => Promise<T>): Promise<T> {
  if (options.recreate && !config.demo) throw new Error('Only the databases of the demo may be made anew');
  const [idbUrl, ...twinUrls] = config.idbUrls;
  if (!config.demo && idbUrl !== undefined && config.martUrl !== undefined)
    return work({ idbUrl, twinUrls, martUrl: config.martUrl, embedded: false });
  const starting = startEmbeddedServer({ home: config.home, pgBin: config.pgBin, log: options.log });
  const workOnServer = async (): Promise<T> => {
    const server = await starting;
    let done = false;
    try {
      const result = await work(await prepareDatabases(server, config.demo ? DEMO_DATABASES : EMBEDDED_DATABASES, options));
      done = true;
      return result;
    } finally {
      await (done && options.leaveRunning ? server.leave() : release(server, options));
    }
  };
  if (options.stop !== undefined) return workOnServer();
  // The program's own sessions are cut off; those of others (their names do not begin so) keep the server running.
  const cutOff = async (): Promise<void> => release(await starting, options, (name) => !name.startsWith('chatmart'));
  return withCleanUpOnSignal(cutOff, workOnServer);
}

async function prepareDatabases(server: EmbeddedServer, { idb, mart }: DatabaseNames, options: DatabaseOptions): Promise<DatabaseUrls> {
  for (const name of [idb, mart]) {
    if (options.recreate) await server.dropDatabase(name);
    await server.ensureDatabase(name);
  }
  return { idbUrl: server.url(idb), twinUrls: [], martUrl: server.url(mart), embedded: true };
}

async function release(server: EmbeddedServer, options: DatabaseOptions, isOther?: (sessionName: string) => boolean): Promise<void> {
  if (!server.owned) {
    await server.leave();
    return;
  }
  const others = await server.stop(isOther);
  if (others.length > 0) options.log(`PostgreSQL keeps running for ${others.join(', ')}; ${STOP_COMMAND} ends it`);
}
