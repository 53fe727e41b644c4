import { Command } from 'commander';
import { withMart } from '../../jobs/databases.js';
import { toJobOrigin } from '../../jobs/job-databases.js';
import { migrateMart } from '../../jobs/migrate-mart.js';
import type { CommandContext } from '../../terminal/context.js';
import { addConfigOptions, addExample, MART_SETTINGS } from '../../terminal/options.js';
import { toJsonText } from '../../model/text.js';

/** `chatmart migrate`: creates or upgrades the mart. */
export function migrateCommand(context: CommandContext): Command {
  const command = new Command('migrate')
    .description('Creates the Info Mart or upgrades it to this version, and fills its calendar to a year ahead. It is safe to repeat.')
    .option('--json', 'print the result as one JSON object')
    .action(async (options: { readonly json?: true }) => {
      const config = context.loadConfig(command.opts());
      const { clock, log } = context;
      // The owner of the mart may change its schema; the loading role may not.
      const summary = await withMart({ ...config, martUrl: config.ownerUrl ?? config.martUrl }, { log, makes: true }, ({ martUrl }) =>
        migrateMart({ martUrl, martSchema: config.martSchema }, { clock, log, origin: toJobOrigin('migrate', config), properties: config }),
      );
      if (options.json) context.print(`${toJsonText(summary)}\n`);
      else {
        const { applied, version, calendarYears } = summary;
        const done = applied.length === 0 ? 'was already up to date' : 'is now up to date';
        context.print(`Mart ${config.martSchema} ${done}: schema ${version}, calendar ${calendarYears.join(' to ')}.\n`);
      }
    });
  return addConfigOptions(addExample(command, 'chatmart migrate'), MART_SETTINGS);
}
