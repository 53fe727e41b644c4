import { Command, Option } from 'commander';
import { withMart } from '../../jobs/databases.js';
import { withJobDatabases } from '../../jobs/job-databases.js';
import { listDiscards } from './list.js';
import { retryDiscards } from './retry.js';
import { DISCARD, type DiscardName } from '../../model/discard.js';
import { ConfigError } from '../../model/errors.js';
import { toJsonText, verb } from '../../model/text.js';
import type { CommandContext } from '../../terminal/context.js';
import { toDiscardListText, toRetryText } from './text.js';
import { parseCount, addConfigOptions, addExample, MART_SETTINGS, SOURCE_SETTINGS } from '../../terminal/options.js';
import { proposing } from '../../terminal/completion-tree.js';

interface FilterOptions {
  readonly code?: string;
  readonly guid?: string;
  readonly json?: true;
}

interface ListOptions extends FilterOptions {
  readonly all?: true;
  readonly limit: number;
}

const DEFAULT_LIMIT = 100;

/** `chatmart discards list|retry`. */
export function discardsCommand(context: CommandContext): Command {
  const command = new Command('discards').description(
    'Lists the sessions and values that could not be loaded as they came, or retries them.',
  );
  for (const child of [listCommand(context), retryCommand(context)]) command.addCommand(child);
  return addExample(command, 'chatmart discards list');
}

function listCommand(context: CommandContext): Command {
  const command = new Command('list').description('Lists discards, newest first, and counts them by reason.');
  addFilter(command)
    .option('--all', 'include discards that are resolved')
    .option('--limit <number>', 'list at most this many; all are counted', parseCount, DEFAULT_LIMIT)
    .option('--json', 'print the result as one JSON object')
    .action(async ({ all, limit, json, ...filter }: ListOptions) => {
      const wanted = toFilter(filter);
      const config = context.loadConfig(command.opts());
      const list = await withMart(config, { log: context.log }, ({ martUrl }) =>
        listDiscards({ martUrl, martSchema: config.martSchema, ...wanted, all: all === true, limit }),
      );
      context.print(json ? `${toJsonText(list)}\n` : toDiscardListText(list));
    });
  return addConfigOptions(addExample(command, 'chatmart discards list --code NO_END,BAD_MEASURE'), MART_SETTINGS);
}

function retryCommand(context: CommandContext): Command {
  const command = new Command('retry').description(
    'Reads all rows of interactions with open discards from the IDB again, loads them, and resolves the discards that no longer apply.',
  );
  addFilter(command)
    .option('--json', 'print the result as one JSON object')
    .action(async ({ json, ...filter }: FilterOptions) => {
      const wanted = toFilter(filter);
      const config = context.loadConfig(command.opts());
      const summary = await withJobDatabases(config, { ...context, command: 'discards retry' }, (source, settings) =>
        retryDiscards({ ...source, ...wanted }, settings),
      );
      context.print(json ? `${toJsonText(summary)}\n` : toRetryText(summary));
    });
  return addConfigOptions(addExample(command, 'chatmart discards retry --code DATABASE_ERROR'), SOURCE_SETTINGS);
}

const DISCARD_NAMES = Object.keys(DISCARD);

const addFilter = (command: Command): Command =>
  command
    .addOption(proposing(new Option('--code <list>', `comma-separated list of reasons: ${DISCARD_NAMES.join(', ')}`), DISCARD_NAMES, true))
    .option('--guid <list>', 'comma-separated list of interaction IDs');

function toFilter({ code, guid }: FilterOptions): { codes: readonly DiscardName[] | undefined; guids: readonly string[] | undefined } {
  return { codes: code === undefined ? undefined : toCodes(code), guids: guid === undefined ? undefined : toList(guid) };
}

const toList = (text: string): string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');

function toCodes(text: string): DiscardName[] {
  const names = toList(text.toUpperCase());
  const unknown = names.filter((name) => !Object.hasOwn(DISCARD, name));
  if (names.length > 0 && unknown.length === 0) return names as DiscardName[];
  throw new ConfigError(
    'unknown-discard-code',
    `--code ${JSON.stringify(text)} is not a list of discard codes: ${unknown.length === 0 ? 'it is empty' : `${unknown.join(', ')} ${verb(unknown.length, 'is', 'are')} unknown`}`,
    {
      state: 'nothing-changed',
      next: `Use one or more of: ${Object.keys(DISCARD).join(', ')}.`,
    },
  );
}
