import { Command, Option } from 'commander';
import path from 'node:path';
import { withMart } from '../../jobs/databases.js';
import { toJsonText } from '../../model/text.js';
import { requireTimeOption } from '../../model/utc-time.js';
import type { CommandContext } from '../../terminal/context.js';
import { addConfigOptions, addExample, MART_SETTINGS } from '../../terminal/options.js';
import { exportMart } from './export.js';
import { FORMATS, type ExportFormat } from './manifest.js';
import { toExportText } from './summary.js';

interface Options {
  readonly output: string;
  readonly format?: ExportFormat;
  readonly since?: string;
  readonly json?: true;
}

/** `chatmart export`: the mart as files of a data lake. */
export function exportCommand(context: CommandContext): Command {
  const command = new Command('export')
    .description(
      'Writes facts, dimensions and aggregates into a folder, as a data lake reads them. Called again, it writes only the files whose rows ' +
        'changed. The table deleted_sessions lists what copies of earlier exports must forget.',
    )
    .requiredOption('--output <folder>', 'folder of the export; empty or missing, or that of an earlier export of this mart')
    .addOption(new Option('--format <format>', 'format of the files (default: that of the earlier export, or parquet)').choices(FORMATS))
    .option('--since <time>', 'leave out sessions that began before the month (UTC) of this time (default: export all)')
    .option('--json', 'print the result as one JSON object')
    .action(async ({ output, format, since: sinceText, json }: Options) => {
      const config = context.loadConfig(command.opts());
      const since = sinceText === undefined ? undefined : requireTimeOption('since', sinceText);
      const { clock, log } = context;
      const summary = await withMart(config, { log }, ({ martUrl }) =>
        exportMart({ martUrl, martSchema: config.martSchema, folder: path.resolve(output), format, since, clock, log }),
      );
      context.print(json ? `${toJsonText(summary)}\n` : toExportText(summary));
    });
  return addConfigOptions(addExample(command, 'chatmart export --output /data/chat --format parquet'), MART_SETTINGS);
}
