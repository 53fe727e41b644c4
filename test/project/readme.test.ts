import { spawnSync } from 'node:child_process';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { toNextSteps, toSimulatedText } from '../../src/commands/demo/command.js';
import { writeSimulatedSessions } from '../../src/commands/simulate/simulate.js';
import { packageFile } from '../../src/spec/package-file.js';
import { freshDatabases, testClock } from '../support/databases.js';
import { deepTest } from '../support/depth.js';
import { programArguments } from '../support/program-arguments.js';
import { fits, parseRunbook, toComparable } from '../support/runbook-steps.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const readme = readFileSync(packageFile('README.md'), 'utf8');

test('it is short: under 150 lines', () => {
  expect(readme.split('\n').length - 1).toBeLessThan(150);
});

test('the command list of the README is the one that --help prints', () => {
  const { status, stderr } = spawnSync(process.execPath, ['scripts/update-readme.mjs', '--check'], {
    cwd: packageFile(),
    encoding: 'utf8',
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});

deepTest('the package holds what the README and the guides refer to', () => {
  const { stdout } = spawnSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { cwd: packageFile(), encoding: 'utf8' });
  const [{ files }] = JSON.parse(stdout) as [{ files: { path: string }[] }];
  const linksOf = (file: string): string[] =>
    [...readFileSync(packageFile(file), 'utf8').matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, target]) =>
      path.join(path.dirname(file), target!),
    );
  const links = ['README.md', 'docs/configuration.md', 'docs/troubleshooting.md'].flatMap(linksOf);
  expect(links.length).toBeGreaterThan(15);
  expect(files.map((file) => file.path)).toEqual(expect.arrayContaining(links));
});

test('the five steps that npm start ends with are those of the README', () => {
  const [, section] = readme.split('## I run it');
  const written = [...section!.matchAll(/^(\d)\. \*\*(.+?)\.\*\*(.*?)(?=^\d\. |^\*\*)/gms)];
  const [, told] = toNextSteps('chatmart').split('Your own IDB in five steps');
  const steps = [...told!.matchAll(/^ {2}(\d)\. ([^:]+):(.*?)(?=^ {2}\d\. |$(?![^]))/gms)];
  expect(steps.map(([, number, title]) => [number, title])).toEqual(written.map(([, number, title]) => [number, title]));
  expect(steps).toHaveLength(5);
  for (const [index, [, , , rest]] of steps.entries())
    for (const command of rest!.match(/(?:export|chatmart) .*/g) ?? []) expect(written[index]![3]).toContain(`\n   ${command}\n`);
  expect(told!.match(/(?:export|chatmart) .*/g)).toHaveLength(6);
});

test('its five alarms are rules that are delivered', () => {
  const alarms = [...readme.matchAll(/^\| `(Chatmart\w+)`/gm)].map(([, name]) => name!);
  const rules = [...readFileSync(packageFile('deploy', 'alerts.yaml'), 'utf8').matchAll(/- alert: (\w+)/g)].map(([, name]) => name!);
  expect(alarms).toHaveLength(5);
  expect(rules).toEqual(expect.arrayContaining(alarms));
});

/** A line without its figures and the widths that depend on them. */
const toShape = (line: string): string =>
  line
    .replace(/\d[\d,.:%]*/g, '#')
    .replace(/(?<=│) *(?:#|-) *(?=│|$)/g, ' # ')
    .replace(/─+/g, '─')
    .replace(/ +/g, ' ')
    .trim();

test('typed after the simulation that it names, its commands print what stands below them; so does npm start', async () => {
  const { idbUrl, martUrl } = await freshDatabases();
  const [, sessions, from, to] = /`chatmart simulate --sessions (\d+) --from (\S+) --to (\S+)` and `chatmart run`/.exec(readme)!;
  const window = { from: new Date(from!), to: new Date(to!), until: new Date('2026-06-01') };
  const simulated = await writeSimulatedSessions({
    ...{ idbUrl, idbSchema: 'public', sessions: Number(sessions), seed: 1, statistics: 'all', ...window },
    ...{ log: () => undefined, clock: testClock },
  });
  const bin = temporaryFolder();
  const program = path.join(bin, 'chatmart');
  writeFileSync(program, `#!/bin/sh\nexec ${[process.execPath, ...programArguments()].map((word) => `'${word}'`).join(' ')} "$@"\n`);
  chmodSync(program, 0o755);
  const env = { PATH: `${bin}:${process.env['PATH']}`, HOME: bin, CHATMART_IDB_URL: idbUrl, CHATMART_MART_URL: martUrl };
  const type = (line: string): string[] => {
    const { stdout } = spawnSync('bash', ['-c', `{ ${line}\n} 2>&1`], { cwd: bin, env, encoding: 'utf8' });
    return stdout.trimEnd().split('\n');
  };

  const run = type('chatmart run');
  const steps = parseRunbook(readme).flatMap((entry) => entry.steps.flatMap((step) => ('command' in step ? [step] : [])));
  expect(steps.length).toBeGreaterThan(4);
  for (const { command, output } of steps) {
    const [printed, expected] = [toComparable(type(command)), toComparable(output)];
    if (!fits(printed, expected)) expect([command, ...printed]).toEqual([command, ...expected]);
  }

  const shapes = [toSimulatedText(simulated), ...run].map(toShape);
  const [, block] = /ends like this.*?\n```\n(.*?)```/s.exec(readme)!;
  const shown = block!
    .trimEnd()
    .split('\n')
    .filter((line) => line !== '…');
  expect(shown.length).toBeGreaterThan(2);
  for (const line of shown) {
    const shape = toShape(line.replace(/ …$/, ''));
    expect(shapes.some((each) => (line.endsWith(' …') ? each.startsWith(shape) : each === shape)) || line).toBe(true);
  }
});
