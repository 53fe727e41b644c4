import { expect, test } from 'vitest';
import { keepMart, readWholeMart, restoreMart, untilAlone } from '../support/crash-mart.js';
import { recordStatements, runUntil, type CrashPoint } from '../support/crash-process.js';
import { freshIdb, freshMartFrom2025, query } from '../support/databases.js';
import { sampleOf } from '../support/depth.js';
import { runCycle, type Urls } from '../support/histories.js';
import { levelDifferences } from '../support/levels-of-facts.js';
import { readMart } from '../support/mart-content.js';
import { of, session, withValue } from '../support/reconciliation.js';
import { writeUserData } from '../support/user-data.js';
import { erase, maintain } from '../support/jobs.js';

const START = 'ChatServerSessionStartedAt';
const END = 'ChatServerSessionClosedAt';
const OLD_TS = Date.UTC(2025, 0, 15) / 1000;

/** Statements that write or commit. */
const WRITES = /^(commit|insert|update|delete|with)/;

/** Before the first of each statement that writes, and after each commit. */
const toPoints = (statements: readonly string[]): CrashPoint[] =>
  statements
    .filter((statement) => WRITES.test(statement.replace(/^\d+ /, '')))
    .flatMap((statement) => [
      ...(statement.startsWith('1 ') ? [{ statement, when: 'before' } as const] : []),
      ...(statement.endsWith(' commit') ? [{ statement, when: 'sent' } as const] : []),
    ]);

/** The mart's content, the number of its tombstones, the border of its facts and what was purged, without times and keys. */
const readAll = async (martUrl: string): Promise<object> => ({
  mart: await readWholeMart(martUrl),
  erased: await query(martUrl, 'select count(*) as n from infomart.chatmart_erased'),
  border: await query(martUrl, `select value from infomart.ctl_schema_info where property = 'facts-kept-from'`),
  // The killed call and the second one each record what they purged. History, whose purges have no month, also holds their own rows.
  purged: await query(
    martUrl,
    'select table_name, from_ts, sum(row_count) as rows from infomart.ctl_purge_history where from_ts > 0 group by 1, 2 order by 1, 2',
  ),
});

async function freshMart(): Promise<Urls> {
  const urls = { idbUrl: await freshIdb(), martUrl: await freshMartFrom2025() };
  await writeUserData(urls.idbUrl, [
    ...withValue(session('ERASED'), 'csg_MediaOrigin', 'of one customer'),
    ...of('ERASED', [['csg_PartiesAsBotCount', 'many']]),
    ...session('KEPT'),
    ...['OLD-1', 'OLD-2'].flatMap((guid, month) =>
      of(
        guid,
        [
          [START, `2025-0${month + 1}-15T10:00:00Z`],
          [END, `2025-0${month + 1}-15T10:10:00Z`],
          ['csg_PartiesAsBotCount', 'many'],
        ],
        OLD_TS + month * 31 * 86_400,
      ),
    ),
  ]);
  await runCycle(urls);
  await keepMart(urls.martUrl);
  return urls;
}

/** npm test takes every thirtieth point. */
const EVERYDAY = 30;

/** Kills a command at each point. The mart must then be consistent, and a second call must reach the result of an unbroken one. */
async function killEverywhere(
  urls: Urls,
  command: readonly string[],
  again: () => Promise<unknown>,
  expectConsistent: () => Promise<void>,
): Promise<number> {
  const points = toPoints(await recordStatements(urls, command));
  const expected = await readAll(urls.martUrl);
  for (const point of sampleOf(points, EVERYDAY)) {
    await restoreMart(urls.martUrl);
    expect(await runUntil(urls, point, command), `${point.when} ${point.statement}`).toBe(true);
    await untilAlone(urls.martUrl);
    await expectConsistent();
    await again();
    expect(await readAll(urls.martUrl), `${point.when} ${point.statement}`).toEqual(expected);
  }
  return points.length;
}

test('erase that is killed has erased all or nothing; a second one erases', { timeout: 900_000 }, async () => {
  const urls = await freshMart();
  const { martUrl } = urls;
  const points = await killEverywhere(
    urls,
    ['erase', '--guid', 'ERASED', '--yes'],
    () => erase({ martUrl, martSchema: 'infomart', guids: ['ERASED'] }),
    async () => {
      const mart = await readMart(martUrl);
      const isErased = !mart.facts.has('ERASED');
      expect(levelDifferences(mart)).toEqual([]);
      expect(mart.openDiscards.some(({ guid }) => guid === 'ERASED')).toBe(!isErased);
      expect(await query(martUrl, 'select from infomart.chatmart_erased')).toHaveLength(isErased ? 1 : 0);
    },
  );
  expect(points).toBeGreaterThan(12);
});

test('maintain that is killed leaves final aggregates final; a second one purges the rest', { timeout: 900_000 }, async () => {
  const urls = await freshMart();
  const { martUrl } = urls;
  const before = await readMart(martUrl);
  const points = await killEverywhere(
    urls,
    ['maintain', '--days-to-keep-gim-facts', '366', '--days-to-keep-discards-and-job-history', '30', '--yes'],
    () => maintain({ martUrl, martSchema: 'infomart', daysToKeepFacts: 366, daysToKeepHistory: 30 }),
    async () => {
      // A run must not empty what is half purged.
      await runCycle(urls);
      const mart = await readMart(martUrl);
      expect(mart.levels.day).toEqual(before.levels.day);
      expect(mart.levels.month).toEqual(before.levels.month);
      for (const guid of ['ERASED', 'KEPT']) expect(mart.facts.has(guid)).toBe(true);
    },
  );
  expect(points).toBeGreaterThan(15);
  expect(await readAll(martUrl)).toMatchObject({
    purged: expect.arrayContaining([expect.objectContaining({ table_name: 'CHAT_SESSION_FACT', rows: 1 })]) as unknown,
  });
});
