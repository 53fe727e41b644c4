import type { Knex } from 'knex';
import { runStatements } from '../src/db/run-statements.js';
import { createTable, type TableDefinition } from '../src/db/table-definition.js';
import { createAuditKey } from './audit-columns.js';

const purgeHistory: TableDefinition = {
  name: 'ctl_purge_history',
  comment:
    'History of the maintenance: one row for each table and month, or table, that an execution of Job_MaintainGIM deleted rows from. Genesys table, columns assumed.',
  primaryKey: ['job_id', 'table_name', 'from_ts'],
  indexes: [{ name: 'i_ctl_purge_history_created', on: 'created_ts' }],
  columns: [
    {
      name: 'job_id',
      type: 'varchar(64)',
      notNull: true,
      meaning: 'Execution of the job that purged: CTL_ETL_HISTORY.JOB_ID.',
      origin: 'assumed',
    },
    { name: 'table_name', type: 'varchar(255)', notNull: true, meaning: 'Table that rows were purged from.', origin: 'assumed' },
    {
      name: 'from_ts',
      type: 'integer',
      notNull: true,
      meaning: 'Start of the month whose rows were purged.',
      unit: 'epoch seconds',
      origin: 'assumed',
      empty: '0: no month, but all that was older.',
    },
    {
      name: 'to_ts',
      type: 'integer',
      notNull: true,
      meaning: 'Rows before it were purged: the end of the month, or what the retention came to.',
      unit: 'epoch seconds',
      origin: 'assumed',
    },
    {
      name: 'row_count',
      type: 'bigint',
      notNull: true,
      meaning: 'Rows that were purged, counted on with each transaction.',
      unit: 'rows',
      origin: 'assumed',
    },
    {
      name: 'purge_start_time',
      type: 'timestamp(3)',
      notNull: true,
      meaning: 'When the first of the rows was purged, UTC.',
      origin: 'assumed',
    },
    {
      name: 'purge_end_time',
      type: 'timestamp(3)',
      notNull: true,
      meaning: 'When the last of the rows so far was purged, UTC.',
      origin: 'assumed',
    },
    { name: 'job_version', type: 'varchar(64)', notNull: true, meaning: 'Release of the program that purged.', origin: 'assumed' },
    createAuditKey('this row, with the first of the rows purged'),
    {
      name: 'created_ts',
      type: 'integer',
      notNull: true,
      meaning: 'When the purge was first recorded.',
      unit: 'epoch seconds',
      origin: 'assumed',
    },
  ],
};

const erased: TableDefinition = {
  name: 'chatmart_erased',
  comment:
    'Interactions that were erased on request, each as a salted hash: no run, backfill or repair loads them again. Keep these rows when a mart is built anew. Extension of chatmart.',
  primaryKey: ['guid_hash'],
  columns: [
    {
      name: 'guid_hash',
      type: 'bytea',
      notNull: true,
      meaning: 'SHA-256 of the salt and the interaction ID (CALLID of the source, UTF-8); the ID itself is nowhere.',
      origin: 'extension',
    },
    {
      name: 'salt',
      type: 'bytea',
      notNull: true,
      meaning: 'Random bytes before the ID in the hash, the same in all rows that this mart wrote.',
      origin: 'extension',
    },
    {
      name: 'erased_ts',
      type: 'integer',
      notNull: true,
      meaning: 'When the interaction was erased.',
      unit: 'epoch seconds',
      origin: 'extension',
    },
    createAuditKey('the tombstone, and erased the interaction'),
  ],
};

/** What maintenance has purged, and which interactions must not come back. */
export const up = (knex: Knex): Promise<void> => runStatements(knex, [purgeHistory, erased].flatMap(createTable));
