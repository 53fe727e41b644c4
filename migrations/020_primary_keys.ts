import type { Knex } from 'knex';
import { runStatements } from '../src/db/run-statements.js';
import { addColumns, addPrimaryKey, type ColumnDefinition } from '../src/db/table-definition.js';

const numberOf = (name: string, what: string): ColumnDefinition => ({
  name,
  type: 'bigint',
  notNull: true,
  default: 'identity',
  meaning: `Running number of the ${what}, by which replication tells its rows apart; it says nothing else.`,
  unit: 'number',
  origin: 'extension',
});

/**
 * A primary key for each table that had none: PostgreSQL refuses to update or delete a row that a publication (create publication … for all
 * tables) cannot name. A chunk leaves one row in each history, under its audit key; other rows get a number.
 */
export const up = (knex: Knex): Promise<void> =>
  runStatements(knex, [
    addPrimaryKey('ctl_extract_history', ['create_audit_key']),
    addPrimaryKey('ctl_transform_history', ['audit_key']),
    ...addColumns('stg_transform_discards', [numberOf('discard_id', 'discard')]),
    addPrimaryKey('stg_transform_discards', ['discard_id']),
    ...addColumns('chatmart_pending_agg', [numberOf('pending_id', 'change that waits for the aggregation')]),
    addPrimaryKey('chatmart_pending_agg', ['pending_id']),
  ]);
