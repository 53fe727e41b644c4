import { ConfigError } from '../model/errors.js';
import { toPresenceBit, type KvpMap, type MappedKey } from '../model/mapped-key.js';
import type { ChatStatsMeasure } from '../spec/chat-stats-measures.js';

/**
 * SQL for what became of a session: active, abandoned, handled or unknown.
 * The agent's presence at the end decides; where Chat Server did not tell it, the number of agents, if that key came.
 */
export function sessionOutcome(map: KvpMap): string {
  const endedAgent = `chat_session_dim.${columnOf(map, 'csg_SessionEndedAgent')}`;
  const agents = keyOf(map, 'csg_PartiesAsAgentCount');
  return `case
    when chat_session_fact.active_flag = 1 then 'active'
    when ${endedAgent} = 'ABSENT' then 'abandoned'
    when ${endedAgent} = 'PRESENT' then 'handled'
    when ${endedAgent} = 'VISITED' then coalesce((select ctl_schema_info.value from ctl_schema_info where ctl_schema_info.property = 'visited-counts-as'), 'handled')
    when chat_session_fact.kvp_present & ${toPresenceBit(agents)} = 0 then 'unknown'
    when chat_session_fact.${agents.column.toLowerCase()} = 0 then 'abandoned'
    else 'handled'
  end`;
}

/** SQL aggregate of a measure over the facts of a group, where `session.outcome` is `sessionOutcome`; never null. */
export function measureFromFacts(map: KvpMap, measure: ChatStatsMeasure): string {
  if (measure.source !== undefined) return `${measure.combine}(chat_session_fact.${measure.name})::bigint`;
  const sessionsThat = (condition: string): string => `count(*) filter (where ${condition})`;
  const outcomeIs = (outcome: string): string => `session.outcome = '${outcome}'`;
  const duration = `chat_session_fact.${columnOf(map, 'csg_SessionTotalTime')}`;
  switch (measure.name) {
    case 'sessions':
      return 'count(*)';
    case 'sessions_active':
      return sessionsThat(outcomeIs('active'));
    case 'sessions_handled':
      return sessionsThat(outcomeIs('handled'));
    case 'sessions_abandoned':
      return sessionsThat(outcomeIs('abandoned'));
    case 'sessions_unknown':
      return sessionsThat(outcomeIs('unknown'));
    case 'sessions_replied':
      return sessionsThat(`chat_session_fact.${columnOf(map, 'cse_AgentReplyTotalCount')} > 0`);
    case 'abandoned_duration':
    case 'abandoned_max_duration':
      return `coalesce(${measure.combine}(${duration}) filter (where ${outcomeIs('abandoned')}), 0)::bigint`;
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
