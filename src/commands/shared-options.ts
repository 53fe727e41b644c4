import type { Command } from 'commander';
import { CONFIG_FILE_NAME, defaultText, SETTINGS, toEnvironmentName, type Setting } from '../config/settings.js';

import { proposing } from './completion/tree.js';

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
