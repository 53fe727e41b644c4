import { queryRows, type Connection } from '../db/connection.js';
import { requireWritten } from '../mart/written-rows.js';
import type { KvpMap } from '../model/mapped-key.js';
import type { ChunkMembers, SessionMembers } from './chunk-members.js';
import { selectMediaTypeKeys, selectSessionDimKeys } from './dimensions.sql.js';

/** The mart's keys of a chunk's dimension members, by their place among them; undefined: it does not have the member. */
export interface MemberKeys {
  readonly mediaTypes: readonly (number | undefined)[];
  readonly sessionDims: readonly (number | undefined)[];
}

/** The keys that a fact has of its dimensions; a tenant's is its DBID. */
export interface FactKeys {
  readonly tenant: number;
  readonly mediaType: number;
  readonly sessionDim: number;
}

/** Key that no member has. */
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

/** Makes sure that the mart has every member, of which those that were missing have just been inserted. */
export async function requireMembers(connection: Connection, { mediaTypes, sessionDims }: MemberKeys): Promise<void> {
  for (const [table, keys] of [
    ['media_type', mediaTypes],
    ['chat_session_dim', sessionDims],
  ] as const)
    await requireWritten(connection, { table, verb: 'inserted', wanted: keys.filter((key) => key === undefined).length, written: 0 });
}

/** The keys of a session's members. */
export const toFactKeys = ({ tenant, mediaType, sessionDim }: SessionMembers, keys: MemberKeys): FactKeys => ({
  tenant,
  mediaType: keys.mediaTypes[mediaType] ?? NO_MEMBER,
  sessionDim: keys.sessionDims[sessionDim] ?? NO_MEMBER,
});
