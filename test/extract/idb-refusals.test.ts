import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { doctor } from '../../src/commands/doctor/doctor.js';
import { readStatus } from '../../src/commands/status/status.js';
import { toOperatorError } from '../../src/db/operator-error.js';
import { ConfigError } from '../../src/model/errors.js';
import { freshDatabases, query, testClock } from '../support/databases.js';
import { deepTest, sampleOf } from '../support/depth.js';
import type { Urls } from '../support/histories.js';
import type { IdbShape } from '../support/idb-shapes.js';
import { expectText } from '../support/expect-text.js';
import { differences } from '../support/mart-content.js';
import { createShape, emptyMart, playShape, playSource, toSource, writeTemplate, type Outcome } from '../support/play-shape.js';
import { reconcileAll } from '../support/reconciliation.js';
import { runCli } from '../support/run-cli.js';
import { backfill, planBackfill, retryDiscards, run } from '../support/jobs.js';

const ALL_KEYS = `do $$ begin
  execute 'create type SCHEMA.key as enum (' || (select string_agg(distinct quote_literal(keyname), ', ') from template.user_rows) || ')';
end $$;`;
const utc = (type: string): IdbShape => ({ types: { added_ts: type }, stored: { added_ts: `to_timestamp(added_ts) at time zone 'UTC'` } });

/** Shapes, and whether the view that the hint suggests helps. */
const REFUSED: Readonly<Record<string, readonly [shape: IdbShape, helps: 'view' | 'no view']>> = {
  'id uuid': [{ types: { id: 'uuid' }, stored: { id: 'md5(id::text)::uuid' } }, 'no view'],
  'id timestamp': [{ types: { id: 'timestamp' }, stored: { id: 'to_timestamp(id)' } }, 'no view'],
  'id real': [{ types: { id: 'real' } }, 'no view'],
  'callid bytea': [{ types: { callid: 'bytea' }, stored: { callid: `convert_to(callid, 'UTF8')` } }, 'view'],
  'callid of an enum': [
    {
      before: ALL_KEYS.replaceAll('keyname', 'callid'),
      types: { callid: 'SCHEMA.key' },
    },
    'view',
  ],
  'keyname of an enum': [{ before: ALL_KEYS, types: { keyname: 'SCHEMA.key' } }, 'view'],
  'value json': [{ types: { value: 'json' }, stored: { value: 'to_json(value)' } }, 'view'],
  'value jsonb': [{ types: { value: 'jsonb' }, stored: { value: 'to_jsonb(value)' } }, 'view'],
  'value of a domain of bytea': [
    { before: 'create domain SCHEMA.raw as bytea;', types: { value: 'SCHEMA.raw' }, stored: { value: `convert_to(value, 'UTF8')` } },
    'view',
  ],
  'changetype boolean': [{ types: { changetype: 'boolean' }, stored: { changetype: 'changetype = 3' } }, 'view'],
  'changetype of an enum': [
    {
      before: `create type SCHEMA.change as enum ('1', '2', '3');`,
      types: { changetype: 'SCHEMA.change' },
      stored: { changetype: 'changetype::text::SCHEMA.change' },
    },
    'view',
  ],
  'added_ts timestamp': [utc('timestamp'), 'view'],
  'added_ts timestamp with time zone': [{ types: { added_ts: 'timestamptz(0)' }, stored: { added_ts: 'to_timestamp(added_ts)' } }, 'view'],
  'added_ts interval': [{ types: { added_ts: 'interval' }, stored: { added_ts: 'make_interval(secs => added_ts)' } }, 'view'],
  'added_ts time': [{ types: { added_ts: 'time' }, stored: { added_ts: `(to_timestamp(added_ts) at time zone 'UTC')::time` } }, 'no view'],
  'several, in capitals': [
    {
      types: { value: 'json', added_ts: 'timestamp' },
      names: { id: '"ID"', value: '"VALUE"', added_ts: '"ADDED_TS"' },
      stored: { value: 'to_json(value)', added_ts: `to_timestamp(added_ts) at time zone 'UTC'` },
    },
    'view',
  ],
};

let urls: Urls;
let ordinary: Outcome;
let count = 0;

beforeAll(async () => {
  urls = await freshDatabases();
  await writeTemplate(urls.idbUrl);
  ordinary = await playShape(urls, {}, 'ordinary');
});
beforeEach(() => emptyMart(urls.martUrl));

/** Creates a shape with all its rows. Returns its location. */
async function make(shape: IdbShape): Promise<ReturnType<typeof toSource>> {
  const schema = `refused_${count++}`;
  const write = await createShape(urls.idbUrl, shape, schema);
  for (const step of [0, 1]) await write(step);
  return toSource(urls, shape, schema);
}

const runOnce = (source: ReturnType<typeof toSource>) => run({ ...source, clock: testClock, settleMs: 0 });

/** The operator's error that a job fails with; any other error fails the test. */
async function refusalOf(work: Promise<unknown>): Promise<ConfigError> {
  const error: unknown = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  const known = error instanceof ConfigError ? error : toOperatorError(error);
  if (known instanceof ConfigError) return known;
  throw error instanceof Error ? error : new Error('It ended without an error');
}

/** What `doctor` reports about the table. */
const checkAll = async (source: ReturnType<typeof toSource>, check = 'table') =>
  (await doctor({ ...source, clock: testClock })).findings.filter((finding) => finding.place === 'idb' && finding.check === check);

const isUntouched = async (): Promise<boolean> =>
  (
    await query<{ untouched: boolean }>(
      urls.martUrl,
      `select not exists (select from infomart.chat_session_fact) and not exists (select from infomart.chatmart_source where last_ceiling is not null) as untouched`,
    )
  )[0]!.untouched;

describe('a column of a type that holds something else is refused before anything is read', () => {
  test.each(sampleOf(Object.entries(REFUSED), 7))('%s', async (_, [shape, helps]) => {
    const source = await make(shape);
    const { code, message, state, next } = await refusalOf(runOnce(source));
    expect(code).toBe('idb-column-type');
    expectText(message.replaceAll(source.idbSchema, '<schema>'));
    expect(state).toBe('nothing-read');
    expect(await isUntouched()).toBe(true);
    expect(await checkAll(source)).toMatchObject([{ severity: 'problem', found: message, next }]);
    if (helps === 'no view') {
      expect(next).toContain('No view can convert');
      return;
    }
    // Runs the statements of the hint as the operator would.
    const [, statements, table] = /As the owner of the IDB, run: (create view .*;) Then set CHATMART_IDB_TABLE to (\w+)\./.exec(next!)!;
    await query(urls.idbUrl, statements!);
    const { facts, repaired, missed, reconciled } = await playSource(urls, { ...source, idbTable: table }, () => Promise.resolve());
    expect(differences(ordinary.facts, facts)).toEqual([]);
    expect(differences(ordinary.facts, repaired)).toEqual([]);
    expect({ missed, reconciled }).toEqual({ missed: ordinary.missed, reconciled: ordinary.reconciled });
  });

  test('by every job alike, by exit code 2, and status and doctor say the same', async () => {
    const source = await make(utc('timestamp'));
    const range = { from: new Date('2026-03-02T00:00:00Z'), to: new Date('2026-03-04T00:00:00Z') };
    const { message } = await refusalOf(runOnce(source));
    for (const job of [
      () => reconcileAll(urls, source),
      () => backfill({ ...source, ...range, clock: testClock }),
      () => planBackfill({ ...source, ...range }),
      () => retryDiscards({ ...source, clock: testClock }),
    ])
      expect(await refusalOf(job())).toMatchObject({ code: 'idb-column-type', message });
    const { idbs, checks } = await readStatus({ ...source, check: true, clock: testClock });
    expect(idbs).toMatchObject([{ problem: message }]);
    expect(checks!.at(-1)).toMatchObject({ name: 'idb-sessions-idb', breaches: 0, skipped: 'nothing of it is complete yet' });
    const env = { CHATMART_IDB_URL: urls.idbUrl, CHATMART_MART_URL: urls.martUrl, CHATMART_IDB_SCHEMA: source.idbSchema };
    for (const command of sampleOf(['run', 'status', 'doctor'], 3)) {
      const { code, stdout, stderr } = await runCli([command], { env });
      expect({ command, code, isTold: (stdout + stderr).includes(message) }).toEqual({ command, code: 2, isTold: true });
    }
  });
});

describe('names that fit twice', () => {
  const twoTables = `create table SCHEMA."G_USERDATA_HISTORY" (id bigint);`;

  test('tables: the configured case decides, else both are named', async () => {
    const source = await make({ before: twoTables });
    const { code, message, state, next } = await refusalOf(runOnce(source));
    expect({ code, state }).toEqual({ code: 'idb-table-ambiguous', state: 'nothing-read' });
    expectText([message, next].map((text) => text!.replaceAll(source.idbSchema, '<schema>')));
    expect((await runOnce({ ...source, idbTable: 'g_userdata_history' })).sessions.inserted).toBe(ordinary.facts.size);
    await expect(runOnce({ ...source, idbTable: 'G_UserData_History' })).rejects.toMatchObject({ code: 'idb-table-ambiguous' });
  });

  deepTest('an object that is not a table does not count', async () => {
    const source = await make({ before: 'create sequence SCHEMA."G_USERDATA_HISTORY";' });
    expect((await runOnce(source)).sessions.inserted).toBe(ordinary.facts.size);
  });

  test('columns are named, and a view decides', async () => {
    const source = await make({});
    await query(urls.idbUrl, `alter table ${source.idbSchema}.g_userdata_history add column "CallID" text`);
    const { code, message, next } = await refusalOf(runOnce(source));
    expect(code).toBe('idb-columns-ambiguous');
    expectText(message.replace(source.idbSchema, '<schema>'));
    const [, statements, table] = /As the owner of the IDB, run: (create view .*;) Then set CHATMART_IDB_TABLE to (\w+)\./.exec(next!)!;
    await query(urls.idbUrl, statements!);
    expect((await runOnce({ ...source, idbTable: table })).sessions.inserted).toBe(ordinary.facts.size);
  });

  test('a table in another schema is pointed at', async () => {
    const source = await make({ table: '"Icon_Rows"' });
    const { code, message } = await refusalOf(runOnce({ ...source, idbSchema: 'public', idbTable: 'icon_rows' }));
    expect(code).toBe('idb-table-missing');
    expectText(message.replace(source.idbSchema, '<schema>'));
  });
});

describe('what the rows or their server keep from being read', () => {
  test('a row without an id', async () => {
    const source = await make({});
    await query(urls.idbUrl, `insert into ${source.idbSchema}.g_userdata_history (callid, keyname) values ('X', 'Y')`);
    const { code, message } = await refusalOf(runOnce(source));
    expect(code).toBe('idb-rows-without-id');
    expectText(message.replace(source.idbSchema, '<schema>'));
    expect(await isUntouched()).toBe(true);
    expect(await checkAll(source, 'rows')).toMatchObject([{ severity: 'problem', found: message }]);
  });

  test.each(
    sampleOf(
      [
        ['a text that is not a number, as id', { types: { id: 'text' } }, `update T set id = 'first' where id = '1'`],
        [
          'a text that is not a number, as change',
          { types: { changetype: 'text' } },
          `update T set changetype = 'DELETED' where changetype = '3'`,
        ],
        [
          'a view that fails',
          { kind: 'view' },
          `create or replace view T as select id, callid, keyname, value, (changetype / (changetype - 3))::int as changetype, added_ts from SCHEMA.base`,
        ],
        ['a materialized view that was never filled', { kind: 'materialized view' }, 'refresh materialized view T with no data'],
        ['a foreign table of nothing', { kind: 'foreign table' }, 'drop table SCHEMA.base'],
      ] as const,
      4,
    ),
  )('%s', async (_, shape, spoil) => {
    const source = await make(shape);
    await query(urls.idbUrl, spoil.replaceAll('SCHEMA', source.idbSchema).replace('T', `${source.idbSchema}.g_userdata_history`));
    const error = await refusalOf(runOnce(source));
    expect(error.code).toBe('idb-cannot-answer');
    expectText(error.message.replaceAll(source.idbSchema, '<schema>').replace(/postgres:\S+/, '<url>'));
    expect((await query(urls.martUrl, 'select from infomart.chat_session_fact')).length).toBe(0);
    expect(await refusalOf(reconcileAll(urls, source))).toMatchObject({ code: 'idb-cannot-answer' });
    const findings = (await doctor({ ...source, clock: testClock })).findings.filter(
      ({ place, severity }) => place === 'idb' && severity === 'problem',
    );
    expect(findings.map(({ found }) => found)).toContain(error.message);
  });

  test('row-level security that hides rows from the role', async () => {
    const source = await make({});
    const table = `${source.idbSchema}.g_userdata_history`;
    await query(
      urls.idbUrl,
      `create role ${source.idbSchema} login password 'secret'; grant usage on schema ${source.idbSchema} to ${source.idbSchema};
       grant select on ${table} to ${source.idbSchema}; alter table ${table} enable row level security;
       create policy added on ${table} using (changetype = 1)`,
    );
    const idbUrl = new URL(urls.idbUrl);
    idbUrl.username = source.idbSchema;
    idbUrl.password = 'secret';
    const asReader = { ...source, idbUrl: idbUrl.href };
    const { code, message } = await refusalOf(runOnce(asReader));
    expect(code).toBe('rows-hidden');
    expectText(message.replaceAll(source.idbSchema, '<schema>'));
    expect(await checkAll(asReader)).toMatchObject([{ severity: 'problem', found: message }]);
    await query(urls.idbUrl, `drop owned by ${source.idbSchema}; drop role ${source.idbSchema}`);
  });
});
