import type { Statement } from '../db/connection.js';
import { isWithTime } from './row-times.sql.js';
import type { UsableTimes } from '../model/row-time.js';

export const limitStatementTime = (timeoutMs: number): Statement => ({ text: `set local statement_timeout to ${timeoutMs}` });

/** When ICON stored the oldest and the newest row; nulls: no row says so. */
export const selectTimeBounds = (table: string, usable: UsableTimes): Statement => ({
  text: `
    select
      min(added_ts) as oldest,
      max(added_ts) as newest
    from ${table}
    where ${isWithTime(usable)}`,
});

/** The ids of one second. Kept apart, so that an index on ADDED_TS is used and not the ids' own. */
export const selectIdsOfSecond = (table: string, second: number): Statement => ({
  text: `
    select
      min(id) as first_id,
      max(id) as last_id
    from (
      select id
      from ${table}
      where added_ts >= $1::int8 and added_ts < $1::int8 + 1
      offset 0
    ) as of_second`,
  values: [second],
});
