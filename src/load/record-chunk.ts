import type { Connection } from '../db/connection.js';
import { executeAll } from '../mart/written-rows.js';
import type { SourceState } from '../mart/source-window.js';
import { writeAuditRow } from '../mart/audit.js';
import { insertExtractHistory, insertTransformHistory, type ChunkHistory } from './history.sql.js';
import { writeSourceState } from '../mart/source-state.js';

/** What a chunk's transaction wrote, for its row of CTL_AUDIT_LOG. */
export interface ChunkEffects {
  readonly auditKey: number;
  /** Facts inserted, updated and deleted. */
  readonly factCount: number;
  /** DATE_TIME_KEYs of all that changed. */
  readonly changedIntervals: readonly number[];
}

/** Writes the audit row and the histories of a chunk, and how far its source is loaded now. Returns the state with its new revision. */
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
