import type { Statement } from '../db/connection.js';

/** The session that asks. */
export const selectOwnSession: Statement = {
  text: `
    select
      pid,
      backend_start::text as "startedAt"
    from pg_stat_activity
    where pid = pg_backend_pid()`,
};

/** Ends those of some sessions that are still there; a role may end its own. */
export const endSessions = (sessions: readonly { readonly pid: number; readonly startedAt: string }[]): Statement => ({
  text: `
    select pg_terminate_backend(pg_stat_activity.pid)
    from pg_stat_activity
    join unnest($1::int[], $2::text[]) as lost (pid, started_at)
      on lost.pid = pg_stat_activity.pid
      and lost.started_at = pg_stat_activity.backend_start::text`,
  values: [sessions.map(({ pid }) => pid), sessions.map(({ startedAt }) => startedAt)],
});
