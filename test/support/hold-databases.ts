// Runs as a separate process: holds both databases of the home in argv in the middle of a statement until told to end.
import { withDatabases } from '../../src/jobs/databases.js';
import { withConnection } from '../../src/db/connection.js';
import { NO_SETTINGS } from './no-settings.js';

const [home] = process.argv.slice(2);
const config = {
  ...NO_SETTINGS,
  home: home!,
  idbUrls: [],
};
await withDatabases(config, { log: () => undefined, makes: true }, ({ martUrl }) =>
  withConnection({ url: martUrl, applicationName: 'chatmart test' }, async (connection) => {
    process.stdout.write('ready\n');
    await connection.query('select pg_sleep(600)');
  }),
);
