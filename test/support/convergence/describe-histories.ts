import { beforeAll, describe, inject, test } from 'vitest';
import { deepTest, isWhole } from '../depth.js';
import { checkHistories } from './check-histories.js';
import { openHistoryDatabases, type HistoryDatabases } from './databases-of-history.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** How many histories npm run test:all plays, plus a tenth as many with killed runs. */
    histories: number;
    /** The first seed of npm run test:all; npm test always starts at 1. */
    seed: number;
  }
}

/** How many a test plays. npm test plays the first of each kind. */
const IN_A_TEST = isWhole ? 10 : 1;
/** Each of these starts processes. */
const KILLED_IN_A_TEST = isWhole ? 3 : 1;
const HISTORIES = isWhole ? inject('histories') : 2 * IN_A_TEST;

const FIRST_SEED = isWhole ? inject('seed') : 1;
/** Keeps these seeds apart from the others, which are fewer than this. */
const FIRST_KILLED_SEED = FIRST_SEED + 100_000;

const seeds = (count: number, first: number): number[] => Array.from({ length: Math.ceil(count) }, (_, index) => first + index);

/** The tests of every second seed: two files, so that two workers play histories. */
export function describeHistories(half: 0 | 1): void {
  const testOfHalf = half === 0 ? test : deepTest;
  const ofHalf = (all: readonly number[]): number[] => all.filter((_, index) => index % 2 === half);

  describe('once all transactions have ended, a run leaves what all rows add up to', { timeout: 600_000 }, () => {
    let databases: HistoryDatabases;
    beforeAll(async () => {
      databases = await openHistoryDatabases();
    });

    testOfHalf.each(ofHalf(seeds(HISTORIES / IN_A_TEST, FIRST_SEED)))(`${IN_A_TEST} histories of seed %i`, (seed) =>
      checkHistories(databases, { seed, histories: IN_A_TEST }),
    );

    testOfHalf.each(ofHalf(seeds(HISTORIES / 10 / KILLED_IN_A_TEST, FIRST_KILLED_SEED)))(
      `${KILLED_IN_A_TEST} histories of seed %i in which runs are killed`,
      (seed) => checkHistories(databases, { seed, histories: KILLED_IN_A_TEST, isKilled: true }),
    );
  });
}
