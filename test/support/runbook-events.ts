import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import path from 'node:path';
import { vi, expect } from 'vitest';
import { connect, type Connection } from '../../src/db/connection.js';
import { takeWriterLock } from '../../src/mart/locks.js';
import { packageFile } from '../../src/spec/package-file.js';
import { closeAfterFile } from './closers.js';
import { idbTables, query } from './databases.js';
import { debianPgBin } from './further-server.js';
import { programArguments } from './program-arguments.js';
import { runLikePsql } from './psql-script.js';
import { makeNewerProgram, MIGRATED, PASSWORD, type RunbookWorld } from './runbook-world.js';
import { fillDisk, makeRoom, makeSmallTablespace, mountSmallDisk } from './small-disk.js';
import { startReplication, type Replication } from './standby.js';
import { writeUserData, type UserDataRow } from './user-data.js';

/** Sessions of five minutes that ended on 1 March 2026. */
export const sessions = (name: string, count: number): UserDataRow[] =>
  Array.from({ length: count }, (_, index) => `${name}-${index}`).flatMap((guid): UserDataRow[] => [
    [guid, 'ChatServerSessionStartedAt', '2026-03-01T10:00:00Z'],
    [guid, 'csg_ChatSessionID', guid.padEnd(200, '.')],
    [guid, 'ChatServerSessionClosedAt', '2026-03-01T10:05:00Z'],
  ]);

type Event = (world: RunbookWorld) => unknown;

/** Undefined if none can be mounted. */
export const smallDisk = mountSmallDisk();
let replication: Replication | undefined;

/** What happens between the runbook's commands, by the text of its comments. */
export const EVENTS: Readonly<Record<string, Event>> = {
  '1,000 sessions end': ({ idbUrl }) => writeUserData(idbUrl, sessions('first', 1_000)),
  '200 more sessions end': ({ idbUrl }) => writeUserData(idbUrl, sessions('second', 200)),
  '6,000 more sessions end': async ({ idbUrl }) => {
    // Their ids are so far away that they form a separate chunk.
    await query(idbUrl, `select setval('g_userdata_history_id_seq', 1000001)`);
    await writeUserData(idbUrl, sessions('third', 6_000));
  },

  'a run of the old chatmart is still at work': startRunThatWaits,
  'another machine still has the old chatmart': ({ install }) => install(programArguments()),
  'the newer chatmart is installed': ({ install }) => install(makeNewerProgram()),

  'the IDB has a standby': async ({ env }) => {
    replication = await startReplication(debianPgBin()!);
    await replication.primary.ensureDatabase('icon');
    const url = replication.primary.url('icon');
    await query(url, idbTables());
    await runLikePsql(url, packageFile('deploy', 'roles-idb.sql'), {});
    await query(url, `alter role chatmart_reader password '${PASSWORD}'`);
    await writeUserData(url, sessions('first', 1_000));
    env['CHATMART_IDB_URL'] = asReader(url);
  },
  'the primary ends before its standby has got everything': async ({ env }) => {
    const { primary, standby, catchUp } = replication!;
    await catchUp();
    await primary.forceStop();
    await query(standby.url('icon'), 'select pg_promote()');
    await writeUserData(standby.url('icon'), sessions('after', 50));
    env['CHATMART_IDB_URL'] = asReader(standby.url('icon'));
  },

  'ICON purges the first sessions': ({ idbUrl }) => query(idbUrl, `delete from g_userdata_history where callid like 'first-%'`),
  'a late key comes for a purged session': ({ idbUrl }) => writeUserData(idbUrl, [['first-7', 'csg_MediaOrigin', 'web']]),

  "the disk of the mart's server is nearly full": async ({ server }) => {
    await makeSmallTablespace(server, smallDisk!);
    await query(server.url('postgres'), 'alter database infomart set tablespace small');
    fillDisk(smallDisk!, 1_000_000);
  },
  'room is made': async ({ server }) => {
    makeRoom(smallDisk!);
    await query(server.url('postgres'), 'alter database infomart set tablespace pg_default');
  },

  'somebody changes the password of chatmart_writer': ({ martUrl }) => query(martUrl, `alter role chatmart_writer password 'another'`),

  'a key of an old session comes late': ({ idbUrl }) => writeUserData(idbUrl, [['first-7', 'csg_MediaOrigin', 'web', 1_767_225_600]]),
  'no other mart has these roles': ({ server }) => server.dropDatabase(MIGRATED),
  'an application leaves a transaction open on the IDB server': ({ idbUrl }) => holdTransaction(idbUrl),
};

const asReader = (url: string): string => Object.assign(new URL(url), { username: 'chatmart_reader', password: '' }).toString();

/** A run that has started writing and waits for the writer lock, which it gets once the migration waits as well. */
async function startRunThatWaits(world: RunbookWorld): Promise<void> {
  const blocker = await connect({ url: world.martUrl, applicationName: 'test' });
  await blocker.query('begin');
  await takeWriterLock(blocker, 'infomart');
  const log = openSync(path.join(world.folder, 'run.log'), 'w');
  const run = spawn(process.execPath, [...programArguments(), 'run'], {
    env: world.env,
    cwd: world.folder,
    stdio: ['ignore', log, log],
  });
  closeAfterFile(() => run.kill('SIGKILL'));
  run.once('close', () => closeSync(log));
  await untilWaiting(blocker, 1);
  void untilWaiting(blocker, 2).finally(() => blocker.end());
}

/** Waits until a number of sessions wait for the writer lock. */
const untilWaiting = (connection: Connection, count: number): Promise<unknown> =>
  vi.waitFor(async () => expect(await query(connection, WAITING)).toHaveLength(count), { timeout: 60_000, interval: 20 });

const WAITING = `select from pg_locks
  join pg_database on pg_database.oid = pg_locks.database
  where locktype = 'advisory' and not granted and datname = current_database()`;

/** Leaves a transaction open. */
async function holdTransaction(url: string): Promise<void> {
  const application = await connect({ url, applicationName: 'nightly export' });
  await application.query('begin; select pg_current_xact_id()');
  closeAfterFile(() => application.end());
}
