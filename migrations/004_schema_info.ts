import type { Knex } from 'knex';
import { runStatements } from '../src/db/run-statements.js';
import { commentOn, createTable, type TableDefinition } from '../src/db/table-definition.js';

const schemaInfo: TableDefinition = {
  name: 'ctl_schema_info',
  comment:
    'What this mart is: its schema version and the settings that its numbers depend on, one row for each property. Genesys table, columns assumed.',
  primaryKey: ['property'],
  columns: [
    {
      name: 'property',
      type: 'varchar(64)',
      notNull: true,
      meaning: 'Name of the property, such as schema-version or visited-counts-as.',
      origin: 'assumed',
    },
    { name: 'value', type: 'varchar(1024)', notNull: true, meaning: 'Value of the property, as text.', origin: 'assumed' },
    {
      name: 'updated_ts',
      type: 'integer',
      notNull: true,
      meaning: 'When the property was last written.',
      unit: 'epoch seconds',
      origin: 'assumed',
    },
  ],
};

/** The tables in which knex keeps its books stand in the same schema, so they explain themselves too. */
const migrationComments = [
  ...commentOn('table', {
    name: 'chatmart_migration',
    comment: 'Migrations that this mart has been through, one row each. Written by chatmart migrate only; extension of chatmart.',
    columns: [
      { name: 'id', meaning: 'Running number of the migration row.', unit: 'number', origin: 'extension' },
      {
        name: 'name',
        meaning: 'Name of the migration; the newest one is the schema version.',
        origin: 'extension',
        empty: 'Never NULL in practice.',
      },
      {
        name: 'batch',
        meaning: 'Number of the chatmart migrate that applied the migration.',
        unit: 'number',
        origin: 'extension',
        empty: 'Never NULL in practice.',
      },
      { name: 'migration_time', meaning: 'When the migration was applied.', origin: 'extension', empty: 'Never NULL in practice.' },
    ],
  }),
  ...commentOn('table', {
    name: 'chatmart_migration_lock',
    comment:
      'Mark of a migration at work. A mark that a killed process left is cleared by the next chatmart migrate; extension of chatmart.',
    columns: [
      { name: 'index', meaning: 'Running number of the only lock row.', unit: 'number', origin: 'extension' },
      {
        name: 'is_locked',
        meaning: 'Whether a migration is at work, or was killed at work.',
        unit: 'flag',
        origin: 'extension',
        empty: '0: no.',
      },
    ],
  }),
];

/** CTL_SCHEMA_INFO with the settings that the numbers of a mart depend on. */
export const up = (knex: Knex): Promise<void> =>
  runStatements(knex, [
    ...createTable(schemaInfo),
    `insert into ctl_schema_info (property, value, updated_ts) values ('visited-counts-as', 'handled', extract(epoch from now())::integer)`,
    ...migrationComments,
  ]);
