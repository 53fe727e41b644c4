import { Command, Option } from 'commander';
import { withMart } from '../../jobs/databases.js';
import { queryMart } from './query-mart.js';
import type { CommandContext } from '../../terminal/context.js';
import { createResultPrinter, RESULT_FORMATS, type ResultFormat } from './result-printer.js';
import { addConfigOptions, addExample, MART_SETTINGS } from '../../terminal/options.js';

interface Options {
  readonly format: ResultFormat;
}

/** `chatmart sql "select …"`. */
export function sqlCommand(context: CommandContext): Command {
  const command = new Command('sql')
    .description('Runs one statement on the Info Mart in a read-only transaction. Names without a schema are those of the mart.')
    .argument('<statement>', 'one SQL statement')
    .addOption(new Option('--format <format>', 'output format').choices(RESULT_FORMATS).default('table'))
    .action(async (text: string, { format }: Options) => {
      const config = context.loadConfig(command.opts());
      const printer = createResultPrinter(format, context);
      await withMart(config, { log: context.log }, ({ martUrl }) =>
        queryMart({ martUrl, martSchema: config.martSchema, text, log: context.log }, (page) => printer.add(page)),
      );
      printer.end();
    });
  return addConfigOptions(addExample(command, 'chatmart sql "select count(*) as sessions from chat_session_fact"'), MART_SETTINGS);
}
