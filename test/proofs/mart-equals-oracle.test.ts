import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { reportOnMart } from '../../src/commands/report/report.js';
import { writeSimulatedSessions, type SimulateOptions } from '../../src/commands/simulate/simulate.js';
import { packageFile } from '../../src/spec/package-file.js';
import { expectedDiscards, expectedFacts } from '../oracle/facts.js';
import { expectedReport, withinBounds } from '../oracle/reports.js';
import { countKinds } from '../oracle/session-kinds.js';
import type { Truth } from '../oracle/truth.js';
import { freshIdb, freshMartFrom2025 } from '../support/databases.js';
import { isWhole, sampleOf } from '../support/depth.js';
import { runCycle } from '../support/histories.js';
import { differences, LEVELS, readMart, type MartContent, type Row } from '../support/mart-content.js';
import { GUIDE_KEYS } from '../oracle/kvps.js';
import { sumLevel } from '../support/summed-levels.js';

// Compares what the simulator played, via the rows written, with what the mart holds in the end. The oracle knows only the timelines
// of the simulated sessions.

/** The starts include borders of week, month, quarter and year. */
const WINDOW = { from: new Date('2025-12-27T00:00:00Z'), to: new Date('2026-01-07T00:00:00Z') };

/** Sessions per sample, except the first; fewer in npm test. */
const SESSIONS = isWhole ? 20_000 : 2_100;

/**
 * In samples with an end, some sessions are open: async ones with updates are active facts. In samples without one, some have lasted for
 * weeks. The first sample is small, so that a mistake shows within seconds.
 */
const SAMPLES: readonly Pick<SimulateOptions, 'seed' | 'sessions' | 'statistics' | 'timeForm' | 'updates' | 'corrections' | 'until'>[] = [
  { seed: 30, sessions: isWhole ? 2_000 : 1_000, statistics: 'mixed', timeForm: 'mixed', updates: true, until: WINDOW.to },
  { seed: 31, sessions: SESSIONS, statistics: 'mixed', updates: true, until: WINDOW.to },
  { seed: 36, sessions: SESSIONS, statistics: 'fired', updates: true, until: new Date('2026-01-07T12:00:00Z') },
  { seed: 33, sessions: SESSIONS, statistics: 'mixed', timeForm: 'mixed', updates: true, corrections: true },
];

/** For this many sessions, at least one must be of each kind: ten of 20,000. */
const SESSIONS_TO_EACH_KIND = 2_000;

describe.each(sampleOf(SAMPLES, 3))('$sessions sessions of seed $seed, statistics $statistics', (sample) => {
  const until = sample.until && sample.until.getTime() / 1000;
  const lines = new Map<string, string>();
  let martUrl: string;
  let mart: MartContent;
  let truths: Truth[];
  let expected: Map<string, Row>;
  let facts: Row[];

  beforeAll(async () => {
    const idbUrl = await freshIdb();
    martUrl = await freshMartFrom2025();
    const written: string[] = [];
    await writeSimulatedSessions({
      ...{ idbUrl, idbSchema: 'public', ...WINDOW, ...sample },
      truth: (line) => written.push(line),
      log: () => undefined,
    });
    await runCycle({ idbUrl, martUrl });
    mart = await readMart(martUrl);
    truths = written.map((line) => JSON.parse(line) as Truth);
    truths.forEach(({ interactionId }, index) => lines.set(interactionId, written[index]!));
    expected = expectedFacts(truths, until);
    facts = [...expected.values()];
  });

  // Free the sample, or every garbage collection during the next one has to scan it.
  afterAll(() => {
    lines.clear();
    [truths, facts, expected, mart] = [[], [], new Map(), {} as MartContent];
  });

  test('every column of every fact', () => {
    const found = differences(expected, mart.facts);
    const interactionIds = new Set(found.map((difference) => /^\w+/.exec(difference)![0]));
    expect(found, [...interactionIds].map((id) => lines.get(id)).join('\n')).toEqual([]);
  });

  test('every discard', () => {
    expect(mart.openDiscards).toEqual(
      expectedDiscards(
        truths.filter(({ interactionId }) => !expected.has(interactionId)),
        until,
      ),
    );
  });

  test.each(LEVELS)('every row of ag2_chat_stats_%s', (level) => {
    expect(differences(sumLevel(facts, level), mart.levels[level])).toEqual([]);
  });

  // In npm test each of them of one sample.
  test.each(
    sampleOf(
      [
        ['chat-message-statistics', undefined],
        ['chat-message-statistics', ['day', 'tenant', 'media-type', 'media-origin', 'language']],
        ['chat-message-statistics', ['week', 'agent-presence']],
        ['chat-message-statistics', ['hour', 'tenant']],
        ['service-level', undefined],
        // Counts open sessions second by second, so in npm test of the sample that spans days and not months.
        ['chat-session', undefined],
        ['service-level', ['week', 'tenant']],
        ['chat-session', ['week', 'agent-presence']],
        ['bot-activity', undefined],
        ['async-chat-dashboard', undefined],
        ['bot-activity', ['week', 'media-origin']],
        ['pre-agent-termination', undefined],
        ['chat-termination', undefined],
        ['chat-termination', ['day', 'tenant', 'media-type', 'ended-by', 'ended-reason', 'agent-presence']],
        ['chat-termination', ['week', 'language', 'ended-by']],
        ['chat-termination', ['hour', 'media-origin', 'ended-reason']],
      ] as const,
      2,
      sample.seed,
    ),
  )('every figure of %s by %j', async (name, by) => {
    const table = await reportOnMart({ martUrl, martSchema: 'infomart', name, by });
    const [from, to, complete] = [table.window!.from, table.window!.to, table.completeness.completeUntil!].map(
      (at) => Date.parse(at) / 1000,
    );
    const span = { from: from!, until: Math.floor(Math.min(to!, complete!)) };
    const isAsync = name === 'async-chat-dashboard';
    const counted = isAsync ? facts.filter((fact) => fact['async_mode'] === 1) : facts;
    const report = expectedReport(name, counted, by, name === 'chat-session' || isAsync ? span : undefined);
    const attributes = table.columns.filter(({ kind }) => kind === 'attribute').map((column) => column.name);
    const rows = new Map(
      table.rows.map((row): [string, Row] => {
        const key = JSON.stringify(attributes.map((attribute) => row[attribute]));
        return [key, withinBounds(row, report.rows.get(key))];
      }),
    );
    expect(differences(report.rows, rows)).toEqual([]);
    expect(table.rows).toHaveLength(report.rows.size);
    expect(withinBounds(table.totals!, report.totals)).toEqual(report.totals);
  });

  test('the sample tells right from wrong', () => {
    expect(truths).toHaveLength(sample.sessions);
    const valuesOf = (column: string): Set<unknown> => new Set(facts.map((fact) => fact[column]));
    expect(GUIDE_KEYS.map(({ column }) => column).filter((column) => valuesOf(column).size < 3)).toEqual(['async_mode']);
    expect([...valuesOf('ended_by')]).toEqual(expect.arrayContaining(['CLIENT', 'AGENT', 'SUPERVISOR', 'BOT', 'SYSTEM']));
    expect([...valuesOf('ended_reason')]).toEqual(expect.arrayContaining(['DISCONNECT', 'QUIT', 'FORCE', 'INACTIVE', 'DB_ERROR']));
    expect([...valuesOf('ended_agent')]).toEqual(expect.arrayContaining(['ABSENT', 'PRESENT', 'VISITED']));
    const kinds = new Set(truths.flatMap(({ events }) => events.map(({ kind }) => kind)));
    expect([...kinds]).toEqual(expect.arrayContaining(['route', 'restore', 'close', ...(sample.updates ? ['update'] : [])]));
    const active = facts.filter((fact) => fact['active_flag'] === 1);
    if (until !== undefined) expect(active.length).toBeGreaterThan(10);
    else expect(expected.size).toBe(sample.sessions);
  });

  test('of a session without statistics is unknown what became of it', () => {
    const closed = truths.filter(({ statistics, events }) => statistics === 'none' && events.at(-1)!.at <= (until ?? Infinity));
    const years = [...mart.levels.year.values()];
    expect(years.reduce((sum, row) => sum + Number(row['sessions_unknown']), 0)).toBe(closed.length);
    expect(closed.length > sample.sessions / 40).toBe(sample.statistics === 'mixed');
  });

  test.runIf(sample.sessions > SESSIONS_TO_EACH_KIND)('sessions of all kinds are among them', () => {
    const kinds = countKinds(truths, until);
    expect([...kinds].filter(([, sessions]) => sessions < sample.sessions / SESSIONS_TO_EACH_KIND)).toEqual([]);
  });
});

const IMPORT = /(?:^(?:import|export|\})(?:[^'\n]* from)? |\bimport\()'([^']+)'/gm;

test('the oracle knows nothing of what it judges', () => {
  const folder = packageFile('test', 'oracle');
  const read = new Set<string>();
  const follow = (file: string): void => {
    if (read.has(file)) return;
    read.add(file);
    for (const [, name] of readFileSync(file, 'utf8').matchAll(IMPORT))
      if (name!.startsWith('.')) follow(path.resolve(path.dirname(file), name!.replace(/\.js$/, '.ts')));
      else read.add(name!);
  };
  for (const file of readdirSync(folder)) follow(path.join(folder, file));
  // This file takes the sums of levels from there.
  follow(packageFile('test', 'support', 'summed-levels.ts'));
  const outside = [...read].filter((file) => path.dirname(file) !== folder).map((file) => path.relative(packageFile('test'), file));
  expect(outside.sort()).toEqual(['support/mart-groups.ts', 'support/summed-levels.ts']);
});
