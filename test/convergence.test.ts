import { beforeAll, describe, inject, test } from 'vitest';
import { checkHistories } from './support/convergence/check-histories.js';
import { openHistoryDatabases, type HistoryDatabases } from './support/convergence/databases-of-history.js';

// What is proved: whatever was written, committed late, rolled back, updated, deleted, purged or restored, and however runs were disturbed
// or killed, one run after all transactions have ended leaves the facts, the open discards and every level of the aggregates that a
// recomputation in plain maps makes of all committed rows.
//
// What purging leaves: a key of which the IDB has a row is what its newest row says. A key without any row is what the mart held when a run
// last read the interaction: the value in its fact, or the raw value of an open discard. An interaction that is no fact is held by its
// discards only, so its other keys are forgotten. Rows that were purged before a run saw them were never there. A backup that takes the
// place of the IDB purges what was written after it.

declare module 'vitest' {
  interface ProvidedContext {
    /** How many histories are played, beside those with killed runs; undefined: as many as fit into a minute and a half with those. */
    histories?: number;
  }
}

const HISTORIES = inject('histories') ?? 60;
const KILLED_HISTORIES = HISTORIES / 2;
const IN_A_TEST = 10;

let databases: HistoryDatabases;
beforeAll(async () => {
  databases = await openHistoryDatabases();
});

const seedsOf = (histories: number, firstSeed: number): number[] =>
  Array.from({ length: Math.ceil(histories / IN_A_TEST) }, (_, index) => firstSeed + index);

describe('once all transactions have ended, a run leaves what all rows add up to', { timeout: 600_000 }, () => {
  test.each(seedsOf(HISTORIES, 1))(`${IN_A_TEST} histories of seed %i`, (seed) =>
    checkHistories(databases, { seed, histories: IN_A_TEST }),
  );

  test.each(seedsOf(KILLED_HISTORIES, 100_001))(`${IN_A_TEST} histories of seed %i in which runs are killed`, (seed) =>
    checkHistories(databases, { seed, histories: IN_A_TEST, isKilled: true }),
  );
});
