import { closeAfterFile } from './closers.js';
import { query } from './databases.js';
import { workerServer } from './worker-server.js';

/** A copy of a mart as it is, and how to put it back in its place, as a snapshot of its disk would be: under the same numbers. */
export async function backUpMart(martUrl: string): Promise<{ readonly url: string; readonly restore: () => Promise<void> }> {
  const server = await workerServer();
  const admin = server.url('postgres');
  const name = new URL(martUrl).pathname.slice(1);
  const copy = `${name}_copy`;
  await query(admin, `create database ${copy} template ${name}`);
  closeAfterFile(() => server.dropDatabase(copy));
  const restore = async (): Promise<void> => {
    await query(admin, `drop database ${name} with (force)`);
    await query(admin, `create database ${name} template ${copy}`);
  };
  return { url: server.url(copy), restore };
}
