import { queryRow, type Connection } from '../db/connection.js';
import { ConfigError } from '../model/errors.js';

/** The time by the clock of a session's server. */
export const readServerTime = async (connection: Connection): Promise<Date> =>
  (await queryRow<{ now: Date }>(connection, { text: 'select clock_timestamp() as now' })).now;

/** A server may run another zone's clock as UTC; a clock that is merely inaccurate is not ahead by more. */
const MOST_AHEAD_MS = 86_400_000;

/**
 * Throws ConfigError if this machine's clock is over a day ahead of the mart's server: by a wrong clock, rows would be deleted before their
 * retention ends. A clock that is behind deletes less, and the rest later.
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
