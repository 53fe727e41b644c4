import type { Log } from '../../model/log.js';
import { writeFileSync } from 'node:fs';
import { Argument, Command, Option } from 'commander';
import { withMart } from '../../jobs/databases.js';
import { reportOnMart } from './report.js';
import type { Clock } from '../../model/clock.js';
import { ConfigError } from '../../model/errors.js';
import { PRESETS, resolvePreset } from '../../model/time-preset.js';
import { parseWindow, requireUtc } from '../../model/utc-time.js';
import { emptyReportNotice, renderReport, REPORT_FORMATS, unknownNotice, type ReportFormat } from '../../report/render-report.js';
import { parseBy, REPORT_ATTRIBUTES } from '../../report/report-attribute.js';
import { findReport, REPORTS } from '../../report/reports.js';
import { readKvpMap } from '../../spec/kvp-map.js';
import type { CommandContext } from '../../terminal/context.js';
import { proposing } from '../../terminal/completion-tree.js';
import { addConfigOptions, addExample, MART_SETTINGS } from '../../terminal/options.js';
import type { TimeWindow } from '../../model/time-span.js';

const DEFAULT_PRESET = 'current-month';
const ATTRIBUTE_NAMES = REPORT_ATTRIBUTES.map(({ name }) => name);

interface Options {
  readonly preset?: string;
  readonly from?: string;
  readonly to?: string;
  readonly timezone?: string;
  readonly by?: string;
  readonly format: ReportFormat;
  readonly output?: string;
}

/** `chatmart report NAME`. */
export function reportCommand(context: CommandContext): Command {
  const command = new Command('report')
    .description('Prints a report on the sessions that started in a window of time.')
    // Choices appear in help and completion; findReport reports an unknown name in more detail than commander.
    .addArgument(new Argument('<name>', 'name of the report').choices(REPORTS.map((report) => report.name)).argParser((name) => name))
    .addOption(proposing(new Option('--preset <name>', `named window: ${PRESETS.join(', ')} (default: ${DEFAULT_PRESET})`), PRESETS))
    .option('--from <time>', 'start of the window (inclusive): a date or an ISO 8601 time')
    .option('--to <time>', 'end of the window (exclusive)')
    .option('--timezone <zone>', 'time zone of days and of times without one; only UTC is supported')
    .addOption(
      proposing(
        new Option(
          '--by <list>',
          `comma-separated attributes to group by, or none: ${ATTRIBUTE_NAMES.join(', ')} ` +
            `(default: ${REPORTS.map((report) => `${report.name}: ${report.defaultBy.join(', ')}`).join('; ')})`,
        ),
        [...ATTRIBUTE_NAMES, 'none'],
        true,
      ),
    )
    .addOption(new Option('--format <format>', 'output format').choices(REPORT_FORMATS).default('table'))
    .option('--output <file>', 'write to this file instead of standard output')
    .action(async (name: string, options: Options) => {
      // Report every problem that needs no database before starting one.
      findReport(name);
      const window = toWindow(options, context.clock);
      const by = options.by === undefined ? undefined : parseBy(options.by);
      const config = context.loadConfig(command.opts());
      const table = await withMart(config, { log: context.log }, ({ martUrl }) =>
        reportOnMart({
          martUrl,
          martSchema: config.martSchema,
          name,
          from: window?.from,
          to: window?.to,
          by,
          map: readKvpMap(),
          log: context.log,
        }),
      );
      const notice = emptyReportNotice(table);
      // The table shows the notice itself; CSV has no place for it.
      if (notice !== undefined && options.format !== 'table') context.log(notice);
      const unknown = unknownNotice(table);
      if (unknown !== undefined) context.log(unknown, { level: 'warning' });
      const text = renderReport(table, options.format, { width: terminalWidth() });
      if (options.output === undefined) context.print(text);
      else writeReport(options.output, text, context.log);
    });
  return addConfigOptions(addExample(command, 'chatmart report chat-termination --preset last-month --by ended-by'), MART_SETTINGS);
}

function toWindow(options: Options, clock: Clock): TimeWindow | undefined {
  const { preset, from, to, timezone } = options;
  requireUtc(timezone);
  if (from === undefined && to === undefined) return resolvePreset(preset ?? DEFAULT_PRESET, clock());
  if (preset === undefined) return parseWindow({ from, to });
  throw new ConfigError('two-time-windows', `--preset ${preset} and --from/--to cannot be combined`, {
    state: 'nothing-read',
    next: 'Omit one of them.',
  });
}

/** A terminal such as a serial console may report a width of 0: unknown. */
const terminalWidth = (): number | undefined => (process.stdout.columns > 0 ? process.stdout.columns : undefined);

function writeReport(file: string, text: string, log: Log): void {
  try {
    writeFileSync(file, text);
  } catch (cause) {
    throw new ConfigError('output-not-writable', `The report cannot be written to ${file}: ${(cause as Error).message}`, {
      cause,
      state: 'nothing-changed',
      next: 'Name another file with --output.',
    });
  }
  log(`report written to ${file}`);
}
