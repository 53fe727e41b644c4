import { describe, expect, test } from 'vitest';
import { writeSimulatedSessions, type SimulateOptions } from '../../../src/commands/simulate/simulate.js';
import { connect } from '../../../src/db/connection.js';
import { toIdbBatches } from '../../../src/simulate/idb/idb-batches.js';
import { emptyDatabase, freshIdb, query } from '../../support/databases.js';
import { pollUntil } from '../../support/poll-until.js';

const FROM = new Date('2026-01-01T00:00:00Z');
const TO = new Date('2026-01-08T00:00:00Z');

const write = (idbUrl: string, more: Partial<SimulateOptions> = {}) =>
  writeSimulatedSessions({
    idbUrl,
    idbSchema: 'public',
    idbTable: undefined,
    sessions: 40,
    from: FROM,
    to: TO,
    seed: 1,
    statistics: 'all',
    log: () => undefined,
    ...more,
  });

const countRows = async (url: string, table = 'g_userdata_history'): Promise<number> =>
  (await query<{ rows: number }>(url, `select count(*) as rows from ${table}`))[0]!.rows;

const insertRealRow = (url: string, table = 'g_userdata_history') =>
  query(url, `insert into ${table} (callid, keyname, value) values ('000A1HDXRX2R00AX', 'csg_TenantId', '1')`);

const tableShape = (url: string) =>
  query(
    url,
    `select column_name, data_type, character_maximum_length, datetime_precision, is_nullable
     from information_schema.columns where table_name = 'g_userdata_history' order by ordinal_position`,
  );
const indexedColumns = (url: string) =>
  query(
    url,
    `select indisprimary, indkey::text from pg_index where indrelid = 'g_userdata_history'::regclass order by indkey::text::integer`,
  );

test('a missing table is made in the shape of an IDB', async () => {
  const [made, real] = [await emptyDatabase(), await freshIdb()];
  const lines: string[] = [];
  await write(made, { log: (line) => lines.push(line) });
  expect(await tableShape(made)).toEqual(await tableShape(real));
  expect(await indexedColumns(made)).toEqual(await indexedColumns(real));
  expect(lines).toEqual(['created "public"."g_userdata_history"']);
});

test('what stands in the table is what was simulated, every text unchanged, in the same order', async () => {
  const url = await freshIdb();
  const moments = ['2026-03-01T00:00:00Z', '2026-03-01T00:00:02.500Z'].map((text) => new Date(text));
  const result = await write(url, { sessions: 300, clock: () => moments.shift()! });
  const rows = await query<Record<string, unknown>>(
    url,
    `select callid, keyname, value, changetype, (extract(epoch from added) * 1000)::bigint as added_ms, added_ts,
       gsys_seq, type, gsys_ext_vch1
     from g_userdata_history order by id`,
  );
  const options = { sessions: 300, from: FROM.getTime() / 1000, to: TO.getTime() / 1000, seed: 1, statistics: 'all' as const };
  const batches = [...toIdbBatches(options)];
  let sequence = 0;
  const expected = batches.flatMap((batch) =>
    batch.rows.map(([keyname, value, changetype]) => ({
      callid: batch.interactionId,
      keyname,
      value,
      changetype,
      added_ms: batch.addedMs,
      added_ts: Math.floor(batch.addedMs / 1000),
      gsys_seq: ++sequence,
      type: 1,
      gsys_ext_vch1: 'chatmart simulate',
    })),
  );
  expect(rows).toEqual(expected);
  const starts = batches.filter((batch) => batch.moment === 'created').map((batch) => new Date(batch.at * 1000));
  expect(result).toEqual({
    table: '"public"."g_userdata_history"',
    sessions: 300,
    open: 0,
    rows: expected.length,
    seconds: 2.5,
    firstStart: starts[0],
    lastStart: starts.at(-1),
  });
});

test('the same options, the same table; more may be added to simulated rows', async () => {
  const [one, other] = [await emptyDatabase(), await freshIdb()];
  await write(one);
  await write(other);
  const hash = `select md5(string_agg(t::text, chr(10) order by id)) as hash from g_userdata_history t`;
  expect(await query(one, hash)).toEqual(await query(other, hash));
  const before = await countRows(one);
  const { rows } = await write(one, { seed: 2 });
  expect(await countRows(one)).toBe(before + rows);
});

test('ids have gaps, and ICON’s own go on after them; where they cannot be chosen, PostgreSQL gives them', async () => {
  const [owned, foreign] = [await freshIdb(), await freshIdb()];
  await query(foreign, 'alter sequence g_userdata_history_id_seq owned by none');
  const idsOf = async (url: string): Promise<{ rows: number; ids: number }> => {
    const { rows } = await write(url, { sessions: 100 });
    await insertRealRow(url);
    return { rows: rows + 1, ids: (await query<{ ids: number }>(url, 'select max(id)::int as ids from g_userdata_history'))[0]!.ids };
  };
  const [withGaps, without] = [await idsOf(owned), await idsOf(foreign)];
  expect(withGaps.ids).toBeGreaterThan(withGaps.rows);
  expect(without.ids).toBe(without.rows);
});

test('sessions that close after the end of time are still open: only their beginning is there', async () => {
  const url = await freshIdb();
  const { lastStart } = await write(await emptyDatabase());
  const until = new Date(lastStart.getTime() + 1000);
  const { sessions, open } = await write(url, { until });
  const [{ closed, late }] = (await query<{ closed: number; late: number }>(
    url,
    `select count(*) filter (where keyname = 'ChatServerSessionClosedAt')::int as closed,
       count(*) filter (where keyname = 'ChatServerSessionClosedAt' and value::timestamptz > $1)::int as late
     from g_userdata_history`,
    [until],
  )) as [{ closed: number; late: number }];
  expect(open).toBeGreaterThan(0);
  expect({ closed, late }).toEqual({ closed: sessions - open, late: 0 });
});

describe('invented sessions never go into a real IDB', () => {
  test('a table with one row that is not simulated is refused, as it is', async () => {
    const url = await freshIdb();
    await insertRealRow(url);
    await expect(write(url)).rejects.toMatchObject({ name: 'ConfigError', code: 'idb-not-simulated' });
    expect(await countRows(url)).toBe(1);
  });

  test('also when simulate made it, and ICON wrote into it since', async () => {
    const url = await emptyDatabase();
    const { rows } = await write(url);
    await insertRealRow(url);
    await expect(write(url)).rejects.toThrow(/holds rows that are not simulated/);
    expect(await countRows(url)).toBe(rows + 1);
  });

  test('also when the real rows are under the other one of the two names', async () => {
    const url = await freshIdb();
    await query(url, 'create table g_user_data_history (like g_userdata_history including all)');
    await insertRealRow(url, 'g_user_data_history');
    await expect(write(url)).rejects.toThrow('"g_user_data_history" holds rows that are not simulated');
    await expect(write(url, { idbTable: 'my_rows' })).rejects.toMatchObject({ code: 'idb-not-simulated' });
    expect(await query(url, `select to_regclass('my_rows') as found`)).toEqual([{ found: null }]);
  });

  test('also when the table has no column for the mark, or is a view', async () => {
    const url = await freshIdb();
    await query(url, 'alter table g_userdata_history drop column gsys_ext_vch1');
    await expect(write(url)).rejects.toThrow('"g_userdata_history" is not a table of ICON; it has no gsys_ext_vch1');
    await insertRealRow(url);
    await expect(write(url)).rejects.toMatchObject({ code: 'idb-not-simulated' });
    await query(url, 'create view rows_of_today as select * from g_userdata_history limit 0');
    await query(url, 'delete from g_userdata_history');
    await expect(write(url, { idbTable: 'rows_of_today' })).rejects.toThrow('"rows_of_today" is not a table');
  });

  test('also when a policy hides the real rows', async () => {
    const url = await freshIdb();
    await insertRealRow(url);
    const role = `simulator_${new URL(url).pathname.slice(1)}`;
    await query(
      url,
      `alter table g_userdata_history enable row level security;
       create role ${role} login password 'sesame';
       grant all on g_userdata_history, g_userdata_history_id_seq to ${role}`,
    );
    const restricted = Object.assign(new URL(url), { username: role, password: 'sesame' }).toString();
    expect(await countRows(restricted)).toBe(0);
    await expect(write(restricted)).rejects.toMatchObject({ name: 'ConfigError', code: 'no-right-to-simulate' });
    expect(await countRows(url)).toBe(1);
    await query(url, `drop owned by ${role}; drop role ${role}`);
  });

  test('also when ICON writes the first row while simulate waits for the table', async () => {
    const url = await freshIdb();
    const icon = await connect({ url, applicationName: 'icon' });
    await icon.query('begin');
    await icon.query(`insert into g_userdata_history (callid, keyname, value) values ('000A1HDXRX2R00AX', 'csg_TenantId', '1')`);
    const simulating = expect(write(url)).rejects.toMatchObject({ code: 'idb-not-simulated' });
    const waits = `select count(*)::int as waiting from pg_locks where not granted and relation = 'g_userdata_history'::regclass`;
    await pollUntil(async () => (await query<{ waiting: number }>(url, waits))[0]!.waiting > 0);
    await icon.query('commit');
    await icon.end();
    await simulating;
    expect(await countRows(url)).toBe(1);
  });
});

test('a table into which somebody is writing is left alone', async () => {
  const url = await freshIdb();
  const icon = await connect({ url, applicationName: 'icon' });
  await icon.query('begin; lock table g_userdata_history in row exclusive mode');
  await expect(write(url, { tuning: { lockTimeoutMs: 50 } })).rejects.toMatchObject({ name: 'BusyError', code: 'idb-table-busy' });
  await icon.end();
  expect(await countRows(url)).toBe(0);
});

test('the table under ICON’s other name is used when it alone is there', async () => {
  const url = await freshIdb();
  await query(url, 'alter table g_userdata_history rename to g_user_data_history');
  const { table, rows } = await write(url);
  expect(table).toBe('"public"."g_user_data_history"');
  expect(await countRows(url, 'g_user_data_history')).toBe(rows);
});

test('schema and table names are taken as they are', async () => {
  const url = await emptyDatabase();
  await query(url, 'create schema "My IDB"');
  await write(url, { idbSchema: 'My IDB', idbTable: 'Rows "2026"' });
  expect(await countRows(url, '"My IDB"."Rows ""2026"""')).toBeGreaterThan(1000);
});

test('wrong options are told all at once, and a missing schema by its name', async () => {
  const url = await emptyDatabase();
  await expect(write(url, { sessions: 0, seed: -1, to: FROM })).rejects.toMatchObject({
    code: 'bad-simulation',
    message:
      'sessions is 0, and must be a whole number from 1 to 100000000; seed is -1, and must be a whole number from 0 to 60466175; ' +
      'the time from 2026-01-01T00:00:00.000Z to 2026-01-01T00:00:00.000Z holds no second',
  });
  await expect(write(url, { idbSchema: 'nowhere' })).rejects.toMatchObject({ name: 'ConfigError', code: 'no-such-idb-schema' });
});

test('a failure half-way leaves no row and no table', async () => {
  const url = await emptyDatabase();
  await query(url, 'create domain refuses as integer check (value is null)');
  await query(
    url,
    `create table g_userdata_history (callid text, type refuses, keyname text, value text, changetype int,
    gsys_seq bigint, added timestamp, added_ts int, gsys_ext_vch1 text)`,
  );
  await expect(write(url)).rejects.toThrow(/refuses/);
  expect(await countRows(url)).toBe(0);
});

test('statistics reach the planner', async () => {
  const url = await freshIdb();
  const { sessions, rows, seconds } = await write(url, { sessions: 1_000 });
  console.info(`simulate: ${Math.round(sessions / seconds)} sessions (${Math.round(rows / seconds)} rows) a second`);
  expect(await query(url, `select reltuples::int as rows from pg_class where relname = 'g_userdata_history'`)).toEqual([{ rows }]);
});
