/** What one cycle did; printed by `run --json`, its shape is specs/schema/run-summary.schema.json. */
export interface RunSummary {
  readonly jobId: string;
  readonly sources: readonly SourceSummary[];
  /** Rows read, and those of them whose key the KVP map does not name. */
  readonly rows: number;
  readonly ignoredRows: number;
  readonly sessions: SessionCounts;
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
  readonly table: string;
  readonly rows: number;
  readonly completeUntil: string | null;
}

export interface SessionCounts {
  readonly inserted: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly deleted: number;
  /** Of those inserted or updated: not ended yet. */
  readonly active: number;
  /** No fact could be made; STG_TRANSFORM_DISCARDS says why. */
  readonly discarded: number;
  /** Read again whole, because their chunk alone could not tell. */
  readonly reread: number;
}

export const NO_SESSIONS: SessionCounts = { inserted: 0, updated: 0, unchanged: 0, deleted: 0, active: 0, discarded: 0, reread: 0 };

export const addSessions = (left: SessionCounts, right: SessionCounts): SessionCounts => ({
  inserted: left.inserted + right.inserted,
  updated: left.updated + right.updated,
  unchanged: left.unchanged + right.unchanged,
  deleted: left.deleted + right.deleted,
  active: left.active + right.active,
  discarded: left.discarded + right.discarded,
  reread: left.reread + right.reread,
});

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
  return `${stage.padEnd(9)} ${count.toLocaleString('en').padStart(12)} ${of.padEnd(9)} ${seconds.toFixed(2).padStart(7)} s ${rate.padStart(11)} ${of}/s`;
}
