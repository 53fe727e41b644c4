import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Knex } from 'knex';
import type { Calendar } from '../../model/calendar.js';
import type { KvpMap } from '../../model/mapped-key.js';
import type { CalendarSchema, GeneratedSchema } from './generated-schema.js';
import { toQueries, type ViewDefinition } from './table-definition.js';

/** The table in which knex records migrations. */
export const MIGRATION_TABLE = 'chatmart_migration';

const folder = new URL('../../../migrations/', import.meta.url);

/** Names of the numbered migrations in their order, without extension. */
export const migrationNames = (): string[] =>
  readdirSync(folder)
    .filter((file) => /^\d{3}_\w+\.sql$/.test(file))
    .map((file) => path.basename(file, '.sql'))
    .sort();

/** The SQL of a numbered migration. */
export const readMigration = (name: string): string => readFileSync(new URL(`${name}.sql`, folder), 'utf8');

/** The statements of a migration: each ends at the end of a line, outside the body of a function. */
export function toStatements(text: string): string[] {
  const statements: string[] = [];
  let lines: string[] = [];
  let isInBody = false;
  for (const line of text.split('\n')) {
    if (line.split('$$').length % 2 === 0) isInBody = !isInBody;
    if (isInBody || !line.endsWith(';')) lines.push(line);
    else {
      statements.push([...lines, line.slice(0, -1)].join('\n'));
      lines = [];
    }
  }
  return statements;
}

/** What `migrations/generated-schema.ts` exports. */
interface GeneratedSchemaModule {
  readonly generatedSchema: (map: KvpMap) => GeneratedSchema;
  readonly calendarSchema: (calendar: Calendar, map: KvpMap) => CalendarSchema;
  readonly chatViews: (map: KvpMap, calendars: readonly Calendar[]) => ViewDefinition[];
}

/** The last one, by its map: each run compares its mart with it, and a scheduler runs for months. */
let made: { readonly key: string; readonly schema: GeneratedSchema } | undefined;

/** The repeatable part of the schema: all views, and everything that follows from the KVP map of a mart. */
export async function loadGeneratedSchema(map: KvpMap): Promise<GeneratedSchema> {
  const key = JSON.stringify(map);
  if (made?.key === key) return made.schema;
  made = { key, schema: (await loadModule()).generatedSchema(map) };
  return made.schema;
}

/** The tables and views of a calendar of a mart with this KVP map. */
export const loadCalendarSchema = async (calendar: Calendar, map: KvpMap): Promise<CalendarSchema> =>
  (await loadModule()).calendarSchema(calendar, map);

/** The views for people over a mart with this KVP map and these calendars. */
export const loadChatViews = async (map: KvpMap, calendars: readonly Calendar[]): Promise<ViewDefinition[]> =>
  (await loadModule()).chatViews(map, calendars);

async function loadModule(): Promise<GeneratedSchemaModule> {
  // `.ts` under tsx and vitest, `.js` in the built package.
  const extension = path.extname(fileURLToPath(import.meta.url));
  return (await import(new URL(`generated-schema${extension}`, folder).href)) as GeneratedSchemaModule;
}

/** SQL as knex takes it: it must not read a `?` as a parameter. */
export const toRaw = (sql: string): string => sql.replaceAll('?', '\\?');

/** The numbered migrations for knex; `before` runs first in the transaction of each. */
export class MigrationSource implements Knex.MigrationSource<string> {
  constructor(private readonly before: (name: string, transaction: Knex) => Promise<void>) {}

  getMigrations(): Promise<string[]> {
    return Promise.resolve(migrationNames());
  }

  getMigrationName(name: string): string {
    return name;
  }

  getMigration(name: string): Promise<Knex.Migration> {
    return Promise.resolve({
      up: async (transaction) => {
        await this.before(name, transaction);
        for (const query of toQueries(toStatements(readMigration(name)))) await transaction.raw(toRaw(query));
      },
      // knex requires one. A rollback would discard sessions; an older program refuses a newer mart instead.
      down: () => Promise.reject(new Error(`Migration ${name} has no way back`)),
    });
  }
}
