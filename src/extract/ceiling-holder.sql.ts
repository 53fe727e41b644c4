import type { Statement } from '../db/connection.js';

/** One row per open transaction of the server that has a number. */
const HOLDERS = `select
    backend_xid as transaction,
    pid,
    datname::text as database,
    usename::text as user_name,
    application_name as application,
    null as gid,
    xact_start as since
  from pg_stat_activity
  where backend_xid is not null
  union all
  select
    transaction,
    null as pid,
    database::text as database,
    owner::text as user_name,
    null as application,
    gid,
    prepared as since
  from pg_prepared_xacts`;

/** One row: age in seconds of the oldest open transaction with a number; 0 if there is none, null if all ages are hidden. */
export const selectOldestTransaction = (): Statement => ({
  text: `select
  case when count(*) = 0 then 0 else extract(epoch from clock_timestamp() - min(since))::float8 end as seconds
from (
  ${HOLDERS}
) as holders`,
});

/**
 * One row: the current ceiling, whether anything lies above it, and the transaction whose number it is. Every role may see all columns of a
 * session except `since`. Ceilings are numbers of top-level transactions, never of subtransactions.
 */
export const selectCeilingHolder = (): Statement => ({
  text: `with snapshot as (
  select
    pg_snapshot_xmin(pg_current_snapshot) as ceiling,
    pg_snapshot_xmax(pg_current_snapshot) as xmax
  from pg_current_snapshot()
),
holders as (
  ${HOLDERS}
)
select
  snapshot.ceiling::text as ceiling,
  snapshot.xmax::text as xmax,
  pg_is_in_recovery() as is_standby,
  clock_timestamp() as now,
  holders.pid,
  holders.database,
  holders.user_name,
  holders.application,
  holders.gid,
  holders.since
from snapshot
left join holders on holders.transaction = snapshot.ceiling::xid
limit 1`,
});
