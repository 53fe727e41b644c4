import { Command } from 'commander';
import { backfill } from '../jobs/backfill.js';
import { DEFAULT_SLICE, parseSliceWidth } from '../jobs/backfill-slices.js';
import { migrateMart } from '../jobs/migrate.js';
import { withDatabasesUntilStopped } from '../jobs/stop-on-signals.js';
import { toJsonText } from '../model/printable-text.js';
import { parseWindow, requireUtc } from '../model/utc-time.js';
import { toBackfillText } from './backfill-text.js';
import type { CommandContext } from './command-context.js';
import { addConfigOptions, addExample } from './shared-options.js';

interface Options {
  readonly from?: string;
  readonly to?: string;
  readonly timezone?: string;
  readonly slice: string;
  readonly resume?: true;
  readonly json?: true;
}

/** `chatmart backfill`: history by slices. */
export function backfillCommand(context: CommandContext): Command {
  const command = new Command('backfill')
    .description(
      'Reads history from the IDB slice by slice and loads it beside the scheduled job, whose watermark stays where it is. ' +
        'The range is by ADDED_TS: when ICON stored a row, not when the session began.',
    )
    .option('--from <time>', 'start of the range, in it: ADDED_TS, a date or ISO 8601 time')
    .option('--to <time>', 'end of the range, not in it')
    .option('--timezone <zone>', 'time zone of bare dates; UTC only')
    .option('--slice <width>', 'what is recorded as done at a time: days, hours or minutes, as 1d, 6h, 30m', DEFAULT_SLICE)
    .option('--resume', 'leave out the slices that an earlier backfill of the same range and width has done')
    .option('--json', 'print one JSON object')
    .action(async (options: Options) => {
      requireUtc(options.timezone);
      const { from, to } = parseWindow(options);
      const sliceSeconds = parseSliceWidth(options.slice);
      const config = context.loadConfig(command.opts());
      const { clock, log } = context;
      const summary = await withDatabasesUntilStopped(config, { log }, async (urls, stop) => {
        const { idbUrl, twinUrls, martUrl, embedded } = urls;
        const { martSchema, idbSchema, idbTable, earliestStart } = config;
        if (embedded) await migrateMart({ martUrl, martSchema, clock, log });
        const source = { idbUrl, twinUrls, martUrl, martSchema, idbSchema, idbTable, earliestStart, stop };
        return backfill({ ...source, from, to, sliceSeconds, resume: options.resume === true, clock, log });
      });
      context.print(options.json ? `${toJsonText(summary)}\n` : toBackfillText(summary));
    });
  return addConfigOptions(addExample(command, 'chatmart backfill --from 2025-01-01 --to 2026-01-01'));
}
