import { expect, test } from 'vitest';
import { migrateCommand } from '../../../src/commands/migrate/command.js';
import { migrationNames } from '../../../src/mart/schema/migration-source.js';
import { emptyDatabase, freshIdb, testClock } from '../../support/databases.js';
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
