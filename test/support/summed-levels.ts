import { GROUP, toGroup, type Level, type Row } from './mart-groups.js';
import { MAPPED_KEYS } from '../oracle/kvps.js';

const MEASURES = MAPPED_KEYS.flatMap(({ kind, column }) => (kind === 'sum' || kind === 'max' ? [{ kind, column }] : []));

const AGENTS_BIT = 2 ** (MAPPED_KEYS.find((key) => key.column === 'agents_count')!.number - 1);

/** One aggregate level, by group, from plain arithmetic over facts. VISITED counts as handled. */
export function sumLevel(facts: Iterable<Row>, level: Level): Map<string, Row> {
  const groups = new Map<string, Record<string, unknown>>();
  for (const fact of facts) {
    const names = {
      date_time_key: startOfPeriod(level, Number(fact['start_ts'])),
      ...Object.fromEntries(GROUP.map((column) => [column, fact[column]])),
    };
    const key = toGroup(names);
    const group = groups.get(key) ?? names;
    groups.set(key, group);
    addFact(group, fact);
  }
  return groups;
}

function addFact(group: Record<string, unknown>, fact: Row): void {
  const outcome = toOutcome(fact);
  const add = (column: string, value: unknown): unknown => (group[column] = Number(group[column] ?? 0) + Number(value));
  const raise = (column: string, value: unknown): unknown => (group[column] = Math.max(Number(group[column] ?? 0), Number(value)));
  const waited = outcome === 'abandoned' ? fact['session_duration'] : 0;
  const instead = outcome === 'abandoned' ? whoWasThere(fact) : undefined;
  add('sessions', 1);
  for (const name of ['active', 'handled', 'abandoned', 'unknown']) add(`sessions_${name}`, outcome === name ? 1 : 0);
  add('sessions_closed_by_bot', instead === 'a bot, which closed it' ? 1 : 0);
  add('sessions_left_with_bot', instead === 'a bot' ? 1 : 0);
  add('sessions_abandoned_alone', instead === 'nobody' ? 1 : 0);
  add('abandoned_alone_duration', instead === 'nobody' ? waited : 0);
  raise('abandoned_alone_max_duration', instead === 'nobody' ? waited : 0);
  add('sessions_replied', Number(fact['agent_reply_count']) > 0 ? 1 : 0);
  add('abandoned_duration', waited);
  raise('abandoned_max_duration', waited);
  for (const { kind, column } of MEASURES) (kind === 'sum' ? add : raise)(column, fact[column]);
}

function toOutcome(fact: Row): 'active' | 'handled' | 'abandoned' | 'unknown' {
  if (fact['active_flag'] === 1) return 'active';
  const endedAgent = String(fact['ended_agent']);
  if (endedAgent === 'ABSENT') return 'abandoned';
  if (endedAgent === 'PRESENT' || endedAgent === 'VISITED') return 'handled';
  if (Math.floor(Number(fact['kvp_present']) / AGENTS_BIT) % 2 === 0) return 'unknown';
  return fact['agents_count'] === 0 ? 'abandoned' : 'handled';
}

/** For a session without an agent. If no bot keys arrive, no bot can have been there. */
function whoWasThere(fact: Row): 'nobody' | 'a bot' | 'a bot, which closed it' {
  if (fact['ended_by'] === 'BOT') return 'a bot, which closed it';
  const traces = ['bots_count', 'msg_from_bots_count', 'until_first_bot_duration'].map((column) => Number(fact[column]));
  return Math.max(...traces) > 0 ? 'a bot' : 'nobody';
}

/** Epoch seconds (UTC) of the start of the period that contains an instant; found on the calendar, not by arithmetic. */
function startOfPeriod(level: Level, ts: number): number {
  const at = new Date(ts * 1000);
  const year = at.getUTCFullYear();
  switch (level) {
    case 'subhr':
      at.setUTCMinutes(at.getUTCMinutes() - (at.getUTCMinutes() % 15), 0, 0);
      break;
    case 'hour':
      at.setUTCMinutes(0, 0, 0);
      break;
    case 'day':
      at.setUTCHours(0, 0, 0, 0);
      break;
    case 'week':
      at.setUTCHours(0, 0, 0, 0);
      // A week begins on Sunday, and also on 1 January.
      while (at.getUTCDay() !== 0 && !(at.getUTCMonth() === 0 && at.getUTCDate() === 1)) at.setUTCDate(at.getUTCDate() - 1);
      break;
    case 'month':
      return Date.UTC(year, at.getUTCMonth()) / 1000;
    case 'qrtr':
      return Date.UTC(year, Math.floor(at.getUTCMonth() / 3) * 3) / 1000;
    case 'year':
      return Date.UTC(year, 0) / 1000;
  }
  return at.getTime() / 1000;
}
