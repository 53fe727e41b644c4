import { chmodSync, mkdtempSync } from 'node:fs';
import path from 'node:path';
import { inject } from 'vitest';
import { closeAfterFile } from './closers.js';
import { removeFolderWithServers } from './run-folder.js';

/** An empty folder that a server's account can reach, for CHATMART_HOME or files; removed with its servers after the test file. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(inject('runFolder'), 'folder-'));
  chmodSync(folder, 0o711);
  closeAfterFile(() => removeFolderWithServers(folder));
  return folder;
}
