import type { KnownFinding } from '../../scripts/check-distributed-sql.mjs';

const toKnown = (rule: string, file: string, name?: string): KnownFinding => ({ rule, file, function: name });

/** What a distributed mart would refuse and is still to be rewritten. Nothing may be added; an entry goes with the statement. */
export const REFUSED_TODAY: readonly KnownFinding[] = [
  toKnown('correlated-subquery-over-recurring-rows', 'src/commands/erase/erase-interactions.ts', 'eraseMembersOutOfUse'),
  toKnown('correlated-subquery-over-recurring-rows', 'src/commands/maintain/purge-facts.ts', 'purgeNext'),
  toKnown('correlated-subquery-over-recurring-rows', 'src/commands/status/data-checks/check-idb-sessions.ts'),
  toKnown('correlated-subquery-over-recurring-rows', 'src/load/members.ts', 'insertMissingMembers'),
  toKnown('correlated-subquery-over-recurring-rows', 'src/mart/sensitive/mask-held-texts.ts', 'setAsideOwn'),
  toKnown('lateral-subquery-over-recurring-rows', 'src/commands/status/status.ts', 'runCheck'),
  toKnown('lateral-subquery-over-recurring-rows', 'src/mart/aggregates/rebuild.ts', 'fillCalendarDays'),
  toKnown('lateral-subquery-over-recurring-rows', 'src/mart/aggregates/rebuild.ts', 'writeTable'),
  toKnown('subquery-without-from', 'src/commands/docs/dictionary.ts'),
  toKnown('subquery-without-from', 'src/commands/maintain/purge-facts.ts', 'purgeNext'),
  toKnown('subquery-without-from', 'src/report/durations.ts', 'readGroupedDurations'),
  toKnown('grouping-sets', 'src/report/concurrency.ts', 'readConcurrency'),
  toKnown('grouping-sets', 'src/report/read-content.ts', 'readGroups'),
  toKnown('change-by-correlated-subquery', 'src/pipeline/reconcile/compare-digests.ts', 'compareHourDigests'),
  toKnown('ctid-in-change', 'src/commands/maintain/purge-history.ts', 'deleteSome'),
  toKnown('with-that-changes-a-local-table', 'src/mart/aggregates/rebuild.ts', 'aggregateChangedIntervals'),
];
