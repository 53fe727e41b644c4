import type { Statement } from '../../db/connection.js';

/**
 * One row: what is set for the session's login, its database and its server that a job of the mart relies on, or cannot help. `set_otherwise`
 * are the settings that are neither as usual nor as the session has set them.
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
