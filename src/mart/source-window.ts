import { isAhead, isDue } from '../model/clock.js';
import type { IdOrder } from './id-order.js';
import { areComparable, type SourceIdentity } from './source-identity.js';

/** What a source looked like at one instant. */
export interface SourceSnapshot {
  /** Every transaction below it has ended: `pg_snapshot_xmin`, as xid8. */
  readonly ceiling: bigint;
  /** No transaction from it on had begun, as xid8. Not `pg_snapshot_xmax`: above that some may be open. */
  readonly xmax: bigint;
  /** Largest visible id; 0 if the table is empty. */
  readonly maxId: number;
  /** The source's own clock. */
  readonly takenAt: Date;
  /** For rows from another server: all rows stored before it had arrived; null: unknown. Undefined: rows are stored here directly. */
  readonly completeAt?: Date | null;
  /** The transactions that it saw. */
  readonly seen?: SeenTransactions;
}

/** Transactions visible to a snapshot: those below `untilXid` except the open ones, all as xid8. */
export interface SeenTransactions {
  readonly untilXid: bigint;
  readonly open: readonly bigint[];
}

/** The part of an earlier snapshot that is kept, to tell how small the ids of later transactions can be. */
export interface Mark extends Omit<SourceSnapshot, 'ceiling' | 'seen'> {
  /** The transactions above the ceiling whose rows were all loaded ahead of it; undefined: none. */
  readonly ahead?: SeenTransactions;
}

/** The rows to read: `[from, ceiling)` by transaction, `(position, endId]` by id; or blocks `[position, endId)` of a file of the table. */
export interface ExtractWindow {
  /** Null: rows of all transactions below the ceiling. */
  readonly from: bigint | null;
  readonly ceiling: bigint;
  /** Rows up to this id, or before this block, are loaded. */
  readonly position: number;
  readonly endId: number;
  /** It began at the smallest possible id, so it also finds rows that were updated in place under old ids. */
  readonly isWhole: boolean;
  /** The file whose blocks are counted (`pg_relation_filenode`); undefined: rows are read by ids. */
  readonly file?: number | undefined;
}

/** Blocks `[0, count)` of a table's file. */
export interface TableBlocks {
  readonly file: number;
  readonly count: number;
}

/** How far a source has been loaded; stored with every chunk. */
export interface SourceState {
  readonly sourceName: string;
  readonly dataSourceKey: number;
  /** Rows of all transactions below it are loaded. Null: nothing was ever loaded. */
  readonly lastCeiling: bigint | null;
  readonly window: ExtractWindow | null;
  /** Oldest first. */
  readonly marks: readonly Mark[];
  /** Everything committed before this instant is in the mart. */
  readonly completeUntil: Date | null;
  /** Ceiling of the last window that skipped no id, and when it was closed. Null: there was none. */
  readonly wholeCeiling: bigint | null;
  readonly wholeAt: Date | null;
  /** No row of this transaction, or of a later one, has been read. Null: unknown. */
  readonly unreadFrom: bigint | null;
  /** Identifies the source across runs. Null: it was never read. */
  readonly identity: SourceIdentity | null;
  /** What is known of the order of its ids; null: nothing yet. */
  readonly idOrder?: IdOrder | null;
  /** Counts the writes, so that two runs cannot both move the watermark. */
  readonly revision: number;
}

/**
 * How far below the mark ids are still read: a transaction may draw an id shortly before it gets its number, and a session may hold a small
 * cache of ids.
 */
export const ID_SLACK = 50_000;

/** After this long the next window skips no id. */
const WHOLE_WINDOW_EVERY_MS = 24 * 3_600_000;

/** A mark keeps at most this many open transactions; beyond it, rows loaded ahead are read again. */
const MOST_OPEN = 1_000;

/** In a source without a ceiling, such as a view, only a reconcile finds rows that commit later than this after they were stored. */
export const SETTLED_OVERLAP_MS = 3_600_000;
const SETTLE_DELAY_MS = 60_000;

/** A transaction at or above a ceiling began after this snapshot: its ids are above the snapshot's largest. */
const newestMarkBelow = (marks: readonly Mark[], ceiling: bigint): Mark | undefined => marks.findLast((mark) => mark.xmax <= ceiling);

/** Marks whose times the source's own clock does not contradict: none is later than the newest one's or earlier than a previous one's. */
export function withSoundTimes<T extends { readonly takenAt: Date }>(
  marks: readonly T[],
  now: Date | undefined = marks.at(-1)?.takenAt,
): T[] {
  const sound: T[] = [];
  for (const mark of marks) {
    const before = sound.at(-1);
    if (now !== undefined && mark.takenAt <= now && (before === undefined || mark.takenAt >= before.takenAt)) sound.push(mark);
  }
  return sound;
}

/** Largest id at a time when no transaction from the last ceiling on had begun; undefined: no snapshot tells. */
export const newestIdBefore = ({ marks, lastCeiling }: SourceState): number | undefined =>
  lastCeiling === null ? undefined : newestMarkBelow(marks, lastCeiling)?.maxId;

/** A writer that stays open for weeks keeps all marks alive; a few say as much as thousands. */
const MOST_MARKS = 64;

/** No id is smaller. */
export const SMALLEST_ID = Number.MIN_SAFE_INTEGER;

export interface OpenWindowOptions {
  readonly now: Date;
  readonly idSlack?: number | undefined;
  /** For a source without a ceiling: where to begin reading; the smallest id if nothing was read before. */
  readonly settledFromId?: number | undefined;
  /** It must skip no id. Undefined: it may skip those of transactions that have been read. */
  readonly isUnbounded?: boolean | undefined;
}

const toMark = ({ xmax, maxId, takenAt, completeAt }: Mark): Mark => ({
  ...{ xmax, maxId, takenAt },
  ...(completeAt === undefined ? {} : { completeAt }),
});

/** Opens the window from the last ceiling to the snapshot's; once a day it skips no id. */
export function openWindow(state: SourceState, snapshot: SourceSnapshot, options: OpenWindowOptions): SourceState {
  const { now, idSlack = ID_SLACK } = options;
  const { ceiling, maxId } = snapshot;
  const marks = [...withoutRepeated(thinOut(state.marks), maxId), toMark(snapshot)];
  const to = { ceiling, endId: maxId };
  if (options.settledFromId !== undefined) {
    const position = Math.max(SMALLEST_ID, options.settledFromId - 1 - idSlack);
    return { ...state, marks, window: { ...to, from: null, position, isWhole: false }, unreadFrom: null };
  }
  // After too long a pause an old ceiling can no longer be compared with rows: everything is read.
  const comparable = (old: bigint | null): bigint | null => (old !== null && areComparable(old, ceiling) ? old : null);
  const lastCeiling = comparable(state.lastCeiling);
  const mark = lastCeiling === null ? undefined : newestMarkBelow(state.marks, lastCeiling);
  const isWhole = mark === undefined || isDue(state.wholeAt, now, WHOLE_WINDOW_EVERY_MS);
  const window = isWhole
    ? { ...to, from: comparable(state.wholeCeiling), position: SMALLEST_ID, isWhole }
    : { ...to, from: lastCeiling, position: options.isUnbounded === true ? SMALLEST_ID : mark.maxId - idSlack, isWhole };
  // Without a lower bound it is read without an upper one, and so are further tables. What was read before is of transactions that began before
  // this snapshot.
  const isBounded = window.from !== null && options.isUnbounded !== true;
  return { ...state, lastCeiling, marks, window, unreadFrom: isBounded ? (state.unreadFrom ?? snapshot.xmax) : null };
}

/**
 * Whether no row of the open window has been read before. Then a session that the mart does not know was never counted, unless all of its
 * keys were written once more; of a window that is read again, its fact may have been deleted, by hand or by accident.
 */
export const isUnread = ({ window, unreadFrom }: SourceState): boolean =>
  window?.from != null && unreadFrom !== null && window.from >= unreadFrom;

/** An open window as it is to be read now, without a lower bound that is too old to compare with rows. */
export function resumeWindow(state: SourceState, { ceiling }: Pick<SourceSnapshot, 'ceiling'>): SourceState {
  const { window } = state;
  if (window?.from == null || areComparable(window.from, ceiling)) return state;
  return { ...state, window: { ...window, from: null }, unreadFrom: null };
}

/**
 * A window without a lower bound that is read block by block, which costs the server less than by ids. Rows of its transactions are in these
 * blocks, as those were counted after its snapshot: only a new version of a row, of a later transaction, or a new file has another place.
 */
export const byBlocks = (state: SourceState, { file, count }: TableBlocks): SourceState =>
  state.window === null ? state : { ...state, window: { ...state.window, file, position: 0, endId: count } };

/** The same window by all ids, because the table has got another file. */
export const byIds = (state: SourceState): SourceState =>
  state.window === null
    ? state
    : { ...state, window: { ...state.window, file: undefined, position: SMALLEST_ID, endId: state.marks.at(-1)?.maxId ?? SMALLEST_ID } };

/** Any mark may go: using an older one instead only means more to read. */
const thinOut = (marks: readonly Mark[]): readonly Mark[] =>
  marks.length < MOST_MARKS ? marks : marks.filter((_, index) => index % 2 === 0);

/** Among snapshots without new rows between them, the first and the last two are enough: each run writes all marks. */
function withoutRepeated(marks: readonly Mark[], maxId: number): readonly Mark[] {
  const last = marks.slice(-3);
  const isRepeated = last.length === 3 && last.every((mark) => mark.maxId === maxId) && last[1]!.ahead === undefined;
  return isRepeated ? marks.filter((mark) => mark !== last[1]) : marks;
}

/** The window has been read to its end: its ceiling becomes the watermark. */
export function closeWindow(state: SourceState, now: Date): SourceState {
  if (state.window === null) return state;
  const { ceiling, isWhole } = state.window;
  const mark = newestMarkBelow(state.marks, ceiling);
  return {
    ...state,
    lastCeiling: ceiling,
    window: null,
    // Marks older than the one in use can never be used again.
    marks: mark === undefined ? state.marks : state.marks.slice(state.marks.indexOf(mark)),
    completeUntil: firstThatCame(completeTimes(state, mark), state.marks.at(-1)?.takenAt),
    ...(isWhole ? { wholeCeiling: ceiling, wholeAt: now } : {}),
    unreadFrom: state.unreadFrom !== null && state.unreadFrom < ceiling ? ceiling : state.unreadFrom,
  };
}

/** The first of some instants that is not after the newest snapshot; a later one promises nothing: the source's clock was wrong. */
const firstThatCame = (times: readonly (Date | null | undefined)[], now: Date | undefined): Date | null =>
  times.find((time) => time != null && (now === undefined || !isAhead(time, now))) ?? null;

/** The times promised by a mark and by earlier knowledge; of another server's rows, as far as they have arrived. Never less than before. */
function completeTimes({ completeUntil }: SourceState, mark: Mark | undefined): readonly (Date | null | undefined)[] {
  if (mark?.completeAt === undefined) return [mark?.takenAt, completeUntil];
  const { completeAt } = mark;
  return completeAt !== null && (completeUntil === null || completeAt > completeUntil)
    ? [completeAt, completeUntil]
    : [completeUntil, completeAt];
}

/** The same for a source without a ceiling: rows stored a settle delay before the newest snapshot count as complete. */
export function closeSettledWindow(state: SourceState): SourceState {
  const newest = state.marks.at(-1);
  if (state.window === null || newest === undefined) return state;
  const completeUntil = new Date(newest.takenAt.getTime() - SETTLE_DELAY_MS);
  return { ...state, lastCeiling: state.window.ceiling, window: null, marks: [newest], completeUntil };
}

/** Rows visible above the ceiling: of transactions that ended while an older one is still open. */
export interface AheadOfCeiling {
  readonly ceiling: bigint;
  readonly position: number;
  readonly endId: number;
}

/**
 * The rows to load ahead of a ceiling that an open transaction holds back: rows visible above it at the previous run's snapshot must not
 * wait a second time, whatever holds it. Null: no rows have waited since then.
 */
export function aheadOfCeiling(state: SourceState, seen: SeenTransactions | undefined, idSlack = ID_SLACK): AheadOfCeiling | null {
  const newest = state.marks.at(-1);
  if (newest === undefined || state.lastCeiling === null || newest.xmax <= state.lastCeiling) return null;
  // While nothing is complete, it is unknown since when rows have waited.
  const hasWaited = state.completeUntil === null || rowsWaitedAt(state, state.lastCeiling) !== null;
  return hasWaited ? { ...notLoadedAhead(state, seen, idSlack)!, endId: newest.maxId } : null;
}

/** When an earlier run first left rows above a ceiling waiting; null: none did. */
export const rowsWaitedAt = ({ marks }: Pick<SourceState, 'marks'>, ceiling: bigint): Date | null =>
  marks.slice(0, -1).find(({ xmax }) => xmax > ceiling)?.takenAt ?? null;

/** The rows above the last ceiling that were not loaded ahead of it: transactions from `ceiling` on, and ids above `position`. */
export function notLoadedAhead(
  { marks, lastCeiling, idOrder }: SourceState,
  seen: SeenTransactions | undefined,
  idSlack = ID_SLACK,
): Omit<AheadOfCeiling, 'endId'> | null {
  if (lastCeiling === null) return null;
  const ahead = marks.findLast((mark) => mark.ahead !== undefined)?.ahead;
  let ceiling = lastCeiling;
  if (ahead !== undefined && seen !== undefined) {
    // Transactions that were open then and have ended since were not loaded.
    const open = new Set(seen.open);
    const ended = ahead.open.filter((transaction) => transaction >= lastCeiling && !open.has(transaction));
    const first = [...ended, ahead.untilXid].reduce((least, transaction) => (transaction < least ? transaction : least));
    if (first > lastCeiling) ceiling = first;
  }
  const areIdsDoubted = (idOrder?.doubts.length ?? 0) > 0;
  const from = newestMarkBelow(marks, ceiling);
  return { ceiling, position: from === undefined || areIdsDoubted ? SMALLEST_ID : from.maxId - idSlack };
}

/** Everything above the ceiling at the newest snapshot has been loaded. */
export const markAhead = (state: SourceState, seen: SeenTransactions | undefined): SourceState => ({
  ...state,
  marks: state.marks.map((mark, index) =>
    index === state.marks.length - 1 && seen !== undefined && seen.open.length <= MOST_OPEN
      ? { ...toMark(mark), ahead: seen }
      : toMark(mark),
  ),
});
