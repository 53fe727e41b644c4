import type { Config } from '../config/config.js';
import { readPassword } from '../config/read-passwords.js';
import { hasEmbeddedServer, startEmbeddedServer, type EmbeddedServer } from '../db/embedded/server.js';
import { readPasswordsBy, type FindPassword } from '../db/login.js';
import { tellWaitsTo } from '../db/wait-teller.js';
import { ConfigError } from '../model/errors.js';
import type { Log } from '../model/log.js';
import { withCleanUpOnSignal, type StopRequest } from './stop.js';

/** The URLs of the mart and, if known, of the IDBs. They hold passwords: never print them. */
export interface MartUrls {
  /** Undefined: none is configured. */
  readonly idbUrl: string | undefined;
  /** The other IDBs of an HA set. */
  readonly otherIdbUrls: readonly string[];
  readonly martUrl: string;
  /** They are databases of the embedded server. */
  readonly embedded: boolean;
}

/** The same for a command that reads the IDB. */
export interface DatabaseUrls extends MartUrls {
  readonly idbUrl: string;
}

/** Names of the two databases in the embedded server. */
export interface DatabaseNames {
  readonly idb: string;
  readonly mart: string;
}

export const EMBEDDED_DATABASES: DatabaseNames = { idb: 'chatmart_idb', mart: 'chatmart_infomart' };
export const DEMO_DATABASES: DatabaseNames = { idb: 'demo_idb', mart: 'demo_infomart' };

export interface DatabaseOptions {
  /** Also logs what the command's sessions wait for. */
  readonly log: Log;
  /** The command makes what it lacks, so that an embedded server which was asked for may be new. */
  readonly makes?: boolean;
  /** Begin with two empty databases; the demo's only. */
  readonly recreate?: boolean;
  /** Leave the embedded server running when the work is done. */
  readonly leaveRunning?: boolean;
  /** Work that receives the stop request ends by itself; other work is cut off when the program is interrupted. */
  readonly stop?: StopRequest | undefined;
}

/** The command that ends an embedded server. */
export const STOP_COMMAND = 'chatmart db stop';

/**
 * Runs `work` on the configured IDB and mart, else on those of an embedded server that is there or was asked for: it is started if need be,
 * and stopped again if this call started it and nobody else uses it, also when the program is interrupted. Errors: `not-configured`,
 * `no-embedded-database`.
 */
export async function withDatabases<T>(config: Config, options: DatabaseOptions, work: (urls: DatabaseUrls) => Promise<T>): Promise<T> {
  return withMart(config, options, (urls) => {
    const { idbUrl } = urls;
    if (idbUrl === undefined) throw notConfigured(config, ['CHATMART_IDB_URL'], 'this command reads the IDB');
    return work({ ...urls, idbUrl });
  });
}

/** The same for a command that can do without the IDB. */
export function withMart<T>(config: Config, options: DatabaseOptions, work: (urls: MartUrls) => Promise<T>): Promise<T> {
  const findPassword: FindPassword = (url) => {
    const place = config.passwordFiles?.get(url);
    return place && (() => readPassword(place));
  };
  return tellWaitsTo(options.log, () => readPasswordsBy(findPassword, () => workOnMart(config, options, work)));
}

async function workOnMart<T>(config: Config, options: DatabaseOptions, work: (urls: MartUrls) => Promise<T>): Promise<T> {
  if (options.recreate && !config.demo) throw new Error('Only the databases of the demo may be recreated');
  const [idbUrl, ...otherIdbUrls] = config.idbUrls;
  if (!config.demo && config.martUrl !== undefined) return work({ idbUrl, otherIdbUrls, martUrl: config.martUrl, embedded: false });
  requireEmbeddedServer(config, options);
  const starting = startEmbeddedServer({ home: config.home, pgBin: config.pgBin, log: options.log });
  const workOnServer = async (): Promise<T> => {
    const server = await starting;
    let done = false;
    try {
      const result = await work(await prepareDatabases(server, config, options));
      done = true;
      return result;
    } finally {
      await (done && options.leaveRunning ? server.leave() : release(server, options));
    }
  };
  if (options.stop !== undefined) return workOnServer();
  // Only the program's own sessions are cut off; others, whose names begin differently, keep the server running.
  const cutOff = async (): Promise<void> => release(await starting, options, (name) => !name.startsWith('chatmart'));
  return withCleanUpOnSignal(cutOff, workOnServer);
}

/** An empty server in place of a configured one would make every answer meaningless: create one only on request. */
function requireEmbeddedServer(config: Config, { makes, recreate }: DatabaseOptions): void {
  const { demo, home, homeIsSet, idbUrls, ownerUrl } = config;
  if (!demo && (idbUrls.length > 0 || ownerUrl !== undefined)) throw notConfigured(config, ['CHATMART_MART_URL'], 'other URLs are');
  if (recreate || hasEmbeddedServer(home) || (makes && homeIsSet && !demo)) return;
  if (demo)
    throw new ConfigError('no-embedded-database', `There is no demo in ${home}`, {
      state: 'nothing-done',
      next: 'Run chatmart demo first, or name the folder that holds it: --home.',
    });
  throw notConfigured(config, ['CHATMART_IDB_URL', 'CHATMART_MART_URL'], `there is no embedded server in ${home}`);
}

const notConfigured = (config: Config, variables: readonly string[], why: string): ConfigError =>
  new ConfigError('not-configured', `${variables.join(' and ')} ${variables.length === 1 ? 'is' : 'are'} not set, and ${why}`, {
    state: 'nothing-done',
    next:
      'Set the URLs in the environment or in a configuration file (--config FILE); sudo, cron and a new ' +
      `shell do not inherit your variables.${config.martUrl === undefined ? ' To try chatmart without a database, run: chatmart demo' : ''}`,
  });

async function prepareDatabases(server: EmbeddedServer, config: Config, options: DatabaseOptions): Promise<MartUrls> {
  const { idb, mart } = config.demo ? DEMO_DATABASES : EMBEDDED_DATABASES;
  const found = await server.listDatabases();
  if (!options.makes && !options.recreate && !found.includes(mart))
    throw new ConfigError('no-embedded-database', `The embedded server in ${config.home} has no database ${mart}${othersOf(found)}`, {
      state: 'nothing-done',
      next: found.includes(DEMO_DATABASES.mart)
        ? 'Add --demo to use the databases of the demo, or set CHATMART_MART_URL.'
        : config.demo
          ? 'Run chatmart demo.'
          : 'Run chatmart simulate, then chatmart run; or set CHATMART_MART_URL.',
    });
  for (const name of [idb, mart]) {
    if (options.recreate) await server.dropDatabase(name);
    await server.ensureDatabase(name);
  }
  return { idbUrl: server.url(idb), otherIdbUrls: [], martUrl: server.url(mart), embedded: true };
}

const othersOf = (databases: readonly string[]): string => (databases.length === 0 ? '' : `; it has ${databases.join(', ')}`);

async function release(server: EmbeddedServer, options: DatabaseOptions, isOther?: (sessionName: string) => boolean): Promise<void> {
  if (!server.owned) {
    await server.leave();
    return;
  }
  const others = await server.stop(isOther);
  if (others.length > 0) options.log(`PostgreSQL keeps running for ${others.join(', ')}; ${STOP_COMMAND} stops it`);
}
