/** What a source looked like at one instant. */
export interface SourceSnapshot {
  /** Every transaction below it has ended: `pg_snapshot_xmin`, as xid8. */
  readonly ceiling: bigint;
  /** No transaction from it on had begun: `pg_snapshot_xmax`, as xid8. */
  readonly xmax: bigint;
  /** Largest id that could be seen; 0 when the table is empty. */
  readonly maxId: number;
  /** The source's own clock. */
  readonly takenAt: Date;
}

/** What is kept of an earlier snapshot, to tell how small the ids of later transactions can be. */
export type Mark = Omit<SourceSnapshot, 'ceiling'>;

/** Rows that are being read: `[lastCeiling, ceiling)` by transaction, `(position, endId]` by id. */
export interface ExtractWindow {
  readonly ceiling: bigint;
  /** Rows up to this id are loaded. */
  readonly position: number;
  readonly endId: number;
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
  /** Counts the writes, so that two runs cannot both move the watermark. */
  readonly revision: number;
}

/**
 * How far below the mark ids are still looked at: a transaction may draw an id shortly before it gets its number,
 * and a session may hold a small cache of ids.
 */
export const ID_SLACK = 50_000;

/** A transaction at or above the last ceiling began after this snapshot: its ids are above the snapshot's largest. */
const newestMarkBelow = (marks: readonly Mark[], ceiling: bigint): Mark | undefined => marks.findLast((mark) => mark.xmax <= ceiling);

/** Rows carry their transaction's number modulo 2^32, and tell before from after over half of that. */
const COMPARABLE_TRANSACTIONS = 2n ** 31n;

/** A writer that is open for weeks keeps all marks alive; a few tell as much as thousands. */
const MOST_MARKS = 64;

/** Opens the window from the last ceiling to the snapshot's. */
export function openWindow(state: SourceState, snapshot: SourceSnapshot): SourceState {
  const { maxId, xmax, takenAt, ceiling } = snapshot;
  const marks = [...thinOut(state.marks), { maxId, xmax, takenAt }];
  // After so long a pause the old ceiling says nothing about a row any more: everything is read.
  const isComparable = state.lastCeiling !== null && ceiling - state.lastCeiling < COMPARABLE_TRANSACTIONS;
  const lastCeiling = isComparable ? state.lastCeiling : null;
  const mark = lastCeiling === null ? undefined : newestMarkBelow(state.marks, lastCeiling);
  const position = mark === undefined ? Number.MIN_SAFE_INTEGER : mark.maxId - ID_SLACK;
  return { ...state, lastCeiling, marks, window: { ceiling, position, endId: maxId } };
}

/** Any of the marks may go: an older one in its place only means more to read. */
const thinOut = (marks: readonly Mark[]): readonly Mark[] =>
  marks.length < MOST_MARKS ? marks : marks.filter((_, index) => index % 2 === 0);

/** The window has been read to its end: its ceiling is the watermark now. */
export function closeWindow(state: SourceState): SourceState {
  if (state.window === null) return state;
  const { ceiling } = state.window;
  const mark = newestMarkBelow(state.marks, ceiling);
  return {
    ...state,
    lastCeiling: ceiling,
    window: null,
    // Marks older than the one that counts can never count again.
    marks: mark === undefined ? state.marks : state.marks.slice(state.marks.indexOf(mark)),
    completeUntil: mark?.takenAt ?? state.completeUntil,
  };
}
