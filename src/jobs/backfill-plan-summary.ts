import type { TimeSpan } from './backfill-summary.js';

/** What a backfill would do; printed by `backfill --dry-run --json`, its shape is specs/schema/backfill-plan.schema.json. */
export interface BackfillPlan extends TimeSpan {
  readonly sliceSeconds: number;
  readonly newestFirst: boolean;
  /** Rows a second at most; null: as fast as it goes. */
  readonly maxRate: number | null;
  /** Sessions that began before are not loaded; null: all are. */
  readonly factsKeptFrom: string | null;
  readonly sources: readonly PlannedSource[];
  /** That would be read, and sessions whose start they tell. */
  readonly rows: number;
  readonly sessions: number;
  /** Facts that the mart has of sessions that began in the range, and days of aggregates that they lie in. */
  readonly heldFacts: number;
  readonly heldDays: number;
  /** On the mart's disk, for sessions that it does not have. */
  readonly bytes: number;
  readonly bytesPerSession: number;
  /** Null: no job has read enough rows yet to tell. */
  readonly seconds: number | null;
  /** Of these, what slices cost whatever they hold. */
  readonly secondsOfSlices: number;
  readonly rowsPerSecond: number | null;
  /** When the job began whose rate it is; null: the rate is the limit that was asked for. */
  readonly rateOf: string | null;
}

/** One IDB; several are HA twins. */
export interface PlannedSource {
  readonly name: string;
  /** Schema and table. */
  readonly table: string;
  /** Rows and sessions were counted; else they are what PostgreSQL expects. */
  readonly isCounted: boolean;
  readonly rows: number;
  readonly sessions: number;
  /** What would be read, in that order. */
  readonly slices: readonly (TimeSpan & { readonly rows: number; readonly sessions: number })[];
  /** What would be left out, for it is on record. */
  readonly skipped: readonly TimeSpan[];
  /** Slices of the range that are on record now. */
  readonly onRecord: { readonly completed: number; readonly failed: number; readonly pending: number };
  /** What no completed slice covers now. */
  readonly gaps: readonly TimeSpan[];
  /** Slices of which all sessions are too old to be loaded. */
  readonly expiredSlices: number;
  readonly notices: readonly string[];
}
