import { Command } from 'commander';
import { withDatabases } from '../jobs/databases.js';
import { migrateMart } from '../jobs/migrate.js';
import { run } from '../jobs/run.js';
import type { RunSummary } from '../jobs/run-summary.js';
import type { CommandContext } from './command-context.js';
import { toRunText } from './run-text.js';
import { addConfigOptions, addExample } from './shared-options.js';

/** `chatmart run`: one cycle. */
export function runCommand(context: CommandContext): Command {
  const command = new Command('run')
    .description(
      'One cycle: reads what is new in the IDB, loads the chat sessions into the Info Mart and brings the aggregates up to date.',
    )
    .option('--json', 'print one JSON object')
    .action(async (options: { readonly json?: true }) => {
      const config = context.loadConfig(command.opts());
      const { clock, log } = context;
      const summary: RunSummary = await withDatabases(config, { log }, async ({ idbUrl, martUrl, embedded }) => {
        const { martSchema, idbSchema, idbTable, earliestStart } = config;
        // Nobody else owns the embedded mart; a server's is migrated by whoever may change its schema.
        if (embedded) await migrateMart({ martUrl, martSchema, clock, log });
        return run({ idbUrl, martUrl, martSchema, idbSchema, idbTable, earliestStart, clock, log });
      });
      context.print(options.json ? `${JSON.stringify(summary, undefined, 2)}\n` : toRunText(summary));
    });
  return addConfigOptions(addExample(command, 'chatmart run'));
}
