import { whyNotCompared, type ReconciledHour, type ReconciledSource, type ReconcileSummary } from '../../pipeline/reconcile/summary.js';
import { counted, toCountText, verb } from '../../model/text.js';
import { toRowsWithoutTimeText } from '../../model/row-time.js';
import { toBoundsText } from '../../model/time-span.js';

/** Text for people: the range, a line for each hour with findings, and the totals. */
export function toReconcileText(summary: ReconcileSummary): string {
  const { interactions, right, comparedInFull, missing, different } = summary;
  const lines = [
    `stored    ${toBoundsText(summary)} (ADDED_TS, end exclusive)`,
    ...summary.sources.flatMap((source) => toSourceLines(source, summary)),
    `compared  ${counted(interactions, 'interaction')} of the IDB: ${toCountText(right)} right` +
      (comparedInFull === 0 ? '' : ` (${toCountText(comparedInFull)} of them read in full)`) +
      `, ${toCountText(missing)} missing in the mart, ${toCountText(different)} different`,
    `mart      held ${toCountText(summary.facts)} of them as facts, ${toCountText(summary.discarded)} only as discards`,
    `result    ${toResult(summary)}`,
    `done in   ${summary.seconds.toFixed(2)} s`,
  ];
  const discards = Object.entries(summary.discards).map(([name, count]) => `${name} ${toCountText(count)}`);
  if (discards.length > 0) lines.push(`discards  ${discards.join(', ')} (table STG_TRANSFORM_DISCARDS)`);
  return `${lines.join('\n')}\n`;
}

/** The result; it claims no more than was compared. */
function toResult({ sources, interactions, missing, different, repaired, intervals }: ReconcileSummary): string {
  const found = missing + different;
  const unjudged = sources.flatMap(({ name, unreachable, withoutTime, leftOut, notFound }) => [
    ...(unreachable === null ? [] : [`source ${name}`]),
    ...(withoutTime === null || withoutTime.areCompared ? [] : [`the rows of ${name} without a usable ADDED_TS`]),
    ...(leftOut === 0 ? [] : [`${counted(leftOut, 'interaction')} of ${name} with ids that the mart cannot hold`]),
    ...(notFound === 0 ? [] : [`${counted(notFound, 'interaction')} of ${name} that CALLID does not find`]),
  ]);
  const rest = unjudged.length === 0 ? '' : `; not compared: ${unjudged.join(', ')}`;
  if (interactions === 0)
    return rest === '' ? 'nothing was compared: the range has no rows of chat sessions' : `nothing was compared${rest}`;
  if (found > 0)
    return `${toCountText(repaired)} of ${toCountText(found)} repaired, ${counted(intervals, 'interval')} aggregated again${rest}`;
  return `nothing missing, nothing different${rest === '' ? '' : ' among those compared'}${rest}`;
}

function toSourceLines(source: ReconciledSource, { sources }: ReconcileSummary): string[] {
  const of = sources.length === 1 ? '' : ` of ${source.name}`;
  if (source.unreachable !== null) return [`warning   ${source.name} is unreachable and was not compared: ${source.unreachable}`];
  const lines = source.hours.map((hour) => toHourLine(hour, of));
  const { withoutTime } = source;
  if (withoutTime !== null) {
    lines.push(`warning   ${source.table} has ${toRowsWithoutTimeText(withoutTime)}; they belong to no hour of a range`);
    if (withoutTime.areCompared)
      lines.push(
        `no time   ${counted(withoutTime.interactions, 'interaction')}${of} with such rows, compared regardless of the range: ` +
          `${toCountText(withoutTime.missing)} missing, ${toCountText(withoutTime.different)} different, ${toCountText(withoutTime.repaired)} repaired`,
      );
  }
  if (source.oldestRow === null)
    lines.push(
      withoutTime === null
        ? `warning   ${source.table} has no rows; nothing was compared`
        : `warning   no row of ${source.table} has a usable ADDED_TS; no hour of the range could be compared`,
    );
  else if (source.hoursNotJudged > 0)
    lines.push(
      `warning   ${counted(source.hoursNotJudged, 'hour')}${of} ${verb(source.hoursNotJudged, 'is', 'are')} before the IDB's oldest row (${source.oldestRow}) and ${verb(source.hoursNotJudged, 'was', 'were')} not compared: ` +
        'their rows have been purged',
    );
  const why = whyNotCompared(source);
  if (why !== null) lines.push(`warning   not compared: ${why}`);
  return lines;
}

const toHourLine = ({ hour, interactions, missing, different, repaired }: ReconciledHour, of: string): string =>
  `hour      ${hour.slice(0, 16)}Z${of}: ${counted(interactions, 'interaction')}, ${toCountText(missing)} missing, ${toCountText(different)} different, ` +
  `${toCountText(repaired)} repaired`;
