import { type Connection, queryRow } from '../db/connection.js';
import { withTransaction } from '../db/transaction.js';
import { writeAuditRow, drawAuditKey } from '../mart/audit.js';
import { takeWriterLock } from '../mart/locks.js';
import { writeSourceState } from '../mart/source-state.js';
import type { SourceState } from '../mart/source-window.js';
import { executeAll, executeCounted, requireWritten } from '../mart/written-rows.js';
import { toEpochSeconds } from '../model/clock.js';
import { attachedKeys, fedFactKeys } from '../model/attached-key.js';
import type { KvpMap } from '../model/mapped-key.js';
import type { SessionBatch, SessionCounts } from '../model/session-batch.js';
import { deleteWaiting, insertWaiting, updateFedFacts, upsertStagedAttached } from './attached-data.sql.js';
import { applyCompleteSessions } from './complete-sessions.js';
import { findPlainSessions, groupsOf, insertFactsDirectly, intervalsOf, withOwnValues, type DirectSessions } from './direct-facts.js';
import { insertDiscards, resolveDiscards } from './discards.sql.js';
import { insertChangedIntervals, insertFacts, type ChangedFacts } from './facts.sql.js';
import { insertExtractHistory, insertTransformHistory, type ChunkHistory } from './history.sql.js';
import { sortSessions, type ChunkSessions, type SortedSessions } from './judge.js';
import { readKeptOut } from './kept-out.js';
import { ChunkMembers, ensureMembers } from './members.js';
import { rereadSessions, type Reread } from './reread-sessions.js';
import { analyzeStaging, stageDiscards, stageSessions } from './stage-batch.js';
import { selectStagedSpan } from './staging.sql.js';

/** What a chunk's transaction wrote, for CTL_AUDIT_LOG. */
export interface ChunkEffects {
  readonly auditKey: number;
  /** Facts inserted, updated and deleted. */
  readonly factCount: number;
  /** DATE_TIME_KEYs of all changed intervals. */
  readonly changedIntervals: readonly number[];
}

/** Writes the audit row and the histories of a chunk, and the new position of its source. Returns the state with its new revision. */
export async function recordChunk(
  connection: Connection,
  history: ChunkHistory,
  state: SourceState | null,
  { auditKey, factCount, changedIntervals }: ChunkEffects,
): Promise<SourceState | null> {
  await writeAuditRow(connection, auditKey, {
    jobId: history.jobId,
    at: history.now,
    rowCount: factCount,
    minStartKey: changedIntervals.reduce((least, key) => Math.min(least, key), changedIntervals[0] ?? 0),
    maxStartKey: changedIntervals.reduce((most, key) => Math.max(most, key), 0),
    maxChunkTs: history.maxTs,
    dataSourceKey: history.dataSourceKey,
  });
  await executeAll(connection, insertExtractHistory(auditKey, history), { table: 'ctl_extract_history', verb: 'inserted', wanted: 1 });
  await executeAll(connection, insertTransformHistory(auditKey, history), { table: 'ctl_transform_history', verb: 'inserted', wanted: 1 });
  return state && (await writeSourceState(connection, state, history.now));
}

/** One chunk of sessions and its history. */
export interface Chunk {
  readonly batch: SessionBatch;
  /** Position of the source after this chunk; null leaves the watermark unchanged. */
  readonly state: SourceState | null;
  readonly history: ChunkHistory;
  /**
   * None of its rows was ever read before, so that a session which the mart does not know was never counted. Otherwise its fact may have been
   * deleted, by hand or by accident; rebuilding its groups puts the aggregates right.
   */
  readonly isIncrement: boolean;
}

export interface LoadOptions {
  readonly map: KvpMap;
  readonly martSchema: string;
  readonly reread: Reread;
  /** Makes sure that DATE_TIME covers the years of a span, given in epoch seconds. */
  readonly extendCalendar: (connection: Connection, firstTs: number, lastTs: number) => Promise<unknown>;
  /** Throws if the rules for sensitive data are no longer those by which the chunk was read. Called under the writer lock. */
  readonly requireSameRules?: ((connection: Connection) => Promise<void>) | undefined;
  /** Called with the interactions that were read but not loaded because they are older than the retained facts. */
  readonly onExpired?: ((guids: readonly string[]) => void) | undefined;
  /** Stage every session as if it might exist: slower, with the same result. */
  readonly stagesAll?: boolean | undefined;
}

/** The result of loading. */
export interface LoadSummary extends SessionCounts {
  /** Unchanged sessions that have no fact, as already recorded. */
  readonly stillDiscarded: number;
  /** New rows of STG_TRANSFORM_DISCARDS by code. */
  readonly discards: ReadonlyMap<number, number>;
  readonly changedIntervals: readonly number[];
  /** Values of reread sessions that were kept because the IDB no longer has their rows. */
  readonly keptValues: number;
  /** Sessions older than the retained facts, and erased interactions: nothing is written for them. */
  readonly expired: number;
  readonly erased: number;
  /** Sessions that had ended in the mart and were changed by this chunk. */
  readonly late: number;
  readonly state: SourceState | null;
}

/**
 * Loads one chunk in one transaction: stages, takes the writer lock, compares each session with the mart, and writes. Plain sessions that
 * are new to the mart are not staged: they go straight into the fact table. `prepareStaging` must have run on the connection.
 */
export function loadChunk(connection: Connection, chunk: Chunk, options: LoadOptions): Promise<LoadSummary> {
  const { map, martSchema } = options;
  const { batch, history } = chunk;
  const nowTs = toEpochSeconds(history.now);
  return withTransaction(connection, async () => {
    const sessions = divideSessions(batch, options.stagesAll === true);
    await stageSessions(connection, map, batch, sessions.others, false);
    await stageDiscards(connection, batch.discards);
    if (sessions.others.length > 0 || batch.discards.length > 0) await analyzeStaging(connection);
    await takeWriterLock(connection, martSchema);
    await options.requireSameRules?.(connection);
    const auditKey = await drawAuditKey(connection);

    const keptOut = await readKeptOut(connection, batch);
    const sorted = await sortSessions(connection, map, batch, sessions, keptOut);
    const { direct, toReread } = sorted;
    const members = new ChunkMembers(map);
    members.addAll(batch, sorted.staged);
    const memberOf = members.addAll(batch, direct);
    const { keptValues, tooLong } = await rereadSessions(connection, toReread, { ...options, keptOut, members, auditKey });

    const keys = await ensureMembers(connection, map, members, { auditKey, dataSourceKey: history.dataSourceKey });
    // Otherwise the staging tables hold nothing to be written.
    const isStaged = sorted.staged.length + toReread.length + batch.discards.length > 0;
    const span = isStaged ? await queryRow<StagedSpan>(connection, selectStagedSpan) : NOTHING_STAGED;
    await extendCalendar(connection, batch, direct, span, options);
    const attached = await writeAttached(connection, map, { sorted, auditKey, nowTs });
    const complete = await applyCompleteSessions(connection, map, auditKey, {
      ...{ staged: toReread.length, expired: keptOut.expired, attached },
    });
    const directSessions: DirectSessions = { batch, sessions: direct, keys, memberOf, auditKey };
    await insertFactsDirectly(connection, map, directSessions);
    const changedIntervals = await markChanges(connection, map, auditKey, {
      groups: [...complete.changedGroups, ...(chunk.isIncrement ? [] : groupsOf(directSessions))],
      addedIntervals: chunk.isIncrement ? intervalsOf(directSessions) : [],
    });
    const wanted = { table: 'chat_session_fact', verb: 'inserted', wanted: span.sessions - complete.unchanged - complete.updated } as const;
    const inserted = direct.length + (isStaged ? await executeAll(connection, insertFacts(map, auditKey), wanted) : 0);
    if (fedFactKeys(map).length > 0) {
      const guids = [...attached, ...withOwnValues(map, batch, direct).map((session) => batch.guid[session]!)];
      await executeCounted(connection, updateFedFacts(map, guids, auditKey), { table: 'chat_session_fact', verb: 'updated' });
    }
    // Discards of interactions that are too long stay as recorded.
    const rewritten = tooLong.length === 0 ? toReread : toReread.filter((guid) => !tooLong.includes(guid));
    if (rewritten.length > 0)
      await executeCounted(connection, resolveDiscards(rewritten, nowTs), { table: 'stg_transform_discards', verb: 'updated' });
    const discards = isStaged ? await writeDiscards(connection, auditKey, nowTs) : [];
    const factCount = inserted + complete.updated + complete.deleted;
    const state = await recordChunk(connection, history, chunk.state, { auditKey, factCount, changedIntervals });
    options.onExpired?.(keptOut.expired);
    return {
      inserted,
      updated: complete.updated,
      unchanged: sorted.same + complete.unchanged + complete.stillDiscarded,
      deleted: complete.deleted,
      active: complete.active,
      discarded: complete.discarded,
      stillDiscarded: complete.stillDiscarded,
      reread: toReread.length,
      late: complete.late,
      discards: countBy(discards),
      changedIntervals,
      keptValues,
      expired: keptOut.expired.length,
      erased: keptOut.erased.size,
      state,
    };
  });
}

/** Splits a batch into plain sessions, those of which only own keys came, and others. */
function divideSessions(batch: SessionBatch, stagesAll: boolean): ChunkSessions {
  const plain = stagesAll ? [] : findPlainSessions(batch);
  const isPlain = new Set(plain);
  const isLone = (session: number): boolean => batch.attachedOnly?.[session] === 1;
  const rest = [...batch.guid.keys()].filter((session) => !isPlain.has(session));
  if (batch.attachedOnly === undefined) return { plain, others: rest, lone: [] };
  return { plain, others: rest.filter((session) => !isLone(session)), lone: rest.filter(isLone) };
}

/**
 * Writes the own values of the staged sessions, remembers the interactions that may become a session, and forgets those that were read in
 * full. Returns the interactions whose own values changed.
 */
async function writeAttached(
  connection: Connection,
  map: KvpMap,
  { sorted, auditKey, nowTs }: { readonly sorted: SortedSessions; readonly auditKey: number; readonly nowTs: number },
): Promise<ReadonlySet<string>> {
  if (attachedKeys(map).length === 0) return new Set();
  const { toReread, waiting } = sorted;
  const remembered = { table: 'chatmart_attached_waiting', verb: 'inserted' } as const;
  if (waiting.length > 0) await executeCounted(connection, insertWaiting(waiting, auditKey, nowTs), remembered);
  if (toReread.length > 0) await executeCounted(connection, deleteWaiting(toReread), { ...remembered, verb: 'deleted' });
  const { wanted, guids } = await queryRow<{ wanted: number; guids: string[] }>(connection, upsertStagedAttached(map, auditKey));
  await requireWritten(connection, { table: 'chat_session_attached_data', verb: 'inserted', wanted, written: guids.length });
  return new Set(guids);
}

/** Queues what changed for the aggregation. Returns the intervals, each once. */
async function markChanges(connection: Connection, map: KvpMap, auditKey: number, changed: ChangedFacts): Promise<number[]> {
  const { wanted, start_keys: startKeys } = await queryRow<{ wanted: number; start_keys: number[] }>(
    connection,
    insertChangedIntervals(map, auditKey, changed),
  );
  await requireWritten(connection, { table: 'chatmart_pending_agg', verb: 'inserted', wanted, written: startKeys.length });
  return [...new Set(startKeys)];
}

/** Records the staged discards. Returns the codes of the new ones. */
async function writeDiscards(connection: Connection, auditKey: number, nowTs: number): Promise<number[]> {
  const { wanted, codes } = await queryRow<{ wanted: number; codes: number[] }>(connection, insertDiscards(auditKey, nowTs));
  await requireWritten(connection, { table: 'stg_transform_discards', verb: 'inserted', wanted, written: codes.length });
  return codes;
}

/** The staged sessions that become facts: how many, and when they were, in epoch seconds. */
interface StagedSpan {
  readonly sessions: number;
  readonly from_ts: number | null;
  readonly to_ts: number | null;
}

const NOTHING_STAGED: StagedSpan = { sessions: 0, from_ts: null, to_ts: null };

/** Makes sure that DATE_TIME covers the years of all sessions that become facts. */
async function extendCalendar(
  connection: Connection,
  batch: SessionBatch,
  direct: readonly number[],
  staged: StagedSpan,
  options: LoadOptions,
): Promise<void> {
  let fromTs = staged.from_ts ?? Infinity;
  let toTs = staged.to_ts ?? 0;
  for (const session of direct) {
    fromTs = Math.min(fromTs, batch.startTs[session]!);
    toTs = Math.max(toTs, batch.endTs[session]!);
  }
  if (fromTs <= toTs) await options.extendCalendar(connection, fromTs, toTs);
}

function countBy(codes: readonly number[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const code of codes) counts.set(code, (counts.get(code) ?? 0) + 1);
  return counts;
}
