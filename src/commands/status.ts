import { Command } from 'commander';
import { withDatabases } from '../jobs/databases.js';
import { readStatus } from '../jobs/status.js';
import { toJsonText } from '../model/printable-text.js';
import type { CommandContext } from './command-context.js';
import { addConfigOptions, addExample } from './shared-options.js';
import { toStatusText } from './status-text.js';

/** `chatmart status`. */
export function statusCommand(context: CommandContext): Command {
  const command = new Command('status')
    .description(
      'Says until when the Info Mart is complete and who holds that back, how many sessions it holds, what was discarded and what waits.',
    )
    .option('--json', 'print one JSON object')
    .action(async (options: { json?: true }) => {
      const config = context.loadConfig(options);
      const { martSchema, idbSchema, idbTable } = config;
      const status = await withDatabases(config, { log: context.log }, ({ idbUrl, twinUrls, martUrl }) =>
        readStatus({ idbUrl, twinUrls, idbSchema, idbTable, martUrl, martSchema, clock: context.clock }),
      );
      context.print(options.json ? `${toJsonText(status)}\n` : toStatusText(status));
    });
  return addExample(addConfigOptions(command), 'chatmart status');
}
