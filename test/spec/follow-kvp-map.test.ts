import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { packageFile } from '../../src/spec/package-file.js';

test('the specification, docs/kvp-semantics.md and the readings in DECISIONS.md say what the KVP map, the readings and the timelines say', () => {
  const { status, stderr } = spawnSync(process.execPath, [packageFile('scripts', 'follow-kvp-map.mjs'), '--check'], {
    encoding: 'utf8',
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});
