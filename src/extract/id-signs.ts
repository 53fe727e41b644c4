import { queryRow, queryRows, type Connection } from '../db/connection.js';
import type { IdSigns, SequenceSign, SubscriptionSign } from '../mart/id-order.js';
import { selectCounts, selectSequences, selectSubscriptions } from './id-signs.sql.js';
import type { IdbTable } from './idb-table.js';

type TableName = Pick<IdbTable, 'quotedName' | 'columns'>;

/** The subscriptions that write into a table. */
export const readSubscriptions = (connection: Connection, table: TableName): Promise<SubscriptionSign[]> =>
  queryRows<SubscriptionSign>(connection, selectSubscriptions(table));

/** Reads how the ids of a table are generated. Read the largest id first if the two are to be compared. */
export async function readIdSigns(connection: Connection, table: TableName): Promise<IdSigns> {
  const sequences = await queryRows<SequenceSign>(connection, selectSequences(table));
  const counts = await queryRow<{ most_sessions: number; are_counted: boolean; inserted: number; updated: number }>(
    connection,
    selectCounts(table),
  );
  return {
    subscriptions: await readSubscriptions(connection, table),
    sequences,
    mostSessions: counts.most_sessions,
    counted: counts.are_counted ? { inserted: counts.inserted, updated: counts.updated } : null,
  };
}
