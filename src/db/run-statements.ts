import type { Knex } from 'knex';

/** Runs the statements of a migration in its transaction, in one round trip; knex must not take a `?` in a text for a parameter. */
export async function runStatements(knex: Knex, statements: readonly string[]): Promise<void> {
  await knex.raw(statements.join(';\n').replaceAll('?', '\\?'));
}
