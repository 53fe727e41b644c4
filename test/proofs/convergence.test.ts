import { describeHistories } from '../support/convergence/describe-histories.js';

// What is proved: whatever was written, committed late, rolled back, updated, deleted, purged or restored, and however runs were disturbed
// or killed, one run after all transactions have ended leaves the same facts, open discards and aggregates of every level as a
// recomputation in plain maps from all committed rows.
//
// What remains after purging: a key with rows in the IDB has the value of its newest row. A key without rows has the value that the mart
// held when a run last read the interaction: the value in its fact, or the raw value of an open discard. An interaction without a fact is
// held only by its discards, so its other keys are forgotten. Rows purged before a run saw them never existed. A backup that replaces the
// IDB purges what was written after it.
//
// In some histories the mart learns of an own key on the way: then a backfill follows at the end, and the side table has its newest values.

describeHistories(0);
