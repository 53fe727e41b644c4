import { beforeAll, describe, expect, test } from 'vitest';
import { writeSimulatedSessions } from '../../src/commands/simulate/simulate.js';
import { freshIdb, freshMart, query, testClock } from '../support/databases.js';
import { runCycle, type Urls } from '../support/histories.js';
import { planMaintenance } from '../support/jobs.js';
import { readMartGauges } from '../../src/metrics/mart-gauges.js';
import { readStatus } from '../../src/commands/status/status.js';

/** How many ids below the newest are read again. */
const ID_SLACK = 200;
/** Job history as a mart has it after some days. */
const JOBS = 5_000;
/** Row limit for tables that stay small: catalogs, the single source, the completed daily comparison. */
const SMALL = 400;

let urls: Urls;

/** Rows read from each large table since the counters were reset. */
async function readCounts(url: string): Promise<Map<string, number>> {
  const rows = await query<{ table: string; read: number }>(
    url,
    `select relname as table, seq_tup_read + coalesce(idx_tup_fetch, 0) as read from pg_stat_user_tables where seq_tup_read + coalesce(idx_tup_fetch, 0) > 0`,
  );
  return new Map(rows.map(({ table, read }) => [table, read]));
}

beforeAll(async () => {
  urls = { idbUrl: await freshIdb(), martUrl: await freshMart() };
  await writeSimulatedSessions({
    idbUrl: urls.idbUrl,
    idbSchema: 'public',
    sessions: 1_500,
    seed: 3,
    statistics: 'all',
    from: new Date('2026-03-01T00:00:00Z'),
    to: new Date('2026-03-04T00:00:00Z'),
    until: new Date('2026-04-01T00:00:00Z'),
    log: () => undefined,
  });
  await runCycle(urls, { idSlack: ID_SLACK });
  await query(
    urls.martUrl,
    `insert into infomart.ctl_etl_history (job_id, job_name, job_version, start_time, end_time, status, created_ts)
     select 'old ' || n, 'Job_ExtractICON', '0', timestamp '2026-01-01' + n * interval '1 minute', timestamp '2026-01-01', 'COMPLETED', 0
     from generate_series(1, ${JOBS}) as n`,
  );
  for (const url of [urls.idbUrl, urls.martUrl]) {
    // Gives the planner the tables' real sizes; the counters begin at zero.
    await query(url, 'vacuum (analyze)');
    await query(url, 'select pg_stat_reset()');
  }
  await runCycle(urls, { idSlack: ID_SLACK });
});

test('a run over nothing new reads the newest ids of the IDB, and none of the others', async () => {
  const read = await readCounts(urls.idbUrl);
  const [{ rows }] = (await query<{ rows: number }>(urls.idbUrl, 'select count(*)::int as rows from g_userdata_history')) as [
    { rows: number },
  ];
  expect(rows).toBeGreaterThan(50_000);
  expect(read.get('g_userdata_history')).toBeGreaterThan(0);
  expect(read.get('g_userdata_history')).toBeLessThan(ID_SLACK + SMALL);
});

test('it reads no table of the mart that grows', async () => {
  const read = await readCounts(urls.martUrl);
  expect([...read].filter(([, rows]) => rows > SMALL)).toEqual([]);
  expect(read.get('chat_session_fact')).toBeUndefined();
});

describe('what looks at the mart does not read through a long job history', () => {
  const LOOKS: Readonly<Record<string, () => Promise<unknown>>> = {
    'the metrics of a schedule without maintenance': () => readMartGauges(urls.martUrl, 'infomart', testClock(), ['cycle']),
    status: () => readStatus({ ...urls, martSchema: 'infomart', idbSchema: 'public', clock: testClock }),
    'maintain --dry-run': () =>
      planMaintenance({
        martUrl: urls.martUrl,
        martSchema: 'infomart',
        daysToKeepFacts: undefined,
        daysToKeepHistory: 600,
        clock: testClock,
      }),
  };

  test.each(Object.keys(LOOKS))('%s', async (name) => {
    await query(urls.martUrl, 'select pg_stat_reset()');
    await LOOKS[name]!();
    expect((await readCounts(urls.martUrl)).get('ctl_etl_history') ?? 0).toBeLessThan(SMALL);
  });
});
