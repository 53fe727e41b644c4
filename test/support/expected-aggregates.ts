import { queryRows, type Connection } from '../../src/db/connection.js';
import { countSession } from '../oracle/session-counts.js';
import { MEASURES, type FactRow } from './mart-facts.js';

export const LEVELS = ['subhr', 'hour', 'day', 'week', 'month', 'qrtr', 'year'] as const;

type Level = (typeof LEVELS)[number];

/** Rows of one level by key, without AGR_SET_KEY. */
export type LevelRows = Map<string, Record<string, number>>;

/** A level as the mart holds it. */
export const readLevel = (mart: Connection, level: Level): Promise<LevelRows> =>
  readLevelRows(mart, `select *, date_time_key as period from ag2_chat_stats_${level}`);

/** A level of a calendar, its periods by a label of the calendar. */
export const readCalendarLevel = (mart: Connection, level: Level, calendar: string, label: string): Promise<LevelRows> =>
  readLevelRows(
    mart,
    `select stats.*, ${label} as period
     from ag2_chat_stats_${level}_${calendar} as stats
     left join date_time_${calendar} using (date_time_key)`,
  );

async function readLevelRows(mart: Connection, level: string): Promise<LevelRows> {
  const rows = await queryRows<Record<string, number>>(mart, { text: level });
  const keyed = rows.map(({ agr_set_key, period, date_time_key, tenant_key, media_type_key, chat_session_dim_key, ...measures }) => {
    if (!(agr_set_key! > 0)) throw new Error(`AGR_SET_KEY ${agr_set_key} at ${date_time_key} in ${level}`);
    return [[period, tenant_key, media_type_key, chat_session_dim_key].join(' '), measures] as const;
  });
  if (new Set(keyed.map(([key]) => key)).size < rows.length) throw new Error(`A group is there twice in ${level}`);
  return new Map(keyed);
}

/** A level computed by plain arithmetic: one of UTC, or any that says what its periods are called. VISITED counts as handled. */
export function expectedLevel(
  facts: readonly FactRow[],
  endedAgent: Readonly<Record<number, string>>,
  level: Level | ((start: number) => string),
  endedBy: Readonly<Record<number, string>> = {},
): LevelRows {
  const rows: LevelRows = new Map();
  for (const fact of facts) {
    const key = [
      typeof level === 'function' ? level(fact.start) : periodStart(level, fact.start),
      fact.tenant ?? 1,
      fact.mediaType ?? -2,
      fact.dim ?? -2,
    ].join(' ');
    const row = rows.get(key) ?? {};
    rows.set(key, row);
    const own = { ...Object.fromEntries(MEASURES.map(({ name }) => [name, 0])), ...fact.measures } as Record<string, number>;
    const { sums, maxima } = countSession({
      isOpen: fact.active === true,
      endedAgent: endedAgent[fact.dim ?? -2],
      endedBy: endedBy[fact.dim ?? -2],
      isAgentCountKnown: fact.agentsKnown === true,
      areAgentMessagesKnown: fact.messagesKnown === true,
      lasted: fact.lasted ?? 0,
      column: (name) => own[name]!,
    });
    const add = (name: string, value: number): unknown => (row[name] = (row[name] ?? 0) + value);
    const raise = (name: string, value: number): unknown => (row[name] = Math.max(row[name] ?? 0, value));
    for (const [name, value] of Object.entries(sums)) add(name, value);
    for (const [name, value] of Object.entries(maxima)) raise(name, value);
    for (const { name, combine } of MEASURES) (combine === 'sum' ? add : raise)(name, own[name]!);
  }
  return rows;
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
