import { beforeAll, describe, expect, test } from 'vitest';
import { emptyDatabase, query } from './support/databases.js';
import { runCli, type CliResult } from './support/run-cli.js';

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
    expect((await sql('--format', 'csv', 'select * from odd order by id')).stdout).toBe(
      'id,label,share,at,closed\n' + '1,"a ""quoted"", one",0.5,2026-03-08 02:30:00,t\n' + '9007199254740993,"two\nlines",,,f\n',
    );
  });

  test('json', async () => {
    expect(JSON.parse((await sql('--format', 'json', 'select * from odd order by id')).stdout)).toEqual([
      { id: 1, label: 'a "quoted", one', share: 0.5, at: '2026-03-08 02:30:00', closed: true },
      { id: '9007199254740993', label: 'two\nlines', share: null, at: null, closed: false },
    ]);
  });

  test('json without rows is an empty list, csv without rows a header', async () => {
    expect((await sql('--format', 'json', 'select id from odd where false')).stdout).toBe('[]\n');
    expect((await sql('--format', 'csv', 'select id from odd where false')).stdout).toBe('id\n');
  });

  test('csv has all rows, a table says that it does not', async () => {
    const csv = await sql('--format', 'csv', 'select n from generate_series(1, 3456) as n');
    expect(csv.stdout.trim().split('\n').at(-1)).toBe('3456');
    const table = await sql('select n from generate_series(1, 3456) as n');
    expect(table.stdout).not.toContain('1001');
    expect(table.stderr).toBe('The first 1000 rows are shown; --format csv prints all\n');
  });

  test('show and explain work', async () => {
    expect((await sql('--format', 'csv', 'show search_path')).stdout).toBe('search_path\ninfomart\n');
    expect((await sql('--format', 'csv', 'explain select 1')).stdout).toContain('Result');
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
    expect((await sql(`select '🙂',\n  nothing\nfrom odd;`)).stderr).toMatchInlineSnapshot(`
      "error: column "nothing" does not exist
        nothing
        ^
      code: query-failed
      hint: Nothing was changed. Correct the statement.
      "
    `);
  });
});

describe('nothing but queries', () => {
  test.each(["copy (select 1) to program 'true'", 'begin', 'commit', 'do $$ begin end $$', 'set role postgres', ''])(
    'refuses %j',
    async (text) => {
      const { code, stdout, stderr } = await sql(text);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toContain('code: not-a-query');
    },
  );
});
