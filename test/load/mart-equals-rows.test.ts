import { beforeAll, describe, expect, test } from 'vitest';
import type { RunSummary } from '../../src/pipeline/totals.js';
import { writeSimulatedSessions } from '../../src/commands/simulate/simulate.js';
import { freshIdb, freshMartFrom2025, query, testClock } from '../support/databases.js';
import { deepTest } from '../support/depth.js';
import { differences, LEVELS, readMart, type MartContent, type Row } from '../support/mart-content.js';
import { GUIDE_KEYS } from '../oracle/kvps.js';
import { compareMarts } from '../support/growing-idb.js';
import type { Urls } from '../support/histories.js';
import { sumLevel } from '../support/summed-levels.js';
import { sumSessions, type KeyValueRow } from '../support/summed-sessions.js';
import { run } from '../support/jobs.js';

/** A week whose middle is a border of week, month, quarter and year at once. */
const NEW_YEAR = { from: new Date('2025-12-28T00:00:00Z'), to: new Date('2026-01-04T00:00:00Z') };

let urls: Urls;
let rows: KeyValueRow[];
let summary: RunSummary;
let mart: MartContent;
let expected: Map<string, Row>;

beforeAll(async () => {
  urls = { idbUrl: await freshIdb(), martUrl: await freshMartFrom2025() };
  const options = {
    idbUrl: urls.idbUrl,
    idbSchema: 'public',
    ...NEW_YEAR,
    sessions: 1000,
    timeForm: 'mixed',
    log: () => undefined,
  } as const;
  await writeSimulatedSessions({ ...options, seed: 11, statistics: 'all' });
  await writeSimulatedSessions({ ...options, seed: 12, statistics: 'fired' });
  rows = await query(urls.idbUrl, 'select callid, keyname, value from g_userdata_history order by id');
  summary = await run({ ...urls, martSchema: 'infomart', idbSchema: 'public', clock: testClock });
  mart = await readMart(urls.martUrl);
  expected = sumSessions(rows);
});

describe('2,000 simulated sessions across New Year', () => {
  test('the run counts what it was given', () => {
    expect(summary.rows).toBe(rows.length);
    // A session whose rows lie in two chunks is read again with the second one.
    const { updated, reread, ...others } = summary.sessions;
    expect(others).toEqual({ inserted: 2000, unchanged: 0, deleted: 0, active: 0, discarded: 0 });
    expect(updated).toBe(reread);
    expect(reread).toBeLessThanOrEqual(3);
    expect(mart.openDiscards).toEqual([]);
  });

  test('the sample tells right from wrong: every mapped column has at least three values', () => {
    const poor = GUIDE_KEYS.map(({ column }) => [column, new Set([...expected.values()].map((fact) => fact[column])).size] as const).filter(
      ([, values]) => values < 3,
    );
    expect(poor).toEqual([['async_mode', 2]]);
  });

  test('every column of every fact is what its rows say', () => {
    expect(expected.size).toBe(2000);
    expect(differences(expected, mart.facts)).toEqual([]);
  });

  test.each(LEVELS)('every bucket of ag2_chat_stats_%s is what the rows of its sessions add up to', (level) => {
    expect(differences(sumLevel(expected.values(), level), mart.levels[level])).toEqual([]);
  });

  deepTest('the mart is the same when every session is staged', async () => {
    const staged = { ...urls, martUrl: await freshMartFrom2025() };
    expect(await run({ ...staged, martSchema: 'infomart', idbSchema: 'public', clock: testClock, stagesAll: true })).toMatchObject({
      sessions: summary.sessions,
    });
    expect(await compareMarts(urls.martUrl, staged.martUrl)).toEqual([]);
    const members = (martUrl: string) =>
      query(
        martUrl,
        `select media_origin, language_name, ended_by, ended_reason, ended_agent, async_mode from infomart.chat_session_dim
         order by media_origin, language_name, ended_by, ended_reason, ended_agent, async_mode`,
      );
    expect(await members(staged.martUrl)).toEqual(await members(urls.martUrl));
  });

  test('New Year ends a week: the days before and after are in buckets of their own', () => {
    const weeks = new Set(
      [...mart.levels.week.values()].map((row) => new Date(Number(row['date_time_key']) * 1000).toISOString().slice(0, 10)),
    );
    expect([...weeks].sort()).toEqual(['2025-12-28', '2026-01-01']);
  });
});
