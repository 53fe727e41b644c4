import { BusyError, ConfigError } from '../../model/errors.js';
import { attribute } from '../../db/circumstances.js';
import type { Connection } from '../../db/connection.js';
import { explainMartError } from './explain-mart-error.js';
import { nameLockHolders } from '../lock-holders.js';
import { ownerCommand, readMartAccess } from './mart-access.js';
import { toErrorBeside } from '../../db/open-session.js';
import { POSTGRES_CODE, postgresCode } from '../../db/postgres-errors.js';

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
        `Migration ${migration} of schema ${schema} lacks the privileges that it needs: ${reason}`,
        {
          cause,
          hint: `${left} ${await nameOwner(guard)}`,
        },
      );
    // Of a session beside the guard: a statement has no such error.
    case POSTGRES_CODE.tooManyConnections:
    case POSTGRES_CODE.cannotConnectNow:
      return toErrorBeside(guard, cause);
    default:
      // It came up in a session of knex, of the same login.
      attribute(cause, guard);
      return explainMartError(guard, cause);
  }
}

/** Who may migrate the mart of a connection, and what to type for it. */
async function nameOwner(guard: Connection): Promise<string> {
  const { schema, database, role, exists, owner, mayMigrate } = await readMartAccess(guard);
  if (!exists)
    return `Run deploy/roles-mart.sql, which makes the schema and its roles; or, as ${owner}: create schema ${schema} authorization ${role}. Then type chatmart migrate again.`;
  if (mayMigrate)
    return `Look who owns that object in database ${database}; all of the mart must belong to ${owner}. Then type chatmart migrate again.`;
  return `The mart belongs to ${owner}, and ${role} may not change its schema: ${ownerCommand(guard, owner)}`;
}
