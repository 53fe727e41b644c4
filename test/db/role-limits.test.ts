import { beforeAll, expect, test } from 'vitest';
import { connect, withConnection } from '../../src/db/connection.js';
import { listDiscards } from '../../src/commands/discards/list.js';
import { queryMart } from '../../src/commands/sql/query-mart.js';
import { reportOnMart } from '../../src/commands/report/report.js';
import { readStatus } from '../../src/commands/status/status.js';
import { freshDatabases, query, testClock } from '../support/databases.js';
import { sampleOf } from '../support/depth.js';

let mart: { readonly martUrl: string; readonly martSchema: string };
let idbUrl: string;

beforeAll(async () => {
  const urls = await freshDatabases();
  idbUrl = urls.idbUrl;
  mart = { martUrl: urls.martUrl, martSchema: 'infomart' };
  const name = new URL(mart.martUrl).pathname.slice(1);
  for (const setting of ['statement_timeout', 'idle_in_transaction_session_timeout'])
    await query(mart.martUrl, `alter database ${name} set ${setting} to 1000`);
});

const settingsOf = (url: string, keepsRoleLimits: boolean) =>
  withConnection({ url, applicationName: 'test', keepsRoleLimits }, (connection) =>
    query<{ setting: string }>(
      connection,
      `select name || ' ' || setting as setting from pg_settings
       where name in ('statement_timeout', 'idle_in_transaction_session_timeout', 'lock_timeout') order by name`,
    ),
  ).then((rows) => rows.map(({ setting }) => setting));

test('a session that reads for a person has the limits of its role and database; where there are none, ours', async () => {
  expect(await settingsOf(mart.martUrl, true)).toEqual([
    'idle_in_transaction_session_timeout 1000',
    'lock_timeout 0',
    'statement_timeout 1000',
  ]);
  expect(await settingsOf(idbUrl, true)).toEqual(['idle_in_transaction_session_timeout 3600000', 'lock_timeout 0', 'statement_timeout 0']);
});

test('a session of a job has none of them', async () => {
  expect(await settingsOf(mart.martUrl, false)).toEqual([
    'idle_in_transaction_session_timeout 3600000',
    'lock_timeout 0',
    'statement_timeout 0',
  ]);
});

const COMMANDS: Readonly<Record<string, () => Promise<unknown>>> = {
  sql: () => queryMart({ ...mart, text: 'select * from chat_session_fact' }, () => true),
  report: () => reportOnMart({ ...mart, name: 'chat-termination' }),
  status: () => readStatus({ ...mart, idbUrl, idbSchema: 'public', idbTable: undefined, clock: testClock }),
  'discards list': () => listDiscards({ ...mart, limit: 10 }),
};

test.each(sampleOf(Object.keys(COMMANDS), 2))('chatmart %s ends at the limit of its role', async (name) => {
  const holder = await connect({ url: mart.martUrl, applicationName: 'holder' });
  try {
    const tables = await query<{ name: string }>(
      holder,
      `select string_agg('infomart.' || relname, ', ') as name from pg_class
       where relnamespace = 'infomart'::regnamespace and relkind = 'r' and relname !~ 'knex|schema_info'`,
    );
    await holder.query(`begin; lock table ${tables[0]!.name} in access exclusive mode`);
    const error: unknown = await COMMANDS[name]!().catch((thrown: unknown) => thrown);
    expect(String(error)).toContain('canceling statement due to statement timeout');
  } finally {
    await holder.end();
  }
});
