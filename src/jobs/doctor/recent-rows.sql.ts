import type { Statement } from '../../db/connection.js';
import { NEWEST_ROWS } from '../../extract/newest-keys.sql.js';
import type { IdbTable } from '../../extract/idb-table.js';
import { EARLIEST_TS, LEAST_OF_KIND } from '../../model/row-time.js';

/** Seconds, be they still to come. */
const IS_SECONDS = `added_ts >= ${EARLIEST_TS} and added_ts < ${LEAST_OF_KIND.milliseconds}`;

/**
 * One row: when the newest rows were stored, by their ids, and those of them that have one of the keys; where none has, it is searched among
 * all rows since an instant, newest first.
 */
export const selectRecentRows = ({ rows: table }: Pick<IdbTable, 'rows'>, keys: readonly string[], sinceTs: number): Statement => ({
  text: `with newest as (
  select
    keyname::text as keyname,
    added_ts
  from ${table}
  where id is not null
  order by id desc
  limit ${NEWEST_ROWS}
)
select
  max(added_ts) filter (where ${IS_SECONDS}) as newest_ts,
  coalesce(
    max(added_ts) filter (where ${IS_SECONDS} and keyname = any ($1::text[])),
    (
      select added_ts
      from ${table}
      where added_ts >= $2::int8
        and added_ts < ${LEAST_OF_KIND.milliseconds}
        and keyname = any ($1::text[])
      order by added_ts desc
      limit 1
    )
  ) as newest_chat_ts,
  count(*) = 0 as is_empty
from newest`,
  values: [keys, sinceTs],
});

/** How many of the newest rows can be read, and how many of them delete a key. A value that is not what its column must hold is an error. */
export const countReadableRows = ({ rows: table }: Pick<IdbTable, 'rows'>): Statement => ({
  text: `with newest as (
  select
    callid,
    keyname,
    value,
    changetype,
    added_ts
  from ${table}
  where id is not null
  order by id desc
  limit ${NEWEST_ROWS}
)
select
  count(*) as rows,
  count(*) filter (where changetype = 3) as deletions,
  -- Each column is worked out.
  max(length(callid) + length(keyname) + length(value)) as longest,
  max(added_ts) as newest_ts
from newest`,
});
