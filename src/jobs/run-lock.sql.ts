import type { Statement } from '../db/connection.js';

/** For the length of a transaction, its role is the login's, which may see the login's sessions and end them; another one may be set for it. */
export const showOwnSessions: Statement = { text: 'set local role none' };

/** Ends those of some sessions that are still there. */
export const endSessions = (sessions: readonly { readonly pid: number; readonly startedAt: string }[]): Statement => ({
  text: `
    select pg_terminate_backend(pg_stat_activity.pid)
    from pg_stat_activity
    join unnest($1::int[], $2::text[]) as lost (pid, started_at)
      on lost.pid = pg_stat_activity.pid
      and lost.started_at = pg_stat_activity.backend_start::text`,
  values: [sessions.map(({ pid }) => pid), sessions.map(({ startedAt }) => startedAt)],
});
