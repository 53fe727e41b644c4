import { beforeAll, expect, test, vi } from 'vitest';
import { connect } from '../../src/db/connection.js';
import type { EmbeddedServer } from '../../src/db/embedded/server.js';
import type { RunSummary } from '../../src/pipeline/totals.js';
import { closeAfterFile } from '../support/closers.js';
import { freshMart, idbTables, query, testClock } from '../support/databases.js';
import { startServerOf } from '../support/server-homes.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { insertUserData, writeUserData, type UserDataRow } from '../support/user-data.js';
import { run } from '../support/jobs.js';

const session = (guid: string): UserDataRow[] => [
  [guid, 'ChatServerSessionStartedAt', '2026-03-01T10:00:00Z'],
  [guid, 'ChatServerSessionClosedAt', '2026-03-01T10:05:00Z'],
];

/** ICON writes to the publisher; the mart reads the subscriber. */
let publisher: EmbeddedServer;
let iconUrl: string;
let idbUrl: string;
let martUrl: string;

/** Waits until the subscriber has a number of rows. */
const arrive = (rows: number): Promise<void> =>
  vi.waitFor(async () => expect(await query(idbUrl, 'select count(*) as rows from g_userdata_history')).toEqual([{ rows }]), {
    timeout: 30_000,
    interval: 20,
  });

const told: (string | undefined)[] = [];
const cycle = (): Promise<RunSummary> => {
  told.length = 0;
  return run({
    ...{ idbUrl, martUrl, martSchema: 'infomart', idbSchema: 'public', clock: testClock, settleMs: 0 },
    log: (_, fields) => fields?.code !== undefined && told.push(fields.code),
  });
};

beforeAll(async () => {
  publisher = await startServerOf(temporaryFolder(), { settings: { wal_level: 'logical' } });
  const subscriber = await startServerOf(temporaryFolder());
  for (const server of [publisher, subscriber]) {
    await server.ensureDatabase('idb');
    await query(server.url('idb'), idbTables());
  }
  [iconUrl, idbUrl, martUrl] = [publisher.url('idb'), subscriber.url('idb'), await freshMart()];
  await writeUserData(iconUrl, session('FIRST'));
  await query(iconUrl, 'create publication chat for table g_userdata_history');
  await query(idbUrl, `create subscription from_icon connection '${iconUrl}' publication chat`);
  await arrive(2);
  await cycle();
}, 60_000);

test('a transaction that began first and is applied last is loaded by the next run', async () => {
  const late = await connect({ url: iconUrl, applicationName: 'late writer' });
  closeAfterFile(() => late.end());
  await late.query('begin');
  await insertUserData(late, session('LATE'));
  await query(iconUrl, `select setval('g_userdata_history_id_seq', 60010)`);
  await writeUserData(iconUrl, session('EARLY'));
  await arrive(4);
  expect(await cycle()).toMatchObject({ rows: 2, sessions: { inserted: 1 } });
  await late.query('commit');
  await arrive(6);
  expect(await cycle()).toMatchObject({ rows: 2, sessions: { inserted: 1 } });
  expect(told).toEqual([]);
});

test('the mart is complete as far as the subscriber has heard of its publisher, and no further', async () => {
  const [{ heard }] = (await query<{ heard: Date }>(idbUrl, 'select last_msg_send_time as heard from pg_stat_subscription')) as [
    { heard: Date },
  ];
  const { completeUntil } = await cycle();
  expect(new Date(completeUntil!).getTime()).toBeGreaterThanOrEqual(heard.getTime() - 1);
  await publisher.forceStop();
  await vi.waitFor(async () => expect(await query(idbUrl, 'select from pg_stat_subscription where pid is not null')).toEqual([]), {
    timeout: 30_000,
    interval: 20,
  });
  const before = (await cycle()).completeUntil;
  expect((await cycle()).completeUntil).toBe(before);
  expect(Date.now() - new Date(before!).getTime()).toBeGreaterThan(0);
});
