import { DISCARD } from '../model/discard.js';
import type { JobCounts } from './job-history.sql.js';
import type { LoadSummary } from '../load/load-chunk.js';
import { countUnknownCode, type SessionBatch } from '../model/session-batch.js';
import { addSessions, NO_SESSIONS, type SessionCounts } from '../model/session-batch.js';
import type { LoadProgress } from './load-progress.js';

/** What a run has read and loaded so far. */
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

/** Adds what another part of the work did. */
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
