import { execute, type Connection, queryRows } from '../db/connection.js';
import { executeCounted, requireWritten } from '../mart/written-rows.js';
import type { KvpMap } from '../model/mapped-key.js';
import { attributeKeys, VERDICT, type SessionBatch } from '../model/session-batch.js';
import {
  insertMissingMediaTypes,
  insertMissingSessionDims,
  insertMissingTenants,
  selectMediaTypeKeys,
  selectSessionDimKeys,
} from './dimensions.sql.js';

/** The dimension members of a session: its tenant, and the positions of the others among those of the chunk. */
export interface SessionMembers {
  readonly tenant: number;
  readonly mediaType: number;
  readonly sessionDim: number;
}

/** The dimension members of a chunk's facts, each once. */
export class ChunkMembers {
  readonly mediaTypes: string[] = [];
  readonly tenants = new Set<number>();
  /** One row per member of CHAT_SESSION_DIM, in the order of `dimensionColumns`. */
  readonly sessionDims: (readonly string[])[] = [];

  private readonly width: number;
  private readonly mediaTypeAt: number;
  private readonly tenantAt: number;
  private readonly dimensionsAt: readonly number[];
  private readonly mediaTypeOf = new Map<string, number>();
  private readonly sessionDimOf = new Map<string, number>();

  constructor(map: KvpMap) {
    const keys = attributeKeys(map);
    this.width = keys.length;
    this.mediaTypeAt = keys.findIndex((key) => key.type === 'media-type');
    this.tenantAt = keys.findIndex((key) => key.type === 'tenant');
    this.dimensionsAt = keys.flatMap((key, at) => (key.table === 'CHAT_SESSION_DIM' ? [at] : []));
  }

  /** Adds the members of the given sessions (positions in the batch) that become facts. Returns one entry per such session. */
  addAll(batch: SessionBatch, sessions: readonly number[]): SessionMembers[] {
    return sessions.filter((session) => batch.verdict[session] !== VERDICT.none).map((session) => this.add(batch, session));
  }

  private add(batch: SessionBatch, session: number): SessionMembers {
    const from = session * this.width;
    const valueAt = (at: number): string => batch.attributes[from + at]!;
    const tenant = Number(valueAt(this.tenantAt));
    this.tenants.add(tenant);
    const mediaType = valueAt(this.mediaTypeAt);
    let mediaTypeNumber = this.mediaTypeOf.get(mediaType);
    if (mediaTypeNumber === undefined) this.mediaTypeOf.set(mediaType, (mediaTypeNumber = this.mediaTypes.push(mediaType) - 1));
    let identity = '';
    // PostgreSQL texts contain no NUL, so two combinations cannot collide.
    for (const at of this.dimensionsAt) identity += `${valueAt(at)}\0`;
    let sessionDim = this.sessionDimOf.get(identity);
    if (sessionDim === undefined) this.sessionDimOf.set(identity, (sessionDim = this.sessionDims.push(this.dimensionsAt.map(valueAt)) - 1));
    return { tenant, mediaType: mediaTypeNumber, sessionDim };
  }
}

/** The mart's keys of a chunk's dimension members, by position; undefined if the mart lacks the member. */
export interface MemberKeys {
  readonly mediaTypes: readonly (number | undefined)[];
  readonly sessionDims: readonly (number | undefined)[];
}

/** The dimension keys of a fact; a tenant's key is its DBID. */
export interface FactKeys {
  readonly tenant: number;
  readonly mediaType: number;
  readonly sessionDim: number;
}

/** A key that no member has. */
const NO_MEMBER = 0;

export async function readMemberKeys(connection: Connection, map: KvpMap, { mediaTypes, sessionDims }: ChunkMembers): Promise<MemberKeys> {
  const ofMediaType = new Map<string, number>();
  for (const { code, key } of await queryRows<{ code: string; key: number }>(connection, selectMediaTypeKeys(mediaTypes)))
    ofMediaType.set(code, key);
  const ofSessionDim = new Map<number, number>();
  for (const { number, key } of await queryRows<{ number: number; key: number }>(connection, selectSessionDimKeys(map, sessionDims)))
    ofSessionDim.set(number - 1, key);
  return { mediaTypes: mediaTypes.map((code) => ofMediaType.get(code)), sessionDims: sessionDims.map((_, at) => ofSessionDim.get(at)) };
}

/** The same after inserting the members that the mart lacks, which after the first chunks are few or none; each has its key then. */
export async function ensureMembers(
  connection: Connection,
  map: KvpMap,
  members: ChunkMembers,
  { auditKey, dataSourceKey }: { readonly auditKey: number; readonly dataSourceKey: number },
): Promise<MemberKeys> {
  if (members.sessionDims.length === 0) return { mediaTypes: [], sessionDims: [] };
  await executeCounted(connection, insertMissingTenants([...members.tenants], auditKey, dataSourceKey), {
    ...{ table: 'gidb_gc_tenant', verb: 'inserted' },
  });
  const held = await readMemberKeys(connection, map, members);
  const mediaTypes = members.mediaTypes.filter((_, at) => held.mediaTypes[at] === undefined);
  const sessionDims = members.sessionDims.filter((_, at) => held.sessionDims[at] === undefined);
  if (mediaTypes.length + sessionDims.length === 0) return held;
  if (mediaTypes.length > 0) await execute(connection, insertMissingMediaTypes(mediaTypes, auditKey));
  if (sessionDims.length > 0) await execute(connection, insertMissingSessionDims(map, sessionDims, auditKey));
  const keys = await readMemberKeys(connection, map, members);
  for (const [table, of] of [
    ['media_type', keys.mediaTypes],
    ['chat_session_dim', keys.sessionDims],
  ] as const)
    await requireWritten(connection, { table, verb: 'inserted', wanted: of.filter((key) => key === undefined).length, written: 0 });
  return keys;
}

/** The dimension keys of a session. */
export const toFactKeys = ({ tenant, mediaType, sessionDim }: SessionMembers, keys: MemberKeys): FactKeys => ({
  tenant,
  mediaType: keys.mediaTypes[mediaType] ?? NO_MEMBER,
  sessionDim: keys.sessionDims[sessionDim] ?? NO_MEMBER,
});
