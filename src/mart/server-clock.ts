import { queryRow, type Connection } from '../db/connection.js';
import { ConfigError } from '../model/errors.js';

/** What the clock of a session's server says. */
export const readServerTime = async (connection: Connection): Promise<Date> =>
  (await queryRow<{ now: Date }>(connection, { text: 'select clock_timestamp() as now' })).now;

/** Servers may keep another time zone's clock for UTC; no clock that is merely badly kept is ahead by more. */
const MOST_AHEAD_MS = 86_400_000;

/**
 * Throws ConfigError where this machine's clock is over a day ahead of the mart's server: what is past its retention by a wrong clock would be
 * deleted for good. One that is behind deletes less, and later the rest.
 */
export function refuseClockAhead(now: Date, serverTime: Date): void {
  if (now.getTime() - serverTime.getTime() <= MOST_AHEAD_MS) return;
  throw new ConfigError(
    'clock-ahead',
    `This machine's clock shows ${now.toISOString()}, the clock of the mart's server ${serverTime.toISOString()}; it is unclear which data is past its retention`,
    {
      state: 'nothing-deleted',
      next: 'Synchronize both clocks with the same time servers (timedatectl, chronyc tracking).',
      again: 'then',
    },
  );
}
