import { existsSync } from 'node:fs';
import path from 'node:path';
import { startEmbeddedServer, type EmbeddedServer } from '../../src/db/embedded/server.js';
import { temporaryFolder } from './temporary-folder.js';
import { copyNewHome, TEST_SETTINGS } from './template-home.js';

/** The folder of Debian's PostgreSQL 15, if installed. */
export function debianPgBin(): string | undefined {
  const folder = '/usr/lib/postgresql/15/bin';
  return existsSync(path.join(folder, 'initdb')) ? folder : undefined;
}

/** Runs `work` on a separate server without databases, and removes it afterwards. */
export async function withServer<T>(
  options: { readonly pgBin?: string | undefined; readonly settings?: Readonly<Record<string, string>> },
  work: (server: EmbeddedServer) => Promise<T>,
): Promise<T> {
  const home = temporaryFolder();
  await copyNewHome(home, options.pgBin);
  const server = await startEmbeddedServer({
    home,
    pgBin: options.pgBin,
    log: () => undefined,
    settings: { ...TEST_SETTINGS, ...options.settings },
  });
  try {
    return await work(server);
  } finally {
    await server.forceStop();
  }
}
