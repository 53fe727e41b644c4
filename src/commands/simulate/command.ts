import { Command, InvalidArgumentError, Option } from 'commander';
import { completeOptionUrl } from '../../config/load-config.js';
import { withDatabases } from '../../jobs/databases.js';
import { writeSimulatedSessions, type SimulateResult } from './simulate.js';
import { withTruthFile } from './truth-file.js';
import { databaseUrlProblem, holdsPassword, toPrintableUrl } from '../../model/database-url.js';
import { ConfigError } from '../../model/errors.js';
import { parseWindow, requireTimeOption } from '../../model/utc-time.js';
import { LOAD_PROFILES, type LoadProfile } from '../../simulate/arrivals.js';
import { SESSION_STATISTICS, type SessionStatistics } from '../../simulate/observe/session-kvps.js';
import { TIME_FORMS, type TimeForm } from '../../simulate/idb/time-form.js';
import type { CommandContext } from '../../terminal/context.js';
import { addConfigOptions, addExample, SERVER_SETTINGS } from '../../terminal/options.js';
import { toJsonText, counted } from '../../model/text.js';
import type { TimeWindow } from '../../model/time-span.js';

interface Options {
  readonly sessions: number;
  readonly from: string;
  readonly to: string;
  readonly until?: string;
  readonly seed: number;
  readonly statistics: SessionStatistics | 'mixed';
  readonly timeForm: TimeForm | 'mixed';
  readonly profile: LoadProfile;
  readonly updates?: true;
  readonly corrections?: true;
  readonly truth?: string;
  readonly into?: string;
  readonly json?: true;
}

/** `chatmart simulate`. */
export function simulateCommand(context: CommandContext): Command {
  const command = new Command('simulate')
    .description(
      'Writes simulated chat sessions into an IDB, as Chat Server and ICON would. The same seed and options give the same rows.\n' +
        'The IDB is the embedded one unless --into names another. An IDB that holds real rows is refused.',
    )
    .addOption(new Option('--sessions <number>', 'number of sessions').argParser(parseWholeNumber).makeOptionMandatory())
    .addOption(new Option('--from <time>', 'earliest start of a session (inclusive): a date or an ISO 8601 time').makeOptionMandatory())
    .addOption(new Option('--to <time>', 'latest start of a session (exclusive); it may end later').makeOptionMandatory())
    .option('--until <time>', 'write nothing that happens after this time; sessions that close later stay open (default: now)')
    .addOption(new Option('--seed <number>', 'another number gives other sessions').argParser(parseWholeNumber).default(1))
    .addOption(
      new Option('--statistics <which>', "Chat Server's option attach-session-statistics")
        .choices([...SESSION_STATISTICS, 'mixed'])
        .default('all'),
    )
    .addOption(new Option('--time-form <form>', 'format of the start and end times').choices([...TIME_FORMS, 'mixed']).default('iso'))
    .addOption(
      new Option(
        '--profile <load>',
        'how sessions arrive. ordinary: by hour, weekday and season, with incidents; sizing: 10 short ones per second (peaks of 30) on each Chat Server; quiet: evenly',
      )
        .choices(LOAD_PROFILES)
        .default('ordinary'),
    )
    .option('--updates', 'let async sessions send intermediate updates')
    .option('--corrections', 'change or delete the statistics of some regular sessions right after they are attached')
    .option(
      '--truth <file>',
      'also write the timeline of each session to this file, one JSON object per line; an existing file is not replaced',
    )
    .option('--into <url>', 'PostgreSQL URL of an IDB whose table is empty, missing, or made by simulate')
    .option('--json', 'print the result as one JSON object')
    .action(async (options: Options) => {
      const { until, ...window } = toPast(options, context);
      const { idbSchema, idbTable, ...config } = context.loadConfig(command.opts());
      const write = async (idbUrl: string): Promise<void> => {
        const { sessions, seed, statistics, timeForm, profile, updates, corrections } = options;
        const job = { idbUrl, idbSchema, idbTable, sessions, seed, statistics, timeForm, profile, updates, corrections, until, ...window };
        const play = (truth?: (line: string) => void): Promise<SimulateResult> =>
          writeSimulatedSessions({ ...job, truth, log: context.log, clock: context.clock });
        const result = await (options.truth === undefined ? play() : withTruthFile(options.truth, play));
        if (options.json) context.print(`${toJsonText(result)}\n`);
        else context.log(toSentence(result, idbUrl));
      };
      if (options.into !== undefined) await write(completeOptionUrl('--into', requireUrl(options.into)));
      // Configured URLs usually point to a real IDB; only --into may name one here.
      else
        await withDatabases(
          { ...config, idbSchema, idbTable, idbUrls: [], martUrl: undefined, homeIsSet: true },
          { log: context.log, makes: true },
          ({ idbUrl }) => write(idbUrl),
        );
    });
  return addConfigOptions(addExample(command, 'chatmart simulate --sessions 10000 --from 2026-01-01 --to 2026-02-01'), [
    'idb-schema',
    'idb-table',
    ...SERVER_SETTINGS,
  ]);
}

/** The window of the sessions' starts, and the end of what is written: an IDB holds nothing from the future, unless --until asks for it. */
function toPast(options: Options, { clock, log }: CommandContext): TimeWindow & { readonly until: Date } {
  const { from, to } = parseWindow(options);
  if (options.until !== undefined) return { from, to, until: requireTimeOption('until', options.until) };
  const now = clock();
  if (from >= now)
    throw new ConfigError('simulates-future', `--from ${from.toISOString()} is in the future`, {
      state: 'nothing-written',
      next: 'Use an earlier time, or add --until to simulate ahead of the clock.',
    });
  if (to > now) log(`--to ${to.toISOString()} is in the future; the sessions start before ${now.toISOString()}`);
  return { from, to: to > now ? now : to, until: now };
}

/** As for configured URLs, a password in an option would be visible to everyone on the machine. */
function requireUrl(url: string): string {
  const problem =
    databaseUrlProblem(url) ?? (holdsPassword(url) ? 'contains a password, which everyone on this machine can see' : undefined);
  if (problem === undefined) return url;
  throw new ConfigError('bad-into-url', `--into ${problem}`, {
    state: 'nothing-written',
    next: 'Write --into postgres://user@host:5432/database, and put the password into PGPASSFILE.',
  });
}

function parseWholeNumber(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('A whole number is needed.');
  return Number(text);
}

const toSentence = ({ sessions, open, rows, table, seconds, firstStart, lastStart }: SimulateResult, url: string): string =>
  `${counted(sessions, 'session')} (${open > 0 ? `${open} of them still open, ` : ''}${counted(rows, 'row')}) that start from ${firstStart.toISOString()} to ${lastStart.toISOString()} ` +
  `are in ${table} of ${toPrintableUrl(url)}, after ${seconds.toFixed(1)} s`;
