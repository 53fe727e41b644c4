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

const RANGE = ['--from', '2026-02-10', '--to', '2026-02-13'];
const ts = (text: string): number => Date.parse(text) / 1000;

/** Two days with rows, one of them without a time. */
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
  test('says whose time its range is, and ends with a summary', async () => {
    const urls = await twoDays();
    const { printed, logged } = await backfill(urls, ...RANGE);
    expect(seconds(`${logged.join('\n')}\n\n${printed}`)).toMatchInlineSnapshot(`
      "range     2026-02-10 to 2026-02-13 by ADDED_TS, ICON's time: when it stored a row; 3 slices of 1d
      warning: rows of public.g_userdata_history without ADDED_TS: 1. They are in no slice of any backfill; chatmart run reads them, whatever time they have. Which interactions they are of says: select distinct callid from "public"."g_userdata_history" where added_ts is null;

      range     2026-02-10 to 2026-02-13 by ADDED_TS, in slices of 1d
      slices    3 of 3 done of idb (public.g_userdata_history)
      warning   rows of public.g_userdata_history without ADDED_TS: 1. They are in no slice of any backfill; chatmart run reads them, whatever time they have. Which interactions they are of says: select distinct callid from "public"."g_userdata_history" where added_ts is null;
      rows      5 read, 1 of other keys
      sessions  1 inserted, 0 updated, 0 unchanged, 0 deleted, 1 discarded; 0 still active, 1 read again
      changed   1 interval of 15 minutes
      done in   0.00 s, 0 rows/s
      discards  NO_END 1; chatmart discards list shows what is open
      warning   codes that no spec names were loaded as they are: csg_SessionEndedBy=GHOST 1
      "
    `);
  });

  test('with --resume says what it leaves out', async () => {
    const urls = await twoDays();
    await backfill(urls, ...RANGE);
    const { printed, logged } = await backfill(urls, ...RANGE, '--resume');
    expect(logged).toContain('idb: 3 of 3 slices are left out, being on record: 2026-02-10 to 2026-02-13');
    expect(printed).toContain('slices    0 of 3 done of idb (public.g_userdata_history)\nskipped   2026-02-10 to 2026-02-13: on record\n');
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
    [['--from', '2026-02-30', '--to', '2026-03-01'], 'ConfigError bad-time-window: --from "2026-02-30" is no time'],
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
