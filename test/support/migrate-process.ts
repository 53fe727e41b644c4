// Runs as a separate process: migrates the mart of the URL in argv to completion, unless killed.
import { migrateMart } from '../../src/jobs/migrate-mart.js';

const [martUrl] = process.argv.slice(2);
process.stdout.write('migrating\n');
await migrateMart({ martUrl: martUrl!, martSchema: 'infomart' }, {});
