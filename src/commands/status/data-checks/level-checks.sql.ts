import {
  CHAT_STATS_LEVELS,
  chatStatsView,
  keptPeriods,
  sourceOf,
  startColumn,
  tableLevels,
  tableOf,
  type TableLevel,
} from '../../../mart/aggregates/levels.js';
import { dateTimeRelation, type Calendar } from '../../../model/calendar.js';
import { CHAT_STATS_KEYS, selectChatStats } from '../../../mart/aggregates/chat-stats.sql.js';
import type { Statement } from '../../../db/connection.js';
import { factsKeptFrom } from '../../../mart/retention.js';
import type { KvpMap } from '../../../model/mapped-key.js';
import { readMeasureRegistry } from '../../../spec/measure-registry.js';
import { chatStatsMeasures } from '../../../mart/aggregates/measures.js';

/** Days of a calendar that the aggregation has yet to process; both change in one transaction. */
const changedDays = (calendar: Calendar | undefined): string => `select greatest(${startColumn('day')}, ${factsKeptFrom})
    from chatmart_pending_agg
    join ${dateTimeRelation(calendar)} on date_time_key = start_date_time_key`;

/**
 * Groups of a table whose sums differ from those of what it is built from. Leaves out days that wait for the aggregation, and days whose
 * facts are purged, which are final.
 */
export function levelBreaches(map: KvpMap, level: TableLevel): Statement {
  const { table, source, calendar } = level;
  const measures = chatStatsMeasures(map).map(({ name }) => name);
  const row = (relation: string): string => `(${measures.map((name) => `${relation}.${name}`).join(', ')})`;
  const odd = measures.map((name) => `case when stored.${name} is distinct from built.${name} then '${name.toUpperCase()}' end`);
  return {
    text: `select
  '${table.toUpperCase()} of ' || to_timestamp(date_time_key) at time zone 'UTC'
    || ', tenant ' || tenant_key || ', media type ' || media_type_key || ', dimension ' || chat_session_dim_key
    || case
      when stored.sessions is null then ': missing'
      when built.sessions is null then ': of no session'
      else ': ' || concat_ws(', ', ${odd.join(', ')})
    end as breach
from (
${selectChatStats(map, level, { agrSetKey: '0::numeric', periods: keptPeriods(level) })}
) as built
full join ${table} as stored using (${CHAT_STATS_KEYS.join(', ')})
where ${row('stored')} is distinct from ${row('built')}${
      source === 'fact' ? `\n  and date_time_key not in (${changedDays(calendar)})\n  and date_time_key >= ${factsKeptFrom}` : ''
    }`,
  };
}

/** Views that do not add up to the data they are built from. */
export const viewBreaches = (calendars: readonly Calendar[]): Statement => ({
  text: [undefined, ...calendars]
    .flatMap((calendar) =>
      CHAT_STATS_LEVELS.map((level) => {
        const view = chatStatsView(level, calendar);
        const source = tableOf(level, calendar) ?? sourceOf(level, calendar);
        const [relation, sum] = source === 'fact' ? ['chat_session_fact', 'count(*)'] : [source.table, 'coalesce(sum(sessions), 0)'];
        return `select
  '${view.toUpperCase()} has ' || own.sessions || ' sessions, ${relation.toUpperCase()} ' || source.sessions as breach
from (select coalesce(sum(sessions), 0) as sessions from ${view}) as own
cross join (select ${sum} as sessions from ${relation}) as source
where own.sessions <> source.sessions`;
      }),
    )
    .join('\nunion all\n'),
});

/**
 * Groups whose sessions are not the sum of their outcomes. Outcomes that are not counted yet, or were not before the facts were purged,
 * are NULL, all or none of them; the four sums that every mart has always had are compared there too.
 */
export function outcomeBreaches(calendars: readonly Calendar[]): Statement {
  const outcomes = readMeasureRegistry().outcomes.map(({ name }) => `outcome_${name.replaceAll('-', '_')}`);
  const four = ['sessions_active', 'sessions_handled', 'sessions_abandoned', 'sessions_unknown'];
  const families: readonly (readonly [string, readonly string[]])[] = [
    ['sessions', four],
    ['sessions', outcomes],
    ['sessions_active', ['outcome_open']],
    ['sessions_handled', ['outcome_handled', 'outcome_agent_never_wrote']],
    ['sessions_abandoned', ['sessions_abandoned_alone', 'outcome_left_with_bot', 'outcome_closed_by_bot', 'outcome_closed_by_system']],
    ['sessions_abandoned_alone', ['outcome_abandoned', 'outcome_short_abandoned']],
  ];
  const told = (name: string): string => `'${name.toUpperCase()} ' || coalesce(${name}::text, 'unknown')`;
  return {
    text: tableLevels(calendars)
      .flatMap(({ table }) => {
        const row = `'${table.toUpperCase()} of ' || to_timestamp(date_time_key) at time zone 'UTC'`;
        return [
          ...families.map(
            ([sum, parts]) => `select
  ${row} || ': ' || concat_ws(', ', ${[sum, ...parts].map(told).join(', ')}) as breach
from ${table}
where ${sum} <> ${parts.join(' + ')}`,
          ),
          `select
  ${row} || ': SESSIONS ' || sessions as breach
from ${table}
where sessions <= 0`,
          `select
  ${row} || ': some outcomes are unknown, others are not' as breach
from ${table}
where num_nulls(${outcomes.join(', ')}) between 1 and ${outcomes.length - 1}`,
        ];
      })
      .join('\nunion all\n'),
  };
}
