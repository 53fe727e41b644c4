import type { Statement } from '../db/connection.js';
import { LEAST_OF_KIND, type RowTimeKind, type UsableTimes } from '../model/row-time.js';
import type { IdbTable } from './idb-table.js';
import { NEWEST_ROWS } from './newest-keys.sql.js';

/** Conditions that an index on ADDED_TS can each serve; together they select the rows without a usable ADDED_TS. */
const toConditions = ({ fromTs, untilTs }: UsableTimes): string[] => ['added_ts is null', `added_ts < ${fromTs}`, `added_ts > ${untilTs}`];

/** SQL condition: the row has no usable time at which ICON stored it. */
export const isWithoutTime = (usable: UsableTimes): string => `(${toConditions(usable).join(' or ')})`;

/** SQL condition: the row has a usable ADDED_TS. */
export const isWithTime = ({ fromTs, untilTs }: UsableTimes): string => `added_ts between ${fromTs} and ${untilTs}`;

/** SQL condition for the rows of one kind, for a statement that a person types. */
export function isOfKind(kind: RowTimeKind, { fromTs, untilTs }: UsableTimes): string {
  switch (kind) {
    case 'none':
      return 'added_ts is null';
    case 'early':
      return `added_ts < ${fromTs}`;
    case 'ahead':
      return `added_ts > ${untilTs} and added_ts < ${LEAST_OF_KIND.milliseconds}`;
    case 'milliseconds':
      return `added_ts >= ${LEAST_OF_KIND.milliseconds} and added_ts < ${LEAST_OF_KIND.microseconds}`;
    case 'microseconds':
      return `added_ts >= ${LEAST_OF_KIND.microseconds} and added_ts < ${LEAST_OF_KIND.nanoseconds}`;
    case 'nanoseconds':
      return `added_ts >= ${LEAST_OF_KIND.nanoseconds}`;
  }
}

const countByKind = ({ fromTs }: UsableTimes): string => `
    select
      case
        when added_ts is null then 'none'
        when added_ts < ${fromTs} then 'early'
        when added_ts < ${LEAST_OF_KIND.milliseconds} then 'ahead'
        when added_ts < ${LEAST_OF_KIND.microseconds} then 'milliseconds'
        when added_ts < ${LEAST_OF_KIND.nanoseconds} then 'microseconds'
        else 'nanoseconds'
      end as kind,
      count(*) as rows,
      min(added_ts)::text as example
    from without_time
    group by 1
    order by 2 desc, 1`;

/** Counts rows without a usable ADDED_TS by what they have instead, each condition up to `most`. */
export const countRowsWithoutTime = ({ rows }: Pick<IdbTable, 'rows'>, usable: UsableTimes, most: number): Statement => ({
  text: `
    with without_time as (
      ${toConditions(usable)
        .map((condition) => `(select added_ts from ${rows} where ${condition} limit ${most})`)
        .join('\n      union all\n      ')}
    )${countByKind(usable)}`,
});

/** Same for the newest rows by id; `looked_at` is their number. Returns at least one row. */
export const countNewestWithoutTime = ({ rows }: Pick<IdbTable, 'rows'>, usable: UsableTimes): Statement => ({
  text: `
    with newest as materialized (
      select added_ts
      from ${rows}
      where id is not null
      order by id desc
      limit ${NEWEST_ROWS}
    ),
    without_time as (
      select added_ts
      from newest
      where ${isWithoutTime(usable)}
    )
    select
      kinds.*,
      looked.looked_at
    from (select count(*) as looked_at from newest) as looked
    left join (${countByKind(usable)}
    ) as kinds on true`,
});
