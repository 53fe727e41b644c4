import { Command, Option } from 'commander';
import { backfill } from './backfill.js';
import { REPROCESS, DEFAULT_SLICE, parseSliceWidth, type Reprocess } from './slices.js';
import { parseMaxRate } from './read-slices.js';
import { planBackfill } from './plan.js';
import { withJobDatabases } from '../../jobs/job-databases.js';
import { toStoppedError } from '../../jobs/stop.js';

import { toJsonText } from '../../model/text.js';
import { parseWindow, requireUtc } from '../../model/utc-time.js';
import { toBackfillPlanText } from './plan-summary.js';
import { toBackfillText } from './summary.js';
import type { CommandContext } from '../../terminal/context.js';
import { createProgressPrinter } from './progress.js';
import { addConfigOptions, addExample, SOURCE_SETTINGS } from '../../terminal/options.js';

interface Options {
  readonly from?: string;
  readonly to?: string;
  readonly timezone?: string;
  readonly slice: string;
  readonly resume?: true;
  readonly reprocess?: Reprocess;
  readonly newestFirst?: true;
  readonly maxRate?: string;
  readonly dryRun?: true;
  readonly json?: true;
}

/** `chatmart backfill`: history by slices. */
export function backfillCommand(context: CommandContext): Command {
  const command = new Command('backfill')
    .description(
      'Loads a range of history from the IDB, slice by slice. The watermark of the scheduled runs does not move. ' +
        'The range is by ADDED_TS, the time at which ICON stored a row.\n' +
        'Ctrl-C stops it after the current chunk, a second one rolls the chunk back; --resume continues.',
    )
    .option('--from <time>', 'start of the range (inclusive): a date or an ISO 8601 time')
    .option('--to <time>', 'end of the range (exclusive)')
    .option('--timezone <zone>', 'time zone of times without one; only UTC is supported')
    .option('--slice <width>', 'width of a slice, which is recorded as done when it is loaded: 1d, 6h, 30m', DEFAULT_SLICE)
    .option('--dry-run', 'show what would be read and replaced, and estimate time and disk space; change nothing')
    .option('--resume', 'skip the slices that an earlier backfill of the same range and width has loaded')
    .addOption(
      new Option(
        '--reprocess <which>',
        'missing: what no recorded slice covers; failed: that, and slices that failed; all: the whole range',
      )
        .choices(REPROCESS)
        .conflicts('resume'),
    )
    .option('--newest-first', 'start with the newest slice')
    .option('--max-rate <rows>', 'read at most this many rows per second; rows of interactions that are read again do not count')
    .option('--json', 'print the result as one JSON object')
    .action(async (options: Options) => {
      requireUtc(options.timezone);
      const range = {
        ...parseWindow(options),
        ...{ sliceSeconds: parseSliceWidth(options.slice), resume: options.resume === true, reprocess: options.reprocess ?? 'all' },
        ...{
          newestFirst: options.newestFirst === true,
          maxRate: options.maxRate === undefined ? undefined : parseMaxRate(options.maxRate),
        },
      };
      const config = context.loadConfig(command.opts());
      const { log, update: onProgress, end } = createProgressPrinter(context);
      await withJobDatabases(config, { ...context, log, command: 'backfill', makes: true }, async (source, settings) => {
        if (options.dryRun) {
          const plan = await planBackfill({ ...range, ...source }, settings);
          context.print(options.json ? `${toJsonText(plan)}\n` : toBackfillPlanText(plan));
          return;
        }
        const summary = await backfill({ ...range, ...source, onProgress }, settings).finally(end);
        context.print(options.json ? `${toJsonText(summary)}\n` : toBackfillText(summary));
        if (summary.resume !== null) throw toStoppedError(settings.stop, `To continue: ${summary.resume}`);
      });
    });
  return addConfigOptions(addExample(command, 'chatmart backfill --from 2025-01-01 --to 2026-01-01 --dry-run'), SOURCE_SETTINGS);
}
