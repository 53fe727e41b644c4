import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { toConfigSchema } from '../../src/config/config-schema.js';
import { describeConfig } from '../../src/config/describe-config.js';
import { SETTINGS, toEnvironmentName } from '../../src/config/settings.js';
import { packageFile, packageVersion } from '../../src/spec/package-file.js';
import { freshDatabases } from '../support/databases.js';
import { listCommands } from '../support/every-command.js';
import { programArguments } from '../support/program-arguments.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { writeUserData } from '../support/user-data.js';

const files = readdirSync(packageFile('deploy'), { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => path.relative(packageFile('deploy'), path.join(entry.parentPath, entry.name)));
const read = (file: string): string => readFileSync(packageFile('deploy', file), 'utf8');
const units = files.filter((file) => file.startsWith('systemd/'));

describe('all files', () => {
  test('are explained in deploy/README.md', () => {
    const readme = read('README.md');
    expect(files.filter((file) => file !== 'README.md' && !readme.includes(`](${file})`))).toEqual([]);
  });

  test('set what there is to be set, and name the version that they belong to', () => {
    const known = SETTINGS.map(({ name }) => toEnvironmentName(name));
    for (const file of files) {
      const text = read(file);
      const variables = [...text.matchAll(/\bCHATMART_[A-Z_]+/g)].map(([variable]) => variable);
      expect({ file, unknown: variables.filter((variable) => !known.includes(variable)) }).toEqual({ file, unknown: [] });
      const versions = [...text.matchAll(/chatmart[:-](\d+\.\d+\.\d+)/g)].map(([, version]) => version);
      expect({ file, versions: versions.filter((version) => version !== packageVersion()) }).toEqual({ file, versions: [] });
    }
  });

  test('type commands that there are', async () => {
    const known = new Set((await listCommands()).map((name) => name.split(' ')[0]));
    const typed = files.flatMap((file) => [
      ...[...read(file).matchAll(/^ExecStart=\S+ (\S+)/gm)].map(([, word]) => word!),
      ...[...read(file).matchAll(/(?:args|command|CMD):? \[(?:")?(\w+)/g)].map(([, word]) => word!),
      ...[...read(file).matchAll(/^\S+ \* \* \* \* chatmart chatmart (\w+)/gm)].map(([, word]) => word!),
    ]);
    expect([...new Set(typed)].sort()).toEqual(['migrate', 'run', 'schedule']);
    expect(typed.filter((word) => !known.has(word))).toEqual([]);
  });
});

describe('configuration files', () => {
  const contents = [
    JSON.parse(read('chatmart.config.json')) as Record<string, string>,
    JSON.parse(/chatmart\.config\.json: \|\n((?: {4}.*\n)+)/.exec(read('kubernetes/cronjob.yaml'))![1]!) as Record<string, string>,
  ];

  test.each(contents)('%j fits schema and program', (content) => {
    const validate = new Ajv().compile(toConfigSchema());
    expect([validate(content), validate.errors]).toEqual([true, null]);
    const folder = temporaryFolder();
    // The password files do not exist here.
    const withoutFiles = Object.fromEntries(Object.entries(content).filter(([name]) => !name.endsWith('-password-file')));
    writeFileSync(path.join(folder, 'chatmart.config.json'), JSON.stringify(withoutFiles));
    expect(describeConfig({}, { environment: {}, workingFolder: folder }).problems).toEqual([]);
  });
});

describe('systemd', () => {
  const services = units.filter((file) => file.endsWith('.service'));
  const hasAnalyze = spawnSync('systemd-analyze', ['--version']).status === 0;

  /** The units with another program, because chatmart is not installed here. */
  function copyUnits(): string {
    const folder = temporaryFolder();
    for (const file of units)
      writeFileSync(path.join(folder, path.basename(file)), read(file).replaceAll('/usr/local/bin/chatmart', process.execPath));
    return folder;
  }

  test('credentials have the names that chatmart looks for', () => {
    for (const file of services) {
      const folder = temporaryFolder();
      for (const [, name] of read(file).matchAll(/^LoadCredential=([^:]+):/gm)) writeFileSync(path.join(folder, name!), 'secret');
      const { settings } = describeConfig({}, { environment: { CREDENTIALS_DIRECTORY: folder }, workingFolder: folder });
      const found = settings.filter(({ origin }) => origin === 'credential').map(({ name }) => name);
      expect({ file, found }).toEqual({ file, found: ['idb-password-file', 'mart-password-file'] });
    }
  });

  test('both services are hardened alike', () => {
    const hardening = services.map((file) =>
      read(file)
        .split('\n')
        .filter((line) => /^(Protect|Private|Restrict(?!Prevent)|System|Capab|Dynamic|NoNew|Lock|UMask|Load)/.test(line)),
    );
    expect(hardening[0]!.length).toBeGreaterThan(20);
    expect(hardening[0]!.filter((line) => !line.startsWith('RestartPrevent'))).toEqual(hardening[1]);
  });

  test.runIf(hasAnalyze)('systemd-analyze verify finds nothing, and security little', () => {
    const folder = copyUnits();
    const verified = spawnSync('systemd-analyze', ['verify', ...units.map((file) => path.join(folder, path.basename(file)))], {
      encoding: 'utf8',
    });
    expect({ status: verified.status, stderr: verified.stderr }).toEqual({ status: 0, stderr: '' });
    for (const file of services) {
      const judged = spawnSync(
        'systemd-analyze',
        ['security', '--offline=true', '--threshold=15', '--no-pager', path.join(folder, path.basename(file))],
        { encoding: 'utf8' },
      );
      expect({ file, status: judged.status, said: judged.status === 0 ? '' : judged.stdout.slice(-200) }).toEqual({
        file,
        status: 0,
        said: '',
      });
    }
  });
});

test('the lines of cron start a run and maintenance, and their output goes to the log', async () => {
  const { idbUrl, martUrl } = await freshDatabases();
  await writeUserData(idbUrl, [
    ['1', 'ChatServerSessionStartedAt', '2026-03-01T10:00:00Z'],
    ['1', 'ChatServerSessionClosedAt', '2026-03-01T10:05:00Z'],
  ]);
  const folder = temporaryFolder();
  for (const [name, url] of [
    ['idb', idbUrl],
    ['mart', martUrl],
  ] as const)
    writeFileSync(path.join(folder, `${name}-password`), decodeURIComponent(new URL(url).password), { mode: 0o600 });
  const plain = (url: string): string => Object.assign(new URL(url), { password: '' }).toString();
  writeFileSync(path.join(folder, 'chatmart.config.json'), JSON.stringify({ 'idb-url': plain(idbUrl), 'mart-url': plain(martUrl) }));
  mkdirSync(path.join(folder, 'bin'));
  const program = [process.execPath, ...programArguments()].map((word) => `'${word}'`).join(' ');
  for (const [name, text] of [
    ['chatmart', `exec ${program} "$@"`],
    ['logger', `cat > '${folder}/log'`],
  ] as const) {
    writeFileSync(path.join(folder, 'bin', name), `#!/bin/sh\n${text}\n`);
    chmodSync(path.join(folder, 'bin', name), 0o755);
  }
  const lines = read('cron/chatmart')
    .replaceAll('/etc/chatmart', folder)
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  const variables = Object.fromEntries(lines.filter((line) => /^\w+=/.test(line)).map((line) => line.split('=', 2) as [string, string]));
  const entries = lines.filter((line) => !/^\w+=/.test(line)).map((line) => /^((?:\S+ ){5})(\S+) (.*)$/.exec(line)!.slice(1));
  expect(entries.map(([when, account, command]) => [when, account, command!.includes('%')])).toEqual([
    ['*/5 * * * * ', 'chatmart', false],
    ['17 3 * * * ', 'chatmart', false],
  ]);
  const env = { ...variables, PATH: `${folder}/bin:${variables['PATH']}`, HOME: folder };
  const logged = entries.map(([, , command]) => {
    const { stdout, stderr } = spawnSync(variables['SHELL']!, ['-c', command!], { env, cwd: folder, encoding: 'utf8' });
    expect({ stdout, stderr }).toEqual({ stdout: '', stderr: '' });
    return readFileSync(path.join(folder, 'log'), 'utf8');
  });
  expect(logged).toEqual([expect.stringContaining('sessions  1 inserted'), expect.stringContaining('calendar')]);
});

test("what the image's build takes from the checkout is there", () => {
  const dockerfile = read('docker/Dockerfile');
  const { bin } = JSON.parse(readFileSync(packageFile('package.json'), 'utf8')) as { bin: { chatmart: string } };
  expect(dockerfile).toContain(`ln -s /app/${bin.chatmart} /usr/local/bin/chatmart`);
  expect(dockerfile).toContain(`chmod 755 ${bin.chatmart}`);
  // The build must not need what the ignore file leaves out.
  const ignored = read('docker/Dockerfile.dockerignore').split('\n').filter(Boolean);
  for (const name of [
    'package.json',
    'package-lock.json',
    'tsconfig.json',
    'tsconfig.build.json',
    'src',
    'migrations',
    'specs',
    'deploy',
    'docs',
  ])
    expect(ignored).not.toContain(name);
});
