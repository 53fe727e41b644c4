import type { Slice } from '../../model/time-span.js';
import type { Statement } from '../../db/connection.js';

/** Marks slices that a process left half-done as failed; only for the holder of the backfill's lock. */
export const failAbandonedSlices = (sourceName: string): Statement => ({
  text: `update chatmart_slice
set status = 'FAILED'
where source_name = $1
  and status = 'RUNNING'`,
  values: [sourceName],
});

/** Reopens slices that were finished by a clock that was ahead: their time may not have been over. */
export const reopenSlices = (sourceName: string, aheadOf: Date): Statement => ({
  text: `update chatmart_slice
set status = 'PENDING',
  finished_at = null
where source_name = $1
  and status = 'COMPLETED'
  and finished_at > $2::timestamptz at time zone 'UTC'`,
  values: [sourceName, aheadOf.toISOString()],
});

/** The recorded slices of a source, oldest first; those that `reopenSlices` would reopen are shown as reopened. */
export const selectSlices = (sourceName: string, aheadOf: Date): Statement => ({
  text: `select
  from_ts,
  to_ts,
  case when status = 'COMPLETED' and finished_at > $2::timestamptz at time zone 'UTC' then 'PENDING' else status end as status
from chatmart_slice
where source_name = $1
order by from_ts, to_ts`,
  values: [sourceName, aheadOf.toISOString()],
});

/** The requested but unfinished range of backfills of some sources, as one span. */
export const selectUnfinished = (sourceNames: readonly string[]): Statement => ({
  text: `select
  min(from_ts) as from_ts,
  max(to_ts) as to_ts,
  count(*) as slices
from chatmart_slice
where source_name = any ($1)
  and status <> 'COMPLETED'
having count(*) > 0`,
  values: [sourceNames],
});

/** Deletes the ledger entries of slices that lie entirely in a range, whatever their width. */
export const deleteSlices = (sourceName: string, range: Slice): Statement => ({
  text: `delete from chatmart_slice
where source_name = $1
  and from_ts >= $2
  and to_ts <= $3`,
  values: [sourceName, range.fromTs, range.toTs],
});

/** Deletes the ledger entries of some slices. */
export const forgetSlices = (sourceName: string, slices: readonly Slice[]): Statement => ({
  text: `delete from chatmart_slice
using unnest($2::int[], $3::int[]) as unwanted (from_ts, to_ts)
where source_name = $1
  and chatmart_slice.from_ts = unwanted.from_ts
  and chatmart_slice.to_ts = unwanted.to_ts`,
  values: [sourceName, slices.map(({ fromTs }) => fromTs), slices.map(({ toTs }) => toTs)],
});

/** Records slices as still to be done by this run. */
export const enterSlices = (sourceName: string, slices: readonly Slice[], jobId: string): Statement => ({
  text: `insert into chatmart_slice (source_name, from_ts, to_ts, status, job_id)
select
  $1::varchar,
  from_ts,
  to_ts,
  'PENDING',
  $4::varchar
from unnest($2::int[], $3::int[]) as wanted (from_ts, to_ts)
on conflict (source_name, from_ts, to_ts) do update set
  status = excluded.status,
  row_count = null,
  session_count = null,
  job_id = excluded.job_id,
  started_at = null,
  finished_at = null`,
  values: [sourceName, slices.map(({ fromTs }) => fromTs), slices.map(({ toTs }) => toTs), jobId],
});

export const startSlice = (sourceName: string, slice: Slice, at: Date): Statement => ({
  text: `update chatmart_slice
set status = 'RUNNING',
  started_at = $4::timestamptz at time zone 'UTC'
where source_name = $1
  and from_ts = $2
  and to_ts = $3`,
  values: [sourceName, slice.fromTs, slice.toTs, at.toISOString()],
});

/** The result of reading a slice. */
export interface SliceEnd {
  /** PENDING: its time is not over, so more rows will come. */
  readonly status: 'COMPLETED' | 'PENDING';
  readonly rows: number;
  /** Sessions that it wrote. */
  readonly sessions: number;
}

export const endSlice = (sourceName: string, slice: Slice, at: Date, end: SliceEnd): Statement => ({
  text: `update chatmart_slice
set status = $4,
  row_count = $5,
  session_count = $6,
  finished_at = $7::timestamptz at time zone 'UTC'
where source_name = $1
  and from_ts = $2
  and to_ts = $3`,
  values: [sourceName, slice.fromTs, slice.toTs, end.status, end.rows, end.sessions, at.toISOString()],
});

/** Marks the slice at which an error occurred as failed. */
export const failSlice = (sourceName: string, slice: Slice, at: Date): Statement => ({
  text: `update chatmart_slice
set status = 'FAILED',
  finished_at = $4::timestamptz at time zone 'UTC'
where source_name = $1
  and from_ts = $2
  and to_ts = $3`,
  values: [sourceName, slice.fromTs, slice.toTs, at.toISOString()],
});
