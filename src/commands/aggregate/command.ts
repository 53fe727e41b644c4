import { Command } from 'commander';
import { withJobMart } from '../../jobs/job-databases.js';
import { parseWindow, requireUtc } from '../../model/utc-time.js';
import type { CommandContext } from '../../terminal/context.js';
import { addConfigOptions, addExample, MART_SETTINGS } from '../../terminal/options.js';
import { toJsonText } from '../../model/text.js';

interface Options {
  readonly from?: string;
  readonly to?: string;
  readonly timezone?: string;
  readonly json?: true;
}

/** `chatmart aggregate`: aggregates what changed, or a whole range. */
export function aggregateCommand(context: CommandContext): Command {
  const command = new Command('aggregate')
    .description(
      'Rebuilds the aggregates where facts changed. With --from and --to, it rebuilds those of all sessions that started in that range as well.',
    )
    .option('--from <time>', 'start of the range (inclusive): a date or an ISO 8601 time')
    .option('--to <time>', 'end of the range (exclusive)')
    .option('--timezone <zone>', 'time zone of times without one; only UTC is supported')
    .option('--json', 'print the result as one JSON object')
    .action(async (options: Options) => {
      requireUtc(options.timezone);
      const range = options.from === undefined && options.to === undefined ? undefined : parseWindow(options);
      const config = context.loadConfig(command.opts());
      const { aggregate } = await import('../../pipeline/aggregate.js');
      const summary = await withJobMart(config, { ...context, command: 'aggregate' }, (mart, settings) =>
        aggregate({ ...mart, range }, settings),
      );
      if (options.json) context.print(`${toJsonText(summary)}\n`);
    });
  return addConfigOptions(addExample(command, 'chatmart aggregate --from 2026-03-01 --to 2026-04-01'), MART_SETTINGS);
}
