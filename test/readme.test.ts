import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { packageFile } from '../src/spec/package-file.js';

it('the command list of the README is the one that --help prints', () => {
  const { status, stderr } = spawnSync(process.execPath, ['scripts/update-readme.mjs', '--check'], {
    cwd: packageFile(),
    encoding: 'utf8',
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});
