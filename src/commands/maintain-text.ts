import { toPurgedRows, type MaintainSummary } from '../jobs/maintain-summary.js';
import { counted, toCountText } from '../model/text.js';

const day = (instant: string): string => instant.slice(0, 10);

/** The summary of a maintenance, or what a dry run found, for people. */
export function toMaintainText(summary: MaintainSummary): string {
  const { dryRun, calendarYears, calendarIntervals, factsKeptFrom, months, historyKeptFrom, history } = summary;
  const { discards, auditRows, jobs, extracts, transforms, purges } = history;
  const facts = months.reduce((sum, month) => sum + month.facts, 0);
  const done = dryRun ? 'to be deleted' : 'deleted';
  const lines = [
    `calendar  ${calendarYears.join(' to ')}` + (calendarIntervals === 0 ? '' : `, ${counted(calendarIntervals, 'interval')} added`),
    factsKeptFrom === null
      ? 'facts     all are kept: days-to-keep-gim-facts is not set'
      : `facts     ${toCountText(facts)} ${done} of sessions that began before ${day(factsKeptFrom)}; their aggregates by day and above stay`,
    ...months.map(({ month, facts: count }) => `month     ${month}: ${toCountText(count)} ${done}`),
    `history   before ${day(historyKeptFrom)}, ${done}: ${counted(discards, 'resolved discard')}, ${counted(jobs, 'job')}, ` +
      `${counted(extracts + transforms + purges, 'step')}, ${counted(auditRows, 'audit row')} that nothing points to`,
  ];
  if (dryRun) lines.push('nothing was deleted: this was a dry run');
  else lines.push(`done in   ${summary.seconds.toFixed(2)} s`);
  return `${lines.join('\n')}\n`;
}

/** What is about to be deleted, as a question. */
export function toMaintainQuestion(plan: MaintainSummary): string {
  const { factsKeptFrom, months } = plan;
  const facts = months.reduce((sum, month) => sum + month.facts, 0);
  const rows = toPurgedRows(plan) - facts;
  const ofFacts = factsKeptFrom === null ? [] : [`${counted(facts, 'fact')} of sessions that began before ${day(factsKeptFrom)}`];
  return `Delete ${[...ofFacts, `${counted(rows, 'row')} of discards and history`].join(' and ')} for good?`;
}
