import type { OverviewFigure } from '../../src/report/overview/overview.js';
import { countSession, outcomeOf, type CountedSession } from '../oracle/session-counts.js';
import { query } from './databases.js';
import { aggregate } from './jobs.js';
import { withMart, writeDimension, writeFacts, type FactRow } from './mart-facts.js';

/** The dimension rows of the sessions: who ended them, why, and whether an agent was there. */
export const ENDINGS = {
  1: { endedBy: 'AGENT', endedReason: 'QUIT', endedAgent: 'PRESENT' },
  2: { endedBy: 'CLIENT', endedReason: 'DISCONNECT', endedAgent: 'ABSENT' },
  3: { endedBy: 'BOT', endedReason: 'FORCE', endedAgent: 'ABSENT' },
  4: { endedBy: 'SYSTEM', endedReason: '<b>"=1+1"', endedAgent: 'ABSENT' },
  5: { endedBy: 'NO_VALUE', endedReason: 'NO_VALUE', endedAgent: 'NO_VALUE' },
} as const;

/** Between these instants sessions start. */
export const FIRST = Date.parse('2026-09-01T00:00Z') / 1_000;
export const UNTIL = Date.parse('2026-11-04T10:07Z') / 1_000;

/** A number from 0 up to, but not including, `below`: always the same for an index and a salt. */
function pick(index: number, salt: number, below: number): number {
  let state = (index + 1) * 2_654_435_761 + salt * 40_503;
  for (let round = 0; round < 3; round++) state = Math.imul(state ^ (state >>> 15), 2_246_822_519) >>> 0;
  return state % below;
}

/** Sessions of nine weeks in which clocks change: answered, given up, solved by a bot, handed over, cut off, and open async ones. */
export const OVERVIEW_FACTS: readonly FactRow[] = Array.from({ length: 2_500 }, (_, index) => {
  const start = FIRST + pick(index, 1, UNTIL - FIRST);
  const kind = pick(index, 2, 100);
  const messages = { msg_from_customers_count: pick(index, 3, 9), msg_from_agents_count: 1 + pick(index, 4, 9) };
  const answered = {
    // Up to 50 seconds, percentiles are exact.
    ...{ agents_count: 1, until_first_agent_duration: pick(index, 5, 46), until_first_reply_duration: 1 + pick(index, 6, 49) },
    ...{ handle_duration: pick(index, 7, 900), session_duration: 100 + pick(index, 7, 900) },
    ...messages,
  };
  const guid = `S${index}`;
  if (kind < 60) return { guid, start, dim: 1, lasted: answered.session_duration, measures: answered };
  if (kind < 70) return { guid, start, dim: 1, measures: { ...answered, bots_count: 1, msg_from_bots_count: 2 } };
  if (kind < 85) return { guid, start, dim: 2, measures: { session_duration: 1 + pick(index, 8, 2_000) } };
  if (kind < 93) return { guid, start, dim: 3, measures: { session_duration: 60, bots_count: 1, msg_from_bots_count: 3 } };
  if (kind < 96) return { guid, start, dim: 4, measures: { session_duration: 5 } };
  return { guid, start, dim: 5, active: true, measures: kind === 99 ? { agents_count: 1, until_first_agent_duration: 7 } : {} };
});

/** Writes these sessions, and until when they are complete. */
export async function writeOverviewMart(martUrl: string, clock: () => Date): Promise<void> {
  await withMart(martUrl, async (mart) => {
    await writeDimension(
      mart,
      Object.entries(ENDINGS).map(([id, ending]) => ({ id: Number(id), origin: 'web\u202e', ...ending })),
    );
    await mart.query('update chat_session_dim set async_mode = 1 where id = 5');
    await writeFacts(mart, OVERVIEW_FACTS);
    await mart.query(`insert into chatmart_source (source_name, data_source_key, table_name, complete_until, aggregated_until)
      values ('idb', 1, 'g_userdata_history', to_timestamp(${UNTIL}), to_timestamp(${UNTIL}))`);
  });
  await aggregate({ martUrl, martSchema: 'infomart', clock });
  await query(martUrl, `update infomart.chatmart_source set aggregated_until = to_timestamp(${UNTIL})`);
}

export const counted = (fact: FactRow): CountedSession => {
  const { endedAgent, endedBy } = ENDINGS[fact.dim as keyof typeof ENDINGS];
  return {
    ...{ isOpen: fact.active === true, endedAgent, endedBy, isAgentCountKnown: false, areAgentMessagesKnown: false },
    lasted: fact.lasted ?? 0,
    column: (name) => fact.measures?.[name] ?? 0,
  };
};
export const isAnswered = (fact: FactRow): boolean => (fact.measures?.['agents_count'] ?? 0) > 0;
const count = (facts: readonly FactRow[], name: string): number =>
  facts.reduce((sum, fact) => sum + Number(countSession(counted(fact)).sums[name]), 0);
const sum = (facts: readonly FactRow[], ...names: string[]): number =>
  facts.reduce((total, fact) => total + names.reduce((own, name) => own + (fact.measures?.[name] ?? 0), 0), 0);
export const round = (value: number): number => Math.round(value * 1e6) / 1e6;
const part = (one: number, other: number): number | null => (other === 0 ? null : round(one / other));

/** PostgreSQL's percentile_cont. */
function percentile(values: readonly number[], share: number): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((one, other) => one - other);
  const at = share * (sorted.length - 1);
  const [below, above] = [sorted[Math.floor(at)]!, sorted[Math.ceil(at)]!];
  return round(below + (above - below) * (at - Math.floor(at)));
}

/** The figures of some sessions, by plain arithmetic; counts are divided by how many windows they come from. */
export function expectedFigures(facts: readonly FactRow[], windows = 1): Record<string, number | null> {
  const answered = facts.filter(isAnswered);
  const replied = facts.filter((fact) => (fact.measures?.['msg_from_agents_count'] ?? 0) > 0);
  const handled = answered.filter((fact) => fact.active !== true);
  const times = (of: readonly FactRow[], name: string): number[] => of.map((fact) => fact.measures![name]!);
  const within = (seconds: number): number => answered.filter((fact) => fact.measures!['until_first_agent_duration']! <= seconds).length;
  const offered = count(facts, 'sessions_offered');
  const abandoned = facts.filter((fact) => outcomeOf(counted(fact)) === 'abandoned').length;
  const withBot = facts.filter((fact) => (fact.measures?.['bots_count'] ?? 0) > 0);
  const mean = (value: number): number => round(value / windows);
  return {
    offered: mean(offered),
    answered: mean(answered.length),
    service_level_20_seconds: part(within(20), offered),
    service_level_60_seconds: part(within(60), offered),
    abandoned: mean(abandoned),
    share_abandoned: part(abandoned, offered),
    p50_until_first_agent_duration: percentile(times(answered, 'until_first_agent_duration'), 0.5),
    p90_until_first_agent_duration: percentile(times(answered, 'until_first_agent_duration'), 0.9),
    p50_until_first_reply_duration: percentile(times(replied, 'until_first_reply_duration'), 0.5),
    p90_until_first_reply_duration: percentile(times(replied, 'until_first_reply_duration'), 0.9),
    average_handle_duration: part(sum(handled, 'handle_duration'), handled.length),
    messages: mean(sum(facts, 'msg_from_customers_count', 'msg_from_agents_count', 'msg_from_bots_count')),
    with_bot: mean(withBot.length),
    closed_by_bot: mean(facts.filter((fact) => outcomeOf(counted(fact)) === 'closed-by-bot').length),
    handed_over: mean(withBot.filter(isAnswered).length),
  };
}

export const between = (from: Date, to: Date): FactRow[] =>
  OVERVIEW_FACTS.filter(({ start }) => start >= from.getTime() / 1_000 && start < to.getTime() / 1_000);

/** A local date some days later. */
export const dateAfter = (date: string, days: number): string => new Date(Date.parse(date) + days * 86_400_000).toISOString().slice(0, 10);

/** The values of figures by name; with an index, those of what they are compared with. */
export const valuesOf = (figures: readonly OverviewFigure[], index?: number): Record<string, number | null> =>
  Object.fromEntries(figures.map(({ name, value, comparisons }) => [name, index === undefined ? value : comparisons[index]!.value]));
