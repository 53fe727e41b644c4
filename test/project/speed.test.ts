import { beforeAll, expect, test } from 'vitest';
import { withConnection } from '../../src/db/connection.js';
import { copyTo } from '../../src/db/copy.js';
import { writeSimulatedSessions } from '../../src/commands/simulate/simulate.js';
import { monotonicMs } from '../../src/model/clock.js';
import { freshIdb, freshMart, query, testClock } from '../support/databases.js';
import { run } from '../support/jobs.js';

/** Maximum duration of a run, as a multiple of receiving the same rows. */
const MOST_FLOORS = 3;
/** The same for processor time of this process: currently about 4, about 10 with one object per row. */
const MOST_CPU = 6;
/** No other test runs at the same time (vitest.config.ts), but the machine may be shared, so the best of several rounds counts. */
const ROUNDS = 8;

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
  const cpuRatios: number[] = [];
  for (let round = 0; round < ROUNDS && !(isWithin(ratios, MOST_FLOORS) && isWithin(cpuRatios, MOST_CPU)); round++) {
    const martUrl = await freshMart();
    const floor = await costOf(() =>
      withConnection({ url: idbUrl, applicationName: 'test' }, (idb) =>
        copyTo(idb, 'copy (select callid, keyname, value from g_userdata_history) to stdout', () => undefined),
      ),
    );
    const whole = await costOf(() => run({ idbUrl, martUrl, martSchema: 'infomart', idbSchema: 'public', clock: testClock }));
    ratios.push(whole.ms / floor.ms);
    cpuRatios.push(whole.cpuMs / floor.cpuMs);
  }
  const shown = (all: readonly number[]): string => all.map((ratio) => ratio.toFixed(1)).join(', ');
  console.log(`run: ${shown(ratios)} x the floor, ${shown(cpuRatios)} x its processor time in this process`);
  expect(Math.min(...ratios)).toBeLessThanOrEqual(MOST_FLOORS);
  expect(Math.min(...cpuRatios)).toBeLessThanOrEqual(MOST_CPU);
});

const isWithin = (ratios: readonly number[], most: number): boolean => ratios.some((ratio) => ratio <= most);

interface Cost {
  readonly ms: number;
  /** Time of this process alone, independent of other load on the machine. */
  readonly cpuMs: number;
}

async function costOf(work: () => Promise<unknown>): Promise<Cost> {
  const start = monotonicMs();
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return { ms: monotonicMs() - start, cpuMs: (user + system) / 1000 };
}
