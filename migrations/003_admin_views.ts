import type { Knex } from 'knex';
import { runStatements } from '../src/db/run-statements.js';
import { createView, type ColumnMeaning, type ViewDefinition } from '../src/db/table-definition.js';

/** Hours above 24 stay hours, as in 49:00:00. */
const clock = (seconds: string): string => `to_char(make_interval(secs => ${seconds}), 'HH24:MI:SS')`;

const jobColumns = (what: string): ColumnMeaning[] => [
  { name: 'job_name', meaning: `${what}: name of the job.`, origin: 'assumed' },
  { name: 'job_id', meaning: `${what}: execution of the program that the job belongs to.`, origin: 'assumed' },
  { name: 'job_version', meaning: `${what}: release of the program.`, origin: 'assumed' },
  { name: 'start_time', meaning: `${what}: when it began, UTC.`, origin: 'assumed' },
  { name: 'end_time', meaning: `${what}: when it ended, UTC.`, origin: 'assumed', empty: 'NULL: it is at work, or it was killed.' },
  { name: 'duration', meaning: `${what}: how long it took, as HH:MM:SS.`, origin: 'assumed', empty: 'NULL: it has not ended.' },
  { name: 'status', meaning: `${what}: RUNNING, COMPLETED or FAILED.`, origin: 'assumed' },
  { name: 'row_count', meaning: `${what}: rows read or written.`, unit: 'rows', origin: 'extension', empty: 'NULL: not counted.' },
  { name: 'message', meaning: `${what}: the error if it failed, or a remark.`, origin: 'extension', empty: 'NULL: nothing to say.' },
];

const jobSelect = `ctl_etl_history.job_name,
    ctl_etl_history.job_id,
    ctl_etl_history.job_version,
    ctl_etl_history.start_time,
    ctl_etl_history.end_time,
    ${clock('ctl_etl_history.duration')} as duration,
    ctl_etl_history.status,
    ctl_etl_history.row_count,
    ctl_etl_history.message
  from ctl_etl_history`;

const jobHistory: ViewDefinition = {
  name: 'admin_etl_job_history',
  comment:
    'Every execution of every job with its state and duration; ask this view, not CTL_ETL_HISTORY. Genesys view, column names assumed.',
  columns: jobColumns('Job execution'),
  from: `(select ${jobSelect}) as job`,
};

const jobStatus: ViewDefinition = {
  name: 'admin_etl_job_status',
  comment: 'The newest execution of each job: what is at work now, and how each job ended last. Genesys view, column names assumed.',
  columns: jobColumns('Newest execution of a job'),
  from: `(select distinct on (ctl_etl_history.job_name) ${jobSelect}
  order by ctl_etl_history.job_name, ctl_etl_history.start_time desc, ctl_etl_history.created_ts desc) as job`,
};

const stepHistory: ViewDefinition = {
  name: 'admin_etl_step_history',
  comment: 'Every step of the jobs, one row for each chunk extracted and each chunk transformed. Genesys view, column names assumed.',
  columns: [
    { name: 'job_name', meaning: 'Job that the step belongs to.', origin: 'assumed', empty: 'NULL: not recorded.' },
    { name: 'job_id', meaning: 'Execution of the program that the step belongs to.', origin: 'assumed' },
    { name: 'step_name', meaning: 'What the step did, and to which table of the source.', origin: 'assumed' },
    { name: 'start_time', meaning: 'When the step began, UTC.', origin: 'assumed', empty: 'NULL: not recorded.' },
    { name: 'end_time', meaning: 'When the step ended, UTC.', origin: 'assumed', empty: 'NULL: it has not ended.' },
    { name: 'duration', meaning: 'How long the step took, as HH:MM:SS.', origin: 'assumed', empty: 'NULL: start or end is not recorded.' },
    {
      name: 'row_count',
      meaning: 'Rows that the step read, or facts that it wrote.',
      unit: 'rows',
      origin: 'assumed',
      empty: 'NULL: not counted.',
    },
    { name: 'audit_key', meaning: 'Transaction that the step ended with: CTL_AUDIT_LOG.AUDIT_KEY.', unit: 'key', origin: 'extension' },
  ],
  from: `(
  select
    ctl_extract_history.job_name,
    ctl_extract_history.job_id,
    'extract ' || ctl_extract_history.table_name as step_name,
    ctl_extract_history.extract_start_time as start_time,
    ctl_extract_history.extract_end_time as end_time,
    ${clock('extract(epoch from ctl_extract_history.extract_end_time - ctl_extract_history.extract_start_time)')} as duration,
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
    ${clock('extract(epoch from ctl_transform_history.transform_end_time - ctl_transform_history.transform_start_time)')} as duration,
    ctl_transform_history.row_count,
    ctl_transform_history.audit_key
  from ctl_transform_history
) as step`,
};

const extraction: ViewDefinition = {
  name: 'admin_extract_history',
  comment:
    'CTL_EXTRACT_HISTORY for reading: what was extracted from which source, when, and how long it took. Genesys view, column names assumed.',
  columns: [
    { name: 'table_name', meaning: 'Source table of the extraction.', origin: 'genesys' },
    { name: 'data_source_key', meaning: 'Source of the extraction: CTL_DS.DATA_SOURCE_KEY.', unit: 'key', origin: 'genesys' },
    {
      name: 'source_name',
      meaning: 'Name of that source in the configuration.',
      origin: 'extension',
      empty: 'NULL: the source is no longer in CTL_DS.',
    },
    { name: 'row_count', meaning: 'Rows read by the extraction.', unit: 'rows', origin: 'genesys', empty: 'NULL: not counted.' },
    { name: 'max_time', meaning: 'Newest ADDED that the extraction met, UTC.', origin: 'genesys', empty: 'NULL: no row told it.' },
    { name: 'extract_start_time', meaning: 'When the extraction began, UTC.', origin: 'genesys', empty: 'NULL: not recorded.' },
    { name: 'extract_end_time', meaning: 'When the extraction ended, UTC.', origin: 'genesys', empty: 'NULL: it has not ended.' },
    {
      name: 'duration',
      meaning: 'How long the extraction took, as HH:MM:SS.',
      origin: 'assumed',
      empty: 'NULL: start or end is not recorded.',
    },
    { name: 'job_name', meaning: 'Job of the extraction.', origin: 'genesys', empty: 'NULL: not recorded.' },
    { name: 'job_id', meaning: 'Execution of the program that extracted.', origin: 'genesys' },
    { name: 'created', meaning: 'When the extraction was recorded, UTC.', origin: 'assumed' },
    {
      name: 'create_audit_key',
      meaning: 'Transaction that wrote what was extracted: CTL_AUDIT_LOG.AUDIT_KEY.',
      unit: 'key',
      origin: 'genesys',
    },
  ],
  from: `(
  select
    ctl_extract_history.*,
    ctl_ds.source_name,
    ${clock('extract(epoch from ctl_extract_history.extract_end_time - ctl_extract_history.extract_start_time)')} as duration,
    to_timestamp(ctl_extract_history.created_ts) at time zone 'UTC' as created
  from ctl_extract_history
  left join ctl_ds on ctl_ds.data_source_key = ctl_extract_history.data_source_key
) as extraction`,
};

/** The ADMIN_ views of the job history: readable times and durations. */
export const up = (knex: Knex): Promise<void> =>
  runStatements(
    knex,
    [jobHistory, jobStatus, stepHistory, extraction].flatMap((view) => createView(view)),
  );
