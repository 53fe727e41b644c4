import { Command } from 'commander';
import type { CommandContext, CommandEntry } from './terminal/context.js';
import { HELP_LAYOUT, HELP_OUTPUT } from './terminal/help.js';
import { COMMANDS } from './commands.js';
import { packageVersion } from './spec/package-file.js';

/**
 * The program for these arguments: the command that they name is loaded, the others are names with a summary,
 * so that start-up costs the same however many commands there are. It throws a CommanderError instead of ending the process.
 */
export async function createProgram(
  args: readonly string[],
  createContext: () => Promise<CommandContext>,
  commands: readonly CommandEntry[] = COMMANDS,
): Promise<Command> {
  const program = new Command('chatmart')
    .description(
      'An open Info Mart for chat. It loads the chat statistics that Genesys ICON stores in its Interaction Database (IDB) into facts, aggregates and reports.',
    )
    .version(packageVersion())
    .usage('<command> [options]')
    .addHelpText('before', 'Example:\n  $ chatmart demo\n')
    .addHelpText('after', '\nOptions of a command: chatmart <command> --help\nAll settings: chatmart config --help')
    .configureHelp(HELP_LAYOUT)
    .configureOutput(HELP_OUTPUT)
    .exitOverride();
  const called = calledCommand(args);
  for (const entry of commands) {
    const command = entry.name === called ? await entry.load(await createContext()) : new Command(entry.name);
    program.addCommand(inherit(program, command.summary(entry.summary)));
  }
  return program;
}

/** The command that is called: the first word that is no option, or the one after `help`. The program has no option of its own that takes a value. */
export function calledCommand(args: readonly string[]): string | undefined {
  const words = args.filter((arg) => !arg.startsWith('-'));
  return words[0] === 'help' ? words[1] : words[0];
}

/** A command that was made apart does not take over its parent's settings (exit override, output) by itself. */
function inherit(parent: Command, command: Command): Command {
  command.copyInheritedSettings(parent);
  for (const child of command.commands) inherit(command, child);
  return command;
}
