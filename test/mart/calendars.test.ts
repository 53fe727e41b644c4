import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { dataChecks } from '../../src/commands/status/data-checks/data-checks.js';
import { checkMart } from '../../src/commands/status/status.js';
import { reportOnMart, type MartReportOptions } from '../../src/commands/report/report.js';
import { ensureCalendarYears } from '../../src/mart/calendar/calendar.js';
import { readCalendars } from '../../src/mart/calendar/calendars.js';
import { INFO_MART_RULES, type Calendar } from '../../src/model/calendar.js';
import { readKvpMap } from '../../src/spec/kvp-map.js';
import { createLocalCalendar, type Grain } from '../oracle/local-calendar.js';
import { freshMart, query, testClock } from '../support/databases.js';
import { deepTest, isWhole } from '../support/depth.js';
import { expectedLevel, readCalendarLevel } from '../support/expected-aggregates.js';
import { aggregate, maintain, migrateMart } from '../support/jobs.js';
import { MEASURES, removeFacts, withMart, writeFacts, type FactRow } from '../support/mart-facts.js';
import { problemOf } from '../support/problem-of.js';

const calendarOf = (name: string, timezone: string, rules: Partial<Calendar> = {}): Calendar => ({
  ...{ name, timezone, ...INFO_MART_RULES },
  ...rules,
});
const BERLIN = calendarOf('berlin', 'Europe/Berlin');
const ISO = calendarOf('berlin_iso', 'Europe/Berlin', { firstDayOfWeek: 'monday', minDaysInFirstWeek: 4, fiscalYearStart: 4 });
/** Days whose clocks change, and New Year. */
const NIGHTS: Readonly<Record<string, readonly string[]>> = {
  'Europe/Berlin': ['2026-03-29', '2026-10-25', '2027-01-01'],
  'America/St_Johns': ['2026-03-08', '2026-11-01', '2027-01-01'],
  'Asia/Kathmandu': ['2027-01-01'],
  'Australia/Lord_Howe': ['2026-04-05', '2026-10-04', '2027-01-01'],
  'America/Santiago': ['2026-04-05', '2026-09-06', '2027-01-01'],
};
/** In npm test one zone; the generator of its rows is tested in several by test/report/local-time.test.ts. */
const ZONES = isWhole ? Object.keys(NIGHTS) : ['Europe/Berlin'];
const CALENDARS = [...ZONES.map((zone) => calendarOf(zone.replace(/.*\//, '').toLowerCase(), zone)), ISO];

const migrate = (martUrl: string, calendars: readonly Calendar[]) =>
  migrateMart({ martUrl, martSchema: 'infomart', clock: testClock, properties: { calendars } });
const aggregateMart = (martUrl: string) => aggregate({ martUrl, martSchema: 'infomart', clock: testClock });

/** Sessions within a day and a half of these nights. */
const factsAround = (nights: readonly string[], count: number, seed: number, prefix = 'g'): FactRow[] =>
  fc
    .sample(
      fc.record({
        start: fc
          .tuple(fc.constantFrom(...nights), fc.integer({ min: -36 * 3_600, max: 36 * 3_600 }))
          .map(([night, offset]) => Date.parse(night) / 1000 + offset),
        tenant: fc.constantFrom(1, 101),
        lasted: fc.constantFrom(0, 20, 86_401),
        active: fc.boolean(),
        measures: fc.record(Object.fromEntries(MEASURES.map(({ name }) => [name, fc.integer({ min: 0, max: 100_000 })]))),
      }),
      { numRuns: count, seed },
    )
    .map((fact, index) => ({ ...fact, guid: `${prefix}${index}` }));

/** The label of a level's periods in a calendar, and the same by the oracle. */
const LEVELS: readonly (readonly ['subhr' | 'hour' | 'day' | 'week' | 'month' | 'qrtr' | 'year', string, Grain])[] = [
  ['subhr', 'label_yyyy_mm_dd_hh24_15int', 'quarter-hour'],
  ['hour', 'label_yyyy_mm_dd_hh24', 'hour'],
  ['day', 'label_yyyy_mm_dd', 'day'],
  ['week', 'label_yyyy_we', 'week'],
  ['month', 'label_yyyy_mm', 'month'],
  ['qrtr', 'label_yyyy_qq', 'quarter'],
  ['year', 'label_yyyy', 'year'],
];

async function expectAllLevels(
  martUrl: string,
  { name, timezone, minDaysInFirstWeek }: Calendar,
  facts: readonly FactRow[],
): Promise<void> {
  const oracle = createLocalCalendar(timezone);
  await withMart(martUrl, async (mart) => {
    for (const [level, label, grain] of LEVELS) {
      const toLabel = (start: number): string =>
        oracle.labelOf(new Date(start * 1000), grain === 'week' && minDaysInFirstWeek === 4 ? 'iso week' : grain).replace('ISO ', '');
      const found = await readCalendarLevel(mart, level, name, label);
      expect(found, `${level} of ${name}`).toEqual(expectedLevel(facts, {}, toLabel));
    }
  });
}

const expectWhole = async (martUrl: string): Promise<void> => {
  const results = await withMart(martUrl, (mart) => checkMart(mart));
  expect(results.filter(({ name, breaches }) => breaches > 0 && !/members|audit|times/.test(name))).toEqual([]);
  expect(results.length).toBe(dataChecks(readKvpMap(), await withMart(martUrl, readCalendars)).length);
};

describe('the aggregates of calendars', () => {
  let martUrl = '';
  const facts = new Map<string, FactRow>();
  const nights = [...new Set(ZONES.flatMap((zone) => NIGHTS[zone]!))];
  const add = async (some: readonly FactRow[]): Promise<void> => {
    for (const fact of some) facts.set(fact.guid, fact);
    await withMart(martUrl, (mart) => writeFacts(mart, some, 'as an increment'));
  };
  beforeAll(async () => {
    martUrl = await freshMart();
    // Some are there from the start, others come when sessions are, and there is more to aggregate afterwards.
    await migrate(martUrl, CALENDARS.slice(0, 1));
    const instants = nights.map((night) => Date.parse(night) / 1000);
    await withMart(martUrl, (mart) =>
      ensureCalendarYears(mart, { firstTs: Math.min(...instants) - 2 * 86_400, lastTs: Math.max(...instants) + 2 * 86_400 }),
    );
    await add(factsAround(nights, 200, 1));
    await aggregateMart(martUrl);
    await add(factsAround(nights, 40, 2, 'late'));
    await migrate(martUrl, CALENDARS);
    await add(factsAround(nights, 60, 3));
    await withMart(martUrl, (mart) => removeFacts(mart, ['g7', 'late3'], 'groups'));
    for (const guid of ['g7', 'late3']) facts.delete(guid);
    await aggregateMart(martUrl);
  });

  test.each(CALENDARS.map((calendar) => [calendar.name, calendar] as const))('%s: all levels are as its clocks show them', (_, calendar) =>
    expectAllLevels(martUrl, calendar, [...facts.values()]),
  );

  test('status --check covers them, and finds a day that is wrong', async () => {
    await expectWhole(martUrl);
    await query(martUrl, 'update infomart.agt_chat_stats_day_berlin set sessions = sessions + 1 where tenant_key = 101');
    const results = await withMart(martUrl, (mart) => checkMart(mart));
    expect(results.filter(({ breaches }) => breaches > 0).map(({ name }) => name)).toEqual(
      expect.arrayContaining(['outcomes', 'level-day-berlin']),
    );
    await query(martUrl, 'update infomart.agt_chat_stats_day_berlin set sessions = sessions - 1 where tenant_key = 101');
  });

  test('a report in the zone of a calendar reads its days, and says the same as from sessions', async () => {
    const report = (options: Partial<MartReportOptions>) =>
      reportOnMart({ martUrl, martSchema: 'infomart', name: 'chat-termination', clock: testClock, timezone: 'Europe/Berlin', ...options });
    const window = { from: { wall: new Date('2026-03-28') }, to: { wall: new Date('2026-03-30') } };
    const requests: Partial<MartReportOptions>[] = [
      { by: ['day', 'tenant'] },
      { by: ['week'] },
      { by: ['week'], weeks: 'iso' },
      { by: ['month'] },
      { by: ['hour'] },
      { by: ['day'], window },
      { by: ['day'], window: { ...window, from: { wall: new Date('2026-03-28T12:00') } } },
    ];
    const withCalendar = await Promise.all(requests.map(report));
    // What only days can say: nobody asks the facts of a mart whose days were changed by hand.
    await query(martUrl, 'update infomart.agt_chat_stats_day_berlin set sessions = sessions + 1000');
    const [byDay, , , , byHour] = await Promise.all(requests.map(report));
    expect(Number(byDay!.totals!['sessions'])).toBeGreaterThan(1_000);
    expect(byHour).toEqual(withCalendar[4]);
    await query(martUrl, 'update infomart.agt_chat_stats_day_berlin set sessions = sessions - 1000');
    await migrate(martUrl, []);
    expect(await Promise.all(requests.map(report))).toEqual(withCalendar);
  });
});

test('the columns of a calendar follow its rules', async () => {
  const martUrl = await freshMart();
  await migrate(martUrl, [
    ISO,
    calendarOf('cut', 'Europe/Berlin', { firstDayOfWeek: 'monday' }),
    ...(isWhole ? [calendarOf('us', 'America/New_York', { minDaysInFirstWeek: 1, fiscalYearStart: 10 })] : []),
  ]);
  const days = (calendar: string, dates: readonly string[]) =>
    query(
      martUrl,
      `select distinct cal_date::text as day, label_yyyy_we as week, cal_day_num_in_week as number, cal_week_start_date::text as first,
         cal_week_end_date::text as last, week_year, label_fiscal_yyyy_qq as fiscal, fiscal_month_num_in_year as month
       from infomart.date_time_${calendar} where cal_date = any ($1::date[]) order by 1`,
      [dates],
    );
  const row = (
    day: string,
    week: string,
    number: number,
    [first, last]: [string, string],
    year: number,
    fiscal: string,
    month: number,
  ) => ({
    ...{ day, week, number, first, last, week_year: year, fiscal, month },
  });
  // ISO 8601: 2026 has 53 weeks; the last Monday of 2025 begins the first one.
  expect(await days('berlin_iso', ['2025-12-28', '2025-12-29', '2026-03-31', '2026-04-01', '2027-01-03'])).toEqual([
    row('2025-12-28', '2025-W52', 7, ['2025-12-22', '2025-12-28'], 2025, 'FY2026-Q3', 9),
    row('2025-12-29', '2026-W01', 1, ['2025-12-29', '2026-01-04'], 2026, 'FY2026-Q3', 9),
    row('2026-03-31', '2026-W14', 2, ['2026-03-30', '2026-04-05'], 2026, 'FY2026-Q4', 12),
    row('2026-04-01', '2026-W14', 3, ['2026-03-30', '2026-04-05'], 2026, 'FY2027-Q1', 1),
    row('2027-01-03', '2026-W53', 7, ['2026-12-28', '2027-01-03'], 2026, 'FY2027-Q4', 10),
  ]);
  expect(await days('cut', ['2025-12-31', '2026-01-01', '2026-01-05'])).toEqual([
    row('2025-12-31', '2025-W53', 3, ['2025-12-29', '2025-12-31'], 2025, 'FY2025-Q4', 12),
    row('2026-01-01', '2026-W01', 4, ['2026-01-01', '2026-01-04'], 2026, 'FY2026-Q1', 1),
    row('2026-01-05', '2026-W02', 1, ['2026-01-05', '2026-01-11'], 2026, 'FY2026-Q1', 1),
  ]);
  if (!isWhole) return;
  expect(await days('us', ['2025-12-27', '2025-12-28', '2026-10-01'])).toEqual([
    row('2025-12-27', '2025-W52', 7, ['2025-12-21', '2025-12-27'], 2025, 'FY2026-Q1', 3),
    row('2025-12-28', '2026-W01', 1, ['2025-12-28', '2026-01-03'], 2026, 'FY2026-Q1', 3),
    row('2026-10-01', '2026-W40', 5, ['2026-09-27', '2026-10-03'], 2026, 'FY2027-Q1', 1),
  ]);
});

describe('the border of retention, in a day of a calendar', () => {
  const facts: FactRow[] = [
    ...['2026-02-28T10:00Z', '2026-02-28T22:59Z', '2026-02-28T23:01Z', '2026-03-01T00:00Z', '2026-03-01T22:59Z'],
    ...['2026-03-01T23:00Z', '2026-03-03T11:00Z'],
  ].map((start, index) => ({ guid: `S${index}`, start: Date.parse(start) / 1000 }));
  const daysOf = async (martUrl: string, calendar: string): Promise<Record<string, number>> =>
    Object.fromEntries(
      (
        await query<{ day: string; sessions: number }>(
          martUrl,
          `select cal_date::text as day, sum(sessions)::integer as sessions
           from infomart.ag2_chat_stats_day_${calendar} join infomart.date_time_${calendar} using (date_time_key) group by 1 order by 1`,
        )
      ).map(({ day, sessions }) => [day, sessions]),
    );
  const DAYS = { '2026-02-28': 2, '2026-03-01': 3, '2026-03-02': 1, '2026-03-03': 1 };

  deepTest('its sums stay, late sessions of the same day count, and a calendar added afterwards begins at the border', async () => {
    const martUrl = await freshMart();
    await migrate(martUrl, [BERLIN]);
    await withMart(martUrl, (mart) => writeFacts(mart, facts));
    await aggregateMart(martUrl);
    expect(await daysOf(martUrl, 'berlin')).toEqual(DAYS);
    // 2026-03-01T00:00Z is an hour into 1 March in Berlin.
    await maintain({ martUrl, martSchema: 'infomart', daysToKeepFacts: 1, clock: testClock });
    expect(await query(martUrl, 'select count(*)::integer as facts from infomart.chat_session_fact')).toEqual([{ facts: 4 }]);
    expect(await daysOf(martUrl, 'berlin')).toEqual(DAYS);
    await expectWhole(martUrl);
    await withMart(martUrl, (mart) => writeFacts(mart, [{ guid: 'late', start: Date.parse('2026-03-01T05:00Z') / 1000 }], 'groups'));
    await aggregateMart(martUrl);
    expect(await daysOf(martUrl, 'berlin')).toEqual({ ...DAYS, '2026-03-01': 4 });
    await expectWhole(martUrl);
    await migrate(martUrl, [BERLIN, ISO]);
    expect(await daysOf(martUrl, 'berlin_iso')).toEqual({ '2026-03-01': 3, '2026-03-02': 1, '2026-03-03': 1 });
    expect(await withMart(martUrl, readCalendars)).toMatchObject([{ factsFrom: 0 }, { factsFrom: Date.UTC(2026, 2) / 1000 }]);
    // Only the older one knows all days; without it, the report takes the sessions that are left, and says so.
    const sessions = async (): Promise<unknown> => {
      const lines: string[] = [];
      const log = (line: string): unknown => lines.push(line);
      const options = { name: 'chat-termination', clock: testClock, timezone: 'Europe/Berlin', by: ['year'] };
      const { totals } = await reportOnMart({ martUrl, martSchema: 'infomart', log, ...options });
      return [totals?.['sessions'], lines.filter((line) => line.includes('are missing')).length];
    };
    expect(await sessions()).toEqual([8, 0]);
    await migrate(martUrl, [ISO]);
    expect(await sessions()).toEqual([5, 1]);
    await expectWhole(martUrl);
  });
});

deepTest('calendars are extended together with DATE_TIME, which begins a year later', async () => {
  const martUrl = await freshMart();
  await migrate(martUrl, [BERLIN]);
  const [keysOf, openEnd] = [(calendar: string) => `select date_time_key from infomart.date_time${calendar}`, '2147482800'];
  const spans = () =>
    Promise.all(
      ['', '_berlin'].map(async (calendar) => {
        const [span] = await query<{ first: Date; last: Date; whole: boolean }>(
          martUrl,
          `select to_timestamp(min(date_time_key)) at time zone 'UTC' as first, to_timestamp(max(date_time_key)) at time zone 'UTC' as last,
             count(*) = (max(date_time_key) - min(date_time_key)) / 900 + 1 as whole
           from (${keysOf(calendar)} where date_time_key < ${openEnd}) as slot`,
        );
        return span!;
      }),
    );
  const [utc] = await spans();
  await withMart(martUrl, (mart) => ensureCalendarYears(mart, { firstTs: Date.UTC(2025, 5) / 1000, lastTs: Date.UTC(2025, 6) / 1000 }));
  const day = (text: string) => new Date(text);
  expect(await spans()).toEqual([
    { ...utc!, first: day('2025-01-01T00:00Z'), whole: true },
    { first: day('2024-01-01T00:00Z'), last: day('2027-12-31T23:45Z'), whole: true },
  ]);
  // The open end of active sessions is there, too.
  expect(await query(martUrl, `${keysOf('_berlin')} where date_time_key >= ${openEnd}`)).toHaveLength(1);
});

describe('migrate', () => {
  test('adds, changes and removes calendars; a view of somebody else keeps one', async () => {
    const martUrl = await freshMart();
    const tables = () =>
      query(
        martUrl,
        `select relname as name from pg_class
         where relnamespace = 'infomart'::regnamespace and relname ~ '_(berlin|tokyo)$' and relkind in ('r', 'v') order by 1`,
      );
    expect((await migrate(martUrl, [BERLIN])).applied).toEqual(['calendar berlin added']);
    expect((await migrate(martUrl, [BERLIN])).applied).toEqual([]);
    expect((await migrateMart({ martUrl, martSchema: 'infomart', clock: testClock })).applied).toEqual([]);
    expect(await tables()).toHaveLength(9);
    if (isWhole) {
      await query(martUrl, 'create view infomart.mine as select * from infomart.ag2_chat_stats_week_berlin');
      // A view of an analyst survives another zone and other rules.
      expect((await migrate(martUrl, [{ ...BERLIN, timezone: 'asia/tokyo' }])).applied).toEqual(['calendar berlin changed']);
      expect(await query(martUrl, 'select distinct label_tz from infomart.date_time_berlin')).toEqual([{ label_tz: 'Asia/Tokyo' }]);
      expect(await problemOf(() => migrate(martUrl, []))).toMatch(
        /calendar-in-use: The calendar berlin cannot be removed: view mine depends on view ag2_chat_stats_week_berlin/,
      );
      expect(await tables()).toHaveLength(9);
      await query(martUrl, 'drop view infomart.mine');
    }
    expect((await migrate(martUrl, [])).applied).toEqual(['calendar berlin removed']);
    expect(await tables()).toEqual([]);
    expect(await problemOf(() => migrate(martUrl, [{ ...BERLIN, timezone: 'Europe/Berln' }]))).toContain('unknown-time-zone');
  });
});
