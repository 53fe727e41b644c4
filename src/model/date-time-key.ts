/** Length of Info Mart's grain in seconds: one row of DATE_TIME. */
export const INTERVAL_SECONDS = 900;

/** `END_DATE_TIME_KEY` of a session that has not ended: a row of its own in DATE_TIME, so that joins need no test for NULL. */
export const OPEN_END_KEY = 2147482800;

/** 2038-01-01T00:00:00Z: no interval begins here or later, because keys are 32-bit integers. */
export const CALENDAR_END_KEY = 2_145_916_800;

/** Key of the 15-minute interval (UTC) that holds an instant given in epoch seconds. */
export const toDateTimeKey = (epochSeconds: number): number =>
  epochSeconds - (((epochSeconds % INTERVAL_SECONDS) + INTERVAL_SECONDS) % INTERVAL_SECONDS);
