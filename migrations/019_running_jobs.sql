-- Each cycle asks which jobs are still said to run: of hundreds of thousands in the history, none or one.
create index i_ctl_etl_history_running on ctl_etl_history (job_id) where status = 'RUNNING';
