import type { Statement } from '../../db/connection.js';
import type { IdbTable } from '../../extract/idb-table.js';
import { NEWEST_ROWS } from '../../extract/newest-keys.sql.js';
import { EARLIEST_TS, LEAST_OF_KIND } from '../../model/row-time.js';

/**
 * One row: the settings, as set for the role, the database and the server, that the mart's jobs rely on or cannot change. `set_otherwise`
 * lists pinned settings that have neither PostgreSQL's default nor the session's own value.
 */
export const selectSettings = (pinned: Readonly<Record<string, string>>): Statement => ({
  text: `with settings as (
  select
    name,
    reset_val as value,
    boot_val as usual
  from pg_settings
)
select
  pg_is_in_recovery() as is_standby,
  (select value from settings where name = 'fsync') = 'on' as is_durable,
  (select value from settings where name = 'full_page_writes') = 'on' as keeps_pages,
  (select value from settings where name = 'synchronous_commit') as synchronous_commit,
  (select value from settings where name = 'track_activities') = 'on' as tracks_activities,
  (select value from settings where name = 'session_replication_role') as replication_role,
  array(
    select settings.name || ' = ' || settings.value
    from settings
    join unnest($1::text[], $2::text[]) as pinned (name, value)
      on pinned.name = lower(settings.name)
    where settings.value not in (settings.usual, pinned.value)
    order by settings.name
  ) as set_otherwise`,
  values: [Object.keys(pinned), Object.values(pinned)],
});

/** The five oldest transactions of a server, open or prepared for at least `seconds`, oldest first. Other roles' ages may be hidden. */
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

/** One row: the number of other sessions whose transaction age this role cannot see, or that do not report it at all. */
export const selectHiddenSessions = (): Statement => ({
  text: `select count(*) as sessions
from pg_stat_activity
where pid <> pg_backend_pid()
  and (backend_type is null or backend_type = 'client backend')
  and coalesce(state, 'disabled') = 'disabled'`,
});

/** Epoch seconds, even if in the future. */
const IS_SECONDS = `added_ts >= ${EARLIEST_TS} and added_ts < ${LEAST_OF_KIND.milliseconds}`;

/**
 * One row: when the newest rows by id were stored, and when the newest of them with one of the keys was. If none of them has such a key,
 * all rows since `sinceTs` are searched, newest first.
 */
export const selectRecentRows = ({ rows: table }: Pick<IdbTable, 'rows'>, keys: readonly string[], sinceTs: number): Statement => ({
  text: `with newest as (
  select
    keyname::text as keyname,
    added_ts
  from ${table}
  where id is not null
  order by id desc
  limit ${NEWEST_ROWS}
)
select
  max(added_ts) filter (where ${IS_SECONDS}) as newest_ts,
  coalesce(
    max(added_ts) filter (where ${IS_SECONDS} and keyname = any ($1::text[])),
    (
      select added_ts
      from ${table}
      where added_ts >= $2::int8
        and added_ts < ${LEAST_OF_KIND.milliseconds}
        and keyname = any ($1::text[])
      order by added_ts desc
      limit 1
    )
  ) as newest_chat_ts,
  count(*) = 0 as is_empty
from newest`,
  values: [keys, sinceTs],
});

/** Counts the newest rows, and those that delete a key. Reads every column, so that an invalid value in one is an error. */
export const countReadableRows = ({ rows: table }: Pick<IdbTable, 'rows'>): Statement => ({
  text: `with newest as (
  select
    callid,
    keyname,
    value,
    changetype,
    added_ts
  from ${table}
  where id is not null
  order by id desc
  limit ${NEWEST_ROWS}
)
select
  count(*) as rows,
  count(*) filter (where changetype = 3) as deletions,
  -- Each column is worked out.
  max(length(callid) + length(keyname) + length(value)) as longest,
  max(added_ts) as newest_ts
from newest`,
});

/** One row per source that was ever read. */
export const selectSourceProgress = (): Statement => ({
  text: `select
  source_name,
  complete_until,
  last_run_at
from chatmart_source
order by source_name`,
});
