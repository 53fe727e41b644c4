import { fedFactKeys } from '../../../model/attached-key.js';
import { tableOf, UTC_DAYS, UTC_MONTHS } from '../../../mart/aggregates/levels.js';
import type { Calendar } from '../../../model/calendar.js';
import type { KvpMap } from '../../../model/mapped-key.js';
import type { DataCheck } from './data-check.js';
import { levelBreaches, outcomeBreaches, viewBreaches } from './level-checks.sql.js';
import {
  aggregatesWithoutMember,
  attachedWithoutFact,
  factsOutsideCalendar,
  factsWithoutAudit,
  factsWithoutMember,
  fedFactsThatDiffer,
} from './reference-checks.sql.js';
import { sessionsDiscardedAsWell, sessionsErasedAndThere, sessionsWithOddTimes } from './session-checks.sql.js';

/** What must always hold within a mart; the rules that read the least come first. */
export const dataChecks = (map: KvpMap, calendars: readonly Calendar[]): readonly DataCheck[] => [
  {
    name: 'session-and-discard',
    rule: 'No interaction has both a fact and an open discard that rules one out',
    reads: 'open discards',
    breaches: sessionsDiscardedAsWell(),
  },
  {
    name: 'outcomes',
    rule: 'The sessions of each aggregate are the sum of their outcomes, and so are those without an agent',
    reads: 'all aggregates',
    breaches: outcomeBreaches(calendars),
  },
  {
    name: 'aggregate-members',
    rule: 'Each aggregate has its period, tenant, media type and dimension',
    reads: 'all aggregates',
    breaches: aggregatesWithoutMember(calendars),
  },
  {
    name: 'level-month',
    rule: 'Each month is the sum of its days',
    reads: 'all aggregates',
    breaches: levelBreaches(map, UTC_MONTHS),
  },
  {
    name: 'fact-members',
    rule: 'Each fact has its tenant, media type and dimension',
    reads: 'all facts',
    breaches: factsWithoutMember(),
  },
  {
    name: 'fact-calendar',
    rule: 'Each fact begins and ends in an interval of DATE_TIME and of each calendar',
    reads: 'all facts',
    breaches: factsOutsideCalendar(calendars),
  },
  {
    name: 'fact-audit',
    rule: 'Each fact has the audit row of the transaction that wrote it',
    reads: 'all facts',
    breaches: factsWithoutAudit(),
  },
  {
    name: 'attached-data',
    rule: 'Own values belong to a fact, and have the audit row of the transaction that wrote them',
    reads: 'all facts',
    breaches: attachedWithoutFact(),
  },
  ...(fedFactKeys(map).length === 0
    ? []
    : [
        {
          name: 'attached-fact',
          rule: 'Columns of the fact that own keys feed hold what those say',
          reads: 'all facts',
          breaches: fedFactsThatDiffer(map),
        },
      ]),
  {
    name: 'fact-times',
    rule: 'Times, keys and state of each fact agree',
    reads: 'all facts',
    breaches: sessionsWithOddTimes(),
  },
  {
    name: 'erased',
    rule: 'Nothing is left of an erased interaction',
    reads: 'all facts and discards',
    breaches: sessionsErasedAndThere(),
  },
  {
    name: 'levels',
    rule: 'The views of all levels have as many sessions as the tables behind them',
    reads: 'all facts and aggregates',
    breaches: viewBreaches(calendars),
  },
  {
    name: 'level-day',
    rule: 'Each day is the sum of its facts, unless it is waiting to be aggregated',
    reads: 'all facts and aggregates',
    breaches: levelBreaches(map, UTC_DAYS),
  },
  ...calendars.map((calendar) => ({
    name: `level-day-${calendar.name.replaceAll('_', '-')}`,
    rule: `Each day of the calendar ${calendar.name} is the sum of its facts, unless it is waiting to be aggregated`,
    reads: 'all facts and aggregates',
    breaches: levelBreaches(map, tableOf('day', calendar)!),
  })),
];
