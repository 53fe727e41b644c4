import path from 'node:path';
import { CommanderError } from 'commander';
import type { CommandContext, Terminal } from './terminal/context.js';
import { toHint } from './terminal/hint.js';
import { createLogWriter } from './terminal/log-writer.js';
import { calledCommand, createProgram } from './program.js';
import { DEFAULT_LOG } from './config/log-config.js';
import { toOperatorError } from './db/operator-error.js';
import { systemClock } from './model/clock.js';
import {
  BusyError,
  ChatmartError,
  ConfigError,
  DataError,
  DiscardLimitError,
  LagError,
  StoppedError,
  UnavailableError,
} from './model/errors.js';

/** Exit code of each class of error; 0 is done, 1 is a bug. */
const EXIT_CODES = [
  [ConfigError, 2],
  [UnavailableError, 3],
  [DataError, 4],
  [BusyError, 5],
  [DiscardLimitError, 6],
  [LagError, 10],
] as const;
const EXIT_BUG = 1;
const EXIT_USAGE = 2;
/** Where the signal does not end the process: what shells say of one that was interrupted. */
const EXIT_STOPPED = 130;

/** commander has printed its sentence, or the help that was asked for, already. */
function reportUsage(error: CommanderError): number {
  if (error.exitCode === 0) return 0;
  if (error.code !== 'commander.help') {
    log('code: usage');
    log(`hint: ${toHint({ state: 'nothing-done', next: '--help shows the arguments and an example.' })}`);
  }
  return EXIT_USAGE;
}

/** Reports an error to the operator and returns the exit code that it means. */
function reportError(thrown: unknown): number {
  if (thrown instanceof CommanderError) return reportUsage(thrown);
  const error = thrown instanceof ChatmartError ? thrown : toOperatorError(thrown);
  if (error instanceof StoppedError) endBySignal(error.signal);
  const exitCode = error instanceof StoppedError ? EXIT_STOPPED : EXIT_CODES.find(([kind]) => error instanceof kind)?.[1];
  if (error === undefined || exitCode === undefined) {
    const stack = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
    log(`this is a bug in chatmart; please report it with the lines below\n${stack}`, { level: 'error', code: 'bug' });
    return EXIT_BUG;
  }
  const { code, state, next, again } = error;
  log(error.message, { level: 'error', code, state, next, again });
  return exitCode;
}

/** Whoever waits for this program is to see that it was stopped, and by what; after all that is still to be written. */
const endBySignal = (signal: NodeJS.Signals): unknown => process.once('beforeExit', () => process.kill(process.pid, signal));

const { log, configure } = createLogWriter(
  {
    write: (text) => void process.stderr.write(text),
    clock: systemClock,
    isTerminal: process.stderr.isTTY,
    command: calledCommand(process.argv.slice(2)),
  },
  DEFAULT_LOG,
);

/** Installed beside a project it is run by npx, in a checkout by node, and else by its name. */
function toInvocation(script: string): string {
  if (script.includes('/node_modules/.bin/') || script.includes('/node_modules/chatmart/')) return 'npx chatmart';
  return script.endsWith('.js') ? `node ${path.relative(process.cwd(), script) || script}` : 'chatmart';
}

/** One that knows how to go back on a line; a log file or a pipe does not. */
function findTerminal(): Terminal | undefined {
  const { stderr } = process;
  if (!stderr.isTTY || process.env['TERM'] === 'dumb') return undefined;
  return { columns: () => stderr.columns, write: (text) => void stderr.write(text) };
}

/** Loaded with the command that needs it: `--help` reads no configuration. */
async function createContext(): Promise<CommandContext> {
  const [{ loadConfig }, { describeConfig }, { peekLogConfig }] = await Promise.all([
    import('./config/load-config.js'),
    import('./config/describe-config.js'),
    import('./config/log-config.js'),
  ]);
  return {
    clock: systemClock,
    invocation: toInvocation(process.argv[1] ?? ''),
    print: (text) => void process.stdout.write(text),
    log,
    terminal: findTerminal(),
    loadConfig: (options) => {
      configure(peekLogConfig(options));
      const config = loadConfig(options);
      configure(config.log);
      for (const warning of config.warnings) log(warning, { level: 'warning', code: 'unknown-variable' });
      return config;
    },
    describeConfig: (options) => {
      configure(peekLogConfig(options));
      return describeConfig(options);
    },
  };
}

async function main(args: readonly string[]): Promise<number> {
  try {
    const program = await createProgram(args, createContext);
    await program.parseAsync(args, { from: 'user' });
    return 0;
  } catch (error) {
    return reportError(error);
  }
}

let outputFailed = false;
// A reader that has seen enough (`chatmart report … | head`) closes the pipe: no error, and no reason to stop a load half-way.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') return;
    outputFailed = true;
    if (stream === process.stdout) log(`the output cannot be written: ${error.message}`, { level: 'error' });
  });

// Not process.exit: what is still on its way to a pipe would be lost.
process.exitCode = await main(process.argv.slice(2));
process.once('beforeExit', () => {
  if (outputFailed && process.exitCode === 0) process.exitCode = EXIT_USAGE;
});
