import { Argument, Command } from 'commander';
import { DEMO_DATABASES, EMBEDDED_DATABASES, STOP_COMMAND } from '../jobs/databases.js';
import { describeServer, startServer, stopServer } from '../jobs/embedded-database.js';
import type { CommandContext } from './command-context.js';
import { proposing } from './completion-tree.js';
import { addConfigOptions, addExample } from './shared-options.js';

/** `chatmart db start|stop|url`. */
export function dbCommand(context: CommandContext): Command {
  const command = new Command('db').description('The embedded PostgreSQL server, which serves when no URL is configured.');
  for (const child of [startCommand(context), stopCommand(context), urlCommand(context)]) command.addCommand(child);
  return addExample(command, 'chatmart db start');
}

function startCommand(context: CommandContext): Command {
  const command = new Command('start').description('Starts the server and leaves it running.').action(async () => {
    const server = await startServer(context.loadConfig(command.opts()), context.log);
    context.log(`${server.owned ? 'It keeps running' : `PostgreSQL runs already on 127.0.0.1:${server.port}`}; ${STOP_COMMAND} ends it`);
  });
  return addConfigOptions(addExample(command, 'chatmart db start'));
}

function stopCommand(context: CommandContext): Command {
  const command = new Command('stop')
    .description('Stops the server, unless somebody else uses it.')
    .option('--force', 'also when somebody else uses it: what they did not commit is rolled back')
    .action(async ({ force }: { force?: true }) => {
      const stopped = await stopServer(context.loadConfig(command.opts()), { force: force === true, log: context.log });
      context.log(stopped ? 'PostgreSQL is stopped' : 'PostgreSQL was not running');
    });
  return addConfigOptions(addExample(command, 'chatmart db stop'));
}

/** Of the databases that chatmart makes there. */
const NAMES = [EMBEDDED_DATABASES, DEMO_DATABASES].flatMap(({ idb, mart }) => [mart, idb]);

function urlCommand(context: CommandContext): Command {
  const command = new Command('url')
    .description('Prints the URL of a database of the running server, without the password: that is in a file that psql can read.')
    .addArgument(proposing(new Argument('[database]', 'its name').default(EMBEDDED_DATABASES.mart), NAMES))
    .action(async (database: string) => {
      const { url, passFile } = await describeServer(context.loadConfig(command.opts()), database, context.log);
      context.print(`${url}\n`);
      context.log(`The password is in a file: PGPASSFILE='${passFile}' psql '${url}'`);
    });
  return addConfigOptions(addExample(command, 'chatmart db url'));
}
