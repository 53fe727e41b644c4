import { withMartToAsk } from '../../jobs/job-databases.js';
import { withStopOnSignals } from '../../jobs/stop.js';
import { toJsonText, counted } from '../../model/text.js';
import type { CommandContext } from '../../terminal/context.js';
import { confirm } from '../../terminal/confirm.js';
import { addConfigOptions, addExample, MART_SETTINGS } from '../../terminal/options.js';
import { erase, planErase, type EraseSummary } from './erase.js';
import { Command } from 'commander';

interface Options {
  readonly guid: string;
  readonly dryRun?: true;
  readonly yes?: true;
  readonly json?: true;
}

/** `chatmart erase`: erases interactions permanently. */
export function eraseCommand(context: CommandContext): Command {
  const command = new Command('erase')
    .description(
      'Erases interactions permanently: deletes their facts, discards and texts, and rebuilds their aggregates. ' +
        'A hash of each ID stays, so that they are never reloaded. The IDB and backups are not changed.',
    )
    .requiredOption('--guid <list>', 'comma-separated list of interaction IDs: CALLID in the IDB, MEDIA_SERVER_IXN_GUID in the fact')
    .option('--dry-run', 'count what would be deleted; change nothing')
    .option('--yes', 'erase without asking; required where there is no terminal')
    .option('--json', 'print the result as one JSON object')
    .action(async ({ guid, dryRun, yes, json }: Options) => {
      const guids = toList(guid);
      const config = context.loadConfig(command.opts());
      const summary = await withMartToAsk(config, { ...context, command: 'erase' }, async (mart, settings) => {
        const options = { ...mart, guids };
        if (dryRun || !yes) {
          const plan = await planErase(options, settings);
          if (dryRun) return plan;
          await confirm(toEraseQuestion(plan));
        }
        return withStopOnSignals(context.log, (stop) => erase(options, { ...settings, stop }));
      });
      context.print(json ? `${toJsonText(summary)}\n` : toEraseText(summary));
    });
  return addConfigOptions(addExample(command, 'chatmart erase --guid 0001KaFQ3U8X0001 --dry-run'), MART_SETTINGS);
}

const toList = (text: string): string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');

/** The question that asks to confirm what will be erased. */
export const toEraseQuestion = ({ interactions, facts, discards }: EraseSummary): string =>
  `Erase ${counted(interactions, 'interaction')} with ${counted(facts, 'fact')} and ${counted(discards, 'discard')} permanently?`;

/** Whether the mart holds nothing of the interactions; the IDs may be misspelt. */
const isUnknown = ({ interactions, erasedBefore, facts, discards }: EraseSummary): boolean =>
  facts + discards === 0 && erasedBefore < interactions;
const toUnknownText = (interactions: number): string =>
  interactions === 1
    ? 'note      the mart has nothing of it; check the ID. Erasing it still keeps it from ever being loaded'
    : 'note      the mart has nothing of them; check the IDs. Erasing them still keeps them from ever being loaded';

/** Text for people: what was erased, or what a dry run found. */
export function toEraseText(summary: EraseSummary): string {
  const { dryRun, interactions, erasedBefore, facts, discards, members, messages, intervals } = summary;
  if (dryRun)
    return (
      `erase     ${counted(interactions, 'interaction')}, ${counted(erasedBefore, 'of them was', 'of them were')} erased before\n` +
      `rows      ${counted(facts, 'fact')} and ${counted(discards, 'discard')} to be deleted\n` +
      (isUnknown(summary) ? `${toUnknownText(interactions)}\n` : '') +
      'nothing was erased: this was a dry run\n'
    );
  const lines = [
    `erased    ${counted(interactions, 'interaction')}, ${counted(erasedBefore, 'of them was', 'of them were')} erased before`,
    `deleted   ${counted(facts, 'fact')}, ${counted(discards, 'discard')}, ${counted(members, 'member')} of dimensions that no other session uses`,
    `changed   ${counted(intervals, 'interval')} of 15 minutes aggregated again`,
    'kept      a hash of each ID, so that it is never reloaded. The IDB and backups are not changed',
  ];
  if (messages > 0) lines.push(`messages  an interaction ID was removed from ${counted(messages, 'job message')}`);
  if (isUnknown(summary)) lines.push(toUnknownText(interactions));
  return `${lines.join('\n')}\n`;
}
