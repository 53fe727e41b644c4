import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { backfillCommand } from '../../../src/commands/backfill/command.js';
import { COMMANDS } from '../../../src/commands.js';
import { packageFile } from '../../../src/spec/package-file.js';
import { callCommand } from '../../support/call-command.js';
import { freshDatabases, query } from '../../support/databases.js';
import type { Urls } from '../../support/histories.js';
import { problemOf } from '../../support/problem-of.js';
import { writeUserData } from '../../support/user-data.js';
import { expectText } from '../../support/expect-text.js';

const RANGE = ['--from', '2026-02-10', '--to', '2026-02-13'];
const ts = (text: string): number => Date.parse(text) / 1000;

/** Two days with rows, one of which has no time. */
async function twoDays(): Promise<Urls> {
  const urls = await freshDatabases();
  await writeUserData(urls.idbUrl, [
    ['G1', 'ChatServerSessionStartedAt', '2026-02-10T10:00:00Z', ts('2026-02-10T10:20:00Z')],
    ['G1', 'ChatServerSessionClosedAt', '2026-02-10T10:20:00Z', ts('2026-02-10T10:20:00Z')],
    ['G1', 'csg_SessionEndedBy', 'GHOST', ts('2026-02-10T10:20:00Z')],
    ['G2', 'ChatServerSessionStartedAt', '2026-02-12T10:00:00Z', ts('2026-02-12T10:20:00Z')],
    ['G2', 'Subject', 'hello', ts('2026-02-12T10:20:00Z')],
    ['G3', 'Subject', 'hello', 0],
  ]);
  await query(urls.idbUrl, `update g_userdata_history set added_ts = null where callid = 'G3'`);
  return urls;
}

const backfill = (urls: Urls, ...args: string[]) => callCommand(backfillCommand, urls, args);

const seconds = (text: string): string => text.replace(/\d+\.\d\d s/g, '0.00 s').replace(/[\d,]+ rows\/s/, '0 rows/s');

describe('chatmart backfill', () => {
  test('says by which time its range is, and prints a summary', async () => {
    const urls = await twoDays();
    const { printed, logged } = await backfill(urls, ...RANGE);
    expectText(seconds(`${logged.join('\n')}\n\n${printed}`));
  });

  test('with --resume says what it leaves out', async () => {
    const urls = await twoDays();
    await backfill(urls, ...RANGE);
    const { printed, logged } = await backfill(urls, ...RANGE, '--resume');
    expect(logged).toContain('idb: 3 of 3 slices are skipped as already on record: 2026-02-10 to 2026-02-13');
    expect(printed).toContain(
      'slices    0 of 3 done of idb (public.g_userdata_history)\nskipped   2026-02-10 to 2026-02-13: already on record\n',
    );
  });

  test('prints JSON of the shape that its schema promises', async () => {
    const urls = await twoDays();
    await backfill(urls, ...RANGE);
    const { printed } = await backfill(urls, ...RANGE.slice(0, 2), '--to', '2026-02-14T00:00Z', '--resume', '--json');
    const validate = new Ajv({ strict: false, formats: { uuid: true } }).compile(
      JSON.parse(readFileSync(packageFile('specs', 'schema', 'backfill-summary.schema.json'), 'utf8')) as object,
    );
    const summary = JSON.parse(printed) as object;
    expect({ valid: validate(summary), errors: validate.errors }).toEqual({ valid: true, errors: null });
    expect(summary).toMatchObject({
      from: '2026-02-10T00:00:00Z',
      to: '2026-02-14T00:00:00Z',
      sliceSeconds: 86_400,
      sources: [
        { slices: { total: 4, completed: 1, skipped: 3 }, skipped: [{ from: '2026-02-10T00:00:00Z', to: '2026-02-13T00:00:00Z' }] },
      ],
    });
    expect(validate({ ...summary, more: 1 })).toBe(false);
  });

  test.each([
    [['--from', '2026-02-10'], 'ConfigError bad-time-window: --to is missing'],
    [['--from', '2026-02-30', '--to', '2026-03-01'], 'ConfigError bad-time-window: --from "2026-02-30" is not a valid time'],
    [[...RANGE, '--slice', '1 week'], 'ConfigError bad-slice: --slice "1 week" is not a valid slice width'],
    [
      [...RANGE, '--timezone', 'Europe/Berlin'],
      'ConfigError time-zone-not-supported: --timezone "Europe/Berlin" is not supported yet: times are UTC',
    ],
  ])('%j is refused', async (args, problem) => {
    expect(await problemOf(() => backfill({ idbUrl: 'postgres://127.0.0.1:1/a', martUrl: 'postgres://127.0.0.1:1/b' }, ...args))).toBe(
      problem,
    );
  });

  test('is a command of the program', async () => {
    const entry = COMMANDS.find(({ name }) => name === 'backfill')!;
    const command = await entry.load({ loadConfig: () => ({}) } as never);
    expect(command.name()).toBe('backfill');
  });
});
