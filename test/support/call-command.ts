import type { Command } from 'commander';
import type { CommandContext } from '../../src/terminal/context.js';
import type { Config } from '../../src/config/config.js';
import { testClock } from './databases.js';
import type { Urls } from './histories.js';
import { NO_SETTINGS } from './no-settings.js';

export interface CommandOutput {
  readonly printed: string;
  readonly logged: readonly string[];
}

/** Calls a command in this process on a test's databases, as the program would. */
export async function callCommand(
  create: (context: CommandContext) => Command,
  urls: Urls,
  args: readonly string[],
  config: Partial<Config> = {},
): Promise<CommandOutput> {
  let printed = '';
  const logged: string[] = [];
  const command = create({
    clock: testClock,
    invocation: 'chatmart',
    print: (text) => (printed += text),
    log: (line) => logged.push(line),
    loadConfig: () => ({
      ...NO_SETTINGS,
      ...{ idbUrls: [urls.idbUrl], martUrl: urls.martUrl },
      ...config,
    }),
  });
  for (const each of [command, ...command.commands]) each.exitOverride().configureOutput({ writeErr: () => undefined });
  await command.parseAsync([...args], { from: 'user' });
  return { printed, logged };
}
