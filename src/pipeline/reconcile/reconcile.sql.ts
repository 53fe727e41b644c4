import type { Statement } from '../../db/connection.js';

/** When the last days of a source were last compared with the mart. */
export const selectReconciledAt = (sourceName: string): Statement => ({
  text: `
    select reconciled_at
    from chatmart_source
    where source_name = $1`,
  values: [sourceName],
});

/** Leaves the watermark and its revision alone. */
export const updateReconciledAt = (sourceName: string, at: Date): Statement => ({
  text: `
    update chatmart_source
    set reconciled_at = $2::timestamptz at time zone 'UTC'
    where source_name = $1`,
  values: [sourceName, at.toISOString()],
});
