/** The one reader of the system time; everything else takes a `Clock`. */
export type Clock = () => Date;

export const systemClock: Clock = () => new Date();

/** Whole epoch seconds (UTC) of an instant. */
export const toEpochSeconds = (at: Date): number => Math.floor(at.getTime() / 1000);

/** Milliseconds since some fixed instant, never going back: for durations. */
export const monotonicMs = (): number => performance.now();
