import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Connection } from '../../src/db/connection.js';
import { ensureCalendarYears } from '../../src/mart/calendar/calendar.js';
import { runReport } from '../../src/report/run-report.js';
import type { FilterRequest } from '../../src/report/report-filter.js';
import type { ReportRow, ReportTable } from '../../src/report/report-table.js';
import { readMartMap } from '../../src/mart/schema/mart-map.js';
import { createLocalCalendar, GRAINS } from '../oracle/local-calendar.js';
import { countOpenSessions, type OpenSessions, type Stay } from '../oracle/open-sessions.js';
import { freshMart } from '../support/databases.js';
import { sampleOf } from '../support/depth.js';
import { aggregate } from '../support/jobs.js';
import { withMart, writeFacts } from '../support/mart-facts.js';

/** Zones, and nights in which their clocks change, New Year among them. */
const NIGHTS: Readonly<Record<string, readonly string[]>> = {
  UTC: ['2027-01-01'],
  'Europe/Berlin': ['2026-03-29', '2026-10-25'],
  'America/St_Johns': ['2026-03-08', '2026-11-01'],
  'Asia/Kathmandu': ['2027-01-01'],
  'Australia/Lord_Howe': ['2026-04-05', '2026-10-04'],
  'America/Sao_Paulo': ['2017-10-15', '2018-02-18'],
};
/** In npm test two zones; one of half hours is among them, and none of nights that the calendar would need nine more years for. */
const ZONES = sampleOf(Object.keys(NIGHTS), 6, 1);
const DAY = 86_400;
const NOW_NIGHT = '2027-01-01';
/** The clock of the reports: no night has come after it but the last one, which is half over. */
const NOW = Date.parse(`${NOW_NIGHT}T02:07:33Z`) / 1_000;
const clock = (): Date => new Date(NOW * 1_000);

/** Around each night, sessions of seconds and of days, many with the same seconds and at midnight; some without an end. */
const SESSIONS = [...new Set([...ZONES.flatMap((zone) => NIGHTS[zone]!), NOW_NIGHT])].flatMap((night) => {
  const midnight = Date.parse(night) / 1_000;
  const second = fc.oneof(
    fc.integer({ min: -2 * DAY, max: 2 * DAY }),
    fc.integer({ min: -20, max: 20 }).map((quarters) => quarters * 900),
  );
  return fc
    .sample(
      fc.record({
        second,
        lasted: fc.oneof(fc.integer({ min: 0, max: 2_000 }), fc.constantFrom(0, 900, 3_600), fc.integer({ min: 0, max: 3 * DAY })),
        tenant: fc.constantFrom(1, 2),
        dim: fc.constantFrom(1, 2, 3),
        active: fc.integer({ min: 0, max: 99 }).map((percent) => percent < 2),
      }),
      { numRuns: 120, seed: midnight },
    )
    .map(({ second, ...session }) => ({ ...session, start: midnight + second }));
});

const ASYNC_DIM = 3;
const toStays = (sessions: typeof SESSIONS): Stay[] =>
  sessions.map(({ start, lasted, active }) => ({ start, end: active ? undefined : start + lasted }));

let martUrl = '';
beforeAll(async () => {
  martUrl = await freshMart();
  await withMart(martUrl, async (mart) => {
    await mart.query(
      `insert into gidb_gc_tenant (id, name, state, status, create_audit_key) values (1, 'Bank', 1, 1, 1), (2, 'Shop', 1, 1, 1)`,
    );
    for (const id of [1, 2, ASYNC_DIM])
      await mart.query(
        `insert into chat_session_dim (id, media_origin, language_name, ended_by, ended_reason, ended_agent, async_mode, create_audit_key)
         values ($1, $2, 'English', 'AGENT', 'QUIT', 'PRESENT', $3, 1)`,
        [id, `origin ${id}`, id === ASYNC_DIM ? 1 : 0],
      );
    const starts = SESSIONS.map(({ start }) => start);
    await ensureCalendarYears(mart, { firstTs: Math.min(...starts), lastTs: NOW });
    await writeFacts(
      mart,
      SESSIONS.map((session, index) => ({ ...session, guid: `S${index}` })),
    );
  });
  await aggregate({ martUrl, martSchema: 'infomart', clock });
});

interface Options {
  readonly by: readonly string[];
  readonly from?: number;
  readonly to?: number;
  readonly timezone?: string;
  readonly weeks?: 'iso' | 'info-mart';
  readonly filters?: FilterRequest;
}

const report = async (mart: Connection, { from, to, ...options }: Options): Promise<ReportTable> =>
  runReport(mart, {
    ...{ name: 'chat-session', map: await readMartMap(mart), clock, ...options },
    from: from === undefined ? undefined : new Date(from * 1_000),
    to: to === undefined ? undefined : new Date(to * 1_000),
  });

const figuresOf = (row: ReportRow | undefined, prefix: '' | 'async_' = ''): unknown => [
  row?.[`max_open_${prefix}sessions`],
  row?.[`average_open_${prefix}sessions`],
  row?.[`open_${prefix}sessions_at_end`],
];
const toFigures = (open: OpenSessions | undefined): unknown =>
  open === undefined ? [null, null, null] : [open.most, expect.closeTo(open.sum / open.seconds, 5), open.atEnd];

const regular = SESSIONS.filter(({ dim }) => dim !== ASYNC_DIM);
const async = SESSIONS.filter(({ dim }) => dim === ASYNC_DIM);

const toQuarterHour = (ts: number): number => Math.floor(ts / 900) * 900;
const quarterHours = (from: number, to: number): number[] => Array.from({ length: (to - from) / 900 }, (_, index) => from + index * 900);

describe.each(ZONES)('%s', (timezone) => {
  const calendar = createLocalCalendar(timezone);

  test('each period has the most, the mean and the last of its seconds, by every grain', () =>
    withMart(martUrl, async (mart) => {
      for (const night of NIGHTS[timezone]!)
        for (const grain of GRAINS) {
          const [from, to] = [-0.5, 1].map((days) => Date.parse(night) / 1_000 + days * DAY);
          const [by, weeks] = grain === 'iso week' ? (['week', 'iso'] as const) : ([grain, 'info-mart'] as const);
          const table = await report(mart, { from: from!, to: to!, timezone, by: [by], weeks });
          const labelOf = (quarterHour: number): string => calendar.labelOf(new Date(quarterHour * 1_000), grain);
          const span = { from: from!, until: Math.min(to!, NOW) };
          const [ofRegular, ofAsync] = [regular, async].map((sessions) => countOpenSessions(toStays(sessions), span, labelOf));
          const column = by.replaceAll('-', '_');
          const began = new Set(
            SESSIONS.filter(({ start }) => start >= from! && start < to!).map(({ start }) => labelOf(toQuarterHour(start))),
          );
          const isOpen = (label: string): boolean => [ofRegular, ofAsync].some((open) => (open!.get(label)?.most ?? 0) > 0);
          const labels = new Set(
            quarterHours(from!, to!)
              .map(labelOf)
              .filter((label) => began.has(label) || isOpen(label)),
          );
          // Also those in which none began; what recurs has none of these.
          if (grain !== 'weekday' && grain !== 'hour-of-day')
            expect([grain, table.rows.map((row) => row[column])]).toEqual([grain, [...labels]]);
          for (const row of table.rows) {
            const label = row[column] as string;
            expect([grain, label, figuresOf(row), figuresOf(row, 'async_')]).toEqual([
              ...[grain, label, toFigures(ofRegular!.get(label)), toFigures(ofAsync!.get(label))],
            ]);
          }
          const whole = countOpenSessions(toStays(regular), span, () => 'whole').get('whole');
          expect([grain, figuresOf(table.totals)]).toEqual([grain, toFigures(whole)]);
        }
    }));
});

test('of a tenant count its own sessions, and attributes and filters of sessions combine with those of time', () =>
  withMart(martUrl, async (mart) => {
    const calendar = createLocalCalendar('Europe/Berlin');
    const midnight = Date.parse('2026-10-25') / 1_000;
    const span = { from: midnight - DAY, to: midnight + DAY, timezone: 'Europe/Berlin' };
    const dayOf = (quarterHour: number): string => calendar.labelOf(new Date(quarterHour * 1_000), 'day');
    const hourOf = (quarterHour: number): string => calendar.labelOf(new Date(quarterHour * 1_000), 'hour-of-day');
    const filters = { 'media-origin': ['not:origin 2'], 'hour-of-day': ['02', '03', '23'] };
    const { rows, totals } = await report(mart, { ...span, by: ['day', 'tenant'], filters });
    expect(rows.length).toBeGreaterThanOrEqual(4);
    const meant = regular.filter(({ dim }) => dim === 1);
    const within = (quarterHour: number): boolean => filters['hour-of-day'].includes(hourOf(quarterHour));
    const window = { from: span.from, until: span.to };
    for (const row of rows) {
      const own = meant.filter(({ tenant }) => (tenant === 1 ? 'Bank' : 'Shop') === row['tenant']);
      const open = countOpenSessions(toStays(own), window, (at) => (within(at) ? dayOf(at) : undefined));
      expect([row['day'], row['tenant'], figuresOf(row)]).toEqual([row['day'], row['tenant'], toFigures(open.get(row['day'] as string))]);
    }
    const whole = countOpenSessions(toStays(meant), window, (at) => (within(at) ? 'whole' : undefined));
    expect(figuresOf(totals)).toEqual(toFigures(whole.get('whole')));
  }));

test('of a tenant of whom no session began, but some are open, there is a row as well, in its place', () =>
  withMart(martUrl, async (mart) => {
    const midnight = Date.parse('2026-10-25') / 1_000;
    const { rows, totals } = await report(mart, { from: midnight, to: midnight + DAY, by: ['quarter-hour', 'tenant'] });
    const places = rows.map((row) => `${String(row['quarter_hour'])} ${String(row['tenant'])}`);
    expect(places).toEqual(places.toSorted());
    const quiet = rows.filter(({ sessions }) => sessions === 0);
    expect(quiet.length).toBeGreaterThan(20);
    expect(new Set(quiet.map(({ tenant }) => tenant))).toEqual(new Set(['Bank', 'Shop']));
    for (const row of quiet) {
      expect([row['answered'], row['average_handle_duration'], row['p90_session_duration']]).toEqual([0, null, null]);
      expect(Number(row['max_open_sessions']) + Number(row['max_open_async_sessions'])).toBeGreaterThan(0);
    }
    const began = SESSIONS.filter(({ start }) => start >= midnight && start < midnight + DAY);
    expect(totals!['sessions']).toBe(began.length);
  }));

test('the most of all is no sum of the most of each, but the means add up', () =>
  withMart(martUrl, async (mart) => {
    const { rows, totals } = await report(mart, { by: ['tenant'] });
    const sum = (name: string): number => rows.reduce((total, row) => total + Number(row[name]), 0);
    expect(sum('average_open_sessions')).toBeCloseTo(Number(totals!['average_open_sessions']), 4);
    expect(sum('open_sessions_at_end')).toBe(totals!['open_sessions_at_end']);
    expect(sum('max_open_sessions')).toBeGreaterThan(Number(totals!['max_open_sessions']));
  }));

test('a period that has not begun has no figures, and one that is not over those of the seconds that are known', () =>
  withMart(martUrl, async (mart) => {
    const midnight = Date.parse('2027-01-01') / 1_000;
    const { rows } = await report(mart, { from: midnight, to: midnight + DAY, by: ['hour'] });
    const open = countOpenSessions(toStays(regular), { from: midnight, until: NOW }, (at) => String(Math.floor((at - midnight) / 3_600)));
    const hour = (label: string): ReportRow | undefined => rows.find((row) => row['hour'] === `2027-01-01 ${label}`);
    expect(figuresOf(hour('02'))).toEqual(toFigures(open.get('2')));
    expect([hour('04')?.['sessions'], figuresOf(hour('04'))]).toEqual([expect.any(Number), [null, null, null]]);
  }));

test('of a period that began before the facts that are kept, nothing is told, nor of all periods', () =>
  withMart(martUrl, async (mart) => {
    const midnight = Date.parse('2026-10-25') / 1_000;
    await mart.query(`insert into ctl_schema_info (property, value, updated_ts) values ('facts-kept-from', '2026-10-25T00:00:00Z', 1)`);
    try {
      const table = await report(mart, { from: midnight - DAY / 2, to: midnight + DAY, by: ['day'] });
      const open = countOpenSessions(toStays(regular), { from: midnight, until: midnight + DAY }, () => 'day');
      expect(table.rows.map((row) => figuresOf(row))).toEqual([[null, null, null], toFigures(open.get('day'))]);
      expect(figuresOf(table.totals)).toEqual([null, null, null]);
      expect(table.unknown).toEqual(expect.arrayContaining(['max_open_sessions', 'average_open_async_sessions']));
      const berlin = await report(mart, { from: midnight - DAY / 2, to: midnight + DAY, by: ['day'], timezone: 'Europe/Berlin' });
      // The border lies inside this day.
      expect(figuresOf(berlin.rows.find(({ day }) => day === '2026-10-25'))).toEqual([null, null, null]);
    } finally {
      await mart.query(`delete from ctl_schema_info where property = 'facts-kept-from'`);
    }
  }));
