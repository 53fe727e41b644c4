import type { Statement } from '../db/connection.js';
import type { IdBound } from '../mart/id-order.js';
import { EARLIEST_TS } from '../model/row-time.js';
import { isInBlocks, LAST_TS, toXid, transactionConditions, type Transactions } from './user-data-rows.sql.js';

/** Late rows: of these transactions, with ids up to one already passed. */
export interface LateRange {
  readonly transactions: Transactions;
  readonly untilId: number;
  /** Only ids after this one; undefined: from the smallest. */
  readonly afterId?: number | undefined;
  /** Rows count as late only by the bound of their own window. */
  readonly bounds?: readonly IdBound[] | undefined;
}

/** Blocks `[from, to)` of a table and of each of its parts; `to` null: to the end. */
export interface Blocks {
  readonly from: number;
  readonly to: number | null;
}

/** One row: the number of late rows, their smallest and largest id; only in `blocks` if given. */
export const selectLateRows = (rows: string, range: LateRange, blocks: Blocks | null): Statement => ({
  text: `
    select
      count(*) as rows,
      floor(min(id)) as min_id,
      ceil(max(id)) as max_id
    from ${rows}
    where ${[
      ...(blocks === null ? [] : isInBlocks(blocks)),
      `id <= ${range.untilId}`,
      ...(range.afterId === undefined ? [] : [`id > ${range.afterId}`]),
      ...transactionConditions(range.transactions),
      ...boundConditions(range.bounds),
    ].join('\n      and ')}`,
});

/** Youngest window first: the first window whose start is not younger than the row is the row's own. */
function boundConditions(bounds: readonly IdBound[] | undefined): string[] {
  if (bounds === undefined) return [];
  const cases = [...bounds].reverse().map(({ from, aboveId }) => `when age(xmin) <= age(${toXid(BigInt(from))}) then ${aboveId}`);
  return [`id <= case ${cases.join(' ')} end`];
}

/**
 * One row: whether ICON stored one of these rows later than the row with the largest id up to `untilId`. Otherwise their ids do not
 * contradict the order of time: they were updated in place, or drawn just before their transactions got a number.
 */
export const selectContradictsTime = (
  rows: string,
  { transactions, afterId, untilId }: LateRange & { readonly afterId: number },
): Statement => ({
  text: `
    select coalesce(
      max(added_ts) filter (where added_ts between ${EARLIEST_TS} and ${LAST_TS})
        > (select added_ts from ${rows} where id <= ${untilId} order by id desc limit 1),
      false
    ) as contradicts
    from ${rows}
    where ${[`id <= ${untilId}`, `id > ${afterId}`, ...transactionConditions(transactions)].join('\n      and ')}`,
});

/** Which of the given tables (oids) this role may read directly. */
export const selectReadableTables = (oids: readonly number[]): Statement => ({
  text: `
    select
      pg_class.oid::int8 as oid,
      format('%I.%I', nspname, relname) as quoted_name
    from pg_class
    join pg_namespace on pg_namespace.oid = relnamespace
    where pg_class.oid = any ($1::oid[])
      and relkind = 'r'
      and has_schema_privilege(nspname, 'usage')
      and has_table_privilege(pg_class.oid, 'select')`,
  values: [oids],
});
