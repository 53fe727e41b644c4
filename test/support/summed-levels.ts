import { GROUP, toGroup, type Level, type Row } from './mart-groups.js';
import { MAPPED_KEYS } from '../oracle/kvps.js';
import { countSession, type CountedSession } from '../oracle/session-counts.js';

const MEASURES = MAPPED_KEYS.flatMap(({ kind, column }) => (kind === 'sum' || kind === 'max' ? [{ kind, column }] : []));

/** One aggregate level, by group, from plain arithmetic over facts: one of UTC, or any that says when periods begin. VISITED counts as handled. */
export function sumLevel(facts: Iterable<Row>, level: Level | ((ts: number) => number)): Map<string, Row> {
  const groups = new Map<string, Record<string, unknown>>();
  for (const fact of facts) {
    const names = {
      date_time_key: typeof level === 'function' ? level(Number(fact['start_ts'])) : startOfPeriod(level, Number(fact['start_ts'])),
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
  const add = (column: string, value: unknown): unknown => (group[column] = Number(group[column] ?? 0) + Number(value));
  const raise = (column: string, value: unknown): unknown => (group[column] = Math.max(Number(group[column] ?? 0), Number(value)));
  const { sums, maxima } = countSession(toCounted(fact));
  for (const [name, value] of Object.entries(sums)) add(name, value);
  for (const [name, value] of Object.entries(maxima)) raise(name, value);
  for (const { kind, column } of MEASURES) (kind === 'sum' ? add : raise)(column, fact[column]);
}

/** A row of the fact, joined with its dimension, as a session to count. */
export const toCounted = (fact: Row): CountedSession => ({
  isOpen: fact['active_flag'] === 1,
  endedAgent: String(fact['ended_agent']),
  endedBy: String(fact['ended_by']),
  isAgentCountKnown: hasKey(fact, 'agents_count'),
  areAgentMessagesKnown: hasKey(fact, 'msg_from_agents_count'),
  lasted: Number(fact['end_ts']) - Number(fact['start_ts']),
  column: (name) => Number(fact[name]),
});

/** Whether the key that fills a column came. */
export function hasKey(fact: Row, column: string): boolean {
  const { number } = MAPPED_KEYS.find((key) => key.column === column)!;
  return Math.floor(Number(fact['kvp_present']) / 2 ** (number - 1)) % 2 === 1;
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
