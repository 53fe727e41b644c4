import type { ColumnDefinition } from '../src/mart/schema/table-definition.js';

/** CREATE_AUDIT_KEY of a table, in the words of what one row is. */
export const createAuditKey = (row: string): ColumnDefinition => ({
  name: 'create_audit_key',
  type: 'numeric(19)',
  notNull: true,
  meaning: `Transaction that inserted ${row}: CTL_AUDIT_LOG.AUDIT_KEY.`,
  unit: 'key',
  origin: 'genesys',
  empty: '0: the row came with the schema.',
});

/** UPDATE_AUDIT_KEY of a table, in the words of what one row is. */
export const updateAuditKey = (row: string): ColumnDefinition => ({
  name: 'update_audit_key',
  type: 'numeric(19)',
  meaning: `Transaction that last changed ${row}: CTL_AUDIT_LOG.AUDIT_KEY.`,
  unit: 'key',
  origin: 'genesys',
  empty: 'NULL: not changed since it was inserted.',
});
