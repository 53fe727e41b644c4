import type { Statement } from '../../db/connection.js';
import { quoteIdentifier } from '../../db/quote.js';
import { countWritten } from '../../mart/written-rows.js';

/** A table whose rows are purged by age. The SQL selects old rows; `$1` is the first second that is kept. */
export interface HistoryTable {
  /** Its primary key. */
  readonly key: string;
  readonly name: 'stg_transform_discards' | 'ctl_etl_history' | 'ctl_extract_history' | 'ctl_transform_history' | 'ctl_purge_history';
  readonly isOld: string;
}

/** The tables of days-to-keep-discards-and-job-history, except the audit log. Open discards and running jobs stay at any age. */
export const HISTORY_TABLES: readonly HistoryTable[] = [
  { name: 'stg_transform_discards', key: 'discard_id', isOld: 'resolved_ts < $1' },
  // By its start, which is indexed; CREATED_TS is that of the first attempt, and was never looked up by anybody else.
  { name: 'ctl_etl_history', key: 'job_id, job_name', isOld: `start_time < to_timestamp($1) at time zone 'UTC' and status <> 'RUNNING'` },
  { name: 'ctl_extract_history', key: 'create_audit_key', isOld: 'created_ts < $1' },
  { name: 'ctl_transform_history', key: 'audit_key', isOld: 'created_ts < $1' },
  { name: 'ctl_purge_history', key: 'job_id, table_name, from_ts', isOld: 'created_ts < $1' },
];

export const countOld = ({ name, isOld }: HistoryTable, keptFromTs: number): Statement => ({
  text: `select count(*) as rows from ${name} where ${isOld}`,
  values: [keptFromTs],
});

/** Deletes up to `limit` old rows. For `executeCounted`. */
export const deleteOld = ({ name, key, isOld }: HistoryTable, keptFromTs: number, limit: number): Statement => ({
  text: countWritten(
    `
      select ${key}
      from ${name}
      where ${isOld}
      limit $2`,
    `
      delete from ${name}
      where (${key}) in (select ${key} from wanted)`,
  ),
  values: [keptFromTs, limit],
});

/** A column that refers to CTL_AUDIT_LOG. */
export interface AuditReference {
  readonly table: string;
  readonly column: string;
}

/** All such columns of the mart, read from the catalog so that no new table is forgotten. */
export const selectAuditReferences: Statement = {
  text: `
    select
      pg_class.relname as table,
      attname as column
    from pg_attribute
    join pg_class on pg_class.oid = attrelid
    where relnamespace = (select oid from pg_namespace where nspname = current_schema())
      and relkind in ('r', 'p')
      and attnum > 0
      and not attisdropped
      and (attname like '%audit\\_key' or attname = 'agr_set_key')
      and relname <> 'ctl_audit_log'
    order by 1, 2`,
};

/**
 * Old rows of the audit log that nothing refers to. `isGone`: SQL for rows of a table that will be deleted first; it also uses `$1`. No new
 * references to old rows appear, so the answer needs no lock.
 */
export const selectUnreferencedAudits = (
  references: readonly AuditReference[],
  keptFromTs: number,
  isGone: ReadonlyMap<string, string> = new Map(),
): Statement => {
  const pointing = references.map(({ table, column }) => {
    const gone = isGone.get(table);
    return `
      select ${quoteIdentifier(column)}
      from ${quoteIdentifier(table)}
      where ${quoteIdentifier(column)} <= (select max(audit_key) from old)${gone === undefined ? '' : ` and (${gone}) is not true`}`;
  });
  return {
    text: `
    with old as materialized (
      select audit_key
      from ctl_audit_log
      where audit_key > 0 and created_ts < $1
    )
    select audit_key
    from old
    except (${pointing.join(`
      union all`)}
    )
    order by audit_key`,
    values: [keptFromTs],
  };
};

export const deleteAudits = (auditKeys: readonly number[]): Statement => ({
  text: `delete from ctl_audit_log where audit_key = any ($1::numeric[])`,
  values: [auditKeys],
});

/** The rows of a table that one transaction purged. */
export interface Purge {
  readonly jobId: string;
  readonly jobVersion: string;
  readonly tableName: string;
  /** Month of the rows, epoch seconds; for rows purged by age alone, 0 and the start of the retention. */
  readonly fromTs: number;
  readonly toTs: number;
  readonly rows: number;
  readonly auditKey: number;
}

/** Adds the purge to CTL_PURGE_HISTORY. */
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
