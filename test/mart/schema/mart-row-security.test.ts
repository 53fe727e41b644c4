import { randomUUID } from 'node:crypto';
import { beforeAll, expect, test } from 'vitest';
import { reportCommand } from '../../../src/commands/report/command.js';
import { sqlCommand } from '../../../src/commands/sql/command.js';
import { readStatus } from '../../../src/commands/status/status.js';
import { toProblem } from '../../../src/jobs/problem.js';
import { callCommand } from '../../support/call-command.js';
import { closeAfterFile } from '../../support/closers.js';
import { freshDatabases, query, testClock } from '../../support/databases.js';
import { deepTest, sampleOf } from '../../support/depth.js';
import { readMart } from '../../support/mart-content.js';
import { writeUserData, type UserDataRow } from '../../support/user-data.js';
import { workerServer } from '../../support/worker-server.js';
import { aggregate, backfill, erase, maintain, migrateMart, reconcile, retryDiscards, run } from '../../support/jobs.js';

const DAY = { from: new Date('2026-03-01T00:00:00Z'), to: new Date('2026-03-03T00:00:00Z') };
const session = (guid: string, origin = 'web'): UserDataRow[] => [
  [guid, 'ChatServerSessionStartedAt', '2026-03-01T10:00:00Z'],
  [guid, 'ChatServerSessionClosedAt', '2026-03-01T10:05:00Z'],
  [guid, 'csg_MediaOrigin', origin],
];

const writer = `writer_${randomUUID().slice(0, 8)}`;
const analyst = `analyst_${randomUUID().slice(0, 8)}`;
let owned: { idbUrl: string; martUrl: string };
const as = (role: string): { idbUrl: string; martUrl: string } => ({
  idbUrl: owned.idbUrl,
  martUrl: Object.assign(new URL(owned.martUrl), { username: role, password: 'secret' }).toString(),
});

beforeAll(async () => {
  const server = await workerServer();
  closeAfterFile(() => query(server.url('postgres'), `drop role ${writer}; drop role ${analyst}`));
  owned = await freshDatabases();
  closeAfterFile(() => query(owned.martUrl, `drop owned by ${writer}, ${analyst}`));
  await query(
    owned.martUrl,
    `create role ${writer} login password 'secret';
     create role ${analyst} login password 'secret';
     grant usage on schema infomart to ${writer}, ${analyst};
     grant select, insert, update, delete on all tables in schema infomart to ${writer};
     grant usage on all sequences in schema infomart to ${writer};
     grant select on all tables in schema infomart to ${analyst}`,
  );
  await writeUserData(owned.idbUrl, [...session('G1'), ...session('G2'), ['G3', 'ChatServerSessionStartedAt', '2026-03-01T10:00:00Z']]);
  await cycle();
});

const cycle = (): Promise<unknown> => run({ ...as(writer), martSchema: 'infomart', idbSchema: 'public', clock: testClock });

/** The code of the operator's error that a job fails with. */
const codeOf = (job: () => Promise<unknown>): Promise<string> =>
  job().then(
    () => 'done',
    (error: unknown) => toProblem(error).code,
  );

const hideFacts = `alter table infomart.chat_session_fact enable row level security;
  create policy own on infomart.chat_session_fact for select to ${analyst} using (media_server_ixn_guid = 'G1')`;
const showFacts = `drop policy own on infomart.chat_session_fact; alter table infomart.chat_session_fact disable row level security`;

test('no job mistakes the rows that a policy shows for all rows', async () => {
  await writeUserData(owned.idbUrl, [...session('G4'), ['G1', 'csg_MediaOrigin', 'app']]);
  await query(owned.martUrl, hideFacts);
  const before = await readMart(owned.martUrl);
  const options = { ...as(writer), martSchema: 'infomart', idbSchema: 'public', clock: testClock };
  const jobs: Record<string, () => Promise<unknown>> = {
    run: cycle,
    aggregate: () => aggregate({ ...options, range: DAY }),
    backfill: () => backfill({ ...options, ...DAY }),
    reconcile: () => reconcile({ ...options, ...DAY }),
    retry: () => retryDiscards(options),
    erase: () => erase({ ...options, guids: ['G2'] }),
    maintain: () => maintain({ ...options, daysToKeepFacts: 1 }),
    status: () => readStatus({ ...options, check: true }),
    'status of whoever sees a part': () => readStatus({ ...options, ...as(analyst) }),
  };
  for (const [name, job] of Object.entries(jobs)) expect([name, await codeOf(job)]).toEqual([name, 'rows-hidden']);
  expect(await readMart(owned.martUrl)).toEqual(before);

  await query(owned.martUrl, showFacts);
  await cycle();
  expect((await readMart(owned.martUrl)).facts.size).toBe(3);
});

test('report and sql return what the role may see', async () => {
  await query(owned.martUrl, hideFacts);
  const { printed } = await callCommand(sqlCommand, as(analyst), ['--format', 'csv', 'select count(*) as n from chat_session_fact']);
  expect(printed).toBe('n\n1\n');
  const report = ['chat-termination', '--from', '2026-03-01', '--to', '2026-03-02', '--by', 'day', '--format', 'csv'];
  expect((await callCommand(reportCommand, as(analyst), report)).printed).toContain('2026-03-01');
  await query(owned.martUrl, showFacts);
});

test('a policy on any table of the mart is noticed', async () => {
  const tables = await query<{ name: string }>(
    owned.martUrl,
    `select relname::text as name from pg_class where relnamespace = 'infomart'::regnamespace and relkind = 'r' order by 1`,
  );
  expect(tables.length).toBeGreaterThan(15);
  const sampled = sampleOf([...tables.entries()], 12, 1);
  const untouched: string[] = [];
  for (const [index, { name }] of sampled) {
    await writeUserData(owned.idbUrl, session(`N${index}`));
    await query(owned.martUrl, `alter table infomart.${name} enable row level security`);
    const options = { ...as(writer), martSchema: 'infomart', idbSchema: 'public', clock: testClock };
    const ended = new Set<string>();
    for (const job of [
      cycle,
      () => maintain({ ...options, daysToKeepFacts: undefined }),
      () => erase({ ...options, guids: [`N${index}`] }),
    ])
      ended.add(await codeOf(job));
    ended.delete('done');
    if (ended.size === 0) untouched.push(name);
    else expect([name, ...ended]).toEqual([name, 'rows-hidden']);
    await query(owned.martUrl, `alter table infomart.${name} disable row level security`);
  }
  // Only the scheduler delivers; only knex uses its lock; only a backfill reads slices, and only tenants their roles; ctl_ds is read for a new source.
  const names = sampled.map(([, { name }]) => name);
  expect(untouched).toEqual(
    ['chatmart_delivery', 'chatmart_migration_lock', 'chatmart_role_tenant', 'chatmart_slice', 'ctl_ds'].filter((name) =>
      names.includes(name),
    ),
  );
  await query(owned.martUrl, 'alter table infomart.chatmart_slice enable row level security');
  const options = { ...as(writer), martSchema: 'infomart', idbSchema: 'public', clock: testClock };
  expect(await codeOf(() => backfill({ ...options, ...DAY }))).toBe('rows-hidden');
  await query(owned.martUrl, 'alter table infomart.chatmart_slice disable row level security');
});

deepTest('a policy that is forced stops the owner as well', async () => {
  const server = await workerServer();
  const owner = `owner_${randomUUID().slice(0, 8)}`;
  await query(
    owned.martUrl,
    `create role ${owner} login password 'secret'; grant all on database ${new URL(owned.martUrl).pathname.slice(1)} to ${owner}`,
  );
  closeAfterFile(() => query(server.url('postgres'), `drop role if exists ${owner}`));
  const martUrl = as(owner).martUrl;
  await migrateMart({ martUrl, martSchema: 'own', clock: testClock });
  const options = { ...owned, martUrl, martSchema: 'own', idbSchema: 'public', clock: testClock };
  await run(options);
  await query(martUrl, 'alter table own.chat_session_fact enable row level security');
  await run(options);
  await query(martUrl, 'alter table own.chat_session_fact force row level security');
  expect(await codeOf(() => aggregate({ ...options, range: DAY }))).toBe('rows-hidden');
  await query(owned.martUrl, `drop owned by ${owner} cascade`);
});
