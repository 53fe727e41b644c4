import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { packageFile } from '../../src/spec/package-file.js';
import { deepTest } from '../support/depth.js';

/** Prints, for each mode, what vitest provides the tests of each project with. */
const TELL_PROJECTS = `
  import { createVitest } from 'vitest/node';
  const told = {};
  for (const mode of ['test', 'rest', 'all']) {
    const vitest = await createVitest('test', { mode, run: true });
    told[mode] = vitest.projects.map((project) => ({ name: project.name, ...project.getProvidedContext() }));
    await vitest.close();
  }
  process.stdout.write(JSON.stringify(told));`;

const NAMES = ['process', 'database', 'pure', 'measured'];

/** What Node.js prints of a program, or with these arguments, in the repository's folder. */
const print = (...args: readonly string[]): string =>
  execFileSync(process.execPath, args, { cwd: packageFile(), encoding: 'utf8', env: { ...process.env, TEST_HISTORIES: '300' } });

describe('how deep the tests go', { timeout: 120_000 }, () => {
  // Each project of vitest.config.ts must be given the depth: without it, npm run test:all would only sample.
  test('each project is told: npm test samples, the others test the whole', () => {
    const told = JSON.parse(print('--input-type=module', '--eval', TELL_PROJECTS)) as unknown;
    const all = (depth: string) => NAMES.map((name) => expect.objectContaining({ name, depth, histories: 300 }) as unknown);
    expect(told).toEqual({ test: all('everyday'), rest: all('all'), all: all('all') });
  });

  deepTest.each([
    ['test', 2],
    ['rest', 20],
    ['all', 20],
  ])('--mode %s plays %i groups of histories in one of two files', (mode, groups) => {
    const listed = print('node_modules/vitest/vitest.mjs', 'list', '--mode', mode, 'test/proofs/convergence.test.ts');
    expect(listed.split('\n').filter((line) => line.includes('histories of seed'))).toHaveLength(groups);
  });
});
