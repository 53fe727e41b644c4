import { chownSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { toIdbLines } from '../../src/commands/status/text.js';
import { connect, withConnection, type Connection } from '../../src/db/connection.js';
import { readPostmaster } from '../../src/db/embedded/postmaster.js';
import { startEmbeddedServer } from '../../src/db/embedded/server.js';
import { findCeilingHolder, OLD_TRANSACTION_MS, type CeilingHolder, type SeenSnapshot } from '../../src/extract/ceiling-holder.js';
import { readStatus } from '../../src/commands/status/status.js';
import { closeAfterFile } from '../support/closers.js';
import { emptyDatabase, freshDatabases, query, testClock } from '../support/databases.js';
import { deepTest } from '../support/depth.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { insertUserData, writeUserData } from '../support/user-data.js';
import { TEST_SETTINGS } from '../support/worker-server.js';
import { run } from '../support/jobs.js';
import { expectText } from '../support/expect-text.js';

let idbUrl: string;
let otherUrl: string;
/** A role that may only log in. */
let ordinaryUrl: string;

beforeAll(async () => {
  [idbUrl, otherUrl] = [await emptyDatabase(), await emptyDatabase()];
  const url = new URL(idbUrl);
  [url.username, url.password] = ['ceiling_test', 'secret'];
  ordinaryUrl = url.href;
  await query(idbUrl, `create role ceiling_test login password 'secret'; create table later (n int)`);
  await query(otherUrl, 'create table written (n int)');
  closeAfterFile(() => query(idbUrl, 'drop role ceiling_test'));
});

/** Runs `work` while an open transaction has written to another database of the cluster, and something was committed after that. */
async function whileHeld<T>(work: (holder: Connection) => Promise<T>, begin = 'begin; insert into written values (1)'): Promise<T> {
  return withConnection({ url: otherUrl, applicationName: 'nightly' }, async (holder) => {
    await holder.query(begin);
    await query(idbUrl, 'insert into later values (1)');
    return work(holder);
  });
}

const find = (url: string, snapshots: readonly SeenSnapshot[] = [], oldMs?: number): Promise<CeilingHolder | null> =>
  withConnection({ url, applicationName: 'test' }, (idb) => findCeilingHolder(idb, snapshots, oldMs));

/** What a run would have stored an hour ago if the next transaction number was then that far above the ceiling. */
async function seenAnHourAgo(above: number): Promise<SeenSnapshot[]> {
  const [row] = await query<SeenSnapshot>(
    idbUrl,
    `select (pg_snapshot_xmin(pg_current_snapshot())::text::bigint + ${above})::text as xmax, to_json(now() - interval '1 hour') as "takenAt"`,
  );
  return [row!];
}

const pidOf = async (connection: Connection): Promise<number> =>
  (await connection.query<{ pid: number }>('select pg_backend_pid() as pid')).rows[0]!.pid;
const nameOf = (url: string): string => new URL(url).pathname.slice(1);

describe('who holds the ceiling back', () => {
  it('is a session of any database of the cluster', async () => {
    await whileHeld(async (holder) => {
      expect(await find(idbUrl, [], 0)).toEqual({
        kind: 'session',
        transaction: expect.stringMatching(/^\d+$/),
        pid: await pidOf(holder),
        database: nameOf(otherUrl),
        user: 'chatmart',
        application: 'nightly',
        gid: null,
        since: expect.stringMatching(/Z$/),
        seenSince: null,
      });
    });
  });

  it('is the session also where it wrote in a subtransaction', async () => {
    await whileHeld(
      async (holder) => expect(await find(idbUrl, [], 0)).toMatchObject({ kind: 'session', pid: await pidOf(holder) }),
      'begin; savepoint one; insert into written values (1); savepoint two; insert into written values (2)',
    );
  });

  it('is named only when it has been open for as long as is asked', async () => {
    await whileHeld(async () => {
      expect(await find(idbUrl, [], OLD_TRANSACTION_MS)).toBeNull();
      expect(await find(idbUrl, await seenAnHourAgo(1), OLD_TRANSACTION_MS)).toMatchObject({ kind: 'session' });
    });
  });

  it('is seen by an ordinary role, but for its age, which the runs know', async () => {
    await whileHeld(async (holder) => {
      // From before the holder had its number: it may have begun a moment ago.
      expect(await find(ordinaryUrl, await seenAnHourAgo(0), 0)).toBeNull();
      const snapshots = await seenAnHourAgo(1);
      expect(await find(ordinaryUrl, snapshots)).toMatchObject({
        kind: 'session',
        pid: await pidOf(holder),
        database: nameOf(otherUrl),
        user: 'chatmart',
        application: 'nightly',
        since: null,
        seenSince: new Date(snapshots[0]!.takenAt).toISOString(),
      });
    });
  });

  it('is not judged by snapshots of another server, whose numbers were larger', async () => {
    await whileHeld(async () => expect(await find(idbUrl, await seenAnHourAgo(1_000_000))).toBeNull());
  });

  it('is a prepared transaction', async () => {
    await whileHeld(async () => {
      try {
        expect(await find(ordinaryUrl, [], 0)).toMatchObject({
          kind: 'prepared',
          pid: null,
          database: nameOf(otherUrl),
          user: 'chatmart',
          gid: "it's lost",
          since: expect.stringMatching(/Z$/),
        });
      } finally {
        await query(otherUrl, `rollback prepared 'it''s lost'`);
      }
    }, `begin; insert into written values (1); prepare transaction 'it''s lost'`);
  });

  it('is nobody when nothing was committed since, when it has ended, and when it only reads', async () => {
    await withConnection({ url: otherUrl, applicationName: 'test' }, async (holder) => {
      await holder.query('begin; insert into written values (1)');
      expect(await find(idbUrl, [], 0)).toBeNull();
      await query(idbUrl, 'insert into later values (1)');
      expect(await find(idbUrl, [], 0)).not.toBeNull();
      await holder.query('commit');
      expect(await find(idbUrl, [], 0)).toBeNull();
      await holder.query('begin isolation level repeatable read; select from written');
      await query(idbUrl, 'insert into later values (1)');
      expect(await find(idbUrl, [], 0)).toBeNull();
    });
  });

  deepTest('is on the primary when the IDB is a standby', async () => {
    const home = temporaryFolder();
    const start = () => startEmbeddedServer({ home, log: () => undefined, settings: { ...TEST_SETTINGS, shared_buffers: '16MB' } });
    const primary = await start();
    const { dataFolder } = primary;
    const url = primary.url('postgres');
    const holder = await connect({ url, applicationName: 'test' });
    await holder.query('create table written (n int); begin; insert into written values (1)');
    await query(url, 'create table later (n int)');
    await query(url, 'checkpoint');
    // The primary dies and its data becomes a standby, which knows of the open transaction but cannot know how it ended.
    const signal = path.join(dataFolder, 'standby.signal');
    const { uid, gid } = statSync(path.join(dataFolder, 'PG_VERSION'));
    writeFileSync(signal, '');
    chownSync(signal, uid, gid);
    process.kill(readPostmaster(dataFolder)!.pid, 'SIGQUIT');
    await new Promise((resolve) => holder.once('end', resolve));
    const standby = await start();
    closeAfterFile(() => standby.forceStop());
    const [{ xmax }] = (await query<SeenSnapshot>(
      standby.url('postgres'),
      'select pg_snapshot_xmax(pg_current_snapshot())::text as xmax',
    )) as [SeenSnapshot];
    expect(await find(standby.url('postgres'), [{ xmax, takenAt: '2026-03-01T00:00:00Z' }])).toMatchObject({
      kind: 'primary',
      pid: null,
      since: null,
      seenSince: '2026-03-01T00:00:00.000Z',
    });
  });
});

it('status tells it, of the source of the runs', async () => {
  const urls = await freshDatabases();
  const options = { ...urls, martSchema: 'infomart', idbSchema: 'public', clock: testClock };
  await withConnection({ url: urls.idbUrl, applicationName: 'icon' }, async (holder) => {
    await holder.query('begin');
    await insertUserData(holder, [['G1', 'Subject', 'hello']]);
    await writeUserData(urls.idbUrl, [['G2', 'Subject', 'hello']]);
    await run({ ...options, settleMs: 0 });
    // While nothing is complete, rows above the ceiling are loaded at once, so nothing waits.
    expect((await readStatus(options)).idbs).toMatchObject([{ problem: null, waiting: null }]);
    // As if that run had been an hour ago.
    await query(
      urls.martUrl,
      `update infomart.chatmart_source set marks = (
         select jsonb_agg(mark || jsonb_build_object('takenAt', now() - interval '1 hour')) from jsonb_array_elements(marks) as mark
       )`,
    );
    const { idbs } = await readStatus(options);
    expect(idbs).toMatchObject([{ problem: null, ceilingHolder: { kind: 'session', pid: await pidOf(holder), application: 'icon' } }]);
    // Nothing can hold back a view, because a view has no ceiling.
    await query(urls.idbUrl, 'create view view_of_it as select * from g_userdata_history');
    expect((await readStatus({ ...options, idbTable: 'view_of_it' })).idbs).toMatchObject([{ problem: null, ceilingHolder: null }]);
  });
});

const holder: CeilingHolder = {
  kind: 'session',
  transaction: '4711',
  pid: 42,
  database: 'crm',
  user: 'app',
  application: 'nightly',
  gid: null,
  since: '2026-03-04T03:00:00.000Z',
  seenSince: '2026-03-04T04:00:00.000Z',
};

it('as text', () => {
  const others: Partial<CeilingHolder>[] = [
    {},
    { since: null, application: null },
    { kind: 'prepared', pid: null, application: null, gid: "it's\u001b[2J lost" },
    { kind: 'primary', pid: null, database: null, user: null, application: null, since: null },
    { kind: 'unseen', pid: null, database: null, user: null, application: null, since: null },
  ];
  const lines = others.flatMap((over) =>
    toIdbLines(
      {
        name: 'idb',
        problem: null,
        code: null,
        mustChange: false,
        withoutTime: null,
        idDoubts: [],
        lookSeconds: null,
        notRead: null,
        ceilingHolder: { ...holder, ...over },
        waiting: null,
      },
      new Date('2026-03-04T05:06:07Z'),
    ),
  );
  expectText(lines.join('\n'));
});
