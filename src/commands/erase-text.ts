import type { EraseSummary } from '../jobs/erase.js';
import { counted } from '../model/text.js';

/** What is about to be erased, as a question. */
export const toEraseQuestion = ({ interactions, facts, discards }: EraseSummary): string =>
  `Erase ${counted(interactions, 'interaction')} with ${counted(facts, 'fact')} and ${counted(discards, 'discard')} for good?`;

/** The mart holds nothing of the interactions, which may be misspelt. */
const isUnknown = ({ interactions, erasedBefore, facts, discards }: EraseSummary): boolean =>
  facts + discards === 0 && erasedBefore < interactions;
const UNKNOWN = 'note      the mart holds nothing of them: is each id right? Erasing them still keeps them out for good';

/** What erasing did, or what a dry run found, for people. */
export function toEraseText(summary: EraseSummary): string {
  const { dryRun, interactions, erasedBefore, facts, discards, members, messages, intervals } = summary;
  if (dryRun)
    return (
      `erase     ${counted(interactions, 'interaction')}, ${counted(erasedBefore, 'of them was', 'of them were')} erased before\n` +
      `rows      ${counted(facts, 'fact')} and ${counted(discards, 'discard')} to be deleted\n` +
      (isUnknown(summary) ? `${UNKNOWN}\n` : '') +
      'nothing was erased: this was a dry run\n'
    );
  const lines = [
    `erased    ${counted(interactions, 'interaction')}, ${counted(erasedBefore, 'of them was', 'of them were')} erased before`,
    `deleted   ${counted(facts, 'fact')}, ${counted(discards, 'discard')}, ${counted(members, 'member')} of dimensions that no other session has`,
    `changed   ${counted(intervals, 'interval')} of 15 minutes aggregated anew`,
    'kept      a hash of each id: no run, backfill or repair loads it again. The IDB and backups still have what they had',
  ];
  if (messages > 0) lines.push(`messages  ${counted(messages, 'message')} of jobs named an interaction; it was taken out`);
  if (isUnknown(summary)) lines.push(UNKNOWN);
  return `${lines.join('\n')}\n`;
}
