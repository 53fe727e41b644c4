import { beforeAll, expect, test } from 'vitest';
import { withConnection } from '../../src/db/connection.js';
import { copyTo } from '../../src/db/copy.js';
import { writeSimulatedSessions } from '../../src/commands/simulate/simulate.js';
import { monotonicMs } from '../../src/model/clock.js';
import { freshIdb, freshMart, query, testClock } from '../support/databases.js';
import { run } from '../support/jobs.js';

/** Longest that a run may take, in times of what receiving the same rows takes. */
const MOST_FLOORS = 3;
/** The same of processor time in this process: about 4 as it is, about 10 with an object a row. */
const MOST_CPU = 6;
/** No other test runs beside (vitest.config.ts), but the machine may be shared: of a few rounds the best one counts. */
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
  /** Of this process alone, whatever else the machine does. */
  readonly cpuMs: number;
}

async function costOf(work: () => Promise<unknown>): Promise<Cost> {
  const start = monotonicMs();
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return { ms: monotonicMs() - start, cpuMs: (user + system) / 1000 };
}
