import type { Statement } from '../db/connection.js';
import { isWithTime } from './row-times.sql.js';
import type { UsableTimes } from '../model/row-time.js';

export const limitStatementTime = (timeoutMs: number): Statement => ({ text: `set local statement_timeout to ${timeoutMs}` });

/** When ICON stored the oldest and newest row; nulls if no row has a usable time. */
export const selectTimeBounds = (table: string, usable: UsableTimes): Statement => ({
  text: `
    select
      min(added_ts) as oldest,
      max(added_ts) as newest
    from ${table}
    where ${isWithTime(usable)}`,
});

/** The ids of one second. A separate statement, so that the index on ADDED_TS is used and not the one on ID. */
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
