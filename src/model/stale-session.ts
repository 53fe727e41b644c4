/** An active session that nothing has come for in so long is told as stale; it is never ended for that. */
export const STALE_SECONDS = 30 * 86_400;
