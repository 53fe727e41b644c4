import { existsSync } from 'node:fs';
import path from 'node:path';
import { inject } from 'vitest';
import { startEmbeddedServer, type EmbeddedServer } from '../../src/db/embedded/server.js';
import { copyTemplateHome, TEST_SETTINGS } from './template-home.js';

export { TEST_SETTINGS } from './template-home.js';

let server: Promise<EmbeddedServer> | undefined;

/** The server of this worker: the first file that needs it starts it, and the end of the run stops it. */
export function workerServer(): Promise<EmbeddedServer> {
  server ??= startWorkerServer();
  return server;
}

/** A worker of another project may have left it running under the same number. */
async function startWorkerServer(): Promise<EmbeddedServer> {
  const home = path.join(inject('runFolder'), `worker-${process.env['VITEST_POOL_ID'] ?? '1'}`);
  if (!existsSync(path.join(home, 'pgdata'))) await copyTemplateHome(home);
  return startEmbeddedServer({ home, log: () => undefined, settings: TEST_SETTINGS });
}
