create view admin_audit_log (
  audit_key numeric(19,0),
  job_id character varying(64),
  created timestamp(3) without time zone,
  inserted timestamp(3) without time zone,
  processing_status_key integer,
  min_start_date_time_key integer,
  max_start_date_time_key integer,
  max_chunk_ts integer,
  data_source_key integer,
  row_count integer,
  created_ts integer
) as
 SELECT audit_key,
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
   FROM ctl_audit_log;
comment on view admin_audit_log is 'CTL_AUDIT_LOG for reading, with the same columns. Genesys view.';
comment on column admin_audit_log.audit_key is 'From the audit log. Key of the transaction; a higher key was committed later. Unit: key. Genesys column. 0: the rows that came with the schema.';
comment on column admin_audit_log.job_id is 'From the audit log. Execution of the job that ran the transaction: CTL_ETL_HISTORY.JOB_ID. Genesys column.';
comment on column admin_audit_log.created is 'From the audit log. When the transaction began its work, UTC. Genesys column.';
comment on column admin_audit_log.inserted is 'From the audit log. When the transaction had finished its work, UTC. Genesys column. NULL: not recorded.';
comment on column admin_audit_log.processing_status_key is 'From the audit log. Reserved by Genesys for the state of the processing. Unit: code. Genesys column. Always 1 here.';
comment on column admin_audit_log.min_start_date_time_key is 'From the audit log. Oldest START_DATE_TIME_KEY that the transaction touched. Unit: key, epoch seconds. Genesys column. 0: it touched no fact.';
comment on column admin_audit_log.max_start_date_time_key is 'From the audit log. Newest START_DATE_TIME_KEY that the transaction touched. Unit: key, epoch seconds. Genesys column. 0: it touched no fact.';
comment on column admin_audit_log.max_chunk_ts is 'From the audit log. Newest time stamp among the rows of the chunk. Unit: epoch seconds. Genesys column. NULL: no chunk was read.';
comment on column admin_audit_log.data_source_key is 'From the audit log. Source of the rows: CTL_DS.DATA_SOURCE_KEY. Unit: key. Genesys column. NULL: the rows came from no source, or from several.';
comment on column admin_audit_log.row_count is 'From the audit log. Rows that the transaction wrote. Unit: rows. Genesys column. NULL: not counted.';
comment on column admin_audit_log.created_ts is 'From the audit log. CREATED as a number. Unit: epoch seconds. Genesys column.';

create view admin_etl_job_history (
  job_name character varying(32),
  job_id character varying(64),
  job_version character varying(64),
  start_time timestamp(3) without time zone,
  end_time timestamp(3) without time zone,
  duration text,
  status character varying(16),
  row_count bigint,
  message character varying(1024),
  command character varying(32),
  config_hash character varying(16),
  window_from timestamp(3) without time zone,
  window_to timestamp(3) without time zone,
  in_count bigint,
  out_count bigint,
  discarded_count bigint,
  late_count bigint,
  reread_count bigint,
  is_at_work boolean
) as
 SELECT job_name,
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
   FROM ( SELECT job_name,
            job_id,
            job_version,
            start_time,
            end_time,
            to_char(make_interval(secs => COALESCE(duration::numeric, EXTRACT(epoch FROM (now() AT TIME ZONE 'UTC'::text) - start_time))::integer::double precision), 'HH24:MI:SS'::text) AS duration,
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
            status::text = 'RUNNING'::text AND (EXISTS ( SELECT
                   FROM pg_locks
                  WHERE locktype = 'advisory'::text AND granted AND objsubid = 1 AND database = (( SELECT oid
                           FROM pg_database
                          WHERE datname = current_database())) AND ((classid::bigint << 32) | objid::bigint) = hashtextextended('chatmart job '::text || job_id::text, 0::bigint))) AS is_at_work
           FROM ctl_etl_history) job;
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

create view admin_etl_job_status (
  job_name character varying(32),
  job_id character varying(64),
  job_version character varying(64),
  start_time timestamp(3) without time zone,
  end_time timestamp(3) without time zone,
  duration text,
  status character varying(16),
  row_count bigint,
  message character varying(1024),
  command character varying(32),
  config_hash character varying(16),
  window_from timestamp(3) without time zone,
  window_to timestamp(3) without time zone,
  in_count bigint,
  out_count bigint,
  discarded_count bigint,
  late_count bigint,
  reread_count bigint,
  is_at_work boolean,
  last_completed timestamp without time zone
) as
 SELECT job_name,
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
   FROM ( SELECT DISTINCT ON (job_name) ( SELECT max(end_time) AS max
                   FROM ctl_etl_history completed
                  WHERE job_name::text = job_name::text AND status::text = 'COMPLETED'::text) AS last_completed,
            job_name,
            job_id,
            job_version,
            start_time,
            end_time,
            to_char(make_interval(secs => COALESCE(duration::numeric, EXTRACT(epoch FROM (now() AT TIME ZONE 'UTC'::text) - start_time))::integer::double precision), 'HH24:MI:SS'::text) AS duration,
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
            status::text = 'RUNNING'::text AND (EXISTS ( SELECT
                   FROM pg_locks
                  WHERE locktype = 'advisory'::text AND granted AND objsubid = 1 AND database = (( SELECT oid
                           FROM pg_database
                          WHERE datname = current_database())) AND ((classid::bigint << 32) | objid::bigint) = hashtextextended('chatmart job '::text || job_id::text, 0::bigint))) AS is_at_work
           FROM ctl_etl_history
          ORDER BY job_name, (start_time > ((now() AT TIME ZONE 'UTC'::text) + '00:05:00'::interval)), start_time DESC, created_ts DESC) job;
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

create view admin_etl_step_history (
  job_name character varying,
  job_id character varying(64),
  step_name text,
  start_time timestamp(3) without time zone,
  end_time timestamp(3) without time zone,
  duration text,
  row_count integer,
  audit_key numeric(19,0)
) as
 SELECT job_name,
    job_id,
    step_name,
    start_time,
    end_time,
    duration,
    row_count,
    audit_key
   FROM ( SELECT job_name,
            job_id,
            'extract '::text || table_name::text AS step_name,
            extract_start_time AS start_time,
            extract_end_time AS end_time,
            to_char(make_interval(secs => EXTRACT(epoch FROM extract_end_time - extract_start_time)::double precision), 'HH24:MI:SS'::text) AS duration,
            row_count,
            create_audit_key AS audit_key
           FROM ctl_extract_history
        UNION ALL
         SELECT 'Job_TransformGIM'::character varying AS job_name,
            job_id,
            'transform '::text || COALESCE(hwm_name, ''::character varying)::text AS step_name,
            transform_start_time AS start_time,
            transform_end_time AS end_time,
            to_char(make_interval(secs => EXTRACT(epoch FROM transform_end_time - transform_start_time)::double precision), 'HH24:MI:SS'::text) AS duration,
            row_count,
            audit_key
           FROM ctl_transform_history) step;
comment on view admin_etl_step_history is 'Every step of the jobs, one row for each chunk extracted and each chunk transformed. Genesys view, column names assumed.';
comment on column admin_etl_step_history.job_name is 'Job that the step belongs to. Genesys column, name assumed. NULL: not recorded.';
comment on column admin_etl_step_history.job_id is 'Execution of the program that the step belongs to. Genesys column, name assumed.';
comment on column admin_etl_step_history.step_name is 'What the step did, and to which table of the source. Genesys column, name assumed.';
comment on column admin_etl_step_history.start_time is 'When the step began, UTC. Genesys column, name assumed. NULL: not recorded.';
comment on column admin_etl_step_history.end_time is 'When the step ended, UTC. Genesys column, name assumed. NULL: it has not ended.';
comment on column admin_etl_step_history.duration is 'How long the step took, as HH:MM:SS. Genesys column, name assumed. NULL: start or end is not recorded.';
comment on column admin_etl_step_history.row_count is 'Rows that the step read, or facts that it wrote. Unit: rows. Genesys column, name assumed. NULL: not counted.';
comment on column admin_etl_step_history.audit_key is 'Transaction that the step ended with: CTL_AUDIT_LOG.AUDIT_KEY. Unit: key. Extension of chatmart.';

create view admin_extract_history (
  table_name character varying(255),
  data_source_key integer,
  source_name character varying(64),
  row_count integer,
  max_time timestamp(3) without time zone,
  extract_start_time timestamp(3) without time zone,
  extract_end_time timestamp(3) without time zone,
  duration text,
  job_name character varying(32),
  job_id character varying(64),
  created timestamp without time zone,
  create_audit_key numeric(19,0)
) as
 SELECT table_name,
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
   FROM ( SELECT table_name,
            data_source_key,
            data_source_type,
            row_count,
            max_time,
            max_ts,
            icon_dbid,
            dss_id,
            providertag,
            extract_start_time,
            extract_end_time,
            job_id,
            job_name,
            job_version,
            dap_name,
            create_audit_key,
            created_ts,
            source_name,
            to_char(make_interval(secs => EXTRACT(epoch FROM extract_end_time - extract_start_time)::double precision), 'HH24:MI:SS'::text) AS duration,
            (to_timestamp(created_ts::double precision) AT TIME ZONE 'UTC'::text) AS created
           FROM ctl_extract_history
             LEFT JOIN ctl_ds ON data_source_key = data_source_key) extraction;
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

create view admin_run_history (
  start_time timestamp without time zone,
  command text,
  status text,
  duration text,
  window_from timestamp without time zone,
  window_to timestamp without time zone,
  rows_read bigint,
  sessions_in bigint,
  sessions_written bigint,
  sessions_discarded bigint,
  sessions_late bigint,
  sessions_reread bigint,
  intervals_aggregated bigint,
  error character varying,
  job_version text,
  config_hash text,
  job_id character varying(64)
) as
 SELECT start_time,
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
   FROM ( SELECT job_id,
            min(start_time) AS start_time,
            max(command::text) AS command,
                CASE
                    WHEN bool_or(status::text = 'FAILED'::text) THEN 'FAILED'::text
                    WHEN bool_or(status::text = 'STOPPED'::text) THEN 'STOPPED'::text
                    WHEN bool_or(status::text = 'RUNNING'::text) THEN 'RUNNING'::text
                    ELSE 'COMPLETED'::text
                END AS status,
            to_char(make_interval(secs => EXTRACT(epoch FROM max(COALESCE(end_time, (now() AT TIME ZONE 'UTC'::text))) - min(start_time))::integer::double precision), 'HH24:MI:SS'::text) AS duration,
            COALESCE(min(window_from) FILTER (WHERE job_name::text = 'Job_ExtractICON'::text), min(window_from)) AS window_from,
            COALESCE(max(window_to) FILTER (WHERE job_name::text = 'Job_ExtractICON'::text), max(window_to)) AS window_to,
            max(in_count) FILTER (WHERE job_name::text = 'Job_ExtractICON'::text) AS rows_read,
            COALESCE(max(in_count) FILTER (WHERE job_name::text = 'Job_TransformGIM'::text), max(in_count) FILTER (WHERE job_name::text = 'Job_ReconcileICON'::text)) AS sessions_in,
            COALESCE(max(out_count) FILTER (WHERE job_name::text = 'Job_TransformGIM'::text), max(out_count) FILTER (WHERE job_name::text = 'Job_ReconcileICON'::text)) AS sessions_written,
            max(discarded_count) AS sessions_discarded,
            max(late_count) AS sessions_late,
            max(reread_count) AS sessions_reread,
            max(in_count) FILTER (WHERE job_name::text = 'Job_AggregateGIM'::text) AS intervals_aggregated,
            (array_agg(message ORDER BY start_time, job_name) FILTER (WHERE status::text = 'FAILED'::text))[1] AS error,
            max(job_version::text) AS job_version,
            max(config_hash::text) AS config_hash
           FROM ctl_etl_history
          GROUP BY job_id) run;
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

create view ag2_chat_durations_subhr (
  date_time_key integer,
  tenant_key integer,
  media_type_key integer,
  chat_session_dim_key integer,
  outcome text,
  has_bot boolean,
  duration text,
  bucket integer,
  sessions bigint
) as
 SELECT date_time_key,
    tenant_key,
    media_type_key,
    chat_session_dim_key,
    outcome,
    has_bot,
    duration,
    bucket,
    sessions
   FROM ( SELECT start_date_time_key AS date_time_key,
            tenant_key,
            media_type_key,
            chat_session_dim_key,
            outcome,
            has_bot,
            name AS duration,
            bucket,
            1::bigint AS sessions
           FROM chat_session_fact
             LEFT JOIN chat_session_dim ON id = chat_session_dim_key
             CROSS JOIN LATERAL ( SELECT
                        CASE
                            WHEN active_flag = 1 THEN 'open'::text
                            WHEN (ended_agent::text = 'PRESENT'::text OR ended_agent::text = 'VISITED'::text AND COALESCE(( SELECT value::text AS value
                               FROM ctl_schema_info
                              WHERE property::text = 'visited-counts-as'::text), 'handled'::text) <> 'abandoned'::text OR (COALESCE(ended_agent, ''::character varying)::text <> ALL (ARRAY['ABSENT'::character varying, 'VISITED'::character varying]::text[])) AND (kvp_present & 128::bigint) <> 0 AND agents_count > 0) AND (kvp_present & 256::bigint) <> 0 AND msg_from_agents_count = 0 THEN 'agent-never-wrote'::text
                            WHEN ended_agent::text = 'PRESENT'::text OR ended_agent::text = 'VISITED'::text AND COALESCE(( SELECT value::text AS value
                               FROM ctl_schema_info
                              WHERE property::text = 'visited-counts-as'::text), 'handled'::text) <> 'abandoned'::text OR (COALESCE(ended_agent, ''::character varying)::text <> ALL (ARRAY['ABSENT'::character varying, 'VISITED'::character varying]::text[])) AND (kvp_present & 128::bigint) <> 0 AND agents_count > 0 THEN 'handled'::text
                            WHEN ((ended_agent::text = ANY (ARRAY['ABSENT'::character varying, 'VISITED'::character varying]::text[])) OR (kvp_present & 128::bigint) <> 0 AND agents_count = 0) IS NOT TRUE THEN 'unknown'::text
                            WHEN ended_by::text = 'BOT'::text THEN 'closed-by-bot'::text
                            WHEN bots_count > 0 OR msg_from_bots_count > 0 OR until_first_bot_duration > 0 THEN 'left-with-bot'::text
                            WHEN ended_by::text = ANY (ARRAY['SYSTEM'::character varying, 'AGENT'::character varying, 'SUPERVISOR'::character varying]::text[]) THEN 'closed-by-system'::text
                            WHEN COALESCE(NULLIF(session_duration, 0), end_ts - start_ts) <= COALESCE(( SELECT value::integer AS value
                               FROM ctl_schema_info
                              WHERE property::text = 'short-abandon-seconds'::text), 10) THEN 'short-abandoned'::text
                            ELSE 'abandoned'::text
                        END AS outcome,
                    bots_count > 0 OR msg_from_bots_count > 0 OR until_first_bot_duration > 0 AS has_bot
                 OFFSET 0) session
             CROSS JOIN LATERAL ( VALUES ('until_first_agent'::text,
                        CASE
                            WHEN (outcome = ANY (ARRAY['handled'::text, 'agent-never-wrote'::text])) OR outcome = 'open'::text AND agents_count > 0 THEN
                            CASE
                                WHEN until_first_agent_duration <= 50 THEN until_first_agent_duration
                                ELSE 50 + ceil(ln(until_first_agent_duration::double precision / 50::double precision) / ln(1.04::double precision))::integer
                            END
                            ELSE NULL::integer
                        END), ('until_first_reply'::text,
                        CASE
                            WHEN msg_from_agents_count > 0 OR until_first_reply_duration > 0 THEN
                            CASE
                                WHEN until_first_reply_duration <= 50 THEN until_first_reply_duration
                                ELSE 50 + ceil(ln(until_first_reply_duration::double precision / 50::double precision) / ln(1.04::double precision))::integer
                            END
                            ELSE NULL::integer
                        END), ('session'::text,
                        CASE
                            WHEN outcome <> 'open'::text THEN
                            CASE
                                WHEN session_duration <= 50 THEN session_duration
                                ELSE 50 + ceil(ln(session_duration::double precision / 50::double precision) / ln(1.04::double precision))::integer
                            END
                            ELSE NULL::integer
                        END), ('handle'::text,
                        CASE
                            WHEN outcome = ANY (ARRAY['handled'::text, 'agent-never-wrote'::text]) THEN
                            CASE
                                WHEN handle_duration <= 50 THEN handle_duration
                                ELSE 50 + ceil(ln(handle_duration::double precision / 50::double precision) / ln(1.04::double precision))::integer
                            END
                            ELSE NULL::integer
                        END), ('longest_agent_reply'::text,
                        CASE
                            WHEN agent_reply_count > 0 THEN
                            CASE
                                WHEN agent_reply_max_duration <= 50 THEN agent_reply_max_duration
                                ELSE 50 + ceil(ln(agent_reply_max_duration::double precision / 50::double precision) / ln(1.04::double precision))::integer
                            END
                            ELSE NULL::integer
                        END), ('longest_customer_wait'::text,
                        CASE
                            WHEN agent_reply_count > 0 THEN
                            CASE
                                WHEN customer_wait_max_duration <= 50 THEN customer_wait_max_duration
                                ELSE 50 + ceil(ln(customer_wait_max_duration::double precision / 50::double precision) / ln(1.04::double precision))::integer
                            END
                            ELSE NULL::integer
                        END)) duration(name, bucket)
          WHERE bucket IS NOT NULL
        UNION ALL
         SELECT start_date_time_key AS date_time_key,
            tenant_key,
            media_type_key,
            chat_session_dim_key,
            outcome,
            has_bot,
            name AS duration,
            bucket,
            sessions::bigint AS sessions
           FROM chatmart_purged_durations
             CROSS JOIN LATERAL ( VALUES ('until_first_agent'::text,NULLIF(until_first_agent_bucket, '-1'::integer)::integer), ('until_first_reply'::text,NULLIF(until_first_reply_bucket, '-1'::integer)::integer), ('session'::text,NULLIF(session_bucket, '-1'::integer)::integer), ('handle'::text,NULLIF(handle_bucket, '-1'::integer)::integer), ('longest_agent_reply'::text,NULLIF(longest_agent_reply_bucket, '-1'::integer)::integer), ('longest_customer_wait'::text,NULLIF(longest_customer_wait_bucket, '-1'::integer)::integer)) duration(name, bucket)
          WHERE bucket IS NOT NULL) chat_durations;
comment on view ag2_chat_durations_subhr is 'How long chat sessions took and waited, by 15-minute interval of their start (UTC), as counts of sessions by bucket; those whose facts are purged are there too. Sum up, or read percentiles: chat_percentile(chat_histogram(bucket, sessions), 0.9). Extension of chatmart.';
comment on column ag2_chat_durations_subhr.date_time_key is 'Start of the 15-minute interval in which the sessions began (UTC): DATE_TIME.DATE_TIME_KEY. (In the view of durations.) Unit: key, epoch seconds. Extension of chatmart.';
comment on column ag2_chat_durations_subhr.tenant_key is 'Tenant of the sessions: TENANT.TENANT_KEY; -2 absent, -1 unreadable. (In the view of durations.) Unit: key. Extension of chatmart.';
comment on column ag2_chat_durations_subhr.media_type_key is 'Media type of the sessions: MEDIA_TYPE.MEDIA_TYPE_KEY; -2 absent, -1 unreadable. (In the view of durations.) Unit: key. Extension of chatmart.';
comment on column ag2_chat_durations_subhr.chat_session_dim_key is 'Origin, language, end and mode of the sessions: CHAT_SESSION_DIM.ID. (In the view of durations.) Unit: key. Extension of chatmart.';
comment on column ag2_chat_durations_subhr.outcome is 'Outcome of the sessions; of those whose facts are purged, at that time. (In the view of durations.) Extension of chatmart.';
comment on column ag2_chat_durations_subhr.has_bot is 'Whether a bot took part in the sessions. (In the view of durations.) Extension of chatmart.';
comment on column ag2_chat_durations_subhr.duration is 'Which duration the row counts: until_first_agent, until_first_reply, session, handle, longest_agent_reply, longest_customer_wait. (In the view of durations.) Extension of chatmart.';
comment on column ag2_chat_durations_subhr.bucket is 'Range of seconds: up to 50, each second has its own; from 51 on, more than 50 * 1.04^(BUCKET - 51) and up to 50 * 1.04^(BUCKET - 50) s. (In the view of durations.) Unit: bucket. Extension of chatmart.';
comment on column ag2_chat_durations_subhr.sessions is 'How many sessions these are; several rows may have the same keys and bucket. (In the view of durations.) Unit: sessions. Extension of chatmart.';

create view ag2_chat_stats_day (
  agr_set_key numeric(19,0),
  date_time_key integer,
  tenant_key integer,
  media_type_key integer,
  chat_session_dim_key integer,
  sessions bigint,
  sessions_active bigint,
  sessions_handled bigint,
  sessions_abandoned bigint,
  sessions_unknown bigint,
  sessions_replied bigint,
  abandoned_duration bigint,
  abandoned_max_duration bigint,
  outcome_handled bigint,
  outcome_agent_never_wrote bigint,
  outcome_abandoned bigint,
  outcome_short_abandoned bigint,
  outcome_left_with_bot bigint,
  outcome_closed_by_bot bigint,
  outcome_closed_by_system bigint,
  outcome_unknown bigint,
  outcome_open bigint,
  sessions_abandoned_alone bigint,
  sessions_left_with_bot bigint,
  sessions_closed_by_bot bigint,
  abandoned_alone_duration bigint,
  abandoned_alone_max_duration bigint,
  sessions_with_bot bigint,
  sessions_handed_over bigint,
  sessions_offered bigint,
  sessions_answered bigint,
  sessions_with_first_reply bigint,
  sessions_ended_within_a_day bigint,
  sessions_ended bigint,
  answered_until_first_agent_duration bigint,
  ended_session_duration bigint,
  ended_handle_duration bigint,
  answered_within_20_seconds bigint,
  abandoned_within_20_seconds bigint,
  answered_within_60_seconds bigint,
  abandoned_within_60_seconds bigint,
  session_duration bigint,
  until_first_agent_duration bigint,
  until_first_reply_duration bigint,
  agents_count bigint,
  msg_from_agents_count bigint,
  msg_from_agents_size bigint,
  msg_from_customers_count bigint,
  msg_from_customers_size bigint,
  agent_reply_count bigint,
  agent_reply_duration bigint,
  agent_reply_max_duration bigint,
  agent_wait_count bigint,
  agent_wait_duration bigint,
  agent_wait_max_duration bigint,
  customer_reply_count bigint,
  customer_reply_duration bigint,
  customer_reply_max_duration bigint,
  customer_wait_count bigint,
  customer_wait_duration bigint,
  customer_wait_max_duration bigint,
  handle_count bigint,
  handle_duration bigint,
  active_idle_count bigint,
  active_idle_duration bigint,
  async_dormant_count bigint,
  async_dormant_duration bigint,
  async_idle_count bigint,
  async_idle_duration bigint,
  coaches_count bigint,
  monitors_count bigint,
  with_customer_duration bigint,
  handle_max_duration bigint,
  active_idle_max_duration bigint,
  async_dormant_max_duration bigint,
  async_idle_max_duration bigint,
  bots_count bigint,
  msg_from_bots_count bigint,
  msg_from_bots_size bigint,
  until_first_bot_duration bigint
) as
 SELECT agr_set_key,
    date_time_key,
    tenant_key,
    media_type_key,
    chat_session_dim_key,
    sessions,
    sessions_active,
    sessions_handled,
    sessions_abandoned,
    sessions_unknown,
    sessions_replied,
    abandoned_duration,
    abandoned_max_duration,
    outcome_handled,
    outcome_agent_never_wrote,
    outcome_abandoned,
    outcome_short_abandoned,
    outcome_left_with_bot,
    outcome_closed_by_bot,
    outcome_closed_by_system,
    outcome_unknown,
    outcome_open,
    sessions_abandoned_alone,
    sessions_left_with_bot,
    sessions_closed_by_bot,
    abandoned_alone_duration,
    abandoned_alone_max_duration,
    sessions_with_bot,
    sessions_handed_over,
    sessions_offered,
    sessions_answered,
    sessions_with_first_reply,
    sessions_ended_within_a_day,
    sessions_ended,
    answered_until_first_agent_duration,
    ended_session_duration,
    ended_handle_duration,
    answered_within_20_seconds,
    abandoned_within_20_seconds,
    answered_within_60_seconds,
    abandoned_within_60_seconds,
    session_duration,
    until_first_agent_duration,
    until_first_reply_duration,
    agents_count,
    msg_from_agents_count,
    msg_from_agents_size,
    msg_from_customers_count,
    msg_from_customers_size,
    agent_reply_count,
    agent_reply_duration,
    agent_reply_max_duration,
    agent_wait_count,
    agent_wait_duration,
    agent_wait_max_duration,
    customer_reply_count,
    customer_reply_duration,
    customer_reply_max_duration,
    customer_wait_count,
    customer_wait_duration,
    customer_wait_max_duration,
    handle_count,
    handle_duration,
    active_idle_count,
    active_idle_duration,
    async_dormant_count,
    async_dormant_duration,
    async_idle_count,
    async_idle_duration,
    coaches_count,
    monitors_count,
    with_customer_duration,
    handle_max_duration,
    active_idle_max_duration,
    async_dormant_max_duration,
    async_idle_max_duration,
    bots_count,
    msg_from_bots_count,
    msg_from_bots_size,
    until_first_bot_duration
   FROM agt_chat_stats_day;
comment on view ag2_chat_stats_day is 'Chat sessions by day of their start (UTC), tenant, media type, and origin, language, end and mode. The columns are the same at all levels. Genesys name, columns assumed.';
comment on column ag2_chat_stats_day.agr_set_key is 'Transaction that last wrote the row: CTL_AUDIT_LOG.AUDIT_KEY. (In the day view.) Unit: key. Genesys column, name assumed.';
comment on column ag2_chat_stats_day.date_time_key is 'Start of the day in which the sessions began (UTC): DATE_TIME.DATE_TIME_KEY. (In the day view.) Unit: key, epoch seconds. Genesys column, name assumed.';
comment on column ag2_chat_stats_day.tenant_key is 'Tenant of the sessions: TENANT.TENANT_KEY; -2 absent, -1 unreadable. (In the day view.) Unit: key. Genesys column, name assumed.';
comment on column ag2_chat_stats_day.media_type_key is 'Media type of the sessions: MEDIA_TYPE.MEDIA_TYPE_KEY; -2 absent, -1 unreadable. (In the day view.) Unit: key. Genesys column, name assumed.';
comment on column ag2_chat_stats_day.chat_session_dim_key is 'Origin, language, end and mode of the sessions: CHAT_SESSION_DIM.ID. (In the day view.) Unit: key. Genesys column, name assumed.';
comment on column ag2_chat_stats_day.sessions is 'Sessions that started in the period. Each has exactly one outcome. (In the day view.) Unit: sessions. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_day.sessions_active is 'Sessions that have not ended yet (asynchronous chat). (In the day view.) Unit: sessions. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_day.sessions_handled is 'Ended sessions that an agent joined, whether the agent wrote or not. (In the day view.) Unit: sessions. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_day.sessions_abandoned is 'Ended sessions without an agent: abandoned and short-abandoned, left with a bot, closed by a bot and closed by the system together. (In the day view.) Unit: sessions. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_day.sessions_unknown is 'Ended sessions for which it is unknown whether an agent joined. (In the day view.) Unit: sessions. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_day.sessions_replied is 'Sessions in which an agent replied to the customer at least once. (In the day view.) Unit: sessions. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_day.abandoned_duration is 'Total duration of the sessions without an agent. (In the day view.) Unit: seconds. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_day.abandoned_max_duration is 'Longest duration of one session without an agent. (In the day view.) Unit: seconds. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_day.outcome_handled is 'Sessions with the outcome handled: an agent joined, and nothing says that no agent wrote. (In the day view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_day.outcome_agent_never_wrote is 'Sessions with the outcome agent-never-wrote: an agent joined but wrote nothing that the customer could see. (In the day view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_day.outcome_abandoned is 'Sessions with the outcome abandoned: nobody joined, and the customer left after a longer wait. (In the day view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_day.outcome_short_abandoned is 'Sessions with the outcome short-abandoned: nobody joined, and the customer left within `short-abandon-seconds` (default 10). (In the day view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_day.outcome_left_with_bot is 'Sessions with the outcome left-with-bot: no agent joined, a bot took part, and no bot ended the session. (In the day view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_day.outcome_closed_by_bot is 'Sessions with the outcome closed-by-bot: no agent joined, and a bot ended the session. (In the day view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_day.outcome_closed_by_system is 'Sessions with the outcome closed-by-system: nobody joined, and it was not the customer who ended the session: Chat Server did, or somebody of the contact centre. (In the day view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_day.outcome_unknown is 'Sessions with the outcome unknown: it is unknown whether an agent joined. (In the day view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_day.outcome_open is 'Sessions with the outcome open: the session has not ended yet (asynchronous chat). (In the day view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_day.sessions_abandoned_alone is 'Sessions that the customer gave up while nobody was there: abandoned and short-abandoned together. (In the day view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_day.sessions_left_with_bot is 'Sessions with the outcome left-with-bot: the same as OUTCOME_LEFT_WITH_BOT. (In the day view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_day.sessions_closed_by_bot is 'Sessions with the outcome closed-by-bot: the same as OUTCOME_CLOSED_BY_BOT. (In the day view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_day.abandoned_alone_duration is 'Total time that customers waited who gave up while nobody was there: the duration of their sessions. (In the day view.) Unit: seconds. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_day.abandoned_alone_max_duration is 'Longest time that one customer waited who gave up while nobody was there. (In the day view.) Unit: seconds. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_day.sessions_with_bot is 'Sessions in which a bot took part. (In the day view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_day.sessions_handed_over is 'Sessions in which a bot took part and an agent joined. (In the day view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_day.sessions_offered is 'Sessions that needed an agent: those that one joined, and those that ended while nobody was there. (In the day view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_day.sessions_answered is 'Sessions that an agent joined, including those that are still open. (In the day view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_day.sessions_with_first_reply is 'Sessions in which an agent wrote a message that the customer could see. (In the day view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_day.sessions_ended_within_a_day is 'Sessions that ended at most 24 hours after they had started. (In the day view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_day.sessions_ended is 'Sessions that have ended. (In the day view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_day.answered_until_first_agent_duration is 'Total time until the first agent of the sessions that an agent joined. (In the day view.) Unit: seconds. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_day.ended_session_duration is 'Total duration of the sessions that have ended. (In the day view.) Unit: seconds. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_day.ended_handle_duration is 'Total time with an agent of the sessions that have ended and that an agent joined. (In the day view.) Unit: seconds. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_day.answered_within_20_seconds is 'Sessions that an agent joined within 20 seconds of their start. (In the day view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_day.abandoned_within_20_seconds is 'Sessions that the customer gave up within 20 seconds while nobody was there. (In the day view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_day.answered_within_60_seconds is 'Sessions that an agent joined within 60 seconds of their start. (In the day view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_day.abandoned_within_60_seconds is 'Sessions that the customer gave up within 60 seconds while nobody was there. (In the day view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_day.session_duration is 'Sum over the sessions: Time from the creation of the session until Chat Server finished it. Work on the interaction after the chat has ended is not in it. (In the day view.) Unit: seconds. Source: user-data key csg_SessionTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_day.until_first_agent_duration is 'Sum over the sessions: Time the customer waited until the first agent whom the customer can see joined. 0 means at once when AGENTS_COUNT is above 0, and never when it is 0. (In the day view.) Unit: seconds. Source: user-data key csg_SessionUntilFirstAgentTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_day.until_first_reply_duration is 'Sum over the sessions: Time from the start of the session until the first message of an agent that the customer can see. (In the day view.) Unit: seconds. Source: user-data key csg_SessionUntilFirstReplyTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_day.agents_count is 'Sum over the sessions: Distinct agents and supervisors visible to the customer who took part. One who comes back counts once. (In the day view.) Unit: parties. Source: user-data key csg_PartiesAsAgentCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_day.msg_from_agents_count is 'Sum over the sessions: Messages that all agents sent and the customer could see. (In the day view.) Unit: messages. Source: user-data key csg_MessagesFromAgentsCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_day.msg_from_agents_size is 'Sum over the sessions: Characters, blanks included, of the messages that agents sent and the customer could see. (In the day view.) Unit: characters. Source: user-data key csg_MessagesFromAgentsSize. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_day.msg_from_customers_count is 'Sum over the sessions: Messages that the customer sent. (In the day view.) Unit: messages. Source: user-data key csg_MessagesFromCustomersCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_day.msg_from_customers_size is 'Sum over the sessions: Characters, blanks included, of the messages that the customer sent. (In the day view.) Unit: characters. Source: user-data key csg_MessagesFromCustomersSize. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_day.agent_reply_count is 'Sum over the sessions: How often an agent replied to the customer; several messages in a row are one reply. (In the day view.) Unit: replies. Source: user-data key cse_AgentReplyTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_day.agent_reply_duration is 'Sum over the sessions: Total time agents took to reply, each from the first unanswered customer message to the next agent message. Dormant time of an async session is left out, and for a message that came in then the time until an agent was back. (In the day view.) Unit: seconds. Source: user-data key cse_AgentReplyTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_day.agent_reply_max_duration is 'Largest value of a session: Longest single time an agent took to reply to the customer. (In the day view.) Unit: seconds. Source: user-data key cse_AgentReplyMaxTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_day.agent_wait_count is 'Sum over the sessions: How often an agent waited for an answer of the customer. (In the day view.) Unit: waits. Source: user-data key cse_AgentWaitTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_day.agent_wait_duration is 'Sum over the sessions: Total time agents waited for the customer, each from the last agent message of a run to the next customer message. Dormant time of an async session is left out. (In the day view.) Unit: seconds. Source: user-data key cse_AgentWaitTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_day.agent_wait_max_duration is 'Largest value of a session: Longest single time an agent waited for an answer of the customer. (In the day view.) Unit: seconds. Source: user-data key cse_AgentWaitMaxTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_day.customer_reply_count is 'Sum over the sessions: How often the customer replied to an agent; several messages in a row are one reply. (In the day view.) Unit: replies. Source: user-data key cse_CustomerReplyTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_day.customer_reply_duration is 'Sum over the sessions: Total time the customer took to reply, each from the first unanswered agent message to the next customer message. (In the day view.) Unit: seconds. Source: user-data key cse_CustomerReplyTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_day.customer_reply_max_duration is 'Largest value of a session: Longest single time the customer took to reply to an agent. (In the day view.) Unit: seconds. Source: user-data key cse_CustomerReplyMaxTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_day.customer_wait_count is 'Sum over the sessions: How often the customer waited for an answer of an agent. (In the day view.) Unit: waits. Source: user-data key cse_CustomerWaitTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_day.customer_wait_duration is 'Sum over the sessions: Total time the customer waited for an agent, each from the last customer message of a run to the next agent message. (In the day view.) Unit: seconds. Source: user-data key cse_CustomerWaitTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_day.customer_wait_max_duration is 'Largest value of a session: Longest single time the customer waited for an answer of an agent. (In the day view.) Unit: seconds. Source: user-data key cse_CustomerWaitMaxTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_day.handle_count is 'Sum over the sessions: How often the session entered the state in which at least one agent was connected. (In the day view.) Unit: phases. Source: user-data key cse_SessionHandleTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_day.handle_duration is 'Sum over the sessions: Total time in which at least one agent was connected. (In the day view.) Unit: seconds. Source: user-data key cse_SessionHandleTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_day.active_idle_count is 'Sum over the sessions: How often nothing happened for longer than the configured threshold while an agent was connected. (In the day view.) Unit: phases. Source: user-data key cse_ActiveIdleTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_day.active_idle_duration is 'Sum over the sessions: Total time beyond the configured threshold in which nothing happened while an agent was connected. (In the day view.) Unit: seconds. Source: user-data key cse_ActiveIdleTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_day.async_dormant_count is 'Sum over the sessions: How often an async session became dormant, that is, had no agent. (In the day view.) Unit: phases. Source: user-data key cse_AsyncDormantTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_day.async_dormant_duration is 'Sum over the sessions: Total time an async session was dormant. Routing time is left out. (In the day view.) Unit: seconds. Source: user-data key cse_AsyncDormantTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_day.async_idle_count is 'Sum over the sessions: How often a dormant async session became idle. (In the day view.) Unit: phases. Source: user-data key cse_AsyncIdleTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_day.async_idle_duration is 'Sum over the sessions: Total time beyond the configured threshold in which nothing happened while an async session was dormant. (In the day view.) Unit: seconds. Source: user-data key cse_AsyncIdleTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_day.coaches_count is 'Sum over the sessions: Distinct parties that took part as coaches, visible to agents only. (In the day view.) Unit: parties. Source: user-data key csg_PartiesAsCoachCount. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_day.monitors_count is 'Sum over the sessions: Distinct parties that watched the session unseen. (In the day view.) Unit: parties. Source: user-data key csg_PartiesAsMonitorCount. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_day.with_customer_duration is 'Sum over the sessions: Time the customer was in the session. (In the day view.) Unit: seconds. Source: user-data key csg_SessionWithCustomerTime. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_day.handle_max_duration is 'Largest value of a session: Longest unbroken time in which at least one agent was connected. (In the day view.) Unit: seconds. Source: user-data key cse_SessionHandleMaxTime. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_day.active_idle_max_duration is 'Largest value of a session: Longest single time beyond the configured threshold in which nothing happened while an agent was connected. (In the day view.) Unit: seconds. Source: user-data key cse_ActiveIdleMaxTime. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_day.async_dormant_max_duration is 'Largest value of a session: Longest single time an async session was dormant. (In the day view.) Unit: seconds. Source: user-data key cse_AsyncDormantMaxTime. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_day.async_idle_max_duration is 'Largest value of a session: Longest single time an async session was idle. (In the day view.) Unit: seconds. Source: user-data key cse_AsyncIdleMaxTime. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_day.bots_count is 'Sum over the sessions: Distinct bots that took part in the session. (In the day view.) Unit: parties. Source: user-data key csg_PartiesAsBotCount. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_day.msg_from_bots_count is 'Sum over the sessions: Messages that bots sent and the customer could see. (In the day view.) Unit: messages. Source: user-data key csg_MessagesFromBotsCount. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_day.msg_from_bots_size is 'Sum over the sessions: Characters, blanks included, of the messages that bots sent and the customer could see. (In the day view.) Unit: characters. Source: user-data key csg_MessagesFromBotsSize. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_day.until_first_bot_duration is 'Sum over the sessions: Time from the start of the session until the first bot joined. (In the day view.) Unit: seconds. Source: user-data key csg_SessionUntilFirstBotTime. Extension of chatmart. 0: none, or its key was absent.';

create view ag2_chat_stats_hour (
  agr_set_key numeric,
  date_time_key integer,
  tenant_key integer,
  media_type_key integer,
  chat_session_dim_key integer,
  sessions bigint,
  sessions_active bigint,
  sessions_handled bigint,
  sessions_abandoned bigint,
  sessions_unknown bigint,
  sessions_replied bigint,
  abandoned_duration bigint,
  abandoned_max_duration bigint,
  outcome_handled bigint,
  outcome_agent_never_wrote bigint,
  outcome_abandoned bigint,
  outcome_short_abandoned bigint,
  outcome_left_with_bot bigint,
  outcome_closed_by_bot bigint,
  outcome_closed_by_system bigint,
  outcome_unknown bigint,
  outcome_open bigint,
  sessions_abandoned_alone bigint,
  sessions_left_with_bot bigint,
  sessions_closed_by_bot bigint,
  abandoned_alone_duration bigint,
  abandoned_alone_max_duration bigint,
  sessions_with_bot bigint,
  sessions_handed_over bigint,
  sessions_offered bigint,
  sessions_answered bigint,
  sessions_with_first_reply bigint,
  sessions_ended_within_a_day bigint,
  sessions_ended bigint,
  answered_until_first_agent_duration bigint,
  ended_session_duration bigint,
  ended_handle_duration bigint,
  answered_within_20_seconds bigint,
  abandoned_within_20_seconds bigint,
  answered_within_60_seconds bigint,
  abandoned_within_60_seconds bigint,
  session_duration bigint,
  until_first_agent_duration bigint,
  until_first_reply_duration bigint,
  agents_count bigint,
  msg_from_agents_count bigint,
  msg_from_agents_size bigint,
  msg_from_customers_count bigint,
  msg_from_customers_size bigint,
  agent_reply_count bigint,
  agent_reply_duration bigint,
  agent_reply_max_duration bigint,
  agent_wait_count bigint,
  agent_wait_duration bigint,
  agent_wait_max_duration bigint,
  customer_reply_count bigint,
  customer_reply_duration bigint,
  customer_reply_max_duration bigint,
  customer_wait_count bigint,
  customer_wait_duration bigint,
  customer_wait_max_duration bigint,
  handle_count bigint,
  handle_duration bigint,
  active_idle_count bigint,
  active_idle_duration bigint,
  async_dormant_count bigint,
  async_dormant_duration bigint,
  async_idle_count bigint,
  async_idle_duration bigint,
  coaches_count bigint,
  monitors_count bigint,
  with_customer_duration bigint,
  handle_max_duration bigint,
  active_idle_max_duration bigint,
  async_dormant_max_duration bigint,
  async_idle_max_duration bigint,
  bots_count bigint,
  msg_from_bots_count bigint,
  msg_from_bots_size bigint,
  until_first_bot_duration bigint
) as
 SELECT agr_set_key,
    date_time_key,
    tenant_key,
    media_type_key,
    chat_session_dim_key,
    sessions,
    sessions_active,
    sessions_handled,
    sessions_abandoned,
    sessions_unknown,
    sessions_replied,
    abandoned_duration,
    abandoned_max_duration,
    outcome_handled,
    outcome_agent_never_wrote,
    outcome_abandoned,
    outcome_short_abandoned,
    outcome_left_with_bot,
    outcome_closed_by_bot,
    outcome_closed_by_system,
    outcome_unknown,
    outcome_open,
    sessions_abandoned_alone,
    sessions_left_with_bot,
    sessions_closed_by_bot,
    abandoned_alone_duration,
    abandoned_alone_max_duration,
    sessions_with_bot,
    sessions_handed_over,
    sessions_offered,
    sessions_answered,
    sessions_with_first_reply,
    sessions_ended_within_a_day,
    sessions_ended,
    answered_until_first_agent_duration,
    ended_session_duration,
    ended_handle_duration,
    answered_within_20_seconds,
    abandoned_within_20_seconds,
    answered_within_60_seconds,
    abandoned_within_60_seconds,
    session_duration,
    until_first_agent_duration,
    until_first_reply_duration,
    agents_count,
    msg_from_agents_count,
    msg_from_agents_size,
    msg_from_customers_count,
    msg_from_customers_size,
    agent_reply_count,
    agent_reply_duration,
    agent_reply_max_duration,
    agent_wait_count,
    agent_wait_duration,
    agent_wait_max_duration,
    customer_reply_count,
    customer_reply_duration,
    customer_reply_max_duration,
    customer_wait_count,
    customer_wait_duration,
    customer_wait_max_duration,
    handle_count,
    handle_duration,
    active_idle_count,
    active_idle_duration,
    async_dormant_count,
    async_dormant_duration,
    async_idle_count,
    async_idle_duration,
    coaches_count,
    monitors_count,
    with_customer_duration,
    handle_max_duration,
    active_idle_max_duration,
    async_dormant_max_duration,
    async_idle_max_duration,
    bots_count,
    msg_from_bots_count,
    msg_from_bots_size,
    until_first_bot_duration
   FROM agt_chat_stats_hour;
comment on view ag2_chat_stats_hour is 'Chat sessions by hour of their start (UTC), tenant, media type, and origin, language, end and mode. The columns are the same at all levels. Genesys name, columns assumed.';
comment on column ag2_chat_stats_hour.agr_set_key is 'Newest transaction among the rows summed up: CTL_AUDIT_LOG.AUDIT_KEY. (In the hour view.) Unit: key. Genesys column, name assumed.';
comment on column ag2_chat_stats_hour.date_time_key is 'Start of the hour in which the sessions began (UTC): DATE_TIME.DATE_TIME_KEY. (In the hour view.) Unit: key, epoch seconds. Genesys column, name assumed.';
comment on column ag2_chat_stats_hour.tenant_key is 'Tenant of the sessions: TENANT.TENANT_KEY; -2 absent, -1 unreadable. (In the hour view.) Unit: key. Genesys column, name assumed.';
comment on column ag2_chat_stats_hour.media_type_key is 'Media type of the sessions: MEDIA_TYPE.MEDIA_TYPE_KEY; -2 absent, -1 unreadable. (In the hour view.) Unit: key. Genesys column, name assumed.';
comment on column ag2_chat_stats_hour.chat_session_dim_key is 'Origin, language, end and mode of the sessions: CHAT_SESSION_DIM.ID. (In the hour view.) Unit: key. Genesys column, name assumed.';
comment on column ag2_chat_stats_hour.sessions is 'Sessions that started in the period. Each has exactly one outcome. (In the hour view.) Unit: sessions. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_hour.sessions_active is 'Sessions that have not ended yet (asynchronous chat). (In the hour view.) Unit: sessions. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_hour.sessions_handled is 'Ended sessions that an agent joined, whether the agent wrote or not. (In the hour view.) Unit: sessions. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_hour.sessions_abandoned is 'Ended sessions without an agent: abandoned and short-abandoned, left with a bot, closed by a bot and closed by the system together. (In the hour view.) Unit: sessions. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_hour.sessions_unknown is 'Ended sessions for which it is unknown whether an agent joined. (In the hour view.) Unit: sessions. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_hour.sessions_replied is 'Sessions in which an agent replied to the customer at least once. (In the hour view.) Unit: sessions. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_hour.abandoned_duration is 'Total duration of the sessions without an agent. (In the hour view.) Unit: seconds. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_hour.abandoned_max_duration is 'Longest duration of one session without an agent. (In the hour view.) Unit: seconds. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_hour.outcome_handled is 'Sessions with the outcome handled: an agent joined, and nothing says that no agent wrote. (In the hour view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_hour.outcome_agent_never_wrote is 'Sessions with the outcome agent-never-wrote: an agent joined but wrote nothing that the customer could see. (In the hour view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_hour.outcome_abandoned is 'Sessions with the outcome abandoned: nobody joined, and the customer left after a longer wait. (In the hour view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_hour.outcome_short_abandoned is 'Sessions with the outcome short-abandoned: nobody joined, and the customer left within `short-abandon-seconds` (default 10). (In the hour view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_hour.outcome_left_with_bot is 'Sessions with the outcome left-with-bot: no agent joined, a bot took part, and no bot ended the session. (In the hour view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_hour.outcome_closed_by_bot is 'Sessions with the outcome closed-by-bot: no agent joined, and a bot ended the session. (In the hour view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_hour.outcome_closed_by_system is 'Sessions with the outcome closed-by-system: nobody joined, and it was not the customer who ended the session: Chat Server did, or somebody of the contact centre. (In the hour view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_hour.outcome_unknown is 'Sessions with the outcome unknown: it is unknown whether an agent joined. (In the hour view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_hour.outcome_open is 'Sessions with the outcome open: the session has not ended yet (asynchronous chat). (In the hour view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_hour.sessions_abandoned_alone is 'Sessions that the customer gave up while nobody was there: abandoned and short-abandoned together. (In the hour view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_hour.sessions_left_with_bot is 'Sessions with the outcome left-with-bot: the same as OUTCOME_LEFT_WITH_BOT. (In the hour view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_hour.sessions_closed_by_bot is 'Sessions with the outcome closed-by-bot: the same as OUTCOME_CLOSED_BY_BOT. (In the hour view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_hour.abandoned_alone_duration is 'Total time that customers waited who gave up while nobody was there: the duration of their sessions. (In the hour view.) Unit: seconds. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_hour.abandoned_alone_max_duration is 'Longest time that one customer waited who gave up while nobody was there. (In the hour view.) Unit: seconds. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_hour.sessions_with_bot is 'Sessions in which a bot took part. (In the hour view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_hour.sessions_handed_over is 'Sessions in which a bot took part and an agent joined. (In the hour view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_hour.sessions_offered is 'Sessions that needed an agent: those that one joined, and those that ended while nobody was there. (In the hour view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_hour.sessions_answered is 'Sessions that an agent joined, including those that are still open. (In the hour view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_hour.sessions_with_first_reply is 'Sessions in which an agent wrote a message that the customer could see. (In the hour view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_hour.sessions_ended_within_a_day is 'Sessions that ended at most 24 hours after they had started. (In the hour view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_hour.sessions_ended is 'Sessions that have ended. (In the hour view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_hour.answered_until_first_agent_duration is 'Total time until the first agent of the sessions that an agent joined. (In the hour view.) Unit: seconds. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_hour.ended_session_duration is 'Total duration of the sessions that have ended. (In the hour view.) Unit: seconds. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_hour.ended_handle_duration is 'Total time with an agent of the sessions that have ended and that an agent joined. (In the hour view.) Unit: seconds. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_hour.answered_within_20_seconds is 'Sessions that an agent joined within 20 seconds of their start. (In the hour view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_hour.abandoned_within_20_seconds is 'Sessions that the customer gave up within 20 seconds while nobody was there. (In the hour view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_hour.answered_within_60_seconds is 'Sessions that an agent joined within 60 seconds of their start. (In the hour view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_hour.abandoned_within_60_seconds is 'Sessions that the customer gave up within 60 seconds while nobody was there. (In the hour view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_hour.session_duration is 'Sum over the sessions: Time from the creation of the session until Chat Server finished it. Work on the interaction after the chat has ended is not in it. (In the hour view.) Unit: seconds. Source: user-data key csg_SessionTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_hour.until_first_agent_duration is 'Sum over the sessions: Time the customer waited until the first agent whom the customer can see joined. 0 means at once when AGENTS_COUNT is above 0, and never when it is 0. (In the hour view.) Unit: seconds. Source: user-data key csg_SessionUntilFirstAgentTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_hour.until_first_reply_duration is 'Sum over the sessions: Time from the start of the session until the first message of an agent that the customer can see. (In the hour view.) Unit: seconds. Source: user-data key csg_SessionUntilFirstReplyTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_hour.agents_count is 'Sum over the sessions: Distinct agents and supervisors visible to the customer who took part. One who comes back counts once. (In the hour view.) Unit: parties. Source: user-data key csg_PartiesAsAgentCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_hour.msg_from_agents_count is 'Sum over the sessions: Messages that all agents sent and the customer could see. (In the hour view.) Unit: messages. Source: user-data key csg_MessagesFromAgentsCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_hour.msg_from_agents_size is 'Sum over the sessions: Characters, blanks included, of the messages that agents sent and the customer could see. (In the hour view.) Unit: characters. Source: user-data key csg_MessagesFromAgentsSize. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_hour.msg_from_customers_count is 'Sum over the sessions: Messages that the customer sent. (In the hour view.) Unit: messages. Source: user-data key csg_MessagesFromCustomersCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_hour.msg_from_customers_size is 'Sum over the sessions: Characters, blanks included, of the messages that the customer sent. (In the hour view.) Unit: characters. Source: user-data key csg_MessagesFromCustomersSize. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_hour.agent_reply_count is 'Sum over the sessions: How often an agent replied to the customer; several messages in a row are one reply. (In the hour view.) Unit: replies. Source: user-data key cse_AgentReplyTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_hour.agent_reply_duration is 'Sum over the sessions: Total time agents took to reply, each from the first unanswered customer message to the next agent message. Dormant time of an async session is left out, and for a message that came in then the time until an agent was back. (In the hour view.) Unit: seconds. Source: user-data key cse_AgentReplyTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_hour.agent_reply_max_duration is 'Largest value of a session: Longest single time an agent took to reply to the customer. (In the hour view.) Unit: seconds. Source: user-data key cse_AgentReplyMaxTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_hour.agent_wait_count is 'Sum over the sessions: How often an agent waited for an answer of the customer. (In the hour view.) Unit: waits. Source: user-data key cse_AgentWaitTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_hour.agent_wait_duration is 'Sum over the sessions: Total time agents waited for the customer, each from the last agent message of a run to the next customer message. Dormant time of an async session is left out. (In the hour view.) Unit: seconds. Source: user-data key cse_AgentWaitTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_hour.agent_wait_max_duration is 'Largest value of a session: Longest single time an agent waited for an answer of the customer. (In the hour view.) Unit: seconds. Source: user-data key cse_AgentWaitMaxTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_hour.customer_reply_count is 'Sum over the sessions: How often the customer replied to an agent; several messages in a row are one reply. (In the hour view.) Unit: replies. Source: user-data key cse_CustomerReplyTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_hour.customer_reply_duration is 'Sum over the sessions: Total time the customer took to reply, each from the first unanswered agent message to the next customer message. (In the hour view.) Unit: seconds. Source: user-data key cse_CustomerReplyTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_hour.customer_reply_max_duration is 'Largest value of a session: Longest single time the customer took to reply to an agent. (In the hour view.) Unit: seconds. Source: user-data key cse_CustomerReplyMaxTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_hour.customer_wait_count is 'Sum over the sessions: How often the customer waited for an answer of an agent. (In the hour view.) Unit: waits. Source: user-data key cse_CustomerWaitTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_hour.customer_wait_duration is 'Sum over the sessions: Total time the customer waited for an agent, each from the last customer message of a run to the next agent message. (In the hour view.) Unit: seconds. Source: user-data key cse_CustomerWaitTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_hour.customer_wait_max_duration is 'Largest value of a session: Longest single time the customer waited for an answer of an agent. (In the hour view.) Unit: seconds. Source: user-data key cse_CustomerWaitMaxTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_hour.handle_count is 'Sum over the sessions: How often the session entered the state in which at least one agent was connected. (In the hour view.) Unit: phases. Source: user-data key cse_SessionHandleTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_hour.handle_duration is 'Sum over the sessions: Total time in which at least one agent was connected. (In the hour view.) Unit: seconds. Source: user-data key cse_SessionHandleTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_hour.active_idle_count is 'Sum over the sessions: How often nothing happened for longer than the configured threshold while an agent was connected. (In the hour view.) Unit: phases. Source: user-data key cse_ActiveIdleTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_hour.active_idle_duration is 'Sum over the sessions: Total time beyond the configured threshold in which nothing happened while an agent was connected. (In the hour view.) Unit: seconds. Source: user-data key cse_ActiveIdleTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_hour.async_dormant_count is 'Sum over the sessions: How often an async session became dormant, that is, had no agent. (In the hour view.) Unit: phases. Source: user-data key cse_AsyncDormantTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_hour.async_dormant_duration is 'Sum over the sessions: Total time an async session was dormant. Routing time is left out. (In the hour view.) Unit: seconds. Source: user-data key cse_AsyncDormantTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_hour.async_idle_count is 'Sum over the sessions: How often a dormant async session became idle. (In the hour view.) Unit: phases. Source: user-data key cse_AsyncIdleTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_hour.async_idle_duration is 'Sum over the sessions: Total time beyond the configured threshold in which nothing happened while an async session was dormant. (In the hour view.) Unit: seconds. Source: user-data key cse_AsyncIdleTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_hour.coaches_count is 'Sum over the sessions: Distinct parties that took part as coaches, visible to agents only. (In the hour view.) Unit: parties. Source: user-data key csg_PartiesAsCoachCount. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_hour.monitors_count is 'Sum over the sessions: Distinct parties that watched the session unseen. (In the hour view.) Unit: parties. Source: user-data key csg_PartiesAsMonitorCount. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_hour.with_customer_duration is 'Sum over the sessions: Time the customer was in the session. (In the hour view.) Unit: seconds. Source: user-data key csg_SessionWithCustomerTime. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_hour.handle_max_duration is 'Largest value of a session: Longest unbroken time in which at least one agent was connected. (In the hour view.) Unit: seconds. Source: user-data key cse_SessionHandleMaxTime. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_hour.active_idle_max_duration is 'Largest value of a session: Longest single time beyond the configured threshold in which nothing happened while an agent was connected. (In the hour view.) Unit: seconds. Source: user-data key cse_ActiveIdleMaxTime. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_hour.async_dormant_max_duration is 'Largest value of a session: Longest single time an async session was dormant. (In the hour view.) Unit: seconds. Source: user-data key cse_AsyncDormantMaxTime. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_hour.async_idle_max_duration is 'Largest value of a session: Longest single time an async session was idle. (In the hour view.) Unit: seconds. Source: user-data key cse_AsyncIdleMaxTime. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_hour.bots_count is 'Sum over the sessions: Distinct bots that took part in the session. (In the hour view.) Unit: parties. Source: user-data key csg_PartiesAsBotCount. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_hour.msg_from_bots_count is 'Sum over the sessions: Messages that bots sent and the customer could see. (In the hour view.) Unit: messages. Source: user-data key csg_MessagesFromBotsCount. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_hour.msg_from_bots_size is 'Sum over the sessions: Characters, blanks included, of the messages that bots sent and the customer could see. (In the hour view.) Unit: characters. Source: user-data key csg_MessagesFromBotsSize. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_hour.until_first_bot_duration is 'Sum over the sessions: Time from the start of the session until the first bot joined. (In the hour view.) Unit: seconds. Source: user-data key csg_SessionUntilFirstBotTime. Extension of chatmart. 0: none, or its key was absent.';

create view ag2_chat_stats_month (
  agr_set_key numeric(19,0),
  date_time_key integer,
  tenant_key integer,
  media_type_key integer,
  chat_session_dim_key integer,
  sessions bigint,
  sessions_active bigint,
  sessions_handled bigint,
  sessions_abandoned bigint,
  sessions_unknown bigint,
  sessions_replied bigint,
  abandoned_duration bigint,
  abandoned_max_duration bigint,
  outcome_handled bigint,
  outcome_agent_never_wrote bigint,
  outcome_abandoned bigint,
  outcome_short_abandoned bigint,
  outcome_left_with_bot bigint,
  outcome_closed_by_bot bigint,
  outcome_closed_by_system bigint,
  outcome_unknown bigint,
  outcome_open bigint,
  sessions_abandoned_alone bigint,
  sessions_left_with_bot bigint,
  sessions_closed_by_bot bigint,
  abandoned_alone_duration bigint,
  abandoned_alone_max_duration bigint,
  sessions_with_bot bigint,
  sessions_handed_over bigint,
  sessions_offered bigint,
  sessions_answered bigint,
  sessions_with_first_reply bigint,
  sessions_ended_within_a_day bigint,
  sessions_ended bigint,
  answered_until_first_agent_duration bigint,
  ended_session_duration bigint,
  ended_handle_duration bigint,
  answered_within_20_seconds bigint,
  abandoned_within_20_seconds bigint,
  answered_within_60_seconds bigint,
  abandoned_within_60_seconds bigint,
  session_duration bigint,
  until_first_agent_duration bigint,
  until_first_reply_duration bigint,
  agents_count bigint,
  msg_from_agents_count bigint,
  msg_from_agents_size bigint,
  msg_from_customers_count bigint,
  msg_from_customers_size bigint,
  agent_reply_count bigint,
  agent_reply_duration bigint,
  agent_reply_max_duration bigint,
  agent_wait_count bigint,
  agent_wait_duration bigint,
  agent_wait_max_duration bigint,
  customer_reply_count bigint,
  customer_reply_duration bigint,
  customer_reply_max_duration bigint,
  customer_wait_count bigint,
  customer_wait_duration bigint,
  customer_wait_max_duration bigint,
  handle_count bigint,
  handle_duration bigint,
  active_idle_count bigint,
  active_idle_duration bigint,
  async_dormant_count bigint,
  async_dormant_duration bigint,
  async_idle_count bigint,
  async_idle_duration bigint,
  coaches_count bigint,
  monitors_count bigint,
  with_customer_duration bigint,
  handle_max_duration bigint,
  active_idle_max_duration bigint,
  async_dormant_max_duration bigint,
  async_idle_max_duration bigint,
  bots_count bigint,
  msg_from_bots_count bigint,
  msg_from_bots_size bigint,
  until_first_bot_duration bigint
) as
 SELECT agr_set_key,
    date_time_key,
    tenant_key,
    media_type_key,
    chat_session_dim_key,
    sessions,
    sessions_active,
    sessions_handled,
    sessions_abandoned,
    sessions_unknown,
    sessions_replied,
    abandoned_duration,
    abandoned_max_duration,
    outcome_handled,
    outcome_agent_never_wrote,
    outcome_abandoned,
    outcome_short_abandoned,
    outcome_left_with_bot,
    outcome_closed_by_bot,
    outcome_closed_by_system,
    outcome_unknown,
    outcome_open,
    sessions_abandoned_alone,
    sessions_left_with_bot,
    sessions_closed_by_bot,
    abandoned_alone_duration,
    abandoned_alone_max_duration,
    sessions_with_bot,
    sessions_handed_over,
    sessions_offered,
    sessions_answered,
    sessions_with_first_reply,
    sessions_ended_within_a_day,
    sessions_ended,
    answered_until_first_agent_duration,
    ended_session_duration,
    ended_handle_duration,
    answered_within_20_seconds,
    abandoned_within_20_seconds,
    answered_within_60_seconds,
    abandoned_within_60_seconds,
    session_duration,
    until_first_agent_duration,
    until_first_reply_duration,
    agents_count,
    msg_from_agents_count,
    msg_from_agents_size,
    msg_from_customers_count,
    msg_from_customers_size,
    agent_reply_count,
    agent_reply_duration,
    agent_reply_max_duration,
    agent_wait_count,
    agent_wait_duration,
    agent_wait_max_duration,
    customer_reply_count,
    customer_reply_duration,
    customer_reply_max_duration,
    customer_wait_count,
    customer_wait_duration,
    customer_wait_max_duration,
    handle_count,
    handle_duration,
    active_idle_count,
    active_idle_duration,
    async_dormant_count,
    async_dormant_duration,
    async_idle_count,
    async_idle_duration,
    coaches_count,
    monitors_count,
    with_customer_duration,
    handle_max_duration,
    active_idle_max_duration,
    async_dormant_max_duration,
    async_idle_max_duration,
    bots_count,
    msg_from_bots_count,
    msg_from_bots_size,
    until_first_bot_duration
   FROM agt_chat_stats_month;
comment on view ag2_chat_stats_month is 'Chat sessions by month of their start (UTC), tenant, media type, and origin, language, end and mode. The columns are the same at all levels. Genesys name, columns assumed.';
comment on column ag2_chat_stats_month.agr_set_key is 'Transaction that last wrote the row: CTL_AUDIT_LOG.AUDIT_KEY. (In the month view.) Unit: key. Genesys column, name assumed.';
comment on column ag2_chat_stats_month.date_time_key is 'Start of the month in which the sessions began (UTC): DATE_TIME.DATE_TIME_KEY. (In the month view.) Unit: key, epoch seconds. Genesys column, name assumed.';
comment on column ag2_chat_stats_month.tenant_key is 'Tenant of the sessions: TENANT.TENANT_KEY; -2 absent, -1 unreadable. (In the month view.) Unit: key. Genesys column, name assumed.';
comment on column ag2_chat_stats_month.media_type_key is 'Media type of the sessions: MEDIA_TYPE.MEDIA_TYPE_KEY; -2 absent, -1 unreadable. (In the month view.) Unit: key. Genesys column, name assumed.';
comment on column ag2_chat_stats_month.chat_session_dim_key is 'Origin, language, end and mode of the sessions: CHAT_SESSION_DIM.ID. (In the month view.) Unit: key. Genesys column, name assumed.';
comment on column ag2_chat_stats_month.sessions is 'Sessions that started in the period. Each has exactly one outcome. (In the month view.) Unit: sessions. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_month.sessions_active is 'Sessions that have not ended yet (asynchronous chat). (In the month view.) Unit: sessions. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_month.sessions_handled is 'Ended sessions that an agent joined, whether the agent wrote or not. (In the month view.) Unit: sessions. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_month.sessions_abandoned is 'Ended sessions without an agent: abandoned and short-abandoned, left with a bot, closed by a bot and closed by the system together. (In the month view.) Unit: sessions. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_month.sessions_unknown is 'Ended sessions for which it is unknown whether an agent joined. (In the month view.) Unit: sessions. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_month.sessions_replied is 'Sessions in which an agent replied to the customer at least once. (In the month view.) Unit: sessions. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_month.abandoned_duration is 'Total duration of the sessions without an agent. (In the month view.) Unit: seconds. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_month.abandoned_max_duration is 'Longest duration of one session without an agent. (In the month view.) Unit: seconds. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_month.outcome_handled is 'Sessions with the outcome handled: an agent joined, and nothing says that no agent wrote. (In the month view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_month.outcome_agent_never_wrote is 'Sessions with the outcome agent-never-wrote: an agent joined but wrote nothing that the customer could see. (In the month view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_month.outcome_abandoned is 'Sessions with the outcome abandoned: nobody joined, and the customer left after a longer wait. (In the month view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_month.outcome_short_abandoned is 'Sessions with the outcome short-abandoned: nobody joined, and the customer left within `short-abandon-seconds` (default 10). (In the month view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_month.outcome_left_with_bot is 'Sessions with the outcome left-with-bot: no agent joined, a bot took part, and no bot ended the session. (In the month view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_month.outcome_closed_by_bot is 'Sessions with the outcome closed-by-bot: no agent joined, and a bot ended the session. (In the month view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_month.outcome_closed_by_system is 'Sessions with the outcome closed-by-system: nobody joined, and it was not the customer who ended the session: Chat Server did, or somebody of the contact centre. (In the month view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_month.outcome_unknown is 'Sessions with the outcome unknown: it is unknown whether an agent joined. (In the month view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_month.outcome_open is 'Sessions with the outcome open: the session has not ended yet (asynchronous chat). (In the month view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_month.sessions_abandoned_alone is 'Sessions that the customer gave up while nobody was there: abandoned and short-abandoned together. (In the month view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_month.sessions_left_with_bot is 'Sessions with the outcome left-with-bot: the same as OUTCOME_LEFT_WITH_BOT. (In the month view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_month.sessions_closed_by_bot is 'Sessions with the outcome closed-by-bot: the same as OUTCOME_CLOSED_BY_BOT. (In the month view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_month.abandoned_alone_duration is 'Total time that customers waited who gave up while nobody was there: the duration of their sessions. (In the month view.) Unit: seconds. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_month.abandoned_alone_max_duration is 'Longest time that one customer waited who gave up while nobody was there. (In the month view.) Unit: seconds. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_month.sessions_with_bot is 'Sessions in which a bot took part. (In the month view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_month.sessions_handed_over is 'Sessions in which a bot took part and an agent joined. (In the month view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_month.sessions_offered is 'Sessions that needed an agent: those that one joined, and those that ended while nobody was there. (In the month view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_month.sessions_answered is 'Sessions that an agent joined, including those that are still open. (In the month view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_month.sessions_with_first_reply is 'Sessions in which an agent wrote a message that the customer could see. (In the month view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_month.sessions_ended_within_a_day is 'Sessions that ended at most 24 hours after they had started. (In the month view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_month.sessions_ended is 'Sessions that have ended. (In the month view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_month.answered_until_first_agent_duration is 'Total time until the first agent of the sessions that an agent joined. (In the month view.) Unit: seconds. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_month.ended_session_duration is 'Total duration of the sessions that have ended. (In the month view.) Unit: seconds. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_month.ended_handle_duration is 'Total time with an agent of the sessions that have ended and that an agent joined. (In the month view.) Unit: seconds. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_month.answered_within_20_seconds is 'Sessions that an agent joined within 20 seconds of their start. (In the month view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_month.abandoned_within_20_seconds is 'Sessions that the customer gave up within 20 seconds while nobody was there. (In the month view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_month.answered_within_60_seconds is 'Sessions that an agent joined within 60 seconds of their start. (In the month view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_month.abandoned_within_60_seconds is 'Sessions that the customer gave up within 60 seconds while nobody was there. (In the month view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_month.session_duration is 'Sum over the sessions: Time from the creation of the session until Chat Server finished it. Work on the interaction after the chat has ended is not in it. (In the month view.) Unit: seconds. Source: user-data key csg_SessionTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_month.until_first_agent_duration is 'Sum over the sessions: Time the customer waited until the first agent whom the customer can see joined. 0 means at once when AGENTS_COUNT is above 0, and never when it is 0. (In the month view.) Unit: seconds. Source: user-data key csg_SessionUntilFirstAgentTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_month.until_first_reply_duration is 'Sum over the sessions: Time from the start of the session until the first message of an agent that the customer can see. (In the month view.) Unit: seconds. Source: user-data key csg_SessionUntilFirstReplyTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_month.agents_count is 'Sum over the sessions: Distinct agents and supervisors visible to the customer who took part. One who comes back counts once. (In the month view.) Unit: parties. Source: user-data key csg_PartiesAsAgentCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_month.msg_from_agents_count is 'Sum over the sessions: Messages that all agents sent and the customer could see. (In the month view.) Unit: messages. Source: user-data key csg_MessagesFromAgentsCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_month.msg_from_agents_size is 'Sum over the sessions: Characters, blanks included, of the messages that agents sent and the customer could see. (In the month view.) Unit: characters. Source: user-data key csg_MessagesFromAgentsSize. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_month.msg_from_customers_count is 'Sum over the sessions: Messages that the customer sent. (In the month view.) Unit: messages. Source: user-data key csg_MessagesFromCustomersCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_month.msg_from_customers_size is 'Sum over the sessions: Characters, blanks included, of the messages that the customer sent. (In the month view.) Unit: characters. Source: user-data key csg_MessagesFromCustomersSize. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_month.agent_reply_count is 'Sum over the sessions: How often an agent replied to the customer; several messages in a row are one reply. (In the month view.) Unit: replies. Source: user-data key cse_AgentReplyTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_month.agent_reply_duration is 'Sum over the sessions: Total time agents took to reply, each from the first unanswered customer message to the next agent message. Dormant time of an async session is left out, and for a message that came in then the time until an agent was back. (In the month view.) Unit: seconds. Source: user-data key cse_AgentReplyTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_month.agent_reply_max_duration is 'Largest value of a session: Longest single time an agent took to reply to the customer. (In the month view.) Unit: seconds. Source: user-data key cse_AgentReplyMaxTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_month.agent_wait_count is 'Sum over the sessions: How often an agent waited for an answer of the customer. (In the month view.) Unit: waits. Source: user-data key cse_AgentWaitTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_month.agent_wait_duration is 'Sum over the sessions: Total time agents waited for the customer, each from the last agent message of a run to the next customer message. Dormant time of an async session is left out. (In the month view.) Unit: seconds. Source: user-data key cse_AgentWaitTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_month.agent_wait_max_duration is 'Largest value of a session: Longest single time an agent waited for an answer of the customer. (In the month view.) Unit: seconds. Source: user-data key cse_AgentWaitMaxTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_month.customer_reply_count is 'Sum over the sessions: How often the customer replied to an agent; several messages in a row are one reply. (In the month view.) Unit: replies. Source: user-data key cse_CustomerReplyTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_month.customer_reply_duration is 'Sum over the sessions: Total time the customer took to reply, each from the first unanswered agent message to the next customer message. (In the month view.) Unit: seconds. Source: user-data key cse_CustomerReplyTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_month.customer_reply_max_duration is 'Largest value of a session: Longest single time the customer took to reply to an agent. (In the month view.) Unit: seconds. Source: user-data key cse_CustomerReplyMaxTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_month.customer_wait_count is 'Sum over the sessions: How often the customer waited for an answer of an agent. (In the month view.) Unit: waits. Source: user-data key cse_CustomerWaitTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_month.customer_wait_duration is 'Sum over the sessions: Total time the customer waited for an agent, each from the last customer message of a run to the next agent message. (In the month view.) Unit: seconds. Source: user-data key cse_CustomerWaitTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_month.customer_wait_max_duration is 'Largest value of a session: Longest single time the customer waited for an answer of an agent. (In the month view.) Unit: seconds. Source: user-data key cse_CustomerWaitMaxTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_month.handle_count is 'Sum over the sessions: How often the session entered the state in which at least one agent was connected. (In the month view.) Unit: phases. Source: user-data key cse_SessionHandleTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_month.handle_duration is 'Sum over the sessions: Total time in which at least one agent was connected. (In the month view.) Unit: seconds. Source: user-data key cse_SessionHandleTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_month.active_idle_count is 'Sum over the sessions: How often nothing happened for longer than the configured threshold while an agent was connected. (In the month view.) Unit: phases. Source: user-data key cse_ActiveIdleTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_month.active_idle_duration is 'Sum over the sessions: Total time beyond the configured threshold in which nothing happened while an agent was connected. (In the month view.) Unit: seconds. Source: user-data key cse_ActiveIdleTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_month.async_dormant_count is 'Sum over the sessions: How often an async session became dormant, that is, had no agent. (In the month view.) Unit: phases. Source: user-data key cse_AsyncDormantTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_month.async_dormant_duration is 'Sum over the sessions: Total time an async session was dormant. Routing time is left out. (In the month view.) Unit: seconds. Source: user-data key cse_AsyncDormantTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_month.async_idle_count is 'Sum over the sessions: How often a dormant async session became idle. (In the month view.) Unit: phases. Source: user-data key cse_AsyncIdleTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_month.async_idle_duration is 'Sum over the sessions: Total time beyond the configured threshold in which nothing happened while an async session was dormant. (In the month view.) Unit: seconds. Source: user-data key cse_AsyncIdleTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_month.coaches_count is 'Sum over the sessions: Distinct parties that took part as coaches, visible to agents only. (In the month view.) Unit: parties. Source: user-data key csg_PartiesAsCoachCount. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_month.monitors_count is 'Sum over the sessions: Distinct parties that watched the session unseen. (In the month view.) Unit: parties. Source: user-data key csg_PartiesAsMonitorCount. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_month.with_customer_duration is 'Sum over the sessions: Time the customer was in the session. (In the month view.) Unit: seconds. Source: user-data key csg_SessionWithCustomerTime. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_month.handle_max_duration is 'Largest value of a session: Longest unbroken time in which at least one agent was connected. (In the month view.) Unit: seconds. Source: user-data key cse_SessionHandleMaxTime. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_month.active_idle_max_duration is 'Largest value of a session: Longest single time beyond the configured threshold in which nothing happened while an agent was connected. (In the month view.) Unit: seconds. Source: user-data key cse_ActiveIdleMaxTime. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_month.async_dormant_max_duration is 'Largest value of a session: Longest single time an async session was dormant. (In the month view.) Unit: seconds. Source: user-data key cse_AsyncDormantMaxTime. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_month.async_idle_max_duration is 'Largest value of a session: Longest single time an async session was idle. (In the month view.) Unit: seconds. Source: user-data key cse_AsyncIdleMaxTime. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_month.bots_count is 'Sum over the sessions: Distinct bots that took part in the session. (In the month view.) Unit: parties. Source: user-data key csg_PartiesAsBotCount. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_month.msg_from_bots_count is 'Sum over the sessions: Messages that bots sent and the customer could see. (In the month view.) Unit: messages. Source: user-data key csg_MessagesFromBotsCount. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_month.msg_from_bots_size is 'Sum over the sessions: Characters, blanks included, of the messages that bots sent and the customer could see. (In the month view.) Unit: characters. Source: user-data key csg_MessagesFromBotsSize. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_month.until_first_bot_duration is 'Sum over the sessions: Time from the start of the session until the first bot joined. (In the month view.) Unit: seconds. Source: user-data key csg_SessionUntilFirstBotTime. Extension of chatmart. 0: none, or its key was absent.';

create view ag2_chat_stats_qrtr (
  agr_set_key numeric,
  date_time_key integer,
  tenant_key integer,
  media_type_key integer,
  chat_session_dim_key integer,
  sessions bigint,
  sessions_active bigint,
  sessions_handled bigint,
  sessions_abandoned bigint,
  sessions_unknown bigint,
  sessions_replied bigint,
  abandoned_duration bigint,
  abandoned_max_duration bigint,
  outcome_handled bigint,
  outcome_agent_never_wrote bigint,
  outcome_abandoned bigint,
  outcome_short_abandoned bigint,
  outcome_left_with_bot bigint,
  outcome_closed_by_bot bigint,
  outcome_closed_by_system bigint,
  outcome_unknown bigint,
  outcome_open bigint,
  sessions_abandoned_alone bigint,
  sessions_left_with_bot bigint,
  sessions_closed_by_bot bigint,
  abandoned_alone_duration bigint,
  abandoned_alone_max_duration bigint,
  sessions_with_bot bigint,
  sessions_handed_over bigint,
  sessions_offered bigint,
  sessions_answered bigint,
  sessions_with_first_reply bigint,
  sessions_ended_within_a_day bigint,
  sessions_ended bigint,
  answered_until_first_agent_duration bigint,
  ended_session_duration bigint,
  ended_handle_duration bigint,
  answered_within_20_seconds bigint,
  abandoned_within_20_seconds bigint,
  answered_within_60_seconds bigint,
  abandoned_within_60_seconds bigint,
  session_duration bigint,
  until_first_agent_duration bigint,
  until_first_reply_duration bigint,
  agents_count bigint,
  msg_from_agents_count bigint,
  msg_from_agents_size bigint,
  msg_from_customers_count bigint,
  msg_from_customers_size bigint,
  agent_reply_count bigint,
  agent_reply_duration bigint,
  agent_reply_max_duration bigint,
  agent_wait_count bigint,
  agent_wait_duration bigint,
  agent_wait_max_duration bigint,
  customer_reply_count bigint,
  customer_reply_duration bigint,
  customer_reply_max_duration bigint,
  customer_wait_count bigint,
  customer_wait_duration bigint,
  customer_wait_max_duration bigint,
  handle_count bigint,
  handle_duration bigint,
  active_idle_count bigint,
  active_idle_duration bigint,
  async_dormant_count bigint,
  async_dormant_duration bigint,
  async_idle_count bigint,
  async_idle_duration bigint,
  coaches_count bigint,
  monitors_count bigint,
  with_customer_duration bigint,
  handle_max_duration bigint,
  active_idle_max_duration bigint,
  async_dormant_max_duration bigint,
  async_idle_max_duration bigint,
  bots_count bigint,
  msg_from_bots_count bigint,
  msg_from_bots_size bigint,
  until_first_bot_duration bigint
) as
 SELECT agr_set_key,
    date_time_key,
    tenant_key,
    media_type_key,
    chat_session_dim_key,
    sessions,
    sessions_active,
    sessions_handled,
    sessions_abandoned,
    sessions_unknown,
    sessions_replied,
    abandoned_duration,
    abandoned_max_duration,
    outcome_handled,
    outcome_agent_never_wrote,
    outcome_abandoned,
    outcome_short_abandoned,
    outcome_left_with_bot,
    outcome_closed_by_bot,
    outcome_closed_by_system,
    outcome_unknown,
    outcome_open,
    sessions_abandoned_alone,
    sessions_left_with_bot,
    sessions_closed_by_bot,
    abandoned_alone_duration,
    abandoned_alone_max_duration,
    sessions_with_bot,
    sessions_handed_over,
    sessions_offered,
    sessions_answered,
    sessions_with_first_reply,
    sessions_ended_within_a_day,
    sessions_ended,
    answered_until_first_agent_duration,
    ended_session_duration,
    ended_handle_duration,
    answered_within_20_seconds,
    abandoned_within_20_seconds,
    answered_within_60_seconds,
    abandoned_within_60_seconds,
    session_duration,
    until_first_agent_duration,
    until_first_reply_duration,
    agents_count,
    msg_from_agents_count,
    msg_from_agents_size,
    msg_from_customers_count,
    msg_from_customers_size,
    agent_reply_count,
    agent_reply_duration,
    agent_reply_max_duration,
    agent_wait_count,
    agent_wait_duration,
    agent_wait_max_duration,
    customer_reply_count,
    customer_reply_duration,
    customer_reply_max_duration,
    customer_wait_count,
    customer_wait_duration,
    customer_wait_max_duration,
    handle_count,
    handle_duration,
    active_idle_count,
    active_idle_duration,
    async_dormant_count,
    async_dormant_duration,
    async_idle_count,
    async_idle_duration,
    coaches_count,
    monitors_count,
    with_customer_duration,
    handle_max_duration,
    active_idle_max_duration,
    async_dormant_max_duration,
    async_idle_max_duration,
    bots_count,
    msg_from_bots_count,
    msg_from_bots_size,
    until_first_bot_duration
   FROM agt_chat_stats_qrtr;
comment on view ag2_chat_stats_qrtr is 'Chat sessions by quarter of their start (UTC), tenant, media type, and origin, language, end and mode. The columns are the same at all levels. Genesys name, columns assumed.';
comment on column ag2_chat_stats_qrtr.agr_set_key is 'Newest transaction among the rows summed up: CTL_AUDIT_LOG.AUDIT_KEY. (In the quarter view.) Unit: key. Genesys column, name assumed.';
comment on column ag2_chat_stats_qrtr.date_time_key is 'Start of the quarter in which the sessions began (UTC): DATE_TIME.DATE_TIME_KEY. (In the quarter view.) Unit: key, epoch seconds. Genesys column, name assumed.';
comment on column ag2_chat_stats_qrtr.tenant_key is 'Tenant of the sessions: TENANT.TENANT_KEY; -2 absent, -1 unreadable. (In the quarter view.) Unit: key. Genesys column, name assumed.';
comment on column ag2_chat_stats_qrtr.media_type_key is 'Media type of the sessions: MEDIA_TYPE.MEDIA_TYPE_KEY; -2 absent, -1 unreadable. (In the quarter view.) Unit: key. Genesys column, name assumed.';
comment on column ag2_chat_stats_qrtr.chat_session_dim_key is 'Origin, language, end and mode of the sessions: CHAT_SESSION_DIM.ID. (In the quarter view.) Unit: key. Genesys column, name assumed.';
comment on column ag2_chat_stats_qrtr.sessions is 'Sessions that started in the period. Each has exactly one outcome. (In the quarter view.) Unit: sessions. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_qrtr.sessions_active is 'Sessions that have not ended yet (asynchronous chat). (In the quarter view.) Unit: sessions. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_qrtr.sessions_handled is 'Ended sessions that an agent joined, whether the agent wrote or not. (In the quarter view.) Unit: sessions. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_qrtr.sessions_abandoned is 'Ended sessions without an agent: abandoned and short-abandoned, left with a bot, closed by a bot and closed by the system together. (In the quarter view.) Unit: sessions. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_qrtr.sessions_unknown is 'Ended sessions for which it is unknown whether an agent joined. (In the quarter view.) Unit: sessions. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_qrtr.sessions_replied is 'Sessions in which an agent replied to the customer at least once. (In the quarter view.) Unit: sessions. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_qrtr.abandoned_duration is 'Total duration of the sessions without an agent. (In the quarter view.) Unit: seconds. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_qrtr.abandoned_max_duration is 'Longest duration of one session without an agent. (In the quarter view.) Unit: seconds. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_qrtr.outcome_handled is 'Sessions with the outcome handled: an agent joined, and nothing says that no agent wrote. (In the quarter view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_qrtr.outcome_agent_never_wrote is 'Sessions with the outcome agent-never-wrote: an agent joined but wrote nothing that the customer could see. (In the quarter view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_qrtr.outcome_abandoned is 'Sessions with the outcome abandoned: nobody joined, and the customer left after a longer wait. (In the quarter view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_qrtr.outcome_short_abandoned is 'Sessions with the outcome short-abandoned: nobody joined, and the customer left within `short-abandon-seconds` (default 10). (In the quarter view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_qrtr.outcome_left_with_bot is 'Sessions with the outcome left-with-bot: no agent joined, a bot took part, and no bot ended the session. (In the quarter view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_qrtr.outcome_closed_by_bot is 'Sessions with the outcome closed-by-bot: no agent joined, and a bot ended the session. (In the quarter view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_qrtr.outcome_closed_by_system is 'Sessions with the outcome closed-by-system: nobody joined, and it was not the customer who ended the session: Chat Server did, or somebody of the contact centre. (In the quarter view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_qrtr.outcome_unknown is 'Sessions with the outcome unknown: it is unknown whether an agent joined. (In the quarter view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_qrtr.outcome_open is 'Sessions with the outcome open: the session has not ended yet (asynchronous chat). (In the quarter view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_qrtr.sessions_abandoned_alone is 'Sessions that the customer gave up while nobody was there: abandoned and short-abandoned together. (In the quarter view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_qrtr.sessions_left_with_bot is 'Sessions with the outcome left-with-bot: the same as OUTCOME_LEFT_WITH_BOT. (In the quarter view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_qrtr.sessions_closed_by_bot is 'Sessions with the outcome closed-by-bot: the same as OUTCOME_CLOSED_BY_BOT. (In the quarter view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_qrtr.abandoned_alone_duration is 'Total time that customers waited who gave up while nobody was there: the duration of their sessions. (In the quarter view.) Unit: seconds. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_qrtr.abandoned_alone_max_duration is 'Longest time that one customer waited who gave up while nobody was there. (In the quarter view.) Unit: seconds. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_qrtr.sessions_with_bot is 'Sessions in which a bot took part. (In the quarter view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_qrtr.sessions_handed_over is 'Sessions in which a bot took part and an agent joined. (In the quarter view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_qrtr.sessions_offered is 'Sessions that needed an agent: those that one joined, and those that ended while nobody was there. (In the quarter view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_qrtr.sessions_answered is 'Sessions that an agent joined, including those that are still open. (In the quarter view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_qrtr.sessions_with_first_reply is 'Sessions in which an agent wrote a message that the customer could see. (In the quarter view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_qrtr.sessions_ended_within_a_day is 'Sessions that ended at most 24 hours after they had started. (In the quarter view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_qrtr.sessions_ended is 'Sessions that have ended. (In the quarter view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_qrtr.answered_until_first_agent_duration is 'Total time until the first agent of the sessions that an agent joined. (In the quarter view.) Unit: seconds. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_qrtr.ended_session_duration is 'Total duration of the sessions that have ended. (In the quarter view.) Unit: seconds. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_qrtr.ended_handle_duration is 'Total time with an agent of the sessions that have ended and that an agent joined. (In the quarter view.) Unit: seconds. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_qrtr.answered_within_20_seconds is 'Sessions that an agent joined within 20 seconds of their start. (In the quarter view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_qrtr.abandoned_within_20_seconds is 'Sessions that the customer gave up within 20 seconds while nobody was there. (In the quarter view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_qrtr.answered_within_60_seconds is 'Sessions that an agent joined within 60 seconds of their start. (In the quarter view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_qrtr.abandoned_within_60_seconds is 'Sessions that the customer gave up within 60 seconds while nobody was there. (In the quarter view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_qrtr.session_duration is 'Sum over the sessions: Time from the creation of the session until Chat Server finished it. Work on the interaction after the chat has ended is not in it. (In the quarter view.) Unit: seconds. Source: user-data key csg_SessionTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_qrtr.until_first_agent_duration is 'Sum over the sessions: Time the customer waited until the first agent whom the customer can see joined. 0 means at once when AGENTS_COUNT is above 0, and never when it is 0. (In the quarter view.) Unit: seconds. Source: user-data key csg_SessionUntilFirstAgentTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_qrtr.until_first_reply_duration is 'Sum over the sessions: Time from the start of the session until the first message of an agent that the customer can see. (In the quarter view.) Unit: seconds. Source: user-data key csg_SessionUntilFirstReplyTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_qrtr.agents_count is 'Sum over the sessions: Distinct agents and supervisors visible to the customer who took part. One who comes back counts once. (In the quarter view.) Unit: parties. Source: user-data key csg_PartiesAsAgentCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_qrtr.msg_from_agents_count is 'Sum over the sessions: Messages that all agents sent and the customer could see. (In the quarter view.) Unit: messages. Source: user-data key csg_MessagesFromAgentsCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_qrtr.msg_from_agents_size is 'Sum over the sessions: Characters, blanks included, of the messages that agents sent and the customer could see. (In the quarter view.) Unit: characters. Source: user-data key csg_MessagesFromAgentsSize. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_qrtr.msg_from_customers_count is 'Sum over the sessions: Messages that the customer sent. (In the quarter view.) Unit: messages. Source: user-data key csg_MessagesFromCustomersCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_qrtr.msg_from_customers_size is 'Sum over the sessions: Characters, blanks included, of the messages that the customer sent. (In the quarter view.) Unit: characters. Source: user-data key csg_MessagesFromCustomersSize. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_qrtr.agent_reply_count is 'Sum over the sessions: How often an agent replied to the customer; several messages in a row are one reply. (In the quarter view.) Unit: replies. Source: user-data key cse_AgentReplyTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_qrtr.agent_reply_duration is 'Sum over the sessions: Total time agents took to reply, each from the first unanswered customer message to the next agent message. Dormant time of an async session is left out, and for a message that came in then the time until an agent was back. (In the quarter view.) Unit: seconds. Source: user-data key cse_AgentReplyTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_qrtr.agent_reply_max_duration is 'Largest value of a session: Longest single time an agent took to reply to the customer. (In the quarter view.) Unit: seconds. Source: user-data key cse_AgentReplyMaxTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_qrtr.agent_wait_count is 'Sum over the sessions: How often an agent waited for an answer of the customer. (In the quarter view.) Unit: waits. Source: user-data key cse_AgentWaitTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_qrtr.agent_wait_duration is 'Sum over the sessions: Total time agents waited for the customer, each from the last agent message of a run to the next customer message. Dormant time of an async session is left out. (In the quarter view.) Unit: seconds. Source: user-data key cse_AgentWaitTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_qrtr.agent_wait_max_duration is 'Largest value of a session: Longest single time an agent waited for an answer of the customer. (In the quarter view.) Unit: seconds. Source: user-data key cse_AgentWaitMaxTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_qrtr.customer_reply_count is 'Sum over the sessions: How often the customer replied to an agent; several messages in a row are one reply. (In the quarter view.) Unit: replies. Source: user-data key cse_CustomerReplyTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_qrtr.customer_reply_duration is 'Sum over the sessions: Total time the customer took to reply, each from the first unanswered agent message to the next customer message. (In the quarter view.) Unit: seconds. Source: user-data key cse_CustomerReplyTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_qrtr.customer_reply_max_duration is 'Largest value of a session: Longest single time the customer took to reply to an agent. (In the quarter view.) Unit: seconds. Source: user-data key cse_CustomerReplyMaxTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_qrtr.customer_wait_count is 'Sum over the sessions: How often the customer waited for an answer of an agent. (In the quarter view.) Unit: waits. Source: user-data key cse_CustomerWaitTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_qrtr.customer_wait_duration is 'Sum over the sessions: Total time the customer waited for an agent, each from the last customer message of a run to the next agent message. (In the quarter view.) Unit: seconds. Source: user-data key cse_CustomerWaitTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_qrtr.customer_wait_max_duration is 'Largest value of a session: Longest single time the customer waited for an answer of an agent. (In the quarter view.) Unit: seconds. Source: user-data key cse_CustomerWaitMaxTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_qrtr.handle_count is 'Sum over the sessions: How often the session entered the state in which at least one agent was connected. (In the quarter view.) Unit: phases. Source: user-data key cse_SessionHandleTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_qrtr.handle_duration is 'Sum over the sessions: Total time in which at least one agent was connected. (In the quarter view.) Unit: seconds. Source: user-data key cse_SessionHandleTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_qrtr.active_idle_count is 'Sum over the sessions: How often nothing happened for longer than the configured threshold while an agent was connected. (In the quarter view.) Unit: phases. Source: user-data key cse_ActiveIdleTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_qrtr.active_idle_duration is 'Sum over the sessions: Total time beyond the configured threshold in which nothing happened while an agent was connected. (In the quarter view.) Unit: seconds. Source: user-data key cse_ActiveIdleTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_qrtr.async_dormant_count is 'Sum over the sessions: How often an async session became dormant, that is, had no agent. (In the quarter view.) Unit: phases. Source: user-data key cse_AsyncDormantTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_qrtr.async_dormant_duration is 'Sum over the sessions: Total time an async session was dormant. Routing time is left out. (In the quarter view.) Unit: seconds. Source: user-data key cse_AsyncDormantTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_qrtr.async_idle_count is 'Sum over the sessions: How often a dormant async session became idle. (In the quarter view.) Unit: phases. Source: user-data key cse_AsyncIdleTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_qrtr.async_idle_duration is 'Sum over the sessions: Total time beyond the configured threshold in which nothing happened while an async session was dormant. (In the quarter view.) Unit: seconds. Source: user-data key cse_AsyncIdleTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_qrtr.coaches_count is 'Sum over the sessions: Distinct parties that took part as coaches, visible to agents only. (In the quarter view.) Unit: parties. Source: user-data key csg_PartiesAsCoachCount. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_qrtr.monitors_count is 'Sum over the sessions: Distinct parties that watched the session unseen. (In the quarter view.) Unit: parties. Source: user-data key csg_PartiesAsMonitorCount. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_qrtr.with_customer_duration is 'Sum over the sessions: Time the customer was in the session. (In the quarter view.) Unit: seconds. Source: user-data key csg_SessionWithCustomerTime. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_qrtr.handle_max_duration is 'Largest value of a session: Longest unbroken time in which at least one agent was connected. (In the quarter view.) Unit: seconds. Source: user-data key cse_SessionHandleMaxTime. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_qrtr.active_idle_max_duration is 'Largest value of a session: Longest single time beyond the configured threshold in which nothing happened while an agent was connected. (In the quarter view.) Unit: seconds. Source: user-data key cse_ActiveIdleMaxTime. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_qrtr.async_dormant_max_duration is 'Largest value of a session: Longest single time an async session was dormant. (In the quarter view.) Unit: seconds. Source: user-data key cse_AsyncDormantMaxTime. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_qrtr.async_idle_max_duration is 'Largest value of a session: Longest single time an async session was idle. (In the quarter view.) Unit: seconds. Source: user-data key cse_AsyncIdleMaxTime. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_qrtr.bots_count is 'Sum over the sessions: Distinct bots that took part in the session. (In the quarter view.) Unit: parties. Source: user-data key csg_PartiesAsBotCount. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_qrtr.msg_from_bots_count is 'Sum over the sessions: Messages that bots sent and the customer could see. (In the quarter view.) Unit: messages. Source: user-data key csg_MessagesFromBotsCount. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_qrtr.msg_from_bots_size is 'Sum over the sessions: Characters, blanks included, of the messages that bots sent and the customer could see. (In the quarter view.) Unit: characters. Source: user-data key csg_MessagesFromBotsSize. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_qrtr.until_first_bot_duration is 'Sum over the sessions: Time from the start of the session until the first bot joined. (In the quarter view.) Unit: seconds. Source: user-data key csg_SessionUntilFirstBotTime. Extension of chatmart. 0: none, or its key was absent.';

create view ag2_chat_stats_subhr (
  agr_set_key numeric,
  date_time_key integer,
  tenant_key integer,
  media_type_key integer,
  chat_session_dim_key integer,
  sessions bigint,
  sessions_active bigint,
  sessions_handled bigint,
  sessions_abandoned bigint,
  sessions_unknown bigint,
  sessions_replied bigint,
  abandoned_duration bigint,
  abandoned_max_duration bigint,
  outcome_handled bigint,
  outcome_agent_never_wrote bigint,
  outcome_abandoned bigint,
  outcome_short_abandoned bigint,
  outcome_left_with_bot bigint,
  outcome_closed_by_bot bigint,
  outcome_closed_by_system bigint,
  outcome_unknown bigint,
  outcome_open bigint,
  sessions_abandoned_alone bigint,
  sessions_left_with_bot bigint,
  sessions_closed_by_bot bigint,
  abandoned_alone_duration bigint,
  abandoned_alone_max_duration bigint,
  sessions_with_bot bigint,
  sessions_handed_over bigint,
  sessions_offered bigint,
  sessions_answered bigint,
  sessions_with_first_reply bigint,
  sessions_ended_within_a_day bigint,
  sessions_ended bigint,
  answered_until_first_agent_duration bigint,
  ended_session_duration bigint,
  ended_handle_duration bigint,
  answered_within_20_seconds bigint,
  abandoned_within_20_seconds bigint,
  answered_within_60_seconds bigint,
  abandoned_within_60_seconds bigint,
  session_duration bigint,
  until_first_agent_duration bigint,
  until_first_reply_duration bigint,
  agents_count bigint,
  msg_from_agents_count bigint,
  msg_from_agents_size bigint,
  msg_from_customers_count bigint,
  msg_from_customers_size bigint,
  agent_reply_count bigint,
  agent_reply_duration bigint,
  agent_reply_max_duration bigint,
  agent_wait_count bigint,
  agent_wait_duration bigint,
  agent_wait_max_duration bigint,
  customer_reply_count bigint,
  customer_reply_duration bigint,
  customer_reply_max_duration bigint,
  customer_wait_count bigint,
  customer_wait_duration bigint,
  customer_wait_max_duration bigint,
  handle_count bigint,
  handle_duration bigint,
  active_idle_count bigint,
  active_idle_duration bigint,
  async_dormant_count bigint,
  async_dormant_duration bigint,
  async_idle_count bigint,
  async_idle_duration bigint,
  coaches_count bigint,
  monitors_count bigint,
  with_customer_duration bigint,
  handle_max_duration bigint,
  active_idle_max_duration bigint,
  async_dormant_max_duration bigint,
  async_idle_max_duration bigint,
  bots_count bigint,
  msg_from_bots_count bigint,
  msg_from_bots_size bigint,
  until_first_bot_duration bigint
) as
 SELECT agr_set_key,
    date_time_key,
    tenant_key,
    media_type_key,
    chat_session_dim_key,
    sessions,
    sessions_active,
    sessions_handled,
    sessions_abandoned,
    sessions_unknown,
    sessions_replied,
    abandoned_duration,
    abandoned_max_duration,
    outcome_handled,
    outcome_agent_never_wrote,
    outcome_abandoned,
    outcome_short_abandoned,
    outcome_left_with_bot,
    outcome_closed_by_bot,
    outcome_closed_by_system,
    outcome_unknown,
    outcome_open,
    sessions_abandoned_alone,
    sessions_left_with_bot,
    sessions_closed_by_bot,
    abandoned_alone_duration,
    abandoned_alone_max_duration,
    sessions_with_bot,
    sessions_handed_over,
    sessions_offered,
    sessions_answered,
    sessions_with_first_reply,
    sessions_ended_within_a_day,
    sessions_ended,
    answered_until_first_agent_duration,
    ended_session_duration,
    ended_handle_duration,
    answered_within_20_seconds,
    abandoned_within_20_seconds,
    answered_within_60_seconds,
    abandoned_within_60_seconds,
    session_duration,
    until_first_agent_duration,
    until_first_reply_duration,
    agents_count,
    msg_from_agents_count,
    msg_from_agents_size,
    msg_from_customers_count,
    msg_from_customers_size,
    agent_reply_count,
    agent_reply_duration,
    agent_reply_max_duration,
    agent_wait_count,
    agent_wait_duration,
    agent_wait_max_duration,
    customer_reply_count,
    customer_reply_duration,
    customer_reply_max_duration,
    customer_wait_count,
    customer_wait_duration,
    customer_wait_max_duration,
    handle_count,
    handle_duration,
    active_idle_count,
    active_idle_duration,
    async_dormant_count,
    async_dormant_duration,
    async_idle_count,
    async_idle_duration,
    coaches_count,
    monitors_count,
    with_customer_duration,
    handle_max_duration,
    active_idle_max_duration,
    async_dormant_max_duration,
    async_idle_max_duration,
    bots_count,
    msg_from_bots_count,
    msg_from_bots_size,
    until_first_bot_duration
   FROM agt_chat_stats_subhr;
comment on view ag2_chat_stats_subhr is 'Chat sessions by 15-minute interval of their start (UTC), tenant, media type, and origin, language, end and mode. The columns are the same at all levels. Genesys name, columns assumed.';
comment on column ag2_chat_stats_subhr.agr_set_key is 'Newest transaction among the rows summed up: CTL_AUDIT_LOG.AUDIT_KEY. (In the 15-minute interval view.) Unit: key. Genesys column, name assumed.';
comment on column ag2_chat_stats_subhr.date_time_key is 'Start of the 15-minute interval in which the sessions began (UTC): DATE_TIME.DATE_TIME_KEY. (In the 15-minute interval view.) Unit: key, epoch seconds. Genesys column, name assumed.';
comment on column ag2_chat_stats_subhr.tenant_key is 'Tenant of the sessions: TENANT.TENANT_KEY; -2 absent, -1 unreadable. (In the 15-minute interval view.) Unit: key. Genesys column, name assumed.';
comment on column ag2_chat_stats_subhr.media_type_key is 'Media type of the sessions: MEDIA_TYPE.MEDIA_TYPE_KEY; -2 absent, -1 unreadable. (In the 15-minute interval view.) Unit: key. Genesys column, name assumed.';
comment on column ag2_chat_stats_subhr.chat_session_dim_key is 'Origin, language, end and mode of the sessions: CHAT_SESSION_DIM.ID. (In the 15-minute interval view.) Unit: key. Genesys column, name assumed.';
comment on column ag2_chat_stats_subhr.sessions is 'Sessions that started in the period. Each has exactly one outcome. (In the 15-minute interval view.) Unit: sessions. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_subhr.sessions_active is 'Sessions that have not ended yet (asynchronous chat). (In the 15-minute interval view.) Unit: sessions. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_subhr.sessions_handled is 'Ended sessions that an agent joined, whether the agent wrote or not. (In the 15-minute interval view.) Unit: sessions. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_subhr.sessions_abandoned is 'Ended sessions without an agent: abandoned and short-abandoned, left with a bot, closed by a bot and closed by the system together. (In the 15-minute interval view.) Unit: sessions. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_subhr.sessions_unknown is 'Ended sessions for which it is unknown whether an agent joined. (In the 15-minute interval view.) Unit: sessions. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_subhr.sessions_replied is 'Sessions in which an agent replied to the customer at least once. (In the 15-minute interval view.) Unit: sessions. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_subhr.abandoned_duration is 'Total duration of the sessions without an agent. (In the 15-minute interval view.) Unit: seconds. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_subhr.abandoned_max_duration is 'Longest duration of one session without an agent. (In the 15-minute interval view.) Unit: seconds. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_subhr.outcome_handled is 'Sessions with the outcome handled: an agent joined, and nothing says that no agent wrote. (In the 15-minute interval view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_subhr.outcome_agent_never_wrote is 'Sessions with the outcome agent-never-wrote: an agent joined but wrote nothing that the customer could see. (In the 15-minute interval view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_subhr.outcome_abandoned is 'Sessions with the outcome abandoned: nobody joined, and the customer left after a longer wait. (In the 15-minute interval view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_subhr.outcome_short_abandoned is 'Sessions with the outcome short-abandoned: nobody joined, and the customer left within `short-abandon-seconds` (default 10). (In the 15-minute interval view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_subhr.outcome_left_with_bot is 'Sessions with the outcome left-with-bot: no agent joined, a bot took part, and no bot ended the session. (In the 15-minute interval view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_subhr.outcome_closed_by_bot is 'Sessions with the outcome closed-by-bot: no agent joined, and a bot ended the session. (In the 15-minute interval view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_subhr.outcome_closed_by_system is 'Sessions with the outcome closed-by-system: nobody joined, and it was not the customer who ended the session: Chat Server did, or somebody of the contact centre. (In the 15-minute interval view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_subhr.outcome_unknown is 'Sessions with the outcome unknown: it is unknown whether an agent joined. (In the 15-minute interval view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_subhr.outcome_open is 'Sessions with the outcome open: the session has not ended yet (asynchronous chat). (In the 15-minute interval view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_subhr.sessions_abandoned_alone is 'Sessions that the customer gave up while nobody was there: abandoned and short-abandoned together. (In the 15-minute interval view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_subhr.sessions_left_with_bot is 'Sessions with the outcome left-with-bot: the same as OUTCOME_LEFT_WITH_BOT. (In the 15-minute interval view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_subhr.sessions_closed_by_bot is 'Sessions with the outcome closed-by-bot: the same as OUTCOME_CLOSED_BY_BOT. (In the 15-minute interval view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_subhr.abandoned_alone_duration is 'Total time that customers waited who gave up while nobody was there: the duration of their sessions. (In the 15-minute interval view.) Unit: seconds. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_subhr.abandoned_alone_max_duration is 'Longest time that one customer waited who gave up while nobody was there. (In the 15-minute interval view.) Unit: seconds. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_subhr.sessions_with_bot is 'Sessions in which a bot took part. (In the 15-minute interval view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_subhr.sessions_handed_over is 'Sessions in which a bot took part and an agent joined. (In the 15-minute interval view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_subhr.sessions_offered is 'Sessions that needed an agent: those that one joined, and those that ended while nobody was there. (In the 15-minute interval view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_subhr.sessions_answered is 'Sessions that an agent joined, including those that are still open. (In the 15-minute interval view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_subhr.sessions_with_first_reply is 'Sessions in which an agent wrote a message that the customer could see. (In the 15-minute interval view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_subhr.sessions_ended_within_a_day is 'Sessions that ended at most 24 hours after they had started. (In the 15-minute interval view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_subhr.sessions_ended is 'Sessions that have ended. (In the 15-minute interval view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_subhr.answered_until_first_agent_duration is 'Total time until the first agent of the sessions that an agent joined. (In the 15-minute interval view.) Unit: seconds. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_subhr.ended_session_duration is 'Total duration of the sessions that have ended. (In the 15-minute interval view.) Unit: seconds. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_subhr.ended_handle_duration is 'Total time with an agent of the sessions that have ended and that an agent joined. (In the 15-minute interval view.) Unit: seconds. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_subhr.answered_within_20_seconds is 'Sessions that an agent joined within 20 seconds of their start. (In the 15-minute interval view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_subhr.abandoned_within_20_seconds is 'Sessions that the customer gave up within 20 seconds while nobody was there. (In the 15-minute interval view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_subhr.answered_within_60_seconds is 'Sessions that an agent joined within 60 seconds of their start. (In the 15-minute interval view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_subhr.abandoned_within_60_seconds is 'Sessions that the customer gave up within 60 seconds while nobody was there. (In the 15-minute interval view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_subhr.session_duration is 'Sum over the sessions: Time from the creation of the session until Chat Server finished it. Work on the interaction after the chat has ended is not in it. (In the 15-minute interval view.) Unit: seconds. Source: user-data key csg_SessionTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_subhr.until_first_agent_duration is 'Sum over the sessions: Time the customer waited until the first agent whom the customer can see joined. 0 means at once when AGENTS_COUNT is above 0, and never when it is 0. (In the 15-minute interval view.) Unit: seconds. Source: user-data key csg_SessionUntilFirstAgentTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_subhr.until_first_reply_duration is 'Sum over the sessions: Time from the start of the session until the first message of an agent that the customer can see. (In the 15-minute interval view.) Unit: seconds. Source: user-data key csg_SessionUntilFirstReplyTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_subhr.agents_count is 'Sum over the sessions: Distinct agents and supervisors visible to the customer who took part. One who comes back counts once. (In the 15-minute interval view.) Unit: parties. Source: user-data key csg_PartiesAsAgentCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_subhr.msg_from_agents_count is 'Sum over the sessions: Messages that all agents sent and the customer could see. (In the 15-minute interval view.) Unit: messages. Source: user-data key csg_MessagesFromAgentsCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_subhr.msg_from_agents_size is 'Sum over the sessions: Characters, blanks included, of the messages that agents sent and the customer could see. (In the 15-minute interval view.) Unit: characters. Source: user-data key csg_MessagesFromAgentsSize. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_subhr.msg_from_customers_count is 'Sum over the sessions: Messages that the customer sent. (In the 15-minute interval view.) Unit: messages. Source: user-data key csg_MessagesFromCustomersCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_subhr.msg_from_customers_size is 'Sum over the sessions: Characters, blanks included, of the messages that the customer sent. (In the 15-minute interval view.) Unit: characters. Source: user-data key csg_MessagesFromCustomersSize. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_subhr.agent_reply_count is 'Sum over the sessions: How often an agent replied to the customer; several messages in a row are one reply. (In the 15-minute interval view.) Unit: replies. Source: user-data key cse_AgentReplyTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_subhr.agent_reply_duration is 'Sum over the sessions: Total time agents took to reply, each from the first unanswered customer message to the next agent message. Dormant time of an async session is left out, and for a message that came in then the time until an agent was back. (In the 15-minute interval view.) Unit: seconds. Source: user-data key cse_AgentReplyTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_subhr.agent_reply_max_duration is 'Largest value of a session: Longest single time an agent took to reply to the customer. (In the 15-minute interval view.) Unit: seconds. Source: user-data key cse_AgentReplyMaxTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_subhr.agent_wait_count is 'Sum over the sessions: How often an agent waited for an answer of the customer. (In the 15-minute interval view.) Unit: waits. Source: user-data key cse_AgentWaitTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_subhr.agent_wait_duration is 'Sum over the sessions: Total time agents waited for the customer, each from the last agent message of a run to the next customer message. Dormant time of an async session is left out. (In the 15-minute interval view.) Unit: seconds. Source: user-data key cse_AgentWaitTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_subhr.agent_wait_max_duration is 'Largest value of a session: Longest single time an agent waited for an answer of the customer. (In the 15-minute interval view.) Unit: seconds. Source: user-data key cse_AgentWaitMaxTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_subhr.customer_reply_count is 'Sum over the sessions: How often the customer replied to an agent; several messages in a row are one reply. (In the 15-minute interval view.) Unit: replies. Source: user-data key cse_CustomerReplyTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_subhr.customer_reply_duration is 'Sum over the sessions: Total time the customer took to reply, each from the first unanswered agent message to the next customer message. (In the 15-minute interval view.) Unit: seconds. Source: user-data key cse_CustomerReplyTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_subhr.customer_reply_max_duration is 'Largest value of a session: Longest single time the customer took to reply to an agent. (In the 15-minute interval view.) Unit: seconds. Source: user-data key cse_CustomerReplyMaxTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_subhr.customer_wait_count is 'Sum over the sessions: How often the customer waited for an answer of an agent. (In the 15-minute interval view.) Unit: waits. Source: user-data key cse_CustomerWaitTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_subhr.customer_wait_duration is 'Sum over the sessions: Total time the customer waited for an agent, each from the last customer message of a run to the next agent message. (In the 15-minute interval view.) Unit: seconds. Source: user-data key cse_CustomerWaitTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_subhr.customer_wait_max_duration is 'Largest value of a session: Longest single time the customer waited for an answer of an agent. (In the 15-minute interval view.) Unit: seconds. Source: user-data key cse_CustomerWaitMaxTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_subhr.handle_count is 'Sum over the sessions: How often the session entered the state in which at least one agent was connected. (In the 15-minute interval view.) Unit: phases. Source: user-data key cse_SessionHandleTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_subhr.handle_duration is 'Sum over the sessions: Total time in which at least one agent was connected. (In the 15-minute interval view.) Unit: seconds. Source: user-data key cse_SessionHandleTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_subhr.active_idle_count is 'Sum over the sessions: How often nothing happened for longer than the configured threshold while an agent was connected. (In the 15-minute interval view.) Unit: phases. Source: user-data key cse_ActiveIdleTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_subhr.active_idle_duration is 'Sum over the sessions: Total time beyond the configured threshold in which nothing happened while an agent was connected. (In the 15-minute interval view.) Unit: seconds. Source: user-data key cse_ActiveIdleTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_subhr.async_dormant_count is 'Sum over the sessions: How often an async session became dormant, that is, had no agent. (In the 15-minute interval view.) Unit: phases. Source: user-data key cse_AsyncDormantTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_subhr.async_dormant_duration is 'Sum over the sessions: Total time an async session was dormant. Routing time is left out. (In the 15-minute interval view.) Unit: seconds. Source: user-data key cse_AsyncDormantTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_subhr.async_idle_count is 'Sum over the sessions: How often a dormant async session became idle. (In the 15-minute interval view.) Unit: phases. Source: user-data key cse_AsyncIdleTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_subhr.async_idle_duration is 'Sum over the sessions: Total time beyond the configured threshold in which nothing happened while an async session was dormant. (In the 15-minute interval view.) Unit: seconds. Source: user-data key cse_AsyncIdleTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_subhr.coaches_count is 'Sum over the sessions: Distinct parties that took part as coaches, visible to agents only. (In the 15-minute interval view.) Unit: parties. Source: user-data key csg_PartiesAsCoachCount. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_subhr.monitors_count is 'Sum over the sessions: Distinct parties that watched the session unseen. (In the 15-minute interval view.) Unit: parties. Source: user-data key csg_PartiesAsMonitorCount. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_subhr.with_customer_duration is 'Sum over the sessions: Time the customer was in the session. (In the 15-minute interval view.) Unit: seconds. Source: user-data key csg_SessionWithCustomerTime. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_subhr.handle_max_duration is 'Largest value of a session: Longest unbroken time in which at least one agent was connected. (In the 15-minute interval view.) Unit: seconds. Source: user-data key cse_SessionHandleMaxTime. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_subhr.active_idle_max_duration is 'Largest value of a session: Longest single time beyond the configured threshold in which nothing happened while an agent was connected. (In the 15-minute interval view.) Unit: seconds. Source: user-data key cse_ActiveIdleMaxTime. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_subhr.async_dormant_max_duration is 'Largest value of a session: Longest single time an async session was dormant. (In the 15-minute interval view.) Unit: seconds. Source: user-data key cse_AsyncDormantMaxTime. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_subhr.async_idle_max_duration is 'Largest value of a session: Longest single time an async session was idle. (In the 15-minute interval view.) Unit: seconds. Source: user-data key cse_AsyncIdleMaxTime. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_subhr.bots_count is 'Sum over the sessions: Distinct bots that took part in the session. (In the 15-minute interval view.) Unit: parties. Source: user-data key csg_PartiesAsBotCount. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_subhr.msg_from_bots_count is 'Sum over the sessions: Messages that bots sent and the customer could see. (In the 15-minute interval view.) Unit: messages. Source: user-data key csg_MessagesFromBotsCount. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_subhr.msg_from_bots_size is 'Sum over the sessions: Characters, blanks included, of the messages that bots sent and the customer could see. (In the 15-minute interval view.) Unit: characters. Source: user-data key csg_MessagesFromBotsSize. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_subhr.until_first_bot_duration is 'Sum over the sessions: Time from the start of the session until the first bot joined. (In the 15-minute interval view.) Unit: seconds. Source: user-data key csg_SessionUntilFirstBotTime. Extension of chatmart. 0: none, or its key was absent.';

create view ag2_chat_stats_week (
  agr_set_key numeric,
  date_time_key integer,
  tenant_key integer,
  media_type_key integer,
  chat_session_dim_key integer,
  sessions bigint,
  sessions_active bigint,
  sessions_handled bigint,
  sessions_abandoned bigint,
  sessions_unknown bigint,
  sessions_replied bigint,
  abandoned_duration bigint,
  abandoned_max_duration bigint,
  outcome_handled bigint,
  outcome_agent_never_wrote bigint,
  outcome_abandoned bigint,
  outcome_short_abandoned bigint,
  outcome_left_with_bot bigint,
  outcome_closed_by_bot bigint,
  outcome_closed_by_system bigint,
  outcome_unknown bigint,
  outcome_open bigint,
  sessions_abandoned_alone bigint,
  sessions_left_with_bot bigint,
  sessions_closed_by_bot bigint,
  abandoned_alone_duration bigint,
  abandoned_alone_max_duration bigint,
  sessions_with_bot bigint,
  sessions_handed_over bigint,
  sessions_offered bigint,
  sessions_answered bigint,
  sessions_with_first_reply bigint,
  sessions_ended_within_a_day bigint,
  sessions_ended bigint,
  answered_until_first_agent_duration bigint,
  ended_session_duration bigint,
  ended_handle_duration bigint,
  answered_within_20_seconds bigint,
  abandoned_within_20_seconds bigint,
  answered_within_60_seconds bigint,
  abandoned_within_60_seconds bigint,
  session_duration bigint,
  until_first_agent_duration bigint,
  until_first_reply_duration bigint,
  agents_count bigint,
  msg_from_agents_count bigint,
  msg_from_agents_size bigint,
  msg_from_customers_count bigint,
  msg_from_customers_size bigint,
  agent_reply_count bigint,
  agent_reply_duration bigint,
  agent_reply_max_duration bigint,
  agent_wait_count bigint,
  agent_wait_duration bigint,
  agent_wait_max_duration bigint,
  customer_reply_count bigint,
  customer_reply_duration bigint,
  customer_reply_max_duration bigint,
  customer_wait_count bigint,
  customer_wait_duration bigint,
  customer_wait_max_duration bigint,
  handle_count bigint,
  handle_duration bigint,
  active_idle_count bigint,
  active_idle_duration bigint,
  async_dormant_count bigint,
  async_dormant_duration bigint,
  async_idle_count bigint,
  async_idle_duration bigint,
  coaches_count bigint,
  monitors_count bigint,
  with_customer_duration bigint,
  handle_max_duration bigint,
  active_idle_max_duration bigint,
  async_dormant_max_duration bigint,
  async_idle_max_duration bigint,
  bots_count bigint,
  msg_from_bots_count bigint,
  msg_from_bots_size bigint,
  until_first_bot_duration bigint
) as
 SELECT agr_set_key,
    date_time_key,
    tenant_key,
    media_type_key,
    chat_session_dim_key,
    sessions,
    sessions_active,
    sessions_handled,
    sessions_abandoned,
    sessions_unknown,
    sessions_replied,
    abandoned_duration,
    abandoned_max_duration,
    outcome_handled,
    outcome_agent_never_wrote,
    outcome_abandoned,
    outcome_short_abandoned,
    outcome_left_with_bot,
    outcome_closed_by_bot,
    outcome_closed_by_system,
    outcome_unknown,
    outcome_open,
    sessions_abandoned_alone,
    sessions_left_with_bot,
    sessions_closed_by_bot,
    abandoned_alone_duration,
    abandoned_alone_max_duration,
    sessions_with_bot,
    sessions_handed_over,
    sessions_offered,
    sessions_answered,
    sessions_with_first_reply,
    sessions_ended_within_a_day,
    sessions_ended,
    answered_until_first_agent_duration,
    ended_session_duration,
    ended_handle_duration,
    answered_within_20_seconds,
    abandoned_within_20_seconds,
    answered_within_60_seconds,
    abandoned_within_60_seconds,
    session_duration,
    until_first_agent_duration,
    until_first_reply_duration,
    agents_count,
    msg_from_agents_count,
    msg_from_agents_size,
    msg_from_customers_count,
    msg_from_customers_size,
    agent_reply_count,
    agent_reply_duration,
    agent_reply_max_duration,
    agent_wait_count,
    agent_wait_duration,
    agent_wait_max_duration,
    customer_reply_count,
    customer_reply_duration,
    customer_reply_max_duration,
    customer_wait_count,
    customer_wait_duration,
    customer_wait_max_duration,
    handle_count,
    handle_duration,
    active_idle_count,
    active_idle_duration,
    async_dormant_count,
    async_dormant_duration,
    async_idle_count,
    async_idle_duration,
    coaches_count,
    monitors_count,
    with_customer_duration,
    handle_max_duration,
    active_idle_max_duration,
    async_dormant_max_duration,
    async_idle_max_duration,
    bots_count,
    msg_from_bots_count,
    msg_from_bots_size,
    until_first_bot_duration
   FROM agt_chat_stats_week;
comment on view ag2_chat_stats_week is 'Chat sessions by week (from Sunday, cut at 1 January) of their start (UTC), tenant, media type, and origin, language, end and mode. The columns are the same at all levels. Genesys name, columns assumed.';
comment on column ag2_chat_stats_week.agr_set_key is 'Newest transaction among the rows summed up: CTL_AUDIT_LOG.AUDIT_KEY. (In the week (from Sunday, cut at 1 January) view.) Unit: key. Genesys column, name assumed.';
comment on column ag2_chat_stats_week.date_time_key is 'Start of the week (from Sunday, cut at 1 January) in which the sessions began (UTC): DATE_TIME.DATE_TIME_KEY. (In the week (from Sunday, cut at 1 January) view.) Unit: key, epoch seconds. Genesys column, name assumed.';
comment on column ag2_chat_stats_week.tenant_key is 'Tenant of the sessions: TENANT.TENANT_KEY; -2 absent, -1 unreadable. (In the week (from Sunday, cut at 1 January) view.) Unit: key. Genesys column, name assumed.';
comment on column ag2_chat_stats_week.media_type_key is 'Media type of the sessions: MEDIA_TYPE.MEDIA_TYPE_KEY; -2 absent, -1 unreadable. (In the week (from Sunday, cut at 1 January) view.) Unit: key. Genesys column, name assumed.';
comment on column ag2_chat_stats_week.chat_session_dim_key is 'Origin, language, end and mode of the sessions: CHAT_SESSION_DIM.ID. (In the week (from Sunday, cut at 1 January) view.) Unit: key. Genesys column, name assumed.';
comment on column ag2_chat_stats_week.sessions is 'Sessions that started in the period. Each has exactly one outcome. (In the week (from Sunday, cut at 1 January) view.) Unit: sessions. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_week.sessions_active is 'Sessions that have not ended yet (asynchronous chat). (In the week (from Sunday, cut at 1 January) view.) Unit: sessions. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_week.sessions_handled is 'Ended sessions that an agent joined, whether the agent wrote or not. (In the week (from Sunday, cut at 1 January) view.) Unit: sessions. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_week.sessions_abandoned is 'Ended sessions without an agent: abandoned and short-abandoned, left with a bot, closed by a bot and closed by the system together. (In the week (from Sunday, cut at 1 January) view.) Unit: sessions. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_week.sessions_unknown is 'Ended sessions for which it is unknown whether an agent joined. (In the week (from Sunday, cut at 1 January) view.) Unit: sessions. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_week.sessions_replied is 'Sessions in which an agent replied to the customer at least once. (In the week (from Sunday, cut at 1 January) view.) Unit: sessions. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_week.abandoned_duration is 'Total duration of the sessions without an agent. (In the week (from Sunday, cut at 1 January) view.) Unit: seconds. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_week.abandoned_max_duration is 'Longest duration of one session without an agent. (In the week (from Sunday, cut at 1 January) view.) Unit: seconds. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_week.outcome_handled is 'Sessions with the outcome handled: an agent joined, and nothing says that no agent wrote. (In the week (from Sunday, cut at 1 January) view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_week.outcome_agent_never_wrote is 'Sessions with the outcome agent-never-wrote: an agent joined but wrote nothing that the customer could see. (In the week (from Sunday, cut at 1 January) view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_week.outcome_abandoned is 'Sessions with the outcome abandoned: nobody joined, and the customer left after a longer wait. (In the week (from Sunday, cut at 1 January) view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_week.outcome_short_abandoned is 'Sessions with the outcome short-abandoned: nobody joined, and the customer left within `short-abandon-seconds` (default 10). (In the week (from Sunday, cut at 1 January) view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_week.outcome_left_with_bot is 'Sessions with the outcome left-with-bot: no agent joined, a bot took part, and no bot ended the session. (In the week (from Sunday, cut at 1 January) view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_week.outcome_closed_by_bot is 'Sessions with the outcome closed-by-bot: no agent joined, and a bot ended the session. (In the week (from Sunday, cut at 1 January) view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_week.outcome_closed_by_system is 'Sessions with the outcome closed-by-system: nobody joined, and it was not the customer who ended the session: Chat Server did, or somebody of the contact centre. (In the week (from Sunday, cut at 1 January) view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_week.outcome_unknown is 'Sessions with the outcome unknown: it is unknown whether an agent joined. (In the week (from Sunday, cut at 1 January) view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_week.outcome_open is 'Sessions with the outcome open: the session has not ended yet (asynchronous chat). (In the week (from Sunday, cut at 1 January) view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_week.sessions_abandoned_alone is 'Sessions that the customer gave up while nobody was there: abandoned and short-abandoned together. (In the week (from Sunday, cut at 1 January) view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_week.sessions_left_with_bot is 'Sessions with the outcome left-with-bot: the same as OUTCOME_LEFT_WITH_BOT. (In the week (from Sunday, cut at 1 January) view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_week.sessions_closed_by_bot is 'Sessions with the outcome closed-by-bot: the same as OUTCOME_CLOSED_BY_BOT. (In the week (from Sunday, cut at 1 January) view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_week.abandoned_alone_duration is 'Total time that customers waited who gave up while nobody was there: the duration of their sessions. (In the week (from Sunday, cut at 1 January) view.) Unit: seconds. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_week.abandoned_alone_max_duration is 'Longest time that one customer waited who gave up while nobody was there. (In the week (from Sunday, cut at 1 January) view.) Unit: seconds. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_week.sessions_with_bot is 'Sessions in which a bot took part. (In the week (from Sunday, cut at 1 January) view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_week.sessions_handed_over is 'Sessions in which a bot took part and an agent joined. (In the week (from Sunday, cut at 1 January) view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_week.sessions_offered is 'Sessions that needed an agent: those that one joined, and those that ended while nobody was there. (In the week (from Sunday, cut at 1 January) view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_week.sessions_answered is 'Sessions that an agent joined, including those that are still open. (In the week (from Sunday, cut at 1 January) view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_week.sessions_with_first_reply is 'Sessions in which an agent wrote a message that the customer could see. (In the week (from Sunday, cut at 1 January) view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_week.sessions_ended_within_a_day is 'Sessions that ended at most 24 hours after they had started. (In the week (from Sunday, cut at 1 January) view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_week.sessions_ended is 'Sessions that have ended. (In the week (from Sunday, cut at 1 January) view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_week.answered_until_first_agent_duration is 'Total time until the first agent of the sessions that an agent joined. (In the week (from Sunday, cut at 1 January) view.) Unit: seconds. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_week.ended_session_duration is 'Total duration of the sessions that have ended. (In the week (from Sunday, cut at 1 January) view.) Unit: seconds. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_week.ended_handle_duration is 'Total time with an agent of the sessions that have ended and that an agent joined. (In the week (from Sunday, cut at 1 January) view.) Unit: seconds. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_week.answered_within_20_seconds is 'Sessions that an agent joined within 20 seconds of their start. (In the week (from Sunday, cut at 1 January) view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_week.abandoned_within_20_seconds is 'Sessions that the customer gave up within 20 seconds while nobody was there. (In the week (from Sunday, cut at 1 January) view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_week.answered_within_60_seconds is 'Sessions that an agent joined within 60 seconds of their start. (In the week (from Sunday, cut at 1 January) view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_week.abandoned_within_60_seconds is 'Sessions that the customer gave up within 60 seconds while nobody was there. (In the week (from Sunday, cut at 1 January) view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_week.session_duration is 'Sum over the sessions: Time from the creation of the session until Chat Server finished it. Work on the interaction after the chat has ended is not in it. (In the week (from Sunday, cut at 1 January) view.) Unit: seconds. Source: user-data key csg_SessionTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_week.until_first_agent_duration is 'Sum over the sessions: Time the customer waited until the first agent whom the customer can see joined. 0 means at once when AGENTS_COUNT is above 0, and never when it is 0. (In the week (from Sunday, cut at 1 January) view.) Unit: seconds. Source: user-data key csg_SessionUntilFirstAgentTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_week.until_first_reply_duration is 'Sum over the sessions: Time from the start of the session until the first message of an agent that the customer can see. (In the week (from Sunday, cut at 1 January) view.) Unit: seconds. Source: user-data key csg_SessionUntilFirstReplyTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_week.agents_count is 'Sum over the sessions: Distinct agents and supervisors visible to the customer who took part. One who comes back counts once. (In the week (from Sunday, cut at 1 January) view.) Unit: parties. Source: user-data key csg_PartiesAsAgentCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_week.msg_from_agents_count is 'Sum over the sessions: Messages that all agents sent and the customer could see. (In the week (from Sunday, cut at 1 January) view.) Unit: messages. Source: user-data key csg_MessagesFromAgentsCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_week.msg_from_agents_size is 'Sum over the sessions: Characters, blanks included, of the messages that agents sent and the customer could see. (In the week (from Sunday, cut at 1 January) view.) Unit: characters. Source: user-data key csg_MessagesFromAgentsSize. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_week.msg_from_customers_count is 'Sum over the sessions: Messages that the customer sent. (In the week (from Sunday, cut at 1 January) view.) Unit: messages. Source: user-data key csg_MessagesFromCustomersCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_week.msg_from_customers_size is 'Sum over the sessions: Characters, blanks included, of the messages that the customer sent. (In the week (from Sunday, cut at 1 January) view.) Unit: characters. Source: user-data key csg_MessagesFromCustomersSize. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_week.agent_reply_count is 'Sum over the sessions: How often an agent replied to the customer; several messages in a row are one reply. (In the week (from Sunday, cut at 1 January) view.) Unit: replies. Source: user-data key cse_AgentReplyTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_week.agent_reply_duration is 'Sum over the sessions: Total time agents took to reply, each from the first unanswered customer message to the next agent message. Dormant time of an async session is left out, and for a message that came in then the time until an agent was back. (In the week (from Sunday, cut at 1 January) view.) Unit: seconds. Source: user-data key cse_AgentReplyTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_week.agent_reply_max_duration is 'Largest value of a session: Longest single time an agent took to reply to the customer. (In the week (from Sunday, cut at 1 January) view.) Unit: seconds. Source: user-data key cse_AgentReplyMaxTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_week.agent_wait_count is 'Sum over the sessions: How often an agent waited for an answer of the customer. (In the week (from Sunday, cut at 1 January) view.) Unit: waits. Source: user-data key cse_AgentWaitTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_week.agent_wait_duration is 'Sum over the sessions: Total time agents waited for the customer, each from the last agent message of a run to the next customer message. Dormant time of an async session is left out. (In the week (from Sunday, cut at 1 January) view.) Unit: seconds. Source: user-data key cse_AgentWaitTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_week.agent_wait_max_duration is 'Largest value of a session: Longest single time an agent waited for an answer of the customer. (In the week (from Sunday, cut at 1 January) view.) Unit: seconds. Source: user-data key cse_AgentWaitMaxTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_week.customer_reply_count is 'Sum over the sessions: How often the customer replied to an agent; several messages in a row are one reply. (In the week (from Sunday, cut at 1 January) view.) Unit: replies. Source: user-data key cse_CustomerReplyTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_week.customer_reply_duration is 'Sum over the sessions: Total time the customer took to reply, each from the first unanswered agent message to the next customer message. (In the week (from Sunday, cut at 1 January) view.) Unit: seconds. Source: user-data key cse_CustomerReplyTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_week.customer_reply_max_duration is 'Largest value of a session: Longest single time the customer took to reply to an agent. (In the week (from Sunday, cut at 1 January) view.) Unit: seconds. Source: user-data key cse_CustomerReplyMaxTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_week.customer_wait_count is 'Sum over the sessions: How often the customer waited for an answer of an agent. (In the week (from Sunday, cut at 1 January) view.) Unit: waits. Source: user-data key cse_CustomerWaitTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_week.customer_wait_duration is 'Sum over the sessions: Total time the customer waited for an agent, each from the last customer message of a run to the next agent message. (In the week (from Sunday, cut at 1 January) view.) Unit: seconds. Source: user-data key cse_CustomerWaitTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_week.customer_wait_max_duration is 'Largest value of a session: Longest single time the customer waited for an answer of an agent. (In the week (from Sunday, cut at 1 January) view.) Unit: seconds. Source: user-data key cse_CustomerWaitMaxTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_week.handle_count is 'Sum over the sessions: How often the session entered the state in which at least one agent was connected. (In the week (from Sunday, cut at 1 January) view.) Unit: phases. Source: user-data key cse_SessionHandleTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_week.handle_duration is 'Sum over the sessions: Total time in which at least one agent was connected. (In the week (from Sunday, cut at 1 January) view.) Unit: seconds. Source: user-data key cse_SessionHandleTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_week.active_idle_count is 'Sum over the sessions: How often nothing happened for longer than the configured threshold while an agent was connected. (In the week (from Sunday, cut at 1 January) view.) Unit: phases. Source: user-data key cse_ActiveIdleTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_week.active_idle_duration is 'Sum over the sessions: Total time beyond the configured threshold in which nothing happened while an agent was connected. (In the week (from Sunday, cut at 1 January) view.) Unit: seconds. Source: user-data key cse_ActiveIdleTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_week.async_dormant_count is 'Sum over the sessions: How often an async session became dormant, that is, had no agent. (In the week (from Sunday, cut at 1 January) view.) Unit: phases. Source: user-data key cse_AsyncDormantTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_week.async_dormant_duration is 'Sum over the sessions: Total time an async session was dormant. Routing time is left out. (In the week (from Sunday, cut at 1 January) view.) Unit: seconds. Source: user-data key cse_AsyncDormantTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_week.async_idle_count is 'Sum over the sessions: How often a dormant async session became idle. (In the week (from Sunday, cut at 1 January) view.) Unit: phases. Source: user-data key cse_AsyncIdleTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_week.async_idle_duration is 'Sum over the sessions: Total time beyond the configured threshold in which nothing happened while an async session was dormant. (In the week (from Sunday, cut at 1 January) view.) Unit: seconds. Source: user-data key cse_AsyncIdleTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_week.coaches_count is 'Sum over the sessions: Distinct parties that took part as coaches, visible to agents only. (In the week (from Sunday, cut at 1 January) view.) Unit: parties. Source: user-data key csg_PartiesAsCoachCount. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_week.monitors_count is 'Sum over the sessions: Distinct parties that watched the session unseen. (In the week (from Sunday, cut at 1 January) view.) Unit: parties. Source: user-data key csg_PartiesAsMonitorCount. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_week.with_customer_duration is 'Sum over the sessions: Time the customer was in the session. (In the week (from Sunday, cut at 1 January) view.) Unit: seconds. Source: user-data key csg_SessionWithCustomerTime. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_week.handle_max_duration is 'Largest value of a session: Longest unbroken time in which at least one agent was connected. (In the week (from Sunday, cut at 1 January) view.) Unit: seconds. Source: user-data key cse_SessionHandleMaxTime. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_week.active_idle_max_duration is 'Largest value of a session: Longest single time beyond the configured threshold in which nothing happened while an agent was connected. (In the week (from Sunday, cut at 1 January) view.) Unit: seconds. Source: user-data key cse_ActiveIdleMaxTime. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_week.async_dormant_max_duration is 'Largest value of a session: Longest single time an async session was dormant. (In the week (from Sunday, cut at 1 January) view.) Unit: seconds. Source: user-data key cse_AsyncDormantMaxTime. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_week.async_idle_max_duration is 'Largest value of a session: Longest single time an async session was idle. (In the week (from Sunday, cut at 1 January) view.) Unit: seconds. Source: user-data key cse_AsyncIdleMaxTime. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_week.bots_count is 'Sum over the sessions: Distinct bots that took part in the session. (In the week (from Sunday, cut at 1 January) view.) Unit: parties. Source: user-data key csg_PartiesAsBotCount. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_week.msg_from_bots_count is 'Sum over the sessions: Messages that bots sent and the customer could see. (In the week (from Sunday, cut at 1 January) view.) Unit: messages. Source: user-data key csg_MessagesFromBotsCount. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_week.msg_from_bots_size is 'Sum over the sessions: Characters, blanks included, of the messages that bots sent and the customer could see. (In the week (from Sunday, cut at 1 January) view.) Unit: characters. Source: user-data key csg_MessagesFromBotsSize. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_week.until_first_bot_duration is 'Sum over the sessions: Time from the start of the session until the first bot joined. (In the week (from Sunday, cut at 1 January) view.) Unit: seconds. Source: user-data key csg_SessionUntilFirstBotTime. Extension of chatmart. 0: none, or its key was absent.';

create view ag2_chat_stats_year (
  agr_set_key numeric,
  date_time_key integer,
  tenant_key integer,
  media_type_key integer,
  chat_session_dim_key integer,
  sessions bigint,
  sessions_active bigint,
  sessions_handled bigint,
  sessions_abandoned bigint,
  sessions_unknown bigint,
  sessions_replied bigint,
  abandoned_duration bigint,
  abandoned_max_duration bigint,
  outcome_handled bigint,
  outcome_agent_never_wrote bigint,
  outcome_abandoned bigint,
  outcome_short_abandoned bigint,
  outcome_left_with_bot bigint,
  outcome_closed_by_bot bigint,
  outcome_closed_by_system bigint,
  outcome_unknown bigint,
  outcome_open bigint,
  sessions_abandoned_alone bigint,
  sessions_left_with_bot bigint,
  sessions_closed_by_bot bigint,
  abandoned_alone_duration bigint,
  abandoned_alone_max_duration bigint,
  sessions_with_bot bigint,
  sessions_handed_over bigint,
  sessions_offered bigint,
  sessions_answered bigint,
  sessions_with_first_reply bigint,
  sessions_ended_within_a_day bigint,
  sessions_ended bigint,
  answered_until_first_agent_duration bigint,
  ended_session_duration bigint,
  ended_handle_duration bigint,
  answered_within_20_seconds bigint,
  abandoned_within_20_seconds bigint,
  answered_within_60_seconds bigint,
  abandoned_within_60_seconds bigint,
  session_duration bigint,
  until_first_agent_duration bigint,
  until_first_reply_duration bigint,
  agents_count bigint,
  msg_from_agents_count bigint,
  msg_from_agents_size bigint,
  msg_from_customers_count bigint,
  msg_from_customers_size bigint,
  agent_reply_count bigint,
  agent_reply_duration bigint,
  agent_reply_max_duration bigint,
  agent_wait_count bigint,
  agent_wait_duration bigint,
  agent_wait_max_duration bigint,
  customer_reply_count bigint,
  customer_reply_duration bigint,
  customer_reply_max_duration bigint,
  customer_wait_count bigint,
  customer_wait_duration bigint,
  customer_wait_max_duration bigint,
  handle_count bigint,
  handle_duration bigint,
  active_idle_count bigint,
  active_idle_duration bigint,
  async_dormant_count bigint,
  async_dormant_duration bigint,
  async_idle_count bigint,
  async_idle_duration bigint,
  coaches_count bigint,
  monitors_count bigint,
  with_customer_duration bigint,
  handle_max_duration bigint,
  active_idle_max_duration bigint,
  async_dormant_max_duration bigint,
  async_idle_max_duration bigint,
  bots_count bigint,
  msg_from_bots_count bigint,
  msg_from_bots_size bigint,
  until_first_bot_duration bigint
) as
 SELECT agr_set_key,
    date_time_key,
    tenant_key,
    media_type_key,
    chat_session_dim_key,
    sessions,
    sessions_active,
    sessions_handled,
    sessions_abandoned,
    sessions_unknown,
    sessions_replied,
    abandoned_duration,
    abandoned_max_duration,
    outcome_handled,
    outcome_agent_never_wrote,
    outcome_abandoned,
    outcome_short_abandoned,
    outcome_left_with_bot,
    outcome_closed_by_bot,
    outcome_closed_by_system,
    outcome_unknown,
    outcome_open,
    sessions_abandoned_alone,
    sessions_left_with_bot,
    sessions_closed_by_bot,
    abandoned_alone_duration,
    abandoned_alone_max_duration,
    sessions_with_bot,
    sessions_handed_over,
    sessions_offered,
    sessions_answered,
    sessions_with_first_reply,
    sessions_ended_within_a_day,
    sessions_ended,
    answered_until_first_agent_duration,
    ended_session_duration,
    ended_handle_duration,
    answered_within_20_seconds,
    abandoned_within_20_seconds,
    answered_within_60_seconds,
    abandoned_within_60_seconds,
    session_duration,
    until_first_agent_duration,
    until_first_reply_duration,
    agents_count,
    msg_from_agents_count,
    msg_from_agents_size,
    msg_from_customers_count,
    msg_from_customers_size,
    agent_reply_count,
    agent_reply_duration,
    agent_reply_max_duration,
    agent_wait_count,
    agent_wait_duration,
    agent_wait_max_duration,
    customer_reply_count,
    customer_reply_duration,
    customer_reply_max_duration,
    customer_wait_count,
    customer_wait_duration,
    customer_wait_max_duration,
    handle_count,
    handle_duration,
    active_idle_count,
    active_idle_duration,
    async_dormant_count,
    async_dormant_duration,
    async_idle_count,
    async_idle_duration,
    coaches_count,
    monitors_count,
    with_customer_duration,
    handle_max_duration,
    active_idle_max_duration,
    async_dormant_max_duration,
    async_idle_max_duration,
    bots_count,
    msg_from_bots_count,
    msg_from_bots_size,
    until_first_bot_duration
   FROM agt_chat_stats_year;
comment on view ag2_chat_stats_year is 'Chat sessions by year of their start (UTC), tenant, media type, and origin, language, end and mode. The columns are the same at all levels. Genesys name, columns assumed.';
comment on column ag2_chat_stats_year.agr_set_key is 'Newest transaction among the rows summed up: CTL_AUDIT_LOG.AUDIT_KEY. (In the year view.) Unit: key. Genesys column, name assumed.';
comment on column ag2_chat_stats_year.date_time_key is 'Start of the year in which the sessions began (UTC): DATE_TIME.DATE_TIME_KEY. (In the year view.) Unit: key, epoch seconds. Genesys column, name assumed.';
comment on column ag2_chat_stats_year.tenant_key is 'Tenant of the sessions: TENANT.TENANT_KEY; -2 absent, -1 unreadable. (In the year view.) Unit: key. Genesys column, name assumed.';
comment on column ag2_chat_stats_year.media_type_key is 'Media type of the sessions: MEDIA_TYPE.MEDIA_TYPE_KEY; -2 absent, -1 unreadable. (In the year view.) Unit: key. Genesys column, name assumed.';
comment on column ag2_chat_stats_year.chat_session_dim_key is 'Origin, language, end and mode of the sessions: CHAT_SESSION_DIM.ID. (In the year view.) Unit: key. Genesys column, name assumed.';
comment on column ag2_chat_stats_year.sessions is 'Sessions that started in the period. Each has exactly one outcome. (In the year view.) Unit: sessions. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_year.sessions_active is 'Sessions that have not ended yet (asynchronous chat). (In the year view.) Unit: sessions. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_year.sessions_handled is 'Ended sessions that an agent joined, whether the agent wrote or not. (In the year view.) Unit: sessions. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_year.sessions_abandoned is 'Ended sessions without an agent: abandoned and short-abandoned, left with a bot, closed by a bot and closed by the system together. (In the year view.) Unit: sessions. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_year.sessions_unknown is 'Ended sessions for which it is unknown whether an agent joined. (In the year view.) Unit: sessions. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_year.sessions_replied is 'Sessions in which an agent replied to the customer at least once. (In the year view.) Unit: sessions. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_year.abandoned_duration is 'Total duration of the sessions without an agent. (In the year view.) Unit: seconds. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_year.abandoned_max_duration is 'Longest duration of one session without an agent. (In the year view.) Unit: seconds. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_year.outcome_handled is 'Sessions with the outcome handled: an agent joined, and nothing says that no agent wrote. (In the year view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_year.outcome_agent_never_wrote is 'Sessions with the outcome agent-never-wrote: an agent joined but wrote nothing that the customer could see. (In the year view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_year.outcome_abandoned is 'Sessions with the outcome abandoned: nobody joined, and the customer left after a longer wait. (In the year view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_year.outcome_short_abandoned is 'Sessions with the outcome short-abandoned: nobody joined, and the customer left within `short-abandon-seconds` (default 10). (In the year view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_year.outcome_left_with_bot is 'Sessions with the outcome left-with-bot: no agent joined, a bot took part, and no bot ended the session. (In the year view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_year.outcome_closed_by_bot is 'Sessions with the outcome closed-by-bot: no agent joined, and a bot ended the session. (In the year view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_year.outcome_closed_by_system is 'Sessions with the outcome closed-by-system: nobody joined, and it was not the customer who ended the session: Chat Server did, or somebody of the contact centre. (In the year view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_year.outcome_unknown is 'Sessions with the outcome unknown: it is unknown whether an agent joined. (In the year view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_year.outcome_open is 'Sessions with the outcome open: the session has not ended yet (asynchronous chat). (In the year view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_year.sessions_abandoned_alone is 'Sessions that the customer gave up while nobody was there: abandoned and short-abandoned together. (In the year view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_year.sessions_left_with_bot is 'Sessions with the outcome left-with-bot: the same as OUTCOME_LEFT_WITH_BOT. (In the year view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_year.sessions_closed_by_bot is 'Sessions with the outcome closed-by-bot: the same as OUTCOME_CLOSED_BY_BOT. (In the year view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_year.abandoned_alone_duration is 'Total time that customers waited who gave up while nobody was there: the duration of their sessions. (In the year view.) Unit: seconds. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_year.abandoned_alone_max_duration is 'Longest time that one customer waited who gave up while nobody was there. (In the year view.) Unit: seconds. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_year.sessions_with_bot is 'Sessions in which a bot took part. (In the year view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_year.sessions_handed_over is 'Sessions in which a bot took part and an agent joined. (In the year view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_year.sessions_offered is 'Sessions that needed an agent: those that one joined, and those that ended while nobody was there. (In the year view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_year.sessions_answered is 'Sessions that an agent joined, including those that are still open. (In the year view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_year.sessions_with_first_reply is 'Sessions in which an agent wrote a message that the customer could see. (In the year view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_year.sessions_ended_within_a_day is 'Sessions that ended at most 24 hours after they had started. (In the year view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_year.sessions_ended is 'Sessions that have ended. (In the year view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_year.answered_until_first_agent_duration is 'Total time until the first agent of the sessions that an agent joined. (In the year view.) Unit: seconds. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_year.ended_session_duration is 'Total duration of the sessions that have ended. (In the year view.) Unit: seconds. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_year.ended_handle_duration is 'Total time with an agent of the sessions that have ended and that an agent joined. (In the year view.) Unit: seconds. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_year.answered_within_20_seconds is 'Sessions that an agent joined within 20 seconds of their start. (In the year view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_year.abandoned_within_20_seconds is 'Sessions that the customer gave up within 20 seconds while nobody was there. (In the year view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_year.answered_within_60_seconds is 'Sessions that an agent joined within 60 seconds of their start. (In the year view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_year.abandoned_within_60_seconds is 'Sessions that the customer gave up within 60 seconds while nobody was there. (In the year view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column ag2_chat_stats_year.session_duration is 'Sum over the sessions: Time from the creation of the session until Chat Server finished it. Work on the interaction after the chat has ended is not in it. (In the year view.) Unit: seconds. Source: user-data key csg_SessionTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_year.until_first_agent_duration is 'Sum over the sessions: Time the customer waited until the first agent whom the customer can see joined. 0 means at once when AGENTS_COUNT is above 0, and never when it is 0. (In the year view.) Unit: seconds. Source: user-data key csg_SessionUntilFirstAgentTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_year.until_first_reply_duration is 'Sum over the sessions: Time from the start of the session until the first message of an agent that the customer can see. (In the year view.) Unit: seconds. Source: user-data key csg_SessionUntilFirstReplyTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_year.agents_count is 'Sum over the sessions: Distinct agents and supervisors visible to the customer who took part. One who comes back counts once. (In the year view.) Unit: parties. Source: user-data key csg_PartiesAsAgentCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_year.msg_from_agents_count is 'Sum over the sessions: Messages that all agents sent and the customer could see. (In the year view.) Unit: messages. Source: user-data key csg_MessagesFromAgentsCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_year.msg_from_agents_size is 'Sum over the sessions: Characters, blanks included, of the messages that agents sent and the customer could see. (In the year view.) Unit: characters. Source: user-data key csg_MessagesFromAgentsSize. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_year.msg_from_customers_count is 'Sum over the sessions: Messages that the customer sent. (In the year view.) Unit: messages. Source: user-data key csg_MessagesFromCustomersCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_year.msg_from_customers_size is 'Sum over the sessions: Characters, blanks included, of the messages that the customer sent. (In the year view.) Unit: characters. Source: user-data key csg_MessagesFromCustomersSize. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_year.agent_reply_count is 'Sum over the sessions: How often an agent replied to the customer; several messages in a row are one reply. (In the year view.) Unit: replies. Source: user-data key cse_AgentReplyTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_year.agent_reply_duration is 'Sum over the sessions: Total time agents took to reply, each from the first unanswered customer message to the next agent message. Dormant time of an async session is left out, and for a message that came in then the time until an agent was back. (In the year view.) Unit: seconds. Source: user-data key cse_AgentReplyTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_year.agent_reply_max_duration is 'Largest value of a session: Longest single time an agent took to reply to the customer. (In the year view.) Unit: seconds. Source: user-data key cse_AgentReplyMaxTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_year.agent_wait_count is 'Sum over the sessions: How often an agent waited for an answer of the customer. (In the year view.) Unit: waits. Source: user-data key cse_AgentWaitTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_year.agent_wait_duration is 'Sum over the sessions: Total time agents waited for the customer, each from the last agent message of a run to the next customer message. Dormant time of an async session is left out. (In the year view.) Unit: seconds. Source: user-data key cse_AgentWaitTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_year.agent_wait_max_duration is 'Largest value of a session: Longest single time an agent waited for an answer of the customer. (In the year view.) Unit: seconds. Source: user-data key cse_AgentWaitMaxTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_year.customer_reply_count is 'Sum over the sessions: How often the customer replied to an agent; several messages in a row are one reply. (In the year view.) Unit: replies. Source: user-data key cse_CustomerReplyTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_year.customer_reply_duration is 'Sum over the sessions: Total time the customer took to reply, each from the first unanswered agent message to the next customer message. (In the year view.) Unit: seconds. Source: user-data key cse_CustomerReplyTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_year.customer_reply_max_duration is 'Largest value of a session: Longest single time the customer took to reply to an agent. (In the year view.) Unit: seconds. Source: user-data key cse_CustomerReplyMaxTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_year.customer_wait_count is 'Sum over the sessions: How often the customer waited for an answer of an agent. (In the year view.) Unit: waits. Source: user-data key cse_CustomerWaitTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_year.customer_wait_duration is 'Sum over the sessions: Total time the customer waited for an agent, each from the last customer message of a run to the next agent message. (In the year view.) Unit: seconds. Source: user-data key cse_CustomerWaitTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_year.customer_wait_max_duration is 'Largest value of a session: Longest single time the customer waited for an answer of an agent. (In the year view.) Unit: seconds. Source: user-data key cse_CustomerWaitMaxTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_year.handle_count is 'Sum over the sessions: How often the session entered the state in which at least one agent was connected. (In the year view.) Unit: phases. Source: user-data key cse_SessionHandleTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_year.handle_duration is 'Sum over the sessions: Total time in which at least one agent was connected. (In the year view.) Unit: seconds. Source: user-data key cse_SessionHandleTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_year.active_idle_count is 'Sum over the sessions: How often nothing happened for longer than the configured threshold while an agent was connected. (In the year view.) Unit: phases. Source: user-data key cse_ActiveIdleTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_year.active_idle_duration is 'Sum over the sessions: Total time beyond the configured threshold in which nothing happened while an agent was connected. (In the year view.) Unit: seconds. Source: user-data key cse_ActiveIdleTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_year.async_dormant_count is 'Sum over the sessions: How often an async session became dormant, that is, had no agent. (In the year view.) Unit: phases. Source: user-data key cse_AsyncDormantTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_year.async_dormant_duration is 'Sum over the sessions: Total time an async session was dormant. Routing time is left out. (In the year view.) Unit: seconds. Source: user-data key cse_AsyncDormantTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_year.async_idle_count is 'Sum over the sessions: How often a dormant async session became idle. (In the year view.) Unit: phases. Source: user-data key cse_AsyncIdleTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_year.async_idle_duration is 'Sum over the sessions: Total time beyond the configured threshold in which nothing happened while an async session was dormant. (In the year view.) Unit: seconds. Source: user-data key cse_AsyncIdleTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column ag2_chat_stats_year.coaches_count is 'Sum over the sessions: Distinct parties that took part as coaches, visible to agents only. (In the year view.) Unit: parties. Source: user-data key csg_PartiesAsCoachCount. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_year.monitors_count is 'Sum over the sessions: Distinct parties that watched the session unseen. (In the year view.) Unit: parties. Source: user-data key csg_PartiesAsMonitorCount. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_year.with_customer_duration is 'Sum over the sessions: Time the customer was in the session. (In the year view.) Unit: seconds. Source: user-data key csg_SessionWithCustomerTime. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_year.handle_max_duration is 'Largest value of a session: Longest unbroken time in which at least one agent was connected. (In the year view.) Unit: seconds. Source: user-data key cse_SessionHandleMaxTime. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_year.active_idle_max_duration is 'Largest value of a session: Longest single time beyond the configured threshold in which nothing happened while an agent was connected. (In the year view.) Unit: seconds. Source: user-data key cse_ActiveIdleMaxTime. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_year.async_dormant_max_duration is 'Largest value of a session: Longest single time an async session was dormant. (In the year view.) Unit: seconds. Source: user-data key cse_AsyncDormantMaxTime. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_year.async_idle_max_duration is 'Largest value of a session: Longest single time an async session was idle. (In the year view.) Unit: seconds. Source: user-data key cse_AsyncIdleMaxTime. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_year.bots_count is 'Sum over the sessions: Distinct bots that took part in the session. (In the year view.) Unit: parties. Source: user-data key csg_PartiesAsBotCount. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_year.msg_from_bots_count is 'Sum over the sessions: Messages that bots sent and the customer could see. (In the year view.) Unit: messages. Source: user-data key csg_MessagesFromBotsCount. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_year.msg_from_bots_size is 'Sum over the sessions: Characters, blanks included, of the messages that bots sent and the customer could see. (In the year view.) Unit: characters. Source: user-data key csg_MessagesFromBotsSize. Extension of chatmart. 0: none, or its key was absent.';
comment on column ag2_chat_stats_year.until_first_bot_duration is 'Sum over the sessions: Time from the start of the session until the first bot joined. (In the year view.) Unit: seconds. Source: user-data key csg_SessionUntilFirstBotTime. Extension of chatmart. 0: none, or its key was absent.';

create table agt_chat_stats_day (
  agr_set_key numeric(19,0) not null,
  date_time_key integer not null,
  tenant_key integer not null,
  media_type_key integer not null,
  chat_session_dim_key integer not null,
  sessions bigint not null default 0,
  sessions_active bigint not null default 0,
  sessions_handled bigint not null default 0,
  sessions_abandoned bigint not null default 0,
  sessions_unknown bigint not null default 0,
  sessions_replied bigint not null default 0,
  abandoned_duration bigint not null default 0,
  abandoned_max_duration bigint not null default 0,
  session_duration bigint not null default 0,
  until_first_agent_duration bigint not null default 0,
  until_first_reply_duration bigint not null default 0,
  agents_count bigint not null default 0,
  msg_from_agents_count bigint not null default 0,
  msg_from_agents_size bigint not null default 0,
  msg_from_customers_count bigint not null default 0,
  msg_from_customers_size bigint not null default 0,
  agent_reply_count bigint not null default 0,
  agent_reply_duration bigint not null default 0,
  agent_reply_max_duration bigint not null default 0,
  agent_wait_count bigint not null default 0,
  agent_wait_duration bigint not null default 0,
  agent_wait_max_duration bigint not null default 0,
  customer_reply_count bigint not null default 0,
  customer_reply_duration bigint not null default 0,
  customer_reply_max_duration bigint not null default 0,
  customer_wait_count bigint not null default 0,
  customer_wait_duration bigint not null default 0,
  customer_wait_max_duration bigint not null default 0,
  handle_count bigint not null default 0,
  handle_duration bigint not null default 0,
  active_idle_count bigint not null default 0,
  active_idle_duration bigint not null default 0,
  async_dormant_count bigint not null default 0,
  async_dormant_duration bigint not null default 0,
  async_idle_count bigint not null default 0,
  async_idle_duration bigint not null default 0,
  coaches_count bigint not null default 0,
  monitors_count bigint not null default 0,
  with_customer_duration bigint not null default 0,
  handle_max_duration bigint not null default 0,
  active_idle_max_duration bigint not null default 0,
  async_dormant_max_duration bigint not null default 0,
  async_idle_max_duration bigint not null default 0,
  bots_count bigint not null default 0,
  msg_from_bots_count bigint not null default 0,
  msg_from_bots_size bigint not null default 0,
  until_first_bot_duration bigint not null default 0,
  outcome_handled bigint,
  outcome_agent_never_wrote bigint,
  outcome_abandoned bigint,
  outcome_short_abandoned bigint,
  outcome_left_with_bot bigint,
  outcome_closed_by_bot bigint,
  outcome_closed_by_system bigint,
  outcome_unknown bigint,
  outcome_open bigint,
  sessions_abandoned_alone bigint,
  sessions_left_with_bot bigint,
  sessions_closed_by_bot bigint,
  abandoned_alone_duration bigint,
  abandoned_alone_max_duration bigint,
  sessions_with_bot bigint,
  sessions_handed_over bigint,
  sessions_offered bigint,
  sessions_answered bigint,
  sessions_with_first_reply bigint,
  sessions_ended_within_a_day bigint,
  sessions_ended bigint,
  answered_until_first_agent_duration bigint,
  ended_session_duration bigint,
  ended_handle_duration bigint,
  answered_within_20_seconds bigint,
  abandoned_within_20_seconds bigint,
  answered_within_60_seconds bigint,
  abandoned_within_60_seconds bigint,
  constraint fk_agt_chat_stats_day_dim FOREIGN KEY (chat_session_dim_key) REFERENCES chat_session_dim(id) NOT ENFORCED,
  constraint fk_agt_chat_stats_day_media_type FOREIGN KEY (media_type_key) REFERENCES media_type(media_type_key) NOT ENFORCED,
  constraint fk_agt_chat_stats_day_period FOREIGN KEY (date_time_key) REFERENCES date_time(date_time_key) NOT ENFORCED,
  constraint fk_agt_chat_stats_day_rebuilt FOREIGN KEY (agr_set_key) REFERENCES ctl_audit_log(audit_key) NOT ENFORCED,
  constraint fk_agt_chat_stats_day_tenant FOREIGN KEY (tenant_key) REFERENCES gidb_gc_tenant(id) NOT ENFORCED,
  constraint pk_agt_chat_stats_day PRIMARY KEY (date_time_key, tenant_key, media_type_key, chat_session_dim_key)
);
comment on table agt_chat_stats_day is 'Aggregate of chat sessions by day of their start (UTC), kept up to date with the facts. Query the view AG2_CHAT_STATS_DAY. Genesys name, columns assumed.';
comment on column agt_chat_stats_day.agr_set_key is 'Transaction that last wrote the row: CTL_AUDIT_LOG.AUDIT_KEY. (In the table of the day level.) Unit: key. Genesys column, name assumed.';
comment on column agt_chat_stats_day.date_time_key is 'Start of the day in which the sessions began (UTC): DATE_TIME.DATE_TIME_KEY. (In the table of the day level.) Unit: key, epoch seconds. Genesys column, name assumed.';
comment on column agt_chat_stats_day.tenant_key is 'Tenant of the sessions: TENANT.TENANT_KEY; -2 absent, -1 unreadable. (In the table of the day level.) Unit: key. Genesys column, name assumed.';
comment on column agt_chat_stats_day.media_type_key is 'Media type of the sessions: MEDIA_TYPE.MEDIA_TYPE_KEY; -2 absent, -1 unreadable. (In the table of the day level.) Unit: key. Genesys column, name assumed.';
comment on column agt_chat_stats_day.chat_session_dim_key is 'Origin, language, end and mode of the sessions: CHAT_SESSION_DIM.ID. (In the table of the day level.) Unit: key. Genesys column, name assumed.';
comment on column agt_chat_stats_day.sessions is 'Sessions that started in the period. Each has exactly one outcome. (In the table of the day level.) Unit: sessions. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_day.sessions_active is 'Sessions that have not ended yet (asynchronous chat). (In the table of the day level.) Unit: sessions. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_day.sessions_handled is 'Ended sessions that an agent joined, whether the agent wrote or not. (In the table of the day level.) Unit: sessions. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_day.sessions_abandoned is 'Ended sessions without an agent: abandoned and short-abandoned, left with a bot, closed by a bot and closed by the system together. (In the table of the day level.) Unit: sessions. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_day.sessions_unknown is 'Ended sessions for which it is unknown whether an agent joined. (In the table of the day level.) Unit: sessions. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_day.sessions_replied is 'Sessions in which an agent replied to the customer at least once. (In the table of the day level.) Unit: sessions. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_day.abandoned_duration is 'Total duration of the sessions without an agent. (In the table of the day level.) Unit: seconds. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_day.abandoned_max_duration is 'Longest duration of one session without an agent. (In the table of the day level.) Unit: seconds. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_day.session_duration is 'Sum over the sessions: Time from the creation of the session until Chat Server finished it. Work on the interaction after the chat has ended is not in it. (In the table of the day level.) Unit: seconds. Source: user-data key csg_SessionTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_day.until_first_agent_duration is 'Sum over the sessions: Time the customer waited until the first agent whom the customer can see joined. 0 means at once when AGENTS_COUNT is above 0, and never when it is 0. (In the table of the day level.) Unit: seconds. Source: user-data key csg_SessionUntilFirstAgentTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_day.until_first_reply_duration is 'Sum over the sessions: Time from the start of the session until the first message of an agent that the customer can see. (In the table of the day level.) Unit: seconds. Source: user-data key csg_SessionUntilFirstReplyTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_day.agents_count is 'Sum over the sessions: Distinct agents and supervisors visible to the customer who took part. One who comes back counts once. (In the table of the day level.) Unit: parties. Source: user-data key csg_PartiesAsAgentCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_day.msg_from_agents_count is 'Sum over the sessions: Messages that all agents sent and the customer could see. (In the table of the day level.) Unit: messages. Source: user-data key csg_MessagesFromAgentsCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_day.msg_from_agents_size is 'Sum over the sessions: Characters, blanks included, of the messages that agents sent and the customer could see. (In the table of the day level.) Unit: characters. Source: user-data key csg_MessagesFromAgentsSize. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_day.msg_from_customers_count is 'Sum over the sessions: Messages that the customer sent. (In the table of the day level.) Unit: messages. Source: user-data key csg_MessagesFromCustomersCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_day.msg_from_customers_size is 'Sum over the sessions: Characters, blanks included, of the messages that the customer sent. (In the table of the day level.) Unit: characters. Source: user-data key csg_MessagesFromCustomersSize. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_day.agent_reply_count is 'Sum over the sessions: How often an agent replied to the customer; several messages in a row are one reply. (In the table of the day level.) Unit: replies. Source: user-data key cse_AgentReplyTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_day.agent_reply_duration is 'Sum over the sessions: Total time agents took to reply, each from the first unanswered customer message to the next agent message. Dormant time of an async session is left out, and for a message that came in then the time until an agent was back. (In the table of the day level.) Unit: seconds. Source: user-data key cse_AgentReplyTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_day.agent_reply_max_duration is 'Largest value of a session: Longest single time an agent took to reply to the customer. (In the table of the day level.) Unit: seconds. Source: user-data key cse_AgentReplyMaxTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_day.agent_wait_count is 'Sum over the sessions: How often an agent waited for an answer of the customer. (In the table of the day level.) Unit: waits. Source: user-data key cse_AgentWaitTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_day.agent_wait_duration is 'Sum over the sessions: Total time agents waited for the customer, each from the last agent message of a run to the next customer message. Dormant time of an async session is left out. (In the table of the day level.) Unit: seconds. Source: user-data key cse_AgentWaitTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_day.agent_wait_max_duration is 'Largest value of a session: Longest single time an agent waited for an answer of the customer. (In the table of the day level.) Unit: seconds. Source: user-data key cse_AgentWaitMaxTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_day.customer_reply_count is 'Sum over the sessions: How often the customer replied to an agent; several messages in a row are one reply. (In the table of the day level.) Unit: replies. Source: user-data key cse_CustomerReplyTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_day.customer_reply_duration is 'Sum over the sessions: Total time the customer took to reply, each from the first unanswered agent message to the next customer message. (In the table of the day level.) Unit: seconds. Source: user-data key cse_CustomerReplyTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_day.customer_reply_max_duration is 'Largest value of a session: Longest single time the customer took to reply to an agent. (In the table of the day level.) Unit: seconds. Source: user-data key cse_CustomerReplyMaxTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_day.customer_wait_count is 'Sum over the sessions: How often the customer waited for an answer of an agent. (In the table of the day level.) Unit: waits. Source: user-data key cse_CustomerWaitTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_day.customer_wait_duration is 'Sum over the sessions: Total time the customer waited for an agent, each from the last customer message of a run to the next agent message. (In the table of the day level.) Unit: seconds. Source: user-data key cse_CustomerWaitTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_day.customer_wait_max_duration is 'Largest value of a session: Longest single time the customer waited for an answer of an agent. (In the table of the day level.) Unit: seconds. Source: user-data key cse_CustomerWaitMaxTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_day.handle_count is 'Sum over the sessions: How often the session entered the state in which at least one agent was connected. (In the table of the day level.) Unit: phases. Source: user-data key cse_SessionHandleTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_day.handle_duration is 'Sum over the sessions: Total time in which at least one agent was connected. (In the table of the day level.) Unit: seconds. Source: user-data key cse_SessionHandleTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_day.active_idle_count is 'Sum over the sessions: How often nothing happened for longer than the configured threshold while an agent was connected. (In the table of the day level.) Unit: phases. Source: user-data key cse_ActiveIdleTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_day.active_idle_duration is 'Sum over the sessions: Total time beyond the configured threshold in which nothing happened while an agent was connected. (In the table of the day level.) Unit: seconds. Source: user-data key cse_ActiveIdleTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_day.async_dormant_count is 'Sum over the sessions: How often an async session became dormant, that is, had no agent. (In the table of the day level.) Unit: phases. Source: user-data key cse_AsyncDormantTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_day.async_dormant_duration is 'Sum over the sessions: Total time an async session was dormant. Routing time is left out. (In the table of the day level.) Unit: seconds. Source: user-data key cse_AsyncDormantTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_day.async_idle_count is 'Sum over the sessions: How often a dormant async session became idle. (In the table of the day level.) Unit: phases. Source: user-data key cse_AsyncIdleTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_day.async_idle_duration is 'Sum over the sessions: Total time beyond the configured threshold in which nothing happened while an async session was dormant. (In the table of the day level.) Unit: seconds. Source: user-data key cse_AsyncIdleTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_day.coaches_count is 'Sum over the sessions: Distinct parties that took part as coaches, visible to agents only. (In the table of the day level.) Unit: parties. Source: user-data key csg_PartiesAsCoachCount. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_day.monitors_count is 'Sum over the sessions: Distinct parties that watched the session unseen. (In the table of the day level.) Unit: parties. Source: user-data key csg_PartiesAsMonitorCount. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_day.with_customer_duration is 'Sum over the sessions: Time the customer was in the session. (In the table of the day level.) Unit: seconds. Source: user-data key csg_SessionWithCustomerTime. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_day.handle_max_duration is 'Largest value of a session: Longest unbroken time in which at least one agent was connected. (In the table of the day level.) Unit: seconds. Source: user-data key cse_SessionHandleMaxTime. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_day.active_idle_max_duration is 'Largest value of a session: Longest single time beyond the configured threshold in which nothing happened while an agent was connected. (In the table of the day level.) Unit: seconds. Source: user-data key cse_ActiveIdleMaxTime. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_day.async_dormant_max_duration is 'Largest value of a session: Longest single time an async session was dormant. (In the table of the day level.) Unit: seconds. Source: user-data key cse_AsyncDormantMaxTime. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_day.async_idle_max_duration is 'Largest value of a session: Longest single time an async session was idle. (In the table of the day level.) Unit: seconds. Source: user-data key cse_AsyncIdleMaxTime. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_day.bots_count is 'Sum over the sessions: Distinct bots that took part in the session. (In the table of the day level.) Unit: parties. Source: user-data key csg_PartiesAsBotCount. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_day.msg_from_bots_count is 'Sum over the sessions: Messages that bots sent and the customer could see. (In the table of the day level.) Unit: messages. Source: user-data key csg_MessagesFromBotsCount. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_day.msg_from_bots_size is 'Sum over the sessions: Characters, blanks included, of the messages that bots sent and the customer could see. (In the table of the day level.) Unit: characters. Source: user-data key csg_MessagesFromBotsSize. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_day.until_first_bot_duration is 'Sum over the sessions: Time from the start of the session until the first bot joined. (In the table of the day level.) Unit: seconds. Source: user-data key csg_SessionUntilFirstBotTime. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_day.outcome_handled is 'Sessions with the outcome handled: an agent joined, and nothing says that no agent wrote. (In the table of the day level.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_day.outcome_agent_never_wrote is 'Sessions with the outcome agent-never-wrote: an agent joined but wrote nothing that the customer could see. (In the table of the day level.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_day.outcome_abandoned is 'Sessions with the outcome abandoned: nobody joined, and the customer left after a longer wait. (In the table of the day level.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_day.outcome_short_abandoned is 'Sessions with the outcome short-abandoned: nobody joined, and the customer left within `short-abandon-seconds` (default 10). (In the table of the day level.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_day.outcome_left_with_bot is 'Sessions with the outcome left-with-bot: no agent joined, a bot took part, and no bot ended the session. (In the table of the day level.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_day.outcome_closed_by_bot is 'Sessions with the outcome closed-by-bot: no agent joined, and a bot ended the session. (In the table of the day level.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_day.outcome_closed_by_system is 'Sessions with the outcome closed-by-system: nobody joined, and it was not the customer who ended the session: Chat Server did, or somebody of the contact centre. (In the table of the day level.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_day.outcome_unknown is 'Sessions with the outcome unknown: it is unknown whether an agent joined. (In the table of the day level.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_day.outcome_open is 'Sessions with the outcome open: the session has not ended yet (asynchronous chat). (In the table of the day level.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_day.sessions_abandoned_alone is 'Sessions that the customer gave up while nobody was there: abandoned and short-abandoned together. (In the table of the day level.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_day.sessions_left_with_bot is 'Sessions with the outcome left-with-bot: the same as OUTCOME_LEFT_WITH_BOT. (In the table of the day level.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_day.sessions_closed_by_bot is 'Sessions with the outcome closed-by-bot: the same as OUTCOME_CLOSED_BY_BOT. (In the table of the day level.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_day.abandoned_alone_duration is 'Total time that customers waited who gave up while nobody was there: the duration of their sessions. (In the table of the day level.) Unit: seconds. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_day.abandoned_alone_max_duration is 'Longest time that one customer waited who gave up while nobody was there. (In the table of the day level.) Unit: seconds. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_day.sessions_with_bot is 'Sessions in which a bot took part. (In the table of the day level.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_day.sessions_handed_over is 'Sessions in which a bot took part and an agent joined. (In the table of the day level.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_day.sessions_offered is 'Sessions that needed an agent: those that one joined, and those that ended while nobody was there. (In the table of the day level.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_day.sessions_answered is 'Sessions that an agent joined, including those that are still open. (In the table of the day level.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_day.sessions_with_first_reply is 'Sessions in which an agent wrote a message that the customer could see. (In the table of the day level.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_day.sessions_ended_within_a_day is 'Sessions that ended at most 24 hours after they had started. (In the table of the day level.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_day.sessions_ended is 'Sessions that have ended. (In the table of the day level.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_day.answered_until_first_agent_duration is 'Total time until the first agent of the sessions that an agent joined. (In the table of the day level.) Unit: seconds. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_day.ended_session_duration is 'Total duration of the sessions that have ended. (In the table of the day level.) Unit: seconds. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_day.ended_handle_duration is 'Total time with an agent of the sessions that have ended and that an agent joined. (In the table of the day level.) Unit: seconds. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_day.answered_within_20_seconds is 'Sessions that an agent joined within 20 seconds of their start. (In the table of the day level.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_day.abandoned_within_20_seconds is 'Sessions that the customer gave up within 20 seconds while nobody was there. (In the table of the day level.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_day.answered_within_60_seconds is 'Sessions that an agent joined within 60 seconds of their start. (In the table of the day level.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_day.abandoned_within_60_seconds is 'Sessions that the customer gave up within 60 seconds while nobody was there. (In the table of the day level.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';

create view agt_chat_stats_hour (
  agr_set_key numeric,
  date_time_key integer,
  tenant_key integer,
  media_type_key integer,
  chat_session_dim_key integer,
  sessions bigint,
  sessions_active bigint,
  sessions_handled bigint,
  sessions_abandoned bigint,
  sessions_unknown bigint,
  sessions_replied bigint,
  abandoned_duration bigint,
  abandoned_max_duration bigint,
  outcome_handled bigint,
  outcome_agent_never_wrote bigint,
  outcome_abandoned bigint,
  outcome_short_abandoned bigint,
  outcome_left_with_bot bigint,
  outcome_closed_by_bot bigint,
  outcome_closed_by_system bigint,
  outcome_unknown bigint,
  outcome_open bigint,
  sessions_abandoned_alone bigint,
  sessions_left_with_bot bigint,
  sessions_closed_by_bot bigint,
  abandoned_alone_duration bigint,
  abandoned_alone_max_duration bigint,
  sessions_with_bot bigint,
  sessions_handed_over bigint,
  sessions_offered bigint,
  sessions_answered bigint,
  sessions_with_first_reply bigint,
  sessions_ended_within_a_day bigint,
  sessions_ended bigint,
  answered_until_first_agent_duration bigint,
  ended_session_duration bigint,
  ended_handle_duration bigint,
  answered_within_20_seconds bigint,
  abandoned_within_20_seconds bigint,
  answered_within_60_seconds bigint,
  abandoned_within_60_seconds bigint,
  session_duration bigint,
  until_first_agent_duration bigint,
  until_first_reply_duration bigint,
  agents_count bigint,
  msg_from_agents_count bigint,
  msg_from_agents_size bigint,
  msg_from_customers_count bigint,
  msg_from_customers_size bigint,
  agent_reply_count bigint,
  agent_reply_duration bigint,
  agent_reply_max_duration bigint,
  agent_wait_count bigint,
  agent_wait_duration bigint,
  agent_wait_max_duration bigint,
  customer_reply_count bigint,
  customer_reply_duration bigint,
  customer_reply_max_duration bigint,
  customer_wait_count bigint,
  customer_wait_duration bigint,
  customer_wait_max_duration bigint,
  handle_count bigint,
  handle_duration bigint,
  active_idle_count bigint,
  active_idle_duration bigint,
  async_dormant_count bigint,
  async_dormant_duration bigint,
  async_idle_count bigint,
  async_idle_duration bigint,
  coaches_count bigint,
  monitors_count bigint,
  with_customer_duration bigint,
  handle_max_duration bigint,
  active_idle_max_duration bigint,
  async_dormant_max_duration bigint,
  async_idle_max_duration bigint,
  bots_count bigint,
  msg_from_bots_count bigint,
  msg_from_bots_size bigint,
  until_first_bot_duration bigint
) as
 SELECT agr_set_key,
    date_time_key,
    tenant_key,
    media_type_key,
    chat_session_dim_key,
    sessions,
    sessions_active,
    sessions_handled,
    sessions_abandoned,
    sessions_unknown,
    sessions_replied,
    abandoned_duration,
    abandoned_max_duration,
    outcome_handled,
    outcome_agent_never_wrote,
    outcome_abandoned,
    outcome_short_abandoned,
    outcome_left_with_bot,
    outcome_closed_by_bot,
    outcome_closed_by_system,
    outcome_unknown,
    outcome_open,
    sessions_abandoned_alone,
    sessions_left_with_bot,
    sessions_closed_by_bot,
    abandoned_alone_duration,
    abandoned_alone_max_duration,
    sessions_with_bot,
    sessions_handed_over,
    sessions_offered,
    sessions_answered,
    sessions_with_first_reply,
    sessions_ended_within_a_day,
    sessions_ended,
    answered_until_first_agent_duration,
    ended_session_duration,
    ended_handle_duration,
    answered_within_20_seconds,
    abandoned_within_20_seconds,
    answered_within_60_seconds,
    abandoned_within_60_seconds,
    session_duration,
    until_first_agent_duration,
    until_first_reply_duration,
    agents_count,
    msg_from_agents_count,
    msg_from_agents_size,
    msg_from_customers_count,
    msg_from_customers_size,
    agent_reply_count,
    agent_reply_duration,
    agent_reply_max_duration,
    agent_wait_count,
    agent_wait_duration,
    agent_wait_max_duration,
    customer_reply_count,
    customer_reply_duration,
    customer_reply_max_duration,
    customer_wait_count,
    customer_wait_duration,
    customer_wait_max_duration,
    handle_count,
    handle_duration,
    active_idle_count,
    active_idle_duration,
    async_dormant_count,
    async_dormant_duration,
    async_idle_count,
    async_idle_duration,
    coaches_count,
    monitors_count,
    with_customer_duration,
    handle_max_duration,
    active_idle_max_duration,
    async_dormant_max_duration,
    async_idle_max_duration,
    bots_count,
    msg_from_bots_count,
    msg_from_bots_size,
    until_first_bot_duration
   FROM ( SELECT agr_set_key,
            date_time_key,
            tenant_key,
            media_type_key,
            chat_session_dim_key,
            sessions,
            sessions_active,
            sessions_handled,
            sessions_abandoned,
            sessions_unknown,
            sessions_replied,
            abandoned_duration,
            abandoned_max_duration,
            outcome_handled,
            outcome_agent_never_wrote,
            outcome_abandoned,
            outcome_short_abandoned,
            outcome_left_with_bot,
            outcome_closed_by_bot,
            outcome_closed_by_system,
            outcome_unknown,
            outcome_open,
            sessions_abandoned_alone,
            sessions_left_with_bot,
            sessions_closed_by_bot,
            abandoned_alone_duration,
            abandoned_alone_max_duration,
            sessions_with_bot,
            sessions_handed_over,
            sessions_offered,
            sessions_answered,
            sessions_with_first_reply,
            sessions_ended_within_a_day,
            sessions_ended,
            answered_until_first_agent_duration,
            ended_session_duration,
            ended_handle_duration,
            answered_within_20_seconds,
            abandoned_within_20_seconds,
            answered_within_60_seconds,
            abandoned_within_60_seconds,
            session_duration,
            until_first_agent_duration,
            until_first_reply_duration,
            agents_count,
            msg_from_agents_count,
            msg_from_agents_size,
            msg_from_customers_count,
            msg_from_customers_size,
            agent_reply_count,
            agent_reply_duration,
            agent_reply_max_duration,
            agent_wait_count,
            agent_wait_duration,
            agent_wait_max_duration,
            customer_reply_count,
            customer_reply_duration,
            customer_reply_max_duration,
            customer_wait_count,
            customer_wait_duration,
            customer_wait_max_duration,
            handle_count,
            handle_duration,
            active_idle_count,
            active_idle_duration,
            async_dormant_count,
            async_dormant_duration,
            async_idle_count,
            async_idle_duration,
            coaches_count,
            monitors_count,
            with_customer_duration,
            handle_max_duration,
            active_idle_max_duration,
            async_dormant_max_duration,
            async_idle_max_duration,
            bots_count,
            msg_from_bots_count,
            msg_from_bots_size,
            until_first_bot_duration
           FROM ( SELECT date_time_key,
                    date_time_next_hour_key AS end_key
                   FROM date_time
                  WHERE date_time_key = date_time_hour_key) period
             CROSS JOIN LATERAL ( SELECT max(COALESCE(update_audit_key, create_audit_key)) AS agr_set_key,
                    tenant_key,
                    media_type_key,
                    chat_session_dim_key,
                    count(*) AS sessions,
                    count(*) FILTER (WHERE outcome = 'open'::text) AS sessions_active,
                    count(*) FILTER (WHERE outcome = ANY (ARRAY['handled'::text, 'agent-never-wrote'::text])) AS sessions_handled,
                    count(*) FILTER (WHERE outcome = ANY (ARRAY['abandoned'::text, 'short-abandoned'::text, 'left-with-bot'::text, 'closed-by-bot'::text, 'closed-by-system'::text])) AS sessions_abandoned,
                    count(*) FILTER (WHERE outcome = 'unknown'::text) AS sessions_unknown,
                    count(*) FILTER (WHERE agent_reply_count > 0) AS sessions_replied,
                    COALESCE(sum(session_duration) FILTER (WHERE outcome = ANY (ARRAY['abandoned'::text, 'short-abandoned'::text, 'left-with-bot'::text, 'closed-by-bot'::text, 'closed-by-system'::text])), 0::bigint) AS abandoned_duration,
                    COALESCE(max(session_duration) FILTER (WHERE outcome = ANY (ARRAY['abandoned'::text, 'short-abandoned'::text, 'left-with-bot'::text, 'closed-by-bot'::text, 'closed-by-system'::text])), 0)::bigint AS abandoned_max_duration,
                    count(*) FILTER (WHERE outcome = 'handled'::text) AS outcome_handled,
                    count(*) FILTER (WHERE outcome = 'agent-never-wrote'::text) AS outcome_agent_never_wrote,
                    count(*) FILTER (WHERE outcome = 'abandoned'::text) AS outcome_abandoned,
                    count(*) FILTER (WHERE outcome = 'short-abandoned'::text) AS outcome_short_abandoned,
                    count(*) FILTER (WHERE outcome = 'left-with-bot'::text) AS outcome_left_with_bot,
                    count(*) FILTER (WHERE outcome = 'closed-by-bot'::text) AS outcome_closed_by_bot,
                    count(*) FILTER (WHERE outcome = 'closed-by-system'::text) AS outcome_closed_by_system,
                    count(*) FILTER (WHERE outcome = 'unknown'::text) AS outcome_unknown,
                    count(*) FILTER (WHERE outcome = 'open'::text) AS outcome_open,
                    count(*) FILTER (WHERE outcome = ANY (ARRAY['abandoned'::text, 'short-abandoned'::text])) AS sessions_abandoned_alone,
                    count(*) FILTER (WHERE outcome = 'left-with-bot'::text) AS sessions_left_with_bot,
                    count(*) FILTER (WHERE outcome = 'closed-by-bot'::text) AS sessions_closed_by_bot,
                    COALESCE(sum(session_duration) FILTER (WHERE outcome = ANY (ARRAY['abandoned'::text, 'short-abandoned'::text])), 0::bigint) AS abandoned_alone_duration,
                    COALESCE(max(session_duration) FILTER (WHERE outcome = ANY (ARRAY['abandoned'::text, 'short-abandoned'::text])), 0)::bigint AS abandoned_alone_max_duration,
                    count(*) FILTER (WHERE bots_count > 0 OR msg_from_bots_count > 0 OR until_first_bot_duration > 0) AS sessions_with_bot,
                    count(*) FILTER (WHERE (bots_count > 0 OR msg_from_bots_count > 0 OR until_first_bot_duration > 0) AND ((outcome = ANY (ARRAY['handled'::text, 'agent-never-wrote'::text])) OR outcome = 'open'::text AND agents_count > 0)) AS sessions_handed_over,
                    count(*) FILTER (WHERE (outcome = ANY (ARRAY['handled'::text, 'agent-never-wrote'::text])) OR outcome = 'open'::text AND agents_count > 0 OR (outcome = ANY (ARRAY['abandoned'::text, 'short-abandoned'::text, 'closed-by-system'::text]))) AS sessions_offered,
                    count(*) FILTER (WHERE (outcome = ANY (ARRAY['handled'::text, 'agent-never-wrote'::text])) OR outcome = 'open'::text AND agents_count > 0) AS sessions_answered,
                    count(*) FILTER (WHERE msg_from_agents_count > 0 OR until_first_reply_duration > 0) AS sessions_with_first_reply,
                    count(*) FILTER (WHERE outcome <> 'open'::text AND (end_ts - start_ts) <= 86400) AS sessions_ended_within_a_day,
                    count(*) FILTER (WHERE outcome <> 'open'::text) AS sessions_ended,
                    COALESCE(sum(until_first_agent_duration) FILTER (WHERE (outcome = ANY (ARRAY['handled'::text, 'agent-never-wrote'::text])) OR outcome = 'open'::text AND agents_count > 0), 0::bigint) AS answered_until_first_agent_duration,
                    COALESCE(sum(session_duration) FILTER (WHERE outcome <> 'open'::text), 0::bigint) AS ended_session_duration,
                    COALESCE(sum(handle_duration) FILTER (WHERE outcome = ANY (ARRAY['handled'::text, 'agent-never-wrote'::text])), 0::bigint) AS ended_handle_duration,
                    count(*) FILTER (WHERE ((outcome = ANY (ARRAY['handled'::text, 'agent-never-wrote'::text])) OR outcome = 'open'::text AND agents_count > 0) AND agents_count > 0 AND until_first_agent_duration <= 20) AS answered_within_20_seconds,
                    count(*) FILTER (WHERE (outcome = ANY (ARRAY['abandoned'::text, 'short-abandoned'::text])) AND COALESCE(NULLIF(session_duration, 0), end_ts - start_ts) <= 20) AS abandoned_within_20_seconds,
                    count(*) FILTER (WHERE ((outcome = ANY (ARRAY['handled'::text, 'agent-never-wrote'::text])) OR outcome = 'open'::text AND agents_count > 0) AND agents_count > 0 AND until_first_agent_duration <= 60) AS answered_within_60_seconds,
                    count(*) FILTER (WHERE (outcome = ANY (ARRAY['abandoned'::text, 'short-abandoned'::text])) AND COALESCE(NULLIF(session_duration, 0), end_ts - start_ts) <= 60) AS abandoned_within_60_seconds,
                    sum(session_duration) AS session_duration,
                    sum(until_first_agent_duration) AS until_first_agent_duration,
                    sum(until_first_reply_duration) AS until_first_reply_duration,
                    sum(agents_count) AS agents_count,
                    sum(msg_from_agents_count) AS msg_from_agents_count,
                    sum(msg_from_agents_size) AS msg_from_agents_size,
                    sum(msg_from_customers_count) AS msg_from_customers_count,
                    sum(msg_from_customers_size) AS msg_from_customers_size,
                    sum(agent_reply_count) AS agent_reply_count,
                    sum(agent_reply_duration) AS agent_reply_duration,
                    max(agent_reply_max_duration)::bigint AS agent_reply_max_duration,
                    sum(agent_wait_count) AS agent_wait_count,
                    sum(agent_wait_duration) AS agent_wait_duration,
                    max(agent_wait_max_duration)::bigint AS agent_wait_max_duration,
                    sum(customer_reply_count) AS customer_reply_count,
                    sum(customer_reply_duration) AS customer_reply_duration,
                    max(customer_reply_max_duration)::bigint AS customer_reply_max_duration,
                    sum(customer_wait_count) AS customer_wait_count,
                    sum(customer_wait_duration) AS customer_wait_duration,
                    max(customer_wait_max_duration)::bigint AS customer_wait_max_duration,
                    sum(handle_count) AS handle_count,
                    sum(handle_duration) AS handle_duration,
                    sum(active_idle_count) AS active_idle_count,
                    sum(active_idle_duration) AS active_idle_duration,
                    sum(async_dormant_count) AS async_dormant_count,
                    sum(async_dormant_duration) AS async_dormant_duration,
                    sum(async_idle_count) AS async_idle_count,
                    sum(async_idle_duration) AS async_idle_duration,
                    sum(coaches_count) AS coaches_count,
                    sum(monitors_count) AS monitors_count,
                    sum(with_customer_duration) AS with_customer_duration,
                    max(handle_max_duration)::bigint AS handle_max_duration,
                    max(active_idle_max_duration)::bigint AS active_idle_max_duration,
                    max(async_dormant_max_duration)::bigint AS async_dormant_max_duration,
                    max(async_idle_max_duration)::bigint AS async_idle_max_duration,
                    sum(bots_count) AS bots_count,
                    sum(msg_from_bots_count) AS msg_from_bots_count,
                    sum(msg_from_bots_size) AS msg_from_bots_size,
                    sum(until_first_bot_duration) AS until_first_bot_duration
                   FROM ( SELECT media_server_ixn_guid,
                            start_date_time_key,
                            end_date_time_key,
                            tenant_key,
                            media_type_key,
                            chat_session_dim_key,
                            thread_id,
                            session_duration,
                            until_first_agent_duration,
                            until_first_reply_duration,
                            agents_count,
                            msg_from_agents_count,
                            msg_from_agents_size,
                            msg_from_customers_count,
                            msg_from_customers_size,
                            agent_reply_count,
                            agent_reply_duration,
                            agent_reply_max_duration,
                            agent_wait_count,
                            agent_wait_duration,
                            agent_wait_max_duration,
                            customer_reply_count,
                            customer_reply_duration,
                            customer_reply_max_duration,
                            customer_wait_count,
                            customer_wait_duration,
                            customer_wait_max_duration,
                            handle_count,
                            handle_duration,
                            active_idle_count,
                            active_idle_duration,
                            async_dormant_count,
                            async_dormant_duration,
                            async_idle_count,
                            async_idle_duration,
                            parking_queue_count,
                            parking_queue_duration,
                            producer_batch_id,
                            create_audit_key,
                            update_audit_key,
                            start_ts,
                            end_ts,
                            chat_session_id,
                            coaches_count,
                            monitors_count,
                            with_customer_duration,
                            handle_max_duration,
                            active_idle_max_duration,
                            async_dormant_max_duration,
                            async_idle_max_duration,
                            bots_count,
                            msg_from_bots_count,
                            msg_from_bots_size,
                            until_first_bot_duration,
                            active_flag,
                            kvp_present,
                                CASE
                                    WHEN active_flag = 1 THEN 'open'::text
                                    WHEN (ended_agent::text = 'PRESENT'::text OR ended_agent::text = 'VISITED'::text AND COALESCE(( SELECT value::text AS value
                                       FROM ctl_schema_info
                                      WHERE property::text = 'visited-counts-as'::text), 'handled'::text) <> 'abandoned'::text OR (COALESCE(ended_agent, ''::character varying)::text <> ALL (ARRAY['ABSENT'::character varying, 'VISITED'::character varying]::text[])) AND (kvp_present & 128::bigint) <> 0 AND agents_count > 0) AND (kvp_present & 256::bigint) <> 0 AND msg_from_agents_count = 0 THEN 'agent-never-wrote'::text
                                    WHEN ended_agent::text = 'PRESENT'::text OR ended_agent::text = 'VISITED'::text AND COALESCE(( SELECT value::text AS value
                                       FROM ctl_schema_info
                                      WHERE property::text = 'visited-counts-as'::text), 'handled'::text) <> 'abandoned'::text OR (COALESCE(ended_agent, ''::character varying)::text <> ALL (ARRAY['ABSENT'::character varying, 'VISITED'::character varying]::text[])) AND (kvp_present & 128::bigint) <> 0 AND agents_count > 0 THEN 'handled'::text
                                    WHEN ((ended_agent::text = ANY (ARRAY['ABSENT'::character varying, 'VISITED'::character varying]::text[])) OR (kvp_present & 128::bigint) <> 0 AND agents_count = 0) IS NOT TRUE THEN 'unknown'::text
                                    WHEN ended_by::text = 'BOT'::text THEN 'closed-by-bot'::text
                                    WHEN bots_count > 0 OR msg_from_bots_count > 0 OR until_first_bot_duration > 0 THEN 'left-with-bot'::text
                                    WHEN ended_by::text = ANY (ARRAY['SYSTEM'::character varying, 'AGENT'::character varying, 'SUPERVISOR'::character varying]::text[]) THEN 'closed-by-system'::text
                                    WHEN COALESCE(NULLIF(session_duration, 0), end_ts - start_ts) <= COALESCE(( SELECT value::integer AS value
                                       FROM ctl_schema_info
                                      WHERE property::text = 'short-abandon-seconds'::text), 10) THEN 'short-abandoned'::text
                                    ELSE 'abandoned'::text
                                END AS outcome
                           FROM chat_session_fact chat_session_fact_1
                             LEFT JOIN chat_session_dim chat_session_dim_1 ON id = chat_session_dim_key
                          WHERE (start_date_time_key = ANY (ARRAY[date_time_key::bigint + 0, date_time_key::bigint + 900, date_time_key::bigint + 1800, date_time_key::bigint + 2700])) AND start_date_time_key < end_key
                         OFFSET 0) chat_session_fact
                     LEFT JOIN chat_session_dim ON id = chat_session_dim_key
                     CROSS JOIN LATERAL ( SELECT outcome) session
                  GROUP BY tenant_key, media_type_key, chat_session_dim_key) of_period) chat_stats;
comment on view agt_chat_stats_hour is 'Aggregate of chat sessions by hour of their start (UTC), summed up on reading from CHAT_SESSION_FACT. Query the view AG2_CHAT_STATS_HOUR. Genesys name, columns assumed.';
comment on column agt_chat_stats_hour.agr_set_key is 'Newest transaction among the rows summed up: CTL_AUDIT_LOG.AUDIT_KEY. (In the source of the hour view.) Unit: key. Genesys column, name assumed.';
comment on column agt_chat_stats_hour.date_time_key is 'Start of the hour in which the sessions began (UTC): DATE_TIME.DATE_TIME_KEY. (In the source of the hour view.) Unit: key, epoch seconds. Genesys column, name assumed.';
comment on column agt_chat_stats_hour.tenant_key is 'Tenant of the sessions: TENANT.TENANT_KEY; -2 absent, -1 unreadable. (In the source of the hour view.) Unit: key. Genesys column, name assumed.';
comment on column agt_chat_stats_hour.media_type_key is 'Media type of the sessions: MEDIA_TYPE.MEDIA_TYPE_KEY; -2 absent, -1 unreadable. (In the source of the hour view.) Unit: key. Genesys column, name assumed.';
comment on column agt_chat_stats_hour.chat_session_dim_key is 'Origin, language, end and mode of the sessions: CHAT_SESSION_DIM.ID. (In the source of the hour view.) Unit: key. Genesys column, name assumed.';
comment on column agt_chat_stats_hour.sessions is 'Sessions that started in the period. Each has exactly one outcome. (In the source of the hour view.) Unit: sessions. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_hour.sessions_active is 'Sessions that have not ended yet (asynchronous chat). (In the source of the hour view.) Unit: sessions. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_hour.sessions_handled is 'Ended sessions that an agent joined, whether the agent wrote or not. (In the source of the hour view.) Unit: sessions. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_hour.sessions_abandoned is 'Ended sessions without an agent: abandoned and short-abandoned, left with a bot, closed by a bot and closed by the system together. (In the source of the hour view.) Unit: sessions. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_hour.sessions_unknown is 'Ended sessions for which it is unknown whether an agent joined. (In the source of the hour view.) Unit: sessions. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_hour.sessions_replied is 'Sessions in which an agent replied to the customer at least once. (In the source of the hour view.) Unit: sessions. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_hour.abandoned_duration is 'Total duration of the sessions without an agent. (In the source of the hour view.) Unit: seconds. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_hour.abandoned_max_duration is 'Longest duration of one session without an agent. (In the source of the hour view.) Unit: seconds. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_hour.outcome_handled is 'Sessions with the outcome handled: an agent joined, and nothing says that no agent wrote. (In the source of the hour view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_hour.outcome_agent_never_wrote is 'Sessions with the outcome agent-never-wrote: an agent joined but wrote nothing that the customer could see. (In the source of the hour view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_hour.outcome_abandoned is 'Sessions with the outcome abandoned: nobody joined, and the customer left after a longer wait. (In the source of the hour view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_hour.outcome_short_abandoned is 'Sessions with the outcome short-abandoned: nobody joined, and the customer left within `short-abandon-seconds` (default 10). (In the source of the hour view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_hour.outcome_left_with_bot is 'Sessions with the outcome left-with-bot: no agent joined, a bot took part, and no bot ended the session. (In the source of the hour view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_hour.outcome_closed_by_bot is 'Sessions with the outcome closed-by-bot: no agent joined, and a bot ended the session. (In the source of the hour view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_hour.outcome_closed_by_system is 'Sessions with the outcome closed-by-system: nobody joined, and it was not the customer who ended the session: Chat Server did, or somebody of the contact centre. (In the source of the hour view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_hour.outcome_unknown is 'Sessions with the outcome unknown: it is unknown whether an agent joined. (In the source of the hour view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_hour.outcome_open is 'Sessions with the outcome open: the session has not ended yet (asynchronous chat). (In the source of the hour view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_hour.sessions_abandoned_alone is 'Sessions that the customer gave up while nobody was there: abandoned and short-abandoned together. (In the source of the hour view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_hour.sessions_left_with_bot is 'Sessions with the outcome left-with-bot: the same as OUTCOME_LEFT_WITH_BOT. (In the source of the hour view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_hour.sessions_closed_by_bot is 'Sessions with the outcome closed-by-bot: the same as OUTCOME_CLOSED_BY_BOT. (In the source of the hour view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_hour.abandoned_alone_duration is 'Total time that customers waited who gave up while nobody was there: the duration of their sessions. (In the source of the hour view.) Unit: seconds. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_hour.abandoned_alone_max_duration is 'Longest time that one customer waited who gave up while nobody was there. (In the source of the hour view.) Unit: seconds. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_hour.sessions_with_bot is 'Sessions in which a bot took part. (In the source of the hour view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_hour.sessions_handed_over is 'Sessions in which a bot took part and an agent joined. (In the source of the hour view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_hour.sessions_offered is 'Sessions that needed an agent: those that one joined, and those that ended while nobody was there. (In the source of the hour view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_hour.sessions_answered is 'Sessions that an agent joined, including those that are still open. (In the source of the hour view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_hour.sessions_with_first_reply is 'Sessions in which an agent wrote a message that the customer could see. (In the source of the hour view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_hour.sessions_ended_within_a_day is 'Sessions that ended at most 24 hours after they had started. (In the source of the hour view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_hour.sessions_ended is 'Sessions that have ended. (In the source of the hour view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_hour.answered_until_first_agent_duration is 'Total time until the first agent of the sessions that an agent joined. (In the source of the hour view.) Unit: seconds. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_hour.ended_session_duration is 'Total duration of the sessions that have ended. (In the source of the hour view.) Unit: seconds. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_hour.ended_handle_duration is 'Total time with an agent of the sessions that have ended and that an agent joined. (In the source of the hour view.) Unit: seconds. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_hour.answered_within_20_seconds is 'Sessions that an agent joined within 20 seconds of their start. (In the source of the hour view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_hour.abandoned_within_20_seconds is 'Sessions that the customer gave up within 20 seconds while nobody was there. (In the source of the hour view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_hour.answered_within_60_seconds is 'Sessions that an agent joined within 60 seconds of their start. (In the source of the hour view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_hour.abandoned_within_60_seconds is 'Sessions that the customer gave up within 60 seconds while nobody was there. (In the source of the hour view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_hour.session_duration is 'Sum over the sessions: Time from the creation of the session until Chat Server finished it. Work on the interaction after the chat has ended is not in it. (In the source of the hour view.) Unit: seconds. Source: user-data key csg_SessionTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_hour.until_first_agent_duration is 'Sum over the sessions: Time the customer waited until the first agent whom the customer can see joined. 0 means at once when AGENTS_COUNT is above 0, and never when it is 0. (In the source of the hour view.) Unit: seconds. Source: user-data key csg_SessionUntilFirstAgentTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_hour.until_first_reply_duration is 'Sum over the sessions: Time from the start of the session until the first message of an agent that the customer can see. (In the source of the hour view.) Unit: seconds. Source: user-data key csg_SessionUntilFirstReplyTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_hour.agents_count is 'Sum over the sessions: Distinct agents and supervisors visible to the customer who took part. One who comes back counts once. (In the source of the hour view.) Unit: parties. Source: user-data key csg_PartiesAsAgentCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_hour.msg_from_agents_count is 'Sum over the sessions: Messages that all agents sent and the customer could see. (In the source of the hour view.) Unit: messages. Source: user-data key csg_MessagesFromAgentsCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_hour.msg_from_agents_size is 'Sum over the sessions: Characters, blanks included, of the messages that agents sent and the customer could see. (In the source of the hour view.) Unit: characters. Source: user-data key csg_MessagesFromAgentsSize. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_hour.msg_from_customers_count is 'Sum over the sessions: Messages that the customer sent. (In the source of the hour view.) Unit: messages. Source: user-data key csg_MessagesFromCustomersCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_hour.msg_from_customers_size is 'Sum over the sessions: Characters, blanks included, of the messages that the customer sent. (In the source of the hour view.) Unit: characters. Source: user-data key csg_MessagesFromCustomersSize. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_hour.agent_reply_count is 'Sum over the sessions: How often an agent replied to the customer; several messages in a row are one reply. (In the source of the hour view.) Unit: replies. Source: user-data key cse_AgentReplyTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_hour.agent_reply_duration is 'Sum over the sessions: Total time agents took to reply, each from the first unanswered customer message to the next agent message. Dormant time of an async session is left out, and for a message that came in then the time until an agent was back. (In the source of the hour view.) Unit: seconds. Source: user-data key cse_AgentReplyTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_hour.agent_reply_max_duration is 'Largest value of a session: Longest single time an agent took to reply to the customer. (In the source of the hour view.) Unit: seconds. Source: user-data key cse_AgentReplyMaxTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_hour.agent_wait_count is 'Sum over the sessions: How often an agent waited for an answer of the customer. (In the source of the hour view.) Unit: waits. Source: user-data key cse_AgentWaitTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_hour.agent_wait_duration is 'Sum over the sessions: Total time agents waited for the customer, each from the last agent message of a run to the next customer message. Dormant time of an async session is left out. (In the source of the hour view.) Unit: seconds. Source: user-data key cse_AgentWaitTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_hour.agent_wait_max_duration is 'Largest value of a session: Longest single time an agent waited for an answer of the customer. (In the source of the hour view.) Unit: seconds. Source: user-data key cse_AgentWaitMaxTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_hour.customer_reply_count is 'Sum over the sessions: How often the customer replied to an agent; several messages in a row are one reply. (In the source of the hour view.) Unit: replies. Source: user-data key cse_CustomerReplyTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_hour.customer_reply_duration is 'Sum over the sessions: Total time the customer took to reply, each from the first unanswered agent message to the next customer message. (In the source of the hour view.) Unit: seconds. Source: user-data key cse_CustomerReplyTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_hour.customer_reply_max_duration is 'Largest value of a session: Longest single time the customer took to reply to an agent. (In the source of the hour view.) Unit: seconds. Source: user-data key cse_CustomerReplyMaxTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_hour.customer_wait_count is 'Sum over the sessions: How often the customer waited for an answer of an agent. (In the source of the hour view.) Unit: waits. Source: user-data key cse_CustomerWaitTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_hour.customer_wait_duration is 'Sum over the sessions: Total time the customer waited for an agent, each from the last customer message of a run to the next agent message. (In the source of the hour view.) Unit: seconds. Source: user-data key cse_CustomerWaitTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_hour.customer_wait_max_duration is 'Largest value of a session: Longest single time the customer waited for an answer of an agent. (In the source of the hour view.) Unit: seconds. Source: user-data key cse_CustomerWaitMaxTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_hour.handle_count is 'Sum over the sessions: How often the session entered the state in which at least one agent was connected. (In the source of the hour view.) Unit: phases. Source: user-data key cse_SessionHandleTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_hour.handle_duration is 'Sum over the sessions: Total time in which at least one agent was connected. (In the source of the hour view.) Unit: seconds. Source: user-data key cse_SessionHandleTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_hour.active_idle_count is 'Sum over the sessions: How often nothing happened for longer than the configured threshold while an agent was connected. (In the source of the hour view.) Unit: phases. Source: user-data key cse_ActiveIdleTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_hour.active_idle_duration is 'Sum over the sessions: Total time beyond the configured threshold in which nothing happened while an agent was connected. (In the source of the hour view.) Unit: seconds. Source: user-data key cse_ActiveIdleTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_hour.async_dormant_count is 'Sum over the sessions: How often an async session became dormant, that is, had no agent. (In the source of the hour view.) Unit: phases. Source: user-data key cse_AsyncDormantTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_hour.async_dormant_duration is 'Sum over the sessions: Total time an async session was dormant. Routing time is left out. (In the source of the hour view.) Unit: seconds. Source: user-data key cse_AsyncDormantTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_hour.async_idle_count is 'Sum over the sessions: How often a dormant async session became idle. (In the source of the hour view.) Unit: phases. Source: user-data key cse_AsyncIdleTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_hour.async_idle_duration is 'Sum over the sessions: Total time beyond the configured threshold in which nothing happened while an async session was dormant. (In the source of the hour view.) Unit: seconds. Source: user-data key cse_AsyncIdleTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_hour.coaches_count is 'Sum over the sessions: Distinct parties that took part as coaches, visible to agents only. (In the source of the hour view.) Unit: parties. Source: user-data key csg_PartiesAsCoachCount. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_hour.monitors_count is 'Sum over the sessions: Distinct parties that watched the session unseen. (In the source of the hour view.) Unit: parties. Source: user-data key csg_PartiesAsMonitorCount. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_hour.with_customer_duration is 'Sum over the sessions: Time the customer was in the session. (In the source of the hour view.) Unit: seconds. Source: user-data key csg_SessionWithCustomerTime. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_hour.handle_max_duration is 'Largest value of a session: Longest unbroken time in which at least one agent was connected. (In the source of the hour view.) Unit: seconds. Source: user-data key cse_SessionHandleMaxTime. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_hour.active_idle_max_duration is 'Largest value of a session: Longest single time beyond the configured threshold in which nothing happened while an agent was connected. (In the source of the hour view.) Unit: seconds. Source: user-data key cse_ActiveIdleMaxTime. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_hour.async_dormant_max_duration is 'Largest value of a session: Longest single time an async session was dormant. (In the source of the hour view.) Unit: seconds. Source: user-data key cse_AsyncDormantMaxTime. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_hour.async_idle_max_duration is 'Largest value of a session: Longest single time an async session was idle. (In the source of the hour view.) Unit: seconds. Source: user-data key cse_AsyncIdleMaxTime. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_hour.bots_count is 'Sum over the sessions: Distinct bots that took part in the session. (In the source of the hour view.) Unit: parties. Source: user-data key csg_PartiesAsBotCount. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_hour.msg_from_bots_count is 'Sum over the sessions: Messages that bots sent and the customer could see. (In the source of the hour view.) Unit: messages. Source: user-data key csg_MessagesFromBotsCount. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_hour.msg_from_bots_size is 'Sum over the sessions: Characters, blanks included, of the messages that bots sent and the customer could see. (In the source of the hour view.) Unit: characters. Source: user-data key csg_MessagesFromBotsSize. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_hour.until_first_bot_duration is 'Sum over the sessions: Time from the start of the session until the first bot joined. (In the source of the hour view.) Unit: seconds. Source: user-data key csg_SessionUntilFirstBotTime. Extension of chatmart. 0: none, or its key was absent.';

create table agt_chat_stats_month (
  agr_set_key numeric(19,0) not null,
  date_time_key integer not null,
  tenant_key integer not null,
  media_type_key integer not null,
  chat_session_dim_key integer not null,
  sessions bigint not null default 0,
  sessions_active bigint not null default 0,
  sessions_handled bigint not null default 0,
  sessions_abandoned bigint not null default 0,
  sessions_unknown bigint not null default 0,
  sessions_replied bigint not null default 0,
  abandoned_duration bigint not null default 0,
  abandoned_max_duration bigint not null default 0,
  session_duration bigint not null default 0,
  until_first_agent_duration bigint not null default 0,
  until_first_reply_duration bigint not null default 0,
  agents_count bigint not null default 0,
  msg_from_agents_count bigint not null default 0,
  msg_from_agents_size bigint not null default 0,
  msg_from_customers_count bigint not null default 0,
  msg_from_customers_size bigint not null default 0,
  agent_reply_count bigint not null default 0,
  agent_reply_duration bigint not null default 0,
  agent_reply_max_duration bigint not null default 0,
  agent_wait_count bigint not null default 0,
  agent_wait_duration bigint not null default 0,
  agent_wait_max_duration bigint not null default 0,
  customer_reply_count bigint not null default 0,
  customer_reply_duration bigint not null default 0,
  customer_reply_max_duration bigint not null default 0,
  customer_wait_count bigint not null default 0,
  customer_wait_duration bigint not null default 0,
  customer_wait_max_duration bigint not null default 0,
  handle_count bigint not null default 0,
  handle_duration bigint not null default 0,
  active_idle_count bigint not null default 0,
  active_idle_duration bigint not null default 0,
  async_dormant_count bigint not null default 0,
  async_dormant_duration bigint not null default 0,
  async_idle_count bigint not null default 0,
  async_idle_duration bigint not null default 0,
  coaches_count bigint not null default 0,
  monitors_count bigint not null default 0,
  with_customer_duration bigint not null default 0,
  handle_max_duration bigint not null default 0,
  active_idle_max_duration bigint not null default 0,
  async_dormant_max_duration bigint not null default 0,
  async_idle_max_duration bigint not null default 0,
  bots_count bigint not null default 0,
  msg_from_bots_count bigint not null default 0,
  msg_from_bots_size bigint not null default 0,
  until_first_bot_duration bigint not null default 0,
  outcome_handled bigint,
  outcome_agent_never_wrote bigint,
  outcome_abandoned bigint,
  outcome_short_abandoned bigint,
  outcome_left_with_bot bigint,
  outcome_closed_by_bot bigint,
  outcome_closed_by_system bigint,
  outcome_unknown bigint,
  outcome_open bigint,
  sessions_abandoned_alone bigint,
  sessions_left_with_bot bigint,
  sessions_closed_by_bot bigint,
  abandoned_alone_duration bigint,
  abandoned_alone_max_duration bigint,
  sessions_with_bot bigint,
  sessions_handed_over bigint,
  sessions_offered bigint,
  sessions_answered bigint,
  sessions_with_first_reply bigint,
  sessions_ended_within_a_day bigint,
  sessions_ended bigint,
  answered_until_first_agent_duration bigint,
  ended_session_duration bigint,
  ended_handle_duration bigint,
  answered_within_20_seconds bigint,
  abandoned_within_20_seconds bigint,
  answered_within_60_seconds bigint,
  abandoned_within_60_seconds bigint,
  constraint fk_agt_chat_stats_month_dim FOREIGN KEY (chat_session_dim_key) REFERENCES chat_session_dim(id) NOT ENFORCED,
  constraint fk_agt_chat_stats_month_media_type FOREIGN KEY (media_type_key) REFERENCES media_type(media_type_key) NOT ENFORCED,
  constraint fk_agt_chat_stats_month_period FOREIGN KEY (date_time_key) REFERENCES date_time(date_time_key) NOT ENFORCED,
  constraint fk_agt_chat_stats_month_rebuilt FOREIGN KEY (agr_set_key) REFERENCES ctl_audit_log(audit_key) NOT ENFORCED,
  constraint fk_agt_chat_stats_month_tenant FOREIGN KEY (tenant_key) REFERENCES gidb_gc_tenant(id) NOT ENFORCED,
  constraint pk_agt_chat_stats_month PRIMARY KEY (date_time_key, tenant_key, media_type_key, chat_session_dim_key)
);
comment on table agt_chat_stats_month is 'Aggregate of chat sessions by month of their start (UTC), kept up to date with the facts. Query the view AG2_CHAT_STATS_MONTH. Genesys name, columns assumed.';
comment on column agt_chat_stats_month.agr_set_key is 'Transaction that last wrote the row: CTL_AUDIT_LOG.AUDIT_KEY. (In the table of the month level.) Unit: key. Genesys column, name assumed.';
comment on column agt_chat_stats_month.date_time_key is 'Start of the month in which the sessions began (UTC): DATE_TIME.DATE_TIME_KEY. (In the table of the month level.) Unit: key, epoch seconds. Genesys column, name assumed.';
comment on column agt_chat_stats_month.tenant_key is 'Tenant of the sessions: TENANT.TENANT_KEY; -2 absent, -1 unreadable. (In the table of the month level.) Unit: key. Genesys column, name assumed.';
comment on column agt_chat_stats_month.media_type_key is 'Media type of the sessions: MEDIA_TYPE.MEDIA_TYPE_KEY; -2 absent, -1 unreadable. (In the table of the month level.) Unit: key. Genesys column, name assumed.';
comment on column agt_chat_stats_month.chat_session_dim_key is 'Origin, language, end and mode of the sessions: CHAT_SESSION_DIM.ID. (In the table of the month level.) Unit: key. Genesys column, name assumed.';
comment on column agt_chat_stats_month.sessions is 'Sessions that started in the period. Each has exactly one outcome. (In the table of the month level.) Unit: sessions. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_month.sessions_active is 'Sessions that have not ended yet (asynchronous chat). (In the table of the month level.) Unit: sessions. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_month.sessions_handled is 'Ended sessions that an agent joined, whether the agent wrote or not. (In the table of the month level.) Unit: sessions. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_month.sessions_abandoned is 'Ended sessions without an agent: abandoned and short-abandoned, left with a bot, closed by a bot and closed by the system together. (In the table of the month level.) Unit: sessions. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_month.sessions_unknown is 'Ended sessions for which it is unknown whether an agent joined. (In the table of the month level.) Unit: sessions. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_month.sessions_replied is 'Sessions in which an agent replied to the customer at least once. (In the table of the month level.) Unit: sessions. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_month.abandoned_duration is 'Total duration of the sessions without an agent. (In the table of the month level.) Unit: seconds. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_month.abandoned_max_duration is 'Longest duration of one session without an agent. (In the table of the month level.) Unit: seconds. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_month.session_duration is 'Sum over the sessions: Time from the creation of the session until Chat Server finished it. Work on the interaction after the chat has ended is not in it. (In the table of the month level.) Unit: seconds. Source: user-data key csg_SessionTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_month.until_first_agent_duration is 'Sum over the sessions: Time the customer waited until the first agent whom the customer can see joined. 0 means at once when AGENTS_COUNT is above 0, and never when it is 0. (In the table of the month level.) Unit: seconds. Source: user-data key csg_SessionUntilFirstAgentTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_month.until_first_reply_duration is 'Sum over the sessions: Time from the start of the session until the first message of an agent that the customer can see. (In the table of the month level.) Unit: seconds. Source: user-data key csg_SessionUntilFirstReplyTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_month.agents_count is 'Sum over the sessions: Distinct agents and supervisors visible to the customer who took part. One who comes back counts once. (In the table of the month level.) Unit: parties. Source: user-data key csg_PartiesAsAgentCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_month.msg_from_agents_count is 'Sum over the sessions: Messages that all agents sent and the customer could see. (In the table of the month level.) Unit: messages. Source: user-data key csg_MessagesFromAgentsCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_month.msg_from_agents_size is 'Sum over the sessions: Characters, blanks included, of the messages that agents sent and the customer could see. (In the table of the month level.) Unit: characters. Source: user-data key csg_MessagesFromAgentsSize. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_month.msg_from_customers_count is 'Sum over the sessions: Messages that the customer sent. (In the table of the month level.) Unit: messages. Source: user-data key csg_MessagesFromCustomersCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_month.msg_from_customers_size is 'Sum over the sessions: Characters, blanks included, of the messages that the customer sent. (In the table of the month level.) Unit: characters. Source: user-data key csg_MessagesFromCustomersSize. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_month.agent_reply_count is 'Sum over the sessions: How often an agent replied to the customer; several messages in a row are one reply. (In the table of the month level.) Unit: replies. Source: user-data key cse_AgentReplyTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_month.agent_reply_duration is 'Sum over the sessions: Total time agents took to reply, each from the first unanswered customer message to the next agent message. Dormant time of an async session is left out, and for a message that came in then the time until an agent was back. (In the table of the month level.) Unit: seconds. Source: user-data key cse_AgentReplyTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_month.agent_reply_max_duration is 'Largest value of a session: Longest single time an agent took to reply to the customer. (In the table of the month level.) Unit: seconds. Source: user-data key cse_AgentReplyMaxTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_month.agent_wait_count is 'Sum over the sessions: How often an agent waited for an answer of the customer. (In the table of the month level.) Unit: waits. Source: user-data key cse_AgentWaitTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_month.agent_wait_duration is 'Sum over the sessions: Total time agents waited for the customer, each from the last agent message of a run to the next customer message. Dormant time of an async session is left out. (In the table of the month level.) Unit: seconds. Source: user-data key cse_AgentWaitTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_month.agent_wait_max_duration is 'Largest value of a session: Longest single time an agent waited for an answer of the customer. (In the table of the month level.) Unit: seconds. Source: user-data key cse_AgentWaitMaxTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_month.customer_reply_count is 'Sum over the sessions: How often the customer replied to an agent; several messages in a row are one reply. (In the table of the month level.) Unit: replies. Source: user-data key cse_CustomerReplyTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_month.customer_reply_duration is 'Sum over the sessions: Total time the customer took to reply, each from the first unanswered agent message to the next customer message. (In the table of the month level.) Unit: seconds. Source: user-data key cse_CustomerReplyTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_month.customer_reply_max_duration is 'Largest value of a session: Longest single time the customer took to reply to an agent. (In the table of the month level.) Unit: seconds. Source: user-data key cse_CustomerReplyMaxTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_month.customer_wait_count is 'Sum over the sessions: How often the customer waited for an answer of an agent. (In the table of the month level.) Unit: waits. Source: user-data key cse_CustomerWaitTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_month.customer_wait_duration is 'Sum over the sessions: Total time the customer waited for an agent, each from the last customer message of a run to the next agent message. (In the table of the month level.) Unit: seconds. Source: user-data key cse_CustomerWaitTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_month.customer_wait_max_duration is 'Largest value of a session: Longest single time the customer waited for an answer of an agent. (In the table of the month level.) Unit: seconds. Source: user-data key cse_CustomerWaitMaxTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_month.handle_count is 'Sum over the sessions: How often the session entered the state in which at least one agent was connected. (In the table of the month level.) Unit: phases. Source: user-data key cse_SessionHandleTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_month.handle_duration is 'Sum over the sessions: Total time in which at least one agent was connected. (In the table of the month level.) Unit: seconds. Source: user-data key cse_SessionHandleTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_month.active_idle_count is 'Sum over the sessions: How often nothing happened for longer than the configured threshold while an agent was connected. (In the table of the month level.) Unit: phases. Source: user-data key cse_ActiveIdleTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_month.active_idle_duration is 'Sum over the sessions: Total time beyond the configured threshold in which nothing happened while an agent was connected. (In the table of the month level.) Unit: seconds. Source: user-data key cse_ActiveIdleTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_month.async_dormant_count is 'Sum over the sessions: How often an async session became dormant, that is, had no agent. (In the table of the month level.) Unit: phases. Source: user-data key cse_AsyncDormantTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_month.async_dormant_duration is 'Sum over the sessions: Total time an async session was dormant. Routing time is left out. (In the table of the month level.) Unit: seconds. Source: user-data key cse_AsyncDormantTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_month.async_idle_count is 'Sum over the sessions: How often a dormant async session became idle. (In the table of the month level.) Unit: phases. Source: user-data key cse_AsyncIdleTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_month.async_idle_duration is 'Sum over the sessions: Total time beyond the configured threshold in which nothing happened while an async session was dormant. (In the table of the month level.) Unit: seconds. Source: user-data key cse_AsyncIdleTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_month.coaches_count is 'Sum over the sessions: Distinct parties that took part as coaches, visible to agents only. (In the table of the month level.) Unit: parties. Source: user-data key csg_PartiesAsCoachCount. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_month.monitors_count is 'Sum over the sessions: Distinct parties that watched the session unseen. (In the table of the month level.) Unit: parties. Source: user-data key csg_PartiesAsMonitorCount. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_month.with_customer_duration is 'Sum over the sessions: Time the customer was in the session. (In the table of the month level.) Unit: seconds. Source: user-data key csg_SessionWithCustomerTime. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_month.handle_max_duration is 'Largest value of a session: Longest unbroken time in which at least one agent was connected. (In the table of the month level.) Unit: seconds. Source: user-data key cse_SessionHandleMaxTime. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_month.active_idle_max_duration is 'Largest value of a session: Longest single time beyond the configured threshold in which nothing happened while an agent was connected. (In the table of the month level.) Unit: seconds. Source: user-data key cse_ActiveIdleMaxTime. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_month.async_dormant_max_duration is 'Largest value of a session: Longest single time an async session was dormant. (In the table of the month level.) Unit: seconds. Source: user-data key cse_AsyncDormantMaxTime. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_month.async_idle_max_duration is 'Largest value of a session: Longest single time an async session was idle. (In the table of the month level.) Unit: seconds. Source: user-data key cse_AsyncIdleMaxTime. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_month.bots_count is 'Sum over the sessions: Distinct bots that took part in the session. (In the table of the month level.) Unit: parties. Source: user-data key csg_PartiesAsBotCount. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_month.msg_from_bots_count is 'Sum over the sessions: Messages that bots sent and the customer could see. (In the table of the month level.) Unit: messages. Source: user-data key csg_MessagesFromBotsCount. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_month.msg_from_bots_size is 'Sum over the sessions: Characters, blanks included, of the messages that bots sent and the customer could see. (In the table of the month level.) Unit: characters. Source: user-data key csg_MessagesFromBotsSize. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_month.until_first_bot_duration is 'Sum over the sessions: Time from the start of the session until the first bot joined. (In the table of the month level.) Unit: seconds. Source: user-data key csg_SessionUntilFirstBotTime. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_month.outcome_handled is 'Sessions with the outcome handled: an agent joined, and nothing says that no agent wrote. (In the table of the month level.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_month.outcome_agent_never_wrote is 'Sessions with the outcome agent-never-wrote: an agent joined but wrote nothing that the customer could see. (In the table of the month level.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_month.outcome_abandoned is 'Sessions with the outcome abandoned: nobody joined, and the customer left after a longer wait. (In the table of the month level.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_month.outcome_short_abandoned is 'Sessions with the outcome short-abandoned: nobody joined, and the customer left within `short-abandon-seconds` (default 10). (In the table of the month level.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_month.outcome_left_with_bot is 'Sessions with the outcome left-with-bot: no agent joined, a bot took part, and no bot ended the session. (In the table of the month level.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_month.outcome_closed_by_bot is 'Sessions with the outcome closed-by-bot: no agent joined, and a bot ended the session. (In the table of the month level.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_month.outcome_closed_by_system is 'Sessions with the outcome closed-by-system: nobody joined, and it was not the customer who ended the session: Chat Server did, or somebody of the contact centre. (In the table of the month level.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_month.outcome_unknown is 'Sessions with the outcome unknown: it is unknown whether an agent joined. (In the table of the month level.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_month.outcome_open is 'Sessions with the outcome open: the session has not ended yet (asynchronous chat). (In the table of the month level.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_month.sessions_abandoned_alone is 'Sessions that the customer gave up while nobody was there: abandoned and short-abandoned together. (In the table of the month level.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_month.sessions_left_with_bot is 'Sessions with the outcome left-with-bot: the same as OUTCOME_LEFT_WITH_BOT. (In the table of the month level.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_month.sessions_closed_by_bot is 'Sessions with the outcome closed-by-bot: the same as OUTCOME_CLOSED_BY_BOT. (In the table of the month level.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_month.abandoned_alone_duration is 'Total time that customers waited who gave up while nobody was there: the duration of their sessions. (In the table of the month level.) Unit: seconds. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_month.abandoned_alone_max_duration is 'Longest time that one customer waited who gave up while nobody was there. (In the table of the month level.) Unit: seconds. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_month.sessions_with_bot is 'Sessions in which a bot took part. (In the table of the month level.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_month.sessions_handed_over is 'Sessions in which a bot took part and an agent joined. (In the table of the month level.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_month.sessions_offered is 'Sessions that needed an agent: those that one joined, and those that ended while nobody was there. (In the table of the month level.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_month.sessions_answered is 'Sessions that an agent joined, including those that are still open. (In the table of the month level.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_month.sessions_with_first_reply is 'Sessions in which an agent wrote a message that the customer could see. (In the table of the month level.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_month.sessions_ended_within_a_day is 'Sessions that ended at most 24 hours after they had started. (In the table of the month level.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_month.sessions_ended is 'Sessions that have ended. (In the table of the month level.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_month.answered_until_first_agent_duration is 'Total time until the first agent of the sessions that an agent joined. (In the table of the month level.) Unit: seconds. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_month.ended_session_duration is 'Total duration of the sessions that have ended. (In the table of the month level.) Unit: seconds. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_month.ended_handle_duration is 'Total time with an agent of the sessions that have ended and that an agent joined. (In the table of the month level.) Unit: seconds. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_month.answered_within_20_seconds is 'Sessions that an agent joined within 20 seconds of their start. (In the table of the month level.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_month.abandoned_within_20_seconds is 'Sessions that the customer gave up within 20 seconds while nobody was there. (In the table of the month level.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_month.answered_within_60_seconds is 'Sessions that an agent joined within 60 seconds of their start. (In the table of the month level.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_month.abandoned_within_60_seconds is 'Sessions that the customer gave up within 60 seconds while nobody was there. (In the table of the month level.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';

create view agt_chat_stats_qrtr (
  agr_set_key numeric,
  date_time_key integer,
  tenant_key integer,
  media_type_key integer,
  chat_session_dim_key integer,
  sessions bigint,
  sessions_active bigint,
  sessions_handled bigint,
  sessions_abandoned bigint,
  sessions_unknown bigint,
  sessions_replied bigint,
  abandoned_duration bigint,
  abandoned_max_duration bigint,
  outcome_handled bigint,
  outcome_agent_never_wrote bigint,
  outcome_abandoned bigint,
  outcome_short_abandoned bigint,
  outcome_left_with_bot bigint,
  outcome_closed_by_bot bigint,
  outcome_closed_by_system bigint,
  outcome_unknown bigint,
  outcome_open bigint,
  sessions_abandoned_alone bigint,
  sessions_left_with_bot bigint,
  sessions_closed_by_bot bigint,
  abandoned_alone_duration bigint,
  abandoned_alone_max_duration bigint,
  sessions_with_bot bigint,
  sessions_handed_over bigint,
  sessions_offered bigint,
  sessions_answered bigint,
  sessions_with_first_reply bigint,
  sessions_ended_within_a_day bigint,
  sessions_ended bigint,
  answered_until_first_agent_duration bigint,
  ended_session_duration bigint,
  ended_handle_duration bigint,
  answered_within_20_seconds bigint,
  abandoned_within_20_seconds bigint,
  answered_within_60_seconds bigint,
  abandoned_within_60_seconds bigint,
  session_duration bigint,
  until_first_agent_duration bigint,
  until_first_reply_duration bigint,
  agents_count bigint,
  msg_from_agents_count bigint,
  msg_from_agents_size bigint,
  msg_from_customers_count bigint,
  msg_from_customers_size bigint,
  agent_reply_count bigint,
  agent_reply_duration bigint,
  agent_reply_max_duration bigint,
  agent_wait_count bigint,
  agent_wait_duration bigint,
  agent_wait_max_duration bigint,
  customer_reply_count bigint,
  customer_reply_duration bigint,
  customer_reply_max_duration bigint,
  customer_wait_count bigint,
  customer_wait_duration bigint,
  customer_wait_max_duration bigint,
  handle_count bigint,
  handle_duration bigint,
  active_idle_count bigint,
  active_idle_duration bigint,
  async_dormant_count bigint,
  async_dormant_duration bigint,
  async_idle_count bigint,
  async_idle_duration bigint,
  coaches_count bigint,
  monitors_count bigint,
  with_customer_duration bigint,
  handle_max_duration bigint,
  active_idle_max_duration bigint,
  async_dormant_max_duration bigint,
  async_idle_max_duration bigint,
  bots_count bigint,
  msg_from_bots_count bigint,
  msg_from_bots_size bigint,
  until_first_bot_duration bigint
) as
 SELECT agr_set_key,
    date_time_key,
    tenant_key,
    media_type_key,
    chat_session_dim_key,
    sessions,
    sessions_active,
    sessions_handled,
    sessions_abandoned,
    sessions_unknown,
    sessions_replied,
    abandoned_duration,
    abandoned_max_duration,
    outcome_handled,
    outcome_agent_never_wrote,
    outcome_abandoned,
    outcome_short_abandoned,
    outcome_left_with_bot,
    outcome_closed_by_bot,
    outcome_closed_by_system,
    outcome_unknown,
    outcome_open,
    sessions_abandoned_alone,
    sessions_left_with_bot,
    sessions_closed_by_bot,
    abandoned_alone_duration,
    abandoned_alone_max_duration,
    sessions_with_bot,
    sessions_handed_over,
    sessions_offered,
    sessions_answered,
    sessions_with_first_reply,
    sessions_ended_within_a_day,
    sessions_ended,
    answered_until_first_agent_duration,
    ended_session_duration,
    ended_handle_duration,
    answered_within_20_seconds,
    abandoned_within_20_seconds,
    answered_within_60_seconds,
    abandoned_within_60_seconds,
    session_duration,
    until_first_agent_duration,
    until_first_reply_duration,
    agents_count,
    msg_from_agents_count,
    msg_from_agents_size,
    msg_from_customers_count,
    msg_from_customers_size,
    agent_reply_count,
    agent_reply_duration,
    agent_reply_max_duration,
    agent_wait_count,
    agent_wait_duration,
    agent_wait_max_duration,
    customer_reply_count,
    customer_reply_duration,
    customer_reply_max_duration,
    customer_wait_count,
    customer_wait_duration,
    customer_wait_max_duration,
    handle_count,
    handle_duration,
    active_idle_count,
    active_idle_duration,
    async_dormant_count,
    async_dormant_duration,
    async_idle_count,
    async_idle_duration,
    coaches_count,
    monitors_count,
    with_customer_duration,
    handle_max_duration,
    active_idle_max_duration,
    async_dormant_max_duration,
    async_idle_max_duration,
    bots_count,
    msg_from_bots_count,
    msg_from_bots_size,
    until_first_bot_duration
   FROM ( SELECT max(agr_set_key) AS agr_set_key,
            EXTRACT(epoch FROM date_trunc('quarter'::text, (to_timestamp(date_time_key::double precision) AT TIME ZONE 'UTC'::text)))::integer AS date_time_key,
            tenant_key,
            media_type_key,
            chat_session_dim_key,
            sum(sessions)::bigint AS sessions,
            sum(sessions_active)::bigint AS sessions_active,
            sum(sessions_handled)::bigint AS sessions_handled,
            sum(sessions_abandoned)::bigint AS sessions_abandoned,
            sum(sessions_unknown)::bigint AS sessions_unknown,
            sum(sessions_replied)::bigint AS sessions_replied,
            sum(abandoned_duration)::bigint AS abandoned_duration,
            max(abandoned_max_duration) AS abandoned_max_duration,
                CASE
                    WHEN count(outcome_handled) = count(*) THEN sum(outcome_handled)
                    ELSE NULL::numeric
                END::bigint AS outcome_handled,
                CASE
                    WHEN count(outcome_agent_never_wrote) = count(*) THEN sum(outcome_agent_never_wrote)
                    ELSE NULL::numeric
                END::bigint AS outcome_agent_never_wrote,
                CASE
                    WHEN count(outcome_abandoned) = count(*) THEN sum(outcome_abandoned)
                    ELSE NULL::numeric
                END::bigint AS outcome_abandoned,
                CASE
                    WHEN count(outcome_short_abandoned) = count(*) THEN sum(outcome_short_abandoned)
                    ELSE NULL::numeric
                END::bigint AS outcome_short_abandoned,
                CASE
                    WHEN count(outcome_left_with_bot) = count(*) THEN sum(outcome_left_with_bot)
                    ELSE NULL::numeric
                END::bigint AS outcome_left_with_bot,
                CASE
                    WHEN count(outcome_closed_by_bot) = count(*) THEN sum(outcome_closed_by_bot)
                    ELSE NULL::numeric
                END::bigint AS outcome_closed_by_bot,
                CASE
                    WHEN count(outcome_closed_by_system) = count(*) THEN sum(outcome_closed_by_system)
                    ELSE NULL::numeric
                END::bigint AS outcome_closed_by_system,
                CASE
                    WHEN count(outcome_unknown) = count(*) THEN sum(outcome_unknown)
                    ELSE NULL::numeric
                END::bigint AS outcome_unknown,
                CASE
                    WHEN count(outcome_open) = count(*) THEN sum(outcome_open)
                    ELSE NULL::numeric
                END::bigint AS outcome_open,
                CASE
                    WHEN count(sessions_abandoned_alone) = count(*) THEN sum(sessions_abandoned_alone)
                    ELSE NULL::numeric
                END::bigint AS sessions_abandoned_alone,
                CASE
                    WHEN count(sessions_left_with_bot) = count(*) THEN sum(sessions_left_with_bot)
                    ELSE NULL::numeric
                END::bigint AS sessions_left_with_bot,
                CASE
                    WHEN count(sessions_closed_by_bot) = count(*) THEN sum(sessions_closed_by_bot)
                    ELSE NULL::numeric
                END::bigint AS sessions_closed_by_bot,
                CASE
                    WHEN count(abandoned_alone_duration) = count(*) THEN sum(abandoned_alone_duration)
                    ELSE NULL::numeric
                END::bigint AS abandoned_alone_duration,
                CASE
                    WHEN count(abandoned_alone_max_duration) = count(*) THEN max(abandoned_alone_max_duration)
                    ELSE NULL::bigint
                END AS abandoned_alone_max_duration,
                CASE
                    WHEN count(sessions_with_bot) = count(*) THEN sum(sessions_with_bot)
                    ELSE NULL::numeric
                END::bigint AS sessions_with_bot,
                CASE
                    WHEN count(sessions_handed_over) = count(*) THEN sum(sessions_handed_over)
                    ELSE NULL::numeric
                END::bigint AS sessions_handed_over,
                CASE
                    WHEN count(sessions_offered) = count(*) THEN sum(sessions_offered)
                    ELSE NULL::numeric
                END::bigint AS sessions_offered,
                CASE
                    WHEN count(sessions_answered) = count(*) THEN sum(sessions_answered)
                    ELSE NULL::numeric
                END::bigint AS sessions_answered,
                CASE
                    WHEN count(sessions_with_first_reply) = count(*) THEN sum(sessions_with_first_reply)
                    ELSE NULL::numeric
                END::bigint AS sessions_with_first_reply,
                CASE
                    WHEN count(sessions_ended_within_a_day) = count(*) THEN sum(sessions_ended_within_a_day)
                    ELSE NULL::numeric
                END::bigint AS sessions_ended_within_a_day,
                CASE
                    WHEN count(sessions_ended) = count(*) THEN sum(sessions_ended)
                    ELSE NULL::numeric
                END::bigint AS sessions_ended,
                CASE
                    WHEN count(answered_until_first_agent_duration) = count(*) THEN sum(answered_until_first_agent_duration)
                    ELSE NULL::numeric
                END::bigint AS answered_until_first_agent_duration,
                CASE
                    WHEN count(ended_session_duration) = count(*) THEN sum(ended_session_duration)
                    ELSE NULL::numeric
                END::bigint AS ended_session_duration,
                CASE
                    WHEN count(ended_handle_duration) = count(*) THEN sum(ended_handle_duration)
                    ELSE NULL::numeric
                END::bigint AS ended_handle_duration,
                CASE
                    WHEN count(answered_within_20_seconds) = count(*) THEN sum(answered_within_20_seconds)
                    ELSE NULL::numeric
                END::bigint AS answered_within_20_seconds,
                CASE
                    WHEN count(abandoned_within_20_seconds) = count(*) THEN sum(abandoned_within_20_seconds)
                    ELSE NULL::numeric
                END::bigint AS abandoned_within_20_seconds,
                CASE
                    WHEN count(answered_within_60_seconds) = count(*) THEN sum(answered_within_60_seconds)
                    ELSE NULL::numeric
                END::bigint AS answered_within_60_seconds,
                CASE
                    WHEN count(abandoned_within_60_seconds) = count(*) THEN sum(abandoned_within_60_seconds)
                    ELSE NULL::numeric
                END::bigint AS abandoned_within_60_seconds,
            sum(session_duration)::bigint AS session_duration,
            sum(until_first_agent_duration)::bigint AS until_first_agent_duration,
            sum(until_first_reply_duration)::bigint AS until_first_reply_duration,
            sum(agents_count)::bigint AS agents_count,
            sum(msg_from_agents_count)::bigint AS msg_from_agents_count,
            sum(msg_from_agents_size)::bigint AS msg_from_agents_size,
            sum(msg_from_customers_count)::bigint AS msg_from_customers_count,
            sum(msg_from_customers_size)::bigint AS msg_from_customers_size,
            sum(agent_reply_count)::bigint AS agent_reply_count,
            sum(agent_reply_duration)::bigint AS agent_reply_duration,
            max(agent_reply_max_duration) AS agent_reply_max_duration,
            sum(agent_wait_count)::bigint AS agent_wait_count,
            sum(agent_wait_duration)::bigint AS agent_wait_duration,
            max(agent_wait_max_duration) AS agent_wait_max_duration,
            sum(customer_reply_count)::bigint AS customer_reply_count,
            sum(customer_reply_duration)::bigint AS customer_reply_duration,
            max(customer_reply_max_duration) AS customer_reply_max_duration,
            sum(customer_wait_count)::bigint AS customer_wait_count,
            sum(customer_wait_duration)::bigint AS customer_wait_duration,
            max(customer_wait_max_duration) AS customer_wait_max_duration,
            sum(handle_count)::bigint AS handle_count,
            sum(handle_duration)::bigint AS handle_duration,
            sum(active_idle_count)::bigint AS active_idle_count,
            sum(active_idle_duration)::bigint AS active_idle_duration,
            sum(async_dormant_count)::bigint AS async_dormant_count,
            sum(async_dormant_duration)::bigint AS async_dormant_duration,
            sum(async_idle_count)::bigint AS async_idle_count,
            sum(async_idle_duration)::bigint AS async_idle_duration,
            sum(coaches_count)::bigint AS coaches_count,
            sum(monitors_count)::bigint AS monitors_count,
            sum(with_customer_duration)::bigint AS with_customer_duration,
            max(handle_max_duration) AS handle_max_duration,
            max(active_idle_max_duration) AS active_idle_max_duration,
            max(async_dormant_max_duration) AS async_dormant_max_duration,
            max(async_idle_max_duration) AS async_idle_max_duration,
            sum(bots_count)::bigint AS bots_count,
            sum(msg_from_bots_count)::bigint AS msg_from_bots_count,
            sum(msg_from_bots_size)::bigint AS msg_from_bots_size,
            sum(until_first_bot_duration)::bigint AS until_first_bot_duration
           FROM agt_chat_stats_month
          GROUP BY (EXTRACT(epoch FROM date_trunc('quarter'::text, (to_timestamp(date_time_key::double precision) AT TIME ZONE 'UTC'::text)))::integer), tenant_key, media_type_key, chat_session_dim_key) chat_stats;
comment on view agt_chat_stats_qrtr is 'Aggregate of chat sessions by quarter of their start (UTC), summed up on reading from AGT_CHAT_STATS_MONTH. Query the view AG2_CHAT_STATS_QRTR. Genesys name, columns assumed.';
comment on column agt_chat_stats_qrtr.agr_set_key is 'Newest transaction among the rows summed up: CTL_AUDIT_LOG.AUDIT_KEY. (In the source of the quarter view.) Unit: key. Genesys column, name assumed.';
comment on column agt_chat_stats_qrtr.date_time_key is 'Start of the quarter in which the sessions began (UTC): DATE_TIME.DATE_TIME_KEY. (In the source of the quarter view.) Unit: key, epoch seconds. Genesys column, name assumed.';
comment on column agt_chat_stats_qrtr.tenant_key is 'Tenant of the sessions: TENANT.TENANT_KEY; -2 absent, -1 unreadable. (In the source of the quarter view.) Unit: key. Genesys column, name assumed.';
comment on column agt_chat_stats_qrtr.media_type_key is 'Media type of the sessions: MEDIA_TYPE.MEDIA_TYPE_KEY; -2 absent, -1 unreadable. (In the source of the quarter view.) Unit: key. Genesys column, name assumed.';
comment on column agt_chat_stats_qrtr.chat_session_dim_key is 'Origin, language, end and mode of the sessions: CHAT_SESSION_DIM.ID. (In the source of the quarter view.) Unit: key. Genesys column, name assumed.';
comment on column agt_chat_stats_qrtr.sessions is 'Sessions that started in the period. Each has exactly one outcome. (In the source of the quarter view.) Unit: sessions. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_qrtr.sessions_active is 'Sessions that have not ended yet (asynchronous chat). (In the source of the quarter view.) Unit: sessions. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_qrtr.sessions_handled is 'Ended sessions that an agent joined, whether the agent wrote or not. (In the source of the quarter view.) Unit: sessions. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_qrtr.sessions_abandoned is 'Ended sessions without an agent: abandoned and short-abandoned, left with a bot, closed by a bot and closed by the system together. (In the source of the quarter view.) Unit: sessions. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_qrtr.sessions_unknown is 'Ended sessions for which it is unknown whether an agent joined. (In the source of the quarter view.) Unit: sessions. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_qrtr.sessions_replied is 'Sessions in which an agent replied to the customer at least once. (In the source of the quarter view.) Unit: sessions. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_qrtr.abandoned_duration is 'Total duration of the sessions without an agent. (In the source of the quarter view.) Unit: seconds. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_qrtr.abandoned_max_duration is 'Longest duration of one session without an agent. (In the source of the quarter view.) Unit: seconds. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_qrtr.outcome_handled is 'Sessions with the outcome handled: an agent joined, and nothing says that no agent wrote. (In the source of the quarter view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_qrtr.outcome_agent_never_wrote is 'Sessions with the outcome agent-never-wrote: an agent joined but wrote nothing that the customer could see. (In the source of the quarter view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_qrtr.outcome_abandoned is 'Sessions with the outcome abandoned: nobody joined, and the customer left after a longer wait. (In the source of the quarter view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_qrtr.outcome_short_abandoned is 'Sessions with the outcome short-abandoned: nobody joined, and the customer left within `short-abandon-seconds` (default 10). (In the source of the quarter view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_qrtr.outcome_left_with_bot is 'Sessions with the outcome left-with-bot: no agent joined, a bot took part, and no bot ended the session. (In the source of the quarter view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_qrtr.outcome_closed_by_bot is 'Sessions with the outcome closed-by-bot: no agent joined, and a bot ended the session. (In the source of the quarter view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_qrtr.outcome_closed_by_system is 'Sessions with the outcome closed-by-system: nobody joined, and it was not the customer who ended the session: Chat Server did, or somebody of the contact centre. (In the source of the quarter view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_qrtr.outcome_unknown is 'Sessions with the outcome unknown: it is unknown whether an agent joined. (In the source of the quarter view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_qrtr.outcome_open is 'Sessions with the outcome open: the session has not ended yet (asynchronous chat). (In the source of the quarter view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_qrtr.sessions_abandoned_alone is 'Sessions that the customer gave up while nobody was there: abandoned and short-abandoned together. (In the source of the quarter view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_qrtr.sessions_left_with_bot is 'Sessions with the outcome left-with-bot: the same as OUTCOME_LEFT_WITH_BOT. (In the source of the quarter view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_qrtr.sessions_closed_by_bot is 'Sessions with the outcome closed-by-bot: the same as OUTCOME_CLOSED_BY_BOT. (In the source of the quarter view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_qrtr.abandoned_alone_duration is 'Total time that customers waited who gave up while nobody was there: the duration of their sessions. (In the source of the quarter view.) Unit: seconds. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_qrtr.abandoned_alone_max_duration is 'Longest time that one customer waited who gave up while nobody was there. (In the source of the quarter view.) Unit: seconds. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_qrtr.sessions_with_bot is 'Sessions in which a bot took part. (In the source of the quarter view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_qrtr.sessions_handed_over is 'Sessions in which a bot took part and an agent joined. (In the source of the quarter view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_qrtr.sessions_offered is 'Sessions that needed an agent: those that one joined, and those that ended while nobody was there. (In the source of the quarter view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_qrtr.sessions_answered is 'Sessions that an agent joined, including those that are still open. (In the source of the quarter view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_qrtr.sessions_with_first_reply is 'Sessions in which an agent wrote a message that the customer could see. (In the source of the quarter view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_qrtr.sessions_ended_within_a_day is 'Sessions that ended at most 24 hours after they had started. (In the source of the quarter view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_qrtr.sessions_ended is 'Sessions that have ended. (In the source of the quarter view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_qrtr.answered_until_first_agent_duration is 'Total time until the first agent of the sessions that an agent joined. (In the source of the quarter view.) Unit: seconds. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_qrtr.ended_session_duration is 'Total duration of the sessions that have ended. (In the source of the quarter view.) Unit: seconds. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_qrtr.ended_handle_duration is 'Total time with an agent of the sessions that have ended and that an agent joined. (In the source of the quarter view.) Unit: seconds. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_qrtr.answered_within_20_seconds is 'Sessions that an agent joined within 20 seconds of their start. (In the source of the quarter view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_qrtr.abandoned_within_20_seconds is 'Sessions that the customer gave up within 20 seconds while nobody was there. (In the source of the quarter view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_qrtr.answered_within_60_seconds is 'Sessions that an agent joined within 60 seconds of their start. (In the source of the quarter view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_qrtr.abandoned_within_60_seconds is 'Sessions that the customer gave up within 60 seconds while nobody was there. (In the source of the quarter view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_qrtr.session_duration is 'Sum over the sessions: Time from the creation of the session until Chat Server finished it. Work on the interaction after the chat has ended is not in it. (In the source of the quarter view.) Unit: seconds. Source: user-data key csg_SessionTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_qrtr.until_first_agent_duration is 'Sum over the sessions: Time the customer waited until the first agent whom the customer can see joined. 0 means at once when AGENTS_COUNT is above 0, and never when it is 0. (In the source of the quarter view.) Unit: seconds. Source: user-data key csg_SessionUntilFirstAgentTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_qrtr.until_first_reply_duration is 'Sum over the sessions: Time from the start of the session until the first message of an agent that the customer can see. (In the source of the quarter view.) Unit: seconds. Source: user-data key csg_SessionUntilFirstReplyTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_qrtr.agents_count is 'Sum over the sessions: Distinct agents and supervisors visible to the customer who took part. One who comes back counts once. (In the source of the quarter view.) Unit: parties. Source: user-data key csg_PartiesAsAgentCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_qrtr.msg_from_agents_count is 'Sum over the sessions: Messages that all agents sent and the customer could see. (In the source of the quarter view.) Unit: messages. Source: user-data key csg_MessagesFromAgentsCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_qrtr.msg_from_agents_size is 'Sum over the sessions: Characters, blanks included, of the messages that agents sent and the customer could see. (In the source of the quarter view.) Unit: characters. Source: user-data key csg_MessagesFromAgentsSize. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_qrtr.msg_from_customers_count is 'Sum over the sessions: Messages that the customer sent. (In the source of the quarter view.) Unit: messages. Source: user-data key csg_MessagesFromCustomersCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_qrtr.msg_from_customers_size is 'Sum over the sessions: Characters, blanks included, of the messages that the customer sent. (In the source of the quarter view.) Unit: characters. Source: user-data key csg_MessagesFromCustomersSize. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_qrtr.agent_reply_count is 'Sum over the sessions: How often an agent replied to the customer; several messages in a row are one reply. (In the source of the quarter view.) Unit: replies. Source: user-data key cse_AgentReplyTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_qrtr.agent_reply_duration is 'Sum over the sessions: Total time agents took to reply, each from the first unanswered customer message to the next agent message. Dormant time of an async session is left out, and for a message that came in then the time until an agent was back. (In the source of the quarter view.) Unit: seconds. Source: user-data key cse_AgentReplyTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_qrtr.agent_reply_max_duration is 'Largest value of a session: Longest single time an agent took to reply to the customer. (In the source of the quarter view.) Unit: seconds. Source: user-data key cse_AgentReplyMaxTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_qrtr.agent_wait_count is 'Sum over the sessions: How often an agent waited for an answer of the customer. (In the source of the quarter view.) Unit: waits. Source: user-data key cse_AgentWaitTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_qrtr.agent_wait_duration is 'Sum over the sessions: Total time agents waited for the customer, each from the last agent message of a run to the next customer message. Dormant time of an async session is left out. (In the source of the quarter view.) Unit: seconds. Source: user-data key cse_AgentWaitTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_qrtr.agent_wait_max_duration is 'Largest value of a session: Longest single time an agent waited for an answer of the customer. (In the source of the quarter view.) Unit: seconds. Source: user-data key cse_AgentWaitMaxTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_qrtr.customer_reply_count is 'Sum over the sessions: How often the customer replied to an agent; several messages in a row are one reply. (In the source of the quarter view.) Unit: replies. Source: user-data key cse_CustomerReplyTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_qrtr.customer_reply_duration is 'Sum over the sessions: Total time the customer took to reply, each from the first unanswered agent message to the next customer message. (In the source of the quarter view.) Unit: seconds. Source: user-data key cse_CustomerReplyTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_qrtr.customer_reply_max_duration is 'Largest value of a session: Longest single time the customer took to reply to an agent. (In the source of the quarter view.) Unit: seconds. Source: user-data key cse_CustomerReplyMaxTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_qrtr.customer_wait_count is 'Sum over the sessions: How often the customer waited for an answer of an agent. (In the source of the quarter view.) Unit: waits. Source: user-data key cse_CustomerWaitTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_qrtr.customer_wait_duration is 'Sum over the sessions: Total time the customer waited for an agent, each from the last customer message of a run to the next agent message. (In the source of the quarter view.) Unit: seconds. Source: user-data key cse_CustomerWaitTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_qrtr.customer_wait_max_duration is 'Largest value of a session: Longest single time the customer waited for an answer of an agent. (In the source of the quarter view.) Unit: seconds. Source: user-data key cse_CustomerWaitMaxTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_qrtr.handle_count is 'Sum over the sessions: How often the session entered the state in which at least one agent was connected. (In the source of the quarter view.) Unit: phases. Source: user-data key cse_SessionHandleTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_qrtr.handle_duration is 'Sum over the sessions: Total time in which at least one agent was connected. (In the source of the quarter view.) Unit: seconds. Source: user-data key cse_SessionHandleTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_qrtr.active_idle_count is 'Sum over the sessions: How often nothing happened for longer than the configured threshold while an agent was connected. (In the source of the quarter view.) Unit: phases. Source: user-data key cse_ActiveIdleTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_qrtr.active_idle_duration is 'Sum over the sessions: Total time beyond the configured threshold in which nothing happened while an agent was connected. (In the source of the quarter view.) Unit: seconds. Source: user-data key cse_ActiveIdleTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_qrtr.async_dormant_count is 'Sum over the sessions: How often an async session became dormant, that is, had no agent. (In the source of the quarter view.) Unit: phases. Source: user-data key cse_AsyncDormantTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_qrtr.async_dormant_duration is 'Sum over the sessions: Total time an async session was dormant. Routing time is left out. (In the source of the quarter view.) Unit: seconds. Source: user-data key cse_AsyncDormantTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_qrtr.async_idle_count is 'Sum over the sessions: How often a dormant async session became idle. (In the source of the quarter view.) Unit: phases. Source: user-data key cse_AsyncIdleTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_qrtr.async_idle_duration is 'Sum over the sessions: Total time beyond the configured threshold in which nothing happened while an async session was dormant. (In the source of the quarter view.) Unit: seconds. Source: user-data key cse_AsyncIdleTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_qrtr.coaches_count is 'Sum over the sessions: Distinct parties that took part as coaches, visible to agents only. (In the source of the quarter view.) Unit: parties. Source: user-data key csg_PartiesAsCoachCount. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_qrtr.monitors_count is 'Sum over the sessions: Distinct parties that watched the session unseen. (In the source of the quarter view.) Unit: parties. Source: user-data key csg_PartiesAsMonitorCount. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_qrtr.with_customer_duration is 'Sum over the sessions: Time the customer was in the session. (In the source of the quarter view.) Unit: seconds. Source: user-data key csg_SessionWithCustomerTime. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_qrtr.handle_max_duration is 'Largest value of a session: Longest unbroken time in which at least one agent was connected. (In the source of the quarter view.) Unit: seconds. Source: user-data key cse_SessionHandleMaxTime. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_qrtr.active_idle_max_duration is 'Largest value of a session: Longest single time beyond the configured threshold in which nothing happened while an agent was connected. (In the source of the quarter view.) Unit: seconds. Source: user-data key cse_ActiveIdleMaxTime. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_qrtr.async_dormant_max_duration is 'Largest value of a session: Longest single time an async session was dormant. (In the source of the quarter view.) Unit: seconds. Source: user-data key cse_AsyncDormantMaxTime. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_qrtr.async_idle_max_duration is 'Largest value of a session: Longest single time an async session was idle. (In the source of the quarter view.) Unit: seconds. Source: user-data key cse_AsyncIdleMaxTime. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_qrtr.bots_count is 'Sum over the sessions: Distinct bots that took part in the session. (In the source of the quarter view.) Unit: parties. Source: user-data key csg_PartiesAsBotCount. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_qrtr.msg_from_bots_count is 'Sum over the sessions: Messages that bots sent and the customer could see. (In the source of the quarter view.) Unit: messages. Source: user-data key csg_MessagesFromBotsCount. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_qrtr.msg_from_bots_size is 'Sum over the sessions: Characters, blanks included, of the messages that bots sent and the customer could see. (In the source of the quarter view.) Unit: characters. Source: user-data key csg_MessagesFromBotsSize. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_qrtr.until_first_bot_duration is 'Sum over the sessions: Time from the start of the session until the first bot joined. (In the source of the quarter view.) Unit: seconds. Source: user-data key csg_SessionUntilFirstBotTime. Extension of chatmart. 0: none, or its key was absent.';

create view agt_chat_stats_subhr (
  agr_set_key numeric,
  date_time_key integer,
  tenant_key integer,
  media_type_key integer,
  chat_session_dim_key integer,
  sessions bigint,
  sessions_active bigint,
  sessions_handled bigint,
  sessions_abandoned bigint,
  sessions_unknown bigint,
  sessions_replied bigint,
  abandoned_duration bigint,
  abandoned_max_duration bigint,
  outcome_handled bigint,
  outcome_agent_never_wrote bigint,
  outcome_abandoned bigint,
  outcome_short_abandoned bigint,
  outcome_left_with_bot bigint,
  outcome_closed_by_bot bigint,
  outcome_closed_by_system bigint,
  outcome_unknown bigint,
  outcome_open bigint,
  sessions_abandoned_alone bigint,
  sessions_left_with_bot bigint,
  sessions_closed_by_bot bigint,
  abandoned_alone_duration bigint,
  abandoned_alone_max_duration bigint,
  sessions_with_bot bigint,
  sessions_handed_over bigint,
  sessions_offered bigint,
  sessions_answered bigint,
  sessions_with_first_reply bigint,
  sessions_ended_within_a_day bigint,
  sessions_ended bigint,
  answered_until_first_agent_duration bigint,
  ended_session_duration bigint,
  ended_handle_duration bigint,
  answered_within_20_seconds bigint,
  abandoned_within_20_seconds bigint,
  answered_within_60_seconds bigint,
  abandoned_within_60_seconds bigint,
  session_duration bigint,
  until_first_agent_duration bigint,
  until_first_reply_duration bigint,
  agents_count bigint,
  msg_from_agents_count bigint,
  msg_from_agents_size bigint,
  msg_from_customers_count bigint,
  msg_from_customers_size bigint,
  agent_reply_count bigint,
  agent_reply_duration bigint,
  agent_reply_max_duration bigint,
  agent_wait_count bigint,
  agent_wait_duration bigint,
  agent_wait_max_duration bigint,
  customer_reply_count bigint,
  customer_reply_duration bigint,
  customer_reply_max_duration bigint,
  customer_wait_count bigint,
  customer_wait_duration bigint,
  customer_wait_max_duration bigint,
  handle_count bigint,
  handle_duration bigint,
  active_idle_count bigint,
  active_idle_duration bigint,
  async_dormant_count bigint,
  async_dormant_duration bigint,
  async_idle_count bigint,
  async_idle_duration bigint,
  coaches_count bigint,
  monitors_count bigint,
  with_customer_duration bigint,
  handle_max_duration bigint,
  active_idle_max_duration bigint,
  async_dormant_max_duration bigint,
  async_idle_max_duration bigint,
  bots_count bigint,
  msg_from_bots_count bigint,
  msg_from_bots_size bigint,
  until_first_bot_duration bigint
) as
 SELECT agr_set_key,
    date_time_key,
    tenant_key,
    media_type_key,
    chat_session_dim_key,
    sessions,
    sessions_active,
    sessions_handled,
    sessions_abandoned,
    sessions_unknown,
    sessions_replied,
    abandoned_duration,
    abandoned_max_duration,
    outcome_handled,
    outcome_agent_never_wrote,
    outcome_abandoned,
    outcome_short_abandoned,
    outcome_left_with_bot,
    outcome_closed_by_bot,
    outcome_closed_by_system,
    outcome_unknown,
    outcome_open,
    sessions_abandoned_alone,
    sessions_left_with_bot,
    sessions_closed_by_bot,
    abandoned_alone_duration,
    abandoned_alone_max_duration,
    sessions_with_bot,
    sessions_handed_over,
    sessions_offered,
    sessions_answered,
    sessions_with_first_reply,
    sessions_ended_within_a_day,
    sessions_ended,
    answered_until_first_agent_duration,
    ended_session_duration,
    ended_handle_duration,
    answered_within_20_seconds,
    abandoned_within_20_seconds,
    answered_within_60_seconds,
    abandoned_within_60_seconds,
    session_duration,
    until_first_agent_duration,
    until_first_reply_duration,
    agents_count,
    msg_from_agents_count,
    msg_from_agents_size,
    msg_from_customers_count,
    msg_from_customers_size,
    agent_reply_count,
    agent_reply_duration,
    agent_reply_max_duration,
    agent_wait_count,
    agent_wait_duration,
    agent_wait_max_duration,
    customer_reply_count,
    customer_reply_duration,
    customer_reply_max_duration,
    customer_wait_count,
    customer_wait_duration,
    customer_wait_max_duration,
    handle_count,
    handle_duration,
    active_idle_count,
    active_idle_duration,
    async_dormant_count,
    async_dormant_duration,
    async_idle_count,
    async_idle_duration,
    coaches_count,
    monitors_count,
    with_customer_duration,
    handle_max_duration,
    active_idle_max_duration,
    async_dormant_max_duration,
    async_idle_max_duration,
    bots_count,
    msg_from_bots_count,
    msg_from_bots_size,
    until_first_bot_duration
   FROM ( SELECT agr_set_key,
            date_time_key,
            tenant_key,
            media_type_key,
            chat_session_dim_key,
            sessions,
            sessions_active,
            sessions_handled,
            sessions_abandoned,
            sessions_unknown,
            sessions_replied,
            abandoned_duration,
            abandoned_max_duration,
            outcome_handled,
            outcome_agent_never_wrote,
            outcome_abandoned,
            outcome_short_abandoned,
            outcome_left_with_bot,
            outcome_closed_by_bot,
            outcome_closed_by_system,
            outcome_unknown,
            outcome_open,
            sessions_abandoned_alone,
            sessions_left_with_bot,
            sessions_closed_by_bot,
            abandoned_alone_duration,
            abandoned_alone_max_duration,
            sessions_with_bot,
            sessions_handed_over,
            sessions_offered,
            sessions_answered,
            sessions_with_first_reply,
            sessions_ended_within_a_day,
            sessions_ended,
            answered_until_first_agent_duration,
            ended_session_duration,
            ended_handle_duration,
            answered_within_20_seconds,
            abandoned_within_20_seconds,
            answered_within_60_seconds,
            abandoned_within_60_seconds,
            session_duration,
            until_first_agent_duration,
            until_first_reply_duration,
            agents_count,
            msg_from_agents_count,
            msg_from_agents_size,
            msg_from_customers_count,
            msg_from_customers_size,
            agent_reply_count,
            agent_reply_duration,
            agent_reply_max_duration,
            agent_wait_count,
            agent_wait_duration,
            agent_wait_max_duration,
            customer_reply_count,
            customer_reply_duration,
            customer_reply_max_duration,
            customer_wait_count,
            customer_wait_duration,
            customer_wait_max_duration,
            handle_count,
            handle_duration,
            active_idle_count,
            active_idle_duration,
            async_dormant_count,
            async_dormant_duration,
            async_idle_count,
            async_idle_duration,
            coaches_count,
            monitors_count,
            with_customer_duration,
            handle_max_duration,
            active_idle_max_duration,
            async_dormant_max_duration,
            async_idle_max_duration,
            bots_count,
            msg_from_bots_count,
            msg_from_bots_size,
            until_first_bot_duration
           FROM ( SELECT date_time_key,
                    date_time_next_key AS end_key
                   FROM date_time) period
             CROSS JOIN LATERAL ( SELECT max(COALESCE(update_audit_key, create_audit_key)) AS agr_set_key,
                    tenant_key,
                    media_type_key,
                    chat_session_dim_key,
                    count(*) AS sessions,
                    count(*) FILTER (WHERE outcome = 'open'::text) AS sessions_active,
                    count(*) FILTER (WHERE outcome = ANY (ARRAY['handled'::text, 'agent-never-wrote'::text])) AS sessions_handled,
                    count(*) FILTER (WHERE outcome = ANY (ARRAY['abandoned'::text, 'short-abandoned'::text, 'left-with-bot'::text, 'closed-by-bot'::text, 'closed-by-system'::text])) AS sessions_abandoned,
                    count(*) FILTER (WHERE outcome = 'unknown'::text) AS sessions_unknown,
                    count(*) FILTER (WHERE agent_reply_count > 0) AS sessions_replied,
                    COALESCE(sum(session_duration) FILTER (WHERE outcome = ANY (ARRAY['abandoned'::text, 'short-abandoned'::text, 'left-with-bot'::text, 'closed-by-bot'::text, 'closed-by-system'::text])), 0::bigint) AS abandoned_duration,
                    COALESCE(max(session_duration) FILTER (WHERE outcome = ANY (ARRAY['abandoned'::text, 'short-abandoned'::text, 'left-with-bot'::text, 'closed-by-bot'::text, 'closed-by-system'::text])), 0)::bigint AS abandoned_max_duration,
                    count(*) FILTER (WHERE outcome = 'handled'::text) AS outcome_handled,
                    count(*) FILTER (WHERE outcome = 'agent-never-wrote'::text) AS outcome_agent_never_wrote,
                    count(*) FILTER (WHERE outcome = 'abandoned'::text) AS outcome_abandoned,
                    count(*) FILTER (WHERE outcome = 'short-abandoned'::text) AS outcome_short_abandoned,
                    count(*) FILTER (WHERE outcome = 'left-with-bot'::text) AS outcome_left_with_bot,
                    count(*) FILTER (WHERE outcome = 'closed-by-bot'::text) AS outcome_closed_by_bot,
                    count(*) FILTER (WHERE outcome = 'closed-by-system'::text) AS outcome_closed_by_system,
                    count(*) FILTER (WHERE outcome = 'unknown'::text) AS outcome_unknown,
                    count(*) FILTER (WHERE outcome = 'open'::text) AS outcome_open,
                    count(*) FILTER (WHERE outcome = ANY (ARRAY['abandoned'::text, 'short-abandoned'::text])) AS sessions_abandoned_alone,
                    count(*) FILTER (WHERE outcome = 'left-with-bot'::text) AS sessions_left_with_bot,
                    count(*) FILTER (WHERE outcome = 'closed-by-bot'::text) AS sessions_closed_by_bot,
                    COALESCE(sum(session_duration) FILTER (WHERE outcome = ANY (ARRAY['abandoned'::text, 'short-abandoned'::text])), 0::bigint) AS abandoned_alone_duration,
                    COALESCE(max(session_duration) FILTER (WHERE outcome = ANY (ARRAY['abandoned'::text, 'short-abandoned'::text])), 0)::bigint AS abandoned_alone_max_duration,
                    count(*) FILTER (WHERE bots_count > 0 OR msg_from_bots_count > 0 OR until_first_bot_duration > 0) AS sessions_with_bot,
                    count(*) FILTER (WHERE (bots_count > 0 OR msg_from_bots_count > 0 OR until_first_bot_duration > 0) AND ((outcome = ANY (ARRAY['handled'::text, 'agent-never-wrote'::text])) OR outcome = 'open'::text AND agents_count > 0)) AS sessions_handed_over,
                    count(*) FILTER (WHERE (outcome = ANY (ARRAY['handled'::text, 'agent-never-wrote'::text])) OR outcome = 'open'::text AND agents_count > 0 OR (outcome = ANY (ARRAY['abandoned'::text, 'short-abandoned'::text, 'closed-by-system'::text]))) AS sessions_offered,
                    count(*) FILTER (WHERE (outcome = ANY (ARRAY['handled'::text, 'agent-never-wrote'::text])) OR outcome = 'open'::text AND agents_count > 0) AS sessions_answered,
                    count(*) FILTER (WHERE msg_from_agents_count > 0 OR until_first_reply_duration > 0) AS sessions_with_first_reply,
                    count(*) FILTER (WHERE outcome <> 'open'::text AND (end_ts - start_ts) <= 86400) AS sessions_ended_within_a_day,
                    count(*) FILTER (WHERE outcome <> 'open'::text) AS sessions_ended,
                    COALESCE(sum(until_first_agent_duration) FILTER (WHERE (outcome = ANY (ARRAY['handled'::text, 'agent-never-wrote'::text])) OR outcome = 'open'::text AND agents_count > 0), 0::bigint) AS answered_until_first_agent_duration,
                    COALESCE(sum(session_duration) FILTER (WHERE outcome <> 'open'::text), 0::bigint) AS ended_session_duration,
                    COALESCE(sum(handle_duration) FILTER (WHERE outcome = ANY (ARRAY['handled'::text, 'agent-never-wrote'::text])), 0::bigint) AS ended_handle_duration,
                    count(*) FILTER (WHERE ((outcome = ANY (ARRAY['handled'::text, 'agent-never-wrote'::text])) OR outcome = 'open'::text AND agents_count > 0) AND agents_count > 0 AND until_first_agent_duration <= 20) AS answered_within_20_seconds,
                    count(*) FILTER (WHERE (outcome = ANY (ARRAY['abandoned'::text, 'short-abandoned'::text])) AND COALESCE(NULLIF(session_duration, 0), end_ts - start_ts) <= 20) AS abandoned_within_20_seconds,
                    count(*) FILTER (WHERE ((outcome = ANY (ARRAY['handled'::text, 'agent-never-wrote'::text])) OR outcome = 'open'::text AND agents_count > 0) AND agents_count > 0 AND until_first_agent_duration <= 60) AS answered_within_60_seconds,
                    count(*) FILTER (WHERE (outcome = ANY (ARRAY['abandoned'::text, 'short-abandoned'::text])) AND COALESCE(NULLIF(session_duration, 0), end_ts - start_ts) <= 60) AS abandoned_within_60_seconds,
                    sum(session_duration) AS session_duration,
                    sum(until_first_agent_duration) AS until_first_agent_duration,
                    sum(until_first_reply_duration) AS until_first_reply_duration,
                    sum(agents_count) AS agents_count,
                    sum(msg_from_agents_count) AS msg_from_agents_count,
                    sum(msg_from_agents_size) AS msg_from_agents_size,
                    sum(msg_from_customers_count) AS msg_from_customers_count,
                    sum(msg_from_customers_size) AS msg_from_customers_size,
                    sum(agent_reply_count) AS agent_reply_count,
                    sum(agent_reply_duration) AS agent_reply_duration,
                    max(agent_reply_max_duration)::bigint AS agent_reply_max_duration,
                    sum(agent_wait_count) AS agent_wait_count,
                    sum(agent_wait_duration) AS agent_wait_duration,
                    max(agent_wait_max_duration)::bigint AS agent_wait_max_duration,
                    sum(customer_reply_count) AS customer_reply_count,
                    sum(customer_reply_duration) AS customer_reply_duration,
                    max(customer_reply_max_duration)::bigint AS customer_reply_max_duration,
                    sum(customer_wait_count) AS customer_wait_count,
                    sum(customer_wait_duration) AS customer_wait_duration,
                    max(customer_wait_max_duration)::bigint AS customer_wait_max_duration,
                    sum(handle_count) AS handle_count,
                    sum(handle_duration) AS handle_duration,
                    sum(active_idle_count) AS active_idle_count,
                    sum(active_idle_duration) AS active_idle_duration,
                    sum(async_dormant_count) AS async_dormant_count,
                    sum(async_dormant_duration) AS async_dormant_duration,
                    sum(async_idle_count) AS async_idle_count,
                    sum(async_idle_duration) AS async_idle_duration,
                    sum(coaches_count) AS coaches_count,
                    sum(monitors_count) AS monitors_count,
                    sum(with_customer_duration) AS with_customer_duration,
                    max(handle_max_duration)::bigint AS handle_max_duration,
                    max(active_idle_max_duration)::bigint AS active_idle_max_duration,
                    max(async_dormant_max_duration)::bigint AS async_dormant_max_duration,
                    max(async_idle_max_duration)::bigint AS async_idle_max_duration,
                    sum(bots_count) AS bots_count,
                    sum(msg_from_bots_count) AS msg_from_bots_count,
                    sum(msg_from_bots_size) AS msg_from_bots_size,
                    sum(until_first_bot_duration) AS until_first_bot_duration
                   FROM ( SELECT media_server_ixn_guid,
                            start_date_time_key,
                            end_date_time_key,
                            tenant_key,
                            media_type_key,
                            chat_session_dim_key,
                            thread_id,
                            session_duration,
                            until_first_agent_duration,
                            until_first_reply_duration,
                            agents_count,
                            msg_from_agents_count,
                            msg_from_agents_size,
                            msg_from_customers_count,
                            msg_from_customers_size,
                            agent_reply_count,
                            agent_reply_duration,
                            agent_reply_max_duration,
                            agent_wait_count,
                            agent_wait_duration,
                            agent_wait_max_duration,
                            customer_reply_count,
                            customer_reply_duration,
                            customer_reply_max_duration,
                            customer_wait_count,
                            customer_wait_duration,
                            customer_wait_max_duration,
                            handle_count,
                            handle_duration,
                            active_idle_count,
                            active_idle_duration,
                            async_dormant_count,
                            async_dormant_duration,
                            async_idle_count,
                            async_idle_duration,
                            parking_queue_count,
                            parking_queue_duration,
                            producer_batch_id,
                            create_audit_key,
                            update_audit_key,
                            start_ts,
                            end_ts,
                            chat_session_id,
                            coaches_count,
                            monitors_count,
                            with_customer_duration,
                            handle_max_duration,
                            active_idle_max_duration,
                            async_dormant_max_duration,
                            async_idle_max_duration,
                            bots_count,
                            msg_from_bots_count,
                            msg_from_bots_size,
                            until_first_bot_duration,
                            active_flag,
                            kvp_present,
                                CASE
                                    WHEN active_flag = 1 THEN 'open'::text
                                    WHEN (ended_agent::text = 'PRESENT'::text OR ended_agent::text = 'VISITED'::text AND COALESCE(( SELECT value::text AS value
                                       FROM ctl_schema_info
                                      WHERE property::text = 'visited-counts-as'::text), 'handled'::text) <> 'abandoned'::text OR (COALESCE(ended_agent, ''::character varying)::text <> ALL (ARRAY['ABSENT'::character varying, 'VISITED'::character varying]::text[])) AND (kvp_present & 128::bigint) <> 0 AND agents_count > 0) AND (kvp_present & 256::bigint) <> 0 AND msg_from_agents_count = 0 THEN 'agent-never-wrote'::text
                                    WHEN ended_agent::text = 'PRESENT'::text OR ended_agent::text = 'VISITED'::text AND COALESCE(( SELECT value::text AS value
                                       FROM ctl_schema_info
                                      WHERE property::text = 'visited-counts-as'::text), 'handled'::text) <> 'abandoned'::text OR (COALESCE(ended_agent, ''::character varying)::text <> ALL (ARRAY['ABSENT'::character varying, 'VISITED'::character varying]::text[])) AND (kvp_present & 128::bigint) <> 0 AND agents_count > 0 THEN 'handled'::text
                                    WHEN ((ended_agent::text = ANY (ARRAY['ABSENT'::character varying, 'VISITED'::character varying]::text[])) OR (kvp_present & 128::bigint) <> 0 AND agents_count = 0) IS NOT TRUE THEN 'unknown'::text
                                    WHEN ended_by::text = 'BOT'::text THEN 'closed-by-bot'::text
                                    WHEN bots_count > 0 OR msg_from_bots_count > 0 OR until_first_bot_duration > 0 THEN 'left-with-bot'::text
                                    WHEN ended_by::text = ANY (ARRAY['SYSTEM'::character varying, 'AGENT'::character varying, 'SUPERVISOR'::character varying]::text[]) THEN 'closed-by-system'::text
                                    WHEN COALESCE(NULLIF(session_duration, 0), end_ts - start_ts) <= COALESCE(( SELECT value::integer AS value
                                       FROM ctl_schema_info
                                      WHERE property::text = 'short-abandon-seconds'::text), 10) THEN 'short-abandoned'::text
                                    ELSE 'abandoned'::text
                                END AS outcome
                           FROM chat_session_fact chat_session_fact_1
                             LEFT JOIN chat_session_dim chat_session_dim_1 ON id = chat_session_dim_key
                          WHERE start_date_time_key = date_time_key
                         OFFSET 0) chat_session_fact
                     LEFT JOIN chat_session_dim ON id = chat_session_dim_key
                     CROSS JOIN LATERAL ( SELECT outcome) session
                  GROUP BY tenant_key, media_type_key, chat_session_dim_key) of_period) chat_stats;
comment on view agt_chat_stats_subhr is 'Aggregate of chat sessions by 15-minute interval of their start (UTC), summed up on reading from CHAT_SESSION_FACT. Query the view AG2_CHAT_STATS_SUBHR. Genesys name, columns assumed.';
comment on column agt_chat_stats_subhr.agr_set_key is 'Newest transaction among the rows summed up: CTL_AUDIT_LOG.AUDIT_KEY. (In the source of the 15-minute interval view.) Unit: key. Genesys column, name assumed.';
comment on column agt_chat_stats_subhr.date_time_key is 'Start of the 15-minute interval in which the sessions began (UTC): DATE_TIME.DATE_TIME_KEY. (In the source of the 15-minute interval view.) Unit: key, epoch seconds. Genesys column, name assumed.';
comment on column agt_chat_stats_subhr.tenant_key is 'Tenant of the sessions: TENANT.TENANT_KEY; -2 absent, -1 unreadable. (In the source of the 15-minute interval view.) Unit: key. Genesys column, name assumed.';
comment on column agt_chat_stats_subhr.media_type_key is 'Media type of the sessions: MEDIA_TYPE.MEDIA_TYPE_KEY; -2 absent, -1 unreadable. (In the source of the 15-minute interval view.) Unit: key. Genesys column, name assumed.';
comment on column agt_chat_stats_subhr.chat_session_dim_key is 'Origin, language, end and mode of the sessions: CHAT_SESSION_DIM.ID. (In the source of the 15-minute interval view.) Unit: key. Genesys column, name assumed.';
comment on column agt_chat_stats_subhr.sessions is 'Sessions that started in the period. Each has exactly one outcome. (In the source of the 15-minute interval view.) Unit: sessions. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_subhr.sessions_active is 'Sessions that have not ended yet (asynchronous chat). (In the source of the 15-minute interval view.) Unit: sessions. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_subhr.sessions_handled is 'Ended sessions that an agent joined, whether the agent wrote or not. (In the source of the 15-minute interval view.) Unit: sessions. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_subhr.sessions_abandoned is 'Ended sessions without an agent: abandoned and short-abandoned, left with a bot, closed by a bot and closed by the system together. (In the source of the 15-minute interval view.) Unit: sessions. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_subhr.sessions_unknown is 'Ended sessions for which it is unknown whether an agent joined. (In the source of the 15-minute interval view.) Unit: sessions. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_subhr.sessions_replied is 'Sessions in which an agent replied to the customer at least once. (In the source of the 15-minute interval view.) Unit: sessions. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_subhr.abandoned_duration is 'Total duration of the sessions without an agent. (In the source of the 15-minute interval view.) Unit: seconds. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_subhr.abandoned_max_duration is 'Longest duration of one session without an agent. (In the source of the 15-minute interval view.) Unit: seconds. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_subhr.outcome_handled is 'Sessions with the outcome handled: an agent joined, and nothing says that no agent wrote. (In the source of the 15-minute interval view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_subhr.outcome_agent_never_wrote is 'Sessions with the outcome agent-never-wrote: an agent joined but wrote nothing that the customer could see. (In the source of the 15-minute interval view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_subhr.outcome_abandoned is 'Sessions with the outcome abandoned: nobody joined, and the customer left after a longer wait. (In the source of the 15-minute interval view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_subhr.outcome_short_abandoned is 'Sessions with the outcome short-abandoned: nobody joined, and the customer left within `short-abandon-seconds` (default 10). (In the source of the 15-minute interval view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_subhr.outcome_left_with_bot is 'Sessions with the outcome left-with-bot: no agent joined, a bot took part, and no bot ended the session. (In the source of the 15-minute interval view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_subhr.outcome_closed_by_bot is 'Sessions with the outcome closed-by-bot: no agent joined, and a bot ended the session. (In the source of the 15-minute interval view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_subhr.outcome_closed_by_system is 'Sessions with the outcome closed-by-system: nobody joined, and it was not the customer who ended the session: Chat Server did, or somebody of the contact centre. (In the source of the 15-minute interval view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_subhr.outcome_unknown is 'Sessions with the outcome unknown: it is unknown whether an agent joined. (In the source of the 15-minute interval view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_subhr.outcome_open is 'Sessions with the outcome open: the session has not ended yet (asynchronous chat). (In the source of the 15-minute interval view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_subhr.sessions_abandoned_alone is 'Sessions that the customer gave up while nobody was there: abandoned and short-abandoned together. (In the source of the 15-minute interval view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_subhr.sessions_left_with_bot is 'Sessions with the outcome left-with-bot: the same as OUTCOME_LEFT_WITH_BOT. (In the source of the 15-minute interval view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_subhr.sessions_closed_by_bot is 'Sessions with the outcome closed-by-bot: the same as OUTCOME_CLOSED_BY_BOT. (In the source of the 15-minute interval view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_subhr.abandoned_alone_duration is 'Total time that customers waited who gave up while nobody was there: the duration of their sessions. (In the source of the 15-minute interval view.) Unit: seconds. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_subhr.abandoned_alone_max_duration is 'Longest time that one customer waited who gave up while nobody was there. (In the source of the 15-minute interval view.) Unit: seconds. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_subhr.sessions_with_bot is 'Sessions in which a bot took part. (In the source of the 15-minute interval view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_subhr.sessions_handed_over is 'Sessions in which a bot took part and an agent joined. (In the source of the 15-minute interval view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_subhr.sessions_offered is 'Sessions that needed an agent: those that one joined, and those that ended while nobody was there. (In the source of the 15-minute interval view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_subhr.sessions_answered is 'Sessions that an agent joined, including those that are still open. (In the source of the 15-minute interval view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_subhr.sessions_with_first_reply is 'Sessions in which an agent wrote a message that the customer could see. (In the source of the 15-minute interval view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_subhr.sessions_ended_within_a_day is 'Sessions that ended at most 24 hours after they had started. (In the source of the 15-minute interval view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_subhr.sessions_ended is 'Sessions that have ended. (In the source of the 15-minute interval view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_subhr.answered_until_first_agent_duration is 'Total time until the first agent of the sessions that an agent joined. (In the source of the 15-minute interval view.) Unit: seconds. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_subhr.ended_session_duration is 'Total duration of the sessions that have ended. (In the source of the 15-minute interval view.) Unit: seconds. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_subhr.ended_handle_duration is 'Total time with an agent of the sessions that have ended and that an agent joined. (In the source of the 15-minute interval view.) Unit: seconds. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_subhr.answered_within_20_seconds is 'Sessions that an agent joined within 20 seconds of their start. (In the source of the 15-minute interval view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_subhr.abandoned_within_20_seconds is 'Sessions that the customer gave up within 20 seconds while nobody was there. (In the source of the 15-minute interval view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_subhr.answered_within_60_seconds is 'Sessions that an agent joined within 60 seconds of their start. (In the source of the 15-minute interval view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_subhr.abandoned_within_60_seconds is 'Sessions that the customer gave up within 60 seconds while nobody was there. (In the source of the 15-minute interval view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_subhr.session_duration is 'Sum over the sessions: Time from the creation of the session until Chat Server finished it. Work on the interaction after the chat has ended is not in it. (In the source of the 15-minute interval view.) Unit: seconds. Source: user-data key csg_SessionTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_subhr.until_first_agent_duration is 'Sum over the sessions: Time the customer waited until the first agent whom the customer can see joined. 0 means at once when AGENTS_COUNT is above 0, and never when it is 0. (In the source of the 15-minute interval view.) Unit: seconds. Source: user-data key csg_SessionUntilFirstAgentTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_subhr.until_first_reply_duration is 'Sum over the sessions: Time from the start of the session until the first message of an agent that the customer can see. (In the source of the 15-minute interval view.) Unit: seconds. Source: user-data key csg_SessionUntilFirstReplyTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_subhr.agents_count is 'Sum over the sessions: Distinct agents and supervisors visible to the customer who took part. One who comes back counts once. (In the source of the 15-minute interval view.) Unit: parties. Source: user-data key csg_PartiesAsAgentCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_subhr.msg_from_agents_count is 'Sum over the sessions: Messages that all agents sent and the customer could see. (In the source of the 15-minute interval view.) Unit: messages. Source: user-data key csg_MessagesFromAgentsCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_subhr.msg_from_agents_size is 'Sum over the sessions: Characters, blanks included, of the messages that agents sent and the customer could see. (In the source of the 15-minute interval view.) Unit: characters. Source: user-data key csg_MessagesFromAgentsSize. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_subhr.msg_from_customers_count is 'Sum over the sessions: Messages that the customer sent. (In the source of the 15-minute interval view.) Unit: messages. Source: user-data key csg_MessagesFromCustomersCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_subhr.msg_from_customers_size is 'Sum over the sessions: Characters, blanks included, of the messages that the customer sent. (In the source of the 15-minute interval view.) Unit: characters. Source: user-data key csg_MessagesFromCustomersSize. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_subhr.agent_reply_count is 'Sum over the sessions: How often an agent replied to the customer; several messages in a row are one reply. (In the source of the 15-minute interval view.) Unit: replies. Source: user-data key cse_AgentReplyTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_subhr.agent_reply_duration is 'Sum over the sessions: Total time agents took to reply, each from the first unanswered customer message to the next agent message. Dormant time of an async session is left out, and for a message that came in then the time until an agent was back. (In the source of the 15-minute interval view.) Unit: seconds. Source: user-data key cse_AgentReplyTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_subhr.agent_reply_max_duration is 'Largest value of a session: Longest single time an agent took to reply to the customer. (In the source of the 15-minute interval view.) Unit: seconds. Source: user-data key cse_AgentReplyMaxTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_subhr.agent_wait_count is 'Sum over the sessions: How often an agent waited for an answer of the customer. (In the source of the 15-minute interval view.) Unit: waits. Source: user-data key cse_AgentWaitTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_subhr.agent_wait_duration is 'Sum over the sessions: Total time agents waited for the customer, each from the last agent message of a run to the next customer message. Dormant time of an async session is left out. (In the source of the 15-minute interval view.) Unit: seconds. Source: user-data key cse_AgentWaitTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_subhr.agent_wait_max_duration is 'Largest value of a session: Longest single time an agent waited for an answer of the customer. (In the source of the 15-minute interval view.) Unit: seconds. Source: user-data key cse_AgentWaitMaxTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_subhr.customer_reply_count is 'Sum over the sessions: How often the customer replied to an agent; several messages in a row are one reply. (In the source of the 15-minute interval view.) Unit: replies. Source: user-data key cse_CustomerReplyTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_subhr.customer_reply_duration is 'Sum over the sessions: Total time the customer took to reply, each from the first unanswered agent message to the next customer message. (In the source of the 15-minute interval view.) Unit: seconds. Source: user-data key cse_CustomerReplyTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_subhr.customer_reply_max_duration is 'Largest value of a session: Longest single time the customer took to reply to an agent. (In the source of the 15-minute interval view.) Unit: seconds. Source: user-data key cse_CustomerReplyMaxTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_subhr.customer_wait_count is 'Sum over the sessions: How often the customer waited for an answer of an agent. (In the source of the 15-minute interval view.) Unit: waits. Source: user-data key cse_CustomerWaitTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_subhr.customer_wait_duration is 'Sum over the sessions: Total time the customer waited for an agent, each from the last customer message of a run to the next agent message. (In the source of the 15-minute interval view.) Unit: seconds. Source: user-data key cse_CustomerWaitTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_subhr.customer_wait_max_duration is 'Largest value of a session: Longest single time the customer waited for an answer of an agent. (In the source of the 15-minute interval view.) Unit: seconds. Source: user-data key cse_CustomerWaitMaxTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_subhr.handle_count is 'Sum over the sessions: How often the session entered the state in which at least one agent was connected. (In the source of the 15-minute interval view.) Unit: phases. Source: user-data key cse_SessionHandleTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_subhr.handle_duration is 'Sum over the sessions: Total time in which at least one agent was connected. (In the source of the 15-minute interval view.) Unit: seconds. Source: user-data key cse_SessionHandleTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_subhr.active_idle_count is 'Sum over the sessions: How often nothing happened for longer than the configured threshold while an agent was connected. (In the source of the 15-minute interval view.) Unit: phases. Source: user-data key cse_ActiveIdleTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_subhr.active_idle_duration is 'Sum over the sessions: Total time beyond the configured threshold in which nothing happened while an agent was connected. (In the source of the 15-minute interval view.) Unit: seconds. Source: user-data key cse_ActiveIdleTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_subhr.async_dormant_count is 'Sum over the sessions: How often an async session became dormant, that is, had no agent. (In the source of the 15-minute interval view.) Unit: phases. Source: user-data key cse_AsyncDormantTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_subhr.async_dormant_duration is 'Sum over the sessions: Total time an async session was dormant. Routing time is left out. (In the source of the 15-minute interval view.) Unit: seconds. Source: user-data key cse_AsyncDormantTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_subhr.async_idle_count is 'Sum over the sessions: How often a dormant async session became idle. (In the source of the 15-minute interval view.) Unit: phases. Source: user-data key cse_AsyncIdleTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_subhr.async_idle_duration is 'Sum over the sessions: Total time beyond the configured threshold in which nothing happened while an async session was dormant. (In the source of the 15-minute interval view.) Unit: seconds. Source: user-data key cse_AsyncIdleTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_subhr.coaches_count is 'Sum over the sessions: Distinct parties that took part as coaches, visible to agents only. (In the source of the 15-minute interval view.) Unit: parties. Source: user-data key csg_PartiesAsCoachCount. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_subhr.monitors_count is 'Sum over the sessions: Distinct parties that watched the session unseen. (In the source of the 15-minute interval view.) Unit: parties. Source: user-data key csg_PartiesAsMonitorCount. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_subhr.with_customer_duration is 'Sum over the sessions: Time the customer was in the session. (In the source of the 15-minute interval view.) Unit: seconds. Source: user-data key csg_SessionWithCustomerTime. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_subhr.handle_max_duration is 'Largest value of a session: Longest unbroken time in which at least one agent was connected. (In the source of the 15-minute interval view.) Unit: seconds. Source: user-data key cse_SessionHandleMaxTime. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_subhr.active_idle_max_duration is 'Largest value of a session: Longest single time beyond the configured threshold in which nothing happened while an agent was connected. (In the source of the 15-minute interval view.) Unit: seconds. Source: user-data key cse_ActiveIdleMaxTime. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_subhr.async_dormant_max_duration is 'Largest value of a session: Longest single time an async session was dormant. (In the source of the 15-minute interval view.) Unit: seconds. Source: user-data key cse_AsyncDormantMaxTime. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_subhr.async_idle_max_duration is 'Largest value of a session: Longest single time an async session was idle. (In the source of the 15-minute interval view.) Unit: seconds. Source: user-data key cse_AsyncIdleMaxTime. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_subhr.bots_count is 'Sum over the sessions: Distinct bots that took part in the session. (In the source of the 15-minute interval view.) Unit: parties. Source: user-data key csg_PartiesAsBotCount. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_subhr.msg_from_bots_count is 'Sum over the sessions: Messages that bots sent and the customer could see. (In the source of the 15-minute interval view.) Unit: messages. Source: user-data key csg_MessagesFromBotsCount. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_subhr.msg_from_bots_size is 'Sum over the sessions: Characters, blanks included, of the messages that bots sent and the customer could see. (In the source of the 15-minute interval view.) Unit: characters. Source: user-data key csg_MessagesFromBotsSize. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_subhr.until_first_bot_duration is 'Sum over the sessions: Time from the start of the session until the first bot joined. (In the source of the 15-minute interval view.) Unit: seconds. Source: user-data key csg_SessionUntilFirstBotTime. Extension of chatmart. 0: none, or its key was absent.';

create view agt_chat_stats_week (
  agr_set_key numeric,
  date_time_key integer,
  tenant_key integer,
  media_type_key integer,
  chat_session_dim_key integer,
  sessions bigint,
  sessions_active bigint,
  sessions_handled bigint,
  sessions_abandoned bigint,
  sessions_unknown bigint,
  sessions_replied bigint,
  abandoned_duration bigint,
  abandoned_max_duration bigint,
  outcome_handled bigint,
  outcome_agent_never_wrote bigint,
  outcome_abandoned bigint,
  outcome_short_abandoned bigint,
  outcome_left_with_bot bigint,
  outcome_closed_by_bot bigint,
  outcome_closed_by_system bigint,
  outcome_unknown bigint,
  outcome_open bigint,
  sessions_abandoned_alone bigint,
  sessions_left_with_bot bigint,
  sessions_closed_by_bot bigint,
  abandoned_alone_duration bigint,
  abandoned_alone_max_duration bigint,
  sessions_with_bot bigint,
  sessions_handed_over bigint,
  sessions_offered bigint,
  sessions_answered bigint,
  sessions_with_first_reply bigint,
  sessions_ended_within_a_day bigint,
  sessions_ended bigint,
  answered_until_first_agent_duration bigint,
  ended_session_duration bigint,
  ended_handle_duration bigint,
  answered_within_20_seconds bigint,
  abandoned_within_20_seconds bigint,
  answered_within_60_seconds bigint,
  abandoned_within_60_seconds bigint,
  session_duration bigint,
  until_first_agent_duration bigint,
  until_first_reply_duration bigint,
  agents_count bigint,
  msg_from_agents_count bigint,
  msg_from_agents_size bigint,
  msg_from_customers_count bigint,
  msg_from_customers_size bigint,
  agent_reply_count bigint,
  agent_reply_duration bigint,
  agent_reply_max_duration bigint,
  agent_wait_count bigint,
  agent_wait_duration bigint,
  agent_wait_max_duration bigint,
  customer_reply_count bigint,
  customer_reply_duration bigint,
  customer_reply_max_duration bigint,
  customer_wait_count bigint,
  customer_wait_duration bigint,
  customer_wait_max_duration bigint,
  handle_count bigint,
  handle_duration bigint,
  active_idle_count bigint,
  active_idle_duration bigint,
  async_dormant_count bigint,
  async_dormant_duration bigint,
  async_idle_count bigint,
  async_idle_duration bigint,
  coaches_count bigint,
  monitors_count bigint,
  with_customer_duration bigint,
  handle_max_duration bigint,
  active_idle_max_duration bigint,
  async_dormant_max_duration bigint,
  async_idle_max_duration bigint,
  bots_count bigint,
  msg_from_bots_count bigint,
  msg_from_bots_size bigint,
  until_first_bot_duration bigint
) as
 SELECT agr_set_key,
    date_time_key,
    tenant_key,
    media_type_key,
    chat_session_dim_key,
    sessions,
    sessions_active,
    sessions_handled,
    sessions_abandoned,
    sessions_unknown,
    sessions_replied,
    abandoned_duration,
    abandoned_max_duration,
    outcome_handled,
    outcome_agent_never_wrote,
    outcome_abandoned,
    outcome_short_abandoned,
    outcome_left_with_bot,
    outcome_closed_by_bot,
    outcome_closed_by_system,
    outcome_unknown,
    outcome_open,
    sessions_abandoned_alone,
    sessions_left_with_bot,
    sessions_closed_by_bot,
    abandoned_alone_duration,
    abandoned_alone_max_duration,
    sessions_with_bot,
    sessions_handed_over,
    sessions_offered,
    sessions_answered,
    sessions_with_first_reply,
    sessions_ended_within_a_day,
    sessions_ended,
    answered_until_first_agent_duration,
    ended_session_duration,
    ended_handle_duration,
    answered_within_20_seconds,
    abandoned_within_20_seconds,
    answered_within_60_seconds,
    abandoned_within_60_seconds,
    session_duration,
    until_first_agent_duration,
    until_first_reply_duration,
    agents_count,
    msg_from_agents_count,
    msg_from_agents_size,
    msg_from_customers_count,
    msg_from_customers_size,
    agent_reply_count,
    agent_reply_duration,
    agent_reply_max_duration,
    agent_wait_count,
    agent_wait_duration,
    agent_wait_max_duration,
    customer_reply_count,
    customer_reply_duration,
    customer_reply_max_duration,
    customer_wait_count,
    customer_wait_duration,
    customer_wait_max_duration,
    handle_count,
    handle_duration,
    active_idle_count,
    active_idle_duration,
    async_dormant_count,
    async_dormant_duration,
    async_idle_count,
    async_idle_duration,
    coaches_count,
    monitors_count,
    with_customer_duration,
    handle_max_duration,
    active_idle_max_duration,
    async_dormant_max_duration,
    async_idle_max_duration,
    bots_count,
    msg_from_bots_count,
    msg_from_bots_size,
    until_first_bot_duration
   FROM ( SELECT max(agr_set_key) AS agr_set_key,
            GREATEST(date_time_key - (date_time_key % 604800 + 345600) % 604800, EXTRACT(epoch FROM date_trunc('year'::text, (to_timestamp(date_time_key::double precision) AT TIME ZONE 'UTC'::text)))::integer) AS date_time_key,
            tenant_key,
            media_type_key,
            chat_session_dim_key,
            sum(sessions)::bigint AS sessions,
            sum(sessions_active)::bigint AS sessions_active,
            sum(sessions_handled)::bigint AS sessions_handled,
            sum(sessions_abandoned)::bigint AS sessions_abandoned,
            sum(sessions_unknown)::bigint AS sessions_unknown,
            sum(sessions_replied)::bigint AS sessions_replied,
            sum(abandoned_duration)::bigint AS abandoned_duration,
            max(abandoned_max_duration) AS abandoned_max_duration,
                CASE
                    WHEN count(outcome_handled) = count(*) THEN sum(outcome_handled)
                    ELSE NULL::numeric
                END::bigint AS outcome_handled,
                CASE
                    WHEN count(outcome_agent_never_wrote) = count(*) THEN sum(outcome_agent_never_wrote)
                    ELSE NULL::numeric
                END::bigint AS outcome_agent_never_wrote,
                CASE
                    WHEN count(outcome_abandoned) = count(*) THEN sum(outcome_abandoned)
                    ELSE NULL::numeric
                END::bigint AS outcome_abandoned,
                CASE
                    WHEN count(outcome_short_abandoned) = count(*) THEN sum(outcome_short_abandoned)
                    ELSE NULL::numeric
                END::bigint AS outcome_short_abandoned,
                CASE
                    WHEN count(outcome_left_with_bot) = count(*) THEN sum(outcome_left_with_bot)
                    ELSE NULL::numeric
                END::bigint AS outcome_left_with_bot,
                CASE
                    WHEN count(outcome_closed_by_bot) = count(*) THEN sum(outcome_closed_by_bot)
                    ELSE NULL::numeric
                END::bigint AS outcome_closed_by_bot,
                CASE
                    WHEN count(outcome_closed_by_system) = count(*) THEN sum(outcome_closed_by_system)
                    ELSE NULL::numeric
                END::bigint AS outcome_closed_by_system,
                CASE
                    WHEN count(outcome_unknown) = count(*) THEN sum(outcome_unknown)
                    ELSE NULL::numeric
                END::bigint AS outcome_unknown,
                CASE
                    WHEN count(outcome_open) = count(*) THEN sum(outcome_open)
                    ELSE NULL::numeric
                END::bigint AS outcome_open,
                CASE
                    WHEN count(sessions_abandoned_alone) = count(*) THEN sum(sessions_abandoned_alone)
                    ELSE NULL::numeric
                END::bigint AS sessions_abandoned_alone,
                CASE
                    WHEN count(sessions_left_with_bot) = count(*) THEN sum(sessions_left_with_bot)
                    ELSE NULL::numeric
                END::bigint AS sessions_left_with_bot,
                CASE
                    WHEN count(sessions_closed_by_bot) = count(*) THEN sum(sessions_closed_by_bot)
                    ELSE NULL::numeric
                END::bigint AS sessions_closed_by_bot,
                CASE
                    WHEN count(abandoned_alone_duration) = count(*) THEN sum(abandoned_alone_duration)
                    ELSE NULL::numeric
                END::bigint AS abandoned_alone_duration,
                CASE
                    WHEN count(abandoned_alone_max_duration) = count(*) THEN max(abandoned_alone_max_duration)
                    ELSE NULL::bigint
                END AS abandoned_alone_max_duration,
                CASE
                    WHEN count(sessions_with_bot) = count(*) THEN sum(sessions_with_bot)
                    ELSE NULL::numeric
                END::bigint AS sessions_with_bot,
                CASE
                    WHEN count(sessions_handed_over) = count(*) THEN sum(sessions_handed_over)
                    ELSE NULL::numeric
                END::bigint AS sessions_handed_over,
                CASE
                    WHEN count(sessions_offered) = count(*) THEN sum(sessions_offered)
                    ELSE NULL::numeric
                END::bigint AS sessions_offered,
                CASE
                    WHEN count(sessions_answered) = count(*) THEN sum(sessions_answered)
                    ELSE NULL::numeric
                END::bigint AS sessions_answered,
                CASE
                    WHEN count(sessions_with_first_reply) = count(*) THEN sum(sessions_with_first_reply)
                    ELSE NULL::numeric
                END::bigint AS sessions_with_first_reply,
                CASE
                    WHEN count(sessions_ended_within_a_day) = count(*) THEN sum(sessions_ended_within_a_day)
                    ELSE NULL::numeric
                END::bigint AS sessions_ended_within_a_day,
                CASE
                    WHEN count(sessions_ended) = count(*) THEN sum(sessions_ended)
                    ELSE NULL::numeric
                END::bigint AS sessions_ended,
                CASE
                    WHEN count(answered_until_first_agent_duration) = count(*) THEN sum(answered_until_first_agent_duration)
                    ELSE NULL::numeric
                END::bigint AS answered_until_first_agent_duration,
                CASE
                    WHEN count(ended_session_duration) = count(*) THEN sum(ended_session_duration)
                    ELSE NULL::numeric
                END::bigint AS ended_session_duration,
                CASE
                    WHEN count(ended_handle_duration) = count(*) THEN sum(ended_handle_duration)
                    ELSE NULL::numeric
                END::bigint AS ended_handle_duration,
                CASE
                    WHEN count(answered_within_20_seconds) = count(*) THEN sum(answered_within_20_seconds)
                    ELSE NULL::numeric
                END::bigint AS answered_within_20_seconds,
                CASE
                    WHEN count(abandoned_within_20_seconds) = count(*) THEN sum(abandoned_within_20_seconds)
                    ELSE NULL::numeric
                END::bigint AS abandoned_within_20_seconds,
                CASE
                    WHEN count(answered_within_60_seconds) = count(*) THEN sum(answered_within_60_seconds)
                    ELSE NULL::numeric
                END::bigint AS answered_within_60_seconds,
                CASE
                    WHEN count(abandoned_within_60_seconds) = count(*) THEN sum(abandoned_within_60_seconds)
                    ELSE NULL::numeric
                END::bigint AS abandoned_within_60_seconds,
            sum(session_duration)::bigint AS session_duration,
            sum(until_first_agent_duration)::bigint AS until_first_agent_duration,
            sum(until_first_reply_duration)::bigint AS until_first_reply_duration,
            sum(agents_count)::bigint AS agents_count,
            sum(msg_from_agents_count)::bigint AS msg_from_agents_count,
            sum(msg_from_agents_size)::bigint AS msg_from_agents_size,
            sum(msg_from_customers_count)::bigint AS msg_from_customers_count,
            sum(msg_from_customers_size)::bigint AS msg_from_customers_size,
            sum(agent_reply_count)::bigint AS agent_reply_count,
            sum(agent_reply_duration)::bigint AS agent_reply_duration,
            max(agent_reply_max_duration) AS agent_reply_max_duration,
            sum(agent_wait_count)::bigint AS agent_wait_count,
            sum(agent_wait_duration)::bigint AS agent_wait_duration,
            max(agent_wait_max_duration) AS agent_wait_max_duration,
            sum(customer_reply_count)::bigint AS customer_reply_count,
            sum(customer_reply_duration)::bigint AS customer_reply_duration,
            max(customer_reply_max_duration) AS customer_reply_max_duration,
            sum(customer_wait_count)::bigint AS customer_wait_count,
            sum(customer_wait_duration)::bigint AS customer_wait_duration,
            max(customer_wait_max_duration) AS customer_wait_max_duration,
            sum(handle_count)::bigint AS handle_count,
            sum(handle_duration)::bigint AS handle_duration,
            sum(active_idle_count)::bigint AS active_idle_count,
            sum(active_idle_duration)::bigint AS active_idle_duration,
            sum(async_dormant_count)::bigint AS async_dormant_count,
            sum(async_dormant_duration)::bigint AS async_dormant_duration,
            sum(async_idle_count)::bigint AS async_idle_count,
            sum(async_idle_duration)::bigint AS async_idle_duration,
            sum(coaches_count)::bigint AS coaches_count,
            sum(monitors_count)::bigint AS monitors_count,
            sum(with_customer_duration)::bigint AS with_customer_duration,
            max(handle_max_duration) AS handle_max_duration,
            max(active_idle_max_duration) AS active_idle_max_duration,
            max(async_dormant_max_duration) AS async_dormant_max_duration,
            max(async_idle_max_duration) AS async_idle_max_duration,
            sum(bots_count)::bigint AS bots_count,
            sum(msg_from_bots_count)::bigint AS msg_from_bots_count,
            sum(msg_from_bots_size)::bigint AS msg_from_bots_size,
            sum(until_first_bot_duration)::bigint AS until_first_bot_duration
           FROM agt_chat_stats_day
          GROUP BY (GREATEST(date_time_key - (date_time_key % 604800 + 345600) % 604800, EXTRACT(epoch FROM date_trunc('year'::text, (to_timestamp(date_time_key::double precision) AT TIME ZONE 'UTC'::text)))::integer)), tenant_key, media_type_key, chat_session_dim_key) chat_stats;
comment on view agt_chat_stats_week is 'Aggregate of chat sessions by week (from Sunday, cut at 1 January) of their start (UTC), summed up on reading from AGT_CHAT_STATS_DAY. Query the view AG2_CHAT_STATS_WEEK. Genesys name, columns assumed.';
comment on column agt_chat_stats_week.agr_set_key is 'Newest transaction among the rows summed up: CTL_AUDIT_LOG.AUDIT_KEY. (In the source of the week (from Sunday, cut at 1 January) view.) Unit: key. Genesys column, name assumed.';
comment on column agt_chat_stats_week.date_time_key is 'Start of the week (from Sunday, cut at 1 January) in which the sessions began (UTC): DATE_TIME.DATE_TIME_KEY. (In the source of the week (from Sunday, cut at 1 January) view.) Unit: key, epoch seconds. Genesys column, name assumed.';
comment on column agt_chat_stats_week.tenant_key is 'Tenant of the sessions: TENANT.TENANT_KEY; -2 absent, -1 unreadable. (In the source of the week (from Sunday, cut at 1 January) view.) Unit: key. Genesys column, name assumed.';
comment on column agt_chat_stats_week.media_type_key is 'Media type of the sessions: MEDIA_TYPE.MEDIA_TYPE_KEY; -2 absent, -1 unreadable. (In the source of the week (from Sunday, cut at 1 January) view.) Unit: key. Genesys column, name assumed.';
comment on column agt_chat_stats_week.chat_session_dim_key is 'Origin, language, end and mode of the sessions: CHAT_SESSION_DIM.ID. (In the source of the week (from Sunday, cut at 1 January) view.) Unit: key. Genesys column, name assumed.';
comment on column agt_chat_stats_week.sessions is 'Sessions that started in the period. Each has exactly one outcome. (In the source of the week (from Sunday, cut at 1 January) view.) Unit: sessions. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_week.sessions_active is 'Sessions that have not ended yet (asynchronous chat). (In the source of the week (from Sunday, cut at 1 January) view.) Unit: sessions. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_week.sessions_handled is 'Ended sessions that an agent joined, whether the agent wrote or not. (In the source of the week (from Sunday, cut at 1 January) view.) Unit: sessions. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_week.sessions_abandoned is 'Ended sessions without an agent: abandoned and short-abandoned, left with a bot, closed by a bot and closed by the system together. (In the source of the week (from Sunday, cut at 1 January) view.) Unit: sessions. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_week.sessions_unknown is 'Ended sessions for which it is unknown whether an agent joined. (In the source of the week (from Sunday, cut at 1 January) view.) Unit: sessions. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_week.sessions_replied is 'Sessions in which an agent replied to the customer at least once. (In the source of the week (from Sunday, cut at 1 January) view.) Unit: sessions. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_week.abandoned_duration is 'Total duration of the sessions without an agent. (In the source of the week (from Sunday, cut at 1 January) view.) Unit: seconds. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_week.abandoned_max_duration is 'Longest duration of one session without an agent. (In the source of the week (from Sunday, cut at 1 January) view.) Unit: seconds. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_week.outcome_handled is 'Sessions with the outcome handled: an agent joined, and nothing says that no agent wrote. (In the source of the week (from Sunday, cut at 1 January) view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_week.outcome_agent_never_wrote is 'Sessions with the outcome agent-never-wrote: an agent joined but wrote nothing that the customer could see. (In the source of the week (from Sunday, cut at 1 January) view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_week.outcome_abandoned is 'Sessions with the outcome abandoned: nobody joined, and the customer left after a longer wait. (In the source of the week (from Sunday, cut at 1 January) view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_week.outcome_short_abandoned is 'Sessions with the outcome short-abandoned: nobody joined, and the customer left within `short-abandon-seconds` (default 10). (In the source of the week (from Sunday, cut at 1 January) view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_week.outcome_left_with_bot is 'Sessions with the outcome left-with-bot: no agent joined, a bot took part, and no bot ended the session. (In the source of the week (from Sunday, cut at 1 January) view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_week.outcome_closed_by_bot is 'Sessions with the outcome closed-by-bot: no agent joined, and a bot ended the session. (In the source of the week (from Sunday, cut at 1 January) view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_week.outcome_closed_by_system is 'Sessions with the outcome closed-by-system: nobody joined, and it was not the customer who ended the session: Chat Server did, or somebody of the contact centre. (In the source of the week (from Sunday, cut at 1 January) view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_week.outcome_unknown is 'Sessions with the outcome unknown: it is unknown whether an agent joined. (In the source of the week (from Sunday, cut at 1 January) view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_week.outcome_open is 'Sessions with the outcome open: the session has not ended yet (asynchronous chat). (In the source of the week (from Sunday, cut at 1 January) view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_week.sessions_abandoned_alone is 'Sessions that the customer gave up while nobody was there: abandoned and short-abandoned together. (In the source of the week (from Sunday, cut at 1 January) view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_week.sessions_left_with_bot is 'Sessions with the outcome left-with-bot: the same as OUTCOME_LEFT_WITH_BOT. (In the source of the week (from Sunday, cut at 1 January) view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_week.sessions_closed_by_bot is 'Sessions with the outcome closed-by-bot: the same as OUTCOME_CLOSED_BY_BOT. (In the source of the week (from Sunday, cut at 1 January) view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_week.abandoned_alone_duration is 'Total time that customers waited who gave up while nobody was there: the duration of their sessions. (In the source of the week (from Sunday, cut at 1 January) view.) Unit: seconds. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_week.abandoned_alone_max_duration is 'Longest time that one customer waited who gave up while nobody was there. (In the source of the week (from Sunday, cut at 1 January) view.) Unit: seconds. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_week.sessions_with_bot is 'Sessions in which a bot took part. (In the source of the week (from Sunday, cut at 1 January) view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_week.sessions_handed_over is 'Sessions in which a bot took part and an agent joined. (In the source of the week (from Sunday, cut at 1 January) view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_week.sessions_offered is 'Sessions that needed an agent: those that one joined, and those that ended while nobody was there. (In the source of the week (from Sunday, cut at 1 January) view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_week.sessions_answered is 'Sessions that an agent joined, including those that are still open. (In the source of the week (from Sunday, cut at 1 January) view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_week.sessions_with_first_reply is 'Sessions in which an agent wrote a message that the customer could see. (In the source of the week (from Sunday, cut at 1 January) view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_week.sessions_ended_within_a_day is 'Sessions that ended at most 24 hours after they had started. (In the source of the week (from Sunday, cut at 1 January) view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_week.sessions_ended is 'Sessions that have ended. (In the source of the week (from Sunday, cut at 1 January) view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_week.answered_until_first_agent_duration is 'Total time until the first agent of the sessions that an agent joined. (In the source of the week (from Sunday, cut at 1 January) view.) Unit: seconds. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_week.ended_session_duration is 'Total duration of the sessions that have ended. (In the source of the week (from Sunday, cut at 1 January) view.) Unit: seconds. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_week.ended_handle_duration is 'Total time with an agent of the sessions that have ended and that an agent joined. (In the source of the week (from Sunday, cut at 1 January) view.) Unit: seconds. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_week.answered_within_20_seconds is 'Sessions that an agent joined within 20 seconds of their start. (In the source of the week (from Sunday, cut at 1 January) view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_week.abandoned_within_20_seconds is 'Sessions that the customer gave up within 20 seconds while nobody was there. (In the source of the week (from Sunday, cut at 1 January) view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_week.answered_within_60_seconds is 'Sessions that an agent joined within 60 seconds of their start. (In the source of the week (from Sunday, cut at 1 January) view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_week.abandoned_within_60_seconds is 'Sessions that the customer gave up within 60 seconds while nobody was there. (In the source of the week (from Sunday, cut at 1 January) view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_week.session_duration is 'Sum over the sessions: Time from the creation of the session until Chat Server finished it. Work on the interaction after the chat has ended is not in it. (In the source of the week (from Sunday, cut at 1 January) view.) Unit: seconds. Source: user-data key csg_SessionTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_week.until_first_agent_duration is 'Sum over the sessions: Time the customer waited until the first agent whom the customer can see joined. 0 means at once when AGENTS_COUNT is above 0, and never when it is 0. (In the source of the week (from Sunday, cut at 1 January) view.) Unit: seconds. Source: user-data key csg_SessionUntilFirstAgentTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_week.until_first_reply_duration is 'Sum over the sessions: Time from the start of the session until the first message of an agent that the customer can see. (In the source of the week (from Sunday, cut at 1 January) view.) Unit: seconds. Source: user-data key csg_SessionUntilFirstReplyTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_week.agents_count is 'Sum over the sessions: Distinct agents and supervisors visible to the customer who took part. One who comes back counts once. (In the source of the week (from Sunday, cut at 1 January) view.) Unit: parties. Source: user-data key csg_PartiesAsAgentCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_week.msg_from_agents_count is 'Sum over the sessions: Messages that all agents sent and the customer could see. (In the source of the week (from Sunday, cut at 1 January) view.) Unit: messages. Source: user-data key csg_MessagesFromAgentsCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_week.msg_from_agents_size is 'Sum over the sessions: Characters, blanks included, of the messages that agents sent and the customer could see. (In the source of the week (from Sunday, cut at 1 January) view.) Unit: characters. Source: user-data key csg_MessagesFromAgentsSize. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_week.msg_from_customers_count is 'Sum over the sessions: Messages that the customer sent. (In the source of the week (from Sunday, cut at 1 January) view.) Unit: messages. Source: user-data key csg_MessagesFromCustomersCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_week.msg_from_customers_size is 'Sum over the sessions: Characters, blanks included, of the messages that the customer sent. (In the source of the week (from Sunday, cut at 1 January) view.) Unit: characters. Source: user-data key csg_MessagesFromCustomersSize. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_week.agent_reply_count is 'Sum over the sessions: How often an agent replied to the customer; several messages in a row are one reply. (In the source of the week (from Sunday, cut at 1 January) view.) Unit: replies. Source: user-data key cse_AgentReplyTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_week.agent_reply_duration is 'Sum over the sessions: Total time agents took to reply, each from the first unanswered customer message to the next agent message. Dormant time of an async session is left out, and for a message that came in then the time until an agent was back. (In the source of the week (from Sunday, cut at 1 January) view.) Unit: seconds. Source: user-data key cse_AgentReplyTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_week.agent_reply_max_duration is 'Largest value of a session: Longest single time an agent took to reply to the customer. (In the source of the week (from Sunday, cut at 1 January) view.) Unit: seconds. Source: user-data key cse_AgentReplyMaxTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_week.agent_wait_count is 'Sum over the sessions: How often an agent waited for an answer of the customer. (In the source of the week (from Sunday, cut at 1 January) view.) Unit: waits. Source: user-data key cse_AgentWaitTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_week.agent_wait_duration is 'Sum over the sessions: Total time agents waited for the customer, each from the last agent message of a run to the next customer message. Dormant time of an async session is left out. (In the source of the week (from Sunday, cut at 1 January) view.) Unit: seconds. Source: user-data key cse_AgentWaitTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_week.agent_wait_max_duration is 'Largest value of a session: Longest single time an agent waited for an answer of the customer. (In the source of the week (from Sunday, cut at 1 January) view.) Unit: seconds. Source: user-data key cse_AgentWaitMaxTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_week.customer_reply_count is 'Sum over the sessions: How often the customer replied to an agent; several messages in a row are one reply. (In the source of the week (from Sunday, cut at 1 January) view.) Unit: replies. Source: user-data key cse_CustomerReplyTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_week.customer_reply_duration is 'Sum over the sessions: Total time the customer took to reply, each from the first unanswered agent message to the next customer message. (In the source of the week (from Sunday, cut at 1 January) view.) Unit: seconds. Source: user-data key cse_CustomerReplyTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_week.customer_reply_max_duration is 'Largest value of a session: Longest single time the customer took to reply to an agent. (In the source of the week (from Sunday, cut at 1 January) view.) Unit: seconds. Source: user-data key cse_CustomerReplyMaxTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_week.customer_wait_count is 'Sum over the sessions: How often the customer waited for an answer of an agent. (In the source of the week (from Sunday, cut at 1 January) view.) Unit: waits. Source: user-data key cse_CustomerWaitTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_week.customer_wait_duration is 'Sum over the sessions: Total time the customer waited for an agent, each from the last customer message of a run to the next agent message. (In the source of the week (from Sunday, cut at 1 January) view.) Unit: seconds. Source: user-data key cse_CustomerWaitTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_week.customer_wait_max_duration is 'Largest value of a session: Longest single time the customer waited for an answer of an agent. (In the source of the week (from Sunday, cut at 1 January) view.) Unit: seconds. Source: user-data key cse_CustomerWaitMaxTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_week.handle_count is 'Sum over the sessions: How often the session entered the state in which at least one agent was connected. (In the source of the week (from Sunday, cut at 1 January) view.) Unit: phases. Source: user-data key cse_SessionHandleTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_week.handle_duration is 'Sum over the sessions: Total time in which at least one agent was connected. (In the source of the week (from Sunday, cut at 1 January) view.) Unit: seconds. Source: user-data key cse_SessionHandleTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_week.active_idle_count is 'Sum over the sessions: How often nothing happened for longer than the configured threshold while an agent was connected. (In the source of the week (from Sunday, cut at 1 January) view.) Unit: phases. Source: user-data key cse_ActiveIdleTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_week.active_idle_duration is 'Sum over the sessions: Total time beyond the configured threshold in which nothing happened while an agent was connected. (In the source of the week (from Sunday, cut at 1 January) view.) Unit: seconds. Source: user-data key cse_ActiveIdleTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_week.async_dormant_count is 'Sum over the sessions: How often an async session became dormant, that is, had no agent. (In the source of the week (from Sunday, cut at 1 January) view.) Unit: phases. Source: user-data key cse_AsyncDormantTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_week.async_dormant_duration is 'Sum over the sessions: Total time an async session was dormant. Routing time is left out. (In the source of the week (from Sunday, cut at 1 January) view.) Unit: seconds. Source: user-data key cse_AsyncDormantTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_week.async_idle_count is 'Sum over the sessions: How often a dormant async session became idle. (In the source of the week (from Sunday, cut at 1 January) view.) Unit: phases. Source: user-data key cse_AsyncIdleTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_week.async_idle_duration is 'Sum over the sessions: Total time beyond the configured threshold in which nothing happened while an async session was dormant. (In the source of the week (from Sunday, cut at 1 January) view.) Unit: seconds. Source: user-data key cse_AsyncIdleTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_week.coaches_count is 'Sum over the sessions: Distinct parties that took part as coaches, visible to agents only. (In the source of the week (from Sunday, cut at 1 January) view.) Unit: parties. Source: user-data key csg_PartiesAsCoachCount. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_week.monitors_count is 'Sum over the sessions: Distinct parties that watched the session unseen. (In the source of the week (from Sunday, cut at 1 January) view.) Unit: parties. Source: user-data key csg_PartiesAsMonitorCount. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_week.with_customer_duration is 'Sum over the sessions: Time the customer was in the session. (In the source of the week (from Sunday, cut at 1 January) view.) Unit: seconds. Source: user-data key csg_SessionWithCustomerTime. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_week.handle_max_duration is 'Largest value of a session: Longest unbroken time in which at least one agent was connected. (In the source of the week (from Sunday, cut at 1 January) view.) Unit: seconds. Source: user-data key cse_SessionHandleMaxTime. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_week.active_idle_max_duration is 'Largest value of a session: Longest single time beyond the configured threshold in which nothing happened while an agent was connected. (In the source of the week (from Sunday, cut at 1 January) view.) Unit: seconds. Source: user-data key cse_ActiveIdleMaxTime. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_week.async_dormant_max_duration is 'Largest value of a session: Longest single time an async session was dormant. (In the source of the week (from Sunday, cut at 1 January) view.) Unit: seconds. Source: user-data key cse_AsyncDormantMaxTime. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_week.async_idle_max_duration is 'Largest value of a session: Longest single time an async session was idle. (In the source of the week (from Sunday, cut at 1 January) view.) Unit: seconds. Source: user-data key cse_AsyncIdleMaxTime. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_week.bots_count is 'Sum over the sessions: Distinct bots that took part in the session. (In the source of the week (from Sunday, cut at 1 January) view.) Unit: parties. Source: user-data key csg_PartiesAsBotCount. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_week.msg_from_bots_count is 'Sum over the sessions: Messages that bots sent and the customer could see. (In the source of the week (from Sunday, cut at 1 January) view.) Unit: messages. Source: user-data key csg_MessagesFromBotsCount. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_week.msg_from_bots_size is 'Sum over the sessions: Characters, blanks included, of the messages that bots sent and the customer could see. (In the source of the week (from Sunday, cut at 1 January) view.) Unit: characters. Source: user-data key csg_MessagesFromBotsSize. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_week.until_first_bot_duration is 'Sum over the sessions: Time from the start of the session until the first bot joined. (In the source of the week (from Sunday, cut at 1 January) view.) Unit: seconds. Source: user-data key csg_SessionUntilFirstBotTime. Extension of chatmart. 0: none, or its key was absent.';

create view agt_chat_stats_year (
  agr_set_key numeric,
  date_time_key integer,
  tenant_key integer,
  media_type_key integer,
  chat_session_dim_key integer,
  sessions bigint,
  sessions_active bigint,
  sessions_handled bigint,
  sessions_abandoned bigint,
  sessions_unknown bigint,
  sessions_replied bigint,
  abandoned_duration bigint,
  abandoned_max_duration bigint,
  outcome_handled bigint,
  outcome_agent_never_wrote bigint,
  outcome_abandoned bigint,
  outcome_short_abandoned bigint,
  outcome_left_with_bot bigint,
  outcome_closed_by_bot bigint,
  outcome_closed_by_system bigint,
  outcome_unknown bigint,
  outcome_open bigint,
  sessions_abandoned_alone bigint,
  sessions_left_with_bot bigint,
  sessions_closed_by_bot bigint,
  abandoned_alone_duration bigint,
  abandoned_alone_max_duration bigint,
  sessions_with_bot bigint,
  sessions_handed_over bigint,
  sessions_offered bigint,
  sessions_answered bigint,
  sessions_with_first_reply bigint,
  sessions_ended_within_a_day bigint,
  sessions_ended bigint,
  answered_until_first_agent_duration bigint,
  ended_session_duration bigint,
  ended_handle_duration bigint,
  answered_within_20_seconds bigint,
  abandoned_within_20_seconds bigint,
  answered_within_60_seconds bigint,
  abandoned_within_60_seconds bigint,
  session_duration bigint,
  until_first_agent_duration bigint,
  until_first_reply_duration bigint,
  agents_count bigint,
  msg_from_agents_count bigint,
  msg_from_agents_size bigint,
  msg_from_customers_count bigint,
  msg_from_customers_size bigint,
  agent_reply_count bigint,
  agent_reply_duration bigint,
  agent_reply_max_duration bigint,
  agent_wait_count bigint,
  agent_wait_duration bigint,
  agent_wait_max_duration bigint,
  customer_reply_count bigint,
  customer_reply_duration bigint,
  customer_reply_max_duration bigint,
  customer_wait_count bigint,
  customer_wait_duration bigint,
  customer_wait_max_duration bigint,
  handle_count bigint,
  handle_duration bigint,
  active_idle_count bigint,
  active_idle_duration bigint,
  async_dormant_count bigint,
  async_dormant_duration bigint,
  async_idle_count bigint,
  async_idle_duration bigint,
  coaches_count bigint,
  monitors_count bigint,
  with_customer_duration bigint,
  handle_max_duration bigint,
  active_idle_max_duration bigint,
  async_dormant_max_duration bigint,
  async_idle_max_duration bigint,
  bots_count bigint,
  msg_from_bots_count bigint,
  msg_from_bots_size bigint,
  until_first_bot_duration bigint
) as
 SELECT agr_set_key,
    date_time_key,
    tenant_key,
    media_type_key,
    chat_session_dim_key,
    sessions,
    sessions_active,
    sessions_handled,
    sessions_abandoned,
    sessions_unknown,
    sessions_replied,
    abandoned_duration,
    abandoned_max_duration,
    outcome_handled,
    outcome_agent_never_wrote,
    outcome_abandoned,
    outcome_short_abandoned,
    outcome_left_with_bot,
    outcome_closed_by_bot,
    outcome_closed_by_system,
    outcome_unknown,
    outcome_open,
    sessions_abandoned_alone,
    sessions_left_with_bot,
    sessions_closed_by_bot,
    abandoned_alone_duration,
    abandoned_alone_max_duration,
    sessions_with_bot,
    sessions_handed_over,
    sessions_offered,
    sessions_answered,
    sessions_with_first_reply,
    sessions_ended_within_a_day,
    sessions_ended,
    answered_until_first_agent_duration,
    ended_session_duration,
    ended_handle_duration,
    answered_within_20_seconds,
    abandoned_within_20_seconds,
    answered_within_60_seconds,
    abandoned_within_60_seconds,
    session_duration,
    until_first_agent_duration,
    until_first_reply_duration,
    agents_count,
    msg_from_agents_count,
    msg_from_agents_size,
    msg_from_customers_count,
    msg_from_customers_size,
    agent_reply_count,
    agent_reply_duration,
    agent_reply_max_duration,
    agent_wait_count,
    agent_wait_duration,
    agent_wait_max_duration,
    customer_reply_count,
    customer_reply_duration,
    customer_reply_max_duration,
    customer_wait_count,
    customer_wait_duration,
    customer_wait_max_duration,
    handle_count,
    handle_duration,
    active_idle_count,
    active_idle_duration,
    async_dormant_count,
    async_dormant_duration,
    async_idle_count,
    async_idle_duration,
    coaches_count,
    monitors_count,
    with_customer_duration,
    handle_max_duration,
    active_idle_max_duration,
    async_dormant_max_duration,
    async_idle_max_duration,
    bots_count,
    msg_from_bots_count,
    msg_from_bots_size,
    until_first_bot_duration
   FROM ( SELECT max(agr_set_key) AS agr_set_key,
            EXTRACT(epoch FROM date_trunc('year'::text, (to_timestamp(date_time_key::double precision) AT TIME ZONE 'UTC'::text)))::integer AS date_time_key,
            tenant_key,
            media_type_key,
            chat_session_dim_key,
            sum(sessions)::bigint AS sessions,
            sum(sessions_active)::bigint AS sessions_active,
            sum(sessions_handled)::bigint AS sessions_handled,
            sum(sessions_abandoned)::bigint AS sessions_abandoned,
            sum(sessions_unknown)::bigint AS sessions_unknown,
            sum(sessions_replied)::bigint AS sessions_replied,
            sum(abandoned_duration)::bigint AS abandoned_duration,
            max(abandoned_max_duration) AS abandoned_max_duration,
                CASE
                    WHEN count(outcome_handled) = count(*) THEN sum(outcome_handled)
                    ELSE NULL::numeric
                END::bigint AS outcome_handled,
                CASE
                    WHEN count(outcome_agent_never_wrote) = count(*) THEN sum(outcome_agent_never_wrote)
                    ELSE NULL::numeric
                END::bigint AS outcome_agent_never_wrote,
                CASE
                    WHEN count(outcome_abandoned) = count(*) THEN sum(outcome_abandoned)
                    ELSE NULL::numeric
                END::bigint AS outcome_abandoned,
                CASE
                    WHEN count(outcome_short_abandoned) = count(*) THEN sum(outcome_short_abandoned)
                    ELSE NULL::numeric
                END::bigint AS outcome_short_abandoned,
                CASE
                    WHEN count(outcome_left_with_bot) = count(*) THEN sum(outcome_left_with_bot)
                    ELSE NULL::numeric
                END::bigint AS outcome_left_with_bot,
                CASE
                    WHEN count(outcome_closed_by_bot) = count(*) THEN sum(outcome_closed_by_bot)
                    ELSE NULL::numeric
                END::bigint AS outcome_closed_by_bot,
                CASE
                    WHEN count(outcome_closed_by_system) = count(*) THEN sum(outcome_closed_by_system)
                    ELSE NULL::numeric
                END::bigint AS outcome_closed_by_system,
                CASE
                    WHEN count(outcome_unknown) = count(*) THEN sum(outcome_unknown)
                    ELSE NULL::numeric
                END::bigint AS outcome_unknown,
                CASE
                    WHEN count(outcome_open) = count(*) THEN sum(outcome_open)
                    ELSE NULL::numeric
                END::bigint AS outcome_open,
                CASE
                    WHEN count(sessions_abandoned_alone) = count(*) THEN sum(sessions_abandoned_alone)
                    ELSE NULL::numeric
                END::bigint AS sessions_abandoned_alone,
                CASE
                    WHEN count(sessions_left_with_bot) = count(*) THEN sum(sessions_left_with_bot)
                    ELSE NULL::numeric
                END::bigint AS sessions_left_with_bot,
                CASE
                    WHEN count(sessions_closed_by_bot) = count(*) THEN sum(sessions_closed_by_bot)
                    ELSE NULL::numeric
                END::bigint AS sessions_closed_by_bot,
                CASE
                    WHEN count(abandoned_alone_duration) = count(*) THEN sum(abandoned_alone_duration)
                    ELSE NULL::numeric
                END::bigint AS abandoned_alone_duration,
                CASE
                    WHEN count(abandoned_alone_max_duration) = count(*) THEN max(abandoned_alone_max_duration)
                    ELSE NULL::bigint
                END AS abandoned_alone_max_duration,
                CASE
                    WHEN count(sessions_with_bot) = count(*) THEN sum(sessions_with_bot)
                    ELSE NULL::numeric
                END::bigint AS sessions_with_bot,
                CASE
                    WHEN count(sessions_handed_over) = count(*) THEN sum(sessions_handed_over)
                    ELSE NULL::numeric
                END::bigint AS sessions_handed_over,
                CASE
                    WHEN count(sessions_offered) = count(*) THEN sum(sessions_offered)
                    ELSE NULL::numeric
                END::bigint AS sessions_offered,
                CASE
                    WHEN count(sessions_answered) = count(*) THEN sum(sessions_answered)
                    ELSE NULL::numeric
                END::bigint AS sessions_answered,
                CASE
                    WHEN count(sessions_with_first_reply) = count(*) THEN sum(sessions_with_first_reply)
                    ELSE NULL::numeric
                END::bigint AS sessions_with_first_reply,
                CASE
                    WHEN count(sessions_ended_within_a_day) = count(*) THEN sum(sessions_ended_within_a_day)
                    ELSE NULL::numeric
                END::bigint AS sessions_ended_within_a_day,
                CASE
                    WHEN count(sessions_ended) = count(*) THEN sum(sessions_ended)
                    ELSE NULL::numeric
                END::bigint AS sessions_ended,
                CASE
                    WHEN count(answered_until_first_agent_duration) = count(*) THEN sum(answered_until_first_agent_duration)
                    ELSE NULL::numeric
                END::bigint AS answered_until_first_agent_duration,
                CASE
                    WHEN count(ended_session_duration) = count(*) THEN sum(ended_session_duration)
                    ELSE NULL::numeric
                END::bigint AS ended_session_duration,
                CASE
                    WHEN count(ended_handle_duration) = count(*) THEN sum(ended_handle_duration)
                    ELSE NULL::numeric
                END::bigint AS ended_handle_duration,
                CASE
                    WHEN count(answered_within_20_seconds) = count(*) THEN sum(answered_within_20_seconds)
                    ELSE NULL::numeric
                END::bigint AS answered_within_20_seconds,
                CASE
                    WHEN count(abandoned_within_20_seconds) = count(*) THEN sum(abandoned_within_20_seconds)
                    ELSE NULL::numeric
                END::bigint AS abandoned_within_20_seconds,
                CASE
                    WHEN count(answered_within_60_seconds) = count(*) THEN sum(answered_within_60_seconds)
                    ELSE NULL::numeric
                END::bigint AS answered_within_60_seconds,
                CASE
                    WHEN count(abandoned_within_60_seconds) = count(*) THEN sum(abandoned_within_60_seconds)
                    ELSE NULL::numeric
                END::bigint AS abandoned_within_60_seconds,
            sum(session_duration)::bigint AS session_duration,
            sum(until_first_agent_duration)::bigint AS until_first_agent_duration,
            sum(until_first_reply_duration)::bigint AS until_first_reply_duration,
            sum(agents_count)::bigint AS agents_count,
            sum(msg_from_agents_count)::bigint AS msg_from_agents_count,
            sum(msg_from_agents_size)::bigint AS msg_from_agents_size,
            sum(msg_from_customers_count)::bigint AS msg_from_customers_count,
            sum(msg_from_customers_size)::bigint AS msg_from_customers_size,
            sum(agent_reply_count)::bigint AS agent_reply_count,
            sum(agent_reply_duration)::bigint AS agent_reply_duration,
            max(agent_reply_max_duration) AS agent_reply_max_duration,
            sum(agent_wait_count)::bigint AS agent_wait_count,
            sum(agent_wait_duration)::bigint AS agent_wait_duration,
            max(agent_wait_max_duration) AS agent_wait_max_duration,
            sum(customer_reply_count)::bigint AS customer_reply_count,
            sum(customer_reply_duration)::bigint AS customer_reply_duration,
            max(customer_reply_max_duration) AS customer_reply_max_duration,
            sum(customer_wait_count)::bigint AS customer_wait_count,
            sum(customer_wait_duration)::bigint AS customer_wait_duration,
            max(customer_wait_max_duration) AS customer_wait_max_duration,
            sum(handle_count)::bigint AS handle_count,
            sum(handle_duration)::bigint AS handle_duration,
            sum(active_idle_count)::bigint AS active_idle_count,
            sum(active_idle_duration)::bigint AS active_idle_duration,
            sum(async_dormant_count)::bigint AS async_dormant_count,
            sum(async_dormant_duration)::bigint AS async_dormant_duration,
            sum(async_idle_count)::bigint AS async_idle_count,
            sum(async_idle_duration)::bigint AS async_idle_duration,
            sum(coaches_count)::bigint AS coaches_count,
            sum(monitors_count)::bigint AS monitors_count,
            sum(with_customer_duration)::bigint AS with_customer_duration,
            max(handle_max_duration) AS handle_max_duration,
            max(active_idle_max_duration) AS active_idle_max_duration,
            max(async_dormant_max_duration) AS async_dormant_max_duration,
            max(async_idle_max_duration) AS async_idle_max_duration,
            sum(bots_count)::bigint AS bots_count,
            sum(msg_from_bots_count)::bigint AS msg_from_bots_count,
            sum(msg_from_bots_size)::bigint AS msg_from_bots_size,
            sum(until_first_bot_duration)::bigint AS until_first_bot_duration
           FROM agt_chat_stats_month
          GROUP BY (EXTRACT(epoch FROM date_trunc('year'::text, (to_timestamp(date_time_key::double precision) AT TIME ZONE 'UTC'::text)))::integer), tenant_key, media_type_key, chat_session_dim_key) chat_stats;
comment on view agt_chat_stats_year is 'Aggregate of chat sessions by year of their start (UTC), summed up on reading from AGT_CHAT_STATS_MONTH. Query the view AG2_CHAT_STATS_YEAR. Genesys name, columns assumed.';
comment on column agt_chat_stats_year.agr_set_key is 'Newest transaction among the rows summed up: CTL_AUDIT_LOG.AUDIT_KEY. (In the source of the year view.) Unit: key. Genesys column, name assumed.';
comment on column agt_chat_stats_year.date_time_key is 'Start of the year in which the sessions began (UTC): DATE_TIME.DATE_TIME_KEY. (In the source of the year view.) Unit: key, epoch seconds. Genesys column, name assumed.';
comment on column agt_chat_stats_year.tenant_key is 'Tenant of the sessions: TENANT.TENANT_KEY; -2 absent, -1 unreadable. (In the source of the year view.) Unit: key. Genesys column, name assumed.';
comment on column agt_chat_stats_year.media_type_key is 'Media type of the sessions: MEDIA_TYPE.MEDIA_TYPE_KEY; -2 absent, -1 unreadable. (In the source of the year view.) Unit: key. Genesys column, name assumed.';
comment on column agt_chat_stats_year.chat_session_dim_key is 'Origin, language, end and mode of the sessions: CHAT_SESSION_DIM.ID. (In the source of the year view.) Unit: key. Genesys column, name assumed.';
comment on column agt_chat_stats_year.sessions is 'Sessions that started in the period. Each has exactly one outcome. (In the source of the year view.) Unit: sessions. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_year.sessions_active is 'Sessions that have not ended yet (asynchronous chat). (In the source of the year view.) Unit: sessions. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_year.sessions_handled is 'Ended sessions that an agent joined, whether the agent wrote or not. (In the source of the year view.) Unit: sessions. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_year.sessions_abandoned is 'Ended sessions without an agent: abandoned and short-abandoned, left with a bot, closed by a bot and closed by the system together. (In the source of the year view.) Unit: sessions. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_year.sessions_unknown is 'Ended sessions for which it is unknown whether an agent joined. (In the source of the year view.) Unit: sessions. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_year.sessions_replied is 'Sessions in which an agent replied to the customer at least once. (In the source of the year view.) Unit: sessions. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_year.abandoned_duration is 'Total duration of the sessions without an agent. (In the source of the year view.) Unit: seconds. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_year.abandoned_max_duration is 'Longest duration of one session without an agent. (In the source of the year view.) Unit: seconds. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_year.outcome_handled is 'Sessions with the outcome handled: an agent joined, and nothing says that no agent wrote. (In the source of the year view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_year.outcome_agent_never_wrote is 'Sessions with the outcome agent-never-wrote: an agent joined but wrote nothing that the customer could see. (In the source of the year view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_year.outcome_abandoned is 'Sessions with the outcome abandoned: nobody joined, and the customer left after a longer wait. (In the source of the year view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_year.outcome_short_abandoned is 'Sessions with the outcome short-abandoned: nobody joined, and the customer left within `short-abandon-seconds` (default 10). (In the source of the year view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_year.outcome_left_with_bot is 'Sessions with the outcome left-with-bot: no agent joined, a bot took part, and no bot ended the session. (In the source of the year view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_year.outcome_closed_by_bot is 'Sessions with the outcome closed-by-bot: no agent joined, and a bot ended the session. (In the source of the year view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_year.outcome_closed_by_system is 'Sessions with the outcome closed-by-system: nobody joined, and it was not the customer who ended the session: Chat Server did, or somebody of the contact centre. (In the source of the year view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_year.outcome_unknown is 'Sessions with the outcome unknown: it is unknown whether an agent joined. (In the source of the year view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_year.outcome_open is 'Sessions with the outcome open: the session has not ended yet (asynchronous chat). (In the source of the year view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_year.sessions_abandoned_alone is 'Sessions that the customer gave up while nobody was there: abandoned and short-abandoned together. (In the source of the year view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_year.sessions_left_with_bot is 'Sessions with the outcome left-with-bot: the same as OUTCOME_LEFT_WITH_BOT. (In the source of the year view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_year.sessions_closed_by_bot is 'Sessions with the outcome closed-by-bot: the same as OUTCOME_CLOSED_BY_BOT. (In the source of the year view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_year.abandoned_alone_duration is 'Total time that customers waited who gave up while nobody was there: the duration of their sessions. (In the source of the year view.) Unit: seconds. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_year.abandoned_alone_max_duration is 'Longest time that one customer waited who gave up while nobody was there. (In the source of the year view.) Unit: seconds. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_year.sessions_with_bot is 'Sessions in which a bot took part. (In the source of the year view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_year.sessions_handed_over is 'Sessions in which a bot took part and an agent joined. (In the source of the year view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_year.sessions_offered is 'Sessions that needed an agent: those that one joined, and those that ended while nobody was there. (In the source of the year view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_year.sessions_answered is 'Sessions that an agent joined, including those that are still open. (In the source of the year view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_year.sessions_with_first_reply is 'Sessions in which an agent wrote a message that the customer could see. (In the source of the year view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_year.sessions_ended_within_a_day is 'Sessions that ended at most 24 hours after they had started. (In the source of the year view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_year.sessions_ended is 'Sessions that have ended. (In the source of the year view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_year.answered_until_first_agent_duration is 'Total time until the first agent of the sessions that an agent joined. (In the source of the year view.) Unit: seconds. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_year.ended_session_duration is 'Total duration of the sessions that have ended. (In the source of the year view.) Unit: seconds. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_year.ended_handle_duration is 'Total time with an agent of the sessions that have ended and that an agent joined. (In the source of the year view.) Unit: seconds. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_year.answered_within_20_seconds is 'Sessions that an agent joined within 20 seconds of their start. (In the source of the year view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_year.abandoned_within_20_seconds is 'Sessions that the customer gave up within 20 seconds while nobody was there. (In the source of the year view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_year.answered_within_60_seconds is 'Sessions that an agent joined within 60 seconds of their start. (In the source of the year view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_year.abandoned_within_60_seconds is 'Sessions that the customer gave up within 60 seconds while nobody was there. (In the source of the year view.) Unit: sessions. Extension of chatmart. NULL: not counted before the facts were purged, or not yet since an upgrade.';
comment on column agt_chat_stats_year.session_duration is 'Sum over the sessions: Time from the creation of the session until Chat Server finished it. Work on the interaction after the chat has ended is not in it. (In the source of the year view.) Unit: seconds. Source: user-data key csg_SessionTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_year.until_first_agent_duration is 'Sum over the sessions: Time the customer waited until the first agent whom the customer can see joined. 0 means at once when AGENTS_COUNT is above 0, and never when it is 0. (In the source of the year view.) Unit: seconds. Source: user-data key csg_SessionUntilFirstAgentTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_year.until_first_reply_duration is 'Sum over the sessions: Time from the start of the session until the first message of an agent that the customer can see. (In the source of the year view.) Unit: seconds. Source: user-data key csg_SessionUntilFirstReplyTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_year.agents_count is 'Sum over the sessions: Distinct agents and supervisors visible to the customer who took part. One who comes back counts once. (In the source of the year view.) Unit: parties. Source: user-data key csg_PartiesAsAgentCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_year.msg_from_agents_count is 'Sum over the sessions: Messages that all agents sent and the customer could see. (In the source of the year view.) Unit: messages. Source: user-data key csg_MessagesFromAgentsCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_year.msg_from_agents_size is 'Sum over the sessions: Characters, blanks included, of the messages that agents sent and the customer could see. (In the source of the year view.) Unit: characters. Source: user-data key csg_MessagesFromAgentsSize. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_year.msg_from_customers_count is 'Sum over the sessions: Messages that the customer sent. (In the source of the year view.) Unit: messages. Source: user-data key csg_MessagesFromCustomersCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_year.msg_from_customers_size is 'Sum over the sessions: Characters, blanks included, of the messages that the customer sent. (In the source of the year view.) Unit: characters. Source: user-data key csg_MessagesFromCustomersSize. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_year.agent_reply_count is 'Sum over the sessions: How often an agent replied to the customer; several messages in a row are one reply. (In the source of the year view.) Unit: replies. Source: user-data key cse_AgentReplyTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_year.agent_reply_duration is 'Sum over the sessions: Total time agents took to reply, each from the first unanswered customer message to the next agent message. Dormant time of an async session is left out, and for a message that came in then the time until an agent was back. (In the source of the year view.) Unit: seconds. Source: user-data key cse_AgentReplyTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_year.agent_reply_max_duration is 'Largest value of a session: Longest single time an agent took to reply to the customer. (In the source of the year view.) Unit: seconds. Source: user-data key cse_AgentReplyMaxTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_year.agent_wait_count is 'Sum over the sessions: How often an agent waited for an answer of the customer. (In the source of the year view.) Unit: waits. Source: user-data key cse_AgentWaitTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_year.agent_wait_duration is 'Sum over the sessions: Total time agents waited for the customer, each from the last agent message of a run to the next customer message. Dormant time of an async session is left out. (In the source of the year view.) Unit: seconds. Source: user-data key cse_AgentWaitTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_year.agent_wait_max_duration is 'Largest value of a session: Longest single time an agent waited for an answer of the customer. (In the source of the year view.) Unit: seconds. Source: user-data key cse_AgentWaitMaxTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_year.customer_reply_count is 'Sum over the sessions: How often the customer replied to an agent; several messages in a row are one reply. (In the source of the year view.) Unit: replies. Source: user-data key cse_CustomerReplyTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_year.customer_reply_duration is 'Sum over the sessions: Total time the customer took to reply, each from the first unanswered agent message to the next customer message. (In the source of the year view.) Unit: seconds. Source: user-data key cse_CustomerReplyTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_year.customer_reply_max_duration is 'Largest value of a session: Longest single time the customer took to reply to an agent. (In the source of the year view.) Unit: seconds. Source: user-data key cse_CustomerReplyMaxTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_year.customer_wait_count is 'Sum over the sessions: How often the customer waited for an answer of an agent. (In the source of the year view.) Unit: waits. Source: user-data key cse_CustomerWaitTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_year.customer_wait_duration is 'Sum over the sessions: Total time the customer waited for an agent, each from the last customer message of a run to the next agent message. (In the source of the year view.) Unit: seconds. Source: user-data key cse_CustomerWaitTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_year.customer_wait_max_duration is 'Largest value of a session: Longest single time the customer waited for an answer of an agent. (In the source of the year view.) Unit: seconds. Source: user-data key cse_CustomerWaitMaxTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_year.handle_count is 'Sum over the sessions: How often the session entered the state in which at least one agent was connected. (In the source of the year view.) Unit: phases. Source: user-data key cse_SessionHandleTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_year.handle_duration is 'Sum over the sessions: Total time in which at least one agent was connected. (In the source of the year view.) Unit: seconds. Source: user-data key cse_SessionHandleTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_year.active_idle_count is 'Sum over the sessions: How often nothing happened for longer than the configured threshold while an agent was connected. (In the source of the year view.) Unit: phases. Source: user-data key cse_ActiveIdleTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_year.active_idle_duration is 'Sum over the sessions: Total time beyond the configured threshold in which nothing happened while an agent was connected. (In the source of the year view.) Unit: seconds. Source: user-data key cse_ActiveIdleTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_year.async_dormant_count is 'Sum over the sessions: How often an async session became dormant, that is, had no agent. (In the source of the year view.) Unit: phases. Source: user-data key cse_AsyncDormantTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_year.async_dormant_duration is 'Sum over the sessions: Total time an async session was dormant. Routing time is left out. (In the source of the year view.) Unit: seconds. Source: user-data key cse_AsyncDormantTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_year.async_idle_count is 'Sum over the sessions: How often a dormant async session became idle. (In the source of the year view.) Unit: phases. Source: user-data key cse_AsyncIdleTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_year.async_idle_duration is 'Sum over the sessions: Total time beyond the configured threshold in which nothing happened while an async session was dormant. (In the source of the year view.) Unit: seconds. Source: user-data key cse_AsyncIdleTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_year.coaches_count is 'Sum over the sessions: Distinct parties that took part as coaches, visible to agents only. (In the source of the year view.) Unit: parties. Source: user-data key csg_PartiesAsCoachCount. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_year.monitors_count is 'Sum over the sessions: Distinct parties that watched the session unseen. (In the source of the year view.) Unit: parties. Source: user-data key csg_PartiesAsMonitorCount. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_year.with_customer_duration is 'Sum over the sessions: Time the customer was in the session. (In the source of the year view.) Unit: seconds. Source: user-data key csg_SessionWithCustomerTime. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_year.handle_max_duration is 'Largest value of a session: Longest unbroken time in which at least one agent was connected. (In the source of the year view.) Unit: seconds. Source: user-data key cse_SessionHandleMaxTime. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_year.active_idle_max_duration is 'Largest value of a session: Longest single time beyond the configured threshold in which nothing happened while an agent was connected. (In the source of the year view.) Unit: seconds. Source: user-data key cse_ActiveIdleMaxTime. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_year.async_dormant_max_duration is 'Largest value of a session: Longest single time an async session was dormant. (In the source of the year view.) Unit: seconds. Source: user-data key cse_AsyncDormantMaxTime. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_year.async_idle_max_duration is 'Largest value of a session: Longest single time an async session was idle. (In the source of the year view.) Unit: seconds. Source: user-data key cse_AsyncIdleMaxTime. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_year.bots_count is 'Sum over the sessions: Distinct bots that took part in the session. (In the source of the year view.) Unit: parties. Source: user-data key csg_PartiesAsBotCount. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_year.msg_from_bots_count is 'Sum over the sessions: Messages that bots sent and the customer could see. (In the source of the year view.) Unit: messages. Source: user-data key csg_MessagesFromBotsCount. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_year.msg_from_bots_size is 'Sum over the sessions: Characters, blanks included, of the messages that bots sent and the customer could see. (In the source of the year view.) Unit: characters. Source: user-data key csg_MessagesFromBotsSize. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_year.until_first_bot_duration is 'Sum over the sessions: Time from the start of the session until the first bot joined. (In the source of the year view.) Unit: seconds. Source: user-data key csg_SessionUntilFirstBotTime. Extension of chatmart. 0: none, or its key was absent.';

create view chat_session (
  media_server_ixn_guid character varying(50),
  start_date_time_key integer,
  end_date_time_key integer,
  tenant_key integer,
  media_type_key integer,
  chat_session_dim_key integer,
  thread_id character varying(64),
  session_duration integer,
  until_first_agent_duration integer,
  until_first_reply_duration integer,
  agents_count integer,
  msg_from_agents_count integer,
  msg_from_agents_size integer,
  msg_from_customers_count integer,
  msg_from_customers_size integer,
  agent_reply_count integer,
  agent_reply_duration integer,
  agent_reply_max_duration integer,
  agent_wait_count integer,
  agent_wait_duration integer,
  agent_wait_max_duration integer,
  customer_reply_count integer,
  customer_reply_duration integer,
  customer_reply_max_duration integer,
  customer_wait_count integer,
  customer_wait_duration integer,
  customer_wait_max_duration integer,
  handle_count integer,
  handle_duration integer,
  active_idle_count integer,
  active_idle_duration integer,
  async_dormant_count integer,
  async_dormant_duration integer,
  async_idle_count integer,
  async_idle_duration integer,
  parking_queue_count integer,
  parking_queue_duration integer,
  producer_batch_id numeric(19,0),
  create_audit_key numeric(19,0),
  update_audit_key numeric(19,0),
  start_ts integer,
  end_ts integer,
  chat_session_id character varying(255),
  coaches_count integer,
  monitors_count integer,
  with_customer_duration integer,
  handle_max_duration integer,
  active_idle_max_duration integer,
  async_dormant_max_duration integer,
  async_idle_max_duration integer,
  bots_count integer,
  msg_from_bots_count integer,
  msg_from_bots_size integer,
  until_first_bot_duration integer,
  active_flag smallint,
  kvp_present bigint,
  start_time timestamp without time zone,
  end_time timestamp without time zone,
  tenant_name character varying(255),
  media_name character varying(255),
  media_name_code character varying(255),
  outcome text,
  with_bot integer,
  media_origin character varying(1024),
  language_name character varying(1024),
  ended_by character varying(50),
  ended_reason character varying(50),
  async_mode integer,
  ended_agent character varying(50)
) as
 SELECT media_server_ixn_guid,
    start_date_time_key,
    end_date_time_key,
    tenant_key,
    media_type_key,
    chat_session_dim_key,
    thread_id,
    session_duration,
    until_first_agent_duration,
    until_first_reply_duration,
    agents_count,
    msg_from_agents_count,
    msg_from_agents_size,
    msg_from_customers_count,
    msg_from_customers_size,
    agent_reply_count,
    agent_reply_duration,
    agent_reply_max_duration,
    agent_wait_count,
    agent_wait_duration,
    agent_wait_max_duration,
    customer_reply_count,
    customer_reply_duration,
    customer_reply_max_duration,
    customer_wait_count,
    customer_wait_duration,
    customer_wait_max_duration,
    handle_count,
    handle_duration,
    active_idle_count,
    active_idle_duration,
    async_dormant_count,
    async_dormant_duration,
    async_idle_count,
    async_idle_duration,
    parking_queue_count,
    parking_queue_duration,
    producer_batch_id,
    create_audit_key,
    update_audit_key,
    start_ts,
    end_ts,
    chat_session_id,
    coaches_count,
    monitors_count,
    with_customer_duration,
    handle_max_duration,
    active_idle_max_duration,
    async_dormant_max_duration,
    async_idle_max_duration,
    bots_count,
    msg_from_bots_count,
    msg_from_bots_size,
    until_first_bot_duration,
    active_flag,
    kvp_present,
    start_time,
    end_time,
    tenant_name,
    media_name,
    media_name_code,
    outcome,
    with_bot,
    media_origin,
    language_name,
    ended_by,
    ended_reason,
    async_mode,
    ended_agent
   FROM ( SELECT media_server_ixn_guid,
            start_date_time_key,
            end_date_time_key,
            tenant_key,
            media_type_key,
            chat_session_dim_key,
            thread_id,
            session_duration,
            until_first_agent_duration,
            until_first_reply_duration,
            agents_count,
            msg_from_agents_count,
            msg_from_agents_size,
            msg_from_customers_count,
            msg_from_customers_size,
            agent_reply_count,
            agent_reply_duration,
            agent_reply_max_duration,
            agent_wait_count,
            agent_wait_duration,
            agent_wait_max_duration,
            customer_reply_count,
            customer_reply_duration,
            customer_reply_max_duration,
            customer_wait_count,
            customer_wait_duration,
            customer_wait_max_duration,
            handle_count,
            handle_duration,
            active_idle_count,
            active_idle_duration,
            async_dormant_count,
            async_dormant_duration,
            async_idle_count,
            async_idle_duration,
            parking_queue_count,
            parking_queue_duration,
            producer_batch_id,
            create_audit_key,
            update_audit_key,
            start_ts,
            end_ts,
            chat_session_id,
            coaches_count,
            monitors_count,
            with_customer_duration,
            handle_max_duration,
            active_idle_max_duration,
            async_dormant_max_duration,
            async_idle_max_duration,
            bots_count,
            msg_from_bots_count,
            msg_from_bots_size,
            until_first_bot_duration,
            active_flag,
            kvp_present,
            (to_timestamp(start_ts::double precision) AT TIME ZONE 'UTC'::text) AS start_time,
                CASE
                    WHEN active_flag = 0 THEN (to_timestamp(end_ts::double precision) AT TIME ZONE 'UTC'::text)
                    ELSE NULL::timestamp without time zone
                END AS end_time,
            name AS tenant_name,
            media_name,
            media_name_code,
            outcome,
                CASE
                    WHEN bots_count > 0 OR msg_from_bots_count > 0 OR until_first_bot_duration > 0 THEN 1
                    ELSE 0
                END AS with_bot,
            media_origin,
            language_name,
            ended_by,
            ended_reason,
            async_mode,
            ended_agent
           FROM chat_session_fact
             LEFT JOIN gidb_gc_tenant ON id = tenant_key
             LEFT JOIN media_type ON media_type_key = media_type_key
             LEFT JOIN chat_session_dim ON id = chat_session_dim_key
             LEFT JOIN chat_session_attached_data ON media_server_ixn_guid::text = media_server_ixn_guid::text
             LEFT JOIN ( SELECT outcome
                   FROM ( VALUES ('open'::text), ('agent-never-wrote'::text), ('handled'::text), ('unknown'::text), ('closed-by-bot'::text), ('left-with-bot'::text), ('closed-by-system'::text), ('short-abandoned'::text), ('abandoned'::text)) known(outcome)
                  GROUP BY outcome) session ON outcome =
                CASE
                    WHEN active_flag = 1 THEN 'open'::text
                    WHEN (ended_agent::text = 'PRESENT'::text OR ended_agent::text = 'VISITED'::text AND COALESCE(( SELECT value::text AS value
                       FROM ctl_schema_info
                      WHERE property::text = 'visited-counts-as'::text), 'handled'::text) <> 'abandoned'::text OR (COALESCE(ended_agent, ''::character varying)::text <> ALL (ARRAY['ABSENT'::character varying, 'VISITED'::character varying]::text[])) AND (kvp_present & 128::bigint) <> 0 AND agents_count > 0) AND (kvp_present & 256::bigint) <> 0 AND msg_from_agents_count = 0 THEN 'agent-never-wrote'::text
                    WHEN ended_agent::text = 'PRESENT'::text OR ended_agent::text = 'VISITED'::text AND COALESCE(( SELECT value::text AS value
                       FROM ctl_schema_info
                      WHERE property::text = 'visited-counts-as'::text), 'handled'::text) <> 'abandoned'::text OR (COALESCE(ended_agent, ''::character varying)::text <> ALL (ARRAY['ABSENT'::character varying, 'VISITED'::character varying]::text[])) AND (kvp_present & 128::bigint) <> 0 AND agents_count > 0 THEN 'handled'::text
                    WHEN ((ended_agent::text = ANY (ARRAY['ABSENT'::character varying, 'VISITED'::character varying]::text[])) OR (kvp_present & 128::bigint) <> 0 AND agents_count = 0) IS NOT TRUE THEN 'unknown'::text
                    WHEN ended_by::text = 'BOT'::text THEN 'closed-by-bot'::text
                    WHEN bots_count > 0 OR msg_from_bots_count > 0 OR until_first_bot_duration > 0 THEN 'left-with-bot'::text
                    WHEN ended_by::text = ANY (ARRAY['SYSTEM'::character varying, 'AGENT'::character varying, 'SUPERVISOR'::character varying]::text[]) THEN 'closed-by-system'::text
                    WHEN COALESCE(NULLIF(session_duration, 0), end_ts - start_ts) <= COALESCE(( SELECT value::integer AS value
                       FROM ctl_schema_info
                      WHERE property::text = 'short-abandon-seconds'::text), 10) THEN 'short-abandoned'::text
                    ELSE 'abandoned'::text
                END) chat_session;
comment on view chat_session is 'Chat sessions with the values of their dimensions, their outcome and the own keys of the site (setting attached-data), one row for each row of CHAT_SESSION_FACT. Extension of chatmart.';
comment on column chat_session.media_server_ixn_guid is 'Interaction ID that Interaction Server gave the chat: the CALLID of the IDB. One interaction has one row. (In the view of sessions.) Genesys column. May identify a person.';
comment on column chat_session.start_date_time_key is '15-minute interval (UTC) in which the session began: DATE_TIME.DATE_TIME_KEY. (In the view of sessions.) Unit: key, epoch seconds. Source: user-data key ChatServerSessionStartedAt. Genesys column. Never 0.';
comment on column chat_session.end_date_time_key is '15-minute interval (UTC) in which the session ended: DATE_TIME.DATE_TIME_KEY. (In the view of sessions.) Unit: key, epoch seconds. Source: user-data key ChatServerSessionClosedAt. Genesys column. 2147482800, the open end, while the session is active.';
comment on column chat_session.tenant_key is 'Tenant that owns the session: TENANT.TENANT_KEY. (In the view of sessions.) Unit: key. Source: user-data key csg_TenantId. Genesys column. -2 where the key is absent, -1 where it is unreadable.';
comment on column chat_session.media_type_key is 'Media type of the session: MEDIA_TYPE.MEDIA_TYPE_KEY. (In the view of sessions.) Unit: key. Source: user-data key csg_MediaType. Genesys column. -2 where the key is absent, -1 where it is unreadable.';
comment on column chat_session.chat_session_dim_key is 'Origin, language, end and mode of the session: CHAT_SESSION_DIM.ID. (In the view of sessions.) Unit: key. Genesys column. -2 where none of them came.';
comment on column chat_session.thread_id is 'Thread that the session belongs to (Advanced Chat). (In the view of sessions.) Genesys column. NULL: no own key of the site (setting attached-data) feeds it, or the key is absent. May identify a person.';
comment on column chat_session.session_duration is 'Time from the creation of the session until Chat Server finished it. Work on the interaction after the chat has ended is not in it. (In the view of sessions.) Unit: seconds. Source: user-data key csg_SessionTotalTime. Genesys column. 0 also where the key is absent: then KVP_PRESENT & 16 is 0.';
comment on column chat_session.until_first_agent_duration is 'Time the customer waited until the first agent whom the customer can see joined. 0 means at once when AGENTS_COUNT is above 0, and never when it is 0. (In the view of sessions.) Unit: seconds. Source: user-data key csg_SessionUntilFirstAgentTime. Genesys column. 0 also where the key is absent: then KVP_PRESENT & 32 is 0.';
comment on column chat_session.until_first_reply_duration is 'Time from the start of the session until the first message of an agent that the customer can see. (In the view of sessions.) Unit: seconds. Source: user-data key csg_SessionUntilFirstReplyTime. Genesys column. 0 also where the key is absent: then KVP_PRESENT & 64 is 0.';
comment on column chat_session.agents_count is 'Distinct agents and supervisors visible to the customer who took part. One who comes back counts once. (In the view of sessions.) Unit: parties. Source: user-data key csg_PartiesAsAgentCount. Genesys column. 0 also where the key is absent: then KVP_PRESENT & 128 is 0.';
comment on column chat_session.msg_from_agents_count is 'Messages that all agents sent and the customer could see. (In the view of sessions.) Unit: messages. Source: user-data key csg_MessagesFromAgentsCount. Genesys column. 0 also where the key is absent: then KVP_PRESENT & 256 is 0.';
comment on column chat_session.msg_from_agents_size is 'Characters, blanks included, of the messages that agents sent and the customer could see. (In the view of sessions.) Unit: characters. Source: user-data key csg_MessagesFromAgentsSize. Genesys column. 0 also where the key is absent: then KVP_PRESENT & 512 is 0.';
comment on column chat_session.msg_from_customers_count is 'Messages that the customer sent. (In the view of sessions.) Unit: messages. Source: user-data key csg_MessagesFromCustomersCount. Genesys column. 0 also where the key is absent: then KVP_PRESENT & 1024 is 0.';
comment on column chat_session.msg_from_customers_size is 'Characters, blanks included, of the messages that the customer sent. (In the view of sessions.) Unit: characters. Source: user-data key csg_MessagesFromCustomersSize. Genesys column. 0 also where the key is absent: then KVP_PRESENT & 2048 is 0.';
comment on column chat_session.agent_reply_count is 'How often an agent replied to the customer; several messages in a row are one reply. (In the view of sessions.) Unit: replies. Source: user-data key cse_AgentReplyTotalCount. Genesys column. 0 also where the key is absent: then KVP_PRESENT & 4096 is 0.';
comment on column chat_session.agent_reply_duration is 'Total time agents took to reply, each from the first unanswered customer message to the next agent message. Dormant time of an async session is left out, and for a message that came in then the time until an agent was back. (In the view of sessions.) Unit: seconds. Source: user-data key cse_AgentReplyTotalTime. Genesys column. 0 also where the key is absent: then KVP_PRESENT & 8192 is 0.';
comment on column chat_session.agent_reply_max_duration is 'Longest single time an agent took to reply to the customer. (In the view of sessions.) Unit: seconds. Source: user-data key cse_AgentReplyMaxTime. Genesys column. 0 also where the key is absent: then KVP_PRESENT & 16384 is 0.';
comment on column chat_session.agent_wait_count is 'How often an agent waited for an answer of the customer. (In the view of sessions.) Unit: waits. Source: user-data key cse_AgentWaitTotalCount. Genesys column. 0 also where the key is absent: then KVP_PRESENT & 32768 is 0.';
comment on column chat_session.agent_wait_duration is 'Total time agents waited for the customer, each from the last agent message of a run to the next customer message. Dormant time of an async session is left out. (In the view of sessions.) Unit: seconds. Source: user-data key cse_AgentWaitTotalTime. Genesys column. 0 also where the key is absent: then KVP_PRESENT & 65536 is 0.';
comment on column chat_session.agent_wait_max_duration is 'Longest single time an agent waited for an answer of the customer. (In the view of sessions.) Unit: seconds. Source: user-data key cse_AgentWaitMaxTime. Genesys column. 0 also where the key is absent: then KVP_PRESENT & 131072 is 0.';
comment on column chat_session.customer_reply_count is 'How often the customer replied to an agent; several messages in a row are one reply. (In the view of sessions.) Unit: replies. Source: user-data key cse_CustomerReplyTotalCount. Genesys column. 0 also where the key is absent: then KVP_PRESENT & 262144 is 0.';
comment on column chat_session.customer_reply_duration is 'Total time the customer took to reply, each from the first unanswered agent message to the next customer message. (In the view of sessions.) Unit: seconds. Source: user-data key cse_CustomerReplyTotalTime. Genesys column. 0 also where the key is absent: then KVP_PRESENT & 524288 is 0.';
comment on column chat_session.customer_reply_max_duration is 'Longest single time the customer took to reply to an agent. (In the view of sessions.) Unit: seconds. Source: user-data key cse_CustomerReplyMaxTime. Genesys column. 0 also where the key is absent: then KVP_PRESENT & 1048576 is 0.';
comment on column chat_session.customer_wait_count is 'How often the customer waited for an answer of an agent. (In the view of sessions.) Unit: waits. Source: user-data key cse_CustomerWaitTotalCount. Genesys column. 0 also where the key is absent: then KVP_PRESENT & 2097152 is 0.';
comment on column chat_session.customer_wait_duration is 'Total time the customer waited for an agent, each from the last customer message of a run to the next agent message. (In the view of sessions.) Unit: seconds. Source: user-data key cse_CustomerWaitTotalTime. Genesys column. 0 also where the key is absent: then KVP_PRESENT & 4194304 is 0.';
comment on column chat_session.customer_wait_max_duration is 'Longest single time the customer waited for an answer of an agent. (In the view of sessions.) Unit: seconds. Source: user-data key cse_CustomerWaitMaxTime. Genesys column. 0 also where the key is absent: then KVP_PRESENT & 8388608 is 0.';
comment on column chat_session.handle_count is 'How often the session entered the state in which at least one agent was connected. (In the view of sessions.) Unit: phases. Source: user-data key cse_SessionHandleTotalCount. Genesys column. 0 also where the key is absent: then KVP_PRESENT & 16777216 is 0.';
comment on column chat_session.handle_duration is 'Total time in which at least one agent was connected. (In the view of sessions.) Unit: seconds. Source: user-data key cse_SessionHandleTotalTime. Genesys column. 0 also where the key is absent: then KVP_PRESENT & 33554432 is 0.';
comment on column chat_session.active_idle_count is 'How often nothing happened for longer than the configured threshold while an agent was connected. (In the view of sessions.) Unit: phases. Source: user-data key cse_ActiveIdleTotalCount. Genesys column. 0 also where the key is absent: then KVP_PRESENT & 67108864 is 0.';
comment on column chat_session.active_idle_duration is 'Total time beyond the configured threshold in which nothing happened while an agent was connected. (In the view of sessions.) Unit: seconds. Source: user-data key cse_ActiveIdleTotalTime. Genesys column. 0 also where the key is absent: then KVP_PRESENT & 134217728 is 0.';
comment on column chat_session.async_dormant_count is 'How often an async session became dormant, that is, had no agent. (In the view of sessions.) Unit: phases. Source: user-data key cse_AsyncDormantTotalCount. Genesys column. 0 also where the key is absent: then KVP_PRESENT & 268435456 is 0.';
comment on column chat_session.async_dormant_duration is 'Total time an async session was dormant. Routing time is left out. (In the view of sessions.) Unit: seconds. Source: user-data key cse_AsyncDormantTotalTime. Genesys column. 0 also where the key is absent: then KVP_PRESENT & 536870912 is 0.';
comment on column chat_session.async_idle_count is 'How often a dormant async session became idle. (In the view of sessions.) Unit: phases. Source: user-data key cse_AsyncIdleTotalCount. Genesys column. 0 also where the key is absent: then KVP_PRESENT & 1073741824 is 0.';
comment on column chat_session.async_idle_duration is 'Total time beyond the configured threshold in which nothing happened while an async session was dormant. (In the view of sessions.) Unit: seconds. Source: user-data key cse_AsyncIdleTotalTime. Genesys column. 0 also where the key is absent: then KVP_PRESENT & 2147483648 is 0.';
comment on column chat_session.parking_queue_count is 'How often the session was parked in a queue. (In the view of sessions.) Unit: phases. Genesys column. NULL: no own key of the site (setting attached-data) feeds it, or the key is absent.';
comment on column chat_session.parking_queue_duration is 'Total time the session was parked in a queue. (In the view of sessions.) Unit: seconds. Genesys column. NULL: no own key of the site (setting attached-data) feeds it, or the key is absent.';
comment on column chat_session.producer_batch_id is 'Reserved by Genesys (batch that brought the fact). (In the view of sessions.) Unit: key. Genesys column. NULL: always here.';
comment on column chat_session.create_audit_key is 'Transaction that inserted the fact: CTL_AUDIT_LOG.AUDIT_KEY. (In the view of sessions.) Unit: key. Genesys column. 0: the row came with the schema.';
comment on column chat_session.update_audit_key is 'Transaction that last changed the fact: CTL_AUDIT_LOG.AUDIT_KEY. (In the view of sessions.) Unit: key. Genesys column. NULL: not changed since it was inserted.';
comment on column chat_session.start_ts is 'When the session began, to the second (UTC). (In the view of sessions.) Unit: epoch seconds. Source: user-data key ChatServerSessionStartedAt. Extension of chatmart.';
comment on column chat_session.end_ts is 'When the session ended, to the second (UTC). (In the view of sessions.) Unit: epoch seconds. Source: user-data key ChatServerSessionClosedAt. Extension of chatmart. 0 while the session is active.';
comment on column chat_session.chat_session_id is 'Identifier of the chat session in Chat Server; may differ from the interaction ID. (In the view of sessions.) Source: user-data key csg_ChatSessionID. Extension of chatmart. NULL: the key is absent or empty. May identify a person.';
comment on column chat_session.coaches_count is 'Distinct parties that took part as coaches, visible to agents only. (In the view of sessions.) Unit: parties. Source: user-data key csg_PartiesAsCoachCount. Extension of chatmart. 0 also where the key is absent: then KVP_PRESENT & 549755813888 is 0.';
comment on column chat_session.monitors_count is 'Distinct parties that watched the session unseen. (In the view of sessions.) Unit: parties. Source: user-data key csg_PartiesAsMonitorCount. Extension of chatmart. 0 also where the key is absent: then KVP_PRESENT & 1099511627776 is 0.';
comment on column chat_session.with_customer_duration is 'Time the customer was in the session. (In the view of sessions.) Unit: seconds. Source: user-data key csg_SessionWithCustomerTime. Extension of chatmart. 0 also where the key is absent: then KVP_PRESENT & 2199023255552 is 0.';
comment on column chat_session.handle_max_duration is 'Longest unbroken time in which at least one agent was connected. (In the view of sessions.) Unit: seconds. Source: user-data key cse_SessionHandleMaxTime. Extension of chatmart. 0 also where the key is absent: then KVP_PRESENT & 4398046511104 is 0.';
comment on column chat_session.active_idle_max_duration is 'Longest single time beyond the configured threshold in which nothing happened while an agent was connected. (In the view of sessions.) Unit: seconds. Source: user-data key cse_ActiveIdleMaxTime. Extension of chatmart. 0 also where the key is absent: then KVP_PRESENT & 8796093022208 is 0.';
comment on column chat_session.async_dormant_max_duration is 'Longest single time an async session was dormant. (In the view of sessions.) Unit: seconds. Source: user-data key cse_AsyncDormantMaxTime. Extension of chatmart. 0 also where the key is absent: then KVP_PRESENT & 17592186044416 is 0.';
comment on column chat_session.async_idle_max_duration is 'Longest single time an async session was idle. (In the view of sessions.) Unit: seconds. Source: user-data key cse_AsyncIdleMaxTime. Extension of chatmart. 0 also where the key is absent: then KVP_PRESENT & 35184372088832 is 0.';
comment on column chat_session.bots_count is 'Distinct bots that took part in the session. (In the view of sessions.) Unit: parties. Source: user-data key csg_PartiesAsBotCount. Genesys column, name assumed. 0 also where the key is absent: then KVP_PRESENT & 70368744177664 is 0.';
comment on column chat_session.msg_from_bots_count is 'Messages that bots sent and the customer could see. (In the view of sessions.) Unit: messages. Source: user-data key csg_MessagesFromBotsCount. Genesys column, name assumed. 0 also where the key is absent: then KVP_PRESENT & 140737488355328 is 0.';
comment on column chat_session.msg_from_bots_size is 'Characters, blanks included, of the messages that bots sent and the customer could see. (In the view of sessions.) Unit: characters. Source: user-data key csg_MessagesFromBotsSize. Genesys column, name assumed. 0 also where the key is absent: then KVP_PRESENT & 281474976710656 is 0.';
comment on column chat_session.until_first_bot_duration is 'Time from the start of the session until the first bot joined. (In the view of sessions.) Unit: seconds. Source: user-data key csg_SessionUntilFirstBotTime. Genesys column, name assumed. 0 also where the key is absent: then KVP_PRESENT & 562949953421312 is 0.';
comment on column chat_session.active_flag is 'Whether the session has not ended yet; only an async one can be active. (In the view of sessions.) Unit: flag. Extension of chatmart. 0: it has ended.';
comment on column chat_session.kvp_present is 'Which user-data keys came, a bit for each key of the KVP map: bit n - 1 is the key with number n. It tells absent from zero. (In the view of sessions.) Unit: bit mask. Extension of chatmart. 0: none came.';
comment on column chat_session.start_time is 'When the session began (UTC). (In the view of sessions.) Extension of chatmart.';
comment on column chat_session.end_time is 'When the session ended (UTC). (In the view of sessions.) Extension of chatmart. NULL: it has not ended yet.';
comment on column chat_session.tenant_name is 'Tenant that owns the session. (In the view of sessions.) Genesys column.';
comment on column chat_session.media_name is 'Media type of the session. (In the view of sessions.) Genesys column.';
comment on column chat_session.media_name_code is 'Code of the media type, upper case. (In the view of sessions.) Genesys column.';
comment on column chat_session.outcome is 'What became of the session; each has exactly one outcome (docs/measures.md). (In the view of sessions.) Extension of chatmart.';
comment on column chat_session.with_bot is 'Whether a bot took part. (In the view of sessions.) Unit: flag. Extension of chatmart. 0: none did.';
comment on column chat_session.media_origin is 'Where the chat came from: web chat, a social network, SMS and so on; taken from MediaOrigin in the first user data. (In the view of sessions.) Source: user-data key csg_MediaOrigin. Genesys column. NO_VALUE where the key is absent or empty.';
comment on column chat_session.language_name is 'Language given for the session in GCTI_LanguageName of the first user data. (In the view of sessions.) Source: user-data key csg_LanguageName. Genesys column. NO_VALUE where the key is absent or empty.';
comment on column chat_session.ended_by is 'Kind of participant that brought the session to its end. Known values: CLIENT, AGENT, SUPERVISOR, BOT, SYSTEM. (In the view of sessions.) Source: user-data key csg_SessionEndedBy. Genesys column. NO_VALUE where the key is absent or empty.';
comment on column chat_session.ended_reason is 'How the session was closed. Known values: DISCONNECT, QUIT, FORCE, INACTIVE, DB_ERROR. (In the view of sessions.) Source: user-data key csg_SessionEndedReason. Genesys column. NO_VALUE where the key is absent or empty.';
comment on column chat_session.async_mode is '1 for an async session, 0 for a regular one or where the key is absent: a Chat Server too old to attach it has no async sessions. (In the view of sessions.) Unit: flag. Source: user-data key csg_ChatAsyncMode. Genesys column. 0 where the key is absent.';
comment on column chat_session.ended_agent is 'Presence of human agents visible to the customer: ABSENT none ever joined, PRESENT one was there at the end, VISITED one had been there but not at the end. Known values: ABSENT, PRESENT, VISITED. (In the view of sessions.) Source: user-data key csg_SessionEndedAgent. Extension of chatmart. NO_VALUE where the key is absent or empty.';

create table chat_session_attached_data (
  media_server_ixn_guid character varying(50) not null,
  create_audit_key numeric(19,0) not null,
  update_audit_key numeric(19,0),
  constraint fk_chat_session_attached_data_created FOREIGN KEY (create_audit_key) REFERENCES ctl_audit_log(audit_key) NOT ENFORCED,
  constraint fk_chat_session_attached_data_session FOREIGN KEY (media_server_ixn_guid) REFERENCES chat_session_fact(media_server_ixn_guid) NOT ENFORCED,
  constraint fk_chat_session_attached_data_updated FOREIGN KEY (update_audit_key) REFERENCES ctl_audit_log(audit_key) NOT ENFORCED,
  constraint pk_chat_session_attached_data PRIMARY KEY (media_server_ixn_guid)
);
comment on table chat_session_attached_data is 'Own user data of the site: one row for each chat session that has any, with a column for each key of the setting attached-data. Join it to CHAT_SESSION_FACT with a left join. Extension of chatmart.';
comment on column chat_session_attached_data.media_server_ixn_guid is 'Interaction ID of the session: CHAT_SESSION_FACT.MEDIA_SERVER_IXN_GUID. Extension of chatmart.';
comment on column chat_session_attached_data.create_audit_key is 'Transaction that inserted the own values of the session: CTL_AUDIT_LOG.AUDIT_KEY. Unit: key. Genesys column. 0: the row came with the schema.';
comment on column chat_session_attached_data.update_audit_key is 'Transaction that last changed own values of the session: CTL_AUDIT_LOG.AUDIT_KEY. Unit: key. Genesys column. NULL: not changed since it was inserted.';

create table chat_session_dim (
  id integer not null generated by default as identity,
  media_origin character varying(1024) not null default 'NO_VALUE'::character varying,
  language_name character varying(1024) not null default 'NO_VALUE'::character varying,
  ended_by character varying(50) not null default 'NO_VALUE'::character varying,
  ended_reason character varying(50) not null default 'NO_VALUE'::character varying,
  async_mode integer not null default 0,
  ended_agent character varying(50) not null default 'NO_VALUE'::character varying,
  create_audit_key numeric(19,0) not null,
  constraint pk_chat_session_dim PRIMARY KEY (id)
);
CREATE UNIQUE INDEX i_chat_session_dim ON chat_session_dim USING btree (md5((((((((((((((((((((((length((media_origin)::text))::text || ':'::text) || (media_origin)::text) || '|'::text) || (length((language_name)::text))::text) || ':'::text) || (language_name)::text) || '|'::text) || (length((ended_by)::text))::text) || ':'::text) || (ended_by)::text) || '|'::text) || (length((ended_reason)::text))::text) || ':'::text) || (ended_reason)::text) || '|'::text) || (async_mode)::text) || '|'::text) || (length((ended_agent)::text))::text) || ':'::text) || (ended_agent)::text)));
comment on table chat_session_dim is 'Dimension: the combinations of origin, language, end and mode that chat sessions had. Rows -1 (UNKNOWN) and -2 (NO_VALUE) always exist. Genesys table.';
comment on column chat_session_dim.id is 'Key of the combination: CHAT_SESSION_FACT.CHAT_SESSION_DIM_KEY. Unit: key. Genesys column. -1: UNKNOWN, -2: NO_VALUE.';
comment on column chat_session_dim.media_origin is 'Where the chat came from: web chat, a social network, SMS and so on; taken from MediaOrigin in the first user data. Source: user-data key csg_MediaOrigin. Genesys column. NO_VALUE where the key is absent or empty.';
comment on column chat_session_dim.language_name is 'Language given for the session in GCTI_LanguageName of the first user data. Source: user-data key csg_LanguageName. Genesys column. NO_VALUE where the key is absent or empty.';
comment on column chat_session_dim.ended_by is 'Kind of participant that brought the session to its end. Known values: CLIENT, AGENT, SUPERVISOR, BOT, SYSTEM. Source: user-data key csg_SessionEndedBy. Genesys column. NO_VALUE where the key is absent or empty.';
comment on column chat_session_dim.ended_reason is 'How the session was closed. Known values: DISCONNECT, QUIT, FORCE, INACTIVE, DB_ERROR. Source: user-data key csg_SessionEndedReason. Genesys column. NO_VALUE where the key is absent or empty.';
comment on column chat_session_dim.async_mode is '1 for an async session, 0 for a regular one or where the key is absent: a Chat Server too old to attach it has no async sessions. Unit: flag. Source: user-data key csg_ChatAsyncMode. Genesys column. 0 where the key is absent.';
comment on column chat_session_dim.ended_agent is 'Presence of human agents visible to the customer: ABSENT none ever joined, PRESENT one was there at the end, VISITED one had been there but not at the end. Known values: ABSENT, PRESENT, VISITED. Source: user-data key csg_SessionEndedAgent. Extension of chatmart. NO_VALUE where the key is absent or empty.';
comment on column chat_session_dim.create_audit_key is 'Transaction that inserted the combination: CTL_AUDIT_LOG.AUDIT_KEY. Unit: key. Genesys column. 0: the row came with the schema.';

create table chat_session_fact (
  media_server_ixn_guid character varying(50) not null,
  start_date_time_key integer not null,
  end_date_time_key integer not null,
  tenant_key integer not null,
  media_type_key integer not null,
  chat_session_dim_key integer not null,
  thread_id character varying(64),
  session_duration integer not null default 0,
  until_first_agent_duration integer not null default 0,
  until_first_reply_duration integer not null default 0,
  agents_count integer not null default 0,
  msg_from_agents_count integer not null default 0,
  msg_from_agents_size integer not null default 0,
  msg_from_customers_count integer not null default 0,
  msg_from_customers_size integer not null default 0,
  agent_reply_count integer not null default 0,
  agent_reply_duration integer not null default 0,
  agent_reply_max_duration integer not null default 0,
  agent_wait_count integer not null default 0,
  agent_wait_duration integer not null default 0,
  agent_wait_max_duration integer not null default 0,
  customer_reply_count integer not null default 0,
  customer_reply_duration integer not null default 0,
  customer_reply_max_duration integer not null default 0,
  customer_wait_count integer not null default 0,
  customer_wait_duration integer not null default 0,
  customer_wait_max_duration integer not null default 0,
  handle_count integer not null default 0,
  handle_duration integer not null default 0,
  active_idle_count integer not null default 0,
  active_idle_duration integer not null default 0,
  async_dormant_count integer not null default 0,
  async_dormant_duration integer not null default 0,
  async_idle_count integer not null default 0,
  async_idle_duration integer not null default 0,
  parking_queue_count integer,
  parking_queue_duration integer,
  producer_batch_id numeric(19,0),
  create_audit_key numeric(19,0) not null,
  update_audit_key numeric(19,0),
  start_ts integer not null,
  end_ts integer not null default 0,
  chat_session_id character varying(255),
  coaches_count integer not null default 0,
  monitors_count integer not null default 0,
  with_customer_duration integer not null default 0,
  handle_max_duration integer not null default 0,
  active_idle_max_duration integer not null default 0,
  async_dormant_max_duration integer not null default 0,
  async_idle_max_duration integer not null default 0,
  bots_count integer not null default 0,
  msg_from_bots_count integer not null default 0,
  msg_from_bots_size integer not null default 0,
  until_first_bot_duration integer not null default 0,
  active_flag smallint not null default 0,
  kvp_present bigint not null default 0,
  constraint fk_chat_session_fact_created FOREIGN KEY (create_audit_key) REFERENCES ctl_audit_log(audit_key) NOT ENFORCED,
  constraint fk_chat_session_fact_dim FOREIGN KEY (chat_session_dim_key) REFERENCES chat_session_dim(id) NOT ENFORCED,
  constraint fk_chat_session_fact_end FOREIGN KEY (end_date_time_key) REFERENCES date_time(date_time_key) NOT ENFORCED,
  constraint fk_chat_session_fact_media_type FOREIGN KEY (media_type_key) REFERENCES media_type(media_type_key) NOT ENFORCED,
  constraint fk_chat_session_fact_start FOREIGN KEY (start_date_time_key) REFERENCES date_time(date_time_key) NOT ENFORCED,
  constraint fk_chat_session_fact_tenant FOREIGN KEY (tenant_key) REFERENCES gidb_gc_tenant(id) NOT ENFORCED,
  constraint fk_chat_session_fact_updated FOREIGN KEY (update_audit_key) REFERENCES ctl_audit_log(audit_key) NOT ENFORCED,
  constraint pk_chat_session_fact PRIMARY KEY (media_server_ixn_guid)
);
CREATE INDEX i_chat_session_fact_active ON chat_session_fact USING btree (media_server_ixn_guid) WHERE (active_flag = 1);
CREATE INDEX i_chat_session_fact_ended ON chat_session_fact USING btree ((
CASE
    WHEN (active_flag = 0) THEN to_timestamp((end_ts)::double precision)
    ELSE NULL::timestamp with time zone
END));
CREATE INDEX i_chat_session_fact_sdt ON chat_session_fact USING btree (start_date_time_key);
CREATE INDEX i_chat_session_fact_session ON chat_session_fact USING btree (chat_session_id);
CREATE INDEX i_chat_session_fact_started ON chat_session_fact USING btree (to_timestamp((start_ts)::double precision));
comment on table chat_session_fact is 'Fact: one row for each chat session, that is, each chat interaction; an async session that has not ended yet is a row with ACTIVE_FLAG 1. Measures are of the whole session, not of one agent. Genesys table with extensions.';
comment on column chat_session_fact.media_server_ixn_guid is 'Interaction ID that Interaction Server gave the chat: the CALLID of the IDB. One interaction has one row. Genesys column. May identify a person.';
comment on column chat_session_fact.start_date_time_key is '15-minute interval (UTC) in which the session began: DATE_TIME.DATE_TIME_KEY. Unit: key, epoch seconds. Source: user-data key ChatServerSessionStartedAt. Genesys column. Never 0.';
comment on column chat_session_fact.end_date_time_key is '15-minute interval (UTC) in which the session ended: DATE_TIME.DATE_TIME_KEY. Unit: key, epoch seconds. Source: user-data key ChatServerSessionClosedAt. Genesys column. 2147482800, the open end, while the session is active.';
comment on column chat_session_fact.tenant_key is 'Tenant that owns the session: TENANT.TENANT_KEY. Unit: key. Source: user-data key csg_TenantId. Genesys column. -2 where the key is absent, -1 where it is unreadable.';
comment on column chat_session_fact.media_type_key is 'Media type of the session: MEDIA_TYPE.MEDIA_TYPE_KEY. Unit: key. Source: user-data key csg_MediaType. Genesys column. -2 where the key is absent, -1 where it is unreadable.';
comment on column chat_session_fact.chat_session_dim_key is 'Origin, language, end and mode of the session: CHAT_SESSION_DIM.ID. Unit: key. Genesys column. -2 where none of them came.';
comment on column chat_session_fact.thread_id is 'Thread that the session belongs to (Advanced Chat). Genesys column. NULL: no own key of the site (setting attached-data) feeds it, or the key is absent. May identify a person.';
comment on column chat_session_fact.session_duration is 'Time from the creation of the session until Chat Server finished it. Work on the interaction after the chat has ended is not in it. Unit: seconds. Source: user-data key csg_SessionTotalTime. Genesys column. 0 also where the key is absent: then KVP_PRESENT & 16 is 0.';
comment on column chat_session_fact.until_first_agent_duration is 'Time the customer waited until the first agent whom the customer can see joined. 0 means at once when AGENTS_COUNT is above 0, and never when it is 0. Unit: seconds. Source: user-data key csg_SessionUntilFirstAgentTime. Genesys column. 0 also where the key is absent: then KVP_PRESENT & 32 is 0.';
comment on column chat_session_fact.until_first_reply_duration is 'Time from the start of the session until the first message of an agent that the customer can see. Unit: seconds. Source: user-data key csg_SessionUntilFirstReplyTime. Genesys column. 0 also where the key is absent: then KVP_PRESENT & 64 is 0.';
comment on column chat_session_fact.agents_count is 'Distinct agents and supervisors visible to the customer who took part. One who comes back counts once. Unit: parties. Source: user-data key csg_PartiesAsAgentCount. Genesys column. 0 also where the key is absent: then KVP_PRESENT & 128 is 0.';
comment on column chat_session_fact.msg_from_agents_count is 'Messages that all agents sent and the customer could see. Unit: messages. Source: user-data key csg_MessagesFromAgentsCount. Genesys column. 0 also where the key is absent: then KVP_PRESENT & 256 is 0.';
comment on column chat_session_fact.msg_from_agents_size is 'Characters, blanks included, of the messages that agents sent and the customer could see. Unit: characters. Source: user-data key csg_MessagesFromAgentsSize. Genesys column. 0 also where the key is absent: then KVP_PRESENT & 512 is 0.';
comment on column chat_session_fact.msg_from_customers_count is 'Messages that the customer sent. Unit: messages. Source: user-data key csg_MessagesFromCustomersCount. Genesys column. 0 also where the key is absent: then KVP_PRESENT & 1024 is 0.';
comment on column chat_session_fact.msg_from_customers_size is 'Characters, blanks included, of the messages that the customer sent. Unit: characters. Source: user-data key csg_MessagesFromCustomersSize. Genesys column. 0 also where the key is absent: then KVP_PRESENT & 2048 is 0.';
comment on column chat_session_fact.agent_reply_count is 'How often an agent replied to the customer; several messages in a row are one reply. Unit: replies. Source: user-data key cse_AgentReplyTotalCount. Genesys column. 0 also where the key is absent: then KVP_PRESENT & 4096 is 0.';
comment on column chat_session_fact.agent_reply_duration is 'Total time agents took to reply, each from the first unanswered customer message to the next agent message. Dormant time of an async session is left out, and for a message that came in then the time until an agent was back. Unit: seconds. Source: user-data key cse_AgentReplyTotalTime. Genesys column. 0 also where the key is absent: then KVP_PRESENT & 8192 is 0.';
comment on column chat_session_fact.agent_reply_max_duration is 'Longest single time an agent took to reply to the customer. Unit: seconds. Source: user-data key cse_AgentReplyMaxTime. Genesys column. 0 also where the key is absent: then KVP_PRESENT & 16384 is 0.';
comment on column chat_session_fact.agent_wait_count is 'How often an agent waited for an answer of the customer. Unit: waits. Source: user-data key cse_AgentWaitTotalCount. Genesys column. 0 also where the key is absent: then KVP_PRESENT & 32768 is 0.';
comment on column chat_session_fact.agent_wait_duration is 'Total time agents waited for the customer, each from the last agent message of a run to the next customer message. Dormant time of an async session is left out. Unit: seconds. Source: user-data key cse_AgentWaitTotalTime. Genesys column. 0 also where the key is absent: then KVP_PRESENT & 65536 is 0.';
comment on column chat_session_fact.agent_wait_max_duration is 'Longest single time an agent waited for an answer of the customer. Unit: seconds. Source: user-data key cse_AgentWaitMaxTime. Genesys column. 0 also where the key is absent: then KVP_PRESENT & 131072 is 0.';
comment on column chat_session_fact.customer_reply_count is 'How often the customer replied to an agent; several messages in a row are one reply. Unit: replies. Source: user-data key cse_CustomerReplyTotalCount. Genesys column. 0 also where the key is absent: then KVP_PRESENT & 262144 is 0.';
comment on column chat_session_fact.customer_reply_duration is 'Total time the customer took to reply, each from the first unanswered agent message to the next customer message. Unit: seconds. Source: user-data key cse_CustomerReplyTotalTime. Genesys column. 0 also where the key is absent: then KVP_PRESENT & 524288 is 0.';
comment on column chat_session_fact.customer_reply_max_duration is 'Longest single time the customer took to reply to an agent. Unit: seconds. Source: user-data key cse_CustomerReplyMaxTime. Genesys column. 0 also where the key is absent: then KVP_PRESENT & 1048576 is 0.';
comment on column chat_session_fact.customer_wait_count is 'How often the customer waited for an answer of an agent. Unit: waits. Source: user-data key cse_CustomerWaitTotalCount. Genesys column. 0 also where the key is absent: then KVP_PRESENT & 2097152 is 0.';
comment on column chat_session_fact.customer_wait_duration is 'Total time the customer waited for an agent, each from the last customer message of a run to the next agent message. Unit: seconds. Source: user-data key cse_CustomerWaitTotalTime. Genesys column. 0 also where the key is absent: then KVP_PRESENT & 4194304 is 0.';
comment on column chat_session_fact.customer_wait_max_duration is 'Longest single time the customer waited for an answer of an agent. Unit: seconds. Source: user-data key cse_CustomerWaitMaxTime. Genesys column. 0 also where the key is absent: then KVP_PRESENT & 8388608 is 0.';
comment on column chat_session_fact.handle_count is 'How often the session entered the state in which at least one agent was connected. Unit: phases. Source: user-data key cse_SessionHandleTotalCount. Genesys column. 0 also where the key is absent: then KVP_PRESENT & 16777216 is 0.';
comment on column chat_session_fact.handle_duration is 'Total time in which at least one agent was connected. Unit: seconds. Source: user-data key cse_SessionHandleTotalTime. Genesys column. 0 also where the key is absent: then KVP_PRESENT & 33554432 is 0.';
comment on column chat_session_fact.active_idle_count is 'How often nothing happened for longer than the configured threshold while an agent was connected. Unit: phases. Source: user-data key cse_ActiveIdleTotalCount. Genesys column. 0 also where the key is absent: then KVP_PRESENT & 67108864 is 0.';
comment on column chat_session_fact.active_idle_duration is 'Total time beyond the configured threshold in which nothing happened while an agent was connected. Unit: seconds. Source: user-data key cse_ActiveIdleTotalTime. Genesys column. 0 also where the key is absent: then KVP_PRESENT & 134217728 is 0.';
comment on column chat_session_fact.async_dormant_count is 'How often an async session became dormant, that is, had no agent. Unit: phases. Source: user-data key cse_AsyncDormantTotalCount. Genesys column. 0 also where the key is absent: then KVP_PRESENT & 268435456 is 0.';
comment on column chat_session_fact.async_dormant_duration is 'Total time an async session was dormant. Routing time is left out. Unit: seconds. Source: user-data key cse_AsyncDormantTotalTime. Genesys column. 0 also where the key is absent: then KVP_PRESENT & 536870912 is 0.';
comment on column chat_session_fact.async_idle_count is 'How often a dormant async session became idle. Unit: phases. Source: user-data key cse_AsyncIdleTotalCount. Genesys column. 0 also where the key is absent: then KVP_PRESENT & 1073741824 is 0.';
comment on column chat_session_fact.async_idle_duration is 'Total time beyond the configured threshold in which nothing happened while an async session was dormant. Unit: seconds. Source: user-data key cse_AsyncIdleTotalTime. Genesys column. 0 also where the key is absent: then KVP_PRESENT & 2147483648 is 0.';
comment on column chat_session_fact.parking_queue_count is 'How often the session was parked in a queue. Unit: phases. Genesys column. NULL: no own key of the site (setting attached-data) feeds it, or the key is absent.';
comment on column chat_session_fact.parking_queue_duration is 'Total time the session was parked in a queue. Unit: seconds. Genesys column. NULL: no own key of the site (setting attached-data) feeds it, or the key is absent.';
comment on column chat_session_fact.producer_batch_id is 'Reserved by Genesys (batch that brought the fact). Unit: key. Genesys column. NULL: always here.';
comment on column chat_session_fact.create_audit_key is 'Transaction that inserted the fact: CTL_AUDIT_LOG.AUDIT_KEY. Unit: key. Genesys column. 0: the row came with the schema.';
comment on column chat_session_fact.update_audit_key is 'Transaction that last changed the fact: CTL_AUDIT_LOG.AUDIT_KEY. Unit: key. Genesys column. NULL: not changed since it was inserted.';
comment on column chat_session_fact.start_ts is 'When the session began, to the second (UTC). Unit: epoch seconds. Source: user-data key ChatServerSessionStartedAt. Extension of chatmart.';
comment on column chat_session_fact.end_ts is 'When the session ended, to the second (UTC). Unit: epoch seconds. Source: user-data key ChatServerSessionClosedAt. Extension of chatmart. 0 while the session is active.';
comment on column chat_session_fact.chat_session_id is 'Identifier of the chat session in Chat Server; may differ from the interaction ID. Source: user-data key csg_ChatSessionID. Extension of chatmart. NULL: the key is absent or empty. May identify a person.';
comment on column chat_session_fact.coaches_count is 'Distinct parties that took part as coaches, visible to agents only. Unit: parties. Source: user-data key csg_PartiesAsCoachCount. Extension of chatmart. 0 also where the key is absent: then KVP_PRESENT & 549755813888 is 0.';
comment on column chat_session_fact.monitors_count is 'Distinct parties that watched the session unseen. Unit: parties. Source: user-data key csg_PartiesAsMonitorCount. Extension of chatmart. 0 also where the key is absent: then KVP_PRESENT & 1099511627776 is 0.';
comment on column chat_session_fact.with_customer_duration is 'Time the customer was in the session. Unit: seconds. Source: user-data key csg_SessionWithCustomerTime. Extension of chatmart. 0 also where the key is absent: then KVP_PRESENT & 2199023255552 is 0.';
comment on column chat_session_fact.handle_max_duration is 'Longest unbroken time in which at least one agent was connected. Unit: seconds. Source: user-data key cse_SessionHandleMaxTime. Extension of chatmart. 0 also where the key is absent: then KVP_PRESENT & 4398046511104 is 0.';
comment on column chat_session_fact.active_idle_max_duration is 'Longest single time beyond the configured threshold in which nothing happened while an agent was connected. Unit: seconds. Source: user-data key cse_ActiveIdleMaxTime. Extension of chatmart. 0 also where the key is absent: then KVP_PRESENT & 8796093022208 is 0.';
comment on column chat_session_fact.async_dormant_max_duration is 'Longest single time an async session was dormant. Unit: seconds. Source: user-data key cse_AsyncDormantMaxTime. Extension of chatmart. 0 also where the key is absent: then KVP_PRESENT & 17592186044416 is 0.';
comment on column chat_session_fact.async_idle_max_duration is 'Longest single time an async session was idle. Unit: seconds. Source: user-data key cse_AsyncIdleMaxTime. Extension of chatmart. 0 also where the key is absent: then KVP_PRESENT & 35184372088832 is 0.';
comment on column chat_session_fact.bots_count is 'Distinct bots that took part in the session. Unit: parties. Source: user-data key csg_PartiesAsBotCount. Genesys column, name assumed. 0 also where the key is absent: then KVP_PRESENT & 70368744177664 is 0.';
comment on column chat_session_fact.msg_from_bots_count is 'Messages that bots sent and the customer could see. Unit: messages. Source: user-data key csg_MessagesFromBotsCount. Genesys column, name assumed. 0 also where the key is absent: then KVP_PRESENT & 140737488355328 is 0.';
comment on column chat_session_fact.msg_from_bots_size is 'Characters, blanks included, of the messages that bots sent and the customer could see. Unit: characters. Source: user-data key csg_MessagesFromBotsSize. Genesys column, name assumed. 0 also where the key is absent: then KVP_PRESENT & 281474976710656 is 0.';
comment on column chat_session_fact.until_first_bot_duration is 'Time from the start of the session until the first bot joined. Unit: seconds. Source: user-data key csg_SessionUntilFirstBotTime. Genesys column, name assumed. 0 also where the key is absent: then KVP_PRESENT & 562949953421312 is 0.';
comment on column chat_session_fact.active_flag is 'Whether the session has not ended yet; only an async one can be active. Unit: flag. Extension of chatmart. 0: it has ended.';
comment on column chat_session_fact.kvp_present is 'Which user-data keys came, a bit for each key of the KVP map: bit n - 1 is the key with number n. It tells absent from zero. Unit: bit mask. Extension of chatmart. 0: none came.';

create table chatmart_attached_key (
  column_name character varying(63) not null,
  key_name character varying(255) not null,
  kind character varying(9) not null,
  is_filled smallint not null,
  since_ts integer not null,
  is_personal smallint,
  constraint pk_chatmart_attached_key PRIMARY KEY (column_name)
);
comment on table chatmart_attached_key is 'Own user-data keys of the site, one row for each column of CHAT_SESSION_ATTACHED_DATA, as chatmart migrate copied them from the setting attached-data. Extension of chatmart.';
comment on column chatmart_attached_key.column_name is 'Column of CHAT_SESSION_ATTACHED_DATA, upper case. Extension of chatmart.';
comment on column chatmart_attached_key.key_name is 'User-data key that fills it. Extension of chatmart.';
comment on column chatmart_attached_key.kind is 'What its values are: attribute, measure, flag or time. Extension of chatmart.';
comment on column chatmart_attached_key.is_filled is 'Whether the setting names the key still. Unit: flag. Extension of chatmart. 0: it does not; the column keeps its values and gets no further ones.';
comment on column chatmart_attached_key.since_ts is 'Since when the column has been filled from this key, or no longer. Unit: epoch seconds. Extension of chatmart.';
comment on column chatmart_attached_key.is_personal is 'Whether its values may identify a person; the schema without such columns leaves them out. Unit: flag. Extension of chatmart. NULL: as the kind says; attributes may.';

create table chatmart_attached_waiting (
  guid character varying(50) not null,
  seen_ts integer not null,
  create_audit_key numeric(19,0) not null,
  constraint pk_chatmart_attached_waiting PRIMARY KEY (guid)
);
CREATE INDEX i_chatmart_attached_waiting_seen ON chatmart_attached_waiting USING btree (seen_ts);
comment on table chatmart_attached_waiting is 'Interactions of which only own user-data keys have come: calls, e-mails, and chats that Chat Server has not described yet. When it does, all rows of the interaction are read again. Maintenance deletes old rows. Extension of chatmart.';
comment on column chatmart_attached_waiting.guid is 'Interaction ID: CALLID of the source. Extension of chatmart.';
comment on column chatmart_attached_waiting.seen_ts is 'When a run last saw such a row of it, to the day. Unit: epoch seconds. Extension of chatmart.';
comment on column chatmart_attached_waiting.create_audit_key is 'Transaction that first saw such a row of it: CTL_AUDIT_LOG.AUDIT_KEY. Unit: key. Genesys column. 0: the row came with the schema.';

create table chatmart_calendar (
  calendar_name character varying(30) not null,
  timezone character varying(64) not null,
  first_day_of_week character varying(9) not null,
  min_days_in_first_week smallint,
  fiscal_year_start smallint not null,
  facts_from integer not null,
  since_ts integer not null,
  constraint pk_chatmart_calendar PRIMARY KEY (calendar_name)
);
comment on table chatmart_calendar is 'Calendars of the site, as chatmart migrate copied them from the setting calendars. Each has a table DATE_TIME_<name> and views AG2_CHAT_STATS_<LEVEL>_<name>. Extension of chatmart.';
comment on column chatmart_calendar.calendar_name is 'Ending of its tables and views, lower case. Extension of chatmart.';
comment on column chatmart_calendar.timezone is 'Its time zone, as PostgreSQL spells it. Extension of chatmart.';
comment on column chatmart_calendar.first_day_of_week is 'English name of the day on which its weeks begin, lower case. Extension of chatmart.';
comment on column chatmart_calendar.min_days_in_first_week is 'Number of days that the first week of a year has in it at least. Unit: day. Extension of chatmart. NULL: weeks are cut at 1 January.';
comment on column chatmart_calendar.fiscal_year_start is 'Month in which its fiscal year begins, from 1 to 12. Unit: month. Extension of chatmart.';
comment on column chatmart_calendar.facts_from is 'Its aggregates hold the sessions that began from this instant on. Unit: epoch seconds. Extension of chatmart. 0: all sessions.';
comment on column chatmart_calendar.since_ts is 'When it was added, or last changed. Unit: epoch seconds. Extension of chatmart.';

create table chatmart_delivery (
  delivery_name character varying(80) not null,
  period_from integer not null,
  period_to integer not null,
  due_ts integer not null,
  attempts integer not null,
  next_attempt_ts integer not null,
  delivered_ts integer,
  problem text,
  constraint pk_chatmart_delivery PRIMARY KEY (delivery_name, period_from, period_to)
);
comment on table chatmart_delivery is 'Reports that chatmart schedule delivers, as the setting reports names them: one row for each period. Extension of chatmart.';
comment on column chatmart_delivery.delivery_name is 'Name of the entry of the setting reports. Extension of chatmart.';
comment on column chatmart_delivery.period_from is 'First instant of the period. Unit: epoch seconds. Extension of chatmart.';
comment on column chatmart_delivery.period_to is 'End of the period, not included. Unit: epoch seconds. Extension of chatmart.';
comment on column chatmart_delivery.due_ts is 'From when it was to be delivered. Unit: epoch seconds. Extension of chatmart.';
comment on column chatmart_delivery.attempts is 'How often its delivery has failed. Unit: attempt. Extension of chatmart.';
comment on column chatmart_delivery.next_attempt_ts is 'It is not tried again before. Unit: epoch seconds. Extension of chatmart.';
comment on column chatmart_delivery.delivered_ts is 'When it was delivered. Unit: epoch seconds. Extension of chatmart. NULL: it waits for its sessions, or for the next attempt.';
comment on column chatmart_delivery.problem is 'Why the last attempt failed. Extension of chatmart. NULL: none has failed.';

create table chatmart_erased (
  guid_hash bytea not null,
  salt bytea not null,
  erased_ts integer not null,
  create_audit_key numeric(19,0) not null,
  constraint pk_chatmart_erased PRIMARY KEY (guid_hash)
);
comment on table chatmart_erased is 'Interactions that were erased on request, each as a salted hash: no run, backfill or repair loads them again. Keep these rows when a mart is built anew. Extension of chatmart.';
comment on column chatmart_erased.guid_hash is 'SHA-256 of the salt and the interaction ID (CALLID of the source, UTF-8); the ID itself is nowhere. Extension of chatmart.';
comment on column chatmart_erased.salt is 'Random bytes before the ID in the hash, the same in all rows that this mart wrote. Extension of chatmart.';
comment on column chatmart_erased.erased_ts is 'When the interaction was erased. Unit: epoch seconds. Extension of chatmart.';
comment on column chatmart_erased.create_audit_key is 'Transaction that inserted the tombstone, and erased the interaction: CTL_AUDIT_LOG.AUDIT_KEY. Unit: key. Genesys column. 0: the row came with the schema.';

create table chatmart_migration (
  id integer not null default nextval('chatmart_migration_id_seq'::regclass),
  name character varying(255),
  batch integer,
  migration_time timestamp with time zone,
  constraint chatmart_migration_pkey PRIMARY KEY (id)
);
comment on table chatmart_migration is 'Migrations that this mart has been through, one row each. Written by chatmart migrate only; extension of chatmart.';
comment on column chatmart_migration.id is 'Running number of the migration row. Unit: number. Extension of chatmart.';
comment on column chatmart_migration.name is 'Name of the migration; the newest one is the schema version. Extension of chatmart. Never NULL in practice.';
comment on column chatmart_migration.batch is 'Number of the chatmart migrate that applied the migration. Unit: number. Extension of chatmart. Never NULL in practice.';
comment on column chatmart_migration.migration_time is 'When the migration was applied. Extension of chatmart. Never NULL in practice.';

create sequence chatmart_migration_id_seq;

create table chatmart_migration_lock (
  index integer not null default nextval('chatmart_migration_lock_index_seq'::regclass),
  is_locked integer,
  constraint chatmart_migration_lock_pkey PRIMARY KEY (index)
);
comment on table chatmart_migration_lock is 'Mark of a migration at work. A mark that a killed process left is cleared by the next chatmart migrate; extension of chatmart.';
comment on column chatmart_migration_lock.index is 'Running number of the only lock row. Unit: number. Extension of chatmart.';
comment on column chatmart_migration_lock.is_locked is 'Whether a migration is at work, or was killed at work. Unit: flag. Extension of chatmart. 0: no.';

create sequence chatmart_migration_lock_index_seq;

create table chatmart_pending_agg (
  start_date_time_key integer not null,
  audit_key numeric(19,0) not null,
  tenant_key integer,
  media_type_key integer,
  chat_session_dim_key integer,
  pending_id bigint not null generated by default as identity,
  is_addition smallint not null default 0,
  constraint pk_chatmart_pending_agg PRIMARY KEY (pending_id)
);
comment on table chatmart_pending_agg is 'Intervals whose facts changed and whose aggregates are out of date. Loads only append, the same interval may stand here often; the aggregation takes the rows away. Extension of chatmart.';
comment on column chatmart_pending_agg.start_date_time_key is '15-minute interval in which a changed session begins, or began before: DATE_TIME.DATE_TIME_KEY. Unit: key, epoch seconds. Extension of chatmart.';
comment on column chatmart_pending_agg.audit_key is 'Transaction that changed the session: CTL_AUDIT_LOG.AUDIT_KEY. Unit: key. Extension of chatmart.';
comment on column chatmart_pending_agg.tenant_key is 'Tenant of the changed session: TENANT.TENANT_KEY. Unit: key. Extension of chatmart. NULL: the whole interval is meant.';
comment on column chatmart_pending_agg.media_type_key is 'Media type of the changed session: MEDIA_TYPE.MEDIA_TYPE_KEY. Unit: key. Extension of chatmart. NULL: the whole interval is meant.';
comment on column chatmart_pending_agg.chat_session_dim_key is 'Origin, language, end and mode of the changed session: CHAT_SESSION_DIM.ID. Unit: key. Extension of chatmart. NULL: the whole interval is meant.';
comment on column chatmart_pending_agg.pending_id is 'Running number of the change that waits for the aggregation, by which replication tells its rows apart; it says nothing else. Unit: number. Extension of chatmart.';
comment on column chatmart_pending_agg.is_addition is 'Whether the sessions of the interval that AUDIT_KEY created are added to the rows of their groups, but for groups that are rebuilt: 1 yes; 0: the group, or all groups of the interval, are rebuilt from all their sessions. Unit: flag. Extension of chatmart.';

create table chatmart_purged_durations (
  start_date_time_key integer not null,
  tenant_key integer not null,
  media_type_key integer not null,
  chat_session_dim_key integer not null,
  outcome character varying(32) not null,
  has_bot boolean not null,
  until_first_agent_bucket smallint not null,
  until_first_reply_bucket smallint not null,
  session_bucket smallint not null,
  handle_bucket smallint not null,
  longest_agent_reply_bucket smallint not null,
  longest_customer_wait_bucket smallint not null,
  end_ts integer not null,
  sessions integer not null,
  create_audit_key numeric(19,0) not null,
  constraint pk_chatmart_purged_durations PRIMARY KEY (start_date_time_key, tenant_key, media_type_key, chat_session_dim_key, outcome, has_bot, until_first_agent_bucket, until_first_reply_bucket, session_bucket, handle_bucket, longest_agent_reply_bucket, longest_customer_wait_bucket, end_ts)
);
comment on table chatmart_purged_durations is 'Durations of sessions whose facts are purged, as counts by bucket, so that percentiles stay available: how many sessions of a quarter of an hour had the same keys, outcome and buckets. Extension of chatmart.';
comment on column chatmart_purged_durations.start_date_time_key is 'Quarter of an hour in which the sessions began: DATE_TIME.DATE_TIME_KEY. Unit: key, epoch seconds. Extension of chatmart.';
comment on column chatmart_purged_durations.tenant_key is 'Tenant of the sessions: TENANT.TENANT_KEY. Unit: key. Extension of chatmart.';
comment on column chatmart_purged_durations.media_type_key is 'Media type of the sessions: MEDIA_TYPE.MEDIA_TYPE_KEY. Unit: key. Extension of chatmart.';
comment on column chatmart_purged_durations.chat_session_dim_key is 'Origin, language, end and mode of the sessions: CHAT_SESSION_DIM.ID. Unit: key. Extension of chatmart.';
comment on column chatmart_purged_durations.outcome is 'Outcome of the sessions when their facts were purged. Extension of chatmart.';
comment on column chatmart_purged_durations.has_bot is 'Whether a bot took part in the sessions. Extension of chatmart.';
comment on column chatmart_purged_durations.until_first_agent_bucket is 'Bucket of the duration: until the first agent. Unit: bucket. Extension of chatmart. -1: the sessions do not count.';
comment on column chatmart_purged_durations.until_first_reply_bucket is 'Bucket of the duration: until the first reply. Unit: bucket. Extension of chatmart. -1: the sessions do not count.';
comment on column chatmart_purged_durations.session_bucket is 'Bucket of the duration: session. Unit: bucket. Extension of chatmart. -1: the sessions do not count.';
comment on column chatmart_purged_durations.handle_bucket is 'Bucket of the duration: with an agent. Unit: bucket. Extension of chatmart. -1: the sessions do not count.';
comment on column chatmart_purged_durations.longest_agent_reply_bucket is 'Bucket of the duration: longest agent reply. Unit: bucket. Extension of chatmart. -1: the sessions do not count.';
comment on column chatmart_purged_durations.longest_customer_wait_bucket is 'Bucket of the duration: longest customer wait. Unit: bucket. Extension of chatmart. -1: the sessions do not count.';
comment on column chatmart_purged_durations.end_ts is 'When the sessions ended, if the facts of that time are kept; of open sessions, when their facts were purged. Unit: epoch seconds. Extension of chatmart. 0: before the facts that are kept.';
comment on column chatmart_purged_durations.sessions is 'How many sessions these are. Unit: sessions. Extension of chatmart.';
comment on column chatmart_purged_durations.create_audit_key is 'Transaction that purged the facts: CTL_AUDIT_LOG.AUDIT_KEY. Unit: key. Genesys column.';

create table chatmart_revisit (
  guid character varying(50) not null,
  source_name character varying(64) not null,
  audit_key numeric(19,0) not null,
  constraint pk_chatmart_revisit PRIMARY KEY (guid, source_name)
);
comment on table chatmart_revisit is 'Interactions that were read again while an IDB of the HA pair was out of reach: they are read once more when it is back. Extension of chatmart.';
comment on column chatmart_revisit.guid is 'Interaction to be read again: MEDIA_SERVER_IXN_GUID of its fact. Extension of chatmart.';
comment on column chatmart_revisit.source_name is 'Source that was out of reach: CTL_DS.SOURCE_NAME. Extension of chatmart.';
comment on column chatmart_revisit.audit_key is 'Transaction that wrote the interaction without that source: CTL_AUDIT_LOG.AUDIT_KEY. Unit: key. Extension of chatmart.';

create table chatmart_role_tenant (
  role_name character varying(63) not null,
  tenant_key integer not null,
  constraint pk_chatmart_role_tenant PRIMARY KEY (role_name, tenant_key)
);
comment on table chatmart_role_tenant is 'Which roles see which tenants in the schema for tenants, one row for each role and tenant; deploy/roles-tenant.sql writes it. Extension of chatmart.';
comment on column chatmart_role_tenant.role_name is 'Role of PostgreSQL; its members see the same. Extension of chatmart.';
comment on column chatmart_role_tenant.tenant_key is 'Tenant whose sessions it sees: TENANT.TENANT_KEY. Unit: key. Extension of chatmart. 0: all tenants, the unknown ones too.';

create table chatmart_slice (
  source_name character varying(64) not null,
  from_ts integer not null,
  to_ts integer not null,
  status character varying(16) not null,
  row_count bigint,
  session_count bigint,
  job_id character varying(64),
  started_at timestamp(3) without time zone,
  finished_at timestamp(3) without time zone,
  constraint pk_chatmart_slice PRIMARY KEY (source_name, from_ts, to_ts)
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

create table chatmart_source (
  source_name character varying(64) not null,
  data_source_key integer not null,
  table_name character varying(255),
  last_ceiling numeric(20,0),
  window_ceiling numeric(20,0),
  window_position bigint,
  window_end_id bigint,
  marks jsonb not null default '[]'::jsonb,
  complete_until timestamp(3) without time zone,
  last_run_at timestamp(3) without time zone,
  revision bigint not null default 0,
  window_from numeric(20,0),
  window_is_whole boolean not null default false,
  whole_ceiling numeric(20,0),
  whole_at timestamp(3) without time zone,
  identity jsonb,
  reconciled_at timestamp(3) without time zone,
  aggregated_until timestamp(3) without time zone,
  ignored_keys jsonb,
  ignored_keys_at timestamp(3) without time zone,
  id_order jsonb,
  window_file bigint,
  unread_from numeric(20,0),
  constraint pk_chatmart_source PRIMARY KEY (source_name)
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
comment on column chatmart_source.window_from is 'Lower bound of the window that is being read (xid8). Unit: transaction id. Extension of chatmart. NULL: no window is open, or it has no lower bound.';
comment on column chatmart_source.window_is_whole is 'The window that is being read began at the smallest id, so that rows updated under old ids are found. Extension of chatmart.';
comment on column chatmart_source.whole_ceiling is 'Upper bound of the last window that left out no id (xid8). Unit: transaction id. Extension of chatmart. NULL: there was none.';
comment on column chatmart_source.whole_at is 'When the last window that left out no id was done, UTC. One is due every day. Extension of chatmart. NULL: there was none.';
comment on column chatmart_source.identity is 'By what the source is known again: system identifier, timeline, table, next transaction, newest rows. A change means reading all again. Extension of chatmart. NULL: it was never read.';
comment on column chatmart_source.reconciled_at is 'When the last days of the source were last compared with the mart, UTC. That is due every day. Extension of chatmart. NULL: never.';
comment on column chatmart_source.aggregated_until is 'Everything that the source had committed by then is in the aggregates as well, UTC: COMPLETE_UNTIL at the last aggregation. Extension of chatmart. NULL: no aggregation since a window was finished.';
comment on column chatmart_source.ignored_keys is 'User-data keys that the KVP map does not name among the newest rows of the source: {"rows": rows looked at, "keys": [{"name", "rows"}]}, the fifty most frequent. Extension of chatmart. NULL: not looked at, or it took too long.';
comment on column chatmart_source.ignored_keys_at is 'When the newest rows were last searched for keys without a name in the KVP map, UTC. That is due every day. Extension of chatmart. NULL: never.';
comment on column chatmart_source.id_order is 'Whether the ids of the source rise with its transactions, as the last run found: doubts, what sequences and counters showed, bounds of the windows of a day. isByTime: of two rows of a key ADDED_TS tells which is the newer. Extension of chatmart. NULL: not looked at.';
comment on column chatmart_source.window_file is 'File of the table (pg_relation_filenode) whose blocks WINDOW_POSITION and WINDOW_END_ID count. Unit: number. Extension of chatmart. NULL: they are ids, or no window is open.';
comment on column chatmart_source.unread_from is 'No row of this transaction, or of a later one, has been read (xid8): no session of which only such rows tell was ever counted. Unit: transaction id. Extension of chatmart. NULL: unknown.';

create table ctl_audit_log (
  audit_key numeric(19,0) not null,
  job_id character varying(64) not null,
  created timestamp(3) without time zone not null,
  inserted timestamp(3) without time zone,
  processing_status_key integer not null,
  min_start_date_time_key integer not null,
  max_start_date_time_key integer not null,
  max_chunk_ts integer,
  data_source_key integer,
  row_count integer,
  created_ts integer not null,
  constraint fk_ctl_audit_log_source FOREIGN KEY (data_source_key) REFERENCES ctl_ds(data_source_key) NOT ENFORCED,
  constraint pk_ctl_audit_log PRIMARY KEY (audit_key)
);
comment on table ctl_audit_log is 'One row for each committed transaction that wrote to the mart. The audit keys of all other tables point here. Keys are drawn under the writer lock, so the order of keys is the order of commits. Genesys table.';
comment on column ctl_audit_log.audit_key is 'Key of the transaction; a higher key was committed later. Unit: key. Genesys column. 0: the rows that came with the schema.';
comment on column ctl_audit_log.job_id is 'Execution of the job that ran the transaction: CTL_ETL_HISTORY.JOB_ID. Genesys column.';
comment on column ctl_audit_log.created is 'When the transaction began its work, UTC. Genesys column.';
comment on column ctl_audit_log.inserted is 'When the transaction had finished its work, UTC. Genesys column. NULL: not recorded.';
comment on column ctl_audit_log.processing_status_key is 'Reserved by Genesys for the state of the processing. Unit: code. Genesys column. Always 1 here.';
comment on column ctl_audit_log.min_start_date_time_key is 'Oldest START_DATE_TIME_KEY that the transaction touched. Unit: key, epoch seconds. Genesys column. 0: it touched no fact.';
comment on column ctl_audit_log.max_start_date_time_key is 'Newest START_DATE_TIME_KEY that the transaction touched. Unit: key, epoch seconds. Genesys column. 0: it touched no fact.';
comment on column ctl_audit_log.max_chunk_ts is 'Newest time stamp among the rows of the chunk. Unit: epoch seconds. Genesys column. NULL: no chunk was read.';
comment on column ctl_audit_log.data_source_key is 'Source of the rows: CTL_DS.DATA_SOURCE_KEY. Unit: key. Genesys column. NULL: the rows came from no source, or from several.';
comment on column ctl_audit_log.row_count is 'Rows that the transaction wrote. Unit: rows. Genesys column. NULL: not counted.';
comment on column ctl_audit_log.created_ts is 'CREATED as a number. Unit: epoch seconds. Genesys column.';

create sequence ctl_audit_log_audit_key_seq;

create table ctl_ds (
  data_source_key integer not null generated by default as identity,
  source_name character varying(64) not null,
  ds_type integer not null default 2,
  description character varying(255),
  created_ts integer not null default (EXTRACT(epoch FROM now()))::integer,
  constraint pk_ctl_ds PRIMARY KEY (data_source_key)
);
CREATE UNIQUE INDEX i_ctl_ds ON ctl_ds USING btree (source_name);
comment on table ctl_ds is 'Data sources: one row for each Interaction Database, or set of HA twins, that the mart is fed from. Genesys table; its columns but the key are ours.';
comment on column ctl_ds.data_source_key is 'Key of the data source, drawn when it is first read. Unit: key. Genesys column.';
comment on column ctl_ds.source_name is 'Name of the source in the configuration, unique. Extension of chatmart.';
comment on column ctl_ds.ds_type is 'What reported the interactions to ICON: 1 T-Server, 2 Interaction Server, 3 Outbound Contact Server, 4 Configuration Server. Unit: code. Genesys column, name assumed.';
comment on column ctl_ds.description is 'Where the source is, without any password. Genesys column, name assumed. NULL: not described.';
comment on column ctl_ds.created_ts is 'When the source was first read. Unit: epoch seconds. Genesys column, name assumed.';

create table ctl_etl_history (
  job_id character varying(64) not null,
  job_name character varying(32) not null,
  job_version character varying(64) not null,
  start_time timestamp(3) without time zone not null,
  end_time timestamp(3) without time zone,
  duration integer,
  status character varying(16) not null,
  row_count bigint,
  created_ts integer not null,
  message character varying(1024),
  command character varying(32),
  config_hash character varying(16),
  window_from timestamp(3) without time zone,
  window_to timestamp(3) without time zone,
  in_count bigint,
  out_count bigint,
  discarded_count bigint,
  late_count bigint,
  reread_count bigint,
  constraint pk_ctl_etl_history PRIMARY KEY (job_id, job_name)
);
CREATE INDEX i_ctl_etl_history_running ON ctl_etl_history USING btree (job_id) WHERE ((status)::text = 'RUNNING'::text);
CREATE INDEX i_ctl_etl_history_start ON ctl_etl_history USING btree (start_time);
comment on table ctl_etl_history is 'History of the ETL: one row for each execution of a job, under the job names of Info Mart (Job_InitializeGIM, Job_ExtractICON, Job_TransformGIM, Job_AggregateGIM, Job_MaintainGIM). Genesys table.';
comment on column ctl_etl_history.job_id is 'Execution of the program; the jobs of one cycle share it. Genesys column, name assumed.';
comment on column ctl_etl_history.job_name is 'Name of the job, such as Job_ExtractICON. Genesys column, name assumed.';
comment on column ctl_etl_history.job_version is 'Release of the program that ran the job. Genesys column, name assumed.';
comment on column ctl_etl_history.start_time is 'When the job began, UTC. Genesys column, name assumed.';
comment on column ctl_etl_history.end_time is 'When the job ended, UTC. Genesys column, name assumed. NULL: it is at work, or it was killed.';
comment on column ctl_etl_history.duration is 'How long the job took. Unit: seconds. Genesys column, name assumed. NULL: it has not ended.';
comment on column ctl_etl_history.status is 'RUNNING, COMPLETED, or FAILED when any one step failed; STOPPED, a value of ours, when somebody asked for it. Genesys column.';
comment on column ctl_etl_history.row_count is 'Rows that the job read or wrote. Unit: rows. Extension of chatmart. NULL: not counted.';
comment on column ctl_etl_history.created_ts is 'When the history row of the job was written. Unit: epoch seconds. Genesys column, name assumed.';
comment on column ctl_etl_history.message is 'The error of a job that failed, or a remark. Extension of chatmart. NULL: nothing to say.';
comment on column ctl_etl_history.command is 'Command that the job was part of: run, backfill, reconcile, aggregate, migrate, discards retry. Extension of chatmart. NULL: not recorded.';
comment on column ctl_etl_history.config_hash is 'Hash of the settings of the program without passwords: it changes when one of them does. Extension of chatmart. NULL: not recorded.';
comment on column ctl_etl_history.window_from is 'Start of what the job looked at, UTC: of a run, until when the source was complete before it; of a backfill or reconciliation, by ADDED_TS; of an aggregation, by session start. Extension of chatmart. NULL: no start, as of a first run.';
comment on column ctl_etl_history.window_to is 'End of what the job looked at, UTC, itself not in it; of a run, until when the source is complete after it. Extension of chatmart. NULL: no end, or the job did not get so far.';
comment on column ctl_etl_history.in_count is 'What came in. Unit: rows of the IDB (Job_ExtractICON), changed intervals (Job_AggregateGIM), else sessions. Extension of chatmart. NULL: the job counts none.';
comment on column ctl_etl_history.out_count is 'What was written, or handed on. Unit: rows of mapped keys (Job_ExtractICON), rows (Job_AggregateGIM), else sessions. Extension of chatmart. NULL: the job counts none.';
comment on column ctl_etl_history.discarded_count is 'Sessions of which no fact could be made; STG_TRANSFORM_DISCARDS says why. Unit: sessions. Extension of chatmart. NULL: the job counts none.';
comment on column ctl_etl_history.late_count is 'Sessions that had ended in the mart already, and were changed by what came later. Unit: sessions. Extension of chatmart. NULL: the job counts none.';
comment on column ctl_etl_history.reread_count is 'Sessions of which all rows were read again. Unit: sessions. Extension of chatmart. NULL: the job counts none.';

create table ctl_extract_history (
  table_name character varying(255) not null,
  data_source_key integer not null,
  data_source_type integer,
  row_count integer,
  max_time timestamp(3) without time zone,
  max_ts integer,
  icon_dbid integer not null default 0,
  dss_id integer,
  providertag integer,
  extract_start_time timestamp(3) without time zone,
  extract_end_time timestamp(3) without time zone,
  job_id character varying(64) not null,
  job_name character varying(32),
  job_version character varying(64),
  dap_name character varying(255),
  create_audit_key numeric(19,0) not null,
  created_ts integer not null,
  constraint fk_ctl_extract_history_created FOREIGN KEY (create_audit_key) REFERENCES ctl_audit_log(audit_key) NOT ENFORCED,
  constraint fk_ctl_extract_history_source FOREIGN KEY (data_source_key) REFERENCES ctl_ds(data_source_key) NOT ENFORCED,
  constraint pk_ctl_extract_history PRIMARY KEY (create_audit_key)
);
CREATE INDEX i_ctl_extract_history_created ON ctl_extract_history USING btree (created_ts);
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

create table ctl_purge_history (
  job_id character varying(64) not null,
  table_name character varying(255) not null,
  from_ts integer not null,
  to_ts integer not null,
  row_count bigint not null,
  purge_start_time timestamp(3) without time zone not null,
  purge_end_time timestamp(3) without time zone not null,
  job_version character varying(64) not null,
  create_audit_key numeric(19,0) not null,
  created_ts integer not null,
  constraint pk_ctl_purge_history PRIMARY KEY (job_id, table_name, from_ts)
);
CREATE INDEX i_ctl_purge_history_created ON ctl_purge_history USING btree (created_ts);
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

create table ctl_schema_info (
  property character varying(64) not null,
  value character varying(1024) not null,
  updated_ts integer not null,
  constraint pk_ctl_schema_info PRIMARY KEY (property)
);
comment on table ctl_schema_info is 'What this mart is: its schema version and the settings that its numbers depend on, one row for each property. Genesys table, columns assumed.';
comment on column ctl_schema_info.property is 'Name of the property, such as schema-version or visited-counts-as. Genesys column, name assumed.';
comment on column ctl_schema_info.value is 'Value of the property, as text. Genesys column, name assumed.';
comment on column ctl_schema_info.updated_ts is 'When the property was last written. Unit: epoch seconds. Genesys column, name assumed.';

create table ctl_transform_history (
  job_id character varying(64) not null,
  job_version character varying(64),
  hwm_name character varying(255),
  hwm_value numeric(19,0) not null,
  hwm_value2 character varying(255),
  transform_start_time timestamp(3) without time zone,
  transform_end_time timestamp(3) without time zone,
  row_count integer,
  created_ts integer not null,
  audit_key numeric(19,0) not null,
  constraint fk_ctl_transform_history_audit FOREIGN KEY (audit_key) REFERENCES ctl_audit_log(audit_key) NOT ENFORCED,
  constraint pk_ctl_transform_history PRIMARY KEY (audit_key)
);
CREATE INDEX i_ctl_transform_history_created ON ctl_transform_history USING btree (created_ts);
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

create table date_time (
  date_time_key integer not null,
  date_time_next_key integer not null,
  date_time_30mins_key integer not null,
  date_time_next_30mins_key integer not null,
  date_time_hour_key integer not null,
  date_time_next_hour_key integer not null,
  date_time_day_key integer not null,
  date_time_next_day_key integer not null,
  date_time_week_key integer not null,
  date_time_next_week_key integer not null,
  date_time_month_key integer not null,
  date_time_next_month_key integer not null,
  date_time_quarter_key integer not null,
  date_time_next_quarter_key integer not null,
  date_time_year_key integer not null,
  date_time_next_year_key integer not null,
  cal_date date not null,
  cal_day_name character varying(32) not null,
  cal_month_name character varying(32) not null,
  cal_day_num_in_week integer not null,
  cal_day_num_in_month integer not null,
  cal_day_num_in_year integer not null,
  cal_last_day_in_week integer not null,
  cal_last_day_in_month integer not null,
  cal_week_num_in_year integer not null,
  cal_week_start_date date not null,
  cal_week_end_date date not null,
  cal_month_num_in_year integer not null,
  cal_quarter_num_in_year integer not null,
  cal_half_num_in_year integer not null,
  cal_year_num integer not null,
  week_year integer not null,
  ampm_indicator character varying(32) not null,
  cal_hour_num_in_day integer not null,
  cal_hour_24_num_in_day integer not null,
  cal_minute_num_in_hour integer not null,
  cal_30minute_num_in_hour integer not null,
  label_yyyy character varying(32) not null,
  label_yyyy_qq character varying(32) not null,
  label_yyyy_mm character varying(32) not null,
  label_yyyy_we character varying(32) not null,
  label_yyyy_we_d character varying(32) not null,
  label_yyyy_mm_dd character varying(32) not null,
  label_yyyy_mm_dd_hh character varying(32) not null,
  label_yyyy_mm_dd_hh24 character varying(32) not null,
  label_yyyy_mm_dd_hh_30int character varying(32) not null,
  label_yyyy_mm_dd_hh24_30int character varying(32) not null,
  label_yyyy_mm_dd_hh_15int character varying(32) not null,
  label_yyyy_mm_dd_hh24_15int character varying(32) not null,
  label_qq character varying(32) not null,
  label_mm character varying(32) not null,
  label_we character varying(32) not null,
  label_dd character varying(32) not null,
  label_hh character varying(32) not null,
  label_hh24 character varying(32) not null,
  label_30int character varying(32) not null,
  label_15int character varying(32) not null,
  label_tz character varying(32) not null,
  create_audit_key numeric(19,0) not null,
  update_audit_key numeric(19,0),
  constraint pk_date_time PRIMARY KEY (date_time_key)
);
CREATE INDEX i_date_time_cal_date ON date_time USING btree (cal_date);
comment on table date_time is 'Calendar in UTC: one row for each 15-minute interval, in whole years without gaps. Row 2147482800 is the open end of sessions that are still active. Weeks begin on Sunday and are cut at 1 January. Genesys table.';
comment on column date_time.date_time_key is 'Start of the 15-minute interval, to which facts refer. 0 is 1970-01-01 00:00 UTC. Unit: key, epoch seconds. Genesys column.';
comment on column date_time.date_time_next_key is 'Start of the next 15-minute interval. Unit: key, epoch seconds. Genesys column, name assumed.';
comment on column date_time.date_time_30mins_key is 'Start of the half hour that holds the interval. Unit: key, epoch seconds. Genesys column, name assumed.';
comment on column date_time.date_time_next_30mins_key is 'Start of the half hour after it. Unit: key, epoch seconds. Genesys column, name assumed.';
comment on column date_time.date_time_hour_key is 'Start of the hour that holds the interval. Unit: key, epoch seconds. Genesys column, name assumed.';
comment on column date_time.date_time_next_hour_key is 'Start of the hour after it. Unit: key, epoch seconds. Genesys column, name assumed.';
comment on column date_time.date_time_day_key is 'Start of the day that holds the interval. Unit: key, epoch seconds. Genesys column.';
comment on column date_time.date_time_next_day_key is 'Start of the day after it. Unit: key, epoch seconds. Genesys column.';
comment on column date_time.date_time_week_key is 'Start of the week that holds the interval. Unit: key, epoch seconds. Genesys column, name assumed.';
comment on column date_time.date_time_next_week_key is 'Start of the week after it. Unit: key, epoch seconds. Genesys column, name assumed.';
comment on column date_time.date_time_month_key is 'Start of the month that holds the interval. Unit: key, epoch seconds. Genesys column, name assumed.';
comment on column date_time.date_time_next_month_key is 'Start of the month after it. Unit: key, epoch seconds. Genesys column, name assumed.';
comment on column date_time.date_time_quarter_key is 'Start of the quarter that holds the interval. Unit: key, epoch seconds. Genesys column, name assumed.';
comment on column date_time.date_time_next_quarter_key is 'Start of the quarter after it. Unit: key, epoch seconds. Genesys column, name assumed.';
comment on column date_time.date_time_year_key is 'Start of the year that holds the interval. Unit: key, epoch seconds. Genesys column, name assumed.';
comment on column date_time.date_time_next_year_key is 'Start of the year after it. Unit: key, epoch seconds. Genesys column, name assumed.';
comment on column date_time.cal_date is 'Calendar day of the interval. Genesys column.';
comment on column date_time.cal_day_name is 'English name of the day, such as Monday. Genesys column.';
comment on column date_time.cal_month_name is 'English name of the month, such as January. Genesys column.';
comment on column date_time.cal_day_num_in_week is 'Day of the week, from 1 to 7; in DATE_TIME 1 is Sunday. Unit: day. Genesys column, name assumed.';
comment on column date_time.cal_day_num_in_month is 'Day of the month, from 1 to 31. Unit: day. Genesys column, name assumed.';
comment on column date_time.cal_day_num_in_year is 'Day of the year, from 1 to 366. Unit: day. Genesys column, name assumed.';
comment on column date_time.cal_last_day_in_week is 'Whether the day ends its week; in DATE_TIME 1 on Saturdays and on 31 December. Unit: flag. Genesys column, name assumed.';
comment on column date_time.cal_last_day_in_month is 'Whether the day ends its month: 1 yes, 0 no. Unit: flag. Genesys column, name assumed.';
comment on column date_time.cal_week_num_in_year is 'Week of WEEK_YEAR, from 1 to 54; in DATE_TIME week 1 ends on the first Saturday. Unit: week. Genesys column, name assumed.';
comment on column date_time.cal_week_start_date is 'First day of the week; in DATE_TIME its Sunday, or 1 January. Genesys column, name assumed.';
comment on column date_time.cal_week_end_date is 'Last day of the week; in DATE_TIME its Saturday, or 31 December. Genesys column, name assumed.';
comment on column date_time.cal_month_num_in_year is 'Month of the year, from 1 to 12. Unit: month. Genesys column, name assumed.';
comment on column date_time.cal_quarter_num_in_year is 'Quarter of the year, from 1 to 4. Unit: quarter. Genesys column.';
comment on column date_time.cal_half_num_in_year is 'Half of the year, 1 or 2. Unit: half year. Genesys column, name assumed.';
comment on column date_time.cal_year_num is 'Calendar year, such as 2026. Unit: year. Genesys column, name assumed.';
comment on column date_time.week_year is 'Year that the week belongs to; in DATE_TIME the calendar year. Unit: year. Genesys column, name assumed.';
comment on column date_time.ampm_indicator is 'Half of the day on a 12-hour clock, AM or PM. Genesys column, name assumed.';
comment on column date_time.cal_hour_num_in_day is 'Hour on a 12-hour clock, from 1 to 12; see AMPM_INDICATOR. Unit: hour. Genesys column, name assumed.';
comment on column date_time.cal_hour_24_num_in_day is 'Hour of the day, from 0 to 23. Unit: hour. Genesys column.';
comment on column date_time.cal_minute_num_in_hour is 'Minute at which the interval begins: 0, 15, 30 or 45. Unit: minute. Genesys column, name assumed.';
comment on column date_time.cal_30minute_num_in_hour is 'Half of the hour, 1 or 2. Unit: half hour. Genesys column, name assumed.';
comment on column date_time.label_yyyy is 'Label of the year: 2026. Genesys column, name assumed.';
comment on column date_time.label_yyyy_qq is 'Label of the quarter with its year: 2026-Q1. Genesys column, name assumed.';
comment on column date_time.label_yyyy_mm is 'Label of the month with its year: 2026-01. Genesys column, name assumed.';
comment on column date_time.label_yyyy_we is 'Label of the week with its year: 2026-W05. Genesys column, name assumed.';
comment on column date_time.label_yyyy_we_d is 'Label of the day by its week: 2026-W05-7; in DATE_TIME 1 is Sunday. Genesys column, name assumed.';
comment on column date_time.label_yyyy_mm_dd is 'Label of the day: 2026-01-31. Genesys column.';
comment on column date_time.label_yyyy_mm_dd_hh is 'Label of the hour on a 12-hour clock with its day: 2026-01-31 01 PM. Genesys column, name assumed.';
comment on column date_time.label_yyyy_mm_dd_hh24 is 'Label of the hour with its day: 2026-01-31 13. Genesys column.';
comment on column date_time.label_yyyy_mm_dd_hh_30int is 'Label of the half hour on a 12-hour clock with its day: 2026-01-31 01:30-02:00 PM. Genesys column, name assumed.';
comment on column date_time.label_yyyy_mm_dd_hh24_30int is 'Label of the half hour with its day: 2026-01-31 13:30-14:00. Genesys column.';
comment on column date_time.label_yyyy_mm_dd_hh_15int is 'Label of the interval on a 12-hour clock with its day: 2026-01-31 01:30-01:45 PM. Genesys column, name assumed.';
comment on column date_time.label_yyyy_mm_dd_hh24_15int is 'Label of the interval with its day: 2026-01-31 13:30-13:45. Genesys column.';
comment on column date_time.label_qq is 'Label of the quarter alone: Q1. Genesys column, name assumed.';
comment on column date_time.label_mm is 'Label of the month alone: 01. Genesys column, name assumed.';
comment on column date_time.label_we is 'Label of the week alone: W05. Genesys column, name assumed.';
comment on column date_time.label_dd is 'Label of the day of the month alone: 31. Genesys column, name assumed.';
comment on column date_time.label_hh is 'Label of the hour on a 12-hour clock alone: 01 PM. Genesys column, name assumed.';
comment on column date_time.label_hh24 is 'Label of the hour alone: 13. Genesys column.';
comment on column date_time.label_30int is 'Label of the half hour by its minutes alone: 30-00. Genesys column, name assumed.';
comment on column date_time.label_15int is 'Label of the interval by its minutes alone: 30-45. Genesys column, name assumed.';
comment on column date_time.label_tz is 'Time zone of the calendar: UTC. Genesys column, name assumed.';
comment on column date_time.create_audit_key is 'Transaction that inserted the interval: CTL_AUDIT_LOG.AUDIT_KEY. Unit: key. Genesys column. 0: the row came with the schema.';
comment on column date_time.update_audit_key is 'Transaction that last changed the interval: CTL_AUDIT_LOG.AUDIT_KEY. Unit: key. Genesys column. NULL: not changed since it was inserted.';

create table gidb_gc_tenant (
  id integer not null,
  folderid integer,
  name character varying(255) not null,
  state integer not null,
  status integer not null,
  created timestamp(3) without time zone,
  deleted timestamp(3) without time zone,
  lastchange timestamp(3) without time zone,
  created_ts integer,
  deleted_ts integer,
  lastchange_ts integer,
  gsys_domain integer,
  gsys_sys_id integer,
  gsys_ext_vch1 character varying(255),
  gsys_ext_vch2 character varying(255),
  gsys_ext_int1 integer,
  gsys_ext_int2 integer,
  data_source_key integer not null default '-2'::integer,
  producer_batch_id numeric(19,0),
  create_audit_key numeric(19,0) not null,
  update_audit_key numeric(19,0) not null default 0,
  constraint pk_gidb_gc_tenant PRIMARY KEY (id)
);
comment on table gidb_gc_tenant is 'Tenants of the contact center as the configuration knows them; the view TENANT reads it. A tenant that a session names and that is missing is added. Genesys table.';
comment on column gidb_gc_tenant.id is 'DBID of the tenant. Unit: DBID. Source: user-data key csg_TenantId. Genesys column. -1: UNKNOWN, -2: NO_VALUE.';
comment on column gidb_gc_tenant.folderid is 'DBID of the folder that holds the tenant. Unit: DBID. Genesys column. NULL: not known.';
comment on column gidb_gc_tenant.name is 'Name of the tenant; to be corrected by hand where the mart had to invent it. Genesys column.';
comment on column gidb_gc_tenant.state is 'State of the tenant: 0 unknown, 1 enabled, 2 disabled. Unit: code. Genesys column.';
comment on column gidb_gc_tenant.status is 'Status of the tenant: 1 active, 2 inactive or deleted, 10 synchronising. Unit: code. Genesys column.';
comment on column gidb_gc_tenant.created is 'When the tenant was created, UTC. Genesys column. NULL: not known.';
comment on column gidb_gc_tenant.deleted is 'When the tenant was deleted, UTC. Genesys column. NULL: not deleted.';
comment on column gidb_gc_tenant.lastchange is 'When the tenant was last changed, UTC. Genesys column. NULL: not known.';
comment on column gidb_gc_tenant.created_ts is 'When the tenant was created, as a number. Unit: epoch seconds. Genesys column. NULL: not known.';
comment on column gidb_gc_tenant.deleted_ts is 'When the tenant was deleted, as a number. Unit: epoch seconds. Genesys column. NULL: not deleted.';
comment on column gidb_gc_tenant.lastchange_ts is 'When the tenant was last changed, as a number. Unit: epoch seconds. Genesys column. NULL: not known.';
comment on column gidb_gc_tenant.gsys_domain is 'Data source session in which ICON wrote the tenant. Unit: key. Genesys column. NULL: not from ICON.';
comment on column gidb_gc_tenant.gsys_sys_id is 'Reserved by Genesys (system id of the tenant row). Unit: key. Genesys column. NULL: not used.';
comment on column gidb_gc_tenant.gsys_ext_vch1 is 'Reserved by Genesys (first text of the tenant row). Genesys column. NULL: not used.';
comment on column gidb_gc_tenant.gsys_ext_vch2 is 'Reserved by Genesys (second text of the tenant row). Genesys column. NULL: not used.';
comment on column gidb_gc_tenant.gsys_ext_int1 is 'Reserved by Genesys (first number of the tenant row). Unit: none. Genesys column. NULL: not used.';
comment on column gidb_gc_tenant.gsys_ext_int2 is 'Reserved by Genesys (second number of the tenant row). Unit: none. Genesys column. NULL: not used.';
comment on column gidb_gc_tenant.data_source_key is 'Source that first named the tenant: CTL_DS.DATA_SOURCE_KEY. Unit: key. Genesys column. -2: none.';
comment on column gidb_gc_tenant.producer_batch_id is 'Reserved by Genesys (batch that brought the tenant). Unit: key. Genesys column. NULL: always here.';
comment on column gidb_gc_tenant.create_audit_key is 'Transaction that inserted the tenant: CTL_AUDIT_LOG.AUDIT_KEY. Unit: key. Genesys column. 0: the row came with the schema.';
comment on column gidb_gc_tenant.update_audit_key is 'Transaction that last changed the tenant: CTL_AUDIT_LOG.AUDIT_KEY. Unit: key. Genesys column. Equal to CREATE_AUDIT_KEY, or 0: not changed since it was inserted.';

create view mart_status (
  object_name text,
  source_name character varying(64),
  complete_until timestamp(3) without time zone,
  lag_seconds bigint,
  last_run_at timestamp(3) without time zone,
  held_seconds bigint,
  is_loading boolean,
  pending_intervals bigint,
  active_sessions bigint,
  stale_sessions bigint,
  open_discards bigint,
  last_job_name character varying(32),
  last_job_status character varying(16),
  last_job_start_time timestamp(3) without time zone
) as
 SELECT object_name,
    source_name,
    complete_until,
    lag_seconds,
    last_run_at,
    held_seconds,
    is_loading,
    pending_intervals,
    active_sessions,
    stale_sessions,
    open_discards,
    last_job_name,
    last_job_status,
    last_job_start_time
   FROM ( SELECT object_name,
            source_name,
                CASE
                    WHEN waits THEN aggregated_until
                    ELSE complete_until
                END AS complete_until,
                CASE
                    WHEN GREATEST(
                    CASE
                        WHEN waits THEN aggregated_until
                        ELSE complete_until
                    END, (now() AT TIME ZONE 'UTC'::text)) <= ((now() AT TIME ZONE 'UTC'::text) + '00:05:00'::interval) AND
                    CASE
                        WHEN waits THEN aggregated_until
                        ELSE complete_until
                    END IS NOT NULL THEN GREATEST(0::numeric, floor(EXTRACT(epoch FROM (now() AT TIME ZONE 'UTC'::text) -
                    CASE
                        WHEN waits THEN aggregated_until
                        ELSE complete_until
                    END)))::bigint
                    ELSE NULL::bigint
                END AS lag_seconds,
            last_run_at,
                CASE
                    WHEN GREATEST(complete_until, last_run_at) <= ((now() AT TIME ZONE 'UTC'::text) + '00:05:00'::interval) AND complete_until IS NOT NULL THEN GREATEST(0::numeric, floor(EXTRACT(epoch FROM last_run_at - complete_until)))::bigint
                    ELSE NULL::bigint
                END AS held_seconds,
                CASE
                    WHEN source_name IS NOT NULL THEN window_ceiling IS NOT NULL
                    ELSE NULL::boolean
                END AS is_loading,
            ( SELECT count(DISTINCT start_date_time_key) AS count
                   FROM chatmart_pending_agg) AS pending_intervals,
            ( SELECT count(*) AS count
                   FROM chat_session_fact
                  WHERE active_flag = 1) AS active_sessions,
            ( SELECT count(*) AS count
                   FROM chat_session_fact
                     JOIN ctl_audit_log ON audit_key = COALESCE(update_audit_key, create_audit_key)
                  WHERE active_flag = 1 AND (created_ts < (EXTRACT(epoch FROM now())::integer - 2592000 + 1) OR created_ts > EXTRACT(epoch FROM now())::integer) AND (( SELECT max(created_ts) AS max
                           FROM ctl_audit_log near
                          WHERE audit_key >= GREATEST(audit_key - 50::numeric, 1::numeric) AND audit_key <= audit_key AND created_ts <= EXTRACT(epoch FROM now())::integer)) <= (EXTRACT(epoch FROM now())::integer - 2592000)) AS stale_sessions,
            ( SELECT count(*) AS count
                   FROM stg_transform_discards
                  WHERE resolved_ts IS NULL) AS open_discards,
            COALESCE(( SELECT job_name
                   FROM ctl_etl_history
                  WHERE start_time <= ((now() AT TIME ZONE 'UTC'::text) + '00:05:00'::interval)
                  ORDER BY start_time DESC, job_name
                 LIMIT 1), ( SELECT job_name
                   FROM ctl_etl_history
                  ORDER BY start_time DESC, job_name
                 LIMIT 1)) AS last_job_name,
            COALESCE(( SELECT status
                   FROM ctl_etl_history
                  WHERE start_time <= ((now() AT TIME ZONE 'UTC'::text) + '00:05:00'::interval)
                  ORDER BY start_time DESC, job_name
                 LIMIT 1), ( SELECT status
                   FROM ctl_etl_history
                  ORDER BY start_time DESC, job_name
                 LIMIT 1)) AS last_job_status,
            COALESCE(( SELECT start_time
                   FROM ctl_etl_history
                  WHERE start_time <= ((now() AT TIME ZONE 'UTC'::text) + '00:05:00'::interval)
                  ORDER BY start_time DESC, job_name
                 LIMIT 1), ( SELECT start_time
                   FROM ctl_etl_history
                  ORDER BY start_time DESC, job_name
                 LIMIT 1)) AS last_job_start_time
           FROM ( SELECT "position",
                    concat_ws('_'::text, view_name, upper(calendar_name::text)) AS object_name,
                    waits
                   FROM ( VALUES (0,'CHAT_SESSION_FACT'::text,false), (1,'AG2_CHAT_STATS_SUBHR'::text,false), (2,'AG2_CHAT_STATS_HOUR'::text,false), (3,'AG2_CHAT_STATS_DAY'::text,true), (4,'AG2_CHAT_STATS_WEEK'::text,true), (5,'AG2_CHAT_STATS_MONTH'::text,true), (6,'AG2_CHAT_STATS_QRTR'::text,true), (7,'AG2_CHAT_STATS_YEAR'::text,true)) named("position", view_name, waits)
                     CROSS JOIN LATERAL ( SELECT NULL::character varying AS calendar_name
                        UNION ALL
                         SELECT calendar_name
                           FROM chatmart_calendar
                          WHERE "position" > 0) calendar) object
             LEFT JOIN chatmart_source ON true
          ORDER BY "position", object_name, source_name) status;
comment on view mart_status is 'How complete the mart is: one row for each source and each table or view that is queried, with until when it holds everything and how far that lies behind; chatmart status says the same. Extension of chatmart.';
comment on column mart_status.object_name is 'What the row is about: CHAT_SESSION_FACT, or one of the views AG2_CHAT_STATS_*, of UTC and of each calendar. Extension of chatmart.';
comment on column mart_status.source_name is 'Source that the row is about: CTL_DS.SOURCE_NAME; of HA twins, each one. Extension of chatmart. NULL: nothing was loaded yet.';
comment on column mart_status.complete_until is 'Everything that the source had committed before this instant is in the object, UTC. Extension of chatmart. NULL: nothing can be promised yet.';
comment on column mart_status.lag_seconds is 'From COMPLETE_UNTIL to now. A night without chats is no lag: each run over nothing new moves COMPLETE_UNTIL. Unit: seconds. Extension of chatmart. NULL: nothing can be promised yet, or COMPLETE_UNTIL has not come, because a clock was wrong.';
comment on column mart_status.last_run_at is 'When a run last looked at that source, UTC. Extension of chatmart. NULL: none has.';
comment on column mart_status.held_seconds is 'How far COMPLETE_UNTIL of the facts lay behind at the last run: an open transaction on the server of the source holds it back; chatmart status names it. Unit: seconds. Extension of chatmart. NULL: no run has completed anything, or the last one began by a clock that was ahead.';
comment on column mart_status.is_loading is 'Whether a window is open: a run is at work, or one was ended half-way and the next takes it up. Extension of chatmart. NULL: nothing was loaded yet.';
comment on column mart_status.pending_intervals is '15-minute intervals of the whole mart whose facts changed since the last aggregation; CHAT_SESSION_FACT, SUBHR and HOUR have them. Unit: intervals. Extension of chatmart.';
comment on column mart_status.active_sessions is 'Asynchronous sessions of the whole mart that have not ended. Unit: sessions. Extension of chatmart.';
comment on column mart_status.stale_sessions is 'Those of the active sessions that nothing has come for in 30 days. Unit: sessions. Extension of chatmart.';
comment on column mart_status.open_discards is 'Rows of STG_TRANSFORM_DISCARDS, of the whole mart, that still hold. Unit: discards. Extension of chatmart.';
comment on column mart_status.last_job_name is 'The job that began last: CTL_ETL_HISTORY.JOB_NAME. Extension of chatmart. NULL: none yet.';
comment on column mart_status.last_job_status is 'RUNNING, COMPLETED or FAILED: state of that last job. Extension of chatmart. NULL: there is no job yet.';
comment on column mart_status.last_job_start_time is 'When that last job began, UTC. Extension of chatmart. NULL: no job has begun yet.';

create table media_type (
  media_type_key integer not null generated by default as identity,
  media_name character varying(255) not null,
  media_name_code character varying(255) not null,
  is_online smallint not null default 0,
  create_audit_key numeric(19,0) not null,
  update_audit_key numeric(19,0),
  constraint pk_media_type PRIMARY KEY (media_type_key)
);
CREATE UNIQUE INDEX i_media_type ON media_type USING btree (media_name_code);
comment on table media_type is 'Dimension: media types of interactions. Known ones come with the schema; an unknown one is added, offline, when a session has it. Rows -1 (unreadable) and -2 (absent) always exist. Genesys table.';
comment on column media_type.media_type_key is 'Key of the media type: CHAT_SESSION_FACT.MEDIA_TYPE_KEY. Unit: key. Genesys column. -1: UNKNOWN, -2: NO_VALUE.';
comment on column media_type.media_name is 'Display name of the media type, such as Chat. Genesys column.';
comment on column media_type.media_name_code is 'Code of the media type in upper case, such as CHAT; unique. Source: user-data key csg_MediaType. Genesys column.';
comment on column media_type.is_online is 'Whether the media type is answered at once, as a chat or a call is. Unit: flag. Genesys column. 0: no, or not known.';
comment on column media_type.create_audit_key is 'Transaction that inserted the media type: CTL_AUDIT_LOG.AUDIT_KEY. Unit: key. Genesys column. 0: the row came with the schema.';
comment on column media_type.update_audit_key is 'Transaction that last changed the media type: CTL_AUDIT_LOG.AUDIT_KEY. Unit: key. Genesys column. NULL: not changed since it was inserted.';

create table stg_transform_discards (
  table_name character varying(255) not null,
  interaction_id numeric(19,0) not null default '-2'::integer,
  guid character varying(50),
  create_audit_key numeric(19,0) not null,
  code integer not null,
  reason character varying(255) not null,
  etl_ts integer not null,
  etl_date_time_key integer not null,
  keyname character varying(255),
  raw_value text,
  resolved_ts integer,
  discard_id bigint not null generated by default as identity,
  constraint fk_stg_transform_discards_created FOREIGN KEY (create_audit_key) REFERENCES ctl_audit_log(audit_key) NOT ENFORCED,
  constraint pk_stg_transform_discards PRIMARY KEY (discard_id)
);
CREATE INDEX i_stg_transform_discards_guid ON stg_transform_discards USING btree (guid);
CREATE INDEX i_stg_transform_discards_open ON stg_transform_discards USING btree (etl_ts) WHERE (resolved_ts IS NULL);
comment on table stg_transform_discards is 'What could not be taken over as it came: one row for each problem of an interaction. The rows of an interaction are replaced as a set whenever it is written again; those that no longer hold become resolved and are kept. Genesys table.';
comment on column stg_transform_discards.table_name is 'Source table that the discarded rows stand in. Genesys column.';
comment on column stg_transform_discards.interaction_id is 'Key of the interaction in INTERACTION_FACT. Unit: key. Genesys column. Always -2 here: this mart has no INTERACTION_FACT.';
comment on column stg_transform_discards.guid is 'Interaction that the problem belongs to: the CALLID of the source, MEDIA_SERVER_IXN_GUID of the fact. Genesys column. NULL: the source row had none.';
comment on column stg_transform_discards.create_audit_key is 'Transaction that inserted the discard: CTL_AUDIT_LOG.AUDIT_KEY. Unit: key. Genesys column. 0: the row came with the schema.';
comment on column stg_transform_discards.code is 'Number of the reason, stable over releases. Unit: code. Genesys column.';
comment on column stg_transform_discards.reason is 'The reason, as code name and sentence. Genesys column.';
comment on column stg_transform_discards.etl_ts is 'When the problem was first seen. Unit: epoch seconds. Genesys column.';
comment on column stg_transform_discards.etl_date_time_key is '15-minute interval of ETL_TS: DATE_TIME.DATE_TIME_KEY. Unit: key, epoch seconds. Genesys column.';
comment on column stg_transform_discards.keyname is 'User-data key whose value is the problem. Extension of chatmart. NULL: the problem is not one value.';
comment on column stg_transform_discards.raw_value is 'The value as the source had it. Extension of chatmart. NULL: there was no value.';
comment on column stg_transform_discards.resolved_ts is 'When the problem was found to hold no longer. Unit: epoch seconds. Extension of chatmart. NULL: open.';
comment on column stg_transform_discards.discard_id is 'Running number of the discard, by which replication tells its rows apart; it says nothing else. Unit: number. Extension of chatmart.';

create view tenant (
  tenant_key integer,
  tenant_name character varying(255),
  state integer,
  status integer,
  create_audit_key numeric(19,0),
  update_audit_key numeric(19,0)
) as
 SELECT tenant_key,
    tenant_name,
    state,
    status,
    create_audit_key,
    update_audit_key
   FROM ( SELECT id,
            folderid,
            name,
            state,
            status,
            created,
            deleted,
            lastchange,
            created_ts,
            deleted_ts,
            lastchange_ts,
            gsys_domain,
            gsys_sys_id,
            gsys_ext_vch1,
            gsys_ext_vch2,
            gsys_ext_int1,
            gsys_ext_int2,
            data_source_key,
            producer_batch_id,
            create_audit_key,
            update_audit_key,
            id AS tenant_key,
            name AS tenant_name
           FROM gidb_gc_tenant) tenant;
comment on view tenant is 'Dimension: tenants. Join it to TENANT_KEY of facts and aggregates; rows -1 (unreadable) and -2 (absent) always exist. Genesys view, its columns beyond key and name assumed.';
comment on column tenant.tenant_key is 'Key of the tenant, its DBID: CHAT_SESSION_FACT.TENANT_KEY. Unit: key. Source: user-data key csg_TenantId. Genesys column. -1: UNKNOWN, -2: NO_VALUE.';
comment on column tenant.tenant_name is 'Display name of the tenant. Genesys column.';
comment on column tenant.state is 'Whether the tenant is enabled: 0 unknown, 1 enabled, 2 disabled. Unit: code. Genesys column, name assumed.';
comment on column tenant.status is 'Whether the tenant exists still: 1 active, 2 inactive or deleted, 10 synchronising. Unit: code. Genesys column, name assumed.';
comment on column tenant.create_audit_key is 'Transaction that brought the tenant into the mart: CTL_AUDIT_LOG.AUDIT_KEY. Unit: key. Genesys column, name assumed. 0: it came with the schema.';
comment on column tenant.update_audit_key is 'Transaction that last touched the tenant: CTL_AUDIT_LOG.AUDIT_KEY. Unit: key. Genesys column, name assumed. 0: none since it came with the schema.';
