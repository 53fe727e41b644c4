import { readKvpMap } from '../../src/spec/kvp-map.js';
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { COMMANDS } from '../../src/commands.js';
import { packageFile, packageVersion } from '../../src/spec/package-file.js';
import { sampleOf } from '../support/depth.js';
import { runCli, type CliResult } from '../support/run-cli.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { expectText } from '../support/expect-text.js';

/** A specification that captures nothing, which gives one line per mapped key and exit code 4. */
function emptySpec(): string {
  const file = path.join(temporaryFolder(), 'spec.xml');
  writeFileSync(file, '<any><public/></any>');
  return file;
}

describe('help', () => {
  test('lists every command, in order, and goes to stdout', async () => {
    const { code, stdout, stderr } = await runCli(['--help']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const listed = [...stdout.matchAll(/^ {2}([a-z]+) +\S/gm)].map((match) => match[1]);
    expect(listed).toEqual([...COMMANDS.map(({ name }) => name), 'help']);
  });

  test.each(
    sampleOf(
      COMMANDS.map(({ name }) => name),
      6,
    ),
  )('of %s leads with an example', async (name) => {
    const { code, stdout } = await runCli([name, '--help']);
    expect(stdout.startsWith(`Example:\n  $ chatmart ${name}`)).toBe(true);
    expect(stdout).toContain(`Usage: chatmart ${name}`);
    expect(code).toBe(0);
  });

  test('help NAME is NAME --help', async () => {
    const [asCommand, asOption] = [await runCli(['help', 'status']), await runCli(['status', '--help'])];
    expect(asCommand).toEqual(asOption);
    expect(asCommand.stdout).toContain('--mart-url');
  });

  test('the version is the package’s', async () => {
    expect(await runCli(['--version'])).toEqual({ code: 0, stdout: `${packageVersion()}\n`, stderr: '' });
  });
});

describe('a usage error ends with 2 and writes nothing to stdout', () => {
  test.each([
    ['an unknown command', ['rnu'], `error: unknown command 'rnu'\n(Did you mean run?)\ncode: usage\n`],
    ['an unknown option', ['status', '--jsno'], `error: unknown option '--jsno'\n(Did you mean --json?)\ncode: usage\n`],
    ['a missing argument', ['spec', 'check'], `error: missing required argument 'file'\ncode: usage\n`],
    ['an argument too many', ['status', 'now'], `error: too many arguments for 'status'`],
    ['no command', [], 'Example:\n  $ chatmart demo\n'],
    ['no second command', ['spec'], 'Example:\n  $ chatmart spec check'],
  ])('%s', async (_, args, message) => {
    const { code, stdout, stderr } = await runCli(args);
    expect(stderr).toContain(message);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });
});

describe('an error becomes an exit code', () => {
  test('2, with sentence, code and hint, for the configuration', async () => {
    const { code, stdout, stderr } = await runCli(['status'], { env: { CHATMART_MART_URL: 'mysql://mart.example/infomart' } });
    expectText(stderr);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });

  test('4, with the result on stdout, for data that fails a check', async () => {
    const { code, stdout, stderr } = await runCli(['spec', 'check', emptySpec(), '--json']);
    const all = readKvpMap().keys.length;
    expect(JSON.parse(stdout)).toMatchObject({ mapped: all, captured: 0 });
    expect(stderr).toMatch(/^error: .*spec\.xml: ICON would not capture \d+ of \d+ mapped keys\ncode: keys-not-captured\nhint: /);
    expect(stderr).toContain(`capture ${all} of ${all} mapped`);
    expect(code).toBe(4);
  });

  test.each(
    sampleOf(
      [
        ['ConfigError', 2],
        ['UnavailableError', 3],
        ['DataError', 4],
        ['BusyError', 5],
        ['DiscardLimitError', 6],
        ['LagError', 10],
      ] as const,
      3,
    ),
  )('%s: %i', async (name, expected) => {
    const { code, stderr } = await runWithThrow(`new errors.${name}('some-code', 'Some sentence.', { next: 'Some hint.' })`);
    expect(stderr).toBe('error: Some sentence.\ncode: some-code\nhint: Some hint.\n');
    expect(code).toBe(expected);
  });

  test.each([`new Error('surprise')`, `new errors.ChatmartError('no-kind', 'surprise')`])(
    '%s is a bug: 1, with the stack',
    async (error) => {
      const { code, stderr } = await runWithThrow(error);
      expect(stderr).toMatch(/^error: this is a bug in chatmart.*\n(Chatmart)?Error: surprise\n {4}at /);
      expect(code).toBe(1);
    },
  );
});

/** Runs a command that fails with the given error at its first output. */
async function runWithThrow(error: string): Promise<CliResult> {
  const errors = pathToFileURL(packageFile('dist', 'src', 'model', 'errors.js')).href;
  const module = `import * as errors from '${errors}'; process.stdout.write = () => { throw ${error}; };`;
  const env = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(module).replaceAll("'", '%27')}` };
  return runCli(['spec', 'check', emptySpec()], { env, provokesBug: true });
}

test('a reader that closes the pipe is no error, and the work goes on', async () => {
  const child = spawn(process.execPath, [packageFile('dist', 'src', 'cli.js'), 'spec', 'check', emptySpec()], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stdout.destroy();
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const code = await new Promise((resolve) => child.once('close', resolve));
  expect(stderr).toMatch(/^error: .*would not capture/);
  expect(code).toBe(4);
});
