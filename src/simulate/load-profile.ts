/**
 * How sessions arrive. `ordinary`: as in a contact centre, by hour, weekday and season, with incidents. `sizing`: every Chat Server at the
 * limit of the guide's sizing table, and all of them short and simple. `quiet`: evenly, day and night.
 */
export const LOAD_PROFILES = ['ordinary', 'sizing', 'quiet'] as const;
export type LoadProfile = (typeof LOAD_PROFILES)[number];

/** Sessions that one Chat Server opens a second by the guide's sizing table: 10, with rare peaks of 30, here five seconds in five minutes. */
export const SIZING_LOAD = { usual: 10, peak: 30, peakSeconds: 5, peakEvery: 300 } as const;
