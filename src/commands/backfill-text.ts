import { toSliceText } from '../jobs/backfill-slices.js';
import type { BackfilledSource, BackfillSummary } from '../jobs/backfill-summary.js';
import { escapeControls } from '../model/text.js';
import { counted, toCountText } from '../model/text.js';
import { toBoundsText } from '../model/utc-time.js';

const listed = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .map(([name, count]) => `${escapeControls(name)} ${toCountText(count)}`)
    .join(', ');

/** The summary of a backfill, for people. */
export function toBackfillText(summary: BackfillSummary): string {
  const { sessions, rows, ignoredRows } = summary;
  const lines = [
    `range     ${toBoundsText(summary)} by ADDED_TS, in slices of ${toSliceText(summary.sliceSeconds)}`,
    ...summary.sources.flatMap(toSourceLines),
    `rows      ${toCountText(rows)} read, ${toCountText(ignoredRows)} of other keys`,
    `sessions  ${toCountText(sessions.inserted)} inserted, ${toCountText(sessions.updated)} updated, ${toCountText(sessions.unchanged)} unchanged, ` +
      `${toCountText(sessions.deleted)} deleted, ${toCountText(sessions.discarded)} discarded; ${toCountText(sessions.active)} still active, ${toCountText(sessions.reread)} read again`,
    `changed   ${counted(summary.intervals, 'interval')} of 15 minutes`,
    ...(summary.stopped === null ? [] : [`stopped   ${summary.stopped}; to go on: ${summary.resume ?? ''}`]),
    `${summary.stopped === null ? 'done in   ' : 'worked    '}${summary.seconds.toFixed(2)} s, ${toCountText(summary.rowsPerSecond)} rows/s`,
  ];
  if (Object.keys(summary.discards).length > 0)
    lines.push(`discards  ${listed(summary.discards)}; chatmart discards list shows what is open`);
  const tooLong = summary.discards['TOO_MANY_ROWS'];
  if (tooLong !== undefined)
    lines.push(
      `warning   ${counted(tooLong, 'interaction has', 'interactions have')} too many rows, which are not read: chatmart discards list --code TOO_MANY_ROWS`,
    );
  if (summary.expired > 0)
    lines.push(`expired   ${counted(summary.expired, 'session is', 'sessions are')} older than the facts that are kept: not loaded`);
  if (summary.erased > 0)
    lines.push(`erased    ${counted(summary.erased, 'interaction was', 'interactions were')} erased on request: not loaded`);
  if (Object.keys(summary.unknownCodes).length > 0)
    lines.push(`warning   codes that no spec names were loaded as they are: ${listed(summary.unknownCodes)}`);
  return `${lines.join('\n')}\n`;
}

function toSourceLines({ name, table, slices, skipped, gaps, notices }: BackfilledSource): string[] {
  const { total, completed, pending } = slices;
  const lines = [`slices    ${toCountText(completed)} of ${toCountText(total)} done of ${name} (${table})`];
  if (pending > 0) lines.push(`pending   ${toCountText(pending)} that are not over yet were read up to now; --resume reads them again`);
  for (const { from, to } of skipped) lines.push(`skipped   ${toBoundsText({ from, to })}: on record`);
  for (const { from, to } of gaps) lines.push(`gap       ${toBoundsText({ from, to })}: no completed slice covers it`);
  return [...lines, ...notices.map((notice) => `warning   ${notice}`)];
}
