import type { Statement } from '../db/connection.js';

/**
 * The same where no change waits for the aggregation: what is complete was aggregated before. In one snapshot: a window's changes are there before
 * it counts as complete.
 */
export const recordNothingToAggregate = (): Statement => ({
  text: `update chatmart_source
set aggregated_until = complete_until
where aggregated_until is distinct from complete_until
  and not exists (select from chatmart_pending_agg)`,
});

/** One row: whether changes wait for the aggregation. */
export const selectHasChanges = (): Statement => ({ text: 'select exists (select from chatmart_pending_agg) as waits' });

/** What counts as complete of each source is in the aggregates now. */
export const recordAggregatedUntil = (): Statement => ({
  text: `update chatmart_source
set aggregated_until = complete_until
where aggregated_until is distinct from complete_until`,
});
