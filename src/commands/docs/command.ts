import { Command } from 'commander';
import { withMart } from '../../jobs/databases.js';
import { toJsonText } from '../../model/text.js';
import type { CommandContext } from '../../terminal/context.js';
import { addConfigOptions, addExample, MART_SETTINGS } from '../../terminal/options.js';

interface Options {
  readonly output: string;
  readonly json?: true;
}

/** `chatmart docs`: the data dictionary of the mart as it is, and what BI tools need. */
export function docsCommand(context: CommandContext): Command {
  const command = new Command('docs')
    .description(
      'Writes a data dictionary of the Info Mart as it is, own keys and calendars included, as HTML and Markdown, and its relationships and ' +
        'figures for BI tools: dbt, Cube, Superset, SchemaSpy, a data contract. Files change only where the mart has changed. ' +
        'Examples never come from free texts or from columns that may identify a person.',
    )
    .requiredOption('--output <folder>', 'folder for the files; it is created if it is missing')
    .option('--json', 'print the result as one JSON object')
    .action(async ({ output, json }: Options) => {
      const config = context.loadConfig(command.opts());
      const { writeDocs } = await import('./docs.js');
      const { toWrittenText } = await import('./write-files.js');
      const written = await withMart(config, { log: context.log }, ({ martUrl }) =>
        writeDocs({ martUrl, martSchema: config.martSchema, output, log: context.log }),
      );
      context.print(json ? `${toJsonText({ folder: output, ...written })}\n` : toWrittenText(output, written));
    });
  return addConfigOptions(addExample(command, 'chatmart docs --output dictionary'), MART_SETTINGS);
}
