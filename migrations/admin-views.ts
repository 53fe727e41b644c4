import type { ViewDefinition } from '../src/mart/schema/table-definition.js';
import { clock } from './instants.js';

/** ADMIN_AUDIT_LOG. */
export const auditLog: ViewDefinition = {
  name: 'admin_audit_log',
  comment: 'CTL_AUDIT_LOG for reading, with the same columns. Genesys view.',
  columns: [
    {
      name: 'audit_key',
      meaning: 'From the audit log. Key of the transaction; a higher key was committed later.',
      unit: 'key',
      origin: 'genesys',
      empty: '0: the rows that came with the schema.',
    },
    {
      name: 'job_id',
      meaning: 'From the audit log. Execution of the job that ran the transaction: CTL_ETL_HISTORY.JOB_ID.',
      origin: 'genesys',
    },
    { name: 'created', meaning: 'From the audit log. When the transaction began its work, UTC.', origin: 'genesys' },
    {
      name: 'inserted',
      meaning: 'From the audit log. When the transaction had finished its work, UTC.',
      origin: 'genesys',
      empty: 'NULL: not recorded.',
    },
    {
      name: 'processing_status_key',
      meaning: 'From the audit log. Reserved by Genesys for the state of the processing.',
      unit: 'code',
      origin: 'genesys',
      empty: 'Always 1 here.',
    },
    {
      name: 'min_start_date_time_key',
      meaning: 'From the audit log. Oldest START_DATE_TIME_KEY that the transaction touched.',
      unit: 'key, epoch seconds',
      origin: 'genesys',
      empty: '0: it touched no fact.',
    },
    {
      name: 'max_start_date_time_key',
      meaning: 'From the audit log. Newest START_DATE_TIME_KEY that the transaction touched.',
      unit: 'key, epoch seconds',
      origin: 'genesys',
      empty: '0: it touched no fact.',
    },
    {
      name: 'max_chunk_ts',
      meaning: 'From the audit log. Newest time stamp among the rows of the chunk.',
      unit: 'epoch seconds',
      origin: 'genesys',
      empty: 'NULL: no chunk was read.',
    },
    {
      name: 'data_source_key',
      meaning: 'From the audit log. Source of the rows: CTL_DS.DATA_SOURCE_KEY.',
      unit: 'key',
      origin: 'genesys',
      empty: 'NULL: the rows came from no source, or from several.',
    },
    {
      name: 'row_count',
      meaning: 'From the audit log. Rows that the transaction wrote.',
      unit: 'rows',
      origin: 'genesys',
      empty: 'NULL: not counted.',
    },
    { name: 'created_ts', meaning: 'From the audit log. CREATED as a number.', unit: 'epoch seconds', origin: 'genesys' },
  ],
  from: 'ctl_audit_log',
};

/** ADMIN_ETL_STEP_HISTORY. */
export const stepHistory: ViewDefinition = {
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

/** ADMIN_EXTRACT_HISTORY. */
export const extractHistory: ViewDefinition = {
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

/** TENANT, a view of the table that Info Mart keeps behind it. */
export const tenant: ViewDefinition = {
  name: 'tenant',
  comment:
    'Dimension: tenants. Join it to TENANT_KEY of facts and aggregates; rows -1 (unreadable) and -2 (absent) always exist. Genesys view, its columns beyond key and name assumed.',
  columns: [
    {
      name: 'tenant_key',
      meaning: 'Key of the tenant, its DBID: CHAT_SESSION_FACT.TENANT_KEY.',
      unit: 'key',
      source: 'csg_TenantId',
      origin: 'genesys',
      empty: '-1: UNKNOWN, -2: NO_VALUE.',
    },
    { name: 'tenant_name', meaning: 'Display name of the tenant.', origin: 'genesys' },
    { name: 'state', meaning: 'Whether the tenant is enabled: 0 unknown, 1 enabled, 2 disabled.', unit: 'code', origin: 'assumed' },
    {
      name: 'status',
      meaning: 'Whether the tenant exists still: 1 active, 2 inactive or deleted, 10 synchronising.',
      unit: 'code',
      origin: 'assumed',
    },
    {
      name: 'create_audit_key',
      meaning: 'Transaction that brought the tenant into the mart: CTL_AUDIT_LOG.AUDIT_KEY.',
      unit: 'key',
      origin: 'assumed',
      empty: '0: it came with the schema.',
    },
    {
      name: 'update_audit_key',
      meaning: 'Transaction that last touched the tenant: CTL_AUDIT_LOG.AUDIT_KEY.',
      unit: 'key',
      origin: 'assumed',
      empty: '0: none since it came with the schema.',
    },
  ],
  from: `(select gidb_gc_tenant.*, gidb_gc_tenant.id as tenant_key, gidb_gc_tenant.name as tenant_name from gidb_gc_tenant) as tenant`,
};
