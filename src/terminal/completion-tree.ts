import type { Argument, Command, Option } from 'commander';
import type { CommandContext, CommandEntry } from './context.js';

/** The possible values of a position of the command line: one of some words, a file, a folder, or anything. */
export type CompletableValue = CompletableWords | 'file' | 'folder' | 'any';

/** Words; for a list, several of them separated by commas. */
export interface CompletableWords {
  readonly words: readonly string[];
  readonly isList?: boolean;
}

const proposed = new WeakMap<Option | Argument, CompletableWords>();

/** Makes shells propose words for a value that commander does not check, because our own error message says more. */
export function proposing<T extends Option | Argument>(place: T, words: readonly string[], isList = false): T {
  proposed.set(place, { words, isList });
  return place;
}

/** An option as a shell completes it. */
export interface CompletableOption {
  /** `--format`. */
  readonly name: string;
  readonly description: string;
  /** Undefined: it takes none. */
  readonly value: CompletableValue | undefined;
}

/** A command as a shell completes it; the program itself has the empty path. */
export interface CompletableCommand {
  /** `db start`. */
  readonly path: string;
  readonly summary: string;
  readonly options: readonly CompletableOption[];
  /** Words that may follow: its commands, each with what it does. */
  readonly commands: readonly { readonly name: string; readonly summary: string }[];
  /** What its first argument can be; undefined: it takes none. */
  readonly argument: CompletableValue | undefined;
}

const HELP = { name: '--help', description: 'show the help, with an example', value: undefined };
const VERSION = { name: '--version', description: 'show the version', value: undefined };

/** Every command, the program first, as commander knows them: nothing is listed twice. */
export async function readCompletionTree(commands: readonly CommandEntry[], context: CommandContext): Promise<CompletableCommand[]> {
  const loaded = await Promise.all(commands.map(async ({ summary, load }) => (await load(context)).summary(summary)));
  const names = commands.map(({ name, summary }) => ({ name, summary }));
  const help = { name: 'help', summary: 'show the help of a command' };
  const program = { path: '', summary: '', options: [HELP, VERSION], commands: [...names, help], argument: undefined };
  const afterHelp = { path: 'help', summary: '', options: [], commands: names, argument: undefined };
  return [program, ...loaded.flatMap((command) => toCommands(command, '')), afterHelp];
}

function toCommands(command: Command, above: string): CompletableCommand[] {
  const path = above === '' ? command.name() : `${above} ${command.name()}`;
  const [argument] = command.registeredArguments;
  return [
    {
      path,
      summary: command.summary() || command.description(),
      options: [...command.options.filter(({ long }) => long).map(toOption), HELP],
      commands: command.commands.map((child) => ({ name: child.name(), summary: child.summary() || child.description() })),
      argument: argument && toValue(argument, argument.name()),
    },
    ...command.commands.flatMap((child) => toCommands(child, path)),
  ];
}

const toOption = (option: Option): CompletableOption => ({
  name: option.long!,
  description: option.description,
  value: option.required || option.optional ? toValue(option, /[<[](\w+)/.exec(option.flags)?.[1] ?? '') : undefined,
});

const toValue = (place: Option | Argument, name: string): CompletableValue => proposed.get(place) ?? toKnownValue(place, name);

const toKnownValue = ({ argChoices }: Option | Argument, name: string): CompletableValue =>
  argChoices !== undefined ? { words: argChoices } : name === 'file' || name === 'folder' ? name : 'any';
