-- The ADMIN_ views of the job history: readable times and durations.
create or replace view admin_etl_job_history as
select
  job_name,
  job_id,
  job_version,
  start_time,
  end_time,
  duration,
  status,
  row_count,
  message
from (select ctl_etl_history.job_name,
    ctl_etl_history.job_id,
    ctl_etl_history.job_version,
    ctl_etl_history.start_time,
    ctl_etl_history.end_time,
    to_char(make_interval(secs => ctl_etl_history.duration), 'HH24:MI:SS') as duration,
    ctl_etl_history.status,
    ctl_etl_history.row_count,
    ctl_etl_history.message
  from ctl_etl_history) as job;
comment on view admin_etl_job_history is 'Every execution of every job with its state and duration; ask this view, not CTL_ETL_HISTORY. Genesys view, column names assumed.';
comment on column admin_etl_job_history.job_name is 'Job execution: name of the job. Genesys column, name assumed.';
comment on column admin_etl_job_history.job_id is 'Job execution: execution of the program that the job belongs to. Genesys column, name assumed.';
comment on column admin_etl_job_history.job_version is 'Job execution: release of the program. Genesys column, name assumed.';
comment on column admin_etl_job_history.start_time is 'Job execution: when it began, UTC. Genesys column, name assumed.';
comment on column admin_etl_job_history.end_time is 'Job execution: when it ended, UTC. Genesys column, name assumed. NULL: it is at work, or it was killed.';
comment on column admin_etl_job_history.duration is 'Job execution: how long it took, as HH:MM:SS. Genesys column, name assumed. NULL: it has not ended.';
comment on column admin_etl_job_history.status is 'Job execution: RUNNING, COMPLETED or FAILED. Genesys column, name assumed.';
comment on column admin_etl_job_history.row_count is 'Job execution: rows read or written. Unit: rows. Extension of chatmart. NULL: not counted.';
comment on column admin_etl_job_history.message is 'Job execution: the error if it failed, or a remark. Extension of chatmart. NULL: nothing to say.';
create or replace view admin_etl_job_status as
select
  job_name,
  job_id,
  job_version,
  start_time,
  end_time,
  duration,
  status,
  row_count,
  message
from (select distinct on (ctl_etl_history.job_name) ctl_etl_history.job_name,
    ctl_etl_history.job_id,
    ctl_etl_history.job_version,
    ctl_etl_history.start_time,
    ctl_etl_history.end_time,
    to_char(make_interval(secs => ctl_etl_history.duration), 'HH24:MI:SS') as duration,
    ctl_etl_history.status,
    ctl_etl_history.row_count,
    ctl_etl_history.message
  from ctl_etl_history
  order by ctl_etl_history.job_name, ctl_etl_history.start_time desc, ctl_etl_history.created_ts desc) as job;
comment on view admin_etl_job_status is 'The newest execution of each job: what is at work now, and how each job ended last. Genesys view, column names assumed.';
comment on column admin_etl_job_status.job_name is 'Newest execution of a job: name of the job. Genesys column, name assumed.';
comment on column admin_etl_job_status.job_id is 'Newest execution of a job: execution of the program that the job belongs to. Genesys column, name assumed.';
comment on column admin_etl_job_status.job_version is 'Newest execution of a job: release of the program. Genesys column, name assumed.';
comment on column admin_etl_job_status.start_time is 'Newest execution of a job: when it began, UTC. Genesys column, name assumed.';
comment on column admin_etl_job_status.end_time is 'Newest execution of a job: when it ended, UTC. Genesys column, name assumed. NULL: it is at work, or it was killed.';
comment on column admin_etl_job_status.duration is 'Newest execution of a job: how long it took, as HH:MM:SS. Genesys column, name assumed. NULL: it has not ended.';
comment on column admin_etl_job_status.status is 'Newest execution of a job: RUNNING, COMPLETED or FAILED. Genesys column, name assumed.';
comment on column admin_etl_job_status.row_count is 'Newest execution of a job: rows read or written. Unit: rows. Extension of chatmart. NULL: not counted.';
comment on column admin_etl_job_status.message is 'Newest execution of a job: the error if it failed, or a remark. Extension of chatmart. NULL: nothing to say.';
create or replace view admin_etl_step_history as
select
  job_name,
  job_id,
  step_name,
  start_time,
  end_time,
  duration,
  row_count,
  audit_key
from (
  select
    ctl_extract_history.job_name,
    ctl_extract_history.job_id,
    'extract ' || ctl_extract_history.table_name as step_name,
    ctl_extract_history.extract_start_time as start_time,
    ctl_extract_history.extract_end_time as end_time,
    to_char(make_interval(secs => extract(epoch from ctl_extract_history.extract_end_time - ctl_extract_history.extract_start_time)), 'HH24:MI:SS') as duration,
    ctl_extract_history.row_count,
    ctl_extract_history.create_audit_key as audit_key
  from ctl_extract_history
  union all
  select
    'Job_TransformGIM' as job_name,
    ctl_transform_history.job_id,
    'transform ' || coalesce(ctl_transform_history.hwm_name, '') as step_name,
    ctl_transform_history.transform_start_time as start_time,
    ctl_transform_history.transform_end_time as end_time,
    to_char(make_interval(secs => extract(epoch from ctl_transform_history.transform_end_time - ctl_transform_history.transform_start_time)), 'HH24:MI:SS') as duration,
    ctl_transform_history.row_count,
    ctl_transform_history.audit_key
  from ctl_transform_history
) as step;
comment on view admin_etl_step_history is 'Every step of the jobs, one row for each chunk extracted and each chunk transformed. Genesys view, column names assumed.';
comment on column admin_etl_step_history.job_name is 'Job that the step belongs to. Genesys column, name assumed. NULL: not recorded.';
comment on column admin_etl_step_history.job_id is 'Execution of the program that the step belongs to. Genesys column, name assumed.';
comment on column admin_etl_step_history.step_name is 'What the step did, and to which table of the source. Genesys column, name assumed.';
comment on column admin_etl_step_history.start_time is 'When the step began, UTC. Genesys column, name assumed. NULL: not recorded.';
comment on column admin_etl_step_history.end_time is 'When the step ended, UTC. Genesys column, name assumed. NULL: it has not ended.';
comment on column admin_etl_step_history.duration is 'How long the step took, as HH:MM:SS. Genesys column, name assumed. NULL: start or end is not recorded.';
comment on column admin_etl_step_history.row_count is 'Rows that the step read, or facts that it wrote. Unit: rows. Genesys column, name assumed. NULL: not counted.';
comment on column admin_etl_step_history.audit_key is 'Transaction that the step ended with: CTL_AUDIT_LOG.AUDIT_KEY. Unit: key. Extension of chatmart.';
create or replace view admin_extract_history as
select
  table_name,
  data_source_key,
  source_name,
  row_count,
  max_time,
  extract_start_time,
  extract_end_time,
  duration,
  job_name,
  job_id,
  created,
  create_audit_key
from (
  select
    ctl_extract_history.*,
    ctl_ds.source_name,
    to_char(make_interval(secs => extract(epoch from ctl_extract_history.extract_end_time - ctl_extract_history.extract_start_time)), 'HH24:MI:SS') as duration,
    to_timestamp(ctl_extract_history.created_ts) at time zone 'UTC' as created
  from ctl_extract_history
  left join ctl_ds on ctl_ds.data_source_key = ctl_extract_history.data_source_key
) as extraction;
comment on view admin_extract_history is 'CTL_EXTRACT_HISTORY for reading: what was extracted from which source, when, and how long it took. Genesys view, column names assumed.';
comment on column admin_extract_history.table_name is 'Source table of the extraction. Genesys column.';
comment on column admin_extract_history.data_source_key is 'Source of the extraction: CTL_DS.DATA_SOURCE_KEY. Unit: key. Genesys column.';
comment on column admin_extract_history.source_name is 'Name of that source in the configuration. Extension of chatmart. NULL: the source is no longer in CTL_DS.';
comment on column admin_extract_history.row_count is 'Rows read by the extraction. Unit: rows. Genesys column. NULL: not counted.';
comment on column admin_extract_history.max_time is 'Newest ADDED that the extraction met, UTC. Genesys column. NULL: no row told it.';
comment on column admin_extract_history.extract_start_time is 'When the extraction began, UTC. Genesys column. NULL: not recorded.';
comment on column admin_extract_history.extract_end_time is 'When the extraction ended, UTC. Genesys column. NULL: it has not ended.';
comment on column admin_extract_history.duration is 'How long the extraction took, as HH:MM:SS. Genesys column, name assumed. NULL: start or end is not recorded.';
comment on column admin_extract_history.job_name is 'Job of the extraction. Genesys column. NULL: not recorded.';
comment on column admin_extract_history.job_id is 'Execution of the program that extracted. Genesys column.';
comment on column admin_extract_history.created is 'When the extraction was recorded, UTC. Genesys column, name assumed.';
comment on column admin_extract_history.create_audit_key is 'Transaction that wrote what was extracted: CTL_AUDIT_LOG.AUDIT_KEY. Unit: key. Genesys column.';
