import { Command } from 'commander';
import { reconcile } from './reconcile.js';
import { whyNotCompared, type ReconcileSummary } from '../../pipeline/reconcile/summary.js';
import { withJobDatabases } from '../../jobs/job-databases.js';
import { DataError } from '../../model/errors.js';
import { parseWindow, requireUtc } from '../../model/utc-time.js';
import type { CommandContext } from '../../terminal/context.js';
import { toReconcileText } from './text.js';
import { addConfigOptions, addExample, SOURCE_SETTINGS } from '../../terminal/options.js';

import { toJsonText, counted, verb } from '../../model/text.js';

interface Options {
  readonly from?: string;
  readonly to?: string;
  readonly timezone?: string;
  readonly json?: true;
}

/** `chatmart reconcile`: compares the IDB with the mart. */
export function reconcileCommand(context: CommandContext): Command {
  const command = new Command('reconcile')
    .description(
      'Compares the IDB with the Info Mart hour by hour, and loads again what is missing or different. ' +
        'The range is by ADDED_TS, the time at which ICON stored a row. Hours before the oldest row of the IDB are skipped.\n' +
        'chatmart run compares the last three days once a day.',
    )
    .option('--from <time>', 'start of the range (inclusive): a date or an ISO 8601 time')
    .option('--to <time>', 'end of the range (exclusive)')
    .option('--timezone <zone>', 'time zone of times without one; only UTC is supported')
    .option('--json', 'print the result as one JSON object')
    .action(async (options: Options) => {
      requireUtc(options.timezone);
      const range = parseWindow(options);
      const config = context.loadConfig(command.opts());
      const summary: ReconcileSummary = await withJobDatabases(config, { ...context, command: 'reconcile' }, (source, settings) =>
        reconcile({ ...range, ...source }, settings),
      );
      context.print(options.json ? `${toJsonText(summary)}\n` : toReconcileText(summary));
      // One IDB of an HA pair may have been down; the other one's result stands for it.
      const why = summary.sources
        .filter(({ notFound }) => notFound > 0 || summary.interactions === 0)
        .map(whyNotCompared)
        .find((each) => each !== null);
      if (why != null)
        throw new DataError('reconcile-incomplete', `The comparison is incomplete: ${why}`, {
          state: 'committed-stays',
          next: "If no rows were purged meanwhile, an index of the IDB may be missing rows, as it can after an upgrade of its server's C library. As the owner of the IDB's table, run reindex table and its name; chatmart doctor shows more.",
          again: 'then',
        });
      const { missing, different, repaired } = summary;
      if (repaired < missing + different)
        throw new DataError(
          'reconcile-failed',
          `${counted(missing + different - repaired, 'interaction')} of the IDB ${verb(missing + different - repaired, 'is', 'are')} still missing or different in the mart after being read again`,
          {
            state: 'committed-stays',
            next: 'Look for a rule or trigger of your own on CHAT_SESSION_FACT.',
            again: 'then',
          },
        );
    });
  return addConfigOptions(addExample(command, 'chatmart reconcile --from 2026-03-01 --to 2026-03-08'), SOURCE_SETTINGS);
}
