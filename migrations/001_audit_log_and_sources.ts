import type { Knex } from 'knex';
import { runStatements } from '../src/db/run-statements.js';
import { createTable, createView, type TableDefinition } from '../src/db/table-definition.js';
import { SCHEMA_AUDIT_KEY } from '../src/model/audit-key.js';

const auditLog: TableDefinition = {
  name: 'ctl_audit_log',
  comment:
    'One row for each committed transaction that wrote to the mart. The audit keys of all other tables point here. Keys are drawn under the writer lock, so the order of keys is the order of commits. Genesys table.',
  primaryKey: ['audit_key'],
  columns: [
    {
      name: 'audit_key',
      type: 'numeric(19)',
      notNull: true,
      meaning: 'Key of the transaction; a higher key was committed later.',
      unit: 'key',
      origin: 'genesys',
      empty: '0: the rows that came with the schema.',
    },
    {
      name: 'job_id',
      type: 'varchar(64)',
      notNull: true,
      meaning: 'Execution of the job that ran the transaction: CTL_ETL_HISTORY.JOB_ID.',
      origin: 'genesys',
    },
    { name: 'created', type: 'timestamp(3)', notNull: true, meaning: 'When the transaction began its work, UTC.', origin: 'genesys' },
    {
      name: 'inserted',
      type: 'timestamp(3)',
      meaning: 'When the transaction had finished its work, UTC.',
      origin: 'genesys',
      empty: 'NULL: not recorded.',
    },
    {
      name: 'processing_status_key',
      type: 'integer',
      notNull: true,
      meaning: 'Reserved by Genesys for the state of the processing.',
      unit: 'code',
      origin: 'genesys',
      empty: 'Always 1 here.',
    },
    {
      name: 'min_start_date_time_key',
      type: 'integer',
      notNull: true,
      meaning: 'Oldest START_DATE_TIME_KEY that the transaction touched.',
      unit: 'key, epoch seconds',
      origin: 'genesys',
      empty: '0: it touched no fact.',
    },
    {
      name: 'max_start_date_time_key',
      type: 'integer',
      notNull: true,
      meaning: 'Newest START_DATE_TIME_KEY that the transaction touched.',
      unit: 'key, epoch seconds',
      origin: 'genesys',
      empty: '0: it touched no fact.',
    },
    {
      name: 'max_chunk_ts',
      type: 'integer',
      meaning: 'Newest time stamp among the rows of the chunk.',
      unit: 'epoch seconds',
      origin: 'genesys',
      empty: 'NULL: no chunk was read.',
    },
    {
      name: 'data_source_key',
      type: 'integer',
      meaning: 'Source of the rows: CTL_DS.DATA_SOURCE_KEY.',
      unit: 'key',
      origin: 'genesys',
      empty: 'NULL: the rows came from no source, or from several.',
    },
    {
      name: 'row_count',
      type: 'integer',
      meaning: 'Rows that the transaction wrote.',
      unit: 'rows',
      origin: 'genesys',
      empty: 'NULL: not counted.',
    },
    { name: 'created_ts', type: 'integer', notNull: true, meaning: 'CREATED as a number.', unit: 'epoch seconds', origin: 'genesys' },
  ],
};

const dataSources: TableDefinition = {
  name: 'ctl_ds',
  comment:
    'Data sources: one row for each Interaction Database, or set of HA twins, that the mart is fed from. Genesys table; its columns but the key are ours.',
  primaryKey: ['data_source_key'],
  indexes: [{ name: 'i_ctl_ds', unique: true, on: 'source_name' }],
  columns: [
    {
      name: 'data_source_key',
      type: 'integer',
      notNull: true,
      default: 'identity',
      meaning: 'Key of the data source, drawn when it is first read.',
      unit: 'key',
      origin: 'genesys',
    },
    {
      name: 'source_name',
      type: 'varchar(64)',
      notNull: true,
      meaning: 'Name of the source in the configuration, unique.',
      origin: 'extension',
    },
    {
      name: 'ds_type',
      type: 'integer',
      notNull: true,
      default: '2',
      meaning:
        'What reported the interactions to ICON: 1 T-Server, 2 Interaction Server, 3 Outbound Contact Server, 4 Configuration Server.',
      unit: 'code',
      origin: 'assumed',
    },
    {
      name: 'description',
      type: 'varchar(255)',
      meaning: 'Where the source is, without any password.',
      origin: 'assumed',
      empty: 'NULL: not described.',
    },
    {
      name: 'created_ts',
      type: 'integer',
      notNull: true,
      default: 'extract(epoch from now())::integer',
      meaning: 'When the source was first read.',
      unit: 'epoch seconds',
      origin: 'assumed',
    },
  ],
};

/** CTL_DS, and CTL_AUDIT_LOG with its sequence of keys and the row that all rows point to that come with the schema. */
export const up = (knex: Knex): Promise<void> =>
  runStatements(knex, [
    ...createTable(dataSources),
    ...createTable(auditLog),
    // No default on the column: a key must be drawn under the writer lock, never by a forgotten value.
    `create sequence ctl_audit_log_audit_key_seq as bigint owned by ctl_audit_log.audit_key`,
    `insert into ctl_audit_log (audit_key, job_id, created, inserted, processing_status_key, min_start_date_time_key, max_start_date_time_key, row_count, created_ts)
     select ${SCHEMA_AUDIT_KEY}, 'Job_InitializeGIM', now() at time zone 'UTC', now() at time zone 'UTC', 1, 0, 0, 0, extract(epoch from now())::integer`,
    ...createView({
      name: 'admin_audit_log',
      comment: 'CTL_AUDIT_LOG for reading, with the same columns. Genesys view.',
      columns: auditLog.columns.map((column) => ({ ...column, meaning: `From the audit log. ${column.meaning}` })),
      from: auditLog.name,
    }),
  ]);
