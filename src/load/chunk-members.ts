import { execute, type Connection } from '../db/connection.js';
import { executeCounted } from '../mart/written-rows.js';
import type { KvpMap } from '../model/mapped-key.js';
import { attributeKeys, VERDICT, type SessionBatch } from '../model/session-batch.js';
import { insertMissingMediaTypes, insertMissingSessionDims, insertMissingTenants } from './dimensions.sql.js';

/** The members of a session: its tenant, and where the others lie among those of the chunk. */
export interface SessionMembers {
  readonly tenant: number;
  readonly mediaType: number;
  readonly sessionDim: number;
}

/** The dimension members that the facts of a chunk belong to, each once. */
export class ChunkMembers {
  readonly mediaTypes: string[] = [];
  readonly tenants = new Set<number>();
  /** A row a member of CHAT_SESSION_DIM, in the order of `dimensionColumns`. */
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

  /** Adds the members of those of some sessions that become facts, by their place in the batch. Returns where they lie, one a session. */
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
    // PostgreSQL's texts hold no NUL: no two combinations run together.
    for (const at of this.dimensionsAt) identity += `${valueAt(at)}\0`;
    let sessionDim = this.sessionDimOf.get(identity);
    if (sessionDim === undefined) this.sessionDimOf.set(identity, (sessionDim = this.sessionDims.push(this.dimensionsAt.map(valueAt)) - 1));
    return { tenant, mediaType: mediaTypeNumber, sessionDim };
  }
}

/** Adds the dimension members that the mart does not have. */
export async function insertMissingMembers(
  connection: Connection,
  map: KvpMap,
  members: ChunkMembers,
  { auditKey, dataSourceKey }: { readonly auditKey: number; readonly dataSourceKey: number },
): Promise<void> {
  if (members.sessionDims.length === 0) return;
  await execute(connection, insertMissingMediaTypes(members.mediaTypes, auditKey));
  await executeCounted(connection, insertMissingTenants([...members.tenants], auditKey, dataSourceKey), {
    ...{ table: 'gidb_gc_tenant', verb: 'inserted' },
  });
  await execute(connection, insertMissingSessionDims(map, members.sessionDims, auditKey));
}
