// Runs as a separate process: backfills the range in argv until done or killed.
import { backfill } from '../../src/commands/backfill/backfill.js';

const [idbUrl, martUrl, from, to] = process.argv.slice(2);
process.stdout.write('ready\n');
await backfill(
  { idbUrl: idbUrl!, martUrl: martUrl!, martSchema: 'infomart', idbSchema: 'public', from: new Date(from!), to: new Date(to!) },
  { clock: () => new Date('2026-03-04T05:06:07Z') },
);
