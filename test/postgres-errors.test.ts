import { beforeAll, expect, test } from 'vitest';
import { withConnection } from '../src/db/connection.js';
import { toOperatorError } from '../src/db/postgres-errors.js';
import { emptyDatabase, query } from './support/databases.js';

let url: string;
beforeAll(async () => {
  url = await emptyDatabase();
});

/** What the operator is told when `work` fails. */
async function told(work: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await work();
  } catch (error) {
    const known = toOperatorError(error);
    return known && `${known.name} ${known.code}`;
  }
  throw new Error('It ended without an error');
}

test('a session that the server ends, in a statement and between two', async () => {
  expect(await told(() => query(url, 'select pg_terminate_backend(pg_backend_pid())'))).toBe('UnavailableError connection-lost');
  const idle = withConnection({ url, applicationName: 'test' }, async (connection) => {
    const found = await connection.query<{ pid: number }>('select pg_backend_pid() as pid');
    const ended = new Promise((resolve) => connection.once('end', resolve));
    await query(url, 'select pg_terminate_backend($1)', [found.rows[0]!.pid]);
    await ended;
    return connection.query('select 1');
  });
  expect(await told(() => idle)).toBe('UnavailableError connection-lost');
});

test('what a role may not do, and a server that only reads', async () => {
  await query(url, 'create role without_rights; create table secret ()');
  const denied = told(() => query(url, 'set role without_rights; select from secret'));
  expect(await denied.finally(() => query(url, 'drop role without_rights'))).toBe('ConfigError no-rights');
  expect(await told(() => query(url, 'begin read only; create table new ()'))).toBe('ConfigError database-read-only');
});

test('anything else is none of the operator’s', async () => {
  expect(await told(() => query(url, 'select 1 / 0'))).toBeUndefined();
  expect(toOperatorError(new TypeError('x is not a function'))).toBeUndefined();
  expect(toOperatorError('thrown text')).toBeUndefined();
});
