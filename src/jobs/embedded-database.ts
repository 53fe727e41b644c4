import type { Config } from '../config/config.js';
import { joinEmbeddedServer, startEmbeddedServer, type EmbeddedServer } from '../db/embedded/server.js';
import { withParameters } from '../model/database-url.js';
import { BusyError, ConfigError, UnavailableError } from '../model/errors.js';

type Log = (line: string) => void;

/** Starts the embedded server, or finds it running, and leaves it so. */
export async function startServer(config: Config, log: Log): Promise<Pick<EmbeddedServer, 'owned' | 'port'>> {
  const server = await startEmbeddedServer({ home: config.home, pgBin: config.pgBin, log });
  await server.leave();
  return server;
}

/** Stops the embedded server. False: it did not run. Throws BusyError when others use it, unless forced. */
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
      hint: 'It keeps running. Wait until they are done, or end them with: chatmart db stop --force',
    });
  return true;
}

/** How to reach a database of the running server by hand: a URL without password, and the file that holds it. */
export async function describeServer(config: Config, database: string, log: Log): Promise<{ url: string; passFile: string }> {
  const server = await joinEmbeddedServer({ home: config.home, pgBin: config.pgBin, log });
  if (server === undefined)
    throw new UnavailableError('server-not-running', `The embedded PostgreSQL of ${config.home} does not run`, {
      hint: 'chatmart db start',
    });
  try {
    const names = await server.listDatabases();
    if (!names.includes(database))
      throw new ConfigError(
        'no-such-database',
        `The embedded PostgreSQL has no database ${database}; it has ${names.join(', ') || 'none'}`,
        {
          hint: 'chatmart migrate makes the databases, chatmart demo those of the demo.',
        },
      );
    return { url: withParameters(server.url(database), { password: undefined }), passFile: server.passFile };
  } finally {
    await server.leave();
  }
}
