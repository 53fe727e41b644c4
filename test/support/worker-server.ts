import path from 'node:path';
import { inject } from 'vitest';
import { startEmbeddedServer, type EmbeddedServer } from '../../src/db/embedded/server.js';

/** Settings that speed up a server with disposable data and make it work the same in each run. */
export const TEST_SETTINGS = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  autovacuum: 'off',
  max_prepared_transactions: '10',
  shared_buffers: '128MB',
};

let server: Promise<EmbeddedServer> | undefined;

/** The server of this worker: the first file that needs it starts it, and the end of the run stops it. */
export function workerServer(): Promise<EmbeddedServer> {
  const home = path.join(inject('runFolder'), `worker-${process.env['VITEST_POOL_ID'] ?? '1'}`);
  server ??= startEmbeddedServer({ home, log: () => undefined, settings: TEST_SETTINGS });
  return server;
}
