import { queryRows, type Connection } from '../../src/db/connection.js';
import { MEASURES, type FactRow } from './mart-facts.js';

export const LEVELS = ['subhr', 'hour', 'day', 'week', 'month', 'qrtr', 'year'] as const;

type Level = (typeof LEVELS)[number];

/** Rows of one level by key, without AGR_SET_KEY. */
export type LevelRows = Map<string, Record<string, number>>;

/** A level as the mart holds it. */
export async function readLevel(mart: Connection, level: Level): Promise<LevelRows> {
  const rows = await queryRows<Record<string, number>>(mart, { text: `select * from ag2_chat_stats_${level}` });
  const keyed = rows.map(({ agr_set_key, date_time_key, tenant_key, media_type_key, chat_session_dim_key, ...measures }) => {
    if (!(agr_set_key! > 0)) throw new Error(`AGR_SET_KEY ${agr_set_key} in ${level}`);
    return [[date_time_key, tenant_key, media_type_key, chat_session_dim_key].join(' '), measures] as const;
  });
  if (new Set(keyed.map(([key]) => key)).size < rows.length) throw new Error(`A group is there twice in ${level}`);
  return new Map(keyed);
}

/** A level computed by plain arithmetic. VISITED counts as handled. */
export function expectedLevel(
  facts: readonly FactRow[],
  endedAgent: Readonly<Record<number, string>>,
  level: Level,
  endedBy: Readonly<Record<number, string>> = {},
): LevelRows {
  const rows: LevelRows = new Map();
  for (const fact of facts) {
    const key = [periodStart(level, fact.start), fact.tenant ?? 1, fact.mediaType ?? -2, fact.dim ?? -2].join(' ');
    const row = rows.get(key) ?? {};
    rows.set(key, row);
    const own = { ...Object.fromEntries(MEASURES.map(({ name }) => [name, 0])), ...fact.measures } as Record<string, number>;
    const outcome = outcomeOf(fact, endedAgent[fact.dim ?? -2], own['agents_count']!);
    const add = (name: string, value: number): unknown => (row[name] = (row[name] ?? 0) + value);
    const raise = (name: string, value: number): unknown => (row[name] = Math.max(row[name] ?? 0, value));
    add('sessions', 1);
    for (const name of ['active', 'handled', 'abandoned', 'unknown']) add(`sessions_${name}`, outcome === name ? 1 : 0);
    add('sessions_replied', own['agent_reply_count']! > 0 ? 1 : 0);
    const isClosedByBot = outcome === 'abandoned' && endedBy[fact.dim ?? -2] === 'BOT';
    const hasBot = own['bots_count']! + own['msg_from_bots_count']! + own['until_first_bot_duration']! > 0;
    const isAlone = outcome === 'abandoned' && !isClosedByBot && !hasBot;
    add('sessions_closed_by_bot', isClosedByBot ? 1 : 0);
    add('sessions_left_with_bot', outcome === 'abandoned' && !isClosedByBot && hasBot ? 1 : 0);
    add('sessions_abandoned_alone', isAlone ? 1 : 0);
    add('abandoned_alone_duration', isAlone ? own['session_duration']! : 0);
    raise('abandoned_alone_max_duration', isAlone ? own['session_duration']! : 0);
    add('abandoned_duration', outcome === 'abandoned' ? own['session_duration']! : 0);
    raise('abandoned_max_duration', outcome === 'abandoned' ? own['session_duration']! : 0);
    for (const { name, combine } of MEASURES) (combine === 'sum' ? add : raise)(name, own[name]!);
  }
  return rows;
}

function outcomeOf(fact: FactRow, endedAgent: string | undefined, agents: number): string {
  if (fact.active) return 'active';
  if (endedAgent === 'ABSENT') return 'abandoned';
  if (endedAgent === 'PRESENT' || endedAgent === 'VISITED') return 'handled';
  if (!fact.agentsKnown) return 'unknown';
  return agents > 0 ? 'handled' : 'abandoned';
}

function periodStart(level: Level, start: number): number {
  const at = new Date(start * 1000);
  const [year, month, day] = [at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate()];
  const midnight = (y: number, m: number, d: number): number => Date.UTC(y, m, d) / 1000;
  switch (level) {
    case 'subhr':
      return Date.UTC(year, month, day, at.getUTCHours(), Math.floor(at.getUTCMinutes() / 15) * 15) / 1000;
    case 'hour':
      return Date.UTC(year, month, day, at.getUTCHours()) / 1000;
    case 'day':
      return midnight(year, month, day);
    case 'week': {
      // Go back day by day to a Sunday or to 1 January.
      let first = day;
      while (new Date(Date.UTC(year, month, first)).getUTCDay() !== 0 && Date.UTC(year, month, first) > Date.UTC(year, 0, 1)) first--;
      return midnight(year, month, first);
    }
    case 'month':
      return midnight(year, month, 1);
    case 'qrtr':
      return midnight(year, Math.floor(month / 3) * 3, 1);
    case 'year':
      return midnight(year, 0, 1);
  }
}
