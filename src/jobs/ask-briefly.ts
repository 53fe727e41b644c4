import { execute, type Connection } from '../db/connection.js';
import { POSTGRES_CODE, postgresCode } from '../db/postgres-errors.js';
import { withTransaction } from '../db/transaction.js';
import { limitStatementTime } from './backfill-source.sql.js';

/** With an index an answer takes a moment; without one it is not worth a look at every row. */
const TIMEOUT_MS = 5_000;

/** Asks something in a read-only transaction; null: a statement took too long. */
export async function askBriefly<T>(connection: Connection, ask: () => Promise<T>, timeoutMs = TIMEOUT_MS): Promise<T | null> {
  try {
    return await withTransaction(
      connection,
      async () => {
        await execute(connection, limitStatementTime(timeoutMs));
        return ask();
      },
      'read committed read only',
    );
  } catch (error) {
    if (postgresCode(error) === POSTGRES_CODE.queryCanceled) return null;
    throw error;
  }
}
