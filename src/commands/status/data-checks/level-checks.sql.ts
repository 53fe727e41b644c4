import {
  CHAT_STATS_LEVELS,
  CHAT_STATS_SOURCE,
  CHAT_STATS_TABLE_LEVELS,
  chatStatsRelation,
  type ChatStatsTableLevel,
} from '../../../mart/aggregates/levels.js';
import { CHAT_STATS_KEYS, selectChatStats } from '../../../mart/aggregates/chat-stats.sql.js';
import type { Statement } from '../../../db/connection.js';
import { factsKeptFrom } from '../../../mart/retention.js';
import type { KvpMap } from '../../../model/mapped-key.js';
import { chatStatsMeasures } from '../../../mart/aggregates/measures.js';

/** Days that the aggregation has yet to process; both change in one transaction. */
const CHANGED_DAYS = `select start_date_time_key - start_date_time_key % 86400 from chatmart_pending_agg`;

/**
 * Groups of a table whose sums differ from those of what it is built from. Leaves out days that wait for the aggregation, and days whose
 * facts are purged, which are final.
 */
export function levelBreaches(map: KvpMap, level: ChatStatsTableLevel): Statement {
  const table = chatStatsRelation(level);
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
${selectChatStats(map, level, { agrSetKey: '0::numeric' })}
) as built
full join ${table} as stored using (${CHAT_STATS_KEYS.join(', ')})
where ${row('stored')} is distinct from ${row('built')}${
      CHAT_STATS_SOURCE[level] === 'fact' ? `\n  and date_time_key not in (${CHANGED_DAYS})\n  and date_time_key >= ${factsKeptFrom}` : ''
    }`,
  };
}

/** Views that do not add up to the data they are built from. */
export const viewBreaches = (): Statement => ({
  text: CHAT_STATS_LEVELS.map((level) => {
    const view = `ag2_chat_stats_${level}`;
    const isTable = CHAT_STATS_TABLE_LEVELS.some((name) => name === level);
    const source = isTable ? level : CHAT_STATS_SOURCE[level];
    const [relation, sum] =
      source === 'fact' ? ['chat_session_fact', 'count(*)'] : [chatStatsRelation(source), 'coalesce(sum(sessions), 0)'];
    return `select
  '${view.toUpperCase()} has ' || own.sessions || ' sessions, ${relation.toUpperCase()} ' || source.sessions as breach
from (select coalesce(sum(sessions), 0) as sessions from ${view}) as own
cross join (select ${sum} as sessions from ${relation}) as source
where own.sessions <> source.sessions`;
  }).join('\nunion all\n'),
});

/** Groups whose sessions are not the sum of their outcomes, or whose sessions without an agent are not the sum of their outcomes. */
export const outcomeBreaches = (): Statement => ({
  text: CHAT_STATS_TABLE_LEVELS.map((level) => {
    const table = chatStatsRelation(level);
    const row = `'${table.toUpperCase()} of ' || to_timestamp(date_time_key) at time zone 'UTC'`;
    return `select
  ${row} || ': SESSIONS ' || sessions || ', outcomes ' || sessions_active + sessions_handled + sessions_abandoned + sessions_unknown as breach
from ${table}
where sessions <> sessions_active + sessions_handled + sessions_abandoned + sessions_unknown
  or sessions <= 0
union all
select
  ${row} || ': SESSIONS_ABANDONED ' || sessions_abandoned || ', alone ' || coalesce(sessions_abandoned_alone::text, 'unknown')
    || ', with a bot ' || coalesce(sessions_left_with_bot::text, 'unknown')
    || ', closed by one ' || coalesce(sessions_closed_by_bot::text, 'unknown') as breach
from ${table}
where sessions_abandoned <> sessions_abandoned_alone + sessions_left_with_bot + sessions_closed_by_bot
  or num_nulls(sessions_abandoned_alone, sessions_left_with_bot, sessions_closed_by_bot, abandoned_alone_duration, abandoned_alone_max_duration) between 1 and 4`;
  }).join('\nunion all\n'),
});
