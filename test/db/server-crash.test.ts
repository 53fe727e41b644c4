import { beforeAll, expect, it } from 'vitest';
import { startEmbeddedServer, type EmbeddedServer } from '../../src/db/embedded/server.js';
import { readPostmaster } from '../../src/db/embedded/postmaster.js';
import { toOperatorError } from '../../src/db/operator-error.js';
import { closeAfterFile } from '../support/closers.js';
import { BEFORE, writeChunks } from '../support/crash-history.js';
import { keepMart, readWholeMart, restoreMart } from '../support/crash-mart.js';
import { freshMart, idbTables, query, testClock } from '../support/databases.js';
import { sampleOf } from '../support/depth.js';
import { compareMarts } from '../support/growing-idb.js';
import { runCycle, type Urls } from '../support/histories.js';
import { startPostgresProxy, type PostgresProxy } from '../support/postgres-proxy.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { writeUserData } from '../support/user-data.js';
import { TEST_SETTINGS } from '../support/worker-server.js';
import { migrateMart, run } from '../support/jobs.js';

// What is committed must survive a crash of the server; a test cannot cover a crash of the machine.
const SETTINGS = { ...TEST_SETTINGS, synchronous_commit: 'on' };

let home: string;
let server: EmbeddedServer;
let urls: Urls & { readonly undisturbedUrl: string };
let through: PostgresProxy;
let expected: object;
beforeAll(async () => {
  home = temporaryFolder();
  closeAfterFile(() => server.forceStop());
  await start();
  for (const name of ['idb', 'mart', 'undisturbed']) await server.ensureDatabase(name);
  urls = { idbUrl: server.url('idb'), martUrl: server.url('mart'), undisturbedUrl: server.url('undisturbed') };
  const undisturbed = { ...urls, martUrl: urls.undisturbedUrl };
  await query(urls.idbUrl, idbTables());
  await writeUserData(urls.idbUrl, BEFORE);
  for (const each of [urls, undisturbed]) {
    await migrateMart({ martUrl: each.martUrl, martSchema: 'infomart', clock: testClock });
    await runCycle(each);
  }
  await writeChunks(urls.idbUrl);
  await runCycle(undisturbed);
  expected = await readWholeMart(undisturbed.martUrl);
  await keepMart(urls.martUrl);
  through = await startPostgresProxy(urls.martUrl);
});

const start = async (): Promise<void> => {
  server = await startEmbeddedServer({ home, log: () => undefined, settings: SETTINGS });
};

/** SIGQUIT is what `pg_ctl stop -m immediate` sends: no checkpoint, no goodbye. The server cannot notice SIGKILL. */
const crash = (signal: 'SIGQUIT' | 'SIGKILL'): boolean => process.kill(readPostmaster(server.dataFolder)!.pid, signal);

const runThrough = (retryDelaysMs: readonly number[]) =>
  run({ ...urls, martUrl: through.url, martSchema: 'infomart', idbSchema: 'public', clock: testClock, retryDelaysMs });

it.each(
  sampleOf(
    [
      ['staging', /^client CopyData/, 'SIGKILL'],
      ['judging', /^client Query with contradicted/, 'SIGKILL'],
      ['writing', /^client Parse insert into chat_session_fact/, 'SIGQUIT'],
      ['a commit', /^client Query commit/, 'SIGKILL'],
      ['the answer to a commit', /^server CommandComplete COMMIT/, 'SIGQUIT'],
      // After SIGKILL, the server's processes may finish their work; at this statement, nothing would be left that could fail.
      ['aggregating', /^client Parse [^;]*insert into agt_chat_stats_day/, 'SIGQUIT'],
    ] as const,
    6,
  ),
)('a crash of the server at %s is made good by the next run', async (_, at, signal) => {
  await restoreMart(urls.martUrl);
  through.setFault({ kind: 'act', at, nth: at.source.includes('agt_') ? 1 : 2, act: () => crash(signal) });
  const error = await runThrough([]).catch((thrown: unknown) => thrown);
  expect(through.happened()).toBe(1);
  expect(toOperatorError(error)?.code ?? (error as { code?: string }).code ?? String(error)).toMatch(
    /^(connection-lost|database-unreachable)$/,
  );
  await start();
  await runCycle(urls);
  expect(await readWholeMart(urls.martUrl)).toEqual(expected);
});

it.each(
  sampleOf(
    [
      ['an extract', /^server CopyData/, /extract/, 'SIGQUIT'],
      ['a re-read', /^server CopyData/, /re-read/, 'SIGKILL'],
    ] as const,
    2,
    1,
  ),
)("a crash of the IDB's own server at %s is made good by the next run", async (_, at, session, signal) => {
  const apart = { idbUrl: urls.idbUrl, martUrl: await freshMart() };
  const idb = await startPostgresProxy(urls.idbUrl);
  idb.setFault({ kind: 'act', at, session, nth: 3, act: () => crash(signal) });
  const options = { ...apart, idbUrl: idb.url, martSchema: 'infomart', idbSchema: 'public', clock: testClock, retryDelaysMs: [] };
  const error = await run(options).catch((thrown: unknown) => thrown);
  expect(idb.happened()).toBe(1);
  expect(toOperatorError(error)?.code ?? (error as { code?: string }).code ?? String(error)).toMatch(
    /^(connection-lost|database-unreachable)$/,
  );
  await start();
  await runCycle({ ...apart, idbUrl: urls.idbUrl });
  expect(await compareMarts(urls.undisturbedUrl, apart.martUrl)).toEqual([]);
});

it('a run survives a crash of the server if it is back soon', async () => {
  await restoreMart(urls.martUrl);
  let started: Promise<void> | undefined;
  const act = (): void => {
    crash('SIGQUIT');
    started = start();
  };
  through.setFault({ kind: 'act', at: /^client Parse insert into chat_session_fact/, nth: 2, act });
  await runThrough(Array.from({ length: 100 }, () => 50));
  await started;
  expect(through.happened()).toBe(1);
  expect(await readWholeMart(urls.martUrl)).toEqual(expected);
});
