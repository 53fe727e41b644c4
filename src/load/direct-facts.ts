import { setImmediate as nextTurn } from 'node:timers/promises';
import { queryRows, type Connection } from '../db/connection.js';
import { copyFrom } from '../db/copy.js';
import { requireWritten } from '../mart/written-rows.js';
import { attachedKeys, presenceWords } from '../model/attached-key.js';
import { toDateTimeKey } from '../model/date-time-key.js';
import type { KvpMap } from '../model/mapped-key.js';
import { VERDICT, type SessionBatch } from '../model/session-batch.js';
import { copyIntoFacts, type ChangedGroup } from './facts.sql.js';
import { toFactKeys, type SessionMembers, type FactKeys, type MemberKeys } from './members.js';
import { CopyRowWriter } from './copy-row-writer.js';
import { copyIntoAttached } from './attached-data.sql.js';
import { createAttachedWriter, createFactWriter } from './encode.js';
import { selectKnownInteractions } from './judge.sql.js';

/**
 * Finds the sessions that become facts as they are if their interactions are new to the mart: ended, and without a problem in the chunk.
 * Returns positions in the batch.
 */
export function findPlainSessions(batch: SessionBatch): number[] {
  const withProblems = new Set(batch.discards.map(({ guid }) => guid));
  const plain: number[] = [];
  for (let session = 0; session < batch.count; session++)
    if (batch.verdict[session] === VERDICT.closed && batch.needsReread[session] === 0 && !withProblems.has(batch.guid[session]!))
      plain.push(session);
  return plain;
}

/** Returns the sessions without a fact or discard in the mart. The result stays valid only under the writer lock. */
export async function findUnknownSessions(
  connection: Connection,
  batch: SessionBatch,
  sessions: readonly number[],
  andWaiting = false,
): Promise<number[]> {
  if (sessions.length === 0) return [];
  const guids = sessions.map((session) => batch.guid[session]!);
  const known = new Set(
    (await queryRows<{ guid: string }>(connection, selectKnownInteractions(guids, andWaiting))).map(({ guid }) => guid),
  );
  return known.size === 0 ? [...sessions] : sessions.filter((session) => !known.has(batch.guid[session]!));
}

/** Sessions to insert as they are. */
export interface DirectSessions {
  readonly batch: SessionBatch;
  /** Positions in the batch. */
  readonly sessions: readonly number[];
  /** Of all members of the chunk; each exists in the mart. */
  readonly keys: MemberKeys;
  /** The members of each session. */
  readonly memberOf: readonly SessionMembers[];
  readonly auditKey: number;
}

/** A day with more changed groups is rebuilt as a whole. A chunk has few groups of a day long past: they must not cost the whole day. */
const MOST_GROUPS_OF_DAY = 500;
const DAY_SECONDS = 86_400;

/** Copies sessions directly into CHAT_SESSION_FACT. Returns their aggregate groups, each once. */
export async function insertFactsDirectly(connection: Connection, map: KvpMap, direct: DirectSessions): Promise<ChangedGroup[]> {
  if (direct.sessions.length === 0) return [];
  const groups = new DirectGroups();
  const written = await copyFrom(connection, copyIntoFacts(map), encodeFacts(map, direct, groups));
  await requireWritten(connection, { table: 'chat_session_fact', verb: 'inserted', wanted: direct.sessions.length, written });
  await insertAttachedDirectly(connection, map, direct);
  return groups.toChangedGroups();
}

/** The sessions of which own values have come. */
export function withOwnValues(map: KvpMap, batch: SessionBatch, sessions: readonly number[]): number[] {
  if (attachedKeys(map).length === 0) return [];
  const words = presenceWords(map);
  return sessions.filter((session) => (batch.present[session * words + 2]! | batch.present[session * words + 3]!) !== 0);
}

/** Copies the own values of the sessions that have any. */
async function insertAttachedDirectly(connection: Connection, map: KvpMap, { batch, sessions, auditKey }: DirectSessions): Promise<void> {
  const attached = withOwnValues(map, batch, sessions);
  if (attached.length === 0) return;
  const writer = new CopyRowWriter();
  const writeAttached = createAttachedWriter(map, batch, writer);
  for (const session of attached) {
    writer.text(batch.guid[session]!);
    writeAttached(session);
    writer.number(auditKey).endRow();
  }
  const written = await copyFrom(connection, copyIntoAttached(map), writer.finish());
  await requireWritten(connection, { table: 'chat_session_attached_data', verb: 'inserted', wanted: attached.length, written });
}

/** Collects the aggregate groups of inserted facts. */
class DirectGroups {
  private readonly groups = new Map<string, ChangedGroup>();

  add(startKey: number, { tenant, mediaType, sessionDim }: FactKeys): void {
    this.groups.set(`${startKey} ${tenant} ${mediaType} ${sessionDim}`, {
      start_date_time_key: startKey,
      tenant_key: tenant,
      media_type_key: mediaType,
      chat_session_dim_key: sessionDim,
    });
  }

  /** Returns each group once; for a day with many groups, its intervals instead. */
  toChangedGroups(): ChangedGroup[] {
    const byDay = new Map<number, ChangedGroup[]>();
    for (const group of this.groups.values()) {
      const day = group.start_date_time_key - (group.start_date_time_key % DAY_SECONDS);
      const ofDay = byDay.get(day);
      if (ofDay === undefined) byDay.set(day, [group]);
      else ofDay.push(group);
    }
    return [...byDay.values()].flatMap((groups) => (groups.length <= MOST_GROUPS_OF_DAY ? groups : toIntervals(groups)));
  }
}

const toIntervals = (groups: readonly ChangedGroup[]): ChangedGroup[] =>
  [...new Set(groups.map((group) => group.start_date_time_key))].map((key) => ({
    start_date_time_key: key,
    tenant_key: null,
    media_type_key: null,
    chat_session_dim_key: null,
  }));

/**
 * Facts as COPY text, block by block: the server takes one block while the next is written. Between blocks the event loop runs: rows of the
 * next chunk wait in their socket, and hold up the IDB's server.
 */
async function* encodeFacts(
  map: KvpMap,
  { batch, sessions, memberOf, keys, auditKey }: DirectSessions,
  groups: DirectGroups,
): AsyncGenerator<Buffer, void, undefined> {
  const writer = new CopyRowWriter();
  const writeFact = createFactWriter(map, batch, writer);
  for (const [i, session] of sessions.entries()) {
    const members = toFactKeys(memberOf[i]!, keys);
    groups.add(toDateTimeKey(batch.startTs[session]!), members);
    writeFact(session, members);
    writer.number(auditKey).endRow();
    if (writer.blocks.length > 0) {
      yield* writer.takeBlocks();
      await nextTurn();
    }
  }
  yield* writer.finish();
}
