import { queryRows, type Connection } from '../db/connection.js';
import { copyFrom } from '../db/copy.js';
import { OPEN_END_KEY, toDateTimeKey } from '../model/date-time-key.js';
import type { KvpMap } from '../model/mapped-key.js';
import { attributeKeys, measureKeys, VERDICT, type SessionBatch } from '../model/session-batch.js';
import type { ChangedGroup } from './changed-groups.sql.js';
import type { ChunkMembers, SessionMembers } from './chunk-members.js';
import { CopyRowWriter } from './copy-row-writer.js';
import { selectMediaTypeKeys, selectSessionDimKeys } from './dimensions.sql.js';
import { writeMask } from './encode-batch.js';
import { copyIntoFacts } from './facts.sql.js';
import { selectKnownInteractions } from './judge-sessions.sql.js';

/**
 * Sessions that are facts as they are, if the mart knows nothing of their interactions: ended, and the chunk shows no problem of theirs.
 * By their place in the batch.
 */
export function findPlainSessions(batch: SessionBatch): number[] {
  const withProblems = new Set(batch.discards.map(({ guid }) => guid));
  const plain: number[] = [];
  for (let session = 0; session < batch.count; session++)
    if (batch.verdict[session] === VERDICT.closed && batch.needsReread[session] === 0 && !withProblems.has(batch.guid[session]!))
      plain.push(session);
  return plain;
}

/** Those of the sessions that the mart has no fact and no discard of. Only under the writer lock does that stay true. */
export async function findUnknownSessions(connection: Connection, batch: SessionBatch, sessions: readonly number[]): Promise<number[]> {
  if (sessions.length === 0) return [];
  const guids = sessions.map((session) => batch.guid[session]!);
  const known = new Set((await queryRows<{ guid: string }>(connection, selectKnownInteractions(guids))).map(({ guid }) => guid));
  return known.size === 0 ? [...sessions] : sessions.filter((session) => !known.has(batch.guid[session]!));
}

/** Sessions to be inserted as they are. */
export interface DirectSessions {
  readonly batch: SessionBatch;
  /** By their place in the batch. */
  readonly sessions: readonly number[];
  /** All of the chunk; each is in the mart. */
  readonly members: ChunkMembers;
  /** Those of each session. */
  readonly memberOf: readonly SessionMembers[];
  readonly auditKey: number;
}

/** More groups than this, and the intervals are built anew as a whole. */
const MOST_GROUPS = 2_000;

/** Sends sessions straight into CHAT_SESSION_FACT. Returns where they lie in the aggregates, each group once. */
export async function insertFactsDirectly(connection: Connection, map: KvpMap, direct: DirectSessions): Promise<ChangedGroup[]> {
  const { batch, sessions, members, memberOf, auditKey } = direct;
  if (sessions.length === 0) return [];
  const mediaTypeKeys = new Map<string, number>();
  for (const { code, key } of await queryRows<{ code: string; key: number }>(connection, selectMediaTypeKeys(members.mediaTypes)))
    mediaTypeKeys.set(code, key);
  const sessionDimKeys = new Int32Array(members.sessionDims.length);
  for (const { number, key } of await queryRows<{ number: number; key: number }>(
    connection,
    selectSessionDimKeys(map, members.sessionDims),
  ))
    sessionDimKeys[number - 1] = key;

  const attributes = attributeKeys(map);
  const factAttributes = attributes.flatMap((key, at) => (key.table === 'CHAT_SESSION_FACT' ? [at] : []));
  const measureCount = measureKeys(map).length;
  const writer = new CopyRowWriter();
  const startKeys = new Set<number>();
  const groups = new Map<string, ChangedGroup>();
  for (const [i, session] of sessions.entries()) {
    const { mediaType, tenant, sessionDim } = memberOf[i]!;
    const startTs = batch.startTs[session]!;
    const endTs = batch.endTs[session]!;
    const startKey = toDateTimeKey(startTs);
    startKeys.add(startKey);
    // The order is that of factColumns.
    writer.text(batch.guid[session]!).number(startKey);
    writer
      .number(endTs === 0 ? OPEN_END_KEY : toDateTimeKey(endTs))
      .number(startTs)
      .number(endTs);
    const mediaTypeKey = mediaTypeKeys.get(members.mediaTypes[mediaType]!)!;
    const sessionDimKey = sessionDimKeys[sessionDim]!;
    writer.number(mediaTypeKey).number(sessionDimKey);
    if (groups.size <= MOST_GROUPS)
      groups.set(`${startKey} ${tenant} ${mediaTypeKey} ${sessionDimKey}`, {
        start_date_time_key: startKey,
        tenant_key: tenant,
        media_type_key: mediaTypeKey,
        chat_session_dim_key: sessionDimKey,
      });
    writer.number(batch.verdict[session]!);
    writeMask(writer, batch.present, session);
    for (const at of factAttributes) writer.text(batch.attributes[session * attributes.length + at]!);
    for (let i = session * measureCount; i < (session + 1) * measureCount; i++) writer.number(batch.measures[i]!);
    writer.number(auditKey).endRow();
  }
  await copyFrom(connection, copyIntoFacts(map), writer.finish());
  return groups.size <= MOST_GROUPS
    ? [...groups.values()]
    : [...startKeys].map((key) => ({ start_date_time_key: key, tenant_key: null, media_type_key: null, chat_session_dim_key: null }));
}
