import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Connection } from '../../src/db/connection.js';
import { REPORT_ATTRIBUTES } from '../../src/report/report-attribute.js';
import { FILTER_ATTRIBUTES, type FilterRequest } from '../../src/report/report-filter.js';
import { readReports } from '../../src/report/definition/reports.js';
import { runReport } from '../../src/report/run-report.js';
import type { ReportRow, ReportTable } from '../../src/report/report-table.js';
import { readMartMap } from '../../src/mart/schema/mart-map.js';
import { freshMart, testClock } from '../support/databases.js';
import { sampleOf } from '../support/depth.js';
import { expectText } from '../support/expect-text.js';
import { aggregate } from '../support/jobs.js';
import { withMart, writeFacts } from '../support/mart-facts.js';
import { problemOf } from '../support/problem-of.js';

const ORIGINS = ['web', 'not:web', 'not:app', 'a, b', 'Mobile', 'NO_VALUE'];
const LANGUAGES = ['English', 'english', 'Svenska'];
const ENDINGS = [
  ['AGENT', 'QUIT', 'PRESENT'],
  ['CLIENT', 'DISCONNECT', 'ABSENT'],
  ['BOT', 'QUIT', 'ABSENT'],
  ['NO_VALUE', 'NO_VALUE', 'NO_VALUE'],
] as const;
const DIMS = ORIGINS.flatMap((origin, o) =>
  LANGUAGES.flatMap((language, l) =>
    ENDINGS.map((ending, e) => ({ id: 1 + o * 100 + l * 10 + e, origin, language, ending, async: (o + l + e) % 2 })),
  ),
);

/** The night in which Berlin's clocks go back, and the days around it. */
const FROM = new Date('2026-10-23T22:00:00Z');
const TO = new Date('2026-10-26T23:00:00Z');
/** Neither the tenant 99 nor the combination 9999 is in its dimension. */
const FACTS = fc.sample(
  fc.record({
    second: fc.integer({ min: -86_400, max: (TO.getTime() - FROM.getTime()) / 1_000 + 86_400 }),
    tenant: fc.constantFrom(1, 2, 3, 99),
    mediaType: fc.constantFrom(-1, -2, 5),
    dim: fc.oneof({ weight: 20, arbitrary: fc.constantFrom(...DIMS.map(({ id }) => id)) }, fc.constant(9999)),
    active: fc.boolean(),
    agentsKnown: fc.boolean(),
    bots: fc.integer({ min: 0, max: 1 }),
    agents: fc.integer({ min: 0, max: 2 }),
    messages: fc.integer({ min: 0, max: 2 }),
    duration: fc.integer({ min: 0, max: 500 }),
  }),
  { numRuns: 600, seed: 15 },
);

let martUrl = '';
beforeAll(async () => {
  martUrl = await freshMart();
  await withMart(martUrl, async (mart) => {
    await mart.query(`insert into gidb_gc_tenant (id, name, state, status, create_audit_key)
      values (1, 'Bank', 1, 1, 1), (2, 'Shop', 1, 1, 1), (3, 'Bank', 1, 1, 1), (4, 'Never called', 1, 1, 1)`);
    await mart.query(
      `insert into chat_session_dim (id, media_origin, language_name, ended_by, ended_reason, ended_agent, async_mode, create_audit_key)
       select id, origin, language, ending ->> 0, ending ->> 1, ending ->> 2, async, 1
       from json_to_recordset($1) as dim (id int, origin text, language text, ending json, async int)`,
      [JSON.stringify(DIMS)],
    );
    const facts = FACTS.map(({ second, bots, agents, messages, duration, ...fact }, index) => ({
      ...{ ...fact, guid: `S${index}`, start: FROM.getTime() / 1_000 + second },
      measures: { bots_count: bots, agents_count: agents, msg_from_agents_count: messages, session_duration: duration },
    }));
    await writeFacts(mart, facts);
  });
  await aggregate({ martUrl, martSchema: 'infomart', clock: testClock });
});

interface Options {
  readonly name?: string;
  readonly by?: string[];
  readonly filters?: FilterRequest;
  readonly timezone?: string;
}

const report = async (mart: Connection, options: Options): Promise<ReportTable> =>
  runReport(mart, { name: 'chat-termination', from: FROM, to: TO, map: await readMartMap(mart), clock: testClock, ...options });

const sessionsOf = ({ totals }: ReportTable): number => Number(totals?.['sessions'] ?? 0);

/** What adds up: counts, but no shares, averages and maxima. */
const sumsOf = ({ totals, columns }: ReportTable): ReportRow =>
  Object.fromEntries(
    columns
      .filter(({ kind, name }) => kind === 'count' && !name.startsWith('longest'))
      .map(({ name }) => [name, Number(totals?.[name] ?? 0)]),
  );

const add = (a: ReportRow, b: ReportRow): ReportRow =>
  Object.fromEntries(Object.keys(a).map((key) => [key, Number(a[key]) + Number(b[key])]));

describe.each(['UTC', 'Europe/Berlin'])('in %s', (timezone) => {
  // In npm test each attribute in one of the zones.
  test.each(sampleOf(FILTER_ATTRIBUTES, 4, timezone.length))(
    '$name: parts add up to the whole, and a value and its opposite too',
    (attribute) =>
      withMart(martUrl, async (mart) => {
        const { name, option } = attribute;
        const whole = sumsOf(await report(mart, { timezone, by: [] }));
        expect(whole['sessions']).toBe(
          FACTS.filter(({ second }) => second >= 0 && second < (TO.getTime() - FROM.getTime()) / 1_000).length,
        );
        const table = await report(mart, { timezone, by: [name] });
        const column = name.replaceAll('-', '_');
        // The only rows without a name are those of the combination that the dimension lacks.
        const rows = table.rows.filter((row) => row[column] !== null);
        expect(rows.length).toBeGreaterThan(1);
        let sum = sumsOf(await report(mart, { timezone, by: [], filters: { [option]: rows.map((row) => `not:${String(row[column])}`) } }));
        for (const row of rows) {
          const value = `is:${String(row[column])}`;
          const part = await report(mart, { timezone, by: [], filters: { [option]: [value] } });
          expect([value, sessionsOf(part)]).toEqual([value, row['sessions']]);
          const rest = await report(mart, { timezone, by: [], filters: { [option]: [`not:${value}`] } });
          expect(add(sumsOf(part), sumsOf(rest))).toEqual(whole);
          sum = add(sum, sumsOf(part));
        }
        expect(sum).toEqual(whole);
      }),
  );
});

test('several values are any of them, several options all of them', () =>
  withMart(martUrl, async (mart) => {
    const dims = new Map(DIMS.map((dim) => [dim.id, dim]));
    const values = { origin: fc.subarray(ORIGINS), language: fc.subarray(LANGUAGES), endedBy: fc.subarray(ENDINGS.map(([by]) => by)) };
    const filter = fc.record({ ...values, notOrigin: fc.subarray(ORIGINS), async: fc.constantFrom([], ['yes'], ['not:yes'], ['no']) });
    await fc.assert(
      fc.asyncProperty(filter, fc.constantFrom('UTC', 'Africa/Abidjan'), async (wanted, timezone) => {
        const found = await report(mart, {
          ...{ timezone, by: [] },
          filters: {
            'media-origin': [...wanted.origin.map((value) => `is:${value}`), ...wanted.notOrigin.map((value) => `not:is:${value}`)],
            language: wanted.language,
            'ended-by': wanted.endedBy,
            async: wanted.async,
          },
        });
        const has = (among: readonly string[], value: string | undefined): boolean =>
          among.length === 0 || (value !== undefined && among.includes(value));
        const expected = FACTS.filter(({ second, dim: id }) => {
          const dim = dims.get(id);
          const asynchronous = dim === undefined ? undefined : dim.async === 1 ? 'yes' : 'no';
          const [mode] = wanted.async;
          return (
            second >= 0 &&
            second < (TO.getTime() - FROM.getTime()) / 1_000 &&
            has(wanted.origin, dim?.origin) &&
            !wanted.notOrigin.includes(dim?.origin ?? '') &&
            has(wanted.language, dim?.language) &&
            has(wanted.endedBy, dim?.ending[0]) &&
            (mode === undefined || (mode === 'not:yes' ? asynchronous !== 'yes' : asynchronous === mode))
          );
        });
        expect(sessionsOf(found)).toBe(expected.length);
      }),
      { numRuns: 40 },
    );
  }));

test('the aggregates by UTC days and the sessions give the same figures', () =>
  withMart(martUrl, async (mart) => {
    const wholeDays = { from: new Date('2026-10-22'), to: new Date('2026-10-28') };
    for (const { name } of readReports())
      for (const by of [[], ...sampleOf(REPORT_ATTRIBUTES, 8, name.length).map((attribute) => [attribute.name])]) {
        const of = async (timezone: string) =>
          runReport(mart, { name, by, timezone, map: await readMartMap(mart), clock: testClock, ...wholeDays });
        const [aggregates, sessions] = [await of('UTC'), await of('Africa/Abidjan')];
        expect({ by, rows: sessions.rows, totals: sessions.totals }).toEqual({ by, rows: aggregates.rows, totals: aggregates.totals });
      }
    expect(sessionsOf(await report(mart, {}))).toBeGreaterThan(0);
  }));

describe('a value', () => {
  const found = (filters: FilterRequest): Promise<ReportTable['filters']> =>
    withMart(martUrl, async (mart) => (await report(mart, { filters })).filters);
  const one = async (option: string, text: string): Promise<unknown> => {
    const [{ values, not }] = (await found({ [option]: [text] })) as [ReportTable['filters'][number]];
    return { values, not };
  };

  test('is meant exactly, with its commas, or in any case if that leaves no choice', async () => {
    expect(await one('media-origin', 'a, b')).toEqual({ values: ['a, b'], not: [] });
    expect(await one('media-origin', 'MOBILE')).toEqual({ values: ['Mobile'], not: [] });
    expect(await one('media-origin', 'no_value')).toEqual({ values: ['NO_VALUE'], not: [] });
    expect(await one('language', 'english')).toEqual({ values: ['english'], not: [] });
    expect(await one('language', 'English')).toEqual({ values: ['English'], not: [] });
    expect(await problemOf(() => one('language', 'ENGLISH'))).toContain('did you mean "English" or "english"?');
  });

  test('not: excludes it; one that begins so is told apart', async () => {
    expect(await one('media-origin', 'not:web')).toEqual({ values: [], not: ['web'] });
    expect(await one('media-origin', 'is:not:web')).toEqual({ values: ['not:web'], not: [] });
    expect(await one('media-origin', 'not:not:web')).toEqual({ values: [], not: ['not:web'] });
    expect(await one('media-origin', 'not:app')).toEqual({ values: ['not:app'], not: [] });
  });

  test('of tenants and media types is the name that reports show', async () => {
    expect(await one('tenant', 'bank (3)')).toEqual({ values: ['Bank (3)'], not: [] });
    expect(await one('tenant', '(99)')).toEqual({ values: ['(99)'], not: [] });
    expect(await one('tenant', 'Never called')).toEqual({ values: ['Never called'], not: [] });
  });

  test('of outcomes and hours is known without any session', async () => {
    expect(await one('outcome', 'not:closed-by-system')).toEqual({ values: [], not: ['closed-by-system'] });
    expect(await one('hour-of-day', '07')).toEqual({ values: ['07'], not: [] });
    expect(await one('hour-of-day', '7')).toEqual({ values: ['07'], not: [] });
    expect(await one('hour-of-day', '18-20')).toEqual({ values: ['18', '19', '20'], not: [] });
    expect(await one('hour-of-day', 'not:22-01')).toEqual({ values: [], not: ['22', '23', '00', '01'] });
    expect(await problemOf(() => one('hour-of-day', '18-24'))).toContain('is not a value of Hour of day');
    expect(await one('weekday', 'monday')).toEqual({ values: ['Monday'], not: [] });
  });

  test('that nobody has ever had is refused, with all others', async () => {
    expectText(
      await problemOf(() => found({ tenant: ['Bank', 'Shop'], language: ['Svensk', 'not:'], outcome: ['handeld'], async: ['1'] })),
    );
    await expect(found({ language: ['Svensk'] })).rejects.toMatchObject({
      next: 'Write values as reports show them. Values of Language: "English", "NO_VALUE", "Svenska", "UNKNOWN", "english".',
    });
  });
});

test('weekdays stand in the order of the week', () =>
  withMart(martUrl, async (mart) => {
    const weekdays = async (weeks: 'iso' | 'info-mart'): Promise<unknown> =>
      (await runReport(mart, { name: 'chat-termination', by: ['weekday'], weeks, map: await readMartMap(mart) })).rows.map(
        (row) => row['weekday'],
      );
    expect(await weekdays('info-mart')).toEqual(['Sunday', 'Monday', 'Tuesday', 'Thursday', 'Friday', 'Saturday']);
    expect(await weekdays('iso')).toEqual(['Monday', 'Tuesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']);
  }));
