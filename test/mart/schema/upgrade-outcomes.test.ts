import { expect } from 'vitest';
import { reportCommand } from '../../../src/commands/report/command.js';
import { statusCommand } from '../../../src/commands/status/command.js';
import { writeSimulatedSessions } from '../../../src/commands/simulate/simulate.js';
import { breachesOf } from '../../support/breaches.js';
import { callCommand } from '../../support/call-command.js';
import { freshDatabases, query, testClock } from '../../support/databases.js';
import { chatStatsMeasures } from '../../../src/mart/aggregates/measures.js';
import { readKvpMap } from '../../../src/spec/kvp-map.js';
import { deepTest } from '../../support/depth.js';
import { runCycle } from '../../support/histories.js';
import { readMart, type MartContent, type Row } from '../../support/mart-content.js';
import { maintain, migrateMart } from '../../support/jobs.js';

const ADDED = chatStatsMeasures(readKvpMap()).flatMap(({ name, mayBeUnknown }) => (mayBeUnknown ? [name] : []));

/** Those that the release before had as well. */
const KNOWN_BEFORE = [
  'sessions_abandoned_alone',
  'sessions_left_with_bot',
  'sessions_closed_by_bot',
  'abandoned_alone_duration',
  'abandoned_alone_max_duration',
];

/** The measures that a mart gets if it is of the first release, or of the one that split the sessions without an agent into three. */
const addedTo = (release: 'first' | 'three outcomes'): string[] =>
  ADDED.filter((name) => release === 'first' || !KNOWN_BEFORE.includes(name));

/** Returns a mart to an earlier release. */
const goBack = (martUrl: string, release: 'first' | 'three outcomes') =>
  query(
    martUrl,
    `set search_path to infomart;
     ${['agt_chat_stats_day', 'agt_chat_stats_month']
       .map(
         (table) =>
           `alter table ${table} ${addedTo(release)
             .map((name) => `drop column ${name} cascade`)
             .join(', ')};`,
       )
       .join('\n')}
     update ctl_schema_info set value = 'older' where property = 'generated-schema-hash'`,
  );

/** The rows of a level from an instant on, or before it; the added columns are unknown in the earlier ones. */
const expected = (before: MartContent, level: 'day' | 'month' | 'year', keptFrom: string, unknown = ADDED): Row[] =>
  [...before.levels[level].values()].map((row) =>
    Number(row['date_time_key']) * 1000 >= Date.parse(keptFrom)
      ? row
      : { ...row, ...Object.fromEntries(unknown.map((name) => [name, null])) },
  );

deepTest('a mart with data gets the new measures by the next run, and never shows 0 for what was not counted', async () => {
  const urls = await freshDatabases();
  await writeSimulatedSessions({
    ...{ idbUrl: urls.idbUrl, idbSchema: 'public', sessions: 250, seed: 7, statistics: 'all' },
    from: new Date('2025-12-25T00:00:00Z'),
    to: new Date('2026-03-01T00:00:00Z'),
    until: new Date('2026-03-04T00:00:00Z'),
    log: () => undefined,
  });
  await runCycle(urls);
  const before = await readMart(urls.martUrl);
  const sum = (name: string): number => [...before.levels.year.values()].reduce((total, row) => total + Number(row[name]), 0);
  for (const name of KNOWN_BEFORE) expect(sum(name), name).toBeGreaterThan(0);

  const upgrade = async (from: 'first' | 'three outcomes'): Promise<string[]> => {
    const logged: string[] = [];
    await goBack(urls.martUrl, from);
    const { applied } = await migrateMart({
      martUrl: urls.martUrl,
      martSchema: 'infomart',
      clock: testClock,
      log: (line) => logged.push(line),
    });
    expect(applied).toEqual(['generated-schema']);
    return logged;
  };
  const status = async () => (await callCommand(statusCommand, urls, [])).printed;
  const report = (...args: string[]) => callCommand(reportCommand, urls, ['chat-termination', '--by', 'none', '--format', 'json', ...args]);
  const totals = (printed: string): Row => (JSON.parse(printed) as { totals: Row }).totals;

  // Before the next run: whatever is queried, the outcomes are unknown, and status reports that they are pending.
  const whole = totals((await report('--preset', 'none')).printed);
  const [waiting] = (await upgrade('first')).slice(-1);
  expect(waiting).toMatch(/^\d{3} intervals of 15 minutes wait to be aggregated again by the next chatmart run or chatmart aggregate$/);
  expect(await status()).toMatch(/ \d{3} wait for chatmart aggregate or the next run\n/);
  expect(await breachesOf(urls.martUrl)).toEqual([]);
  const early = await report('--preset', 'none');
  expect(early.logged).toEqual([
    expect.stringMatching(
      /^not known for all of these sessions: average_session_duration, closed_by_bot, left_with_bot, abandoned, short_/,
    ),
  ]);
  const unknown = {
    average_session_duration: null,
    closed_by_bot: null,
    left_with_bot: null,
    abandoned: null,
    short_abandoned: null,
    closed_by_system: null,
    average_wait_before_abandonment: null,
    longest_wait_before_abandonment: null,
  };
  expect(totals(early.printed)).toEqual({ ...whole, ...unknown });
  await runCycle(urls);
  expect(await status()).not.toContain('wait for chatmart aggregate');
  expect((await readMart(urls.martUrl)).levels).toEqual(before.levels);
  expect(await report('--preset', 'none')).toEqual({ logged: [], printed: expect.stringContaining('"abandoned": ') as string });

  // After a purge, rows older than the kept facts stay unknown, alone and in every sum.
  await maintain({ martUrl: urls.martUrl, martSchema: 'infomart', daysToKeepFacts: 30, clock: testClock });
  await upgrade('three outcomes');
  await runCycle(urls);
  const after = await readMart(urls.martUrl);
  for (const level of ['day', 'month'] as const)
    expect([...after.levels[level].values()], level).toEqual(expected(before, level, '2026-02-01', addedTo('three outcomes')));
  const years = (year: number) => [...after.levels.year.values()].filter((row) => row['date_time_key'] === Date.UTC(year) / 1000);
  expect(years(2025).filter((row) => row['outcome_open'] !== null)).toEqual([]);
  expect(years(2026).filter((row) => row['outcome_open'] === null)).not.toEqual([]);
  expect(await breachesOf(urls.martUrl)).toEqual([]);
  const known = await report('--from', '2026-02-01', '--to', '2026-03-01');
  expect(known.logged).toEqual([]);
  expect(totals(known.printed)['left_with_bot']).toBeGreaterThan(0);
  const overBorder = await report('--from', '2026-01-01', '--to', '2026-03-01');
  expect(overBorder.logged).toHaveLength(1);
  expect(totals(overBorder.printed)).toMatchObject({ average_session_duration: null, abandoned: null, closed_by_system: null });
});
