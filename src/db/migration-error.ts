import { BusyError, ConfigError } from '../model/errors.js';
import type { Connection } from './connection.js';
import { nameLockHolders } from './lock-holders.js';
import { POSTGRES_CODE, postgresCode } from './postgres-errors.js';

/**
 * Turns the errors of a migration that an operator can do something about into ones that say what; others stay as they are.
 * `guard` is a session on the mart that is in no transaction.
 */
export async function toMigrationError(guard: Connection, cause: unknown, migration: string, schema: string): Promise<unknown> {
  // knex puts the whole statement before PostgreSQL's sentence.
  const reason = (cause instanceof Error ? cause.message : String(cause)).split(' - ').at(-1)!;
  if (cause instanceof Error) cause.message = reason;
  const left = 'Its transaction was undone.';
  switch (postgresCode(cause)) {
    case POSTGRES_CODE.lockNotAvailable: {
      const holders = await nameLockHolders(guard, schema).catch(() => undefined);
      return new BusyError(
        'mart-in-use',
        `Migration ${migration} of schema ${schema} waited too long for ${holders ?? 'a query on the mart'}: ${reason}`,
        {
          cause,
          hint: `${left} Let them end, or end them with pg_terminate_backend(process) or rollback prepared 'name'; then type chatmart migrate again.`,
        },
      );
    }
    case POSTGRES_CODE.insufficientPrivilege:
      return new ConfigError(
        'mart-not-writable',
        `Migration ${migration} of schema ${schema} has not the rights that it needs: ${reason}`,
        {
          cause,
          hint: `${left} Let the user of the mart's URL create in that database and schema, then type chatmart migrate again.`,
        },
      );
    default:
      return cause;
  }
}
