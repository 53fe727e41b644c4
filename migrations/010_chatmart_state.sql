-- The program's own state: extraction windows, changed intervals, backfill slices.
create table chatmart_source (
  source_name varchar(64) not null,
  data_source_key integer not null,
  table_name varchar(255),
  last_ceiling numeric(20),
  window_ceiling numeric(20),
  window_position bigint,
  window_end_id bigint,
  marks jsonb not null default '[]',
  complete_until timestamp(3),
  last_run_at timestamp(3),
  revision bigint not null default 0,
  constraint pk_chatmart_source primary key (source_name)
);
comment on table chatmart_source is 'Where the extraction stands in each source table: its window, and how a changed source is noticed. Written in the transaction of each chunk; extension of chatmart.';
comment on column chatmart_source.source_name is 'Source that this state belongs to: CTL_DS.SOURCE_NAME. Extension of chatmart.';
comment on column chatmart_source.data_source_key is 'Key of the source that this state belongs to: CTL_DS.DATA_SOURCE_KEY. Unit: key. Extension of chatmart.';
comment on column chatmart_source.table_name is 'Table of the source that is read, with its schema. Extension of chatmart. NULL: not read yet.';
comment on column chatmart_source.last_ceiling is 'Everything that transactions below this one wrote has been read (xid8). Unit: transaction id. Extension of chatmart. NULL: no window has been finished.';
comment on column chatmart_source.window_ceiling is 'Upper bound of the window that is being read (xid8). Unit: transaction id. Extension of chatmart. NULL: no window is open.';
comment on column chatmart_source.window_position is 'Largest id of the open window that has been loaded. Unit: id. Extension of chatmart. NULL: none yet.';
comment on column chatmart_source.window_end_id is 'Largest id that the open window can hold. Unit: id. Extension of chatmart. NULL: no window is open.';
comment on column chatmart_source.marks is 'Largest ids at earlier snapshots: from there on the next window looks for rows. Extension of chatmart.';
comment on column chatmart_source.complete_until is 'Everything that the source had committed by then has been loaded, UTC. Extension of chatmart. NULL: no window has been finished.';
comment on column chatmart_source.last_run_at is 'When a run last looked at the source, UTC. Extension of chatmart. NULL: never.';
comment on column chatmart_source.revision is 'Goes up by one at each write; a run goes on only if it is still what that run wrote last. Unit: number. Extension of chatmart.';
create table chatmart_pending_agg (
  start_date_time_key integer not null,
  audit_key numeric(19) not null
);
comment on table chatmart_pending_agg is 'Intervals whose facts changed and whose aggregates are to be rebuilt. Loads only append, the same interval may stand here often; the aggregation takes the rows away. Extension of chatmart.';
comment on column chatmart_pending_agg.start_date_time_key is '15-minute interval in which a changed session begins, or began before: DATE_TIME.DATE_TIME_KEY. Unit: key, epoch seconds. Extension of chatmart.';
comment on column chatmart_pending_agg.audit_key is 'Transaction that changed the session: CTL_AUDIT_LOG.AUDIT_KEY. Unit: key. Extension of chatmart.';
create table chatmart_slice (
  source_name varchar(64) not null,
  from_ts integer not null,
  to_ts integer not null,
  status varchar(16) not null,
  row_count bigint,
  session_count bigint,
  job_id varchar(64),
  started_at timestamp(3),
  finished_at timestamp(3),
  constraint pk_chatmart_slice primary key (source_name, from_ts, to_ts)
);
comment on table chatmart_slice is 'Ledger of the backfill: one row for each slice of history, so that a backfill that was stopped goes on where it was. Extension of chatmart.';
comment on column chatmart_slice.source_name is 'Source that the slice is read from: CTL_DS.SOURCE_NAME. Extension of chatmart.';
comment on column chatmart_slice.from_ts is 'First second of the slice, by ADDED_TS of the source. Unit: epoch seconds. Extension of chatmart.';
comment on column chatmart_slice.to_ts is 'First second after the slice, by ADDED_TS of the source. Unit: epoch seconds. Extension of chatmart.';
comment on column chatmart_slice.status is 'PENDING, RUNNING, COMPLETED or FAILED. Extension of chatmart.';
comment on column chatmart_slice.row_count is 'User-data rows that the slice held. Unit: rows. Extension of chatmart. NULL: the slice is not done.';
comment on column chatmart_slice.session_count is 'Sessions that the slice wrote. Unit: sessions. Extension of chatmart. NULL: the slice is not done.';
comment on column chatmart_slice.job_id is 'Execution of the backfill that last worked on the slice: CTL_ETL_HISTORY.JOB_ID. Extension of chatmart. NULL: none has.';
comment on column chatmart_slice.started_at is 'When the work on the slice began, UTC. Extension of chatmart. NULL: it has not begun.';
comment on column chatmart_slice.finished_at is 'When the work on the slice ended, UTC. Extension of chatmart. NULL: it has not ended.';
