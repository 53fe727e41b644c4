import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { reportOnMart, type MartReportOptions } from '../../src/commands/report/report.js';
import { ensureCalendarYears } from '../../src/mart/calendar/calendar.js';
import { parseBounds } from '../../src/model/utc-time.js';
import { runReport } from '../../src/report/run-report.js';
import type { ReportTable } from '../../src/report/report-table.js';
import { readMartMap } from '../../src/mart/schema/mart-map.js';
import { createLocalCalendar, GRAINS, type Grain } from '../oracle/local-calendar.js';
import { freshMart, testClock } from '../support/databases.js';
import { isWhole, sampleOf } from '../support/depth.js';
import { aggregate } from '../support/jobs.js';
import { withMart, writeFacts } from '../support/mart-facts.js';

/** Zones, and the nights in which their clocks change; São Paulo gave summer time up in 2019. */
const NIGHTS: Readonly<Record<string, readonly string[]>> = {
  UTC: [],
  'Europe/Berlin': ['2026-03-29', '2026-10-25'],
  'America/St_Johns': ['2026-03-08', '2026-11-01'],
  'Asia/Kathmandu': [],
  'Australia/Lord_Howe': ['2026-04-05', '2026-10-04'],
  'America/Sao_Paulo': ['2017-02-19', '2017-10-15', '2018-02-18', '2018-11-04', '2019-02-17', '2019-11-03'],
  'America/Havana': ['2026-11-01'],
};
const ZONES = sampleOf(Object.keys(NIGHTS), 4);
/** With those of São Paulo the calendar needs nine years more. */
const NEW_YEARS = isWhole ? ['2018-01-01', '2019-01-01', '2027-01-01'] : ['2027-01-01'];
const DAY_MS = 86_400_000;

/** In every quarter of an hour around these nights a session began, at any second of it. */
const STARTS = [...new Set([...ZONES.flatMap((zone) => NIGHTS[zone]!), ...NEW_YEARS])].flatMap((night) =>
  fc.sample(fc.integer({ min: 0, max: 899 }), { numRuns: 336, seed: Date.parse(night) }).map((second, index) => {
    return new Date(Date.parse(night) - 1.5 * DAY_MS + index * 900_000 + second * 1_000);
  }),
);

let martUrl = '';
beforeAll(async () => {
  martUrl = await freshMart();
  const facts = STARTS.map((start, index) => ({ guid: `S${index}`, start: start.getTime() / 1_000 }));
  await withMart(martUrl, async (mart) => {
    await ensureCalendarYears(mart, { firstTs: Math.min(...facts.map(({ start }) => start)), lastTs: testClock().getTime() / 1_000 });
    await writeFacts(mart, facts);
  });
  await aggregate({ martUrl, martSchema: 'infomart', clock: testClock });
});

const report = (options: Partial<MartReportOptions>): Promise<ReportTable> =>
  reportOnMart({ martUrl, martSchema: 'infomart', name: 'chat-termination', clock: testClock, ...options });

const byGrain = (grain: Grain): { by: string[]; weeks: 'iso' | 'info-mart' } =>
  grain === 'iso week' ? { by: ['week'], weeks: 'iso' } : { by: [grain], weeks: 'info-mart' };

const rowsOf = ({ rows, by }: ReportTable): unknown[] => rows.map((row) => [row[by[0]!.replaceAll('-', '_')], row['sessions']]);

describe.each(ZONES)('%s', (zone) => {
  const calendar = createLocalCalendar(zone);

  /** Sessions by label, in the order of the first instant of each. */
  function expectedRows(grain: Grain, starts: readonly Date[]): [string, number][] {
    const counts = new Map<string, number>();
    for (const start of starts.toSorted((a, b) => a.getTime() - b.getTime())) {
      const label = calendar.labelOf(start, grain);
      counts.set(label, (counts.get(label) ?? 0) + 1);
    }
    return [...counts];
  }

  test('every grain is as the clocks show it', () =>
    withMart(martUrl, async (mart) => {
      for (const night of [...NIGHTS[zone]!, ...NEW_YEARS])
        for (const grain of GRAINS) {
          const [from, to] = [-1.5, 2].map((days) => new Date(Date.parse(night) + days * DAY_MS));
          const options = {
            name: 'chat-termination',
            map: await readMartMap(mart),
            clock: testClock,
            timezone: zone,
            from,
            to,
            ...byGrain(grain),
          };
          const found = rowsOf(await runReport(mart, options));
          const expected = expectedRows(
            grain,
            STARTS.filter((start) => start >= from! && start < to!),
          );
          const isRecurring = grain === 'weekday' || grain === 'hour-of-day';
          expect([night, grain, isRecurring ? found.toSorted() : found]).toEqual([
            night,
            grain,
            isRecurring ? expected.toSorted() : expected,
          ]);
        }
    }));

  test('windows of dates begin and end at midnight there, and their day is one row', async () => {
    for (const date of [...NIGHTS[zone]!, NEW_YEARS[0]!]) {
      const [before, after] = [-1, 1].map((days) => new Date(Date.parse(date) + days * DAY_MS).toISOString().slice(0, 10));
      for (const [from, to] of [
        [date, after],
        [before, date],
      ] as const) {
        const table = await report({ timezone: zone, window: parseBounds({ from, to }), by: ['day'] });
        const [begin, end] = [calendar.midnightOf(from!), calendar.midnightOf(to!)];
        expect(table.window).toEqual({ from: toText(begin), to: toText(end) });
        const within = STARTS.filter((start) => start >= begin && start < end);
        expect(rowsOf(table)).toEqual([[from, within.length]]);
        expect(within.length).toBe((end.getTime() - begin.getTime()) / 900_000);
      }
    }
  });
});

const toText = (at: Date): string => at.toISOString().replace('.000Z', 'Z');
