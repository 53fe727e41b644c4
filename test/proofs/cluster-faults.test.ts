import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { writeSimulatedSessions } from '../../src/commands/simulate/simulate.js';
import { withConnection } from '../../src/db/connection.js';
import { createRandom } from '../../src/simulate/random.js';
import { expectedDiscards, expectedFacts } from '../oracle/facts.js';
import type { Truth } from '../oracle/truth.js';
import { readCheckedMart } from '../support/breaches.js';
import { findCitusBin, startCitusCluster, type CitusCluster, type ClusterNode } from '../support/citus-cluster.js';
import { keepRows, restoreRows } from '../support/cluster-mart.js';
import { freshIdb, query } from '../support/databases.js';
import { isWhole } from '../support/depth.js';
import { differences, LEVELS, type Row } from '../support/mart-content.js';
import { pollUntil } from '../support/poll-until.js';
import { startPostgresProxy } from '../support/postgres-proxy.js';
import { runCli } from '../support/run-cli.js';
import { startCli, type StartedCli } from '../support/start-cli.js';
import { sumLevel } from '../support/summed-levels.js';
import { writeUserData } from '../support/user-data.js';

// A load on a Citus cluster of which a node goes away at some moment: the next run leaves what the oracle says, nothing lost or doubled.

const SESSIONS = 1_000;
const KILLS = 20;
/** A load is then of some thirty transactions. */
const IDS_A_ROW = 1_200;
/** The longest that a node is away while the run goes on trying. */
const AWAY_MS = 5_000;
/** Citus settles what is in doubt this often. */
const RECOVER_SECONDS = 3;

const bin = findCitusBin();
if (isWhole && bin === undefined)
  console.warn('skipped: no PostgreSQL with Citus; CHATMART_TEST_CITUS_BIN names the folder of its programs');

describe.runIf(isWhole && bin !== undefined)('a load on a cluster', { timeout: 3_600_000 }, () => {
  const random = createRandom(inject('seed'), 1);
  let cluster: CitusCluster;
  let env: Record<string, string>;
  let truths: Truth[];
  let expected: Map<string, Row>;
  /** Of the last load that nothing disturbed. */
  let loadMs: number;

  beforeAll(async () => {
    const idbUrl = await freshIdb();
    const written: string[] = [];
    await writeSimulatedSessions({
      ...{ idbUrl, idbSchema: 'public', seed: 41, sessions: SESSIONS, statistics: 'mixed', updates: true, corrections: true },
      ...{ from: new Date('2026-01-05T00:00:00Z'), to: new Date('2026-01-08T00:00:00Z') },
      truth: (line) => written.push(line),
      log: () => undefined,
    });
    await query(idbUrl, `update g_userdata_history set id = -id * ${IDS_A_ROW}`);
    await query(idbUrl, 'update g_userdata_history set id = -id');
    await query(idbUrl, `select setval('g_userdata_history_id_seq', max(id)) from g_userdata_history`);
    truths = written.map((line) => JSON.parse(line) as Truth);
    expected = expectedFacts(truths, undefined);
    cluster = await startCitusCluster(bin!, { 'citus.recover_2pc_interval': `${RECOVER_SECONDS}s` });
    env = { CHATMART_IDB_URL: idbUrl, CHATMART_MART_URL: cluster.coordinator.martUrl };
    await withMart(keepRows);
    const start = performance.now();
    expect(await runCli(['run'], { env })).toMatchObject({ code: 0 });
    loadMs = performance.now() - start;
    expect(await findWrong()).toEqual([]);
  }, 600_000);

  const withMart = (work: Parameters<typeof withConnection<unknown>>[1]): Promise<unknown> =>
    withConnection({ url: cluster.coordinator.martUrl, applicationName: 'test', schema: 'infomart', showsOwnRows: true }, work);

  /** Where the mart differs from the oracle, and breaches of its rules. */
  async function findWrong(): Promise<string[]> {
    const { mart, breaches } = await readCheckedMart(cluster.coordinator.martUrl);
    const discards = expectedDiscards(
      truths.filter(({ interactionId }) => !expected.has(interactionId)),
      undefined,
    );
    expect(mart.openDiscards).toEqual(discards);
    const facts = [...expected.values()];
    const levels = LEVELS.flatMap((level) => differences(sumLevel(facts, level), mart.levels[level]).map((each) => `${level} ${each}`));
    return [...differences(expected, mart.facts), ...levels, ...breaches];
  }

  /** The next run ends well, and the mart is as if nothing had happened. */
  async function expectConverged(): Promise<void> {
    const { code, stderr } = await runCli(['run'], { env });
    expect(code, stderr).toBe(0);
    expect(await findWrong()).toEqual([]);
  }

  const startLoad = async (): Promise<StartedCli> => {
    await withMart(restoreRows);
    return startCli(['run'], env);
  };

  /** Every fourth time the node is away for longer than the run waits. */
  const kills = Array.from({ length: KILLS }, (_, index) => ({
    nth: index + 1,
    at: Math.round(random.next() * 100) / 100,
    awayMs: index % 4 === 3 ? null : random.integer(200, AWAY_MS),
  }));

  async function killDuring(node: ClusterNode, { at, awayMs }: (typeof kills)[number]): Promise<StartedCli['ended']> {
    let run: StartedCli;
    for (let isOver = true; isOver;) {
      run = await startLoad();
      const start = performance.now();
      isOver = await Promise.race([run.ended.then(() => true), sleep(at * loadMs).then(() => false)]);
      // A machine with less to do than before is quicker.
      if (isOver) loadMs = performance.now() - start;
    }
    node.kill();
    await (awayMs === null ? run!.ended : sleep(awayMs));
    await node.start();
    return run!.ended;
  }

  test.each(kills)('kill $nth: a worker at $at of it, back after $awayMs ms', async (kill) => {
    const worker = cluster.workers[random.integer(0, 1)]!;
    const { code, stderr } = await killDuring(worker, kill);
    tell('worker', kill, code, stderr);
    expect([0, 3]).toContain(code);
    if (code === 3) expect(stderr).toContain('code: node-away');
    if (stderr.includes('trying again')) expect(stderr).toContain(worker.place);
    await expectConverged();
  });

  test.each(kills)('kill $nth: the coordinator at $at of it, back after $awayMs ms', async (kill) => {
    const { code, stderr } = await killDuring(cluster.coordinator, kill);
    tell('coordinator', kill, code, stderr);
    expect([0, 3]).toContain(code);
    await expectConverged();
  });

  test('a node that is away for a minute is named, and the run after it converges', async () => {
    const [worker] = cluster.workers as [ClusterNode];
    const away = performance.now();
    const run = await startLoad();
    await sleep(loadMs / 2);
    worker.kill();
    await run.ended;
    const { code, stderr } = await runCli(['run'], { env });
    expect(code, stderr).toBe(3);
    expect(stderr).toContain(worker.place);
    expect(stderr).toContain('code: node-away');
    await sleep(Math.max(0, 60_000 - (performance.now() - away)));
    await worker.start();
    await expectConverged();
  });

  test('shards move to a further node meanwhile', async () => {
    const added = await cluster.addWorker();
    const run = await startLoad();
    await sleep(loadMs / 4);
    await query(cluster.coordinator.adminUrl, `select rebalance_table_shards('infomart.chat_session_fact')`);
    const moved = await query(
      cluster.coordinator.adminUrl,
      `select from pg_dist_placement join pg_dist_node using (groupid) join pg_dist_shard using (shardid)
       where nodeport = ${added.port} and logicalrelid = 'infomart.chat_session_fact'::regclass`,
    );
    const { code, stderr } = await run.ended;
    tell('rebalance', { nth: 1, at: 0.25, awayMs: null }, code, stderr);
    expect(moved.length).toBeGreaterThan(0);
    expect(code, stderr).toBe(0);
    await expectConverged();
  });

  test('a commit that a node does not know of is waited for', async () => {
    const { adminUrl } = cluster.coordinator;
    await query(adminUrl, `alter system set citus.recover_2pc_interval to '-1'`);
    await query(adminUrl, 'select pg_reload_conf()');
    const worker = cluster.workers[0]!;
    const proxy = await startPostgresProxy(worker.adminUrl);
    const moveTo = (from: number, to: number): Promise<unknown> =>
      query(adminUrl, `select citus_update_node(nodeid, '127.0.0.1', ${to}) from pg_dist_node where nodeport = ${from}`);
    const port = Number(new URL(proxy.url).port);
    await moveTo(worker.port, port);
    try {
      const idbUrl = await freshIdb();
      const guids = Array.from({ length: 40 }, (_, index) => `G${index}`);
      await writeUserData(
        idbUrl,
        guids.flatMap((guid) => [
          [guid, 'ChatServerSessionStartedAt', '2026-03-01T10:07:00Z'],
          [guid, 'ChatServerSessionClosedAt', '2026-03-01T10:17:00Z'],
        ]),
      );
      await withMart(restoreRows);
      proxy.setFault({ kind: 'kill', at: /^client Query COMMIT PREPARED/ });
      const run = startCli(['run'], { ...env, CHATMART_IDB_URL: idbUrl });
      // Without the wait it would end meanwhile, and its aggregates would lack the sessions on that node for good.
      await Promise.race([run.ended, pollUntil(() => Promise.resolve(proxy.happened() > 0)).then(() => sleep(5_000))]);
      expect(proxy.happened()).toBe(1);
      await query(adminUrl, 'select recover_prepared_transactions()');
      const { code, stderr } = await run.ended;
      expect(code, stderr).toBe(0);
      const { mart, breaches } = await readCheckedMart(cluster.coordinator.martUrl);
      const counted = [...mart.levels.year.values()].reduce((sum, row) => sum + Number(row['sessions']), 0);
      expect({ facts: mart.facts.size, counted, breaches }).toEqual({ facts: 40, counted: 40, breaches: [] });
    } finally {
      await moveTo(port, worker.port);
    }
  });

  function tell(what: string, { nth, at, awayMs }: (typeof kills)[number], code: number | null, stderr: string): void {
    const retries = stderr.split('trying again').length - 1;
    console.log(
      `${what} ${nth}: at ${at.toFixed(2)} of ${Math.round(loadMs)} ms, away ${awayMs ?? 'long'}: exit ${code}, ${retries} retries`,
    );
    for (const line of new Set(stderr.split('\n').filter((each) => /trying again|code:/.test(each))))
      console.log(`  ${line.slice(0, 220)}`);
  }
});
