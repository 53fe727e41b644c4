import { beforeAll, describe, expect, test } from 'vitest';
import { withConnection, type Statement } from '../../src/db/connection.js';
import { findIdbTable, type IdbTable } from '../../src/extract/idb-table.js';
import { copyExactDigests, copyHourDigests, selectNextAddedTs } from '../../src/pipeline/reconcile/read-digests.sql.js';
import { selectContradictsTime } from '../../src/extract/late-rows.sql.js';
import { selectNewestKeys } from '../../src/extract/newest-keys.sql.js';
import { selectCallidsWithRows, selectSeenSessions } from '../../src/extract/seen-sessions.sql.js';
import { selectNewestRows, selectRowsById } from '../../src/extract/source-identity.sql.js';
import { copyInteractions, copyRows, selectFirstIdSince, selectNextId, selectSnapshot } from '../../src/extract/user-data-rows.sql.js';
import { countRowsBySlice } from '../../src/commands/backfill/estimate.sql.js';
import { selectIdsOfSecond, selectTimeBounds } from '../../src/extract/source-times.sql.js';
import { checkIndexes } from '../../src/commands/doctor/idb-table.js';
import { toUsableTimes } from '../../src/model/row-time.js';
import { readKvpMap } from '../../src/spec/kvp-map.js';
import { freshIdb, query, testClock } from '../support/databases.js';
import { sampleOf } from '../support/depth.js';
import { CAPITALS, type IdbShape } from '../support/idb-shapes.js';
import { createShape } from '../support/play-shape.js';

const ROWS = 60_000;
const AT = 1_772_400_000;
const HOUR = { fromTs: AT, toTs: AT + 3_600 };
const SOME = ['G7', 'G8'];

const map = readKvpMap();
const keys = map.keys.map(({ kvp }) => kvp);
const any = { are: 'any' } as const;

/** The queries of jobs on an IDB, by the column whose index serves them. */
const STATEMENTS: Readonly<Record<'id' | 'callid' | 'added_ts', Readonly<Record<string, (table: IdbTable) => string | Statement>>>> = {
  id: {
    'the rows of some ids': (table) =>
      copyRows(table, keys[0]!, { afterId: 500, untilId: 900 }, { are: 'below', ceiling: 9_000_000n, from: null }),
    'the next id': ({ rows }) => selectNextId(rows, 500),
    'the largest id': ({ rows }) => selectSnapshot(rows),
    'the newest rows': ({ rows }) => selectNewestRows(rows),
    'some rows by their ids': ({ rows }) => selectRowsById(rows, [5, 6, 7]),
    'whether late rows contradict time': ({ rows }) => selectContradictsTime(rows, { transactions: any, afterId: 500, untilId: 900 }),
    'the keys of the newest rows': (table) => selectNewestKeys(table, keys),
  },
  callid: {
    'the rows of some interactions': (table) => copyInteractions(table, keys[0]!, SOME, 'id'),
    'their digests': (table) => copyExactDigests(table, map, SOME, { transactions: any, order: 'id' }),
    'which of them are there': (table) => selectCallidsWithRows(table, SOME, keys),
  },
  added_ts: {
    'the rows of an hour': (table) => copyRows(table, keys[0]!, HOUR, any),
    'the digests of an hour': (table) => copyHourDigests(table, map, { ...HOUR, hourTs: AT }),
    'the next time': ({ rows }) => selectNextAddedTs(rows, AT),
    'the first id since': ({ rows }) => selectFirstIdSince(rows, AT + 50_000),
    'the ids of a second': ({ rows }) => selectIdsOfSecond(rows, AT),
    'the first and the last time': ({ rows }) => selectTimeBounds(rows, toUsableTimes(testClock())),
    'the rows of slices': ({ rows }) => countRowsBySlice(rows, HOUR, 600, keys[0]!),
    'the sessions of an hour': (table) => selectSeenSessions(table, keys, { ...HOUR, transactions: any, orWithoutTime: null }),
  },
};

let url: string;
let count = 0;

beforeAll(async () => {
  url = await freshIdb();
  await query(
    url,
    `create schema template;
     create table template.user_rows as
     select g::bigint as id, 'G' || g / 20 as callid, (array['ChatServerSessionStartedAt', 'csg_MediaType', 'ANI'])[g % 3 + 1] as keyname, 'x' as value, 1 as changetype, ${AT} + g as added_ts, 0 as step
     from generate_series(1, ${ROWS}) as g`,
  );
});

/** Runs `work` on a table of a shape that holds all rows. */
async function withTable<T>(
  shape: IdbShape,
  work: (table: IdbTable, explain: (asked: string | Statement) => Promise<string>) => Promise<T>,
  more = '',
): Promise<T> {
  const schema = `shape_${count++}`;
  const write = await createShape(url, shape, schema);
  await write(0);
  if (more !== '') await query(url, more.replaceAll('SCHEMA', schema));
  return withConnection({ url, applicationName: 'test', idb: { masker: undefined } }, async (connection) => {
    const table = await findIdbTable(connection, schema, undefined);
    return work(table, async (asked) => {
      const { text, values } = typeof asked === 'string' ? { text: asked, values: undefined } : asked;
      const select = /copy \((.*)\) to stdout/s.exec(text)?.[1] ?? text;
      const plan = await connection.query<{ 'QUERY PLAN': string }>(`explain ${select}`, values === undefined ? undefined : [...values]);
      return plan.rows.map((row) => row['QUERY PLAN']).join('\n');
    });
  });
}

const CI = `create collation if not exists SCHEMA.ci (provider = icu, locale = 'und-u-ks-level2', deterministic = false);`;
const SHAPES: Readonly<Record<string, IdbShape>> = {
  ordinary: {},
  'in capitals': { table: '"G_USERDATA_HISTORY"', names: CAPITALS },
  'integer, char, smallint, numeric': {
    types: { id: 'integer', callid: 'char(50)', keyname: 'char(60)', changetype: 'smallint', added_ts: 'numeric(12)' },
  },
  'numeric, name, double precision': {
    types: { id: 'numeric', callid: 'name', keyname: 'name', changetype: 'numeric', added_ts: 'double precision' },
  },
  caseless: { before: CI, types: { callid: 'text collate SCHEMA.ci', keyname: 'text collate SCHEMA.ci', added_ts: 'bigint' } },
  citext: { before: 'create extension if not exists citext schema public;', types: { callid: 'citext', keyname: 'citext' } },
  domains: {
    before: 'create domain SCHEMA.varchar2 as varchar(50); create domain SCHEMA.number as numeric(20);',
    types: { id: 'SCHEMA.number', callid: 'SCHEMA.varchar2', added_ts: 'SCHEMA.number' },
  },
};

describe.each(sampleOf(Object.entries(SHAPES), 6))('indexes serve what is asked of a table: %s', (_, shape) => {
  test('by id, CALLID and ADDED_TS', async () => {
    const unserved = await withTable(shape, async (table, explain) => {
      const found: string[] = [];
      for (const [column, statements] of Object.entries(STATEMENTS))
        for (const [what, toStatement] of Object.entries(statements)) {
          const plan = await explain(toStatement(table));
          if (/Seq Scan on (?:\w+\.)?"?g_/i.test(plan) || !plan.includes('Index')) found.push(`${column}, ${what}:\n${plan}`);
        }
      return found;
    });
    expect(unserved).toEqual([]);
  });
});

test('an ordinary table stands in the statements as it is', () =>
  withTable({}, (table) => {
    const texts = Object.values(STATEMENTS).flatMap((statements) => Object.values(statements).map((toStatement) => toStatement(table)));
    for (const asked of texts) {
      const text = typeof asked === 'string' ? asked : asked.text;
      expect(text).not.toMatch(/stored_callid|user_data\b/);
      expect(text).toContain(`from ${table.quotedName}`);
    }
    expect(table.rows).toBe(table.quotedName);
    return Promise.resolve();
  }));

test('of ids in texts the index that doctor names serves', async () => {
  await withTable({ types: { id: 'varchar(20)' } }, async (table, explain) => {
    expect(await explain(STATEMENTS.id['the largest id']!(table))).toContain('Seq Scan');
    const results = await withConnection({ url, applicationName: 'test' }, (connection) => checkIndexes({ connection, table }));
    expect(results).toMatchObject([
      {
        severity: 'problem',
        next: `As the owner of the IDB, run: create index concurrently on ${table.schema}.g_userdata_history ((id::bigint));`,
      },
    ]);
    await query(url, results[0]!.next!.replace(/^.*?run: /, ''));
    await query(url, `analyze ${table.quotedName}`);
    expect(await withConnection({ url, applicationName: 'test' }, (connection) => checkIndexes({ connection, table }))).toMatchObject([
      { severity: 'ok' },
    ]);
    for (const [what, toStatement] of Object.entries(STATEMENTS.id))
      expect({ what, plan: await explain(toStatement(table)) }).toMatchObject({ plan: expect.stringMatching(/Index/) as string });
  });
});

test('an index of another collation than the column serves nothing, and doctor says so', async () => {
  await withTable(
    { types: { callid: 'varchar(50) collate "de-x-icu"' } },
    async (table, explain) => {
      expect(await explain(STATEMENTS.callid['the rows of some interactions']!(table))).toContain('Seq Scan');
      const results = await withConnection({ url, applicationName: 'test' }, (connection) => checkIndexes({ connection, table }));
      expect(results).toMatchObject([
        {
          severity: 'problem',
          found: `${table.schema}.g_userdata_history has no index that begins with CALLID: reading an interaction again has to read all rows`,
        },
      ]);
    },
    'drop index SCHEMA.g_userdata_history_callid_idx; create index on SCHEMA.g_userdata_history (callid collate "C")',
  );
});

test('of times in texts no index serves, and doctor says what would', async () => {
  await withTable({ types: { added_ts: 'text' } }, async (table) => {
    const results = await withConnection({ url, applicationName: 'test' }, (connection) => checkIndexes({ connection, table }));
    expect(results).toMatchObject([{ severity: 'warning', next: 'Its type lets no index serve: a column of type bigint would.' }]);
  });
});
