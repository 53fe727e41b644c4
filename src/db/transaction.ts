import { StoppedError } from '../model/errors.js';
import { execute, type Connection, type Statement } from './connection.js';

export type TransactionMode = 'read committed' | 'repeatable read read only' | 'read committed read only';

const lastStatements = new WeakMap<Connection, Statement>();

/** Has the present transaction run a statement before it commits. */
export const beforeCommit = (connection: Connection, statement: Statement): void => void lastStatements.set(connection, statement);

/** Runs `work` in one transaction: commits when it returns, rolls back when it throws, and throws the first error. */
export async function withTransaction<T>(
  connection: Connection,
  work: () => Promise<T>,
  mode: TransactionMode = 'read committed',
): Promise<T> {
  lastStatements.delete(connection);
  await connection.query(`begin isolation level ${mode}`);
  let result: T;
  try {
    result = await work();
    const last = lastStatements.get(connection);
    if (last !== undefined) await execute(connection, last);
  } catch (error) {
    await connection.query('rollback').catch(() => undefined);
    throw error;
  }
  try {
    await connection.query('commit');
  } catch (error) {
    throw error instanceof StoppedError ? error.afterCommit() : error;
  }
  return result;
}
