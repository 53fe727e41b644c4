import type { Statement } from '../db/connection.js';

/** Properties of CTL_SCHEMA_INFO, as JSON: the mart's identity, and when it was last found to be older than it had been. */
const IDENTITY = 'mart-identity';
const WENT_BACK = 'mart-went-back';

/**
 * One row: the counts of a mart that only ever grow, whether a run is in its history, and where the history ends. Jobs that begin after
 * `latest` are ignored: their clock was ahead.
 */
export const selectMartPast = (jobId: string | null, latest: Date): Statement => ({
  text: `select
  (select coalesce(sum(revision), 0) from chatmart_source) as revisions,
  (select count(*) from chatmart_erased) as erased,
  exists (select from ctl_etl_history where job_id = $1) as has_job,
  (
    select start_time
    from ctl_etl_history
    where start_time <= $2::timestamptz at time zone 'UTC'
    order by start_time desc
    limit 1
  ) as known_until,
  (select value from ctl_schema_info where property = '${IDENTITY}') as identity`,
  values: [jobId, latest.toISOString()],
});

const upsertProperty = (property: string, value: string, nowTs: number): Statement => ({
  text: `insert into ctl_schema_info (property, value, updated_ts)
values ('${property}', $1, $2)
on conflict (property) do update set
  value = excluded.value,
  updated_ts = excluded.updated_ts`,
  values: [value, nowTs],
});

/** Records the identity of the mart. */
export const writeMartIdentity = (identity: string, nowTs: number): Statement => upsertProperty(IDENTITY, identity, nowTs);

/** Records that the mart was found to be older than it had been. */
export const writeWentBack = (wentBack: string, nowTs: number): Statement => upsertProperty(WENT_BACK, wentBack, nowTs);

/** One row, if the mart was ever found to be older than it had been. */
export const selectWentBack = (): Statement => ({ text: `select value as went_back from ctl_schema_info where property = '${WENT_BACK}'` });
