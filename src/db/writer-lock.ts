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

/** Takes the lock that keeps a second run away from a source, for as long as the session lives. False: somebody else has it. */
export async function tryRunLock(connection: Connection, martSchema: string, sourceName: string): Promise<boolean> {
  const result = await connection.query<{ taken: boolean }>('select pg_try_advisory_lock(hashtextextended($1, 0)) as taken', [
    `chatmart run ${martSchema} ${sourceName}`,
  ]);
  return result.rows[0]?.taken === true;
}
