import { describeHistories } from '../support/convergence/describe-histories.js';

// What is proved: whatever was written, committed late, rolled back, updated, deleted, purged or restored, and however runs were disturbed
// or killed, one run after all transactions have ended leaves the facts, the open discards and every level of the aggregates that a
// recomputation in plain maps makes of all committed rows.
//
// What purging leaves: a key of which the IDB has a row is what its newest row says. A key without any row is what the mart held when a run
// last read the interaction: the value in its fact, or the raw value of an open discard. An interaction that is no fact is held by its
// discards only, so its other keys are forgotten. Rows that were purged before a run saw them were never there. A backup that takes the
// place of the IDB purges what was written after it.

describeHistories(0);
