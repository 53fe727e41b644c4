import { spawnSync } from 'node:child_process';
import { chownSync, mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { findServerAccount } from '../../src/db/embedded/account.js';
import type { EmbeddedServer } from '../../src/db/embedded/server.js';
import { closeAfterFile } from './closers.js';
import { query } from './databases.js';
import { temporaryFolder } from './temporary-folder.js';

const FOLDER_BYTES = 128 * 1024 * 1024;

/** Mounts a small disk until the test file is done; undefined if that is not allowed. */
export function mountSmallDisk(): string | undefined {
  const folder = path.join(temporaryFolder(), 'disk');
  mkdirSync(folder);
  if (process.getuid?.() !== 0) return undefined;
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${FOLDER_BYTES}`, 'chatmart-test', folder]).status !== 0) return undefined;
  closeAfterFile(() => spawnSync('umount', [folder]));
  return folder;
}

/** Creates tablespace `small` on a small disk. */
export async function makeSmallTablespace(server: EmbeddedServer, folder: string): Promise<void> {
  const space = path.join(folder, 'space');
  mkdirSync(space);
  const { uid, gid } = findServerAccount();
  if (uid !== undefined && gid !== undefined) chownSync(space, uid, gid);
  await query(server.url('postgres'), `create tablespace small location '${space}'`);
  closeAfterFile(() => query(server.url('postgres'), 'drop tablespace small'));
}

/** Leaves a number of bytes free on a small disk. */
export function fillDisk(folder: string, freeBytes: number): void {
  const { bavail, bsize } = statfsSync(folder);
  writeFileSync(path.join(folder, 'ballast'), Buffer.alloc(Math.max(0, bavail * bsize - freeBytes)));
}

/** Removes what filled it. */
export const makeRoom = (folder: string): void => rmSync(path.join(folder, 'ballast'), { force: true });
