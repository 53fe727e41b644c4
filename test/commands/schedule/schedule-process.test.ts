import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, describe, expect, test } from 'vitest';
import { freshDatabases, freshMart, query } from '../../support/databases.js';
import { deepTest } from '../../support/depth.js';
import { compareMarts } from '../../support/growing-idb.js';
import { runCycle, type Urls } from '../../support/histories.js';
import { withHeldChunk } from '../../support/hold-chunk.js';
import { startPostgresProxy } from '../../support/postgres-proxy.js';
import { startCli, type StartedCli } from '../../support/start-cli.js';
import { writeUserData, type UserDataRow } from '../../support/user-data.js';

const session = (guid: string): UserDataRow[] => [
  [guid, 'ChatServerSessionStartedAt', '2026-03-01T10:00:00Z'],
  [guid, 'ChatServerSessionClosedAt', '2026-03-01T10:05:00Z'],
];

/** Long enough for several ticks to fail. */
const OUTAGE_MS = 4_000;

let urls: Urls;
beforeEach(async () => {
  urls = await freshDatabases();
});

/** The daemon, ticking once per second. */
const start = (over: Partial<Urls> = {}, ...args: string[]): StartedCli =>
  startCli(['schedule', '--cron', '* * * * * *', '--run-maintain', 'false', ...args], {
    CHATMART_IDB_URL: over.idbUrl ?? urls.idbUrl,
    CHATMART_MART_URL: over.martUrl ?? urls.martUrl,
  });

const facts = async (): Promise<string[]> =>
  (await query<{ guid: string }>(urls.martUrl, 'select media_server_ixn_guid as guid from infomart.chat_session_fact order by 1')).map(
    ({ guid }) => guid,
  );

/** Waits until the mart holds a session. */
async function untilLoaded(guid: string): Promise<void> {
  while (!(await facts()).includes(guid)) await sleep(50);
}

/** The mart must equal what one run makes of the same rows. */
async function expectWhole(): Promise<void> {
  const martUrl = await freshMart();
  await runCycle({ ...urls, martUrl });
  expect(await compareMarts(martUrl, urls.martUrl)).toEqual([]);
}

interface Line {
  readonly level: string;
  readonly code?: string;
  readonly run?: string;
  readonly message: string;
  readonly data?: { readonly seconds: number };
}

const toLines = (stderr: string): Line[] =>
  stderr
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);

const linesOf = (stderr: string, code: string): Line[] => toLines(stderr).filter((line) => line.code === code);

describe('chatmart schedule', { timeout: 240_000 }, () => {
  test('loads what came at each tick, and ends well when it is told to', async () => {
    const daemon = start();
    for (const [index, guid] of ['G1', 'G2', 'G3'].entries()) {
      await writeUserData(urls.idbUrl, session(guid));
      await untilLoaded(guid);
      // Between its chunk and its aggregates, a cycle could be stopped.
      await daemon.said('; 1 session inserted', index + 1);
    }
    daemon.kill('SIGTERM');
    const { stderr, ...ended } = await daemon.ended;
    expect(ended).toEqual({ code: 0, signal: null, stdout: '' });
    const [first, last] = [toLines(stderr)[0]!, toLines(stderr).at(-1)!];
    expect([first.code, last.code]).toEqual(['schedule-started', 'schedule-ended']);
    const done = linesOf(stderr, 'job-done');
    expect(done.length).toBeGreaterThanOrEqual(3);
    const jobs = await query<{ job_id: string }>(
      urls.martUrl,
      `select job_id from infomart.ctl_etl_history where job_name = 'Job_ExtractICON' order by start_time`,
    );
    expect(done.map(({ run }) => run)).toEqual(jobs.map(({ job_id }) => job_id));
    await expectWhole();
  });

  deepTest('finishes its chunk at SIGTERM', async () => {
    await writeUserData(urls.idbUrl, session('G1'));
    await withHeldChunk(urls.martUrl, 1, async ({ reached, release }) => {
      const daemon = start();
      await reached();
      daemon.kill('SIGTERM');
      await daemon.said('SIGTERM: finishing the current transaction');
      await release();
      expect(await daemon.ended).toMatchObject({ code: 0, signal: null });
    });
    expect(await facts()).toEqual(['G1']);
    await runCycle(urls);
    await expectWhole();
  });

  deepTest('rolls its chunk back at a second one', async () => {
    await writeUserData(urls.idbUrl, session('G1'));
    await withHeldChunk(urls.martUrl, 1, async ({ reached }) => {
      const daemon = start();
      await reached();
      daemon.kill('SIGTERM');
      await daemon.said('SIGTERM: finishing the current transaction');
      daemon.kill('SIGTERM');
      expect(await daemon.ended).toMatchObject({ code: null, signal: 'SIGTERM' });
    });
    expect(await facts()).toEqual([]);
    await runCycle(urls);
    await expectWhole();
  });

  deepTest('killed in a chunk, the next one goes on at once', async () => {
    await writeUserData(urls.idbUrl, session('G1'));
    await withHeldChunk(urls.martUrl, 1, async ({ reached }) => {
      const daemon = start();
      await reached();
      daemon.kill('SIGKILL');
      await daemon.ended;
    });
    expect(await facts()).toEqual([]);
    const daemon = start();
    await untilLoaded('G1');
    await daemon.said('; 1 session inserted');
    daemon.kill('SIGTERM');
    expect(await daemon.ended).toMatchObject({ code: 0 });
    await expectWhole();
  });

  deepTest('skips its ticks while another process runs, and says so once', async () => {
    await writeUserData(urls.idbUrl, session('G1'));
    let daemon: StartedCli | undefined;
    await withHeldChunk(urls.martUrl, 1, async ({ reached, release }) => {
      const cycle = startCli(['run'], { CHATMART_IDB_URL: urls.idbUrl, CHATMART_MART_URL: urls.martUrl });
      await reached();
      daemon = start({}, '--log-level', 'debug');
      await daemon.said('run-in-progress', 3);
      await release();
      expect(await cycle.ended).toMatchObject({ code: 0 });
    });
    await daemon!.said('job-works-again');
    daemon!.kill('SIGTERM');
    const { code, stderr } = await daemon!.ended;
    expect(code).toBe(0);
    const busy = linesOf(stderr, 'run-in-progress').map(({ level }) => level);
    expect(busy.length).toBeGreaterThanOrEqual(3);
    expect(busy.filter((level) => level !== 'debug')).toEqual(['info']);
  });

  deepTest('lives through an outage of a database, and says when it began and when it was over', async () => {
    const proxy = await startPostgresProxy(urls.martUrl);
    const daemon = start({ martUrl: proxy.url });
    await writeUserData(urls.idbUrl, session('G1'));
    await untilLoaded('G1');
    await proxy.close();
    await writeUserData(urls.idbUrl, session('G2'));
    await daemon.said('"level":"warning","code":"database-unreachable"');
    await sleep(OUTAGE_MS);
    await proxy.open();
    await untilLoaded('G2');
    await daemon.said('databases-back');
    daemon.kill('SIGTERM');
    const { code, stderr } = await daemon.ended;
    expect(code).toBe(0);
    expect(linesOf(stderr, 'database-unreachable')).toHaveLength(1);
    const [back, ...more] = linesOf(stderr, 'databases-back');
    expect(back).toMatchObject({ level: 'info' });
    expect(back!.data!.seconds).toBeGreaterThanOrEqual(OUTAGE_MS / 1_000 - 1);
    expect(more).toEqual([]);
    await expectWhole();
  });

  deepTest('begins while no database is there', async () => {
    const proxy = await startPostgresProxy(urls.martUrl);
    await proxy.close();
    await writeUserData(urls.idbUrl, session('G1'));
    const daemon = start({ martUrl: proxy.url });
    await daemon.said('database-unreachable');
    await proxy.open();
    await untilLoaded('G1');
    daemon.kill('SIGTERM');
    expect(await daemon.ended).toMatchObject({ code: 0 });
  });

  deepTest('begins while there is no mart, and works as soon as there is one', async () => {
    await query(urls.martUrl, 'alter schema infomart rename to away');
    await writeUserData(urls.idbUrl, session('G1'));
    const daemon = start();
    await daemon.said('mart-not-migrated');
    await query(urls.martUrl, 'alter schema away rename to infomart');
    await daemon.said('job-works-again');
    await daemon.said('job-done');
    daemon.kill('SIGTERM');
    const { code, stderr } = await daemon.ended;
    expect({ code, told: linesOf(stderr, 'mart-not-migrated').length }).toEqual({ code: 0, told: 1 });
    expect(await facts()).toEqual(['G1']);
  });

  test('what no waiting mends ends it: a wrong expression', async () => {
    const { code, stderr } = await startCli(['schedule', '--cron', 'often'], {
      CHATMART_IDB_URL: urls.idbUrl,
      CHATMART_MART_URL: urls.martUrl,
    }).ended;
    expect({ code, codes: linesOf(stderr, 'bad-cron').length }).toEqual({ code: 2, codes: 1 });
  });
});
