import { expect, test } from 'vitest';
import { reportOnMart } from '../../src/commands/report/report.js';
import { writeSimulatedSessions } from '../../src/commands/simulate/simulate.js';
import { INFO_MART_RULES, type Calendar } from '../../src/model/calendar.js';
import { expectedFacts } from '../oracle/facts.js';
import { createLocalCalendar, type Grain } from '../oracle/local-calendar.js';
import type { Truth } from '../oracle/truth.js';
import { freshIdb, freshMart } from '../support/databases.js';
import { isWhole } from '../support/depth.js';
import { runCycle } from '../support/histories.js';
import { migrateMart } from '../support/jobs.js';
import { differences, LEVELS, readLevel, toGroup, type Row } from '../support/mart-content.js';
import { sumLevel } from '../support/summed-levels.js';

// As in mart-equals-oracle.test.ts, from the timelines that the simulator played, by the clocks of a zone in the nights in which they change,
// and at New Year.

const NIGHTS: Readonly<Record<string, readonly string[]>> = {
  UTC: ['2026-01-01'],
  'Europe/Berlin': ['2026-01-01', '2026-03-29', '2026-10-25'],
  'America/St_Johns': ['2026-01-01', '2026-03-08', '2026-11-01'],
  'Asia/Kathmandu': ['2026-01-01'],
  'Australia/Lord_Howe': ['2026-01-01', '2026-04-05', '2026-10-04'],
  // Its summer time ended in 2019.
  'America/Sao_Paulo': ['2017-02-19', '2017-10-15', '2018-01-01', '2018-02-18', '2018-11-04', '2019-01-01', '2019-02-17', '2019-11-03'],
};

/** What the oracle calls the periods of each level. */
const GRAINS = {
  ...{ subhr: 'quarter-hour', hour: 'hour', day: 'day', week: 'week' },
  ...{ month: 'month', qrtr: 'quarter', year: 'year' },
} as const satisfies Record<(typeof LEVELS)[number], Grain>;

const DAY_MS = 86_400_000;

// In npm test, test/mart/calendars.test.ts compares calendars with facts.
test.runIf(isWhole).each(Object.keys(NIGHTS))('every measure of every level by the clocks of %s', async (timezone) => {
  const martUrl = await freshMart();
  const calendar: Calendar = { name: 'local', timezone, ...INFO_MART_RULES };
  await migrateMart({ martUrl, martSchema: 'infomart', properties: { calendars: [calendar] } });
  const facts: Row[] = [];
  // Each night has an IDB of its own: to the mart they are one that was replaced.
  for (const night of NIGHTS[timezone]!) {
    const idbUrl = await freshIdb();
    const [from, to] = [-1, 2].map((days) => new Date(Date.parse(night) + days * DAY_MS));
    const written: string[] = [];
    await writeSimulatedSessions({
      ...{ idbUrl, idbSchema: 'public', from: from!, to: to!, seed: Date.parse(night) / DAY_MS, sessions: 400 },
      ...{ statistics: 'mixed', updates: true, until: to!, log: () => undefined, truth: (line: string) => written.push(line) },
    });
    await runCycle({ idbUrl, martUrl });
    const truths = written.map((line) => JSON.parse(line) as Truth);
    facts.push(...expectedFacts(truths, to!.getTime() / 1000).values());
  }
  expect(facts.length).toBeGreaterThan(NIGHTS[timezone]!.length * 300);
  const local = createLocalCalendar(timezone);
  for (const level of LEVELS) {
    const rows = (await readLevel(martUrl, level, 'local')).map((row) => [toGroup(row), row] as const);
    const startOf = (ts: number): number => local.startOf(new Date(ts * 1000), GRAINS[level]).getTime() / 1000;
    expect([level, differences(sumLevel(facts, startOf), new Map(rows))]).toEqual([level, []]);
  }
  // A report, of which the calendar's days are the source, has the sessions of each day of these clocks.
  const { rows } = await reportOnMart({ martUrl, martSchema: 'infomart', name: 'chat-termination', timezone, by: ['day'] });
  const days = new Map<string, number>();
  for (const fact of facts) {
    const day = local.labelOf(new Date(Number(fact['start_ts']) * 1000), 'day');
    days.set(day, (days.get(day) ?? 0) + 1);
  }
  expect(new Map(rows.map((row) => [row['day'], row['sessions']]))).toEqual(days);
});
