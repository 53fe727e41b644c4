import type { Statement } from '../db/connection.js';
import type { IdbTable } from './idb-table.js';

/** Number of rows examined: the last hours of a busy IDB, in a few milliseconds. */
export const NEWEST_ROWS = 20_000;

/** More names than the KVP map and an attached-data specification have together. */
const MOST_NAMES = 500;
/** Longer names are cut to this. */
const MOST_NAME_BYTES = 255;

/**
 * User-data keys of the newest rows with their row counts, those of the list first, then the most frequent; also the number of rows and
 * when the oldest was stored. No row if there are none.
 */
export const selectNewestKeys = ({ rows: table }: Pick<IdbTable, 'rows'>, keys: readonly string[]): Statement => ({
  text: `
    with newest as (
      select
        case
          when octet_length(keyname) <= ${MOST_NAME_BYTES} then keyname::text
          else left(keyname::text, ${MOST_NAME_BYTES}) || '...'
        end as keyname,
        added_ts
      from ${table}
      where id is not null
      order by id desc
      limit ${NEWEST_ROWS}
    )
    select
      keyname,
      count(*) as rows,
      sum(count(*)) over () as all_rows,
      min(min(added_ts)) over () as oldest_ts,
      max(max(added_ts)) over () as newest_ts
    from newest
    group by keyname
    order by coalesce(keyname = any ($1::text[]), false) desc, count(*) desc, keyname
    limit ${MOST_NAMES}`,
  values: [keys],
});
