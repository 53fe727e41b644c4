-- What each job counted, for whom and over what it ran, and views that an operator reads.
alter table ctl_etl_history add column command varchar(32);
comment on column ctl_etl_history.command is 'Command that the job was part of: run, backfill, reconcile, aggregate, migrate, discards retry. Extension of chatmart. NULL: not recorded.';
alter table ctl_etl_history add column config_hash varchar(16);
comment on column ctl_etl_history.config_hash is 'Hash of the settings of the program without passwords: it changes when one of them does. Extension of chatmart. NULL: not recorded.';
alter table ctl_etl_history add column window_from timestamp(3);
comment on column ctl_etl_history.window_from is 'Start of what the job looked at, UTC: of a run, until when the source was complete before it; of a backfill or reconciliation, by ADDED_TS; of an aggregation, by session start. Extension of chatmart. NULL: no start, as of a first run.';
alter table ctl_etl_history add column window_to timestamp(3);
comment on column ctl_etl_history.window_to is 'End of what the job looked at, UTC, itself not in it; of a run, until when the source is complete after it. Extension of chatmart. NULL: no end, or the job did not get so far.';
alter table ctl_etl_history add column in_count bigint;
comment on column ctl_etl_history.in_count is 'What came in. Unit: rows of the IDB (Job_ExtractICON), changed intervals (Job_AggregateGIM), else sessions. Extension of chatmart. NULL: the job counts none.';
alter table ctl_etl_history add column out_count bigint;
comment on column ctl_etl_history.out_count is 'What was written, or handed on. Unit: rows of mapped keys (Job_ExtractICON), rows (Job_AggregateGIM), else sessions. Extension of chatmart. NULL: the job counts none.';
alter table ctl_etl_history add column discarded_count bigint;
comment on column ctl_etl_history.discarded_count is 'Sessions of which no fact could be made; STG_TRANSFORM_DISCARDS says why. Unit: sessions. Extension of chatmart. NULL: the job counts none.';
alter table ctl_etl_history add column late_count bigint;
comment on column ctl_etl_history.late_count is 'Sessions that had ended in the mart already, and were changed by what came later. Unit: sessions. Extension of chatmart. NULL: the job counts none.';
alter table ctl_etl_history add column reread_count bigint;
comment on column ctl_etl_history.reread_count is 'Sessions of which all rows were read again. Unit: sessions. Extension of chatmart. NULL: the job counts none.';
comment on column ctl_etl_history.status is 'RUNNING, COMPLETED, or FAILED when any one step failed; STOPPED, a value of ours, when somebody asked for it. Genesys column.';
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
  message,
  command,
  config_hash,
  window_from,
  window_to,
  in_count,
  out_count,
  discarded_count,
  late_count,
  reread_count,
  is_at_work
from (select ctl_etl_history.job_name,
    ctl_etl_history.job_id,
    ctl_etl_history.job_version,
    ctl_etl_history.start_time,
    ctl_etl_history.end_time,
    to_char(make_interval(secs => coalesce(ctl_etl_history.duration, extract(epoch from now() at time zone 'UTC' - ctl_etl_history.start_time))::integer), 'HH24:MI:SS') as duration,
    ctl_etl_history.status,
    ctl_etl_history.row_count,
    ctl_etl_history.message,
    ctl_etl_history.command,
    ctl_etl_history.config_hash,
    ctl_etl_history.window_from,
    ctl_etl_history.window_to,
    ctl_etl_history.in_count,
    ctl_etl_history.out_count,
    ctl_etl_history.discarded_count,
    ctl_etl_history.late_count,
    ctl_etl_history.reread_count,
    ctl_etl_history.status = 'RUNNING' and exists (
      select
      from pg_locks
      where pg_locks.locktype = 'advisory'
        and pg_locks.granted
        and pg_locks.objsubid = 1
        and pg_locks.database = (select pg_database.oid from pg_database where pg_database.datname = current_database())
        and (pg_locks.classid::bigint << 32) | pg_locks.objid::bigint = hashtextextended('chatmart job ' || ctl_etl_history.job_id, 0)
    ) as is_at_work
  from ctl_etl_history) as job;
comment on view admin_etl_job_history is 'Every execution of every job with its state, duration and counts; ask this view, not CTL_ETL_HISTORY. Genesys view, column names assumed.';
comment on column admin_etl_job_history.job_name is 'Job execution: name of the job. Genesys column, name assumed.';
comment on column admin_etl_job_history.job_id is 'Job execution: execution of the program that the job belongs to; the jobs of one cycle share it. Genesys column, name assumed.';
comment on column admin_etl_job_history.job_version is 'Job execution: release of the program. Genesys column, name assumed.';
comment on column admin_etl_job_history.start_time is 'Job execution: when the job began, UTC. Genesys column, name assumed.';
comment on column admin_etl_job_history.end_time is 'Job execution: when the job ended, UTC. Genesys column, name assumed. NULL: it is at work, or it was killed.';
comment on column admin_etl_job_history.duration is 'Job execution: how long the job took, or has taken so far, as HH:MM:SS. Genesys column, name assumed.';
comment on column admin_etl_job_history.status is 'Job execution: RUNNING, COMPLETED, FAILED, or STOPPED when somebody asked for it. Genesys column, name assumed.';
comment on column admin_etl_job_history.row_count is 'Job execution: rows read or written. Unit: rows. Extension of chatmart. NULL: not counted.';
comment on column admin_etl_job_history.message is 'Job execution: the error of a job that failed, or a remark. Extension of chatmart. NULL: nothing to say.';
comment on column admin_etl_job_history.command is 'Job execution: command that the job was part of: run, backfill, reconcile, aggregate, migrate, discards retry. Extension of chatmart. NULL: not recorded.';
comment on column admin_etl_job_history.config_hash is 'Job execution: hash of the settings of the program without passwords: it changes when one of them does. Extension of chatmart. NULL: not recorded.';
comment on column admin_etl_job_history.window_from is 'Job execution: start of what the job looked at, UTC: of a run, until when the source was complete before it; of a backfill or reconciliation, by ADDED_TS; of an aggregation, by session start. Extension of chatmart. NULL: no start, as of a first run.';
comment on column admin_etl_job_history.window_to is 'Job execution: end of what the job looked at, UTC, itself not in it; of a run, until when the source is complete after it. Extension of chatmart. NULL: no end, or the job did not get so far.';
comment on column admin_etl_job_history.in_count is 'Job execution: what came in. Unit: rows of the IDB (Job_ExtractICON), changed intervals (Job_AggregateGIM), else sessions. Extension of chatmart. NULL: the job counts none.';
comment on column admin_etl_job_history.out_count is 'Job execution: what was written, or handed on. Unit: rows of mapped keys (Job_ExtractICON), rows (Job_AggregateGIM), else sessions. Extension of chatmart. NULL: the job counts none.';
comment on column admin_etl_job_history.discarded_count is 'Job execution: sessions of which no fact could be made; STG_TRANSFORM_DISCARDS says why. Unit: sessions. Extension of chatmart. NULL: the job counts none.';
comment on column admin_etl_job_history.late_count is 'Job execution: sessions that had ended in the mart already, and were changed by what came later. Unit: sessions. Extension of chatmart. NULL: the job counts none.';
comment on column admin_etl_job_history.reread_count is 'Job execution: sessions of which all rows were read again. Unit: sessions. Extension of chatmart. NULL: the job counts none.';
comment on column admin_etl_job_history.is_at_work is 'Job execution: whether its process is there. One that is RUNNING without it was killed; the next job will say so. Extension of chatmart.';
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
  message,
  command,
  config_hash,
  window_from,
  window_to,
  in_count,
  out_count,
  discarded_count,
  late_count,
  reread_count,
  is_at_work,
  last_completed
from (select distinct on (ctl_etl_history.job_name)
    (
      select max(completed.end_time)
      from ctl_etl_history as completed
      where completed.job_name = ctl_etl_history.job_name
        and completed.status = 'COMPLETED'
    ) as last_completed,
    ctl_etl_history.job_name,
    ctl_etl_history.job_id,
    ctl_etl_history.job_version,
    ctl_etl_history.start_time,
    ctl_etl_history.end_time,
    to_char(make_interval(secs => coalesce(ctl_etl_history.duration, extract(epoch from now() at time zone 'UTC' - ctl_etl_history.start_time))::integer), 'HH24:MI:SS') as duration,
    ctl_etl_history.status,
    ctl_etl_history.row_count,
    ctl_etl_history.message,
    ctl_etl_history.command,
    ctl_etl_history.config_hash,
    ctl_etl_history.window_from,
    ctl_etl_history.window_to,
    ctl_etl_history.in_count,
    ctl_etl_history.out_count,
    ctl_etl_history.discarded_count,
    ctl_etl_history.late_count,
    ctl_etl_history.reread_count,
    ctl_etl_history.status = 'RUNNING' and exists (
      select
      from pg_locks
      where pg_locks.locktype = 'advisory'
        and pg_locks.granted
        and pg_locks.objsubid = 1
        and pg_locks.database = (select pg_database.oid from pg_database where pg_database.datname = current_database())
        and (pg_locks.classid::bigint << 32) | pg_locks.objid::bigint = hashtextextended('chatmart job ' || ctl_etl_history.job_id, 0)
    ) as is_at_work
  from ctl_etl_history
  order by ctl_etl_history.job_name, ctl_etl_history.start_time desc, ctl_etl_history.created_ts desc) as job;
comment on view admin_etl_job_status is 'The newest execution of each job: what is at work now, how each job ended last, and when it was last done. Genesys view, column names assumed.';
comment on column admin_etl_job_status.job_name is 'Newest execution of a job: name of the job. Genesys column, name assumed.';
comment on column admin_etl_job_status.job_id is 'Newest execution of a job: execution of the program that the job belongs to; the jobs of one cycle share it. Genesys column, name assumed.';
comment on column admin_etl_job_status.job_version is 'Newest execution of a job: release of the program. Genesys column, name assumed.';
comment on column admin_etl_job_status.start_time is 'Newest execution of a job: when the job began, UTC. Genesys column, name assumed.';
comment on column admin_etl_job_status.end_time is 'Newest execution of a job: when the job ended, UTC. Genesys column, name assumed. NULL: it is at work, or it was killed.';
comment on column admin_etl_job_status.duration is 'Newest execution of a job: how long the job took, or has taken so far, as HH:MM:SS. Genesys column, name assumed.';
comment on column admin_etl_job_status.status is 'Newest execution of a job: RUNNING, COMPLETED, FAILED, or STOPPED when somebody asked for it. Genesys column, name assumed.';
comment on column admin_etl_job_status.row_count is 'Newest execution of a job: rows read or written. Unit: rows. Extension of chatmart. NULL: not counted.';
comment on column admin_etl_job_status.message is 'Newest execution of a job: the error of a job that failed, or a remark. Extension of chatmart. NULL: nothing to say.';
comment on column admin_etl_job_status.command is 'Newest execution of a job: command that the job was part of: run, backfill, reconcile, aggregate, migrate, discards retry. Extension of chatmart. NULL: not recorded.';
comment on column admin_etl_job_status.config_hash is 'Newest execution of a job: hash of the settings of the program without passwords: it changes when one of them does. Extension of chatmart. NULL: not recorded.';
comment on column admin_etl_job_status.window_from is 'Newest execution of a job: start of what the job looked at, UTC: of a run, until when the source was complete before it; of a backfill or reconciliation, by ADDED_TS; of an aggregation, by session start. Extension of chatmart. NULL: no start, as of a first run.';
comment on column admin_etl_job_status.window_to is 'Newest execution of a job: end of what the job looked at, UTC, itself not in it; of a run, until when the source is complete after it. Extension of chatmart. NULL: no end, or the job did not get so far.';
comment on column admin_etl_job_status.in_count is 'Newest execution of a job: what came in. Unit: rows of the IDB (Job_ExtractICON), changed intervals (Job_AggregateGIM), else sessions. Extension of chatmart. NULL: the job counts none.';
comment on column admin_etl_job_status.out_count is 'Newest execution of a job: what was written, or handed on. Unit: rows of mapped keys (Job_ExtractICON), rows (Job_AggregateGIM), else sessions. Extension of chatmart. NULL: the job counts none.';
comment on column admin_etl_job_status.discarded_count is 'Newest execution of a job: sessions of which no fact could be made; STG_TRANSFORM_DISCARDS says why. Unit: sessions. Extension of chatmart. NULL: the job counts none.';
comment on column admin_etl_job_status.late_count is 'Newest execution of a job: sessions that had ended in the mart already, and were changed by what came later. Unit: sessions. Extension of chatmart. NULL: the job counts none.';
comment on column admin_etl_job_status.reread_count is 'Newest execution of a job: sessions of which all rows were read again. Unit: sessions. Extension of chatmart. NULL: the job counts none.';
comment on column admin_etl_job_status.is_at_work is 'Newest execution of a job: whether its process is there. One that is RUNNING without it was killed; the next job will say so. Extension of chatmart.';
comment on column admin_etl_job_status.last_completed is 'When an execution of the job last ended as COMPLETED, UTC. Extension of chatmart. NULL: none ever did.';
create or replace view admin_run_history as
select
  start_time,
  command,
  status,
  duration,
  window_from,
  window_to,
  rows_read,
  sessions_in,
  sessions_written,
  sessions_discarded,
  sessions_late,
  sessions_reread,
  intervals_aggregated,
  error,
  job_version,
  config_hash,
  job_id
from (
  select
    ctl_etl_history.job_id,
    min(ctl_etl_history.start_time) as start_time,
    max(ctl_etl_history.command) as command,
    case
      when bool_or(ctl_etl_history.status = 'FAILED') then 'FAILED'
      when bool_or(ctl_etl_history.status = 'STOPPED') then 'STOPPED'
      when bool_or(ctl_etl_history.status = 'RUNNING') then 'RUNNING'
      else 'COMPLETED'
    end as status,
    to_char(make_interval(secs => extract(epoch from max(coalesce(ctl_etl_history.end_time, now() at time zone 'UTC')) - min(ctl_etl_history.start_time))::integer), 'HH24:MI:SS') as duration,
    -- The comparison of the last days that a run makes has a window of its own.
    coalesce(min(ctl_etl_history.window_from) filter (where ctl_etl_history.job_name = 'Job_ExtractICON'), min(ctl_etl_history.window_from)) as window_from,
    coalesce(max(ctl_etl_history.window_to) filter (where ctl_etl_history.job_name = 'Job_ExtractICON'), max(ctl_etl_history.window_to)) as window_to,
    max(ctl_etl_history.in_count) filter (where ctl_etl_history.job_name = 'Job_ExtractICON') as rows_read,
    coalesce(max(ctl_etl_history.in_count) filter (where ctl_etl_history.job_name = 'Job_TransformGIM'), max(ctl_etl_history.in_count) filter (where ctl_etl_history.job_name = 'Job_ReconcileICON')) as sessions_in,
    coalesce(max(ctl_etl_history.out_count) filter (where ctl_etl_history.job_name = 'Job_TransformGIM'), max(ctl_etl_history.out_count) filter (where ctl_etl_history.job_name = 'Job_ReconcileICON')) as sessions_written,
    max(ctl_etl_history.discarded_count) as sessions_discarded,
    max(ctl_etl_history.late_count) as sessions_late,
    max(ctl_etl_history.reread_count) as sessions_reread,
    max(ctl_etl_history.in_count) filter (where ctl_etl_history.job_name = 'Job_AggregateGIM') as intervals_aggregated,
    (array_agg(ctl_etl_history.message order by ctl_etl_history.start_time, ctl_etl_history.job_name) filter (where ctl_etl_history.status = 'FAILED'))[1] as error,
    max(ctl_etl_history.job_version) as job_version,
    max(ctl_etl_history.config_hash) as config_hash
  from ctl_etl_history
  group by ctl_etl_history.job_id
) as run;
comment on view admin_run_history is 'Every execution of the program on the mart, one row each: what it read, wrote and set aside, and how it ended. Extension of chatmart.';
comment on column admin_run_history.start_time is 'Run: when its first job began, UTC. Extension of chatmart.';
comment on column admin_run_history.command is 'Run: command that was executed. Extension of chatmart. NULL: not recorded.';
comment on column admin_run_history.status is 'Run: FAILED or STOPPED if one of its jobs was, else RUNNING if one is, else COMPLETED. Extension of chatmart.';
comment on column admin_run_history.duration is 'Run: from the start of its first job to the end of its last, as HH:MM:SS. Extension of chatmart.';
comment on column admin_run_history.window_from is 'Run: start of what it looked at, UTC. Extension of chatmart. NULL: no start.';
comment on column admin_run_history.window_to is 'Run: end of what it looked at, UTC. Extension of chatmart. NULL: no end, or it did not get so far.';
comment on column admin_run_history.rows_read is 'Run: rows read from the IDB. Unit: rows. Extension of chatmart. NULL: it read none.';
comment on column admin_run_history.sessions_in is 'Run: sessions that these rows told of. Unit: sessions. Extension of chatmart. NULL: none.';
comment on column admin_run_history.sessions_written is 'Run: facts inserted, updated or deleted. Unit: sessions. Extension of chatmart. NULL: none.';
comment on column admin_run_history.sessions_discarded is 'Run: sessions of which no fact could be made. Unit: sessions. Extension of chatmart. NULL: none.';
comment on column admin_run_history.sessions_late is 'Run: sessions that had ended in the mart already, and were changed. Unit: sessions. Extension of chatmart. NULL: none.';
comment on column admin_run_history.sessions_reread is 'Run: sessions of which all rows were read again. Unit: sessions. Extension of chatmart. NULL: none.';
comment on column admin_run_history.intervals_aggregated is 'Run: intervals of 15 minutes that were aggregated anew. Unit: intervals. Extension of chatmart. NULL: it did not aggregate.';
comment on column admin_run_history.error is 'Run: what went wrong, in the words of the first job that failed. Extension of chatmart. NULL: nothing did.';
comment on column admin_run_history.job_version is 'Run: release of the program. Extension of chatmart.';
comment on column admin_run_history.config_hash is 'Run: hash of its settings without passwords. Extension of chatmart. NULL: not recorded.';
comment on column admin_run_history.job_id is 'Run: its JOB_ID in CTL_AUDIT_LOG and in all histories. Extension of chatmart.';
