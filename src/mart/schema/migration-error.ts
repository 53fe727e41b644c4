import { attribute } from '../../db/error-context.js';
import { queryRows, type Connection, type Statement } from '../../db/connection.js';
import { toErrorBeside } from '../../db/open-session.js';
import { POSTGRES_CODE, postgresCode } from '../../db/postgres-errors.js';
import { BusyError, ConfigError } from '../../model/errors.js';
import { explainMartError } from './explain-mart-error.js';
import { ownerCommand, readMartAccess } from './mart-access.js';

const MOST_NAMED = 3;

/** Who holds a lock on a table or view of a schema now, in words for the operator; undefined: nobody. */
export async function nameLockHolders(connection: Connection, schema: string): Promise<string | undefined> {
  const holders = await queryRows<Holder>(connection, selectLockHolders(schema));
  const names = holders.slice(0, MOST_NAMED).map(toName);
  if (holders.length > MOST_NAMED) names.push(`${holders.length - MOST_NAMED} more`);
  return names.length === 0 ? undefined : names.join(', ');
}

interface Holder {
  readonly pid: number | null;
  readonly user_name: string | null;
  readonly application: string | null;
  readonly gid: string | null;
  readonly relation: string;
}

function toName({ pid, user_name: user, application, gid, relation }: Holder): string {
  const who = gid === null ? `process ${pid}` : `prepared transaction ${JSON.stringify(gid)}`;
  return `${who} (user ${user}${application ? `, application ${application}` : ''}, ${relation})`;
}

/** One row per transaction that holds a lock on a table or view of a schema: its session, or the name under which it was prepared. */
export const selectLockHolders = (schema: string): Statement => ({
  text: `select
  pg_locks.pid,
  coalesce(pg_stat_activity.usename, pg_prepared_xacts.owner)::text as user_name,
  pg_stat_activity.application_name as application,
  pg_prepared_xacts.gid,
  min(pg_class.relname)::text as relation
from pg_locks
join pg_database on pg_database.oid = pg_locks.database
join pg_class on pg_class.oid = pg_locks.relation
join pg_namespace on pg_namespace.oid = pg_class.relnamespace
left join pg_stat_activity on pg_stat_activity.pid = pg_locks.pid
left join pg_locks as prepared_locks
  on prepared_locks.virtualtransaction = pg_locks.virtualtransaction
  and prepared_locks.locktype = 'transactionid'
  and prepared_locks.pid is null
left join pg_prepared_xacts on pg_prepared_xacts.transaction = prepared_locks.transactionid
where pg_locks.granted
  and pg_locks.pid is distinct from pg_backend_pid()
  and pg_database.datname = current_database()
  and pg_namespace.nspname = $1
group by 1, 2, 3, 4
order by 1 nulls last, 4`,
  values: [schema],
});

/**
 * Turns migration errors that an operator can fix into errors that say how; returns others unchanged.
 * `guard` is a session on the mart that is in no transaction.
 */
export async function toMigrationError(guard: Connection, cause: unknown, migration: string, schema: string): Promise<unknown> {
  // knex puts the whole statement before PostgreSQL's sentence.
  const reason = (cause instanceof Error ? cause.message : String(cause)).split(' - ').at(-1)!;
  if (cause instanceof Error) cause.message = reason;

  switch (postgresCode(cause)) {
    case POSTGRES_CODE.lockNotAvailable: {
      const holders = await nameLockHolders(guard, schema).catch(() => undefined);
      return new BusyError(
        'mart-in-use',
        `Migration ${migration} of schema ${schema} waited too long for ${holders ?? 'a query on the mart'}: ${reason}`,
        {
          cause,
          state: 'rolled-back',
          next: "Wait until they end, or end them with pg_terminate_backend(process) or rollback prepared 'name'.",
          again: 'then',
        },
      );
    }
    case POSTGRES_CODE.insufficientPrivilege:
      return new ConfigError('mart-not-writable', `Migration ${migration} of schema ${schema} lacks the required privileges: ${reason}`, {
        cause,
        state: 'rolled-back',
        next: await nameOwner(guard),
      });
    // Raised for a new session beside the guard; a statement never has this error.
    case POSTGRES_CODE.tooManyConnections:
    case POSTGRES_CODE.cannotConnectNow:
      return toErrorBeside(guard, cause);
    default:
      // The error arose in a session of knex with the same login.
      attribute(cause, guard);
      return explainMartError(guard, cause);
  }
}

/** Who may migrate the mart of a connection, and the command for it. */
async function nameOwner(guard: Connection): Promise<string> {
  const { schema, database, role, exists, owner, mayMigrate } = await readMartAccess(guard);
  if (!exists)
    return `Run deploy/roles-mart.sql, which creates the schema and its roles; or, as ${owner}: create schema ${schema} authorization ${role}. Then run chatmart migrate again.`;
  if (mayMigrate)
    return `Find out who owns that object in database ${database}; all objects of the mart must belong to ${owner}. Then run chatmart migrate again.`;
  return `The mart belongs to ${owner}; ${role} may not change its schema: ${ownerCommand(guard, owner)}`;
}
