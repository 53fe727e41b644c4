import { beforeAll, beforeEach, expect, it } from 'vitest';
import { aggregateChangedIntervals } from '../../src/mart/aggregates/rebuild.js';
import { withConnection } from '../../src/db/connection.js';
import type { EmbeddedServer } from '../../src/db/embedded/server.js';
import { withTransaction } from '../../src/db/transaction.js';
import { readMartMap } from '../../src/mart/schema/mart-map.js';
import { openStatementGate, type StatementGate } from '../support/convergence/statement-gate.js';
import { freshMart, idbTables, query, testClock } from '../support/databases.js';
import { differences, LEVELS, readMart } from '../support/mart-content.js';
import { pollUntil } from '../support/poll-until.js';
import { startServerOf } from '../support/server-homes.js';
import { sumLevel } from '../support/summed-levels.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { writeUserData, type UserDataRow } from '../support/user-data.js';
import { backfill, run } from '../support/jobs.js';

// What the mart's writer lock is for: two concurrent jobs, one of them held up where things would go wrong without the lock.

const START = 'ChatServerSessionStartedAt';
const END = 'ChatServerSessionClosedAt';
const ORIGIN = 'csg_MediaOrigin';
const AT = testClock().getTime() / 1000 - 86_400;

const rows = (guid: string, ...keys: readonly (readonly [string, string | null])[]): UserDataRow[] =>
  keys.map(([key, value]) => [guid, key, value, AT]);
const closed = (guid: string): UserDataRow[] => rows(guid, [START, '2026-03-01T10:00:00Z'], [END, '2026-03-01T10:05:00Z']);

let server: EmbeddedServer;
let idbs = 0;
let idbUrl: string;
let martUrl: string;

// A separate server: a transaction open in the mart would hold back the ceiling of an IDB on the same server.
beforeAll(async () => {
  server = await startServerOf(temporaryFolder());
});
beforeEach(async () => {
  const name = `idb_${++idbs}`;
  await server.ensureDatabase(name);
  [idbUrl, martUrl] = [server.url(name), await freshMart()];
  await query(idbUrl, idbTables());
});

const runBy = (url: string) => run({ ...toOptions(url), retryDelaysMs: [] });
const backfillBy = (url: string) => backfill({ ...toOptions(url), from: new Date((AT - 10) * 1000), to: new Date((AT + 10) * 1000) });
const toOptions = (url: string) => ({ idbUrl, martUrl: url, martSchema: 'infomart', idbSchema: 'public', clock: testClock, settleMs: 0 });

/** Holds the next message with a text until `released` settles. Resolves when the message has arrived. */
const holdAt = (gate: StatementGate, text: string, released: Promise<void>): Promise<void> =>
  new Promise((reached) => {
    gate.at({ nth: 1, text }, () => {
      reached();
      return released;
    });
  });

/** Waits until a session waits for a lock in the mart, or until the work ends without waiting. */
async function untilOneWaits(work: Promise<unknown>): Promise<void> {
  const state = { isDone: false };
  const end = (): void => void (state.isDone = true);
  void work.then(end, end);
  await withConnection({ url: martUrl, applicationName: 'test' }, (watcher) =>
    pollUntil(async () => state.isDone || (await query(watcher, `select from pg_stat_activity where wait_event_type = 'Lock'`)).length > 0),
  );
}

it('a chunk that waited for the lock sees what the last holder wrote', async () => {
  await writeUserData(idbUrl, closed('G1'));
  const [slow, first] = [await openStatementGate(martUrl), await openStatementGate(martUrl)];
  let release: () => void = () => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  let running: Promise<unknown> = Promise.resolve();
  // The backfill must read start and end, and then wait for a run that has seen the end deleted and holds the lock.
  slow.at({ nth: 1, text: "set status = 'RUNNING'" }, async () => {
    await writeUserData(idbUrl, rows('G1', [END, null]));
    const held = holdAt(first, 'insert into stg_transform_discards', released);
    running = runBy(first.through(martUrl));
    await held;
  });
  const filling = backfillBy(slow.through(martUrl));
  await untilOneWaits(filling);
  release();
  await Promise.all([running, filling]);
  await runBy(martUrl);
  expect(await query(martUrl, 'select media_server_ixn_guid from infomart.chat_session_fact')).toEqual([]);
  expect(await query(martUrl, 'select code from infomart.stg_transform_discards where resolved_ts is null')).toEqual([{ code: 5 }]);
});

it('interactions are read again as they are when the lock is held', async () => {
  await writeUserData(idbUrl, [...closed('G1'), ...rows('G1', [ORIGIN, 'web'], [ORIGIN, 'mobile'])]);
  const gate = await openStatementGate(martUrl);
  gate.at({ nth: 1, text: 'pg_advisory_xact_lock' }, async () => {
    await writeUserData(idbUrl, rows('G1', [ORIGIN, 'sms']));
    await runBy(martUrl);
  });
  await backfillBy(gate.through(martUrl));
  await runBy(martUrl);
  expect(
    await query(martUrl, 'select media_origin from infomart.chat_session_fact join infomart.chat_session_dim on id = chat_session_dim_key'),
  ).toEqual([{ media_origin: 'sms' }]);
});

it('what changes while its interval is rebuilt stays listed, though nobody holds the lock', async () => {
  await writeUserData(idbUrl, closed('G1'));
  await runBy(martUrl);
  await query(
    martUrl,
    `insert into infomart.chatmart_pending_agg (start_date_time_key, tenant_key, media_type_key, chat_session_dim_key, audit_key)
     select start_date_time_key, tenant_key, media_type_key, chat_session_dim_key, create_audit_key from infomart.chat_session_fact`,
  );
  const gate = await openStatementGate(martUrl);
  let beside: Promise<unknown> = Promise.resolve();
  // By then the days are built from the facts.
  gate.at({ nth: 1, text: 'insert into agt_chat_stats_month' }, async () => {
    await writeUserData(idbUrl, closed('G2'));
    beside = runBy(martUrl);
    await untilOneWaits(beside);
  });
  await withConnection({ url: gate.through(martUrl), applicationName: 'test', schema: 'infomart' }, (connection) =>
    withTransaction(connection, async () => aggregateChangedIntervals(connection, { map: await readMartMap(connection), auditKey: 1 })),
  );
  await beside;
  const mart = await readMart(martUrl);
  expect([...mart.facts.keys()].sort()).toEqual(['G1', 'G2']);
  for (const level of LEVELS) expect(differences(sumLevel(mart.facts.values(), level), mart.levels[level]), level).toEqual([]);
});
