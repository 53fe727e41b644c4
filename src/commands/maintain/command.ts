import { Command } from 'commander';
import { withMart, withStopOnSignals } from '../../jobs/databases.js';
import { maintain, planMaintenance } from './maintain.js';
import { deletesAnything, toMaintainQuestion, toMaintainText, type MaintainSummary } from './summary.js';
import { migrateMart } from '../migrate/migrate.js';
import { toJobOrigin, type CommandContext } from '../../terminal/context.js';
import { confirm } from '../../terminal/confirm.js';
import { addConfigOptions, addExample } from '../../terminal/options.js';
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
      'Extends the calendar to a year ahead and deletes what is past its retention: facts by whole months, only if days-to-keep-gim-facts is set; ' +
        'resolved discards and history of jobs. What was deleted is not loaded again, and aggregates by day and above keep it.',
    )
    .option('--dry-run', 'count what would be deleted, and write nothing')
    .option('--yes', 'delete without asking; needed where there is no terminal')
    .option('--json', 'print one JSON object')
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
  return addConfigOptions(addExample(command, 'chatmart maintain --days-to-keep-gim-facts 400 --dry-run'));
}
