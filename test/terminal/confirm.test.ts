import { readFileSync } from 'node:fs';
import { PassThrough } from 'node:stream';
import { Ajv } from 'ajv';
import { beforeAll, describe, expect, test } from 'vitest';
import { confirm, type Terminal } from '../../src/terminal/confirm.js';
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

/** A terminal at which somebody types. */
function terminalWith(typed: string, isTTY = true): Terminal & { readonly shown: () => string } {
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
      expect(await problemOf(() => confirm('Delete?', terminalWith(typed)))).toBe('ConfigError not-confirmed: The answer was not yes');
  });

  test('where there is a terminal', async () => {
    expect(await problemOf(() => confirm('Delete 3 facts for good?', terminalWith('yes\n', false)))).toMatchInlineSnapshot(
      `"ConfigError needs-yes: Delete 3 facts for good? There is no terminal to ask on"`,
    );
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

  test('show what they would delete, and refuse without --yes where nobody can be asked', async () => {
    expect((await maintain('--dry-run')).printed).toMatchInlineSnapshot(`
      "calendar  2026 to 2027
      facts     1 to be deleted of sessions that began before 2026-03-01; their aggregates by day and above stay
      month     2026-02: 1 to be deleted
      history   before 2024-07-12, to be deleted: 0 resolved discards, 0 jobs, 0 steps, 0 audit rows that nothing points to
      nothing was deleted: this was a dry run
      "
    `);
    expect((await erase('--guid', 'G1,G2', '--dry-run')).printed).toMatchInlineSnapshot(`
      "erase     2 interactions, 0 of them were erased before
      rows      1 fact and 0 discards to be deleted
      nothing was erased: this was a dry run
      "
    `);
    validate('maintain', (await maintain('--dry-run', '--json')).printed);
    validate('erase', (await erase('--guid', 'G1', '--dry-run', '--json')).printed);
    expect(await problemOf(() => maintain())).toMatchInlineSnapshot(
      `"ConfigError needs-yes: Delete 1 fact of sessions that began before 2026-03-01 and 0 rows of discards and history for good? There is no terminal to ask on"`,
    );
    expect(await problemOf(() => erase('--guid', 'G1, G2'))).toMatchInlineSnapshot(
      `"ConfigError needs-yes: Erase 2 interactions with 1 fact and 0 discards for good? There is no terminal to ask on"`,
    );
    expect((await readMart(urls.martUrl)).facts.size).toBe(2);
  });

  test('with --yes delete, and say what', async () => {
    const text = (printed: string): string => printed.replace(/[\d.]+ s$/m, '… s');
    expect(text((await maintain('--yes')).printed)).toMatchInlineSnapshot(`
      "calendar  2026 to 2027
      facts     1 deleted of sessions that began before 2026-03-01; their aggregates by day and above stay
      month     2026-02: 1 deleted
      history   before 2024-07-12, deleted: 0 resolved discards, 0 jobs, 0 steps, 0 audit rows that nothing points to
      done in   … s
      "
    `);
    expect((await erase('--guid', 'G1,G2', '--yes')).printed).toMatchInlineSnapshot(`
      "erased    2 interactions, 0 of them were erased before
      deleted   1 fact, 0 discards, 0 members of dimensions that no other session has
      changed   1 interval of 15 minutes aggregated anew
      kept      a hash of each id: no run, backfill or repair loads it again. The IDB and backups still have what they had
      "
    `);
    expect((await erase('--guid', 'G3', '--yes')).printed).toContain('note      the mart holds nothing of it: is the id right?');
    // With nothing to delete nobody is asked.
    validate('maintain', (await maintain('--json')).printed);
    validate('erase', (await erase('--guid', 'G1', '--yes', '--json')).printed);
    expect((await readMart(urls.martUrl)).facts.size).toBe(0);
  });
});
