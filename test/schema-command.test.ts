import { expect, test } from 'vitest';
import { migrateCommand } from '../src/commands/migrate.js';
import { emptyDatabase, freshIdb, testClock } from './support/databases.js';

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
        home: '/nowhere',
        pgBin: undefined,
        idbUrls: [idbUrl],
        martUrl,
        martSchema: 'infomart',
        idbSchema: 'public',
        idbTable: undefined,
        earliestStart: undefined,
        demo: false,
      }),
    });
  await command().parseAsync([], { from: 'user' });
  await command().parseAsync([], { from: 'user' });
  await command().parseAsync(['--json'], { from: 'user' });
  expect(printed).toMatchInlineSnapshot(`
    [
      "Mart infomart is up to date now: schema 010_chatmart_state, calendar 2026 to 2027.
    ",
      "Mart infomart was up to date already: schema 010_chatmart_state, calendar 2026 to 2027.
    ",
      "{
      "applied": [],
      "version": "010_chatmart_state",
      "calendarYears": [
        2026,
        2027
      ]
    }
    ",
    ]
  `);
});
