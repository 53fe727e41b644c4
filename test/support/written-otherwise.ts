import type { KnownFinding } from '../../scripts/check-distributed-sql.mjs';

const toKnown = (rule: string, file: string, name?: string): KnownFinding => ({ rule, file, function: name });

/**
 * Statements that a mart on a cluster gets in another form: those over facts by period and with their outcome, which depend on
 * `KvpMap.isSpread` (src/mart/aggregates), and one that reads the view made of them.
 */
export const WRITTEN_OTHERWISE: readonly KnownFinding[] = [
  toKnown('lateral-subquery-over-recurring-rows', 'src/commands/status/status.ts', 'runCheck'),
  toKnown('lateral-subquery-over-recurring-rows', 'src/mart/aggregates/rebuild.ts', 'fillCalendarDays'),
  toKnown('lateral-subquery-over-recurring-rows', 'src/mart/aggregates/rebuild.ts', 'writeTable'),
  toKnown('subquery-without-from', 'src/commands/docs/dictionary.ts'),
  toKnown('subquery-without-from', 'src/report/durations.ts', 'readGroupedDurations'),
  toKnown('subquery-without-from', 'src/commands/maintain/purge-facts.ts', 'purge'),
  // False alarms: the rules take facts behind a fence for rows of the coordinator, and the dictionary's examples run on a cluster.
  toKnown('outer-join-to-a-whole-table', 'src/report/read-content.ts', 'readGroups'),
  toKnown('outer-join-to-a-whole-table', 'src/report/read-content.ts', 'readDistributions'),
  toKnown('outer-join-to-a-whole-table', 'src/report/concurrency.ts', 'readConcurrency'),
  toKnown('outer-join-to-a-whole-table', 'src/report/completeness.ts', 'readCompleteness'),
  toKnown('join-on-another-column', 'src/commands/docs/dictionary.ts'),
];
