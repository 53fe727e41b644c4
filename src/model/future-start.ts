/** ICON stores a session when it has ended or is under way: a start so many seconds after that is a broken clock. */
export const FUTURE_START_SECONDS = 86_400;
