import { beforeAll, describe, expect, test } from 'vitest';
import { chooseLevel } from '../../src/report/report-level.js';
import { parseBy, REPORT_ATTRIBUTES, toAttributes, toUniqueNames } from '../../src/report/report-attribute.js';
import { readReports } from '../../src/report/definition/reports.js';
import { runReport, type ReportOptions } from '../../src/report/run-report.js';
import type { ReportTable } from '../../src/report/report-table.js';
import { readMartMap } from '../../src/mart/schema/mart-map.js';
import { freshMart, query, testClock } from '../support/databases.js';
import { sampleOf } from '../support/depth.js';
import { withMart } from '../support/mart-facts.js';
import { problemOf } from '../support/problem-of.js';
import { writeReportMart } from '../support/report-mart.js';
import { aggregate } from '../support/jobs.js';
import { expectText } from '../support/expect-text.js';

let martUrl = '';
beforeAll(async () => {
  martUrl = await freshMart();
  await withMart(martUrl, writeReportMart);
  await aggregate({ martUrl, martSchema: 'infomart', clock: testClock });
});

const MARCH = { from: new Date('2026-03-01'), to: new Date('2026-04-01') };
const report = (options: Omit<ReportOptions, 'map'>, url = martUrl): Promise<ReportTable> =>
  withMart(url, async (mart) => runReport(mart, { ...options, map: await readMartMap(mart) }));

test('chat-message-statistics, worked out by hand', async () => {
  const table = await report({ name: 'chat-message-statistics', ...MARCH, by: ['day'] });
  expect(table.rows).toEqual([
    {
      day: '2026-03-01',
      sessions: 2, // A and B
      messages_from_agents: 6, // 4 + 2
      messages_from_agents_per_session: 3,
      characters_from_agents: 300, // 200 + 100
      characters_from_agents_per_session: 150,
      characters_from_agents_per_message: 50,
      messages_from_customers: 4, // 3 + 1
      messages_from_customers_per_session: 2,
      characters_from_customers: 100, // 90 + 10
      characters_from_customers_per_session: 50,
      characters_from_customers_per_message: 25,
      messages_from_bots: 2, // B alone
      messages_from_bots_per_session: 1,
      characters_from_bots: 60,
      characters_from_bots_per_session: 30,
      characters_from_bots_per_message: 30,
      agent_replies: 3, // 2 + 1
      average_agent_reply_duration: 26.666667, // (30 + 50) / 3
      longest_agent_reply_duration: 50,
      agent_waits: 1, // A alone
      average_agent_wait_duration: 10,
      longest_agent_wait_duration: 10,
      customer_replies: 3, // A alone
      average_customer_reply_duration: 15, // 45 / 3
      longest_customer_reply_duration: 25,
      customer_waits: 3, // 2 + 1
      average_customer_wait_duration: 19, // (50 + 7) / 3
      longest_customer_wait_duration: 40,
    },
    {
      day: '2026-03-02',
      sessions: 3, // C, D and E: nobody wrote, so there are averages per session, and none per message or reply
      messages_from_agents: 0,
      messages_from_agents_per_session: 0,
      characters_from_agents: 0,
      characters_from_agents_per_session: 0,
      characters_from_agents_per_message: null,
      messages_from_customers: 0,
      messages_from_customers_per_session: 0,
      characters_from_customers: 0,
      characters_from_customers_per_session: 0,
      characters_from_customers_per_message: null,
      messages_from_bots: 0,
      messages_from_bots_per_session: 0,
      characters_from_bots: 0,
      characters_from_bots_per_session: 0,
      characters_from_bots_per_message: null,
      agent_replies: 0,
      average_agent_reply_duration: null,
      longest_agent_reply_duration: null,
      agent_waits: 0,
      average_agent_wait_duration: null,
      longest_agent_wait_duration: null,
      customer_replies: 0,
      average_customer_reply_duration: null,
      longest_customer_reply_duration: null,
      customer_waits: 0,
      average_customer_wait_duration: null,
      longest_customer_wait_duration: null,
    },
  ]);
  expect(table.totals).toMatchObject({
    sessions: 5,
    messages_from_agents_per_session: 1.2, // 6 / 5, not the mean of 3 and 0
    characters_from_agents_per_message: 50, // 300 / 6
    average_agent_reply_duration: 26.666667, // 80 / 3
    longest_agent_reply_duration: 50,
    longest_customer_wait_duration: 40,
  });
});

const NO_OTHERS = { closed_by_bot: 0, left_with_bot: 0, short_abandoned: 0, closed_by_system: 0 };

test('chat-termination, worked out by hand', async () => {
  const table = await report({ name: 'chat-termination', ...MARCH, by: ['ended-by', 'ended-reason', 'agent-presence'] });
  expect(table.rows).toEqual([
    {
      ended_by: 'AGENT',
      ended_reason: 'QUIT',
      agent_presence: 'PRESENT',
      sessions: 2, // A and B
      share_of_sessions: 0.4, // 2 / 5
      active: 0,
      average_session_duration: 450, // (600 + 300) / 2
      without_agent: 0,
      ...NO_OTHERS,
      abandoned: 0,
      average_wait_before_abandonment: null,
      longest_wait_before_abandonment: null,
    },
    {
      ended_by: 'CLIENT',
      ended_reason: 'DISCONNECT',
      agent_presence: 'ABSENT',
      sessions: 2, // C and D
      share_of_sessions: 0.4,
      active: 0,
      average_session_duration: 52.5, // (75 + 30) / 2
      without_agent: 2,
      ...NO_OTHERS,
      abandoned: 2,
      average_wait_before_abandonment: 52.5,
      longest_wait_before_abandonment: 75,
    },
    {
      ended_by: 'NO_VALUE',
      ended_reason: 'NO_VALUE',
      agent_presence: 'NO_VALUE',
      sessions: 1, // E
      share_of_sessions: 0.2,
      active: 1,
      average_session_duration: null, // none has ended
      without_agent: 0,
      ...NO_OTHERS,
      abandoned: 0,
      average_wait_before_abandonment: null,
      longest_wait_before_abandonment: null,
    },
  ]);
  expect(table.totals).toEqual({
    sessions: 5,
    share_of_sessions: 1,
    active: 1,
    average_session_duration: 251.25, // 1005 / 4
    without_agent: 2,
    ...NO_OTHERS,
    abandoned: 2,
    average_wait_before_abandonment: 52.5,
    longest_wait_before_abandonment: 75,
  });
});

describe('rows', () => {
  test('by default in groups that fit a screen', async () => {
    const keys = async (name: string): Promise<unknown> =>
      (await report({ name, ...MARCH })).columns.filter((column) => column.kind === 'attribute').map((column) => column.name);
    expect(await keys('chat-message-statistics')).toEqual(['media_type', 'media_origin']);
    expect(await keys('chat-termination')).toEqual(['ended_by', 'ended_reason']);
  });

  test('by each attribute alone, they add up to the same report', () =>
    withMart(martUrl, async (mart) => {
      const totals = async (name: string, by: string[]) =>
        (await runReport(mart, { name, ...MARCH, by, map: await readMartMap(mart) })).totals;
      for (const { name } of readReports().filter(({ rows }) => rows === 'groups')) {
        const whole = await totals(name, []);
        for (const attribute of sampleOf(REPORT_ATTRIBUTES, 6, name.length))
          expect(await totals(name, [attribute.name]), `${name} by ${attribute.name}`).toEqual(whole);
      }
    }));

  test('time in the words of the calendar, in its order', async () => {
    const labels = async (by: string): Promise<unknown> =>
      (await report({ name: 'chat-termination', by: [by] })).rows.map((row) => Object.values(row)[0]);
    expect(await labels('quarter-hour')).toEqual([
      '2026-03-01 10:00-10:15',
      '2026-03-01 10:15-10:30',
      '2026-03-02 12:00-12:15',
      '2026-03-02 23:45-00:00',
      '2026-04-01 00:00-00:15',
    ]);
    expect(await labels('hour')).toEqual(['2026-03-01 10', '2026-03-02 12', '2026-03-02 23', '2026-04-01 00']);
    expect(await labels('week')).toEqual(['2026-W10', '2026-W14']);
    expect(await labels('month')).toEqual(['2026-03', '2026-04']);
    expect(await labels('quarter')).toEqual(['2026-Q1', '2026-Q2']);
    expect(await labels('year')).toEqual(['2026']);
  });

  test('members with the same name are distinguished by their keys, in any window', async () => {
    const tenants = async (window: object): Promise<unknown> =>
      (await report({ name: 'chat-termination', ...window, by: ['tenant'] })).rows.map((row) => [row['tenant'], row['sessions']]);
    expect(await tenants(MARCH)).toEqual([
      ['=1+1', 2],
      ['Bank (1)', 2],
      ['Bank (3)', 1],
    ]);
    expect(await tenants({ from: new Date('2026-03-01'), to: new Date('2026-03-02') })).toEqual([['Bank (1)', 2]]);
  });

  test('so are media types, and members that their dimension lacks', async () => {
    const url = await freshMart();
    await withMart(url, async (mart) => {
      await writeReportMart(mart);
      await mart.query(`insert into media_type (media_type_key, media_name, media_name_code, is_online, create_audit_key)
        overriding system value values (77, 'Chat', 'CHAT2', 0, 1)`);
      await mart.query(`update chat_session_fact set media_type_key = 77 where media_server_ixn_guid in ('A', 'C')`);
      await mart.query(`update chat_session_fact set media_type_key = 78 where media_server_ixn_guid = 'B'`);
      await mart.query(`update chat_session_fact set media_type_key = 79 where media_server_ixn_guid = 'F'`);
    });
    await aggregate({ martUrl: url, martSchema: 'infomart', clock: testClock });
    const { rows, totals } = await report({ name: 'chat-termination', by: ['media-type'] }, url);
    const chat = await query<{ key: number }>(url, `select media_type_key as key from infomart.media_type where media_name_code = 'CHAT'`);
    expect(rows.map((row) => [row['media_type'], row['sessions']])).toEqual([
      [`Chat (${chat[0]!.key})`, 1],
      ['Chat (77)', 2],
      ['NO_VALUE', 1],
      ['(78)', 1],
      ['(79)', 1],
    ]);
    expect(totals?.['sessions']).toBe(6);
  });

  test('a name followed by a key is unique', () => {
    const names = toUniqueNames([
      { key: 3, name: 'Bank' },
      { key: 4, name: 'Bank' },
      { key: 9, name: 'Bank (3)' },
      { key: 5, name: 'Shop' },
      { key: 6, name: null },
      { key: 5, name: 'Shop' },
    ]);
    expect([...names.values()]).toEqual(['Bank (3) (3)', 'Bank (4)', 'Bank (3) (9)', 'Shop', null]);
  });

  test('of a dimension row that is missing', async () => {
    const table = await report({
      name: 'chat-termination',
      from: new Date('2026-04-01'),
      to: new Date('2026-05-01'),
      by: ['tenant', 'ended-by'],
    });
    expect(table.rows).toMatchObject([{ tenant: null, ended_by: null, sessions: 1 }]);
  });
});

describe('window', () => {
  test('to the quarter of an hour, end excluded', async () => {
    const sessions = async (from: string, to: string): Promise<unknown> =>
      (await report({ name: 'chat-termination', from: new Date(from), to: new Date(to), by: [] })).totals?.['sessions'];
    expect(await sessions('2026-03-01T10:15Z', '2026-03-02T23:45Z')).toBe(2); // B and E
    expect(await sessions('2026-03-01T10:00Z', '2026-03-02T23:45Z')).toBe(3); // and A
    expect(await sessions('2026-03-01T10:15Z', '2026-03-03T00:00Z')).toBe(4); // and C and D
  });

  test('the coarsest level that border and attributes allow', () => {
    const level = (from: string, to: string, by: string, timezone = 'UTC'): string =>
      chooseLevel({ window: { from: new Date(from), to: new Date(to) }, timezone, attributes: toAttributes(by.split(' ')) });
    expect(level('2026-03-01', '2026-05-01', 'tenant async-mode')).toBe('month');
    expect(level('2026-03-01', '2026-05-02', 'tenant')).toBe('day');
    expect(level('2026-03-01', '2026-05-01', 'month weekday')).toBe('day');
    expect(level('2026-03-01', '2026-05-01T01:15Z', 'month')).toBe('session');
    for (const by of ['hour', 'hour-of-day', 'outcome', 'has-bot']) expect(level('2026-03-01', '2026-05-01', by)).toBe('session');
    expect(level('2026-03-01', '2026-05-01', 'month', 'Africa/Abidjan')).toBe('session');
    for (const utc of ['Etc/UTC', 'Zulu', 'GMT', 'Etc/GMT+0']) expect(level('2026-03-01', '2026-05-01', 'month', utc)).toBe('month');
    expect(chooseLevel({ window: undefined, timezone: 'UTC', attributes: [] })).toBe('month');
  });

  test('off the grain', async () => {
    expectText(
      await problemOf(() => report({ name: 'chat-termination', from: new Date('2026-03-01T10:07Z'), to: new Date('2026-04-01') })),
    );
  });

  test('without sessions: where there are some', async () => {
    const table = await report({ name: 'chat-termination', from: new Date('2025-01-01'), to: new Date('2025-02-01') });
    expect(table).toMatchObject({
      window: { from: '2025-01-01T00:00:00Z', to: '2025-02-01T00:00:00Z' },
      rows: [],
      totals: undefined,
      dataRange: { from: '2026-03-01T00:00:00Z', to: '2026-04-02T00:00:00Z' },
    });
  });

  test('none: all sessions, and the window is where they are', async () => {
    const table = await report({ name: 'chat-termination', by: [] });
    expect(table).toMatchObject({ window: { from: '2026-03-01T00:00:00Z', to: '2026-04-02T00:00:00Z' }, rows: [{ sessions: 6 }] });
  });

  test('of an empty mart', async () => {
    const table = await report({ name: 'chat-termination', by: [] }, await freshMart());
    expect(table).toMatchObject({ window: undefined, rows: [], dataRange: undefined });
  });
});

test('unknown names of reports and attributes', async () => {
  expectText(await problemOf(() => report({ name: 'chat' })));
  expectText(await problemOf(() => toAttributes(parseBy('day, tenants,day,'))));
  expect(parseBy('none')).toEqual([]);
  expect(parseBy(' day , media-type')).toEqual(['day', 'media-type']);
});
