import { counted } from '../../model/text.js';
import type { RowsWithoutTime } from '../../model/row-time.js';

/** The result of comparing a range of source hours with the mart. */
export interface ReconcileCounts {
  /** Interactions that the IDB holds in the hours compared; each counts once a day, in the hour of its newest row. */
  readonly interactions: number;
  /** Of these, interactions for which the mart holds what their rows say, or a discard that says why not. */
  readonly right: number;
  /** Of the right ones, those found right only by comparing all their rows. */
  readonly comparedInFull: number;
  /** Interactions unknown to the mart. */
  readonly missing: number;
  /** Interactions that the mart held differently; rereading changed them. */
  readonly different: number;
  /** Of the missing or different ones, those that are right now. */
  readonly repaired: number;
}

export const NO_COUNTS: ReconcileCounts = { interactions: 0, right: 0, comparedInFull: 0, missing: 0, different: 0, repaired: 0 };

export const addCounts = (some: ReconcileCounts, more: ReconcileCounts): ReconcileCounts => ({
  interactions: some.interactions + more.interactions,
  right: some.right + more.right,
  comparedInFull: some.comparedInFull + more.comparedInFull,
  missing: some.missing + more.missing,
  different: some.different + more.different,
  repaired: some.repaired + more.repaired,
});

/** What the mart held before of the interactions compared. */
export interface ReconciledMart {
  /** Interactions that had a fact. */
  readonly facts: number;
  /** Interactions that had no fact, but open discards that say why. */
  readonly discarded: number;
}

/** Rows that belong to no hour because their ADDED_TS is not usable, and the result of comparing them, also included in the totals. */
export interface ReconciledWithoutTime extends RowsWithoutTime, ReconcileCounts {
  /** False: there are more than a daily comparison looks at, so it is unknown whether any are missing. */
  readonly areCompared: boolean;
}

/** An hour with findings. */
export interface ReconciledHour extends ReconcileCounts {
  /** Its first instant (ISO 8601), by ADDED_TS. */
  readonly hour: string;
}

/** The findings for one source. */
export interface ReconciledSource extends ReconcileCounts, ReconciledMart {
  readonly name: string;
  /** Schema and table of the IDB; null: it was out of reach. */
  readonly table: string | null;
  /** Why this IDB of an HA pair could not be read; null: it was read. */
  readonly unreachable: string | null;
  /** When ICON stored the oldest row of the IDB (ISO 8601); null: it has no rows, or none with a usable time. */
  readonly oldestRow: string | null;
  /** Hours of the range before the oldest row: the IDB says nothing about them. */
  readonly hoursNotJudged: number;
  /** Null: there are none. */
  readonly withoutTime: ReconciledWithoutTime | null;
  /** Interactions with an id that the loader does not take or the IDB's encoding cannot express; not compared. Counted once a day. */
  readonly leftOut: number;
  /** Interactions not compared because their rows were found by time but not by CALLID. */
  readonly notFound: number;
  /** If nothing was compared: sessions of the mart that ended in the range, except in its last hour; else 0. */
  readonly sessionsHeld: number;
  /** Hours with missing or different interactions, oldest first. */
  readonly hours: readonly ReconciledHour[];
}

/** An IDB without sessions for a time in which the mart has more than this many is not believed; fewer may have been stored late. */
export const MOST_SESSIONS_UNSEEN = 10;

/** Why a source cannot be called right, in a clause; null: it was compared. */
export function whyNotCompared({ table, notFound, interactions, sessionsHeld }: ReconciledSource): string | null {
  if (notFound > 0) return `ADDED_TS finds ${counted(notFound, 'interaction')} of ${table} that CALLID does not`;
  if (interactions > 0 || sessionsHeld <= MOST_SESSIONS_UNSEEN) return null;
  return `${table} has no interactions in that time, but the mart has ${counted(sessionsHeld, 'session')} that ended in it`;
}

/** What `chatmart reconcile` did. Printed by `--json`; its shape is specs/schema/reconcile-summary.schema.json. */
export interface ReconcileSummary extends ReconcileCounts, ReconciledMart {
  readonly jobId: string;
  /** The range, `[from, to)` by ADDED_TS (ISO 8601). */
  readonly from: string;
  readonly to: string;
  readonly sources: readonly ReconciledSource[];
  /** New rows of STG_TRANSFORM_DISCARDS by their reason's name. */
  readonly discards: Readonly<Record<string, number>>;
  /** 15-minute intervals that were aggregated again. */
  readonly intervals: number;
  readonly seconds: number;
}
