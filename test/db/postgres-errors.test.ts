import { beforeAll, describe, expect, test } from 'vitest';
import { withConnection } from '../../src/db/connection.js';
import { toOperatorError } from '../../src/db/operator-error.js';
import { isDataError, isOfAddition, isTransient, postgresCode } from '../../src/db/postgres-errors.js';
import { emptyDatabase, query } from '../support/databases.js';

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

test("any other error is not the operator's", async () => {
  expect(await told(() => query(url, 'select 1 / 0'))).toBeUndefined();
  expect(toOperatorError(new TypeError('x is not a function'))).toBeUndefined();
  expect(toOperatorError('thrown text')).toBeUndefined();
});

/** PostgreSQL's name for an error, what the operator is told, and whether a prompt retry may succeed. */
const CODES: readonly (readonly [code: string, name: string, told: string | undefined, passes: boolean])[] = [
  ['08006', 'connection failure', 'connection-lost', true],
  ['08P01', 'protocol violation', 'connection-lost', true],
  ['53200', 'out of memory', 'out-of-memory', true],
  ['53300', 'too many connections', 'connection-lost', true],
  ['57P01', 'admin shutdown', 'connection-lost', true],
  ['57P02', 'crash shutdown', 'connection-lost', true],
  ['57P03', 'cannot connect now', 'connection-lost', true],
  ['57P05', 'idle session timeout', 'connection-lost', true],
  ['25P03', 'idle in transaction session timeout', 'connection-lost', true],
  ['25P04', 'transaction timeout', 'connection-lost', true],
  ['40001', 'serialization failure, recovery conflict', 'work-cancelled', true],
  ['40P01', 'deadlock', 'work-cancelled', true],
  ['72000', 'snapshot too old', 'work-cancelled', true],
  ['53100', 'disk full', 'disk-full', false],
  ['53400', 'configuration limit exceeded', 'server-limit-reached', false],
  ['54001', 'statement too complex', 'server-limit-reached', false],
  ['57014', 'query canceled', 'statement-cancelled', false],
  ['58030', 'io error', 'server-broken', false],
  ['XX001', 'data corrupted', 'server-broken', false],
  ['42501', 'insufficient privilege', 'no-rights', false],
  ['25006', 'read-only transaction', 'database-read-only', false],
  ['42P01', 'undefined table', undefined, false],
  ['42703', 'undefined column', undefined, false],
  ['23505', 'unique violation', undefined, false],
  ['22003', 'numeric value out of range', undefined, false],
  ['0A000', 'feature not supported', undefined, false],
];

describe('an error of PostgreSQL', () => {
  test.each(CODES)('%s (%s) is told as %s; passes: %s', (code, name, toldAs, passes) => {
    const error = Object.assign(new Error(name), { code });
    expect({ toldAs: toOperatorError(error)?.code, passes: isTransient(error) }).toEqual({ toldAs, passes });
  });
});

/** What Citus says of a node, as servers of version 13.2 sent it: code, message, context. */
const OF_NODES: readonly (readonly [code: string, message: string, where: string | undefined])[] = [
  [
    '08006',
    'connection to the remote node chatmart@w1:5433 failed with the following error: Connection refused\n\tIs the server running?',
    undefined,
  ],
  [
    '08006',
    'connection to the remote node chatmart@w1:5433 failed with the following error: FATAL:  the database system is starting up',
    undefined,
  ],
  ['08006', 'connection to the remote node chatmart@w1:5433 failed', undefined],
  ['57P01', 'terminating connection due to administrator command', 'while executing command on w1:5433'],
  ['XX000', 'SSL SYSCALL error: EOF detected\ninvalid socket', 'while executing command on w1:5433'],
  ['XX000', 'server closed the connection unexpectedly', 'while executing command on w1:5433'],
  ['58030', 'failed to COPY to shard 0 on w1:5433', undefined],
  ['58030', 'failed to complete COPY on w1:5433', undefined],
  ['XX000', 'failure on connection marked as essential: w1:5433', undefined],
  ['XX000', 'could not establish any connections to the node w1:5433 after 30000 ms', undefined],
  ['XX000', 'connection establishment for node w1:5433 failed', undefined],
  ['XX000', "failed to prepare transaction 'citus_0_1_2_3' on host w1:5433", undefined],
  ['XX000', 'execution cannot recover from multiple connection failures. Last node failed w1:5433', undefined],
];

describe('an error of a node of a cluster names it, and passes', () => {
  const toError = (code: string, message: string, where?: string): Error =>
    Object.assign(new Error(message), { code, where, severity: 'ERROR' });

  test.each(OF_NODES)('%s %s', (code, message, where) => {
    const error = toError(code, message, where);
    expect(isTransient(error)).toBe(true);
    expect(toOperatorError(error)).toMatchObject({ name: 'UnavailableError', code: 'node-away' });
    expect(toOperatorError(error)?.message).toMatch(/^The cluster of the mart cannot use its node w1:5433 \([^\n]+\)$/);
  });

  test('if Citus says no more than that none is left, the error says so', () => {
    expect(toOperatorError(toError('XX000', 'could not connect to any active placements'))).toMatchObject({ code: 'node-away' });
  });

  test("what else a node says is as from the session's own server, but names the node", () => {
    const on = (code: string, message: string): Error => toError(code, message, 'while executing command on w1:5433');
    expect(toOperatorError(on('53100', 'could not extend file: No space left on device'))).toMatchObject({
      code: 'disk-full',
      message: 'Node w1:5433 of the cluster has no disk space left: could not extend file: No space left on device',
    });
    expect(toOperatorError(on('XX000', 'cache lookup failed for relation 1'))).toBeUndefined();
    expect(isTransient(on('23502', 'null value in column'))).toBe(false);
    // Our own errors and rows may hold such a text.
    expect(toOperatorError(new Error('failed to connect to w1:5433'))).toBeUndefined();
  });
});

test('a row that a node of a cluster refuses in COPY is the fault of the data, whatever the code', () => {
  const toError = (fields: object): Error =>
    Object.assign(new Error('new row for relation "chat_session_fact_102291" violates check constraint "mine_102291"'), {
      ...{ severity: 'ERROR', code: 'XX000', routine: 'ReportCopyError', ...fields },
    });
  const detail = 'Failing row contains (G2).';
  expect(isDataError(toError({ detail }))).toBe(true);
  expect(isOfAddition(toError({ detail }))).toBe(true);
  // A full disk or an ended statement.
  expect(isDataError(toError({}))).toBe(false);
  expect(isDataError(toError({ detail, routine: 'another' }))).toBe(false);
});

test('a lost connection reported by Node is temporary, and not confused with codes of PostgreSQL', () => {
  for (const code of ['ECONNRESET', 'EPIPE', 'ETIMEDOUT']) {
    const error = Object.assign(new Error(`write ${code}`), { code });
    expect({ code: postgresCode(error), passes: isTransient(error) }).toEqual({ code: undefined, passes: true });
  }
});

test('a limit of the server is not blamed on rows', () => {
  const isAboutRows = (code: string): boolean => isDataError(Object.assign(new Error('reason'), { code }));
  expect(['54000', '54001', '22001', '57014', '53400'].filter(isAboutRows)).toEqual(['54000', '22001']);
});
