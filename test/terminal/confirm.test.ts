import { readFileSync } from 'node:fs';
import { PassThrough } from 'node:stream';
import { Ajv } from 'ajv';
import { beforeAll, describe, expect, test } from 'vitest';
import { confirm, type Dialogue } from '../../src/terminal/confirm.js';
import { eraseCommand } from '../../src/commands/erase/command.js';
import { maintainCommand } from '../../src/commands/maintain/command.js';
import { packageFile } from '../../src/spec/package-file.js';
import { callCommand } from '../support/call-command.js';
import { freshDatabases } from '../support/databases.js';
import { runCycle, type Urls } from '../support/histories.js';
import { readMart } from '../support/mart-content.js';
import { problemOf } from '../support/problem-of.js';
import { session } from '../support/reconciliation.js';
import { writeUserData } from '../support/user-data.js';
import { expectText } from '../support/expect-text.js';

/** A terminal with a user typing. */
function terminalWith(typed: string, isTTY = true): Dialogue & { readonly shown: () => string } {
  const [input, output] = [Object.assign(new PassThrough(), { isTTY }), Object.assign(new PassThrough(), { isTTY })];
  input.end(typed);
  return { input, output, shown: () => String(output.read()) };
}

describe('a person is asked', () => {
  test('and only yes goes on', async () => {
    const terminal = terminalWith(' YES \n');
    await confirm('Delete 3 facts for good?', terminal);
    expect(terminal.shown()).toBe('Delete 3 facts for good? Type yes to go on: ');
    for (const typed of ['\n', 'y\n', 'no\n', '', 'yes please\n'])
      expectText(await problemOf(() => confirm('Delete?', terminalWith(typed))));
  });

  test('where there is a terminal', async () => {
    expectText(await problemOf(() => confirm('Delete 3 facts for good?', terminalWith('yes\n', false))));
  });
});

describe('commands that delete', () => {
  let urls: Urls;
  const config = { daysToKeepGimFacts: 1 };
  const maintain = (...args: string[]) => callCommand(maintainCommand, urls, args, config);
  const erase = (...args: string[]) => callCommand(eraseCommand, urls, args);
  const validate = (name: string, text: string): void => {
    const schema = JSON.parse(readFileSync(packageFile('specs', 'schema', `${name}-summary.schema.json`), 'utf8')) as object;
    const isValid = new Ajv({ strict: false, formats: { uuid: true, 'date-time': true } }).compile(schema);
    expect(isValid(JSON.parse(text)), JSON.stringify(isValid.errors)).toBe(true);
  };

  beforeAll(async () => {
    urls = await freshDatabases();
    const inFebruary = session('OLD').map(
      ([guid, key, value, at]) => [guid, key, value?.replace('2026-03-02T', '2026-02-02T') ?? null, at ?? 0] as const,
    );
    await writeUserData(urls.idbUrl, [...session('G1'), ...inFebruary]);
    await runCycle(urls);
  });

  test('show what they would delete, and require --yes without a terminal', async () => {
    expectText((await maintain('--dry-run')).printed);
    expectText((await erase('--guid', 'G1,G2', '--dry-run')).printed);
    validate('maintain', (await maintain('--dry-run', '--json')).printed);
    validate('erase', (await erase('--guid', 'G1', '--dry-run', '--json')).printed);
    expectText(await problemOf(() => maintain()));
    expectText(await problemOf(() => erase('--guid', 'G1, G2')));
    expect((await readMart(urls.martUrl)).facts.size).toBe(2);
  });

  test('with --yes delete, and say what', async () => {
    const text = (printed: string): string => printed.replace(/[\d.]+ s$/m, '… s');
    expectText(text((await maintain('--yes')).printed));
    expectText((await erase('--guid', 'G1,G2', '--yes')).printed);
    expect((await erase('--guid', 'G3', '--yes')).printed).toContain('note      the mart has nothing of it; check the ID.');
    // If there is nothing to delete, no question is asked.
    validate('maintain', (await maintain('--json')).printed);
    validate('erase', (await erase('--guid', 'G1', '--yes', '--json')).printed);
    expect((await readMart(urls.martUrl)).facts.size).toBe(0);
  });
});
