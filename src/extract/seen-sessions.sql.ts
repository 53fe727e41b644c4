import type { Statement } from '../db/connection.js';
import type { UsableTimes } from '../model/row-time.js';
import type { IdbTable } from './idb-table.js';
import { isWithoutTime } from './row-times.sql.js';
import { callidIsIn, toTextArray, transactionConditions, type Transactions } from './user-data-rows.sql.js';

/** Which rows are looked at. */
export interface SeenRange {
  /** ADDED_TS, `[fromTs, toTs)`. */
  readonly fromTs: number;
  readonly toTs: number;
  readonly transactions: Transactions;
  /** Rows whose ADDED_TS tells no time as well; null: not those. */
  readonly orWithoutTime: UsableTimes | null;
}

const isInRange = ({ fromTs, toTs, orWithoutTime }: SeenRange): string => {
  const isStoredThen = `added_ts >= ${fromTs} and added_ts < ${toTs}`;
  return orWithoutTime === null ? isStoredThen : `(${isStoredThen} or ${isWithoutTime(orWithoutTime)})`;
};

/** Interactions, as far as a fact can bear their id, that have a row of one of the keys; in no order. */
export const selectSeenSessions = ({ rows: table }: IdbTable, keys: readonly string[], range: SeenRange): string => `
  select distinct callid::text
  from ${table}
  where ${isInRange(range)}
    and keyname = any (${toTextArray(keys)})
    and length(callid) between 1 and 50
    ${transactionConditions(range.transactions)
      .map((condition) => `and ${condition}`)
      .join('\n    ')}`;

/** Which of some interactions the IDB still has a row of, with a key that is loaded. */
export const selectCallidsWithRows = (table: IdbTable, callids: readonly string[], keys: readonly string[]): Statement => ({
  text: `
    select distinct callid::text as callid
    from ${table.rows}
    where ${callidIsIn(table, '$1::text[]')}
      and keyname = any ($2::text[])`,
  values: [callids, keys],
});
