import { CLOCK_TOLERANCE_MS } from '../src/model/clock.js';

/** SQL for now, UTC. */
export const NOW = `(now() at time zone 'UTC')`;

/** SQL for an instant after which nothing has come, whatever clocks may differ by: one of them was wrong. */
export const AHEAD = `${NOW} + interval '${CLOCK_TOLERANCE_MS / 60_000} minutes'`;

/** SQL for a duration as HH:MM:SS; hours above 24 stay hours, as in 49:00:00. */
export const clock = (seconds: string): string => `to_char(make_interval(secs => ${seconds}), 'HH24:MI:SS')`;
