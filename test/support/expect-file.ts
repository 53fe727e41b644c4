import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { expect } from 'vitest';

/**
 * Compares a text with a kept file. A missing file is written, except on CI. If the text differs, it is written beside the file for
 * inspection, to replace the file if right.
 */
export function expectFile(file: string, actual: string): void {
  const beside = file.replace(/(\.[^.]*)?$/, '.actual$1');
  if (!existsSync(file) && process.env['CI'] === undefined) writeFileSync(file, actual);
  const expected = existsSync(file) ? readFileSync(file, 'utf8') : undefined;
  if (actual === expected) rmSync(beside, { force: true });
  else writeFileSync(beside, actual);
  expect(actual, `what was found is in ${beside}`).toBe(expected);
}
