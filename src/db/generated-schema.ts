import { createHash } from 'node:crypto';
import { execute, queryRows, type Connection } from './connection.js';
import { selectColumnNames, upsertSchemaInfo } from './generated-schema.sql.js';
import { addColumn, commentOn, createIndex, createView, type TableDefinition, type ViewDefinition } from './table-definition.js';

/** What follows from the KVP map: tables that have a column for each mapped key, and views over them. */
export interface GeneratedSchema {
  /** Highest permanent number of a key. It only grows, so it tells an older map from a newer one. */
  readonly newestKeyNumber: number;
  /** Tables that the numbered migrations make; columns that are missing are added. */
  readonly tables: readonly TableDefinition[];
  /** In the order of their dependence. */
  readonly views: readonly ViewDefinition[];
}

/** Properties of CTL_SCHEMA_INFO that say what the mart has. */
export const SCHEMA_PROPERTY = {
  version: 'schema-version',
  generated: 'generated-schema-hash',
  newestKey: 'newest-kvp-number',
} as const;

/** Changes whenever a definition does. */
export const hashGeneratedSchema = (schema: GeneratedSchema): string => createHash('sha256').update(JSON.stringify(schema)).digest('hex');

/** Adds missing columns, renews comments, expression indexes and views, and records what was applied. Runs in the caller's transaction. */
export async function applyGeneratedSchema(connection: Connection, schema: GeneratedSchema, version: string): Promise<void> {
  for (const table of schema.tables) {
    const present = await columnNames(connection, table.name);
    const missing = table.columns.filter((column) => !present.includes(column.name));
    await run(connection, [
      ...missing.map((column) => addColumn(table, column)),
      ...renewExpressionIndexes(table),
      ...commentOn('table', table),
    ]);
  }
  for (const view of schema.views) await run(connection, createView(view, await columnNames(connection, view.name)));
  await execute(connection, upsertSchemaInfo(SCHEMA_PROPERTY.version, version));
  await execute(connection, upsertSchemaInfo(SCHEMA_PROPERTY.generated, hashGeneratedSchema(schema)));
  await execute(connection, upsertSchemaInfo(SCHEMA_PROPERTY.newestKey, `${schema.newestKeyNumber}`));
}

/** An index over an expression of mapped columns must take in a new one; those indexes are on dimensions, which are small. */
const renewExpressionIndexes = (table: TableDefinition): string[] =>
  (table.indexes ?? [])
    .filter((index) => index.on.includes('('))
    .flatMap((index) => [`drop index if exists ${index.name}`, createIndex(table, index)]);

async function columnNames(connection: Connection, relation: string): Promise<string[]> {
  const rows = await queryRows<{ name: string }>(connection, selectColumnNames(relation));
  return rows.map((row) => row.name);
}

const run = (connection: Connection, statements: readonly string[]): Promise<number> =>
  execute(connection, { text: statements.join(';\n') });
