/** Rows carry their transaction's number modulo 2^32, and tell before from after over half of that. */
const COMPARABLE_TRANSACTIONS = 2n ** 31n;

/** Whether rows of two transactions, given as xid8, can be told apart by age. */
export const areComparable = (older: bigint, newer: bigint): boolean => newer - older < COMPARABLE_TRANSACTIONS;
