import type { Statement } from '../../db/connection.js';
import { NEWEST_ROWS } from '../../extract/newest-keys.sql.js';
import type { IdbTable } from '../../extract/idb-table.js';

/** One row: when the newest rows were stored, by their ids, and those of them that have one of the keys. */
export const selectRecentRows = ({ quotedName: table }: Pick<IdbTable, 'quotedName'>, keys: readonly string[]): Statement => ({
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
  max(added_ts) as newest_ts,
  max(added_ts) filter (where keyname = any ($1::text[])) as newest_chat_ts,
  count(*) = 0 as is_empty
from newest`,
  values: [keys],
});
