import type { Command } from 'commander';
import { inspect } from 'node:util';
import type { CommandContext } from '../../src/terminal/context.js';
import { COMMANDS } from '../../src/commands.js';
import { createProgram } from '../../src/program.js';
import { describeConfig } from '../../src/config/describe-config.js';
import { loadConfig } from '../../src/config/load-config.js';
import type { Clock } from '../../src/model/clock.js';
import { testClock } from './databases.js';
import { refuseBug, withoutBugs } from './no-bugs.js';

/** The commands that can be typed, subcommands with their parent's name: `db start`. */
export async function listCommands(): Promise<string[]> {
  const context: CommandContext = {
    clock: testClock,
    invocation: 'chatmart',
    print: () => undefined,
    log: () => undefined,
    loadConfig: () => loadConfig({}, { environment: {}, workingFolder: '/' }),
    describeConfig: () => describeConfig({}, { environment: {}, workingFolder: '/' }),
  };
  const leaves = (command: Command): string[] =>
    command.commands.length === 0 ? [command.name()] : command.commands.flatMap(leaves).map((name) => `${command.name()} ${name}`);
  return (await Promise.all(COMMANDS.map(async ({ load }) => leaves(await load(context))))).flat();
}

/** Everything that a command shows. */
export interface Seen {
  /** Standard output and error, the log, and the error with everything attached to it. */
  readonly text: string;
  /** Only what it prints as its result. */
  readonly printed: string;
  readonly failed: boolean;
}

/** Calls the program in this process with a real configuration and collects all its output; `onLine` gets each line at once. */
export async function callProgram(
  args: readonly string[],
  {
    clock = testClock,
    ...sources
  }: { readonly environment: Readonly<Record<string, string | undefined>>; readonly workingFolder: string; readonly clock?: Clock },
  onLine: (line: string) => unknown = () => undefined,
): Promise<Seen> {
  const seen: string[] = [];
  let printed = '';
  const note = (text: string | Uint8Array): boolean => {
    seen.push(typeof text === 'string' ? text : Buffer.from(text).toString());
    return true;
  };
  const noteWarning = (warning: Error): number => seen.push(inspect(warning));
  const streams = [process.stdout, process.stderr].map((stream) => ({ stream, write: stream.write.bind(stream) }));
  process.on('warning', noteWarning);
  for (const { stream } of streams) stream.write = note;
  try {
    const context: CommandContext = {
      clock,
      invocation: 'chatmart',
      print: (text) => {
        printed += text;
        note(text);
      },
      log: (line, fields) => {
        if (fields?.code === 'bug') withoutBugs(`"code":"bug" ${line}`);
        note(`${line}\n`);
        onLine(line);
      },
      loadConfig: (options) => loadConfig(options, sources),
      describeConfig: (options) => describeConfig(options, sources),
    };
    const program = await createProgram(args, () => Promise.resolve(context));
    await program.parseAsync(args, { from: 'user' });
    return { text: seen.join(''), printed, failed: false };
  } catch (error) {
    refuseBug(error);
    return { text: `${seen.join('')}${inspect(error, { depth: 8, showHidden: true })}`, printed, failed: true };
  } finally {
    for (const { stream, write } of streams) stream.write = write;
    await new Promise(setImmediate);
    process.off('warning', noteWarning);
  }
}
