import { CONFIG_FILE_NAME, defaultText, SETTINGS, toEnvironmentName, type Setting } from '../config/settings.js';
import { proposing } from './completion-tree.js';
import { type Command, InvalidArgumentError } from 'commander';

const GROUP = 'Configuration (option, else environment, else configuration file):';

/**
 * Adds the options that every command shares, and those of the settings that are this command's own, or of the given ones; they take
 * effect through `context.loadConfig(command.opts())`.
 */
export function addConfigOptions(command: Command, settings: readonly Setting[] = settingsOf(command.name())): Command {
  for (const setting of settings) {
    const { name, argument, command: of } = setting;
    const option = command.createOption(`--${name} ${argument}`, toHelp(setting));
    if (setting.choices !== undefined) proposing(option, setting.choices);
    command.addOption(of === command.name() ? option : option.helpGroup(of === undefined ? GROUP : `Of chatmart ${of}:`));
  }
  command.addOption(command.createOption('--demo', 'work on the databases that chatmart demo made').helpGroup(GROUP));
  return command.addOption(
    command.createOption('--config <file>', `configuration file (default: ${CONFIG_FILE_NAME} in the working folder)`).helpGroup(GROUP),
  );
}

const settingsOf = (name: string): readonly Setting[] => SETTINGS.filter(({ command: of }) => of === undefined || of === name);

function toHelp(setting: Setting): string {
  const otherwise = defaultText(setting);
  return `${setting.description}${otherwise === undefined ? '' : ` (default: ${otherwise})`} [${toEnvironmentName(setting.name)}]`;
}

/** Puts an example where the eye falls first, above the usage line. */
export const addExample = (command: Command, example: string): Command => command.addHelpText('before', `Example:\n  $ ${example}\n`);

/** Reads a whole number from 0 on; else commander says that the option's value is wrong. */
export function parseCount(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number.');
}

const SECONDS = { s: 1, m: 60, h: 3_600, d: 86_400 } as const;

/** Reads `90s`, `20m`, `2h` or `1d` as whole seconds; else commander says that the option's value is wrong. */
export function parseDuration(text: string): number {
  const [, count, unit] = /^(\d{1,6})([smhd])$/.exec(text.trim()) ?? [];
  if (count === undefined) throw new InvalidArgumentError('Write seconds, minutes, hours or days: 90s, 20m, 2h, 1d.');
  return Number(count) * SECONDS[unit as keyof typeof SECONDS];
}
