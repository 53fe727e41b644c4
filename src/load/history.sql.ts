import type { Statement } from '../db/connection.js';
import { toEpochSeconds } from '../model/clock.js';

/** One chunk, for the extraction and transformation histories. */
export interface ChunkHistory {
  readonly jobId: string;
  readonly tableName: string;
  readonly dataSourceKey: number;
  readonly rowCount: number;
  /** Newest timestamp in the chunk, in epoch seconds; undefined if unknown. */
  readonly maxTs: number | undefined;
  readonly startedAt: Date;
  /** When all rows had been read. */
  readonly extractedAt: Date;
  readonly now: Date;
  /** Largest id up to which the source is now loaded; 0 if the chunk was not an id range. */
  readonly highWaterMark: number;
  /** The ceiling, as text: it can exceed the number columns of the history. Null if the chunk had none. */
  readonly ceiling: string | null;
  readonly jobVersion: string;
}

const maxTime = (maxTs: number | undefined): string | null => (maxTs === undefined ? null : new Date(maxTs * 1000).toISOString());

export const insertExtractHistory = (auditKey: number, chunk: ChunkHistory): Statement => ({
  text: `
    insert into ctl_extract_history (
      table_name, data_source_key, data_source_type, row_count, max_time, max_ts,
      extract_start_time, extract_end_time, job_id, job_name, job_version, create_audit_key, created_ts
    )
    values (
      $1, $2, 2, $3, $4::timestamptz at time zone 'UTC', $5,
      $6::timestamptz at time zone 'UTC', $11::timestamptz at time zone 'UTC', $7, 'Job_ExtractICON', $8, $9::numeric, $10
    )`,
  values: [
    chunk.tableName.toUpperCase(),
    chunk.dataSourceKey,
    chunk.rowCount,
    maxTime(chunk.maxTs),
    chunk.maxTs ?? null,
    chunk.startedAt.toISOString(),
    chunk.jobId,
    chunk.jobVersion,
    auditKey,
    toEpochSeconds(chunk.now),
    chunk.extractedAt.toISOString(),
  ],
});

export const insertTransformHistory = (auditKey: number, chunk: ChunkHistory): Statement => ({
  text: `
    insert into ctl_transform_history (
      job_id, job_version, hwm_name, hwm_value, hwm_value2, transform_start_time, transform_end_time, row_count, created_ts, audit_key
    )
    values (
      $1, $2, $3, $4::numeric, $5, $6::timestamptz at time zone 'UTC', clock_timestamp() at time zone 'UTC', $7, $8, $9::numeric
    )`,
  values: [
    chunk.jobId,
    chunk.jobVersion,
    chunk.tableName.toUpperCase(),
    chunk.highWaterMark,
    chunk.ceiling,
    chunk.startedAt.toISOString(),
    chunk.rowCount,
    toEpochSeconds(chunk.now),
    auditKey,
  ],
});
