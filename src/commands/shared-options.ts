import type { Command } from 'commander';
import { CONFIG_FILE_NAME, SETTINGS, toEnvironmentName } from '../config/settings.js';

const GROUP = 'Configuration (option, else environment, else configuration file):';

/**
 * Adds the options that every command shares, and those of the settings that are this command's own; they take effect through
 * `context.loadConfig(command.opts())`.
 */
export function addConfigOptions(command: Command): Command {
  for (const { name, argument, description, command: of } of SETTINGS) {
    if (of !== undefined && of !== command.name()) continue;
    const option = command.createOption(`--${name} ${argument}`, `${description} [${toEnvironmentName(name)}]`);
    command.addOption(of === undefined ? option.helpGroup(GROUP) : option);
  }
  command.addOption(command.createOption('--demo', 'work on the databases that chatmart demo made').helpGroup(GROUP));
  return command.addOption(
    command.createOption('--config <file>', `configuration file (default: ${CONFIG_FILE_NAME} in the working folder)`).helpGroup(GROUP),
  );
}

/** Puts an example where the eye falls first, above the usage line. */
export const addExample = (command: Command, example: string): Command => command.addHelpText('before', `Example:\n  $ ${example}\n`);
