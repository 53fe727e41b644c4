import type { DataCheckResult } from './data-checks/data-check.js';
import type { IgnoredKeys } from '../../pipeline/ignored-keys.js';
import type { WentBack } from '../../mart/mart-past.js';
import type { IdbStatus } from './read-idb.js';
import type { TimeAhead } from '../../mart/times-ahead.js';

/** How complete a mart is and what is waiting in it. Times are ISO 8601 (UTC), days are dates. */
export interface MartStatus {
  readonly at: string;
  readonly schemaVersion: string;
  readonly sources: readonly SourceStatus[];
  readonly aggregates: AggregatesStatus;
  /** In the order of the configuration; empty: no IDB is configured. */
  readonly idbs: readonly IdbStatus[];
  readonly sessions: {
    readonly total: number;
    /** Asynchronous sessions that have not ended. */
    readonly active: number;
    /** Active sessions without new rows for 30 days. */
    readonly stale: number;
    /** UTC day of the first and the last session's start; null: there are no sessions. */
    readonly firstDay: string | null;
    readonly lastDay: string | null;
  };
  readonly openDiscards: readonly DiscardStatus[];
  /** 15-minute intervals whose facts have changed since the last aggregation. */
  readonly pendingIntervals: number;
  readonly lastJobs: readonly JobStatus[];
  /** Runs of commands: those that failed within a day first, then the newest. */
  readonly lastRuns: readonly RunStatus[];
  /** When a run last found the mart older than before, or elsewhere, as after a restore; null: never. */
  readonly wentBack: WentBack | null;
  /** Recorded times in the future: a clock was or is wrong. */
  readonly timesAhead: readonly TimeAhead[];
  /** What was added to or changed in the mart that may stop a job or falsify its results; the worst first. */
  readonly additions: readonly MartAddition[];
  /** Reports whose time has come and that are not delivered yet, the earliest first. */
  readonly undelivered: readonly UndeliveredReport[];
  /** Settings that the mart does not follow until `chatmart migrate` is run, a clause each. */
  readonly unappliedSettings: readonly string[];
  /** Results of the data checks, in the order in which they ran; null: not requested. */
  readonly checks: readonly DataCheckResult[] | null;
}

/** A period of a report of the setting `reports`. */
export interface UndeliveredReport {
  readonly name: string;
  readonly from: string;
  readonly to: string;
  /** How often its delivery has failed; 0: it waits until its sessions are loaded. */
  readonly attempts: number;
  readonly nextAttemptAt: string;
  /** Why the last attempt failed; null: none has. */
  readonly problem: string | null;
}

export interface MartAddition {
  readonly severity: 'problem' | 'warning';
  /** What was added or changed, as a sentence without its full stop. */
  readonly found: string;
  /** What to do about it. */
  readonly next: string;
}

export interface SourceStatus {
  readonly name: string;
  /** Whether the configuration names an IDB for it; false: it was read earlier; null: no IDB is configured at all. */
  readonly configured: boolean | null;
  readonly table: string | null;
  /** Every row that ICON stored before this instant is in the facts; null: the first window is not finished. */
  readonly completeUntil: string | null;
  /** From then to now, so that a night without rows is not a lag. Also null if that instant is in the future. */
  readonly lagSeconds: number | null;
  /** The same for the aggregates that are tables, and the levels above them. */
  readonly aggregatedUntil: string | null;
  /** A run is working or was interrupted: the next one continues the same window. */
  readonly windowOpen: boolean;
  readonly lastRunAt: string | null;
  /** Keys that the KVP map does not name, as found by a run once a day; null: not looked for. */
  readonly ignoredKeys: (IgnoredKeys & { readonly at: string }) | null;
}

/** How complete the aggregates are. `AG2_CHAT_STATS_SUBHR` and `_HOUR` read facts directly; the other levels are updated together. */
export interface AggregatesStatus {
  /** The earliest of the configured sources; null: nothing is complete yet. */
  readonly completeUntil: string | null;
  /** Also null if that instant is in the future. */
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
  /** The command as typed, without options; null: written by an older chatmart that did not record it. */
  readonly command: string | null;
  readonly jobs: readonly string[];
  /** FAILED or STOPPED if one of its jobs was, else RUNNING if one is. */
  readonly status: string;
  readonly startedAt: string;
  /** Null: it is still running. */
  readonly seconds: number | null;
  /** From the job that failed, else from the first job. */
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
