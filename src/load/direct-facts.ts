import { setImmediate as nextTurn } from 'node:timers/promises';
import { queryRows, type Connection } from '../db/connection.js';
import { copyFrom } from '../db/copy.js';
import { requireWritten } from '../mart/written-rows.js';
import { attachedKeys, presenceWords } from '../model/attached-key.js';
import { toDateTimeKey } from '../model/date-time-key.js';
import type { KvpMap } from '../model/mapped-key.js';
import { VERDICT, type SessionBatch } from '../model/session-batch.js';
import { copyIntoFacts, type ChangedGroup } from './facts.sql.js';
import { toFactKeys, type SessionMembers, type MemberKeys } from './members.js';
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

/** Copies sessions directly into CHAT_SESSION_FACT. */
export async function insertFactsDirectly(connection: Connection, map: KvpMap, direct: DirectSessions): Promise<void> {
  if (direct.sessions.length === 0) return;
  const written = await copyFrom(connection, copyIntoFacts(map), encodeFacts(map, direct));
  await requireWritten(connection, { table: 'chat_session_fact', verb: 'inserted', wanted: direct.sessions.length, written });
  await insertAttachedDirectly(connection, map, direct);
}

/** The intervals in which sessions begin, each once. */
export const intervalsOf = ({ batch, sessions }: DirectSessions): number[] => [
  ...new Set(sessions.map((session) => toDateTimeKey(batch.startTs[session]!))),
];

/** A day with more changed groups is rebuilt as a whole. A chunk has few groups of a day long past: they must not cost the whole day. */
const MOST_GROUPS_OF_DAY = 500;
const DAY_SECONDS = 86_400;

/** The aggregate groups of sessions, each once; for a day with many groups, its intervals instead. */
export function groupsOf(direct: DirectSessions): ChangedGroup[] {
  const byDay = new Map<number, Map<string, ChangedGroup>>();
  for (const [i, session] of direct.sessions.entries()) {
    const { tenant, mediaType, sessionDim } = toFactKeys(direct.memberOf[i]!, direct.keys);
    const start = toDateTimeKey(direct.batch.startTs[session]!);
    const day = start - (start % DAY_SECONDS);
    const ofDay = byDay.get(day) ?? new Map<string, ChangedGroup>();
    byDay.set(day, ofDay);
    ofDay.set(`${start} ${tenant} ${mediaType} ${sessionDim}`, {
      ...{ start_date_time_key: start, tenant_key: tenant, media_type_key: mediaType, chat_session_dim_key: sessionDim },
    });
  }
  return [...byDay.values()].flatMap((groups) => (groups.size <= MOST_GROUPS_OF_DAY ? [...groups.values()] : toIntervals(groups)));
}

const toIntervals = (groups: ReadonlyMap<string, ChangedGroup>): ChangedGroup[] =>
  [...new Set([...groups.values()].map((group) => group.start_date_time_key))].map((key) => ({
    ...{ start_date_time_key: key, tenant_key: null, media_type_key: null, chat_session_dim_key: null },
  }));

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

/**
 * Facts as COPY text, block by block: the server takes one block while the next is written. Between blocks the event loop runs: rows of the
 * next chunk wait in their socket, and hold up the IDB's server.
 */
async function* encodeFacts(
  map: KvpMap,
  { batch, sessions, memberOf, keys, auditKey }: DirectSessions,
): AsyncGenerator<Buffer, void, undefined> {
  const writer = new CopyRowWriter();
  const writeFact = createFactWriter(map, batch, writer);
  for (const [i, session] of sessions.entries()) {
    writeFact(session, toFactKeys(memberOf[i]!, keys));
    writer.number(auditKey).endRow();
    if (writer.blocks.length > 0) {
      yield* writer.takeBlocks();
      await nextTurn();
    }
  }
  yield* writer.finish();
}
