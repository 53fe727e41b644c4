import { execute, queryRow, queryRows, type Connection } from '../db/connection.js';
import { copyTo } from '../db/copy.js';
import { withTransaction } from '../db/transaction.js';
import { takeWriterLock } from '../db/writer-lock.js';
import { toEpochSeconds } from '../model/clock.js';
import type { Discard } from '../model/discard.js';
import type { SourceState } from '../model/extract-window.js';
import type { KvpMap } from '../model/mapped-key.js';
import type { SessionBatch } from '../model/session-batch.js';
import type { SessionCounts } from '../model/session-counts.js';
import { drawAuditKey, writeAuditRow } from './audit.js';
import { applyCompleteSessions } from './complete-sessions.js';
import { insertMissingMediaTypes, insertMissingSessionDims, insertMissingTenants } from './dimensions.sql.js';
import { insertDiscards, resolveDiscards } from './discards.sql.js';
import { insertChangedIntervals, insertFacts } from './facts.sql.js';
import { copyHeldDiscards, copyHeldFacts } from './held-rows.sql.js';
import { insertExtractHistory, insertTransformHistory, type ChunkHistory } from './history.sql.js';
import { selectJudgedSessions } from './judge-sessions.sql.js';
import { deleteRevisits, insertRevisits } from './revisits.sql.js';
import { writeSourceState } from './source-state.js';
import { stageBatch } from './stage-batch.js';
import { deleteStaged, deleteStagedDiscards, selectStagedSpan } from './staging.sql.js';

/** One chunk of sessions, and what is to be recorded with it. */
export interface Chunk {
  readonly batch: SessionBatch;
  /** How far the source is loaded once this chunk is in; null: the watermark stays where it is. */
  readonly state: SourceState | null;
  readonly history: ChunkHistory;
}

/**
 * What the mart holds of some interactions, as KVP rows. Read before the IDB's, they stand for rows that the IDB has purged; a row that is
 * still there wins.
 */
export interface HeldRows {
  readonly pushFacts: (onData: (piece: Buffer) => void) => Promise<void>;
  /** Discards of single values: the last that came of their keys. */
  readonly pushDiscards: (onData: (piece: Buffer) => void) => Promise<void>;
}

/** Interactions that were read whole. */
export interface RereadSessions {
  readonly batch: SessionBatch;
  /** Values that the mart holds and that stand, because the IDB has no row of their keys any more. */
  readonly keptValues: number;
  /** Sources that have spoken, and those that were out of reach: IDBs of one HA set. */
  readonly reached: readonly string[];
  readonly missed: readonly string[];
}

/** What the loader needs from its surroundings. */
export interface LoadOptions {
  readonly map: KvpMap;
  readonly martSchema: string;
  /** Pivots all rows of some interactions: first those that the mart holds, then the IDB's, in a snapshot taken now. */
  readonly reread: (guids: readonly string[], held: HeldRows) => Promise<RereadSessions>;
  /** Makes sure that DATE_TIME holds the years of a span, given in epoch seconds. */
  readonly extendCalendar: (connection: Connection, fromTs: number, toTs: number) => Promise<unknown>;
}

/** What loading did. */
export interface LoadSummary extends SessionCounts {
  /** New rows of STG_TRANSFORM_DISCARDS by code. */
  readonly discards: ReadonlyMap<number, number>;
  readonly changedIntervals: readonly number[];
  /** Values of re-read sessions of which the IDB has no row any more: they stay. */
  readonly keptValues: number;
  readonly state: SourceState | null;
}

/**
 * Loads one chunk in one transaction: stages first, then takes the writer lock, then judges each session against the mart and writes.
 * `prepareStaging` must have run on the connection.
 */
export function loadChunk(connection: Connection, chunk: Chunk, options: LoadOptions): Promise<LoadSummary> {
  const { map, martSchema } = options;
  const { batch, history } = chunk;
  const nowTs = toEpochSeconds(history.now);
  return withTransaction(connection, async () => {
    await stageBatch(connection, map, batch, false);
    await takeWriterLock(connection, martSchema);
    const auditKey = await drawAuditKey(connection);

    const judged = await queryRows<{ guid: string; verdict_of_chunk: 'same' | 'reread' }>(connection, selectJudgedSessions(map));
    const guids = judged.map(({ guid }) => guid);
    if (guids.length > 0) {
      await execute(connection, deleteStaged(guids));
      await execute(connection, deleteStagedDiscards(guids));
    }
    const toReread = judged.filter((session) => session.verdict_of_chunk === 'reread').map(({ guid }) => guid);
    let keptValues = 0;
    if (toReread.length > 0) {
      const complete = await options.reread(toReread, {
        pushFacts: (onData) => copyTo(connection, copyHeldFacts(map, toReread), onData),
        pushDiscards: (onData) => copyTo(connection, copyHeldDiscards(toReread), onData),
      });
      keptValues = complete.keptValues;
      await stageBatch(connection, map, withRowsGone(complete.batch, toReread), true);
      if (complete.missed.length > 0) await execute(connection, insertRevisits(toReread, complete.missed, auditKey));
      if (complete.reached.length + complete.missed.length > 1) await execute(connection, deleteRevisits(toReread, complete.reached));
    }

    await execute(connection, insertMissingMediaTypes(auditKey));
    await execute(connection, insertMissingTenants(auditKey, history.dataSourceKey));
    await execute(connection, insertMissingSessionDims(map, auditKey));
    const span = await queryRow<{ from_ts: number | null; to_ts: number | null }>(connection, selectStagedSpan);
    if (span.from_ts !== null && span.to_ts !== null) await options.extendCalendar(connection, span.from_ts, span.to_ts);
    const complete = await applyCompleteSessions(connection, map, auditKey, toReread.length);
    const changed = await queryRows<{ start_date_time_key: number }>(connection, insertChangedIntervals(auditKey, complete.changedKeys));
    const inserted = await execute(connection, insertFacts(map, auditKey));
    await execute(connection, resolveDiscards(toReread, nowTs));
    const discards = await queryRows<{ code: number }>(connection, insertDiscards(auditKey, nowTs));

    const changedIntervals = changed.map((interval) => interval.start_date_time_key);
    await writeAuditRow(connection, auditKey, {
      jobId: history.jobId,
      at: history.now,
      rowCount: inserted + complete.updated + complete.deleted,
      minStartKey: changedIntervals.reduce((least, key) => Math.min(least, key), changedIntervals[0] ?? 0),
      maxStartKey: changedIntervals.reduce((most, key) => Math.max(most, key), 0),
      maxChunkTs: history.maxTs,
      dataSourceKey: history.dataSourceKey,
    });
    await execute(connection, insertExtractHistory(auditKey, history));
    await execute(connection, insertTransformHistory(auditKey, history));
    const state = chunk.state && (await writeSourceState(connection, chunk.state, history.now));
    return {
      inserted,
      updated: complete.updated,
      unchanged: judged.length - toReread.length + complete.unchanged,
      deleted: complete.deleted,
      active: complete.active,
      discarded: complete.discarded,
      reread: toReread.length,
      discards: countBy(discards.map(({ code }) => code)),
      changedIntervals,
      keptValues,
      state,
    };
  });
}

/** Interactions of which the re-reading found nothing, neither in the IDB nor in the mart, are put on record. */
function withRowsGone(complete: SessionBatch, guids: readonly string[]): SessionBatch {
  const found = new Set(complete.guid);
  const gone = guids.filter((guid) => !found.has(guid)).map((guid): Discard => ({ guid, name: 'ROWS_GONE', kvp: null, raw: null }));
  return gone.length === 0 ? complete : { ...complete, discards: [...complete.discards, ...gone] };
}

function countBy(codes: readonly number[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const code of codes) counts.set(code, (counts.get(code) ?? 0) + 1);
  return counts;
}
