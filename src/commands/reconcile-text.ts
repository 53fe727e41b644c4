import type { ReconciledHour, ReconciledSource, ReconcileSummary } from '../jobs/reconcile-summary.js';

const number = (count: number): string => count.toLocaleString('en');

/** The summary of a comparison, for people: the range, a line for each hour in which something was found, and the totals. */
export function toReconcileText(summary: ReconcileSummary): string {
  const { interactions, right, comparedInFull, missing, different, repaired } = summary;
  const found = missing + different;
  const lines = [
    `stored    ${summary.from} to ${summary.to} (ADDED_TS, without its end)`,
    ...summary.sources.flatMap((source) => toSourceLines(source, summary)),
    `compared  ${number(interactions)} interactions: ${number(right)} right` +
      (comparedInFull === 0 ? '' : ` (${number(comparedInFull)} of them read in full)`) +
      `, ${number(missing)} missing in the mart, ${number(different)} different`,
    found === 0
      ? 'result    nothing missing, nothing different'
      : `result    ${number(repaired)} of ${number(found)} repaired, ${number(summary.intervals)} intervals aggregated anew`,
    `done in   ${summary.seconds.toFixed(2)} s`,
  ];
  const discards = Object.entries(summary.discards).map(([name, count]) => `${name} ${number(count)}`);
  if (discards.length > 0) lines.push(`discards  ${discards.join(', ')} (table STG_TRANSFORM_DISCARDS)`);
  return `${lines.join('\n')}\n`;
}

function toSourceLines(source: ReconciledSource, { sources }: ReconcileSummary): string[] {
  const of = sources.length === 1 ? '' : ` of ${source.name}`;
  if (source.unreachable !== null) return [`warning   ${source.name} is out of reach and was not compared: ${source.unreachable}`];
  const lines = source.hours.map((hour) => toHourLine(hour, of));
  if (source.oldestRow === null) lines.push(`warning   ${source.table} holds no rows: nothing was judged`);
  else if (source.hoursNotJudged > 0)
    lines.push(
      `warning   ${number(source.hoursNotJudged)} hours${of} lie before the IDB's oldest row (${source.oldestRow}) and were not judged: ` +
        'what was there has been purged',
    );
  return lines;
}

const toHourLine = ({ hour, interactions, missing, different, repaired }: ReconciledHour, of: string): string =>
  `hour      ${hour.slice(0, 16)}Z${of}: ${number(interactions)} interactions, ${number(missing)} missing, ${number(different)} different, ` +
  `${number(repaired)} repaired`;
