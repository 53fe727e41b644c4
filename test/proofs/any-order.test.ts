import { beforeAll, describe, expect, test } from 'vitest';
import type { RunSummary } from '../../src/pipeline/totals.js';
import { toIdbBatches } from '../../src/simulate/idb/idb-batches.js';
import { createRandom } from '../../src/simulate/random.js';
import { freshIdb, freshMart, query, testClock } from '../support/databases.js';
import { deepTest, isWhole } from '../support/depth.js';
import { compareMarts } from '../support/growing-idb.js';
import { readMart } from '../support/mart-content.js';
import { writeUserData, type UserDataRow } from '../support/user-data.js';
import { backfill, run } from '../support/jobs.js';

const DAY = 86_400;
const SLICE = 2 * DAY;
const FROM = Date.UTC(2026, 1, 10) / 1000;
/** Fewer in npm test. */
const SESSIONS = isWhole ? 2_000 : 600;
const CUTS = isWhole ? 10 : 4;
const END = 'ChatServerSessionClosedAt';

const random = createRandom(42, 0);

/** What ICON writes about sessions of twelve days; some values are wrong or deleted, and mostly corrected later; some do not end. */
function* simulatedRows(): Generator<UserDataRow> {
  const options = { from: FROM, to: FROM + 12 * DAY, sessions: SESSIONS, seed: 9, statistics: 'fired', timeForm: 'mixed' } as const;
  for (const { interactionId, addedMs, rows } of toIdbBatches(options))
    for (const [key, value] of rows) {
      const row = (told: string | null): UserDataRow => [interactionId, key, told, Math.floor(addedMs / 1000)];
      if (key === END && random.chance(0.03)) continue;
      yield row(value);
      const [wrong, deleted, stays] = [random.chance(0.006), random.chance(0.006), random.chance(0.2)];
      if (wrong) yield row('not yet known');
      if (deleted) yield row(null);
      if ((wrong || deleted) && !stays) yield row(value);
    }
}

/** Moves rows by up to two tenths of the whole, so that cuts fall inside sessions. */
const spread = (rows: readonly UserDataRow[]): UserDataRow[] =>
  rows
    .map((row, index) => ({ row, position: index / rows.length + random.next() * 0.2 }))
    .sort((left, right) => left.position - right.position)
    .map(({ row }) => row);

const common = (idbUrl: string, martUrl: string) => ({ idbUrl, idbSchema: 'public', martUrl, martSchema: 'infomart', clock: testClock });

let idbUrl: string;
/** Marts loaded from the same rows in different ways. */
let onePass: string;
let inCuts: string;
let besideBackfills: string;
let cuts: RunSummary[];
let untilTs: number;

const runInto = (martUrl: string): Promise<RunSummary> => run({ ...common(idbUrl, martUrl), settleMs: 0 });

const backfillInto = (martUrl: string, fromTs = FROM, toTs = untilTs) =>
  backfill({ ...common(idbUrl, martUrl), from: new Date(fromTs * 1000), to: new Date(toTs * 1000), sliceSeconds: SLICE });

beforeAll(async () => {
  idbUrl = await freshIdb();
  [onePass, inCuts, besideBackfills] = [await freshMart(), await freshMart(), await freshMart()];
  const rows = spread([...simulatedRows()]);
  untilTs = Math.max(...rows.map((row) => row[3]!)) + 1;
  cuts = [];
  for (let cut = 0; cut < CUTS; cut++) {
    await writeUserData(idbUrl, rows.slice((rows.length * cut) / CUTS, (rows.length * (cut + 1)) / CUTS));
    await query(idbUrl, 'analyze');
    cuts.push(await runInto(inCuts));
    // A backfill and a run load some portions concurrently; a backfill alone loads the others.
    if (cut % 3 === 0) await Promise.all([backfillInto(besideBackfills), runInto(besideBackfills)]);
    else if (cut % 3 === 1) await backfillInto(besideBackfills);
  }
  await runInto(onePass);
});

test('the sample is rich: facts, active sessions, discards of many kinds', async () => {
  const { facts, openDiscards } = await readMart(onePass);
  expect(facts.size).toBeGreaterThan(SESSIONS * 0.9);
  expect(new Set([...facts.values()].map((fact) => fact['active_flag']))).toEqual(new Set([0, 1]));
  expect(new Set(openDiscards.map((row) => row['code'])).size).toBeGreaterThan(4);
});

describe('the same mart as from one pass, row for row, comes from', () => {
  test(`${CUTS} cuts through the middle of sessions`, async () => {
    expect(cuts.map(({ sessions }) => sessions.updated > 0)).toEqual(cuts.map((_, index) => index > 0));
    expect(await compareMarts(onePass, inCuts)).toEqual([]);
  });

  test('runs beside backfills while the IDB grows', async () => {
    expect(await compareMarts(onePass, besideBackfills)).toEqual([]);
  });

  deepTest('slices in any order', async () => {
    const martUrl = await freshMart();
    const count = Math.ceil((untilTs - FROM) / SLICE);
    const slices = Array.from({ length: count }, (_, index) => ({ from: FROM + index * SLICE, place: random.next() }));
    for (const { from } of slices.sort((left, right) => left.place - right.place)) await backfillInto(martUrl, from, from + SLICE);
    expect(await compareMarts(onePass, martUrl)).toEqual([]);
  });

  deepTest('everything twice: read twice, filled in once more, and told twice by ICON', async () => {
    await query(inCuts, 'delete from infomart.chatmart_source');
    const again = await runInto(inCuts);
    const filledIn = await backfillInto(inCuts);
    await query(
      idbUrl,
      `insert into g_userdata_history (callid, keyname, value, changetype, type, added_ts)
       select callid, keyname, value, changetype, type, added_ts from g_userdata_history order by id`,
    );
    const toldAgain = await runInto(inCuts);
    for (const { rows, sessions } of [again, filledIn, toldAgain]) {
      expect(rows).toBe(again.rows);
      expect(sessions).toMatchObject({ inserted: 0, updated: 0, deleted: 0 });
    }
    expect(await compareMarts(onePass, inCuts)).toEqual([]);
  });
});
