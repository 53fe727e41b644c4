const DAY_MS = 86_400_000;

/**
 * The instant from which facts are kept, when they are to be kept for so many days at least: facts go by whole months (UTC), so it is the
 * start of the month in which the oldest of those days lies.
 */
export function toKeptFrom(now: Date, days: number): Date {
  const oldest = new Date(now.getTime() - days * DAY_MS);
  return new Date(Date.UTC(oldest.getUTCFullYear(), oldest.getUTCMonth()));
}

/** The instant before which history is not kept. */
export const toHistoryKeptFrom = (now: Date, days: number): Date => new Date(now.getTime() - days * DAY_MS);
