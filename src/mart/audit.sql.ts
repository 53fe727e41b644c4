import type { Statement } from '../db/connection.js';
import { toEpochSeconds } from '../model/clock.js';

/** What one transaction did to the mart, for CTL_AUDIT_LOG. */
export interface AuditEntry {
  readonly jobId: string;
  readonly at: Date;
  readonly rowCount: number;
  /** Oldest and newest START_DATE_TIME_KEY that the transaction touched; 0 if it touched none. */
  readonly minStartKey: number;
  readonly maxStartKey: number;
  /** Newest time stamp in the chunk, epoch seconds. */
  readonly maxChunkTs?: number | undefined;
  readonly dataSourceKey?: number | undefined;
}

/** The next key, and the newest that a transaction has had; null: none yet. */
export const drawAuditKey: Statement = {
  text: `
    select
      nextval('ctl_audit_log_audit_key_seq') as audit_key,
      (select max(audit_key) from ctl_audit_log) as newest`,
};

export const insertAuditRow = (auditKey: number, entry: AuditEntry): Statement => ({
  text: `
    insert into ctl_audit_log (
      audit_key,
      job_id,
      created,
      inserted,
      processing_status_key,
      min_start_date_time_key,
      max_start_date_time_key,
      max_chunk_ts,
      data_source_key,
      row_count,
      created_ts
    )
    values ($1, $2, $3::timestamptz at time zone 'UTC', clock_timestamp() at time zone 'UTC', 1, $4, $5, $6, $7, $8, $9)`,
  values: [
    auditKey,
    entry.jobId,
    entry.at.toISOString(),
    entry.minStartKey,
    entry.maxStartKey,
    entry.maxChunkTs ?? null,
    entry.dataSourceKey ?? null,
    entry.rowCount,
    toEpochSeconds(entry.at),
  ],
});

/** CREATE_AUDIT_KEY of rows that come with the schema (known media types, the rows -1 and -2, calendars), not from a load. */
export const SCHEMA_AUDIT_KEY = 0;
