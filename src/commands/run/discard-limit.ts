import { type Statement, queryRow } from '../../db/connection.js';
import { withMartSession } from '../../mart/mart-session.js';
import { systemClock, toEpochSeconds, CLOCK_TOLERANCE_MS, type Clock } from '../../model/clock.js';
import { toDiscardName } from '../../model/discard.js';
import { DiscardLimitError } from '../../model/errors.js';
import { counted } from '../../model/text.js';

/**
 * One row: the open discards first seen by `untilTs`, and their most frequent reason. A discard from after `aheadTs`, in the future, was
 * written by a clock that was ahead: its age is unknown, and without this rule it would count as young until then.
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

export interface DiscardLimitOptions {
  readonly martUrl: string;
  readonly martSchema: string;
  /** The number allowed. */
  readonly maxDiscards: number;
  readonly clock?: Clock;
}

/** Younger discards do not count, because a session may arrive in parts. */
const GRACE_SECONDS = 3_600;

/** Throws `DiscardLimitError` if the mart has more open discards first seen over an hour ago than are allowed. */
export async function requireFewDiscards(options: DiscardLimitOptions): Promise<void> {
  const { martUrl, martSchema, maxDiscards, clock = systemClock } = options;
  const nowTs = toEpochSeconds(clock());
  const { discards, most_frequent: code } = await withMartSession(
    { url: martUrl, applicationName: 'chatmart run', schema: martSchema },
    (mart) =>
      queryRow<{ discards: number; most_frequent: number | null }>(
        mart,
        countOldDiscards(nowTs - GRACE_SECONDS, nowTs + CLOCK_TOLERANCE_MS / 1_000),
      ),
  );
  if (discards <= maxDiscards) return;
  throw new DiscardLimitError(
    'too-many-discards',
    `${counted(discards, 'discard has', 'discards have')} been open for over an hour, most of them ${toDiscardName(code!)}; the limit is ${maxDiscards}`,
    {
      state: 'work-done',
      next: 'chatmart discards list shows what was set aside and why; chatmart discards retry reads those interactions again.',
    },
  );
}
