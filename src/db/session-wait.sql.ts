/** Sessions that wait: one row per transaction that blocks them, or a row without one. */
export const selectWaits = (isMeant: string): string => `
with waiting as (
  select
    activity.pid,
    activity.application_name::text as application,
    activity.wait_event_type::text as event_type,
    activity.wait_event::text as event,
    activity.query_start as since,
    lock.locktype,
    (
      select format('%I.%I', nspname, relname)
      from pg_class
      join pg_namespace on pg_namespace.oid = relnamespace
      where pg_class.oid = lock.relation
    ) as relation,
    lock.relation as relation_oid,
    lock.transactionid
  from pg_stat_activity as activity
  left join pg_locks as lock on lock.pid = activity.pid and not lock.granted
  where ${isMeant}
)
select
  waiting.pid,
  waiting.application,
  waiting.event_type,
  waiting.event,
  waiting.since,
  waiting.locktype,
  waiting.relation,
  blocker.pid as blocker_pid,
  holder.usename::text as blocker_user,
  holder.application_name::text as blocker_application,
  holder.state::text as blocker_state,
  holder.state_change as blocker_since,
  prepared.gid as blocker_gid,
  prepared.database::text as blocker_database,
  current_setting('synchronous_standby_names') as standby_names,
  (select count(*) from pg_stat_replication)::integer as standbys
from waiting
left join lateral (
  select distinct pid
  from unnest(case when waiting.locktype is null then '{}' else pg_blocking_pids(waiting.pid) end) as blocking (pid)
) as blocker on true
left join pg_stat_activity as holder on holder.pid = blocker.pid
-- A prepared transaction has no process; its pid is 0.
left join lateral (
  select
    pg_prepared_xacts.gid,
    pg_prepared_xacts.database
  from pg_prepared_xacts
  where pg_prepared_xacts.transaction = waiting.transactionid
    or exists (
      select
      from pg_locks as held
      join pg_locks as of_prepared
        on of_prepared.virtualtransaction = held.virtualtransaction
        and of_prepared.locktype = 'transactionid'
        and of_prepared.pid is null
      where held.pid is null
        and held.granted
        and held.relation = waiting.relation_oid
        and of_prepared.transactionid = pg_prepared_xacts.transaction
    )
  limit 1
) as prepared on blocker.pid = 0
order by waiting.pid, blocker.pid`;

/** The wait of one session, identified by its process and start time. */
export const SELECT_WAIT = selectWaits('activity.pid = $1 and activity.backend_start = $2::timestamptz');

/** This program's sessions that wait for a lock or a standby. For sessions of other roles, only lock waits are visible. */
export const SELECT_OWN_WAITS = selectWaits(`activity.application_name like 'chatmart %'
    and activity.pid <> pg_backend_pid()
    and (activity.wait_event = 'SyncRep' or lock.locktype is not null)`);
