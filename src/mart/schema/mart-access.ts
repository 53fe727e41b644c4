import type { Log } from '../../model/log.js';
import { POSTGRES_CODE, postgresCode } from '../../db/postgres-errors.js';
import { readMigrationState } from './migration-state.js';
import { hashGeneratedSchema, SCHEMA_PROPERTY } from './generated-schema.js';
import { loadGeneratedSchema, MIGRATION_TABLE, migrationNames } from './migration-source.js';
import { readMartMap, toMartMap } from './mart-map.js';
import { requireUnaltered } from './explain-mart-error.js';
import { ConfigError } from '../../model/errors.js';
import { queryRow, queryRows, type Connection } from '../../db/connection.js';
import type { AttachedKey } from '../../model/attached-key.js';
import { selectMartAccess, selectMartAtOnce, selectMartSchemas, selectMayWrite, selectWriters } from './mart-access.sql.js';

/** The rights of a role in the schema of a mart. */
export interface MartAccess {
  readonly schema: string;
  readonly database: string;
  readonly role: string;
  /** The schema exists. */
  readonly exists: boolean;
  /** Owner of the schema; if it is missing, of the database. */
  readonly owner: string;
  readonly usable: boolean;
  readonly mayMigrate: boolean;
}

/** Reads the rights of the connection's role in the connection's schema. */
export async function readMartAccess(connection: Connection): Promise<MartAccess> {
  const { may_migrate: mayMigrate, ...access } = await queryRow<Omit<MartAccess, 'mayMigrate'> & { readonly may_migrate: boolean }>(
    connection,
    selectMartAccess(),
  );
  return { ...access, mayMigrate };
}

/** The command with which the owner of a mart migrates it. */
export const ownerCommand = (connection: Connection, owner: string): string =>
  `CHATMART_OWNER_URL=${toLoginUrl(connection, owner)} chatmart migrate`;

/** The URL of a connection's database for another user, without a password. */
function toLoginUrl({ host, port, database }: Connection, user: string): string {
  const [name, base] = [encodeURIComponent(user), encodeURIComponent(database ?? '')];
  return host.startsWith('/')
    ? `'postgres://${name}@/${base}?host=${encodeURIComponent(host)}&port=${port}'`
    : `postgres://${name}@${host.includes(':') ? `[${host}]` : host}:${port}/${base}`;
}

/** Why the connection's schema has no mart of this version, and who can create one. `state` describes the mart, if there is one. */
export async function toNotMigratedError(connection: Connection, state: string | undefined): Promise<ConfigError> {
  const { schema, database, role, exists, owner, usable, mayMigrate } = await readMartAccess(connection);
  const how = mayMigrate ? 'Run chatmart migrate.' : `${owner} can migrate it: ${ownerCommand(connection, owner)}`;
  if (exists && !usable)
    return new ConfigError('mart-no-rights', `${role} may not use schema ${schema} of the mart`, {
      state: 'nothing-changed',
      next: `Connect as a role that deploy/roles-mart.sql created for this; or, as ${owner}: grant usage on schema ${schema} to ${role}, and grant it the tables.`,
    });
  if (state !== undefined)
    return new ConfigError('mart-not-migrated', `The mart in schema ${schema} ${state}`, { state: 'nothing-changed', next: how });
  const marts = (await queryRows<{ schema: string }>(connection, selectMartSchemas(MIGRATION_TABLE))).map((row) => row.schema);
  const elsewhere = marts.length === 0 ? 'no schema of it has one' : `there is one in ${marts.join(', ')}`;
  const what = exists ? `Schema ${schema} of database ${database} has no mart` : `Database ${database} has no schema ${schema}`;
  return new ConfigError('mart-not-migrated', `${what}; ${elsewhere}`, {
    state: 'nothing-changed',
    next: `${marts.length === 0 ? '' : `Set CHATMART_MART_SCHEMA to the mart that you mean. For a new one: `}${how}`,
  });
}

/** Errors: `mart-role-only-reads` where the connection's role may only read the mart. */
export async function requireWriter(connection: Connection): Promise<void> {
  const { may_write: mayWrite } = await queryRow<{ may_write: boolean }>(connection, selectMayWrite());
  if (mayWrite) return;
  const writers = (await queryRows<{ role: string }>(connection, selectWriters())).map((row) => row.role);
  const { role, schema, owner } = await readMartAccess(connection);
  const who = writers.length === 0 ? '' : `; ${writers.join(', ')} can write`;
  throw new ConfigError('mart-role-only-reads', `${role} can only read the mart in schema ${schema}, and this command writes to it${who}`, {
    state: 'nothing-changed',
    next: `Use the role that loads the mart (deploy/roles-mart.sql creates chatmart_writer). ${owner} can grant missing privileges.`,
  });
}

/**
 * Throws ConfigError unless the mart in the connection's schema has exactly this program's version, no foreign object changes what its
 * statements do and, if the caller `writes`, the role may write to it.
 */
export async function requireMart(connection: Connection, access: { readonly writes?: boolean } = {}): Promise<void> {
  if (access.writes === true && (await isAsExpected(connection))) return;
  await requireMigrated(connection, access);
  await requireUnaltered(connection);
}

/** What `selectMartAtOnce` returns. */
interface MartAtOnce {
  readonly migrations: readonly string[];
  readonly properties: Readonly<Record<string, string>> | null;
  readonly own_keys: readonly AttachedKey[] | null;
  readonly views: readonly string[];
  readonly has_citus: boolean;
  readonly may_write: boolean;
  readonly is_altered: boolean;
}

/**
 * Whether one look says all that a writer requires of a mart: each run of a schedule takes it, and finds nothing. False: something is not as
 * expected, or the mart is on a cluster; to be looked at closely. Call it outside a transaction: it may fail.
 */
async function isAsExpected(connection: Connection): Promise<boolean> {
  let mart: MartAtOnce;
  try {
    mart = await queryRow<MartAtOnce>(connection, selectMartAtOnce(MIGRATION_TABLE));
  } catch (error) {
    if (postgresCode(error) === undefined) throw error;
    return false;
  }
  const { migrations, properties, own_keys: own, views, has_citus: hasCitus, may_write: mayWrite, is_altered: isAltered } = mart;
  if (hasCitus || !mayWrite || isAltered || properties === null || migrations.join() !== migrationNames().join()) return false;
  const schema = await loadGeneratedSchema(toMartMap({ serviceLevels: properties[SCHEMA_PROPERTY.serviceLevels], own }));
  const held = new Set(views);
  return (
    Number(properties[SCHEMA_PROPERTY.newestKey]) <= schema.newestKeyNumber &&
    properties[SCHEMA_PROPERTY.generated] === hashGeneratedSchema(schema) &&
    schema.views.every(({ name }) => held.has(name))
  );
}

/**
 * Throws ConfigError unless the mart in the connection's schema has exactly this program's version and, if the caller `writes`, the role
 * may write to it.
 */
export async function requireMigrated(connection: Connection, { writes = false } = {}): Promise<void> {
  const mismatch = await findMismatch(connection);
  if (mismatch !== undefined) throw mismatch.error;
  if (writes) await requireWriter(connection);
}

/** Why a mart is not of this program's version. */
interface Mismatch {
  readonly error: ConfigError;
  /** There is a mart, of another version. */
  readonly isMart: boolean;
}

async function findMismatch(connection: Connection): Promise<Mismatch | undefined> {
  try {
    const { pending, generated, version, needed } = await readMigrationState(
      connection,
      await loadGeneratedSchema(await readMartMap(connection)),
    );
    const state = version && `has version ${version}; this version of chatmart needs ${needed}`;
    if (pending.length > 0) return { error: await toNotMigratedError(connection, state), isMart: version !== undefined };
    if (generated) return undefined;
    return { error: await toNotMigratedError(connection, 'does not match the KVP map of this version of chatmart'), isMart: true };
  } catch (error) {
    if (error instanceof ConfigError && error.code === 'mart-is-newer') return { error, isMart: true };
    throw error;
  }
}

/** For readers: notes in the log that the mart has another version and returns that error; undefined: none. Throws if there is no mart. */
export async function noteOtherVersion(connection: Connection, log: Log): Promise<ConfigError | undefined> {
  const mismatch = await findMismatch(connection);
  if (mismatch === undefined) return undefined;
  if (!mismatch.isMart) throw mismatch.error;
  log(`note: ${mismatch.error.message}; it is read as is`);
  return mismatch.error;
}

const MISSING: readonly unknown[] = [POSTGRES_CODE.undefinedColumn, POSTGRES_CODE.undefinedTable, POSTGRES_CODE.undefinedFunction];

/** Replaces the error of a statement that failed because the mart lacks something in its version; returns others unchanged. */
export function explainByVersion(error: unknown, mismatch: ConfigError | undefined): unknown {
  if (mismatch === undefined || !MISSING.includes(postgresCode(error))) return error;
  return new ConfigError(mismatch.code, `${mismatch.message}: ${(error as Error).message}`, {
    cause: error,
    state: mismatch.state,
    next: mismatch.next,
  });
}
