import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { queryRows, type Connection } from '../../src/db/connection.js';
import { ensureCalendarYears } from '../../src/mart/calendar/calendar.js';
import { parseRanges } from '../../src/report/durations.js';
import type { ReportTable } from '../../src/report/report-table.js';
import { runReport, type ReportOptions } from '../../src/report/run-report.js';
import { readMartMap } from '../../src/mart/schema/mart-map.js';
import { aggregate } from '../support/jobs.js';
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

describe('reports of durations', () => {
  let martUrl = '';
  beforeAll(async () => {
    martUrl = await freshMart();
    await withMart(martUrl, async (mart) => {
      await ensureCalendarYears(mart, { firstTs: START, lastTs: testClock().getTime() / 1_000 });
      await mart.query(`insert into gidb_gc_tenant (id, name, state, status, create_audit_key)
        values (1, 'Bank', 1, 1, 1), (2, 'Shop', 1, 1, 1), (3, 'Bank', 1, 1, 1)`);
      await writeFacts(mart, FACTS);
    });
    await aggregate({ martUrl, martSchema: 'infomart', clock: testClock });
  });
  const report = (options: Partial<ReportOptions>): Promise<ReportTable> =>
    withMart(martUrl, async (mart) =>
      runReport(mart, { name: 'chat-durations', map: await readMartMap(mart), clock: testClock, ...options }),
    );
  const dayOf = ({ start }: (typeof FACTS)[number]): string => new Date((start + 3_600) * 1_000).toISOString().slice(0, 10);
  const NAMES = new Map([
    [1, 'Bank (1)'],
    [2, 'Shop'],
    [3, 'Bank (3)'],
  ]);

  test('count sessions by range, in the order of days and tenants', async () => {
    const bounds = [7, 30, 50];
    const { rows, columns, totals } = await report({ by: ['day', 'tenant'], timezone: 'Europe/Berlin', ranges: bounds });
    expect([columns.map(({ name }) => name).slice(2), totals]).toEqual([
      ['duration', 'range', 'up_to_seconds', 'sessions', 'share', 'cumulative_share'],
      undefined,
    ]);
    const groups = [...new Set(FACTS.map((fact) => `${dayOf(fact)} ${NAMES.get(fact.tenant)!}`))].sort();
    const found = rows.filter(({ duration }) => duration === 'Session');
    expect([...new Set(found.map(({ day, tenant }) => `${String(day)} ${String(tenant)}`))]).toEqual(groups);
    for (const group of groups) {
      const own = FACTS.filter((fact) => `${dayOf(fact)} ${NAMES.get(fact.tenant)!}` === group).map(
        ({ measures }) => measures.session_duration,
      );
      const within = [...bounds.map((bound) => own.filter((value) => value <= bound).length), own.length];
      expect(found.filter(({ day, tenant }) => `${String(day)} ${String(tenant)}` === group)).toMatchObject(
        within.map((sessions, index) => ({
          range: ['up to 00:00:07', '00:00:07 to 00:00:30', '00:00:30 to 00:00:50', 'over 00:00:50'][index],
          up_to_seconds: bounds[index] ?? null,
          sessions: sessions - (within[index - 1] ?? 0),
          cumulative_share: expect.closeTo(sessions / own.length, 5),
        })),
      );
    }
  });

  test('have 20 ranges by default, and percentiles, of sessions that filters leave', async () => {
    const { rows } = await report({});
    expect(rows.filter(({ duration }) => duration === 'Session')).toHaveLength(20);
    const { rows: percents } = await report({ name: 'chat-percentiles', filters: { tenant: ['Shop'] } });
    const own = FACTS.filter(({ tenant }) => tenant === 2);
    expect(percents.find(({ duration }) => duration === 'Session')).toMatchObject({ sessions: own.length, p99: expect.any(Number) });
    expect(percents.find(({ duration }) => duration === 'Until the first agent')).toMatchObject({
      sessions: own.filter(({ measures }) => measures.agents_count > 0).length,
    });
  });

  test('refuse bounds that do not rise', () => {
    expect(parseRanges(' 5, 10 ,60')).toEqual([5, 10, 60]);
    for (const text of ['', '5,5', '10,5', '0,5', '1.5', 'a']) expect(() => parseRanges(text)).toThrow(/--ranges/);
  });
});
