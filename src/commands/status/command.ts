import { Command } from 'commander';
import { withMart } from '../../jobs/databases.js';
import { readStatus, requireLag, requireReadableIdbs, requireSoundData } from './status.js';
import { toJsonText } from '../../model/text.js';
import type { CommandContext } from '../../terminal/context.js';
import { parseDuration, addConfigOptions, addExample } from '../../terminal/options.js';
import { toStatusText } from './text.js';

interface Options {
  readonly json?: true;
  readonly check?: true;
  readonly maxLag?: number;
}

/** `chatmart status`. */
export function statusCommand(context: CommandContext): Command {
  const command = new Command('status')
    .description(
      'Says until when the Info Mart is complete and who holds that back, how many sessions it holds, what was discarded and what waits. ' +
        'In SQL, view MART_STATUS says the same.',
    )
    .option('--json', 'print one JSON object')
    .option(
      '--check',
      'run the data checks as well, each a query that must return no rows: they read all facts and aggregates, and the rows of the last three days in the IDB; exit code 4 when one finds any',
    )
    .option('--max-lag <duration>', 'exit code 10 when facts or aggregates are further behind: 90s, 20m, 2h, 1d', parseDuration)
    .action(async (options: Options) => {
      const config = context.loadConfig(command.opts());
      const { martSchema, idbSchema, idbTable } = config;
      const status = await withMart(config, { log: context.log }, ({ idbUrl, twinUrls, martUrl }) =>
        readStatus({ idbUrl, twinUrls, idbSchema, idbTable, martUrl, martSchema, check: options.check, clock: context.clock }),
      );
      context.print(options.json ? `${toJsonText(status)}\n` : toStatusText(status));
      requireReadableIdbs(status);
      requireSoundData(status);
      if (options.maxLag !== undefined) requireLag(status, options.maxLag);
    });
  return addExample(addConfigOptions(command), 'chatmart status --check --max-lag 20m');
}
