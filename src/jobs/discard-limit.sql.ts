import type { Statement } from '../db/connection.js';

/** One row: the open discards that were seen first by `untilTs`, and the reason that most of them have. */
export const countOldDiscards = (untilTs: number): Statement => ({
  text: `select
  coalesce(sum(discards), 0)::bigint as discards,
  (array_agg(code order by discards desc, code))[1] as most_frequent
from (
  select
    code,
    count(*) as discards
  from stg_transform_discards
  where resolved_ts is null
    and etl_ts <= $1
  group by code
) as by_code`,
  values: [untilTs],
});
