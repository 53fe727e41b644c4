import type { Log } from '../../model/log.js';
import type { Config } from '../../config/config.js';
import { joinEmbeddedServer, startEmbeddedServer, type EmbeddedServer } from '../../db/embedded/server.js';
import { DEMO_DATABASES, EMBEDDED_DATABASES, STOP_COMMAND } from '../../jobs/databases.js';
import { withParameters } from '../../model/database-url.js';
import { BusyError, ConfigError, UnavailableError } from '../../model/errors.js';
import type { CommandContext } from '../../terminal/context.js';
import { proposing } from '../../terminal/completion-tree.js';
import { addConfigOptions, addExample, SERVER_SETTINGS } from '../../terminal/options.js';
import { Argument, Command } from 'commander';

/** `chatmart db start|stop|url`. */
export function dbCommand(context: CommandContext): Command {
  const command = new Command('db').description('Controls the embedded PostgreSQL server, which chatmart uses when no URL is configured.');
  for (const child of [startCommand(context), stopCommand(context), urlCommand(context)]) command.addCommand(child);
  return addExample(command, 'chatmart db start');
}

function startCommand(context: CommandContext): Command {
  const command = new Command('start').description('Starts the server and leaves it running.').action(async () => {
    const server = await startServer(context.loadConfig(command.opts()), context.log);
    context.log(
      `${server.owned ? 'It keeps running' : `PostgreSQL is already running on 127.0.0.1:${server.port}`}; ${STOP_COMMAND} stops it`,
    );
  });
  return addConfigOptions(addExample(command, 'chatmart db start'), SERVER_SETTINGS);
}

function stopCommand(context: CommandContext): Command {
  const command = new Command('stop')
    .description('Stops the server, unless another program uses it.')
    .option('--force', 'stop it anyway; what other programs have not committed is rolled back')
    .action(async ({ force }: { force?: true }) => {
      const stopped = await stopServer(context.loadConfig(command.opts()), { force: force === true, log: context.log });
      context.log(stopped ? 'PostgreSQL has stopped' : 'PostgreSQL was not running');
    });
  return addConfigOptions(addExample(command, 'chatmart db stop'), SERVER_SETTINGS);
}

/** Names of the databases that chatmart creates there. */
const NAMES = [EMBEDDED_DATABASES, DEMO_DATABASES].flatMap(({ idb, mart }) => [mart, idb]);

function urlCommand(context: CommandContext): Command {
  const command = new Command('url')
    .description('Prints the URL of a database of the running server, without the password. The password is in a file that psql can read.')
    .addArgument(proposing(new Argument('[database]', 'name of the database').default(EMBEDDED_DATABASES.mart), NAMES))
    .action(async (database: string) => {
      const { url, passFile } = await describeServer(context.loadConfig(command.opts()), database, context.log);
      context.print(`${url}\n`);
      context.log(`The password is in a file: PGPASSFILE='${passFile}' psql '${url}'`);
    });
  return addConfigOptions(addExample(command, 'chatmart db url'), SERVER_SETTINGS);
}

/** Starts the embedded server, or finds it running, and leaves it running. */
export async function startServer(config: Config, log: Log): Promise<Pick<EmbeddedServer, 'owned' | 'port'>> {
  const server = await startEmbeddedServer({ home: config.home, pgBin: config.pgBin, log });
  await server.leave();
  return server;
}

/** Stops the embedded server. Returns false if it was not running. Throws BusyError if others use it, unless `force` is set. */
export async function stopServer(config: Config, { force, log }: { force: boolean; log: Log }): Promise<boolean> {
  const server = await joinEmbeddedServer({ home: config.home, pgBin: config.pgBin, log });
  if (server === undefined) return false;
  if (force) {
    await server.forceStop();
    return true;
  }
  const others = await server.stop();
  if (others.length > 0)
    throw new BusyError('server-in-use', `PostgreSQL on 127.0.0.1:${server.port} is in use by ${others.join(', ')}`, {
      state: 'nothing-done',
      next: 'The server keeps running. Wait until they finish, or end them: chatmart db stop --force',
    });
  return true;
}

/** Connection data for a database of the running server: a URL without password, and the path of the file that holds the password. */
export async function describeServer(config: Config, database: string, log: Log): Promise<{ url: string; passFile: string }> {
  const server = await joinEmbeddedServer({ home: config.home, pgBin: config.pgBin, log });
  if (server === undefined)
    throw new UnavailableError('server-not-running', `The embedded PostgreSQL of ${config.home} is not running`, {
      next: 'Start it: chatmart db start',
    });
  try {
    const names = await server.listDatabases();
    if (!names.includes(database))
      throw new ConfigError(
        'no-such-database',
        `The embedded PostgreSQL has no database ${database}; it has ${names.join(', ') || 'none'}`,
        {
          next: 'chatmart migrate creates the databases; chatmart demo creates those of the demo.',
        },
      );
    return { url: withParameters(server.url(database), { password: undefined }), passFile: server.passFile };
  } finally {
    await server.leave();
  }
}
