import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { ensureCalendarYears } from '../../../src/mart/calendar/calendar.js';
import { readMartMap } from '../../../src/mart/schema/mart-map.js';
import { runReport, type ReportOptions } from '../../../src/report/run-report.js';
import type { ReportTable } from '../../../src/report/report-table.js';
import { freshMart, query, testClock } from '../../support/databases.js';
import { aggregate, maintain } from '../../support/jobs.js';
import { withMart, writeFacts } from '../../support/mart-facts.js';

const ts = (text: string): number => Date.parse(text) / 1_000;
const BORDER = ts('2026-02-01T00:00:00Z');
const clock = (): Date => new Date('2026-03-05T12:00:00Z');
/** From January to March; some of those of January are open in February, two without an end. */
const seconds = fc.oneof(fc.integer({ min: 0, max: 90 }), fc.integer({ min: 0, max: 5_000 }), fc.integer({ min: 0, max: 40 * 86_400 }));
const FACTS = fc
  .sample(
    fc.record({
      second: fc.integer({ min: 0, max: 60 * 86_400 }),
      ...{ tenant: fc.constantFrom(1, 2), dim: fc.constantFrom(1, 2), lasted: seconds, until: seconds, agents: fc.constantFrom(0, 1) },
    }),
    { numRuns: 400, seed: 7 },
  )
  .map(({ second, tenant, dim, lasted, until, agents }, index) => ({
    ...{ guid: `S${index}`, start: ts('2026-01-01T00:00:00Z') + second, lasted, tenant, dim },
    ...{ active: index % 150 === 7, agentsKnown: true, messagesKnown: true },
    measures: {
      ...{ agents_count: agents, session_duration: lasted, until_first_agent_duration: until, handle_duration: lasted },
      ...{ msg_from_agents_count: agents, until_first_reply_duration: until, agent_reply_count: agents, agent_reply_max_duration: until },
      ...{ customer_wait_count: agents, customer_wait_max_duration: lasted },
    },
  }));

let martUrl = '';
const report = (options: Partial<ReportOptions>): Promise<ReportTable> =>
  withMart(martUrl, async (mart) => runReport(mart, { name: 'chat-session', map: await readMartMap(mart), clock, ...options }));
/** Of periods in which sessions began; which were open in the others is unknown before the border. */
const percentilesOf = ({ rows, totals }: ReportTable): unknown =>
  [...rows.filter(({ sessions }) => sessions !== 0), totals!].map((row) =>
    Object.fromEntries(Object.entries(row).filter(([name]) => !name.includes('open_'))),
  );
const concurrencyOf = ({ rows, totals }: ReportTable): unknown =>
  [...rows, totals!].map((row) => Object.fromEntries(Object.entries(row).filter(([name]) => name.includes('open_'))));
const durations = (): Promise<object[]> =>
  query(
    martUrl,
    `select date_time_key, tenant_key, media_type_key, chat_session_dim_key, outcome, has_bot, duration, bucket, sum(sessions) as sessions
     from infomart.ag2_chat_durations_subhr group by 1, 2, 3, 4, 5, 6, 7, 8 order by 1, 2, 3, 4, 5, 6, 7, 8`,
  );

beforeAll(async () => {
  martUrl = await freshMart();
  await withMart(martUrl, async (mart) => {
    for (const id of [1, 2])
      await mart.query(
        `insert into chat_session_dim (id, media_origin, language_name, ended_by, ended_reason, ended_agent, async_mode, create_audit_key)
         values ($1, 'web', 'English', 'AGENT', 'QUIT', 'PRESENT', $2, 1)`,
        [id, id - 1],
      );
    await ensureCalendarYears(mart, { firstTs: BORDER - 31 * 86_400, lastTs: testClock().getTime() / 1_000 });
    await writeFacts(mart, FACTS);
  });
  await aggregate({ martUrl, martSchema: 'infomart', clock });
});

test('after retention has deleted facts, percentiles, counts and the sessions open later are what they were', async () => {
  const whole = { from: new Date('2026-01-01'), to: new Date('2026-03-01') };
  const kept = { from: new Date(BORDER * 1_000), to: new Date('2026-03-01') };
  const read = async (): Promise<unknown> => ({
    percentiles: percentilesOf(await report({ ...whole, by: ['day', 'tenant'] })),
    months: percentilesOf(await report({ ...whole, by: ['month', 'async-mode'], filters: { async: ['not:yes'] } })),
    open: concurrencyOf(await report({ ...kept, by: ['day', 'tenant'] })),
    hours: concurrencyOf(await report({ ...kept, by: ['hour'], timezone: 'America/St_Johns', filters: { async: ['no'] } })),
    durations: await durations(),
    ranges: (await report({ ...whole, name: 'chat-durations', by: ['day', 'tenant'], timezone: 'America/St_Johns' })).rows,
    local: (await report({ ...whole, name: 'chat-percentiles', by: ['hour', 'outcome'], timezone: 'Asia/Kathmandu' })).rows,
    all: (await report({ name: 'chat-percentiles', by: ['week'], timezone: 'Europe/Berlin', filters: { outcome: ['handled'] } })).rows,
  });
  const before = await read();
  expect(before).toMatchObject({
    ranges: { length: expect.any(Number) },
    local: expect.arrayContaining([expect.objectContaining({ sessions: 1 })]),
  });
  const purged = await maintain({ martUrl, martSchema: 'infomart', clock, daysToKeepFacts: 20 });
  expect(purged.months.map(({ month }) => month)).toEqual(['2026-01']);
  expect(await query(martUrl, `select from infomart.chat_session_fact where start_ts < ${BORDER}`)).toEqual([]);
  expect(await read()).toEqual(before);
  const january = await report({ ...whole, by: ['month'] });
  expect(january.rows[0]).toMatchObject({ month: '2026-01', max_open_sessions: null, p50_session_duration: expect.any(Number) });
});

test('no id is kept of what was purged', async () => {
  const columns = await query<{ name: string }>(
    martUrl,
    `select column_name as name from information_schema.columns where table_schema = 'infomart' and table_name = 'chatmart_purged_durations'`,
  );
  expect(columns.map(({ name }) => name).filter((name) => /guid|id$|start_ts/.test(name))).toEqual([]);
});
