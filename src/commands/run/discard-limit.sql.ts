import type { Statement } from '../../db/connection.js';

/**
 * One row: the open discards that were seen first by `untilTs`, and the reason that most of them have. One from after `aheadTs`, which has not
 * come, was made by a clock that was ahead: nobody knows its age, and it would count as young until then.
 */
export const countOldDiscards = (untilTs: number, aheadTs: number): Statement => ({
  text: `select
  coalesce(sum(discards), 0)::bigint as discards,
  (array_agg(code order by discards desc, code))[1] as most_frequent
from (
  select
    code,
    count(*) as discards
  from stg_transform_discards
  where resolved_ts is null
    and (etl_ts <= $1 or etl_ts > $2)
  group by code
) as by_code`,
  values: [untilTs, aheadTs],
});
