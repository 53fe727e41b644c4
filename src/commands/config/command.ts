import { describeConfig, type ConfigDescription, type SettingDescription } from '../../config/describe-config.js';
import { toConfigError } from '../../config/load-config.js';
import { CONFIG_FILE_NAME, defaultText, SETTINGS, toEnvironmentName, type Setting } from '../../config/settings.js';
import { toJsonText, escapeControls } from '../../model/text.js';
import type { CommandContext } from '../../terminal/context.js';
import { formatBelow } from '../../terminal/help.js';
import { addConfigOptions, addExample, toOptionFlags } from '../../terminal/options.js';
import { Command } from 'commander';

/** `chatmart config show`. */
export function configCommand(context: CommandContext): Command {
  const command = new Command('config').description(
    'Shows the configuration. Each setting is an option, an environment variable and a key of chatmart.config.json; ' +
      'the first of these that is set counts, otherwise the default.',
  );
  command.addHelpText('after', () => `\n${toSettingsHelp(command)}`);
  return addExample(command.addCommand(showCommand(context)), 'chatmart config show');
}

/** Every setting: its option, description, variable, key and default. */
const toSettingsHelp = (command: Command): string =>
  `Settings (options of every command that reads any, unless one is named):
${formatBelow(command, SETTINGS.map(toSettingHelp))}

Options that are not settings:
${formatBelow(command, [
  ['--config <file>', 'configuration file', `Default: ${CONFIG_FILE_NAME} in the working folder`],
  ['--demo', 'work on the databases of chatmart demo, whatever URLs are set'],
])}`;

function toSettingHelp(setting: Setting): [string, ...string[]] {
  const { name, commands, description } = setting;
  return [
    `${toOptionFlags(setting)}${commands === undefined ? '' : ` (chatmart ${commands.join(', ')})`}`,
    description,
    `Variable: ${toEnvironmentName(name)}, key: ${name}`,
    `Default: ${defaultText(setting) ?? 'none'}`,
  ];
}

/** The problems of the cron expression; node-cron is loaded only if there is one. */
async function cronProblems({ settings }: ConfigDescription): Promise<string[]> {
  const cron = settings.find(({ name }) => name === 'cron');
  if (cron?.value == null) return [];
  const { parseCron } = await import('../schedule/ticker.js');
  try {
    parseCron(cron.value);
    return [];
  } catch (error) {
    return [`cron in ${cron.place}: ${(error as Error).message}`];
  }
}

function showCommand(context: CommandContext): Command {
  const command = new Command('show')
    .description(
      'Shows every setting, its value and where it was set, with all problems. Passwords are masked, and no database is contacted.',
    )
    .option('--json', 'print the result as one JSON object')
    .action(async ({ json }: { readonly json?: true }) => {
      const described = (context.describeConfig ?? describeConfig)(command.opts());
      const description = { ...described, problems: [...described.problems, ...(await cronProblems(described))] };
      context.print(json ? `${toJsonText(description)}\n` : toConfigText(description));
      if (description.problems.length > 0) throw toConfigError(description.problems);
    });
  // Includes the settings of single commands, so that what a unit file passes to one can be checked here.
  return addConfigOptions(addExample(command, 'chatmart config show'), [], SETTINGS);
}

/** Text of `chatmart config show`: setting, where it was set, and the value last because it may be long. */
export function toConfigText({ file, demo, settings, libpq }: ConfigDescription): string {
  const rows = [
    ...settings.map((setting) => [setting.name, setting.place ?? 'default', toValue(setting)] as const),
    ...libpq.map(({ name, value }) => [name, 'environment', value] as const),
  ];
  const widthOf = (column: 0 | 1): number => Math.max(...rows.map((row) => row[column].length));
  const lines = [
    `configuration file: ${file ?? 'none'}`,
    ...(demo ? ['--demo: uses the databases of chatmart demo, whatever URLs are set'] : []),
    '',
    ...rows.map(([name, place, value]) => `${name.padEnd(widthOf(0))}  ${place.padEnd(widthOf(1))}  ${value}`),
  ];
  return lines.map((line) => `${escapeControls(line)}\n`).join('');
}

const toValue = ({ value, unset }: SettingDescription): string => value ?? (unset === null ? '(not set)' : `(${unset})`);
