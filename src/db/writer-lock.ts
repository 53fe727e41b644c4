import type { Connection } from './connection.js';

/** What the writer lock of a mart is a lock on. */
export const writerLockName = (martSchema: string): string => `chatmart writer ${martSchema}`;

/**
 * Waits for the mart's one writer lock and holds it until the transaction ends; whoever comes queues.
 * Must be a statement of its own in a READ COMMITTED transaction: only the statements after it see what the last holder committed.
 */
export async function takeWriterLock(connection: Connection, martSchema: string): Promise<void> {
  await connection.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [writerLockName(martSchema)]);
}

const runLockName = (martSchema: string, sourceName: string): string => `chatmart run ${martSchema} ${sourceName}`;

/** Takes the lock that keeps a second run away from a source, for as long as the session lives. False: somebody else has it. */
export async function tryRunLock(connection: Connection, martSchema: string, sourceName: string): Promise<boolean> {
  const result = await connection.query<{ taken: boolean }>('select pg_try_advisory_lock(hashtextextended($1, 0)) as taken', [
    runLockName(martSchema, sourceName),
  ]);
  return result.rows[0]?.taken === true;
}

/** Whether somebody has that lock now; only looks. */
export async function isRunLockTaken(connection: Connection, martSchema: string, sourceName: string): Promise<boolean> {
  // PostgreSQL shows the two halves of the key; objsubid 1 says that they are one.
  const result = await connection.query(
    `select
      from pg_locks
      join pg_database on pg_database.oid = pg_locks.database
      where locktype = 'advisory'
        and datname = current_database()
        and objsubid = 1
        and granted
        and (classid::bigint << 32) | objid::bigint = hashtextextended($1, 0)`,
    [runLockName(martSchema, sourceName)],
  );
  return result.rowCount !== 0;
}
