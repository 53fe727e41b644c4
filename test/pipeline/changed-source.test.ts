import { beforeAll, describe, expect, test } from 'vitest';
import { withConnection } from '../../src/db/connection.js';
import type { EmbeddedServer } from '../../src/db/embedded/server.js';
import type { ReconcileSummary } from '../../src/pipeline/reconcile/summary.js';
import type { RunSummary } from '../../src/pipeline/totals.js';
import { freshIdb, freshMart, idbTables, isOnCluster, query, testClock } from '../support/databases.js';
import { isWhole, sampleOf } from '../support/depth.js';
import { differencesFromRows, readRows } from '../support/folded-rows.js';
import { debianPgBin } from '../support/further-server.js';
import type { Urls } from '../support/histories.js';
import { reconcileAll } from '../support/reconciliation.js';
import { copyHome, freezeAll, jumpTransactions, makeStandby, startServerOf } from '../support/server-homes.js';
import type { KeyValueRow } from '../support/summed-sessions.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { insertUserData, writeUserData, type UserDataRow } from '../support/user-data.js';
import { run } from '../support/jobs.js';

/** Closed sessions, each written in a separate transaction. */
const writeSessions = (idbUrl: string, name: string, count: number): Promise<void> =>
  withConnection({ url: idbUrl, applicationName: 'ICON' }, async (icon) => {
    for (let index = 0; index < count; index++)
      await insertUserData(icon, [
        [`${name} ${index}`, 'ChatServerSessionStartedAt', '2026-03-01T10:07:00Z'],
        [`${name} ${index}`, 'csg_SessionTotalTime', String(600 + index)],
        [`${name} ${index}`, 'ChatServerSessionClosedAt', '2026-03-01T10:17:00Z'],
      ]);
  });

/** Later rows of the first session, lost when the source is set back. */
const LATER: readonly UserDataRow[] = [
  ['first 0', 'csg_SessionTotalTime', '999'],
  ['first 0', 'csg_MediaOrigin', 'web'],
];

/** Uses up transaction numbers, as work other than chat would. */
const burnTransactions = (url: string, count: number): Promise<unknown> =>
  query(url, `do $$ begin for i in 1..${count} loop perform pg_current_xact_id(); commit; end loop; end $$`);

/** The result of runs on a source that is not the one the mart knows. */
interface Outcome {
  readonly summary: RunSummary;
  readonly log: readonly string[];
  /** Where the mart differs from what its earlier rows and the source's rows add up to. */
  readonly differences: readonly string[];
  readonly oneMore: RunSummary;
}

const cycle = (urls: Urls, log: (line: string) => void = () => undefined): Promise<RunSummary> =>
  run({ ...urls, martSchema: 'infomart', idbSchema: 'public', clock: testClock, settleMs: 0, idSlack: 20, log });

/** A mart loaded from an IDB, and the IDB's rows. */
async function loadMart(idbUrl: string): Promise<{ martUrl: string; held: KeyValueRow[] }> {
  const martUrl = await freshMart();
  await cycle({ idbUrl, martUrl });
  return { martUrl, held: await readRows(idbUrl) };
}

/** Runs twice on the source as it is now. */
async function runOn(idbUrl: string, { martUrl, held }: { martUrl: string; held: readonly KeyValueRow[] }): Promise<Outcome> {
  const log: string[] = [];
  const summary = await cycle({ idbUrl, martUrl }, (line) => log.push(line));
  const differences = await differencesFromRows(martUrl, [...held, ...(await readRows(idbUrl))]);
  return { summary, log, differences, oneMore: await cycle({ idbUrl, martUrl }) };
}

const nothingMissed = ({ differences }: Outcome): void => expect(differences).toEqual([]);

/** The change must be reported once in the summary and the log; the last days are compared; afterwards the source is known. */
function saysThat({ summary, log, oneMore }: Outcome, what: RegExp): void {
  const changed: unknown = (summary.sources[0] as { changed?: unknown }).changed;
  expect(changed).toMatch(what);
  expect(log.filter((line) => line.includes(String(changed)))).toHaveLength(1);
  expect(summary.sources).toMatchObject([{ reconciled: { missing: 0, different: 0 } }]);
  expect(oneMore).toMatchObject({ rows: 0, sources: [{ changed: null }] });
}

/** Nothing is reported, and old rows are not read again. */
function saysNothing({ summary, oneMore }: Outcome, newRows: number): void {
  expect(summary).toMatchObject({ rows: newRows, sources: [{ changed: null }] });
  expect(oneMore).toMatchObject({ rows: 0, sources: [{ changed: null }] });
}

let server: EmbeddedServer;
let coldCopy: string;
/** A mart loaded when the IDB held 40 sessions and other work had used up transaction numbers since the copy was taken. */
let early: Awaited<ReturnType<typeof loadMart>>;

/** A copy of the IDB with its 100 sessions in the same cluster, and a mart loaded from it. */
async function knownDatabase(name: string) {
  await query(server.url('postgres'), `create database ${name} template idb`);
  return { idbUrl: server.url(name), known: await loadMart(server.url(name)) };
}

beforeAll(async () => {
  const home = temporaryFolder();
  const beginning = await startServerOf(home);
  await beginning.ensureDatabase('idb');
  await query(beginning.url('idb'), idbTables());
  await writeSessions(beginning.url('idb'), 'first', 40);
  await query(beginning.url('postgres'), 'create database idb_with_40 template idb');
  await beginning.forceStop();
  coldCopy = copyHome(home);
  server = await startServerOf(home);
  await burnTransactions(server.url('postgres'), 500);
  early = await loadMart(server.url('idb'));
  await writeSessions(server.url('idb'), 'lost', 60);
  await writeUserData(server.url('idb'), LATER);
});

describe.runIf(isWhole)('fail-over to a standby that has 40 of 100 sessions', () => {
  let outcome: Outcome;

  beforeAll(async () => {
    const known = await loadMart(server.url('idb'));
    const home = copyHome(coldCopy);
    makeStandby(home);
    const standby = await startServerOf(home);
    await query(standby.url('postgres'), 'select pg_promote()');
    await writeSessions(standby.url('idb'), 'new', 30);
    outcome = await runOn(standby.url('idb'), known);
    await standby.forceStop();
  });

  test('nothing is missed', () => nothingMissed(outcome));
  test('the run says so', () => saysThat(outcome, /timeline is now 2; it was 1/));
});

describe('a copy of the data folder, taken earlier, is put back', () => {
  let fewer: Outcome;
  let others: Outcome;
  let more: Outcome;

  beforeAll(async () => {
    const known = [await loadMart(server.url('idb')), await loadMart(server.url('idb'))] as const;
    const restored = await startServerOf(coldCopy);
    await writeSessions(restored.url('idb'), 'new', 10);
    fewer = await runOn(restored.url('idb'), known[0]);
    await burnTransactions(restored.url('postgres'), 1000);
    others = await runOn(restored.url('idb'), early);
    await writeSessions(restored.url('idb'), 'newer', 80);
    more = await runOn(restored.url('idb'), known[1]);
    await restored.forceStop();
  });

  test('nothing is missed of fewer new rows than were lost', () => nothingMissed(fewer));
  test('the run says that transaction numbers went back', () => saysThat(fewer, /next transaction is now \d+; it was \d+ before/));

  // The others need a mart each at the same time; a cluster has one.
  const testBeside = test.skipIf(isOnCluster());
  testBeside('nothing is missed of more new rows than were lost', () => nothingMissed(more));
  testBeside('the run says that a row is another one', () => saysThat(more, /row with id \d+ has changed/));

  testBeside('nothing is missed when no row was lost, but transaction numbers are given again', () => nothingMissed(others));
  testBeside('the run says that a new row has an old transaction number', () => saysThat(others, /transaction/));
});

describe('an older dump is restored', () => {
  let elsewhere: Outcome;
  let inPlace: Outcome;

  beforeAll(async () => {
    const known = await loadMart(server.url('idb'));
    const otherServer = await freshIdb();
    await restoreRows(server.url('idb_with_40'), otherServer);
    await writeSessions(otherServer, 'new', 30);
    elsewhere = await runOn(otherServer, known);

    const { idbUrl, known: knownToo } = await knownDatabase('dumped');
    await query(server.url('postgres'), 'drop database dumped');
    await query(server.url('postgres'), 'create database dumped template idb_with_40');
    await writeSessions(idbUrl, 'new', 30);
    inPlace = await runOn(idbUrl, knownToo);
  });

  /** Writes the rows of one IDB into another under the same ids. */
  async function restoreRows(fromUrl: string, toUrl: string): Promise<void> {
    const [{ rows }] = (await query<{ rows: string }>(
      fromUrl,
      'select json_agg(g_userdata_history)::text as rows from g_userdata_history',
    )) as [{ rows: string }];
    await query(toUrl, 'insert into g_userdata_history select * from json_populate_recordset(null::g_userdata_history, $1)', [rows]);
    await query(toUrl, `select setval('g_userdata_history_id_seq', max(id)) from g_userdata_history`);
  }

  test('nothing is missed on another server', () => nothingMissed(elsewhere));
  test('the run says that it is another server', () => saysThat(elsewhere, /system identifier is now \d+; it was \d+/));

  test('nothing is missed on the same server under the same name', () => nothingMissed(inPlace));
  test('the run says that it is another table', () => saysThat(inPlace, /is gone|has changed|oid/));
});

describe.runIf(isWhole)('the table is swapped for one that holds a part of it', () => {
  let outcome: Outcome;

  beforeAll(async () => {
    const { idbUrl, known } = await knownDatabase('swapped');
    await query(
      idbUrl,
      `alter table g_userdata_history rename to history_until_today;
       create table g_userdata_history (like history_until_today including all);
       insert into g_userdata_history select * from history_until_today where id > 150`,
    );
    await writeSessions(idbUrl, 'new', 30);
    outcome = await runOn(idbUrl, known);
  });

  test('nothing is missed', () => nothingMissed(outcome));
  test('the run says so', () => saysThat(outcome, /table oid is now \d+; it was \d+/));
});

describe.each(
  sampleOf(
    [
      { sessions: 30, than: 'fewer rows than before', says: /row with id \d+ is gone/ },
      { sessions: 150, than: 'more rows than before', says: /row with id \d+ has changed/ },
    ],
    2,
  ),
)('the table is emptied and begins anew with $than', ({ sessions, says }) => {
  let outcome: Outcome;

  beforeAll(async () => {
    const { idbUrl, known } = await knownDatabase(`emptied_${sessions}`);
    await query(idbUrl, 'truncate g_userdata_history restart identity');
    await writeSessions(idbUrl, 'new', sessions);
    outcome = await runOn(idbUrl, known);
  });

  test('nothing is missed', () => nothingMissed(outcome));
  test('the run says so', () => saysThat(outcome, says));
});

describe('rows are frozen and the table is rewritten', () => {
  let outcome: Outcome;

  beforeAll(async () => {
    const { idbUrl, known } = await knownDatabase('frozen');
    await query(idbUrl, 'vacuum (freeze) g_userdata_history');
    await writeSessions(idbUrl, 'new', 30);
    await query(idbUrl, 'vacuum (freeze) g_userdata_history');
    await query(idbUrl, 'vacuum (full, freeze) g_userdata_history');
    outcome = await runOn(idbUrl, known);
  });

  test('nothing is missed', () => nothingMissed(outcome));
  test('it is the same source: old rows are not read again', () => saysNothing(outcome, 90));
});

describe.runIf(isWhole && debianPgBin() !== undefined)('transaction numbers jump', () => {
  let far: Outcome;
  let first: readonly string[];
  let reconciled: ReconcileSummary;
  let end: Outcome;
  let across: Outcome;

  beforeAll(async () => {
    const pgBin = debianPgBin()!;
    const home = temporaryFolder();
    let jumping = await startServerOf(home, { pgBin });
    const jumpTo = async (epoch: number, xid: number): Promise<void> => {
      await jumping.forceStop();
      jumpTransactions(home, pgBin, { epoch, xid });
      jumping = await startServerOf(home, { pgBin });
    };
    await jumping.ensureDatabase('idb');
    await query(jumping.url('idb'), idbTables());
    await writeSessions(jumping.url('idb'), 'first', 40);
    const known = await loadMart(jumping.url('idb'));

    await freezeAll(jumping);
    await jumpTo(0, 3_000_000_000);
    await writeSessions(jumping.url('idb'), 'far', 30);
    far = await runOn(jumping.url('idb'), known);
    const fresh = await loadMart(jumping.url('idb'));
    first = await differencesFromRows(fresh.martUrl, fresh.held);
    await query(fresh.martUrl, `delete from infomart.chat_session_fact where media_server_ixn_guid = 'first 1'`);
    reconciled = await reconcileAll({ idbUrl: jumping.url('idb'), martUrl: fresh.martUrl });

    await jumpTo(6, 2 ** 32 - 50);
    await writeSessions(jumping.url('idb'), 'end', 10);
    end = await runOn(jumping.url('idb'), known);
    await writeSessions(jumping.url('idb'), 'across', 70);
    across = await runOn(jumping.url('idb'), known);
    await jumping.forceStop();
  });

  test('past 2^31: nothing is missed', () => nothingMissed(far));
  test('past 2^31: the run says so', () => saysThat(far, /too far apart/));
  test('rows older than 2^31 transactions are read by a first run', () => expect(first).toEqual([]));
  test('rows older than 2^31 transactions are compared with the mart, all of them', () =>
    expect(reconciled).toMatchObject({ interactions: 70, right: 69, missing: 1, different: 0, repaired: 1 }));
  test('into another epoch: nothing is missed', () => nothingMissed(end));
  test('into another epoch: the run says so', () => saysThat(end, /too far apart/));
  test('across 2^32: nothing is missed', () => nothingMissed(across));
  test('across 2^32: it is the same source', () => saysNothing(across, 210));
});
