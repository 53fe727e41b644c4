import type { LoadOutcome, RunSummary } from '../../pipeline/totals.js';
import { escapeControls, counted, toCountText } from '../../model/text.js';
import { toRowsWithoutTimeText } from '../../model/row-time.js';
import { toWaitingForText } from '../../pipeline/waiting-rows.js';

/** Names, each with its count. */
export const toListText = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .map(([name, count]) => `${escapeControls(name)} ${toCountText(count)}`)
    .join(', ');

/** What was read and what became of it, one line each. */
export const toLoadedLines = ({ rows, ignoredRows, sessions, intervals }: LoadOutcome): string[] => [
  `rows      ${toCountText(rows)} read, ${toCountText(ignoredRows)} of other keys`,
  `sessions  ${toCountText(sessions.inserted)} inserted, ${toCountText(sessions.updated)} updated, ${toCountText(sessions.unchanged)} unchanged, ` +
    `${toCountText(sessions.deleted)} deleted, ${toCountText(sessions.discarded)} discarded; ${toCountText(sessions.active)} still active, ${toCountText(sessions.reread)} read again`,
  `changed   ${counted(intervals, 'interval')} of 15 minutes`,
];

/** What was not loaded, or was changed on loading, one line each. */
export function toLeftOutLines(outcome: LoadOutcome): string[] {
  const lines: string[] = [];
  const tooLong = outcome.discards['TOO_MANY_ROWS'];
  if (tooLong !== undefined)
    lines.push(
      `warning   ${counted(tooLong, 'interaction has', 'interactions have')} too many rows to be read: chatmart discards list --code TOO_MANY_ROWS`,
    );
  if (outcome.expired > 0)
    lines.push(
      `expired   ${counted(outcome.expired, 'session is', 'sessions are')} older than the kept facts and ${outcome.expired === 1 ? 'was' : 'were'} not loaded`,
    );
  if (outcome.erased > 0)
    lines.push(
      `erased    ${counted(outcome.erased, 'interaction was', 'interactions were')} erased on request and ${outcome.erased === 1 ? 'was' : 'were'} not loaded`,
    );
  if (Object.keys(outcome.unknownCodes).length > 0)
    lines.push(`warning   codes that the KVP map does not name were loaded unchanged: ${toListText(outcome.unknownCodes)}`);
  if (outcome.keptValues > 0)
    lines.push(`kept      ${counted(outcome.keptValues, 'value')} of sessions read again whose rows the IDB has purged`);
  return lines;
}

/** The summary of a run, for people. */
export function toRunText(summary: RunSummary): string {
  const lines = [
    ...toLoadedLines(summary),
    `complete  ${summary.completeUntil === null ? "nothing yet: a transaction on the IDB's server is still open" : `until ${summary.completeUntil}`}`,
    `done in   ${summary.seconds.toFixed(2)} s`,
  ];
  if (Object.keys(summary.discards).length > 0) lines.push(`discards  ${toListText(summary.discards)} (table STG_TRANSFORM_DISCARDS)`);
  lines.push(...toLeftOutLines(summary));
  for (const { name, table, changed, unreachable, reconciled, waiting } of summary.sources) {
    if (waiting !== null) lines.push(`waiting   of ${table} ${escapeControls(toWaitingForText(waiting))}`);
    if (reconciled !== null)
      lines.push(
        reconciled.interactions === 0
          ? 'compared  nothing of the last three days: the IDB has no rows of chat sessions from them'
          : `compared  ${counted(reconciled.interactions, 'interaction')} of the last three days with the IDB: ` +
              (reconciled.missing + reconciled.different === 0
                ? 'no differences'
                : `${toCountText(reconciled.missing)} missing and ${toCountText(reconciled.different)} different; read again`),
      );
    if (reconciled?.withoutTime != null)
      lines.push(
        `warning   ${table} has ${toRowsWithoutTimeText(reconciled.withoutTime)}; they belong to no hour ` +
          (reconciled.withoutTime.areCompared
            ? 'and were compared separately'
            : 'and are too many to compare daily: run chatmart reconcile'),
      );
    if (changed !== null) lines.push(`warning   ${table} has changed: ${changed}. All of it was read again`);
    if (unreachable !== null) lines.push(`warning   source ${name} was unreachable and is left to the next run: ${unreachable}`);
  }
  lines.push(...whyNoSessions(summary));
  return `${lines.join('\n')}\n`;
}

/** When rows arrive but none belongs to a chat session, the reason is nearly always one of these two. */
function whyNoSessions({ rows, ignoredRows, sources }: RunSummary): string[] {
  if (rows === 0 || ignoredRows < rows) return [];
  return [
    `warning   ${rows === 1 ? 'the only row' : `none of the ${counted(rows, 'row')}`} of ${sources.map(({ table }) => table).join(', ')} is ${rows === 1 ? 'not ' : ''}a chat statistic. Usually`,
    '          Chat Server does not attach them (set its option attach-session-statistics to all or fired), or',
    '          ICON does not store them (add the keys to its attached-data spec, as chatmart spec check FILE shows).',
  ];
}
