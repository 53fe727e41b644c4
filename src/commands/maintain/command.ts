import { Command } from 'commander';
import { withMart, withStopOnSignals } from '../../jobs/databases.js';
import { maintain, planMaintenance } from './maintain.js';
import { deletesAnything, toMaintainQuestion, toMaintainText, type MaintainSummary } from './summary.js';
import { migrateMart } from '../migrate/migrate.js';
import { toJobOrigin, type CommandContext } from '../../terminal/context.js';
import { confirm } from '../../terminal/confirm.js';
import { addConfigOptions, addExample, MART_SETTINGS } from '../../terminal/options.js';
import { toJsonText } from '../../model/text.js';

interface Options {
  readonly dryRun?: true;
  readonly yes?: true;
  readonly json?: true;
}

/** `chatmart maintain`: the calendar ahead, and what is past its retention away. */
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
      const { clock, log } = context;
      const summary = await withMart(config, { log }, async ({ martUrl, embedded }): Promise<MaintainSummary> => {
        const { martSchema, daysToKeepGimFacts: daysToKeepFacts, daysToKeepDiscardsAndJobHistory: daysToKeepHistory } = config;
        const origin = toJobOrigin('maintain', config);
        if (embedded) await migrateMart({ martUrl, martSchema, clock, log, origin: toJobOrigin('migrate', config) });
        const options = { martUrl, martSchema, daysToKeepFacts, daysToKeepHistory, origin, clock, now: clock(), log };
        if (dryRun || !yes) {
          const plan = await planMaintenance(options);
          if (dryRun) return plan;
          if (deletesAnything(plan)) await confirm(toMaintainQuestion(plan));
        }
        return withStopOnSignals(log, (stop) => maintain({ ...options, stop }));
      });
      context.print(json ? `${toJsonText(summary)}\n` : toMaintainText(summary));
    });
  return addConfigOptions(addExample(command, 'chatmart maintain --days-to-keep-gim-facts 400 --dry-run'), [
    ...MART_SETTINGS,
    'days-to-keep-gim-facts',
    'days-to-keep-discards-and-job-history',
  ]);
}
