import type { DataCheckResult } from './data-checks/data-check.js';
import type { IgnoredKeys } from '../../pipeline/ignored-keys.js';
import type { WentBack } from '../../mart/mart-past.js';
import type { IdbStatus } from './read-idb.js';
import type { TimeAhead } from '../../mart/times-ahead.js';

/** How complete a mart is and what waits in it. Times are ISO 8601 (UTC), days are dates. */
export interface MartStatus {
  readonly at: string;
  readonly schemaVersion: string;
  readonly sources: readonly SourceStatus[];
  readonly aggregates: AggregatesStatus;
  /** In the order of the configuration; empty: no IDB is configured. */
  readonly idbs: readonly IdbStatus[];
  readonly sessions: {
    readonly total: number;
    /** Async sessions that have not ended. */
    readonly active: number;
    /** Those of them that nothing has come for in 30 days. */
    readonly stale: number;
    /** UTC day of the first and of the last session's start; null while there is none. */
    readonly firstDay: string | null;
    readonly lastDay: string | null;
  };
  readonly openDiscards: readonly DiscardStatus[];
  /** 15-minute intervals whose facts changed since the last aggregation. */
  readonly pendingIntervals: number;
  readonly lastJobs: readonly JobStatus[];
  /** Executions of the program: those that failed within a day first, then the newest. */
  readonly lastRuns: readonly RunStatus[];
  /** That a run last found the mart to be older than it had been, or elsewhere, as after a restore; null: never. */
  readonly wentBack: WentBack | null;
  /** Times on record that have not come: a clock was wrong, or is. */
  readonly timesAhead: readonly TimeAhead[];
  /** What somebody has added to the mart, or changed in it, that may keep a job from its work or make it wrong; the worst first. */
  readonly additions: readonly MartAddition[];
  /** What must hold in the data, in the order in which it was asked; null: nobody wanted to know. */
  readonly checks: readonly DataCheckResult[] | null;
}

export interface MartAddition {
  readonly severity: 'problem' | 'warning';
  /** What it is, in a sentence without its full stop. */
  readonly found: string;
  /** What to do about it. */
  readonly next: string;
}

export interface SourceStatus {
  readonly name: string;
  /** The configuration names an IDB for it; false: it was read before; null: the configuration names no IDB at all. */
  readonly configured: boolean | null;
  readonly table: string | null;
  /** Every row that ICON stored before this instant is in the facts; null: the first window is not done. */
  readonly completeUntil: string | null;
  /** From then to now; a night without rows is no lag. Null also where that instant has not come. */
  readonly lagSeconds: number | null;
  /** The same of the aggregates that are tables, and of the levels above them. */
  readonly aggregatedUntil: string | null;
  /** A run is at work, or was ended half-way: the next one takes up the same window. */
  readonly windowOpen: boolean;
  readonly lastRunAt: string | null;
  /** Keys that the KVP map does not name, as a run found them once a day; null: not looked at. */
  readonly ignoredKeys: (IgnoredKeys & { readonly at: string }) | null;
}

/** How far the aggregates are: `AG2_CHAT_STATS_SUBHR` and `_HOUR` read facts and follow them at once, the other levels together. */
export interface AggregatesStatus {
  /** Earliest of the configured sources; null: nothing can be promised yet. */
  readonly completeUntil: string | null;
  /** Null also where that instant has not come. */
  readonly lagSeconds: number | null;
}

export interface DiscardStatus {
  readonly code: number;
  readonly name: string;
  readonly reason: string;
  readonly count: number;
  readonly oldest: string;
}

export interface RunStatus {
  /** What was typed, without options; null: an older chatmart has not recorded it. */
  readonly command: string | null;
  readonly jobs: readonly string[];
  /** FAILED or STOPPED if one of its jobs was, else RUNNING if one is. */
  readonly status: string;
  readonly startedAt: string;
  /** Null: it runs. */
  readonly seconds: number | null;
  /** Of the job that failed; else of its first. */
  readonly message: string | null;
}

export interface JobStatus {
  readonly job: string;
  readonly status: string;
  readonly startedAt: string;
  readonly seconds: number | null;
  readonly rows: number | null;
  readonly message: string | null;
}
