/** Why a session or a value was set aside. Numbers are permanent: STG_TRANSFORM_DISCARDS.CODE. */
export const DISCARD = {
  NO_START: { code: 1, reason: 'no ChatServerSessionStartedAt: no fact' },
  BAD_START: { code: 2, reason: 'the start is no time that can be read: no fact' },
  START_TOO_EARLY: { code: 3, reason: 'the start lies before the earliest believable one: no fact' },
  START_IN_FUTURE: { code: 4, reason: 'the start lies over a day after ICON stored it: no fact' },
  NO_END: { code: 5, reason: 'a regular session without ChatServerSessionClosedAt: no fact until it comes' },
  BAD_END: { code: 6, reason: 'the end is no time that can be read: no fact' },
  END_BEFORE_START: { code: 7, reason: 'the end lies more than 60 s before the start: no fact' },
  CLOCK_SKEW: { code: 8, reason: 'the end lies up to 60 s before the start: the start taken as end' },
  BAD_MEASURE: { code: 9, reason: 'no whole number from 0 to 2147483647: 0 loaded' },
  BAD_KEY: { code: 10, reason: 'no key that can be read: -1 (UNKNOWN) loaded' },
  BAD_FLAG: { code: 11, reason: 'neither 0 nor 1: 0 loaded' },
  TEXT_CUT: { code: 12, reason: 'longer than its column: cut' },
  BAD_TEXT: { code: 13, reason: 'bytes that are no text in the encoding of the IDB: U+FFFD loaded' },
  BAD_CALLID: { code: 14, reason: 'CALLID empty, over 50 characters or no text: row ignored' },
  ROWS_GONE: { code: 15, reason: 'the rows were gone from the IDB when all of them were to be read: no fact' },
  DATABASE_ERROR: { code: 16, reason: 'PostgreSQL refused the interaction when it was loaded; the raw value is its error: not written' },
  TWINS_DISAGREE: { code: 17, reason: 'another IDB of the HA pair has this value, in fewer rows of the key: not loaded' },
  TOO_MANY_ROWS: { code: 18, reason: 'more rows than any chat has: not read, and what the mart holds of it stays as it is' },
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

/** With one of these open, what the rows of the interaction say is not in the mart; a fact of what they said before may be. */
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
