import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { packageFile } from '../../src/spec/package-file.js';

test('docs/kvp-semantics.md and the readings in DECISIONS.md say what the KVP map, the readings and the timelines say', () => {
  const { status, stderr } = spawnSync(process.execPath, [packageFile('scripts', 'write-kvp-semantics.mjs'), '--check'], {
    encoding: 'utf8',
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});
