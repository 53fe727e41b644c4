import { expect, test } from 'vitest';
import { requireFewDiscards } from '../../../src/commands/run/discard-limit.js';
import { freshDatabases, testClock } from '../../support/databases.js';
import { runCycle } from '../../support/histories.js';
import { problemOf } from '../../support/problem-of.js';
import { runCli } from '../../support/run-cli.js';
import { writeUserData } from '../../support/user-data.js';
import { expectText } from '../../support/expect-text.js';

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;

test('discards count when they have been open for an hour, and no longer when they are resolved', async () => {
  const { idbUrl, martUrl } = await freshDatabases();
  await writeUserData(idbUrl, [
    ['1', 'ChatServerSessionStartedAt', '2026-03-01T10:07:00Z'],
    ['2', 'ChatServerSessionStartedAt', '2026-03-01T10:07:00Z'],
    ['3', 'ChatServerSessionStartedAt', 'never'],
  ]);
  await runCycle({ idbUrl, martUrl });
  const limit = (maxDiscards: number, laterMs: number) =>
    requireFewDiscards({ martUrl, martSchema: 'infomart', maxDiscards, clock: () => new Date(testClock().getTime() + laterMs) });
  await limit(0, HOUR - SECOND);
  await limit(3, HOUR);
  expectText(await problemOf(() => limit(2, HOUR)));
  await writeUserData(idbUrl, [['1', 'ChatServerSessionClosedAt', '2026-03-01T10:17:00Z']]);
  await runCycle({ idbUrl, martUrl });
  await limit(2, HOUR);
});

test('a run that is over the limit is done, and ends with exit code 6', async () => {
  const { idbUrl, martUrl } = await freshDatabases();
  await writeUserData(idbUrl, [['1', 'ChatServerSessionStartedAt', 'never']]);
  // The test clock is long before the program's own.
  await runCycle({ idbUrl, martUrl });
  const env = { CHATMART_IDB_URL: idbUrl, CHATMART_MART_URL: martUrl };
  const run = (...args: string[]) => runCli(['run', ...args], { env });
  const over = await run('--max-discards', '0');
  expect([over.code, over.stdout]).toEqual([6, expect.stringContaining('done in')]);
  expect(over.stderr).toContain('code: too-many-discards');
  expect((await run('--max-discards', '1')).code).toBe(0);
  expect((await run('--max-discards', 'few')).code).toBe(2);
});
