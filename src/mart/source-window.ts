import { isAhead, isDue } from '../model/clock.js';
import type { IdOrder } from './id-order.js';
import { areComparable, type SourceIdentity } from './source-identity.js';

/** What a source looked like at one instant. */
export interface SourceSnapshot {
  /** Every transaction below it has ended: `pg_snapshot_xmin`, as xid8. */
  readonly ceiling: bigint;
  /** No transaction from it on had begun, as xid8. Not `pg_snapshot_xmax`: above that some may be open. */
  readonly xmax: bigint;
  /** Largest id that could be seen; 0 when the table is empty. */
  readonly maxId: number;
  /** The source's own clock. */
  readonly takenAt: Date;
  /** What was stored before it had come by then, where rows come from another server; null: that is not known. Undefined: what was stored is there. */
  readonly completeAt?: Date | null;
  /** Which transactions it saw. */
  readonly seen?: SeenTransactions;
}

/** Transactions that a snapshot saw: those below `untilXid` but for the ones that were open, all as xid8. */
export interface SeenTransactions {
  readonly untilXid: bigint;
  readonly open: readonly bigint[];
}

/** What is kept of an earlier snapshot, to tell how small the ids of later transactions can be. */
export interface Mark extends Omit<SourceSnapshot, 'ceiling' | 'seen'> {
  /** The transactions above the ceiling of which all rows were loaded ahead of it; undefined: of none. */
  readonly ahead?: SeenTransactions;
}

/** Rows that are being read: `[from, ceiling)` by transaction, `(position, endId]` by id. */
export interface ExtractWindow {
  /** Null: rows of all transactions below the ceiling. */
  readonly from: bigint | null;
  readonly ceiling: bigint;
  /** Rows up to this id are loaded. */
  readonly position: number;
  readonly endId: number;
  /** It began at the smallest id of all: rows that were updated in place under old ids are found as well. */
  readonly isWhole: boolean;
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
  /** What was committed before this instant is in the mart. */
  readonly completeUntil: Date | null;
  /** Ceiling of the last window that left out no id, and when it was closed. Null: there was none. */
  readonly wholeCeiling: bigint | null;
  readonly wholeAt: Date | null;
  /** By what the source is known again. Null: it was never read. */
  readonly identity: SourceIdentity | null;
  /** What is known of the order of its ids; null: nothing yet. */
  readonly idOrder?: IdOrder | null;
  /** Counts the writes, so that two runs cannot both move the watermark. */
  readonly revision: number;
}

/**
 * How far below the mark ids are still looked at: a transaction may draw an id shortly before it gets its number,
 * and a session may hold a small cache of ids.
 */
export const ID_SLACK = 50_000;

/** After so long the next window leaves out no id. */
const WHOLE_WINDOW_EVERY_MS = 24 * 3_600_000;

/** More open transactions than this are not kept with a mark: then what was loaded ahead is read again. */
const MOST_OPEN = 1_000;

/** What commits in a source without ceiling, such as a view, later than this after its row was stored is found by reconciling only. */
export const SETTLED_OVERLAP_MS = 3_600_000;
const SETTLE_DELAY_MS = 60_000;

/** A transaction at or above a ceiling began after this snapshot: its ids are above the snapshot's largest. */
const newestMarkBelow = (marks: readonly Mark[], ceiling: bigint): Mark | undefined => marks.findLast((mark) => mark.xmax <= ceiling);

/** Marks whose times the source's own clock does not contradict: they have come by the newest one, and none lies before an earlier one. */
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

/** Largest id of all when no transaction from the last ceiling on had begun; undefined: no snapshot tells. */
export const newestIdBefore = ({ marks, lastCeiling }: SourceState): number | undefined =>
  lastCeiling === null ? undefined : newestMarkBelow(marks, lastCeiling)?.maxId;

/** A writer that is open for weeks keeps all marks alive; a few tell as much as thousands. */
const MOST_MARKS = 64;

/** No id is smaller. */
export const SMALLEST_ID = Number.MIN_SAFE_INTEGER;

export interface OpenWindowOptions {
  readonly now: Date;
  readonly idSlack?: number | undefined;
  /** Of a source without ceiling: where to begin reading; the smallest id when nothing was read before. */
  readonly settledFromId?: number | undefined;
  /** It must leave out no id; undefined: it may leave out those of transactions that have been read. */
  readonly isUnbounded?: boolean | undefined;
}

const toMark = ({ xmax, maxId, takenAt, completeAt }: Mark): Mark => ({
  ...{ xmax, maxId, takenAt },
  ...(completeAt === undefined ? {} : { completeAt }),
});

/** Opens the window from the last ceiling to the snapshot's; once a day it leaves out no id. */
export function openWindow(state: SourceState, snapshot: SourceSnapshot, options: OpenWindowOptions): SourceState {
  const { now, idSlack = ID_SLACK } = options;
  const { ceiling, maxId } = snapshot;
  const marks = [...withoutRepeated(thinOut(state.marks), maxId), toMark(snapshot)];
  const to = { ceiling, endId: maxId };
  if (options.settledFromId !== undefined) {
    const position = Math.max(SMALLEST_ID, options.settledFromId - 1 - idSlack);
    return { ...state, marks, window: { ...to, from: null, position, isWhole: false } };
  }
  // After so long a pause an old ceiling says nothing about a row any more: everything is read.
  const comparable = (old: bigint | null): bigint | null => (old !== null && areComparable(old, ceiling) ? old : null);
  const lastCeiling = comparable(state.lastCeiling);
  const mark = lastCeiling === null ? undefined : newestMarkBelow(state.marks, lastCeiling);
  const isWhole = mark === undefined || isDue(state.wholeAt, now, WHOLE_WINDOW_EVERY_MS);
  const window = isWhole
    ? { ...to, from: comparable(state.wholeCeiling), position: SMALLEST_ID, isWhole }
    : { ...to, from: lastCeiling, position: options.isUnbounded === true ? SMALLEST_ID : mark.maxId - idSlack, isWhole };
  return { ...state, lastCeiling, marks, window };
}

/** An open window as it is to be read now: an old lower bound that says nothing about a row any more is left out. */
export function resumeWindow(state: SourceState, { ceiling }: Pick<SourceSnapshot, 'ceiling'>): SourceState {
  const { window } = state;
  if (window?.from == null || areComparable(window.from, ceiling)) return state;
  return { ...state, window: { ...window, from: null } };
}

/** Any of the marks may go: an older one in its place only means more to read. */
const thinOut = (marks: readonly Mark[]): readonly Mark[] =>
  marks.length < MOST_MARKS ? marks : marks.filter((_, index) => index % 2 === 0);

/** Of snapshots between which no row came, the first and the last two are enough: each is written in each run. */
function withoutRepeated(marks: readonly Mark[], maxId: number): readonly Mark[] {
  const last = marks.slice(-3);
  const isRepeated = last.length === 3 && last.every((mark) => mark.maxId === maxId) && last[1]!.ahead === undefined;
  return isRepeated ? marks.filter((mark) => mark !== last[1]) : marks;
}

/** The window has been read to its end: its ceiling is the watermark now. */
export function closeWindow(state: SourceState, now: Date): SourceState {
  if (state.window === null) return state;
  const { ceiling, isWhole } = state.window;
  const mark = newestMarkBelow(state.marks, ceiling);
  return {
    ...state,
    lastCeiling: ceiling,
    window: null,
    // Marks older than the one that counts can never count again.
    marks: mark === undefined ? state.marks : state.marks.slice(state.marks.indexOf(mark)),
    completeUntil: firstThatCame(completeTimes(state, mark), state.marks.at(-1)?.takenAt),
    ...(isWhole ? { wholeCeiling: ceiling, wholeAt: now } : {}),
  };
}

/** The first of some instants that has come by the newest snapshot; one that has not promises nothing: the source's clock was wrong. */
const firstThatCame = (times: readonly (Date | null | undefined)[], now: Date | undefined): Date | null =>
  times.find((time) => time != null && (now === undefined || !isAhead(time, now))) ?? null;

/** What a mark, and what was known before it, promise; where rows come from another server, as far as they have come, and never less than before. */
function completeTimes({ completeUntil }: SourceState, mark: Mark | undefined): readonly (Date | null | undefined)[] {
  if (mark?.completeAt === undefined) return [mark?.takenAt, completeUntil];
  const { completeAt } = mark;
  return completeAt !== null && (completeUntil === null || completeAt > completeUntil)
    ? [completeAt, completeUntil]
    : [completeUntil, completeAt];
}

/** The same for a source without ceiling: what was stored a settle delay before the newest snapshot counts as complete. */
export function closeSettledWindow(state: SourceState): SourceState {
  const newest = state.marks.at(-1);
  if (state.window === null || newest === undefined) return state;
  const completeUntil = new Date(newest.takenAt.getTime() - SETTLE_DELAY_MS);
  return { ...state, lastCeiling: state.window.ceiling, window: null, marks: [newest], completeUntil };
}

/** Rows that can be seen above the ceiling: of transactions that ended while an older one is still open. */
export interface AheadOfCeiling {
  readonly ceiling: bigint;
  readonly position: number;
  readonly endId: number;
}

/**
 * What is to be loaded ahead of a ceiling that an open transaction holds back: what could be seen above it when the cycle before took its
 * snapshot must not wait for a second time, whoever holds it. Null: nothing has waited since then.
 */
export function aheadOfCeiling(state: SourceState, seen: SeenTransactions | undefined, idSlack = ID_SLACK): AheadOfCeiling | null {
  const newest = state.marks.at(-1);
  if (newest === undefined || state.lastCeiling === null || newest.xmax <= state.lastCeiling) return null;
  // While nothing is complete nobody knows since when rows have waited.
  const hasWaited = state.completeUntil === null || rowsWaitedAt(state, state.lastCeiling) !== null;
  return hasWaited ? { ...notLoadedAhead(state, seen, idSlack)!, endId: newest.maxId } : null;
}

/** When an earlier cycle than the newest was the first to leave rows above a ceiling where they are; null: none was. */
export const rowsWaitedAt = ({ marks }: Pick<SourceState, 'marks'>, ceiling: bigint): Date | null =>
  marks.slice(0, -1).find(({ xmax }) => xmax > ceiling)?.takenAt ?? null;

/** Where rows above the last ceiling lie that were not loaded ahead of it: their transactions from `ceiling` on, and ids above `position`. */
export function notLoadedAhead(
  { marks, lastCeiling, idOrder }: SourceState,
  seen: SeenTransactions | undefined,
  idSlack = ID_SLACK,
): Omit<AheadOfCeiling, 'endId'> | null {
  if (lastCeiling === null) return null;
  const ahead = marks.findLast((mark) => mark.ahead !== undefined)?.ahead;
  let ceiling = lastCeiling;
  if (ahead !== undefined && seen !== undefined) {
    // What was open then and has ended since was not loaded.
    const open = new Set(seen.open);
    const ended = ahead.open.filter((transaction) => transaction >= lastCeiling && !open.has(transaction));
    const first = [...ended, ahead.untilXid].reduce((least, transaction) => (transaction < least ? transaction : least));
    if (first > lastCeiling) ceiling = first;
  }
  const areIdsDoubted = (idOrder?.doubts.length ?? 0) > 0;
  const from = newestMarkBelow(marks, ceiling);
  return { ceiling, position: from === undefined || areIdsDoubted ? SMALLEST_ID : from.maxId - idSlack };
}

/** What lay above the ceiling at the newest snapshot has been loaded. */
export const markAhead = (state: SourceState, seen: SeenTransactions | undefined): SourceState => ({
  ...state,
  marks: state.marks.map((mark, index) =>
    index === state.marks.length - 1 && seen !== undefined && seen.open.length <= MOST_OPEN
      ? { ...toMark(mark), ahead: seen }
      : toMark(mark),
  ),
});
