import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { beforeAll, expect, test } from 'vitest';
import { toStatusText } from '../src/commands/status-text.js';
import { readStatus } from '../src/jobs/status.js';
import { packageFile } from '../src/spec/package-file.js';
import { freshMart, query } from './support/databases.js';
import { runCli } from './support/run-cli.js';

const now = new Date('2026-03-04T05:06:07Z');
const epoch = (text: string): number => new Date(text).getTime() / 1000;
const validate = new Ajv({ allowUnionTypes: true }).compile(
  JSON.parse(readFileSync(packageFile('specs', 'schema', 'status.schema.json'), 'utf8')) as object,
);

let emptyMart: string;
let mart: string;
const read = (martUrl: string) => readStatus({ martUrl, martSchema: 'infomart', clock: () => now });

beforeAll(async () => {
  emptyMart = await freshMart();
  mart = await freshMart();
  await query(
    mart,
    `set search_path to infomart;
     truncate ctl_etl_history;
     insert into chatmart_source (source_name, data_source_key, table_name, complete_until, last_run_at, window_ceiling) values
       ('idb', 1, 'public.g_userdata_history', '2026-03-04 05:00:00', '2026-03-04 05:01:02.345', 17),
       ('later', 2, null, null, null, null);
     insert into chat_session_fact (
       media_server_ixn_guid, start_date_time_key, end_date_time_key, tenant_key, media_type_key, chat_session_dim_key,
       create_audit_key, start_ts, end_ts, active_flag
     )
     select guid, start_ts / 900 * 900, 0, 1, 1, -2, 1, start_ts, 0, active
     from (values
       ('a', ${epoch('2025-12-31T23:59:59Z')}, 0),
       ('b', ${epoch('2026-01-01T00:00:00Z')}, 1),
       ('c', ${epoch('2026-03-03T12:00:00Z')}, 1)
     ) as session (guid, start_ts, active);
     insert into stg_transform_discards (table_name, guid, create_audit_key, code, reason, etl_ts, etl_date_time_key, resolved_ts) values
       ('g_userdata_history', 'd', 1, 5, 'a regular session without an end', ${epoch('2026-03-02T00:00:05Z')}, 0, null),
       ('g_userdata_history', 'e', 1, 5, 'a regular session without an end', ${epoch('2026-03-01T00:00:05Z')}, 0, null),
       ('g_userdata_history', 'f', 1, 5, 'a regular session without an end', ${epoch('2026-02-01T00:00:05Z')}, 0, ${epoch('2026-02-02T00:00:00Z')}),
       ('g_userdata_history', 'g', 1, 9, 'no whole number', ${epoch('2026-03-03T00:00:00Z')}, 0, null);
     insert into chatmart_pending_agg values (900, 1), (900, 2), (1800, 2);
     insert into ctl_etl_history (job_id, job_name, job_version, start_time, end_time, duration, status, row_count, created_ts, message)
     select 'job-' || n, 'Job_ExtractICON', '0.1.0', timestamp '2026-03-04 04:00:00' + n * interval '1 minute', null, n, 'COMPLETED', 100 * n, 0, null
     from generate_series(1, 8) as n;
     insert into ctl_etl_history (job_id, job_name, job_version, start_time, status, created_ts, message) values
       ('job-9', 'Job_TransformGIM', '0.1.0', '2026-03-04 05:01:02', 'FAILED', 0, 'the disk is full')`,
  );
});

test('what a mart holds, and what waits', async () => {
  const status = await read(mart);
  expect([validate(status), validate.errors]).toEqual([true, null]);
  expect({ ...status, schemaVersion: 'version' }).toMatchObject({
    at: '2026-03-04T05:06:07.000Z',
    sources: [
      {
        name: 'idb',
        table: 'public.g_userdata_history',
        completeUntil: '2026-03-04T05:00:00.000Z',
        lagSeconds: 367,
        windowOpen: true,
        lastRunAt: '2026-03-04T05:01:02.345Z',
      },
      { name: 'later', table: null, completeUntil: null, lagSeconds: null, windowOpen: false, lastRunAt: null },
    ],
    sessions: { total: 3, active: 2, firstDay: '2025-12-31', lastDay: '2026-03-03' },
    openDiscards: [
      { code: 5, count: 2, oldest: '2026-03-01T00:00:05.000Z' },
      { code: 9, count: 1, oldest: '2026-03-03T00:00:00.000Z' },
    ],
    pendingIntervals: 2,
  });
  expect(status.lastJobs.map(({ startedAt }) => startedAt.slice(11, 16))).toEqual([
    '05:01',
    '04:08',
    '04:07',
    '04:06',
    '04:05',
    '04:04',
    '04:03',
    '04:02',
  ]);
  expect(status.lastJobs[0]).toMatchObject({
    job: 'Job_TransformGIM',
    status: 'FAILED',
    seconds: null,
    rows: null,
    message: 'the disk is full',
  });
});

test('in words', async () => {
  const status = await read(mart);
  expect(toStatusText({ ...status, schemaVersion: '010', lastJobs: status.lastJobs.slice(0, 2) })).toMatchInlineSnapshot(`
    "Time              2026-03-04T05:06:07.000Z
    Schema version    010
    Sessions          3, started from 2025-12-31 to 2026-03-03 (UTC days)
    Active sessions   2
    Pending intervals 2 wait for chatmart aggregate or the next run
    Source            idb (public.g_userdata_history): complete until 2026-03-04T05:00:00.000Z, 367 s behind; a window is open: a run is at work, or the next one goes on with it
                      later: the first window is not done
    Open discards     2 of code 5, a regular session without an end; the oldest of 2026-03-01T00:00:05.000Z
                      1 of code 9, no whole number; the oldest of 2026-03-03T00:00:00.000Z
    Last jobs         2026-03-04T05:01:02.000Z Job_TransformGIM FAILED: the disk is full
                      2026-03-04T04:08:00.000Z Job_ExtractICON COMPLETED, 8 s, 800 rows
    "
  `);
});

test('of a mart that nothing was loaded into', async () => {
  const status = await read(emptyMart);
  expect([validate(status), validate.errors]).toEqual([true, null]);
  expect(status).toMatchObject({
    sources: [],
    sessions: { total: 0, active: 0, firstDay: null, lastDay: null },
    openDiscards: [],
    pendingIntervals: 0,
  });
  expect(status.schemaVersion).not.toBe('');
});

test('the command prints it, as text and as JSON', async () => {
  const env = { CHATMART_IDB_URL: mart, CHATMART_MART_URL: mart };
  const [text, json] = [await runCli(['status'], { env }), await runCli(['status', '--json'], { env })];
  expect(text.stdout).toMatch(/^Time .*\nSchema version .*\nSessions {10}3, started from 2025-12-31 to 2026-03-03/);
  const status: unknown = JSON.parse(json.stdout);
  expect([validate(status), validate.errors]).toEqual([true, null]);
  expect(status).toMatchObject({ sessions: { total: 3 } });
  expect([text.code, json.code, text.stderr, json.stderr]).toEqual([0, 0, '', '']);
});
