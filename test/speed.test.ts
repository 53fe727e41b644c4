import { beforeAll, expect, test } from 'vitest';
import { withConnection } from '../src/db/connection.js';
import { copyTo } from '../src/db/copy.js';
import { run } from '../src/jobs/run.js';
import { writeSimulatedSessions } from '../src/jobs/simulate.js';
import { monotonicMs } from '../src/model/clock.js';
import { freshIdb, freshMart, query, testClock } from './support/databases.js';

/** Longest that a run may take, in times of what receiving the same rows takes. */
const MOST_FLOORS = 3;
/** The other tests of the suite run beside: of a few rounds the best one counts. */
const ROUNDS = 4;

let idbUrl: string;
beforeAll(async () => {
  idbUrl = await freshIdb();
  const month = { from: new Date('2026-02-01'), to: new Date('2026-03-01') };
  await writeSimulatedSessions({
    idbUrl,
    idbSchema: 'public',
    ...month,
    sessions: 20_000,
    seed: 1,
    statistics: 'all',
    log: () => undefined,
  });
  await query(idbUrl, 'vacuum analyze g_userdata_history');
});

test('a first run over 20,000 sessions costs at most three times what receiving their rows costs', { timeout: 180_000 }, async () => {
  const ratios: number[] = [];
  for (let round = 0; round < ROUNDS && !ratios.some((ratio) => ratio <= MOST_FLOORS); round++) {
    const martUrl = await freshMart();
    const floorMs = await timed(() =>
      withConnection({ url: idbUrl, applicationName: 'test' }, (idb) =>
        copyTo(idb, 'copy (select callid, keyname, value from g_userdata_history) to stdout', () => undefined),
      ),
    );
    const runMs = await timed(() => run({ idbUrl, martUrl, martSchema: 'infomart', idbSchema: 'public', clock: testClock }));
    ratios.push(runMs / floorMs);
  }
  console.log(`run: ${ratios.map((ratio) => ratio.toFixed(1)).join(', ')} x the floor`);
  expect(Math.min(...ratios)).toBeLessThanOrEqual(MOST_FLOORS);
});

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = monotonicMs();
  await work();
  return monotonicMs() - start;
}
