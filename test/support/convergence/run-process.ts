// Runs as a separate process: loads the modules of a run, reports ready, and starts a run once it receives the options.
import { createInterface } from 'node:readline';
import { run, type RunOptions } from '../../../src/commands/run/run.js';
import { split, type Flat } from '../flat-options.js';

process.stdout.write('ready\n');
for await (const line of createInterface(process.stdin)) {
  const { nowTs, ...options } = JSON.parse(line) as Flat<RunOptions> & { readonly nowTs: number };
  const [what, settings] = split<RunOptions>(options);
  await run(what, { ...settings, clock: () => new Date(nowTs * 1000) });
  break;
}
process.stdin.destroy();
