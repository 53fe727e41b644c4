import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { connect, type Connection } from '../../src/db/connection.js';
import { quoteIdentifier, quoteLiteral } from '../../src/db/quote.js';
import { packageFile } from '../../src/spec/package-file.js';
import { closeAfterFile } from '../support/closers.js';
import { emptyDatabase, query } from '../support/databases.js';
import { isWhole } from '../support/depth.js';
import { callProgram } from '../support/every-command.js';
import { problemOf } from '../support/problem-of.js';
import { temporaryFolder } from '../support/temporary-folder.js';

/** Names and texts that would mean something else if not quoted. */
const AWKWARD = [
  ...['"', '""', '"; drop table t; --', "'", "''", "'; select 1; --", '\\', "\\'", '\\\\"', '$$', '$1', '?', ':x', '%s', '/*', '--'],
  ...['select', 'user', 'table', 'SELECT', ' ', '\t', '\n', '\r\n', '\b', '\u001b[31m', '.', 'a.b', '*', 'x y', 'É', 'e\u0301'],
  ...['😀', '\u202e', '\uFFFE', '\uFEFF', 'U&"\\0041"', "E'\\x41'", 'pg_temp', '日本語', 'ß'.repeat(31), 'x'.repeat(63), '😀'.repeat(15)],
];

let connection: Connection;
beforeAll(async () => {
  connection = await connect({ url: await emptyDatabase(), applicationName: 'test' });
  closeAfterFile(() => connection.end());
});

/** Any text, often with the characters that quoting is about. */
const anyText = (options: fc.StringConstraints): fc.Arbitrary<string> =>
  fc.oneof(
    fc.constantFrom(...AWKWARD),
    fc.string({ unit: fc.constantFrom('"', "'", '\\', '$', 'E', 'U&', ';', '-', '\n', ' ', 'a', 'é', '😀'), ...options }),
    fc.string({ unit: 'binary', ...options }),
  );
const sendable = (text: string): boolean => !text.includes('\0');

describe('on a server', () => {
  test('a quoted name is that name, and one name', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(
          anyText({ maxLength: 21 }).filter((name) => name !== '' && sendable(name) && Buffer.byteLength(name) <= 63),
          { minLength: 1, maxLength: 40 },
        ),
        async (names) => {
          const text = `select ${names.map((name, index) => `${index} as ${quoteIdentifier(name)}`).join(', ')}`;
          const { fields, rows } = await connection.query<number[]>({ text, rowMode: 'array' });
          expect(fields.map(({ name }) => name)).toEqual(names);
          expect(rows).toEqual([names.map((_, index) => index)]);
        },
      ),
      { numRuns: isWhole ? 100 : 25 },
    ));

  test.each(['on', 'off'])('a quoted literal is that text, with standard_conforming_strings %s', async (setting) => {
    await connection.query(`set standard_conforming_strings to ${setting}; set escape_string_warning to off`);
    await fc.assert(
      fc.asyncProperty(fc.array(anyText({ maxLength: 200 }).filter(sendable), { minLength: 1, maxLength: 40 }), async (texts) => {
        const text = `select ${texts.map((each) => `${quoteLiteral(each)}::text`).join(', ')}`;
        const { rows } = await connection.query<string[]>({ text, rowMode: 'array' });
        expect(rows).toEqual([texts]);
      }),
    );
  });
});

test('what PostgreSQL would cut or change is refused', async () => {
  for (const name of ['', 'a\0b', 'x'.repeat(64), 'ß'.repeat(32), '😀'.repeat(16), 'a\ud800', '\udc00b'])
    expect(await problemOf(() => quoteIdentifier(name))).toContain('ConfigError bad-identifier');
  expect(() => quoteLiteral('a\0b')).toThrow('NUL');
});

test('no SQL text holds a schema or table of the configuration as it stands there', () => {
  const folder = packageFile('src');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.sql.ts'));
  expect(files.length).toBeGreaterThan(20);
  // Values under these names come from the configuration; `quotedName` has already passed through quoteIdentifier.
  const bare = /\$\{(?!quoteIdentifier\(|quoteLiteral\()[^}]*(schema|idbTable)\b[^}]*\}/gi;
  expect(files.flatMap((file) => readFileSync(path.join(folder, file), 'utf8').match(bare) ?? [])).toEqual([]);
});

describe('schema and table of any name', () => {
  const schema = `we"ird'; drop schema public; -- \\ $$é`;
  const table = `G "user"'data'; --\n😀%s`;

  test('work through every command', async () => {
    const url = await emptyDatabase();
    const environment = {
      ...{ CHATMART_IDB_URL: url, CHATMART_MART_URL: url },
      ...{ CHATMART_MART_SCHEMA: `${schema} mart`, CHATMART_IDB_SCHEMA: schema, CHATMART_IDB_TABLE: table },
    };
    const call = async (...args: string[]): Promise<string> => {
      const { text, printed, failed } = await callProgram(args, { environment, workingFolder: temporaryFolder() });
      expect({ args, failed, text }).toMatchObject({ args, failed: false });
      return printed;
    };
    await query(url, `create schema ${quoteIdentifier(schema)}; create table public.witness ()`);
    await call('simulate', '--sessions', '20', '--from', '2026-03-01', '--to', '2026-03-02', '--into', withoutPassword(url));
    await call('migrate');
    const { sessions } = JSON.parse(await call('run', '--json')) as { sessions: { inserted: number } };
    expect(sessions.inserted).toBe(20);
    await call('backfill', '--from', '2026-03-01', '--to', '2026-03-03');
    await call('reconcile', '--from', '2026-03-01', '--to', '2026-03-03');
    await call('aggregate', '--from', '2026-03-01', '--to', '2026-03-02');
    await call('discards', 'retry');
    await call('discards', 'list');
    await call('status');
    await call('report', 'chat-termination', '--from', '2026-03-01', '--to', '2026-03-02');
    expect(await call('sql', '--format', 'csv', 'select count(*) as sessions from chat_session_fact')).toBe('sessions\n20\n');
    const schemas = `select nspname from pg_namespace where nspname !~ '^(pg_|information_schema)' order by nspname`;
    expect(await query(url, schemas)).toEqual(['chat', 'public', schema, `${schema} mart`].map((nspname) => ({ nspname })));
  });
});

/** In the tests every URL contains the server's password; --into accepts none. */
function withoutPassword(url: string): string {
  process.env['PGPASSWORD'] = new URL(url).password;
  return Object.assign(new URL(url), { password: '' }).toString();
}
