import { Command, InvalidArgumentError, Option } from 'commander';
import { completeOptionUrl } from '../../config/load-config.js';
import { withDatabases } from '../../jobs/databases.js';
import { writeSimulatedSessions, type SimulateResult } from './simulate.js';
import { withTruthFile } from './truth-file.js';
import { databaseUrlProblem, holdsPassword, toPrintableUrl } from '../../model/database-url.js';
import { ConfigError } from '../../model/errors.js';
import { parseWindow, requireTimeOption, type TimeWindow } from '../../model/utc-time.js';
import { LOAD_PROFILES, type LoadProfile } from '../../simulate/arrivals.js';
import { SESSION_STATISTICS, type SessionStatistics } from '../../simulate/observe/session-kvps.js';
import { TIME_FORMS, type TimeForm } from '../../simulate/idb/time-form.js';
import type { CommandContext } from '../../terminal/context.js';
import { addConfigOptions, addExample } from '../../terminal/options.js';
import { toJsonText, counted } from '../../model/text.js';

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
      'Writes invented chat sessions into an IDB, as Chat Server and ICON would have; the same seed and options give the same rows.\n' +
        'The IDB is the embedded one unless --into names another; one that holds real rows is refused.',
    )
    .addOption(new Option('--sessions <number>', 'how many').argParser(parseWholeNumber).makeOptionMandatory())
    .addOption(new Option('--from <time>', 'earliest start of a session: a date (midnight UTC) or an ISO 8601 time').makeOptionMandatory())
    .addOption(new Option('--to <time>', 'sessions start before this time, and may end after it').makeOptionMandatory())
    .option('--until <time>', 'what happens after this time is not written: sessions that close later are still open (default: now)')
    .addOption(new Option('--seed <number>', 'other numbers, other sessions').argParser(parseWholeNumber).default(1))
    .addOption(
      new Option('--statistics <which>', "Chat Server's option attach-session-statistics")
        .choices([...SESSION_STATISTICS, 'mixed'])
        .default('all'),
    )
    .addOption(new Option('--time-form <form>', 'how start and end are written').choices([...TIME_FORMS, 'mixed']).default('iso'))
    .addOption(
      new Option(
        '--profile <load>',
        'how sessions arrive: by hour, weekday and season with incidents; 10 short ones a second (peaks of 30) on each Chat Server; evenly',
      )
        .choices(LOAD_PROFILES)
        .default('ordinary'),
    )
    .option('--updates', 'async sessions send intermediate updates, too')
    .option('--corrections', 'statistics of some regular sessions are changed or deleted right after they were attached')
    .option('--truth <file>', "write each session's timeline there as well, one JSON object a line; a file that is there is not replaced")
    .option('--into <url>', 'PostgreSQL URL of an IDB whose table is empty, missing, or made by simulate')
    .option('--json', 'print the result as JSON')
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
      // Configured URLs are those of a real IDB, as a rule: only --into can mean them.
      else
        await withDatabases(
          { ...config, idbSchema, idbTable, idbUrls: [], martUrl: undefined, homeIsSet: true },
          { log: context.log, makes: true },
          ({ idbUrl }) => write(idbUrl),
        );
    });
  return addConfigOptions(
    addExample(command, 'chatmart simulate --sessions 10000 --from 2026-01-01 --to 2026-02-01 --into postgres://me@localhost/lab_idb'),
  );
}

/**
 * The window of the sessions' starts, and until when what happens is written: an IDB holds nothing that lies in the future, unless --until
 * asks for it.
 */
function toPast(options: Options, { clock, log }: CommandContext): TimeWindow & { readonly until: Date } {
  const { from, to } = parseWindow(options);
  if (options.until !== undefined) return { from, to, until: requireTimeOption('until', options.until) };
  const now = clock();
  if (from >= now)
    throw new ConfigError('simulates-future', `--from ${from.toISOString()} lies in the future: nothing has happened since then`, {
      hint: 'Nothing was written. Name an earlier time, or write --until to simulate ahead.',
    });
  if (to > now) log(`--to ${to.toISOString()} lies in the future: the sessions start before ${now.toISOString()}`);
  return { from, to: to > now ? now : to, until: now };
}

/** Like the configured URLs: an option with a password would show it to everybody on the machine. */
function requireUrl(url: string): string {
  const problem = databaseUrlProblem(url) ?? (holdsPassword(url) ? 'holds a password, which everybody on this machine can see' : undefined);
  if (problem === undefined) return url;
  throw new ConfigError('bad-into-url', `--into ${problem}`, {
    hint: 'Nothing was written. Write --into postgres://user@host:5432/database, and put a password into PGPASSFILE.',
  });
}

function parseWholeNumber(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('A whole number is needed.');
  return Number(text);
}

const toSentence = ({ sessions, open, rows, table, seconds, firstStart, lastStart }: SimulateResult, url: string): string =>
  `${counted(sessions, 'session')} (${open > 0 ? `${open} of them still open, ` : ''}${counted(rows, 'row')}) that start from ${firstStart.toISOString()} to ${lastStart.toISOString()} ` +
  `are in ${table} of ${toPrintableUrl(url)}, after ${seconds.toFixed(1)} s`;
