import type { IdbTable } from './idb-table.js';
import { toTextArray, transactionConditions, type Transactions } from './user-data-rows.sql.js';

/** Which rows are looked at. */
export interface SeenRange {
  /** ADDED_TS, `[fromTs, toTs)`. */
  readonly fromTs: number;
  readonly toTs: number;
  readonly transactions: Transactions;
}

/** Interactions, as far as a fact can bear their id, that have a row of one of the keys; in no order. */
export const selectSeenSessions = ({ rows: table }: IdbTable, keys: readonly string[], range: SeenRange): string => `
  select distinct callid::text
  from ${table}
  where added_ts >= ${range.fromTs}
    and added_ts < ${range.toTs}
    and keyname = any (${toTextArray(keys)})
    and length(callid) between 1 and 50
    ${transactionConditions(range.transactions)
      .map((condition) => `and ${condition}`)
      .join('\n    ')}`;
