import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { packageFile } from '../../src/spec/package-file.js';

test.each([
  ['the specification, docs/kvp-semantics.md and the readings in DECISIONS.md follow the KVP map', 'follow-kvp-map.mjs'],
  ['docs/measures.md follows the registry of measures', 'write-measures.mjs'],
])('%s', (_, script) => {
  const { status, stderr } = spawnSync(process.execPath, [packageFile('scripts', script), '--check'], { encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});
