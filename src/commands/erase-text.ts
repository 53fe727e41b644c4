import type { EraseSummary } from '../jobs/erase.js';
import { counted } from './counted.js';

/** What is about to be erased, as a question. */
export const toEraseQuestion = ({ interactions, facts, discards }: EraseSummary): string =>
  `Erase ${counted(interactions, 'interaction')} with ${counted(facts, 'fact')} and ${counted(discards, 'discard')} for good?`;

/** What erasing did, or what a dry run found, for people. */
export function toEraseText(summary: EraseSummary): string {
  const { dryRun, interactions, erasedBefore, facts, discards, members, messages, intervals } = summary;
  if (dryRun)
    return (
      `erase     ${counted(interactions, 'interaction')}, ${counted(erasedBefore, 'of them was', 'of them were')} erased before\n` +
      `rows      ${counted(facts, 'fact')} and ${counted(discards, 'discard')} to be deleted\n` +
      'nothing was erased: this was a dry run\n'
    );
  const lines = [
    `erased    ${counted(interactions, 'interaction')}, ${counted(erasedBefore, 'of them was', 'of them were')} erased before`,
    `deleted   ${counted(facts, 'fact')}, ${counted(discards, 'discard')}, ${counted(members, 'member')} of dimensions that no other session has`,
    `changed   ${counted(intervals, 'interval')} of 15 minutes aggregated anew`,
    'kept      a hash of each id: no run, backfill or repair loads it again. The IDB and backups still have what they had',
  ];
  if (messages > 0) lines.push(`messages  ${counted(messages, 'message')} of jobs named an interaction; it was taken out`);
  if (facts + discards === 0 && erasedBefore < interactions) lines.push('note      the mart held nothing of them; is each id right?');
  return `${lines.join('\n')}\n`;
}
