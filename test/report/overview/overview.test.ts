import { beforeAll, describe, expect, test } from 'vitest';
import { overviewOnMart, reportOnMart, type MartOverviewOptions } from '../../../src/commands/report/report.js';
import { parseBounds } from '../../../src/model/utc-time.js';
import type { Overview, OverviewFigure, OverviewTable } from '../../../src/report/overview/overview.js';
import { renderOverview } from '../../../src/report/overview/render-overview.js';
import { createLocalCalendar, type LocalCalendar } from '../../oracle/local-calendar.js';
import { outcomeOf, waitOf } from '../../oracle/session-counts.js';
import { freshMart } from '../../support/databases.js';
import { sampleOf } from '../../support/depth.js';
import { expectText } from '../../support/expect-text.js';
import type { FactRow } from '../../support/mart-facts.js';
import {
  ENDINGS,
  FIRST,
  OVERVIEW_FACTS,
  UNTIL,
  writeOverviewMart,
  counted,
  isAnswered,
  round,
  expectedFigures,
  between,
  dateAfter,
  valuesOf,
} from '../../support/overview-mart.js';

const NOW = new Date('2026-11-04T10:20Z');
const clock = (): Date => NOW;

let martUrl = '';
beforeAll(async () => {
  martUrl = await freshMart();
  await writeOverviewMart(martUrl, clock);
});

const overview = (options: Partial<MartOverviewOptions> = {}): Promise<Overview> =>
  overviewOnMart({ martUrl, martSchema: 'infomart', clock, ...options });

/** Zones, and a week in which their clocks change. */
const ZONES = [
  { zone: 'UTC', from: '2026-10-19', to: '2026-10-26' },
  { zone: 'Europe/Berlin', from: '2026-10-19', to: '2026-10-26' },
  { zone: 'America/St_Johns', from: '2026-10-26', to: '2026-11-02' },
];

const columnsOf = ({ rows }: OverviewTable, ...names: string[]): unknown[] => rows.map((row) => names.map((name) => row[name]));

describe.each(sampleOf(ZONES, 3, 1))('$zone', ({ zone, from, to }) => {
  const calendar: LocalCalendar = createLocalCalendar(zone);
  const week = (weeksBefore = 0): FactRow[] =>
    between(calendar.midnightOf(dateAfter(from, -7 * weeksBefore)), calendar.midnightOf(dateAfter(to, -7 * weeksBefore)));
  const startOf = (fact: FactRow): Date => new Date(fact.start * 1_000);
  let shown: Overview;
  beforeAll(async () => {
    shown = await overview({ timezone: zone, window: parseBounds({ from, to }), compare: ['previous', 'weekday', 'year-ago'] });
  });
  const all = (): OverviewFigure[] => [...shown.figures, ...shown.bots];

  test('every figure is that of the sessions of the period, and of the earlier ones', () => {
    expect(valuesOf(all())).toEqual(expectedFigures(week()));
    expect(valuesOf(all(), 0)).toEqual(expectedFigures(week(1)));
    expect(valuesOf(all(), 1)).toEqual(expectedFigures([1, 2, 3, 4].flatMap(week), 4));
    expect(new Set(Object.values(valuesOf(all(), 2)))).toEqual(new Set([null]));
    expect(shown.comparedWith.map(({ windows, missing }) => [windows.length, missing])).toEqual([
      [1, undefined],
      [4, undefined],
      [0, 'the mart does not have the sessions of that time'],
    ]);
    for (const { kind, value, comparisons } of all())
      for (const { value: earlier, change } of comparisons)
        expect(change).toBe(
          earlier === null || earlier === 0 ? null : kind === 'share' ? round(value! - earlier) : round((value! - earlier) / earlier),
        );
  });

  test('figures are those of other reports', async () => {
    const { totals } = await reportOnMart({
      ...{ martUrl, martSchema: 'infomart', clock, name: 'chat-session', by: [] },
      ...{ timezone: zone, window: parseBounds({ from, to }) },
    });
    const values = valuesOf(all());
    const shared = Object.keys(values).filter((name) => name in totals!);
    expect(shared.length).toBeGreaterThanOrEqual(10);
    for (const name of shared) expect([name, values[name]]).toEqual([name, totals![name]]);
  });

  test('days', () => {
    const days = Array.from({ length: 7 }, (_, index) => dateAfter(from, index));
    const of = (day: string): FactRow[] => week().filter((fact) => calendar.labelOf(startOf(fact), 'day') === day);
    expect(columnsOf(shown.sessionsOverTime, 'day', 'sessions', 'offered', 'answered', 'abandoned')).toEqual(
      days.map((day) => [day, of(day).length, ...['offered', 'answered', 'abandoned'].map((name) => expectedFigures(of(day))[name])]),
    );
    expect(shown.sessionsOverTime.totals!['sessions']).toBe(week().length);
  });

  test('hours of weekdays on the clocks of the zone', () => {
    const cells = new Map<string, number>();
    for (const fact of week()) {
      const cell = (['weekday', 'hour-of-day'] as const).map((grain) => calendar.labelOf(startOf(fact), grain)).join(' ');
      cells.set(cell, (cells.get(cell) ?? 0) + 1);
    }
    expect(shown.sessionsByHour.rows).toHaveLength(7 * 24);
    expect(shown.sessionsByHour.rows.filter(({ sessions }) => sessions !== 0).length).toBe(cells.size);
    for (const { weekday, hour_of_day, sessions } of shown.sessionsByHour.rows)
      expect([weekday, hour_of_day, sessions]).toEqual([weekday, hour_of_day, cells.get(`${weekday} ${hour_of_day}`) ?? 0]);
  });

  test('end reasons', () => {
    const ends = Object.entries(ENDINGS)
      .map(([dim, { endedBy, endedReason }]) => [endedBy, endedReason, week().filter((fact) => fact.dim === Number(dim)).length])
      .sort((one, other) => Number(other[2]) - Number(one[2]) || (String(one[0]) < String(other[0]) ? -1 : 1));
    expect(columnsOf(shown.endReasons, 'ended_by', 'ended_reason', 'sessions')).toEqual(ends);
  });

  test('the worst half hours', () => {
    const labels = new Set(week().map((fact) => calendar.labelOf(startOf(fact), 'half-hour')));
    const ranked = [...labels]
      .map((label) => [label, week().filter((fact) => calendar.labelOf(startOf(fact), 'half-hour') === label)] as const)
      .map(([label, facts]) => ({ label, figures: expectedFigures(facts), first: Math.min(...facts.map(({ start }) => start)) }))
      .filter(({ figures }) => figures['abandoned']! > 0 || (figures['service_level_20_seconds'] ?? 1) < 1)
      .sort(
        (one, other) =>
          other.figures['abandoned']! - one.figures['abandoned']! ||
          (one.figures['service_level_20_seconds'] ?? 1) - (other.figures['service_level_20_seconds'] ?? 1) ||
          other.figures['offered']! - one.figures['offered']! ||
          one.first - other.first,
      );
    expect(columnsOf(shown.worstHalfHours, 'half_hour', 'offered', 'abandoned', 'service_level_20_seconds')).toEqual(
      ranked
        .slice(0, 5)
        .map(({ label, figures }) => [label, figures['offered'], figures['abandoned'], figures['service_level_20_seconds']]),
    );
  });

  test('the longest waits, with their ids', () => {
    const waits = week().flatMap((fact) => {
      const outcome = outcomeOf(counted(fact));
      const wait = isAnswered(fact)
        ? fact.measures!['until_first_agent_duration']!
        : outcome === 'abandoned' || outcome === 'short-abandoned'
          ? waitOf(counted(fact))
          : 0;
      return wait === 0 ? [] : [{ id: fact.guid, wait, outcome, start: fact.start }];
    });
    waits.sort((one, other) => other.wait - one.wait || one.start - other.start);
    expect(columnsOf(shown.longestWaits, 'media_server_ixn_guid', 'wait', 'outcome')).toEqual(
      waits.slice(0, 10).map(({ id, wait, outcome }) => [id, wait, outcome]),
    );
    for (const [index, { started }] of shown.longestWaits.rows.entries())
      expect(Date.parse(String(started))).toBe(waits[index]!.start * 1_000);
  });

  test('open async sessions by age, whenever they started', () => {
    const ages = OVERVIEW_FACTS.filter(({ active }) => active).map(({ start }) => UNTIL - start);
    const bounds = [0, 3_600, 14_400, 86_400, 259_200, 604_800, 2_592_000, Infinity];
    expect(columnsOf(shown.openAsyncSessions, 'sessions')).toEqual(
      bounds.slice(0, -1).map((lowest, index) => [ages.filter((age) => age >= lowest && age < bounds[index + 1]!).length]),
    );
    expect(shown.openAsyncSessions.totals).toEqual({ sessions: ages.length });
  });
});

describe('a period that is not over', () => {
  test('is compared with the same part of the earlier ones', async () => {
    // Loaded up to 10:07 UTC, 11:07 in Berlin: the nearest quarter hour is 11:00.
    const shown = await overview({ timezone: 'Europe/Berlin', window: { preset: 'today' }, compare: ['previous', 'weekday'] });
    const calendar = createLocalCalendar('Europe/Berlin');
    const part = (daysBefore: number): FactRow[] => {
      const midnight = calendar.midnightOf(dateAfter('2026-11-04', -daysBefore));
      return between(midnight, new Date(midnight.getTime() + 11 * 3_600_000));
    };
    const figures = [...shown.figures, ...shown.bots];
    expect(shown.comparedUntil).toBe('2026-11-04T11:00:00+01:00');
    expect(valuesOf(figures)).toEqual(expectedFigures(between(calendar.midnightOf('2026-11-04'), NOW)));
    expect(valuesOf(figures, 0)).toEqual(expectedFigures(part(1)));
    expect(valuesOf(figures, 1)).toEqual(expectedFigures([7, 14, 21, 28].flatMap(part), 4));
    // Hours that have not come are not hours without sessions.
    const hours = shown.sessionsByHour.rows.filter(({ weekday, sessions }) => weekday === 'Wednesday' && sessions !== null);
    expect(hours.map(({ hour_of_day }) => hour_of_day)).toEqual(Array.from({ length: 12 }, (_, hour) => String(hour).padStart(2, '0')));
    expect(shown.sessionsByHour.rows.filter(({ weekday, sessions }) => weekday !== 'Wednesday' && sessions !== null)).toEqual([]);
    expectText(await renderOverview(shown, 'table', { width: 80 }));
  });

  test('of months is compared with months', async () => {
    const shown = await overview({ window: { preset: 'current-month' }, compare: ['previous'] });
    expect(shown.comparedWith[0]).toMatchObject({
      title: 'the month before, to the same time',
      windows: [{ from: '2026-10-01T00:00:00Z', to: '2026-10-04T10:00:00Z' }],
    });
  });

  test('and of which nothing is loaded yet is not compared', async () => {
    const window = parseBounds({ from: '2026-11-05', to: '2026-11-06' });
    const { figures, comparedWith } = await overview({ window });
    expect(new Set([...Object.values(valuesOf(figures)), ...Object.values(valuesOf(figures, 0))])).toEqual(new Set([null]));
    expect(comparedWith[0]!.missing).toBe('nothing of this period is loaded yet');
  });
});

test('weeks of which the mart does not have the sessions are not in their mean', async () => {
  const window = parseBounds({ from: '2026-09-15', to: '2026-09-22' });
  const { figures, comparedWith } = await overview({ window, compare: ['weekday'] });
  expect(comparedWith[0]).toMatchObject({
    title: 'the same weekdays of the last 4 weeks (2 of them are loaded)',
    windows: [{ from: '2026-09-08T00:00:00Z' }, { from: '2026-09-01T00:00:00Z' }],
  });
  expect(FIRST).toBe(Date.parse('2026-09-01') / 1_000);
  expect(valuesOf(figures, 0)['offered']).toBe(expectedFigures(between(new Date('2026-09-01'), new Date('2026-09-15')), 2)['offered']);
});

describe('without sessions', () => {
  test('counts are 0 where there could have been some, and unknown before the mart begins', async () => {
    const filters = { 'hour-of-day': ['03'], 'ended-by': ['SYSTEM'] };
    const isMeant = ({ dim, start }: FactRow): boolean => dim === 4 && new Date(start * 1_000).getUTCHours() === 3;
    const dayOf = ({ start }: FactRow): string => new Date(start * 1_000).toISOString().slice(0, 10);
    const days = new Set(OVERVIEW_FACTS.filter(isMeant).map(dayOf));
    const day = Array.from({ length: 31 }, (_, index) => dateAfter('2026-10-01', index)).find((each) => !days.has(each))!;
    const empty = await overview({ window: parseBounds({ from: day, to: dateAfter(day, 1) }), filters });
    expect(empty.sessionsOverTime.rows).toEqual([{ day, sessions: 0, offered: 0, answered: 0, abandoned: 0, share_abandoned: null }]);
    expect(valuesOf(empty.figures)).toMatchObject({ offered: 0, messages: 0, share_abandoned: null, average_handle_duration: null });
    const before = await overview({ window: parseBounds({ from: '2026-01-01', to: '2026-01-08' }) });
    expect(new Set(Object.values(valuesOf(before.figures)))).toEqual(new Set([null]));
    expect(before.sessionsOverTime.rows).toEqual([]);
    expectText(await renderOverview(before, 'table', { width: 80 }));
  });

  test('a mart that holds none says so', async () => {
    const shown = await overviewOnMart({ martUrl: await freshMart(), martSchema: 'infomart', clock, window: { preset: 'last-7-days' } });
    expectText(await renderOverview(shown, 'table', { width: 80 }));
  });
});
