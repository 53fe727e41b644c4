import { Argument, Command } from 'commander';
import type { CommandContext } from '../../terminal/context.js';
import { toBashCompletion } from './bash.js';
import { toFishCompletion } from './fish.js';
import { readCompletionTree } from '../../terminal/completion-tree.js';
import { toZshCompletion } from './zsh.js';
import { addExample } from '../../terminal/options.js';

const SHELLS = { bash: toBashCompletion, zsh: toZshCompletion, fish: toFishCompletion };

/** `chatmart completion bash|zsh|fish`, for the commands in the order of --help. */
export function completionCommand(context: CommandContext, commands: Parameters<typeof readCompletionTree>[0]): Command {
  const command = new Command('completion')
    .description("Prints a script with which a shell completes chatmart's commands, options and values.")
    .addArgument(new Argument('<shell>', 'the shell that reads it').choices(Object.keys(SHELLS)))
    .action(async (shell: keyof typeof SHELLS) => {
      context.print(SHELLS[shell](await readCompletionTree(commands, context)));
    });
  return addExample(command, 'chatmart completion bash');
}
