import type { JobCounts } from '../jobs/job-history.sql.js';
import type { LoadSummary } from '../load/load-chunk.js';
import { DISCARD } from '../model/discard.js';
import { countUnknownCode, type SessionBatch, addSessions, NO_SESSIONS, type SessionCounts } from '../model/session-batch.js';
import { toCountText } from '../model/text.js';
import type { LoadProgress } from './load-progress.js';
import type { ReconciledWithoutTime } from './reconcile/summary.js';
import type { WaitingRows } from './waiting-rows.js';

/** The totals of a run so far. */
export interface WindowTotals {
  /** Chunks that were committed. */
  chunks: number;
  rows: number;
  ignoredRows: number;
  stagedSessions: number;
  sessions: SessionCounts;
  /** Those of the unchanged that are no fact, as is on record. */
  stillDiscarded: number;
  /** Values of re-read sessions of which the IDB has no row any more. */
  keptValues: number;
  /** Sessions older than the facts that are kept, and interactions that were erased: not loaded. */
  expired: number;
  erased: number;
  /** Sessions that had ended in the mart already, and were changed. */
  late: number;
  extractMs: number;
  transformMs: number;
  loadMs: number;
  readonly discards: Map<string, number>;
  readonly unknownCodes: Map<string, number>;
  /** Of the load that is under way; no part of what is counted. */
  load?: LoadProgress | undefined;
}

export const emptyTotals = (): WindowTotals => ({
  chunks: 0,
  rows: 0,
  ignoredRows: 0,
  stagedSessions: 0,
  sessions: NO_SESSIONS,
  stillDiscarded: 0,
  keptValues: 0,
  expired: 0,
  erased: 0,
  late: 0,
  extractMs: 0,
  transformMs: 0,
  loadMs: 0,
  discards: new Map(),
  unknownCodes: new Map(),
});

const nameOfCode = new Map<number, string>(Object.entries(DISCARD).map(([name, { code }]) => [code, name]));

/** Adds the totals of another part of the work. */
export function addTotals(totals: WindowTotals, more: WindowTotals): void {
  totals.chunks += more.chunks;
  totals.rows += more.rows;
  totals.ignoredRows += more.ignoredRows;
  totals.stagedSessions += more.stagedSessions;
  totals.sessions = addSessions(totals.sessions, more.sessions);
  totals.stillDiscarded += more.stillDiscarded;
  totals.keptValues += more.keptValues;
  totals.expired += more.expired;
  totals.erased += more.erased;
  totals.late += more.late;
  totals.extractMs += more.extractMs;
  totals.transformMs += more.transformMs;
  totals.loadMs += more.loadMs;
  for (const [name, count] of more.discards) totals.discards.set(name, (totals.discards.get(name) ?? 0) + count);
  for (const [code, count] of more.unknownCodes) countUnknownCode(totals.unknownCodes, code, count);
}

/** Adds what was read as a chunk and what loading it did; nothing was loaded when it held no session. */
export function addChunk(
  totals: WindowTotals,
  read: { batch: SessionBatch; rows: number; ignoredRows: number; extractMs: number; transformMs: number },
  loaded: LoadSummary | undefined,
  loadMs: number,
): void {
  totals.rows += read.rows;
  totals.ignoredRows += read.ignoredRows;
  totals.stagedSessions += read.batch.count;
  totals.extractMs += read.extractMs;
  totals.transformMs += read.transformMs;
  totals.loadMs += loadMs;
  for (const [code, count] of read.batch.unknownCodes) countUnknownCode(totals.unknownCodes, code, count);
  if (loaded === undefined) return;
  totals.chunks++;
  totals.sessions = addSessions(totals.sessions, loaded);
  totals.stillDiscarded += loaded.stillDiscarded;
  totals.keptValues += loaded.keptValues;
  totals.expired += loaded.expired;
  totals.erased += loaded.erased;
  totals.late += loaded.late;
  for (const [code, count] of loaded.discards) {
    const name = nameOfCode.get(code) ?? String(code);
    totals.discards.set(name, (totals.discards.get(name) ?? 0) + count);
  }
}

/** What a summary says of the totals; a table of counts as an object. */
export const toCounts = ({ rows, ignoredRows, sessions, keptValues, expired, erased, discards, unknownCodes }: WindowTotals) => ({
  rows,
  ignoredRows,
  sessions,
  keptValues,
  expired,
  erased,
  discards: Object.fromEntries(discards),
  unknownCodes: Object.fromEntries(unknownCodes),
});

/** What the history says of the extraction: rows read, and those of keys that the KVP map names. */
export const toExtractCounts = ({ rows, ignoredRows }: WindowTotals): JobCounts => ({ in: rows, out: rows - ignoredRows });

/** What the history says of transforming and loading: sessions. */
export const toTransformCounts = ({ stagedSessions, sessions, late }: WindowTotals): JobCounts => ({
  in: stagedSessions,
  out: sessions.inserted + sessions.updated + sessions.deleted,
  discarded: sessions.discarded,
  late,
  reread: sessions.reread,
});

/** What loading came to, be it a run's or a backfill's. */
export interface LoadOutcome {
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
  /** 15-minute intervals that were aggregated again. */
  readonly intervals: number;
}

/** What one run did; printed by `run --json`, its shape is specs/schema/run-summary.schema.json. */
export interface RunSummary extends LoadOutcome {
  readonly jobId: string;
  readonly sources: readonly SourceSummary[];
  readonly stages: readonly StageSummary[];
  /** The whole run. */
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
  /** How it differs from the one read before, in a clause; null: it is the same. */
  readonly changed: string | null;
  /** Why this IDB of an HA pair could not be read; null: it was. */
  readonly unreachable: string | null;
  /** The result of the daily comparison of the last days; null: it was not due. */
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

/** One stage of a run. Extract and load work side by side, so their seconds do not add up to the run's. */
export interface StageSummary {
  readonly stage: 'extract' | 'transform' | 'load' | 'aggregate';
  /** What `count` counts. */
  readonly of: 'rows' | 'sessions' | 'intervals';
  readonly count: number;
  readonly seconds: number;
}

/** A stage as one line for people. */
export function toStageLine({ stage, of, count, seconds }: StageSummary): string {
  const rate = seconds > 0 ? toCountText(Math.round(count / seconds)) : '-';
  return `${stage.padEnd(9)} ${toCountText(count).padStart(12)} ${(count === 1 ? of.slice(0, -1) : of).padEnd(9)} ${seconds.toFixed(2).padStart(7)} s ${rate.padStart(11)} ${of}/s`;
}
