import { isDue } from '../model/clock.js';

/** What an IDB shows of how the ids of its rows are generated. */
export interface IdSigns {
  readonly subscriptions: readonly SubscriptionSign[];
  readonly sequences: readonly SequenceSign[];
  /** Maximum number of sessions of the server: each may hold a cache of ids of a sequence. */
  readonly mostSessions: number;
  /** Rows ever inserted into and updated in the table, as the server counts them; null: it does not. */
  readonly counted: RowCounts | null;
}

/** A subscription of logical replication that writes into the table: the publisher draws the ids. */
export interface SubscriptionSign {
  readonly name: string;
  readonly isEnabled: boolean;
  /** The initial copy of the tables is complete. */
  readonly isReady: boolean;
  /** When the publisher sent the last message received, by its clock; null: none received. */
  readonly heardAt: Date | null;
}

/** A sequence that the column ID, or its default, draws from. */
export interface SequenceSign {
  readonly name: string;
  /** The last number it gave; null: none yet, or this role may not ask. */
  readonly lastValue: number | null;
  readonly isReadable: boolean;
  readonly increment: number;
  /** Ids that a session draws at a time. */
  readonly cache: number;
}

export interface RowCounts {
  readonly inserted: number;
  readonly updated: number;
}

/** Why the ids of a source cannot be trusted. */
export interface IdDoubt {
  readonly reason: 'subscription' | 'sequence-behind' | 'sequence-down' | 'sequence-cache' | 'late-rows';
  /** A clause. */
  readonly text: string;
}

/** What is known of the order of a source's ids; stored with its state. Instants are ISO 8601, transaction numbers are texts. */
export interface IdOrder {
  /** At the last run. Empty: as far as can be told, transactions that begin later write greater ids. */
  readonly doubts: readonly IdDoubt[];
  /** Ids were doubted once: from then on ADDED_TS decides which of two rows of a key is the newer. */
  readonly isByTime: boolean;
  /** When rows were last found under ids already passed, and how many. */
  readonly lateAt: string | null;
  readonly lateRows: number;
  /** The last number of each sequence at the last run. */
  readonly sequences: Readonly<Record<string, number | null>>;
  /** The server's count at the last run, and the rows in its window. */
  readonly counted: RowCounts | null;
  readonly windowRows: number;
  /** Updates that the server had counted at the last search through all ids. */
  readonly updatedAtWhole: number | null;
  /** Of the windows since then, oldest first: the transaction from which, and the id above which, rows were read. */
  readonly bounds: readonly IdBound[];
  /** How many consecutive hints led to a search through all rows that found only updates in place, and when the last one did. */
  readonly followedInVain: number;
  readonly followedAt: string | null;
  /** Duration of the last search through all rows; null: there was none. */
  readonly seconds: number | null;
}

/** One window's bound: rows of transactions from `from` on (xid8) were read above this id, up to the next window's bound. */
export interface IdBound {
  readonly from: string;
  readonly aboveId: number;
}

/** Rows of transactions that are or were being read, under ids already passed. */
export interface LateRows {
  readonly rows: number;
  readonly minId: number;
  readonly maxId: number;
}

export const UNKNOWN_ID_ORDER: IdOrder = {
  doubts: [],
  isByTime: false,
  lateAt: null,
  lateRows: 0,
  sequences: {},
  counted: null,
  windowRows: 0,
  updatedAtWhole: null,
  bounds: [],
  followedInVain: 0,
  followedAt: null,
  seconds: null,
};

/** What decides which of two rows of a key is the newer: normally their ids; where those say nothing, time. */
export type RowOrder = 'id' | 'time';

export const toRowOrder = (order: IdOrder | null | undefined): RowOrder => (order?.isByTime === true ? 'time' : 'id');

/** More bounds say no more, and each costs a comparison per row. */
const MOST_BOUNDS = 32;

/** Adds the bound of a window. Beyond the maximum every second bound goes; the one before, never greater, then covers its rows. */
export function addBound(bounds: readonly IdBound[], bound: IdBound): readonly IdBound[] {
  // While no id comes, each window begins where the last one did.
  if (bounds.at(-1)?.aboveId === bound.aboveId) return bounds;
  const others = bounds.filter(({ from }) => from !== bound.from);
  const kept = others.length < MOST_BOUNDS ? others : others.filter((_, index) => index % 2 === 0);
  return [...kept.map(({ from, aboveId }) => ({ from, aboveId: Math.min(aboveId, bound.aboveId) })), bound];
}

/** What was found out about a window before it is read. */
export interface WindowFindings {
  readonly signs: IdSigns;
  /** From the signs and from earlier knowledge. */
  readonly doubts: readonly IdDoubt[];
  /** Rows under ids already passed, more than were updated in place; null: none. */
  readonly late: LateRows | null;
  /** All ids are read, as is due once a day. */
  readonly isWhole: boolean;
  /** Of this and of earlier windows since all ids were last read. */
  readonly bounds: readonly IdBound[];
  readonly now: Date;
  /** Undefined: not all rows were searched. */
  readonly seconds: number | undefined;
}

/** What is known of the ids of a source once a window has been opened. */
export function noteFindings(before: IdOrder, { signs, doubts, late, isWhole, bounds, now, seconds }: WindowFindings): IdOrder {
  // If the cause is known, it explains the late rows; they are no reason for doubt once it is gone.
  const isCauseKnown = doubts.some(({ reason }) => reason !== 'late-rows');
  const seen = late === null || isCauseKnown ? before : { lateAt: now.toISOString(), lateRows: late.rows };
  const others = doubts.filter(({ reason }) => reason !== 'late-rows');
  const isLate = doubts.length > others.length || seen !== before;
  const noted = [...others, ...(isLate ? [toLateDoubt(seen)] : [])];
  return {
    ...before,
    doubts: noted,
    isByTime: before.isByTime || noted.length > 0,
    lateAt: seen.lateAt,
    lateRows: seen.lateRows,
    sequences: Object.fromEntries(signs.sequences.map(({ name, lastValue }) => [name, lastValue])),
    counted: signs.counted,
    updatedAtWhole: isWhole ? (signs.counted?.updated ?? null) : before.updatedAtWhole,
    bounds,
    seconds: seconds ?? before.seconds,
  };
}

/** Whether as many rows were updated in place since a count as came late: then the late ids do not affect the order of new ones. */
export const areUpdates = ({ rows }: LateRows, updatedBefore: number | null | undefined, { counted }: IdSigns): boolean =>
  updatedBefore != null && counted !== null && counted.updated - updatedBefore >= rows;

/** A search through all rows is expensive: a hint that led to nothing is not followed again at once. */
const HINT_PAUSE_MS = 5 * 60_000;
const LONGEST_PAUSE_MS = 24 * 3_600_000;

/**
 * Whether the server has counted more rows written since the last run than the windows have held: some may have been missed. Only a hint:
 * its counts are delayed and include rows of transactions that were rolled back.
 */
export function areRowsLeft(before: IdOrder, { counted }: IdSigns, windowRows: number, now: Date): boolean {
  if (before.counted === null || counted === null) return false;
  const written = counted.inserted + counted.updated - before.counted.inserted - before.counted.updated;
  return written > before.windowRows + windowRows && isHintDue(before, now);
}

/** Whether a hint may lead to another search through all rows: each one that found nothing new doubles the pause. */
export function isHintDue(before: IdOrder, now: Date): boolean {
  const pauseMs = before.followedInVain === 0 ? 0 : Math.min(HINT_PAUSE_MS * 2 ** before.followedInVain, LONGEST_PAUSE_MS);
  return isDue(toDate(before.followedAt), now, pauseMs);
}

const toDate = (instant: string | null): Date | null => (instant === null ? null : new Date(instant));

const toLateDoubt = ({ lateAt, lateRows }: Pick<IdOrder, 'lateAt' | 'lateRows'>): IdDoubt => ({
  reason: 'late-rows',
  text: `${lateRows} row${lateRows === 1 ? '' : 's'} arrived with smaller ids than earlier rows, at ${lateAt}`,
});

/** Rows that came late once may do so again; after this long without any, the ids are trusted again. */
export const DOUBT_MS = 7 * 24 * 3_600_000;

/**
 * What the signs of a source say of its ids; `maxId` is the largest of them. The sequences must have been read after it: a sequence that
 * draws in order has then not given a smaller number.
 */
export function judgeSigns(
  before: IdOrder,
  { subscriptions, sequences, mostSessions }: IdSigns,
  { maxId, slack, now }: { readonly maxId: number; readonly slack: number; readonly now: Date },
): IdDoubt[] {
  const wasBehind = before.doubts.some(({ reason }) => reason === 'sequence-behind');
  return [
    ...subscriptions.map(({ name }): IdDoubt => ({
      reason: 'subscription',
      text: `subscription ${name} writes rows with ids of another server`,
    })),
    ...sequences.flatMap((sequence): IdDoubt[] => {
      const { name, lastValue, increment, cache } = sequence;
      if (increment < 0) return [{ reason: 'sequence-down', text: `sequence ${name} counts down` }];
      if (isBehind(sequence, maxId) && (wasBehind || hasDrawn(before, sequence)))
        return [
          { reason: 'sequence-behind', text: `sequence ${name} stands at ${lastValue ?? 'its beginning'}, below the largest id ${maxId}` },
        ];
      if (cache * mostSessions > slack && cache > 1)
        return [{ reason: 'sequence-cache', text: `sequence ${name} has a cache of ${cache}; each session reserves that many ids` }];
      return [];
    }),
    ...(isDue(toDate(before.lateAt), now, DOUBT_MS) ? [] : [toLateDoubt(before)]),
  ];
}

/** The next ids of a sequence are below the largest existing one. */
export const isBehind = ({ lastValue, isReadable, increment }: SequenceSign, maxId: number): boolean =>
  isReadable && increment > 0 && maxId > 0 && (lastValue ?? 0) < maxId;

/** Whether ids were drawn from it since the last run; if its number then is unknown: ever. */
const hasDrawn = ({ sequences }: IdOrder, { name, lastValue }: SequenceSign): boolean =>
  name in sequences ? sequences[name] !== lastValue : lastValue !== null;

/**
 * Until when the rows from another server have certainly arrived, if subscriptions bring them: the earliest time at which one of them last
 * heard from its publisher. Null: unknown. Undefined: there is no subscription.
 */
export function toHeardUntil(subscriptions: readonly SubscriptionSign[]): Date | null | undefined {
  const enabled = subscriptions.filter(({ isEnabled }) => isEnabled);
  if (enabled.length === 0) return undefined;
  const times = enabled.map(({ isReady, heardAt }) => (isReady ? heardAt : null));
  return times.includes(null) ? null : new Date(Math.min(...times.map((time) => time!.getTime())));
}

/** The time up to which a snapshot is complete, if that is not when it was taken. */
export function toCompleteAt(
  { takenAt }: { readonly takenAt: Date },
  heardUntil: Date | null | undefined,
): { readonly completeAt?: Date | null } {
  if (heardUntil === undefined) return {};
  return { completeAt: heardUntil !== null && heardUntil > takenAt ? takenAt : heardUntil };
}

/** What is still true of a source that was replaced: that ids were doubted once. */
export const forgetWindows = (order: IdOrder | null | undefined): IdOrder | null =>
  order == null ? null : { ...UNKNOWN_ID_ORDER, isByTime: order.isByTime };
