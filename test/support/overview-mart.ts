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
