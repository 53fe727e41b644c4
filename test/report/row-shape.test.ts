import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { runReport, type ReportOptions } from '../../src/report/run-report.js';
import type { ReportRow, ReportTable, ReportValue } from '../../src/report/report-table.js';
import { sortRows } from '../../src/report/sort-rows.js';
import { readMartMap } from '../../src/mart/schema/mart-map.js';
import { freshMart, testClock } from '../support/databases.js';
import { aggregate } from '../support/jobs.js';
import { withMart, writeDimension, writeFacts } from '../support/mart-facts.js';
import { problemOf } from '../support/problem-of.js';

const ORIGINS = ['web', 'app', 'Zebra', 'äpfel', 'mail', 'kiosk', 'tv'];
const ENDINGS = [
  ['AGENT', 'PRESENT'],
  ['CLIENT', 'ABSENT'],
  ['CLIENT', 'PRESENT'],
] as const;
/** The night in which Berlin's clocks go back. */
const FROM = new Date('2026-10-24T22:00:00Z');
const TO = new Date('2026-10-25T23:00:00Z');

const FACTS = fc.sample(
  fc.record({
    second: fc.integer({ min: 0, max: (TO.getTime() - FROM.getTime()) / 1_000 - 1 }),
    dim: fc.integer({ min: 1, max: ORIGINS.length * ENDINGS.length }),
    active: fc.integer({ min: 0, max: 9 }).map((at) => at === 0),
    wait: fc.integer({ min: 0, max: 300 }),
    duration: fc.integer({ min: 0, max: 900 }),
    messages: fc.integer({ min: 0, max: 5 }),
  }),
  { numRuns: 300, seed: 16 },
);

let martUrl = '';
beforeAll(async () => {
  martUrl = await freshMart();
  await withMart(martUrl, async (mart) => {
    await writeDimension(
      mart,
      ORIGINS.flatMap((origin, o) =>
        ENDINGS.map(([endedBy, endedAgent], e) => ({ id: 1 + o * ENDINGS.length + e, origin, endedBy, endedAgent })),
      ),
    );
    await writeFacts(
      mart,
      FACTS.map(({ second, dim, active, wait, duration, messages }, index) => ({
        ...{ guid: `S${String(index).padStart(3, '0')}`, start: FROM.getTime() / 1_000 + second, dim, active, lasted: duration },
        measures: {
          ...{ agents_count: 1, until_first_agent_duration: wait, session_duration: duration },
          ...{ msg_from_agents_count: messages, msg_from_customers_count: messages + 1 },
        },
      })),
    );
  });
  await aggregate({ martUrl, martSchema: 'infomart', clock: testClock });
});

const report = (options: Partial<ReportOptions>): Promise<ReportTable> =>
  withMart(martUrl, async (mart) =>
    runReport(mart, {
      ...{ name: 'chat-session', by: ['media-origin'], from: FROM, to: TO, timezone: 'Europe/Berlin' },
      ...{ map: await readMartMap(mart), clock: testClock, ...options },
    }),
  );

const sum = (rows: readonly ReportRow[], column: string): number => rows.reduce((total, row) => total + Number(row[column]), 0);

describe('rows of groups', () => {
  test('sorted by any columns, with unknown values last, and the first of them with the rest in one', async () => {
    const whole = await report({});
    const columns = ['media_origin', 'sessions', 'answered', 'p90_until_first_agent_duration', 'open'];
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.constantFrom(...columns), { minLength: 1, maxLength: 3 }),
        fc.boolean(),
        fc.integer({ min: 1, max: ORIGINS.length + 2 }),
        async (by, isDescending, top) => {
          const sort = by.map((column) => `${isDescending ? '-' : ''}${column}`);
          const { rows, cut, totals } = await report({ sort, top });
          const expected = [...whole.rows].sort((left, right) => compare(left, right, by, isDescending));
          const keysOf = (all: readonly ReportRow[]): ReportValue[][] => all.map((row) => by.map((column) => row[column]!));
          const isCut = top < ORIGINS.length;
          expect(keysOf(rows.slice(0, top))).toEqual(keysOf(expected.slice(0, top)));
          expect(rows).toHaveLength(Math.min(top + 1, ORIGINS.length));
          expect(cut).toEqual(isCut ? { of: ORIGINS.length, things: 'groups' } : undefined);
          for (const column of ['sessions', 'answered', 'open']) expect(sum(rows, column)).toBe(totals![column]);
          expect(totals).toEqual(whole.totals);
        },
      ),
      { numRuns: 25, seed: 3 },
    );
  });

  test('unknown values come last, whether the rows rise or fall', () => {
    const values = [null, 2, 1, null, 3];
    const sorted = (isDescending: boolean): ReportValue[] => sortRows(values, [{ column: 'x', isDescending }], (value) => value);
    expect(sorted(false)).toEqual([1, 2, 3, null, null]);
    expect(sorted(true)).toEqual([3, 2, 1, null, null]);
  });

  test('the row for the rest is a report on the rest', async () => {
    const { rows } = await report({ sort: ['-sessions'], top: 2 });
    const rest = rows.at(-1)!;
    const others = rows.slice(0, 2).map((row) => `not:${String(row['media_origin'])}`);
    const { totals } = await report({ by: [], filters: { 'media-origin': others } });
    const { max_open_sessions: most, ...unknown } = rest;
    expect({ ...unknown, max_open_sessions: most }).toMatchObject({ media_origin: '(5 others)', max_open_sessions: null });
    for (const column of ['sessions', 'service_level_20_seconds', 'p50_until_first_agent_duration', 'average_session_duration'])
      expect([column, rest[column]]).toEqual([column, totals![column]]);
  });

  test('subtotals are the totals of each value of the first attribute', async () => {
    const { rows, subtotals, totals } = await report({ by: ['media-origin', 'ended-by'], subtotals: true });
    expect(subtotals!.map(({ row }) => row['media_origin'])).toEqual([...new Set(rows.map((row) => row['media_origin']))]);
    expect(subtotals!.at(-1)!.after).toBe(rows.length - 1);
    const whole = new Map((await report({})).rows.map((row) => [row['media_origin'], row]));
    for (const { row } of subtotals!)
      for (const column of ['sessions', 'abandoned', 'p99_session_duration', 'average_handle_duration'])
        expect([row['media_origin'], column, row[column]]).toEqual([row['media_origin'], column, whole.get(row['media_origin'])![column]]);
    expect(
      sum(
        subtotals!.map(({ row }) => row),
        'sessions',
      ),
    ).toBe(totals!['sessions']);
  });

  test('columns in the order asked for, after the attributes', async () => {
    const { columns, rows, totals } = await report({ columns: ['p50_session_duration', 'sessions'] });
    expect(columns.map(({ name }) => name)).toEqual(['media_origin', 'p50_session_duration', 'sessions']);
    expect(Object.keys(rows[0]!)).toEqual(['media_origin', 'p50_session_duration', 'sessions']);
    expect(Object.keys(totals!)).toEqual(['p50_session_duration', 'sessions']);
  });

  test('weekdays are in the order of the week', async () => {
    const { rows } = await report({
      by: ['weekday'],
      sort: ['weekday'],
      from: new Date('2026-10-24T00:00Z'),
      to: new Date('2026-10-27T00:00Z'),
    });
    expect(rows.map((row) => row['weekday'])).toEqual(['Sunday']);
  });
});

const compare = (left: ReportRow, right: ReportRow, by: readonly string[], isDescending: boolean): number => {
  for (const column of by) {
    const [one, other] = [left[column]!, right[column]!];
    if (one !== other) return (one < other ? -1 : 1) * (isDescending ? -1 : 1);
  }
  return 0;
};

describe('a list of sessions', () => {
  const list = (options: Partial<ReportOptions>): Promise<ReportTable> => report({ name: 'sessions', by: undefined, ...options });
  const ended = FACTS.map((fact, index) => ({ ...fact, guid: `S${String(index).padStart(3, '0')}` }));

  test('has each session with its own figures, and says open where one has not ended', async () => {
    const { rows, cut } = await list({ top: 1_000 });
    expect(cut).toBeUndefined();
    expect(rows).toHaveLength(FACTS.length);
    const byGuid = new Map(rows.map((row) => [row['media_server_ixn_guid'], row]));
    for (const { guid, active, wait, duration, messages } of ended)
      expect(byGuid.get(guid)).toMatchObject({
        ...(active ? { ended: 'open', outcome: 'open', session_duration: null } : { session_duration: duration }),
        messages_from_agents: messages,
        messages_from_customers: messages + 1,
        until_first_agent_duration: byGuid.get(guid)!['outcome'] === 'abandoned' ? null : expect.toBeOneOf([wait, null]),
      });
  });

  test('shows the first by any column, and how many there are', async () => {
    const { rows, cut } = await list({ sort: ['-session_duration', 'started'], top: 10 });
    const expected = ended
      .filter(({ active }) => !active)
      .sort((left, right) => right.duration - left.duration || left.second - right.second)
      .slice(0, 10);
    expect(rows.map((row) => row['session_duration'])).toEqual(expected.map(({ duration }) => duration));
    expect(cut).toEqual({ of: FACTS.length, things: 'sessions' });
  });

  test('tells the two hours of the night apart in which the clocks go back', async () => {
    const { rows } = await list({ sort: ['started'], top: 1_000, filters: { 'hour-of-day': ['02'] } });
    const offsets = rows.map((row) => String(row['started']).slice(-6));
    expect([...new Set(offsets)]).toEqual(['+02:00', '+01:00']);
    expect(rows.every((row) => String(row['started']).startsWith('2026-10-25 02:'))).toBe(true);
  });

  test('has the columns asked for, the id alone for example', async () => {
    const { columns, rows } = await list({ columns: ['media_server_ixn_guid'], filters: { 'media-origin': ['tv'] } });
    expect(columns.map(({ name }) => name)).toEqual(['media_server_ixn_guid']);
    expect(rows.length).toBe(FACTS.filter(({ dim }) => dim > (ORIGINS.length - 1) * ENDINGS.length).length);
  });
});

test('a filter of the definition holds until the option asks for something else', async () => {
  const dashboard = async (async?: string[]): Promise<unknown> => {
    const { filters, totals } = await report({ name: 'async-chat-dashboard', by: [], filters: { async } });
    return [filters.map(({ values }) => values), totals?.['sessions']];
  };
  expect(await dashboard()).toEqual([[['yes']], undefined]);
  expect(await dashboard(['no'])).toEqual([[['no']], FACTS.length]);
});

test('what a report cannot do is refused in one sentence', async () => {
  for (const [options, expected] of [
    [{ sort: ['-sesions', 'sesions'] }, /^ConfigError unknown-column: --sort: "sesions" is not a column .*did you mean sessions\?/],
    [
      { columns: ['sessions', 'sessions', 'who'] },
      /^ConfigError unknown-column: --columns: sessions is named twice; "who" is not a column/,
    ],
    [{ subtotals: true }, /^ConfigError bad-shape: Subtotals need two attributes/],
    [{ subtotals: true, by: ['day', 'tenant'], top: 3 }, /^ConfigError bad-shape: Subtotals need all rows/],
    [{ name: 'sessions', subtotals: true }, /^ConfigError bad-shape: Single sessions have no subtotals/],
    [{ name: 'chat-durations', top: 3 }, /^ConfigError bad-shape: chat-durations has one row for each duration/],
  ] as const)
    expect(await problemOf(() => report(options as Partial<ReportOptions>))).toMatch(expected);
});
