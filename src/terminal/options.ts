import { CONFIG_FILE_NAME, defaultText, SETTINGS, toEnvironmentName, toOptionName, type Setting } from '../config/settings.js';
import { proposing } from './completion-tree.js';
import { type Command, InvalidArgumentError } from 'commander';

const GROUP = 'Settings it reads (environment variable in brackets):';

/** The settings for reaching the mart. */
export const MART_SETTINGS: readonly Setting['name'][] = ['mart-url', 'mart-password-file', 'mart-schema'];
/** The settings for reaching the IDB as well. */
export const IDB_SETTINGS: readonly Setting['name'][] = [...MART_SETTINGS, 'idb-url', 'idb-password-file', 'idb-schema', 'idb-table'];
/** The settings of commands that load from it. */
export const SOURCE_SETTINGS: readonly Setting['name'][] = [...IDB_SETTINGS, 'earliest-start'];
/** The settings for reaching the embedded server. */
export const SERVER_SETTINGS: readonly Setting['name'][] = ['home', 'pg-bin'];

/**
 * Adds the options that every command shares, and those of the settings that are this command's own, or of the given ones; they take
 * effect through `context.loadConfig(command.opts())`. Help shows the command's own settings and the ones that it `reads`; all others
 * work as well, and stand under `chatmart config --help`.
 */
export function addConfigOptions(
  command: Command,
  reads: readonly Setting['name'][],
  settings: readonly Setting[] = settingsOf(command.name()),
): Command {
  for (const setting of settings) {
    const { name, flag } = setting;
    const isOwn = isFor(setting, command.name());
    const option = command.createOption(toOptionFlags(setting), toHelp(setting, isOwn));
    if (setting.choices !== undefined && flag === undefined) proposing(option, setting.choices);
    if (!isOwn) option.helpGroup(GROUP).hideHelp(!reads.includes(name));
    command.addOption(option);
  }
  const readsMart = reads.includes('mart-url');
  command.addOption(command.createOption('--demo', 'work on the databases of chatmart demo').helpGroup(GROUP).hideHelp(!readsMart));
  command.addOption(command.createOption('--config <file>', `configuration file (default: ${CONFIG_FILE_NAME})`).helpGroup(GROUP));
  return command.addHelpText('after', '\nAll other settings: chatmart config --help');
}

/** How the command line sets it. */
export const toOptionFlags = (setting: Setting): string =>
  `--${toOptionName(setting)}${setting.flag === undefined ? ` ${setting.argument}` : ''}`;

const isFor = ({ commands = [] }: Setting, name: string): boolean => commands.some((command) => command === name);

const settingsOf = (name: string): readonly Setting[] =>
  SETTINGS.filter((setting) => setting.commands === undefined || isFor(setting, name));

/** The defaults of settings shared by all commands are described once, by `chatmart config --help`. */
function toHelp(setting: Setting, isOwn: boolean): string {
  const otherwise = isOwn ? defaultText(setting) : setting.default;
  return `${setting.description}${otherwise === undefined ? '' : ` (default: ${otherwise})`} [${toEnvironmentName(setting.name)}]`;
}

/** Puts an example above the usage line, where it is seen first. */
export const addExample = (command: Command, example: string): Command => command.addHelpText('before', `Example:\n  $ ${example}\n`);

/** Reads a whole number from 0; otherwise commander reports that the option's value is wrong. */
export function parseCount(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number.');
}

const SECONDS = { s: 1, m: 60, h: 3_600, d: 86_400 } as const;

/** Reads `90s`, `20m`, `2h` or `1d` as whole seconds; otherwise commander reports that the option's value is wrong. */
export function parseDuration(text: string): number {
  const [, count, unit] = /^(\d{1,6})([smhd])$/.exec(text.trim()) ?? [];
  if (count === undefined) throw new InvalidArgumentError('Write seconds, minutes, hours or days: 90s, 20m, 2h, 1d.');
  return Number(count) * SECONDS[unit as keyof typeof SECONDS];
}
