import type { Statement } from '../db/connection.js';

/** Rows of a table that one transaction purged. */
export interface Purge {
  readonly jobId: string;
  readonly jobVersion: string;
  readonly tableName: string;
  /** Month of the rows, epoch seconds; 0 and the border where rows went by age alone. */
  readonly fromTs: number;
  readonly toTs: number;
  readonly rows: number;
  readonly auditKey: number;
}

/** Adds them to CTL_PURGE_HISTORY. */
export const recordPurge = ({ jobId, jobVersion, tableName, fromTs, toTs, rows, auditKey }: Purge, at: Date): Statement => ({
  text: `
    insert into ctl_purge_history as purge (
      job_id, table_name, from_ts, to_ts, row_count, purge_start_time, purge_end_time, job_version, create_audit_key, created_ts
    )
    values (
      $1, $2, $3, $4, $5, $6::timestamptz at time zone 'UTC', $6::timestamptz at time zone 'UTC', $7, $8::numeric,
      floor(extract(epoch from $6::timestamptz))
    )
    on conflict (job_id, table_name, from_ts) do update set
      to_ts = excluded.to_ts,
      row_count = purge.row_count + excluded.row_count,
      purge_end_time = excluded.purge_end_time`,
  values: [jobId, tableName.toUpperCase(), fromTs, toTs, rows, at.toISOString(), jobVersion, auditKey],
});
