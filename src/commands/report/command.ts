import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Argument, Command, InvalidArgumentError, Option } from 'commander';
import { withMart } from '../../jobs/databases.js';
import { overviewOnMart, reportOnMart, type MartOverviewOptions, type WindowRequest } from './report.js';
import { toOptionKey } from '../../config/settings.js';
import { toSourceName } from '../../mart/source-identity.js';
import { ConfigError } from '../../model/errors.js';
import { PRESETS, requirePreset, WEEKS, type Weeks } from '../../model/time-preset.js';
import { parseBounds } from '../../model/utc-time.js';
import { renderReport } from '../../report/formats/render-report.js';
import { CSV_READERS, type CsvOptions } from '../../report/formats/report-csv.js';
import {
  chooseFormat,
  isForPrograms,
  REPORT_FORMATS,
  toDefinitionFor,
  toEnding,
  type ReportFormat,
} from '../../report/formats/report-format.js';
import { writeReport } from '../../report/formats/write-report.js';
import { emptyReportNotice, toCompletenessText, unknownNotice } from '../../report/page/to-page.js';
import { COMPARISONS, parseCompare } from '../../report/overview/compared-periods.js';
import { renderOverview, requireOverviewFormat } from '../../report/overview/render-overview.js';
import { parseRanges } from '../../report/durations.js';
import { parseBy, REPORT_ATTRIBUTES } from '../../report/report-attribute.js';
import { FILTER_ATTRIBUTES, OWN_OPTION } from '../../report/report-filter.js';
import { MOST_TOP, readDefinition } from '../../report/definition/read-definition.js';
import { readReports, requireReport } from '../../report/definition/reports.js';
import type { NamedReport } from '../../report/definition/report-definition.js';
import type { CommandContext } from '../../terminal/context.js';
import { proposing } from '../../terminal/completion-tree.js';
import { addConfigOptions, addExample, MART_SETTINGS } from '../../terminal/options.js';

const ATTRIBUTE_NAMES = REPORT_ATTRIBUTES.map(({ name }) => name);

interface Options extends Readonly<Record<string, unknown>> {
  readonly preset?: string;
  readonly from?: string;
  readonly to?: string;
  readonly timezone?: string;
  readonly weeks: Weeks;
  readonly by?: string;
  readonly sort?: string;
  readonly top?: number;
  readonly columns?: string;
  readonly subtotals?: boolean;
  readonly definition?: string;
  readonly ranges?: string;
  readonly compare?: string;
  readonly format?: ReportFormat;
  readonly output?: string;
  readonly csvFor?: CsvOptions['reader'];
  readonly csvWindow?: boolean;
  readonly open?: boolean;
}

/** `chatmart report NAME`. */
export function reportCommand(context: CommandContext): Command {
  const reports = readReports();
  const command = new Command('report')
    .description('Prints a report on the sessions that started in a window of time.')
    // Choices appear in help and completion; requireReport reports an unknown name in more detail than commander.
    .addArgument(new Argument('[name]', 'name of the report').choices(reports.map(({ name }) => name)).argParser((name) => name))
    .option('--definition <file>', "a report of your own, as JSON; see chatmart's own in specs/reports")
    .addOption(proposing(new Option('--preset <name>', `named window: ${PRESETS.join(', ')} (default: the report's own)`), PRESETS))
    .option('--from <time>', 'start of the window (inclusive): a date or an ISO 8601 time')
    .option('--to <time>', 'end of the window (exclusive)')
    .addOption(
      new Option('--weeks <kind>', 'info-mart: from Sunday, cut at 1 January; iso: from Monday').choices(WEEKS).default('info-mart'),
    )
    .addOption(
      proposing(
        new Option(
          '--by <list>',
          `comma-separated attributes to group by, or none: ${ATTRIBUTE_NAMES.join(', ')}, and own keys of the mart (default: the report's own)`,
        ),
        [...ATTRIBUTE_NAMES, 'none'],
        true,
      ),
    )
    .option('--sort <list>', 'comma-separated columns to sort by; - before one: the largest first')
    .addOption(new Option('--top <number>', 'show this many rows; the rest of the groups become one').argParser(parseTop))
    .option('--columns <list>', 'comma-separated columns to show, in this order; attributes of groups stay')
    .option('--subtotals', 'a row for all rows with the same first attribute')
    .option('--ranges <seconds>', 'for chat-durations: comma-separated upper bounds of the ranges')
    .addOption(
      proposing(
        new Option(
          '--compare <list>',
          `for chat-overview: comma-separated earlier periods, or none: ${COMPARISONS.join(', ')} (default: previous, weekday)`,
        ),
        [...COMPARISONS, 'none'],
        true,
      ),
    )
    .addOption(
      new Option('--format <format>', 'output format (default: by the ending of --output, otherwise table)').choices(REPORT_FORMATS),
    )
    .option('--output <file>', `write to this file instead of standard output; it ends with ${REPORT_FORMATS.map(toEnding).join(', ')}`);
  command
    .addOption(
      new Option(
        '--csv-for <program>',
        'CSV as a spreadsheet opens it: excel separates by ; and has decimal commas, excel-en by , with points',
      ).choices(CSV_READERS),
    )
    .option('--csv-window', 'begin each row of CSV with the window and its time zone')
    .option('--open', 'write a file, a temporary one without --output, and open it on the desktop');
  for (const { option, title, values = [] } of FILTER_ATTRIBUTES)
    command.addOption(
      proposing(new Option(`--${option} <value>`, `${title}${toHint(option, values)}`), values)
        .argParser((value: string, others?: readonly string[]) => [...(others ?? []), value])
        .helpGroup(FILTERS),
    );
  command.addOption(
    new Option(`--${OWN_OPTION} <name=value>`, 'Own key, by its column; no value: sessions without one')
      .argParser((value: string, others?: readonly string[]) => [...(others ?? []), value])
      .helpGroup(FILTERS),
  );
  const printBytes = context.printBytes ?? ((bytes: Uint8Array): void => void process.stdout.write(bytes));
  command.action(async (name: string | undefined, options: Options) => {
    // Report every problem that needs no database before starting one.
    const report = toReport(name, options.definition);
    const format = toFormat(options);
    requireOptionsOf(report, format, options);
    const window = toWindow(options, report);
    const ranges = options.ranges === undefined ? undefined : parseRanges(options.ranges);
    const by = options.by === undefined ? undefined : parseBy(options.by);
    const compare = options.compare === undefined ? undefined : parseCompare(options.compare);
    // The server's zone data decide on the option, not those of this program.
    const config = context.loadConfig({ ...command.opts(), timezone: undefined });
    const read = <T>(onMart: (asked: MartOverviewOptions) => Promise<T>): Promise<T> =>
      withMart(config, { log: context.log }, ({ idbUrl, otherIdbUrls, martUrl }) =>
        onMart({
          ...{ martUrl, martSchema: config.martSchema, definition: report, window },
          timezone: options.timezone ?? config.schedule.zone,
          weeks: options.weeks,
          filters: Object.fromEntries(
            [...FILTER_ATTRIBUTES.map(({ option }) => option), OWN_OPTION].map((option) => [
              option,
              options[toOptionKey(option)] as string[] | undefined,
            ]),
          ),
          sourceNames: idbUrl === undefined ? undefined : [idbUrl, ...otherIdbUrls].map((_, index) => toSourceName(index)),
          clock: context.clock,
          log: context.log,
        }),
      );
    const show = async (content: string | Uint8Array): Promise<void> => {
      const file = options.output ?? (options.open === true ? toTemporaryFile(report.name, format) : undefined);
      if (file === undefined) {
        if (typeof content === 'string') context.print(content);
        else printBytes(content);
        return;
      }
      writeReport(file, content);
      const unopened =
        options.open === true ? await (context.openFile ?? (await import('../../terminal/open-file.js')).openFile)(file) : undefined;
      context.log(`report written to ${file}${unopened === undefined ? '' : `; not opened: ${unopened}`}`);
    };
    if (report.rows === 'overview') {
      const overview = await read((asked) => overviewOnMart({ ...asked, compare }));
      await show(await renderOverview(overview, format, { width: terminalWidth() }));
      return;
    }
    const table = await read((asked) =>
      reportOnMart({
        ...{ ...asked, definition: toDefinitionFor(format, report), name: report.name, by, ranges },
        ...{ sort: toList(options.sort), top: options.top, columns: toList(options.columns), subtotals: options.subtotals },
      }),
    );
    const notice = emptyReportNotice(table);
    // A page shows the notice itself; CSV has no place for it, nor for how far the report is complete.
    if (notice !== undefined && isForPrograms(format)) context.log(notice);
    if (format === 'csv') context.log(toCompletenessText(table));
    const unknown = unknownNotice(table);
    if (unknown !== undefined) context.log(unknown, { level: 'warning' });
    await show(
      await renderReport(table, format, {
        ...{ width: terminalWidth(), csv: { reader: options.csvFor, hasWindow: options.csvWindow } },
      }),
    );
  });
  return addConfigOptions(addExample(command, 'chatmart report chat-termination --preset last-month --by ended-by'), MART_SETTINGS);
}

/** What --open opens if no format is asked for. */
const OPENED_FORMAT: ReportFormat = 'html';

const toHint = (option: string, values: readonly string[]): string =>
  option === 'hour-of-day' ? ', or some of them: 18-21' : values.length === 2 ? `: ${values.join(' or ')}` : '';

const FILTERS = 'Filters (repeat one for several values; not:VALUE excludes):';

/** The report by its name or by a definition. Throws `ConfigError` for both, and for neither. */
function toReport(name: string | undefined, definition: string | undefined): NamedReport {
  if (definition === undefined && name !== undefined) return requireReport(name);
  if (definition !== undefined && name === undefined) return readDefinition(definition);
  throw new ConfigError(
    'one-report',
    name === undefined ? 'No report is named' : `--definition is a report of its own, and so is ${name}`,
    {
      state: 'nothing-done',
      next: `Name one of: ${readReports()
        .map((each) => each.name)
        .join(', ')}; or a file with --definition.`,
    },
  );
}

/** Options that shape the rows of a table. */
const SHAPING = ['by', 'sort', 'top', 'columns', 'subtotals', 'ranges'] as const;

/** Throws `ConfigError` for what an overview cannot follow, and for what only an overview follows. */
function requireOptionsOf({ name, rows }: NamedReport, format: ReportFormat, options: Options): void {
  if (rows === 'overview') {
    requireOverviewFormat(format);
    const option = SHAPING.find((each) => options[each] !== undefined);
    if (option === undefined) return;
    throw new ConfigError('overview-is-fixed', `${name} has tables of its own, which --${option} does not change`, {
      state: 'nothing-read',
      next: `Omit --${option}, or use it with another report.`,
    });
  }
  if (options.compare === undefined) return;
  throw new ConfigError('compare-without-overview', `${name} compares no periods`, {
    state: 'nothing-read',
    next: 'Omit --compare, or use it with chat-overview.',
  });
}

const toList = (list: string | undefined): string[] | undefined =>
  list
    ?.split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');

function parseTop(text: string): number {
  if (/^[1-9]\d{0,6}$/.test(text) && Number(text) <= MOST_TOP) return Number(text);
  throw new InvalidArgumentError(`a whole number from 1 to ${MOST_TOP} is expected.`);
}

function toWindow({ preset, from, to }: Options, { prompts }: NamedReport): WindowRequest {
  if (from === undefined && to === undefined) {
    const name = preset ?? prompts.preset;
    requirePreset(name);
    return { preset: name };
  }
  if (preset === undefined) return parseBounds({ from, to });
  throw new ConfigError('two-time-windows', `--preset ${preset} and --from/--to cannot be combined`, {
    state: 'nothing-read',
    next: 'Omit one of them.',
  });
}

/** A terminal such as a serial console may report a width of 0: unknown. */
const terminalWidth = (): number | undefined => (process.stdout.columns > 0 ? process.stdout.columns : undefined);

/** The format of the output. A terminal cannot show a workbook; a pipe takes it. */
function toFormat({ format, output, open, csvFor, csvWindow }: Options): ReportFormat {
  const isCsv = csvFor !== undefined || csvWindow === true;
  const asked = format ?? (output !== undefined ? undefined : isCsv ? 'csv' : open === true ? OPENED_FORMAT : undefined);
  const chosen = chooseFormat(asked, output);
  if (chosen !== 'csv' && isCsv)
    throw new ConfigError('not-csv', `${csvFor === undefined ? '--csv-window' : '--csv-for'} is for CSV, but the format is ${chosen}`, {
      state: 'nothing-read',
      next: 'Add --format csv, or omit it.',
    });
  if (chosen === 'xlsx' && output === undefined && open !== true && process.stdout.isTTY)
    throw new ConfigError('xlsx-to-terminal', 'A terminal cannot show a workbook', {
      state: 'nothing-read',
      next: 'Name a file with --output, such as report.xlsx.',
    });
  return chosen;
}

/** In a folder that only this account can read. */
const toTemporaryFile = (name: string, format: ReportFormat): string =>
  path.join(mkdtempSync(path.join(tmpdir(), 'chatmart-')), `${name}${toEnding(format)}`);
