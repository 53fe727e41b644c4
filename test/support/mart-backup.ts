import { closeAfterFile } from './closers.js';
import { query } from './databases.js';
import { workerServer } from './worker-server.js';

/** Copies a mart as it is. Returns the copy and a function that puts it back, as a disk snapshot would: with the same identifiers. */
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
