import type { Log } from '../../model/log.js';
import { queryRow, type Connection } from '../../db/connection.js';
import { toSameLogin } from '../../db/open-session.js';
import { quoteIdentifier } from '../../db/quote.js';
import { toSessionSettings } from '../../db/session-settings.js';
import { watchLike } from '../../db/session-watch.js';
import { withTransaction } from '../../db/transaction.js';
import { BusyError } from '../../model/errors.js';
import { toServiceLevels } from '../aggregates/measures.js';
import { takeWriterLock, writerLockName } from '../locks.js';
import { executeCounted } from '../written-rows.js';
import { readCalendars } from '../calendar/calendars.js';
import { isDistributed, keepDistribution, readUnspreadTables } from './distribution.js';
import { applyCalendarSchema, applyGeneratedSchema, type GeneratedSchema } from './generated-schema.js';
import { readMartMap, readServiceLevelColumns, withServiceLevels } from './mart-map.js';
import { toDropTenantViews } from './tenant-views.js';
import { toMigrationError } from './migration-error.js';
import { loadCalendarSchema, loadGeneratedSchema, MIGRATION_TABLE, migrationNames, MigrationSource, toRaw } from './migration-source.js';
import { readMigrationState } from './migration-state.js';
import { calendarRelationships, findMissingRelationships } from './relationships.js';
import type { Knex } from 'knex';
import { setTimeout as pause } from 'node:timers/promises';

const POLL_MS = 250;
/** Longer than any migration should take. After that the other migration hangs and a person must look. */
const MAX_POLLS = (10 * 60_000) / POLL_MS;

/** Runs `work` while no other migration of the same mart runs; waits for a running one. Throws BusyError after ten minutes. */
export async function withMigrationLock<T>(
  guard: Connection,
  { schema, log }: { readonly schema: string; readonly log: Log },
  work: () => Promise<T>,
): Promise<T> {
  const name = `chatmart migrate ${schema}`;
  // Polled: a session that waits inside pg_advisory_lock holds a snapshot, and CREATE INDEX CONCURRENTLY would wait for it forever.
  for (let polls = 0; !(await tryLock(guard, name)); polls++) {
    if (polls === 0) log('another chatmart migrate is running on this mart; waiting for it');
    if (polls === MAX_POLLS)
      throw new BusyError('migration-at-work', `Another chatmart migrate has been running on schema ${schema} for ten minutes`, {
        state: 'nothing-changed',
        again: 'when the other one has ended',
      });
    await pause(POLL_MS);
  }
  try {
    return await work();
  } finally {
    await guard.query('select pg_advisory_unlock(hashtextextended($1, 0))', [name]).catch(() => undefined);
  }
}

async function tryLock(guard: Connection, name: string): Promise<boolean> {
  const { taken } = await queryRow<{ taken: boolean }>(guard, {
    text: 'select pg_try_advisory_lock(hashtextextended($1, 0)) as taken',
    values: [name],
  });
  return taken;
}

export interface MigrationOptions {
  readonly url: string;
  readonly schema: string;
  readonly log: Log;
  /** How long DDL waits for queries on the mart; meanwhile all new queries queue behind it. Default 30 s. */
  readonly lockTimeoutMs?: number | undefined;
  /** Spreads the tables over a cluster; undefined: they stay as they are. Runs in a transaction under the writer lock. */
  readonly distribute?: (() => Promise<unknown>) | undefined;
  /** Service levels that the mart is to have, besides those that it has; undefined: no further ones, and in a new mart the default ones. */
  readonly serviceLevelSeconds?: readonly number[] | undefined;
}

const lockTimeout = ({ lockTimeoutMs = 30_000 }: MigrationOptions): string => `lock_timeout to ${lockTimeoutMs}`;

/** What a migration did. */
export interface MigrationResult {
  /** Names of the numbered migrations applied now, and `generated-schema` if that was renewed. */
  readonly applied: string[];
  /** The newest numbered migration: the version of the schema. */
  readonly version: string;
  /** Service levels that it had no columns for before. */
  readonly addedServiceLevels: readonly number[];
}

/**
 * Brings the schema up to this program's version: all missing numbered migrations in one transaction, then the generated schema in another,
 * both under the writer lock. `guard` is a session on the mart's database that excludes others meanwhile: of several at once, one migrates
 * and the others find nothing to do. After a kill, the next call continues.
 */
export async function applyMigrations(guard: Connection, options: MigrationOptions): Promise<MigrationResult> {
  const { schema, log } = options;
  const version = migrationNames().at(-1)!;
  return withMigrationLock(guard, options, async () => {
    await ensureSchema(guard, options);
    const columns = await readServiceLevelColumns(guard);
    const map = withServiceLevels(await readMartMap(guard), columns, options.serviceLevelSeconds);
    const addedServiceLevels = toServiceLevels(map).filter((seconds) => !columns.includes(seconds));
    const generated = await loadGeneratedSchema(map);
    const state = await readMigrationState(guard, generated);
    const applied = state.pending.length === 0 ? [] : await runNumbered(guard, options);
    // A numbered migration may have dropped views together with the tables they read.
    const isPlaced = map.isSpread === true ? (await readUnspreadTables(guard)).length === 0 : options.distribute === undefined;
    const isCurrent = state.generated && applied.length === 0 && isPlaced && (await isRelated(guard, generated));
    if (isCurrent) return { applied, version, addedServiceLevels };
    await withTransaction(guard, async () => {
      await takeWriterLock(guard, schema, 'schema');
      await guard.query(`set local ${lockTimeout(options)}`);
      // Before the views: Citus goes through all that depend on a table.
      await (options.distribute ?? (() => keepDistribution(guard)))();
      const spread = { ...map, isSpread: await isDistributed(guard) };
      const isBehind = await applyGeneratedSchema(guard, await loadGeneratedSchema(spread), version);
      // In the same transaction, so that no job meets a calendar that lacks a column.
      for (const calendar of await readCalendars(guard)) await applyCalendarSchema(guard, await loadCalendarSchema(calendar, spread));
      if (isBehind)
        await executeCounted(guard, { text: generated.aggregates.enqueueAll }, { table: 'chatmart_pending_agg', verb: 'inserted' });
    }).catch(async (error: unknown) => {
      throw await toMigrationError(guard, error, 'generated-schema', schema);
    });
    log('applied generated-schema');
    return { applied: [...applied, 'generated-schema'], version, addedServiceLevels };
  });
}

/** Whether all foreign keys are there: not in a mart that came from an older server, whatever is on record. */
async function isRelated(guard: Connection, { relationships }: GeneratedSchema): Promise<boolean> {
  const calendars = await readCalendars(guard);
  return (await findMissingRelationships(guard, [...relationships, ...calendars.flatMap(calendarRelationships)])).length === 0;
}

/** `create schema if not exists` requires the right to create even if nothing is to be created. */
async function ensureSchema(guard: Connection, options: MigrationOptions): Promise<void> {
  const { schema } = options;
  const found = await guard.query('select from pg_namespace where nspname = $1', [schema]);
  if (found.rowCount !== 0) return;
  await withTransaction(guard, async () => {
    await guard.query(`set local ${lockTimeout(options)}; create schema ${quoteIdentifier(schema)}`);
  }).catch(async (error: unknown) => {
    throw await toMigrationError(guard, error, 'create-schema', schema);
  });
}

async function runNumbered(guard: Connection, options: MigrationOptions): Promise<string[]> {
  const { schema, log } = options;
  let current = 'the books of the migrations';
  // A migration may change what the views for tenants read; they are made again at the end.
  let first = await toDropTenantViews(guard);
  const migrationSource = new MigrationSource(async (name, transaction) => {
    current = name;
    // In the transaction of the migrations, so that it also waits for work that a killed process left running on the server. It waits
    // without a limit, since a load ends.
    await transaction.raw('set local lock_timeout to 0');
    await transaction.raw('select pg_advisory_xact_lock(hashtextextended(?, 0))', [writerLockName(schema)]);
    await transaction.raw(`set local ${lockTimeout(options)}`);
    if (first !== '') await transaction.raw(toRaw(first));
    first = '';
  });
  const config = { migrationSource, tableName: MIGRATION_TABLE };
  // Loaded late: the import takes longer than a command with nothing to migrate may take.
  const { default: knex } = await import('knex');
  const database = knex({
    client: 'pg',
    // The oldest version that can host a mart. With a version set, knex does not query it, and no statement precedes the settings.
    version: '13',
    connection: toSameLogin(guard, 'chatmart migrate') as Knex.PgConnectionConfig,
    searchPath: [schema],
    pool: {
      min: 0,
      max: 4,
      // knex creates its own tables outside the migrations.
      afterCreate: (session: Connection, done: (error: Error | null) => void) =>
        session
          .query(`${toSessionSettings(undefined, { schema })}; set ${lockTimeout(options)}`)
          .then(() => watchLike(session, guard))
          .then(() => done(null), done),
    },
    // The thrown error says everything.
    log: { warn: () => undefined, error: () => undefined },
  });
  try {
    // Our own lock is the one that counts, so a taken lock of knex belongs to a dead process.
    if (await database.schema.hasTable(`${MIGRATION_TABLE}_lock`)) await database.migrate.forceFreeMigrationsLock(config);
    const [, names] = (await database.migrate.latest(config)) as [number, string[]];
    for (const name of names) log(`applied ${name}`);
    return names;
  } catch (error) {
    throw await toMigrationError(guard, error, current, schema);
  } finally {
    await database.destroy();
  }
}
