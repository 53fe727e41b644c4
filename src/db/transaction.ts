import { StoppedError } from '../model/errors.js';
import type { Connection } from './connection.js';

export type TransactionMode = 'read committed' | 'repeatable read read only' | 'read committed read only';

/** Runs `work` in one transaction: commits when it returns, rolls back when it throws, and throws the first error. */
export async function withTransaction<T>(
  connection: Connection,
  work: () => Promise<T>,
  mode: TransactionMode = 'read committed',
): Promise<T> {
  await connection.query(`begin isolation level ${mode}`);
  let result: T;
  try {
    result = await work();
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
