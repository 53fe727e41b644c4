import type { Knex } from 'knex';
import { runStatements } from '../src/db/run-statements.js';
import { createTable, type TableDefinition } from '../src/db/table-definition.js';
import { createAuditKey } from './audit-columns.js';

const discards: TableDefinition = {
  name: 'stg_transform_discards',
  comment:
    'What could not be taken over as it came: one row for each problem of an interaction. The rows of an interaction are replaced as a set whenever it is written again; those that no longer hold become resolved and are kept. Genesys table.',
  indexes: [
    { name: 'i_stg_transform_discards_guid', on: 'guid' },
    { name: 'i_stg_transform_discards_open', on: 'etl_ts', where: 'resolved_ts is null' },
  ],
  columns: [
    {
      name: 'table_name',
      type: 'varchar(255)',
      notNull: true,
      meaning: 'Source table that the discarded rows stand in.',
      origin: 'genesys',
    },
    {
      name: 'interaction_id',
      type: 'numeric(19)',
      notNull: true,
      default: '-2',
      meaning: 'Key of the interaction in INTERACTION_FACT.',
      unit: 'key',
      origin: 'genesys',
      empty: 'Always -2 here: this mart has no INTERACTION_FACT.',
    },
    {
      name: 'guid',
      type: 'varchar(50)',
      meaning: 'Interaction that the problem belongs to: the CALLID of the source, MEDIA_SERVER_IXN_GUID of the fact.',
      origin: 'genesys',
      empty: 'NULL: the source row had none.',
    },
    createAuditKey('the discard'),
    {
      name: 'code',
      type: 'integer',
      notNull: true,
      meaning: 'Number of the reason, stable over releases.',
      unit: 'code',
      origin: 'genesys',
    },
    { name: 'reason', type: 'varchar(255)', notNull: true, meaning: 'The reason, as code name and sentence.', origin: 'genesys' },
    {
      name: 'etl_ts',
      type: 'integer',
      notNull: true,
      meaning: 'When the problem was first seen.',
      unit: 'epoch seconds',
      origin: 'genesys',
    },
    {
      name: 'etl_date_time_key',
      type: 'integer',
      notNull: true,
      meaning: '15-minute interval of ETL_TS: DATE_TIME.DATE_TIME_KEY.',
      unit: 'key, epoch seconds',
      origin: 'genesys',
    },
    {
      name: 'keyname',
      type: 'varchar(255)',
      meaning: 'User-data key whose value is the problem.',
      origin: 'extension',
      empty: 'NULL: the problem is not one value.',
    },
    {
      name: 'raw_value',
      type: 'text',
      meaning: 'The value as the source had it.',
      origin: 'extension',
      empty: 'NULL: there was no value.',
    },
    {
      name: 'resolved_ts',
      type: 'integer',
      meaning: 'When the problem was found to hold no longer.',
      unit: 'epoch seconds',
      origin: 'extension',
      empty: 'NULL: open.',
    },
  ],
};

/** STG_TRANSFORM_DISCARDS: nothing is dropped in silence. */
export const up = (knex: Knex): Promise<void> => runStatements(knex, createTable(discards));
