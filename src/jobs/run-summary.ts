import type { SessionCounts } from '../model/session-batch.js';
import type { ReconciledWithoutTime } from './reconcile-summary.js';
import type { WaitingRows } from './waiting-rows.js';

/** What one cycle did; printed by `run --json`, its shape is specs/schema/run-summary.schema.json. */
export interface RunSummary {
  readonly jobId: string;
  readonly sources: readonly SourceSummary[];
  /** Rows read, and those of them whose key the KVP map does not name. */
  readonly rows: number;
  readonly ignoredRows: number;
  readonly sessions: SessionCounts;
  /** Values of sessions read again whose rows the IDB has purged: they stay in the mart. */
  readonly keptValues: number;
  /** Sessions that began before the facts that are kept, and interactions that were erased: not loaded. */
  readonly expired: number;
  readonly erased: number;
  /** New rows of STG_TRANSFORM_DISCARDS by their reason's name. */
  readonly discards: Readonly<Record<string, number>>;
  /** Codes that the KVP map does not name, as `key=CODE`, with how often they came. */
  readonly unknownCodes: Readonly<Record<string, number>>;
  /** Intervals of 15 minutes that were aggregated anew. */
  readonly intervals: number;
  readonly stages: readonly StageSummary[];
  /** The whole cycle. */
  readonly seconds: number;
  /** What was committed in the IDB before this instant is in the mart (ISO 8601); null: nothing can be promised yet. */
  readonly completeUntil: string | null;
}

export interface SourceSummary {
  readonly name: string;
  /** Null: it was out of reach. */
  readonly table: string | null;
  /** `table`, or what else the rows are read from, such as `view`. */
  readonly kind: string | null;
  readonly rows: number;
  /** How it is another than the one that was read before, in a clause; null: it is the same. */
  readonly changed: string | null;
  /** Why this IDB of an HA set could not be read; null: it was. */
  readonly unreachable: string | null;
  /** What the daily comparison of the last days found; null: it was not due. */
  readonly reconciled: {
    readonly interactions: number;
    readonly missing: number;
    readonly different: number;
    /** Rows that lie in no day; null: there are none. */
    readonly withoutTime: ReconciledWithoutTime | null;
  } | null;
  /** Rows that were left where they are because of an open transaction; null: there are none. */
  readonly waiting: WaitingRows | null;
  readonly completeUntil: string | null;
}

/** One stage of a cycle. Extract and load work side by side, so their seconds do not add up to the cycle's. */
export interface StageSummary {
  readonly stage: 'extract' | 'transform' | 'load' | 'aggregate';
  /** What `count` counts. */
  readonly of: 'rows' | 'sessions' | 'intervals';
  readonly count: number;
  readonly seconds: number;
}

/** A stage as one line for people. */
export function toStageLine({ stage, of, count, seconds }: StageSummary): string {
  const rate = seconds > 0 ? Math.round(count / seconds).toLocaleString('en') : '-';
  return `${stage.padEnd(9)} ${count.toLocaleString('en').padStart(12)} ${(count === 1 ? of.slice(0, -1) : of).padEnd(9)} ${seconds.toFixed(2).padStart(7)} s ${rate.padStart(11)} ${of}/s`;
}
