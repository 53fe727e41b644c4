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
  /** The user-data key whose fact column is combined; none for what is counted over whole sessions. */
  readonly source: MappedKey | undefined;
}

const perSession = (name: string, unit: string, description: string, combine: 'sum' | 'max' = 'sum'): ChatStatsMeasure => ({
  name,
  combine,
  unit,
  description,
  source: undefined,
});

/** The measures that no user-data key holds: sessions by what became of them. */
const SESSION_MEASURES: readonly ChatStatsMeasure[] = [
  perSession('sessions', 'sessions', 'Sessions that started in the period: active, handled, abandoned and unknown ones together.'),
  perSession('sessions_active', 'sessions', 'Sessions that have not ended yet (asynchronous chat).'),
  perSession('sessions_handled', 'sessions', 'Ended sessions that reached an agent.'),
  perSession('sessions_abandoned', 'sessions', 'Ended sessions that never reached an agent.'),
  perSession('sessions_unknown', 'sessions', 'Ended sessions of which nothing tells whether they reached an agent.'),
  perSession('sessions_replied', 'sessions', 'Sessions in which an agent replied to the customer at least once.'),
  perSession('abandoned_duration', 'seconds', 'Total time that customers waited in abandoned sessions: their session duration.'),
  perSession(
    'abandoned_max_duration',
    'seconds',
    'Longest time that a customer waited in one abandoned session: its session duration.',
    'max',
  ),
];

/** The measures of the chat aggregates in column order: sessions by outcome, then each measure of the fact under the fact's own name. */
export function chatStatsMeasures(map: KvpMap): ChatStatsMeasure[] {
  return [...SESSION_MEASURES, ...map.keys.filter((key) => key.type === 'measure').map(toMeasure)];
}

function toMeasure(key: MappedKey): ChatStatsMeasure {
  const combine = key.aggregate ?? 'sum';
  const what = combine === 'sum' ? 'Sum over the sessions' : 'Largest value of a session';
  return { name: key.column.toLowerCase(), combine, unit: key.unit, description: `${what}: ${key.description}`, source: key };
}
