import { toSliceText } from '../jobs/backfill-slices.js';
import type { BackfilledSource, BackfillSummary } from '../jobs/backfill-summary.js';
import { escapeControls } from '../model/printable-text.js';

const number = (count: number): string => count.toLocaleString('en');

const listed = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .map(([name, count]) => `${escapeControls(name)} ${number(count)}`)
    .join(', ');

/** The summary of a backfill, for people. */
export function toBackfillText(summary: BackfillSummary): string {
  const { sessions, rows, ignoredRows } = summary;
  const lines = [
    `range     ${summary.from} to ${summary.to} by ADDED_TS, in slices of ${toSliceText(summary.sliceSeconds)}`,
    ...summary.sources.flatMap(toSourceLines),
    `rows      ${number(rows)} read, ${number(ignoredRows)} of other keys`,
    `sessions  ${number(sessions.inserted)} inserted, ${number(sessions.updated)} updated, ${number(sessions.unchanged)} unchanged, ` +
      `${number(sessions.deleted)} deleted, ${number(sessions.discarded)} discarded; ${number(sessions.active)} still active, ${number(sessions.reread)} read again`,
    `changed   ${number(summary.intervals)} intervals of 15 minutes`,
    ...(summary.stopped === null ? [] : [`stopped   ${summary.stopped}; to go on: ${summary.resume ?? ''}`]),
    `${summary.stopped === null ? 'done in   ' : 'worked    '}${summary.seconds.toFixed(2)} s, ${number(summary.rowsPerSecond)} rows/s`,
  ];
  if (Object.keys(summary.discards).length > 0)
    lines.push(`discards  ${listed(summary.discards)}; chatmart discards list shows what is open`);
  const tooLong = summary.discards['TOO_MANY_ROWS'];
  if (tooLong !== undefined)
    lines.push(
      `warning   ${number(tooLong)} interactions have too many rows and are not read: chatmart discards list --code TOO_MANY_ROWS`,
    );
  if (summary.expired > 0) lines.push(`expired   ${number(summary.expired)} sessions are older than the facts that are kept: not loaded`);
  if (summary.erased > 0) lines.push(`erased    ${number(summary.erased)} interactions were erased on request: not loaded`);
  if (Object.keys(summary.unknownCodes).length > 0)
    lines.push(`warning   codes that no spec names were loaded as they are: ${listed(summary.unknownCodes)}`);
  return `${lines.join('\n')}\n`;
}

function toSourceLines({ name, table, slices, skipped, gaps, notices }: BackfilledSource): string[] {
  const { total, completed, pending } = slices;
  const lines = [`slices    ${number(completed)} of ${number(total)} done of ${name} (${table})`];
  if (pending > 0) lines.push(`pending   ${number(pending)} that are not over yet were read up to now; --resume reads them again`);
  for (const { from, to } of skipped) lines.push(`skipped   ${from} to ${to}: on record`);
  for (const { from, to } of gaps) lines.push(`gap       ${from} to ${to}: no completed slice covers it`);
  return [...lines, ...notices.map((notice) => `warning   ${notice}`)];
}
