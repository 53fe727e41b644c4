import { ConfigError } from '../../model/errors.js';
import { queryRow, queryRows, type Connection } from '../../db/connection.js';
import { hashGeneratedSchema, SCHEMA_PROPERTY, type GeneratedSchema } from './generated-schema.js';
import { MIGRATION_TABLE, migrationNames } from './migration-source.js';

/** What a mart lacks to have this program's schema. */
export interface MigrationState {
  readonly pending: readonly string[];
  /** The newest migration applied to it; undefined: there is no mart. */
  readonly version: string | undefined;
  /** The newest migration of this program. */
  readonly needed: string;
  /** Whether the part that follows from the KVP map is up to date. */
  readonly generated: boolean;
}

/** Compares the mart in the connection's schema with this program. Throws ConfigError `mart-is-newer` if the mart is ahead. */
export async function readMigrationState(connection: Connection, schema: GeneratedSchema): Promise<MigrationState> {
  const known = migrationNames();
  const applied = await readApplied(connection);
  const info = applied.length === 0 ? new Map<string, string>() : await readSchemaInfo(connection);
  const newestKey = Number(info.get(SCHEMA_PROPERTY.newestKey) ?? 0);
  const unknown = applied.filter((name) => !known.includes(name));
  if (unknown.length > 0) throw newer(`it has migration ${unknown.join(', ')}; the newest that this version knows is ${known.at(-1)!}`);
  if (newestKey > schema.newestKeyNumber)
    throw newer(
      `it has columns for user-data keys up to number ${newestKey}; the KVP map of this version ends at ${schema.newestKeyNumber}`,
    );
  return {
    pending: known.filter((name) => !applied.includes(name)),
    version: applied.at(-1),
    needed: known.at(-1)!,
    generated:
      info.get(SCHEMA_PROPERTY.generated) === hashGeneratedSchema(schema) &&
      (await findMissingViews(connection, schema.views)).length === 0,
  };
}

/** Views of the mart that someone has dropped. */
export async function findMissingViews(connection: Connection, views: readonly { readonly name: string }[]): Promise<string[]> {
  const rows = await queryRows<{ name: string }>(connection, {
    text: `select name from unnest($1::text[]) as view (name) where to_regclass(name) is null`,
    values: [views.map(({ name }) => name)],
  });
  return rows.map(({ name }) => name);
}

const newer = (why: string): ConfigError =>
  new ConfigError('mart-is-newer', `The mart was migrated by a newer version of chatmart: ${why}`, {
    state: 'nothing-changed',
    next: 'Use the chatmart version that last migrated this mart, or a newer one.',
  });

async function readApplied(connection: Connection): Promise<string[]> {
  if (!(await hasTable(connection, MIGRATION_TABLE))) return [];
  const rows = await queryRows<{ name: string }>(connection, { text: `select name from ${MIGRATION_TABLE} order by id` });
  return rows.map((row) => row.name);
}

/** A migration that was stopped early may have left no such table. */
async function readSchemaInfo(connection: Connection): Promise<Map<string, string>> {
  if (!(await hasTable(connection, 'ctl_schema_info'))) return new Map();
  const rows = await queryRows<{ property: string; value: string }>(connection, { text: 'select property, value from ctl_schema_info' });
  return new Map(rows.map((row) => [row.property, row.value]));
}

/** Whether the mart's schema has a table or view. */
export async function hasTable(connection: Connection, name: string): Promise<boolean> {
  const { found } = await queryRow<{ found: boolean }>(connection, { text: 'select to_regclass($1) is not null as found', values: [name] });
  return found;
}
