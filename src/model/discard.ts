/** Why a session or a value was set aside. Numbers are permanent: STG_TRANSFORM_DISCARDS.CODE. */
export const DISCARD = {
  NO_START: { code: 1, reason: 'ChatServerSessionStartedAt is missing; no fact was written' },
  BAD_START: { code: 2, reason: 'the start time cannot be parsed; no fact was written' },
  START_TOO_EARLY: { code: 3, reason: 'the start is earlier than plausible; no fact was written' },
  START_IN_FUTURE: { code: 4, reason: 'the start is over a day after ICON stored it; no fact was written' },
  NO_END: { code: 5, reason: 'a regular session has no ChatServerSessionClosedAt; no fact until it arrives' },
  BAD_END: { code: 6, reason: 'the end time cannot be parsed; no fact was written' },
  END_BEFORE_START: { code: 7, reason: 'the end is more than 60 s before the start; no fact was written' },
  CLOCK_SKEW: { code: 8, reason: 'the end is up to 60 s before the start; the start is used as the end' },
  BAD_MEASURE: { code: 9, reason: 'not a whole number from 0 to 2147483647; 0 was loaded' },
  BAD_KEY: { code: 10, reason: 'the key cannot be parsed; -1 (UNKNOWN) was loaded' },
  BAD_FLAG: { code: 11, reason: 'neither 0 nor 1; 0 was loaded' },
  TEXT_CUT: { code: 12, reason: 'longer than its column; truncated' },
  BAD_TEXT: { code: 13, reason: "bytes that are invalid in the IDB's encoding; U+FFFD was loaded" },
  BAD_CALLID: { code: 14, reason: 'CALLID is empty, longer than 50 characters or not valid text; the row was ignored' },
  ROWS_GONE: { code: 15, reason: 'the rows had left the IDB before all of them were read; no fact was written' },
  DATABASE_ERROR: { code: 16, reason: 'PostgreSQL refused the interaction; the raw value is its error; nothing was written' },
  TWINS_DISAGREE: { code: 17, reason: 'the other IDB of the HA pair has this value, in fewer rows of the key; not loaded' },
  TOO_MANY_ROWS: { code: 18, reason: 'more rows than any chat has; not read, and the mart keeps what it has of it' },
  BAD_ATTACHED_DATA: { code: 19, reason: 'not a value of the kind that attached-data gives the key; NULL was loaded' },
} as const;

export type DiscardName = keyof typeof DISCARD;

/** With one of these open, the interaction has no fact. */
export const NO_FACT: readonly DiscardName[] = [
  'NO_START',
  'BAD_START',
  'START_TOO_EARLY',
  'START_IN_FUTURE',
  'NO_END',
  'BAD_END',
  'END_BEFORE_START',
  'ROWS_GONE',
];

/** With one of these open, the mart lacks what the rows of the interaction say; it may hold a fact from earlier rows. */
export const NOT_READ: readonly DiscardName[] = ['DATABASE_ERROR', 'TOO_MANY_ROWS'];

const NAMES = new Map<number, string>(Object.entries(DISCARD).map(([name, { code }]) => [code, name]));

/** The name of a reason; of a number that this release does not know, the number. */
export const toDiscardName = (code: number): string => NAMES.get(code) ?? String(code);

/** One discard: of a whole interaction (`kvp` null) or of one of its values. */
export interface Discard {
  readonly guid: string;
  readonly name: DiscardName;
  readonly kvp: string | null;
  readonly raw: string | null;
}
