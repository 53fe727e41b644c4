import { expect, test } from 'vitest';
import { migrateCommand } from '../../../src/commands/migrate/command.js';
import { migrationNames } from '../../../src/mart/schema/migration-source.js';
import { emptyDatabase, freshIdb, freshMart, query, testClock } from '../../support/databases.js';
import { aggregate } from '../../support/jobs.js';
import { withMart, writeDimension, writeFacts } from '../../support/mart-facts.js';
import { migrateMart } from '../../../src/jobs/migrate-mart.js';
import { NO_SETTINGS } from '../../support/no-settings.js';

test('chatmart migrate says what it did, and answers a machine in JSON', async () => {
  const [idbUrl, martUrl] = [await freshIdb(), await emptyDatabase()];
  const printed: string[] = [];
  const command = () =>
    migrateCommand({
      clock: testClock,
      invocation: 'chatmart',
      print: (text) => printed.push(text),
      log: () => undefined,
      loadConfig: () => ({
        ...NO_SETTINGS,
        home: '/nowhere',
        idbUrls: [idbUrl],
        martUrl,
      }),
    });
  await command().parseAsync([], { from: 'user' });
  await command().parseAsync([], { from: 'user' });
  await command().parseAsync(['--json'], { from: 'user' });
  const newest = migrationNames().at(-1)!;
  expect(printed.map((text) => text.replaceAll(newest, '<newest>'))).toMatchInlineSnapshot(`
    [
      "Mart infomart is now up to date: schema <newest>, calendar 2026 to 2027.
    ",
      "Mart infomart was already up to date: schema <newest>, calendar 2026 to 2027.
    ",
      "{
      "applied": [],
      "version": "<newest>",
      "calendarYears": [
        2026,
        2027
      ]
    }
    ",
    ]
  `);
});

test('a new short-abandon-seconds has all facts counted anew', async () => {
  const martUrl = await freshMart();
  const migrate = async (shortAbandonSeconds?: number) => {
    const logged: string[] = [];
    const { applied } = await migrateMart(
      { martUrl, martSchema: 'infomart' },
      { clock: testClock, log: (line) => logged.push(line), properties: { shortAbandonSeconds } },
    );
    return { applied, logged };
  };
  const short = async () => {
    await aggregate({ martUrl, martSchema: 'infomart', range: undefined, jobId: 'test', clock: testClock });
    return query(
      martUrl,
      'select sum(outcome_short_abandoned) as short, sum(outcome_abandoned) as longer from infomart.ag2_chat_stats_year',
    );
  };
  await withMart(martUrl, async (mart) => {
    await writeDimension(mart, [{ id: 1, endedAgent: 'ABSENT', endedBy: 'CLIENT' }]);
    const start = Date.parse('2026-02-28T23:50Z') / 1000;
    await writeFacts(
      mart,
      [5, 10, 11, 15, 16].map((seconds) => ({ guid: `${seconds} s`, start, dim: 1, measures: { session_duration: seconds } })),
    );
  });
  expect(await short()).toEqual([{ short: 2, longer: 3 }]);
  expect(await migrate()).toEqual({ applied: [], logged: [] });
  expect(await migrate(10)).toEqual({ applied: [], logged: [] });
  expect(await migrate(15)).toEqual({
    applied: ['short-abandon-seconds 15'],
    logged: ['1 interval of 15 minutes waits to be aggregated again by the next chatmart run or chatmart aggregate'],
  });
  expect(await migrate()).toEqual({ applied: [], logged: [] });
  expect(await short()).toEqual([{ short: 4, longer: 1 }]);
  expect((await migrate(0)).applied).toEqual(['short-abandon-seconds 0']);
  expect(await short()).toEqual([{ short: 0, longer: 5 }]);

  // A trigger that leaves out what is to be counted anew: the setting stays as it was, so that the figures agree with it.
  await query(
    martUrl,
    `create function swallow() returns trigger language plpgsql as 'begin return null; end';
     create trigger quiet before insert on infomart.chatmart_pending_agg for each row execute function swallow()`,
  );
  await expect(migrate(15)).rejects.toMatchObject({ code: 'rows-left-out', state: 'rolled-back' });
  await query(martUrl, 'drop trigger quiet on infomart.chatmart_pending_agg');
  expect((await migrate(15)).applied).toEqual(['short-abandon-seconds 15']);
});
