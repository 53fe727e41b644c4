import { execute, queryRow, queryRows, type Connection } from '../db/connection.js';
import { copyBinaryTo, type OnRow } from '../db/copy.js';
import { withTransaction } from '../db/transaction.js';
import { takeWriterLock } from '../db/writer-lock.js';
import { toEpochSeconds } from '../model/clock.js';
import type { Discard, DiscardName } from '../model/discard.js';
import type { SourceState } from '../model/extract-window.js';
import type { KvpMap } from '../model/mapped-key.js';
import type { SessionBatch } from '../model/session-batch.js';
import type { SessionCounts } from '../model/session-counts.js';
import { drawAuditKey, writeAuditRow } from './audit.js';
import { applyCompleteSessions } from './complete-sessions.js';
import { ChunkMembers, insertMissingMembers } from './chunk-members.js';
import { findPlainSessions, findUnknownSessions, insertFactsDirectly } from './direct-facts.js';
import { insertDiscards, resolveDiscards } from './discards.sql.js';
import { insertChangedGroups } from './changed-groups.sql.js';
import { insertFacts } from './facts.sql.js';
import { copyHeldDiscards, copyHeldFacts } from './held-rows.sql.js';
import { insertExtractHistory, insertTransformHistory, type ChunkHistory } from './history.sql.js';
import { selectJudgedSessions } from './judge-sessions.sql.js';
import { readKeptOut } from './kept-out.js';
import { deleteRevisits, insertRevisits } from './revisits.sql.js';
import { writeSourceState } from './source-state.js';
import { analyzeStaging, stageDiscards, stageSessions } from './stage-batch.js';
import { findUnchangedFacts } from './unchanged-facts.js';
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
  readonly pushFacts: (onRow: OnRow) => Promise<unknown>;
  /** Discards of single values: the last that came of their keys. */
  readonly pushDiscards: (onRow: OnRow) => Promise<unknown>;
}

/** Interactions that were read whole. */
export interface RereadSessions {
  readonly batch: SessionBatch;
  /** Those of which there are too many rows: nothing is written of them. */
  readonly tooLong: readonly string[];
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
  /** Is told which interactions were read and not loaded, because they are older than the facts that are kept. */
  readonly onExpired?: ((guids: readonly string[]) => void) | undefined;
  /** Stage every session, as if each might be known: slower, and the same mart. */
  readonly stagesAll?: boolean | undefined;
}

/** What loading did. */
export interface LoadSummary extends SessionCounts {
  /** New rows of STG_TRANSFORM_DISCARDS by code. */
  readonly discards: ReadonlyMap<number, number>;
  readonly changedIntervals: readonly number[];
  /** Values of re-read sessions of which the IDB has no row any more: they stay. */
  readonly keptValues: number;
  /** Sessions that are older than the facts that are kept, and interactions that were erased: nothing is written of them. */
  readonly expired: number;
  readonly erased: number;
  readonly state: SourceState | null;
}

/**
 * Loads one chunk in one transaction: stages first, then takes the writer lock, then judges each session against the mart and writes.
 * Sessions that are plain, and of which the mart knows nothing, are not staged: they go straight into the fact.
 * `prepareStaging` must have run on the connection.
 */
export function loadChunk(connection: Connection, chunk: Chunk, options: LoadOptions): Promise<LoadSummary> {
  const { map, martSchema } = options;
  const { batch, history } = chunk;
  const nowTs = toEpochSeconds(history.now);
  return withTransaction(connection, async () => {
    const plain = options.stagesAll === true ? [] : findPlainSessions(batch);
    const isPlain = new Set(plain);
    const others = [...batch.guid.keys()].filter((session) => !isPlain.has(session));
    await stageSessions(connection, map, batch, others, false);
    await stageDiscards(connection, batch.discards);
    if (others.length > 0 || batch.discards.length > 0) await analyzeStaging(connection);
    await takeWriterLock(connection, martSchema);
    const auditKey = await drawAuditKey(connection);

    const keptOut = await readKeptOut(connection, batch);
    const plainKept = keptOut.withoutErased(batch, plain);
    const unknown = await findUnknownSessions(connection, batch, plainKept);
    const isUnknown = new Set(unknown);
    const maybeSame = plainKept.filter((session) => !isUnknown.has(session));
    const unchanged = await findUnchangedFacts(connection, map, batch, maybeSame);
    const known = maybeSame.filter((session) => !unchanged.has(session));
    const direct = await keptOut.withoutExpired(connection, batch, unknown);
    await stageSessions(connection, map, batch, known, false);
    if (known.length > 0) await analyzeStaging(connection);
    const staged = [...keptOut.withoutErased(batch, others), ...known];

    const judged = await judgeStaged(connection, map, staged.length);
    const toReread = judged.filter((session) => session.verdict_of_chunk === 'reread').map(({ guid }) => guid);
    const members = new ChunkMembers(map);
    const isJudged = new Set(judged.map(({ guid }) => guid));
    const fresh = staged.filter((session) => !isJudged.has(batch.guid[session]!));
    members.addAll(batch, await keptOut.withoutExpired(connection, batch, fresh));
    const directMembers = members.addAll(batch, direct);
    let keptValues = 0;
    let tooLong: readonly string[] = [];
    if (toReread.length > 0) {
      const found = await options.reread(toReread, {
        pushFacts: (onRow) => copyBinaryTo(connection, copyHeldFacts(map, toReread), onRow),
        pushDiscards: (onRow) => copyBinaryTo(connection, copyHeldDiscards(toReread), onRow),
      });
      const complete = { ...found, batch: keptOut.withExpiredAsNone(found.batch) };
      ({ keptValues, tooLong } = complete);
      const sessions = [...complete.batch.guid.keys()];
      members.addAll(complete.batch, sessions);
      await stageSessions(connection, map, complete.batch, sessions, true);
      await stageDiscards(connection, withUnread(complete, toReread));
      await analyzeStaging(connection);
      if (complete.missed.length > 0) await execute(connection, insertRevisits(toReread, complete.missed, auditKey));
      if (complete.reached.length + complete.missed.length > 1) await execute(connection, deleteRevisits(toReread, complete.reached));
    }

    await insertMissingMembers(connection, map, members, { auditKey, dataSourceKey: history.dataSourceKey });
    await extendCalendar(connection, batch, direct, options);
    const complete = await applyCompleteSessions(connection, map, auditKey, toReread.length);
    const directGroups = await insertFactsDirectly(connection, map, {
      batch,
      sessions: direct,
      members,
      memberOf: directMembers,
      auditKey,
    });
    const changed = await queryRows<{ start_date_time_key: number }>(
      connection,
      insertChangedGroups(map, auditKey, [...complete.changedGroups, ...directGroups]),
    );
    const inserted = direct.length + (await execute(connection, insertFacts(map, auditKey)));
    // What is known of those that are too long stays as true as it was.
    const isRead = (guid: string): boolean => !tooLong.includes(guid);
    if (toReread.length > 0) await execute(connection, resolveDiscards(tooLong.length === 0 ? toReread : toReread.filter(isRead), nowTs));
    const discards = await queryRows<{ code: number }>(connection, insertDiscards(auditKey, nowTs));

    const changedIntervals = [...new Set(changed.map((group) => group.start_date_time_key))];
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
    options.onExpired?.(keptOut.expired);
    return {
      inserted,
      updated: complete.updated,
      unchanged: unchanged.size + judged.length - toReread.length + complete.unchanged,
      deleted: complete.deleted,
      active: complete.active,
      discarded: complete.discarded - keptOut.expiredWhole,
      reread: toReread.length,
      discards: countBy(discards.map(({ code }) => code)),
      changedIntervals,
      keptValues,
      expired: keptOut.expired.length,
      erased: keptOut.erased.size,
      state,
    };
  });
}

interface JudgedSession {
  readonly guid: string;
  readonly verdict_of_chunk: 'same' | 'reread';
}

/** The staged sessions that are not simply new; they are taken out of the staging tables. */
async function judgeStaged(connection: Connection, map: KvpMap, staged: number): Promise<JudgedSession[]> {
  if (staged === 0) return [];
  const judged = await queryRows<JudgedSession>(connection, selectJudgedSessions(map));
  const guids = judged.map(({ guid }) => guid);
  if (guids.length > 0) {
    await execute(connection, deleteStaged(guids));
    await execute(connection, deleteStagedDiscards(guids));
  }
  return judged;
}

/** Makes sure that DATE_TIME holds the years of all sessions that become facts. */
async function extendCalendar(connection: Connection, batch: SessionBatch, direct: readonly number[], options: LoadOptions): Promise<void> {
  const staged = await queryRow<{ from_ts: number | null; to_ts: number | null }>(connection, selectStagedSpan);
  let fromTs = staged.from_ts ?? Infinity;
  let toTs = staged.to_ts ?? 0;
  for (const session of direct) {
    fromTs = Math.min(fromTs, batch.startTs[session]!);
    toTs = Math.max(toTs, batch.endTs[session]!);
  }
  if (fromTs <= toTs) await options.extendCalendar(connection, fromTs, toTs);
}

/** The discards of interactions that were read again; on record come also those that are too long, or of which nothing was found anywhere. */
function withUnread({ batch, tooLong }: RereadSessions, guids: readonly string[]): Discard[] {
  const toDiscard = (guid: string, name: DiscardName): Discard => ({ guid, name, kvp: null, raw: null });
  const found = new Set([...batch.guid, ...tooLong]);
  const gone = guids.filter((guid) => !found.has(guid)).map((guid) => toDiscard(guid, 'ROWS_GONE'));
  return [...batch.discards, ...tooLong.map((guid) => toDiscard(guid, 'TOO_MANY_ROWS')), ...gone];
}

function countBy(codes: readonly number[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const code of codes) counts.set(code, (counts.get(code) ?? 0) + 1);
  return counts;
}
