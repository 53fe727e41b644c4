import { REPORT_FORMATS } from '../../../src/report/formats/report-format.js';
import { readReports } from '../../../src/report/definition/reports.js';
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { COMMANDS } from '../../../src/commands.js';
import { listCommands } from '../../support/every-command.js';
import { runCli } from '../../support/run-cli.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

/** How to ask each shell for proposals for the last of some words. Zsh's own functions only print here. */
const ASK: Readonly<Record<string, string>> = {
  bash: 'source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _chatmart; printf "%s\\n" "${COMPREPLY[@]}"',
  zsh: `compdef() { : }; compadd() { shift; print -l -- "$@" }; _files() { print -l -- $words[CURRENT]* }
    _describe() { [[ $1 = -o ]] && shift; print -l -- \${\${(P)2}%%:*} }
    source "$1"; shift; words=("$@"); CURRENT=$#; _chatmart`,
  fish: 'source $argv[1]; complete -C (string join -- " " $argv[2..-1])',
};

const isInstalled = (shell: string): boolean => spawnSync(shell, ['-c', ':']).status === 0;

test('there is one for each shell, and a word for every other is a usage error', async () => {
  expect(await runCli(['completion', 'csh'])).toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringContaining('Allowed choices are') as string,
  });
});

describe.each(Object.keys(ASK).filter(isInstalled))('in a real %s', (shell) => {
  const folder = temporaryFolder();
  const script = path.join(folder, 'script');
  beforeAll(async () => {
    const { code, stdout, stderr } = await runCli(['completion', shell]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    writeFileSync(script, stdout);
    writeFileSync(path.join(folder, 'my spec.xml'), '');
    mkdirSync(path.join(folder, 'my folder'));
  });

  /** The proposals for the last word that start with it, without descriptions. */
  function complete(...words: string[]): string[] {
    const options = { cwd: folder, encoding: 'utf8', env: { PATH: process.env['PATH'], HOME: folder } } as const;
    const dash = shell === 'fish' ? [] : [shell];
    const { stdout, stderr, status } = spawnSync(shell, ['-c', ASK[shell]!, ...dash, script, 'chatmart', ...words], options);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const proposed = stdout.split('\n').map((line) => line.split('\t')[0]!.replaceAll('\\ ', ' '));
    return proposed.filter((line) => line !== '' && line.startsWith(words.at(-1)!));
  }

  test('every command', async () => {
    expect(complete('')).toEqual(expect.arrayContaining(COMMANDS.map(({ name }) => name)));
    for (const command of (await listCommands()).filter((name) => name.includes(' ')))
      expect(complete(command.split(' ')[0]!, '')).toContain(command.split(' ')[1]);
    expect(complete('help', 'st')).toEqual(['status']);
  });

  test('options of the command, wherever it stands', () => {
    expect(complete('run', '--j')).toEqual(['--json']);
    expect(complete('discards', 'list', '--li')).toEqual(['--limit']);
    expect(complete('run', '--json', '--mart-s')).toEqual(['--mart-schema']);
    expect(complete('--l')).toEqual([]);
  });

  test('closed lists, also one name after the other, and what a command is about before its options', () => {
    expect(complete('report', '')).toEqual(readReports().map(({ name }) => name));
    expect(complete('report', '-').slice(0, 1)).toEqual(['--definition']);
    expect(complete('discards', '')).toEqual(['list', 'retry']);
    expect(complete('name', 'm')).toEqual(['media-type']);
    expect(complete('run', '--log-level', '')).toEqual(expect.arrayContaining(['debug', 'warning']));
    expect(complete('schedule', '--run-maintain', '')).toEqual(['true', 'false']);
    expect(complete('report', 'chat-termination', '--preset', 'last-m')).toEqual(['last-month']);
    expect(complete('report', 'chat-termination', '--by', 'ended-b')).toEqual(['ended-by']);
    expect(complete('report', 'chat-termination', '--by', 'day,ten')).toEqual(['day,tenant']);
    expect(complete('discards', 'list', '--code', 'NO_END,BAD_T')).toEqual(['NO_END,BAD_TEXT']);
    expect(complete('sql', 'select 1', '--format', 'c')).toEqual(['csv']);
    expect(complete('db', 'url', 'demo_')).toEqual(['demo_infomart', 'demo_idb']);
  });

  test("an option's value is no command, and takes away no option", () => {
    expect(complete('run', '--idb-schema', 'discards', 'l')).toEqual([]);
    expect(complete('run', '--idb-schema', 'discards', '--j')).toEqual(['--json']);
  });

  test('values: words, files and folders', () => {
    expect(complete('report', 'chat-termination', '--format', '').sort()).toEqual([...REPORT_FORMATS].sort());
    expect(complete('report', 'chat-t')).toEqual(['chat-termination']);
    expect(complete('completion', 'b')).toEqual(['bash']);
    expect(complete('spec', 'check', 'my')).toContain('my spec.xml');
    expect(complete('run', '--config', 'my')).toContain('my spec.xml');
    expect(complete('run', '--home', 'my').map((name) => name.replace(/\/$/, ''))).toContain('my folder');
    expect(complete('run', '--mart-schema', '')).toEqual([]);
  });
});
