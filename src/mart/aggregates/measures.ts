import { ConfigError } from '../../model/errors.js';
import { type KvpMap, type MappedKey, toPresenceBit } from '../../model/mapped-key.js';

/** One number of AGT_CHAT_STATS_*: what it counts, how it is computed from the facts of a group, and how its rows are combined. */
export interface ChatStatsMeasure {
  /** Lower-case column name. */
  readonly name: string;
  /** How several rows become one, at every level. */
  readonly combine: 'sum' | 'max';
  readonly unit: string;
  /** One sentence for the column's comment. */
  readonly description: string;
  /** SQL aggregate over the facts of a group, where `session.outcome` is `sessionOutcome`; never null. */
  readonly fromFacts: string;
  /**
   * NULL in rows that an older chatmart built, until they are aggregated again; permanently where the facts have been purged. A row
   * combined with such a row is NULL as well, because a partial total would look complete.
   */
  readonly mayBeUnknown: boolean;
  /** The user-data key whose fact column is combined; undefined for counts of whole sessions. */
  readonly source: MappedKey | undefined;
}

type SessionMeasure = Omit<ChatStatsMeasure, 'mayBeUnknown' | 'source'>;

/** A measure that the first release did not have, so existing marts get it later. */
const addedLater = (measure: SessionMeasure): ChatStatsMeasure => ({ ...measure, mayBeUnknown: true, source: undefined });
const fromTheBeginning = (measure: SessionMeasure): ChatStatsMeasure => ({ ...measure, mayBeUnknown: false, source: undefined });

/** Sessions for which a condition holds. */
const count = (name: string, condition: string, description: string): SessionMeasure => ({
  name,
  description,
  combine: 'sum',
  unit: 'sessions',
  fromFacts: `count(*) filter (where ${condition})`,
});

const outcomeIs = (...outcomes: readonly Outcome[]): string =>
  `session.outcome ${outcomes.length === 1 ? `= '${outcomes[0]!}'` : `in (${outcomes.map((outcome) => `'${outcome}'`).join(', ')})`}`;

/** The measures that no user-data key holds: sessions by outcome. To add one, add an entry here, with `addedLater`. */
function sessionMeasures(map: KvpMap): ChatStatsMeasure[] {
  const duration = (combine: 'sum' | 'max', name: string, condition: string, description: string): SessionMeasure => ({
    ...{ name, combine, description, unit: 'seconds' },
    fromFacts: `coalesce(${combine}(chat_session_fact.${columnOf(map, 'csg_SessionTotalTime')}) filter (where ${condition}), 0)::bigint`,
  });
  const agentReplied = `chat_session_fact.${columnOf(map, 'cse_AgentReplyTotalCount')} > 0`;
  const withoutAgent = outcomeIs(...WITHOUT_AGENT);
  return [
    fromTheBeginning({
      name: 'sessions',
      combine: 'sum',
      unit: 'sessions',
      description: 'Sessions that started in the period: active, handled, abandoned and unknown ones together.',
      fromFacts: 'count(*)',
    }),
    fromTheBeginning(count('sessions_active', outcomeIs('active'), 'Sessions that have not ended yet (asynchronous chat).')),
    fromTheBeginning(count('sessions_handled', outcomeIs('handled'), 'Ended sessions that reached an agent.')),
    fromTheBeginning(
      count(
        'sessions_abandoned',
        withoutAgent,
        'Ended sessions without an agent: those that were abandoned with nobody there, left with a bot, and closed by a bot together.',
      ),
    ),
    addedLater(
      count(
        'sessions_abandoned_alone',
        outcomeIs('abandoned'),
        'Of the sessions without an agent those in which nobody else was either: the customer gave up.',
      ),
    ),
    addedLater(
      count(
        'sessions_left_with_bot',
        outcomeIs('left-with-bot'),
        'Of the sessions without an agent those in which a bot took part, and which no bot ended.',
      ),
    ),
    addedLater(count('sessions_closed_by_bot', outcomeIs('closed-by-bot'), 'Of the sessions without an agent those that a bot ended.')),
    fromTheBeginning(
      count('sessions_unknown', outcomeIs('unknown'), 'Ended sessions for which it is unknown whether they reached an agent.'),
    ),
    fromTheBeginning(count('sessions_replied', agentReplied, 'Sessions in which an agent replied to the customer at least once.')),
    fromTheBeginning(duration('sum', 'abandoned_duration', withoutAgent, 'Total duration of the sessions without an agent.')),
    fromTheBeginning(duration('max', 'abandoned_max_duration', withoutAgent, 'Longest duration of one session without an agent.')),
    addedLater(
      duration(
        'sum',
        'abandoned_alone_duration',
        outcomeIs('abandoned'),
        'Total time that customers waited who gave up with nobody there: the duration of their sessions.',
      ),
    ),
    addedLater(
      duration(
        'max',
        'abandoned_alone_max_duration',
        outcomeIs('abandoned'),
        'Longest time that one customer waited who gave up with nobody there.',
      ),
    ),
  ];
}

/** The measures of the chat aggregates in column order: sessions by outcome, then each measure of the fact under the fact's own name. */
export const chatStatsMeasures = (map: KvpMap): ChatStatsMeasure[] => [
  ...sessionMeasures(map),
  ...map.keys.filter((key) => key.type === 'measure').map(toMeasure),
];

/** Every mart has had the columns of the keys up to this number from the start (migration 009); those of later keys may be added. */
const LAST_KEY_OF_FIRST_MARTS = 50;

function toMeasure(key: MappedKey): ChatStatsMeasure {
  const combine = key.aggregate ?? 'sum';
  const name = key.column.toLowerCase();
  return {
    name,
    combine,
    unit: key.unit,
    description: `${combine === 'sum' ? 'Sum over the sessions' : 'Largest value of a session'}: ${key.description}`,
    fromFacts: `${combine}(chat_session_fact.${name})::bigint`,
    mayBeUnknown: key.number > LAST_KEY_OF_FIRST_MARTS,
    source: key,
  };
}

/** SQL aggregate that combines rows of a measure as the measure says; NULL if one of them is NULL. */
export function combineRows({ name, combine, mayBeUnknown }: ChatStatsMeasure, relation: string): string {
  const column = `${relation}.${name}`;
  const combined = `${combine}(${column})`;
  return mayBeUnknown ? `case when count(${column}) = count(*) then ${combined} end` : combined;
}

/** The outcomes of sessions without an agent; together they are SESSIONS_ABANDONED. */
const WITHOUT_AGENT = ['abandoned', 'left-with-bot', 'closed-by-bot'] as const;

type Outcome = 'active' | 'handled' | 'unknown' | (typeof WITHOUT_AGENT)[number];

/**
 * SQL for the outcome of a session: an `Outcome`.
 * The agent's presence at the end decides; if Chat Server did not send it, the number of agents does, if that key came. Without an agent, a
 * bot that ended the session closed it; otherwise, if there was a bot, the session was left with it; else it was abandoned.
 */
export function sessionOutcome(map: KvpMap): string {
  const endedAgent = `chat_session_dim.${columnOf(map, 'csg_SessionEndedAgent')}`;
  const endedBy = `chat_session_dim.${columnOf(map, 'csg_SessionEndedBy')}`;
  const agents = keyOf(map, 'csg_PartiesAsAgentCount');
  const visitedCountsAs = `(select ctl_schema_info.value from ctl_schema_info where ctl_schema_info.property = 'visited-counts-as')`;
  // Without Bot Gateway Server none of these keys comes, and each of the columns is 0.
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

const columnOf = (map: KvpMap, kvp: string): string => keyOf(map, kvp).column.toLowerCase();

function keyOf(map: KvpMap, kvp: string): MappedKey {
  const key = map.keys.find((candidate) => candidate.kvp === kvp);
  if (key !== undefined) return key;
  throw new ConfigError('kvp-map-incomplete', `The KVP map ${map.name} has no key ${kvp}, which the aggregates need`, {
    state: 'nothing-changed',
    next: 'Put the key back into specs/chat-session.json.',
  });
}
