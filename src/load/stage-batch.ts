import { execute, type Connection } from '../db/connection.js';
import { copyFrom } from '../db/copy.js';
import type { Discard } from '../model/discard.js';
import type { KvpMap } from '../model/mapped-key.js';
import type { SessionBatch } from '../model/session-batch.js';
import { encodeDiscards, encodeSessions } from './encode.js';
import { ANALYZE_STAGING, COPY_INTO_DISCARDS, copyIntoStaging, createStaging } from './staging.sql.js';

const prepared = new WeakSet<Connection>();

/** Creates the staging tables of a session once, before its first rows; this writes to the catalogue. Call it outside a transaction. */
export async function prepareStaging(connection: Connection, map: KvpMap): Promise<void> {
  if (prepared.has(connection)) return;
  await execute(connection, createStaging(map));
  prepared.add(connection);
}

/** Copies sessions of a batch, given by position, into the staging table. */
export async function stageSessions(
  connection: Connection,
  map: KvpMap,
  batch: SessionBatch,
  sessions: readonly number[],
  isComplete: boolean,
): Promise<void> {
  if (sessions.length > 0) await copyFrom(connection, copyIntoStaging(map), encodeSessions(map, batch, sessions, isComplete));
}

export async function stageDiscards(connection: Connection, discards: readonly Discard[]): Promise<void> {
  if (discards.length > 0) await copyFrom(connection, COPY_INTO_DISCARDS, encodeDiscards(discards));
}

/** Updates the planner's statistics of the staging tables. */
export async function analyzeStaging(connection: Connection): Promise<void> {
  await execute(connection, { text: ANALYZE_STAGING });
}
