-- The history of the jobs, as a whole and chunk by chunk.
create table ctl_etl_history (
  job_id varchar(64) not null,
  job_name varchar(32) not null,
  job_version varchar(64) not null,
  start_time timestamp(3) not null,
  end_time timestamp(3),
  duration integer,
  status varchar(16) not null,
  row_count bigint,
  created_ts integer not null,
  message varchar(1024),
  constraint pk_ctl_etl_history primary key (job_id, job_name)
);
create index i_ctl_etl_history_start on ctl_etl_history (start_time);
comment on table ctl_etl_history is 'History of the ETL: one row for each execution of a job, under the job names of Info Mart (Job_InitializeGIM, Job_ExtractICON, Job_TransformGIM, Job_AggregateGIM, Job_MaintainGIM). Genesys table.';
comment on column ctl_etl_history.job_id is 'Execution of the program; the jobs of one cycle share it. Genesys column, name assumed.';
comment on column ctl_etl_history.job_name is 'Name of the job, such as Job_ExtractICON. Genesys column, name assumed.';
comment on column ctl_etl_history.job_version is 'Release of the program that ran the job. Genesys column, name assumed.';
comment on column ctl_etl_history.start_time is 'When the job began, UTC. Genesys column, name assumed.';
comment on column ctl_etl_history.end_time is 'When the job ended, UTC. Genesys column, name assumed. NULL: it is at work, or it was killed.';
comment on column ctl_etl_history.duration is 'How long the job took. Unit: seconds. Genesys column, name assumed. NULL: it has not ended.';
comment on column ctl_etl_history.status is 'RUNNING, COMPLETED, or FAILED when any one step failed. Genesys column.';
comment on column ctl_etl_history.row_count is 'Rows that the job read or wrote. Unit: rows. Extension of chatmart. NULL: not counted.';
comment on column ctl_etl_history.created_ts is 'When the history row of the job was written. Unit: epoch seconds. Genesys column, name assumed.';
comment on column ctl_etl_history.message is 'The error of a job that failed, or a remark. Extension of chatmart. NULL: nothing to say.';
create table ctl_extract_history (
  table_name varchar(255) not null,
  data_source_key integer not null,
  data_source_type integer,
  row_count integer,
  max_time timestamp(3),
  max_ts integer,
  icon_dbid integer not null default 0,
  dss_id integer,
  providertag integer,
  extract_start_time timestamp(3),
  extract_end_time timestamp(3),
  job_id varchar(64) not null,
  job_name varchar(32),
  job_version varchar(64),
  dap_name varchar(255),
  create_audit_key numeric(19) not null,
  created_ts integer not null
);
create index i_ctl_extract_history_created on ctl_extract_history (created_ts);
comment on table ctl_extract_history is 'History of the extraction: one row for each chunk of rows that was read from a table of a source. Genesys table.';
comment on column ctl_extract_history.table_name is 'Table of the source that was read. Genesys column.';
comment on column ctl_extract_history.data_source_key is 'Source that was read: CTL_DS.DATA_SOURCE_KEY. Unit: key. Genesys column.';
comment on column ctl_extract_history.data_source_type is 'Kind of that source: 1 T-Server, 2 Interaction Server, 3 Outbound Contact Server, 4 Configuration Server. Unit: code. Genesys column. NULL: not known.';
comment on column ctl_extract_history.row_count is 'Rows that the extraction read. Unit: rows. Genesys column. NULL: not counted.';
comment on column ctl_extract_history.max_time is 'Newest ADDED among the rows read, UTC. Genesys column. NULL: no row told it.';
comment on column ctl_extract_history.max_ts is 'Newest ADDED_TS among the rows read. Unit: epoch seconds. Genesys column. NULL: no row had one.';
comment on column ctl_extract_history.icon_dbid is 'DBID of the ICON that wrote the rows. Unit: DBID. Genesys column. 0: not known.';
comment on column ctl_extract_history.dss_id is 'Data source session of ICON in which the rows were written (GSYS_DOMAIN). Unit: key. Genesys column. NULL: not known, or several.';
comment on column ctl_extract_history.providertag is 'Provider tag of that ICON. Unit: code. Genesys column. NULL: not known.';
comment on column ctl_extract_history.extract_start_time is 'When the extraction of the chunk began, UTC. Genesys column. NULL: not recorded.';
comment on column ctl_extract_history.extract_end_time is 'When the extraction of the chunk ended, UTC. Genesys column. NULL: it has not ended.';
comment on column ctl_extract_history.job_id is 'Execution of the job that extracted: CTL_ETL_HISTORY.JOB_ID. Genesys column.';
comment on column ctl_extract_history.job_name is 'Job that extracted, Job_ExtractICON as a rule. Genesys column. NULL: not recorded.';
comment on column ctl_extract_history.job_version is 'Release of the program that extracted. Genesys column. NULL: not recorded.';
comment on column ctl_extract_history.dap_name is 'Name of the source in the configuration; in Info Mart the database access point. Genesys column. NULL: the source has no name.';
comment on column ctl_extract_history.create_audit_key is 'Transaction that inserted the chunk whose extraction this row records: CTL_AUDIT_LOG.AUDIT_KEY. Unit: key. Genesys column. 0: the row came with the schema.';
comment on column ctl_extract_history.created_ts is 'When the extraction was recorded. Unit: epoch seconds. Genesys column.';
create table ctl_transform_history (
  job_id varchar(64) not null,
  job_version varchar(64),
  hwm_name varchar(255),
  hwm_value numeric(19) not null,
  hwm_value2 varchar(255),
  transform_start_time timestamp(3),
  transform_end_time timestamp(3),
  row_count integer,
  created_ts integer not null,
  audit_key numeric(19) not null
);
create index i_ctl_transform_history_created on ctl_transform_history (created_ts);
comment on table ctl_transform_history is 'History of the transformation: one row for each time the rows of a source table were turned into facts, with the high-water mark reached. Genesys table.';
comment on column ctl_transform_history.job_id is 'Execution of the job that transformed: CTL_ETL_HISTORY.JOB_ID. Genesys column.';
comment on column ctl_transform_history.job_version is 'Release of the program that transformed. Genesys column. NULL: not recorded.';
comment on column ctl_transform_history.hwm_name is 'Source table that the high-water mark belongs to. Genesys column. NULL: the mark belongs to no one table.';
comment on column ctl_transform_history.hwm_value is 'High-water mark: the largest id of the source table that was transformed. Unit: id. Genesys column. 0: no row was transformed.';
comment on column ctl_transform_history.hwm_value2 is 'High-water mark of a source whose mark is no number. Genesys column. NULL: the mark is the number.';
comment on column ctl_transform_history.transform_start_time is 'When the transformation began, UTC. Genesys column. NULL: not recorded.';
comment on column ctl_transform_history.transform_end_time is 'When the transformation ended, UTC. Genesys column. NULL: it has not ended.';
comment on column ctl_transform_history.row_count is 'Facts that the transformation wrote. Unit: rows. Genesys column. NULL: not counted.';
comment on column ctl_transform_history.created_ts is 'When the transformation was recorded. Unit: epoch seconds. Genesys column.';
comment on column ctl_transform_history.audit_key is 'Transaction that wrote what was transformed: CTL_AUDIT_LOG.AUDIT_KEY. Unit: key. Genesys column.';
