import { beforeAll, describe, expect, test } from 'vitest';
import { sqlCommand } from '../../../src/commands/sql/command.js';
import { callCommand } from '../../support/call-command.js';
import { emptyDatabase, query } from '../../support/databases.js';
import { sampleOf } from '../../support/depth.js';
import { runCli, type CliResult } from '../../support/run-cli.js';
import { expectText } from '../../support/expect-text.js';

let url = '';
beforeAll(async () => {
  url = await emptyDatabase();
  await query(
    url,
    `create schema infomart;
     create table infomart.odd (id bigint, label text, share numeric, at timestamp, closed boolean);
     insert into infomart.odd values
       (1, 'a "quoted", one', 0.5, '2026-03-08 02:30:00', true),
       (9007199254740993, E'two\\nlines', null, null, false)`,
  );
});

const sql = (...args: string[]): Promise<CliResult> => runCli(['sql', ...args], { env: { CHATMART_MART_URL: url, CHATMART_IDB_URL: url } });
/** What the command prints, called in this process. */
const printed = async (...args: string[]): Promise<string> => (await callCommand(sqlCommand, { idbUrl: url, martUrl: url }, args)).printed;

describe('formats', () => {
  test('table', async () => {
    expect(await sql('select id, label from odd order by id limit 1')).toMatchInlineSnapshot(`
      {
        "code": 0,
        "stderr": "1 row
      ",
        "stdout": "┌────┬─────────────────┐
      │ id │ label           │
      ├────┼─────────────────┤
      │  1 │ a "quoted", one │
      └────┴─────────────────┘
      ",
      }
    `);
  });

  test('csv', async () => {
    expect(await printed('--format', 'csv', 'select * from odd order by id')).toBe(
      'id,label,share,at,closed\n' + '1,"a ""quoted"", one",0.5,2026-03-08 02:30:00,t\n' + '9007199254740993,"two\nlines",,,f\n',
    );
  });

  test('json', async () => {
    expect(JSON.parse(await printed('--format', 'json', 'select * from odd order by id'))).toEqual([
      { id: 1, label: 'a "quoted", one', share: 0.5, at: '2026-03-08 02:30:00', closed: true },
      { id: '9007199254740993', label: 'two\nlines', share: null, at: null, closed: false },
    ]);
  });

  test('json without rows is an empty list, csv without rows a header', async () => {
    expect(await printed('--format', 'json', 'select id from odd where false')).toBe('[]\n');
    expect(await printed('--format', 'csv', 'select id from odd where false')).toBe('id\n');
  });

  test('csv has all rows, a table says that it does not', async () => {
    const csv = await printed('--format', 'csv', 'select n from generate_series(1, 3456) as n');
    expect(csv.trim().split('\n').at(-1)).toBe('3456');
    const table = await sql('select n from generate_series(1, 3456) as n');
    expect(table.stdout).not.toContain('1001');
    expect(table.stderr).toBe('Only the first 1000 rows are shown; --format csv prints all\n');
  });

  test('show and explain work', async () => {
    expect(await printed('--format', 'csv', 'show search_path')).toBe('search_path\ninfomart\n');
    expect(await printed('--format', 'csv', 'explain select 1')).toContain('Result');
  });
});

/** SQL expressions and their values in the JSON output. */
const VALUES = [
  ['9007199254740991::int8', '9007199254740991'],
  ['-9007199254740993::int8', '"-9007199254740993"'],
  ['9223372036854775807::int8', '"9223372036854775807"'],
  ['0.12345678901234567890123456789', '"0.12345678901234567890123456789"'],
  ['12345678901234567890.5', '"12345678901234567890.5"'],
  ['1.10', '1.10'],
  ['-0.000', '0.000'],
  ['1e100::numeric', `1${'0'.repeat(100)}`],
  ["'NaN'::numeric", '"NaN"'],
  ["'-Infinity'::float8", '"-Infinity"'],
  ['0.1::float8 + 0.2::float8', '0.30000000000000004'],
  ['1e300::float8', '1e+300'],
  ['5e-324::float8', '5e-324'],
  ['0.1::float4', '0.1'],
  ['16777217::float4', '1.6777216e+07'],
  ["'2026-03-08 02:30:00.123456'::timestamp", '"2026-03-08 02:30:00.123456"'],
  ["'2026-03-08 02:30:00.123456+05:45'::timestamptz", '"2026-03-07 20:45:00.123456+00"'],
  ["'infinity'::timestamp", '"infinity"'],
  ["'0044-03-15 BC'::date", '"0044-03-15 BC"'],
  ["'12:00:00.000001+05:45'::timetz", '"12:00:00.000001+05:45"'],
  ["'1 mon 2 days 03:04:05.000006'::interval", '"1 mon 2 days 03:04:05.000006"'],
  ['array[9007199254740993, null]::int8[]', '"{9007199254740993,NULL}"'],
  ["'\\x00ff'::bytea", '"\\\\x00ff"'],
  ["row(1, 'a,b', null)", '"(1,\\"a,b\\",)"'],
  ["'[1,9007199254740993)'::int8range", '"[1,9007199254740993)"'],
  [`'{"b": 12345678901234567890.123, "2": 1.10, "1": null}'::jsonb`, '{"1": null, "2": 1.10, "b": 12345678901234567890.123}'],
  [`E'{"a":\\n 1, "a": "\\u202e"}'::json`, '{"a":  1, "a": "\\u202e"}'],
  [`'null'::jsonb`, 'null'],
  ["''", '""'],
  ['null', 'null'],
] as const;

describe('nothing is lost or merged', () => {
  test('two columns of one name: json refuses them, csv and table have both', async () => {
    const text = 'select 1 as id, 2 as "Id", 3 as id, 4 as n, 5 as n, 6 as n';
    expectText(await sql('--format', 'json', text));
    expect((await sql('--format', 'json', `${text} where false`)).code).toBe(2);
    expect(await printed('--format', 'csv', text)).toBe('id,Id,id,n,n,n\n1,2,3,4,5,6\n');
    expect(await printed(text)).toContain('│ id │ Id │ id │ n │ n │ n │');
  });

  test('json has all that PostgreSQL wrote, letter by letter', async () => {
    const selected = VALUES.map(([value], index) => `${value} as c${index}`);
    const members = VALUES.map(([, json], index) => `"c${index}":${json}`);
    expect(await printed('--format', 'json', `select ${selected.join(', ')}`)).toBe(`[\n  {${members.join(',')}}\n]\n`);
    expect(() => JSON.parse(`{${members.join(',')}}`) as unknown).not.toThrow();
  });

  test('columns stand in their order, whatever they are called', async () => {
    const stdout = await printed('--format', 'json', `select 1 as b, 2 as "10", 3 as "2", 4 as "__proto__"`);
    expect(stdout).toBe('[\n  {"b":1,"10":2,"2":3,"__proto__":4}\n]\n');
  });

  test('csv tells null from an empty text, and keeps a carriage return within its cell', async () => {
    const stdout = await printed('--format', 'csv', `select null::text as a, '' as b, E'one\\rtwo' as c, '''=1' as d, '=1' as e`);
    expect(stdout).toBe(`a,b,c,d,e\n,"","one\rtwo",''=1,'=1\n`);
  });

  test('the digits do not depend on what is set for the database', async () => {
    const database = decodeURIComponent(new URL(url).pathname.slice(1));
    await query(url, `alter database "${database}" set extra_float_digits = -15`);
    expect(await printed('--format', 'csv', 'select 1.0::float8 / 3 as third')).toBe('third\n0.3333333333333333\n');
  });
});

describe('only one reading statement', () => {
  test.each([
    ['a writing one', 'delete from odd', 'code: not-a-query'],
    ['a hidden writing one', 'with gone as (delete from odd returning id) select * from gone', 'must not contain data-modifying'],
    ['two', 'select 1; select 2', 'cannot insert multiple commands into a prepared statement'],
    ['a way out of the transaction', 'commit; delete from odd', 'code: not-a-query'],
  ])('%s is refused', async (_, text, message) => {
    const { code, stdout, stderr } = await sql(text);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
    expect(await query(url, 'select count(*) as rows from infomart.odd')).toEqual([{ rows: 2 }]);
  });

  test('a mistake is shown where it is', async () => {
    expectText((await sql(`select '🙂',\n  nothing\nfrom odd;`)).stderr);
  });
});

describe('nothing but queries', () => {
  test.each(sampleOf(["copy (select 1) to program 'true'", 'begin', 'commit', 'do $$ begin end $$', 'set role postgres', ''], 3))(
    'refuses %j',
    async (text) => {
      const { code, stdout, stderr } = await sql(text);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toContain('code: not-a-query');
    },
  );
});
