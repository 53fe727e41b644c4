import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { withConnection } from '../../src/db/connection.js';
import { toOperatorError } from '../../src/db/operator-error.js';
import { writerLockName } from '../../src/mart/locks.js';
import { UnavailableError } from '../../src/model/errors.js';
import { BEFORE, writeChunks } from '../support/crash-history.js';
import { keepMart, readWholeMart, restoreMart } from '../support/crash-mart.js';
import { freshDatabases, freshMart, query } from '../support/databases.js';
import { sampleOf } from '../support/depth.js';
import { runCycle, type Urls } from '../support/histories.js';
import { pollUntil } from '../support/poll-until.js';
import { startPostgresProxy, type FaultKind, type PostgresProxy } from '../support/postgres-proxy.js';
import { writeUserData } from '../support/user-data.js';
import { run, type FlatRunOptions } from '../support/jobs.js';

let urls: Urls;
let expected: object;
let proxies: Readonly<Record<'idb' | 'mart', PostgresProxy>>;
beforeAll(async () => {
  urls = await freshDatabases();
  await writeUserData(urls.idbUrl, BEFORE);
  const undisturbed = { ...urls, martUrl: await freshMart() };
  for (const each of [urls, undisturbed]) await runCycle(each);
  await writeChunks(urls.idbUrl);
  await runCycle(undisturbed);
  expected = await readWholeMart(undisturbed.martUrl);
  await keepMart(urls.martUrl);
  proxies = { idb: await startPostgresProxy(urls.idbUrl), mart: await startPostgresProxy(urls.martUrl) };
});

beforeEach(async () => {
  for (const proxy of Object.values(proxies)) proxy.setFault(undefined);
  await restoreMart(urls.martUrl);
});

interface Stage {
  readonly stage: string;
  readonly side: 'idb' | 'mart';
  /** A message at which the fault can happen. */
  readonly at: RegExp;
  readonly session: RegExp;
  readonly nth?: number;
}

const STAGES: readonly Stage[] = [
  { stage: 'the snapshot', side: 'idb', at: /^client Query .*pg_snapshot_xmin/, session: /extract/ },
  { stage: 'extract', side: 'idb', at: /^server CopyData/, session: /extract/, nth: 30 },
  { stage: 'the end of an extract', side: 'idb', at: /^server CopyDone/, session: /extract/, nth: 2 },
  { stage: 'the login for a re-read', side: 'idb', at: /^client Startup/, session: /re-read/ },
  { stage: 're-read', side: 'idb', at: /^server CopyData/, session: /re-read/, nth: 12 },
  { stage: 'the begin', side: 'mart', at: /^client Query begin/, session: /run/, nth: 2 },
  { stage: 'stage', side: 'mart', at: /^client CopyData/, session: /run/, nth: 3 },
  { stage: 'the lock', side: 'mart', at: /^client Parse select pg_advisory_xact_lock/, session: /run/, nth: 2 },
  { stage: 'judge', side: 'mart', at: /^client Query with contradicted/, session: /run/, nth: 2 },
  { stage: 'what the mart holds', side: 'mart', at: /^server CopyData/, session: /run/, nth: 5 },
  { stage: 'write', side: 'mart', at: /^client Parse insert into chat_session_fact/, session: /run/, nth: 3 },
  { stage: 'a commit that is not sent', side: 'mart', at: /^client Query commit/, session: /run/, nth: 2 },
  { stage: 'a commit whose answer is lost', side: 'mart', at: /^server CommandComplete COMMIT/, session: /run/, nth: 2 },
  { stage: 'the last commit', side: 'mart', at: /^server CommandComplete COMMIT/, session: /run/, nth: 4 },
  { stage: 'aggregate', side: 'mart', at: /^client Parse [^;]*insert into agt_chat_stats_day/, session: /run/ },
  { stage: 'the commit of the aggregates', side: 'mart', at: /^server CommandComplete COMMIT/, session: /run/, nth: 5 },
  { stage: 'the job history', side: 'mart', at: /^client Parse update ctl_etl_history set end_time/, session: /run/, nth: 3 },
];

const runThrough = (options: Partial<FlatRunOptions> = {}) =>
  run({
    idbUrl: proxies.idb.url,
    martUrl: proxies.mart.url,
    martSchema: 'infomart',
    idbSchema: 'public',
    settleMs: 0,
    retryDelaysMs: [1, 1],
    ...options,
  });

/** The operator's error that a run fails with; undefined if it succeeds. */
async function problemOfRun(options: Partial<FlatRunOptions>): Promise<UnavailableError | undefined> {
  try {
    await runThrough(options);
    return undefined;
  } catch (error) {
    const problem = error instanceof UnavailableError ? error : toOperatorError(error);
    if (problem instanceof UnavailableError) return problem;
    throw error;
  }
}

/** The IDB's sessions hold no locks that others wait for. */
const LOST = { idb: ['kill', 'reset', 'stall'], mart: ['kill', 'reset', 'vanish', 'stall'] } as const satisfies Record<
  string,
  readonly FaultKind[]
>;

const PLACES = STAGES.map((stage, place) => ({ ...stage, place }));

// In npm test every seventh stage runs each test with one kind of fault.
describe.each(sampleOf(PLACES, 7))('at $stage ($side)', ({ place, side, at, session, nth = 1 }) => {
  it.each(sampleOf<FaultKind>(LOST[side], LOST[side].length, place))(
    'a connection that is lost (%s) is made good by the run itself',
    async (kind) => {
      proxies[side].setFault({ kind, at, session, nth });
      const lines: string[] = [];
      const limits = kind === 'stall' ? { connectMs: 500, silenceMs: 200 } : {};
      expect(await problemOfRun({ limits, log: (line) => lines.push(line) })).toBeUndefined();
      expect(proxies[side].happened()).toBe(1);
      expect(lines.filter((line) => line.includes('trying again'))).toHaveLength(1);
      expect(lines.filter((line) => line.includes('left for the next run'))).toEqual([]);
      expect(await readWholeMart(urls.martUrl)).toEqual(expected);
    },
  );

  it.each(sampleOf(['kill', 'cancel'] as const, 2, place))(
    'a run that does not try again (%s) says so, and the next one makes it good',
    async (kind) => {
      proxies[side].setFault({ kind, at, session, nth });
      const problem = await problemOfRun({ retryDelaysMs: [] });
      expect({ happened: proxies[side].happened(), problem: problem?.message }).toMatchObject({ happened: 1 });
      if (kind === 'kill') expect(problem?.code).toMatch(/^(connection-lost|database-unreachable)$/);
      // Here the server may already have finished; in the test below it cannot have.
      else if (problem !== undefined) expect(problem.code).toBe('statement-cancelled');
      await runCycle(urls);
      expect(await readWholeMart(urls.martUrl)).toEqual(expected);
    },
  );
});

it.each(
  sampleOf(
    [
      ['idb', 'lock table g_userdata_history'],
      ['mart', `select pg_advisory_xact_lock(hashtextextended('${writerLockName('infomart')}', 0))`],
    ] as const,
    2,
  ),
)('a statement on the %s that waits for somebody and is cancelled ends the run', async (side, lock) => {
  const url = urls[`${side}Url`];
  const cancel = `select pg_cancel_backend(pid) from pg_stat_activity
    where datname = current_database() and application_name like 'chatmart%' and wait_event_type = 'Lock'`;
  await withConnection({ url, applicationName: 'holder' }, async (holder) => {
    await holder.query(`begin; ${lock}`);
    const problem = problemOfRun({ retryDelaysMs: [] });
    await withConnection({ url, applicationName: 'test' }, (watcher) => pollUntil(async () => (await query(watcher, cancel)).length > 0));
    expect((await problem)?.code).toBe('statement-cancelled');
  });
  await runCycle(urls);
  expect(await readWholeMart(urls.martUrl)).toEqual(expected);
});
