import type { Statement } from '../db/connection.js';

/** One row: the interval in which the oldest session began; null in an empty mart. */
export const selectOldestStartKey = (): Statement => ({
  text: 'select min(start_date_time_key) as oldest_key from chat_session_fact',
});

/** The connection's schema, its role, and whether that may use it; a schema that does not exist is no matter of rights. */
export const selectSchemaUse = (): Statement => ({
  text: `select
  current_setting('search_path') as schema,
  current_user as role,
  coalesce(has_schema_privilege(to_regnamespace(current_setting('search_path')), 'usage'), true) as usable`,
});
