import { Command } from 'commander';
import { describeConfig } from '../config/describe-config.js';
import { toConfigError } from '../config/load-config.js';
import { SETTINGS } from '../config/settings.js';
import { toJsonText } from '../model/printable-text.js';
import type { CommandContext } from './command-context.js';
import { toConfigText } from './config-text.js';
import { addConfigOptions, addExample } from './shared-options.js';

/** `chatmart config show`. */
export function configCommand(context: CommandContext): Command {
  const command = new Command('config').description('What is configured: options, environment, configuration file and defaults, merged.');
  return addExample(command.addCommand(showCommand(context)), 'chatmart config show');
}

function showCommand(context: CommandContext): Command {
  const command = new Command('show')
    .description(
      'Shows every setting, its value and the place that set it. Passwords are masked. Connects to nothing; what is wrong is told, too.',
    )
    .option('--json', 'print one JSON object')
    .action(({ json }: { readonly json?: true }) => {
      const description = (context.describeConfig ?? describeConfig)(command.opts());
      context.print(json ? `${toJsonText(description)}\n` : toConfigText(description));
      if (description.problems.length > 0) throw toConfigError(description.problems);
    });
  // Those of single commands as well: what a unit file tells one of them can be looked at here.
  return addConfigOptions(addExample(command, 'chatmart config show'), SETTINGS);
}
