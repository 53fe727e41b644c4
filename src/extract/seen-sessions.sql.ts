import type { Statement } from '../db/connection.js';
import type { UsableTimes } from '../model/row-time.js';
import type { IdbTable } from './idb-table.js';
import { isWithoutTime } from './row-times.sql.js';
import { callidIsIn, toTextArray, transactionConditions, type Transactions } from './user-data-rows.sql.js';

/** The rows to examine. */
export interface SeenRange {
  /** ADDED_TS, `[fromTs, toTs)`. */
  readonly fromTs: number;
  readonly toTs: number;
  readonly transactions: Transactions;
  /** Include rows without a usable ADDED_TS; null: exclude them. */
  readonly orWithoutTime: UsableTimes | null;
}

const isInRange = ({ fromTs, toTs, orWithoutTime }: SeenRange): string => {
  const isStoredThen = `added_ts >= ${fromTs} and added_ts < ${toTs}`;
  return orWithoutTime === null ? isStoredThen : `(${isStoredThen} or ${isWithoutTime(orWithoutTime)})`;
};

/** Interactions with a row of one of the keys, if their id fits a fact; in no order. */
export const selectSeenSessions = ({ rows: table }: IdbTable, keys: readonly string[], range: SeenRange): string => `
  select distinct callid::text
  from ${table}
  where ${isInRange(range)}
    and keyname = any (${toTextArray(keys)})
    and length(callid) between 1 and 50
    ${transactionConditions(range.transactions)
      .map((condition) => `and ${condition}`)
      .join('\n    ')}`;

/** Which of the given interactions still have a row with a mapped key in the IDB. */
export const selectCallidsWithRows = (table: IdbTable, callids: readonly string[], keys: readonly string[]): Statement => ({
  text: `
    select distinct callid::text as callid
    from ${table.rows}
    where ${callidIsIn(table, '$1::text[]')}
      and keyname = any ($2::text[])`,
  values: [callids, keys],
});
