import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { expect } from 'vitest';

/**
 * Compares a text with a file that is kept. A missing file is written, but never on CI; where the text differs it is left
 * beside the file, to be looked at and to replace it.
 */
export function expectFile(file: string, actual: string): void {
  const beside = file.replace(/(\.[^.]*)?$/, '.actual$1');
  if (!existsSync(file) && process.env['CI'] === undefined) writeFileSync(file, actual);
  const expected = existsSync(file) ? readFileSync(file, 'utf8') : undefined;
  if (actual === expected) rmSync(beside, { force: true });
  else writeFileSync(beside, actual);
  expect(actual, `what was found is in ${beside}`).toBe(expected);
}
