import { chownSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { EmbeddedServer } from '../../src/db/embedded/server.js';
import { query } from './databases.js';
import { debianPgBin } from './further-server.js';
import { pollUntil } from './poll-until.js';
import { startServerOf } from './server-homes.js';
import { temporaryFolder } from './temporary-folder.js';
import type { Certificate } from './tls-certificates.js';

/** A server whose certificate can be changed while it runs. */
export interface TlsServer {
  /** The URL of its only database; the parameters are appended. */
  readonly url: (host: string, parameters?: string, role?: string) => string;
  readonly present: (certificate: Certificate, clientAuthority?: string) => Promise<void>;
  /** Turns TLS off. */
  readonly withdraw: () => Promise<void>;
  /** Adds a role and how it may log in: a line of pg_hba.conf, before all others. */
  readonly admit: (role: string, rule: string) => Promise<void>;
}

/** Starts a server of the packaged programs or else of Debian's; undefined if neither was built with TLS. */
export async function startTlsServer(): Promise<TlsServer | undefined> {
  for (const pgBin of [undefined, debianPgBin()]) {
    const server = await startServerOf(temporaryFolder(), { pgBin });
    if (await hasTls(server)) return toTlsServer(server);
  }
  return undefined;
}

const administratorOf = (server: EmbeddedServer): string => `${server.url('postgres')}?sslmode=disable`;

/** A server built without TLS rejects the setting. */
async function hasTls(server: EmbeddedServer): Promise<boolean> {
  try {
    await query(administratorOf(server), 'alter system set ssl to on');
    return true;
  } catch {
    return false;
  } finally {
    await query(administratorOf(server), 'alter system reset ssl');
  }
}

async function toTlsServer(server: EmbeddedServer): Promise<TlsServer> {
  const administrator = administratorOf(server);
  await query(administrator, 'create database tls');
  const { username, password, port } = new URL(server.url('tls'));
  return {
    url: (host, parameters = '', role = `${username}:${password}`) => `postgres://${role}@${host}:${port}/tls${parameters}`,
    present: async ({ certificate, key }, clientAuthority) => {
      writeOwned(server, 'server.crt', certificate);
      writeOwned(server, 'server.key', key);
      if (clientAuthority !== undefined) writeOwned(server, 'clients.crt', clientAuthority);
      await query(administrator, 'alter system set ssl to on');
      await query(administrator, `alter system set ssl_ca_file to '${clientAuthority === undefined ? '' : 'clients.crt'}'`);
      await reload(administrator);
    },
    withdraw: async () => {
      await query(administrator, 'alter system reset ssl');
      await reload(administrator);
    },
    admit: async (role, rule) => {
      await query(administrator, `create role ${role} login`);
      const file = path.join(server.dataFolder, 'pg_hba.conf');
      const others = readFileSync(file, 'utf8');
      writeFileSync(file, `${rule}\n${others}`);
      await reload(administrator);
    },
  };
}

/** PostgreSQL accepts a key file only if it or root owns it and others cannot access it. */
function writeOwned(server: EmbeddedServer, name: string, content: string): void {
  const file = path.join(server.dataFolder, name);
  const { uid, gid } = statSync(server.dataFolder);
  writeFileSync(file, content, { mode: 0o600 });
  chownSync(file, uid, gid);
}

/** Reloads the files, and waits until new sessions use their content. */
async function reload(url: string): Promise<void> {
  const loadedAt = async (): Promise<string> =>
    (await query<{ at: string }>(url, 'select extract(epoch from pg_conf_load_time())::text as at'))[0]!.at;
  const before = await loadedAt();
  await query(url, 'select pg_reload_conf()');
  await pollUntil(async () => (await loadedAt()) !== before);
}
