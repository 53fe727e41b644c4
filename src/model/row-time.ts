import { toEpochSeconds } from './clock.js';
import { newestRows, toCountText } from './text.js';

/** ICON stores a session when it has ended or is under way: a start later than its storing by this many seconds is from a broken clock. */
export const FUTURE_START_SECONDS = 86_400;

/** 2000-01-01T00:00:00Z: no Chat Server is older, and no row was stored earlier. */
export const EARLIEST_TS = 946_684_800;

/** Bounds of a usable ADDED_TS, one that tells when ICON stored a row: epoch seconds from 2000 to a day after now. */
export interface UsableTimes {
  readonly fromTs: number;
  readonly untilTs: number;
}

export const toUsableTimes = (now: Date): UsableTimes => ({ fromTs: EARLIEST_TS, untilTs: toEpochSeconds(now) + FUTURE_START_SECONDS });

/** What rows have instead of a usable ADDED_TS, and the unit that the value seems to have. */
export const ROW_TIME_KINDS = ['none', 'early', 'ahead', 'milliseconds', 'microseconds', 'nanoseconds'] as const;
export type RowTimeKind = (typeof ROW_TIME_KINDS)[number];

/** From this value on, an epoch time of this century is not in seconds but in the unit. */
export const LEAST_OF_KIND = { milliseconds: 1e11, microseconds: 1e14, nanoseconds: 1e17 } as const;

/** The kind in words, to follow "an ADDED_TS" or a number of rows. */
export const toKindWords = (kind: RowTimeKind): string => WORDS[kind];

const WORDS: Readonly<Record<RowTimeKind, string>> = {
  none: 'without any',
  early: 'before the year 2000',
  ahead: 'in the future',
  milliseconds: 'in milliseconds',
  microseconds: 'in microseconds',
  nanoseconds: 'in nanoseconds',
};

/** Rows of an IDB without a usable ADDED_TS. */
export interface RowsWithoutTime {
  readonly rows: number;
  /** There may be more: counting stopped there. */
  readonly isAtLeast: boolean;
  /** Number of newest rows they were counted among, because all would have taken too long; null: among all. */
  readonly ofNewest: number | null;
  /** The most frequent first; `example` is the smallest of their values, as text. */
  readonly kinds: readonly { readonly kind: RowTimeKind; readonly rows: number; readonly example: string | null }[];
}

/** One kind of them as a phrase. */
const toKindText = ({ kind, rows, example }: RowsWithoutTime['kinds'][number]): string =>
  `${toCountText(rows)} ${WORDS[kind]}${example === null ? '' : `, such as ${example}`}`;

/** All kinds as a clause about rows. */
export function toRowsWithoutTimeText({ rows, isAtLeast, ofNewest, kinds }: RowsWithoutTime): string {
  const count = `${isAtLeast ? 'at least ' : ''}${toCountText(rows)}`;
  const among = ofNewest === null ? (rows === 1 ? 'row' : 'rows') : `of ${newestRows(ofNewest)}`;
  return `${count} ${among} without a usable ADDED_TS (${kinds.map((some) => toKindText(some)).join('; ')})`;
}
