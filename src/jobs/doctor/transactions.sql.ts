import type { Statement } from '../../db/connection.js';

/** The oldest transactions of a server, open or prepared for so long, oldest first; of those of others a role may see no age. */
export const selectOldTransactions = (seconds: number): Statement => ({
  text: `select
  pid,
  null as gid,
  datname::text as database,
  usename::text as user_name,
  backend_xid is not null as writes,
  extract(epoch from clock_timestamp() - xact_start)::float8 as seconds
from pg_stat_activity
where pid <> pg_backend_pid()
  and backend_type = 'client backend'
  and xact_start <= clock_timestamp() - make_interval(secs => $1)
union all
select
  null as pid,
  gid,
  database::text as database,
  owner::text as user_name,
  true as writes,
  extract(epoch from clock_timestamp() - prepared)::float8 as seconds
from pg_prepared_xacts
where prepared <= clock_timestamp() - make_interval(secs => $1)
order by seconds desc
limit 5`,
  values: [seconds],
});

/** One row: of how many other sessions this role is not shown for how long their transactions have been open, or nobody is. */
export const selectHiddenSessions = (): Statement => ({
  text: `select count(*) as sessions
from pg_stat_activity
where pid <> pg_backend_pid()
  and (backend_type is null or backend_type = 'client backend')
  and coalesce(state, 'disabled') = 'disabled'`,
});
