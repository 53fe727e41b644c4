import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { packageFile } from '../../src/spec/package-file.js';

// Each project of vitest.config.ts must be given the depth: without it, npm run test:all would only sample.
test.each([
  ['test', 4],
  ['rest', 20],
  ['all', 20],
])('--mode %s plays %i groups of histories in one of two files', (mode, groups) => {
  const args = ['node_modules/vitest/vitest.mjs', 'list', '--mode', mode, 'test/proofs/convergence.test.ts'];
  const { stdout } = spawnSync(process.execPath, args, { cwd: packageFile(), encoding: 'utf8' });
  expect(stdout.split('\n').filter((line) => line.includes('histories of seed'))).toHaveLength(groups);
});
