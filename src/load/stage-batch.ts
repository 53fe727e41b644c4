import { execute, type Connection } from '../db/connection.js';
import { copyFrom } from '../db/copy.js';
import type { Discard } from '../model/discard.js';
import type { KvpMap } from '../model/mapped-key.js';
import type { SessionBatch } from '../model/session-batch.js';
import { encodeDiscards, encodeSessions } from './encode-batch.js';
import { ANALYZE_STAGING, COPY_INTO_DISCARDS, copyIntoStaging, createStaging } from './staging.sql.js';

/** Makes the staging tables of a session, once. */
export async function prepareStaging(connection: Connection, map: KvpMap): Promise<void> {
  await execute(connection, createStaging(map));
}

/** Sends a batch into the staging tables and tells the planner how large they are. */
export async function stageBatch(connection: Connection, map: KvpMap, batch: SessionBatch, isComplete: boolean): Promise<void> {
  if (batch.count > 0) await copyFrom(connection, copyIntoStaging(map), encodeSessions(map, batch, isComplete));
  await stageDiscards(connection, batch.discards);
  await execute(connection, { text: ANALYZE_STAGING });
}

async function stageDiscards(connection: Connection, discards: readonly Discard[]): Promise<void> {
  if (discards.length > 0) await copyFrom(connection, COPY_INTO_DISCARDS, encodeDiscards(discards));
}
