import { CLOCK_TOLERANCE_MS } from '../src/model/clock.js';

/** SQL for now, UTC. */
export const NOW = `(now() at time zone 'UTC')`;

/** SQL for the latest plausible instant, given how far clocks may differ: a later time was written by a wrong clock. */
export const AHEAD = `${NOW} + interval '${CLOCK_TOLERANCE_MS / 60_000} minutes'`;

/** SQL for a duration as HH:MM:SS; hours above 24 stay hours, as in 49:00:00. */
export const clock = (seconds: string): string => `to_char(make_interval(secs => ${seconds}), 'HH24:MI:SS')`;
