import type { KvpMap, MappedKey } from '../model/mapped-key.js';

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
