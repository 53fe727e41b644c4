import type { Knex } from 'knex';
import { runStatements } from '../src/db/run-statements.js';
import { createTable, type TableDefinition } from '../src/db/table-definition.js';

const revisit: TableDefinition = {
  name: 'chatmart_revisit',
  comment:
    'Interactions that were read again while an IDB of the HA pair was out of reach: they are read once more when it is back. Extension of chatmart.',
  primaryKey: ['guid', 'source_name'],
  columns: [
    {
      name: 'guid',
      type: 'varchar(50)',
      notNull: true,
      meaning: 'Interaction to be read again: MEDIA_SERVER_IXN_GUID of its fact.',
      origin: 'extension',
    },
    {
      name: 'source_name',
      type: 'varchar(64)',
      notNull: true,
      meaning: 'Source that was out of reach: CTL_DS.SOURCE_NAME.',
      origin: 'extension',
    },
    {
      name: 'audit_key',
      type: 'numeric(19)',
      notNull: true,
      meaning: 'Transaction that wrote the interaction without that source: CTL_AUDIT_LOG.AUDIT_KEY.',
      unit: 'key',
      origin: 'extension',
    },
  ],
};

/** What is to be done when an IDB that was out of reach is back. */
export const up = (knex: Knex): Promise<void> => runStatements(knex, createTable(revisit));
