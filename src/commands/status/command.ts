import { Command } from 'commander';
import { withMart } from '../../jobs/databases.js';
import { toJsonText } from '../../model/text.js';
import type { CommandContext } from '../../terminal/context.js';
import { parseDuration, addConfigOptions, addExample, IDB_SETTINGS } from '../../terminal/options.js';

interface Options {
  readonly json?: true;
  readonly check?: true;
  readonly maxLag?: number;
}

/** `chatmart status`. */
export function statusCommand(context: CommandContext): Command {
  const command = new Command('status')
    .description(
      'Shows how up to date the Info Mart is and what is delaying it, and counts sessions, discards and waiting rows. ' +
        'In SQL, the view MART_STATUS shows the same.',
    )
    .option('--json', 'print the result as one JSON object')
    .option(
      '--check',
      'also run the data checks, and exit with code 4 if one finds anything. They read all facts and aggregates, and the last three days of the IDB',
    )
    .option('--max-lag <duration>', 'exit with code 10 if facts or aggregates are further behind: 90s, 20m, 2h, 1d', parseDuration)
    .action(async (options: Options) => {
      const config = context.loadConfig(command.opts());
      const { martSchema, idbSchema, idbTable } = config;
      const { readStatus, requireLag, requireReadableIdbs, requireSoundData } = await import('./status.js');
      const status = await withMart(config, { log: context.log }, ({ idbUrl, otherIdbUrls, martUrl }) =>
        readStatus({
          idbUrl,
          otherIdbUrls,
          idbSchema,
          idbTable,
          martUrl,
          martSchema,
          check: options.check,
          clock: context.clock,
          properties: config,
        }),
      );
      const { toStatusText } = await import('./text.js');
      context.print(options.json ? `${toJsonText(status)}\n` : toStatusText(status));
      requireReadableIdbs(status);
      requireSoundData(status);
      if (options.maxLag !== undefined) requireLag(status, options.maxLag);
    });
  return addExample(addConfigOptions(command, IDB_SETTINGS), 'chatmart status --check --max-lag 20m');
}
