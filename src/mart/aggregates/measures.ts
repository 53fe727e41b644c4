import { ConfigError } from '../../model/errors.js';
import { type KvpMap, type MappedKey, toPresenceBit } from '../../model/mapped-key.js';

/** One number of AGT_CHAT_STATS_*: what it counts, and how rows of it are put together. */
export interface ChatStatsMeasure {
  /** Lower-case column name. */
  readonly name: string;
  /** How several rows become one, at every level. */
  readonly combine: 'sum' | 'max';
  readonly unit: string;
  /** One sentence for the column's comment. */
  readonly description: string;
  /**
   * NULL in rows that an older chatmart built: until they are aggregated anew, and for ever where the facts are purged by now. Rows that are
   * put together with such a one are NULL as well, because a part would pass for the whole.
   */
  readonly mayBeUnknown: boolean;
  /** The user-data key whose fact column is combined; none for what is counted over whole sessions. */
  readonly source: MappedKey | undefined;
}

const perSession = (name: string, unit: string, description: string, combine: 'sum' | 'max' = 'sum'): ChatStatsMeasure => ({
  name,
  combine,
  unit,
  description,
  mayBeUnknown: false,
  source: undefined,
});

/** A measure that marts with data get later. */
const addedLater = (...measure: Parameters<typeof perSession>): ChatStatsMeasure => ({ ...perSession(...measure), mayBeUnknown: true });

/** The measures that no user-data key holds: sessions by what became of them. */
const SESSION_MEASURES: readonly ChatStatsMeasure[] = [
  perSession('sessions', 'sessions', 'Sessions that started in the period: active, handled, abandoned and unknown ones together.'),
  perSession('sessions_active', 'sessions', 'Sessions that have not ended yet (asynchronous chat).'),
  perSession('sessions_handled', 'sessions', 'Ended sessions that reached an agent.'),
  perSession(
    'sessions_abandoned',
    'sessions',
    'Ended sessions without an agent: those that were abandoned with nobody there, left with a bot, and closed by a bot together.',
  ),
  addedLater(
    'sessions_abandoned_alone',
    'sessions',
    'Of the sessions without an agent those in which nobody else was either: the customer gave up.',
  ),
  addedLater(
    'sessions_left_with_bot',
    'sessions',
    'Of the sessions without an agent those in which a bot took part, and which no bot ended.',
  ),
  addedLater('sessions_closed_by_bot', 'sessions', 'Of the sessions without an agent those that a bot ended.'),
  perSession('sessions_unknown', 'sessions', 'Ended sessions of which nothing tells whether they reached an agent.'),
  perSession('sessions_replied', 'sessions', 'Sessions in which an agent replied to the customer at least once.'),
  perSession('abandoned_duration', 'seconds', 'Total duration of the sessions without an agent.'),
  perSession('abandoned_max_duration', 'seconds', 'Longest duration of one session without an agent.', 'max'),
  addedLater(
    'abandoned_alone_duration',
    'seconds',
    'Total time that customers waited who gave up with nobody there: the duration of their sessions.',
  ),
  addedLater('abandoned_alone_max_duration', 'seconds', 'Longest time that one customer waited who gave up with nobody there.', 'max'),
];

/** The measures of the chat aggregates in column order: sessions by outcome, then each measure of the fact under the fact's own name. */
export function chatStatsMeasures(map: KvpMap): ChatStatsMeasure[] {
  return [...SESSION_MEASURES, ...map.keys.filter((key) => key.type === 'measure').map(toMeasure)];
}

/** Every mart has had the columns of the keys up to this number from its first day (migration 009); those of others may come to it later. */
const LAST_KEY_OF_FIRST_MARTS = 50;

function toMeasure(key: MappedKey): ChatStatsMeasure {
  const combine = key.aggregate ?? 'sum';
  const what = combine === 'sum' ? 'Sum over the sessions' : 'Largest value of a session';
  return {
    name: key.column.toLowerCase(),
    combine,
    unit: key.unit,
    description: `${what}: ${key.description}`,
    mayBeUnknown: key.number > LAST_KEY_OF_FIRST_MARTS,
    source: key,
  };
}

/** SQL aggregate that puts rows of a measure together: as the measure says, and NULL where one of them is. */
export function combineRows({ name, combine, mayBeUnknown }: ChatStatsMeasure, relation: string): string {
  const column = `${relation}.${name}`;
  const combined = `${combine}(${column})`;
  return mayBeUnknown ? `case when count(${column}) = count(*) then ${combined} end` : combined;
}

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
