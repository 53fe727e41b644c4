import { Command } from 'commander';
import { withMart } from '../jobs/databases.js';
import { erase, planErase, type EraseSummary } from '../jobs/erase.js';
import { migrateMart } from './migrate/migrate.js';
import { withStopOnSignals } from '../jobs/databases.js';
import type { CommandContext } from './command-context.js';
import { confirm } from './confirm.js';
import { toJobOrigin } from './job-origin.js';
import { toEraseQuestion, toEraseText } from './erase-text.js';
import { addConfigOptions, addExample } from './shared-options.js';
import { toJsonText } from '../model/text.js';

interface Options {
  readonly guid: string;
  readonly dryRun?: true;
  readonly yes?: true;
  readonly json?: true;
}

/** `chatmart erase`: forget interactions. */
export function eraseCommand(context: CommandContext): Command {
  const command = new Command('erase')
    .description(
      'Forgets interactions: deletes their facts, discards and texts, rebuilds the aggregates concerned, and keeps a hash of each id, ' +
        'by which nothing loads them again. The IDB and backups are not touched.',
    )
    .requiredOption('--guid <list>', 'comma list of interactions: CALLID of the IDB, MEDIA_SERVER_IXN_GUID of the fact')
    .option('--dry-run', 'count what would be deleted, and write nothing')
    .option('--yes', 'erase without asking; needed where there is no terminal')
    .option('--json', 'print one JSON object')
    .action(async ({ guid, dryRun, yes, json }: Options) => {
      const guids = toList(guid);
      const config = context.loadConfig(command.opts());
      const { clock, log } = context;
      const summary = await withMart(config, { log }, async ({ martUrl, embedded }): Promise<EraseSummary> => {
        const { martSchema } = config;
        const origin = toJobOrigin('erase', config);
        if (embedded) await migrateMart({ martUrl, martSchema, clock, log, origin: toJobOrigin('migrate', config) });
        const options = { martUrl, martSchema, guids, origin, clock, log };
        if (dryRun || !yes) {
          const plan = await planErase(options);
          if (dryRun) return plan;
          await confirm(toEraseQuestion(plan));
        }
        return withStopOnSignals(log, (stop) => erase({ ...options, stop }));
      });
      context.print(json ? `${toJsonText(summary)}\n` : toEraseText(summary));
    });
  return addConfigOptions(addExample(command, 'chatmart erase --guid 0001KaFQ3U8X0001 --dry-run'));
}

const toList = (text: string): string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
