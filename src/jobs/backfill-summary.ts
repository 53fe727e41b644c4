import type { SessionCounts } from '../model/session-batch.js';

/** Half-open, ISO 8601 in UTC. */
export interface TimeSpan {
  readonly from: string;
  readonly to: string;
}

/** What a backfill did; printed by `backfill --json`, its shape is specs/schema/backfill-summary.schema.json. */
export interface BackfillSummary extends TimeSpan {
  readonly jobId: string;
  readonly sliceSeconds: number;
  /** What stopped it before it was done, in a sentence; null: nothing did. */
  readonly stopped: string | null;
  /** The command that goes on; null: it was not stopped. */
  readonly resume: string | null;
  readonly sources: readonly BackfilledSource[];
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
  readonly seconds: number;
  readonly rowsPerSecond: number;
}

/** One IDB; several are HA twins. */
export interface BackfilledSource {
  readonly name: string;
  /** Schema and table. */
  readonly table: string;
  readonly rows: number;
  readonly slices: {
    readonly total: number;
    /** Read to their end by this backfill. */
    readonly completed: number;
    /** Read, but their time is not over: more may come. */
    readonly pending: number;
    /** Left out, because they were done before. */
    readonly skipped: number;
  };
  /** What was left out, neighbouring slices as one span each. */
  readonly skipped: readonly TimeSpan[];
  /** What no completed slice covers now, of the range and of all between the oldest and the newest slice on record. */
  readonly gaps: readonly TimeSpan[];
  /** What cannot be told by ADDED_TS, in sentences. */
  readonly notices: readonly string[];
}
