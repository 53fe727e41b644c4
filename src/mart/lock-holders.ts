import { queryRows, type Connection, type Statement } from '../db/connection.js';

const MOST_NAMED = 3;

/** Who has a lock on a table or view of a schema just now, in words for the operator; undefined: nobody. */
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

/** One row a transaction that has a lock on a table or view of a schema: its session, or the name under which it was prepared. */
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
