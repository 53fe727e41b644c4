import { spawnSync } from 'node:child_process';
import { beforeAll, describe, expect, test } from 'vitest';
import { withConnection } from '../../src/db/connection.js';
import { toOperatorError } from '../../src/db/operator-error.js';
import { postgresCode } from '../../src/db/postgres-errors.js';
import { doctor } from '../../src/commands/doctor/doctor.js';
import { readStatus } from '../../src/commands/status/status.js';
import { freshMart, idbTables, query, testClock } from '../support/databases.js';
import { deepTest, isWhole } from '../support/depth.js';
import { debianPgBin } from '../support/further-server.js';
import { runCycle } from '../support/histories.js';
import { differencesFromRows, readRows } from '../support/folded-rows.js';
import { countsOf, reconcileAll } from '../support/reconciliation.js';
import { problemOf } from '../support/problem-of.js';
import { findPsql } from '../support/psql-script.js';
import { startReplication, type Replication } from '../support/standby.js';
import { writeUserData } from '../support/user-data.js';
import { playBesideRuns, type BesideRuns } from '../support/writers-beside-runs.js';
import { migrateMart } from '../support/jobs.js';

/** A standby cancels a statement, or ends its session, when the primary removes what it looks at. */
const CONFLICT_CODES = new Set(['40001', '57014', '57P01', '57P05']);

/** The SQLSTATE of an error or of its cause. */
const codeOf = (error: unknown): string | undefined => postgresCode(error) ?? (error instanceof Error ? codeOf(error.cause) : undefined);

/** Fewer in npm test. */
const SESSIONS = isWhole ? 300 : 100;

let conflicts = 0;

/** Retries what a recovery conflict ended; any other error fails the test. */
async function retryConflicts<T>(work: () => Promise<T>): Promise<T> {
  for (;;)
    try {
      return await work();
    } catch (error) {
      if (!CONFLICT_CODES.has(codeOf(error) ?? '')) throw error;
      conflicts++;
    }
}

describe.runIf(debianPgBin() !== undefined)('an IDB that is read from a hot standby', () => {
  let servers: Replication;

  beforeAll(async () => {
    servers = await startReplication(debianPgBin()!);
    await servers.primary.ensureDatabase('idb');
    await query(servers.primary.url('idb'), `${idbTables()}; create table churn as select 0 as n`);
    await servers.catchUp();
  });

  describe.runIf(isWhole)('24 writers on the primary beside the runs', () => {
    let played: BesideRuns;

    beforeAll(async () => {
      const { primary, standby, catchUp } = servers;
      const urls = { idbUrl: standby.url('idb'), martUrl: await freshMart() };
      const writeUrl = primary.url('idb');
      played = await playBesideRuns({ urls, writeUrl, sessions: SESSIONS, seed: 8, retry: retryConflicts, catchUp });
    });

    test('the traffic is hard: rows come late, values change, sessions stay incomplete', () => {
      expect(played.runs.length).toBeGreaterThan(3);
      expect(played.missedByLastId).toBeGreaterThan(SESSIONS / 3);
      expect(played.incomplete).toBeGreaterThan(SESSIONS / 30);
      expect(played.runs.reduce((sum, { sessions }) => sum + sessions.updated, 0)).toBeGreaterThan(SESSIONS / 6);
    });

    test('nothing is missed and nothing doubled: the mart is what the committed rows add up to', () => {
      expect(played.differences).toEqual([]);
    });

    test('nothing is left for one more run', () => {
      expect(played.oneMore).toMatchObject({ rows: 0, intervals: 0 });
    });

    test('old rows that are updated in place are found on the next day', () => {
      expect(played.differencesNextDay).toEqual([]);
    });
  });

  test('isolation that a standby does not know is no hindrance, whatever is set for the sessions', async () => {
    const { primary, standby, catchUp } = servers;
    await primary.ensureDatabase('serializable');
    await query(
      primary.url('serializable'),
      `${idbTables()}
       alter database serializable set default_transaction_isolation to 'serializable';
       alter database serializable set default_transaction_deferrable to on`,
    );
    await writeUserData(primary.url('serializable'), [
      ['G1', 'ChatServerSessionStartedAt', '2026-03-01T10:07:00Z'],
      ['G1', 'ChatServerSessionClosedAt', '2026-03-01T10:17:00Z'],
    ]);
    await catchUp();
    const urls = { idbUrl: standby.url('serializable'), martUrl: await freshMart() };
    expect(await runCycle(urls)).toMatchObject({ sessions: { inserted: 1 } });
    expect(countsOf(await reconcileAll(urls))).toMatchObject({ interactions: 1, right: 1 });
    const long = { url: urls.idbUrl, applicationName: 'test', limits: { silenceMs: 50 } };
    await withConnection(long, (connection) => connection.query('select pg_sleep(0.5)'));
  });

  test('a mart on a standby is told to be one, and is read', async () => {
    const { primary, standby, catchUp } = servers;
    await primary.ensureDatabase('mart');
    await migrateMart({ martUrl: primary.url('mart'), martSchema: 'infomart', clock: testClock });
    await catchUp();
    const urls = { idbUrl: primary.url('idb'), martUrl: standby.url('mart') };
    const error = toOperatorError(await runCycle(urls).catch((thrown: unknown) => thrown))!;
    expect([error.code, error.message]).toEqual([
      'database-read-only',
      expect.stringMatching(/^postgres:\/\/chatmart:\*{3}@127[.]0[.]0[.]1:\d+\/mart is a read-only standby: cannot execute UPDATE/),
    ]);
    expect(error.next).toBe('Name the primary server in that URL.');
    const { findings } = await doctor({ ...urls, martSchema: 'infomart', idbSchema: 'public' });
    expect(findings.filter(({ place, check }) => place === 'mart' && check === 'settings')).toMatchObject([
      {
        severity: 'warning',
        found: expect.stringContaining('read-only standby') as string,
        next: 'Jobs need the URL of the primary server.',
      },
      {},
      {},
    ]);
    await readStatus({ ...urls, martSchema: 'infomart', idbSchema: 'public', idbTable: undefined, clock: testClock });
  });

  deepTest('a run that a recovery conflict cancels is repeated and loses nothing', async () => {
    const { primary, standby, catchUp } = servers;
    const urls = { idbUrl: standby.url('idb'), martUrl: await freshMart() };
    // So many rows that reading them takes longer than the primary needs to remove what the reader might still see.
    await query(
      primary.url('idb'),
      `insert into g_userdata_history (callid, keyname, value, changetype, added_ts)
       select 'filler ' || n % 1000, 'Subject', '', 1, 0 from generate_series(1, 100000) as n`,
    );
    await catchUp();
    conflicts = 0;
    await withConnection({ url: primary.url('idb'), applicationName: 'churn' }, async (churn) => {
      const reading = { isOver: false };
      const removing = (async () => {
        for (; !reading.isOver && conflicts === 0; await churn.query('vacuum churn')) await churn.query('update churn set n = n + 1');
      })();
      const readAll = async (): Promise<void> => {
        // Only a statement running at that moment is cancelled, so everything is read again until one was.
        for (; conflicts === 0; await query(urls.martUrl, 'delete from infomart.chatmart_source'))
          await retryConflicts(() => runCycle(urls));
      };
      await readAll().finally(() => (reading.isOver = true));
      await removing;
    });
    expect(conflicts).toBeGreaterThan(0);
    await catchUp();
    await retryConflicts(() => runCycle(urls));
    expect(await differencesFromRows(urls.martUrl, await readRows(primary.url('idb')))).toEqual([]);
  });

  test.each(['any', 'read-write', 'read-only', 'primary', 'standby', 'prefer-standby'])(
    'several hosts and target_session_attrs=%s: the one that psql takes',
    async (target) => {
      const { primary, standby } = servers;
      for (const [one, other] of [
        [primary, standby],
        [standby, primary],
      ] as const) {
        const url = `${one.url('idb').replace(/@[^/]*/, `@127.0.0.1:${one.port},127.0.0.1:${other.port}`)}?target_session_attrs=${target}`;
        const answer = spawnSync(findPsql()!, ['-XAt', url, '-c', 'show port'], { encoding: 'utf8' });
        expect(answer).toMatchObject({ status: 0, stderr: '' });
        expect(await query(url, `select current_setting('port') as port`)).toEqual([{ port: answer.stdout.trim() }]);
      }
    },
  );

  test('no server is what target_session_attrs asks for', async () => {
    const { primary, standby } = servers;
    const alone = (server: typeof primary, target: string): Promise<string> =>
      problemOf(() => query(`${server.url('idb')}?target_session_attrs=${target}`, 'select'));
    expect(await alone(standby, 'read-write')).toMatch(
      /^UnavailableError no-fitting-server: .* is a standby; target_session_attrs asks for read-write$/,
    );
    expect(await alone(primary, 'standby')).toMatch(/ is a primary that can be written to; target_session_attrs asks for standby$/);
    const url = `${primary.url('idb').replace(/@[^/]*/, `@127.0.0.1:1,127.0.0.1:${primary.port}`)}?target_session_attrs=read-only`;
    expect(await problemOf(() => query(url, 'select'))).toMatch(
      /^UnavailableError no-fitting-server: None of the 2 servers of .* can be used: .* cannot be reached: .*; .* asks for read-only$/,
    );
  });
});
