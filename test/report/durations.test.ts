import fc from 'fast-check';
import { expect, test } from 'vitest';
import { queryRows, type Connection } from '../../src/db/connection.js';
import { ensureCalendarYears } from '../../src/mart/calendar/calendar.js';
import { freshMart, testClock } from '../support/databases.js';
import { withMart, writeFacts } from '../support/mart-facts.js';

const START = Date.parse('2026-03-01T00:00:00Z') / 1_000;
const seconds = fc.oneof(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 5_000 }), fc.integer({ min: 0, max: 2_147_483_647 }));
const FACTS = fc
  .sample(fc.record({ second: fc.integer({ min: 0, max: 20 * 86_400 }), tenant: fc.constantFrom(1, 2, 3), seconds }), {
    numRuns: 500,
    seed: 5,
  })
  .map(({ second, tenant, seconds: duration }, index) => ({
    ...{ guid: `S${index}`, start: START + second, tenant, agentsKnown: true },
    measures: { agents_count: index % 3, session_duration: duration, until_first_agent_duration: duration },
  }));

const percentiles = (mart: Connection, by: string): Promise<Record<string, number>[]> =>
  queryRows(mart, {
    text: `select ${by} as part, duration, sum(sessions) as sessions, chat_percentile(chat_histogram(bucket, sessions), 0.5) as p50,
  chat_percentile(chat_histogram(bucket, sessions), 0.9) as p90, chat_percentile(chat_histogram(bucket, sessions), 0.99) as p99
from ag2_chat_durations_subhr
where duration in ('session', 'until_first_agent')
group by 1, 2
order by 1, 2`,
  });

const exact = (mart: Connection, by: string): Promise<Record<string, number>[]> =>
  queryRows(mart, {
    text: `select ${by.replaceAll('date_time_key', 'start_date_time_key')} as part, 'session' as duration, count(*) as sessions, ${['0.5', '0.9', '0.99'].map((p) => `percentile_cont(${p}) within group (order by session_duration) as p${p.slice(2).padEnd(2, '0')}`).join(', ')}
from chat_session_fact group by 1
union all
select ${by.replaceAll('date_time_key', 'start_date_time_key')}, 'until_first_agent', count(*), ${['0.5', '0.9', '0.99'].map((p) => `percentile_cont(${p}) within group (order by until_first_agent_duration)`).join(', ')}
from chat_session_fact where agents_count > 0 group by 1
order by 1, 2`,
  });

test('one call of SQL reads percentiles from the view of durations, within 2 % or a second of percentile_cont', async () => {
  const martUrl = await freshMart();
  await withMart(martUrl, async (mart) => {
    await ensureCalendarYears(mart, { firstTs: START, lastTs: testClock().getTime() / 1_000 });
    await writeFacts(mart, FACTS);
    for (const by of ['1', 'tenant_key', 'date_time_key - date_time_key % 86400']) {
      const [found, wanted] = [await percentiles(mart, by), await exact(mart, by)];
      expect(found.map(({ part, duration, sessions }) => [part, duration, sessions])).toEqual(
        wanted.map(({ part, duration, sessions }) => [part, duration, sessions]),
      );
      found.forEach((row, index) => {
        for (const p of ['p50', 'p90', 'p99']) {
          const value = wanted[index]![p]!;
          expect(Math.abs(row[p]! - value)).toBeLessThanOrEqual(Math.max(1, value * 0.02));
        }
      });
    }
    // Parts of a parallel scan add up, whatever the search path.
    const [none] = await queryRows<Record<string, number | null>>(mart, {
      text: `select chat_percentile(chat_histogram(bucket, sessions), 0.5) as value from ag2_chat_durations_subhr where duration = 'none'`,
    });
    expect(none!['value']).toBeNull();
    await mart.query(`set search_path = public`);
    await mart.query(`set min_parallel_table_scan_size = 0`);
    await mart.query(`set parallel_setup_cost = 0`);
    await mart.query(`set parallel_tuple_cost = 0`);
    const [row] = await queryRows<Record<string, number>>(mart, {
      text: `select infomart.chat_percentile(infomart.chat_histogram(bucket, sessions), 0.9) as value from infomart.ag2_chat_durations_subhr where duration = 'session'`,
    });
    await mart.query(`set search_path = infomart`);
    expect(row!['value']).toBe((await percentiles(mart, '1'))[0]!['p90']);
  });
});
