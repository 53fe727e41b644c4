import type { Statement } from '../../db/connection.js';
import type { RowOrder } from '../../mart/id-order.js';
import type { KvpMap } from '../../model/mapped-key.js';
import type { UsableTimes } from '../../model/row-time.js';
import { digestParts, mappedKeys, toComparableText, toValueHash } from './value-digest.sql.js';
import type { IdbTable } from '../../extract/idb-table.js';
import { isWithoutTime, isWithTime } from '../../extract/row-times.sql.js';
import { callidIsIn, rowOrder, toTextArray, transactionConditions, type Transactions } from '../../extract/user-data-rows.sql.js';

/** Whether the row leaves its key without a value. */
const NO_VALUE = `(coalesce(changetype, 0) = 3 or coalesce(value, '') = '')`;

/**
 * What the mart compares: the keys of the rows, the keys without a value, and the sum of the values' hashes, which does not depend on the
 * order of the rows.
 */
const digestColumns = (map: KvpMap): string =>
  digestParts(map)
    .map(({ prefix, isMeant }) => {
      const and = isMeant === undefined ? '' : ` and ${isMeant}`;
      return `
      ${isMeant === undefined ? 'bit_or(bit)' : `coalesce(bit_or(bit) filter (where ${isMeant}), 0)`} as ${prefix}keys,
      coalesce(bit_or(bit) filter (where ${NO_VALUE}${and}), 0) as ${prefix}absent,
      coalesce(sum(${toValueHash(toComparableText(map, 'form', 'value'), 'number')}) filter (where not ${NO_VALUE}${and}), 0) as ${prefix}hash`;
    })
    .join(',');

/** The names of these columns. */
const digestNames = (map: KvpMap): string[] =>
  digestParts(map).flatMap(({ prefix }) => [`${prefix}keys`, `${prefix}absent`, `${prefix}hash`]);

/** Ids `(afterId, untilId]`; null: no such bound. */
export interface IdRange {
  readonly afterId: number | null;
  readonly untilId: number | null;
}

/** The hour of rows without one: after every instant that facts may be kept from, and far enough from the largest integer for additions. */
export const UNTIMED_HOUR_TS = 2_147_392_800;

/** Whether the loader takes the interaction's id; in an encoding other than UTF8 it might not even be possible to send it. */
const isJudged = ({ encoding }: IdbTable): string =>
  `coalesce(length(callid), 0) between 1 and 50${encoding === 'UTF8' ? '' : ` and callid ~ '^[!-~]+$'`}`;

/**
 * One line per interaction: `callid, hour, keys, absent, hash` of the rows that meet the conditions. An interaction that the loader does
 * not take has an empty callid, so that it is counted.
 */
const copyDigests = (table: IdbTable, map: KvpMap, hourTs: number, conditions: readonly string[]): string => `
  copy (
    select
      case when ${isJudged(table)} then callid else '' end,
      ${hourTs},
      ${digestNames(map).join(',\n      ')}
    from (
      select
        callid,${digestColumns(map)}
      from ${table.rows}
      join ${mappedKeys(map)} using (keyname)
      where ${conditions.join('\n        and ')}
      group by callid
    ) as digest
  ) to stdout`;

/** The digests of the rows that ICON stored in `[fromTs, toTs)`. */
export const copyHourDigests = (table: IdbTable, map: KvpMap, span: { fromTs: number; toTs: number; hourTs: number }): string =>
  copyDigests(table, map, span.hourTs, [`added_ts >= ${span.fromTs}`, `added_ts < ${span.toTs}`]);

/** The digests of the rows without a usable ADDED_TS in a range of ids. */
export const copyUntimedDigests = (table: IdbTable, map: KvpMap, usable: UsableTimes, { afterId, untilId }: IdRange): string =>
  copyDigests(table, map, UNTIMED_HOUR_TS, [
    isWithoutTime(usable),
    ...(afterId === null ? [] : [`id > ${afterId}`]),
    ...(untilId === null ? [] : [`id <= ${untilId}`]),
  ]);

/** Which rows of an interaction are compared with the mart, and the order that decides which row of a key is the newest. */
export interface ComparedRows {
  readonly transactions: Transactions;
  readonly order: RowOrder;
}

/** The digests of all rows of some interactions that these transactions wrote, using only the newest row of each key. */
export const copyExactDigests = (table: IdbTable, map: KvpMap, callids: readonly string[], rows: ComparedRows): string => `
  copy (
    select
      callid,
      0,${digestColumns(map)}
    from (
      select distinct on (callid, keyname)
        callid,
        keyname,
        value,
        changetype
      from ${table.rows}
      where ${[callidIsIn(table, toTextArray(callids)), ...transactionConditions(rows.transactions)].join('\n        and ')}
      order by callid, keyname, ${rowOrder(table, rows.order, 'newest')}
    ) as newest
    join ${mappedKeys(map)} using (keyname)
    group by callid
  ) to stdout`;

/** When ICON stored the first row at or after an instant, epoch seconds; null: there is none. */
export const selectNextAddedTs = (table: string, fromTs: number): Statement => ({
  text: `select min(added_ts) as ts from ${table} where added_ts >= $1::int8`,
  values: [fromTs],
});

/** When ICON stored the oldest row that still exists. */
export const selectOldestAddedTs = (table: string, usable: UsableTimes): Statement => ({
  text: `select min(added_ts) as ts from ${table} where ${isWithTime(usable)}`,
});

/** A comparison is never urgent: it must not occupy several processes of the IDB's server, and costs less in one. */
export const USE_ONE_PROCESS: Statement = { text: 'set max_parallel_workers_per_gather to 0' };

export const USE_PROCESSES_AS_BEFORE: Statement = { text: 'reset max_parallel_workers_per_gather' };
