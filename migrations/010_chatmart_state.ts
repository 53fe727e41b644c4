import type { Knex } from 'knex';
import { runStatements } from '../src/db/run-statements.js';
import { createTable, type TableDefinition } from '../src/db/table-definition.js';

const source: TableDefinition = {
  name: 'chatmart_source',
  comment:
    'Where the extraction stands in each source table: its window, and how a changed source is noticed. Written in the transaction of each chunk; extension of chatmart.',
  primaryKey: ['source_name'],
  columns: [
    {
      name: 'source_name',
      type: 'varchar(64)',
      notNull: true,
      meaning: 'Source that this state belongs to: CTL_DS.SOURCE_NAME.',
      origin: 'extension',
    },
    {
      name: 'data_source_key',
      type: 'integer',
      notNull: true,
      meaning: 'Key of the source that this state belongs to: CTL_DS.DATA_SOURCE_KEY.',
      unit: 'key',
      origin: 'extension',
    },
    {
      name: 'table_name',
      type: 'varchar(255)',
      meaning: 'Table of the source that is read, with its schema.',
      origin: 'extension',
      empty: 'NULL: not read yet.',
    },
    {
      name: 'last_ceiling',
      type: 'numeric(20)',
      meaning: 'Everything that transactions below this one wrote has been read (xid8).',
      unit: 'transaction id',
      origin: 'extension',
      empty: 'NULL: no window has been finished.',
    },
    {
      name: 'window_ceiling',
      type: 'numeric(20)',
      meaning: 'Upper bound of the window that is being read (xid8).',
      unit: 'transaction id',
      origin: 'extension',
      empty: 'NULL: no window is open.',
    },
    {
      name: 'window_position',
      type: 'bigint',
      meaning: 'Largest id of the open window that has been loaded.',
      unit: 'id',
      origin: 'extension',
      empty: 'NULL: none yet.',
    },
    {
      name: 'window_end_id',
      type: 'bigint',
      meaning: 'Largest id that the open window can hold.',
      unit: 'id',
      origin: 'extension',
      empty: 'NULL: no window is open.',
    },
    {
      name: 'marks',
      type: 'jsonb',
      notNull: true,
      default: `'[]'`,
      meaning: 'Largest ids at earlier snapshots: from there on the next window looks for rows.',
      origin: 'extension',
    },
    {
      name: 'complete_until',
      type: 'timestamp(3)',
      meaning: 'Everything that the source had committed by then has been loaded, UTC.',
      origin: 'extension',
      empty: 'NULL: no window has been finished.',
    },
    {
      name: 'last_run_at',
      type: 'timestamp(3)',
      meaning: 'When a run last looked at the source, UTC.',
      origin: 'extension',
      empty: 'NULL: never.',
    },
    {
      name: 'revision',
      type: 'bigint',
      notNull: true,
      default: '0',
      meaning: 'Goes up by one at each write; a run goes on only if it is still what that run wrote last.',
      unit: 'number',
      origin: 'extension',
    },
  ],
};

const pendingAggregation: TableDefinition = {
  name: 'chatmart_pending_agg',
  comment:
    'Intervals whose facts changed and whose aggregates are to be rebuilt. Loads only append, the same interval may stand here often; the aggregation takes the rows away. Extension of chatmart.',
  columns: [
    {
      name: 'start_date_time_key',
      type: 'integer',
      notNull: true,
      meaning: '15-minute interval in which a changed session begins, or began before: DATE_TIME.DATE_TIME_KEY.',
      unit: 'key, epoch seconds',
      origin: 'extension',
    },
    {
      name: 'audit_key',
      type: 'numeric(19)',
      notNull: true,
      meaning: 'Transaction that changed the session: CTL_AUDIT_LOG.AUDIT_KEY.',
      unit: 'key',
      origin: 'extension',
    },
  ],
};

const slice: TableDefinition = {
  name: 'chatmart_slice',
  comment:
    'Ledger of the backfill: one row for each slice of history, so that a backfill that was stopped goes on where it was. Extension of chatmart.',
  primaryKey: ['source_name', 'from_ts', 'to_ts'],
  columns: [
    {
      name: 'source_name',
      type: 'varchar(64)',
      notNull: true,
      meaning: 'Source that the slice is read from: CTL_DS.SOURCE_NAME.',
      origin: 'extension',
    },
    {
      name: 'from_ts',
      type: 'integer',
      notNull: true,
      meaning: 'First second of the slice, by ADDED_TS of the source.',
      unit: 'epoch seconds',
      origin: 'extension',
    },
    {
      name: 'to_ts',
      type: 'integer',
      notNull: true,
      meaning: 'First second after the slice, by ADDED_TS of the source.',
      unit: 'epoch seconds',
      origin: 'extension',
    },
    { name: 'status', type: 'varchar(16)', notNull: true, meaning: 'PENDING, RUNNING, COMPLETED or FAILED.', origin: 'extension' },
    {
      name: 'row_count',
      type: 'bigint',
      meaning: 'User-data rows that the slice held.',
      unit: 'rows',
      origin: 'extension',
      empty: 'NULL: the slice is not done.',
    },
    {
      name: 'session_count',
      type: 'bigint',
      meaning: 'Sessions that the slice wrote.',
      unit: 'sessions',
      origin: 'extension',
      empty: 'NULL: the slice is not done.',
    },
    {
      name: 'job_id',
      type: 'varchar(64)',
      meaning: 'Execution of the backfill that last worked on the slice: CTL_ETL_HISTORY.JOB_ID.',
      origin: 'extension',
      empty: 'NULL: none has.',
    },
    {
      name: 'started_at',
      type: 'timestamp(3)',
      meaning: 'When the work on the slice began, UTC.',
      origin: 'extension',
      empty: 'NULL: it has not begun.',
    },
    {
      name: 'finished_at',
      type: 'timestamp(3)',
      meaning: 'When the work on the slice ended, UTC.',
      origin: 'extension',
      empty: 'NULL: it has not ended.',
    },
  ],
};

/** The program's own state: extraction windows, changed intervals, backfill slices. */
export const up = (knex: Knex): Promise<void> => runStatements(knex, [source, pendingAggregation, slice].flatMap(createTable));
