/** The one reader of the system time; everything else takes a `Clock`. */
export type Clock = () => Date;

export const systemClock: Clock = () => new Date();

/** Whole epoch seconds (UTC) of an instant. */
export const toEpochSeconds = (at: Date): number => Math.floor(at.getTime() / 1000);

/** Milliseconds since some fixed instant, never going back: for durations. */
export const monotonicMs = (): number => performance.now();

/**
 * Three clocks write times on record: this machine's, the mart server's and the IDB server's. By so much they may differ without anything
 * being wrong.
 */
export const CLOCK_TOLERANCE_MS = 5 * 60_000;

/** Whether a recorded time has not come yet by more than clocks may differ: one of them was wrong when it was written, or is now. */
export const isAhead = (recorded: Date, now: Date): boolean => recorded.getTime() - now.getTime() > CLOCK_TOLERANCE_MS;

/** When something was last done. A recorded time in the future does not count: due work must not wait for a clock that was wrong. */
export const lastDone = (recorded: Date | null, now: Date): Date | null => (recorded !== null && recorded <= now ? recorded : null);

/** Whether periodic work is due: it was never done, or its interval has passed. */
export function isDue(recorded: Date | null, now: Date, everyMs: number): boolean {
  const last = lastDone(recorded, now);
  return last === null || now.getTime() - last.getTime() >= everyMs;
}
