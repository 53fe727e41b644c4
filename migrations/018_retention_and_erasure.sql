-- What maintenance has purged, and which interactions must not come back.
create table ctl_purge_history (
  job_id varchar(64) not null,
  table_name varchar(255) not null,
  from_ts integer not null,
  to_ts integer not null,
  row_count bigint not null,
  purge_start_time timestamp(3) not null,
  purge_end_time timestamp(3) not null,
  job_version varchar(64) not null,
  create_audit_key numeric(19) not null,
  created_ts integer not null,
  constraint pk_ctl_purge_history primary key (job_id, table_name, from_ts)
);
create index i_ctl_purge_history_created on ctl_purge_history (created_ts);
comment on table ctl_purge_history is 'History of the maintenance: one row for each table and month, or table, that an execution of Job_MaintainGIM deleted rows from. Genesys table, columns assumed.';
comment on column ctl_purge_history.job_id is 'Execution of the job that purged: CTL_ETL_HISTORY.JOB_ID. Genesys column, name assumed.';
comment on column ctl_purge_history.table_name is 'Table that rows were purged from. Genesys column, name assumed.';
comment on column ctl_purge_history.from_ts is 'Start of the month whose rows were purged. Unit: epoch seconds. Genesys column, name assumed. 0: no month, but all that was older.';
comment on column ctl_purge_history.to_ts is 'Rows before it were purged: the end of the month, or what the retention came to. Unit: epoch seconds. Genesys column, name assumed.';
comment on column ctl_purge_history.row_count is 'Rows that were purged, counted on with each transaction. Unit: rows. Genesys column, name assumed.';
comment on column ctl_purge_history.purge_start_time is 'When the first of the rows was purged, UTC. Genesys column, name assumed.';
comment on column ctl_purge_history.purge_end_time is 'When the last of the rows so far was purged, UTC. Genesys column, name assumed.';
comment on column ctl_purge_history.job_version is 'Release of the program that purged. Genesys column, name assumed.';
comment on column ctl_purge_history.create_audit_key is 'Transaction that inserted this row, with the first of the rows purged: CTL_AUDIT_LOG.AUDIT_KEY. Unit: key. Genesys column. 0: the row came with the schema.';
comment on column ctl_purge_history.created_ts is 'When the purge was first recorded. Unit: epoch seconds. Genesys column, name assumed.';
create table chatmart_erased (
  guid_hash bytea not null,
  salt bytea not null,
  erased_ts integer not null,
  create_audit_key numeric(19) not null,
  constraint pk_chatmart_erased primary key (guid_hash)
);
comment on table chatmart_erased is 'Interactions that were erased on request, each as a salted hash: no run, backfill or repair loads them again. Keep these rows when a mart is built anew. Extension of chatmart.';
comment on column chatmart_erased.guid_hash is 'SHA-256 of the salt and the interaction ID (CALLID of the source, UTF-8); the ID itself is nowhere. Extension of chatmart.';
comment on column chatmart_erased.salt is 'Random bytes before the ID in the hash, the same in all rows that this mart wrote. Extension of chatmart.';
comment on column chatmart_erased.erased_ts is 'When the interaction was erased. Unit: epoch seconds. Extension of chatmart.';
comment on column chatmart_erased.create_audit_key is 'Transaction that inserted the tombstone, and erased the interaction: CTL_AUDIT_LOG.AUDIT_KEY. Unit: key. Genesys column. 0: the row came with the schema.';
