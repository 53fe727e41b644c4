import type { Statement } from '../db/connection.js';

export const selectIgnoredKeysAt = (sourceName: string): Statement => ({
  text: 'select ignored_keys_at from chatmart_source where source_name = $1',
  values: [sourceName],
});

/** Null: they could not be found out this time. */
export const updateIgnoredKeys = (sourceName: string, ignored: object | null, now: Date): Statement => ({
  text: `update chatmart_source
set ignored_keys = $2::jsonb,
  ignored_keys_at = $3::timestamptz at time zone 'UTC'
where source_name = $1`,
  values: [sourceName, ignored === null ? null : JSON.stringify(ignored), now.toISOString()],
});
