import { Command } from 'commander';
import { withMartToAsk } from '../../jobs/job-databases.js';
import { withStopOnSignals } from '../../jobs/stop.js';
import { maintain, planMaintenance } from './maintain.js';
import { deletesAnything, toMaintainQuestion, toMaintainText } from './summary.js';
import type { CommandContext } from '../../terminal/context.js';
import { confirm } from '../../terminal/confirm.js';
import { addConfigOptions, addExample, MART_SETTINGS } from '../../terminal/options.js';
import { toJsonText } from '../../model/text.js';

interface Options {
  readonly dryRun?: true;
  readonly yes?: true;
  readonly json?: true;
}

/** `chatmart maintain`: extends the calendar, and deletes what is past its retention. */
export function maintainCommand(context: CommandContext): Command {
  const command = new Command('maintain')
    .description(
      'Extends the calendar to a year ahead, and purges facts, resolved discards and job history that are past their retention. ' +
        'Purged facts are not loaded again; aggregates by day and above keep them.',
    )
    .option('--dry-run', 'count what would be deleted; change nothing')
    .option('--yes', 'delete without asking; required where there is no terminal')
    .option('--json', 'print the result as one JSON object')
    .action(async ({ dryRun, yes, json }: Options) => {
      const config = context.loadConfig(command.opts());
      const { daysToKeepGimFacts: daysToKeepFacts, daysToKeepDiscardsAndJobHistory: daysToKeepHistory } = config;
      const summary = await withMartToAsk(config, { ...context, command: 'maintain' }, async (mart, given) => {
        const options = { ...mart, daysToKeepFacts, daysToKeepHistory };
        // Deletes exactly what the question listed, however long the answer takes.
        const settings = { ...given, now: context.clock() };
        if (dryRun || !yes) {
          const plan = await planMaintenance(options, settings);
          if (dryRun) return plan;
          if (deletesAnything(plan)) await confirm(toMaintainQuestion(plan));
        }
        return withStopOnSignals(context.log, (stop) => maintain(options, { ...settings, stop }));
      });
      context.print(json ? `${toJsonText(summary)}\n` : toMaintainText(summary));
    });
  return addConfigOptions(addExample(command, 'chatmart maintain --days-to-keep-gim-facts 400 --dry-run'), [
    ...MART_SETTINGS,
    'days-to-keep-gim-facts',
    'days-to-keep-discards-and-job-history',
  ]);
}
