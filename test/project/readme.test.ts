import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { packageFile } from '../../src/spec/package-file.js';

it('the command list of the README is the one that --help prints', () => {
  const { status, stderr } = spawnSync(process.execPath, ['scripts/update-readme.mjs', '--check'], {
    cwd: packageFile(),
    encoding: 'utf8',
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});

it('the package holds what the README refers to', () => {
  const { stdout } = spawnSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { cwd: packageFile(), encoding: 'utf8' });
  const [{ files }] = JSON.parse(stdout) as [{ files: { path: string }[] }];
  const links = [...readFileSync(packageFile('README.md'), 'utf8').matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, target]) => target!);
  expect(links.length).toBeGreaterThan(5);
  expect(files.map(({ path }) => path)).toEqual(expect.arrayContaining(links));
});
