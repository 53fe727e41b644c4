import { boundedText } from '../../db/bounded-text.sql.js';
import type { Statement } from '../../db/connection.js';
import { DISCARD } from '../../model/discard.js';

/** Which discards to select; undefined: all. */
export interface DiscardFilter {
  /** Numbers of the reasons. */
  readonly codes?: readonly number[] | undefined;
  readonly guids?: readonly string[] | undefined;
  /** Include resolved discards. */
  readonly all: boolean;
}

const matching = `
    where ($1::int[] is null or code = any ($1))
      and ($2::text[] is null or guid = any ($2))
      and ($3 or resolved_ts is null)`;

const toValues = ({ codes, guids, all }: DiscardFilter): readonly unknown[] => [codes ?? null, guids ?? null, all];

/** The discards, newest first. */
export const selectDiscards = (filter: DiscardFilter, limit: number): Statement => ({
  text: `
    select
      guid,
      code,
      reason,
      keyname,
      ${boundedText('raw_value')} as raw_value,
      etl_ts,
      resolved_ts
    from stg_transform_discards${matching}
    order by etl_ts desc, guid, code, keyname, raw_value
    limit $4`,
  values: [...toValues(filter), limit],
});

/** The number of discards per reason. */
export const countDiscards = (filter: DiscardFilter): Statement => ({
  text: `
    select
      code,
      min(reason) as reason,
      count(*) filter (where resolved_ts is null) as open,
      count(*) filter (where resolved_ts is not null) as resolved
    from stg_transform_discards${matching}
    group by code
    order by code`,
  values: toValues(filter),
});

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
