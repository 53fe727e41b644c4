import type { Statement } from '../db/connection.js';
import type { KvpMap } from '../model/mapped-key.js';
import { mappedKeys, toComparableText, toValueHash } from '../spec/value-digest.sql.js';
import type { IdbTable } from './idb-table.js';
import { callidIsIn, toTextArray, transactionConditions, type Transactions } from './user-data-rows.sql.js';

/** The row leaves its key without a value. */
const NO_VALUE = `(coalesce(changetype, 0) = 3 or coalesce(value, '') = '')`;

/**
 * What the mart compares: the keys of the rows, those of them without a value, and the sum of the values' hashes; the order of
 * the rows is no matter.
 */
const digestColumns = `
      bit_or(bit) as keys,
      coalesce(bit_or(bit) filter (where ${NO_VALUE}), 0) as absent,
      coalesce(sum(${toValueHash(toComparableText('form', 'value'), 'number')}) filter (where not ${NO_VALUE}), 0) as hash`;

/** Interactions that the loader takes; text in another encoding might not even be sendable. */
const isJudged = ({ encoding }: IdbTable): string =>
  `length(callid) between 1 and 50${encoding === 'UTF8' ? '' : ` and callid ~ '^[!-~]+$'`}`;

/** One line an interaction: `callid, hour, keys, absent, hash` of the rows that ICON stored in `[fromTs, toTs)`. */
export const copyHourDigests = (table: IdbTable, map: KvpMap, span: { fromTs: number; toTs: number; hourTs: number }): string => `
  copy (
    select
      callid,
      ${span.hourTs},
      keys,
      absent,
      hash
    from (
      select
        callid,${digestColumns}
      from ${table.rows}
      join ${mappedKeys(map)} using (keyname)
      where added_ts >= ${span.fromTs}
        and added_ts < ${span.toTs}
      group by callid
      -- Else the condition on CALLID is moved to the rows, where it costs more and spoils the estimate of their number.
      offset 0
    ) as digest
    where ${isJudged(table)}
  ) to stdout`;

/** The same of all rows of some interactions, as far as these transactions wrote them; of each key only the newest row. */
export const copyExactDigests = (table: IdbTable, map: KvpMap, callids: readonly string[], transactions: Transactions): string => `
  copy (
    select
      callid,
      0,${digestColumns}
    from (
      select distinct on (callid, keyname)
        callid,
        keyname,
        value,
        changetype
      from ${table.rows}
      where ${[callidIsIn(table, toTextArray(callids)), ...transactionConditions(transactions)].join('\n        and ')}
      order by callid, keyname, id desc
    ) as newest
    join ${mappedKeys(map)} using (keyname)
    group by callid
  ) to stdout`;

/** When ICON stored the first row from an instant on; null: none. */
export const selectNextAddedTs = (table: string, fromTs: number): Statement => ({
  text: `select min(added_ts) as ts from ${table} where added_ts >= $1::int8`,
  values: [fromTs],
});

/** When ICON stored the oldest row that there still is. */
export const selectOldestAddedTs = (table: string): Statement => ({ text: `select min(added_ts) as ts from ${table}` });

/** A comparison is never urgent: it must not take several processes of the IDB's server, and is cheaper in one. */
export const USE_ONE_PROCESS: Statement = { text: 'set max_parallel_workers_per_gather to 0' };

export const USE_PROCESSES_AS_BEFORE: Statement = { text: 'reset max_parallel_workers_per_gather' };
