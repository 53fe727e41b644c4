import { beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/model/clock.js';
import { BEFORE, writeChunks } from '../support/crash-history.js';
import { keepMart, readWholeMart, restoreMart, untilAlone } from '../support/crash-mart.js';
import { recordStatements, runUntil, type CrashPoint } from '../support/crash-process.js';
import { freshDatabases, freshMart } from '../support/databases.js';
import { deepTest, sampleOf } from '../support/depth.js';
import { runCycle, type Urls } from '../support/histories.js';
import { writeUserData } from '../support/user-data.js';

/** As many processes as a small machine has cores. */
const LANES = 2;
/** The number of tests that share the crash points. */
const PARTS = 12;

let lanes: Urls[];
let expected: object;
let points: readonly CrashPoint[];

beforeAll(async () => {
  const { idbUrl, martUrl } = await freshDatabases();
  await writeUserData(idbUrl, BEFORE);
  lanes = [];
  for (const url of [martUrl, ...(await Promise.all(Array.from({ length: LANES - 1 }, freshMart)))]) {
    const lane = { idbUrl, martUrl: url };
    await runCycle(lane, { clock: systemClock });
    await keepMart(url);
    lanes.push(lane);
  }
  await writeChunks(idbUrl);

  const statements = await recordStatements(lanes[0]!);
  expected = await readWholeMart(martUrl);
  points = toPoints(statements);
  console.log(`${points.length} crash points in the ${statements.length} statements of a run`);
  expect(points.length).toBeGreaterThan(100);
  // What the run does overall: chunk by chunk, with a re-read in each, then the aggregates.
  expect(statements.filter((statement) => statement.endsWith(' commit'))).toHaveLength(5);
});

/** Two neighbours are the same statement, before and after it is sent; each part gets some of both. */
const partOf = (index: number): number => (index + Math.floor(index / PARTS)) % PARTS;

const killAtPoints = async (part: number): Promise<void> => {
  const ofPart = points.filter((_, index) => partOf(index) === part);
  const queue = sampleOf(ofPart, 8).values();
  const wrong: object[] = [];
  const work = async (lane: Urls): Promise<void> => {
    for (const point of queue) {
      if (wrong.length > 0) return;
      await restoreMart(lane.martUrl);
      const isKilled = await runUntil(lane, point);
      await untilAlone(lane.martUrl);
      const outcome = await runCycle(lane, { clock: systemClock }).then(
        () => readWholeMart(lane.martUrl),
        (error: unknown) => error,
      );
      if (!isKilled || !isSame(outcome, expected)) wrong.push({ ...point, isKilled, outcome });
    }
  };
  await Promise.all(lanes.map(work));
  expect(wrong).toEqual([]);
};

describe('a run that is killed before or after any of its statements is repaired by the next run', { timeout: 600_000 }, () => {
  test(`crash points, part 1 of ${PARTS}`, () => killAtPoints(0));

  deepTest.each(Array.from({ length: PARTS - 1 }, (_, index) => index + 1))(`crash points, part after %i of ${PARTS}`, killAtPoints);
});

/** Before and after each distinct statement of a run; for begin and commit, at every occurrence. */
function toPoints(statements: readonly string[]): CrashPoint[] {
  const texts = new Map<string, string[]>();
  for (const statement of statements) {
    const text = statement.slice(statement.indexOf(' ') + 1);
    texts.set(text, [...(texts.get(text) ?? []), statement]);
  }
  const points: CrashPoint[] = [];
  for (const [text, times] of texts)
    for (const when of ['before', 'sent'] as const)
      // Each chunk sends the same statements: kill before the first is sent, and after the second is sent.
      for (const statement of /^(begin|commit)/.test(text) ? times : [when === 'before' ? times[0]! : (times[1] ?? times[0]!)])
        points.push({ statement, when });
  return points;
}

const isSame = (actual: unknown, expected: unknown): boolean => {
  try {
    expect(actual).toEqual(expected);
    return true;
  } catch {
    return false;
  }
};
