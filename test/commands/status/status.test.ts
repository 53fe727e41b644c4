import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { beforeAll, expect, test } from 'vitest';
import { toIdbLines, toStatusText } from '../../../src/commands/status/text.js';
import { readStatus } from '../../../src/commands/status/status.js';
import { packageFile } from '../../../src/spec/package-file.js';
import { freshIdb, freshMart, query } from '../../support/databases.js';
import { expectText } from '../../support/expect-text.js';

const now = new Date('2026-03-04T05:06:07Z');
const epoch = (text: string): number => new Date(text).getTime() / 1000;
const validate = new Ajv({ allowUnionTypes: true }).compile(
  JSON.parse(readFileSync(packageFile('specs', 'schema', 'status.schema.json'), 'utf8')) as object,
);

let emptyMart: string;
let mart: string;
let idb: string;
const read = (martUrl: string, idbUrl = idb) =>
  readStatus({ idbUrl, idbSchema: 'public', martUrl, martSchema: 'infomart', clock: () => now });

beforeAll(async () => {
  emptyMart = await freshMart();
  mart = await freshMart();
  idb = await freshIdb();
  await query(
    mart,
    `set search_path to infomart;
     truncate ctl_etl_history;
     insert into chatmart_source (source_name, data_source_key, table_name, complete_until, aggregated_until, last_run_at, window_ceiling, ignored_keys, ignored_keys_at) values
       ('idb', 1, 'public.g_userdata_history', '2026-03-04 05:00:00', '2026-03-04 04:00:00', '2026-03-04 05:01:02.345', 17,
         '{"rows": 20000, "keys": [{"name": "Subject", "rows": 700}, {"name": "\\u001b[2J", "rows": 3}]}', '2026-03-04 01:00:00'),
       ('later', 2, null, null, null, null, null, null, null);
     insert into ctl_audit_log (audit_key, job_id, created, processing_status_key, min_start_date_time_key, max_start_date_time_key, created_ts)
     select audit_key, 'job', to_timestamp(created_ts) at time zone 'UTC', 1, 0, 0, created_ts
     from (values
       (101, ${epoch('2026-01-01T00:00:00Z')}),
       (102, ${epoch('2026-02-02T05:06:07Z')}),
       (103, ${epoch('2026-02-02T05:06:08Z')})
     ) as entry (audit_key, created_ts);
     insert into chat_session_fact (
       media_server_ixn_guid, start_date_time_key, end_date_time_key, tenant_key, media_type_key, chat_session_dim_key,
       create_audit_key, update_audit_key, start_ts, end_ts, active_flag
     )
     select guid, start_ts / 900 * 900, 0, 1, 1, -2, created, updated, start_ts, 0, active
     from (values
       ('a', ${epoch('2025-12-31T23:59:59Z')}, 101, null, 0),
       -- Active: untouched for 30 days to the second, updated a second later, not updated at all.
       ('b', ${epoch('2026-01-01T00:00:00Z')}, 101, 102, 1),
       ('c', ${epoch('2026-03-03T12:00:00Z')}, 101, 103, 1),
       ('d', ${epoch('2026-01-02T00:00:00Z')}, 101, null, 1)
     ) as session (guid, start_ts, created, updated, active);
     insert into stg_transform_discards (table_name, guid, create_audit_key, code, reason, etl_ts, etl_date_time_key, resolved_ts) values
       ('g_userdata_history', 'd', 1, 5, 'a regular session without an end', ${epoch('2026-03-02T00:00:05Z')}, 0, null),
       ('g_userdata_history', 'e', 1, 5, 'a regular session without an end', ${epoch('2026-03-01T00:00:05Z')}, 0, null),
       ('g_userdata_history', 'f', 1, 5, 'a regular session without an end', ${epoch('2026-02-01T00:00:05Z')}, 0, ${epoch('2026-02-02T00:00:00Z')}),
       ('g_userdata_history', 'g', 1, 9, 'no whole number', ${epoch('2026-03-03T00:00:00Z')}, 0, null);
     insert into chatmart_pending_agg values (900, 1), (900, 2), (1800, 2);
     insert into ctl_etl_history (job_id, job_name, job_version, start_time, end_time, duration, status, row_count, created_ts, message)
     select 'job-' || n, 'Job_ExtractICON', '0.1.0', timestamp '2026-03-04 04:00:00' + n * interval '1 minute', null, n, 'COMPLETED', 100 * n, 0, null
     from generate_series(1, 8) as n;
     insert into ctl_etl_history (job_id, job_name, job_version, start_time, end_time, duration, status, created_ts, message, command) values
       ('job-8', 'Job_TransformGIM', '0.1.0', '2026-03-04 04:08:01', '2026-03-04 04:09:10', 69, 'COMPLETED', 0, '3 sessions in 800 rows', 'run'),
       ('job-9', 'Job_TransformGIM', '0.1.0', '2026-03-04 05:01:02', null, null, 'FAILED', 0, 'the disk is full', null),
       -- Failed within a day, too long ago for that, and one that runs.
       ('old', 'Job_ExtractICON', '0.1.0', '2026-03-03 05:30:00', '2026-03-03 05:30:09', 9, 'FAILED', 0, 'the password is wrong', 'schedule'),
       ('older', 'Job_ExtractICON', '0.1.0', '2026-03-03 04:00:00', '2026-03-03 04:00:09', 9, 'FAILED', 0, 'the password was wrong', 'schedule'),
       ('now', 'Job_AggregateGIM', '0.1.0', '2026-03-04 05:06:00', null, null, 'RUNNING', 0, null, 'aggregate')`,
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
        configured: true,
        table: 'public.g_userdata_history',
        completeUntil: '2026-03-04T05:00:00.000Z',
        lagSeconds: 367,
        aggregatedUntil: '2026-03-04T04:00:00.000Z',
        windowOpen: true,
        lastRunAt: '2026-03-04T05:01:02.345Z',
        ignoredKeys: {
          at: '2026-03-04T01:00:00.000Z',
          rows: 20_000,
          keys: [
            { name: 'Subject', rows: 700 },
            { name: '\u001b[2J', rows: 3 },
          ],
        },
      },
      {
        name: 'later',
        configured: false,
        aggregatedUntil: null,
        ignoredKeys: null,
        table: null,
        completeUntil: null,
        lagSeconds: null,
        windowOpen: false,
        lastRunAt: null,
      },
    ],
    aggregates: { completeUntil: '2026-03-04T04:00:00.000Z', lagSeconds: 3_967 },
    idbs: [{ name: 'idb', problem: null, code: null, mustChange: false, ceilingHolder: null }],
    checks: null,
    sessions: { total: 4, active: 3, stale: 2, firstDay: '2025-12-31', lastDay: '2026-03-03' },
    openDiscards: [
      { code: 5, name: 'NO_END', count: 2, oldest: '2026-03-01T00:00:05.000Z' },
      { code: 9, count: 1, oldest: '2026-03-03T00:00:00.000Z' },
    ],
    pendingIntervals: 2,
  });
  expect(status.lastJobs.map(({ startedAt }) => startedAt.slice(11, 16))).toEqual([
    '05:06',
    '05:01',
    '04:08',
    '04:08',
    '04:07',
    '04:06',
    '04:05',
    '04:04',
  ]);
  expect(status.lastJobs[1]).toMatchObject({
    job: 'Job_TransformGIM',
    status: 'FAILED',
    seconds: null,
    rows: null,
    message: 'the disk is full',
  });
  expect(status.lastRuns.map(({ startedAt, jobs }) => `${startedAt.slice(8, 16)} ${jobs.length}`)).toEqual([
    '04T05:01 1',
    '03T05:30 1',
    '04T05:06 1',
    '04T04:08 2',
    '04T04:07 1',
    '04T04:06 1',
    '04T04:05 1',
    '04T04:04 1',
  ]);
});

test('a run that failed within a day is found, however many have come since', async () => {
  const busy = await freshMart();
  await query(
    busy,
    `insert into infomart.ctl_etl_history (job_id, job_name, job_version, start_time, status, created_ts, message)
     select 'run-' || n / 3, 'Job_' || n % 3, '0.1.0', timestamp '2026-03-04 05:06:00' - n * interval '1 minute' / 3, 'COMPLETED', 0, null
     from generate_series(1, 4000) as n
     union all
     select 'failed', 'Job_ExtractICON', '0.1.0', timestamp '2026-03-03 05:30:00', 'FAILED', 0, 'the password is wrong'`,
  );
  expect((await read(busy)).lastRuns.map(({ status, startedAt }) => `${startedAt.slice(8, 16)} ${status}`).slice(0, 2)).toEqual([
    '03T05:30 FAILED',
    '04T05:06 COMPLETED',
  ]);
});

test('in words', async () => {
  const status = await read(mart);
  expectText(toStatusText({ ...status, schemaVersion: '010', lastRuns: status.lastRuns.slice(0, 4) }));
});

test('of a mart that nothing was loaded into', async () => {
  const status = await read(emptyMart);
  expect([validate(status), validate.errors]).toEqual([true, null]);
  expect(status).toMatchObject({
    sources: [],
    aggregates: { completeUntil: null, lagSeconds: null },
    sessions: { total: 0, active: 0, stale: 0, firstDay: null, lastDay: null },
    openDiscards: [],
    pendingIntervals: 0,
  });
  expect(status.schemaVersion).not.toBe('');
});

test('an IDB that is unreachable or missing is part of the answer', async () => {
  const nowhere = new URL(idb);
  nowhere.port = '1';
  const [away, none] = [await read(mart, nowhere.href), await read(mart, emptyMart)];
  expect([validate(away), validate.errors]).toEqual([true, null]);
  expect(away).toMatchObject({ sessions: { total: 4 } });
  const lines = [away, none].flatMap((status) => toIdbLines(status.idbs[0]!, now)).map((line) => line.replace(/test_\w+/, '<database>'));
  expectText(lines.map((line) => line.replace(/\/\/\S+@/, '//')));
});

test('each IDB of an HA set is asked', async () => {
  const status = await readStatus({
    idbUrl: idb,
    otherIdbUrls: [emptyMart],
    idbSchema: 'public',
    martUrl: mart,
    martSchema: 'infomart',
    clock: () => now,
  });
  expect(status.idbs).toMatchObject([
    { name: 'idb', problem: null },
    { name: 'idb2', problem: expect.stringContaining('g_userdata_history') },
  ]);
});
