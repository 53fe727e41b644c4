import { type Statement, execute, queryRows, type Connection } from '../../db/connection.js';
import { quoteIdentifier } from '../../db/quote.js';
import {
  addColumn,
  commentOn,
  createIndex,
  createTable,
  createView,
  toQueries,
  type TableDefinition,
  type ViewDefinition,
} from './table-definition.js';
import { addForeignKey, findMissingRelationships, type Relationship } from './relationships.js';
import { createHash } from 'node:crypto';

/** Names of the columns of a table or view in their order; no rows if it does not exist. `schema`: default the mart's. */
const selectColumnNames = (relation: string, schema?: string): Statement => ({
  text: `select attname as name
from pg_attribute
where attrelid = to_regclass(concat_ws('.', quote_ident($2), quote_ident($1)))
  and attnum > 0
  and not attisdropped
order by attnum`,
  values: [relation, schema ?? null],
});

/** The value of a property of the schema; no row if it has none. */
export const selectSchemaInfo = (property: string): Statement => ({
  text: 'select value from ctl_schema_info where property = $1',
  values: [property],
});

/** Writes a property of the schema. */
export const upsertSchemaInfo = (property: string, value: string): Statement => ({
  text: `insert into ctl_schema_info (property, value, updated_ts)
values ($1, $2, extract(epoch from now())::integer)
on conflict (property) do update set
  value = excluded.value,
  updated_ts = excluded.updated_ts
where ctl_schema_info.value is distinct from excluded.value`,
  values: [property, value],
});

/** The repeatable part of the schema: all views, and the tables whose columns come from the KVP map or the calendar. */
export interface GeneratedSchema {
  /** Highest permanent number of a key. It only grows, so it tells an older map from a newer one. */
  readonly newestKeyNumber: number;
  /** Within how many seconds sessions are counted as answered: a part of the aggregates' columns. */
  readonly serviceLevelSeconds: readonly number[];
  /** Tables created by the numbered migrations; missing columns are added. */
  readonly tables: readonly TableDefinition[];
  /** Which of the tables are aggregates, and the SQL that marks every interval with facts for aggregation. */
  readonly aggregates: { readonly tables: readonly string[]; readonly enqueueAll: string };
  /** In dependency order. */
  readonly views: readonly ViewDefinition[];
  /** Of its tables, and of those that the numbered migrations make alone. */
  readonly relationships: readonly Relationship[];
}

/** What a calendar adds to the schema. */
export type CalendarSchema = Pick<GeneratedSchema, 'tables' | 'views' | 'relationships'>;

/** Properties of CTL_SCHEMA_INFO that describe the mart's schema. */
export const SCHEMA_PROPERTY = {
  version: 'schema-version',
  generated: 'generated-schema-hash',
  newestKey: 'newest-kvp-number',
  serviceLevels: 'service-level-seconds',
} as const;

const hashes = new WeakMap<GeneratedSchema, string>();

/** Changes whenever a definition does. */
export function hashGeneratedSchema(schema: GeneratedSchema): string {
  const hash = hashes.get(schema) ?? createHash('sha256').update(JSON.stringify(schema)).digest('hex');
  hashes.set(schema, hash);
  return hash;
}

/**
 * Adds missing columns, renews comments, expression indexes and views, relates tables, and records what was applied. Returns whether an
 * aggregate got a column: every interval with facts is to be aggregated then. Runs in the caller's transaction.
 */
export async function applyGeneratedSchema(connection: Connection, schema: GeneratedSchema, version: string): Promise<boolean> {
  let areAggregatesBehind = false;
  for (const table of schema.tables) {
    const present = await columnNames(connection, table.name);
    const missing = table.columns.filter((column) => !present.includes(column.name));
    areAggregatesBehind ||= missing.length > 0 && schema.aggregates.tables.includes(table.name);
    await run(connection, [
      ...missing.map((column) => addColumn(table, column)),
      ...renewExpressionIndexes(table),
      ...commentOn('table', table),
    ]);
  }
  for (const view of schema.views) await applyView(connection, view);
  await relate(connection, schema.relationships);
  await execute(connection, upsertSchemaInfo(SCHEMA_PROPERTY.version, version));
  await execute(connection, upsertSchemaInfo(SCHEMA_PROPERTY.generated, hashGeneratedSchema(schema)));
  await execute(connection, upsertSchemaInfo(SCHEMA_PROPERTY.newestKey, `${schema.newestKeyNumber}`));
  await execute(connection, upsertSchemaInfo(SCHEMA_PROPERTY.serviceLevels, schema.serviceLevelSeconds.join(', ')));
  return areAggregatesBehind;
}

/** Creates the tables and views of a calendar, or brings them up to date. Runs in the caller's transaction. */
export async function applyCalendarSchema(connection: Connection, { tables, views, relationships }: CalendarSchema): Promise<void> {
  for (const table of tables) {
    const present = await columnNames(connection, table.name);
    const missing = table.columns.filter((column) => !present.includes(column.name));
    if (present.length === 0) await run(connection, createTable(table));
    else await run(connection, [...missing.map((column) => addColumn(table, column)), ...commentOn('table', table)]);
  }
  for (const view of views) await applyView(connection, view);
  await relate(connection, relationships);
}

/** Creates a view, or replaces it in place. `schema`: default the mart's. */
export async function applyView(connection: Connection, view: ViewDefinition, schema?: string): Promise<void> {
  const name = schema === undefined ? view.name : `${quoteIdentifier(schema)}.${view.name}`;
  await run(connection, createView({ ...view, name }, await columnNames(connection, view.name, schema)));
}

/** Makes the foreign keys that are missing. Tables stay readable meanwhile. */
async function relate(connection: Connection, relationships: readonly Relationship[]): Promise<void> {
  const missing = await findMissingRelationships(connection, relationships);
  if (missing.length > 0) await run(connection, missing.map(addForeignKey));
}

/** Drops them. The tables go together, because one refers to the other. Errors: SQLSTATE 2BP01 if something of somebody else's depends on one. */
export const dropCalendarSchema = (connection: Connection, { tables, views }: CalendarSchema): Promise<void> =>
  run(connection, [
    ...views.map(({ name }) => `drop view if exists ${name}`),
    `drop table if exists ${tables.map(({ name }) => name).join(', ')}`,
  ]);

/** The identity of a combination must include a new column. Dimensions are small. */
const renewExpressionIndexes = (table: TableDefinition): string[] =>
  (table.indexes ?? [])
    .filter((index) => index.unique === true && index.on.includes('('))
    .flatMap((index) => [`drop index if exists ${index.name}`, createIndex(table, index)]);

async function columnNames(connection: Connection, relation: string, schema?: string): Promise<string[]> {
  const rows = await queryRows<{ name: string }>(connection, selectColumnNames(relation, schema));
  return rows.map((row) => row.name);
}

async function run(connection: Connection, statements: readonly string[]): Promise<void> {
  for (const text of toQueries(statements)) await execute(connection, { text });
}
