import { chmodSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { inject } from 'vitest';

/** Where this test run writes down the statements that our code sends; programs run as other users too. */
export function statementsFolder(): string {
  const folder = path.join(inject('runFolder'), 'statements');
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o1777);
  return folder;
}
