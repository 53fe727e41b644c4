import { readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Knex } from 'knex';
import type { GeneratedSchema } from './generated-schema.js';

/** Where knex keeps its books. */
export const MIGRATION_TABLE = 'chatmart_migration';

const folder = new URL('../../migrations/', import.meta.url);
/** `.ts` under tsx and vitest, `.js` in the built package. */
const extension = path.extname(fileURLToPath(import.meta.url));

const load = (name: string): Promise<unknown> => import(new URL(`${name}${extension}`, folder).href);

/** Names of the numbered migrations in their order, without extension: a mart made from the sources goes on with the built package. */
export const migrationNames = (): string[] =>
  readdirSync(folder)
    .filter((file) => /^\d{3}_/.test(file) && file.endsWith(extension) && !file.endsWith('.d.ts'))
    .map((file) => file.slice(0, -extension.length))
    .sort();

/** The part of the schema that follows from the KVP map. */
export async function loadGeneratedSchema(): Promise<GeneratedSchema> {
  const { generatedSchema } = (await load('generated-schema')) as { generatedSchema: () => GeneratedSchema };
  return generatedSchema();
}

/** What each numbered migration does, in their order. */
export const loadNumberedMigrations = async (): Promise<((knex: Knex) => Promise<void>)[]> =>
  Promise.all(migrationNames().map(async (name) => ((await load(name)) as { up: (knex: Knex) => Promise<void> }).up));

/** The numbered migrations for knex; `before` runs first in the transaction of each. */
export class MigrationSource implements Knex.MigrationSource<string> {
  constructor(private readonly before: (name: string, transaction: Knex) => Promise<void>) {}

  getMigrations(): Promise<string[]> {
    return Promise.resolve(migrationNames());
  }

  getMigrationName(name: string): string {
    return name;
  }

  async getMigration(name: string): Promise<Knex.Migration> {
    const { up } = (await load(name)) as { up: (transaction: Knex) => Promise<void> };
    return {
      up: async (transaction) => {
        await this.before(name, transaction);
        await up(transaction);
      },
      // knex wants one. Going back would throw sessions away; an older program refuses a newer mart instead.
      down: () => Promise.reject(new Error(`Migration ${name} has no way back`)),
    };
  }
}
