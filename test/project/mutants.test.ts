import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { packageFile } from '../../src/spec/package-file.js';
import { deepTest } from '../support/depth.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { expectText } from '../support/expect-text.js';

interface Mutant {
  readonly name: string;
  readonly file: string;
  readonly from: string;
  readonly to: string;
  readonly tests: readonly string[];
}

function testMutants(...args: string[]): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/test-mutants.mjs', ...args], {
    cwd: packageFile(),
    encoding: 'utf8',
  });
  return { status, output: stdout + stderr };
}

/** The path of a separate list. */
function listOf(...mutants: Mutant[]): string {
  const file = path.join(temporaryFolder(), 'mutants.json');
  writeFileSync(file, JSON.stringify(mutants));
  return file;
}

// A mutant of a small pure function with small pure tests.
const milliseconds: Mutant = {
  name: 'milliseconds are read as seconds',
  file: 'src/transform/parse-instant.ts',
  from: 'digits.length <= 10 ?',
  to: 'digits.length <= 13 ?',
  tests: ['test/transform/parse-instant.test.ts'],
};

test('each mutant still applies, and there are mutants of many rules', () => {
  const { status, output } = testMutants('--check');
  expect(output).toMatch(/^[1-9]\d+ mutants apply\n$/);
  expect(status).toBe(0);
});

test('a mutant that no longer applies is reported', () => {
  const list = listOf(
    { ...milliseconds, from: 'digits.length <= 11 ?' },
    { ...milliseconds, name: 'nowhere', file: 'src/transform/gone.ts' },
    { ...milliseconds, name: 'nothing', from: 'digits.length', to: 'digits.length', tests: ['test/gone.test.ts'] },
  );
  const { status, output } = testMutants('--check', '--list', list);
  expect(status).toBe(1);
  expectText(output);
});

// Starts four test runs; on a busy machine they take longer than the usual timeout.
deepTest('what is noticed, what is not, and what does not run', { timeout: 180_000 }, () => {
  const list = listOf(
    milliseconds,
    { ...milliseconds, name: 'a harmless change', to: 'digits.length < 11 ?' },
    { ...milliseconds, name: 'no program', to: 'digits.length <= ?' },
  );
  const { status, output } = testMutants('--list', list);
  expect(status).toBe(1);
  expect(output).toMatch(/^milliseconds are read as seconds +noticed /m);
  expect(output).toMatch(/^a harmless change +NOT NOTICED /m);
  expect(output).toMatch(/^no program +DOES NOT RUN /m);
  expect(output).toMatch(/^1 of 3 mistakes were noticed$/m);
});
