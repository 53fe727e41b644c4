import { counted, toCountText } from '../../model/text.js';

/** Facts of one month to purge. */
export interface PurgedMonth {
  /** For example 2025-01. */
  readonly month: string;
  readonly facts: number;
}

/** Rows purged by age, by table. */
export interface PurgedHistory {
  readonly discards: number;
  readonly jobs: number;
  readonly extracts: number;
  readonly transforms: number;
  readonly purges: number;
  readonly auditRows: number;
}

/** What `maintain` did, or would do with --dry-run. Printed by `--json`; its shape is specs/schema/maintain-summary.schema.json. */
export interface MaintainSummary {
  readonly dryRun: boolean;
  /** JOB_ID of the audit and history rows; null: nothing was done. */
  readonly jobId: string | null;
  /** First and last year of DATE_TIME, and the intervals just added. */
  readonly calendarYears: readonly [number, number];
  readonly calendarIntervals: number;
  /** Facts of sessions that began earlier are purged (ISO 8601); null: no retention is set, all facts are kept. */
  readonly factsKeptFrom: string | null;
  readonly months: readonly PurgedMonth[];
  /** Older discards and job history are purged (ISO 8601). */
  readonly historyKeptFrom: string;
  readonly history: PurgedHistory;
  readonly seconds: number;
}

export const NO_HISTORY: PurgedHistory = { discards: 0, jobs: 0, extracts: 0, transforms: 0, purges: 0, auditRows: 0 };

/** Whether there is anything to delete. */
export const deletesAnything = (summary: Pick<MaintainSummary, 'months' | 'history'>): boolean => toPurgedRows(summary) > 0;

/** The number of rows to delete. */
export const toPurgedRows = ({ months, history }: Pick<MaintainSummary, 'months' | 'history'>): number =>
  months.reduce((sum, { facts }) => sum + facts, 0) + Object.values(history).reduce<number>((sum, rows) => sum + Number(rows), 0);

const day = (instant: string): string => instant.slice(0, 10);

/** Text for people: what was done, or what a dry run found. */
export function toMaintainText(summary: MaintainSummary): string {
  const { dryRun, calendarYears, calendarIntervals, factsKeptFrom, months, historyKeptFrom, history } = summary;
  const { discards, auditRows, jobs, extracts, transforms, purges } = history;
  const facts = months.reduce((sum, month) => sum + month.facts, 0);
  const done = dryRun ? 'to be deleted' : 'deleted';
  const lines = [
    `calendar  ${calendarYears.join(' to ')}` + (calendarIntervals === 0 ? '' : `, ${counted(calendarIntervals, 'interval')} added`),
    factsKeptFrom === null
      ? 'facts     all kept: days-to-keep-gim-facts is not set'
      : `facts     ${toCountText(facts)} ${done} of sessions that began before ${day(factsKeptFrom)}; their aggregates by day and above are kept`,
    ...months.map(({ month, facts: count }) => `month     ${month}: ${toCountText(count)} ${done}`),
    `history   before ${day(historyKeptFrom)}, ${done}: ${counted(discards, 'resolved discard')}, ${counted(jobs, 'job')}, ` +
      `${counted(extracts + transforms + purges, 'step')}, ${counted(auditRows, 'audit row')} that nothing points to`,
  ];
  if (dryRun) lines.push('nothing was deleted: this was a dry run');
  else lines.push(`done in   ${summary.seconds.toFixed(2)} s`);
  return `${lines.join('\n')}\n`;
}

/** The question that asks to confirm what will be deleted. */
export function toMaintainQuestion(plan: MaintainSummary): string {
  const { factsKeptFrom, months } = plan;
  const facts = months.reduce((sum, month) => sum + month.facts, 0);
  const rows = toPurgedRows(plan) - facts;
  const ofFacts = factsKeptFrom === null ? [] : [`${counted(facts, 'fact')} of sessions that began before ${day(factsKeptFrom)}`];
  return `Delete ${[...ofFacts, `${counted(rows, 'row')} of discards and history`].join(' and ')} permanently?`;
}
