import type { Statement } from '../db/connection.js';
import { DISCARD } from '../model/discard.js';

/** An open discard of an interaction. */
export interface OpenDiscardRow {
  readonly guid: string;
  readonly code: number;
  readonly keyname: string | null;
  readonly raw_value: string | null;
}

/** The next interactions that have open discards of some codes (null: any), in the order of their guids; a bad CALLID names none. */
export const selectDiscardedGuids = (filter: {
  readonly codes: readonly number[] | null;
  readonly guids: readonly string[] | null;
  /** Only guids after it; null: from the first. */
  readonly after: string | null;
  readonly limit: number;
}): Statement => ({
  text: `
    select distinct guid
    from stg_transform_discards
    where resolved_ts is null
      and code <> ${DISCARD.BAD_CALLID.code}
      and ($1::int[] is null or code = any ($1))
      and ($2::text[] is null or guid = any ($2))
      and ($3::text is null or guid > $3)
    order by guid
    limit $4`,
  values: [filter.codes, filter.guids, filter.after, filter.limit],
});

/** All open discards of some interactions. */
export const selectOpenDiscardsOf = (guids: readonly string[]): Statement => ({
  text: `
    select
      guid,
      code,
      keyname,
      raw_value
    from stg_transform_discards
    where resolved_ts is null
      and code <> ${DISCARD.BAD_CALLID.code}
      and guid = any ($1::text[])`,
  values: [guids],
});
