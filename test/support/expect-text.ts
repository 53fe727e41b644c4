import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished } from 'vitest';

/** Holds the expected wording of a folder's tests. */
const GOLDEN = 'texts.golden.txt';

const counts = new Map<string, number>();

/**
 * Compares text for people with the section of `texts.golden.txt`, beside the test file, that has the test's name. So the wording of a
 * command or module is edited in one file. A missing section is added, except on CI; `vitest -u` writes changed ones.
 */
export function expectText(actual: unknown): void {
  const { testPath, currentTestName, snapshotState } = expect.getState();
  const name = `${path.basename(testPath!, '.test.ts')} > ${currentTestName!}`.replaceAll(/\s+/g, ' ');
  const times = (counts.get(name) ?? 0) + 1;
  counts.set(name, times);
  // A worker may run a test again.
  if (times === 1) onTestFinished(() => void counts.delete(name));
  const heading = `## ${name}${times === 1 ? '' : ` (${times})`}\n`;
  const file = path.join(path.dirname(testPath!), GOLDEN);
  const section = `${heading}${toText(actual).replace(/\n*$/, '\n')}\n`;
  const golden = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const at = golden.startsWith(heading) ? 0 : golden.indexOf(`\n\n${heading}`) + 2;
  if (at === 1) {
    if (process.env['CI'] !== undefined) throw new Error(`${file} has no section ${heading.trim()}`);
    // One write, because another worker may add a section at the same time.
    appendFileSync(file, section);
    return;
  }
  const next = golden.indexOf('\n\n## ', at);
  const expected = next === -1 ? golden.slice(at) : golden.slice(at, next + 2);
  const updates = (snapshotState as unknown as { readonly _updateSnapshot?: string })._updateSnapshot === 'all';
  if (updates && expected !== section) {
    writeFileSync(file, golden.slice(0, at) + section + golden.slice(at + expected.length));
    return;
  }
  expect(section, `the section of ${file}; vitest -u writes it`).toBe(expected);
}

/** A value as text: strings as they are, lists one element per line, objects one key per line. */
function toText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map(toText).join('\n');
  if (typeof value !== 'object' || value === null) return String(value);
  return Object.entries(value)
    .map(([key, each]) => `${key}: ${toText(each)}`)
    .join('\n');
}
