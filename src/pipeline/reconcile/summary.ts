import { counted } from '../../model/text.js';
import type { RowsWithoutTime } from '../../model/row-time.js';

/** What comparing a range of source hours with the mart came to. */
export interface ReconcileCounts {
  /** Interactions that the IDB has in the hours compared; each counts once a day, in the hour of its newest row. */
  readonly interactions: number;
  /** Of those: the mart holds what their rows say, or has on record why not. */
  readonly right: number;
  /** Of those right: found so by reading all their rows only. */
  readonly comparedInFull: number;
  /** The mart knew nothing of them. */
  readonly missing: number;
  /** The mart held something else; reading them again changed it. */
  readonly different: number;
  /** Of those missing or different: right now. */
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

/** What the mart held before of the interactions that were compared. */
export interface ReconciledMart {
  /** They had a fact. */
  readonly facts: number;
  /** They had no fact, but open discards that say why. */
  readonly discarded: number;
}

/** Rows that lie in no hour, for their ADDED_TS tells no time; and what comparing them came to, which is counted above as well. */
export interface ReconciledWithoutTime extends RowsWithoutTime, ReconcileCounts {
  /** Else there are more than a daily comparison looks at, and nobody knows whether anything of them is missing. */
  readonly areCompared: boolean;
}

/** An hour in which something was found. */
export interface ReconciledHour extends ReconcileCounts {
  /** Its first instant (ISO 8601), by ADDED_TS. */
  readonly hour: string;
}

/** What was found of one source. */
export interface ReconciledSource extends ReconcileCounts, ReconciledMart {
  readonly name: string;
  /** Schema and table of the IDB; null: it was out of reach. */
  readonly table: string | null;
  /** Why this IDB of an HA set could not be read; null: it was. */
  readonly unreachable: string | null;
  /** When ICON stored the oldest row of the IDB (ISO 8601); null: it has none, or none tells. */
  readonly oldestRow: string | null;
  /** Hours of the range that lie before the oldest row: the IDB cannot speak for them. */
  readonly hoursNotJudged: number;
  /** Null: there are none. */
  readonly withoutTime: ReconciledWithoutTime | null;
  /** Interactions with an id that the loader does not take, or that cannot be sent in the encoding of the IDB; not compared, one of several days counted several times. */
  readonly leftOut: number;
  /** Interactions whose rows were found by their time and not by their CALLID: they could not be compared. */
  readonly notFound: number;
  /** Where nothing was compared: sessions of the mart that ended in the range, its last hour aside; else 0. */
  readonly sessionsHeld: number;
  /** Hours with anything missing or different, oldest first. */
  readonly hours: readonly ReconciledHour[];
}

/** An IDB that tells of no session in a time in which the mart has more than so many is not believed: fewer may have been stored late. */
export const MOST_SESSIONS_UNSEEN = 10;

/** Why a source cannot be called right, in a clause; null: it was compared. */
export function whyNotCompared({ table, notFound, interactions, sessionsHeld }: ReconciledSource): string | null {
  if (notFound > 0) return `ADDED_TS finds ${counted(notFound, 'interaction')} of ${table} that CALLID does not`;
  if (interactions > 0 || sessionsHeld <= MOST_SESSIONS_UNSEEN) return null;
  return `${table} has no interactions in that time, but the mart has ${counted(sessionsHeld, 'session')} that ended in it`;
}

/** What `chatmart reconcile` did; printed by `--json`, its shape is specs/schema/reconcile-summary.schema.json. */
export interface ReconcileSummary extends ReconcileCounts, ReconciledMart {
  readonly jobId: string;
  /** The range, `[from, to)` by ADDED_TS (ISO 8601). */
  readonly from: string;
  readonly to: string;
  readonly sources: readonly ReconciledSource[];
  /** New rows of STG_TRANSFORM_DISCARDS by their reason's name. */
  readonly discards: Readonly<Record<string, number>>;
  /** Intervals of 15 minutes that were aggregated anew. */
  readonly intervals: number;
  readonly seconds: number;
}
