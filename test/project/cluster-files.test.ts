import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, inject, test } from 'vitest';
import { listClusterFiles, NOT_ON_CLUSTER } from '../support/test-projects.js';

declare module 'vitest' {
  export interface ProvidedContext {
    /** `CHATMART_TEST_CITUS_URL` is set: the project `cluster` runs the files below. */
    hasCluster: boolean;
  }
}

const root = path.join(import.meta.dirname, '..', '..');
const files = listClusterFiles(root);

test('the files that cannot have their mart on a cluster are there', () => {
  expect(Object.keys(NOT_ON_CLUSTER).filter((file) => !existsSync(path.join(root, file)))).toEqual([]);
  expect(files).toContain('test/proofs/convergence.test.ts');
});

if (!inject('hasCluster'))
  describe('with its mart on a cluster, which CHATMART_TEST_CITUS_URL does not name', () => {
    for (const file of files) test.skip(file, () => undefined);
  });
describe('cannot have its mart on a cluster', () => {
  for (const [file, why] of Object.entries(NOT_ON_CLUSTER)) test.skip(`${file}: ${why}`, () => undefined);
});
