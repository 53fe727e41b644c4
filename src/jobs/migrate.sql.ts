import type { Statement } from '../db/connection.js';

/** One row: the interval in which the oldest session began; null in an empty mart. */
export const selectOldestStartKey = (): Statement => ({
  text: 'select min(start_date_time_key) as oldest_key from chat_session_fact',
});
