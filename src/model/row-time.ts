import { toEpochSeconds } from './clock.js';
import { newestRows } from './text.js';

/** ICON stores a session when it has ended or is under way: a start so many seconds after that is a broken clock. */
export const FUTURE_START_SECONDS = 86_400;

/** 2000-01-01T00:00:00Z: no chat server is older, nor what its interactions were stored at. */
export const EARLIEST_TS = 946_684_800;

/** ADDED_TS that tells when ICON stored a row: epoch seconds from 2000 to a day after now. Whatever else a row has lies in no hour that anybody asks for. */
export interface UsableTimes {
  readonly fromTs: number;
  readonly untilTs: number;
}

export const toUsableTimes = (now: Date): UsableTimes => ({ fromTs: EARLIEST_TS, untilTs: toEpochSeconds(now) + FUTURE_START_SECONDS });

/** What rows have instead of a usable ADDED_TS, and what the values seem to be. */
export const ROW_TIME_KINDS = ['none', 'early', 'ahead', 'milliseconds', 'microseconds', 'nanoseconds'] as const;
export type RowTimeKind = (typeof ROW_TIME_KINDS)[number];

/** From so many on, epoch times of this century are no seconds, but of the kind. */
export const LEAST_OF_KIND = { milliseconds: 1e11, microseconds: 1e14, nanoseconds: 1e17 } as const;

/** The kind in words, after "an ADDED_TS" or a number of rows. */
export const toKindWords = (kind: RowTimeKind): string => WORDS[kind];

const WORDS: Readonly<Record<RowTimeKind, string>> = {
  none: 'without any',
  early: 'before the year 2000',
  ahead: 'in the future',
  milliseconds: 'in milliseconds',
  microseconds: 'in microseconds',
  nanoseconds: 'in nanoseconds',
};

/** Rows of an IDB whose ADDED_TS tells no time. */
export interface RowsWithoutTime {
  readonly rows: number;
  /** There may be more: counting has stopped there. */
  readonly isAtLeast: boolean;
  /** They were counted among so many of the newest rows, for all would have taken too long; null: among all. */
  readonly ofNewest: number | null;
  /** The most frequent first; the least of their values, as text. */
  readonly kinds: readonly { readonly kind: RowTimeKind; readonly rows: number; readonly example: string | null }[];
}

/** Some of them as a phrase. */
const toKindText = ({ kind, rows, example }: RowsWithoutTime['kinds'][number]): string =>
  `${rows.toLocaleString('en')} ${WORDS[kind]}${example === null ? '' : `, such as ${example}`}`;

/** All of them as a clause about rows. */
export function toRowsWithoutTimeText({ rows, isAtLeast, ofNewest, kinds }: RowsWithoutTime): string {
  const count = `${isAtLeast ? 'at least ' : ''}${rows.toLocaleString('en')}`;
  const among = ofNewest === null ? (rows === 1 ? 'row' : 'rows') : `of ${newestRows(ofNewest)}`;
  return `${count} ${among} without a usable ADDED_TS (${kinds.map((some) => toKindText(some)).join('; ')})`;
}
