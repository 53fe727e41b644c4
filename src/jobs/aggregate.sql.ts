import type { Statement } from '../db/connection.js';

/** What counts as complete of each source is in the aggregates now. */
export const recordAggregatedUntil = (): Statement => ({
  text: `update chatmart_source
set aggregated_until = complete_until
where aggregated_until is distinct from complete_until`,
});
