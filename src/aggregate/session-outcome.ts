import { ConfigError } from '../model/errors.js';
import { toPresenceBit, type KvpMap, type MappedKey } from '../model/mapped-key.js';
import type { ChatStatsMeasure } from '../spec/chat-stats-measures.js';

/** The outcomes of sessions without an agent; together they are SESSIONS_ABANDONED. */
const WITHOUT_AGENT = ['abandoned', 'left-with-bot', 'closed-by-bot'] as const;

type Outcome = 'active' | 'handled' | 'unknown' | (typeof WITHOUT_AGENT)[number];

/**
 * SQL for what became of a session: an `Outcome`.
 * The agent's presence at the end decides; where Chat Server did not tell it, the number of agents, if that key came. Without an agent, a
 * bot that ended the session closed it; if there was a bot otherwise, the session was left with it; else it was abandoned.
 */
export function sessionOutcome(map: KvpMap): string {
  const endedAgent = `chat_session_dim.${columnOf(map, 'csg_SessionEndedAgent')}`;
  const endedBy = `chat_session_dim.${columnOf(map, 'csg_SessionEndedBy')}`;
  const agents = keyOf(map, 'csg_PartiesAsAgentCount');
  const visitedCountsAs = `(select ctl_schema_info.value from ctl_schema_info where ctl_schema_info.property = 'visited-counts-as')`;
  // Without Bot Gateway Server none of the keys comes, and each of the columns is 0.
  const withBot = ['csg_PartiesAsBotCount', 'csg_MessagesFromBotsCount', 'csg_SessionUntilFirstBotTime']
    .map((kvp) => `chat_session_fact.${columnOf(map, kvp)} > 0`)
    .join(' or ');
  return `case
    when chat_session_fact.active_flag = 1 then 'active'
    when ${endedAgent} = 'PRESENT' then 'handled'
    when ${endedAgent} = 'VISITED' and coalesce(${visitedCountsAs}, 'handled') <> 'abandoned' then 'handled'
    when ${endedAgent} in ('ABSENT', 'VISITED') or chat_session_fact.kvp_present & ${toPresenceBit(agents)} <> 0 and chat_session_fact.${agents.column.toLowerCase()} = 0 then case
      when ${endedBy} = 'BOT' then 'closed-by-bot'
      when ${withBot} then 'left-with-bot'
      else 'abandoned'
    end
    when chat_session_fact.kvp_present & ${toPresenceBit(agents)} = 0 then 'unknown'
    else 'handled'
  end`;
}

/** SQL aggregate of a measure over the facts of a group, where `session.outcome` is `sessionOutcome`; never null. */
export function measureFromFacts(map: KvpMap, measure: ChatStatsMeasure): string {
  if (measure.source !== undefined) return `${measure.combine}(chat_session_fact.${measure.name})::bigint`;
  const sessionsThat = (condition: string): string => `count(*) filter (where ${condition})`;
  const outcomeIs = (...outcomes: readonly Outcome[]): string =>
    `session.outcome ${outcomes.length === 1 ? `= '${outcomes[0]!}'` : `in (${outcomes.map((outcome) => `'${outcome}'`).join(', ')})`}`;
  const durationOf = (condition: string): string =>
    `coalesce(${measure.combine}(chat_session_fact.${columnOf(map, 'csg_SessionTotalTime')}) filter (where ${condition}), 0)::bigint`;
  switch (measure.name) {
    case 'sessions':
      return 'count(*)';
    case 'sessions_active':
      return sessionsThat(outcomeIs('active'));
    case 'sessions_handled':
      return sessionsThat(outcomeIs('handled'));
    case 'sessions_abandoned':
      return sessionsThat(outcomeIs(...WITHOUT_AGENT));
    case 'sessions_abandoned_alone':
      return sessionsThat(outcomeIs('abandoned'));
    case 'sessions_left_with_bot':
      return sessionsThat(outcomeIs('left-with-bot'));
    case 'sessions_closed_by_bot':
      return sessionsThat(outcomeIs('closed-by-bot'));
    case 'sessions_unknown':
      return sessionsThat(outcomeIs('unknown'));
    case 'sessions_replied':
      return sessionsThat(`chat_session_fact.${columnOf(map, 'cse_AgentReplyTotalCount')} > 0`);
    case 'abandoned_duration':
    case 'abandoned_max_duration':
      return durationOf(outcomeIs(...WITHOUT_AGENT));
    case 'abandoned_alone_duration':
    case 'abandoned_alone_max_duration':
      return durationOf(outcomeIs('abandoned'));
    default:
      throw new Error(`Nothing says how ${measure.name} is counted from facts`);
  }
}

const columnOf = (map: KvpMap, kvp: string): string => keyOf(map, kvp).column.toLowerCase();

function keyOf(map: KvpMap, kvp: string): MappedKey {
  const key = map.keys.find((candidate) => candidate.kvp === kvp);
  if (key !== undefined) return key;
  throw new ConfigError('kvp-map-incomplete', `The KVP map ${map.name} has no key ${kvp}, which the aggregates are defined by`, {
    hint: 'Nothing was changed. Put the key back into specs/chat-session.json.',
  });
}
