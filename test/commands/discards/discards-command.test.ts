import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { beforeAll, describe, expect, test } from 'vitest';
import { COMMANDS } from '../../../src/commands.js';
import { discardsCommand } from '../../../src/commands/discards/command.js';
import { packageFile } from '../../../src/spec/package-file.js';
import { callCommand } from '../../support/call-command.js';
import { freshDatabases, query } from '../../support/databases.js';
import { runCycle, type Urls } from '../../support/histories.js';
import { problemOf } from '../../support/problem-of.js';
import { writeUserData, type UserDataRow } from '../../support/user-data.js';
import { expectText } from '../../support/expect-text.js';

const closed = (guid: string, key: string, value: string): UserDataRow[] => [
  [guid, 'ChatServerSessionStartedAt', '2026-03-01T10:07:00Z'],
  [guid, 'ChatServerSessionClosedAt', '2026-03-01T10:17:00Z'],
  [guid, key, value],
];

let urls: Urls;

/** One hour apart: a bad value, then a missing end and a value with terminal control characters; the first is corrected in between. */
beforeAll(async () => {
  urls = await freshDatabases();
  await writeUserData(urls.idbUrl, [
    ...closed('G1', 'csg_PartiesAsAgentCount', 'many'),
    ...closed('G2', 'csg_TenantId', 'Bank \u202e\u001b[31m of a name that is longer than a line of a terminal may be, and goes on'),
  ]);
  await runCycle(urls, { clock: () => new Date('2026-03-04T05:00:00Z') });
  await writeUserData(urls.idbUrl, [
    ['G1', 'csg_PartiesAsAgentCount', '7'],
    ['G3', 'ChatServerSessionStartedAt', '2026-03-01T10:07:00Z'],
  ]);
  await runCycle(urls, { clock: () => new Date('2026-03-04T06:00:00Z') });
});

const discards = (...args: string[]) => callCommand(discardsCommand, urls, args);

const validator = (name: string) =>
  new Ajv({ strict: false, formats: { uuid: true } }).compile(
    JSON.parse(readFileSync(packageFile('specs', 'schema', name), 'utf8')) as object,
  );

describe('chatmart discards list', () => {
  test('prints counts by reason, then the newest first, safe for a terminal', async () => {
    expectText((await discards('list')).printed);
  });

  test('--all shows what was resolved as well', async () => {
    expectText((await discards('list', '--all')).printed);
  });

  test('--limit says how many there are', async () => {
    const { printed } = await discards('list', '--limit', '1');
    expect(printed).toContain('G3');
    expect(printed).not.toContain('G2');
    expect(printed).toContain('the newest 1 of 2 are listed; use --limit to list more');
  });

  test('--code and --guid choose', async () => {
    const guidsOf = async (...args: string[]): Promise<unknown[]> => {
      const { discards: listed } = JSON.parse((await discards('list', '--json', ...args)).printed) as { discards: { guid: string }[] };
      return listed.map(({ guid }) => guid);
    };
    expect(await guidsOf('--code', 'no_end, BAD_KEY')).toEqual(['G3', 'G2']);
    expect(await guidsOf('--code', 'BAD_KEY')).toEqual(['G2']);
    expect(await guidsOf('--guid', 'G1,G3')).toEqual(['G3']);
    expect(await guidsOf('--guid', 'G1,G3', '--all')).toEqual(['G3', 'G1']);
    expect((await discards('list', '--guid', 'nobody')).printed).toBe('no discards\n');
  });

  test('prints JSON of the shape that its schema promises, values whole', async () => {
    const list = JSON.parse((await discards('list', '--all', '--json')).printed) as { discards: { rawValue: string }[] };
    const validate = validator('discards-list.schema.json');
    expect({ valid: validate(list), errors: validate.errors }).toEqual({ valid: true, errors: null });
    expect(list).toMatchObject({
      totals: [
        { code: 5, name: 'NO_END', open: 1, resolved: 0 },
        { code: 9, name: 'BAD_MEASURE', open: 0, resolved: 1 },
        { code: 10, name: 'BAD_KEY', open: 1, resolved: 0 },
      ],
      discards: [
        { guid: 'G3', name: 'NO_END', rawValue: null, since: '2026-03-04T06:00:00.000Z', resolvedAt: null },
        {
          guid: 'G1',
          key: 'csg_PartiesAsAgentCount',
          rawValue: 'many',
          since: '2026-03-04T05:00:00.000Z',
          resolvedAt: '2026-03-04T06:00:00.000Z',
        },
        { guid: 'G2', name: 'BAD_KEY', rawValue: expect.stringContaining('\u001b[31m') as string },
      ],
    });
    expect(validate({ ...list, more: 1 })).toBe(false);
  });

  test('refuses an unknown reason, and a limit that is not a number', async () => {
    expectText(await problemOf(() => discards('list', '--code', 'NO_END,NONE')));
    expect(await problemOf(() => discards('list', '--code', 'toString'))).toContain('unknown-discard-code');
    await expect(discards('list', '--limit', 'all')).rejects.toThrow('It must be a whole number.');
  });
});

describe('chatmart discards retry', () => {
  test('says what was repaired and what stays', async () => {
    await query(urls.idbUrl, `update g_userdata_history set value = '101' where keyname = 'csg_TenantId'`);
    const { printed } = await discards('retry');
    expectText(printed.replace(/\d+\.\d\d s/, '0.00 s'));
  });

  test('prints JSON of the shape that its schema promises', async () => {
    const summary = JSON.parse((await discards('retry', '--json')).printed) as object;
    const validate = validator('discards-retry.schema.json');
    expect({ valid: validate(summary), errors: validate.errors }).toEqual({ valid: true, errors: null });
    expect(summary).toMatchObject({ interactions: 1, gone: 0, codes: [{ name: 'NO_END', repaired: 0, stay: 1 }] });
    expect(validate({ ...summary, more: 1 })).toBe(false);
  });

  test('has nothing to do where nothing is open', async () => {
    expect((await discards('retry', '--guid', 'nobody')).printed).toContain('no open discards to retry');
  });
});

test('discards is a command of the program, with an example first', async () => {
  const entry = COMMANDS.find(({ name }) => name === 'discards')!;
  const command = await entry.load({ loadConfig: () => ({}) } as never);
  expect(command.commands.map((child) => child.name())).toEqual(['list', 'retry']);
});
